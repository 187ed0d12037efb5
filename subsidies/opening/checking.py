"""Whether an opening file is right: every row by itself, and all of them together. Nothing is written but the verdict."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from employment_portal.core.errors import DomainError
from employment_portal.core.identifiers import tidy
from employment_portal.core.money import format_yuan
from employment_portal.ledger.kinds import SUBSIDIES
from employment_portal.ledger.models import Account
from employment_portal.organisations.models import Organisation
from employment_portal.people.models import Person
from employment_portal.people.records.actions import number_hash
from employment_portal.regions.enums import RegionLevel
from employment_portal.regions.models import Region
from employment_portal.registers.models import BusinessRegistration, SkillCertificate
from subsidies.budgets.models import BudgetLine, Fund
from subsidies.claims.entitlement_models import EntitlementHold
from subsidies.claims.subjects import claimant_kind, rows_of
from subsidies.opening.cells import Refused, day_in, fen_in, name_of, period_in, whole_in
from subsidies.opening.columns import CLAIM_STATES, SHEETS, TOTAL
from subsidies.opening.models import OpeningKind
from subsidies.opening.reading import Read
from subsidies.payments import rules as payment_rules
from subsidies.policies.enums import GuardScope, VersionState
from subsidies.policies.models import Guard, PolicyVersion, SubsidyItem
from subsidies.policies.periods import UNBOUNDED
from subsidies.policies.queries import further_holders

GRANTED = frozenset({"approved", "payable"})
MONEY = ("allotted", "available", "committed", "payable", "paid")
LineKey = tuple[int, int, int, int]  # region, year, fund, item


@dataclass
class Checked:
    """A row as it would be taken over, or with the code of what is wrong."""

    row: Read
    error: str = ""
    values: dict[str, str] = field(default_factory=dict)
    item: Any = None
    region: Any = None
    person_id: int | None = None
    organisation_id: int | None = None
    subject_id: int | None = None
    period: DateRange = UNBOUNDED
    months: int = 0
    fen: int = 0
    day: date | None = None
    state: str = ""
    line: LineKey | None = None
    version_id: int | None = None
    money: dict[str, int] = field(default_factory=dict)
    holders: dict[str, int] = field(default_factory=dict)

    @property
    def is_total(self) -> bool:
        return self.row.cells.get("id") == TOTAL

    @property
    def source_id(self) -> str:
        return self.row.cells.get("id", "")[:60]

    @property
    def holds(self) -> bool:
        """Whether it takes the place of a grant: a past benefit, or a claim that was approved."""
        return self.row.kind == OpeningKind.BENEFIT or self.state in GRANTED

    def refuse(self, code: str, **values: Any) -> None:
        if not self.error:
            self.error, self.values = code, {key: str(value) for key, value in values.items()}


class Checker:
    """Checks rows; lookups of places, items and funds are kept for the run, people and firms for a stretch.

    ``within``: whoever brought the file answers for this place and what lies in it, and for no other.
    """

    def __init__(self, *, within: Region) -> None:
        self._within = within
        self._people: dict[str, int] = {}
        self._firms: dict[str, int] = {}
        self._versions: dict[tuple[int, int], int | None] = {}

    @cached_property
    def regions(self) -> dict[str, Region]:
        found: dict[str, Region] = {}
        twice: set[str] = set()
        for region in Region.objects.all():
            found[region.code] = found[region.full_name] = region
            twice |= {region.name} if region.name in found else set()
            found.setdefault(region.name, region)
        return {key: region for key, region in found.items() if key not in twice}

    @cached_property
    def items(self) -> dict[str, SubsidyItem]:
        rows = list(SubsidyItem.objects.all())
        return {row.name: row for row in rows} | {row.code: row for row in rows}

    @cached_property
    def funds(self) -> dict[str, Fund]:
        rows = list(Fund.objects.all())
        return {row.name: row for row in rows} | {row.code: row for row in rows}

    @cached_property
    def guards(self) -> dict[int, list[Guard]]:
        found: dict[int, list[Guard]] = defaultdict(list)
        for guard in Guard.objects.in_force().prefetch_related("items"):
            for item in guard.items.all():
                found[item.pk].append(guard)
        return found

    def rows(self, stretch: Sequence[Read]) -> list[Checked]:
        """Each row by itself."""
        numbers = {tidy(row.cells["identity"]) for row in stretch if row.cells.get("identity")}
        hashes = {number_hash(number): number for number in numbers}
        self._people = {
            hashes[hashed]: pk
            for hashed, pk in Person.objects.current()
            .filter(id_number_hash__in=hashes, anonymised_at__isnull=True)
            .values_list("id_number_hash", "pk")
        }
        codes = {tidy(row.cells["code"]) for row in stretch if row.cells.get("code")}
        self._firms = dict(Organisation.objects.filter(code__in=codes).values_list("code", "pk"))
        return [self._one(row) for row in stretch]

    def _one(self, row: Read) -> Checked:
        found = Checked(row)
        try:
            if found.is_total:
                found.fen = fen_in(row, "amount")
                return found
            for column in SHEETS[row.kind]:
                if column.required and not row.cells.get(column.key):
                    raise Refused("missing", column=column.names[0])
            found.item = self._named(self.items, row, "item")
            found.region = self._named(self.regions, row, "region")
            if not found.region.path.startswith(self._within.path):
                raise Refused("outside", place=self._within.name)
            if row.kind == OpeningKind.BALANCE:
                self._balance(found)
            else:
                self._grant(found)
        except Refused as refusal:
            found.refuse(refusal.code, **refusal.values)
        return found

    def _named(self, known: dict[str, Any], row: Read, key: str) -> Any:
        try:
            return known[row.cells.get(key, "")]
        except KeyError:
            raise Refused(f"unknown_{key}") from None

    def _balance(self, found: Checked) -> None:
        row = found.row
        if found.region.level > RegionLevel.DISTRICT:
            raise Refused("line_too_deep")
        fund = self._named(self.funds, row, "fund")
        found.line = (found.region.pk, whole_in(row, "year"), fund.pk, found.item.pk)
        found.money = {key: fen_in(row, key) for key in MONEY}
        rest = sum(found.money[key] for key in MONEY[1:])
        if found.money["allotted"] != rest:
            raise Refused(
                "does_not_add_up", allotted=format_yuan(found.money["allotted"], 2), sum=format_yuan(rest, 2)
            )

    def _grant(self, found: Checked) -> None:
        row = found.row
        if identity := tidy(row.cells.get("identity", "")):
            found.person_id = self._people.get(identity)
            if found.person_id is None:
                raise Refused("unknown_person")
        if code := tidy(row.cells.get("code", "")):
            found.organisation_id = self._firms.get(code)
            if found.organisation_id is None:
                raise Refused("unknown_organisation")
        kind = claimant_kind(found.item.subject)
        if (found.organisation_id if kind == "organisation" else found.person_id) is None:
            raise Refused("nobody", who=kind)
        found.fen = fen_in(row, "amount")
        if found.fen <= 0:
            raise Refused("bad_amount", column=name_of(row, "amount"))
        found.period, found.months = period_in(row, found.item.period_kind)
        if row.kind == OpeningKind.CLAIM:
            found.day = day_in(row, "submitted_on")
            found.state = CLAIM_STATES.get(row.cells["state"], row.cells["state"])
            if found.state not in CLAIM_STATES.values():
                raise Refused("unknown_state")
            self._account(found)
        else:
            found.day = day_in(row, "paid_on")
        if found.holds and (row.cells.get("fund") or found.state in GRANTED):
            if not row.cells.get("year") or not row.cells.get("fund"):
                raise Refused("year_missing")
            fund = self._named(self.funds, row, "fund")
            found.line = (found.region.pk, whole_in(row, "year"), fund.pk, found.item.pk)
        if row.kind == OpeningKind.CLAIM or found.line is not None:
            found.version_id = self._version(found)
        self._subject(found)
        if row.kind == OpeningKind.CLAIM and not found.holds and found.subject_id is None:
            raise Refused("no_subject")

    def _account(self, found: Checked) -> None:
        if number := found.row.cells.get("account"):
            for name in ("holder", "bank"):
                if not found.row.cells.get(name):
                    raise Refused("missing", column=name_of(found.row, name))
            try:
                for name in ("holder", "bank"):
                    payment_rules.holder_name(found.row.cells[name])
                if found.organisation_id is None or claimant_kind(found.item.subject) == "person":
                    payment_rules.card_number(number)
                else:
                    payment_rules.organisation_number(number)
            except DomainError as error:
                raise Refused("bad_account", why=error) from error

    def _version(self, found: Checked) -> int:
        key = (found.item.pk, found.region.pk)
        if key not in self._versions:
            version = (
                PolicyVersion.objects.filter(
                    policy__item=found.item,
                    policy__region__code__in=found.region.path_codes,
                    state__in=[VersionState.PUBLISHED, VersionState.RETIRED],
                )
                .order_by("-policy__region__level", "-number")
                .first()
            )
            self._versions[key] = version.pk if version else None
        if self._versions[key] is None:
            raise Refused("no_policy")
        return self._versions[key] or 0

    def _subject(self, found: Checked) -> None:
        """What the grant is for, and whom its guards hold. Unknown, the guards of person and firm hold at least."""
        subject, number = found.item.subject, found.row.cells.get("subject", "")
        if subject == "person":
            found.subject_id = found.person_id
        elif subject in {"employer", "carrier"}:
            found.subject_id = found.organisation_id
        elif subject == "venture" and number:
            found.subject_id = (
                BusinessRegistration.objects.filter(code=tidy(number)).values_list("pk", flat=True).first()
            )
        elif subject == "certificate" and number:
            found.subject_id = (
                SkillCertificate.objects.filter(number=number, person_id=found.person_id)
                .values_list("pk", flat=True)
                .first()
            )
        elif subject == "employment" and found.person_id and found.organisation_id:
            hires = rows_of(subject, claimant_id=found.organisation_id, person_ids=[found.person_id], limit=2)
            found.subject_id = hires[0].id if len(hires) == 1 else None
        holders = {
            GuardScope.PERSON: found.person_id,
            GuardScope.ORGANISATION: found.organisation_id,
            GuardScope.VENTURE: found.subject_id if subject == "venture" else None,
            GuardScope.CERTIFICATE: found.subject_id if subject == "certificate" else None,
            GuardScope.EMPLOYMENT: found.subject_id if subject == "employment" else None,
        }
        found.holders = {scope: pk for scope, pk in holders.items() if pk is not None}
        if found.subject_id is not None:
            found.holders |= further_holders(subject, found.subject_id)
        if any(guard.scope not in found.holders for guard in self.guards.get(found.item.pk, [])):
            found.subject_id = None if found.holds else found.subject_id


def check_together(rows: Sequence[Checked], checker: Checker, *, known: frozenset[tuple[str, str]]) -> None:
    """What only all rows together tell. ``known``: (kind, id) taken over before; those hold already."""
    _twice(rows)
    _overlaps(rows, checker, known)
    _lines(rows, known)
    _totals(rows)


def _twice(rows: Iterable[Checked]) -> None:
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.is_total or not row.source_id:
            continue
        first = seen.setdefault((row.row.kind, row.source_id), row.row.number)
        if first != row.row.number:
            row.refuse("twice_in_file", row=first)


def held_by(row: Checked, checker: Checker) -> list[tuple[Guard, int, DateRange]]:
    """The holds that a row takes: guard, holder, time."""
    return [
        (guard, row.holders[guard.scope], UNBOUNDED if guard.lifetime else row.period)
        for guard in checker.guards.get(row.item.pk, [])
        if guard.scope in row.holders
    ]


def _overlaps(rows: Iterable[Checked], checker: Checker, known: frozenset[tuple[str, str]]) -> None:
    taken: dict[tuple[int, int], list[tuple[DateRange, Checked]]] = defaultdict(list)
    for row in rows:
        if row.error or row.is_total or row.row.kind == OpeningKind.BALANCE or not row.holds:
            continue
        for guard, holder, period in held_by(row, checker):
            others = taken[guard.pk, holder]
            for other_period, other in others:
                if _overlap(period, other_period) and other.source_id != row.source_id:
                    row.refuse("overlaps", other=f"{other.source_id}")
            others.append((period, row))
    fresh = {
        key: [pair for pair in pairs if (pair[1].row.kind, pair[1].source_id) not in known]
        for key, pairs in taken.items()
    }
    by_guard: dict[int, list[int]] = defaultdict(list)
    for guard_id, holder in (key for key, pairs in fresh.items() if pairs):
        by_guard[guard_id].append(holder)
    for guard_id, wanted in by_guard.items():
        for start in range(0, len(wanted), 5000):
            holds = EntitlementHold.objects.filter(
                guard=guard_id, holder_id__in=wanted[start : start + 5000], live=True
            )
            for hold in holds.select_related("entitlement__item"):
                for period, row in fresh[guard_id, hold.holder_id]:
                    if _overlap(period, hold.period):
                        row.refuse("overlaps", other=hold.entitlement.item.name)


def _overlap(one: DateRange, other: DateRange) -> bool:
    starts = one.upper is None or other.lower is None or other.lower < one.upper
    ends = other.upper is None or one.lower is None or one.lower < other.upper
    return starts and ends


def _lines(rows: Sequence[Checked], known: frozenset[tuple[str, str]]) -> None:
    balances: dict[LineKey, Checked] = {}
    for row in rows:
        if row.row.kind != OpeningKind.BALANCE or row.error or row.is_total or row.line is None:
            continue
        first = balances.setdefault(row.line, row)
        if first is not row:
            row.refuse("line_twice", row=first.row.number)
    fresh = {key for key, row in balances.items() if (row.row.kind, row.source_id) not in known}
    _refuse_used({key: balances[key] for key in fresh})
    found: dict[LineKey, dict[str, int]] = defaultdict(lambda: dict.fromkeys(MONEY[2:], 0))
    for row in rows:
        if row.row.kind == OpeningKind.BALANCE or row.is_total or row.line is None:
            continue
        if row.line not in balances:
            row.refuse("no_line")
        place = {"approved": "committed", "payable": "payable"}.get(row.state, "paid")
        if not row.error:
            found[row.line][place] += row.fen
    names = {column.key: column.names[0] for column in SHEETS[OpeningKind.BALANCE]}
    for key, balance in balances.items():
        for place, fen in found[key].items():
            if balance.money[place] != fen:
                balance.refuse(
                    "differs",
                    column=names[place],
                    declared=format_yuan(balance.money[place], 2),
                    found=format_yuan(fen, 2),
                )


def _refuse_used(balances: dict[LineKey, Checked]) -> None:
    existing = {
        line.pk: (line.region_id, line.year, line.fund_id, line.item_id)
        for line in BudgetLine.objects.filter(region__in={key[0] for key in balances})
    }
    used = Account.objects.filter(book=SUBSIDIES, line__in=existing).values_list("line", flat=True).distinct()
    for line_id in used:
        if row := balances.get(existing[line_id]):
            row.refuse("line_in_use")


def _totals(rows: Sequence[Checked]) -> None:
    for kind in (OpeningKind.BENEFIT, OpeningKind.CLAIM):
        mine = [row for row in rows if row.row.kind == kind]
        if not mine:
            continue
        total = next((row for row in mine if row.is_total), None)
        if total is None:
            mine[-1].refuse("total_missing")
            continue
        found = sum(row.fen for row in mine if not row.is_total)
        if total.fen != found and not any(row.error for row in mine if row is not total and not row.fen):
            total.refuse("total_differs", declared=format_yuan(total.fen, 2), found=format_yuan(found, 2))
