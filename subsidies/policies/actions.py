"""Every write to policies: drafting, the second person, publication, the end."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from employment_portal.accounts.enums import StaffRole
from employment_portal.audit.actions import record
from employment_portal.core.errors import DomainError
from employment_portal.regions.models import Region
from employment_portal.regions.terms import TermCode, term
from employment_portal.workflow.actions import close_work_items, open_work_item
from employment_portal.workflow.engine import TransitionNotAllowed
from subsidies.policies.checking import problems
from subsidies.policies.content import sha256
from subsidies.policies.enums import VersionState
from subsidies.policies.models import Policy, PolicyVersion, SubsidyItem
from subsidies.policies.parsing import Problem, parse
from subsidies.policies.workflow import VERSION

FIELDS = (
    "title",
    "summary",
    "legal_basis",
    "confidence",
    "effective_from",
    "effective_until",
    "change_note",
)

EMPTY: dict[str, Any] = {
    "conditions": {"all": []},
    "region_basis": "",
    "amount": {"kind": "fixed", "fen": 0},
    "rounding": "half_up",
    "rounding_unit_fen": 1,
    "limits": {},
    "evidence": [],
    "steps": [
        {"name": "acceptance", "role": "street_clerk", "working_days": 5},
        {"name": "first_review", "role": "district_officer", "working_days": 10},
        {"name": "second_review", "role": "district_officer", "working_days": 10},
    ],
    "correction_working_days": 10,
    "notice_working_days": 5,
    "payment_working_days": 15,
    "without_application": False,
    "fund": "employment",
    "period_months": 3,
}


class PolicyIncomplete(DomainError):
    """``problems`` lists what has to be put right first."""

    message = _("This version cannot be submitted yet. Put the points listed right first.")

    def __init__(self, found: list[Problem]) -> None:
        self.problems = found
        super().__init__()


class DraftExists(DomainError):
    message = _("This policy has a draft already. Go on with that one.")


class NotAnEnd(DomainError):
    message = _("The last day must not lie in the past, nor after the day on which the version ends already.")


def _locked(version_id: int) -> PolicyVersion:
    return (
        PolicyVersion.objects.select_for_update(of=("self",))
        .select_related("policy__item", "policy__region")
        .get(pk=version_id)
    )


@transaction.atomic
def start_policy(*, item: SubsidyItem, region: Region, by: Any) -> PolicyVersion:
    """The first draft of an item in a region; a policy that exists gets a draft as ``draft_from`` makes one.

    Raises DraftExists.
    """
    policy, _made = Policy.objects.get_or_create(
        item=item, region=region, defaults={"created_at": timezone.now()}
    )
    latest = policy.versions.order_by("-number").first()
    if latest is not None:
        return draft_from(version_id=latest.pk, by=by)
    version = PolicyVersion.objects.create(
        policy=policy,
        number=1,
        title=item.name,
        effective_from=timezone.localdate() + timedelta(days=1),
        content=EMPTY,
        made_by=by,
        made_at=timezone.now(),
    )
    record(action="policy.draft", by=by, subject=version)
    return version


@transaction.atomic
def draft_from(*, version_id: int, by: Any) -> PolicyVersion:
    """A new draft with the wording of a version. Raises DraftExists."""
    source = PolicyVersion.objects.select_related("policy").get(pk=version_id)
    policy = Policy.objects.select_for_update().get(pk=source.policy_id)
    versions = policy.versions.order_by("-number")
    if versions.filter(state__in=[VersionState.DRAFT, VersionState.SUBMITTED]).exists():
        raise DraftExists
    latest = versions.first()
    assert latest is not None
    version = PolicyVersion.objects.create(
        policy=policy,
        number=latest.number + 1,
        title=source.title,
        summary=source.summary,
        legal_basis=source.legal_basis,
        confidence=source.confidence,
        effective_from=max(source.effective_from, timezone.localdate() + timedelta(days=1)),
        content=source.content,
        made_by=by,
        made_at=timezone.now(),
    )
    record(action="policy.draft", by=by, subject=version, detail={"version": source.number})
    return version


@transaction.atomic
def save_draft(
    *, version_id: int, by: Any, fields: Mapping[str, Any] | None = None, content: Any = None
) -> PolicyVersion:
    """Write a draft's heading (``fields``) or its content; an incomplete content is kept as it is.

    Raises TransitionNotAllowed.
    """
    version = _locked(version_id)
    changed = dict(fields or {})
    unknown = set(changed) - set(FIELDS)
    if unknown:
        raise ValueError(f"no fields of a version: {sorted(unknown)}")
    if content is not None:
        changed["content"] = content
    for name, value in changed.items():
        setattr(version, name, value)
    VERSION.apply(version, "edit", by=by, save_fields=changed)
    return version


@transaction.atomic
def discard_draft(*, version_id: int, by: Any) -> None:
    """Throw a draft away; a policy without any version goes with it. Raises TransitionNotAllowed."""
    version = _locked(version_id)
    if not VERSION.can(version, "edit", by):
        raise TransitionNotAllowed
    record(action="policy.discard", by=by, subject=version, detail={"number": version.number})
    policy = version.policy
    version.delete()
    if not policy.versions.exists():
        policy.delete()


@transaction.atomic
def submit_version(*, version_id: int, by: Any) -> PolicyVersion:
    """Ask for the second person. Raises PolicyIncomplete, TransitionNotAllowed."""
    version = _locked(version_id)
    _require_complete(version)
    version.submitted_at = timezone.now()
    VERSION.apply(version, "submit", by=by, save_fields=["submitted_at"])
    open_work_item(
        kind="policy_version",
        subject=version,
        title=version.title,
        path=reverse("subsidies:policy_version", args=[version.public_id]),
        region=version.policy.region,
        role=StaffRole.CITY_OFFICER,
        working_days=term(TermCode.POLICY_REVIEW, region=version.policy.region, on=timezone.localdate()),
        today=timezone.localdate(),
    )
    return version


def _require_complete(version: PolicyVersion) -> None:
    found = problems(version.content, version.policy.item)
    labels = {field.name: field.verbose_name for field in PolicyVersion._meta.fields}
    for name in ("title", "summary", "legal_basis"):
        if not getattr(version, name).strip():
            label = labels[name]
            found.append(Problem(name, str(_("Fill in: %(label)s.") % {"label": label})))
    if found:
        raise PolicyIncomplete(found)


@transaction.atomic
def take_back(*, version_id: int, by: Any) -> PolicyVersion:
    """The authors go on writing. Raises TransitionNotAllowed."""
    return _back_to_draft(version_id, "take_back", by, "")


@transaction.atomic
def send_back(*, version_id: int, note: str, by: Any) -> PolicyVersion:
    """The second person says what to change. Raises TransitionNotAllowed."""
    return _back_to_draft(version_id, "send_back", by, note)


def _back_to_draft(version_id: int, name: str, by: Any, note: str) -> PolicyVersion:
    version = _locked(version_id)
    version.submitted_at = None
    VERSION.apply(version, name, by=by, note=note, save_fields=["submitted_at"])
    close_work_items(subject=version, by=by, outcome=name)
    return version


@transaction.atomic
def publish_version(*, version_id: int, by: Any) -> PolicyVersion:
    """Put it in force from its day on. The version before ends the day before, or at once where it never began.

    Raises PolicyIncomplete, TransitionNotAllowed; IntegrityError when another one lies in its time all the same.
    """
    version = _locked(version_id)
    _require_complete(version)
    if not VERSION.can(version, "publish", by):
        raise TransitionNotAllowed
    now = timezone.now()
    day_before = version.effective_from - timedelta(days=1)
    earlier = version.policy.versions.select_for_update(of=("self",)).filter(state=VersionState.PUBLISHED)
    for previous in earlier.exclude(effective_until__lt=version.effective_from):
        if previous.effective_from > day_before:
            previous.retired_by, previous.retired_at = by, now
            VERSION.apply(previous, "retire", by=by, save_fields=["retired_by", "retired_at"])
        else:
            previous.effective_until = day_before
            VERSION.apply(previous, "end", by=by, save_fields=["effective_until"])
    content = parse(version.content)
    version.content, version.content_sha256 = content.as_json(), sha256(content)
    version.published_by, version.published_at = by, now
    saved = ["content", "content_sha256", "published_by", "published_at"]
    VERSION.apply(version, "publish", by=by, save_fields=saved)
    close_work_items(subject=version, by=by, outcome="publish")
    return version


@transaction.atomic
def end_version(*, version_id: int, last_day: date, reason: str, by: Any) -> PolicyVersion:
    """Let a published version run out on ``last_day``. Raises NotAnEnd, TransitionNotAllowed."""
    version = _locked(version_id)
    already = version.effective_until
    if last_day < max(timezone.localdate(), version.effective_from) or (already and last_day > already):
        raise NotAnEnd
    version.effective_until = last_day
    VERSION.apply(version, "end", by=by, note=reason, save_fields=["effective_until"])
    return version


@transaction.atomic
def retire_version(*, version_id: int, reason: str, by: Any) -> PolicyVersion:
    """Take a published version out of force at once; claims made under it go on. Raises TransitionNotAllowed."""
    version = _locked(version_id)
    version.retired_by, version.retired_at = by, timezone.now()
    VERSION.apply(version, "retire", by=by, note=reason, save_fields=["retired_by", "retired_at"])
    return version
