"""The working people of the sample city: staff of its employers, founders with their firms, students, incubators.

With them every subsidy of the catalogue finds somebody. What other authorities know of them comes from the simulated
registers, through the same import that takes real files.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from employment_portal.accounts.models import User
from employment_portal.classifications.enums import Education, Sex
from employment_portal.core.text import pinyin_key
from employment_portal.organisations.enums import (
    MemberRole,
    OrganisationKind,
    OrganisationScale,
    VerificationStatus,
)
from employment_portal.organisations.models import Member, Organisation
from employment_portal.people.enums import (
    EmploymentStatus,
    Group,
    RealNameStatus,
    SpellEnd,
)
from employment_portal.people.models import GroupMembership, Person, StatusSpell
from employment_portal.people.records.actions import number_hash
from employment_portal.regions.models import Region
from employment_portal.sample import cast
from employment_portal.sample.offices import sign_in
from employment_portal.sample.vocabulary import Trade

CARRIERS = ("成华青年创客空间", "东郊记忆创业苗圃", "锦江大学生创业园", "武侯科创孵化器")
WORK_PLACES = 24  # employers whose staff are registered; the others only advertise
SHARES = {"staff": 0.8, "founders": 0.12, "students": 0.06}  # of the job seekers' number


class Workers:
    """Collects rows, so that everything is written at once."""

    def __init__(self, random: Random, *, clerk: User, officer: User, now: datetime):
        self.random, self.clerk, self.officer, self.now = random, clerk, officer, now
        self.today = timezone.localdate(now)
        self.people: list[Person] = []
        self.spells: list[StatusSpell] = []
        self.groups: list[GroupMembership] = []
        self._numbers = set(Person.objects.values_list("id_number_hash", flat=True))

    def person(self, *, youngest: int, oldest: int, home: Region, work: Region | None) -> Person:
        woman = self.random.random() < 0.5
        while True:
            born = cast.birthday(self.random, youngest=youngest, oldest=oldest, today=self.today)
            identity = cast.identity(self.random, born, woman=woman)
            hashed = number_hash(identity)
            if hashed not in self._numbers:
                break
        self._numbers.add(hashed)
        name = cast.name(self.random)
        created = self.now - timedelta(days=self.random.randrange(300, 700))
        person = Person(
            name=name,
            name_key=pinyin_key(name, "person"),
            id_number=identity,
            id_number_hash=hashed,
            id_number_tail=identity[-4:],
            real_name_status=RealNameStatus.CONFIRMED,
            real_name_checked_at=created,
            sex=Sex.FEMALE if woman else Sex.MALE,
            birth_date=born,
            retirement_category=cast.retirement_category(self.random, woman=woman),
            phone=f"1370{len(self.people):07d}",
            education=self.random.choice(
                [Education.SENIOR_MIDDLE, Education.JUNIOR_COLLEGE, Education.BACHELOR]
            ),
            household_region=home,
            residence_region=home,
            work_region=work,
            insured_region=work or home,
            created_at=created,
            created_by=self.clerk,
        )
        self.people.append(person)
        return person

    def spell(self, person: Person, status: str, starts: date, ends: date | None = None, **more: Any) -> None:
        """``ends`` is the first day after it."""
        more.setdefault("region", person.work_region or person.residence_region)
        self.spells.append(
            StatusSpell(
                person=person,
                status=status,
                period=DateRange(starts, ends),
                source="people.registration",
                source_id=f"sample-w{len(self.spells)}",
                recorded_at=self.now,
                recorded_by=self.clerk,
                **more,
            )
        )

    def group(self, person: Person, group: str, basis: str, since: date) -> None:
        self.groups.append(
            GroupMembership(
                person=person,
                group=group,
                basis=basis,
                evidence_note="窗口核验原件",
                valid=DateRange(since, since + timedelta(days=3 * 365)),
                state="certified",
                region=person.residence_region,
                applied_at=datetime.combine(since, time(9), self.now.tzinfo),
                applied_by=self.clerk,
                decided_by=self.officer,
                decided_at=datetime.combine(since, time(15), self.now.tzinfo),
            )
        )

    def save(self) -> None:
        Person.objects.bulk_create(self.people, batch_size=1000)
        StatusSpell.objects.bulk_create(self.spells, batch_size=1000)
        GroupMembership.objects.bulk_create(self.groups, batch_size=1000)


def load_working(
    random: Random,
    *,
    firms: Sequence[tuple[Organisation, Trade]],
    count: int,
    clerk: User,
    officer: User,
    now: datetime,
) -> None:
    """``count`` is the number of job seekers."""
    districts = list(Region.objects.filter(parent__code="5101").order_by("code"))
    workers = Workers(random, clerk=clerk, officer=officer, now=now)
    load_carriers(random, districts, now=now)
    _staff(workers, firms, districts, count=int(count * SHARES["staff"]))
    _founders(workers, districts, count=int(count * SHARES["founders"]))
    for _ in range(int(count * SHARES["students"])):
        workers.person(youngest=20, oldest=22, home=random.choice(districts), work=None)
    workers.save()


def load_carriers(random: Random, districts: Sequence[Region], *, now: datetime) -> list[Organisation]:
    """Verified incubators with somebody who acts for them; the first can sign in."""
    carriers = Organisation.objects.bulk_create(
        Organisation(
            kind=OrganisationKind.CARRIER,
            name=f"{name}运营管理有限公司",
            short_name=name,
            name_key=pinyin_key(name),
            code=cast.organisation_code(80000 + number),
            region=next(district for district in districts if district.code == "510108")
            if number < 2
            else random.choice(districts),
            address=f"建设路{number + 18}号",
            legal_representative=cast.name(random),
            contact_name=cast.name(random),
            contact_phone=f"028-8{random.randrange(1000000, 9999999)}",
            description="为初创企业提供场地、导师和融资对接服务。",
            status=VerificationStatus.VERIFIED,
            verified_at=now - timedelta(days=60),
            verified_until=timezone.localdate(now) + timedelta(days=120),
            created_at=now - timedelta(days=900),
        )
        for number, name in enumerate(CARRIERS)
    )
    owner = sign_in("park@chuangke.example.org", "13800000304", "罗萍")
    Member.objects.create(organisation=carriers[0], user=owner, role=MemberRole.OWNER, joined_at=now)
    return carriers


def _staff(
    workers: Workers,
    firms: Sequence[tuple[Organisation, Trade]],
    districts: Sequence[Region],
    *,
    count: int,
) -> None:
    random, today = workers.random, workers.today
    places = [firm for firm, _trade in firms[: max(WORK_PLACES, len(firms) // 5)]]
    for number in range(count):
        employer = places[number % len(places)]
        home = random.choice(districts)
        kind = number % 6  # a hardship worker, a graduate, a young unemployed, three of the usual staff
        ages = {0: (41, 54), 1: (21, 24), 2: (18, 23)}.get(kind, (24, 54))
        person = workers.person(youngest=ages[0], oldest=ages[1], home=home, work=employer.region)
        starts = today - timedelta(days=random.randrange(40, 400 if kind < 3 else 1100))
        before = starts - timedelta(days=random.randrange(190, 420))
        if kind == 0:
            workers.group(person, Group.H_OLDER, "登记失业的大龄人员", starts - timedelta(days=40))
        elif kind == 1:
            person.graduated_on, person.education = _graduation(starts), Education.BACHELOR
            workers.group(person, Group.GRADUATE, "毕业2年内高校毕业生", starts - timedelta(days=30))
        elif kind == 2:
            workers.group(person, Group.YOUTH, "16—24岁登记失业青年", starts - timedelta(days=30))
        if kind in {0, 2} or random.random() < 0.3:
            workers.spell(person, EmploymentStatus.UNEMPLOYED, before, starts, end_reason=SpellEnd.HIRED)
        years = random.choice((1, 2, 3)) if random.random() < 0.8 else 0
        gone = kind > 2 and random.random() < 0.15
        ended = today - timedelta(days=random.randrange(20, 330)) if gone else None
        workers.spell(
            person,
            EmploymentStatus.PUBLIC_POST if kind == 0 and number % 4 == 0 else EmploymentStatus.EMPLOYED,
            starts,
            ended if ended and ended > starts else None,
            employer=employer,
            employer_name=employer.name,
            region=employer.region,
            contract_until=None if years == 3 else starts + timedelta(days=365 * years if years else 182),
            contract_open_ended=years == 3,
            end_reason=SpellEnd.SEPARATED if ended and ended > starts else "",
        )


def _graduation(hired: date) -> date:
    return date(hired.year if hired.month > 6 else hired.year - 1, 6, 30)


def _founders(workers: Workers, districts: Sequence[Region], *, count: int) -> None:
    """Half have a registered firm with two or three people, half a business of their own hands."""
    random, today = workers.random, workers.today
    firms: list[Organisation] = []
    plans: list[tuple[Person, date, Organisation | None]] = []
    for number in range(count):
        home = random.choice(districts)
        founder = workers.person(youngest=22, oldest=45, home=home, work=home)
        starts = today - timedelta(days=random.randrange(100, 900))
        group, basis = random.choice(
            [
                (Group.GRADUATE, "毕业5年内高校毕业生"),
                (Group.MIGRANT, "返乡农民工"),
                (Group.VETERAN, "退役证"),
                ("", ""),
            ]
        )
        if group:
            workers.group(founder, group, basis, starts - timedelta(days=20))
        firm = None
        if number % 2 == 0:
            name = f"成都{founder.name}科技工作室"
            firm = Organisation(
                kind=OrganisationKind.EMPLOYER,
                name=name,
                name_key=pinyin_key(name),
                code=cast.organisation_code(70000 + number),
                region=home,
                address=f"创业路{number + 1}号",
                scale=OrganisationScale.UNDER_20,
                founded_on=starts,
                legal_representative=founder.name,
                contact_name=founder.name,
                contact_phone=founder.phone,
                status=VerificationStatus.VERIFIED,
                verified_at=workers.now - timedelta(days=50),
                verified_until=today + timedelta(days=130),
                created_at=datetime.combine(starts, time(10), workers.now.tzinfo),
            )
            firms.append(firm)
        plans.append((founder, starts, firm))
    Organisation.objects.bulk_create(firms, batch_size=500)
    for founder, starts, firm in plans:
        workers.spell(
            founder,
            EmploymentStatus.SELF_EMPLOYED,
            starts,
            employer=firm,
            employer_name=firm.name if firm else "",
        )
        for _ in range(random.randrange(1, 4) if firm else 0):
            helper = workers.person(
                youngest=20, oldest=50, home=founder.residence_region, work=founder.residence_region
            )
            hired = starts + timedelta(days=random.randrange(20, 90))
            workers.spell(
                helper,
                EmploymentStatus.EMPLOYED,
                hired,
                employer=firm,
                employer_name=firm.name,
                contract_until=hired + timedelta(days=3 * 365),
            )
