"""Claims of the sample city: of people found by the policies, at every point of a claim's life."""

from datetime import date, datetime, timedelta
from itertools import cycle
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from employment_portal.accounts.models import StaffPost, User
from employment_portal.core.errors import DomainError
from employment_portal.people.models import AssistedSession, Person
from employment_portal.regions.models import Agency, Region
from employment_portal.sample.history import happened
from employment_portal.workflow.delegation import Authority
from subsidies.claims import actions, rules
from subsidies.claims.enums import Channel, Verdict
from subsidies.claims.models import Claim
from subsidies.claims.permissions import bar_to_deciding
from subsidies.claims.subjects import claimant_kind
from subsidies.matching.candidates import candidates_of
from subsidies.payments.actions.accounts import set_account
from subsidies.policies import engine
from subsidies.policies.models import PolicyVersion

# What becomes of the claims, in turn. A number says how many steps are passed.
FATES: tuple[Any, ...] = (
    0, 1, Verdict.CORRECT, 2, Verdict.REFUSE, "draft", 9, Verdict.NOT_ACCEPT, 0, 1, "withdrawn", 9,
)  # fmt: skip
GRANTED: tuple[Any, ...] = (9,)
NOTES = {
    Verdict.CORRECT: "劳动合同缺少签字页，请补交。",
    Verdict.NOT_ACCEPT: "申领人不属于本项补贴的对象。",
    Verdict.REFUSE: "核实劳动合同期限不足一年，不符合政策规定。",
}


def load_claims(
    people: list[Person],
    *,
    clerk: User,
    paper: bytes,
    now: datetime,
    most: int,
    fates: tuple[Any, ...] = FATES,
    pace: timedelta = timedelta(0),
) -> int:
    """Claims of those of ``people`` whom a policy finds, made at the counter; how many. The same every time.

    ``pace`` lies between the steps of each.
    """
    told, made = cycle(fates), 0
    for person in people:
        if made == most:
            break
        versions = dict.fromkeys(row.version for row in candidates_of(person, timezone.localdate(now)))
        for version in sorted(versions, key=lambda version: (version.policy.item.order, version.pk)):
            fate = next(told)
            try:
                with transaction.atomic():
                    with _sitting(person, clerk, now):
                        claim = _filled(
                            person,
                            version,
                            fate,
                            channel=Channel.COUNTER,
                            by=clerk,
                            paper=paper,
                            number=person.pk,
                            now=now,
                        )
                    _decide(claim, fate, now, pace)
            except DomainError:
                continue  # this one's story does not fit this person; the next person gets the next one
            made += 1
    return made


def claim_online(
    person: Person,
    *,
    item: str,
    paper: bytes,
    number: int,
    now: datetime,
    pace: timedelta,
    subject_id: int | None = None,
) -> Claim:
    """A claim that somebody with a sign-in made by themselves, granted with ``pace`` between its steps."""
    version = PolicyVersion.objects.in_force(timezone.localdate(now)).get(
        policy__item__code=item, policy__region__code=settings.CITY_REGION
    )
    claim = _filled(
        person,
        version,
        GRANTED[0],
        channel=Channel.ONLINE,
        by=person.user,
        paper=paper,
        number=number,
        now=now,
        subject_id=subject_id,
    )
    _decide(claim, GRANTED[0], now, pace)
    return claim


def settle_claimants(people: list[Person], *, county: Region, day: date, most: int = 30) -> list[Person]:
    """People whom a policy for persons finds, living in ``county`` from now on: its officers are in the sample."""
    found: dict[int, None] = {}
    for version in PolicyVersion.objects.in_force(day).filter(policy__region=county.parent).order_by("pk"):
        if claimant_kind(version.policy.item.subject) == "person":
            found |= dict.fromkeys(row["claimant_person_id"] for row in engine.found(version, on=day).rows())
    chosen = [person for person in people if person.pk in found and person.user_id is None][:most]
    for person in chosen:
        for basis in ("household", "residence", "work", "insured"):
            setattr(person, f"{basis}_region", county)
        person.save()
    return chosen


def _filled(
    person: Person,
    version: PolicyVersion,
    fate: Any,
    *,
    channel: str,
    by: User | None,
    paper: bytes,
    number: int,
    now: datetime,
    subject_id: int | None = None,
) -> Claim:
    """The claim filled in and, unless its fate is a draft, handed in; taken back where that is its fate."""
    account = set_account(
        person=person,
        holder=person.name,
        bank_name="成都银行",
        number=card(number),
        by=by,
        now=now,
    )
    claim = actions.start_claim(
        version_id=version.pk,
        person_id=person.pk,
        subject_id=subject_id,
        by=by,
        now=now,
        channel=channel,
    )
    actions.choose_account(claim_id=claim.pk, account_id=account.pk, by=by)
    if fate == "draft":
        return claim
    actions.save_declared(claim_id=claim.pk, facts={}, declared_fen=None, note="", by=by, now=now)
    for asked in claim.version.content.get("evidence", []):
        upload = SimpleUploadedFile(f"{asked['label']}.png", paper, "image/png")
        actions.add_evidence(claim_id=claim.pk, code=asked["code"], file=upload, by=by, now=now)
    with happened(now):
        claim = actions.submit_claim(claim_id=claim.pk, by=by, now=now)
        if fate == "withdrawn":
            actions.withdraw_claim(claim_id=claim.pk, reason="另行申请", by=by, now=now)
    return claim


def _decide(claim: Claim, fate: Any, now: datetime, pace: timedelta) -> None:
    """Pass as many steps as wanted by officers who may, or give the verdict where it belongs."""
    if fate in ("draft", "withdrawn"):
        return
    passes = fate if isinstance(fate, int) else (1 if fate == Verdict.REFUSE else 0)
    verdicts = [Verdict.PASS] * passes + ([fate] if isinstance(fate, Verdict) else [])
    for verdict in verdicts:
        now += pace
        claim = Claim.objects.select_related("version", "region", "person__user", "organisation").get(
            pk=claim.pk
        )
        officer = _officer(claim) if claim.step else None
        if officer is None:
            return
        with happened(now):
            actions.decide_step(
                claim_id=claim.pk, verdict=verdict, note=NOTES.get(verdict, ""), by=officer, now=now
            )


def _officer(claim: Claim) -> User | None:
    """The first member of staff in charge who may decide the claim's step."""
    step = rules.step_named(claim.version.content, claim.amount_fen, claim.step)
    posts = StaffPost.objects.current_on(timezone.localdate()).filter(
        role=rules.role_in_charge(step.role, claim.region.level),
        agency__region__code__in=claim.region.path_codes,
    )
    for post in posts.select_related("user").order_by("pk"):
        bar, authority = bar_to_deciding(post.user, claim)
        if bar is None and isinstance(authority, Authority) and authority.acting_for is None:
            return post.user
    return None


class _sitting:
    """The clerk acts for the person, who consented by code, and ends it afterwards."""

    def __init__(self, person: Person, clerk: User, now: datetime) -> None:
        self.person, self.clerk, self.now = person, clerk, now

    def __enter__(self) -> None:
        agency = Agency.objects.get(pk=self.clerk.current_posts()[0].agency_id)
        self.row = AssistedSession.objects.create(
            person=self.person,
            clerk=self.clerk,
            agency=agency,
            purpose="代办补贴申领",
            consent_method="code",
            started_at=self.now,
            expires_at=timezone.now() + timedelta(minutes=30),
        )

    def __exit__(self, *error: Any) -> None:
        self.row.ended_at = timezone.now()
        self.row.save(update_fields=["ended_at"])


def card(number: int) -> str:
    """A card number with its check digit (Luhn)."""
    body = f"62178561000{number:07d}"
    total = 0
    for position, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)
