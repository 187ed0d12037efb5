"""Input of claims to cleaned values."""

from datetime import date
from typing import Any

from django import forms
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from employment_portal.core.errors import DomainError
from employment_portal.core.money import format_yuan, yuan_to_fen
from employment_portal.facts.catalogue import FactType
from employment_portal.facts.catalogue import fact as fact_of
from employment_portal.ui.fields import RegionField
from employment_portal.ui.widgets import DateInput, FileInput, MonthInput
from subsidies.claims.enums import Verdict
from subsidies.claims.evaluation import refs_of
from subsidies.claims.models import Claim
from subsidies.policies.content import FactRef
from subsidies.policies.words import fact_words, value_words

PAPERS = ".pdf,.jpg,.jpeg,.png"


class DataForm(forms.Form):
    """What we hold, fact by fact: a box says that it is not right, the field beside it what is.

    A fact that we do not know has only the field. ``declared()`` gives what differs, by the fact's key.
    """

    declared_yuan = forms.CharField(
        label=_("Amount that you claim (yuan)"),
        required=False,
        help_text=_("Leave it empty to claim what we reckon."),
        max_length=16,
    )
    note = forms.CharField(
        label=_("Anything we should know"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        self.refs = refs_of(claim.version)
        declared = claim.declared.get("facts", {})
        initial = {"note": claim.declared.get("note", "")}
        if claim.declared_fen is not None:
            initial["declared_yuan"] = format_yuan(claim.declared_fen).replace(",", "")
        super().__init__(*args, initial=initial, **kwargs)
        entry = claim.entries.order_by("row").first()
        self.held = entry.facts if entry is not None and claim.organisation_id is None else {}
        self.rows: list[dict[str, Any]] = []
        if claim.organisation_id is not None:
            return
        for number, (key, ref) in enumerate(self.refs.items()):
            known = fact_of(ref.fact)
            held = self.held.get(key)
            wrong, value = f"wrong_{number}", f"value_{number}"
            self.fields[wrong] = forms.BooleanField(
                label=_("This is not right"), required=False, initial=key in declared
            )
            self.fields[value] = value_field(ref, initial=declared.get(key))
            self.rows.append(
                {
                    "key": key,
                    "type": known.type,
                    "label": fact_words(ref),
                    "source": known.source,
                    "how": known.how,
                    "held": value_words(known, held) if held is not None else "",
                    "is_held": held is not None,
                    "wrong": self[wrong],
                    "value": self[value],
                    "names": (wrong, value),
                }
            )

    def clean_declared_yuan(self) -> int | None:
        typed = self.cleaned_data["declared_yuan"]
        if not typed:
            return None
        try:
            return yuan_to_fen(typed)
        except DomainError as error:
            raise forms.ValidationError(error.message) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for row in self.rows:
            wrong, value = row["names"]
            if cleaned.get(wrong) and cleaned.get(value) in (None, "", []) and value not in self.errors:
                self.add_error(value, _("Enter what is right."))
        return cleaned

    def declared(self) -> dict[str, Any]:
        found = {}
        for row in self.rows:
            wrong, value = row["names"]
            said = self.cleaned_data.get(value)
            if said in (None, "", []) or (row["is_held"] and not self.cleaned_data.get(wrong)):
                continue
            money = row["type"] == FactType.MONEY
            found[row["key"]] = yuan_to_fen(said) if money else plain(said)
        return found


def value_field(ref: FactRef, *, initial: Any) -> forms.Field:
    """The field in which somebody states a fact's value."""
    known = fact_of(ref.fact)
    label = fact_words(ref)
    common: dict[str, Any] = {"label": label, "required": False, "initial": initial}
    match known.type:
        case FactType.NUMBER:
            return forms.DecimalField(**common, max_digits=12, decimal_places=2, min_value=0)
        case FactType.MONEY:
            return forms.DecimalField(
                **{**common, "initial": initial / 100 if initial is not None else None},
                max_digits=12,
                decimal_places=2,
                min_value=0,
            )
        case FactType.DATE:
            return forms.DateField(**common, widget=DateInput())
        case FactType.YES_NO:
            return forms.TypedChoiceField(
                **common,
                choices=[("", "—"), ("yes", _("yes")), ("no", _("no"))],
                coerce=lambda value: value == "yes",
                empty_value=None,
            )
        case FactType.REGION:
            return RegionField(label=label, required=False, at_least=2)
        case FactType.CHOICES:
            choices = known.choices() if known.choices else []
            return forms.MultipleChoiceField(**common, choices=choices)
        case _:
            choices = known.choices() if known.choices else []
            return forms.ChoiceField(**common, choices=[("", "—"), *choices])


def plain(value: Any) -> Any:
    """A cleaned value as JSON holds it."""
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "path") and hasattr(value, "code"):  # a region
        return value.path
    if hasattr(value, "to_integral_value"):
        return int(value) if value == value.to_integral_value() else str(value)
    return value


class MonthsForm(forms.Form):
    """The months that are claimed, the last one included."""

    first = forms.DateField(label=_("From month"), widget=MonthInput(), input_formats=["%Y-%m", "%Y-%m-%d"])
    last = forms.DateField(label=_("To month"), widget=MonthInput(), input_formats=["%Y-%m", "%Y-%m-%d"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last month comes before the first one."))
        return cleaned

    def period(self) -> DateRange:
        last = self.cleaned_data["last"].replace(day=1)
        after = date(last.year + last.month // 12, last.month % 12 + 1, 1)
        return DateRange(self.cleaned_data["first"].replace(day=1), after)


class YearForm(forms.Form):
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)

    def period(self) -> DateRange:
        year = self.cleaned_data["year"]
        return DateRange(date(year, 1, 1), date(year + 1, 1, 1))


class PaperForm(forms.Form):
    code = forms.SlugField(widget=forms.HiddenInput())
    file = forms.FileField(
        label=_("Paper"),
        help_text=_("PDF, JPEG or PNG, at most 5 MB."),
        widget=FileInput(accept=PAPERS),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty. Choose another one."),
        },
    )


class AccountForm(forms.Form):
    """The account that the money goes to, held by the claimant."""

    holder = forms.CharField(label=_("Account holder"), max_length=120)
    bank_name = forms.CharField(label=_("Bank"), max_length=80)
    number = forms.CharField(
        label=_("Account number"),
        max_length=32,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    bank_code = forms.CharField(label=_("Bank code (CNAPS), if you know it"), max_length=14, required=False)


class SubmitForm(forms.Form):
    agree = forms.BooleanField(
        label=_("What I declare is true. I know that wrong statements are reclaimed and recorded."),
        error_messages={"required": _("Tick the box to hand the claim in.")},
    )


class AppealForm(forms.Form):
    text = forms.CharField(
        label=_("Why the decision is wrong"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write why the decision is wrong.")},
    )


class AnswerForm(forms.Form):
    uphold = forms.TypedChoiceField(
        label=_("Result"),
        choices=[("yes", _("Upheld: the claim is reviewed again")), ("no", _("Rejected"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        error_messages={"required": _("Choose the result.")},
    )
    answer = forms.CharField(
        label=_("Answer to the claimant"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write the answer: the claimant reads it.")},
    )


class VerdictForm(forms.Form):
    """One verdict with its note; ``seen`` is the fingerprint of what the page showed."""

    verdict = forms.ChoiceField(choices=Verdict.choices)
    note = forms.CharField(
        label=_("Reason or note"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (
            cleaned.get("verdict")
            and cleaned["verdict"] != Verdict.PASS
            and not cleaned.get("note", "").strip()
        ):
            self.add_error("note", _("Write the reason: the claimant reads it in the decision."))
        return cleaned


class ConflictForm(forms.Form):
    """With whom one has a conflict of interest: found by the number on a document."""

    number = forms.CharField(
        label=_("Identity number of the person, or credit code of the organisation"),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    relation = forms.CharField(
        label=_("Relation"), max_length=60, help_text=_("For example: spouse, brother, firm of the family.")
    )
