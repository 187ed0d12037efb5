"""What a policy may ask of earlier benefits: how often, for how many months, how much this year."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from employment_portal.facts.catalogue import Argument, Choices, Fact, FactType, register_fact
from subsidies.policies.models import SubsidyItem

SOURCE = _("Benefits granted by this portal, with the opening data")
HOW = _("Every benefit granted to you stands under “My subsidies”. Ask the district office if one is wrong.")


def items() -> Choices:
    return list(SubsidyItem.objects.values_list("code", "name"))


ITEM = Argument("item", _("Subsidy"), items)


def _granted(holder: str) -> str:
    return (
        "FROM subsidies_entitlement granted JOIN subsidies_subsidyitem item ON item.id = granted.item_id"
        f" WHERE granted.live AND granted.{holder} = {{row}}.id"
    )


def _facts(entity: str, holder: str) -> list[Fact]:
    of_item = f"{_granted(holder)} AND item.code = %(item)s"
    year = (
        f" AND extract(year FROM granted.granted_at AT TIME ZONE '{settings.TIME_ZONE}')"
        " = extract(year FROM %(on)s::date)"
    )

    def declared(name: str, label: Any, type: FactType, sql: str, **more: Any) -> Fact:
        return Fact(f"{entity}.benefits_{name}", entity, label, type, SOURCE, sql, HOW, **more)

    return [
        declared(
            "count", _("Times a subsidy was granted"), FactType.NUMBER,
            f"(SELECT count(*) {of_item})", unit=pgettext_lazy("unit", "times"), arguments=(ITEM,),
        ),
        declared(
            "months", _("Months of a subsidy granted"), FactType.NUMBER,
            f"(SELECT coalesce(sum(granted.months), 0) {of_item})", unit=_("months"), arguments=(ITEM,),
        ),
        declared(
            "fen_this_year", _("All subsidies granted this year"), FactType.MONEY,
            f"(SELECT coalesce(sum(granted.amount_fen), 0) {_granted(holder)}{year})",
        ),
    ]  # fmt: skip


def register_all() -> None:
    for fact in [*_facts("person", "person_id"), *_facts("employer", "organisation_id")]:
        register_fact(fact)
