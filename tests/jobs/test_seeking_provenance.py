"""The page of a job says who looked at the advert, or at its employer, and when."""

from datetime import timedelta

import pytest
from django.utils import timezone

from employment_portal.organisations.models import Verification
from jobs.postings import actions
from jobs.postings.models import Posting, PostingRule
from jobs.seeking.provenance import LOOK, Look, Provenance, provenance_of
from tests.factories.accounts import UserFactory
from tests.factories.jobs import PostingFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.regions import RegionFactory
from tests.jobs.test_posting_actions import somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def officer():
    return UserFactory(district_officer=True, region=RegionFactory(code="510108"))


def agency_of(officer):
    return officer.posts.get().agency.name


def verify(employer, officer, days_ago=10):
    at = timezone.now() - timedelta(days=days_ago)
    officer.posts.update(starts_on=at.date() - timedelta(days=1))
    Verification.objects.create(
        organisation=employer,
        status="verified",
        licence="a.pdf",
        licence_name="a.pdf",
        licence_sha256="0" * 64,
        submitted_by=UserFactory(),
        submitted_at=at,
        decided_by=officer,
        decided_at=at,
    )
    return timezone.localdate(at)


def submitted(now, **values):
    posting = PostingFactory(draft=True, **values)
    actions.submit_posting(posting_id=posting.pk, by=somebody("member", posting), now=now)
    return posting


def fresh(posting):
    return Posting.objects.annotate(look=LOOK).get(pk=posting.pk)


def test_a_reviewed_advert_names_the_agency_and_the_day(client, officer, now):
    posting = submitted(now)
    actions.approve_posting(posting_id=posting.pk, by=officer, now=now)

    found = provenance_of(fresh(posting))
    page = client.get(posting.get_absolute_url()).content.decode()

    assert found == Provenance(reviewed=Look(agency_of(officer), timezone.localdate(now)))
    assert f"{agency_of(officer)}于{timezone.localdate(now)}审核" in page


def test_an_advert_that_nobody_reviewed_names_who_verified_its_employer(client, officer, now):
    PostingRule.objects.create(name="sample_one_in", value=10**9, valid_from="2020-01-01", source="test")
    posting = submitted(now, employer=OrganisationFactory(trusted=True))
    day = verify(posting.employer, officer)

    found = provenance_of(fresh(posting))
    page = client.get(posting.get_absolute_url()).content.decode()

    assert found == Provenance(verified=Look(agency_of(officer), day))
    assert f"用人单位发布，{agency_of(officer)}于{day}核验该单位" in page
    assert f"于{timezone.localdate(now)}审核" not in page


def test_a_sample_that_was_found_in_order_counts_as_reviewed(officer, now):
    PostingRule.objects.create(name="sample_one_in", value=1, valid_from="2020-01-01", source="test")
    posting = submitted(now, employer=OrganisationFactory(trusted=True))
    before = provenance_of(fresh(posting)).reviewed
    actions.confirm_sample(posting_id=posting.pk, by=officer, now=now)

    assert (before, provenance_of(fresh(posting)).reviewed.agency) == (None, agency_of(officer))


def test_a_change_that_an_officer_approved_is_the_latest_look(officer, now):
    posting = PostingFactory()
    *_rest, revision = actions.revise_posting(
        posting_id=posting.pk, values={"title": "夜班护理员"}, by=somebody("member", posting), now=now
    )
    before = provenance_of(fresh(posting)).reviewed
    actions.approve_revision(revision_id=revision.pk, by=officer, now=now)

    assert before is None
    assert provenance_of(fresh(posting)).reviewed == Look(agency_of(officer), timezone.localdate(now))


def test_a_branch_names_who_verified_its_head(officer):
    head = OrganisationFactory()
    branch = OrganisationFactory(unverified=True, code=None, parent=head, region=head.region)
    day = verify(head, officer)

    assert provenance_of(fresh(PostingFactory(employer=branch))).verified == Look(agency_of(officer), day)


def test_nothing_is_said_of_an_imported_advert_or_of_an_employer_without_a_verification(client):
    imported = PostingFactory(imported=True)
    lapsed = PostingFactory(employer=OrganisationFactory(status="expired"))

    assert provenance_of(fresh(imported)) == provenance_of(fresh(lapsed)) == Provenance()
    assert "审核" not in client.get(lapsed.get_absolute_url()).content.decode()
    page = client.get(imported.get_absolute_url()).content.decode()
    assert "example" in page
    assert 'class="verified"' not in page


def test_a_verified_employer_without_a_kept_decision_is_called_verified_all_the_same(client):
    posting = PostingFactory()

    assert "由已核验单位发布" in client.get(posting.get_absolute_url()).content.decode()
