"""The life of a version: who may move it from which state, and what publication does to the one before."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from employment_portal.accounts.enums import StaffRole
from employment_portal.workflow.engine import TransitionNotAllowed
from employment_portal.workflow.models import WorkItem
from subsidies.policies import actions
from subsidies.policies.enums import VersionState
from subsidies.policies.models import Policy, PolicyVersion
from subsidies.policies.workflow import VERSION
from tests.factories.accounts import UserFactory
from tests.factories.regions import RegionFactory
from tests.factories.subsidies_policies import PolicyVersionFactory, SubsidyItemFactory, content

pytestmark = pytest.mark.django_db

WRITES = {"edit", "submit", "take_back"}
SECOND = {"send_back", "publish"}
ENDS = {"end", "retire"}
MAY = {
    "author": WRITES | ENDS,
    "policy_officer": WRITES | SECOND | ENDS,
    "city_officer": SECOND | ENDS,
    "elsewhere": set(),
    "district_officer": set(),
    "street_clerk": set(),
    "finance_officer": set(),
    "system_admin": set(),
    "nobody": set(),
}


def officer(role: str, code: str = "5101"):
    return UserFactory(**{role: True, "region": RegionFactory(code=code)})


def actor(kind: str, version: PolicyVersion):
    if kind == "author":
        version.made_by = officer("policy_officer")
        version.save(update_fields=["made_by"])
        return version.made_by
    if kind == "elsewhere":
        return officer("policy_officer", "500103")
    if kind == "nobody":
        return UserFactory()
    return officer(kind)


@pytest.mark.parametrize(
    ("state", "kind", "name"), [*product(VersionState.values, MAY, sorted(VERSION.moves))]
)
def test_only_the_right_people_move_a_version_from_the_right_state(state, kind, name):
    version = PolicyVersionFactory(**{state: True})
    user = actor(kind, version)
    version = PolicyVersion.objects.select_related("policy__region").get(pk=version.pk)

    allowed = VERSION.can(version, name, user)

    assert allowed == (state in VERSION.moves[name].sources and name in MAY[kind])


def test_whoever_edited_the_wording_cannot_publish_it():
    version = PolicyVersionFactory()
    helper = officer("policy_officer")
    actions.save_draft(version_id=version.pk, by=helper, fields={"title": "新标题"})
    actions.submit_version(version_id=version.pk, by=officer("policy_officer"))

    with pytest.raises(TransitionNotAllowed):
        actions.publish_version(version_id=version.pk, by=helper)


def test_the_database_refuses_a_version_published_by_its_author():
    version = PolicyVersionFactory(submitted=True)
    version.state, version.published_by, version.published_at = "published", version.made_by, timezone.now()
    version.content_sha256 = "0" * 64

    with pytest.raises(IntegrityError, match="policyversion_two_people"), transaction.atomic():
        version.save()


def test_submission_asks_a_city_officer_and_publication_closes_the_case():
    version = PolicyVersionFactory()

    actions.submit_version(version_id=version.pk, by=officer("policy_officer"))
    case = WorkItem.objects.open().get(kind="policy_version")
    published = actions.publish_version(version_id=version.pk, by=officer("city_officer"))

    assert case.role == StaffRole.CITY_OFFICER
    assert published.state == VersionState.PUBLISHED
    assert len(published.content_sha256) == 64
    assert not WorkItem.objects.open().exists()


def test_an_incomplete_draft_says_what_is_missing():
    item = SubsidyItemFactory()
    by = officer("policy_officer")
    version = actions.start_policy(item=item, region=RegionFactory(code="5101"), by=by)

    with pytest.raises(actions.PolicyIncomplete) as refused:
        actions.submit_version(version_id=version.pk, by=by)

    assert {problem.path for problem in refused.value.problems} >= {"conditions", "amount.fen", "summary"}


def test_a_published_version_ends_the_one_before_on_the_day_before():
    old = PolicyVersionFactory(published=True)
    author = officer("policy_officer")
    draft = actions.draft_from(version_id=old.pk, by=author)
    first_day = timezone.localdate() + timedelta(days=20)
    changed = content(amount={"kind": "fixed", "fen": 200000})
    actions.save_draft(version_id=draft.pk, by=author, fields={"effective_from": first_day}, content=changed)
    actions.submit_version(version_id=draft.pk, by=author)

    actions.publish_version(version_id=draft.pk, by=officer("city_officer"))

    old.refresh_from_db()
    assert (old.state, old.effective_until) == (VersionState.PUBLISHED, first_day - timedelta(days=1))
    assert list(PolicyVersion.objects.in_force(first_day)) == [draft]


def test_a_version_that_never_began_is_retired_by_its_successor():
    future = PolicyVersionFactory(published=True, effective_from=date(2030, 1, 1))
    draft = PolicyVersionFactory(
        submitted=True, policy=future.policy, effective_from=date(2029, 1, 1), number=2
    )

    actions.publish_version(version_id=draft.pk, by=officer("city_officer"))

    future.refresh_from_db()
    assert future.state == VersionState.RETIRED


def test_a_policy_has_one_draft_at_a_time():
    old = PolicyVersionFactory(published=True)
    by = officer("policy_officer")
    actions.draft_from(version_id=old.pk, by=by)

    with pytest.raises(actions.DraftExists):
        actions.draft_from(version_id=old.pk, by=by)


def test_a_discarded_first_draft_takes_its_policy_along():
    by = officer("policy_officer")
    version = actions.start_policy(item=SubsidyItemFactory(), region=RegionFactory(code="5101"), by=by)

    actions.discard_draft(version_id=version.pk, by=by)

    assert not Policy.objects.exists()


def test_a_version_ends_no_earlier_than_today():
    version = PolicyVersionFactory(published=True)
    by = officer("city_officer")
    today = timezone.localdate()

    with pytest.raises(actions.NotAnEnd):
        actions.end_version(version_id=version.pk, last_day=today - timedelta(days=1), reason="", by=by)
    ended = actions.end_version(version_id=version.pk, last_day=today, reason="政策到期", by=by)

    assert ended.effective_until == today


def test_the_wording_of_a_published_version_never_changes():
    version = PolicyVersionFactory(published=True)
    version.content = content(amount={"kind": "fixed", "fen": 1})

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        version.save()
