"""A whole version in plain words, section by section: for pages, print and the difference between two versions."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from employment_portal.accounts.enums import StaffRole
from employment_portal.core.money import format_yuan
from employment_portal.facts.catalogue import REGION_BASES, UnknownFact, fact
from subsidies.budgets.models import Fund
from subsidies.policies import content as c
from subsidies.policies.models import PolicyVersion, SubsidyItem
from subsidies.policies.parsing import ContentError, parse
from subsidies.policies.words import describe, fact_words, region_words, value_words

STEP_NAMES: dict[str, Callable[[], str]] = {
    "acceptance": lambda: pgettext("step of a claim", "Acceptance"),
    "first_review": lambda: pgettext("step of a claim", "First review"),
    "second_review": lambda: pgettext("step of a claim", "Second review"),
    "city_review": lambda: pgettext("step of a claim", "City review"),
}
ROUNDING_WORDS: dict[str, Callable[[], str]] = {
    "half_up": lambda: _("half up"),
    "half_even": lambda: _("half to even"),
    "down": lambda: _("down"),
    "up": lambda: _("up"),
}


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    lines: list[str]


@dataclass(frozen=True)
class Change:
    """A line as it was and as it will be; one of them is empty where it came or went."""

    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after


def yuan(fen: int) -> str:
    return _("%(yuan)s yuan") % {"yuan": format_yuan(fen)}


def step_name(name: str) -> str:
    return STEP_NAMES[name]() if name in STEP_NAMES else name


def sections(version: PolicyVersion) -> list[Section]:
    """Everything the version says. A draft that cannot be read yet has its heading alone."""
    until = version.effective_until
    heading = [
        version.title,
        version.summary,
        _("In force from %(day)s") % {"day": date_format(version.effective_from)},
        _("until %(day)s") % {"day": date_format(until)} if until else _("without an end"),
        version.legal_basis,
    ]
    found = [Section("heading", _("Heading"), heading)]
    try:
        content = parse(version.content)
    except ContentError:
        return found
    return [
        *found,
        Section("conditions", pgettext("policy", "Conditions"), condition_lines(content.conditions)),
        Section("amount", pgettext("subsidy", "Amount"), amount_lines(content)),
        Section("limits", _("Limits"), limit_lines(content)),
        Section("evidence", _("Papers"), [paper_words(paper) for paper in content.evidence] or [_("none")]),
        Section("steps", _("Steps"), [step_words(step) for step in content.steps]),
        Section("clocks", _("Time limits and payment"), clock_lines(content)),
    ]


def condition_lines(node: c.Group, depth: int = 0) -> list[str]:
    indent = "　" * depth
    lines = []
    for part in node.parts:
        if isinstance(part, c.Group):
            lines.append(indent + group_words(part.kind))
            lines.extend(condition_lines(part, depth + 1))
        else:
            article = _(" (%(article)s)") % {"article": part.article} if part.article else ""
            lines.append(f"{indent}{describe(part)}{article}")
    return lines


def group_words(kind: str) -> str:
    return {
        c.ALL: lambda: _("All of:"),
        c.ANY: lambda: _("At least one of:"),
        c.NOT: lambda: _("Not:"),
    }[kind]()


def named(ref: c.FactRef) -> str:
    try:
        return fact_words(ref)
    except UnknownFact:
        return ref.fact


def amount_lines(content: c.Content) -> list[str]:
    """The amount in words; a table has a line per row."""
    amount = content.amount
    if isinstance(amount, c.Fixed):
        return [yuan(amount.fen)]
    if isinstance(amount, c.PerMonth):
        words = _("%(yuan)s a month × %(months)s")
        line = words % {"yuan": yuan(amount.fen), "months": months_words(amount)}
        return [line, *_caps(amount.cap_fen, None)]
    if isinstance(amount, c.Rate):
        share = share_words(amount.of, amount.numerator, amount.denominator)
        if amount.monthly:
            share = f"{share} × {months_words(amount)}"
        return [share, *_monthly_caps(amount), *rounding_words(content)]
    lines = [_table_row(amount, row) for row in amount.rows]
    if amount.of is not None:
        return [*lines, *_monthly_caps(amount), *rounding_words(content)]
    return [*lines, f"× {months_words(amount)}"] if amount.monthly else lines


def months_words(amount: c.PerMonth | c.Rate | c.Table) -> str:
    return named(amount.months) if amount.months else _("the months claimed")


def _shares(amount: c.Rate | c.Table) -> str:
    """``30%–60% of insurance paid last year``: the share without the details of its fact."""
    assert amount.of is not None
    known = fact(amount.of.fact)
    if isinstance(amount, c.Rate):
        shares = {Fraction(amount.numerator, amount.denominator)}
    else:
        shares = {Fraction(row[-2], row[-1]) for row in amount.rows}
    low, high = min(shares), max(shares)
    if known.type == "number":
        each = (
            yuan(round(low))
            if low == high
            else _("%(low)s–%(high)s yuan")
            % {
                "low": format_yuan(round(low)),
                "high": format_yuan(round(high)),
            }
        )
        return _("%(each)s for each: %(fact)s") % {"each": each, "fact": known.label}
    if low == high == 1:
        return _("the whole of: %(fact)s") % {"fact": known.label}
    words = _share(low) if low == high else f"{_share(low)}–{_share(high)}"
    return f"{words} × {known.label}"


def _share(part: Fraction) -> str:
    whole = part * 100
    return f"{whole.numerator}%" if whole.denominator == 1 else f"{part.numerator}/{part.denominator}"


def share_words(ref: c.FactRef, numerator: int, denominator: int) -> str:
    known = fact(ref.fact)
    if known.type == "number":
        each = yuan(numerator) if denominator == 1 else f"{yuan(numerator)} ÷ {denominator}"
        return _("%(each)s for each: %(fact)s") % {"each": each, "fact": named(ref)}
    if numerator == denominator:
        return _("the whole of: %(fact)s") % {"fact": named(ref)}
    share = f"{numerator}%" if denominator == 100 else f"{numerator}/{denominator}"
    return f"{share} × {named(ref)}"


def _caps(cap: int | None, per_month: int | None) -> list[str]:
    lines = []
    if per_month is not None:
        lines.append(_("at most %(yuan)s a month") % {"yuan": yuan(per_month)})
    if cap is not None:
        lines.append(_("at most %(yuan)s in all") % {"yuan": yuan(cap)})
    return lines


def _monthly_caps(amount: c.Rate | c.Table) -> list[str]:
    """The caps, with the months that count where they are not those claimed."""
    lines = _caps(amount.cap_fen, amount.per_month_cap_fen)
    if amount.months and amount.per_month_cap_fen is not None:
        lines[0] = _("%(cap)s × %(months)s") % {"cap": lines[0], "months": named(amount.months)}
    return lines


def rounding_words(content: c.Content) -> list[str]:
    unit = _("whole yuan") if content.rounding_unit_fen == 100 else _("whole fen")
    return [_("rounded %(way)s to %(unit)s") % {"way": ROUNDING_WORDS[content.rounding](), "unit": unit}]


def cell_words(ref: c.FactRef, cell: Any) -> str:
    """What a cell of a table asks of its fact: a value, a band, or anything that no row above it fits."""
    try:
        known = fact(ref.fact)
    except UnknownFact:
        return str(cell)
    if cell is None:
        return _("any other")
    if isinstance(cell, dict):
        low, high = cell.get("from"), cell.get("to")
        if low is None:
            return _("at most %(value)s") % {"value": value_words(known, high)}
        if high is None:
            return _("at least %(value)s") % {"value": value_words(known, low)}
        return _("from %(low)s to %(high)s") % {
            "low": value_words(known, low),
            "high": value_words(known, high),
        }
    return region_words(cell) if known.type == "region" else value_words(known, cell)


def result_words(table: c.Table, row: tuple[Any, ...]) -> str:
    """What a row of a table grants."""
    if table.of is not None:
        return share_words(table.of, row[-2], row[-1])
    return _("%(yuan)s a month") % {"yuan": yuan(row[-1])} if table.monthly else yuan(row[-1])


def _table_row(table: c.Table, row: tuple[Any, ...]) -> str:
    cells = _(", ").join(
        _("%(fact)s: %(test)s") % {"fact": named(ref), "test": cell_words(ref, row[index])}
        for index, ref in enumerate(table.columns)
    )
    return f"{cells} → {result_words(table, row)}"


@dataclass(frozen=True)
class AmountTable:
    """The amount as the policy's own table; the last column is what a row grants. ``notes`` are caps and rounding."""

    heads: list[str]
    cells: list[list[str]]
    notes: list[str]

    @property
    def rows(self) -> list[list[tuple[str, str]]]:
        """Each cell with the head of its column, which a phone shows beside it."""
        return [list(zip(self.heads, row, strict=True)) for row in self.cells]


def amount_table(content: c.Content) -> AmountTable | None:
    """None when the amount is no table."""
    table = content.amount
    if not isinstance(table, c.Table):
        return None
    return AmountTable(
        heads=[*(named(ref) for ref in table.columns), _("Is granted")],
        cells=[
            [cell_words(ref, row[index]) for index, ref in enumerate(table.columns)]
            + [result_words(table, row)]
            for row in table.rows
        ],
        notes=amount_lines(content)[len(table.rows) :],
    )


def amount_range(content: c.Content) -> str:
    """The amount in one line, for lists: ``1,000–2,000 yuan`` where a table grants different amounts."""
    amount = content.amount
    if isinstance(amount, c.Fixed):
        return yuan(amount.fen)
    if isinstance(amount, c.PerMonth):
        a_month = _("%(yuan)s a month") % {"yuan": yuan(amount.fen)}
        return _(", ").join([a_month, *_caps(amount.cap_fen, None)])
    if isinstance(amount, c.Rate) or amount.of is not None:
        return _(", ").join([_shares(amount), *_caps(amount.cap_fen, amount.per_month_cap_fen)])
    low, high = min(row[-1] for row in amount.rows), max(row[-1] for row in amount.rows)
    if low == high:
        words = yuan(low)
    else:
        words = _("%(low)s–%(high)s yuan") % {"low": format_yuan(low), "high": format_yuan(high)}
    return _("%(yuan)s a month") % {"yuan": words} if amount.monthly else words


def limit_lines(content: c.Content) -> list[str]:
    limits, lines = content.limits, []
    if limits.lifetime_months is not None:
        lines.append(_("At most %(count)s months in all") % {"count": limits.lifetime_months})
    if limits.lifetime_unless is not None:
        lines.append(_("no limit of months for: %(test)s") % {"test": describe(limits.lifetime_unless)})
    if limits.lifetime_count is not None:
        count = limits.lifetime_count
        lines.append(ngettext("Once", "At most %(count)s times in all", count) % {"count": count})
    if limits.yearly_count is not None:
        count = limits.yearly_count
        line = ngettext("Once a year", "At most %(count)s times a year", count) % {"count": count}
        lines.append(_counted_with(limits.yearly_with, line) if limits.yearly_with else line)
    if limits.yearly_fen is not None:
        lines.append(_("At most %(yuan)s a year") % {"yuan": yuan(limits.yearly_fen)})
    if limits.claim_within_months is not None:
        start = named(limits.from_fact) if limits.from_fact else _("the end of the months claimed")
        lines.append(
            _("To be claimed within %(count)s months of: %(start)s")
            % {"count": limits.claim_within_months, "start": start}
        )
    return lines or [_("none")]


def _counted_with(codes: tuple[str, ...], line: str) -> str:
    items = {item.code: item.label for item in SubsidyItem.objects.filter(code__in=codes)}
    named = _(", ").join(items.get(code, code) for code in codes)
    return _("%(limit)s, counted together with: %(items)s") % {"limit": line, "items": named}


def paper_words(paper: c.EvidenceItem) -> str:
    if not paper.required:
        return _("%(paper)s (where there is one)") % {"paper": paper.label}
    if paper.commitment_allowed:
        return _("%(paper)s (a signed commitment will do)") % {"paper": paper.label}
    return paper.label


def step_words(step: c.Step) -> str:
    role = StaffRole(step.role).label if step.role in StaffRole.values else step.role
    words = _("%(step)s: %(role)s, %(days)s working days") % {
        "step": step_name(step.name),
        "role": role,
        "days": step.working_days,
    }
    return words + threshold_words(step)


def threshold_words(step: c.Step) -> str:
    """For which amounts a step is taken; nothing where it is for all."""
    words = _(", from %(yuan)s on") % {"yuan": yuan(step.from_fen)} if step.from_fen else ""
    if step.below_fen is not None:
        words += _(", below %(yuan)s") % {"yuan": yuan(step.below_fen)}
    return words


def fund_name(fund: Fund) -> str:
    """In the reader's language."""
    return fund.name_en if (get_language() or "").startswith("en") else fund.name


def clock_lines(content: c.Content) -> list[str]:
    fund = Fund.objects.filter(code=content.fund).first()
    lines = [
        _("The place that counts: %(basis)s")
        % {"basis": REGION_BASES.get(content.region_basis, content.region_basis)},
        _("Correction within %(days)s working days") % {"days": content.correction_working_days},
        _("Public notice for %(days)s working days") % {"days": content.notice_working_days}
        if content.notice_working_days
        else _("No public notice"),
        _("Payment within %(days)s working days") % {"days": content.payment_working_days},
        _("Paid from: %(fund)s") % {"fund": fund_name(fund) if fund else content.fund},
    ]
    if content.without_application:
        lines.append(_("May be offered without application"))
    return lines


def changes(old: PolicyVersion | None, new: PolicyVersion) -> list[tuple[str, list[Change]]]:
    """Both versions side by side, section by section; an unchanged line stands on both sides."""
    before = {section.key: section.lines for section in sections(old)} if old else {}
    found = []
    for section in sections(new):
        found.append((section.title, aligned(before.get(section.key, []), section.lines)))
    return found


def aligned(before: list[str], after: list[str]) -> list[Change]:
    rows: list[Change] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            rows.extend(Change(line, line) for line in before[i1:i2])
            continue
        left, right = before[i1:i2], after[j1:j2]
        for index in range(max(len(left), len(right))):
            rows.append(
                Change(left[index] if index < len(left) else "", right[index] if index < len(right) else "")
            )
    return rows
