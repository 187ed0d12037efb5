"""The shipped items, guards and policies (``data/``), written down once and never over what a city has changed."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from employment_portal.regions.models import Region
from subsidies.budgets.models import Fund
from subsidies.policies.checking import problems
from subsidies.policies.content import sha256
from subsidies.policies.enums import GuardState, VersionState
from subsidies.policies.models import Guard, Policy, PolicyVersion, SubsidyItem
from subsidies.policies.parsing import ContentError, parse

DATA = Path(__file__).parent / "data"


def load_items() -> int:
    """Items, guards and funds of ``data/items.yaml``; what is there already stays as it is. How many were new."""
    data = _read("items.yaml")
    new = 0
    for order, row in enumerate(data["items"], start=1):
        _item, made = SubsidyItem.objects.get_or_create(code=row["code"], defaults={**row, "order": order})
        new += made
    for row in data["guards"]:
        if not Guard.objects.filter(code=row["code"]).exists():
            items = SubsidyItem.objects.filter(code__in=row["items"])
            lay_down_guard(**row | {"items": items})
            new += 1
    for row in data["funds"]:
        _fund, made = Fund.objects.get_or_create(code=row["code"], defaults=row)
        new += made
    return new


@transaction.atomic
def lay_down_guard(
    *, code: str, scope: str, items: Iterable[SubsidyItem], lifetime: bool = False, legal_basis: str = ""
) -> Guard:
    """A guard that comes with the portal: in force at once, of all that is granted from now on."""
    guard = Guard.objects.create(code=code, scope=scope, lifetime=lifetime, legal_basis=legal_basis)
    guard.items.set(items)
    guard.state = GuardState.IN_FORCE
    guard.save(update_fields=["state"])
    return guard


@transaction.atomic
def load_policies(*, region: Region, made_by: Any, published_by: Any) -> int:
    """Every policy of ``data/chengdu.yaml`` for ``region``, with the districts' own, published by two people.

    A policy that has a version already is left alone. Returns how many versions were written. Raises ContentError
    when the data contradict the catalogue of facts.
    """
    load_items()
    data = _read("chengdu.yaml")
    by_item = {row["item"]: row for row in data["versions"]}
    written = 0
    for row in data["versions"]:
        written += _version(row, region, made_by, published_by)
    for own in data["districts"]:
        place = Region.objects.filter(code=own["region"], path__startswith=region.path).first()
        if place is None:
            continue
        row = deepcopy(by_item[own["item"]])
        row["content"]["amount"] = own["amount"]
        row.update({name: own[name] for name in ("title", "summary", "change_note")}, confidence="L")
        written += _version(row, place, made_by, published_by)
    return written


def _version(row: Mapping[str, Any], region: Region, made_by: Any, published_by: Any) -> bool:
    now = timezone.now()
    item = SubsidyItem.objects.get(code=row["item"])
    policy, _made = Policy.objects.get_or_create(item=item, region=region, defaults={"created_at": now})
    if policy.versions.exists():
        return False
    wrong = problems(row["content"], item)
    if wrong:
        raise ContentError(wrong)
    content = parse(row["content"])
    until: date | None = row.get("effective_until")
    PolicyVersion.objects.create(
        policy=policy,
        number=1,
        state=VersionState.PUBLISHED,
        title=row["title"],
        summary=row["summary"],
        legal_basis=row["legal_basis"],
        confidence=row["confidence"],
        effective_from=row["effective_from"],
        effective_until=until,
        content=content.as_json(),
        content_sha256=sha256(content),
        change_note=row.get("change_note", ""),
        made_by=made_by,
        made_at=now,
        submitted_at=now,
        published_by=published_by,
        published_at=now,
    )
    return True


def _read(name: str) -> dict[str, Any]:
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
