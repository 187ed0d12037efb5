import gzip
import re

import pytest
from django.core.cache import cache

pytestmark = pytest.mark.django_db
TEXTS = ["help", "safety", "privacy", "terms", "accessibility", "about"]
BUDGET = 120 * 1024  # gzipped, everything a first visit loads


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize(("language", "script"), [("zh-hans", r"[一-鿿]"), ("en", r"[a-z]{4}")])
def test_a_page_of_text_is_written_in_both_languages(client, name, language, script):
    client.cookies["django_language"] = language

    page = client.get(f"/{name}/").content.decode()

    article = re.search(r"<article.*?</article>", page, re.DOTALL)[0]
    assert len(re.findall(script, article)) > 60


def test_english_pages_hold_no_chinese_but_examples(client):
    client.cookies["django_language"] = "en"

    for name in TEXTS:
        article = re.search(r"<article.*?</article>", client.get(f"/{name}/").content.decode(), re.DOTALL)[0]
        assert len(re.findall(r"[一-鿿]", article)) < 20, name


def test_the_icon_is_found_where_browsers_look(client):
    assert client.get("/favicon.ico").url.endswith(".svg")


def test_the_offline_page_and_the_manifest_are_there(client):
    assert client.get("/offline/").status_code == 200
    assert client.get("/manifest.webmanifest").json()["start_url"] == "/"


def test_the_service_worker_keeps_static_files_and_the_offline_page_only(client):
    worker = client.get("/service-worker.js").content.decode()

    kept = re.search(r"SHELL = \[(.*?)\]", worker, re.DOTALL)[1]

    assert all(part.strip() == "OFFLINE" or "/static/" in part for part in kept.split(","))


@pytest.mark.parametrize("path", ["/", "/help/"])
def test_a_first_visit_stays_within_the_budget(client, path):
    from django.contrib.staticfiles import finders

    page = client.get(path).content
    files = set(re.findall(r'(?:src|href)="/static/([^"#]+)', page.decode()))
    modules = {
        "js/" + name
        for name in re.findall(r'import "\./([\w-]+\.js)"', _read(finders.find("js/portal.js")).decode())
    }

    weight = len(gzip.compress(page)) + sum(
        len(gzip.compress(_read(finders.find(name)))) for name in files | modules | {"icons.svg"}
    )

    assert weight < BUDGET


def _read(path):
    with open(path, "rb") as file:
        return file.read()
