"""Subsidy items, guards, policies, versions.

``PolicyVersionFactory(published=True, content=content(...))`` is in force since 2026-01-01 in 成都市;
``content(conditions=[...], amount={...})`` is a whole content whose other parts are harmless; ``condition(...)`` one
condition. ``draft`` (the default) and ``submitted`` are the other traits of a version.
"""

from datetime import UTC, date, datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from subsidies.policies.content import sha256
from subsidies.policies.enums import GuardScope, GuardState, PeriodKind, VersionState
from subsidies.policies.models import Guard, Policy, PolicyVersion, SubsidyItem
from subsidies.policies.parsing import parse
from tests.factories.accounts import UserFactory
from tests.factories.regions import RegionFactory

MADE_AT = datetime(2025, 12, 1, 2, tzinfo=UTC)


def condition(fact: str, op: str, value: Any = None, **args: str) -> dict[str, Any]:
    return {"fact": fact, "args": args, "op": op, "value": value, "article": "Article 1"}


def content(**changes: Any) -> dict[str, Any]:
    """Everybody of 16 or more gets 1,500 yuan; change any part by its name, ``conditions`` as a list."""
    conditions = changes.pop("conditions", [condition("person.age", "ge", 16)])
    return {
        "conditions": conditions if isinstance(conditions, dict) else {"all": conditions},
        "region_basis": "residence",
        "amount": {"kind": "fixed", "fen": 150000},
        "rounding": "half_up",
        "rounding_unit_fen": 1,
        "limits": {},
        "evidence": [],
        "steps": [
            {"name": "acceptance", "role": "street_clerk", "working_days": 5},
            {"name": "first_review", "role": "district_officer", "working_days": 10},
        ],
        "correction_working_days": 10,
        "notice_working_days": 5,
        "payment_working_days": 15,
        "without_application": True,
        "fund": "employment",
        "period_months": 3,
        **changes,
    }


class SubsidyItemFactory(DjangoModelFactory):
    class Meta:
        model = SubsidyItem
        django_get_or_create = ["code"]

    code = factory.Sequence(lambda n: f"item-{n}")
    name = factory.Sequence(lambda n: f"补贴项目{n}")
    name_en = factory.Sequence(lambda n: f"Subsidy item {n}")
    notice_name = factory.SelfAttribute("name")
    subject = "person"
    period_kind = PeriodKind.ONCE


class GuardFactory(DjangoModelFactory):
    """``GuardFactory(items=[a, b])`` is in force as those that came with the portal; the other states are traits."""

    class Meta:
        model = Guard

    class Params:
        draft = factory.Trait(state=GuardState.DRAFT, made_by=factory.SubFactory(UserFactory))
        submitted = factory.Trait(state=GuardState.SUBMITTED, made_by=factory.SubFactory(UserFactory))
        in_force = factory.Trait(state=GuardState.IN_FORCE)
        ending = factory.Trait(state=GuardState.ENDING, end_asked_by=factory.SubFactory(UserFactory))
        ended = factory.Trait(
            state=GuardState.ENDED,
            end_asked_by=factory.SubFactory(UserFactory),
            ended_by=factory.SubFactory(UserFactory),
            ended_at=MADE_AT,
        )

    code = factory.Sequence(lambda n: f"guard-{n}")
    scope = GuardScope.PERSON
    lifetime = True
    state = GuardState.IN_FORCE

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Guard:
        items = kwargs.pop("items", ())
        later = {name: kwargs.pop(name) for name in ("state", "ended_by", "ended_at") if name in kwargs}
        guard = super()._create(model_class, *args, **kwargs)
        guard.items.set(items)  # while it is a draft
        for name, value in later.items():
            setattr(guard, name, value)
        guard.save()
        return guard


class PolicyFactory(DjangoModelFactory):
    class Meta:
        model = Policy
        django_get_or_create = ["item", "region"]

    item = factory.SubFactory(SubsidyItemFactory)
    region = factory.SubFactory(RegionFactory, code="5101")
    created_at = MADE_AT


class PolicyVersionFactory(DjangoModelFactory):
    class Meta:
        model = PolicyVersion

    class Params:
        draft = factory.Trait()
        submitted = factory.Trait(state=VersionState.SUBMITTED, submitted_at=MADE_AT)
        published = factory.Trait(
            state=VersionState.PUBLISHED,
            submitted_at=MADE_AT,
            published_at=MADE_AT,
            published_by=factory.SubFactory(UserFactory),
            content_sha256=factory.LazyAttribute(lambda version: sha256(parse(version.content))),
        )
        retired = factory.Trait(
            state=VersionState.RETIRED,
            submitted_at=MADE_AT,
            published_at=MADE_AT,
            published_by=factory.SubFactory(UserFactory),
            retired_at=MADE_AT,
            retired_by=factory.SubFactory(UserFactory),
            content_sha256=factory.LazyAttribute(lambda version: sha256(parse(version.content))),
        )

    policy = factory.SubFactory(PolicyFactory)
    number = factory.LazyAttribute(
        lambda version: PolicyVersion.objects.filter(policy=version.policy).count() + 1
    )
    title = factory.LazyAttribute(lambda version: f"{version.policy.item.name}实施办法")
    summary = "符合条件的人员可以领取。"
    legal_basis = "《就业补助资金管理办法》"
    effective_from = date(2026, 1, 1)
    content = factory.LazyFunction(content)
    made_by = factory.SubFactory(UserFactory)
    made_at = MADE_AT
