"""What the proofs kill: each scene prepares an act and knows how the database looks before, after and never."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import timezone

from subsidies.payments import actions
from subsidies.payments.enums import BankFormat, LineOutcome, ReturnFormat
from subsidies.payments.formats import delimited
from subsidies.payments.formats.layouts import read_payments
from subsidies.payments.formats.records import Answer, AnswerFile
from subsidies.payments.models import BankFile, Batch, Payable, PaymentAttempt, ReturnFile, ReturnLine
from subsidies.proofs.data import World, held_on, make_world

SIZE = 40
DAY = date(2026, 11, 24)


@dataclass(frozen=True)
class Scene:
    """``make`` what it plays in; ``prepare`` gives the act; ``happened`` whether it took effect; the two checks give
    problems in words."""

    prepare: Callable[[Any], Callable[[], Any]]
    happened: Callable[[Any], bool]
    all_or_nothing: Callable[[Any, bool], list[str]]
    done: Callable[[Any], list[str]]
    make: Callable[[], Any] = lambda: make_world(SIZE)


def scenes() -> dict[str, Scene]:
    return {
        "build": Scene(_prepare_build, _built, _build_whole, lambda world: _build_whole(world, True)),
        "release": Scene(
            _prepare_release, _released, _release_whole, lambda world: _release_whole(world, True)
        ),
        "apply": Scene(_prepare_apply, _applied, _apply_whole, lambda world: _apply_whole(world, True)),
        "receive": Scene(_prepare_receive, _applied, _receive_whole, lambda world: _apply_whole(world, True)),
    }


def build(world: World) -> Batch:
    return actions.build_batch(
        run_key=f"{world.item.code}-one",
        region=world.region,
        year=world.line.year,
        item=world.item,
        by=world.officers[0],
        now=timezone.now(),
    )


def _prepare_build(world: World) -> Callable[[], Any]:
    return lambda: build(world)


def _prepare_release(world: World) -> Callable[[], Any]:
    batch = build(world)
    actions.check_batch(batch_id=batch.pk, by=world.officers[1], now=timezone.now())

    def release() -> None:
        # As the page does: only a batch that is not released yet offers the button.
        if not _released(world):
            actions.release_batch(batch_id=batch.pk, by=world.officers[2], now=timezone.now())

    return release


def released(world: World) -> Batch:
    _prepare_release(world)()
    return Batch.objects.get(item=world.item)


def answer(world: World) -> bytes:
    """Half is paid, a quarter refused, a quarter paid and returned in the same file; one line comes twice."""
    batch = released(world)
    asked = read_payments(bytes(batch.file.content), BankFormat.DELIMITED).payments
    lines: list[Answer] = []
    for payment in asked:
        outcomes = {0: [LineOutcome.FAILED], 1: [LineOutcome.PAID, LineOutcome.RETURNED]}
        for outcome in outcomes.get(payment.sequence % 4, [LineOutcome.PAID]):
            lines.append(
                Answer(
                    0,
                    "",
                    payment.reference,
                    outcome,
                    payment.amount_fen,
                    payment.number,
                    payment.holder,
                    "",
                    DAY,
                )
            )
    lines.append(lines[0])
    numbered = [replace(line, number=number) for number, line in enumerate(lines, start=1)]
    file = AnswerFile(ReturnFormat.DELIMITED, f"HP-{batch.number}", batch.number, numbered)
    return delimited.render_answer(file, DAY)


def _prepare_apply(world: World) -> Callable[[], Any]:
    file, _new = actions.keep_return_file(name="hp", content=answer(world), by=None, now=timezone.now())
    actions.read_return_file(file_id=file.pk, now=timezone.now())
    return lambda: actions.apply_return_file(file_id=file.pk, now=timezone.now())


def _prepare_receive(world: World) -> Callable[[], Any]:
    content = answer(world)
    return lambda: actions.receive_return_file(name="hp", content=content, by=None, now=timezone.now())


def _built(world: World) -> bool:
    return Batch.objects.filter(item=world.item).exists()


def _released(world: World) -> bool:
    return Batch.objects.filter(item=world.item, state="released").exists()


def _applied(world: World) -> bool:
    return ReturnFile.objects.filter(batch__item=world.item, state="applied").exists()


def _states(world: World) -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Payable.objects.filter(line=world.line).values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def differs(name: str, found: Any, wanted: Any) -> list[str]:
    return [] if found == wanted else [f"{name}: {found}, not {wanted}"]


def _build_whole(world: World, whole: bool) -> list[str]:
    attempts = PaymentAttempt.objects.filter(batch__item=world.item).count()
    batches = list(Batch.objects.filter(item=world.item).values_list("count", "total_fen"))
    return [
        *differs("payables", _states(world), {"queued" if whole else "open": world.count}),
        *differs("attempts", attempts, world.count if whole else 0),
        *differs("batches", batches, [(world.count, world.total_fen)] if whole else []),
        *differs("ledger", held_on(world.line).get("payable"), world.total_fen),
    ]


def _release_whole(world: World, whole: bool) -> list[str]:
    held = held_on(world.line)
    return [
        *differs("payables", _states(world), {"in_transit" if whole else "queued": world.count}),
        *differs("files", BankFile.objects.filter(batch__item=world.item).count(), 1 if whole else 0),
        *differs("ledger", held.get("in_transit" if whole else "payable"), world.total_fen),
        *differs("other side", held.get("payable" if whole else "in_transit", 0), 0),
    ]


def _apply_whole(world: World, whole: bool) -> list[str]:
    quarter = world.count // 4
    lines = ReturnLine.objects.filter(file__batch__item=world.item)
    by_state: dict[str, int] = {}
    for state in lines.values_list("state", flat=True):
        by_state[state] = by_state.get(state, 0) + 1
    all_lines = world.count + quarter + 1
    if not whole:
        return [
            *differs("payables", _states(world), {"in_transit": world.count}),
            *differs("lines", by_state, {"pending": all_lines}),
            *differs("ledger", held_on(world.line).get("in_transit"), world.total_fen),
        ]
    held = held_on(world.line)
    return [
        *differs("payables", _states(world), {"paid": 2 * quarter, "returned": 2 * quarter}),
        *differs("lines", by_state, {"applied": all_lines - 1, "duplicate": 1}),
        *differs("ledger", held.get("paid", 0) + held.get("returned_hold", 0), world.total_fen),
        *differs("in transit", held.get("in_transit", 0), 0),
        *differs("batch", Batch.objects.get(item=world.item).state, "closed"),
    ]


def _receive_whole(world: World, whole: bool) -> list[str]:
    """Raw file, lines and effect are three steps: each stands whole or not at all."""
    if whole:
        return _apply_whole(world, True)
    quarter = world.count // 4
    files = ReturnFile.objects.filter(batch__item=world.item)
    lines = ReturnLine.objects.filter(file__batch__item=world.item).count()
    wanted = world.count + quarter + 1 if files.filter(report__read=True).exists() else 0
    return [
        *differs("lines", lines, wanted),
        *differs("payables", _states(world), {"in_transit": world.count}),
    ]
