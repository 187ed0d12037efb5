"""What somebody consents to, word for word. A changed text gets a new version; old consents keep theirs."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from employment_portal.people.enums import ConsentPurpose as P


@dataclass(frozen=True)
class ConsentText:
    version: str
    text: Any
    withdrawal: Any  # what ends with a withdrawal


TEXTS = {
    P.REAL_NAME: ConsentText(
        "2026-11",
        _(
            "My name and the number of my identity document are sent to the identity service of the public security "
            "authority, once, to check that they belong together."
        ),
        _("No further check is made. A check already made stays valid."),
    ),
    P.RESUME_SHARING: ConsentText(
        "2026-11",
        _(
            "Every employer that the employment services have verified can find and open my résumé, without my name, "
            "number and contacts. I see who opened it. Employers that I block, and the one I work for, never see it. "
            "An employer gets my name and phone number only when I accept its invitation or apply to it."
        ),
        _("From now on only employers that I apply to see my résumé. Nobody else finds it any more."),
    ),
    P.ASSISTED: ConsentText(
        "2026-11",
        _("The staff member at the counter acts in my name in the portal during this sitting."),
        _("The sitting ends at once."),
    ),
    P.SENSITIVE_GROUP: ConsentText(
        "2026-11",
        _(
            "The employment services keep that I belong to a group which says something about my health, income or "
            "past, to grant the support that goes with it. Employers do not see it."
        ),
        _("These memberships end, and with them the support that rests on them."),
    ),
}


def current_version(purpose: str) -> str:
    return TEXTS[P(purpose)].version
