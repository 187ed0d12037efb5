"""What became of a posting: who came how far, and who was hired."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from employment_portal.workflow.models import Transition
from jobs.postings import actions, queries
from jobs.postings.enums import ClosingResult
from tests.factories.applications import ApplicationFactory
from tests.factories.jobs import PostingFactory
from tests.factories.organisations import MemberFactory, act_for

pytestmark = pytest.mark.django_db


def reached(application, *targets):
    for target in targets:
        Transition.objects.create(
            workflow="application",
            subject_type="jobs.application",
            subject_id=application.pk,
            name="…",
            source="…",
            target=target,
            at=timezone.now(),
        )


def test_the_funnel_counts_how_far_everybody_came_whatever_became_of_them():
    posting, other = PostingFactory(view_count=40), PostingFactory()
    hired = ApplicationFactory(posting=posting, status="offered", seen_at=timezone.now())
    reached(hired, "shortlisted", "interview", "offered")
    refused = ApplicationFactory(
        posting=posting, status="rejected", reject_reason="skills", seen_at=timezone.now()
    )
    reached(refused, "shortlisted", "shortlisted", "rejected")
    ApplicationFactory(posting=posting, status="submitted")

    funnels = queries.funnels([posting, other])

    assert funnels[posting.pk] == {
        "views": 40,
        "applications": 3,
        "seen": 2,
        "shortlisted": 2,
        "interview": 1,
        "offered": 1,
        "hired": 0,
    }
    assert funnels[other.pk]["applications"] == 0


def test_closing_asks_who_was_hired_and_keeps_the_answer():
    member = MemberFactory()
    posting = PostingFactory(employer=member.organisation)
    offered = ApplicationFactory(posting=posting, status="offered")
    ApplicationFactory(posting=posting, status="submitted")
    client = Client()
    act_for(client, member)
    page = reverse("jobs:close_posting", args=[posting.public_id])

    shown = client.get(page).context["form"]
    nobody = client.post(page, {"result": "filled_here"})
    done = client.post(page, {"result": "filled_here", "hired": [offered.public_id]})

    assert [value for value, _label in shown.fields["hired"].choices] == [offered.public_id]
    assert nobody.status_code == 422
    assert done.status_code == 302
    posting.refresh_from_db()
    assert posting.closing_result == ClosingResult.FILLED_HERE
    assert Transition.objects.get(name="close").data["hired"] == [offered.public_id]


def test_an_applicant_of_another_posting_was_not_hired_here():
    member = MemberFactory()
    posting = PostingFactory(employer=member.organisation)
    elsewhere = ApplicationFactory(status="offered")

    with pytest.raises(actions.NobodyHired):
        actions.close_posting(
            posting_id=posting.pk,
            result=ClosingResult.FILLED_HERE,
            hired=[elsewhere.public_id],
            by=member.user,
            now=timezone.now(),
        )
