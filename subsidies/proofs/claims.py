"""Claims by the hundred thousand, from people to money received, and the sums against a reckoning of its own.

The claims are filed as rows, with the amounts of the policy engine; from then on everything is what the portal does
itself. A few are decided one at a time (``BY_HAND``), the others in bulk as from the staff's queue; the pace of both is
told. The reckoning (``fold``) is plain Python over the raw bytes of the files sent and received.

Only for databases that are thrown away. Needs the places of the city (``manage.py load_reference``).
"""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection
from django.utils import timezone

from employment_portal.accounts.models import User
from employment_portal.ledger.kinds import SUBSIDIES
from employment_portal.ledger.queries import balances
from employment_portal.ledger.verification import findings
from employment_portal.people.models import Person
from subsidies.claims import actions as claims
from subsidies.claims.enums import Verdict
from subsidies.claims.evaluation import fingerprints
from subsidies.claims.models import Claim
from subsidies.notices import actions as notices
from subsidies.notices.models import Notice
from subsidies.payments import actions as payments
from subsidies.payments.banks import DirectoryBank
from subsidies.payments.models import Batch, Payable
from subsidies.payments.simulator import Simulator
from subsidies.proofs.claimants import STEPS, Broken, City, allot, file_claims, make_city
from subsidies.proofs.reckoning import fold

BY_HAND = 20
LISTED = 1000
SCENARIOS = ("mixed", "late_return", "reordered", "duplicate")
Say = Callable[[str], None]


@dataclass
class Figures:
    """What the run came to. Times in seconds, money in fen."""

    claims: int = 0
    fen: int = 0
    by_hand_ms: float = 0.0
    in_bulk_ms: float = 0.0
    batches: int = 0
    return_files: int = 0
    came_back: int = 0
    corrected: int = 0
    tried_again: int = 0
    transfers: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


def prove(count: int, *, seed: int, spool: Path, say: Say) -> Figures:
    """Take ``count`` claims the whole way. Raises Broken with what does not add up."""
    figures, clock = Figures(claims=count), _Clock(say)
    city = make_city()
    with clock("people, accounts, claims as the policy engine reckons them"):
        figures.fen = file_claims(city, count, random.Random(seed))
    with clock("approved by three officers each"):
        _approve(city, figures, count, say)
    with clock("on notice, closed, handed over"):
        _notice(city)
    with clock("batched, released, answered by the bank; what came back paid again"):
        _pay(city, figures, seed, spool, say)
    with clock("reckoned again"):
        _compare(city, figures, count)
    figures.seconds = clock.seconds
    return figures


class _Clock:
    def __init__(self, say: Say) -> None:
        self.say, self.label, self.started = say, "", 0.0
        self.seconds: dict[str, float] = {}

    def __call__(self, label: str) -> "_Clock":
        self.label = label
        return self

    def __enter__(self) -> None:
        self.started = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self.seconds[self.label] = time.monotonic() - self.started
        self.say(f"{self.label}: {self.seconds[self.label]:.1f} s")


def _approve(city: City, figures: Figures, count: int, say: Say) -> None:
    """A few by hand, the others in bulk: each officer passes what waits in the district."""
    allot(city, Claim.objects.filter(version=city.version))
    by_hand = list(Claim.objects.filter(version=city.version).order_by("pk")[: min(BY_HAND, 1 + count // 40)])
    started = time.monotonic()
    for claim in by_hand:
        for officer in city.officers[claim.region_id]:
            claims.decide_step(
                claim_id=claim.pk, verdict=Verdict.PASS, note="", by=officer, now=timezone.now()
            )
    figures.by_hand_ms = _pace(started, len(by_hand) * len(STEPS))
    started, decided = time.monotonic(), 0
    for district, officers in city.officers.items():
        for step, officer in zip(STEPS, officers, strict=True):
            decided += _pass(city, district, step, officer)
    if decided:
        figures.in_bulk_ms = _pace(started, decided)
    say(
        f"  {len(by_hand) * len(STEPS)} decisions by hand: {figures.by_hand_ms:.1f} ms each; "
        f"{decided:,} in bulk: {figures.in_bulk_ms:.2f} ms each"
    )


def _pace(started: float, decisions: int) -> float:
    return (time.monotonic() - started) * 1000 / decisions


def _pass(city: City, district: int, step: str, officer: User) -> int:
    """What waits at a step of a district, with the fingerprints that the officer's list shows; how many."""
    waiting = Claim.objects.filter(version=city.version, region=district, step=step)
    seen: dict[int, str] = {}
    for start in range(0, waiting.count(), LISTED):
        seen.update(fingerprints(waiting.order_by("pk")[start : start + LISTED]))
    outcomes = claims.bulk_approve(seen=seen, by=officer, now=timezone.now())
    problems = [str(outcome.problem) for outcome in outcomes if outcome.problem]
    if problems or len(outcomes) != len(seen):
        raise Broken(f"{step}: {len(problems)} of {len(seen)} claims did not pass: {problems[:1]}")
    return len(outcomes)


def _notice(city: City) -> None:
    item, closes = city.version.policy.item, timezone.now()
    for district, officers in city.officers.items():
        region = city.lines[district].region
        if not Claim.objects.filter(version=city.version, region=region).exists():
            continue
        notice = notices.draft_notice(
            region=region, item=item, standard="按年龄", contact="…", by=officers[1], now=timezone.now()
        )
        notice = notices.publish_notice(notice_id=notice.pk, by=officers[1], now=timezone.now())
        assert notice.closes_at is not None
        closes = max(closes, notice.closes_at)
    if notices.close_due_notices(now=timezone.now()):
        raise Broken("a notice was closed before its window ended")
    notices.close_due_notices(now=closes + timedelta(seconds=1))
    if Notice.objects.filter(item=item).exclude(state="closed").exists():
        raise Broken("a notice is still open after its window")


def _pay(city: City, figures: Figures, seed: int, spool: Path, say: Say) -> None:
    """Rounds of batches until nothing waits; in the first the bank answers in four ways, then it pays."""
    simulator, turn = Simulator(spool), 0
    while turn < 5 and _batch_round(city, figures, simulator, turn, seed):
        back = Payable.objects.filter(line__in=city.lines.values(), state="returned").order_by("pk")
        came_back = list(back.values_list("pk", "person"))
        figures.came_back += len(came_back)
        say(f"  round {turn + 1}: {figures.batches} batches so far, {len(came_back):,} payments came back")
        for place, (payable, person) in enumerate(came_back):
            _again(city, figures, payable, person, place, turn)
        turn += 1


def _batch_round(city: City, figures: Figures, simulator: Simulator, turn: int, seed: int) -> bool:
    maker, checker, releaser = city.payers
    built = False
    for place, (district, line) in enumerate(city.lines.items()):
        if not Payable.objects.filter(line=line, state="open").exists():
            continue
        built, now = True, timezone.now()
        batch = payments.build_batch(
            run_key=f"proof:{district}:{turn}", region=line.region, year=line.year, by=maker, now=now
        )
        payments.check_batch(batch_id=batch.pk, by=checker, now=now)
        payments.release_batch(batch_id=batch.pk, by=releaser, now=now)
        scenario = SCENARIOS[place % len(SCENARIOS)] if turn == 0 else "paid"
        figures.return_files += _at_the_bank(batch, simulator, scenario, seed, now)
        figures.batches += 1
    return built


def _at_the_bank(batch: Batch, simulator: Simulator, scenario: str, seed: int, now: datetime) -> int:
    name, content = batch.file.name, bytes(batch.file.content)
    DirectoryBank(simulator.folder).send(name, content)
    payments.hand_in_batch(batch_id=batch.pk, bank_reference=name, by=batch.made_by, now=now)
    simulator.take()
    answers = simulator.answer(name, scenario, seed=seed, today=timezone.localdate(now))
    for answer in answers:
        received = (simulator.folder / "incoming" / answer).read_bytes()
        payments.receive_return_file(name=answer, content=received, by=None, now=now)
        _file, new = payments.receive_return_file(name=f"again-{answer}", content=received, by=None, now=now)
        if new:
            raise Broken(f"{answer} was taken for a new file the second time")
    return len(answers)


def _again(city: City, figures: Figures, payable: int, person: int, place: int, turn: int) -> None:
    """Two of three people correct the account, for the third a finance officer tries the same once more."""
    now = timezone.now()
    if place % 3 == 2:
        payments.reissue(payable_id=payable, by=city.payers[0], now=now)
        figures.tried_again += 1
        return
    holder = Person.objects.get(pk=person)
    payments.set_account(
        person=holder, holder=holder.name, bank_name="验证银行", number=f"62170{turn}{person:013d}", by=city.maker, now=now
    )  # fmt: skip
    figures.corrected += 1


def _compare(city: City, figures: Figures, count: int) -> None:
    problems = list(_problems(city, figures, count))
    if problems:
        raise Broken("; ".join(problems[:5]))


ONCE = {
    "a claim without exactly one live entitlement": """
        SELECT count(*) FROM (SELECT c.id FROM subsidies_claim c
          LEFT JOIN subsidies_entitlement t ON t.claim_id = c.id AND t.live
         WHERE c.version_id = %(version)s GROUP BY c.id HAVING count(t.id) <> 1) wrong""",
    "a person granted twice": """
        SELECT count(*) FROM (SELECT t.person_id FROM subsidies_entitlement t JOIN subsidies_claim c ON c.id = t.claim_id
         WHERE c.version_id = %(version)s GROUP BY t.person_id HAVING count(*) > 1) wrong""",
    "a claim without three approvals of three people": """
        SELECT count(*) FROM (SELECT c.id FROM subsidies_claim c LEFT JOIN subsidies_approval a ON a.claim_id = c.id
         WHERE c.version_id = %(version)s GROUP BY c.id HAVING count(DISTINCT a.by_id) <> 3) wrong""",
    "a claim without exactly one decision over its amount": """
        SELECT count(*) FROM (SELECT c.id FROM subsidies_claim c LEFT JOIN subsidies_decision d
            ON d.claim_id = c.id AND d.verdict = 'pass' AND d.amount_fen = c.amount_fen
         WHERE c.version_id = %(version)s GROUP BY c.id HAVING count(d.id) <> 1) wrong""",
    "a claim without the message that it was decided": """
        SELECT count(*) FROM subsidies_claim c JOIN people_person p ON p.id = c.person_id
          LEFT JOIN notifications_outboxmessage m
            ON m.dedupe_key = 'sms:' || p.phone || ':claim_decided:' || c.public_id || ':1:approved'
         WHERE c.version_id = %(version)s AND m.id IS NULL""",
    "a claim still in somebody's queue": """
        SELECT count(*) FROM workflow_workitem w JOIN subsidies_claim c ON c.id = w.subject_id
         WHERE c.version_id = %(version)s AND w.subject_type = 'subsidies.claim' AND w.closed_at IS NULL""",
    "a payable without exactly one paid attempt": """
        SELECT count(*) FROM (SELECT p.id FROM subsidies_payable p JOIN subsidies_claim c ON c.id = p.claim_id
          LEFT JOIN subsidies_paymentattempt a ON a.payable_id = p.id AND a.state = 'paid'
         WHERE c.version_id = %(version)s GROUP BY p.id HAVING count(a.id) <> 1) wrong""",
}


def _problems(city: City, figures: Figures, count: int) -> Iterator[str]:
    batches = Batch.objects.filter(region__in=list(city.lines)).select_related("file").order_by("pk")
    sent = [bytes(batch.file.content) for batch in batches]
    received = [
        bytes(content)
        for batch in batches
        for content in batch.return_files.order_by("pk").values_list("content", flat=True)
    ]
    money = fold(sent, received)
    payables = Payable.objects.filter(line__in=city.lines.values())
    whose = dict(payables.values_list("attempts__reference", "claim"))
    amounts = dict(Claim.objects.filter(version=city.version).values_list("pk", "amount_fen"))
    got: dict[int, int] = {}
    for reference, fen in money.items():
        got[whose[reference]] = got.get(whose[reference], 0) + fen
    if len(amounts) != count or sum(amounts.values()) != figures.fen:
        yield f"{len(amounts)} claims over {sum(amounts.values())} fen, not {count} over {figures.fen}"
    if wrong := [claim for claim, fen in amounts.items() if got.get(claim) != fen]:
        yield f"{len(wrong)} claims were not paid exactly once by the bank's files, first {wrong[0]}"
    if sum(money.values()) != figures.fen:
        yield f"the bank paid {sum(money.values())} fen, not {figures.fen}"
    yield from _ledger_problems(city, figures)
    with connection.cursor() as cursor:
        for what, query in ONCE.items():
            cursor.execute(query, {"version": city.version.pk})
            if wrong_rows := cursor.fetchone()[0]:
                yield f"{what}: {wrong_rows}"
        cursor.execute("SELECT count(*) FROM ledger_transfer")
        figures.transfers = cursor.fetchone()[0]


def _ledger_problems(city: City, figures: Figures) -> Iterator[str]:
    held: dict[str, int] = {}
    for (_line, kind), fen in balances(SUBSIDIES, [line.pk for line in city.lines.values()]).items():
        held[kind] = held.get(kind, 0) + fen
    rest = {kind: fen for kind, fen in held.items() if fen and kind not in {"paid", "appropriation"}}
    if held.get("paid") != figures.fen or held.get("appropriation") != -figures.fen or rest:
        yield f"the ledger holds {held}, not {figures.fen} fen paid and nothing else"
    yield from (str(found) for found in findings())
