"""Persons. ``PersonFactory()`` has a sign-in and lives in 成华区; ``PersonFactory(user=None)`` has no sign-in.

``PersonFactory(with_number=True)`` has a confirmed identity number; ``resident_id(birth, sex, serial)`` makes one.
``SpellFactory(person=…, status=…, starts_on=…, ends_on=…)``, ``GroupFactory(person=…)`` (applied for; trait ``certified``).
"""

from datetime import date, timedelta

import factory
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from factory.django import DjangoModelFactory

from employment_portal.classifications.enums import Education, Sex
from employment_portal.core.identifiers import resident_check_character
from employment_portal.core.text import pinyin_key
from employment_portal.people.enums import (
    EmploymentStatus,
    Group,
    GroupState,
    RealNameStatus,
    RetirementCategory,
)
from employment_portal.people.models import GroupMembership, Person, Resume, ResumeWork, StatusSpell
from employment_portal.people.records.actions import number_hash
from tests.factories.accounts import UserFactory
from tests.factories.regions import RegionFactory


def resident_id(
    birth: date = date(1995, 3, 12), *, female: bool = True, serial: int = 0, county: str = "510108"
) -> str:
    """A well-formed number. ``serial`` (0 to 499) keeps numbers of one birthday apart."""
    order = serial * 2 + (0 if female else 1)
    body = f"{county}{birth:%Y%m%d}{order:03d}"
    return body + resident_check_character(body)


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    class Params:
        with_number = factory.Trait(
            id_number=factory.Sequence(
                lambda n: resident_id(serial=n % 200, county=f"5101{4 + n // 200 % 9:02d}")
            ),
            id_number_hash=factory.LazyAttribute(lambda person: number_hash(person.id_number)),
            id_number_tail=factory.LazyAttribute(lambda person: person.id_number[-4:]),
            retirement_category=RetirementCategory.WOMAN_50,
            real_name_status=RealNameStatus.CONFIRMED,
            real_name_checked_at=factory.LazyFunction(timezone.now),
        )

    user = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"陈芳{n}")
    name_key = factory.LazyAttribute(lambda person: pinyin_key(person.name, "person"))
    sex = Sex.FEMALE
    birth_date = date(1995, 3, 12)
    phone = factory.Sequence(lambda n: f"137{n:08d}")
    education = Education.JUNIOR_COLLEGE
    residence_region = factory.SubFactory(RegionFactory)
    household_region = factory.SelfAttribute("residence_region")
    created_at = factory.LazyFunction(timezone.now)


class SpellFactory(DjangoModelFactory):
    class Meta:
        model = StatusSpell

    class Params:
        starts_on = date(2026, 1, 5)
        ends_on = None  # the last day

    person = factory.SubFactory(PersonFactory)
    status = EmploymentStatus.UNEMPLOYED
    period = factory.LazyAttribute(
        lambda spell: DateRange(spell.starts_on, spell.ends_on + timedelta(days=1) if spell.ends_on else None)
    )
    region = factory.SelfAttribute("person.residence_region")
    source = "people.registration"
    recorded_at = factory.LazyFunction(timezone.now)


class GroupFactory(DjangoModelFactory):
    class Meta:
        model = GroupMembership

    class Params:
        certified = factory.Trait(
            state=GroupState.CERTIFIED,
            decided_by=factory.SubFactory(UserFactory),
            decided_at=factory.LazyFunction(timezone.now),
        )
        starts_on = factory.LazyFunction(timezone.localdate)
        ends_on = factory.LazyAttribute(lambda group: group.starts_on + timedelta(days=365))

    person = factory.SubFactory(PersonFactory)
    group = Group.H_LONG_TERM
    basis = "连续失业满一年"
    valid = factory.LazyAttribute(lambda group: DateRange(group.starts_on, group.ends_on))
    region = factory.SelfAttribute("person.residence_region")
    applied_at = factory.LazyFunction(timezone.now)
    applied_by = factory.SelfAttribute("person.user")


class ResumeFactory(DjangoModelFactory):
    class Meta:
        model = Resume

    person = factory.SubFactory(PersonFactory)
    headline = "养老护理员，五年经验"
    updated_at = factory.LazyFunction(timezone.now)


class ResumeWorkFactory(DjangoModelFactory):
    class Meta:
        model = ResumeWork

    resume = factory.SubFactory(ResumeFactory)
    employer = "成都锦和养老服务有限公司"
    title = "护理员"
    starts_on = date(2020, 3, 1)
