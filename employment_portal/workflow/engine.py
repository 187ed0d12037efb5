"""Transition tables: the whole life of a thing on one screen, and one way to move it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.audit.actions import record, record_each
from employment_portal.core.errors import DomainError
from employment_portal.workflow.models import Transition


class TransitionNotAllowed(DomainError):
    """The thing is no longer in a state from which this step is possible."""

    message = _("This has moved on in the meantime. Reload the page to see where it stands now.")


@dataclass(frozen=True)
class Move:
    target: str
    sources: frozenset[str]
    may: Callable[[Any, Any], bool] | None
    name: str = ""


def move(target: str, *, sources: Iterable[str], may: Callable[[Any, Any], bool] | None = None) -> Move:
    """One row of a table: from any of ``sources`` to ``target``; ``may(user, subject)`` says who."""
    return Move(target=str(target), sources=frozenset(str(source) for source in sources), may=may)


class Workflow:
    """A named set of moves over a model's state field.

    >>> POSTING = Workflow("posting", submit=move(S.SUBMITTED, sources=[S.DRAFT], may=is_author))
    """

    def __init__(self, name: str, *, field: str = "status", **moves: Move) -> None:
        self.name = name
        self.field = field
        self.moves = {
            key: Move(target=row.target, sources=row.sources, may=row.may, name=key)
            for key, row in moves.items()
        }

    def may(self, subject: models.Model, name: str, by: Any) -> bool:
        """Whether the move is this person's to make, in whatever state the subject is."""
        may = self.moves[name].may
        return may is None or may(by, subject)

    def can(self, subject: models.Model, name: str, by: Any = None) -> bool:
        """Whether the move is possible from the subject's state and, when ``by`` is given, allowed to them."""
        row = self.moves[name]
        if getattr(subject, self.field) not in row.sources:
            return False
        return by is None or row.may is None or row.may(by, subject)

    def allowed(self, subject: models.Model, by: Any) -> list[str]:
        """The names of the moves that ``by`` may make now: which buttons a page shows."""
        # Moves share guards, and a guard may ask the database.
        decided: dict[Callable[..., bool], bool] = {}
        names = []
        for name, row in self.moves.items():
            if getattr(subject, self.field) not in row.sources:
                continue
            if by is not None and row.may is not None:
                if row.may not in decided:
                    decided[row.may] = row.may(by, subject)
                if not decided[row.may]:
                    continue
            names.append(name)
        return names

    def apply(
        self,
        subject: models.Model,
        name: str,
        *,
        by: Any,
        note: str = "",
        data: dict[str, Any] | None = None,
        save_fields: Iterable[str] = (),
    ) -> Transition:
        """Move a locked row, save its state with ``save_fields``, log the step and audit it.

        The caller holds the row by ``select_for_update``. ``by`` None is the portal itself (a nightly task).
        Raises TransitionNotAllowed when the state or the person does not fit.
        """
        row = self.moves[name]
        source = getattr(subject, self.field)
        if source not in row.sources or (by is not None and row.may is not None and not row.may(by, subject)):
            raise TransitionNotAllowed
        setattr(subject, self.field, row.target)
        subject.save(update_fields=[self.field, *save_fields])
        transition = Transition.objects.create(
            workflow=self.name,
            subject_type=subject._meta.label_lower,
            subject_id=subject.pk,
            name=name,
            source=source,
            target=row.target,
            by=by,
            at=timezone.now(),
            note=note,
            data=data or {},
        )
        record(
            action=f"{self.name}.{name}", by=by, subject=subject, detail={"from": source, "to": row.target}
        )
        return transition

    def apply_each(
        self,
        subjects: Sequence[models.Model],
        name: str,
        *,
        by: Any,
        note: str = "",
        data: Mapping[Any, dict[str, Any]] | None = None,
        **values: Any,
    ) -> None:
        """``apply`` to rows that the caller holds, in three statements: state and ``values`` saved, each step logged
        and audited for itself. ``data`` is by primary key.

        The caller has made sure who may. Raises TransitionNotAllowed, and moves none, when a state does not fit.
        """
        row = self.moves[name]
        if any(getattr(subject, self.field) not in row.sources for subject in subjects):
            raise TransitionNotAllowed
        if not subjects:
            return
        model, values = type(subjects[0]), {self.field: row.target, **values}
        sources = [getattr(subject, self.field) for subject in subjects]
        model._default_manager.filter(pk__in=[subject.pk for subject in subjects]).update(**values)
        for subject in subjects:
            for field, value in values.items():
                setattr(subject, field, value)
        now = timezone.now()
        Transition.objects.bulk_create(
            [
                Transition(
                    workflow=self.name,
                    subject_type=model._meta.label_lower,
                    subject_id=subject.pk,
                    name=name,
                    source=source,
                    target=row.target,
                    by=by,
                    at=now,
                    note=note,
                    data=(data or {}).get(subject.pk, {}),
                )
                for subject, source in zip(subjects, sources, strict=True)
            ],
            batch_size=5000,
        )
        moved = zip(subjects, sources, strict=True)
        record_each(
            action=f"{self.name}.{name}",
            by=by,
            entries=[(subject, {"from": source, "to": row.target}) for subject, source in moved],
        )

    def apply_all(self, rows: models.QuerySet, name: str, *, by: Any, note: str = "") -> list[int]:
        """Move all of ``rows`` that stand in a source state, in four statements however many there are; their ids.

        The caller has made sure who may. Rows are locked in the order of their ids; those in another state stay.
        """
        row = self.moves[name]
        model = rows.model
        found = dict(
            rows.filter(**{f"{self.field}__in": row.sources})
            .order_by("pk")
            .select_for_update(of=("self",))
            .values_list("pk", self.field)
        )
        if not found:
            return []
        model._default_manager.filter(pk__in=found).update(**{self.field: row.target})
        now = timezone.now()
        Transition.objects.bulk_create(
            [
                Transition(
                    workflow=self.name,
                    subject_type=model._meta.label_lower,
                    subject_id=pk,
                    name=name,
                    source=source,
                    target=row.target,
                    by=by,
                    at=now,
                    note=note,
                )
                for pk, source in found.items()
            ],
            batch_size=5000,
        )
        record(
            action=f"{self.name}.{name}",
            by=by,
            detail={"count": len(found), "ids": list(found)[:200], "to": row.target},
        )
        return list(found)


def history(subject: models.Model) -> models.QuerySet[Transition]:
    """Every step of ``subject``, oldest first."""
    return (
        Transition.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)
        .select_related("by")
        .order_by("at", "id")
    )
