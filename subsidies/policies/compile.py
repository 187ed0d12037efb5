"""One SQL query per policy version.

The query is a stack of SELECTs over the subject's table: facts (``f0`` …), conditions over them (``c0`` …, true,
false or NULL for not known), verdict and amount. A search for everybody begins with the place and the conditions that
narrow it (columns, and lookups as joins that PostgreSQL orders and hashes); what has to be reckoned is asked of those
who are left, as it is of a few rows that are named: by scalar subqueries, which go through the indexes. Every value is
bound; identifiers come from the catalogue and the code alone.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from employment_portal.facts.catalogue import Fact, FactType, Lookup, Subject, fact, renamed, subject
from employment_portal.regions.models import Region
from subsidies.policies import content as c
from subsidies.policies.asking import Asked, GuardRow, holder_of, used_by
from subsidies.policies.parsing import number
from subsidies.policies.periods import day_of_facts, months_in

PERIOD = "daterange(%(lower)s::date, %(upper)s::date)"
COMPARISONS = {c.EQ: "=", c.NE: "<>", c.LT: "<", c.LE: "<=", c.GT: ">", c.GE: ">="}


class Compiler:
    """``everybody``: the question is about all rows of the subject, not about a few that are named."""

    def __init__(self, asked: Asked, *, everybody: bool = False) -> None:
        self.asked = asked
        self.everybody = everybody
        self.content = asked.content
        self.subject: Subject = subject(asked.subject_key)
        self.refs = asked.content.refs()
        self.column = {ref.key: f"f{index}" for index, ref in enumerate(self.refs)}
        self.leaves = list(asked.content.conditions.leaves())
        self.months = months_in(asked.period)
        self.joins: dict[str, str] = {}  # the alias of each lookup, by its JOIN
        self.arguments: dict[tuple[str, str], str] = {}  # the parameter of each argument with its value
        self.params: dict[str, Any] = {
            "on": day_of_facts(asked.period, asked.on),
            "today": asked.on,
            "item": asked.item_id,
            "region": asked.region_path,
            "carved": asked.carved,
            "lower": asked.period.lower,
            "upper": asked.period.upper,
        }

    def bind(self, value: Any) -> str:
        name = f"p{len(self.params)}"
        self.params[name] = value
        return f"%({name})s"

    # --- the layers -------------------------------------------------------------------------------------------

    def facts(self, extra: str = "", *, findable: bool) -> str:
        """Who is asked about, where they are, whose guards count, and every fact once; ``findable``: only of those
        for whom something may begin."""
        of = self.subject
        region_id = of.regions[self.content.region_basis]
        columns = [
            f"{of.row}.id AS subject_id",
            f"{region_id} AS region_id",
            "basis.path AS region_path",
            f"{of.person_id or 'NULL::bigint'} AS person_id",
            f"{of.organisation_id or 'NULL::bigint'} AS organisation_id",
            f"{of.claimant_id} AS claimant_id",
            f"{of.name} AS name",
            f"{self.held()} AS held",
        ]
        scopes = {guard.scope for guard in self.asked.guards}
        columns += [f"{holder} AS {scope}_id" for scope, holder in of.holders.items() if scope in scopes]
        values = {ref.key: self.fact_sql(fact(ref.fact), ref) for ref in self.refs}
        columns += [f"{values[ref.key]} AS {self.column[ref.key]}" for ref in self.refs]
        tests = [f"({of.where})", *([f"({of.findable})"] if findable else []), *([extra] if extra else [])]
        if self.everybody:
            self.params["places"] = self.places()
            tests += [f"{region_id} = ANY(%(places)s::bigint[])", *self.narrowing(values)]
        where = " AND ".join(tests)
        lookups = " ".join(join.replace("{found}", alias) for join, alias in self.joins.items())
        used = " ".join([*columns, lookups, where])
        joined = [name for name, join in of.entities.items() if re.search(rf"\b{join.alias}\.", used)]
        joins = " ".join(of.entities[name].sql for name in joined)
        place = f"LEFT JOIN regions_region basis ON basis.id = {region_id}"
        return (
            f"SELECT {', '.join(columns)} FROM {of.table} {of.row} {joins} {place} {lookups} WHERE {where}"
            + (" OFFSET 0" if self.everybody else "")
        )

    def narrowing(self, values: Mapping[Any, str]) -> list[str]:
        """The conditions that everybody found must meet and that cost little.

        OFFSET 0 keeps the facts of the others from being reckoned before these have been asked.
        """
        parts = self.content.conditions.parts
        must = [part for part in parts if isinstance(part, c.Condition) and fact(part.ref.fact).narrows]
        return [self.condition(leaf, values[leaf.ref.key]) for leaf in must]

    def places(self) -> list[int]:
        """The regions for which ``here`` holds: of a column's values PostgreSQL knows how frequent they are."""
        regions = Region.objects.filter(path__startswith=self.asked.region_path)
        for path in self.asked.carved:
            regions = regions.exclude(path__startswith=path)
        return list(regions.order_by("pk").values_list("pk", flat=True))

    def fact_sql(self, known: Fact, ref: c.FactRef) -> str:
        names = {}
        for argument in known.arguments:
            value = ref.args[argument.name]
            value = str(self.months) if value == c.PERIOD else value
            bound = self.arguments.setdefault((argument.name, value), f"a{len(self.arguments)}")
            names[argument.name], self.params[bound] = bound, value
        alias = self.subject.alias(known.entity)
        if self.everybody and known.lookup is not None and not known.lookup.grouped:
            value = known.joined(alias, self.beside(known.lookup, alias, names), names)
        else:
            value = known.expression(alias, names)
        join = self.subject.entities.get(known.entity)
        if join is not None and join.sql.lstrip().upper().startswith("LEFT "):
            # Of an entity that is not there nothing is known, also not that it has none of something.
            return f"CASE WHEN {alias}.id IS NOT NULL THEN {value} END"
        return value

    def beside(self, lookup: Lookup, row: str, names: dict[str, str]) -> str:
        """The alias of a lookup's row, which is joined once however many facts read it."""
        join = renamed(lookup.join(row, "{found}"), names)
        return self.joins.setdefault(join, f"l{len(self.joins)}")

    def conditions(self, inner: str) -> str:
        here = "region_path ^@ %(region)s"
        if self.asked.carved:
            here += " AND NOT (region_path ^@ ANY(%(carved)s::text[]))"
        tests = [f"{self.condition(leaf)} AS c{index}" for index, leaf in enumerate(self.leaves)]
        granted, columns = self.used()
        limits = [f"{granted.scalar(sql, 'facts')} AS {name}" for name, sql in columns.items()]
        if self.content.limits.lifetime_unless is not None:
            limits.append(f"coalesce({self.condition(self.content.limits.lifetime_unless)}, FALSE) AS exempt")
        found = ", ".join([*tests, f"({here}) AS here", *limits])
        return f"SELECT facts.*, {found} FROM ({inner}) facts"

    def condition(self, leaf: c.Condition, value_sql: str = "") -> str:
        """The test over the column of its fact, or over the SQL of it."""
        known, op, value = fact(leaf.ref.fact), leaf.op, leaf.value
        name = value_sql or self.column[leaf.ref.key]
        if op == c.KNOWN:
            return f"({name} IS NOT NULL)"
        if op == c.UNKNOWN:
            return f"({name} IS NULL)"
        if op == c.BETWEEN:
            return f"({name} BETWEEN {self.scalar(known, value[0])} AND {self.scalar(known, value[1])})"
        if known.type == FactType.YES_NO:
            return f"({name})" if value else f"(NOT {name})"  # bare, so that EXISTS can become a join
        if op in COMPARISONS:
            return f"({name} {COMPARISONS[op]} {self.scalar(known, value)})"
        listed = f"{self.bind(list(value))}::text[]"
        if op in (c.IN, c.NOT_IN):
            return f"({name} = ANY({listed}))" if op == c.IN else f"({name} <> ALL({listed}))"
        if op in (c.WITHIN, c.NOT_WITHIN):
            within = f"string_to_array({name}, '/') && {listed}"
            return f"({within})" if op == c.WITHIN else f"(NOT ({within}))"
        sign = "@>" if op == c.ALL_OF else "&&"
        test = f"({name} {sign} {listed})"
        return f"(NOT {test})" if op == c.NONE_OF else test

    def scalar(self, known: Fact, value: Any) -> str:
        if known.type == FactType.NUMBER:
            value = number(value)
        return f"{self.bind(value)}::{known.sql_type}"

    def tree(self, group: c.Group) -> str:
        numbers = iter(range(len(self.leaves)))

        def walk(node: c.Group) -> str:
            parts = [walk(p) if isinstance(p, c.Group) else f"c{next(numbers)}" for p in node.parts]
            if node.kind == c.NOT:
                return f"(NOT {parts[0]})"
            return "(" + (" AND " if node.kind == c.ALL else " OR ").join(parts) + ")"

        return walk(group)

    def used(self) -> tuple[Lookup, dict[str, str]]:
        """What was granted before under the item, and the columns of it that the limits ask for."""
        limits = self.content.limits
        holder = used_by(self.subject)
        years = [
            timezone.make_aware(datetime.combine(date(year, 1, 1), time()))
            for year in (self.asked.on.year, self.asked.on.year + 1)
        ]
        self.params["year_from"], self.params["year_until"] = years
        this_year = "e.granted_at >= %(year_from)s AND e.granted_at < %(year_until)s"
        own, of_items = "e.item_id = %(item)s", "e.item_id = %(item)s"
        if limits.yearly_with:
            self.params["counted"] = list(limits.yearly_with)
            with_these = "SELECT item.id FROM subsidies_subsidyitem item WHERE item.code = ANY(%(counted)s)"
            of_items = f"({own} OR e.item_id IN ({with_these}))"
        granted = Lookup(
            f"SELECT e.{holder} AS of, sum(e.months) FILTER (WHERE {own}) AS months,"
            f" count(*) FILTER (WHERE {own}) AS times, count(*) FILTER (WHERE {this_year}) AS year_times,"
            f" sum(e.amount_fen) FILTER (WHERE {own} AND {this_year}) AS year_fen"
            f" FROM subsidies_entitlement e WHERE e.live AND {of_items} GROUP BY e.{holder}",
            f"{{found}}.of = {{row}}.{holder}",
        )
        columns = {}
        if limits.lifetime_months is not None:
            columns["months_used"] = "coalesce({found}.months, 0)::int"
        if limits.lifetime_count is not None:
            columns["count_used"] = "coalesce({found}.times, 0)::int"
        if limits.yearly_count is not None:
            columns["year_count_used"] = "coalesce({found}.year_times, 0)::int"
        if limits.yearly_fen is not None:
            columns["year_fen_used"] = "coalesce({found}.year_fen, 0)::bigint"
        return granted, columns

    def within_limits(self) -> str:
        """Three-valued: whether the limits leave room for this period."""
        limits, tests = self.content.limits, []
        if limits.lifetime_months is not None:
            room = f"months_used + {self.months_needed()} <= {int(limits.lifetime_months)}"
            tests.append(room if limits.lifetime_unless is None else f"exempt OR {room}")
        if limits.lifetime_count is not None:
            tests.append(f"count_used < {int(limits.lifetime_count)}")
        if limits.yearly_count is not None:
            tests.append(f"year_count_used < {int(limits.yearly_count)}")
        if limits.claim_within_months is not None:
            start = self.column[limits.from_fact.key] if limits.from_fact else "(%(upper)s::date - 1)"
            within = f"make_interval(months => {int(limits.claim_within_months)})"
            tests.append(f"%(today)s::date <= ({start} + {within})::date")
        return " AND ".join(f"({test})" for test in tests) or "TRUE"

    def months_needed(self) -> str:
        """As ``rules.months_needed``."""
        amount = self.content.amount
        if amount.months is None:
            return str(self.months or 1)
        return (
            "1" if isinstance(amount, c.PerMonth) else f"greatest(trunc({self.column[amount.months.key]}), 1)"
        )

    def verdict(self, inner: str) -> str:
        return (
            f"SELECT tested.*, {self.tree(self.content.conditions)} AS meets, ({self.within_limits()}) AS room,"
            f" {self.month_count()} AS months FROM ({inner}) tested"
        )

    def month_count(self) -> str:
        amount = self.content.amount
        if amount.months is None:
            return f"{self.bind(self.months)}::int"
        name = self.column[amount.months.key]
        months = (
            f"greatest(trunc({name}), 0)"  # GREATEST passes over NULL: what is not known is caught before
        )
        limits = self.content.limits
        if limits.lifetime_months is not None and isinstance(amount, c.PerMonth):
            left = f"least({months}, greatest({int(limits.lifetime_months)} - months_used, 0))"
            free = limits.lifetime_unless is not None
            months = f"CASE WHEN exempt THEN {months} ELSE {left} END" if free else left
        return f"CASE WHEN {name} IS NOT NULL THEN ({months})::int END"

    def priced(self, inner: str) -> str:
        before = f"SELECT judged.*, {self.base()} AS base_fen FROM ({inner}) judged"
        caps = []
        amount = self.content.amount
        if isinstance(amount, c.Rate | c.Table) and amount.per_month_cap_fen is not None:
            caps.append(f"{int(amount.per_month_cap_fen)}::bigint * months")  # LEAST passes over NULL
        if not isinstance(amount, c.Fixed) and amount.cap_fen is not None:
            caps.append(f"{int(amount.cap_fen)}")
        if self.content.limits.yearly_fen is not None:
            caps.append(f"greatest({int(self.content.limits.yearly_fen)} - year_fen_used, 0)")
        capped = f"least({', '.join(['base_fen', *caps])})" if caps else "base_fen"
        return (
            f"SELECT priced.*, CASE WHEN base_fen IS NOT NULL THEN {capped} END::bigint AS amount_fen"
            f" FROM ({before}) priced"
        )

    # --- the amount -------------------------------------------------------------------------------------------

    def base(self) -> str:
        months = self.content.amount.months
        if months is None:
            return self.reckoned()
        return f"CASE WHEN {self.column[months.key]} IS NOT NULL THEN {self.reckoned()} END"

    def reckoned(self) -> str:
        amount = self.content.amount
        if isinstance(amount, c.Fixed):
            return f"{self.bind(amount.fen)}::bigint"
        if isinstance(amount, c.PerMonth):
            return f"({self.bind(amount.fen)}::bigint * months)"
        if isinstance(amount, c.Rate):
            times = " * coalesce(months, 1)" if amount.monthly else ""
            return self.share(self.column[amount.of.key], amount.numerator, amount.denominator, times)
        cases = []
        for row in amount.rows:
            fits = [self.fits(ref, row[i]) for i, ref in enumerate(amount.columns)]
            if amount.of is not None:
                result = self.share(self.column[amount.of.key], row[-2], row[-1])
            else:
                result = f"{self.bind(row[-1])}::bigint" + (" * months" if amount.monthly else "")
            cases.append(f"WHEN {' AND '.join(fits)} THEN {result}")
        return f"CASE {' '.join(cases)} END"

    def share(self, name: str, numerator: int, denominator: int, times: str = "") -> str:
        """``name × numerator ÷ denominator`` in whole units: quotient and remainder, so that nothing is lost."""
        unit = self.content.rounding_unit_fen
        top = f"(greatest({name}, 0)::numeric * {self.bind(numerator)}::numeric{times})"
        bottom = f"{self.bind(denominator * unit)}::numeric"
        whole, rest = f"div({top}, {bottom})", f"mod({top}, {bottom})"
        up = {
            "down": "0",
            "up": f"({rest} > 0)::int",
            "half_up": f"(2 * {rest} >= {bottom})::int",
            "half_even": f"(2 * {rest} > {bottom} OR (2 * {rest} = {bottom} AND mod({whole}, 2) = 1))::int",
        }[self.content.rounding]
        return f"CASE WHEN {name} IS NOT NULL THEN (({whole} + {up}) * {unit})::bigint END"

    def fits(self, ref: c.FactRef, cell: Any) -> str:
        known, name = fact(ref.fact), self.column[ref.key]
        if cell is None:
            return "TRUE"
        if isinstance(cell, dict):
            ends = []
            if cell.get("from") is not None:
                ends.append(f"{name} >= {self.scalar(known, cell['from'])}")
            if cell.get("to") is not None:
                ends.append(f"{name} <= {self.scalar(known, cell['to'])}")
            return f"({' AND '.join(ends)})"
        if known.type == FactType.REGION:
            return f"({self.bind(cell)}::text = ANY(string_to_array({name}, '/')))"
        return f"({name} = {self.scalar(known, cell)})"

    # --- guards -----------------------------------------------------------------------------------------------

    def holder(self, scope: str) -> str | None:
        """The column whose row a guard of this scope holds for."""
        return holder_of(self.subject, scope)

    def held(self) -> str:
        """The months of the period in which the row was there: another one may have the rest."""
        span = self.subject.span
        if span is None or self.months is None:
            return PERIOD
        months = (
            f"daterange(date_trunc('month', lower({span}))::date,"
            f" (date_trunc('month', upper({span}) - 1) + interval '1 month')::date)"
        )
        return f"CASE WHEN {months} && {PERIOD} THEN {months} * {PERIOD} ELSE {PERIOD} END"

    def held_period(self, guard: GuardRow, row: str) -> str:
        if guard.lifetime:
            return "'(,)'::daterange"
        return PERIOD if self.held() == PERIOD else f"{row}.held"  # a constant is looked up faster
