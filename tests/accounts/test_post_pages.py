"""The pages on which security administrators appoint and end posts."""

import pytest
from django.urls import reverse
from django.utils import timezone

from employment_portal.accounts.posts import actions
from tests.accounts.test_posts import invite, work_for
from tests.factories.accounts import StaffPostFactory, sign_in

pytestmark = pytest.mark.django_db


def test_the_pages_of_posts_open(client, security, district):
    post = StaffPostFactory(agency=district)
    work_for(post.user, district)
    invite(security, district)
    sign_in(client, security)

    for address in (
        reverse("accounts:posts"), reverse("accounts:post", args=[post.public_id]), reverse("accounts:invite"),
        reverse("accounts:invitations"), reverse("accounts:lockouts"),
    ):  # fmt: skip
        assert client.get(address).status_code == 200


def test_the_form_ends_a_post_and_explains_what_is_missing(client, security, district):
    post = StaffPostFactory(agency=district)
    work_for(post.user, district)
    sign_in(client, security)
    address = reverse("accounts:post", args=[post.public_id])

    refused = client.post(address, {"last_day": timezone.localdate().isoformat(), "reason": "调离"})
    assert refused.status_code == 422
    client.post(
        address,
        {"last_day": timezone.localdate().isoformat(), "reason": "调离", "hand_over_to": actions.POOL},
    )

    post.refresh_from_db()
    assert post.ends_on == timezone.localdate()


def test_inviting_asks_who_one_is_once_more(client, security):
    client.force_login(security)

    assert "reauthenticate" in client.get(reverse("accounts:invite")).url


def test_the_invitation_form_names_what_is_wrong(client, security, district):
    sign_in(client, security)

    response = client.post(
        reverse("accounts:invite"), {"name": "王芳", "agency": district.pk, "role": "audit_admin"}
    )

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"phone", "reason"}


def test_the_list_of_posts_does_not_query_per_row(client, security, district, django_assert_max_num_queries):
    StaffPostFactory.create_batch(5, agency=district)
    sign_in(client, security)
    client.get(reverse("accounts:posts"))

    with django_assert_max_num_queries(16):
        client.get(reverse("accounts:posts"))
