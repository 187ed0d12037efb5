"""Form fields of the policy editor: money, cells of a table, values that depend on a fact."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from employment_portal.core.errors import DomainError
from employment_portal.core.money import format_yuan, yuan_to_fen
from employment_portal.facts.catalogue import Fact, FactType
from employment_portal.regions.enums import RegionLevel
from employment_portal.regions.models import Region
from employment_portal.ui.fields import RegionField
from subsidies.policies.checking import cell_problem
from subsidies.policies.words import region_words

BAND = ".."
WHOLE = re.compile(r"-?[0-9]{1,18}")


class YuanField(forms.CharField):
    """Yuan as people write it; cleans to fen, or None."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("max_length", 30)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return format_yuan(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        if value in (None, ""):
            return None
        if isinstance(value, int):
            return value
        try:
            return yuan_to_fen(value)
        except DomainError as error:
            raise forms.ValidationError(str(error)) from None

    def run_validators(self, value: Any) -> None:
        """The length was that of the text."""


class PlacesField(forms.MultipleChoiceField):
    """Places chosen before, by code, each to be kept or taken out; any code of a place will do."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, codes: list[str]) -> None:
        self.choices = [(code, region_words(code)) for code in codes]

    def valid_value(self, value: Any) -> bool:
        """The condition's own check says which place is not known."""
        return True


class CellField(forms.CharField):
    """A cell of a table: a value of the fact, a band ("1..30", "..30", "31.."), or nothing for any value."""

    def __init__(self, fact: Fact, **kwargs: Any):
        self.fact = fact
        self.place = RegionField(depth=RegionLevel.DISTRICT) if fact.type == FactType.REGION else None
        if self.place:
            kwargs["widget"] = self.place.widget
        if fact.choices is not None or fact.type == FactType.YES_NO:
            kwargs["widget"] = forms.Select(choices=[("", _("any")), *choices_of(fact)])
        super().__init__(required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return f"{self.shown(value.get('from'))}{BAND}{self.shown(value.get('to'))}"
        return self.shown(value)

    def shown(self, value: Any) -> Any:
        if value is None:
            return ""
        if self.place:
            return Region.objects.filter(code=value).first() or value
        if isinstance(value, bool):
            return "yes" if value else "no"
        if self.fact.type == FactType.MONEY and isinstance(value, int):
            return format_yuan(value)
        return value

    def clean(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        if self.place:
            return self.place.clean(text).code
        if BAND in text:
            low, high = (part.strip() for part in text.split(BAND, 1))
            ends = {"from": low, "to": high}
            cell: Any = {name: self.scalar(part) for name, part in ends.items() if part}
        else:
            cell = self.scalar(text)
        message = cell_problem(self.fact, cell)
        if message:
            raise forms.ValidationError(message)
        return cell

    def scalar(self, text: str) -> Any:
        return typed(self.fact, text)


def choices_of(fact: Fact) -> list[tuple[str, Any]]:
    if fact.type == FactType.YES_NO:
        return [("yes", _("yes")), ("no", _("no"))]
    return [(str(key), label) for key, label in fact.choices()] if fact.choices else []


def typed(fact: Fact, text: str) -> Any:
    """A text as the JSON of a policy holds it: fen, numbers, true and false. Raises ValidationError."""
    if fact.type == FactType.MONEY:
        try:
            return yuan_to_fen(text)
        except DomainError as error:
            raise forms.ValidationError(str(error)) from None
    if fact.type == FactType.NUMBER:
        return int(text) if WHOLE.fullmatch(text) else text
    if fact.type == FactType.YES_NO:
        return {"yes": True, "no": False}.get(text, text)
    return text
