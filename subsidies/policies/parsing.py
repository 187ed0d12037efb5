"""Reading the JSON of a policy: every mistake of form is a sentence with its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from employment_portal.core.errors import DomainError
from employment_portal.core.money import MAX_FEN
from subsidies.policies import content as c

MAX_DEPTH = 6
MAX_PARTS = 60
MOST_DIGITS = 18
MISSING = object()


@dataclass(frozen=True)
class Problem:
    """``path`` is the place in the JSON ("steps.2.role"), ``message`` a sentence that says what to do."""

    path: str
    message: str


class ContentError(DomainError):
    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(" ".join(f"{problem.path}: {problem.message}" for problem in problems))


def parse(data: Any) -> c.Content:
    """Raises ContentError with every mistake of form."""
    reader = Reader()
    content = reader.content(data)
    if reader.problems:
        raise ContentError(reader.problems)
    assert content is not None
    return content


class Reader:
    """Collects problems; what cannot be read becomes a harmless stand-in, so that reading goes on."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def say(self, path: str, message: str) -> None:
        self.problems.append(Problem(path, message))

    def content(self, data: Any) -> c.Content | None:
        row = self.mapping(data, "", known=set(c.Content.__dataclass_fields__))
        if row is None:
            return None
        return c.Content(
            conditions=self.conditions(row.get("conditions")),
            region_basis=self.text(row, "region_basis"),
            amount=self.amount(row.get("amount")),
            rounding=self.one_of(row, "rounding", c.ROUNDINGS, "half_up"),
            rounding_unit_fen=self.one_of(row, "rounding_unit_fen", c.ROUNDING_UNITS, 1),
            limits=self.limits(row.get("limits", {})),
            evidence=tuple(
                self.evidence_item(item, f"evidence.{index}")
                for index, item in enumerate(self.sequence(row, "evidence"))
            ),
            steps=tuple(
                self.step(item, f"steps.{index}") for index, item in enumerate(self.sequence(row, "steps"))
            ),
            correction_working_days=self.whole(row, "correction_working_days", least=1, most=250),
            notice_working_days=self.whole(row, "notice_working_days", least=0, most=250),
            payment_working_days=self.whole(row, "payment_working_days", least=1, most=250),
            without_application=self.flag(row, "without_application", default=False),
            fund=self.text(row, "fund"),
            period_months=self.whole(row, "period_months", least=1, most=12, default=3),
        )

    def conditions(self, data: Any) -> c.Group:
        node = self.node(data, "", 0) if data is not None else None
        if node is None:
            self.say("conditions", _("Name at least one condition."))
            return c.Group(c.ALL, ())
        if isinstance(node, c.Group) and node.kind == c.ALL:
            return node
        return c.Group(c.ALL, (node,))

    def node(self, data: Any, path: str, depth: int) -> c.Condition | c.Group | None:
        place = f"conditions.{path}" if path else "conditions"
        if not isinstance(data, Mapping):
            self.say(place, _("A condition or a group is expected here."))
            return None
        kinds = [kind for kind in (c.ALL, c.ANY, c.NOT) if kind in data]
        if not kinds:
            return self.condition(data, path, place)
        if len(data) != 1:
            self.say(place, _("A group is either “all”, “any” or “not”."))
            return None
        if depth >= MAX_DEPTH:
            self.say(place, _("Groups are nested too deeply. Say it with fewer levels."))
            return None
        kind = kinds[0]
        parts = [data[kind]] if kind == c.NOT else data[kind]
        if not isinstance(parts, list) or not parts:
            self.say(place, _("This group is empty. Add a condition or take the group out."))
            return None
        if len(parts) > MAX_PARTS:
            self.say(place, _("A group holds at most %(most)s conditions.") % {"most": MAX_PARTS})
            return None
        below = f"{path}.{kind}" if path else kind
        read = [self.node(part, f"{below}.{index}", depth + 1) for index, part in enumerate(parts)]
        return c.Group(kind, tuple(part for part in read if part is not None), path)

    def condition(self, data: Mapping[str, Any], path: str, place: str) -> c.Condition | None:
        row = self.mapping(data, place, known={"fact", "args", "op", "value", "article", "label"})
        ref = self.ref(row, place)
        if row is None or ref is None:
            return None
        return c.Condition(
            ref=ref,
            op=self.text(row, "op", place),
            value=self.plain(row.get("value")),
            article=self.text(row, "article", place, blank=True),
            label=self.text(row, "label", place, blank=True),
            path=path,
        )

    def ref(self, data: Any, place: str) -> c.FactRef | None:
        if not isinstance(data, Mapping) or not isinstance(data.get("fact"), str) or not data["fact"]:
            self.say(place, _("Choose a fact."))
            return None
        args = data.get("args") or {}
        if not isinstance(args, Mapping):
            self.say(place, _("The details of a fact are given by name."))
            return None
        return c.FactRef(data["fact"], {str(name): str(value) for name, value in sorted(args.items())})

    def plain(self, value: Any) -> Any:
        """Numbers with a fraction are kept as text: no float ever decides."""
        if isinstance(value, float):
            return int(value) if value.is_integer() else str(Decimal(str(value)))
        if isinstance(value, list | tuple):
            return [self.plain(part) for part in value]
        if isinstance(value, Mapping):
            return {str(name): self.plain(part) for name, part in value.items()}
        return value

    def amount(self, data: Any) -> c.Amount:
        kind = data.get("kind") if isinstance(data, Mapping) else None
        if kind == "fixed":
            row = self.mapping(data, "amount", known={"kind", "fen"}) or {}
            return c.Fixed(self.fen(row, "fen", "amount"))
        if kind == "per_month":
            row = self.mapping(data, "amount", known={"kind", "fen", "months_fact", "cap_fen"}) or {}
            return c.PerMonth(
                self.fen(row, "fen", "amount"),
                self.months_fact(row),
                self.fen(row, "cap_fen", "amount", optional=True),
            )
        if kind == "rate":
            known = {"kind", "fact", "args", "numerator", "denominator"}
            known |= {"cap_fen", "per_month_cap_fen", "monthly", "months_fact"}
            row = self.mapping(data, "amount", known=known) or {}
            return c.Rate(
                of=self.ref(row, "amount") or c.FactRef(""),
                numerator=self.whole(row, "numerator", "amount", least=1, most=1_000_000),
                denominator=self.whole(row, "denominator", "amount", least=1, most=1_000_000),
                cap_fen=self.fen(row, "cap_fen", "amount", optional=True),
                per_month_cap_fen=self.fen(row, "per_month_cap_fen", "amount", optional=True),
                monthly=self.flag(row, "monthly", "amount", default=False),
                months=self.months_fact(row),
            )
        if kind in {"table", "rate_table"}:
            return self.table(data, rate=kind == "rate_table")
        self.say("amount", _("Choose how the amount is reckoned."))
        return c.Fixed(0)

    def months_fact(self, amount: Mapping[str, Any]) -> c.FactRef | None:
        of = amount.get("months_fact")
        return None if of is None else self.ref(of, "amount.months_fact")

    def table(self, data: Mapping[str, Any], *, rate: bool) -> c.Table:
        known = {"kind", "columns", "rows", "months_fact"}
        known |= {"fact", "args", "cap_fen", "per_month_cap_fen"} if rate else {"monthly"}
        row = self.mapping(data, "amount", known=known) or {}
        columns = [
            self.ref(column, f"amount.columns.{index}") or c.FactRef("")
            for index, column in enumerate(self.sequence(row, "columns", "amount"))
        ]
        lines: list[tuple[Any, ...]] = []
        ends = 2 if rate else 1
        for index, line in enumerate(self.sequence(row, "rows", "amount")):
            place = f"amount.rows.{index}"
            if not isinstance(line, list) or len(line) != len(columns) + ends:
                self.say(place, _("Each row has a cell for every column and then its result."))
                continue
            results = line[len(columns) :]
            if not all(type(cell) is int and 0 < cell <= MAX_FEN for cell in results):
                self.say(place, _("The result of a row is a positive whole number."))
                continue
            lines.append(tuple(self.plain(cell) for cell in line))
        if not columns:
            self.say("amount.columns", _("A table needs at least one column."))
        if not lines and not any(problem.path.startswith("amount.rows") for problem in self.problems):
            self.say("amount.rows", _("A table needs at least one row."))
        return c.Table(
            columns=tuple(columns),
            rows=tuple(lines),
            monthly=not rate and self.flag(row, "monthly", "amount", default=False),
            of=(self.ref(row, "amount") or c.FactRef("")) if rate else None,
            cap_fen=self.fen(row, "cap_fen", "amount", optional=True) if rate else None,
            per_month_cap_fen=self.fen(row, "per_month_cap_fen", "amount", optional=True) if rate else None,
            months=self.months_fact(row),
        )

    def limits(self, data: Any) -> c.Limits:
        row = self.mapping(data, "limits", known=set(c.Limits.__dataclass_fields__)) or {}
        of = row.get("from_fact")
        whole = ("lifetime_months", "lifetime_count", "yearly_count", "claim_within_months")
        numbers = {name: self.whole(row, name, "limits", least=1, most=1200, optional=True) for name in whole}
        return c.Limits(
            **numbers,
            yearly_with=self.codes(row, "yearly_with", "limits"),
            yearly_fen=self.fen(row, "yearly_fen", "limits", optional=True),
            from_fact=None if of is None else self.ref(of, "limits.from_fact"),
            lifetime_unless=None if row.get("lifetime_unless") is None else self.exception(row),
        )

    def codes(self, row: Mapping[str, Any], name: str, place: str) -> tuple[str, ...]:
        found = self.sequence(row, name, place)
        if all(isinstance(code, str) for code in found):
            return tuple(sorted(set(found)))
        self.say(f"{place}.{name}", _("Choose values of the list."))
        return ()

    def exception(self, limits: Mapping[str, Any]) -> c.Condition | None:
        place = "limits.lifetime_unless"
        if not isinstance(limits["lifetime_unless"], Mapping):
            self.say(place, _("A condition is expected here."))
            return None
        return self.condition(limits["lifetime_unless"], place, place)

    def evidence_item(self, data: Any, place: str) -> c.EvidenceItem:
        row = self.mapping(data, place, known=set(c.EvidenceItem.__dataclass_fields__)) or {}
        return c.EvidenceItem(
            code=self.text(row, "code", place),
            label=self.text(row, "label", place),
            required=self.flag(row, "required", place, default=True),
            commitment_allowed=self.flag(row, "commitment_allowed", place, default=False),
        )

    def step(self, data: Any, place: str) -> c.Step:
        row = self.mapping(data, place, known=set(c.Step.__dataclass_fields__)) or {}
        return c.Step(
            name=self.text(row, "name", place),
            role=self.text(row, "role", place),
            working_days=self.whole(row, "working_days", place, least=1, most=250),
            from_fen=self.fen(row, "from_fen", place, optional=True) or 0,
            below_fen=self.fen(row, "below_fen", place, optional=True),
        )

    def mapping(self, data: Any, place: str, *, known: set[str]) -> Mapping[str, Any] | None:
        if not isinstance(data, Mapping):
            self.say(place or "content", _("This part is missing."))
            return None
        for name in data:
            if name not in known:
                self.say(f"{place}.{name}" if place else str(name), _("This entry is not known here."))
        return data

    def sequence(self, row: Mapping[str, Any], name: str, place: str = "") -> list[Any]:
        value = row.get(name, [])
        if isinstance(value, list) and len(value) <= 500:
            return value
        self.say(f"{place}.{name}" if place else name, _("A list is expected here."))
        return []

    def text(self, row: Mapping[str, Any], name: str, place: str = "", *, blank: bool = False) -> str:
        value = row.get(name, "")
        if isinstance(value, str) and (blank or value.strip()) and len(value) <= 300:
            return value.strip()
        self.say(f"{place}.{name}" if place else name, _("Fill this in, in at most 300 characters."))
        return ""

    def flag(self, row: Mapping[str, Any], name: str, place: str = "", *, default: bool) -> bool:
        value = row.get(name, default)
        if isinstance(value, bool):
            return value
        self.say(f"{place}.{name}" if place else name, _("Say yes or no."))
        return default

    def one_of(self, row: Mapping[str, Any], name: str, allowed: tuple[Any, ...], default: Any) -> Any:
        value = row.get(name, default)
        if value in allowed and not isinstance(value, bool):
            return value
        self.say(name, _("Choose one of the list."))
        return default

    def whole(
        self,
        row: Mapping[str, Any],
        name: str,
        place: str = "",
        *,
        least: int,
        most: int,
        optional: bool = False,
        default: Any = MISSING,
    ) -> Any:
        value = row.get(name, None if default is MISSING else default)
        if value is None and optional:
            return None
        if type(value) is int and least <= value <= most:
            return value
        message = _("Enter a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}
        self.say(f"{place}.{name}" if place else name, message)
        return least

    def fen(self, row: Mapping[str, Any], name: str, place: str, *, optional: bool = False) -> Any:
        value = row.get(name)
        if value is None and optional:
            return None
        if type(value) is int and 0 < value <= MAX_FEN // 1_000_000:
            return value
        self.say(f"{place}.{name}", _("Enter an amount above zero."))
        return 0


def number(value: Any) -> Decimal | None:
    """A number as JSON holds it: an integer, or text where it has a fraction; none beyond what a column takes."""
    if type(value) is int:
        return Decimal(value)
    if not isinstance(value, str):
        return None
    try:
        read = Decimal(value)
    except InvalidOperation:
        return None
    return read if read.is_finite() and abs(read.adjusted()) < MOST_DIGITS else None
