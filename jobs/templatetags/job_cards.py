"""``{% load job_cards %}``: a posting as lists show it.

A list shows twenty, and a template of tags for each took half the time of the page. So a card is put together
here, and the words that depend on nothing but the language are looked up once.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from employment_portal.classifications.enums import Education
from employment_portal.people.enums import HARDSHIP_GROUPS, Group
from employment_portal.ui.components.basics import icon
from jobs.postings.enums import EmploymentType, Welfare
from jobs.postings.models import Posting
from jobs.templatetags.postings import experience
from jobs.templatetags.seeking import insurance_words, pay_range, pay_unit, place

register = template.Library()

WELFARE_SHOWN = 3
_SAMPLE_ID = "0000000000"


@dataclass(frozen=True)
class Words:
    """What cards say in one language, escaped."""

    urgent: str
    keep: str
    kept: str
    view: str
    colon: str
    education: dict[Any, str]
    employment_type: dict[Any, str]
    welfare: dict[Any, str]
    groups: dict[Any, str]


@lru_cache(maxsize=8)
def _words(language: str | None) -> Words:
    """The words in the language that is active, which ``language`` names."""

    def labels(choices: Any) -> dict[Any, str]:
        return {value: escape(str(label)) for value, label in choices.choices}

    return Words(
        urgent=escape(_("Urgent")),
        keep=escape(pgettext("job", "Save")),
        kept=escape(pgettext("job", "Saved")),
        view=escape(_("View and apply")),
        colon=escape(_(": ")),
        education=labels(Education),
        employment_type=labels(EmploymentType),
        welfare=labels(Welfare),
        groups=labels(Group) | dict.fromkeys(HARDSHIP_GROUPS, escape(_("Hardship groups"))),
    )


@cache
def _address_of(name: str) -> Callable[[str], str]:
    """The address of a posting's page by its id, resolved once."""
    before, _sample, after = reverse(name, args=[_SAMPLE_ID]).partition(_SAMPLE_ID)
    return lambda public_id: f"{before}{public_id}{after}"


@register.simple_tag(takes_context=True)
def job_cards(context: Context, postings: Iterable[Posting], *, saved: Collection[int] = ()) -> SafeString:
    """Cards of these postings, loaded with employer and region; ``saved`` are the ids that the reader keeps."""
    words, keep = _words(get_language()), _keeper(context)
    return mark_safe(
        "".join(_card(posting, words, keep(posting, posting.pk in saved)) for posting in postings)
    )


@register.simple_tag(takes_context=True)
def job_card(context: Context, posting: Posting, *, is_saved: bool = False) -> SafeString:
    """One card, as ``job_cards`` shows it."""
    return job_cards(context, [posting], saved={posting.pk} if is_saved else ())


def _card(posting: Posting, words: Words, keep: str) -> str:
    url = _address_of("jobs:posting")(posting.public_id)
    title = escape(posting.title)
    employer = escape(posting.source_employer or posting.employer.name)
    return (
        f'<article class="job">\n  <div class="job__head"><h2><a href="{url}">{title}</a></h2>'
        f'<span class="salary">{escape(pay_range(posting))}{_unit(posting)}</span></div>\n'
        f'  <ul class="job__req meta">{"".join(f"<li>{fact}</li>" for fact in _facts(posting, words))}</ul>\n'
        f'  <div class="job__tags">{_tags(posting, words)}</div>\n'
        f'  <div class="job__foot"><div class="job__co"><b>{employer}</b>{_origin(posting)}</div>\n'
        f'    <div class="job__act">{keep}<a class="btn btn--soft btn--sm" href="{url}">{words.view}'
        f'<span class="sr-only">{words.colon}{title}</span></a></div></div>\n</article>\n'
    )


def _unit(posting: Posting) -> str:
    unit = pay_unit(posting)
    return f'<span class="salary__unit">{escape(unit)}</span>' if unit else ""


def _facts(posting: Posting, words: Words) -> Iterable[str]:
    if posting.region:
        yield escape(place(posting))
    yield escape(experience(posting.experience_months))
    yield words.education.get(posting.education, "")
    if posting.headcount:
        yield escape(ngettext("%(n)s place", "%(n)s places", posting.headcount) % {"n": posting.headcount})
    if posting.employment_type and posting.employment_type != EmploymentType.FULL_TIME:
        yield words.employment_type[posting.employment_type]


def _tags(posting: Posting, words: Words) -> str:
    shown = [("tag tag--seal", words.urgent)] if posting.is_urgent else []
    # every hardship category is one group to a job seeker
    shown += [("tag tag--brand", each) for each in dict.fromkeys(words.groups[g] for g in posting.groups)]
    if insurances := insurance_words(posting):
        shown.append(("tag", escape(insurances)))
    shown += [("tag", words.welfare[each]) for each in posting.welfare[:WELFARE_SHOWN]]
    return "".join(f'<span class="{classes}">{label}</span>' for classes, label in shown)


def _origin(posting: Posting) -> str:
    if posting.source:
        text = escape(_("Reposted from %(source)s") % {"source": posting.source})
        return f'<span class="small muted">{text}</span>'
    if posting.published_at:
        day = date_format(localtime(posting.published_at), "m-d")
        text = escape(_("Checked %(day)s") % {"day": day})
        return f'<span class="verified">{icon("rosette-discount-check", "sm")}{text}</span>'
    return ""


def _keeper(context: Context) -> Callable[[Posting, bool], str]:
    """What makes the button that keeps a posting; visitors are asked to sign in first. As ``_save.html``."""
    words, bookmark = _words(get_language()), icon("bookmark")
    if not context["request"].user.is_authenticated:
        sign_in, page = reverse("account_login"), _address_of("jobs:posting")
        return lambda posting, _is_saved: (
            f'<a class="btn btn--ghost btn--sm" href="{sign_in}?next={page(posting.public_id)}">{bookmark}{words.keep}'
            f'<span class="sr-only"> {escape(posting.title)}</span></a>'
        )
    token = escape(str(context["csrf_token"]))
    save = _address_of("jobs:save")

    def button(posting: Posting, is_saved: bool) -> str:
        url = save(posting.public_id)
        forget = '<input type="hidden" name="forget" value="1">' if is_saved else ""
        return (
            f'<form class="save" method="post" action="{url}" hx-post="{url}" hx-swap="outerHTML" data-repeat>'
            f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
            f'<input type="hidden" name="size" value="sm">{forget}'
            f'<button class="btn btn--ghost btn--sm" type="submit" aria-pressed="{"true" if is_saved else "false"}">'
            f"{bookmark}{words.kept if is_saved else words.keep}"
            f'<span class="sr-only"> {escape(posting.title)}</span></button></form>'
        )

    return button
