import contextlib
import gzip
import io
import json

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.imports.mapping import detect, suggest
from jobs.imports.readers import FileNotReadable, open_list

HEADINGS = ["岗位名称", "用人单位", "工作地点", "薪酬"]
ROWS = [["会计", "示例公司", "成都", "5-7千"], ["厨师", "示例餐饮", "成都·武侯区", "200元/天"]]
CSV = "\r\n".join(",".join(line) for line in [HEADINGS, *ROWS]) + "\r\n"


def read(data: bytes):
    listed = open_list(io.BytesIO(data))
    return listed, list(listed.rows)


def xlsx(lines) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "kind", "encoding"),
    [
        (CSV.encode(), "csv", "utf-8-sig"),
        (CSV.encode("utf-8-sig"), "csv", "utf-8-sig"),
        (CSV.encode("gb18030"), "csv", "gb18030"),
        (CSV.encode("utf-16"), "csv", "utf-16"),
        (gzip.compress(CSV.encode()), "csv", "utf-8-sig"),
        (CSV.replace(",", "\t").encode(), "csv", "utf-8-sig"),
        (
            "\n".join(json.dumps(dict(zip(HEADINGS, row, strict=True))) for row in ROWS).encode(),
            "jsonl",
            "utf-8-sig",
        ),
        (json.dumps([dict(zip(HEADINGS, row, strict=True)) for row in ROWS]).encode(), "json", "utf-8-sig"),
        (xlsx([HEADINGS, *ROWS]), "xlsx", ""),
    ],
    ids=["utf-8", "utf-8 with mark", "gb18030", "utf-16", "gzip", "tabs", "json lines", "json array", "xlsx"],
)
def test_every_kind_of_list_gives_the_same_rows(data, kind, encoding):
    listed, rows = read(data)

    assert (listed.kind, listed.encoding, listed.headings) == (kind, encoding, HEADINGS)
    assert [(row.number, list(row.values.values()), row.problem) for row in rows] == [
        (1, ROWS[0], None),
        (2, ROWS[1], None),
    ]


def test_a_row_with_too_many_cells_is_reported_and_the_next_one_read():
    _listed, rows = read((CSV + "司机,示例,成都,6千,多出来\r\n保安,示例,成都,4千\r\n").encode())

    assert "5" in str(rows[2].problem)
    assert rows[3].values["岗位名称"] == "保安"
    assert rows[3].problem is None


def test_a_damaged_line_of_json_is_reported_and_the_next_one_read():
    _listed, rows = read(b'{"a": "1", "b": "2"}\n{"a": \n[1]\n{"a": "3", "b": "4"}\n')

    assert [bool(row.problem) for row in rows] == [False, True, True, False]


def test_a_row_that_the_encoding_cannot_hold_is_reported():
    data = (CSV * 3000).encode() + "司机,坏".encode() + b"\xff\xfe" + ",成都,6千\r\n".encode()

    _listed, rows = read(data)

    assert rows[-1].problem


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"just one line of words",
        b"PK\x03\x04 not a zip",
        b"\x1f\x8b not gzip",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old excel",
        gzip.compress(CSV.encode())[:40],
        bytes(range(256)) * 20,
        xlsx([["only one"]]),
        b'{"a": ',
        b"a,b" + b"x" * (1024 * 1024 + 10),
    ],
    ids=[
        "empty",
        "words",
        "zip",
        "gzip",
        "xls",
        "cut gzip",
        "bytes",
        "one column",
        "cut json",
        "endless line",
    ],
)
def test_a_file_that_is_no_list_is_refused_with_a_sentence(data):
    with pytest.raises(FileNotReadable) as refused:
        read(data)

    assert refused.value.message.endswith(("。", "."))


@given(
    st.binary(max_size=400)
    | st.text(max_size=300).map(str.encode)
    | st.text(alphabet='{}[]",:\n\ta1岗', max_size=80).map(str.encode)
)
@settings(deadline=None)
def test_any_bytes_are_rows_or_a_sentence(data):
    try:
        listed, rows = read(data)
    except FileNotReadable:
        return

    assert all(isinstance(value, str) for row in rows for value in row.values.values())


@given(st.binary(max_size=300), st.integers(0, 3000))
@settings(deadline=None, max_examples=60)
def test_a_damaged_workbook_is_rows_or_a_sentence(noise, place):
    whole = xlsx([HEADINGS, *ROWS])
    place %= len(whole)

    with contextlib.suppress(FileNotReadable):
        read(whole[:place] + noise + whole[place + len(noise) :])


def test_a_packed_list_that_breaks_off_is_read_up_to_there_and_refused_with_a_sentence():
    noise = "".join(
        f"岗位{number * 7919 % 10007},公司{number},成都,{number}元\r\n" for number in range(40_000)
    )
    whole = gzip.compress((CSV + noise).encode())
    rows = open_list(io.BytesIO(whole[: len(whole) // 2])).rows

    with pytest.raises(FileNotReadable, match="damaged|损坏"):
        list(rows)


def test_known_lists_are_told_by_their_headings():
    assert detect(["职位", "薪资", "标签", "公司", "主营", "性质", "需求", "地点", "queries"]).name == "51job"
    assert (
        detect(["salary", "minSalary", "companyName", "jobName", "location", "edu", "detail"]).name
        == "zhilian"
    )
    assert detect(HEADINGS).name == "standard"
    assert detect(["a", "b"]) is None


def test_unknown_headings_are_suggested_by_their_words():
    suggested = suggest(["招聘单位", "招聘职位", "上班地点", "工资待遇（元）", "需求人数", "备注"])

    assert {field: columns[0] for field, columns in suggested.columns.items()} == {
        "employer": "招聘单位",
        "title": "招聘职位",
        "place": "上班地点",
        "pay": "工资待遇（元）",
        "headcount": "需求人数",
    }
    assert suggested.missing == []
