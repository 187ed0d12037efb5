"""The letter (决定书) that a decision renders as: page, print and PDF say the same, from the frozen content alone."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from employment_portal.core.money import format_yuan
from employment_portal.facts.catalogue import UnknownFact, fact
from subsidies.claims.enums import EntryState, Verdict
from subsidies.claims.models import Decision
from subsidies.claims.words import read_key, shown
from subsidies.policies.words import fact_words, value_words

ENTRIES_IN_A_LETTER = 200


@dataclass(frozen=True)
class Row:
    """A line of a table: what, what was found or came out, and the rule behind it."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class EntryPart:
    """One person of a roster, or the claimant: facts as they were, how the amount came about, why it fell out."""

    title: str
    amount: str
    facts: list[Row]
    calculation: list[Row]
    reasons: list[Row]


@dataclass(frozen=True)
class Letter:
    title: str
    number: str
    addressee: str
    opening: str
    result: str
    reasons: list[str]
    entries: list[EntryPart]
    left_out: int
    basis: list[Row]
    remedies: list[str]
    authority: str
    dated: str
    fingerprint: str


TITLES = {
    Verdict.PASS: lambda: pgettext("letter", "Decision to grant a subsidy"),
    Verdict.REFUSE: lambda: pgettext("letter", "Decision to refuse a subsidy"),
    Verdict.NOT_ACCEPT: lambda: pgettext("letter", "Notice that a claim is not accepted"),
}


def letter_of(decision: Decision, *, addressee: str) -> Letter:
    """The letter in the language of the reader. ``addressee`` is the claimant's full name: the content masks it."""
    content = decision.content
    entries = content["entries"]
    return Letter(
        title=TITLES[Verdict(decision.verdict)](),
        number=decision.number,
        addressee=addressee,
        opening=_(
            "On %(day)s you applied for “%(item)s” (claim %(number)s). The data were checked as of %(on)s."
        )
        % {
            "day": _day(content["claim"]["submitted_on"]),
            "item": _item(content),
            "number": content["claim"]["number"],
            "on": _day(content["on"]),
        },
        result=_result(decision),
        reasons=list(decision.reasons),
        entries=[entry_part(row, single=len(entries) == 1) for row in entries[:ENTRIES_IN_A_LETTER]],
        left_out=max(len(entries) - ENTRIES_IN_A_LETTER, 0),
        basis=_basis(content),
        remedies=_remedies(decision),
        authority=content["authority"] or content["region"],
        dated=date_format(timezone.localdate(decision.at)),
        fingerprint=decision.content_sha256,
    )


def _item(content: dict[str, Any]) -> str:
    return content["item"]["en" if (get_language() or "").startswith("en") else "zh"]


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso)) if iso else "—"


def _yuan(fen: int) -> str:
    return _("%(yuan)s yuan") % {"yuan": format_yuan(fen)}


def _result(decision: Decision) -> str:
    if decision.verdict == Verdict.PASS:
        return _(
            "Your claim is granted: %(amount)s. It is put on public notice and paid to the account that you named "
            "when no objection was upheld."
        ) % {"amount": _yuan(decision.amount_fen)}
    if decision.verdict == Verdict.NOT_ACCEPT:
        return _("Your claim is not accepted.")
    return _("Your claim is not granted.")


def entry_part(row: dict[str, Any], *, single: bool) -> EntryPart:
    calculation = row["calculation"] or {}
    left_out = row["state"] != EntryState.INCLUDED
    return EntryPart(
        title="" if single else f"{row['row']}  {row['name']}",
        amount=_("not counted") if left_out else _yuan(row["amount_fen"]),
        facts=[_fact(key, value) for key, value in (row["facts"] or {}).items()],
        calculation=_calculation(calculation, row),
        reasons=[_reason(reason) for reason in row["reasons"]],
    )


def _fact(key: str, value: Any) -> Row:
    ref = read_key(key)
    try:
        known = fact(ref.fact)
    except UnknownFact:
        return Row(key, str(value))
    return Row(fact_words(ref), value_words(known, value), str(known.source))


def _calculation(calculation: dict[str, Any], row: dict[str, Any]) -> list[Row]:
    rows = []
    found = row["facts"] or {}  # shown before, as what was found
    for key, value in (calculation.get("inputs") or {}).items():
        if found.get(key) == value and key in found:
            continue
        if key in OWN_INPUTS:
            amount = _yuan(value) if key.endswith("_fen") and value is not None else str(value)
            rows.append(Row(OWN_INPUTS[key](), amount))
        else:
            rows.append(_fact(key, value))
    for cap in calculation.get("capped_by") or []:
        rows.append(Row(_("Limited by"), CAPS[cap]() if cap in CAPS else cap))
    if rounding := calculation.get("rounding"):
        rows.append(Row(_("Rounding"), ROUNDINGS[rounding["mode"]]()))
    if row["amount_fen"]:
        rows.append(Row(_("Result"), _yuan(row["amount_fen"])))
    return rows


OWN_INPUTS = {
    "months": lambda: _("Months counted"),
    "months_used": lambda: _("Months granted before"),
    "year_used_fen": lambda: _("Granted before in the year"),
}
CAPS = {
    "cap": lambda: _("the highest amount of the policy"),
    "per_month_cap": lambda: _("the highest amount per month"),
    "yearly_fen": lambda: _("the highest amount per year"),
    "lifetime_months": lambda: _("the months left of the total"),
}
ROUNDINGS = {
    "half_up": lambda: _("half up"),
    "half_even": lambda: _("half to even"),
    "down": lambda: _("down"),
    "up": lambda: _("up"),
}


def _reason(reason: dict[str, Any]) -> Row:
    found = reason.get("found")
    value = ""
    if reason.get("fact"):
        value = _fact(reason["fact"], found).value if found is not None else _("not known to us")
    return Row(shown(reason.get("label")), value, reason.get("article") or "")


def _basis(content: dict[str, Any]) -> list[Row]:
    policy = content["policy"]
    return [
        Row(_("Policy"), policy["title"], _("version %(number)s, in force from %(day)s") % {
            "number": policy["number"], "day": _day(policy["effective_from"]),
        }),
        Row(_("Legal basis"), policy["legal_basis"]),
    ]  # fmt: skip


def _remedies(decision: Decision) -> list[str]:
    """Administrative Reconsideration Law art. 20, Administrative Litigation Law art. 46; an appeal to us comes first."""
    terms = decision.content["remedies"]
    lines = []
    if decision.verdict != Verdict.PASS:
        lines.append(
            _(
                "You may appeal to us on the page of this claim: somebody who had no part in the decision looks at it "
                "again."
            )
        )
    lines.append(
        _(
            "You may apply for administrative reconsideration within %(days)s days of receiving this letter, or bring "
            "an action before the people's court within %(months)s months."
        )
        % {"days": terms["objection_days"], "months": terms["court_months"]}
    )
    return lines
