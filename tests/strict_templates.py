"""A template that names a variable which is not there fails its test instead of showing nothing.

``{% if name %}`` may ask for what is not there; ``{{ name }}``, ``{{ name|filter }}`` and arguments may not.
Templates of other packages are left in peace.
"""

import sys
from pathlib import Path
from typing import Any

import pytest
from django.template import engines

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


class UndefinedVariable(AssertionError):
    pass


class RaisesForOurTemplates(str):
    """Django puts the variable's name into ``string_if_invalid`` when that holds ``%s``: where it does, we raise."""

    def __contains__(self, part: Any) -> bool:
        return part == "%s"

    def __bool__(self) -> bool:
        return True

    def __mod__(self, variable: Any) -> str:
        context = sys._getframe(1).f_locals.get("context")
        template = getattr(getattr(context, "render_context", None), "template", None)
        origin = getattr(getattr(template, "origin", None), "name", "") or ""
        if Path(origin).is_relative_to(TEMPLATES):
            raise UndefinedVariable(
                f"{Path(origin).relative_to(TEMPLATES)} names “{variable}”, which is not there"
            )
        return ""


@pytest.fixture(scope="session", autouse=True)
def _undefined_variables_fail() -> None:
    engines["django"].engine.string_if_invalid = RaisesForOurTemplates()  # type: ignore[attr-defined]
