"""What an approved opening file becomes: entitlements with their holds, claims, payables, transfers. One transaction.

Money of a line is posted as it moved: allotted, committed, handed over, sent and settled, so that every figure of the
portal and ``verify_ledger`` reads opening data as they read its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from employment_portal.core.calendar import deadline
from employment_portal.ledger.actions import post
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef, NewTransfer, TransferKind
from employment_portal.organisations.models import Organisation
from employment_portal.people.models import Person
from subsidies.budgets.models import BudgetLine
from subsidies.claims import rules as claim_rules
from subsidies.claims.actions.rows import enter_step
from subsidies.claims.entitlement_models import Entitlement, EntitlementHold
from subsidies.claims.enums import Channel, ClaimState
from subsidies.claims.models import Claim, ClaimEntry
from subsidies.claims.subjects import claimant_kind
from subsidies.numbering import next_number
from subsidies.opening.checking import Checked, Checker, LineKey, held_by
from subsidies.opening.models import OpeningImport, OpeningKind, OpeningRow
from subsidies.payments.actions import current_account, set_account
from subsidies.payments.enums import PayableState
from subsidies.payments.models import Payable
from subsidies.policies.models import PolicyVersion

A, T = AccountKind, TransferKind
CHUNK = 1000
ORDER = (OpeningKind.BALANCE, OpeningKind.BENEFIT, OpeningKind.CLAIM)


class Applier:
    """Takes over checked rows in the caller's transaction; ``by`` made the file, ``now`` is when it was approved."""

    def __init__(self, batch: OpeningImport, checker: Checker, *, by: Any, now: datetime) -> None:
        self.batch, self.checker, self.by, self.now = batch, checker, by, now
        self.today = timezone.localdate(now)
        self.lines: dict[LineKey, BudgetLine] = {}
        self.versions = {
            version.pk: version for version in PolicyVersion.objects.select_related("policy__item").all()
        }
        self._numbers: dict[str, int] = {}

    def run(self, pairs: Sequence[tuple[OpeningRow, Checked]]) -> None:
        by_kind: dict[str, list[tuple[OpeningRow, Checked]]] = defaultdict(list)
        for stored, row in pairs:
            by_kind[stored.kind].append((stored, row))
        for stored, row in by_kind[OpeningKind.BALANCE]:
            self._open_line(stored, row)
        self._find_lines(row for _stored, row in pairs)
        for kind in ORDER[1:]:
            for chunk in _chunks(by_kind[kind]):
                self._grants(chunk)

    def _open_line(self, stored: OpeningRow, row: Checked) -> None:
        assert row.line is not None  # a balance has one
        line = self._line(row.line)
        if row.money["allotted"]:
            self._post([self._transfer(T.ALLOT, line, A.APPROPRIATION, A.AVAILABLE, row.money["allotted"], f"{stored.pk}:allot")])  # fmt: skip

    def _line(self, key: LineKey) -> BudgetLine:
        region, year, fund, item = key
        if key not in self.lines:
            self.lines[key] = BudgetLine.objects.get_or_create(
                region_id=region, year=year, fund_id=fund, item_id=item
            )[0]
        return self.lines[key]

    def _find_lines(self, rows: Iterable[Checked]) -> None:
        for row in rows:
            if row.line is not None:
                self._line(row.line)

    def _grants(self, pairs: Sequence[tuple[OpeningRow, Checked]]) -> None:
        claims = self._claims([pair for pair in pairs if pair[1].version_id is not None])
        entries = self._entries(pairs, claims)
        self._entitle([pair for pair in pairs if pair[1].holds], claims, entries)
        payables = self._payables(pairs, claims)
        transfers = [
            transfer
            for stored, row in pairs
            if row.line is not None and row.holds
            for transfer in self._moves(stored, row, claims[stored.pk], payables.get(stored.pk))
        ]
        self._post(transfers)
        for stored, row in pairs:
            if row.state in {"submitted", "in_review"}:
                self._enter(claims[stored.pk])

    def _claims(self, pairs: Sequence[tuple[OpeningRow, Checked]]) -> dict[int, Claim]:
        made = []
        for _stored, row in pairs:
            version = self.versions[row.version_id or 0]
            organisation = claimant_kind(row.item.subject) == "organisation"
            assert row.day is not None  # the checker asks for it
            decided = self._at(row.day) if row.holds else None
            made.append(
                Claim(
                    number=self._number(row.region.code[:6]),
                    item=row.item,
                    version=version,
                    region=row.region,
                    person_id=None if organisation else row.person_id,
                    organisation_id=row.organisation_id if organisation else None,
                    period=None if row.period.lower is None else row.period,
                    state=_state(row),
                    step=self._step(version, row),
                    channel=Channel.OPENING,
                    line=self.lines[row.line] if row.line is not None else None,
                    account=self._account(organisation, row),
                    amount_fen=row.fen,
                    declared_fen=row.fen,
                    maker=self.by,
                    created_at=self.now,
                    submitted_at=self._at(row.day),
                    decided_at=decided,
                    ended_at=decided if row.row.kind == OpeningKind.BENEFIT else None,
                )
            )
        Claim.objects.bulk_create(made, batch_size=CHUNK)
        return {stored.pk: claim for (stored, _row), claim in zip(pairs, made, strict=True)}

    def _step(self, version: PolicyVersion, row: Checked) -> str:
        steps = claim_rules.steps_for(version.content, row.fen)
        if row.state == "submitted":
            return steps[0].name
        if row.state == "in_review":
            return steps[min(1, len(steps) - 1)].name
        return ""

    def _number(self, region: str) -> str:
        prefix = f"LS{region}"
        if prefix not in self._numbers:
            first = next_number(Claim, prefix, self.today, digits=6)
            self._numbers[prefix] = int(first[-6:])
        number = self._numbers[prefix]
        self._numbers[prefix] += 1
        return f"{prefix}{self.today:%Y%m%d}{number:06d}"

    def _at(self, day: Any) -> datetime:
        return timezone.make_aware(datetime.combine(day, time(12)))

    def _entries(
        self, pairs: Sequence[tuple[OpeningRow, Checked]], claims: dict[int, Claim]
    ) -> dict[int, ClaimEntry]:
        wanted = [
            (stored, row)
            for stored, row in pairs
            if stored.pk in claims and row.subject_id is not None and stored.kind == OpeningKind.CLAIM
        ]
        made = ClaimEntry.objects.bulk_create(
            [
                ClaimEntry(
                    claim=claims[stored.pk],
                    row=1,
                    item=row.item,
                    subject_id=row.subject_id,
                    person_id=row.person_id,
                    period=row.period,
                    months=row.months,
                    amount_fen=row.fen,
                    open=row.state != "payable",
                )
                for stored, row in wanted
            ],
            batch_size=CHUNK,
        )
        return {stored.pk: entry for (stored, _row), entry in zip(wanted, made, strict=True)}

    def _entitle(
        self,
        pairs: Sequence[tuple[OpeningRow, Checked]],
        claims: dict[int, Claim],
        entries: dict[int, ClaimEntry],
    ) -> None:
        made = []
        for stored, row in pairs:
            entry, claim = entries.get(stored.pk), claims.get(stored.pk)
            assert row.day is not None
            made.append(
                Entitlement(
                    item=row.item,
                    entry=entry,
                    claim=claim,
                    opening=stored if entry is None else None,
                    region=row.region,
                    person_id=row.person_id,
                    organisation_id=row.organisation_id,
                    subject_id=row.subject_id,
                    period=row.period,
                    months=row.months,
                    amount_fen=row.fen,
                    granted_at=self._at(row.day),
                )
            )
        Entitlement.objects.bulk_create(made, batch_size=CHUNK)
        EntitlementHold.objects.bulk_create(
            [
                EntitlementHold(
                    entitlement=entitlement,
                    guard=guard,
                    holder_id=holder,
                    period=DateRange(period.lower, period.upper),
                )
                for entitlement, (_stored, row) in zip(made, pairs, strict=True)
                for guard, holder, period in held_by(row, self.checker)
            ],
            batch_size=CHUNK,
        )

    def _payables(
        self, pairs: Sequence[tuple[OpeningRow, Checked]], claims: dict[int, Claim]
    ) -> dict[int, Payable]:
        wanted = [
            (stored, row)
            for stored, row in pairs
            if row.line is not None and (stored.kind == OpeningKind.BENEFIT or row.state == "payable")
        ]
        made = []
        for stored, row in wanted:
            claim = claims[stored.pk]
            paid = stored.kind == OpeningKind.BENEFIT
            days = self.versions[row.version_id or 0].content["payment_working_days"]
            made.append(
                Payable(
                    claim=claim,
                    line=self.lines[row.line],  # type: ignore[index]
                    region=row.region,
                    person_id=claim.person_id,
                    organisation_id=claim.organisation_id,
                    account=None if paid else claim.account,
                    amount_fen=row.fen,
                    state=PayableState.PAID if paid else PayableState.OPEN,
                    due_on=row.day if paid else deadline(self.today, days).due_on,
                    created_at=self.now,
                    paid_on=row.day if paid else None,
                )
            )
        Payable.objects.bulk_create(made, batch_size=CHUNK)
        return {stored.pk: payable for (stored, _row), payable in zip(wanted, made, strict=True)}

    def _account(self, of_organisation: bool, row: Checked) -> Any:
        """The account that a claimant has here already, else the old system's; None for what was paid before."""
        if row.row.kind == OpeningKind.BENEFIT:
            return None
        owner: dict[str, Any] = (
            {"organisation": Organisation.objects.get(pk=row.organisation_id)}
            if of_organisation
            else {"person": Person.objects.get(pk=row.person_id)}
        )
        cells = row.row.cells
        held = current_account(**owner)
        if held is None and cells.get("account"):
            held = set_account(
                **owner,
                holder=cells["holder"],
                bank_name=cells["bank"],
                number=cells["account"],
                confirmed=True,
                by=self.by,
                now=self.now,
            )
        return held

    def _moves(
        self, stored: OpeningRow, row: Checked, claim: Claim, payable: Payable | None
    ) -> Iterator[NewTransfer]:
        line = self.lines[row.line]  # type: ignore[index]
        yield self._transfer(
            T.COMMIT, line, A.AVAILABLE, A.COMMITTED, row.fen, key=f"claim:{claim.pk}:commit:{claim.round}"
        )
        if payable is None:
            return
        own = payable.pk
        yield self._transfer(
            T.CONFIRM, line, A.COMMITTED, A.PAYABLE, row.fen, key=f"claim:{claim.pk}:payable", to=own
        )
        if stored.kind == OpeningKind.BENEFIT:
            yield self._transfer(
                T.DISPATCH, line, A.PAYABLE, A.IN_TRANSIT, row.fen, f"{stored.pk}:sent", own=own, to=own
            )
            yield self._transfer(
                T.SETTLE, line, A.IN_TRANSIT, A.PAID, row.fen, f"{stored.pk}:paid", own=own, to=own
            )

    def _transfer(
        self,
        kind: TransferKind,
        line: BudgetLine,
        debit: AccountKind,
        credit: AccountKind,
        fen: int,
        event: str = "",
        *,
        key: str = "",
        own: int = 0,
        to: int = 0,
    ) -> NewTransfer:
        return NewTransfer(
            kind,
            AccountRef(SUBSIDIES, line.pk, debit, own),
            AccountRef(SUBSIDIES, line.pk, credit, to),
            fen,
            key or f"opening:{event}",
        )

    def _post(self, transfers: Sequence[NewTransfer]) -> None:
        for chunk in _chunks(transfers):
            post(chunk)

    def _enter(self, claim: Claim) -> None:
        step = claim_rules.step_named(claim.version.content, claim.amount_fen, claim.step)
        enter_step(claim, step, today=self.today)


def _state(row: Checked) -> str:
    if row.row.kind == OpeningKind.BENEFIT:
        return ClaimState.ARCHIVED
    return {
        "submitted": ClaimState.SUBMITTED,
        "in_review": ClaimState.IN_REVIEW,
        "approved": ClaimState.APPROVED,
        "payable": ClaimState.PAYABLE,
    }[row.state]


def _chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
