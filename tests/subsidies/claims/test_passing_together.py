"""Passing many at once: the same rows as one by one, and what falls out does not hold back the others."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from employment_portal.audit.models import AuditEntry
from employment_portal.core.masking import mask_identity
from employment_portal.ledger.kinds import SUBSIDIES, AccountKind, AccountRef
from employment_portal.ledger.models import Transfer
from employment_portal.ledger.queries import balance
from employment_portal.notifications.models import Notification, OutboxMessage
from employment_portal.workflow.models import Transition, WorkItem
from subsidies.claims import actions
from subsidies.claims.entitlement_models import Entitlement, EntitlementHold
from subsidies.claims.enums import ClaimState, Verdict
from subsidies.claims.evaluation import content_sha256
from subsidies.claims.models import Approval, Claim, ClaimEntry, ConflictOfInterest, Decision
from tests.factories.subsidies_claims import (
    Officers,
    at_step,
    claimant,
    made_by,
    money_for,
    policy_version,
    submitted,
    with_paper,
)

pytestmark = pytest.mark.django_db

# What two claims never share: keys, what is drawn or counted, and the fingerprints over them.
OWN = {
    "id", "public_id", "number", "claim_id", "subject_id", "person_id", "user_id", "maker_id", "account_id", "entry_id",
    "entitlement_id", "holder_id", "content_sha256", "dedupe_key", "address", "debit_id", "idempotency_key",
    "payload_sha256", "xid", "posted_at",
}  # fmt: skip
STEPS = ["acceptance", "first_review", "second_review", "city_review"]


def seen_of(claims):
    return {claim.pk: content_sha256(claim) for claim in claims}


def pass_bulk(claims, by, now=None):
    claims = list(Claim.objects.filter(pk__in=[claim.pk for claim in claims]))
    return actions.bulk_approve(seen=seen_of(claims), by=by, now=now or timezone.now())


def problems(outcomes):
    return {outcome.claim.pk: str(outcome.problem) for outcome in outcomes}


def trace(claim):
    """Every row that deciding writes about a claim, without what two claims never share."""
    claim = Claim.objects.get(pk=claim.pk)
    names = {
        claim.public_id: "<id>",
        claim.number: "<number>",
        mask_identity(claim.person.id_number): "<person>",
    }

    def plain(value):
        if isinstance(value, dict):
            return {key: plain(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [plain(inner) for inner in value]
        text = str(value)
        for name, word in names.items():
            text = text.replace(name, word)
        return text

    def rows(queryset):
        listed = [
            {
                key: "<claimant>" if key in {"by_id", "actor_id"} and row[key] == user.pk else plain(row[key])
                for key in row
                if key not in OWN
            }
            for row in queryset.values()
        ]
        return sorted(listed, key=str)

    user, entitlements = claim.person.user, Entitlement.objects.filter(claim=claim)
    return {
        "claim": rows(Claim.objects.filter(pk=claim.pk)),
        "entries": rows(ClaimEntry.objects.filter(claim=claim)),
        "approvals": rows(Approval.objects.filter(claim=claim)),
        "entitlements": rows(entitlements),
        "holds": rows(EntitlementHold.objects.filter(entitlement__in=entitlements)),
        "decisions": rows(Decision.objects.filter(claim=claim)),
        "transitions": rows(Transition.objects.filter(subject_type="subsidies.claim", subject_id=claim.pk)),
        "audits": rows(AuditEntry.objects.filter(subject_id=claim.public_id)),
        "work": rows(WorkItem.objects.filter(subject_type="subsidies.claim", subject_id=claim.pk)),
        "ledger": rows(Transfer.objects.filter(idempotency_key__startswith=f"claim:{claim.pk}:")),
        "inbox": rows(Notification.objects.filter(user=user)),
        "outbox": rows(OutboxMessage.objects.filter(user=user)),
    }


def unlike(one, other):
    return {name: (one[name], other[name]) for name in one if one[name] != other[name]}


@pytest.mark.parametrize("fen", [150_000, 1_200_000], ids=["three steps", "four steps"])
def test_a_set_writes_the_same_rows_as_one_by_one(time_machine, fen):
    time_machine.move_to(timezone.now().replace(microsecond=0), tick=False)
    officers = Officers()
    version = policy_version(amount={"kind": "fixed", "fen": fen})
    money_for(version)
    single, *many = [submitted(claimant(name="陈芳", birth_date="1990-05-01"), version) for _n in range(4)]

    for step in STEPS if fen >= 1_000_000 else STEPS[:3]:
        time_machine.shift(timedelta(minutes=5))
        actions.decide_step(
            claim_id=single.pk,
            verdict=Verdict.PASS,
            note="",
            by=officers.of(step),
            now=timezone.now(),
            bulk=True,
        )
        assert set(problems(pass_bulk(many, officers.of(step))).values()) == {""}

    wanted = trace(single)
    for claim in many:
        assert unlike(wanted, trace(claim)) == {}
    assert all(len(wanted[kind]) for kind in wanted)
    assert {len(wanted["approvals"]), len(wanted["work"])} == {4 if fen >= 1_000_000 else 3}
    numbers = (
        Decision.objects.filter(claim__version=version).order_by("number").values_list("number", flat=True)
    )
    assert [int(number[-4:]) for number in numbers] == [1, 2, 3, 4]
    for decision in Decision.objects.filter(claim__in=many):
        assert decision.claim.approvals.order_by("-pk")[0].content_sha256 == content_sha256(decision.claim)


def test_a_set_takes_no_more_statements_than_a_pair():
    officers, version = Officers(), policy_version()
    claims = [
        at_step("second_review", claim=submitted(version=version), officers=officers) for _n in range(8)
    ]
    money_for(version)
    seen, counted = seen_of(claims), []

    for some in (claims[:1], claims[1:3], claims[3:]):  # the first opens the line's accounts
        with CaptureQueriesContext(connection) as asked:
            outcomes = actions.bulk_approve(
                seen={claim.pk: seen[claim.pk] for claim in some}, by=officers.second, now=timezone.now()
            )
        assert not any(outcome.problem for outcome in outcomes)
        counted.append(len(asked))

    assert counted[1] == counted[2]


def test_each_that_cannot_pass_says_why_and_the_others_pass():
    officers, version = Officers(), policy_version()
    good, old, changed, own, gone = (
        at_step("first_review", claim=submitted(version=version), officers=officers) for _n in range(5)
    )
    seen = seen_of([good, old, changed, own, gone])
    old.person.birth_date = "1950-01-01"
    old.person.save()
    changed.entries.update(amount_fen=7)
    ConflictOfInterest.objects.create(
        user=officers.first,
        person=own.person,
        relation="配偶",
        declared_by=officers.first,
        declared_at=timezone.now(),
    )
    actions.withdraw_claim(claim_id=gone.pk, reason="", by=gone.person.user, now=timezone.now())

    said = problems(actions.bulk_approve(seen=seen, by=officers.first, now=timezone.now()))

    assert said[good.pk] == ""
    assert "does not qualify" in said[old.pk] or "another result" in said[old.pk]
    assert "changed" in said[changed.pk]
    assert "conflict of interest" in said[own.pk]
    assert "moved on" in said[gone.pk]
    assert Claim.objects.get(pk=good.pk).step == "second_review"
    assert Approval.objects.filter(claim__in=[old, changed, own, gone], step="first_review").count() == 0


def test_two_claims_of_one_person_are_granted_once():
    officers = Officers()
    version = policy_version(period_kind="months", guards=[("person", True)])
    person = claimant()
    first = submitted(person, version)
    second = made_by(person, version)
    period = first.entries.get().period
    second.entries.update(period=(period.lower - timedelta(days=300), period.lower - timedelta(days=200)))
    with_paper(second, by=person.user)
    Claim.objects.filter(pk=second.pk).update(
        state="submitted", step="acceptance", clean=True, number="SQ-twin", submitted_at=timezone.now(),
        amount_fen=first.amount_fen,
    )  # fmt: skip
    other = submitted(version=version)
    money_for(version)
    for step in ("acceptance", "first_review"):
        pass_bulk([first, second, other], officers.of(step))

    said = problems(pass_bulk([first, second, other], officers.second))

    assert (said[first.pk], said[other.pk]) == ("", "")
    assert said.get(second.pk, "refused before")
    assert Entitlement.objects.filter(person=person, live=True).count() == 1


def test_money_for_a_part_goes_to_the_first_of_them():
    officers, version = Officers(), policy_version()
    claims = [
        at_step("second_review", claim=submitted(version=version), officers=officers) for _n in range(5)
    ]
    line = money_for(version, fen=450_000)

    outcomes = pass_bulk(claims, officers.second)

    assert [bool(outcome.problem) for outcome in sorted(outcomes, key=lambda one: one.claim.pk)] == [
        False, False, False, True, True,
    ]  # fmt: skip
    assert balance(AccountRef(SUBSIDIES, line.pk, AccountKind.AVAILABLE)) == 0
    assert balance(AccountRef(SUBSIDIES, line.pk, AccountKind.COMMITTED)) == 450_000
    assert Claim.objects.filter(state=ClaimState.APPROVED).count() == 3


def test_without_a_line_all_of_them_are_told_whom_to_ask():
    officers, version = Officers(), policy_version()
    claims = [
        at_step("second_review", claim=submitted(version=version), officers=officers) for _n in range(2)
    ]

    said = problems(pass_bulk(claims, officers.second))

    assert all("finance officer" in sentence for sentence in said.values())


def test_what_only_the_database_refuses_is_found_and_the_others_pass():
    officers, version = Officers(), policy_version()
    claims = [
        at_step("second_review", claim=submitted(version=version), officers=officers) for _n in range(5)
    ]
    money_for(version)
    with connection.cursor() as cursor:  # a refusal that no check of the portal knows of
        cursor.execute(
            "CREATE FUNCTION refuse_one() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.claim_id = "
            f"{claims[2].pk} THEN RAISE EXCEPTION 'hold_granted_once' USING ERRCODE = 'exclusion_violation'; END IF; "
            "RETURN NEW; END $$; CREATE TRIGGER refuse_one BEFORE INSERT ON subsidies_entitlement FOR EACH ROW "
            "EXECUTE FUNCTION refuse_one()"
        )

    said = problems(pass_bulk(claims, officers.second))

    assert [bool(said[claim.pk]) for claim in claims] == [False, False, True, False, False]
    assert Entitlement.objects.filter(live=True).count() == 4


def test_facts_that_moved_without_a_difference_are_kept_with_the_approval():
    officers, version = Officers(), policy_version()
    claims = [at_step("first_review", claim=submitted(version=version), officers=officers) for _n in range(2)]
    entry = claims[0].entries.get()
    entry.facts = {**entry.facts, "person.age": 1}
    entry.save()

    said = problems(pass_bulk(claims, officers.first))

    assert set(said.values()) == {""}
    assert claims[0].entries.get().facts["person.age"] > 1
    assert claims[0].approvals.get(step="first_review").content_sha256 == content_sha256(
        Claim.objects.get(pk=claims[0].pk)
    )
