"""What a policy may ask of earlier benefits: how often, for how many months, how much this year."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.facts.catalogue import Argument, Choices, Fact, FactType, Lookup, register_fact
from employment_portal.people.facts import CATEGORY, HISTORY, REGISTER, RETIRES_ON
from employment_portal.registers.facts.arguments import YEAR
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
GRANTED_IN = f"extract(year FROM granted.granted_at AT TIME ZONE '{settings.TIME_ZONE}')"
THIS_YEAR = f"{GRANTED_IN} = extract(year FROM %(on)s::date)"
OF_ITEM_IN_YEAR = f"{OF_ITEM} AND {GRANTED_IN} = extract(year FROM %(on)s::date) - %(year)s::int"


def _facts(entity: str, holder: str) -> list[Fact]:
    of_item = _granted(holder, "count(*) AS times, sum(granted.months) AS months", OF_ITEM)
    in_year = _granted(
        holder,
        "count(*) AS times, sum(granted.months) AS months, sum(granted.amount_fen) AS fen",
        OF_ITEM_IN_YEAR,
    )
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
            "count_in_year", _("Times a subsidy was granted in a year"), FactType.NUMBER,
            "coalesce({found}.times, 0)",
            unit=pgettext_lazy("unit", "times"), arguments=(ITEM, YEAR), lookup=in_year,
        ),
        declared(
            "months_in_year", _("Months of a subsidy granted in a year"), FactType.NUMBER,
            "coalesce({found}.months, 0)", unit=_("months"), arguments=(ITEM, YEAR), lookup=in_year,
        ),
        declared(
            "fen_in_year", _("Amount of a subsidy granted in a year"), FactType.MONEY,
            "coalesce({found}.fen, 0)", arguments=(ITEM, YEAR), lookup=in_year,
        ),
        declared(
            "fen_this_year", _("All subsidies granted this year"), FactType.MONEY,
            "coalesce({found}.fen, 0)", lookup=this_year,
        ),
    ]  # fmt: skip


# The employments of the last twelve months for which it was granted, and who began anew with the employer afterwards.
KEPT = Lookup(
    "SELECT granted.organisation_id AS of, count(*) AS ended, count(*) FILTER (WHERE EXISTS ("
    "SELECT 1 FROM people_statusspell later WHERE later.person_id = spell.person_id"
    " AND later.employer_id = spell.employer_id AND later.voided_at IS NULL AND later.status = 'employed'"
    " AND lower(later.period) >= upper(spell.period) AND lower(later.period) <= %(on)s::date)) AS kept"
    " FROM (SELECT DISTINCT entitled.organisation_id, entitled.subject_id FROM subsidies_entitlement entitled"
    " JOIN subsidies_subsidyitem item ON item.id = entitled.item_id AND item.subject = 'employment'"
    f" WHERE entitled.live AND {OF_ITEM}) granted"
    " JOIN people_statusspell spell ON spell.id = granted.subject_id AND spell.voided_at IS NULL"
    " WHERE upper(spell.period) <= %(on)s::date AND upper(spell.period) > (%(on)s::date - interval '1 year')::date"
    " GROUP BY granted.organisation_id"
)
KEPT_HOW = _("The rate rises when you go on employing people after their time has ended.")
EMPLOYER_FACTS = [
    Fact(
        "employer.benefits_kept", "employer", _("Rate of people kept on after a subsidised employment"),
        FactType.NUMBER, SOURCE,
        "CASE WHEN {found}.ended > 0 THEN round(100 * {found}.kept / {found}.ended::numeric, 2) END",
        KEPT_HOW, unit=pgettext_lazy("unit", "percent"), arguments=(ITEM,), lookup=KEPT,
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
    for fact in [
        *_facts("person", "person_id"),
        *_facts("employer", "organisation_id"),
        *EMPLOYER_FACTS,
        *PERSON_FACTS,
    ]:
        register_fact(fact)
