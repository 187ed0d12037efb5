"""The tasks that the home page offers, by who the visitor is. Only pages that exist and let them in are offered."""

from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from employment_portal.ui.navigation import EMPLOYER, PERSON, PUBLIC, STAFF, url_of

EVERYONE = frozenset({PUBLIC, PERSON, EMPLOYER, STAFF})
SEEKERS = frozenset({PUBLIC, PERSON})
MEMBERS = frozenset({PUBLIC, EMPLOYER})


@dataclass(frozen=True)
class Task:
    """``to`` are the audiences of ui.navigation whom the page admits; a visitor signs in first."""

    label: Any
    url_name: str
    to: frozenset[str] = EVERYONE


@dataclass(frozen=True)
class Group:
    title: Any
    icon: str
    tasks: list[Task]


GROUPS = [
    Group(
        _("I am looking for work"),
        "user",
        [
            Task(_("Search for jobs"), "jobs:search"),
            Task(_("Write my résumé"), "people:resume", SEEKERS),
            Task(_("See how my applications stand"), "jobs:my_applications", SEEKERS),
            Task(_("Jobs I saved"), "jobs:saved", SEEKERS),
            Task(_("Which subsidies could I get?"), "subsidies:self_check"),
            Task(_("Subsidies for me"), "subsidies:for_me", frozenset({PERSON})),
            Task(_("Seen lately"), "jobs:recent", frozenset({EMPLOYER, STAFF})),
        ],
    ),
    Group(
        _("I am an employer"),
        "building",
        [
            Task(_("Register and verify an organisation"), "organisations:register", SEEKERS),
            Task(_("Change whom I act for"), "desk:choose", frozenset({PERSON})),
            Task(_("Post a job"), "jobs:new_posting", MEMBERS),
            Task(_("Handle applicants"), "jobs:applicants", MEMBERS),
            Task(_("Manage members"), "organisations:members", MEMBERS),
            Task(_("Our staff"), "people:employer_staff", frozenset({EMPLOYER})),
            Task(_("Subsidies for us"), "subsidies:for_me", frozenset({EMPLOYER})),
        ],
    ),
    Group(
        _("My account"),
        "settings",
        [
            Task(_("Workbench"), "desk:queue", frozenset({STAFF})),
            Task(_("Register"), "account_signup", frozenset({PUBLIC})),
            Task(_("My details"), "people:record", SEEKERS),
            Task(_("Messages"), "notifications:inbox"),
            Task(_("Account and security"), "accounts:preferences"),
            Task(_("Change whom I act for"), "desk:choose", frozenset({EMPLOYER})),
        ],
    ),
    Group(
        _("I need help"),
        "help-circle",
        [
            Task(_("How everything works"), "help"),
            Task(_("Avoiding recruitment fraud"), "safety"),
            Task(_("Services without barriers"), "accessibility"),
            Task(_("Call or visit us"), "about"),
        ],
    ),
]


def offered(audiences: Set[str]) -> list[dict[str, Any]]:
    """Groups with their links as (label, address), for these audiences; a group without links is left out."""
    found = []
    for group in GROUPS:
        links = [
            (task.label, url)
            for task in group.tasks
            if task.to & audiences and (url := url_of(task.url_name))
        ]
        if links:
            found.append({"title": group.title, "icon": group.icon, "links": links})
    return found
