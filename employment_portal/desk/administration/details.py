"""What an audit entry keeps beside its action, in words: names of keys and choices instead of their codes."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from employment_portal.accounts.enums import StaffRole
from employment_portal.audit.models import AuditEntry
from employment_portal.core.money import format_yuan
from employment_portal.desk.queue.kinds import kind_label
from employment_portal.organisations.enums import MemberRole
from employment_portal.regions.models import Agency, Region

SHOWN = 20  # of a list of ids; the export has them all

KEYS: dict[str, Promise] = {
    "agency": gettext_lazy("Agency"),
    "claims": gettext_lazy("Claims"),
    "code": pgettext_lazy("audit detail", "Document"),
    "confirmed": pgettext_lazy("audit detail", "Confirmed"),
    "count": pgettext_lazy("audit detail", "Number of rows"),
    "created": pgettext_lazy("audit detail", "New"),
    "days": pgettext_lazy("audit detail", "Days"),
    "duplicate": pgettext_lazy("audit detail", "Duplicates"),
    "employer": gettext_lazy("Employer"),
    "fen": gettext_lazy("Amount"),
    "fields": pgettext_lazy("audit detail", "Changed data"),
    "cause": pgettext_lazy("audit detail", "Cause"),
    "changed": pgettext_lazy("audit detail", "Changed data"),
    "file": gettext_lazy("File"),
    "format": pgettext_lazy("audit detail", "Format"),
    "found": pgettext_lazy("audit detail", "Found"),
    "from": pgettext_lazy("audit detail", "From"),
    "held": pgettext_lazy("audit detail", "Held back"),
    "id": pgettext_lazy("audit detail", "Number"),
    "ids": pgettext_lazy("audit detail", "Numbers of the rows"),
    "invitation": gettext_lazy("Invitation"),
    "item": pgettext_lazy("audit detail", "Budget item"),
    "items": pgettext_lazy("audit detail", "Numbers of the cases"),
    "kept": pgettext_lazy("audit detail", "Kept"),
    "kind": gettext_lazy("Kind"),
    "last_day": gettext_lazy("Last day"),
    "late_days": pgettext_lazy("audit detail", "Days late"),
    "mapping": pgettext_lazy("audit detail", "Assignment of columns"),
    "membership": pgettext_lazy("audit detail", "Group membership"),
    "number": pgettext_lazy("audit detail", "Number"),
    "only": pgettext_lazy("audit detail", "Shown only"),
    "organisation": pgettext_lazy("audit detail", "Organisation"),
    "paper": pgettext_lazy("audit detail", "Document"),
    "parent": gettext_lazy("Head office"),
    "part": pgettext_lazy("audit detail", "Part"),
    "post": pgettext_lazy("audit detail", "Post"),
    "problem": pgettext_lazy("audit detail", "Problem"),
    "purpose": pgettext_lazy("audit detail", "Purpose"),
    "query": pgettext_lazy("audit detail", "Filter"),
    "reason": gettext_lazy("Reason"),
    "reference": pgettext_lazy("audit detail", "Reference"),
    "region": gettext_lazy("Region"),
    "register": pgettext_lazy("audit detail", "Register"),
    "rejected": gettext_lazy("Refused"),
    "removed": pgettext_lazy("audit detail", "Removed"),
    "resolution": pgettext_lazy("audit detail", "Resolution"),
    "result": gettext_lazy("Result"),
    "role": gettext_lazy("Role"),
    "row": gettext_lazy("Row"),
    "rows": pgettext_lazy("audit detail", "Number of rows"),
    "scope": pgettext_lazy("audit detail", "Scope"),
    "sha256": pgettext_lazy("audit detail", "Checksum of the file"),
    "show": pgettext_lazy("audit detail", "View"),
    "since": pgettext_lazy("audit detail", "Since"),
    "sitting": gettext_lazy("Counter service"),
    "source": gettext_lazy("Source"),
    "spell": gettext_lazy("Status spell"),
    "state": gettext_lazy("State"),
    "subject": gettext_lazy("Subject"),
    "task": gettext_lazy("Task"),
    "text": pgettext_lazy("audit detail", "Words searched for"),
    "through": pgettext_lazy("audit detail", "Way"),
    "to": pgettext_lazy("audit detail", "To"),
    "total_fen": pgettext_lazy("audit detail", "Total"),
    "unchanged": pgettext_lazy("audit detail", "Unchanged"),
    "until": pgettext_lazy("audit detail", "Until"),
    "updated": pgettext_lazy("audit detail", "Updated"),
    "user": gettext_lazy("Account"),
    "version": pgettext_lazy("audit detail", "From version"),
    "withdrawn": gettext_lazy("Withdrawn"),
    "year": gettext_lazy("Year"),
}

# Keys whose codes are choices of something other than the subject: the model and its field.
CHOICES: dict[str, tuple[tuple[str, str], ...]] = {
    "reason": (("people.statusspell", "end_reason"),),
    "register": (("registers.registerbatch", "register"),),
    "purpose": (("people.consent", "purpose"),),
    "kind": (("people.datarequest", "kind"),),
    "result": (("people.person", "real_name_status"),),
}
PAPERS = {
    "licence": gettext_lazy("Business licence"),
    "authorisation": gettext_lazy("Letter of authorisation"),
}
ROLES = {str(value): label for value, label in [*StaffRole.choices, *MemberRole.choices]}


def explain(entries: Iterable[AuditEntry]) -> list[tuple[AuditEntry, list[tuple[str, str]]]]:
    """Every entry with its details as pairs of words; the names of places cost one query each for all entries.

    What has no words yet is shown as it was kept, so that nothing is ever left out.
    """
    entries = list(entries)
    agencies = _names(
        Agency, "public_id", (entry.detail.get(key) for entry in entries for key in ("agency", "to"))
    )
    regions = _names(Region, "code", (entry.detail.get("region") for entry in entries))
    places = agencies | regions
    return [
        (
            entry,
            [
                (str(KEYS.get(key, key.replace("_", " "))), _value(entry, key, value, places))
                for key, value in sorted(entry.detail.items(), key=lambda kept: kept[0] == "to")
                if value not in ("", None, [])
            ],
        )
        for entry in entries
    ]


def _names(model: Any, field: str, keys: Iterable[Any]) -> dict[str, str]:
    wanted = {key for key in keys if isinstance(key, str) and key}
    if not wanted:
        return {}
    return dict(model.objects.filter(**{f"{field}__in": wanted}).values_list(field, "name"))


def _value(entry: AuditEntry, key: str, value: Any, places: dict[str, str]) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return _list(entry, key, value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {each}" for name, each in value.items())
    if key == "fen" or key.endswith("_fen"):
        return f"¥{format_yuan(value, 2)}"
    text = str(value)
    if key in ("agency", "region", "to") and text in places:
        return places[text]
    if key == "role":
        return str(ROLES.get(text, text))
    if key == "paper":
        return str(PAPERS.get(text, text))
    for model, field in _sources(entry, key):
        label = _choices(model, field).get(text)
        if label is not None:
            return str(label)
    return kind_label(text) if key == "kind" else text


def _list(entry: AuditEntry, key: str, values: list[Any]) -> str:
    if key in ("fields", "changed"):
        names = _field_names(entry.subject_type)
        values = [names.get(str(value), value) for value in values]
    words = ", ".join(str(value) for value in values[:SHOWN])
    left = len(values) - SHOWN
    if left > 0:
        words += " " + ngettext("and %(n)s more", "and %(n)s more", left) % {"n": left}
    return words


def _sources(entry: AuditEntry, key: str) -> Iterator[tuple[str, str]]:
    """Where the words of a code may stand: in a field of the subject, or in one named above."""
    for model in _models_of(entry.subject_type, entry.action.partition(".")[0]):
        if key in ("from", "to"):
            yield model, "status"
            yield model, "state"
        yield model, key
    yield from CHOICES.get(key, ())


@cache
def _models_of(subject_type: str, area: str) -> tuple[str, ...]:
    """The subject's model; a change of many rows at once has no subject, and its area names the model."""
    if subject_type:
        return (subject_type,)
    ending = area.replace("_", "")
    return tuple(
        model._meta.label_lower for model in apps.get_models() if str(model._meta.model_name).endswith(ending)
    )


@cache
def _choices(model: str, field: str) -> dict[str, Any]:
    try:
        found: Any = apps.get_model(model)._meta.get_field(field)
    except (LookupError, FieldDoesNotExist):  # entries outlive the models that they speak of
        return {}
    return {str(code): label for code, label in getattr(found, "flatchoices", ())}


@cache
def _field_names(model: str) -> dict[str, Any]:
    try:
        fields = apps.get_model(model)._meta.get_fields()
    except LookupError:
        return {}
    return {field.name: getattr(field, "verbose_name", field.name) for field in fields}
