"""Random small cities in which every fact has something to say: ``make_world(seed)``."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from employment_portal.classifications.enums import SkillLevel
from employment_portal.classifications.models import Industry, Occupation
from employment_portal.organisations.enums import OrganisationKind
from employment_portal.people.enums import EmploymentStatus, Group, RetirementCategory
from employment_portal.registers.enums import AccreditationLevel, AssessmentGrade, CivilKind
from tests.factories.accounts import UserFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import GroupFactory, PersonFactory, SpellFactory
from tests.factories.regions import RegionFactory
from tests.factories.registers import (
    AccreditationFactory,
    AssessmentFactory,
    CertificateFactory,
    CivilFactory,
    InsuranceFactory,
    LeaseFactory,
    LicenceFactory,
)

ON = date(2026, 11, 23)


@dataclass
class World:
    """The rows of each entity."""

    rows: dict[str, list[Any]] = field(default_factory=dict)


def make_world(seed: int, *, people: int = 12, employers: int = 4) -> World:
    random = Random(seed)
    regions = [RegionFactory(code=code) for code in ("510104", "510105", "510108", "510108001")]
    industries = [None, *Industry.objects.filter(code__in=["C", "F", "511", "521", "65", "A"])]
    occupations = [None, *Occupation.objects.filter(level=4).order_by("path")[:3]]
    firms = [
        OrganisationFactory(
            region=random.choice(regions),
            industry=random.choice(industries),
            founded_on=random.choice([None, date(2019, 4, 1)]),
            unverified=random.random() < 0.3,
        )
        for _ in range(employers)
    ]
    carriers = [OrganisationFactory(kind=OrganisationKind.CARRIER, region=regions[0]) for _ in range(3)]
    world = World({"employer": firms, "carrier": carriers, "person": []})
    officer = UserFactory()
    for _ in range(people):
        person = _person(random, regions)
        world.rows["person"].append(person)
        _spells(random, person, firms)
        _insurance(random, person, firms)
        _circumstances(random, person, officer, occupations)
    ventures = [
        _venture(random, world.rows["person"], firms, carriers, regions, industries) for _ in range(5)
    ]
    for carrier in carriers:
        for level in random.sample(list(AccreditationLevel), random.randrange(3)):
            AccreditationFactory(
                carrier=carrier,
                level=level,
                accredited_on=_day(random, 800),
                ends_on=random.choice([None, ON]),
            )
        for year in random.sample(range(2023, 2027), random.randrange(4)):
            AssessmentFactory(carrier=carrier, year=year, grade=random.choice(list(AssessmentGrade)))
    world.rows["venture"] = ventures
    world.rows["certificate"] = [row for p in world.rows["person"] for row in p.skill_certificates.all()]
    world.rows["employment"] = [
        spell
        for person in world.rows["person"]
        for spell in person.spells.filter(
            employer__isnull=False, status__in=["employed", "public_post"], voided_at__isnull=True
        )
    ]
    return world


def _venture(
    random: Random, people: list, firms: list, carriers: list, regions: list, industries: list
) -> Any:
    registered = _day(random, 900)
    closed = random.choice([None, None, ON - timedelta(days=1), ON])
    venture = LicenceFactory(
        founder=random.choice(people),
        registered_on=registered,
        closed_on=closed if closed and closed >= registered else None,
        region=random.choice(regions),
        industry=random.choice(industries),
        organisation=random.choice([None, *firms]),
    )
    for _ in range(random.randrange(3)):
        starts = _day(random, 500)
        LeaseFactory(
            venture=venture,
            carrier=random.choice([None, *carriers]),
            starts_on=starts,
            ends_on=random.choice([None, starts + timedelta(days=random.randrange(400)), max(ON, starts)]),
            monthly_rent_fen=random.randrange(500_000),
        )
    return venture


def _day(random: Random, back: int) -> date:
    """A day of the past, often one where months turn."""
    day = ON - timedelta(days=random.randrange(back))
    return random.choice([day, day.replace(day=ON.day), day.replace(day=1)]) if day < ON else day


def _person(random: Random, regions: list[Any]) -> Any:
    place = lambda: random.choice([None, *regions])  # noqa: E731
    birth = random.choice(
        [
            date(random.randrange(1962, 2009), random.randrange(1, 13), random.randrange(1, 29)),
            date(2000, 2, 29),
            date(ON.year - 50, ON.month, ON.day),
            None,
        ]
    )
    return PersonFactory(
        user=None,
        sex=random.choice([0, 1, 2, 9]),
        birth_date=birth,
        retirement_category=random.choice(["", *RetirementCategory.values]),
        education=random.choice([None, 0, 20, 40]),
        graduated_on=random.choice([None, date(2025, 6, 30), date(2024, 11, 23)]),
        household_region=place(),
        residence_region=place(),
        work_region=place(),
        insured_region=place(),
    )


def _spells(random: Random, person: Any, firms: list[Any]) -> None:
    begins = ON - timedelta(days=random.randrange(200, 1200))
    while begins < ON and random.random() < 0.85:
        ends = begins + timedelta(days=random.randrange(1, 500))
        status = random.choice(EmploymentStatus.values)
        works = status in {"employed", "public_post"}
        SpellFactory(
            person=person,
            status=status,
            period=DateRange(begins, None if ends > ON and random.random() < 0.7 else ends),
            region=person.residence_region,
            employer=random.choice([None, *firms]) if works else None,
            **random.choice(
                [
                    {},
                    {"contract_open_ended": True},
                    {"contract_until": begins + timedelta(days=364)},
                    {"contract_until": begins + timedelta(days=365 * 2)},
                ]
            ),
            voided_at=None,
        )
        begins = ends + timedelta(days=random.choice([0, 0, 1, 30]))
        if ends > ON:
            break


def _insurance(random: Random, person: Any, firms: list[Any]) -> None:
    employer = random.choice([*firms, *[s.employer for s in person.spells.all() if s.employer], None])
    for back in range(random.randrange(30)):
        if random.random() < 0.15:
            continue
        month = date(ON.year + (ON.month - 1 - back) // 12, (ON.month - 1 - back) % 12 + 1, 1)
        kinds = {
            "pension": random.random() < 0.9,
            "medical": True,
            "unemployment": employer is not None and random.random() < 0.9,
        }
        if employer is None:
            InsuranceFactory(person=person, month=month, alone=True, **kinds)
        else:
            InsuranceFactory(person=person, month=month, employer=employer, **kinds)


def _circumstances(random: Random, person: Any, officer: Any, occupations: list[Any]) -> None:
    region = person.residence_region or RegionFactory()
    for group in random.sample(list(Group), random.randrange(4)):
        starts = _day(random, 500)
        ends = random.choice([starts + timedelta(days=300), max(ON, starts + timedelta(days=1))])
        state = random.choice([{"state": "applied"}, {"certified": True}, {"certified": True}])
        if random.random() < 0.2:
            state = {"certified": True, "state": "ended", "exit_reason": "期满"}
        GroupFactory(
            person=person,
            group=group,
            starts_on=starts,
            ends_on=ends,
            region=region,
            applied_by=officer,
            **state,
        )
    for kind in random.sample(list(CivilKind), random.randrange(3)):
        starts = _day(random, 300)
        ends = None if kind == CivilKind.DECEASED else random.choice([None, max(ON, starts)])
        CivilFactory(person=person, kind=kind, starts_on=starts, ends_on=ends)
    for _ in range(random.randrange(3)):
        CertificateFactory(
            person=person,
            level=random.choice([None, *SkillLevel.values[:5]]),
            occupation=random.choice(occupations),
            issued_on=_day(random, 700),
            training_hours=random.choice([None, 60, 160]),
        )
