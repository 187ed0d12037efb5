"""The OpenAPI document, the page made from it, and the examples: everything that is shown is run."""

import os
import re
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from employment_portal.accounts.permissions import PUBLIC
from employment_portal.api.reference import EXAMPLES, operations
from employment_portal.api.schema import openapi
from employment_portal.api.urls import VERSION_1
from jobs.search.actions import index_postings
from tests.factories.accounts import UserFactory
from tests.factories.api import make_token
from tests.factories.applications import ApplicationFactory, OfferFactory, person_with_resume
from tests.factories.jobs import PostingFactory, PostingQuestionFactory
from tests.factories.organisations import MemberFactory

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "api.md"
BLOCK = re.compile(r"^```(?:sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")


def test_the_document_is_valid_and_complete():
    warnings = StringIO()

    call_command("spectacular", "--validate", "--fail-on-warn", file=os.devnull, stderr=warnings)

    described = set(openapi()["paths"])
    routed = {"/" + re.sub(r"<str:(\w+)>", r"{\1}", str(route.pattern)) for route in VERSION_1}
    assert described == routed


def test_every_operation_says_who_may_call_it_and_how_it_refuses():
    access = {str(route.pattern): route.callback.cls.access for route in VERSION_1}

    for operation in operations(openapi()):
        pattern = operation.path.lstrip("/").replace("{public_id}", "<str:public_id>")
        assert bool(operation.scope) == (access[pattern] != PUBLIC), operation.path
        assert operation.summary
        assert {"401", "429"} <= {status for status, _text in operation.statuses}


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "word"), [("zh-CN", "搜索岗位"), ("en", "Search jobs")])
def test_the_document_and_its_page_speak_the_language_asked_for(client, language, word):
    document = client.get("/api/v1/schema/", headers={"Accept-Language": language})
    page = client.get("/api/", headers={"Accept-Language": language})

    assert document["Content-Type"].startswith("application/vnd.oai.openapi+json")
    assert document.json()["paths"]["/api/v1/postings/"]["get"]["summary"] == word
    assert word in page.content.decode()


@pytest.mark.django_db
def test_chinese_readers_meet_no_english_sentence(client):
    document = client.get("/api/v1/schema/", headers={"Accept-Language": "zh-CN"}).json()

    texts = [
        text
        for operation in operations(document)
        for text in [
            operation.summary,
            operation.description,
            *(text for _status, text in operation.statuses),
            *(value.text for value in [*operation.parameters, *operation.body, *operation.answer]),
        ]
        if text
    ]
    assert [text for text in texts if re.search(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}", text)] == []


def test_the_guide_holds_the_examples_of_the_page():
    guide = DOCUMENT.read_text()

    missing = [
        example.name
        for example in EXAMPLES.iterdir()
        if example.is_file() and example.read_text() not in guide
    ]
    assert missing == []


# --- run them -------------------------------------------------------------------------------------------------


def run(text: str, live_server, **variables: str) -> subprocess.CompletedProcess:
    """A block of the guide as a reader would run it, from an empty environment."""
    environment = {"PATH": os.environ["PATH"], "PORTAL": live_server.url, "no_proxy": "*", **variables}
    program = ["bash", "-euc", text] if text.startswith("curl") else [sys.executable, "-c", text]
    return subprocess.run(program, env=environment, capture_output=True, text=True, timeout=60)


@pytest.fixture
def world():
    person = person_with_resume()
    posting = PostingFactory(employer=MemberFactory().organisation, title="养老护理员")
    PostingQuestionFactory(posting=posting, position=1)
    index_postings([posting.pk])
    _token, text = make_token(person.user)
    return {"POSTING": posting.public_id, "TOKEN": text, "ID": posting.public_id}


@needs_curl
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "number", range(len(BLOCK.findall(DOCUMENT.read_text())) if DOCUMENT.exists() else 0)
)
def test_an_example_of_the_guide_works(live_server, world, number):
    block = BLOCK.findall(DOCUMENT.read_text())[number]

    done = run(block, live_server, **world)

    assert done.returncode == 0, done.stderr
    assert '"code": "' not in done.stdout or '"status": 4' not in done.stdout, done.stdout
    assert "养老护理员" in done.stdout


@needs_curl
@pytest.mark.django_db(transaction=True)
def test_every_command_of_the_reference_works(live_server, client):
    person = person_with_resume()
    _token, token = make_token(person.user)
    statuses = {}

    for operation in operations(openapi()):
        statuses[operation.id] = run(
            f'{operation.curl} -o /dev/null -w "%{{http_code}}"',
            live_server,
            TOKEN=token,
            ID=subject_of(operation.id, person),
        ).stdout

    # The sample of applying names a job that is not there.
    assert statuses.pop("apply") == "422"
    assert set(statuses.values()) == {"200"}, statuses


def subject_of(operation: str, person) -> str:
    """Something that the operation can be done to."""
    if operation == "get_posting":
        return PostingFactory().public_id
    if "offer" in operation:
        return OfferFactory(
            application=ApplicationFactory(person=person, status="offered")
        ).application.public_id
    if "interview" in operation:
        from tests.factories.applications import InterviewFactory

        made = ApplicationFactory(person=person, status="interview")
        return InterviewFactory(application=made).application.public_id
    return ApplicationFactory(person=person).public_id


@pytest.mark.django_db
def test_the_page_needs_nothing_from_elsewhere(client):
    page = client.get("/api/").content.decode()

    assert not re.search(r'<(?:script|link|img)[^>]+(?:src|href)="https?://', page)
    assert not re.search(r"<script(?![^>]*src)[^>]*>", page)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("wide", [True, False], ids=["1440", "390"])
@pytest.mark.parametrize("address", ["/api/", "/me/account/api-tokens/"])
def test_the_pages_are_accessible(page_as, looks, wide, address):
    from tests.browser.scan import assert_accessible

    user = UserFactory()
    make_token(user)
    page = page_as(user, wide=wide, **looks)

    page.goto(address)

    assert_accessible(page)
