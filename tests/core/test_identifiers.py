import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from employment_portal.core.identifiers import (
    ORGANISATION_ALPHABET,
    InvalidBankCard,
    InvalidMobile,
    InvalidOrganisationCode,
    InvalidResidentId,
    check_bank_card,
    check_mobile,
    check_organisation_code,
    check_resident_id,
    organisation_check_character,
    resident_check_character,
)

TODAY = date(2026, 6, 1)
births = st.dates(date(1900, 1, 1), date(2026, 5, 31))


def resident_number(county="510104", birth="19900307", serial="123"):
    body = county + birth + serial
    return body + resident_check_character(body)


def organisation_code(body="91510100MA6CXXXX1"):
    return body + organisation_check_character(body)


def test_a_resident_number_gives_birth_date_sex_and_county():
    checked = check_resident_id("11010519491231002X", today=TODAY)

    assert checked.value == "11010519491231002X"
    assert checked.birth_on == date(1949, 12, 31)
    assert checked.sex == 2
    assert checked.county_code == "110105"
    assert checked.warnings == ()


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105-19491231-002X\u200b",
    ],
)
def test_what_people_type_is_normalised(typed):
    assert check_resident_id(typed, today=TODAY).value == "11010519491231002X"


@pytest.mark.parametrize(
    ("typed", "part_of_the_sentence"),
    [
        ("", "Enter the resident identity number"),
        ("110105491231002", "15 digits"),
        ("1101051949123100", "this one has 16"),
        ("11010519491231002A", "17 digits and then"),
        ("01010519491231002X", "17 digits and then"),
        ("110105194912310021", "last character"),
        (resident_number(birth="19900230"), "not a date of birth"),
        (resident_number(birth="20260602"), "future"),
        (resident_number(birth="20990101"), "future"),
        (resident_number(birth="18500101"), "too long ago"),
        ("USA310001010101", "old permanent residence card"),
    ],
)
def test_a_wrong_number_gets_a_sentence_that_says_what_to_do(typed, part_of_the_sentence, english):
    with pytest.raises(InvalidResidentId) as error:
        check_resident_id(typed, today=TODAY)

    assert part_of_the_sentence in error.value.message


def test_an_unknown_or_merged_county_is_a_warning():
    checked = check_resident_id(resident_number("500108"), today=TODAY, known_counties={"510104"})
    unknown_province = check_resident_id(resident_number("990108"), today=TODAY)

    assert len(checked.warnings) == 1
    assert len(unknown_province.warnings) == 1


@pytest.mark.parametrize("county", ["810000", "820000", "830000", "951156"])
def test_hong_kong_macao_taiwan_and_foreign_residents_are_valid(county):
    checked = check_resident_id(resident_number(county), today=TODAY, known_counties={"510104"})

    assert checked.warnings == ()
    assert checked.is_foreign_permanent_resident == (county[0] == "9")


@pytest.mark.parametrize("county", ["500108", "510116", "320803"])
def test_counties_that_the_oracle_refuses_are_accepted(county):
    assert check_resident_id(resident_number(county), today=TODAY).value


@given(
    birth=births, serial=st.integers(0, 999), county=st.sampled_from(["510104", "110105", "440305", "310101"])
)
def test_birth_date_and_sex_agree_with_the_oracle(birth, serial, county):
    number = resident_number(county, birth.strftime("%Y%m%d"), f"{serial:03}")

    checked = check_resident_id(number, today=TODAY)

    assert checked.birth_on == birth
    assert checked.sex == (1 if serial % 2 else 2)
    if ric.is_valid(number):  # it refuses a county before the year of its code
        assert ric.get_birth_date(number) == birth


@given(birth=births, position=st.integers(0, 17), digit=st.integers(1, 9))
def test_one_mistyped_digit_is_always_found(birth, position, digit):
    number = resident_number(birth=birth.strftime("%Y%m%d"))
    old = 10 if number[position] == "X" else int(number[position])
    wrong = number[:position] + str((old + digit) % 10) + number[position + 1 :]
    if wrong == number:
        return

    with pytest.raises(InvalidResidentId):
        check_resident_id(wrong, today=TODAY)


@given(st.text(max_size=40))
def test_any_text_is_accepted_or_refused_but_never_breaks(text):
    for check, error in [
        (check_resident_id, InvalidResidentId),
        (check_organisation_code, InvalidOrganisationCode),
        (check_mobile, InvalidMobile),
        (check_bank_card, InvalidBankCard),
    ]:
        with contextlib.suppress(error):
            assert check(text).value


@pytest.mark.parametrize(
    "code", ["91110000600037341L", "9111000060003734 1l", "９１１１００００６０００３７３４１Ｌ"]
)
def test_an_organisation_code_is_normalised(code):
    assert check_organisation_code(code).value == "91110000600037341L"


@pytest.mark.parametrize("first", list("NYA"))
def test_departments_that_the_oracle_refuses_are_accepted(first):
    code = organisation_code(first + "1510104MA62L1234")

    assert check_organisation_code(code).warnings == ()
    with pytest.raises(ValidationError):
        uscc.validate(code)


@given(
    st.text(alphabet=ORGANISATION_ALPHABET, min_size=9, max_size=9),
    st.sampled_from(["91", "92", "93", "12", "51"]),
)
def test_organisation_codes_agree_with_the_oracle(tail, head):
    code = organisation_code(head + "510104" + tail)

    assert check_organisation_code(code).value == uscc.validate(code)


@pytest.mark.parametrize(
    ("code", "part_of_the_sentence"),
    [
        ("", "Enter the unified"),
        ("510100000012345", "old registration number"),
        ("9111000060003734", "this one has 16"),
        ("9111000060003734IL", "“I” never occurs"),
        ("911100A0600037341L", "Characters 3 to 8"),
        ("911100006000373411", "last character"),
    ],
)
def test_a_wrong_organisation_code_gets_a_sentence(code, part_of_the_sentence, english):
    with pytest.raises(InvalidOrganisationCode) as error:
        check_organisation_code(code)

    assert part_of_the_sentence in error.value.message


@pytest.mark.parametrize(
    "typed",
    ["13800138000", "+86 138-0013-8000", "0086 13800138000", "１３８００１３８０００", "86 13800138000"],
)
def test_mobile_numbers_are_stored_as_eleven_digits(typed):
    assert check_mobile(typed).value == "13800138000"


@pytest.mark.parametrize("typed", ["12800138000", "1380013800", "138001380000", "028-86123456", "abc", ""])
def test_what_is_no_mobile_number_is_refused(typed):
    with pytest.raises(InvalidMobile):
        check_mobile(typed)


def test_a_card_with_a_wrong_luhn_sum_is_only_warned_about():
    assert check_bank_card("4111 1111 1111 1111").warnings == ()
    assert len(check_bank_card("4111 1111 1111 1112").warnings) == 1


@given(st.from_regex(r"[0-9]{16,19}", fullmatch=True))
def test_luhn_agrees_with_the_oracle(number):
    assert (check_bank_card(number).warnings == ()) == luhn.is_valid(number)


@pytest.mark.parametrize("typed", ["", "123456789012345", "12345678901234567890", "6222-0212-3456-789X"])
def test_a_card_number_has_sixteen_to_nineteen_digits(typed):
    with pytest.raises(InvalidBankCard):
        check_bank_card(typed)
