"""What the tools and the house rules ask of every file."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent
CODE = ("employment_portal", "jobs", "subsidies", "tests")
LONGEST = 400
LISTS = {
    "employment_portal/settings.py",  # every setting, in one file
}


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([TOOLS / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize(
    "command", [("ruff", "check", "."), ("ruff", "format", "--check", ".")], ids=" ".join
)
def test_python_is_linted_and_formatted(command):
    checked = run(*command, "--no-cache")

    assert checked.returncode == 0, checked.stdout


@pytest.mark.timeout(300)
def test_the_types_of_actions_rules_and_queries_hold(tmp_path):
    checked = run("mypy", "--cache-dir", str(tmp_path))

    assert checked.returncode == 0, checked.stdout


@pytest.mark.django_db
def test_no_migration_is_missing():
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_no_module_is_two_topics():
    """A file over 400 lines is two topics."""
    long = {
        f"{name}: {lines} lines"
        for area in CODE
        for path in (ROOT / area).rglob("*.py")
        if "migrations" not in path.parts
        and (lines := len(path.read_text("utf-8").splitlines())) > LONGEST
        and (name := str(path.relative_to(ROOT))) not in LISTS
    }

    assert sorted(long) == []


def test_a_day_is_the_day_in_china():
    """Instants are kept in UTC: their ``.date()`` is yesterday until eight in the morning. timezone.localdate is not."""
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for area in CODE[:-1]
        for path in (ROOT / area).rglob("*.py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if re.search(r"(?:_at|\bnow)\.date\(\)", line)
    ]

    assert wrong == []


def test_nothing_is_left_to_do_later():
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|coming soon|敬请期待")
    left = [
        f"{path.relative_to(ROOT)}:{number}"
        for area in ("employment_portal", "jobs", "subsidies", "templates", "static/js")
        for path in (ROOT / area).rglob("*")
        if path.suffix in {".py", ".html", ".txt", ".js"}
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if marks.search(line)
    ]

    assert left == []
