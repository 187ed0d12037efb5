"""Real transactions in real threads: nobody gets a place that is not there."""

import pytest
from django.utils import timezone

from employment_portal.people.models import StatusSpell
from jobs.applications import actions
from jobs.applications.models import Application
from jobs.postings.models import Posting
from tests.factories.applications import ApplicationFactory, OfferFactory
from tests.factories.jobs import PostingFactory
from tests.factories.organisations import MemberFactory
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def accepting(application):
    return lambda: actions.accept_offer(
        application_id=application.pk, by=application.person.user, today=timezone.localdate()
    )


@pytest.mark.parametrize("places", [1, 2])
def test_as_many_are_hired_as_there_are_places(places):
    member = MemberFactory()
    posting = PostingFactory(employer=member.organisation, headcount=places)
    applications = [
        OfferFactory(application=ApplicationFactory(posting=posting, status="offered")).application
        for _ in range(4)
    ]

    results = at_once(*[accepting(application) for application in applications])

    assert sum(isinstance(result, actions.NoPlaceLeft) for result in results) == 4 - places
    assert Application.objects.filter(status="hired").count() == places
    assert Posting.objects.get(pk=posting.pk).filled == places
    assert StatusSpell.objects.count() == places


def test_a_double_click_takes_one_place():
    member = MemberFactory()
    posting = PostingFactory(employer=member.organisation, headcount=5)
    application = OfferFactory(application=ApplicationFactory(posting=posting, status="offered")).application

    results = at_once(accepting(application), accepting(application), accepting(application))

    assert [result.status for result in results] == ["hired"] * 3
    assert Posting.objects.get(pk=posting.pk).filled == 1
    assert StatusSpell.objects.count() == 1


def test_withdrawing_and_accepting_at_once_ends_in_one_of_the_two():
    member = MemberFactory()
    posting = PostingFactory(employer=member.organisation, headcount=1)
    application = OfferFactory(application=ApplicationFactory(posting=posting, status="offered")).application

    at_once(
        accepting(application),
        lambda: actions.withdraw_offer(application_id=application.pk, reason="预算", by=member.user),
    )

    application.refresh_from_db()
    filled = Posting.objects.get(pk=posting.pk).filled
    assert (application.status, filled) in {("hired", 1), ("shortlisted", 0)}
    assert StatusSpell.objects.count() == filled
