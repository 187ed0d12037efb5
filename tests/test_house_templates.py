"""What holds for every template: no code in the page, nothing unused, a title in the language of the page."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import allauth
import pytest
from django.template import engines
from django.utils import translation

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
TOOLS = Path(sys.executable).parent
ALLAUTH = Path(allauth.__file__).parent / "templates"

# Named by Django itself, by the web server, or put together from a kind, a language or a component's name.
FOUND_BY_NAME = re.compile(
    r"admin/base_site\.html|(400|403|403_csrf|404|413|500)\.html|notifications/\w+\.txt|pages/(zh|en)/\w+\.html|ui/\w+\.html"
    r"|subsidies/policies/edit_\w+\.html"
)
INLINE = {
    "script": re.compile(r"<script(?![^>]*\b(?:src=|type=\"application/(?:ld\+)?json\"))", re.IGNORECASE),
    "style": re.compile(r"<style\b|\sstyle=", re.IGNORECASE),
    "handler": re.compile(r"\son[a-z]+=[\"']|javascript:", re.IGNORECASE),
}
TITLE = re.compile(r"{% block title %}(.*?){% endblock(?: title)? %}", re.DOTALL)


@cache
def sources() -> dict[str, str]:
    return {
        str(path.relative_to(TEMPLATES)): path.read_text("utf-8")
        for path in sorted(TEMPLATES.rglob("*"))
        if path.suffix in {".html", ".txt"}
    }


@cache
def code() -> str:
    areas = ("employment_portal", "jobs", "subsidies")
    return "".join(path.read_text("utf-8") for area in areas for path in (ROOT / area).rglob("*.py"))


@pytest.mark.parametrize("kind", INLINE)
def test_no_template_holds_what_the_content_security_policy_forbids(kind):
    found = [
        f"{name}: {match.group()}"
        for name, source in sources().items()
        for match in INLINE[kind].finditer(source)
    ]

    assert found == []


def test_every_template_is_used():
    named = code() + "".join(sources().values())
    unused = [
        name
        for name in sources()
        if name not in named and not FOUND_BY_NAME.fullmatch(name) and not (ALLAUTH / name).exists()
    ]

    assert unused == []


def test_every_component_is_used():
    """``ui/<name>.html`` is included by its path, or drawn by the tag of its name that some template uses."""
    templates = "".join(sources().values())
    components = [name for name in sources() if name.startswith("ui/")]

    unused = [
        name
        for name in components
        if name not in code() + templates and not re.search(rf"{{% {Path(name).stem}\b", templates)
    ]

    assert unused == []


def test_every_message_template_has_its_kind():
    """``notifications/<kind>.txt`` is named by the action that sends it."""
    kinds = [
        Path(name).stem for name in sources() if name.startswith("notifications/") and name.endswith(".txt")
    ]
    # Kinds that are put together: "verification_" + what was decided, "group_" + …
    beginnings = set(re.findall(r'f"(\w+_)\{', code()))

    unsent = [
        kind
        for kind in kinds
        if f'"{kind}"' not in code() and not any(kind.startswith(beginning) for beginning in beginnings)
    ]

    assert unsent == []


def test_every_template_compiles():
    engine = engines["django"].engine

    for name in sources():
        engine.get_template(name)


def test_no_title_is_left_in_english():
    """A title is either a name of something or a message whose Chinese differs from its English."""
    alike = []
    for name, source in sources().items():
        for title in TITLE.findall(source):
            for ident in re.findall(r'{% translate "([^"]+)"', title) + re.findall(r'_\("([^"]+)"\)', title):
                with translation.override("zh-hans"):
                    if translation.gettext(ident) == ident:
                        alike.append(f"{name}: {ident}")

    assert alike == []


def test_templates_are_linted():
    checked = subprocess.run(
        [TOOLS / "djlint", "templates", "--lint", "--quiet"], cwd=ROOT, capture_output=True, text=True
    )

    assert checked.returncode == 0, checked.stdout


def test_templates_are_formatted():
    files = [str(path) for path in TEMPLATES.rglob("*.html")]

    checked = subprocess.run(
        [TOOLS / "djade", "--check", "--target-version", "5.2", *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert checked.returncode == 0, checked.stdout
