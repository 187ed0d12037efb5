"""Form fields for places and occupations: they take what the component sends, or what a person typed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from employment_portal.classifications.models import Occupation
from employment_portal.regions.enums import RegionLevel
from employment_portal.regions.models import Region
from employment_portal.ui.widgets import Combobox, RegionSelect

OCCUPATION_SEARCH = "/occupations/search"


class OccupationField(forms.Field):
    """An ``Occupation``, chosen from the list or written as its name, colloquial name or code."""

    default_error_messages = {
        "unknown": _(
            "“%(text)s” is not in the list of occupations. Write another word and choose from the list."
        ),
        "ambiguous": _("“%(text)s” can mean several occupations. Write one of these: %(names)s"),
    }

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("widget", Combobox(OCCUPATION_SEARCH))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            value = Occupation.objects.filter(pk=value).first()
        if isinstance(value, Occupation):
            return {"text": value.name, "code": value.code}
        return value

    def to_python(self, value: Any) -> Occupation | None:
        if isinstance(value, Occupation) or not value:
            return value or None
        given = value if isinstance(value, dict) else {"text": str(value), "code": ""}
        if not given["text"]:
            return None
        given = {name: text.replace("\x00", "?") for name, text in given.items()}
        chosen = Occupation.objects.filter(code=given["code"] or given["text"]).first()
        if chosen and given["text"] in (chosen.name, chosen.code):
            return chosen
        found = list(Occupation.objects.filter(name=given["text"]).order_by("-level")[:1])
        found = found or list(
            Occupation.objects.filter(aliases__name=given["text"]).order_by("aliases__rank")[:6]
        )
        if chosen and chosen in found:
            return chosen
        if not found:
            raise ValidationError(self.error_messages["unknown"], "unknown", {"text": given["text"]})
        if len(found) > 1:
            names = _("; ").join(each.name for each in found)
            raise ValidationError(
                self.error_messages["ambiguous"], "ambiguous", {"text": given["text"], "names": names}
            )
        return found[0]

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = self.prepare_value(initial) or {"text": "", "code": ""}
        return (data or {}).get("text", "") != before["text"]


class RegionField(forms.Field):
    """A ``Region`` by its code, name or full name. ``depth`` limits how far down the component goes."""

    default_error_messages = {
        "unknown": _(
            "“%(text)s” is not a place we know. Write its name with the city, such as 成都市成华区."
        ),
        "ambiguous": _("There are several places called “%(text)s”. Write one of these: %(names)s"),
        "too_coarse": _("Choose a more precise place: down to the %(level)s."),
    }

    def __init__(
        self,
        *,
        depth: int = RegionLevel.STREET,
        at_least: int = RegionLevel.PROVINCE,
        root: str = "",
        **kwargs: Any,
    ):
        kwargs.setdefault("widget", RegionSelect(depth=depth, root=root))
        self.at_least = at_least
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return Region.objects.filter(pk=value).first()
        return value

    def to_python(self, value: Any) -> Region | None:
        if isinstance(value, Region) or not value:
            return value or None
        text = str(value).strip().replace("\x00", "?")
        if not text:
            return None
        places = Region.objects.active()
        found = list(places.filter(code=text)) or list(places.filter(full_name=text)[:2])
        found = (
            found or list(places.filter(name=text)[:6]) or list(places.filter(full_name__endswith=text)[:6])
        )
        if not found:
            raise ValidationError(self.error_messages["unknown"], "unknown", {"text": text})
        if len(found) > 1:
            names = _("; ").join(each.full_name for each in found)
            raise ValidationError(
                self.error_messages["ambiguous"], "ambiguous", {"text": text, "names": names}
            )
        return found[0]

    def validate(self, value: Region | None) -> None:
        super().validate(value)
        if value and value.level < self.at_least:
            level = RegionLevel(self.at_least).label
            raise ValidationError(self.error_messages["too_coarse"], "too_coarse", {"level": level})

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = self.prepare_value(initial)
        known = {before.code, before.name, before.full_name} if isinstance(before, Region) else {before or ""}
        return (data or "") not in known
