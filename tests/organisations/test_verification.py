from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from employment_portal.accounts.models import User
from employment_portal.core.uploads import (
    ActiveFile,
    DamagedFile,
    LockedFile,
    TooManyPages,
    WrongFileType,
    check_paper,
)
from employment_portal.notifications.models import Notification
from employment_portal.organisations import actions
from employment_portal.organisations.enums import VerificationStatus as S
from employment_portal.organisations.models import Organisation, Verification
from employment_portal.organisations.workflow import ORGANISATION
from employment_portal.regions.models import Region
from employment_portal.workflow.engine import TransitionNotAllowed
from employment_portal.workflow.models import WorkItem
from tests.factories.accounts import UserFactory
from tests.factories.organisations import MemberFactory, OrganisationFactory, act_for, organisation_code
from tests.factories.papers import pdf, picture

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _monday_morning():
    with time_machine.travel("2026-03-02T09:00:00+08:00", tick=False):
        yield


@pytest.fixture
def chenghua():
    return Region.objects.get(code="510108")


@pytest.fixture
def officer(chenghua):
    return UserFactory(district_officer=True, region=chenghua)


@pytest.fixture
def owner():
    return UserFactory()


@pytest.fixture
def submitted(owner, chenghua):
    """An organisation that has just registered."""
    return actions.register_organisation(
        by=owner,
        kind="employer",
        name="成都锦和养老服务有限公司",
        code=organisation_code(900),
        region=chenghua,
        address="建设北路三段88号",
        legal_representative="周敏",
        licence=picture(),
        authorisation=None,
    )


def decide(organisation, officer, decision, note=""):
    verification = organisation.verifications.latest("pk")
    return actions.decide_verification(
        verification_id=verification.pk, decision=decision, note=note, by=officer, today=TODAY
    )


def test_registering_makes_an_owner_and_a_task_for_the_district(submitted, owner, officer):
    item = WorkItem.objects.open().visible_to(officer).get()

    assert submitted.members.get().user == owner
    assert submitted.status == S.SUBMITTED
    assert (item.title, item.due_on) == (submitted.name, date(2026, 3, 4))


def test_an_officer_of_another_district_sees_no_task(submitted):
    elsewhere = UserFactory(district_officer=True, region=Region.objects.get(code="510104"))

    assert not WorkItem.objects.open().visible_to(elsewhere).exists()


def test_one_code_registers_once(submitted, chenghua):
    with pytest.raises(actions.AlreadyRegistered):
        actions.register_organisation(
            by=UserFactory(), kind="employer", name="另一家", code=submitted.code, region=chenghua,
            licence=picture(), authorisation=None,
        )  # fmt: skip


def test_verification_lasts_six_months_and_the_owner_is_told(submitted, officer, owner):
    decide(submitted, officer, "verify")

    submitted.refresh_from_db()
    assert (submitted.status, submitted.verified_until) == (S.VERIFIED, TODAY + timedelta(days=182))
    assert Notification.objects.get(user=owner).kind == "verification_verify"
    assert not WorkItem.objects.open().exists()


@pytest.mark.parametrize(("decision", "status"), [("send_back", S.RETURNED), ("refuse", S.REFUSED)])
def test_a_refusal_needs_a_reason_and_lets_the_owner_try_again(submitted, officer, owner, decision, status):
    with pytest.raises(actions.ReasonNeeded):
        decide(submitted, officer, decision)
    decide(submitted, officer, decision, "执照照片不清晰")

    submitted.refresh_from_db()
    assert submitted.status == status
    actions.submit_verification(
        organisation_id=submitted.pk, licence=pdf(), authorisation=None, by=owner, today=TODAY
    )
    assert submitted.verifications.filter(status=S.SUBMITTED).count() == 1


def test_a_decision_is_made_once(submitted, officer):
    decide(submitted, officer, "verify")

    with pytest.raises(actions.AlreadyDecided):
        decide(submitted, officer, "refuse", "另一种意见")


def test_nobody_verifies_an_organisation_they_act_for(submitted, officer):
    MemberFactory(organisation=submitted, user=officer)

    with pytest.raises(actions.ConflictOfInterest):
        decide(submitted, officer, "verify")


@pytest.mark.parametrize("role", ["street_clerk", "finance_officer", "system_admin", "counsellor"])
def test_other_roles_cannot_verify(submitted, chenghua, role):
    somebody = UserFactory(**{role: True}, region=chenghua)

    with pytest.raises(actions.ConflictOfInterest):
        decide(submitted, somebody, "verify")


def test_the_database_refuses_that_whoever_submits_decides(submitted, owner):
    verification = submitted.verifications.get()

    with pytest.raises(IntegrityError, match="verification_two_people"), transaction.atomic():
        Verification.objects.filter(pk=verification.pk).update(
            status="verified", decided_by=owner, decided_at=verification.submitted_at
        )


def test_a_renewal_without_changes_keeps_the_organisation_verified(submitted, officer, owner):
    decide(submitted, officer, "verify")

    actions.submit_verification(
        organisation_id=submitted.pk, licence=picture(), authorisation=None, by=owner, today=TODAY
    )
    submitted.refresh_from_db()
    before = submitted.status
    decide(submitted, officer, "send_back", "请补充授权委托书")
    submitted.refresh_from_db()

    assert before == S.VERIFIED
    assert submitted.status == S.VERIFIED
    assert submitted.verifications.latest("pk").status == S.RETURNED


@pytest.fixture
def renewing(submitted, officer, owner):
    """A verified organisation whose renewal waits for a decision."""
    decide(submitted, officer, "verify")
    hand_in(submitted, owner)
    submitted.refresh_from_db()
    return submitted


def hand_in(organisation, owner):
    return actions.submit_verification(
        organisation_id=organisation.pk, licence=picture(), authorisation=None, by=owner, today=TODAY
    )


@pytest.mark.parametrize(
    ("decision", "outcome"), [("verify", S.VERIFIED), ("send_back", S.RETURNED), ("refuse", S.REFUSED)]
)
@pytest.mark.parametrize("status", [S.VERIFIED, S.EXPIRED, S.UNVERIFIED, S.SUBMITTED])
def test_a_renewal_is_decided_in_whatever_state_it_finds_the_organisation(
    renewing, officer, status, decision, outcome
):
    if status == S.EXPIRED:
        actions.expire_verifications(today=renewing.verified_until + timedelta(days=1))
    Organisation.objects.filter(pk=renewing.pk).update(status=status)

    decide(renewing, officer, decision, "请补充授权委托书")

    renewing.refresh_from_db()
    keeps = status == S.VERIFIED and decision == "send_back"
    assert renewing.status == (S.VERIFIED if keeps else outcome)
    assert renewing.verifications.latest("pk").status == outcome
    assert not WorkItem.objects.open().exists()


@pytest.mark.parametrize("status", [status for status in S if status != S.SUSPENDED])
def test_a_second_submission_is_refused_while_one_waits(renewing, owner, status):
    Organisation.objects.filter(pk=renewing.pk).update(status=status)

    with pytest.raises(actions.AlreadySubmitted):
        hand_in(renewing, owner)


def test_a_suspension_sends_a_waiting_renewal_back(renewing, officer, owner):
    actions.suspend_organisation(organisation_id=renewing.pk, reason="收取求职者费用", by=officer)
    waiting = renewing.verifications.latest("pk")
    assert (waiting.status, waiting.note) == (S.RETURNED, "收取求职者费用")
    assert not WorkItem.objects.open().exists()
    actions.resume_organisation(organisation_id=renewing.pk, by=officer)

    hand_in(renewing, owner)
    decide(renewing, officer, "verify")

    renewing.refresh_from_db()
    assert renewing.status == S.VERIFIED


@pytest.mark.parametrize("status", [S.VERIFIED, S.EXPIRED, S.UNVERIFIED])
def test_the_profile_offers_no_second_submission(client, renewing, owner, status):
    Organisation.objects.filter(pk=renewing.pk).update(status=status)
    act_for(client, renewing.members.get())

    page = client.get(reverse("organisations:profile"))
    answer = client.post(
        reverse("organisations:verify"),
        {"name": renewing.name, "code": renewing.code, "legal_representative": "周敏", "licence": picture()},
    )

    assert f'"{reverse("organisations:verify")}"' not in page.content.decode().partition("<main")[2]
    assert answer.status_code == 422


def test_a_new_name_must_be_verified_before_the_next_posting(submitted, officer, owner):
    decide(submitted, officer, "verify")

    actions.renew_verification(
        organisation_id=submitted.pk, name="成都锦和康养有限公司", code=submitted.code,
        legal_representative="周敏", licence=picture(), authorisation=None, by=owner, today=TODAY,
    )  # fmt: skip

    submitted.refresh_from_db()
    assert (submitted.status, submitted.is_verified) == (S.SUBMITTED, False)


def test_verification_runs_out_the_day_after_its_last_and_reminds_once(submitted, officer, owner):
    decide(submitted, officer, "verify")
    submitted.refresh_from_db()
    last = submitted.verified_until

    actions.remind_of_expiry(today=last - timedelta(days=14))
    actions.remind_of_expiry(today=last - timedelta(days=13))
    on_the_day = actions.expire_verifications(today=last)
    after = actions.expire_verifications(today=last + timedelta(days=1))
    again = actions.expire_verifications(today=last + timedelta(days=1))

    submitted.refresh_from_db()
    assert (on_the_day, after, again) == (0, 1, 0)
    assert submitted.status == S.EXPIRED
    assert Notification.objects.filter(user=owner, kind="verification_expiring").count() == 1


def test_a_branch_without_a_code_stands_and_falls_with_its_head_office(submitted, officer, owner, chenghua):
    branch = actions.open_branch(
        parent_id=submitted.pk, by=owner, name="成都锦和二仙桥店", code=None, region=chenghua, address="",
        contact_name="", contact_phone="",
    )  # fmt: skip
    before = branch.is_verified

    decide(submitted, officer, "verify")

    assert (before, Organisation.objects.get(pk=branch.pk).is_verified) == (False, True)


def test_nobody_acts_for_a_closed_branch(client, submitted, owner, chenghua):
    branch = actions.open_branch(
        parent_id=submitted.pk, by=owner, name="成都锦和二仙桥店", code=None, region=chenghua, address="",
        contact_name="", contact_phone="",
    )  # fmt: skip
    act_for(client, branch.members.get())
    User.objects.filter(pk=owner.pk).update(acting_for=branch.public_id)
    assert client.get(reverse("organisations:profile")).status_code == 200

    actions.close_branch(branch_id=branch.pk, by=owner)

    assert client.get(reverse("organisations:profile")).status_code == 403
    assert User.objects.get(pk=owner.pk).acting_for == ""


def test_suspension_needs_a_reason_and_ends_with_a_new_licence(submitted, officer, owner):
    decide(submitted, officer, "verify")

    with pytest.raises(actions.ReasonNeeded):
        actions.suspend_organisation(organisation_id=submitted.pk, reason=" ", by=officer)
    actions.suspend_organisation(organisation_id=submitted.pk, reason="收取求职者费用", by=officer)
    with pytest.raises(TransitionNotAllowed):
        actions.submit_verification(
            organisation_id=submitted.pk, licence=picture(), authorisation=None, by=owner, today=TODAY
        )
    actions.resume_organisation(organisation_id=submitted.pk, by=officer)

    submitted.refresh_from_db()
    assert submitted.status == S.UNVERIFIED


@pytest.mark.parametrize("name", list(ORGANISATION.moves))
@pytest.mark.parametrize("status", list(S))
def test_every_move_is_possible_from_its_sources_only(name, status):
    organisation = OrganisationFactory.build(status=status)

    assert ORGANISATION.can(organisation, name) == (status in ORGANISATION.moves[name].sources)


@pytest.mark.parametrize(
    ("file", "error"),
    [
        (pdf(password="secret"), LockedFile),
        (pdf(script="app.alert(1)"), ActiveFile),
        (pdf(pages=41), TooManyPages),
    ],
)
def test_a_paper_that_is_locked_active_or_long_is_refused_with_a_sentence(file, error):
    with pytest.raises(error):
        check_paper(file, name=file.name, size=file.size)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"MZ" + bytes(400), WrongFileType),
        (b"<html><script>alert(1)</script>", WrongFileType),
        (b"%PDF-1.7\nnot really", DamagedFile),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), DamagedFile),
        (b"", WrongFileType),
    ],
)
def test_the_content_decides_not_the_name(content, error, tmp_path):
    file = picture()
    file.file.seek(0)
    file.file.truncate()
    file.write(content)

    with pytest.raises(error):
        check_paper(file, name="licence.png", size=len(content))
