import pytest
from django.utils import timezone

from employment_portal.organisations.actions import renew_verification
from jobs.search.actions import index_postings
from jobs.search.filters import SearchFilters
from jobs.search.queries import search_postings
from tests.factories.jobs import PostingFactory
from tests.factories.organisations import MemberFactory
from tests.factories.papers import picture

pytestmark = pytest.mark.django_db


def test_a_renamed_employer_is_found_by_its_new_name():
    posting = PostingFactory()
    index_postings([posting.pk])
    owner = MemberFactory(organisation=posting.employer)

    renew_verification(
        organisation_id=posting.employer.pk,
        name="成都驷马康养有限公司",
        code=posting.employer.code,
        legal_representative="周敏",
        licence=picture(),
        authorisation=None,
        by=owner.user,
        today=timezone.localdate(),
    )

    found = search_postings(SearchFilters(q="驷马康养"), now=timezone.now())
    assert [hit.pk for hit in found.postings] == [posting.pk]
