"""Objects of the routes of notices, objections and letters."""

from django.utils import timezone

from employment_portal.core.calendar import load_calendar
from subsidies.claims import actions as claims
from subsidies.claims.models import Claim, Decision
from subsidies.notices import actions
from subsidies.notices.models import Notice, Objection
from tests.factories.accounts import UserFactory
from tests.factories.papers import picture
from tests.factories.subsidies_claims import made_by, money_for, pass_step, policy_version, with_paper
from tests.matrix.places import Place


def granted(at: Place) -> Claim:
    load_calendar()
    claim = made_by(at.person, policy_version())
    with_paper(claim, by=at.user)
    claim = claims.submit_claim(claim_id=claim.pk, by=at.user, now=timezone.now())
    money_for(claim.version)
    while claim.step:
        claim = pass_step(claim, UserFactory(district_officer=True, agency=at.agency))
    return claim


def drafted(at: Place) -> Notice:
    claim = granted(at)
    return actions.draft_notice(
        region=at.region,
        item=claim.item,
        standard="每人 1500 元",
        contact="武侯区公共就业服务中心",
        by=UserFactory(district_officer=True, agency=at.agency),
        now=timezone.now(),
    )


def published(at: Place) -> Notice:
    keeper = UserFactory(district_officer=True, agency=at.agency)
    return actions.publish_notice(notice_id=drafted(at).pk, by=keeper, now=timezone.now())


def objected(at: Place) -> Objection:
    return actions.file_objection(
        entry_id=published(at).entries.get().pk,
        name="陈光明",
        phone="13912345678",
        text="此人已在外地参保，不符合条件。",
        evidence=picture("evidence.png"),
        now=timezone.now(),
    )


def draft(at: Place) -> dict[str, str]:
    return {"public_id": drafted(at).public_id}


def shown(at: Place) -> dict[str, str]:
    return {"public_id": published(at).public_id}


def line(at: Place) -> dict[str, object]:
    return {**shown(at), "row": 1}


def objection(at: Place) -> dict[str, str]:
    return {"public_id": objected(at).public_id}


def letter(at: Place) -> dict[str, str]:
    return {"public_id": Decision.objects.get(claim=granted(at)).public_id}


OBJECTS = {
    "subsidies:notice": shown,
    "subsidies:object_to": line,
    "subsidies:staff_notice": draft,
    "subsidies:publish_notice": draft,
    "subsidies:cancel_notice": draft,
    "subsidies:objection": objection,
    "subsidies:objection_evidence": objection,
    "subsidies:own_letter": letter,
    "subsidies:own_letter_pdf": letter,
    "subsidies:staff_letter": letter,
    "subsidies:staff_letter_pdf": letter,
}
SHARED = ["subsidies:notice", "subsidies:object_to"]
NOBODY = {
    "subsidies:draft_notice": "needs a place and an item in its query: without them there is nothing to draft"
}
