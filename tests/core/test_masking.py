import pytest

from employment_portal.core.masking import mask_account, mask_identity, mask_mobile, mask_name


def test_an_identity_number_shows_neither_birth_date_nor_county():
    assert mask_identity("510104199003071234") == "5101**********1234"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("陈芳", "陈*"),
        ("陈小芳", "陈*芳"),
        ("欧阳娜娜", "欧**娜"),
        ("芳", "*"),
        ("", ""),
        ("阿依·古丽", "阿***丽"),
    ],
)
def test_a_name_keeps_its_head_and_tail(name, masked):
    assert mask_name(name) == masked


def test_numbers_keep_what_their_owner_recognises():
    assert mask_mobile("13812345678") == "138****5678"
    assert mask_account("6222021234567890") == "************7890"


@pytest.mark.parametrize("mask", [mask_identity, mask_mobile, mask_account])
def test_a_number_too_short_to_mask_is_hidden_whole(mask):
    assert mask("123") == "***"
