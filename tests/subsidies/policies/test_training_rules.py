"""An occupation and level once, whichever certificate shows it; training and upgrade counted together in a year."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.utils.translation import override

from employment_portal.classifications.enums import SkillLevel
from subsidies.exclusions.queries import granted_under
from subsidies.policies.engine import evaluate, found
from subsidies.policies.parsing import parse
from subsidies.policies.queries import further_holders
from subsidies.policies.sections import limit_lines
from tests.factories.people import PersonFactory
from tests.factories.registers import CertificateFactory
from tests.factories.subsidies_policies import (
    GuardFactory,
    PolicyFactory,
    PolicyVersionFactory,
    SubsidyItemFactory,
    condition,
    content,
)
from tests.subsidies.policies.test_limits_agreement import Past

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)
EVERYBODY = [condition("person.age", "ge", 16)]


class NoRandom:
    """Every choice is the last, every number as small as may be."""

    def random(self):
        return 0.5

    def getrandbits(self, bits):
        return 0

    def randrange(self, *ends):
        return ends[0] if len(ends) > 1 else 0

    def choice(self, listed):
        return datetime(2026, 5, 1, tzinfo=UTC) if isinstance(listed[0], datetime) else listed[-1]


def version_of(item, **said):
    return PolicyVersionFactory(
        policy=PolicyFactory(item=item), published=True, content=content(conditions=EVERYBODY, **said)
    )


@pytest.fixture
def upgrade():
    return SubsidyItemFactory(subject="certificate", code="upgrade", name_en="Upgrade")


def codes(version, row):
    return [reason.code for reason in evaluate(version, subject_ids=[row.pk], on=DAY)[0].reasons]


def test_a_second_certificate_of_the_same_occupation_and_level_is_not_paid_again(upgrade):
    GuardFactory(items=[upgrade], scope="skill")
    version, person = version_of(upgrade), PersonFactory(user=None)
    first, again = (CertificateFactory(person=person) for _n in range(2))
    higher = CertificateFactory(person=person, level=SkillLevel.LEVEL_3)
    other = CertificateFactory(person=person, occupation_name="电工")
    somebody = CertificateFactory()
    Past(NoRandom(), "certificate", version.policy.region).grant(again, upgrade)

    assert codes(version, first) == codes(version, again) == ["granted"]
    assert [codes(version, row) for row in (higher, other, somebody)] == [[], [], []]
    able = {row["subject_id"] for row in found(version, on=DAY).rows()}
    assert able == {higher.pk, other.pk, somebody.pk}


def test_whatever_certificate_shows_it_the_oldest_holds_for_the_occupation_and_level(upgrade):
    person = PersonFactory(user=None)
    first, again = (CertificateFactory(person=person) for _n in range(2))
    Past(NoRandom(), "certificate", PolicyFactory().region).grant(again, upgrade)

    guard = GuardFactory(draft=True, items=[upgrade], scope="skill")

    assert further_holders("certificate", again.pk) == {"skill": first.pk}
    assert further_holders("person", person.pk) == {}
    sql, params = granted_under(guard)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT holder_id FROM ({sql}) held", params)
        assert cursor.fetchall() == [(first.pk,)]


def test_a_yearly_count_takes_other_subsidies_in(upgrade):
    training = SubsidyItemFactory(subject="certificate")
    version = version_of(training, limits={"yearly_count": 2, "yearly_with": ["upgrade"]})
    person = PersonFactory(user=None)
    rows = [CertificateFactory(person=person) for _n in range(3)]
    past = Past(NoRandom(), "certificate", version.policy.region)
    past.grant(rows[0], training)
    assert codes(version, rows[2]) == []

    past.grant(rows[1], upgrade)

    assert codes(version, rows[2]) == ["yearly_count"]
    assert list(found(version, on=DAY).rows()) == []
    with override("en"):
        assert limit_lines(parse(version.content)) == [
            "At most 2 times a year, counted together with: Upgrade"
        ]
