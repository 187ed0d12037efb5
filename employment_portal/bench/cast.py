"""Who looks at which page: the sample city among as many postings as the bench was asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from employment_portal.accounts.models import User
from employment_portal.bench.postings import TODAY, fill_postings
from employment_portal.organisations.middleware import SESSION_KEY as ACTING_FOR
from employment_portal.organisations.models import Member
from employment_portal.sample.load import load_sample
from jobs.applications.models import Application
from jobs.postings.models import Posting
from jobs.search.vocabulary import refresh_vocabulary

KEY_PREFIX = "bench"  # of the cache: the sessions of the cast, and nothing of the portal that runs beside
SEEKER = "13800000101"
EMPLOYER = "13800000301"
STREET_CLERK, DISTRICT_OFFICER, SECURITY_ADMIN, AUDIT_ADMIN, SYSTEM_ADMIN = (
    "street_clerk",
    "district_officer",
    "security_admin",
    "audit_admin",
    "system_admin",
)


@dataclass(frozen=True)
class Page:
    who: str
    name: str
    path: str

    @property
    def title(self) -> str:
        return f"{self.who}: {self.name}"


@dataclass(frozen=True)
class Cast:
    """Cookies of each member of the cast, none for a visitor, and the pages they look at."""

    cookies: dict[str, dict[str, str]]
    pages: list[Page]


def prepare(rows: int, *, say: Callable[[str], None]) -> Cast:
    """Fill the database of the bench: ``rows`` postings that are open today, then the demonstration city."""
    caches["default"].key_prefix = KEY_PREFIX
    fill_postings(rows, say=say)
    _number_on("organisations_organisation", "jobs_posting")
    _move_to_today()
    load_sample(size="demo")
    refresh_vocabulary()
    say("the sample city is there")
    cookies = {"visitor": {}, "job seeker": _signed_in(User.objects.get(phone=SEEKER))}
    cookies["employer"] = _signed_in(User.objects.get(phone=EMPLOYER))
    for role in (STREET_CLERK, DISTRICT_OFFICER, SECURITY_ADMIN, AUDIT_ADMIN, SYSTEM_ADMIN):
        holder = User.objects.filter(posts__role=role).order_by("pk").first()
        assert holder is not None
        cookies[role.replace("_", " ")] = _signed_in(holder)
    return Cast(cookies, _pages())


def _pages() -> list[Page]:
    ours = Posting.objects.live().filter(employer__members__user__phone=EMPLOYER)
    applied = Application.objects.filter(posting__in=ours, submitted_at__isnull=False).order_by("-pk")
    application = applied.select_related("posting").first()
    own = Application.objects.filter(person__user__phone=SEEKER, submitted_at__isnull=False).first()
    other = (
        Posting.objects.live()
        .exclude(employer__members__user__phone=EMPLOYER)
        .order_by("-published_at")
        .first()
    )
    assert application is not None, "the sample has applicants"
    assert own is not None, "the sample has a seeker who applied"
    assert other is not None
    job = other.get_absolute_url()
    search = reverse("jobs:search")
    seeker = {
        "home": reverse("home"),
        "every job": search,
        "jobs by words": f"{search}?q=会计",
        "jobs by words and filters": f"{search}?q=成都会计&education=30&employment_type=full_time",
        "one job": job,
        "applications": reverse("jobs:my_applications"),
        "one application": reverse("jobs:application", args=[own.public_id]),
        "saved jobs": reverse("jobs:saved"),
        "résumé": reverse("people:resume"),
        "own record": reverse("people:record"),
        "messages": reverse("notifications:inbox"),
    }
    employer = {
        "postings": reverse("jobs:postings"),
        "one posting": reverse("jobs:manage_posting", args=[application.posting.public_id]),
        "applicants": reverse("jobs:applicants"),
        "applicants of a posting": reverse("jobs:pipeline", args=[application.posting.public_id]),
        "one applicant": reverse("jobs:applicant", args=[application.public_id]),
        "organisation": reverse("organisations:profile"),
    }
    officer = {
        "cases": reverse("desk:queue"),
        "postings in review": reverse("jobs:review_queue"),
        "reported postings": reverse("jobs:reports"),
        "organisations": reverse("organisations:staff_list"),
        "people": reverse("people:staff_people"),
    }
    public = ("home", "every job", "jobs by words", "one job")
    return [
        *(Page("visitor", name, seeker[name]) for name in public),
        Page("visitor", "sign in", reverse("account_login")),
        *(Page("job seeker", name, path) for name, path in seeker.items()),
        *(Page("employer", name, path) for name, path in employer.items()),
        *(Page("district officer", name, path) for name, path in officer.items()),
        Page("security admin", "staff and posts", reverse("accounts:posts")),
        Page("audit admin", "audit trail", reverse("desk:audit_trail")),
        Page("system admin", "failed tasks", reverse("desk:failed_tasks")),
    ]


def _signed_in(user: User) -> dict[str, str]:
    client = Client()
    client.force_login(user)
    if (
        member := Member.objects.select_related("organisation")
        .filter(user=user, left_at__isnull=True)
        .first()
    ):
        session = client.session
        session[ACTING_FOR] = member.organisation.public_id
        session.save()
    return {name: morsel.value for name, morsel in client.cookies.items()}


def _move_to_today() -> None:
    """The made-up postings are of a fixed day; the pages ask for those that are open now."""
    days = timezone.localdate() - TODAY
    with connection.cursor() as cursor:
        for table in ("jobs_posting", "jobs_postingsearch"):
            cursor.execute(
                f"""UPDATE {table} SET published_at = published_at + %s,
                    expires_on = expires_on + %s WHERE expires_on < 'infinity'""",
                [days, days // timedelta(days=1)],
            )
            cursor.execute(f"VACUUM ANALYZE {table}")


def _number_on(*tables: str) -> None:
    """Rows were copied with their ids: new ones come after them."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )
