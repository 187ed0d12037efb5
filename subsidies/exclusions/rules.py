"""A rule against double benefits in plain words."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from subsidies.policies.models import Guard, SubsidyItem


def rule_words(guard: Guard) -> str:
    """``Only one of them for all time per person``."""
    several = len(guard.items.all()) > 1
    if several and guard.lifetime:
        text = _("Only one of them for all time per %(scope)s")
    elif several:
        text = _("Only one of them at a time per %(scope)s")
    elif guard.lifetime:
        text = _("Once for all time per %(scope)s")
    else:
        text = _("Once at a time per %(scope)s")
    return text % {"scope": guard.get_scope_display().lower()}


def names_of(items: Iterable[SubsidyItem]) -> str:
    return _(", ").join(item.label for item in items)
