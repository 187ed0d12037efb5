"""Résumés that are shown to employers, and invitations.

``shown_resume()`` is one that every verified employer may find; ``InvitationFactory(posting=…, person=…)`` is open.
"""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from employment_portal.people.models import Expectation, Resume
from employment_portal.people.resumes.sharing import choose_visibility
from jobs.invitations.models import Invitation
from tests.factories.applications import person_with_resume
from tests.factories.jobs import PostingFactory


def shown_resume(*, person=None, occupations=(), regions=(), pay_min_fen=None, **values) -> Resume:
    person = person or person_with_resume(**values)
    choose_visibility(person_id=person.pk, visibility="employers", through="online", by=person.user)
    resume = Resume.objects.get(person=person)
    if occupations or regions or pay_min_fen:
        expectation = Expectation.objects.create(resume=resume, pay_min_fen=pay_min_fen)
        expectation.occupations.set(occupations)
        expectation.regions.set(regions)
    return resume


class InvitationFactory(DjangoModelFactory):
    class Meta:
        model = Invitation

    posting = factory.SubFactory(PostingFactory)
    person = factory.LazyFunction(lambda: shown_resume().person)
    message = "您的护理经验很合适，欢迎来面谈。"
    made_by = factory.SelfAttribute("posting.created_by")
    made_at = factory.LazyFunction(timezone.now)
