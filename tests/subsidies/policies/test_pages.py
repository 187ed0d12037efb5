"""What policy staff and the public see and do on the pages of policies."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from employment_portal.workflow.models import WorkItem
from subsidies.budgets.models import Fund
from subsidies.policies import actions, queries
from subsidies.policies.checking import problems
from subsidies.policies.enums import VersionState
from subsidies.policies.models import PolicyVersion
from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_policies import (
    PolicyFactory,
    PolicyVersionFactory,
    SubsidyItemFactory,
    condition,
    content,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    user = UserFactory(policy_officer=True, region=RegionFactory(code="5101"))
    client.force_login(user)
    return user


def url(name, version, *more):
    return reverse(f"subsidies:{name}", args=[version.public_id, *more])


def test_the_list_shows_and_filters_versions(client, officer):
    kept = PolicyVersionFactory(published=True, title="社保补贴办法")
    PolicyVersionFactory(published=True, title="培训补贴办法")

    page = client.get(reverse("subsidies:staff_policies"), {"q": "社保"})

    assert kept.title in page.content.decode()
    assert "培训补贴办法" not in page.content.decode()


def test_the_list_needs_no_more_queries_for_more_rows(client, officer, django_assert_max_num_queries):
    PolicyVersionFactory.create_batch(12, published=True)

    with django_assert_max_num_queries(14):
        client.get(reverse("subsidies:staff_policies"))


def test_a_version_is_shown_in_words_with_its_count(client, officer):
    PersonFactory(user=None)
    version = PolicyVersionFactory(published=True)

    page = client.get(url("policy_version", version)).content.decode()
    count = client.get(url("count_policy", version), headers={"HX-Request": "true"}).content.decode()

    assert "Article 1" in page
    assert "1,500" in count
    assert "成华区" in count


def test_a_case_is_tried_by_name_and_the_look_is_recorded(client, officer):
    person = PersonFactory(user=None, name="李小兰")
    version = PolicyVersionFactory(published=True)

    page = client.get(url("preview_policy", version), {"q": "李小兰", "subject": person.pk})

    assert page.context["evaluation"].qualifies
    assert "李小兰" not in page.content.decode().replace('value="李小兰"', "")


def test_somebody_of_another_region_is_not_found(client, officer):
    person = PersonFactory(user=None, residence_region=RegionFactory(code="500103"))
    version = PolicyVersionFactory(published=True)

    page = client.get(url("preview_policy", version), {"q": person.name, "subject": person.pk})

    assert page.context["evaluation"] is None


def test_a_condition_is_added_edited_and_taken_out_without_javascript(client, officer):
    version = PolicyVersionFactory(content=content(conditions=[]))
    place = url("edit_policy_part", version, "conditions")
    chosen = client.get(place, {"into": "", "fact": "person.age"})

    client.post(
        place,
        {"into": "", "at": "", "fact": "person.age", "op": "ge", "value": "16", "article": "第一条"},
    )
    client.post(place, {"act": "group", "into": "", "kind": "any"})
    client.post(
        place,
        {"into": "all.1", "at": "", "fact": "person.sex", "op": "in", "value": ["2"], "article": "第二条"},
    )
    client.post(
        place,
        {
            "at": "all.0",
            "fact": "person.age",
            "op": "between",
            "value": "16",
            "high": "60",
            "article": "第一条",
        },
    )
    version.refresh_from_db()
    between = version.content["conditions"]
    client.post(place, {"act": "remove", "at": "all.1.any.0"})
    version.refresh_from_db()

    assert chosen.status_code == 200
    assert between["all"][0] == {
        "fact": "person.age",
        "args": {},
        "op": "between",
        "value": [16, 60],
        "article": "第一条",
    }
    assert between["all"][1]["any"][0]["value"] == ["2"]
    assert len(version.content["conditions"]["all"]) == 1


def test_a_wrong_value_gets_a_sentence(client, officer):
    version = PolicyVersionFactory()

    page = client.post(
        url("edit_policy_part", version, "conditions"),
        {"into": "", "at": "", "fact": "person.age", "op": "ge", "value": "alt", "article": "第一条"},
    )

    assert page.status_code == 422
    assert page.context["form"].errors["value"]


@pytest.mark.parametrize("kind", ["fixed", "per_month", "rate", "table", "rate_table"])
def test_every_kind_of_amount_has_its_form(client, officer, kind):
    version = PolicyVersionFactory(policy__item=SubsidyItemFactory(period_kind="months"))

    page = client.get(url("edit_policy_part", version, "amount"), {"kind": kind})

    assert page.status_code == 200


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        (
            {"kind": "per_month", "fen": "500", "cap_fen": "1200", "months": "person.months_unemployed"},
            {"kind": "per_month", "fen": 50000, "cap_fen": 120000},
        ),
        (
            {
                "kind": "rate", "of": "person.age", "numerator": "100", "denominator": "1",
                "months": "person.months_unemployed", "per_month_cap_fen": "30",
            },
            {"kind": "rate", "numerator": 100, "per_month_cap_fen": 3000},
        ),
    ],
    ids=["per month", "rate"],
)  # fmt: skip
def test_a_fact_tells_the_months_that_count_and_a_cap_bounds_them(client, officer, said, amount):
    version = PolicyVersionFactory(policy__item=SubsidyItemFactory(period_kind="months"))
    place = url("edit_policy_part", version, "amount")

    client.post(place, said)

    version.refresh_from_db()
    months = {"fact": "person.months_unemployed", "args": {}}
    assert version.content["amount"].items() >= {**amount, "months_fact": months}.items()
    shown = client.get(place, {"kind": amount["kind"]}).context["form"].initial
    assert shown.items() >= {"months": "person.months_unemployed"}.items()


def test_a_table_is_written_column_by_column(client, officer):
    version = PolicyVersionFactory()
    place = url("edit_policy_part", version, "amount")

    client.post(place, {"kind": "table", "columns": "1", "column0": "person.age"})
    client.post(
        place, {"kind": "table", "r0_0": "16..40", "r0_fen": "1000", "r1_0": "41..", "r1_fen": "1500.5"}
    )

    version.refresh_from_db()
    assert version.content["amount"]["rows"] == [[{"from": 16, "to": 40}, 100000], [{"from": 41}, 150050]]


def test_heading_rules_papers_and_steps_are_saved(client, officer):
    version = PolicyVersionFactory()
    client.post(
        url("edit_policy_part", version, "heading"),
        {
            "title": "新办法",
            "summary": "简介",
            "legal_basis": "依据",
            "confidence": "H",
            "effective_from": "2027-01-01",
        },
    )
    client.post(
        url("edit_policy_part", version, "steps"),
        {
            "form-TOTAL_FORMS": "2",
            "form-INITIAL_FORMS": "0",
            "form-0-name": "acceptance",
            "form-0-role": "street_clerk",
            "form-0-working_days": "3",
            "form-1-name": "first_review",
            "form-1-role": "city_officer",
            "form-1-working_days": "7",
            "form-1-from_fen": "10000",
        },
    )
    client.post(
        url("edit_policy_part", version, "papers"),
        {
            "form-TOTAL_FORMS": "1",
            "form-INITIAL_FORMS": "0",
            "form-0-code": "contract",
            "form-0-label": "劳动合同",
        },
    )

    version.refresh_from_db()
    assert version.title == "新办法"
    assert version.content["steps"][1]["from_fen"] == 1000000
    assert version.content["evidence"][0]["code"] == "contract"


def test_a_yearly_count_is_shared_with_the_subsidies_chosen(client, officer):
    version = PolicyVersionFactory()
    Fund.objects.get_or_create(code="employment", defaults={"name": "就业补助资金", "name_en": "Fund"})
    other, venture = SubsidyItemFactory(), SubsidyItemFactory(subject="venture")
    place = url("edit_policy_part", version, "rules")
    said = {
        "region_basis": "residence", "period_months": "3", "rounding": "half_up", "rounding_unit_fen": "1",
        "correction_working_days": "10", "notice_working_days": "5", "payment_working_days": "15",
        "fund": "employment", "yearly_count": "3",
    }  # fmt: skip

    refused = client.post(place, {**said, "yearly_with": [venture.code]})
    client.post(place, {**said, "yearly_with": [other.code]})

    version.refresh_from_db()
    assert refused.status_code == 422
    assert version.content["limits"]["yearly_with"] == [other.code]
    assert problems(version.content, version.policy.item) == []
    assert client.get(place).context["form"]["yearly_with"].value() == [other.code]


def test_a_version_goes_from_draft_to_publication_by_two_people(client, officer):
    version = PolicyVersionFactory(made_by=officer)
    client.post(url("submit_policy", version))
    alone = client.post(url("publish_policy", version))
    client.force_login(UserFactory(city_officer=True, region=RegionFactory(code="5101")))
    client.post(url("publish_policy", version))

    version.refresh_from_db()
    assert alone.status_code == 403
    assert version.state == VersionState.PUBLISHED
    assert not WorkItem.objects.open().exists()


def test_an_incomplete_draft_is_shown_with_what_is_missing(client, officer):
    version = PolicyVersionFactory(content=content(conditions=[condition("person.shoe_size", "ge", 40)]))

    page = client.post(url("submit_policy", version))

    assert page.status_code == 422
    assert "person.shoe_size" in page.content.decode()


def test_the_difference_to_the_version_before_stands_side_by_side(client, officer):
    old = PolicyVersionFactory(published=True)
    new = PolicyVersionFactory(
        policy=old.policy, number=2, content=content(amount={"kind": "fixed", "fen": 200000})
    )

    page = client.get(url("policy_changes", new)).content.decode()

    assert "1,500" in page
    assert "2,000" in page


def compared(version):
    return queries.version_before(PolicyVersion.objects.get(pk=version.pk))


def test_a_district_of_its_own_is_compared_with_the_city_that_it_replaces(client, officer):
    city = PolicyVersionFactory(published=True)
    policy = PolicyFactory(item=city.policy.item, region=RegionFactory(code="510108"))
    district = PolicyVersionFactory(policy=policy, content=content(amount={"kind": "fixed", "fen": 200000}))

    page = client.get(url("policy_changes", district)).content.decode()

    assert "1,500" in page
    assert "2,000" in page
    assert str(city.policy.region) in page
    assert compared(city) is None


def test_what_was_withdrawn_or_never_began_is_not_what_a_version_replaces(time_machine):
    time_machine.move_to(datetime(2026, 11, 23, 4, tzinfo=UTC))
    ran = PolicyVersionFactory(published=True)
    PolicyVersionFactory(policy=ran.policy, retired=True, effective_from=date(2026, 3, 1))
    PolicyVersionFactory(policy=ran.policy, retired=True, effective_from=date(2027, 1, 1))
    draft = PolicyVersionFactory(policy=ran.policy, effective_from=date(2026, 12, 1))

    assert compared(draft) == ran


def test_a_published_version_is_compared_with_what_it_ended(officer, time_machine):
    time_machine.move_to(datetime(2026, 11, 23, 4, tzinfo=UTC))
    first = PolicyVersionFactory(published=True)
    publisher = UserFactory(city_officer=True, region=first.policy.region)

    def published(begins):
        version = PolicyVersionFactory(policy=first.policy, submitted=True, effective_from=begins)
        return actions.publish_version(version_id=version.pk, by=publisher)

    published(date(2026, 12, 1))
    third = published(date(2026, 12, 1))

    assert compared(third) == first
    time_machine.move_to(datetime(2026, 12, 10, 4, tzinfo=UTC))
    assert compared(published(date(2026, 12, 1))) == third


def test_a_new_policy_begins_as_a_draft(client, officer):
    item = SubsidyItemFactory()
    RegionFactory(code="5101")

    client.post(
        reverse("subsidies:new_policy"), {"item": item.pk, "region": RegionFactory(code="510108").code}
    )

    assert PolicyVersion.objects.get().state == VersionState.DRAFT


def test_the_public_finds_a_policy_and_reads_it(client):
    version = PolicyVersionFactory(published=True)

    listed = client.get(reverse("subsidies:policies"), {"q": version.policy.item.name}).content.decode()
    page = client.get(reverse("subsidies:policy", args=[version.policy.public_id])).content.decode()

    assert version.policy.item.name in listed
    assert "1,500" in page


def test_a_draft_is_not_for_the_public(client):
    version = PolicyVersionFactory()

    page = client.get(reverse("subsidies:policy", args=[version.policy.public_id]))

    assert page.status_code == 404


def test_a_policy_that_ran_out_says_so(client):
    version = PolicyVersionFactory(published=True, effective_from="2024-01-01", effective_until="2025-12-31")

    page = client.get(reverse("subsidies:policy", args=[version.policy.public_id]))

    assert page.context["ended"]
