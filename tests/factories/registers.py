"""Rows of other authorities' registers.

``InsuranceFactory(person=…, employer=…, month=…)`` is a month of a unit's staff (trait ``alone``: paid by the person);
``LicenceFactory(founder=…)``, ``CertificateFactory(person=…)``, ``CivilFactory(person=…, kind=…)``,
``AccreditationFactory(carrier=…)``, ``AssessmentFactory(carrier=…, year=…)``, ``LeaseFactory(venture=…)``;
``RegisterBatchFactory()`` is a finished batch.
"""

from datetime import date

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from employment_portal.classifications.enums import SkillLevel
from employment_portal.organisations.enums import OrganisationKind
from employment_portal.registers.enums import (
    AccreditationLevel,
    AssessmentGrade,
    BatchState,
    CivilKind,
    Register,
)
from employment_portal.registers.models import (
    Accreditation,
    Assessment,
    BusinessRegistration,
    CivilRecord,
    Lease,
    RegisterBatch,
    SkillCertificate,
    SocialInsuranceMonth,
)
from tests.factories.organisations import OrganisationFactory, organisation_code
from tests.factories.people import PersonFactory
from tests.factories.regions import RegionFactory


class RegisterBatchFactory(DjangoModelFactory):
    class Meta:
        model = RegisterBatch

    register = Register.CERTIFICATES
    source = "simulated"
    file_name = "certificates.csv"
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    state = BatchState.FINISHED
    created_at = factory.LazyFunction(timezone.now)
    finished_at = factory.LazyFunction(timezone.now)


class RegisteredFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    source = "simulated"
    source_id = factory.Sequence(lambda n: f"row-{n}")


class InsuranceFactory(RegisteredFactory):
    class Meta:
        model = SocialInsuranceMonth

    class Params:
        alone = factory.Trait(
            flexible=True,
            employer=None,
            employer_code="",
            unemployment=False,
            employer_fen=0,
            person_fen=85_000,
            unemployment_fen=0,
        )

    person = factory.SubFactory(PersonFactory)
    month = date(2026, 10, 1)
    employer = factory.SubFactory(OrganisationFactory)
    employer_code = factory.LazyAttribute(lambda row: row.employer.code)
    pension = True
    medical = True
    unemployment = True
    base_fen = 450_000
    employer_fen = 112_000
    person_fen = 47_000
    unemployment_fen = 4_500


class LicenceFactory(RegisteredFactory):
    class Meta:
        model = BusinessRegistration

    code = factory.Sequence(lambda n: organisation_code(500_000 + n))
    name = factory.Sequence(lambda n: f"成华区青禾小吃店{n}")
    founder = factory.SubFactory(PersonFactory)
    registered_on = date(2025, 9, 1)
    region = factory.SubFactory(RegionFactory)


class CertificateFactory(RegisteredFactory):
    class Meta:
        model = SkillCertificate

    person = factory.SubFactory(PersonFactory)
    number = factory.Sequence(lambda n: f"S000051{n:010d}")
    occupation_name = "养老护理员"
    level = SkillLevel.LEVEL_4
    issuer = "成都市职业技能鉴定中心"
    issued_on = date(2026, 5, 20)


class CivilFactory(RegisteredFactory):
    class Meta:
        model = CivilRecord

    person = factory.SubFactory(PersonFactory)
    kind = CivilKind.LOW_INCOME
    starts_on = date(2026, 1, 1)


class AccreditationFactory(RegisteredFactory):
    class Meta:
        model = Accreditation

    carrier = factory.SubFactory(OrganisationFactory, kind=OrganisationKind.CARRIER)
    level = AccreditationLevel.CITY
    accredited_on = date(2025, 6, 1)


class AssessmentFactory(RegisteredFactory):
    class Meta:
        model = Assessment

    carrier = factory.SubFactory(OrganisationFactory, kind=OrganisationKind.CARRIER)
    year = 2025
    grade = AssessmentGrade.GOOD


class LeaseFactory(RegisteredFactory):
    class Meta:
        model = Lease

    venture = factory.SubFactory(LicenceFactory)
    monthly_rent_fen = 180_000
    starts_on = date(2025, 9, 1)
