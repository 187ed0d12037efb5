"""Every page that somebody can reach by following links, for every role on a small sample city."""

import re
from collections import defaultdict, deque
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve

from employment_portal.accounts.models import User
from employment_portal.organisations.middleware import SESSION_KEY
from employment_portal.organisations.models import Member
from employment_portal.sample.load import SIZES, load_sample
from tests.factories.accounts import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(900)]

STAFF = ("street", "district", "city", "system", "security", "audit")
ROLES = {
    "visitor": "",
    "seeker": "linxia@seeker.example.org",
    "employer": "hr@rongkang.example.org",
    **{role: f"{role}@staff.example.org" for role in STAFF},
}
# How many addresses of one page are opened, without conditions and with some: objects differ little, searches more.
SEVERAL, ONE = (3, 6), (1, 2)
SENTENCE = 10  # shorter Chinese texts can be names too
FILE_COLUMNS = {"单位统一社会信用代码"}  # of the files of other authorities: the same in either language
LEAVES = ("/static/", "/admin/", "/accounts/logout", "/simulator/", "/api/")
LEFT_OVER = re.compile(r"\(translate\)|\{%|\{\{|%\(\w+\)[sd]|novalidate\W?>|\bNone\b|<django\.|object at 0x")


def in_other_words(language: str) -> dict[str, str]:
    """What a page in ``language`` must not show: whole texts of the other language, and what they are here."""
    catalogue = read_po((Path(settings.BASE_DIR) / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb"))
    pairs = [
        (message.id, message.string)
        for message in catalogue
        if isinstance(message.id, str) and " " in message.id and len(message.string) >= SENTENCE
    ]
    if language == "en":
        return {here: there for there, here in pairs if here != there and here not in FILE_COLUMNS}
    return {there: here for there, here in pairs if here != there}


class Links(HTMLParser):
    """Addresses of the links of a page, its title and the text it shows."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.title = self.language = ""
        self.text: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang") or ""
        if tag == "a" and given.get("href"):
            self.found.append(given["href"] or "")
        if tag in {"title", "script", "style", "code", "pre"}:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if "title" in self._inside:
            self.title += data
        elif not self._inside:
            self.text.append(data)


def client_of(email: str, language: str = "zh-hans") -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    if email:
        user = User.objects.get(email=email)
        sign_in(client, user)
        member = Member.objects.filter(user=user).select_related("organisation").first()
        if member:
            session = client.session
            session[SESSION_KEY] = member.organisation.public_id
            session.save()
    return client


def crawl(
    client: Client,
    start: str = "/",
    *,
    most: tuple[int, int] = SEVERAL,
    foreign: dict[str, str] | None = None,
) -> tuple[dict[str, str], list[str]]:
    """One address of each page reached (by name of its route), and what is wrong, as readable lines.

    ``foreign`` names the texts of another language, which no page may show (in_other_words).
    """
    waiting, seen = deque([(start, "")]), {start}
    tried: dict[str, int] = defaultdict(int)
    pages: dict[str, str] = {}
    wrong: list[str] = []
    while waiting:
        address, origin = waiting.popleft()
        path = urlsplit(address).path
        try:
            name = resolve(path).view_name
        except Resolver404:
            wrong.append(f"{address} leads nowhere (linked from {origin})")
            continue
        if tried[name] >= most["?" in address]:
            continue
        tried[name] += 1
        response = client.get(address)
        if response.status_code in {301, 302}:
            follow = [response["Location"]]
        elif response.status_code != 200:
            wrong.append(f"{response.status_code} {address} ({name}), linked from {origin}")
            continue
        elif not response["Content-Type"].startswith("text/html"):
            continue
        else:
            pages.setdefault(name, address)
            html = response.content.decode()
            links = Links()
            links.feed(html)
            follow = links.found
            if not links.title.strip() or links.title.strip().startswith(("|", "-", "–", "_")):
                wrong.append(f"{address} has no title: {links.title!r}")
            for left in LEFT_OVER.finditer(" ".join(links.text)):
                if left[0] == "None" and links.language == "en":
                    continue  # a word
                around = " ".join(links.text)[max(0, left.start() - 40) : left.end() + 40]
                wrong.append(f"{address} shows {' '.join(around.split())!r}")
            for shown in {text.strip() for text in links.text} & (foreign or {}).keys():
                wrong.append(f"{address} shows {shown!r} instead of {(foreign or {})[shown]!r}")
        for href in follow:
            target = urldefrag(urljoin(f"http://testserver{address}", href)).url
            parts = urlsplit(target)
            if parts.scheme not in {"http", "https"} or parts.netloc != "testserver":
                continue
            local = parts.path + (f"?{parts.query}" if parts.query else "")
            if local not in seen and not local.startswith(LEAVES):
                seen.add(local)
                waiting.append((local, address))
    return pages, wrong


@pytest.fixture
def small_city(monkeypatch):
    monkeypatch.setitem(SIZES, "demo", {"employers": 24, "postings": 120, "people": 30})
    load_sample(size="demo")


@pytest.mark.parametrize(("language", "most"), [("zh-hans", SEVERAL), ("en", ONE)], ids=["zh-hans", "en"])
def test_every_link_leads_to_a_page_for_every_role(small_city, language, most):
    """In the second language the links are the same: one address of each page shows its words."""
    foreign = in_other_words(language)

    wrong = {
        role: crawl(client_of(email, language), most=most, foreign=foreign)[1]
        for role, email in ROLES.items()
    }

    assert not any(wrong.values()), "\n".join(f"{role}: {line}" for role in wrong for line in wrong[role])
