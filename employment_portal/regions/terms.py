"""Terms, ages and limits of the law and of the local rules: which value holds in a region on a day.

No such number stands in code. ``data/terms.csv`` ships what holds everywhere, each with its source; a region sets its
own from a later day on (model ``Term``).
"""

import csv
import threading
import time
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

if TYPE_CHECKING:
    from employment_portal.regions.models import Region

SHIPPED = Path(__file__).parent / "data" / "terms.csv"
LEAST_VALUE, MOST_VALUE = 1, 1000
RELOAD_SECONDS = 300  # how long another process may go on with the rows from before a change


class Unit(TextChoices):
    DAYS = "days", pgettext_lazy("unit of a term", "calendar days")
    WORKING_DAYS = "working_days", _("working days")
    MONTHS = "months", _("months")
    YEARS = "years", pgettext_lazy("unit of a term", "years")
    PARTS = "parts", _("parts")


class TermCode(TextChoices):
    RECONSIDERATION = "reconsideration_days", _("To appeal or apply for reconsideration")
    COURT = "court_months", _("To bring an action before the court")
    APPEAL_ANSWER = "appeal_answer_working_days", _("To answer an appeal")
    OBJECTION_ANSWER = "objection_answer_working_days", _("To answer an objection")
    NOTICE = "notice_publication_working_days", _("To put approved claims on public notice")
    OFFER = "offer_days", _("For which an offer of a subsidy stands")
    POLICY_REVIEW = "policy_review_working_days", _("To decide about a policy version")
    RECOVERY_LONGEST = "recovery_longest_working_days", _("To pay back, at most")
    RECOVERY_INSTALMENTS = "recovery_instalments", _("Instalments of a recovery, at most")
    RECOVERY_DECISION = "recovery_decision_working_days", _("To decide about an overdue recovery")
    RECOVERY_CHASE = "recovery_chase_days", _("Between two reminders of an overdue recovery")
    WORKING_AGE = "working_age_years", _("Of working age from")
    APPLICATION_ANSWER = "application_answer_days", _("To answer an application after the posting has ended")
    DELEGATION = "delegation_days", _("For which a post is handed over, at most")
    HIRE_REGISTRATION = "hire_registration_days", _("To register a hire")
    SEPARATION_REGISTRATION = "separation_registration_days", _("To register a separation")
    CORRECTION = "correction_working_days", _("For the second officer of a correction")
    DATA_REQUEST = "data_request_working_days", _("To answer a request about one's data")
    GROUP_CERTIFICATION = "group_certification_working_days", _("To certify a group")
    GROUP_REMINDER = "group_reminder_days", _("Reminder before a membership of a group ends")
    OLDER_WOMEN = "older_women_years", _("Older jobseekers: women from")
    OLDER_MEN = "older_men_years", _("Older jobseekers: men from")
    YOUTH_FROM = "youth_from_years", _("Unemployed youth: from")
    YOUTH_UNTIL = "youth_until_years", _("Unemployed youth: up to and including")
    GRADUATE = "graduate_years", _("For which a graduate counts as one")
    LONG_TERM = "long_term_months", _("Long-term unemployed after")
    VERIFICATION = "verification_working_days", _("To verify an organisation")
    VERIFIED = "verified_days", _("For which a verification holds")
    VERIFICATION_REMINDER = "verification_reminder_days", _("Reminder before a verification ends")
    MEMBER_INVITATION = "member_invitation_days", _("For which an invitation to an organisation stands")
    POSTING_RESULT = "posting_result_chase_days", _("Between two questions about an expired posting")

    @property
    def unit(self) -> Unit:
        """As the end of the code says."""
        if self is TermCode.RECOVERY_INSTALMENTS:
            return Unit.PARTS
        return next(unit for unit in UNITS if self.value.endswith(unit.value))


UNITS = (Unit.WORKING_DAYS, Unit.DAYS, Unit.MONTHS, Unit.YEARS)


@dataclass(frozen=True)
class Row:
    """``region`` is a code, empty for everywhere; ``shipped`` rows come from the file."""

    region: str
    code: str
    value: int
    effective_from: date
    source: str
    confidence: str = ""
    shipped: bool = False


@cache
def shipped() -> tuple[Row, ...]:
    with SHIPPED.open(encoding="utf-8") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return tuple(
            Row(
                row["region"],
                row["code"],
                int(row["value"]),
                date.fromisoformat(row["effective_from"]),
                row["source"],
                row["confidence"],
                shipped=True,
            )
            for row in rows
        )


_lock = threading.Lock()
_held: tuple[tuple[Row, ...], float] | None = None


def _stored() -> tuple[Row, ...]:
    global _held
    held = _held
    if held is None or time.monotonic() - held[1] > RELOAD_SECONDS:
        from employment_portal.regions.models import Term

        with _lock:
            rows = Term.objects.order_by("pk").values_list(
                "region__code", "code", "value", "effective_from", "source"
            )
            held = _held = tuple(Row(*row) for row in rows), time.monotonic()
    return held[0]


def forget() -> None:
    """Let this process read the rows anew; others follow within RELOAD_SECONDS."""
    global _held
    _held = None


def rows_of(code: str, codes: list[str]) -> list[Row]:
    """The rows of one term in some regions and everywhere; the last that has begun is in force.

    A stored row beats a shipped one, then the nearest region (``codes`` runs from the top down), then the newest day.
    """
    nearness = {"": 0} | {region: depth for depth, region in enumerate(codes, start=1)}
    found = [row for row in (*shipped(), *_stored()) if row.code == code and row.region in nearness]
    return sorted(found, key=lambda row: (not row.shipped, nearness[row.region], row.effective_from))


def in_force(code: str, region: "Region | None", on: date) -> Row:
    """The row that holds for ``region`` (everywhere when None) on a day."""
    codes = region.path_codes if region is not None else []
    return [row for row in rows_of(code, codes) if row.effective_from <= on][-1]


def term(code: str, *, region: "Region | None", on: date) -> int:
    """The value of a term for ``region`` (everywhere when None) on a day. No query but now and then."""
    return in_force(code, region, on).value


def working_days_in_words(code: TermCode, *, region: "Region | None", on: date) -> str:
    """“5 working days”, for a page that says how long something takes; the term is one in working days."""
    days = term(code, region=region, on=on)
    return ngettext("%(n)s working day", "%(n)s working days", days) % {"n": days}
