"""Every route × every role × inside and outside the region (organisation, person) that its object belongs to.

The routes are found by walking the URL configuration; admin and allauth guard themselves. Add a route and this
test runs it. It fails when

* the view declares nothing: put ``@route(...)`` of accounts.permissions on it (outermost);
* the route takes arguments and no object is registered: add ``"namespace:name": lambda at: {"public_id": …}`` to
  ``OBJECTS`` of ``tests/matrix/<app>.py``. ``at`` is a ``tests.matrix.places.Place``: make the object there, that is
  in ``at.region``, of ``at.organisation`` or of ``at.person``, in a state in which somebody may open it;
* someone whom the declaration keeps out gets in, or someone of another region, organisation or person reaches
  the object (they must get 404 or 403);
* nobody at all gets in, which would make the rest worthless. For a route that answers its right reader with 404
  or 403 in an ordinary state, list its name in ``NOBODY`` of the same file with the reason.

``SHARED`` of the same file lists routes whose object is for everybody admitted, wherever they are (a public job).
A GET is tried first and, where the view takes only POST, an empty POST.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

import tests.matrix
from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.permissions import Access
from employment_portal.organisations.enums import MemberRole, OrganisationKind
from employment_portal.organisations.middleware import SESSION_KEY
from tests.factories.accounts import UserFactory
from tests.factories.organisations import MemberFactory, OrganisationFactory
from tests.factories.people import PersonFactory
from tests.factories.regions import AgencyFactory, RegionFactory
from tests.matrix.places import Place

GUARD_THEMSELVES = ("allauth.", "django.contrib.admin", "drf_spectacular.")


@dataclass(frozen=True)
class Route:
    name: str
    access: Access | None
    arguments: frozenset[str] = field(default_factory=frozenset)
    where: str = ""

    def __str__(self) -> str:
        return self.name or self.where


def walk(
    resolver: URLResolver, namespace: str = "", prefix: str = "", taken: frozenset = frozenset()
) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        arguments = taken | set(pattern.pattern.regex.groupindex)
        where = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            module = getattr(pattern.urlconf_name, "__name__", "")
            if pattern.app_name == "admin" or module.startswith(GUARD_THEMSELVES):
                continue
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from walk(pattern, inner, where, arguments)
        elif isinstance(pattern, URLPattern):
            view = pattern.callback
            holder = getattr(view, "view_class", None) or getattr(view, "cls", None) or view
            if holder.__module__.startswith(GUARD_THEMSELVES):
                continue
            access = getattr(view, "access", None) or getattr(holder, "access", None)
            arguments -= set(pattern.default_args)
            yield Route(
                f"{namespace}{pattern.name}" if pattern.name else "", access, frozenset(arguments), where
            )


ROUTES = sorted(
    set(walk(get_resolver())), key=lambda route: (route.name, route.where, sorted(route.arguments))
)


def registered(kind: str) -> dict:
    found: dict = {}
    for module in pkgutil.iter_modules(tests.matrix.__path__):
        entries = getattr(importlib.import_module(f"tests.matrix.{module.name}"), kind, {})
        found.update(entries if isinstance(entries, dict) else dict.fromkeys(entries, True))
    return found


OBJECTS, SHARED, NOBODY = registered("OBJECTS"), registered("SHARED"), registered("NOBODY")


@dataclass
class Actor:
    name: str
    client: Client
    inside: bool
    roles: frozenset[str] = frozenset()
    member_of: str = ""
    signed_in: bool = True

    def admitted(self, access: Access) -> bool:
        if access.audience in {"public", "key"}:
            return True
        if access.audience == "staff":
            return bool(self.roles) and (not access.roles or bool(self.roles & access.roles))
        if access.audience == "member":
            return bool(self.member_of) and (not access.roles or self.member_of in access.roles)
        return self.signed_in


@dataclass
class World:
    inner: Place
    outer: Place
    actors: list[Actor]


def make_place(code: str) -> Place:
    region = RegionFactory(code=code)
    owner = UserFactory()
    organisation = OrganisationFactory(kind=OrganisationKind.EMPLOYER, region=region)
    MemberFactory(organisation=organisation, user=owner, role=MemberRole.OWNER)
    person = PersonFactory(residence_region=region)
    return Place(region, AgencyFactory(region=region), organisation, owner, person, person.user)


def client_of(user, organisation=None) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(user)
    if organisation is not None:
        session = client.session
        session[SESSION_KEY] = organisation.public_id
        session.save()
    return client


def make_actors(place: Place, inside: bool) -> Iterator[Actor]:
    side = "inside" if inside else "outside"
    yield Actor(f"person {side}", client_of(place.user), inside)
    yield Actor(
        f"owner {side}", client_of(place.owner, place.organisation), inside, member_of=place.organisation.kind
    )
    for role in StaffRole:
        user = UserFactory(agency=place.agency, starts_on=timezone.localdate(), **{role.value: True})
        yield Actor(f"{role.value} {side}", client_of(user), inside, roles=frozenset({role.value}))


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    # Sessions live in the database alone here: what a route does to one must be gone with the rollback.
    sessions = override_settings(SESSION_ENGINE="django.contrib.sessions.backends.db")
    with sessions, django_db_blocker.unblock(), transaction.atomic():
        inner, outer = make_place("510108"), make_place("500103")
        visitor = Actor("visitor", Client(), inside=False, signed_in=False)
        actors = [visitor, *make_actors(inner, True), *make_actors(outer, False)]
        yield World(inner, outer, actors)
        transaction.set_rollback(True)


def test_there_are_routes():
    assert len(ROUTES) > 20


def test_a_mentor_comes_to_no_page_of_staff_but_the_desk():
    admitted = {
        route.name
        for route in ROUTES
        if route.access is not None
        and route.access.audience == "staff"
        and (not route.access.roles or StaffRole.MENTOR in route.access.roles)
    }

    assert admitted == {"desk:queue"}


@pytest.mark.django_db
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_route_lets_in_whom_it_declares_and_nobody_else(route: Route, world: World):
    assert route.access is not None, f"{route.where} declares no access: decorate its view with @route(...)"
    assert route.name, f"{route.where} has no name: give it one, so that pages can link to it"
    if route.arguments and route.name not in OBJECTS:
        pytest.fail(
            f"{route} takes {', '.join(sorted(route.arguments))} and no object is registered for it: "
            f'add "{route.name}" to OBJECTS in tests/matrix/'
        )

    with transaction.atomic():
        arguments = OBJECTS[route.name](world.inner.as_stored()) if route.name in OBJECTS else {}
        address = reverse(route.name, kwargs=arguments)
        statuses = {actor.name: answer(actor, address) for actor in world.actors}
        transaction.set_rollback(True)

    bound = bool(route.arguments) and route.name not in SHARED
    wrong = {
        actor.name: statuses[actor.name]
        for actor in world.actors
        if statuses[actor.name] not in permitted(route, actor, bound)
    }
    assert not wrong, f"{route} ({route.access.audience} {sorted(route.access.roles)}): {wrong}"
    let_in = [
        actor.name
        for actor in world.actors
        if actor.admitted(route.access)
        and (actor.inside or not bound or route.access.audience in {"public", "key"})
        and statuses[actor.name] in OPEN
    ]
    assert let_in or route.name in NOBODY, f"{route}: nobody gets in: {statuses}"


LOGIN = "sign-in page"
OPEN = {200, 204, 301, 302, 303, 304, 400, 409, 410, 422, 503}  # 503: a health probe without its worker
KEPT_OUT = {403, 404}


def answer(actor: Actor, address: str) -> int | str:
    """The status of a GET, or of an empty POST where the view takes no GET. Nothing that it writes stays."""
    with transaction.atomic():
        response = actor.client.get(address)
        if response.status_code == 405:
            response = actor.client.post(address)
        transaction.set_rollback(True)
    if response.status_code == 302 and response.url.startswith("/accounts/login/"):
        return LOGIN
    return response.status_code


def permitted(route: Route, actor: Actor, bound: bool) -> set[int | str]:
    access = route.access
    assert access is not None
    if not actor.signed_in and access.audience not in {"public", "key"}:
        return {LOGIN}
    if not actor.admitted(access):
        return {403}
    if access.audience == "key":
        return OPEN | KEPT_OUT | {401}
    if access.audience == "public":
        return OPEN | ({404} if bound else set())
    if bound and not actor.inside:
        return KEPT_OUT
    return OPEN | KEPT_OUT if bound else OPEN | {403, 404}
