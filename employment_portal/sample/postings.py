"""Postings of the sample city: live ones all over it, and some in every other state."""

from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from employment_portal.accounts.models import User
from employment_portal.classifications.models import Occupation
from employment_portal.classifications.queries import search_occupations
from employment_portal.organisations.models import Organisation
from employment_portal.people.enums import Group
from employment_portal.sample.vocabulary import TRADES, Job, Trade
from jobs.postings.enums import (
    FIVE_INSURANCES,
    ClosingResult,
    ContractType,
    EmploymentType,
    Insurance,
    PostingStatus,
    ReviewMode,
    Welfare,
)
from jobs.postings.models import Posting, PostingQuestion
from jobs.postings.rules import monthly_fen

STATES = (
    [PostingStatus.LIVE] * 84
    + [PostingStatus.PAUSED] * 3
    + [PostingStatus.EXPIRED] * 6
    + [PostingStatus.CLOSED] * 5
    + [PostingStatus.DRAFT] * 2
)
GROUPS = ([],) * 12 + ([Group.GRADUATE], [Group.VETERAN], [Group.H_OLDER], [Group.DISABLED])


def load_postings(
    random: Random, employers: list[tuple[Organisation, Trade]], *, count: int, author: User, now: datetime
) -> list[int]:
    """``count`` postings, older than a month at most; returns their ids."""
    wanted = dict.fromkeys(job.occupation for trade in TRADES for job in trade.jobs)
    occupations = {name: _occupation(name) for name in wanted}
    rows = []
    for number in range(count):
        organisation, trade = employers[number % len(employers)]
        job = random.choice(trade.jobs)
        rows.append(_posting(random, organisation, job, occupations[job.occupation], author=author, now=now))
    Posting.objects.bulk_create(rows, batch_size=1000)
    PostingQuestion.objects.bulk_create(
        PostingQuestion(
            posting=posting, position=1, text="您最快什么时候可以到岗？", kind="text", required=True
        )
        for posting in rows[:: max(len(rows) // 200, 1)]
    )
    return [posting.pk for posting in rows]


def _occupation(name: str) -> Occupation:
    found = search_occupations(name, limit=1)[0].item
    assert isinstance(found, Occupation)
    return found


def _posting(
    random: Random,
    organisation: Organisation,
    job: Job,
    occupation: Occupation,
    *,
    author: User,
    now: datetime,
) -> Posting:
    today = timezone.localdate(now)
    status = random.choice(STATES)
    low, high = job.pay
    spread = random.uniform(0.9, 1.15)
    step = 1 if job.unit == "hour" else 10 if job.unit == "day" else 100
    pay_min = int(low * spread / step) * step * 100
    pay_max = max(int(high * spread / step) * step * 100, pay_min)
    ended = status in {PostingStatus.EXPIRED, PostingStatus.CLOSED}
    published = now - timedelta(
        days=random.randrange(32, 80) if ended else random.randrange(0, 29), minutes=random.randrange(1440)
    )
    if status == PostingStatus.DRAFT:
        published = None
    expires = timezone.localdate(published or now) + timedelta(days=random.choice((30, 30, 60)))
    if ended:
        expires = min(expires, today - timedelta(days=1))
    elif expires < today:
        expires = today + timedelta(days=7)
    insurances = list(FIVE_INSURANCES) if random.random() < 0.8 else [Insurance.INJURY]
    if len(insurances) == 5 and random.random() < 0.5:
        insurances.append(Insurance.HOUSING_FUND)
    hourly = job.unit in {"hour", "day"}
    return Posting(
        employer=organisation,
        status=status,
        title=random.choice(job.titles),
        occupation=occupation,
        region=organisation.region,
        address=organisation.address,
        headcount=random.choice((1, 1, 2, 3, 5, 8, 10, 15, 20)),
        employment_type=EmploymentType.PART_TIME if job.unit == "hour" else EmploymentType.FULL_TIME,
        pay_unit=job.unit,
        pay_min_fen=pay_min,
        pay_max_fen=pay_max,
        pay_months=13 if not hourly and random.random() < 0.2 else 12,
        monthly_min_fen=monthly_fen(job.unit, pay_min),
        monthly_max_fen=monthly_fen(job.unit, pay_max),
        education=job.education,
        experience_months=job.months,
        groups=random.choice(GROUPS),
        description=job.duties,
        requirements=job.conditions,
        working_time="每天8小时，月休6天" if not hourly else "按排班",
        contract_type=ContractType.SERVICE if hourly else ContractType.FIXED,
        contract_months=None if hourly else random.choice((12, 24, 36)),
        trial_months=None if hourly else 1,
        insurances=insurances,
        welfare=random.sample(list(Welfare), random.randrange(0, 4)),
        is_urgent=random.random() < 0.08,
        contact_name=organisation.contact_name,
        contact_phone=organisation.contact_phone,
        expires_on=expires,
        review_mode=ReviewMode.BEFORE,
        submitted_at=published,
        published_at=published,
        ended_at=now - timedelta(days=1) if ended else None,
        closing_result=random.choice(list(ClosingResult)) if status == PostingStatus.CLOSED else "",
        view_count=random.randrange(0, 400) if published else 0,
        created_at=(published or now) - timedelta(days=1),
        created_by=author,
        updated_at=published or now,
    )
