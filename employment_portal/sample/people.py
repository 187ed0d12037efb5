"""Job seekers of the sample city: records, employment status, certified groups, résumés."""

from datetime import date, datetime, timedelta
from random import Random

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet
from django.utils import timezone

from employment_portal.accounts.models import User
from employment_portal.classifications.enums import Education, Sex
from employment_portal.classifications.models import Occupation
from employment_portal.core.text import pinyin_key
from employment_portal.people.enums import ConsentPurpose, EmploymentStatus, Group, RealNameStatus, SpellEnd
from employment_portal.people.models import (
    Consent,
    Expectation,
    GroupMembership,
    Person,
    Resume,
    ResumeCertificate,
    ResumeEducation,
    ResumeSkill,
    ResumeWork,
    StatusSpell,
)
from employment_portal.people.records.actions import number_hash
from employment_portal.regions.enums import RegionLevel
from employment_portal.regions.models import Region
from employment_portal.sample import cast
from employment_portal.sample.offices import sign_in

SCHOOLS = {
    Education.JUNIOR_MIDDLE: ("锦城第三中学", "龙泉初级中学"),
    Education.SENIOR_MIDDLE: ("岷山工业学校", "龙泉技工学校"),
    Education.JUNIOR_COLLEGE: ("锦城职业技术学院", "川西师范专科学校"),
    Education.BACHELOR: ("青江大学", "川西师范学院"),
}
# What somebody did, and the occupation that they look for.
WORK = {
    "护理员": "养老护理员",
    "操作工": "车工",
    "会计": "会计专业人员",
    "客服": "客户服务管理员",
    "仓管员": "仓储管理员",
}
MAJORS = ("老年服务与管理", "机电一体化", "计算机应用", "会计", "物流管理", "护理", "学前教育", "电子商务")
SKILLS = (
    "普通话",
    "办公软件",
    "驾驶C1",
    "Python",
    "养老照护",
    "数控编程",
    "叉车",
    "烹饪",
    "会计电算化",
    "英语",
)
KNOWN = (
    ("seeker", "林晓霞", "13800000101", "linxia@seeker.example.org", True, date(1994, 5, 6)),
    ("graduate", "苏子涵", "13800000102", "suzihan@seeker.example.org", False, date(2004, 2, 11)),
    ("hardship", "秦玉兰", "13800000103", "qinyulan@seeker.example.org", True, date(1979, 9, 23)),
)
# What the known ones did: a status, and the days ago on which it began and ended. The graduate was not employed yet.
KNOWN_SPELLS: dict[str, tuple[tuple[str, int, int | None], ...]] = {
    "seeker": ((EmploymentStatus.EMPLOYED, 1200, 150), (EmploymentStatus.UNEMPLOYED, 150, None)),
    "graduate": (),
    "hardship": ((EmploymentStatus.EMPLOYED, 1400, 320), (EmploymentStatus.FLEXIBLE, 320, None)),
}
WITH_SIGN_IN = 15  # the known ones and some more, who apply for jobs


def load_people(
    random: Random, *, count: int, clerk: User, officer: User, now: datetime
) -> dict[str, Person]:
    """``count`` records of which the known ones can sign in; returns those by their key and the rest by number."""
    today = timezone.localdate(now)
    districts = list(Region.objects.filter(parent__code="5101").order_by("code"))
    chenghua = next(district for district in districts if district.code == "510108")
    people: dict[str, Person] = {}
    rows = []
    for number in range(count):
        known = KNOWN[number] if number < len(KNOWN) else None
        phone = (
            known[2]
            if known
            else f"1380000{4000 + number:04d}"
            if number < WITH_SIGN_IN
            else f"1390{number:07d}"
        )
        woman = known[4] if known else random.random() < 0.5
        born = known[5] if known else cast.birthday(random, youngest=18, oldest=56, today=today)
        key = known[0] if known else str(number)
        name = known[1] if known else cast.name(random)
        identity = cast.identity(random, born, woman=woman)
        home = chenghua if known else random.choice(districts)
        person = Person(
            user=_sign_in(known, number, phone, name) if number < WITH_SIGN_IN else None,
            name=name,
            name_key=pinyin_key(name, "person"),
            id_number=identity,
            id_number_hash=number_hash(identity),
            id_number_tail=identity[-4:],
            real_name_status=RealNameStatus.CONFIRMED,
            real_name_checked_at=now - timedelta(days=random.randrange(1, 300)),
            sex=Sex.FEMALE if woman else Sex.MALE,
            birth_date=born,
            retirement_category=cast.retirement_category(random, woman=woman),
            phone=phone,
            education=random.choice(
                [
                    Education.JUNIOR_MIDDLE,
                    Education.SENIOR_MIDDLE,
                    Education.JUNIOR_COLLEGE,
                    Education.BACHELOR,
                ]
            ),
            household_region=home,
            residence_region=home,
            insured_region=home,
            created_at=now - timedelta(days=random.randrange(300, 600)),
            created_by=clerk,
        )
        people[key] = person
        rows.append(person)
    seen: set[str] = set()
    for person in rows:  # two invented numbers may fall together
        while person.id_number in seen:
            person.id_number = cast.identity(random, person.birth_date, woman=person.sex == Sex.FEMALE)
            person.id_number_hash = number_hash(person.id_number)
            person.id_number_tail = person.id_number[-4:]
        seen.add(person.id_number)
    groups = _groups(random, people, clerk=clerk, officer=officer, today=today, now=now)
    for row in groups:
        if row.group == Group.GRADUATE:
            row.person.graduated_on = date(today.year - (today.month < 7), 6, 30)
            row.person.education = max(row.person.education, Education.JUNIOR_COLLEGE)
    Person.objects.bulk_create(rows, batch_size=500)
    GroupMembership.objects.bulk_create(groups, batch_size=500)
    _load_spells(random, people, clerk=clerk, today=today, now=now)
    _load_resumes(random, rows[: max(count // 3, WITH_SIGN_IN)], today=today, now=now)
    Consent.objects.bulk_create(
        Consent(
            person=person,
            purpose=ConsentPurpose.REAL_NAME,
            text_version="1",
            given_at=person.created_at,
            given_through="online" if person.user_id else "counter",
            recorded_by=None if person.user_id else clerk,
        )
        for person in rows
    )
    return people


def _sign_in(known: tuple | None, number: int, phone: str, name: str) -> User:
    return sign_in(known[3] if known else f"seeker{number}@seeker.example.org", phone, name)


def _load_spells(
    random: Random, people: dict[str, Person], *, clerk: User, today: date, now: datetime
) -> None:
    spells = []
    for number, (key, person) in enumerate(people.items()):
        told = KNOWN_SPELLS[key] if key in KNOWN_SPELLS else _told_spells(random)
        for place, (status, began, ended) in enumerate(told, start=1):
            employer = f"成都{random.choice('锦岷芙蓉青')}{random.choice('程达盛源')}有限公司"
            spells.append(
                StatusSpell(
                    person=person,
                    status=status,
                    period=DateRange(
                        today - timedelta(days=began),
                        None if ended is None else today - timedelta(days=ended),
                    ),
                    region=person.residence_region,
                    employer_name="" if ended is None else employer,
                    source="people.registration",
                    source_id=f"sample-{number}-{place}",
                    end_reason="" if ended is None else SpellEnd.SEPARATED,
                    recorded_at=now,
                    recorded_by=clerk,
                )
            )
    StatusSpell.objects.bulk_create(spells, batch_size=500)


def _told_spells(random: Random) -> list[tuple[str, int, int | None]]:
    """As KNOWN_SPELLS: an employment that ended, and for most what came after it."""
    lost = random.randrange(20, 480)
    told: list[tuple[str, int, int | None]] = [(EmploymentStatus.EMPLOYED, random.randrange(500, 1500), lost)]
    if random.random() < 0.7:
        others = [EmploymentStatus.FLEXIBLE, EmploymentStatus.EMPLOYED]
        told.append((random.choice([EmploymentStatus.UNEMPLOYED] * 3 + others), lost, None))
    return told


def _groups(
    random: Random, people: dict[str, Person], *, clerk: User, officer: User, today: date, now: datetime
) -> list[GroupMembership]:
    """Certified groups of the people, unsaved."""
    rows = []
    for key, person in people.items():
        age = (today - person.birth_date).days // 365
        woman = person.sex == Sex.FEMALE
        group, basis = "", ""
        if age >= (40 if woman else 50):
            group, basis = Group.H_OLDER, f"年满{age}周岁"
        elif age <= 24 and random.random() < 0.6:
            group, basis = Group.GRADUATE, "毕业2年内高校毕业生"
        elif random.random() < 0.15:
            group, basis = random.choice([(Group.VETERAN, "退役证"), (Group.MIGRANT, "农村户籍在城镇务工")])
        if group:
            since = today - timedelta(days=320 if key == "hardship" else random.randrange(10, 300))
            rows.append(
                GroupMembership(
                    person=person,
                    group=group,
                    basis=basis,
                    evidence_note="窗口核验原件",
                    valid=DateRange(since, since + timedelta(days=365)),
                    state="certified",
                    region=person.residence_region,
                    applied_at=now - timedelta(days=20),
                    applied_by=clerk,
                    decided_by=officer,
                    decided_at=now - timedelta(days=15),
                )
            )
    return rows


def _load_resumes(random: Random, people: list[Person], *, today: date, now: datetime) -> None:
    resumes = Resume.objects.bulk_create(
        [
            Resume(
                person=person,
                headline=f"{random.choice((2, 3, 5, 8))}年工作经验，可尽快到岗",
                summary="做事踏实，责任心强，愿意学习新技能，能适应倒班。",
                email=person.user.email if person.user_id else "",
                updated_at=now - timedelta(days=random.randrange(0, 60)),
            )
            for person in people
        ],
        batch_size=500,
    )
    education, work, skills, certificates = [], [], [], []
    occupations = {row.name: row for row in Occupation.objects.filter(level=4, name__in=WORK.values())}
    for resume in resumes:
        left = today - timedelta(days=random.randrange(20, 400))
        education.append(
            ResumeEducation(
                resume=resume,
                school=random.choice(SCHOOLS[Education(resume.person.education)]),
                level=resume.person.education,
                major=random.choice(MAJORS) if resume.person.education > Education.SENIOR_MIDDLE else "",
                ends_on=date(today.year - random.randrange(1, 12), 6, 30),
            )
        )
        work.append(
            ResumeWork(
                resume=resume,
                employer=f"成都{random.choice('锦岷芙蓉青')}{random.choice('程达盛源')}有限公司",
                title=random.choice(list(WORK)),
                starts_on=left - timedelta(days=random.randrange(300, 1500)),
                ends_on=left,
                description="负责日常工作，按时完成任务，多次获得好评。",
            )
        )
        skills += [ResumeSkill(resume=resume, name=skill) for skill in random.sample(SKILLS, 3)]
        if random.random() < 0.4:
            certificates.append(
                ResumeCertificate(
                    resume=resume, name="职业技能等级证书", issued_on=date(today.year - 1, 5, 20)
                )
            )
    ResumeEducation.objects.bulk_create(education)
    ResumeWork.objects.bulk_create(work)
    ResumeSkill.objects.bulk_create(skills)
    ResumeCertificate.objects.bulk_create(certificates)
    expectations = Expectation.objects.bulk_create(
        [
            Expectation(resume=resume, employment_types=["full_time"], pay_min_fen=450_000)
            for resume in resumes
        ]
    )
    regions, wanted = Expectation.regions.through, Expectation.occupations.through
    regions.objects.bulk_create(
        regions(expectation_id=expectation.pk, region_id=person.residence_region_id)
        for expectation, person in zip(expectations, people, strict=True)
    )
    wanted.objects.bulk_create(
        wanted(expectation_id=expectation.pk, occupation_id=occupations[WORK[job.title]].pk)
        for expectation, job in zip(expectations, work, strict=True)
        if WORK[job.title] in occupations
    )


def settle_in_streets(people: QuerySet[Person], *, county: Region) -> None:
    """Give each of the people one of the county's streets to live in: a street's clerk serves those who live there."""
    streets = list(Region.objects.filter(parent=county, level=RegionLevel.STREET).order_by("code"))
    settled = list(people.order_by("pk").values_list("pk", flat=True))
    for number, street in enumerate(streets):
        Person.objects.filter(pk__in=settled[number :: len(streets)]).update(residence_region=street)
