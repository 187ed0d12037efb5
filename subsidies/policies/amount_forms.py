"""How much: one form per kind of amount, and the grid of a table."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from employment_portal.facts.catalogue import Fact, FactType, UnknownFact, fact, facts_for
from subsidies.policies.condition_forms import argument_choices, fact_choices
from subsidies.policies.fields import CellField, YuanField
from subsidies.policies.models import SubsidyItem

KINDS = {
    "fixed": gettext_lazy("A fixed amount"),
    "per_month": gettext_lazy("An amount per month"),
    "rate": gettext_lazy("A share of a fact, or an amount for each"),
    "table": gettext_lazy("A table of amounts"),
    "rate_table": gettext_lazy("A table of shares"),
}
COLUMNS, SPARE_ROWS, MOST_ROWS = 3, 4, 60


class FixedForm(forms.Form):
    fen = YuanField(label=gettext_lazy("Yuan"))

    def __init__(self, *args: Any, item: SubsidyItem, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.item = item

    def as_json(self) -> dict[str, Any]:
        return {"kind": "fixed", "fen": self.cleaned_data["fen"]}

    @staticmethod
    def initial_of(amount: dict[str, Any]) -> dict[str, Any]:
        return {"fen": amount.get("fen") or None}


class FactPart(forms.Form):
    """A fact with its details: every detail of the subject's facts is there, the chosen fact takes its own."""

    def add_fact(self, name: str, label: Any, item: SubsidyItem, *types: str, required: bool = True) -> None:
        listed: list[Any] = fact_choices(item.subject, *types)
        if not required:
            listed = [("", _("the months claimed")), *listed]
        self.fields[name] = forms.ChoiceField(label=label, choices=listed, required=required)
        seen: set[str] = set()
        for known in facts_for(item.subject):
            for argument in known.arguments:
                if known.type in types and argument.name not in seen:
                    seen.add(argument.name)
                    self.fields[f"{name}_{argument.name}"] = forms.ChoiceField(
                        label=argument.label,
                        required=False,
                        choices=[("", "—"), *argument_choices(argument, item)],
                        help_text=_("only for facts that ask for it"),
                    )

    def fact_json(self, name: str) -> dict[str, Any]:
        known = fact(self.cleaned_data[name])
        args = {
            argument.name: self.cleaned_data.get(f"{name}_{argument.name}", "")
            for argument in known.arguments
        }
        return {"fact": known.key, "args": args}

    def add_months(self, item: SubsidyItem) -> None:
        self.add_fact("months", _("The months that count"), item, FactType.NUMBER, required=False)

    def months_json(self) -> dict[str, Any] | None:
        return self.fact_json("months") if self.cleaned_data["months"] else None

    def check_fact(self, name: str) -> None:
        chosen = self.cleaned_data.get(name)
        if not chosen:
            return
        for argument in fact(chosen).arguments:
            if not self.cleaned_data.get(f"{name}_{argument.name}"):
                self.add_error(f"{name}_{argument.name}", _("This fact asks for it. Choose one."))


def fact_initial(name: str, ref: Any) -> dict[str, Any]:
    ref = ref or {}
    return {
        name: ref.get("fact", ""),
        **{f"{name}_{argument}": value for argument, value in (ref.get("args") or {}).items()},
    }


class PerMonthForm(FactPart):
    fen = YuanField(label=gettext_lazy("Yuan a month"))
    cap_fen = YuanField(label=gettext_lazy("At most yuan in all"), required=False)

    def __init__(self, *args: Any, item: SubsidyItem, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.add_months(item)
        self.order_fields(["fen", "months", *(name for name in self.fields if name.startswith("months_"))])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.check_fact("months")
        return cleaned

    def as_json(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] for name in ("fen", "cap_fen")}
        return {"kind": "per_month", **said, "months_fact": self.months_json()}

    @staticmethod
    def initial_of(amount: dict[str, Any]) -> dict[str, Any]:
        return {**amount, **fact_initial("months", amount.get("months_fact"))}


class RateForm(FactPart):
    numerator = forms.IntegerField(
        label=gettext_lazy("times"),
        min_value=1,
        max_value=1_000_000,
        help_text=gettext_lazy("of a number: fen for each one"),
    )
    denominator = forms.IntegerField(label=gettext_lazy("divided by"), min_value=1, max_value=1_000_000)
    monthly = forms.BooleanField(label=gettext_lazy("times the months"), required=False)
    per_month_cap_fen = YuanField(label=gettext_lazy("At most yuan a month"), required=False)
    cap_fen = YuanField(label=gettext_lazy("At most yuan in all"), required=False)

    def __init__(self, *args: Any, item: SubsidyItem, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.add_fact("of", _("Share of"), item, FactType.MONEY, FactType.NUMBER)
        self.order_fields(["of", *(name for name in self.fields if name.startswith("of_"))])
        self.add_months(item)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.check_fact("of")
        self.check_fact("months")
        return cleaned

    def as_json(self) -> dict[str, Any]:
        said = self.cleaned_data
        names = ("numerator", "denominator", "monthly", "cap_fen", "per_month_cap_fen")
        rate = {"kind": "rate", **self.fact_json("of"), **{name: said[name] for name in names}}
        return {**rate, "months_fact": self.months_json()}

    @staticmethod
    def initial_of(amount: dict[str, Any]) -> dict[str, Any]:
        return {**amount, **fact_initial("of", amount), **fact_initial("months", amount.get("months_fact"))}


class ColumnsForm(FactPart):
    """Which facts the columns of a table are."""

    def __init__(self, *args: Any, item: SubsidyItem, **kwargs: Any):
        super().__init__(*args, **kwargs)
        types = [kind for kind in FactType.values if kind != FactType.CHOICES]
        for index in range(COLUMNS):
            self.add_fact(f"column{index}", _("Column %(number)s") % {"number": index + 1}, item, *types)
            for name in list(self.fields):
                if name.startswith(f"column{index}"):
                    self.fields[name].required = False
            choices = self.fields[f"column{index}"].choices  # type: ignore[attr-defined]
            self.fields[f"column{index}"].choices = [("", _("no column")), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for index in range(COLUMNS):
            self.check_fact(f"column{index}")
        if not any(cleaned.get(f"column{index}") for index in range(COLUMNS)):
            self.add_error("column0", _("A table needs at least one column."))
        return cleaned

    def columns(self) -> list[dict[str, Any]]:
        return [
            self.fact_json(f"column{index}")
            for index in range(COLUMNS)
            if self.cleaned_data[f"column{index}"]
        ]

    @staticmethod
    def initial_of(amount: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for index, ref in enumerate((amount.get("columns") or [])[:COLUMNS]):
            found.update(fact_initial(f"column{index}", ref))
        return found


class TableForm(FactPart):
    """The rows of a table whose columns are settled; a row without a result is left out."""

    def __init__(
        self,
        *args: Any,
        item: SubsidyItem,
        columns: list[dict[str, Any]],
        rate: bool,
        rows: int,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.columns, self.rate = columns, rate
        self.column_facts = [self.known(ref) for ref in columns]
        self.row_count = min(rows, MOST_ROWS)
        for row in range(self.row_count):
            for index, known in enumerate(self.column_facts):
                self.fields[f"r{row}_{index}"] = CellField(known, label=known.label)
            if rate:
                for end, label in (("n", _("times")), ("d", _("divided by"))):
                    self.fields[f"r{row}_{end}"] = forms.IntegerField(
                        label=label, required=False, min_value=1, max_value=1_000_000
                    )
            else:
                self.fields[f"r{row}_fen"] = YuanField(label=_("Yuan"), required=False)
        if rate:
            self.add_fact("of", _("Share of"), item, FactType.MONEY, FactType.NUMBER)
            self.fields["per_month_cap_fen"] = YuanField(label=_("At most yuan a month"), required=False)
            self.fields["cap_fen"] = YuanField(label=_("At most yuan in all"), required=False)
        else:
            self.fields["monthly"] = forms.BooleanField(label=_("times the months"), required=False)
        self.add_months(item)

    @staticmethod
    def known(ref: dict[str, Any]) -> Fact:
        return fact(ref["fact"])

    @property
    def results(self) -> list[str]:
        return ["n", "d"] if self.rate else ["fen"]

    @property
    def grid(self) -> list[list[Any]]:
        """The cells of each row, for the page."""
        names = [*range(len(self.columns)), *self.results]
        return [[self[f"r{row}_{name}"] for name in names] for row in range(self.row_count)]

    @property
    def rest(self) -> list[Any]:
        """The fields beside the grid."""
        return [self[name] for name in self.fields if not name[1:2].isdigit()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.rate:
            self.check_fact("of")
        self.check_fact("months")
        if not self.errors and not self.rows():
            self.add_error(None, _("A table needs at least one row."))
        return cleaned

    def rows(self) -> list[list[Any]]:
        found = []
        for row in range(self.row_count):
            results = [self.cleaned_data.get(f"r{row}_{name}") for name in self.results]
            if all(results):
                cells = [self.cleaned_data.get(f"r{row}_{index}") for index in range(len(self.columns))]
                found.append([*cells, *results])
        return found

    def as_json(self) -> dict[str, Any]:
        said = self.cleaned_data
        table = {"columns": self.columns, "rows": self.rows(), "months_fact": self.months_json()}
        if not self.rate:
            return {"kind": "table", **table, "monthly": said["monthly"]}
        caps = {name: said[name] for name in ("cap_fen", "per_month_cap_fen")}
        return {"kind": "rate_table", **table, **self.fact_json("of"), **caps}

    @staticmethod
    def initial_of(amount: dict[str, Any], rate: bool) -> dict[str, Any]:
        found = {**amount, **fact_initial("months", amount.get("months_fact"))}
        found.update(fact_initial("of", amount) if rate else {})
        ends = ["n", "d"] if rate else ["fen"]
        for number, row in enumerate(amount.get("rows") or []):
            names = [*range(len(row) - len(ends)), *ends]
            found.update({f"r{number}_{name}": cell for name, cell in zip(names, row, strict=True)})
        return found


SIMPLE: dict[str, Any] = {"fixed": FixedForm, "per_month": PerMonthForm, "rate": RateForm}


def columns_of(amount: dict[str, Any]) -> list[dict[str, Any]]:
    """The columns of an amount that are facts still known."""
    found = []
    for ref in amount.get("columns") or []:
        try:
            fact(ref["fact"])
        except (UnknownFact, KeyError, TypeError):
            continue
        found.append({"fact": ref["fact"], "args": dict(ref.get("args") or {})})
    return found
