"""A roster is drafted, published and closed by several at once: each claim stands on one notice and is owed once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef
from employment_portal.ledger.queries import balance
from subsidies.claims.models import Claim
from subsidies.notices import actions
from subsidies.notices.models import Notice, NoticeEntry
from subsidies.payments.models import Payable
from tests.factories.accounts import UserFactory
from tests.factories.subsidies_claims import Officers, approved, policy_version, submitted
from tests.racing import at_once, refusals

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = {"standard": "每人 1500 元", "contact": "成华区公共就业服务中心"}


def test_one_roster_drafted_published_and_closed_by_two_at_once_is_owed_once():
    staff, version = Officers(), policy_version()
    claims = [approved(submitted(version=version), officers=staff) for _number in range(2)]
    county, item, line = staff.street.parent, version.policy.item, claims[0].line_id
    keepers = [staff.first, UserFactory(district_officer=True, region=county)]

    def drafting(by):
        return lambda: actions.draft_notice(region=county, item=item, by=by, now=timezone.now(), **WORDS)

    drafts = at_once(*map(drafting, keepers))
    [notice] = Notice.objects.all()

    def publishing(by):
        return lambda: actions.publish_notice(notice_id=notice.pk, by=by, now=timezone.now())

    published = at_once(*map(publishing, keepers))
    notice.refresh_from_db()
    ended = notice.closes_at + timedelta(seconds=1)
    closed = at_once(*[lambda: actions.close_due_notices(now=ended)] * 3)

    assert (len(refusals(drafts)), len(refusals(published))) == (1, 1)
    assert sorted(closed) == [0, 0, 1]
    assert NoticeEntry.objects.filter(live=True).count() == 2
    assert set(Claim.objects.values_list("state", flat=True)) == {"payable"}
    assert sorted(Payable.objects.values_list("claim_id", flat=True)) == sorted(claim.pk for claim in claims)
    assert balance(AccountRef(SUBSIDIES, line, AccountKind.COMMITTED)) == 0
