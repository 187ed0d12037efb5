"""Every action that the portal records has its words, in both languages."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.utils import translation

from employment_portal.accounts.adapters import CHANGES
from employment_portal.audit import labels
from employment_portal.workflow.engine import Workflow
from employment_portal.workflow.models import FourEyes

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("employment_portal", "jobs", "training", "entrepreneurship", "subsidies")
FOUR_EYES = ["request", FourEyes.State.APPROVED, FourEyes.State.REFUSED]
# Names put together when they are recorded; what they can be is worked out below.
PUT_TOGETHER = {
    "f'{self.name}.{name}'",  # a step of a transition table
    "f'{kind}.request'",
    "f'{request.kind}.{request.state}'",
    "f'accounts.{what}'",
    "f'posting.report_{outcome}'",
}


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, ast.parse(path.read_text())


def arguments(tree: ast.Module, function: set[str], name: str) -> Iterator[ast.expr]:
    """What ``name`` is given in every call of one of the functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in function:
            for given in node.keywords:
                if given.arg == name:
                    yield from branches(given.value)


def branches(value: ast.expr) -> Iterator[ast.expr]:
    """Both sides of ``a if … else b``, else the value itself."""
    if isinstance(value, ast.IfExp):
        yield from branches(value.body)
        yield from branches(value.orelse)
    else:
        yield value


def written(path: Path, value: ast.expr) -> str | None:
    """The text of a constant or of a constant of the module; None for anything else."""
    if isinstance(value, ast.Constant):
        return str(value.value)
    if isinstance(value, ast.Name):
        module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        return getattr(module, value.id, None)
    return None


def recorded() -> tuple[set[str], set[str]]:
    """Every action that the code can record, and the ways of putting one together that nobody explained yet."""
    known, unexplained = set(), set()
    for path, tree in sources():
        for value in arguments(tree, {"record"}, "action"):
            text = written(path, value)
            if text is not None:
                known.add(text)
            elif ast.unparse(value) not in PUT_TOGETHER:
                unexplained.add(f"{path.relative_to(ROOT)}: {ast.unparse(value)}")
        for value in arguments(tree, {"request_four_eyes", "open_request"}, "kind"):
            if kind := written(path, value):
                known |= {f"{kind}.{step}" for step in FOUR_EYES}
        if "workflow" in path.stem:
            module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            for table in vars(module).values():
                if isinstance(table, Workflow):
                    known |= {f"{table.name}.{move}" for move in table.moves}
    known |= {f"accounts.{change}" for change in CHANGES}
    known |= {"accounts.account_connected", "accounts.account_disconnected"}  # by the single sign-on itself
    known |= {"posting.report_upheld", "posting.report_dismissed"}
    return known, unexplained


def test_every_recorded_action_has_its_words():
    known, unexplained = recorded()

    assert unexplained == set()
    assert known - set(labels.ACTIONS) == set(), "add them to employment_portal/audit/labels.py"


def test_every_word_belongs_to_an_action_that_is_recorded():
    known, _unexplained = recorded()

    assert set(labels.ACTIONS) - known == set()


def test_every_action_belongs_to_an_area_and_every_subject_is_a_model():
    areas = {action.partition(".")[0] for action in labels.ACTIONS}

    assert areas == set(labels.AREAS)
    assert [name for name in labels.SUBJECTS if apps.get_model(name) is None] == []


@pytest.mark.parametrize("texts", [labels.ACTIONS, labels.AREAS, labels.SUBJECTS])
def test_the_words_are_chinese_in_chinese(texts):
    with translation.override("zh-hans"):
        english = [str(text) for text in texts.values() if str(text).isascii() and str(text) != "API"]

    assert english == []


def test_an_action_without_words_shows_its_code():
    assert labels.label_of("area.something_new") == "area.something_new"
