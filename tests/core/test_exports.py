"""Lists that leave the portal as files."""

from employment_portal.core.exports import csv_lines, left_out


def test_a_list_that_is_cut_off_says_so_in_its_last_line():
    assert left_out(3, 3) == []
    lines = list(csv_lines(["编号"], [["1"], ["2"]], left_out(3, 2)))

    assert "2" in lines[-1]
    assert "共3行" in lines[-1]


def test_no_cell_begins_a_formula():
    assert list(csv_lines(["a"], [["=1+1"]]))[-1] == "'=1+1\r\n"
