import pytest

from employment_portal.core.each import each


def test_each_counts_what_was_done():
    assert each(lambda row: row > 1, [1, 2, 3]) == 2


def test_one_row_that_fails_keeps_no_other_waiting_and_is_named_afterwards():
    done = []

    def act(row):
        if row == 2:
            raise ValueError("no")
        done.append(row)
        return True

    with pytest.raises(ExceptionGroup) as raised:
        each(act, [1, 2, 3])

    assert done == [1, 3]
    (error,) = raised.value.exceptions
    assert error.__notes__ == ["2"]
