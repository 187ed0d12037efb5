"""Kill a process, or its backend, at every statement boundary of an act, and see that all or nothing happened.

The act runs in a process of its own (fork) that counts its statements. At boundary n it dies before statement n; the
boundaries ``before COMMIT`` and ``after COMMIT`` (done, but nobody was told) come last. Then the act is repeated, as a
worker or a person would, and everything must have happened once.
"""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg2
from django.db import connection, connections

from subsidies.payments import actions
from subsidies.payments.models import Batch, PaymentAttempt, ReturnFile
from subsidies.proofs.data import World, books_balance, held_on, make_world
from subsidies.proofs.passing import pass_scene
from subsidies.proofs.scenes import SIZE, Scene, scenes

FORK = multiprocessing.get_context("fork")


class Broken(AssertionError):
    """The proof failed: what stands in the database after a kill should not."""


@dataclass
class Tally:
    """How much was proved, for the report."""

    kills: int = 0
    boundaries: dict[str, int] = field(default_factory=dict)
    all_done: int = 0
    nothing_done: int = 0


def prove(only: list[int] | None = None, say: Callable[[str], None] = lambda _text: None) -> Tally:
    """Every scene, every boundary (or the fractions of them in ``only`` per cent), client and backend by turns.

    Raises Broken.
    """
    tally = Tally()
    for name, scene in {**scenes(), "pass": pass_scene()}.items():
        count, commits = _measured(scene)
        tally.boundaries[name] = count + 2
        places = list(range(1, count + 3))
        if only is not None:
            places = sorted({places[min(len(places) - 1, len(places) * share // 100)] for share in only})
        for place in places:
            _one(scene, name, place, (count, commits), tally)
        say(f"{name}: {count + 2} boundaries, {len(places)} killed")
    return tally


def _measured(scene: Scene) -> tuple[int, int]:
    """How many statements and commits the act takes when nobody disturbs it."""
    world = scene.make()
    act = scene.prepare(world)
    receiving, sending = FORK.Pipe(duplex=False)
    process = _start(act, place=0, backend=False, report=sending)
    sending.close()
    try:
        count, commits = receiving.recv()
    except EOFError:
        raise Broken("the act failed though nobody disturbed it") from None
    process.join()
    scene.done(world)
    return count, commits


def _one(scene: Scene, name: str, place: int, measured: tuple[int, int], tally: Tally) -> None:
    count, _commits = measured
    world = scene.make()
    act = scene.prepare(world)
    backend = place % 2 == 0 and place <= count
    process = _start(act, place=place, backend=backend, report=None, measured=measured)
    process.join(60)
    if process.exitcode == 0:
        raise Broken(f"{name}: nothing was killed at boundary {place} of {count}")
    _alone()
    tally.kills += 1
    where = f"{name}, boundary {place} of {count + 2}"
    whole = scene.happened(world)
    _must(where, scene.all_or_nothing(world, whole))
    if whole:
        tally.all_done += 1
    else:
        tally.nothing_done += 1
    if place == count + 2 and not whole:
        raise Broken(f"{where}: it was committed and is gone")
    act()
    _must(f"{where}, repeated", scene.done(world))
    _must(where, books_balance())


def _must(where: str, problems: list[str]) -> None:
    if problems:
        raise Broken(f"{where}: {'; '.join(problems[:5])}")


def _start(
    act: Callable[[], Any], *, place: int, backend: bool, report: Any, measured: tuple[int, int] = (0, 0)
) -> Any:
    connections.close_all()
    process = FORK.Process(target=_child, args=(act, place, backend, report, measured))
    process.start()
    return process


def _child(act: Callable[[], Any], place: int, backend: bool, report: Any, measured: tuple[int, int]) -> None:
    counted = committed = 0
    statements, commits = measured

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        nonlocal counted
        counted += 1
        if counted == place:
            if backend:
                _terminate_backend()
            else:
                os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    connection.ensure_connection()
    commit = connection._commit

    def committing() -> None:
        nonlocal committed
        committed += 1
        if place == statements + 1 and committed == commits:
            os.kill(os.getpid(), signal.SIGKILL)
        commit()

    connection._commit = committing  # type: ignore[method-assign]
    try:
        with connection.execute_wrapper(count):
            act()
    except Exception:
        os._exit(3)
    if report is None:
        os.kill(os.getpid(), signal.SIGKILL)  # all is committed and nobody has heard of it
    report.send((counted, committed))
    os._exit(0)


def _terminate_backend() -> None:
    settings = connection.settings_dict
    pid = connection.connection.info.backend_pid
    place = {"host": settings["HOST"], "port": settings["PORT"], "user": settings["USER"]}
    other = psycopg2.connect(
        dbname=settings["NAME"],
        password=settings["PASSWORD"] or None,
        **{k: v for k, v in place.items() if v},
    )
    other.autocommit = True
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()


def _alone() -> None:
    """Wait until the dead process's backend has gone too, and its transaction with it."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND backend_type = 'client backend'"
            )
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.01)
    raise Broken("a backend outlived its killed client by 30 seconds")


def compete(rounds: int, say: Callable[[str], None] = lambda _text: None) -> int:
    """Two processes at once, started by a barrier: builders of one world, bringers of one file. How many rounds."""
    for number in range(rounds):
        world = make_world(SIZE * 5)
        same_key = number % 2 == 0
        _together(
            [
                lambda key=key, world=world: _build(world, key)
                for key in (("one", "one") if same_key else ("one", "two"))
            ],
            world,
        )
        _must(f"builders, round {number}", _claimed_once(world))
        _must(f"builders, round {number}", books_balance())
        world = make_world(SIZE)
        scene = scenes()["receive"]
        act = scene.prepare(world)
        _together([act, act], world)
        _must(f"bringers, round {number}", scene.done(world))
        if ReturnFile.objects.filter(batch__item=world.item).count() != 1:
            raise Broken("one file was kept twice")
    say(f"competing processes: {rounds} rounds of builders and of bringers of one file")
    return rounds


def _build(world: World, key: str) -> None:
    from django.utils import timezone

    from subsidies.payments.actions.building import NothingToPay

    try:
        actions.build_batch(
            run_key=f"{world.item.code}-{key}",
            region=world.region,
            year=world.line.year,
            item=world.item,
            by=world.officers[0],
            now=timezone.now(),
        )
    except NothingToPay:
        return


def _together(acts: list[Callable[[], Any]], world: World) -> None:
    connections.close_all()
    barrier = FORK.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> None:
        connection.ensure_connection()
        barrier.wait(30)
        try:
            act()
        except Exception as error:
            print(f"{type(error).__name__}: {error}", flush=True)
            os._exit(3)
        os._exit(0)

    processes = [FORK.Process(target=run, args=(act,)) for act in acts]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    if any(process.exitcode != 0 for process in processes):
        raise Broken(f"a competing process failed: {[process.exitcode for process in processes]}")


def _claimed_once(world: World) -> list[str]:
    attempts = PaymentAttempt.objects.filter(batch__item=world.item)
    batches = Batch.objects.filter(item=world.item)
    problems = []
    if attempts.count() != world.count or attempts.values("payable").distinct().count() != world.count:
        problems.append(f"{attempts.count()} attempts for {world.count} payables")
    if sum(batch.total_fen for batch in batches) != world.total_fen:
        problems.append("the batches do not add up to what was due")
    if held_on(world.line).get("payable") != world.total_fen:
        problems.append("building moved money")
    return problems
