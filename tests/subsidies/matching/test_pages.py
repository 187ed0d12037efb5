"""The pages of offers, rosters, the bundle and the searches, as each reader sees them."""

import pytest
from django.test import Client
from django.utils import timezone

from employment_portal.people.middleware import SESSION_KEY
from employment_portal.people.models import AssistedSession
from subsidies.claims.enums import Channel, ClaimState
from subsidies.claims.models import Bundle, Claim
from subsidies.matching import actions, tasks
from subsidies.matching.models import MatchRun, Offer, OfferState
from subsidies.policies.reference import lay_down_guard
from tests.factories.accounts import UserFactory
from tests.factories.organisations import MemberFactory, OrganisationFactory, act_for
from tests.factories.papers import picture
from tests.factories.people import PersonFactory
from tests.factories.subsidies_claims import account_of, claimant, policy_version
from tests.factories.subsidies_matching import employee_of, hiring_version, offered, offered_roster
from tests.factories.subsidies_policies import condition

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    person = claimant()
    client.force_login(person.user)
    return person


def test_the_reasons_stand_on_the_card_with_value_source_and_article(client, person):
    offered(person)

    page = client.get("/subsidies/for-me/").content.decode()

    assert "1,500" in page
    assert "第一条" in page
    assert f"{timezone.localdate():%Y-%m-%d}" in page


def test_without_offers_the_page_leads_to_the_self_check(client, person):
    page = client.get("/subsidies/for-me/").content.decode()

    assert 'href="/subsidies/check/"' in page


def test_somebody_without_a_record_is_led_to_it(client):
    client.force_login(UserFactory())

    page = client.get("/subsidies/for-me/").content.decode()

    assert 'href="/me/' in page


def test_one_step_confirms_with_the_account_on_record(client, person):
    offer = offered(person)
    account_of(person=person)

    page = client.get(f"/subsidies/for-me/{offer.public_id}/").content.decode()
    answer = client.post(f"/subsidies/for-me/{offer.public_id}/", {"agree": "on"})

    claim = Claim.objects.get(offer=offer)
    assert "0123" in page
    assert "6222021234567890123" not in page
    assert answer.status_code == 302
    assert (claim.state, claim.committed) == (ClaimState.SUBMITTED, True)


def test_without_the_commitment_nothing_is_handed_in(client, person):
    offer = offered(person)
    account_of(person=person)

    answer = client.post(f"/subsidies/for-me/{offer.public_id}/", {})

    assert answer.status_code == 422
    assert not Claim.objects.exists()


def test_a_wrong_account_gets_a_sentence(client, person):
    offer = offered(person)
    wrong = {"agree": "on", "holder": "别人", "bank_name": "成都银行", "number": "6222021234567890128"}

    answer = client.post(f"/subsidies/for-me/{offer.public_id}/", wrong)

    assert answer.status_code == 422
    assert person.name in answer.content.decode()
    assert Offer.objects.get().state == OfferState.OPEN


def test_decline_and_undo(client, person):
    offer = offered(person)

    client.post(f"/subsidies/for-me/{offer.public_id}/decline/", {"reason": "不需要"})
    listed = client.get("/subsidies/for-me/").content.decode()
    declined = Offer.objects.get().state
    client.post(f"/subsidies/for-me/{offer.public_id}/undo/")

    assert declined == OfferState.DECLINED
    assert f"/subsidies/for-me/{offer.public_id}/undo/" in listed
    assert Offer.objects.get().state == OfferState.OPEN


def test_opting_out_and_in_again(client, person):
    offered(person)

    client.post("/subsidies/for-me/finding/", {"on": "0"})
    out = actions.is_looked_for(person)
    client.post("/subsidies/for-me/finding/", {"on": "1"})

    assert (out, actions.is_looked_for(person)) == (False, True)


def test_another_persons_offer_is_not_found(client, person):
    offer = offered(claimant())

    assert client.get(f"/subsidies/for-me/{offer.public_id}/").status_code == 404


def test_the_home_page_tells_of_a_waiting_offer(client, person):
    offered(person)

    assert 'href="/subsidies/for-me/"' in client.get("/").content.decode()


def test_the_number_of_queries_does_not_grow_with_offers(client, person, django_assert_max_num_queries):
    for _number in range(3):
        offered(person)
    client.get("/subsidies/for-me/")

    with django_assert_max_num_queries(40):
        client.get("/subsidies/for-me/")


@pytest.fixture
def employer(client):
    employer = OrganisationFactory()
    employer.member = MemberFactory(organisation=employer)
    account_of(organisation=employer)
    act_for(client, employer.member)
    return employer


def test_an_employer_confirms_the_rows_ticked(client, employer):
    offers = offered_roster(employer, 3)
    listed = client.get("/subsidies/for-me/").content.decode()
    path = f"/subsidies/for-us/{offers[0].public_id}/"

    page = client.get(path).content.decode()
    client.post(path, {"which": "ticked", "ids": [offers[1].public_id], "agree": "on"})

    claim = Claim.objects.get()
    assert "3,000" in listed
    assert page.count('name="ids"') == 3
    assert (claim.amount_fen, claim.entries.get().subject_id) == (100_000, offers[1].subject_id)


def test_an_employer_declines_rows_and_ticks_none(client, employer):
    offers = offered_roster(employer, 2)
    path = f"/subsidies/for-us/{offers[0].public_id}/"

    nothing = client.post(path, {"which": "ticked", "agree": "on"})
    client.post(f"{path}decline/", {"which": "ticked", "ids": [offers[0].public_id]})

    assert nothing.status_code == 422
    assert [Offer.objects.get(pk=row.pk).state for row in offers] == [OfferState.DECLINED, OfferState.OPEN]


def test_an_employer_does_not_learn_to_which_group_somebody_belongs(client, employer):
    sensitive = condition("person.hardship", "eq", False)
    wording = {"all": [condition("employment.kind", "eq", "employed"), sensitive]}
    [offer] = offered_roster(employer, 1, hiring_version(conditions=wording))

    page = client.get(f"/subsidies/for-us/{offer.public_id}/").content.decode()

    assert "具体内容仅本人可见" in page


def test_one_form_opens_several_claims(client, person):
    versions = [policy_version(), policy_version(without_application=False)]
    page = client.get("/subsidies/bundle/?event=job")
    keys = [candidate.key for candidate in page.context["candidates"]]

    form = client.get("/subsidies/bundle/fill/", {"claim": keys})
    answer = client.post(
        "/subsidies/bundle/fill/",
        {
            "claim": keys,
            "agree": "on",
            "holder": person.name,
            "bank_name": "成都银行",
            "number": "6222021234567890128",
            "paper_contract": picture("contract.png"),
        },
    )

    bundle = Bundle.objects.get()
    claims = list(bundle.claims.order_by("pk"))
    assert page.context["ticked"] == keys
    assert form.content.decode().count('name="paper_contract"') == 1
    assert all(claim.number in client.get(answer.url).content.decode() for claim in claims)
    assert {claim.version for claim in claims} == set(versions)
    assert all(claim.state == ClaimState.SUBMITTED and claim.number for claim in claims)
    assert all(claim.evidence.filter(code="contract").exists() for claim in claims)
    assert len({claim.account_id for claim in claims}) == 1


def test_one_refusal_refuses_the_whole_form(client, person):
    policy_version(), policy_version()
    keys = [row.key for row in client.get("/subsidies/bundle/").context["candidates"]]
    posted = {
        "claim": keys,
        "agree": "on",
        "holder": "别人",
        "bank_name": "成都银行",
        "number": "6222021234567890128",
    }

    answer = client.post("/subsidies/bundle/fill/", posted)

    assert answer.status_code == 422
    assert not Claim.objects.exists()
    assert not Bundle.objects.exists()


def test_what_excludes_each_other_is_not_claimed_together(client, person):
    first, second = policy_version(), policy_version()
    lay_down_guard(code="not-together", scope="person", items=[first.policy.item, second.policy.item])
    keys = [row.key for row in client.get("/subsidies/bundle/").context["candidates"]]

    answer = client.get("/subsidies/bundle/fill/", {"claim": keys})

    assert answer.status_code == 422
    assert first.policy.item.name in answer.context["problem"]


def test_a_clerk_fills_the_form_in_for_the_person_at_the_counter(client):
    person = claimant()
    clerk = UserFactory(street_clerk=True, region=person.residence_region)
    sitting = AssistedSession.objects.create(
        person=person,
        clerk=clerk,
        agency=clerk.posts.get().agency,
        purpose="申领补贴",
        consent_method="code",
        started_at=timezone.now(),
        expires_at=timezone.now() + timezone.timedelta(minutes=30),
    )
    client.force_login(clerk)
    session = client.session
    session[SESSION_KEY] = sitting.public_id
    session.save()
    account_of(person=person)
    policy_version()
    keys = [row.key for row in client.get("/subsidies/bundle/").context["candidates"]]

    client.post("/subsidies/bundle/fill/", {"claim": keys, "agree": "on"})

    claim = Claim.objects.get()
    assert (claim.person, claim.maker, claim.channel) == (person, clerk, Channel.COUNTER)


def test_an_offer_ends_when_the_form_claims_it(client, person):
    offer = offered(person)
    account_of(person=person)
    keys = [row.key for row in client.get("/subsidies/bundle/").context["candidates"]]

    client.post("/subsidies/bundle/fill/", {"claim": keys, "agree": "on"})

    offer.refresh_from_db()
    assert (offer.state, offer.lapse_reason) == (OfferState.LAPSED, "claimed")


def officer(role: str, region) -> Client:
    client = Client()
    client.force_login(UserFactory(region=region, **{role: True}))
    return client


def test_policy_staff_start_a_search_and_see_four_numbers(monkeypatch, django_capture_on_commit_callbacks):
    person = claimant()
    version = policy_version()
    client = officer("policy_officer", version.policy.region)
    monkeypatch.setattr(
        tasks.match_version, "apply_async", lambda kwargs, retry: tasks.match_version(**kwargs)
    )

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"/staff/matching/{version.public_id}/start/")

    page = client.get(f"/staff/matching/{version.public_id}/")
    run = MatchRun.objects.get()
    assert answer.status_code == 302
    assert (run.qualifying, run.offered, run.skipped, run.lapsed) == (1, 1, 0, 0)
    assert run.started_by is not None
    assert [row["name"] for row in page.context["regions"]] == [person.residence_region.parent.name]
    assert client.get("/staff/matching/").context["totals"][OfferState.OPEN] == 1


def test_other_staff_read_but_do_not_start():
    version = policy_version()
    client = officer("city_officer", version.policy.region)

    assert client.get(f"/staff/matching/{version.public_id}/").status_code == 200
    assert client.post(f"/staff/matching/{version.public_id}/start/").status_code == 403


def test_the_night_goes_through_every_policy_and_tells(monkeypatch):
    person = claimant()
    policy_version(), policy_version(without_application=False), policy_version()

    told = [tasks.match_policies(), tasks.match_policies()]

    assert told == [1, 0]
    assert person.subsidy_offers.count() == 2
    assert Offer.objects.filter(notified_at__isnull=True).count() == 0


def test_people_without_a_sign_in_are_found_for_the_counter():
    person = PersonFactory(user=None, residence_region=claimant().residence_region)

    assert offered(person).person == person
    assert employee_of(OrganisationFactory()).user is None
