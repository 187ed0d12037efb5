"""Employers and the people who act for them.

``OrganisationFactory()`` is a verified employer in 成华区; traits: ``unverified``, ``trusted`` (may publish at once),
``training_institution``, ``imported`` (known from adverts only). ``MemberFactory(organisation=…)`` acts for one.
``act_for(client, member)`` signs a test client in as that member.
"""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from employment_portal.core.identifiers import organisation_check_character
from employment_portal.core.text import pinyin_key
from employment_portal.organisations.enums import (
    MemberRole,
    OrganisationKind,
    OrganisationNature,
    OrganisationScale,
    VerificationStatus,
)
from employment_portal.organisations.middleware import SESSION_KEY
from employment_portal.organisations.models import Member, Organisation
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.regions import RegionFactory


def organisation_code(number: int) -> str:
    """A well-formed unified social credit code."""
    main = f"MA{number:06d}"
    body = f"91510108{main}0"
    return body + organisation_check_character(body)


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    class Params:
        unverified = factory.Trait(
            status=VerificationStatus.UNVERIFIED, verified_at=None, verified_until=None, clean_reviews=0
        )
        trusted = factory.Trait(clean_reviews=5)
        training_institution = factory.Trait(kind=OrganisationKind.TRAINING_INSTITUTION)
        imported = factory.Trait(
            code=None,
            source="example",
            status=VerificationStatus.UNVERIFIED,
            verified_at=None,
            verified_until=None,
        )

    kind = OrganisationKind.EMPLOYER
    name = factory.Sequence(lambda n: f"成都锦和养老服务有限公司{n}")
    name_key = factory.LazyAttribute(lambda organisation: pinyin_key(organisation.name))
    code = factory.Sequence(organisation_code)
    region = factory.SubFactory(RegionFactory)
    address = "建设北路三段88号"
    nature = OrganisationNature.PRIVATE
    scale = OrganisationScale.FROM_100
    contact_name = "周敏"
    contact_phone = "02884330000"
    status = VerificationStatus.VERIFIED
    verified_at = factory.LazyFunction(timezone.now)
    verified_until = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=180))
    created_at = factory.LazyFunction(timezone.now)


class MemberFactory(DjangoModelFactory):
    class Meta:
        model = Member

    organisation = factory.SubFactory(OrganisationFactory)
    user = factory.SubFactory(UserFactory)
    role = MemberRole.OWNER
    joined_at = factory.LazyFunction(timezone.now)


def act_for(client, member: Member) -> None:
    """Sign a test client in as ``member``, acting for the organisation."""
    sign_in(client, member.user)
    session = client.session
    session[SESSION_KEY] = member.organisation.public_id
    session.save()
