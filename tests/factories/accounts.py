"""Sign-ins and staff posts.

``UserFactory()`` is a plain person with a verified mobile number; ``UserFactory(with_email=True)`` signs in by
e-mail and ``PASSWORD``; ``UserFactory(street_clerk=True, agency=agency)`` holds that post (any StaffRole value
is a trait; ``region=`` instead of ``agency=`` makes an agency there) and has its second factor set up.
``client.force_login(user)`` is enough for most tests; ``sign_in(client, user)`` also counts as having just
confirmed who one is, which sensitive pages ask for.
"""

from datetime import timedelta

import factory
from allauth.account.internal.userkit import user_id_to_str
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from factory.django import DjangoModelFactory

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.models import Invitation, StaffPost, User

PASSWORD = "correct-horse-battery"
TOTP_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        with_email = factory.Trait(
            email=factory.Sequence(lambda n: f"user{n}@example.com"), phone=None, phone_verified=False
        )
        superuser = factory.Trait(is_staff=True, is_superuser=True)

    phone = factory.Sequence(lambda n: f"138{n:08d}")
    phone_verified = True
    display_name = factory.Sequence(lambda n: f"张三{n}")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))

    @classmethod
    def _create(cls, model_class, *args, agency=None, region=None, starts_on=None, **kwargs):
        roles = [role for role in StaffRole if kwargs.pop(role.value, False)]
        user = model_class.objects.model(*args, **kwargs)
        user.save()
        if user.email:
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        for role in roles:
            where = {"agency": agency} if agency else {"agency__region": region} if region else {}
            StaffPostFactory(user=user, role=role, starts_on=starts_on or timezone.localdate(), **where)
        if user.is_superuser:
            with_second_factor(user)
        return user


def with_second_factor(user) -> None:
    """Set up an authenticator app with ``TOTP_SECRET``, unless there is one."""
    if not Authenticator.objects.filter(user=user).exists():
        TOTP.activate(user, TOTP_SECRET)


class StaffPostFactory(DjangoModelFactory):
    class Meta:
        model = StaffPost

    user = factory.SubFactory(UserFactory)
    agency = factory.SubFactory("tests.factories.regions.AgencyFactory")
    role = StaffRole.DISTRICT_OFFICER
    starts_on = factory.LazyFunction(timezone.localdate)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        post = super()._create(model_class, *args, **kwargs)
        with_second_factor(post.user)
        return post


class InvitationFactory(DjangoModelFactory):
    class Meta:
        model = Invitation

    token_hash = factory.Sequence(lambda n: f"{n:064x}")
    phone = factory.Sequence(lambda n: f"139{n:08d}")
    name = "李四"
    agency = factory.SubFactory("tests.factories.regions.AgencyFactory")
    role = StaffRole.STREET_CLERK
    invited_by = factory.SubFactory(UserFactory)
    created_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


def sign_in(client, user) -> None:
    """Sign a test client in as if the user had confirmed every factor just now."""
    client.force_login(user)
    session = client.session
    at = timezone.now().timestamp()
    records = [{"method": "password", "at": at, "reauthenticated": True}]
    for authenticator in Authenticator.objects.filter(user=user):
        records.append(
            {
                "method": "mfa",
                "at": at,
                "type": authenticator.type,
                "id": authenticator.pk,
                "reauthenticated": True,
            }
        )
    session["account_authentication_methods"] = records
    session["account_authentication_methods_user"] = user_id_to_str(user)
    session.save()
