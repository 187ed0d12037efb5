"""Undoing a merge within its term: one officer asks, a second decides, and what moved goes back row by row.

What was added to the surviving record since stays with it or goes over to the other, as the request says; where either
is impossible, or a moved row is no longer as the merge left it, the undo is refused with the reason.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.notifications.actions import notify
from employment_portal.people.holdings import Holding, holdings
from employment_portal.people.models import Merge, MergedRow, Person
from employment_portal.people.permissions import may_decide_for, may_serve
from employment_portal.people.records import snapshots
from employment_portal.people.records.four_eyes import close_request_item, open_request
from employment_portal.people.records.merging import RECORD
from employment_portal.people.records.registration import NotYourCase
from employment_portal.workflow.actions import decide_four_eyes
from employment_portal.workflow.models import FourEyes

KIND = "people.unmerge"
PERSON = "people.person"
# Columns of a record that lead to its owner: changed by hand since, the merge can't simply be taken back.
IDENTITY = ("user_id", "id_number_hash", "id_number_tail", "merged_into_id")
CHECK = ("real_name_status", "real_name_checked_at")


class Undone(DomainError):
    message = _("This merge was undone already.")


class TermOver(DomainError):
    message = _("The time to undo this merge ended on %(day)s.")


class MergedFurther(DomainError):
    message = _("The surviving record was merged again since. Undo the later merge first.")


class RecordNotOpen(DomainError):
    message = _("The surviving record is restricted or deleted. Nothing can be moved from it.")


class IdentityChanged(DomainError):
    message = _("Sign-in or identity number of the surviving record were changed since the merge.")


class IdentityTaken(DomainError):
    message = _("Another record has the sign-in or the identity number of the duplicate by now.")


class ChangedSince(DomainError):
    message = _("%(what)s: an entry that was moved has been changed or deleted since the merge.")


class AddedSince(DomainError):
    message = _("%(what)s: %(why)s")


class DoesNotFit(DomainError):
    message = _(
        "%(what)s: what was added since does not fit beside what comes back. Choose the other record for it, or take "
        "it out first."
    )


class _Tried(Exception):
    """The attempt went through; it is taken back."""


def merge_of(person: Person, *, on: date) -> Merge | None:
    """The merge by which a record ended, while it can be undone."""
    return person.merges_away.filter(undone_at__isnull=True, undo_until__gte=on).first()


def merges_into(person: Person, *, on: date) -> models.QuerySet[Merge]:
    """The merges into a record that can still be undone, newest first."""
    rows = person.merges_in.filter(undone_at__isnull=True, undo_until__gte=on)
    return rows.select_related("duplicate").order_by("-merged_at", "-pk")


def added_since(merge: Merge) -> Iterator[tuple[Holding, models.QuerySet]]:
    """What hangs on the survivor now that neither of the two records had when they were merged."""
    for holding in holdings():
        rows = holding.rows(merge.survivor)
        moved = merge.rows.filter(holding=holding.key, table=rows.model._meta.label_lower)
        known = {*merge.kept.get(holding.key, []), *moved.values_list("row", flat=True)}
        yield holding, rows.exclude(pk__in=known)


def goes_by_sign_in(merge: Merge) -> bool:
    """Whether the survivor got its sign-in by the merge: what its owner did since is the duplicate's then."""
    row = merge.rows.filter(table=PERSON, row=merge.survivor_id).first()
    return row is not None and "user_id" in row.before


def overview(merge: Merge) -> list[dict[str, Any]]:
    """For each kind of data of which something comes back or was added since: how much."""
    found = []
    for holding, added in added_since(merge):
        moved = merge.rows.filter(holding=holding.key, table=added.model._meta.label_lower)
        found.append({"label": holding.label, "back": moved.count(), "added": added.count()})
    return [row for row in found if row["back"] or row["added"]]


def check_undoable(merge: Merge, *, on: date) -> None:
    """What can be said without trying. Raises the errors of this module that name a state."""
    if merge.undone_at is not None:
        raise Undone
    if merge.undo_until < on:
        raise TermOver(day=merge.undo_until.isoformat())
    survivor = merge.survivor
    later = survivor.merges_in.filter(undone_at__isnull=True, pk__gt=merge.pk)
    if survivor.merged_into_id is not None or later.exists():
        raise MergedFurther
    if survivor.restricted_at is not None or survivor.anonymised_at is not None:
        raise RecordNotOpen
    for holding, added in added_since(merge):
        if holding.hinders is not None and (why := holding.hinders(added)):
            raise AddedSince(what=holding.label, why=why)


@transaction.atomic
def request_undo(*, merge_id: int, added_to_duplicate: bool, reason: str, by: Any, today: date) -> FourEyes:
    """Ask a second officer to undo a merge, after trying whether it can be done.

    ``added_to_duplicate``: what was added since goes over to the restored record. Raises NotYourCase, AlreadyAsked and
    the errors of this module.
    """
    merge = _locked(merge_id)
    if not (may_serve(by, merge.duplicate) and may_serve(by, merge.survivor)):
        raise NotYourCase
    check_undoable(merge, on=today)
    try:
        with transaction.atomic():
            _take_back(merge, added_to_duplicate=added_to_duplicate)
            raise _Tried
    except _Tried:
        pass
    return open_request(
        kind=KIND,
        person=merge.duplicate,
        payload={"merge": merge.public_id, "added_to_duplicate": added_to_duplicate},
        reason=reason,
        by=by,
        today=today,
    )


@transaction.atomic
def decide_undo(*, request_id: int, approve: bool, note: str, by: Any) -> FourEyes:
    """Approve and undo at once, or refuse. Raises SamePersonDecides, AlreadyDecided, NotYourCase, and as above."""
    asked = FourEyes.objects.get(pk=request_id, kind=KIND)
    merge = _locked(Merge.objects.only("pk").get(public_id=asked.payload["merge"]).pk)
    if not (may_decide_for(by, merge.duplicate) and may_decide_for(by, merge.survivor)):
        raise NotYourCase
    decided = decide_four_eyes(request_id=request_id, approve=approve, note=note, by=by)
    close_request_item(decided, by)
    if approve:
        check_undoable(merge, on=timezone.localdate())
        moved = _take_back(merge, added_to_duplicate=asked.payload["added_to_duplicate"])
        merge.undone_at = timezone.now()
        merge.save(update_fields=["undone_at"])
        _tell(merge, decided, moved, by)
        _forget(Merge.objects.filter(pk=merge.pk))
    return decided


def forget_merges(*, today: date) -> int:
    """Delete what an undo would have needed once its term is over; returns how many merges."""
    return _forget(Merge.objects.filter(undo_until__lt=today))


def forget_merges_of(person: Person) -> None:
    """The same for a record that is deleted: nothing of it may stay in a copy."""
    _forget(Merge.objects.filter(models.Q(survivor=person) | models.Q(duplicate=person)))


def _forget(merges: models.QuerySet[Merge]) -> int:
    keys = list(merges.filter(rows__isnull=False).distinct().values_list("pk", flat=True))
    MergedRow.objects.filter(merge__in=keys).delete()
    Merge.objects.filter(pk__in=keys).update(number="", kept={})
    return len(keys)


def _locked(merge_id: int) -> Merge:
    """The merge with both records, for update; the records in the order of their ids, as everywhere."""
    found = Merge.objects.only("duplicate_id", "survivor_id").get(pk=merge_id)
    pair = [found.duplicate_id, found.survivor_id]
    people = Person.objects.select_for_update(of=("self",)).filter(pk__in=pair).order_by("pk").in_bulk()
    merge = Merge.objects.select_for_update().get(pk=merge_id)
    merge.duplicate, merge.survivor = people[merge.duplicate_id], people[merge.survivor_id]
    return merge


def _take_back(merge: Merge, *, added_to_duplicate: bool) -> dict[str, int]:
    """Everything as before, in the caller's transaction; how many rows, by holding."""
    added = [(holding, rows) for holding, rows in added_since(merge) if holding.owner and added_to_duplicate]
    added_keys = [(holding, list(rows.values_list("pk", flat=True))) for holding, rows in added]
    rows = list(merge.rows.order_by("pk"))
    _check_identity(merge, rows)
    by_key = {holding.key: holding for holding in holdings()}
    counts: dict[str, int] = {}
    for row in rows:
        if row.after is None:
            _try(by_key[row.holding].label, snapshots.put_in, row.table, row.before)
    for row in rows:
        counts[row.holding] = counts.get(row.holding, 0) + 1
        if row.after is None:
            continue
        if row.table == PERSON:
            snapshots.put_back(row.table, row.row, _of_record(row))
        else:
            holding = by_key[row.holding]
            columns = _unchanged(row, holding)
            _try(holding.label, snapshots.put_back, row.table, row.row, columns)
    _give_number_back(merge, rows)
    for holding, keys in added_keys:
        model = holding.rows(merge.survivor).model
        going = model._default_manager.filter(pk__in=keys)
        _try(holding.label, going.update, **{holding.owner: merge.duplicate})
    _try(_("Merge of two records"), connection.check_constraints)
    return counts


def _try(label: Any, write: Any, *args: Any, **fields: Any) -> None:
    try:
        with transaction.atomic():
            write(*args, **fields)
    except IntegrityError as error:
        raise DoesNotFit(what=label) from error


def _current(row: MergedRow) -> snapshots.Row | None:
    return snapshots.read(apps.get_model(row.table), [row.row]).get(row.row)


def _unchanged(row: MergedRow, holding: Holding) -> snapshots.Row:
    """The columns to write back: all, or in editable rows those that nobody changed since. Raises ChangedSince."""
    now = _current(row)
    same = {name for name, value in (row.after or {}).items() if now is not None and now[name] == value}
    if len(same) < len(row.before) and not holding.editable:
        raise ChangedSince(what=holding.label)
    return {name: value for name, value in row.before.items() if name in same}


def _of_record(row: MergedRow) -> snapshots.Row:
    """Of the records themselves what is the person's own (phone, places) stays where it was changed since."""
    now = _current(row) or {}
    return {
        name: value
        for name, value in row.before.items()
        if name in IDENTITY or name in CHECK or now.get(name) == (row.after or {})[name]
    }


def _check_identity(merge: Merge, rows: list[MergedRow]) -> None:
    """Raises IdentityChanged, IdentityTaken."""
    before: dict[int, snapshots.Row] = {}
    for row in rows:
        if row.holding != RECORD:
            continue
        before[row.row] = row.before
        now = _current(row) or {}
        if any(name in (row.after or {}) and now.get(name) != (row.after or {})[name] for name in IDENTITY):
            raise IdentityChanged
    wanted = before.get(merge.duplicate_id, {})
    others = Person.objects.exclude(pk__in=[merge.duplicate_id, merge.survivor_id])
    taken = models.Q(pk__in=[])
    if wanted.get("user_id"):
        taken |= models.Q(user_id=wanted["user_id"])
    if wanted.get("id_number_hash"):
        taken |= models.Q(id_number_hash=wanted["id_number_hash"])
    if others.filter(taken).exists():
        raise IdentityTaken


def _give_number_back(merge: Merge, rows: list[MergedRow]) -> None:
    """The encrypted number follows its hash: it stands in no copy but the merge's own encrypted column."""
    for row in rows:
        if row.table == PERSON and "id_number_hash" in row.before:
            number = merge.number if row.row == merge.duplicate_id else ""
            Person.objects.filter(pk=row.row).update(id_number=number)


def _tell(merge: Merge, decided: FourEyes, moved: dict[str, int], by: Any) -> None:
    people = Person.objects.select_related("user").in_bulk([merge.duplicate_id, merge.survivor_id])
    for person in people.values():
        record(
            action=KIND,
            by=by,
            subject=person,
            reason=decided.reason,
            detail={"rows": moved, "merge": merge.public_id},
        )
        if person.user is not None:
            notify(kind="records_separated", to=person.user, path="/me/record/")
