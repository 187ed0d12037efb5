"""What staff see and do on the pages of exclusions."""

import pytest
from django.urls import reverse

from subsidies.policies.models import Guard
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_claims import Officers, approved, claimant, policy_version, submitted
from tests.factories.subsidies_policies import GuardFactory, SubsidyItemFactory

pytestmark = pytest.mark.django_db


def url(name, *guard):
    return reverse(f"subsidies:{name}", args=[each.public_id for each in guard])


def officer(role="policy_officer", code="5101"):
    return UserFactory(**{role: True, "region": RegionFactory(code=code)})


def test_an_exclusion_is_written_changed_and_ended_by_two_people_without_javascript(client):
    author, second = officer(), officer("city_officer")
    items = [SubsidyItemFactory(), SubsidyItemFactory()]
    sign_in(client, author)
    wrong = client.post(url("new_exclusion"), {"scope": "person", "legal_basis": "x"})
    written = {
        "items": [items[0].pk],
        "scope": "person",
        "lifetime": "1",
        "legal_basis": "川人社规〔2026〕1号",
    }
    client.post(url("new_exclusion"), written)
    guard = Guard.objects.get(made_by=author)
    client.post(url("edit_exclusion", guard), written | {"items": [item.pk for item in items]})
    client.post(url("submit_exclusion", guard))
    refused = client.post(url("publish_exclusion", guard))

    sign_in(client, second)
    without_reason = client.post(url("send_back_exclusion", guard), {"reason": ""})
    client.post(url("publish_exclusion", guard))
    sign_in(client, author)
    too_late = client.get(url("edit_exclusion", guard))
    client.post(url("change_exclusion", guard))
    change = Guard.objects.get(replaces=guard)
    client.post(url("discard_exclusion", change))
    client.post(url("ask_end_exclusion", guard), {"reason": "上位规定已取消"})
    own = client.post(url("end_exclusion", guard))
    sign_in(client, second)
    page = client.get(url("exclusion", guard)).content.decode()
    client.post(url("end_exclusion", guard))

    assert (wrong.status_code, refused.status_code, without_reason.status_code) == (422, 403, 422)
    assert (too_late.status_code, own.status_code) == (302, 403)
    assert "上位规定已取消" in page
    guard.refresh_from_db()
    assert (guard.items.count(), guard.state, guard.published_by) == (2, "ended", second)
    assert guard.legal_basis not in client.get(url("exclusions")).content.decode()
    assert guard.legal_basis in client.get(url("exclusions") + "?ended=1").content.decode()


def test_what_overlaps_is_counted_for_all_and_listed_masked_for_those_who_decide(client):
    person, versions, staff = claimant(name="王小芳"), [policy_version(), policy_version()], Officers()
    claims = [approved(submitted(person, version), officers=staff) for version in versions]
    guard = GuardFactory(submitted=True, items=[version.policy.item for version in versions])

    sign_in(client, officer("city_officer"))
    page = client.get(url("exclusion", guard))
    sign_in(client, officer("street_clerk", "510108001"))
    other = client.get(url("exclusion", guard))

    assert (page.context["effect"].granted, page.context["effect"].overlapping) == (2, 1)
    assert all(claim.number in page.content.decode() for claim in claims)
    assert "王小芳" not in page.content.decode()
    assert "王*芳" in page.content.decode()
    assert other.context["effect"].overlapping == 1
    assert claims[0].number not in other.content.decode()


def test_policy_officers_of_a_district_read_and_do_not_write(client):
    guard = GuardFactory(items=[SubsidyItemFactory()])
    sign_in(client, officer(code="510108"))

    assert client.get(url("exclusions")).context["may_write"] is False
    assert client.get(url("new_exclusion")).status_code == 403
    assert client.post(url("change_exclusion", guard)).status_code == 403
    assert client.get(url("exclusion", guard)).context["moves"] == []


def test_the_list_needs_no_more_queries_for_more_rows(client, django_assert_max_num_queries):
    sign_in(client, officer())
    for _number in range(8):
        GuardFactory(items=[SubsidyItemFactory(), SubsidyItemFactory()])
    client.get(url("exclusions"))

    with django_assert_max_num_queries(14):
        client.get(url("exclusions"))
