"""Whatever is sent, nothing answers 500: the API from its own document, the public pages from made-up addresses.

``FUZZ_EXAMPLES=500 python manage.py test tests/api/test_fuzz.py`` is the long run (about half an hour).
"""

import json
import os
from contextlib import suppress
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from employment_portal.api.reference import operations
from employment_portal.api.schema import openapi
from jobs.search.actions import index_postings
from jobs.search.cursors import Cursor, write_cursor
from tests.factories.api import make_token
from tests.factories.applications import ApplicationFactory, OfferFactory
from tests.factories.jobs import PostingFactory, PostingQuestionFactory
from tests.factories.organisations import MemberFactory

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "12"))
MANY = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="FUZZ_EXAMPLES" not in os.environ,  # the suite stays the same from day to day
    database=None,
    suppress_health_check=list(HealthCheck),
)
pytestmark = pytest.mark.django_db


@pytest.fixture
def token() -> str:
    """A world with something of everything, and a token of the person in it."""
    offer = OfferFactory(application__posting__employer=MemberFactory().organisation)
    person = offer.application.person
    ApplicationFactory(person=person)
    posting = PostingFactory(employer=MemberFactory().organisation)
    PostingQuestionFactory(posting=posting, position=1)
    index_postings([posting.pk])
    return make_token(person.user)[1]


# --- the API ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def schema():
    document = json.loads(json.dumps(openapi(), default=str))
    return schemathesis.openapi.from_dict(document)


@pytest.fixture
def application():
    """The whole portal as WSGI, on the connection of the test: Django would close it after each request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation_id", [operation.id for operation in operations(openapi())])
def test_an_operation_keeps_its_word_whatever_is_sent(schema, application, token, operation_id, mode):
    operation = schema.find_operation_by_id(operation_id)
    operation.app = application

    @given(case=operation.as_strategy(generation_mode=mode))
    @MANY
    def send(case):
        case.call_and_validate(
            headers={"Authorization": f"Bearer {token}"},
            checks=[
                not_a_server_error,
                status_code_conformance,
                content_type_conformance,
                response_schema_conformance,
            ],
        )

    with suppress(Unsatisfiable):  # an operation that takes nothing cannot be asked wrongly
        send()


# --- the public pages -----------------------------------------------------------------------------------------

WORDS = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [
            "成都会计",
            "外卖 6000以上",
            "jinjiang",
            "'",
            '"',
            "\\",
            "%",
            ":*",
            "&|!()",
            "\x00",
            "５",
            "1e9",
            "-1",
        ]
    ),
)
NAMES = st.sampled_from(
    [
        "q", "region", "occupation", "employer", "pay", "pay_from", "pay_to", "education", "experience",
        "employment_type", "insurance", "welfare", "groups", "within", "literal", "sort", "cursor", "page",
        "parent",
    ]
)  # fmt: skip
VALUES = st.one_of(
    WORDS,
    st.integers(-(2**70), 2**70).map(str),
    st.sampled_from(["510108", "5101", "0-99999999", "3000-5000", "-", "date", "pay", "match", "40", "none"]),
    st.builds(
        lambda level, key: write_cursor(Cursor(level, key)),
        st.integers(-5, 2**63),
        st.one_of(
            st.tuples(st.datetimes().map(str), st.integers()),
            st.tuples(st.integers(), st.datetimes().map(str), st.integers()),
            st.tuples(st.sampled_from(["2011-W01-2T00:05:23", "20260101", "2026-01-01"]), st.integers(0, 9)),
        ),
    ),
)
QUERIES = st.lists(st.tuples(NAMES, VALUES), max_size=6)
PAGES = [
    "/jobs/",
    "/jobs/suggest/",
    "/jobs/feed.atom",
    "/regions/search",
    "/regions/children",
    "/occupations/search",
]
PAGES += ["/industries/search", "/jobs/searches/new/"]


@pytest.mark.parametrize("page", PAGES)
def test_a_public_page_answers_any_query(client, token, page):
    @given(query=QUERIES)
    @MANY
    def ask(query):
        cache.clear()
        answer = client.get(f"{page}?{urlencode(query, errors='surrogatepass')}")
        assert answer.status_code < 500

    ask()


@pytest.mark.parametrize(
    "address",
    ["/jobs/{}/", "/api/v1/postings/{}/", "/jobs/{}/apply/", "/organisations/{}/", "/applications/{}/"],
)
def test_an_address_with_any_id_is_answered(client, token, address):
    @given(public_id=st.text(min_size=1, max_size=12))
    @MANY
    def ask(public_id):
        answer = client.get(address.format(quote(public_id.encode("utf-8", "replace"), safe="")))
        assert answer.status_code < 500

    ask()
    assert client.get(address.format("%00")).status_code < 500


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"/jobs/?cursor={write_cursor(Cursor(99, ('2026-01-01T00:00:00+00:00', 1)))}", 200),
        (f"/jobs/?cursor={write_cursor(Cursor(0, ('2011-W01-2T00:05:23', 1)))}", 200),
        (f"/jobs/?cursor={write_cursor(Cursor(0, ('2026-01-01T00:00:00+20:00', 1)))}", 200),
        ("/jobs/feed.atom?q=%1F%EF%BF%BF", 200),
        ("/jobs/%00/", 400),
        ("/jobs/?q=%00", 400),
    ],
)
def test_what_was_found_once_stays_mended(client, token, address, status):
    assert client.get(address).status_code == status
