import csv

import pytest
from django.core.management import CommandError, call_command

from tests.factories.imports import list_of


@pytest.fixture
def adverts(tmp_path):
    path = tmp_path / "adverts.csv"
    path.write_bytes(list_of({}, {"id": "A2", "duties": "收货，限男性"}, {"id": "A3", "duties": "18-30岁"}))
    return path


def test_findings_are_counted_and_sampled_and_labels_give_the_precision(adverts, tmp_path, capsys):
    sample, labels = tmp_path / "sample.csv", tmp_path / "labels.csv"
    call_command("evaluate_compliance", str(adverts), "--labels", str(labels), "--sample", str(sample))
    rows = list(csv.DictReader(sample.open(encoding="utf-8")))
    with labels.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["finding", "rule", "words", "label"])
        writer.writerows(
            [row["finding"], row["rule"], row["words"], "wrong" if row["rule"] == "age" else "right"]
            for row in rows
        )
    capsys.readouterr()

    call_command("evaluate_compliance", str(adverts), "--labels", str(labels))

    said = capsys.readouterr().out
    assert [(row["rule"], row["words"]) for row in rows] == [("age", "18-30岁"), ("sex", "限男性")]
    assert "3 adverts" in said
    assert "| sex | must_fix | 1 | 1 | 1 | 1 | 100.0% |" in said
    assert "| age | check | 1 | 1 | 1 | 0 | 0.0% |" in said
    assert "1 of 2 labelled findings are right (50.0%)" in said


def test_a_list_with_unknown_columns_is_refused(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("a,b\n1,2\n")

    with pytest.raises(CommandError, match="--mapping"):
        call_command("evaluate_compliance", str(path))
