"""Whether a policy makes sense for its item: facts of its subject, values of the right type, steps without gaps."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from employment_portal.accounts.enums import OFFICER_ROLES
from employment_portal.facts.catalogue import (
    REGION_BASES,
    Fact,
    FactType,
    Subject,
    UnknownSubject,
    facts_for,
    subject,
    subjects,
)
from employment_portal.regions.models import Region
from subsidies.policies import content as c
from subsidies.policies.asking import used_by
from subsidies.policies.enums import PeriodKind
from subsidies.policies.models import SubsidyItem
from subsidies.policies.parsing import ContentError, Problem, number, parse

COMPARE = (c.EQ, c.NE, c.LT, c.LE, c.GT, c.GE, c.BETWEEN)
EITHER = (c.KNOWN, c.UNKNOWN)
OPERATORS: dict[str, tuple[str, ...]] = {
    FactType.NUMBER: (*COMPARE, *EITHER),
    FactType.MONEY: (*COMPARE, *EITHER),
    FactType.DATE: (*COMPARE, *EITHER),
    FactType.YES_NO: (c.EQ, *EITHER),
    FactType.CHOICE: (c.EQ, c.NE, c.IN, c.NOT_IN, *EITHER),
    FactType.CHOICES: (c.ANY_OF, c.ALL_OF, c.NONE_OF, *EITHER),
    FactType.REGION: (c.WITHIN, c.NOT_WITHIN, *EITHER),
}
LISTS = (c.IN, c.NOT_IN, c.ANY_OF, c.ALL_OF, c.NONE_OF, c.WITHIN, c.NOT_WITHIN)


def problems(data: Any, item: SubsidyItem) -> list[Problem]:
    """All that keeps this content from being published for the item; mistakes of form first, alone."""
    try:
        content = parse(data)
    except ContentError as error:
        return error.problems
    try:
        of = subject(item.subject)
    except UnknownSubject:
        return [
            Problem(
                "",
                _("The portal does not know what this item pays for (%(subject)s).")
                % {"subject": item.subject},
            )
        ]
    return list(Checker(content, item, of).all())


class Checker:
    def __init__(self, content: c.Content, item: SubsidyItem, of: Subject) -> None:
        self.content = content
        self.item = item
        self.subject = of
        self.facts = {fact.key: fact for fact in facts_for(of.key)}

    def all(self) -> Iterator[Problem]:
        yield from self.conditions(self.content.conditions)
        if self.content.region_basis not in self.subject.regions:
            known = ", ".join(str(REGION_BASES[basis]) for basis in self.subject.regions)
            yield Problem("region_basis", _("Choose one of: %(known)s.") % {"known": known})
        yield from self.amount()
        yield from self.limits()
        yield from self.evidence()
        yield from self.steps()

    def conditions(self, group: c.Group) -> Iterator[Problem]:
        for leaf in group.leaves():
            yield from self.condition(leaf, f"conditions.{leaf.path}")

    def condition(self, leaf: c.Condition, place: str) -> Iterator[Problem]:
        yield from self.ref(leaf.ref, place)
        if not leaf.article:
            yield Problem(f"{place}.article", _("Name the article that asks for this condition."))
        fact = self.facts.get(leaf.ref.fact)
        if fact is not None:
            if leaf.op not in OPERATORS[fact.type]:
                yield Problem(
                    f"{place}.op", _("“%(fact)s” cannot be compared in this way.") % {"fact": fact.label}
                )
                return
            message = value_problem(fact, leaf.op, leaf.value)
            if message:
                yield Problem(f"{place}.value", message)

    def ref(self, ref: c.FactRef, place: str) -> Iterator[Problem]:
        fact = self.facts.get(ref.fact)
        if fact is None:
            text = _("“%(key)s” is no fact that holds of: %(subject)s. Choose another fact.")
            yield Problem(place, text % {"key": ref.fact, "subject": self.subject.label})
            return
        named = {argument.name for argument in fact.arguments}
        for name in ref.args:
            if name not in named:
                yield Problem(
                    f"{place}.args.{name}", _("“%(fact)s” has no such detail.") % {"fact": fact.label}
                )
        for argument in fact.arguments:
            value = ref.args.get(argument.name)
            if value == c.PERIOD and argument.name == "months":
                if self.item.period_kind != PeriodKind.MONTHS:
                    text = _(
                        "Only an item that covers calendar months has a period. Choose a number of months."
                    )
                    yield Problem(f"{place}.args.months", text)
            elif value not in {key for key, _label in argument.choices()}:
                text = _("Choose for “%(fact)s”: %(detail)s.")
                where = f"{place}.args.{argument.name}"
                yield Problem(where, text % {"fact": fact.label, "detail": argument.label})

    def typed(self, ref: c.FactRef, place: str, *types: str) -> Iterator[Problem]:
        yield from self.ref(ref, place)
        fact = self.facts.get(ref.fact)
        if fact is not None and fact.type not in types:
            labels = ", ".join(str(FactType(kind).label) for kind in types)
            text = _("“%(fact)s” does not fit here; the fact must be of the kind: %(kinds)s.")
            yield Problem(place, text % {"fact": fact.label, "kinds": labels})

    def amount(self) -> Iterator[Problem]:
        amount = self.content.amount
        monthly = self.item.period_kind != PeriodKind.ONCE
        needs_months = False
        if amount.months is not None:
            yield from self.typed(amount.months, "amount.months_fact", FactType.NUMBER)
        if isinstance(amount, c.PerMonth):
            needs_months = True
        elif isinstance(amount, c.Rate):
            needs_months = amount.monthly or amount.per_month_cap_fen is not None
            yield from self.typed(amount.of, "amount", FactType.MONEY, FactType.NUMBER)
            yield from self.fraction(amount.of, amount.numerator, amount.denominator, "amount")
        elif isinstance(amount, c.Table):
            needs_months = amount.monthly or amount.per_month_cap_fen is not None
            if amount.of is not None:
                yield from self.typed(amount.of, "amount", FactType.MONEY, FactType.NUMBER)
            yield from self.table(amount)
        if amount.months is not None and not needs_months:
            text = _("Nothing is multiplied by these months. Take the fact out, or set an amount a month.")
            yield Problem("amount.months_fact", text)
        if needs_months and amount.months is None and not monthly:
            yield Problem(
                "amount", _("An item that is paid once has no months to multiply by. Choose another kind.")
            )

    def fraction(self, of: c.FactRef, numerator: int, denominator: int, place: str) -> Iterator[Problem]:
        fact = self.facts.get(of.fact)
        if fact is not None and fact.type == FactType.MONEY and numerator > denominator:
            yield Problem(place, _("A share of an amount is at most the whole of it."))

    def table(self, table: c.Table) -> Iterator[Problem]:
        for index, column in enumerate(table.columns):
            yield from self.ref(column, f"amount.columns.{index}")
            fact = self.facts.get(column.fact)
            if fact is None:
                continue
            if fact.type == FactType.CHOICES:
                yield Problem(f"amount.columns.{index}", _("A fact with several values cannot be a column."))
                continue
            for line, row in enumerate(table.rows):
                message = cell_problem(fact, row[index])
                if message:
                    yield Problem(f"amount.rows.{line}", f"{fact.label}: {message}")
        width = len(table.columns)
        for line, row in enumerate(table.rows):
            if table.of is not None:
                yield from self.fraction(table.of, row[-2], row[-1], f"amount.rows.{line}")
            for earlier, above in enumerate(table.rows[:line]):
                if all(covers(above[cell], row[cell]) for cell in range(width)):
                    text = _("This row is never reached: row %(row)s fits all that it fits. Take one out.")
                    yield Problem(f"amount.rows.{line}", text % {"row": earlier + 1})
                    break

    def limits(self) -> Iterator[Problem]:
        limits = self.content.limits
        if limits.lifetime_unless is not None:
            yield from self.condition(limits.lifetime_unless, "limits.lifetime_unless")
            if limits.lifetime_months is None:
                yield Problem(
                    "limits.lifetime_months", _("Say how many months it is from which this exempts.")
                )
        if limits.yearly_with:
            yield from self.counted_together(limits)
        if limits.from_fact is not None:
            yield from self.typed(limits.from_fact, "limits.from_fact", FactType.DATE)
            if limits.claim_within_months is None:
                yield Problem("limits.claim_within_months", _("Say within how many months of that day."))
        elif limits.claim_within_months is not None and self.item.period_kind == PeriodKind.ONCE:
            yield Problem("limits.from_fact", _("Choose the day from which the months to claim are counted."))
        if self.content.without_application and any(
            paper.required and not paper.commitment_allowed for paper in self.content.evidence
        ):
            text = _("A subsidy without application cannot ask for papers that no commitment replaces.")
            yield Problem("without_application", text)

    def counted_together(self, limits: c.Limits) -> Iterator[Problem]:
        if limits.yearly_count is None:
            yield Problem("limits.yearly_count", _("Say how many times a year they are granted together."))
        fitting = set(countable_with(self.item).values_list("code", flat=True))
        for code in limits.yearly_with:
            if code not in fitting:
                text = _("“%(item)s” cannot be counted together with this subsidy. Take it out.")
                yield Problem("limits.yearly_with", text % {"item": code})

    def evidence(self) -> Iterator[Problem]:
        seen: set[str] = set()
        for index, paper in enumerate(self.content.evidence):
            if paper.code in seen:
                yield Problem(f"evidence.{index}.code", _("Two papers have the same code."))
            seen.add(paper.code)

    def steps(self) -> Iterator[Problem]:
        steps = self.content.steps
        if not steps:
            yield Problem("steps", _("Name the steps of the decision, from acceptance on."))
            return
        for index, step in enumerate(steps):
            if step.role not in OFFICER_ROLES:
                text = _("A step is done by a street clerk, a district officer or a city officer.")
                yield Problem(f"steps.{index}.role", text)
            if step.below_fen is not None and step.below_fen <= step.from_fen:
                yield Problem(
                    f"steps.{index}.below_fen", _("The upper threshold must lie above the lower one.")
                )
        by_name: dict[str, list[tuple[int, c.Step]]] = {}
        for index, step in enumerate(steps):
            by_name.setdefault(step.name, []).append((index, step))
        for same in by_name.values():
            yield from together(same)
            yield from tiling(sorted(same, key=lambda pair: pair[1].from_fen))
        edges = sorted({0, *(s.from_fen for s in steps), *(s.below_fen for s in steps if s.below_fen)})
        for edge in edges:
            if len(self.content.steps_for(edge)) < 2:
                text = _("From %(yuan)s yuan on fewer than two steps apply: two people decide every claim.")
                yield Problem("steps", text % {"yuan": f"{edge / 100:,.2f}"})
                break


def countable_with(item: SubsidyItem) -> QuerySet[SubsidyItem]:
    """The other subsidies that go to the same kind of beneficiary: a person, a firm, a venture."""
    mine = used_by(subject(item.subject))
    keys = [of.key for of in subjects() if used_by(of) == mine]
    return SubsidyItem.objects.filter(subject__in=keys).exclude(pk=item.pk)


def together(same: list[tuple[int, c.Step]]) -> Iterator[Problem]:
    """Steps of one name stand together, so that no amount takes the steps in another order."""
    for (before, _step), (index, step) in zip(same, same[1:], strict=False):
        if index != before + 1:
            text = _("The steps “%(name)s” stand apart. Put them one below the other.")
            yield Problem(f"steps.{index}.name", text % {"name": step.name})


def tiling(same: list[tuple[int, c.Step]]) -> Iterator[Problem]:
    """Steps of one name hand over to each other at their thresholds; the last one goes on without end."""
    for (_i, step), (index, following) in zip(same, same[1:], strict=False):
        if step.below_fen is None or step.below_fen > following.from_fen:
            text = _("The thresholds of “%(name)s” overlap: one amount would go through it twice.")
            yield Problem(f"steps.{index}.from_fen", text % {"name": step.name})
        elif step.below_fen < following.from_fen:
            text = _("The thresholds of “%(name)s” leave a gap: for some amounts nobody would decide.")
            yield Problem(f"steps.{index}.from_fen", text % {"name": step.name})
    if len(same) > 1:
        index, last = same[-1]
        if last.below_fen is not None:
            text = _("“%(name)s” ends at its highest threshold: above it nobody would decide.")
            yield Problem(f"steps.{index}.below_fen", text % {"name": last.name})


def value_problem(fact: Fact, op: str, value: Any) -> str:
    """What is wrong with the value of a condition, or nothing."""
    if op in EITHER:
        return "" if value is None else _("This comparison takes no value.")
    if op == c.BETWEEN:
        if not isinstance(value, list) or len(value) != 2:
            return _("Give a lower and an upper value.")
        message = scalar_problem(fact, value[0]) or scalar_problem(fact, value[1])
        if message:
            return message
        return (
            _("The lower value lies above the upper one.")
            if order(fact, value[0]) > order(fact, value[1])
            else ""
        )
    if op in LISTS:
        if not isinstance(value, list) or not value:
            return _("Choose at least one value.")
        if not all(isinstance(part, str) for part in value):
            return _("Choose values of the list.")
        if fact.type == FactType.REGION:
            known = set(Region.objects.filter(code__in=value).values_list("code", flat=True))
        else:
            known = choice_keys(fact)
        unknown = [part for part in value if part not in known]
        return _("Not in the list: %(values)s.") % {"values": ", ".join(unknown)} if unknown else ""
    return scalar_problem(fact, value)


def scalar_problem(fact: Fact, value: Any) -> str:
    if fact.type == FactType.NUMBER and number(value) is None:
        return _("Enter a number.")
    if fact.type == FactType.MONEY and (type(value) is not int or value < 0):
        return _("Enter an amount of money.")
    if fact.type == FactType.YES_NO and not isinstance(value, bool):
        return _("Say yes or no.")
    if fact.type == FactType.DATE and day(value) is None:
        return _("Enter a date.")
    if fact.type == FactType.CHOICE and value not in choice_keys(fact):
        return _("Choose a value of the list.")
    return ""


def cell_problem(fact: Fact, value: Any) -> str:
    """What is wrong with a cell of a table, or nothing."""
    if value is None:
        return ""
    if isinstance(value, dict):
        if fact.type not in {FactType.NUMBER, FactType.MONEY, FactType.DATE}:
            return _("Only numbers, amounts and dates have bands.")
        if not value or set(value) - {"from", "to"}:
            return _("A band has a lower end, an upper end or both.")
        if len(value) == 2:
            return value_problem(fact, c.BETWEEN, [value["from"], value["to"]])
        return scalar_problem(fact, next(iter(value.values())))
    if fact.type == FactType.REGION:
        return value_problem(fact, c.WITHIN, [value])
    return scalar_problem(fact, value)


def covers(above: Any, below: Any) -> bool:
    """Whether the upper row's cell fits everything that the lower row's does."""
    if above is None or above == below:
        return True
    if below is None or not isinstance(above, dict):
        return False
    low, high = (below.get("from"), below.get("to")) if isinstance(below, dict) else (below, below)
    bottom, top = above.get("from"), above.get("to")
    return (bottom is None or (low is not None and sortable(bottom) <= sortable(low))) and (
        top is None or (high is not None and sortable(high) <= sortable(top))
    )


def sortable(value: Any) -> Any:
    """Numbers by their value, dates by their text."""
    read = number(value)
    return str(value) if read is None else read


def choice_keys(fact: Fact) -> set[str]:
    return {str(key) for key, _label in fact.choices()} if fact.choices else set()


def day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def order(fact: Fact, value: Any) -> Any:
    """A value that compares as the fact does."""
    return day(value) if fact.type == FactType.DATE else number(value)
