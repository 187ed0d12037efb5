import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError

from employment_portal.classifications.models import Industry, Occupation
from employment_portal.classifications.reference import load_classifications
from employment_portal.regions.models import Region
from employment_portal.regions.reference import load_regions
from jobs.search import actions, tasks
from jobs.search.filters import SearchFilters
from jobs.search.models import PostingSearch
from jobs.search.queries import search_postings
from tests.factories.jobs import PostingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue_is_down(monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(actions.current_app, "send_task", refuse)


@pytest.fixture
def sent(monkeypatch):
    messages = []
    monkeypatch.setattr(
        actions.current_app, "send_task", lambda name, kwargs, **_: messages.append((name, kwargs))
    )
    return messages


def found(words="", **filters):
    page = search_postings(SearchFilters(q=words, **filters), now=timezone.now())
    return [posting.pk for posting in page.postings]


def test_a_renamed_occupation_is_found_by_its_new_name(sent, django_capture_on_commit_callbacks):
    posting = PostingFactory(title="护工")
    Occupation.objects.filter(pk=posting.occupation_id).update(name="旧称甲乙丙")
    actions.index_postings([posting.pk])
    with django_capture_on_commit_callbacks(execute=True):
        load_classifications()

    (name, changed), *others = [message for message in sent if "occupations" in message[1]]
    tasks.reindex_changed(**changed)

    posting.occupation.refresh_from_db()
    assert name == "jobs.reindex_changed"
    assert not others
    assert found(posting.occupation.name) == [posting.pk]
    assert found("旧称甲乙丙") == []


def test_a_region_that_moved_is_found_where_it_is_now(queue_is_down, django_capture_on_commit_callbacks):
    posting = PostingFactory()
    path = posting.region.path
    Region.objects.filter(pk=posting.region_id).update(path="50/5001/500103/")
    actions.index_postings([posting.pk])

    with django_capture_on_commit_callbacks(execute=True):
        load_regions(provinces=["51"])

    assert PostingSearch.objects.get(posting=posting).region_path == path
    assert found(region="5101") == [posting.pk]
    assert found(region="5001") == []


def test_postings_of_an_employer_whose_industry_is_renamed_are_written_again_in_sets(monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 2)
    industry = Industry.objects.order_by("-level").first()
    postings = [PostingFactory(employer__industry=industry) for _ in range(5)]
    other = PostingFactory()
    Industry.objects.filter(pk=industry.pk).update(name="星际航运业")

    done = actions.index_changed(industries=[industry.pk])

    assert done == 5
    assert sorted(found("星际航运业")) == sorted(posting.pk for posting in postings)
    assert not PostingSearch.objects.filter(posting=other).exists()


def test_loading_the_tables_again_writes_no_search_row(sent, django_capture_on_commit_callbacks):
    load_classifications()
    load_regions(provinces=["51"])

    with django_capture_on_commit_callbacks(execute=True):
        load_classifications()
        load_regions(provinces=["51"])

    assert sent == []
