"""What a policy may ask of earlier benefits: how often, for how many months, how much this year."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.facts.catalogue import Argument, Choices, Fact, FactType, Lookup, register_fact
from employment_portal.people.facts import CATEGORY, HISTORY, REGISTER, RETIRES_ON
from subsidies.policies.models import SubsidyItem

SOURCE = _("Benefits granted by this portal, with the opening data")
HOW = _("Every benefit granted to you stands under “My subsidies”. Ask the district office if one is wrong.")


def items() -> Choices:
    return list(SubsidyItem.objects.values_list("code", "name"))


ITEM = Argument("item", _("Subsidy"), items)


def _granted(holder: str, columns: str, of_which: str = "TRUE") -> Lookup:
    return Lookup(
        f"SELECT granted.{holder} AS of, {columns} FROM subsidies_entitlement granted"
        " JOIN subsidies_subsidyitem item ON item.id = granted.item_id"
        f" WHERE granted.live AND {of_which} GROUP BY granted.{holder}"
    )


OF_ITEM = "item.code = %(item)s"
THIS_YEAR = (
    f"extract(year FROM granted.granted_at AT TIME ZONE '{settings.TIME_ZONE}')"
    " = extract(year FROM %(on)s::date)"
)


def _facts(entity: str, holder: str) -> list[Fact]:
    of_item = _granted(holder, "count(*) AS times, sum(granted.months) AS months", OF_ITEM)
    this_year = _granted(holder, "sum(granted.amount_fen) AS fen", THIS_YEAR)

    def declared(name: str, label: Any, type: FactType, sql: str, **more: Any) -> Fact:
        return Fact(f"{entity}.benefits_{name}", entity, label, type, SOURCE, sql, HOW, **more)

    return [
        declared(
            "count", _("Times a subsidy was granted"), FactType.NUMBER, "coalesce({found}.times, 0)",
            unit=pgettext_lazy("unit", "times"), arguments=(ITEM,), lookup=of_item,
        ),
        declared(
            "months", _("Months of a subsidy granted"), FactType.NUMBER, "coalesce({found}.months, 0)",
            unit=_("months"), arguments=(ITEM,), lookup=of_item,
        ),
        declared(
            "fen_this_year", _("All subsidies granted this year"), FactType.MONEY,
            "coalesce({found}.fen, 0)", lookup=this_year,
        ),
    ]  # fmt: skip


FIRST_GRANTED = _granted(
    "person_id", f"min(granted.granted_at AT TIME ZONE '{settings.TIME_ZONE}')::date AS on_day", OF_ITEM
)
PUBLIC_POSTS = Lookup(
    "SELECT spell.person_id AS of, count(*) AS number FROM people_statusspell spell"
    " WHERE spell.voided_at IS NULL AND spell.status = 'public_post'"
    " AND lower(spell.period) <= %(on)s::date GROUP BY spell.person_id"
)

PERSON_FACTS = [
    # The age is fixed at the first approval: today's for somebody who has had nothing yet.
    Fact(
        "person.months_to_retirement_at_first", "person",
        _("Months to retirement when the subsidy was first granted"), FactType.NUMBER, SOURCE,
        f"-portal_months_between({RETIRES_ON}, coalesce({{found}}.on_day, %(on)s::date))",
        CATEGORY, unit=_("months begun"), arguments=(ITEM,), lookup=FIRST_GRANTED,
        question=_("When it was first granted: how many months were left until retirement?"),
    ),
    Fact(
        "person.public_posts", "person", _("Placements in public-welfare posts"), FactType.NUMBER, HISTORY,
        "coalesce({found}.number, 0)", REGISTER, unit=pgettext_lazy("unit", "times"), lookup=PUBLIC_POSTS,
        question=_("How many times placed in a public-welfare post?"),
    ),
]  # fmt: skip


def register_all() -> None:
    for fact in [*_facts("person", "person_id"), *_facts("employer", "organisation_id"), *PERSON_FACTS]:
        register_fact(fact)
