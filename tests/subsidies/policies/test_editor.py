"""The editor of a draft: what it opens it saves as it was, and every part of a version has a field."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from employment_portal.regions.models import Region
from subsidies.policies import actions
from subsidies.policies.content import canonical
from subsidies.policies.models import PolicyVersion
from subsidies.policies.parsing import parse
from subsidies.policies.reference import load_policies
from subsidies.policies.views.editing import PARTS, shown_tree
from tests.factories.accounts import UserFactory
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_policies import PolicyVersionFactory, condition, content

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    user = UserFactory(policy_officer=True, region=RegionFactory(code="5101"))
    client.force_login(user)
    return user


def url(version, part):
    return reverse("subsidies:edit_policy_part", args=[version.public_id, part])


def fields_of(form):
    """What a browser would send when the form is handed in unchanged."""
    sent = {}
    for tag in form.select("input, select, textarea"):
        name, kind = tag.get("name"), tag.get("type", tag.name)
        if not name or kind in {"submit", "button"} or tag.has_attr("disabled"):
            continue
        if kind in {"checkbox", "radio"} and not tag.has_attr("checked"):
            continue
        if tag.name == "select":
            chosen = (
                tag.select("option[selected]") or tag.select("option")[: 0 if tag.has_attr("multiple") else 1]
            )
            values = [option.get("value", option.text) for option in chosen]
        elif tag.name == "textarea":
            values = [tag.text.removeprefix("\n")]
        else:
            values = [tag.get("value", "on" if kind in {"checkbox", "radio"} else "")]
        sent.setdefault(name, []).extend(values)
    return sent


def saved_unchanged(client, address):
    """Hand in every form of the page that saves something, as it stands; how many there were."""
    page = BeautifulSoup(client.get(address).content, "html.parser")
    forms = [form for form in page.select("main form[method=post]") if not form.select("[name=act]")]
    for form in forms:
        answer = client.post(address.split("?")[0], fields_of(form))
        assert answer.status_code == 302, BeautifulSoup(answer.content, "html.parser").select(
            ".error-summary, .field__error"
        )
    return len(forms)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_shipped_policy_is_the_same_after_every_part_was_saved_unchanged(client, officer):
    load_policies(region=Region.objects.get(code="5101"), made_by=UserFactory(), published_by=UserFactory())

    for published in PolicyVersion.objects.select_related("policy__item"):
        draft = actions.draft_from(version_id=published.pk, by=officer)
        before = canonical(parse(draft.content))
        leaves = [row["path"] for row in shown_tree(draft.content["conditions"]) if not row["kind"]]
        for part in set(PARTS) - {"conditions", "exemption"}:
            assert saved_unchanged(client, url(draft, part)), (published.title, part)
        for path in leaves:
            assert saved_unchanged(client, f"{url(draft, 'conditions')}?at={path}"), (published.title, path)
        saved_unchanged(client, url(draft, "exemption"))

        draft.refresh_from_db()
        assert canonical(parse(draft.content)) == before, published.title
        assert draft.title == published.title


def drafted(**wording):
    item = {"policy__item__subject": wording.pop("subject", "person")}
    if "period_kind" in wording:
        item["policy__item__period_kind"] = wording.pop("period_kind")
    return PolicyVersionFactory(content=content(**wording), **item)


def test_whom_the_limit_of_months_does_not_bind_is_written_and_taken_out(client, officer):
    draft = drafted(limits={"lifetime_months": 36})
    posted = {"fact": "person.age", "op": "ge", "value": "55", "article": "第七条", "label": ""}

    page = client.get(url(draft, "exemption"), {"fact": "person.age"})
    client.post(url(draft, "exemption"), posted)
    draft.refresh_from_db()
    unless = draft.content["limits"]["lifetime_unless"]
    shown = client.get(url(draft, "exemption")).content.decode()
    client.post(url(draft, "exemption"), {"act": "remove"})
    draft.refresh_from_db()

    assert page.status_code == 200
    assert (unless["fact"], unless["op"], unless["value"]) == ("person.age", "ge", 55)
    assert "第七条" in shown
    assert draft.content["limits"]["lifetime_unless"] is None


def test_a_wrong_exemption_gets_a_sentence_and_keeps_what_was_written(client, officer):
    draft = drafted(limits={"lifetime_months": 36})

    posted = {"fact": "person.age", "op": "ge", "value": "很大", "article": "第七条"}
    answer = client.post(url(draft, "exemption"), posted)

    assert answer.status_code == 422
    assert "请输入数字" in answer.content.decode()
    assert "第七条" in answer.content.decode()


def test_places_of_a_condition_are_chosen_one_by_one_and_unticked(client, officer):
    RegionFactory(code="510104"), RegionFactory(code="510108")
    draft = drafted()
    lives = {"fact": "person.residence_region", "op": "within", "article": "第一条", "label": ""}

    client.post(url(draft, "conditions"), {**lives, "into": "", "place": "成都市锦江区"})
    client.post(url(draft, "conditions"), {**lives, "at": "all.1", "value": ["510104"], "place": "510108"})
    draft.refresh_from_db()
    two = draft.content["conditions"]["all"][1]["value"]
    client.post(url(draft, "conditions"), {**lives, "at": "all.1", "value": ["510108"], "place": ""})
    draft.refresh_from_db()
    none = client.post(url(draft, "conditions"), {**lives, "at": "all.1", "place": ""})

    assert two == ["510104", "510108"]
    assert draft.content["conditions"]["all"][1]["value"] == ["510108"]
    assert none.status_code == 422


def test_the_places_of_a_table_are_chosen_from_the_tree(client, officer):
    RegionFactory(code="510104")
    draft = drafted(
        amount={
            "kind": "table",
            "columns": [{"fact": "person.residence_region", "args": {}}],
            "rows": [["510104", 100_000], [None, 50_000]],
        }
    )

    page = client.get(url(draft, "amount"))
    saved_unchanged(client, url(draft, "amount"))
    draft.refresh_from_db()

    assert "<region-select" in page.content.decode()
    assert draft.content["amount"]["rows"] == [["510104", 100_000], [None, 50_000]]


def test_a_policy_is_written_for_the_place_of_ones_post_only(client, officer):
    item = PolicyVersionFactory().policy.item
    start = reverse("subsidies:new_policy")

    elsewhere = client.post(start, {"item": item.pk, "region": RegionFactory(code="500103").code})
    here = client.post(start, {"item": item.pk, "region": "成都市成华区"})

    assert elsewhere.status_code == 422
    assert here.status_code == 302
    assert PolicyVersion.objects.filter(policy__region__code="510108").exists()


def test_a_draft_saved_in_two_tabs_says_so_when_the_condition_is_gone(client, officer):
    draft = drafted(conditions=[condition("person.age", "ge", 16), condition("person.age", "le", 60)])
    posted = {"fact": "person.age", "op": "le", "value": "50", "article": "第一条", "at": "all.1"}

    client.post(url(draft, "conditions"), {"act": "remove", "at": "all.1"})
    answer = client.post(url(draft, "conditions"), posted, follow=True)

    assert answer.status_code == 200
    assert "条件已被他人修改" in answer.content.decode()
    draft.refresh_from_db()
    assert len(draft.content["conditions"]["all"]) == 1


@pytest.mark.parametrize("value", ["--5", "1e999", "9" * 30, "²", "NaN"])
def test_a_number_that_is_none_gets_a_sentence(client, officer, value):
    draft = drafted()
    posted = {"fact": "person.age", "op": "ge", "value": value, "article": "第一条", "into": ""}

    answer = client.post(url(draft, "conditions"), posted)

    assert answer.status_code == 422
    assert value in answer.content.decode()


@pytest.mark.parametrize("yuan", ["9" * 29, "-1", "很多"])
def test_an_amount_that_is_none_gets_a_sentence(client, officer, yuan):
    draft = drafted()

    answer = client.post(url(draft, "amount"), {"kind": "fixed", "fen": yuan})

    assert answer.status_code == 422
    assert yuan in answer.content.decode()
