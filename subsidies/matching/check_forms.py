"""The questions as a form, and its answers as values in the engine's types. Nothing of it is stored."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.core.money import yuan_to_fen
from employment_portal.facts.catalogue import FactType
from employment_portal.regions.models import Region
from employment_portal.ui.widgets import DateInput
from subsidies.matching.questions import (
    HINTS,
    Audience,
    Checked,
    Question,
    asked_refs,
    bases_of,
    heading,
    presumed,
    questions_of,
)

NONE = "none"
NOT_SAID = ("", pgettext_lazy("answer", "I do not know"))
ELSEWHERE = "-"


class CheckForm(forms.Form):
    """Every question may stay open: what depends on it is then shown as not known."""

    def __init__(self, *args: Any, audience: Audience, checked: list[Checked], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.audience = audience
        self.questions = questions_of(checked)
        self.bases = bases_of(checked)
        places = _places()
        for basis, label in self.bases:
            self.fields[f"at_{basis}"] = forms.ChoiceField(
                label=capfirst(label), required=False, choices=places
            )
        for rows in self.questions.values():
            for question in rows:
                self.fields[question.name] = _field(question)
                if question.ref.fact == "person.status":
                    self.fields[question.name].initial = audience.status

    def groups(self) -> Iterator[dict[str, Any]]:
        """The questions as they stand on the page."""
        if self.bases:
            yield {
                "legend": _("Places"),
                "hint": _("Policies look at different places. Choose the same everywhere if they are one."),
                "fields": [self[f"at_{basis}"] for basis, _label in self.bases],
            }
        for entity, rows in self.questions.items():
            yield {
                "legend": heading(entity, self.audience),
                "hint": HINTS.get(entity, ""),
                "fields": [self[question.name] for question in rows],
            }

    def place(self, basis: str) -> str | None:
        """The path of the place named, a path outside everything for "elsewhere", None when not said."""
        return self.cleaned_data.get(f"at_{basis}") or None

    def values(self, row: Checked) -> dict[Any, Any]:
        """What one policy needs, by the key of the fact."""
        found = {}
        for ref in asked_refs(row.content):
            question = Question(ref)
            value = self.cleaned_data.get(question.name) if question.name in self.fields else presumed(ref)
            if ref.fact == "person.hardship" and question.name not in self.fields:
                value = self._hardship()
            found[ref.key] = value
        return found

    def _hardship(self) -> bool | None:
        """Follows from the groups that somebody ticked."""
        for question in self.questions.get("person", []):
            if question.ref.fact == "person.groups":
                said = self.cleaned_data.get(question.name)
                return None if said is None else any(group.startswith("h_") for group in said)
        return None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered but what the form began with."""
        said = {name for name, value in self.cleaned_data.items() if value is not None and value != ""}
        return not said - {name for name, field in self.fields.items() if field.initial}


def _places() -> list[tuple[str, Any]]:
    """The city and its districts."""
    city = Region.objects.filter(code=settings.CITY_REGION).first()
    if city is None:
        return [NOT_SAID]
    districts = Region.objects.active().filter(parent=city).order_by("path").values_list("path", "name")
    elsewhere = (ELSEWHERE, pgettext_lazy("answer", "Outside the city"))
    return [NOT_SAID, *districts, elsewhere]


def _field(question: Question) -> forms.Field:
    known = question.known
    common: dict[str, Any] = {"label": question.label, "required": False}
    match known.type:
        case FactType.NUMBER:
            return forms.DecimalField(
                **common, help_text=known.unit, max_digits=9, decimal_places=2, min_value=0, localize=False
            )
        case FactType.MONEY:
            return YuanField(**common, help_text=_("Yuan"), max_digits=12, decimal_places=2, min_value=0)
        case FactType.DATE:
            return forms.DateField(**common, widget=DateInput())
        case FactType.YES_NO:
            return forms.TypedChoiceField(
                **common,
                choices=[
                    NOT_SAID,
                    ("yes", pgettext_lazy("answer", "Yes")),
                    ("no", pgettext_lazy("answer", "No")),
                ],
                coerce=lambda value: value == "yes",
                empty_value=None,
            )
        case FactType.REGION:
            return forms.TypedChoiceField(**common, choices=_places(), coerce=str, empty_value=None)
        case FactType.CHOICES:
            return SeveralField(**common, choices=question.choices)
        case _:
            return forms.TypedChoiceField(
                **common, choices=[NOT_SAID, *question.choices], coerce=str, empty_value=None
            )


class YuanField(forms.DecimalField):
    """Cleans to fen."""

    def clean(self, value: Any) -> int | None:
        amount = super().clean(value)
        return None if amount is None else yuan_to_fen(str(amount))


class SeveralField(forms.MultipleChoiceField):
    """Ticked values; "none of these" is an empty list, nothing ticked not known."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, choices: list[tuple[str, Any]], **kwargs: Any) -> None:
        none = (NONE, pgettext_lazy("answer", "None of these"))
        super().__init__(choices=[*choices, none], **kwargs)

    def clean(self, value: Any) -> list[str] | None:
        ticked = super().clean(value)
        if not ticked:
            return None
        if NONE in ticked and len(ticked) > 1:
            raise forms.ValidationError(_("Tick either groups or “none of these”."))
        return [] if ticked == [NONE] else sorted(ticked)
