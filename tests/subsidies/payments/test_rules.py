import pytest

from subsidies.payments.rules import (
    InvalidAccount,
    card_number,
    holder_name,
    luhn_holds,
    organisation_number,
    same_name,
)


@pytest.mark.parametrize(
    "written", ["6222 0200 1234 5678", "６２２２０２００１２３４５６７８", "6222-0200-1234-5678"]
)
def test_a_card_number_is_taken_as_people_write_it(written):
    assert card_number(written) == "6222020012345678"


@pytest.mark.parametrize(
    "written", ["", "622202001234567", "62220200123456789012", "6222 O200 1234 5678", "٦٢٢٢٠٢٠٠١٢٣٤٥٦٧٨x"]
)
def test_what_is_no_card_number_is_refused_with_a_sentence(written):
    with pytest.raises(InvalidAccount) as refusal:
        card_number(written)

    assert str(refusal.value)


def test_the_luhn_digit_is_told_apart():
    assert luhn_holds("4111111111111111")
    assert not luhn_holds("4111111111111112")


def test_an_organisation_has_a_settlement_account():
    assert organisation_number("510 0123 4567") == "51001234567"
    with pytest.raises(InvalidAccount):
        organisation_number("12345")


@pytest.mark.parametrize("written", ["", "  ", "陈|芳", "陈\n芳\x00", '<b>"'])
def test_a_holder_that_a_bank_file_cannot_carry_is_refused(written):
    with pytest.raises(InvalidAccount):
        holder_name(written)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("成都锦和（集团）公司", "成都锦和(集团)公司", True),
        ("阿依古丽·买买提", "阿依古丽•买买提", True),
        ("陈 芳", "陈芳", True),
        ("陈芳", "陈方", False),
    ],
)
def test_names_are_compared_without_their_typography(one, other, same):
    assert same_name(one, other) is same
