"""Having the use of one's data restricted: asked for, answered, what it ends, what goes on by law, and its lifting."""

from datetime import date
from itertools import product

import pytest
from django.urls import reverse
from django.utils import timezone

from employment_portal.accounts.enums import StaffRole
from employment_portal.audit.models import AuditEntry
from employment_portal.notifications.models import Notification
from employment_portal.people.consent import requests
from employment_portal.people.consent.rules import may_be_asked, restricted_after, state_of_answer
from employment_portal.people.enums import DataRequestKind as Kind
from employment_portal.people.models import DataRequest, Resume
from employment_portal.people.records import corrections
from employment_portal.people.records.actions import RecordClosed, edit_person
from employment_portal.workflow.models import WorkItem
from jobs.invitations.actions import accept_invitation
from jobs.seeking.actions import due_searches, send_search
from subsidies.claims import actions as claims
from subsidies.claims.actions.starting import DataRestricted
from subsidies.claims.enums import ClaimState
from subsidies.matching import actions as matching
from subsidies.matching.models import LapseReason, OfferState
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.invitations import InvitationFactory, shown_resume
from tests.factories.jobs import PostingFactory
from tests.factories.organisations import MemberFactory
from tests.factories.papers import pdf
from tests.factories.people import PersonFactory, SpellFactory
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_claims import Officers, approved, claimant, made_by, policy_version, submitted
from tests.factories.subsidies_matching import offered
from tests.jobs.test_seeking_alerts import keep

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
State = DataRequest.State
ASKED = [Kind.CORRECT, Kind.RESTRICT, Kind.LIFT, Kind.DELETE]
YES_NO = (False, True)
MAY_ANSWER = {StaffRole.DISTRICT_OFFICER, StaffRole.CITY_OFFICER}


def officer(role=StaffRole.DISTRICT_OFFICER, code="510108"):
    return UserFactory(**{role.value: True}, region=RegionFactory(code=code), starts_on=date(2026, 1, 1))


def somebody(*, restricted=False, kept=False):
    person = PersonFactory(with_number=True, restricted_at=timezone.now() if restricted else None)
    if kept:
        SpellFactory(person=person)
    return person


def ask(person, kind, text=""):
    evidence = pdf() if kind == Kind.CORRECT else None
    text = "姓名写错" if kind == Kind.CORRECT else text
    return requests.request_data(
        person_id=person.pk, kind=kind, text=text, evidence=evidence, by=person.user, today=TODAY
    )


def answer(request, by, grant=True):
    return requests.answer_request(request_id=request.pk, grant=grant, answer="已办理", by=by)


def restrict(person):
    """Asked for and granted."""
    answer(ask(person, Kind.RESTRICT), officer())
    person.refresh_from_db()


# --- the rules --------------------------------------------------------------------------------------------


def test_a_restriction_is_asked_for_once_and_lifted_only_while_it_stands():
    refused = {
        (kind, restricted)
        for kind in Kind
        for restricted in YES_NO
        if not may_be_asked(kind, restricted=restricted)
    }

    assert refused == {(Kind.RESTRICT, True), (Kind.LIFT, False)}


def test_what_an_answer_leads_to():
    for kind, restricted, kept, grant in product(ASKED, YES_NO, YES_NO, YES_NO):
        state = state_of_answer(kind, grant=grant, must_be_kept=kept)
        after = restricted_after(kind, state, restricted=restricted)

        partly = grant and kept and kind == Kind.DELETE
        lifted = grant and kind == Kind.LIFT
        assert state == (State.PARTLY if partly else State.DONE if grant else State.REFUSED)
        assert after == (not lifted and (restricted or partly or (grant and kind == Kind.RESTRICT)))


# --- asking and answering ---------------------------------------------------------------------------------


@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize("kind", ASKED)
def test_each_kind_is_asked_for_with_or_without_a_restriction(kind, restricted):
    person = somebody(restricted=restricted)

    if may_be_asked(kind, restricted=restricted):
        asked = ask(person, kind)
        assert (asked.state, asked.due_on) == (State.OPEN, date(2026, 12, 11))
        assert WorkItem.objects.get(kind=requests.WORK_KIND).role == StaffRole.DISTRICT_OFFICER
        with pytest.raises(requests.AlreadyOpen):
            ask(person, kind)
    else:
        with pytest.raises(requests.AlreadyRestricted if restricted else requests.NotRestricted):
            ask(person, kind)


@pytest.mark.parametrize("kind", ASKED)
def test_each_kind_is_answered_by_district_and_city_officers_of_the_region_only(kind):
    asked = ask(somebody(restricted=kind == Kind.LIFT, kept=True), kind)
    themselves = officer()
    own = ask(PersonFactory(user=themselves, restricted_at=asked.person.restricted_at), kind)

    for role in set(StaffRole) - MAY_ANSWER:
        with pytest.raises(requests.NotYourRequest):
            answer(asked, officer(role))
    for request, by in ((asked, officer(code="500103")), (own, themselves)):
        with pytest.raises(requests.NotYourRequest):
            answer(request, by)
    for request, role in zip((asked, own), MAY_ANSWER, strict=True):
        assert answer(request, officer(role)).state != State.OPEN


@pytest.mark.parametrize("kind", ASKED)
def test_an_answer_restricts_lifts_deletes_or_leaves_alone(kind):
    by = officer()
    for restricted, kept, grant in product(YES_NO, YES_NO, YES_NO):
        if not may_be_asked(kind, restricted=restricted):
            continue
        person = somebody(restricted=restricted, kept=kept)
        since = person.restricted_at
        asked = ask(person, kind)

        answered = answer(asked, by, grant=grant)

        person.refresh_from_db()
        wanted = restricted_after(kind, answered.state, restricted=restricted)
        assert (person.anonymised_at is not None) == (kind == Kind.DELETE and grant and not kept)
        assert (person.restricted_at is not None) == wanted
        if restricted and wanted:
            assert person.restricted_at == since
        assert not WorkItem.objects.filter(kind=requests.WORK_KIND, closed_at=None).exists()
        with pytest.raises(requests.AlreadyAnswered):
            answer(asked, by)


def test_a_deletion_leaves_no_other_request_waiting():
    person = somebody()
    restriction, deletion = ask(person, Kind.RESTRICT), ask(person, Kind.DELETE)

    answer(deletion, officer())

    restriction.refresh_from_db()
    assert restriction.state == State.DONE
    assert not WorkItem.objects.filter(kind=requests.WORK_KIND, closed_at=None).exists()


def test_lifting_at_the_counter_answers_the_open_request():
    person = somebody(restricted=True)
    asked = ask(person, Kind.LIFT, "要找工作")

    requests.lift_restriction(person_id=person.pk, reason="本人到窗口", by=officer(StaffRole.CITY_OFFICER))

    asked.refresh_from_db()
    person.refresh_from_db()
    assert (asked.state, asked.answer, person.restricted_at) == (State.DONE, "本人到窗口", None)
    assert AuditEntry.objects.filter(action="people.lift_restriction").count() == 1


# --- what it means ----------------------------------------------------------------------------------------


def test_the_person_reads_what_it_means_keeps_every_right_and_asks_to_lift_it(client):
    person = somebody()
    sign_in(client, person.user)
    client.post(reverse("people:restriction_new"), {"text": ""})
    answer(person.data_requests.get(), officer())
    told = Notification.objects.get(user=person.user, kind="data_request_answered")

    page = client.get(reverse("people:record"), follow=True)
    rights = [
        client.get(reverse(f"people:{name}")).status_code
        for name in ("data_requests", "correction_new", "deletion_new", "lift_new")
    ]
    exported = client.post(reverse("people:data_export"), follow=True)
    asked = client.post(reverse("people:lift_new"), {"text": ""}, follow=True)
    consent = client.post(reverse("people:data_consent", args=["real_name"]), {"give": "1"})

    assert page.redirect_chain[-1][0] == reverse("people:restricted")
    assert reverse("people:lift_new") in page.content.decode()
    assert reverse("subsidies:my_claims") in page.content.decode()
    assert "已办理" in told.body
    assert rights == [200] * 4
    assert exported.status_code == asked.status_code == 200
    assert person.data_requests.filter(kind=Kind.LIFT, state="open").exists()
    assert client.get(reverse("people:restriction_new")).url == reverse("people:data_requests")
    assert reverse("people:lift_new") not in client.get(reverse("people:restricted")).content.decode()
    assert consent.url == reverse("people:restricted")
    assert not person.consents.exists()


def test_staff_answer_it_on_its_page(client):
    person = somebody()
    asked = ask(person, Kind.RESTRICT, "换工作前不想被打扰")
    sign_in(client, officer())
    address = reverse("people:staff_data_request", args=[asked.public_id])

    page = client.get(address).content.decode()
    client.post(
        reverse("people:staff_data_answer", args=[asked.public_id]), {"decision": "grant", "answer": "已限制"}
    )

    person.refresh_from_db()
    assert "换工作前不想被打扰" in page
    assert person.restricted_at is not None
    assert (
        reverse("people:staff_unrestrict", args=[person.public_id])
        in client.get(reverse("people:staff_person", args=[person.public_id])).content.decode()
    )


def test_nothing_is_entered_but_a_wrong_name_is_corrected():
    person = somebody(restricted=True)
    asks, approves = officer(StaffRole.STREET_CLERK), officer()

    with pytest.raises(RecordClosed):
        edit_person(person_id=person.pk, phone="13800000009", by=asks)
    request = corrections.request_correction(
        person_id=person.pk,
        name="陈方",
        number=None,
        document="resident",
        reason="写错",
        by=asks,
        today=TODAY,
    )
    corrections.decide_correction(request_id=request.pk, approve=True, note="", by=approves)

    person.refresh_from_db()
    assert person.name == "陈方"


def test_the_alerts_of_kept_searches_pause():
    person = somebody(restricted=True)
    paused, other = keep(by=person.user), keep(by=UserFactory())
    today = timezone.localdate()

    assert due_searches(today=today) == [other.pk]
    assert send_search(search_id=paused.pk, now=timezone.now(), today=today) == 0


def test_an_employer_sees_nothing_of_whom_it_invited_and_the_invitation_stands_still(client):
    member = MemberFactory()
    invitation = InvitationFactory(
        posting=PostingFactory(employer=member.organisation),
        made_by=member.user,
        person=shown_resume().person,
    )
    Resume.objects.filter(person=invitation.person).update(headline="护士长")
    restrict(invitation.person)
    sign_in(client, member.user)

    page = client.get(reverse("jobs:invitations_made")).content.decode()

    assert "护士长" not in page
    with pytest.raises(RecordClosed):
        accept_invitation(invitation_id=invitation.pk, by=invitation.person.user, today=timezone.localdate())


def test_offers_end_at_once_and_nothing_new_is_claimed(client):
    offer = offered(claimant())
    draft = made_by(claimant(), policy_version())
    restrict(offer.person)
    restrict(draft.person)

    offer.refresh_from_db()
    assert (offer.state, offer.lapse_reason) == (OfferState.LAPSED, LapseReason.NOT_ASKED)
    with pytest.raises(DataRestricted):
        claims.submit_claim(claim_id=draft.pk, by=draft.person.user, now=timezone.now())
    with pytest.raises(DataRestricted):
        claims.start_claim(
            version_id=offer.version_id, person_id=offer.person_id, by=offer.person.user, now=timezone.now()
        )
    with pytest.raises(DataRestricted):
        matching.decline_offer(offer_id=offer.pk, reason="", by=offer.person.user, now=timezone.now())
    sign_in(client, offer.person.user)
    assert client.get(reverse("subsidies:for_me")).url == reverse("people:restricted")
    assert client.get(reverse("subsidies:together")).url == reverse("people:restricted")


def test_a_claim_handed_in_before_is_decided_and_granted():
    claim = submitted()
    amount = claim.amount_fen
    restrict(claim.person)

    granted = approved(claim, officers=Officers())

    assert (granted.state, granted.amount_fen) == (ClaimState.APPROVED, amount)
    assert granted.entitlements.count() == 1
