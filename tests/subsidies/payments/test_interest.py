"""Nobody has a hand in paying themselves, a relative or a firm of theirs; the rule is that of claims."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from employment_portal.workflow.engine import TransitionNotAllowed
from subsidies.claims.models import Claim, ClaimEntry, ConflictOfInterest
from subsidies.claims.permissions import has_interest
from subsidies.payments import actions
from subsidies.payments.actions.building import NothingToPay
from subsidies.payments.actions.cases import NotYourCase
from subsidies.payments.actions.payables import NotYourPayable
from subsidies.payments.actions.releasing import OwnPayment
from subsidies.payments.actions.settling import NoSuchPayment, payment_in_by
from subsidies.payments.interest import claims_of_interest
from subsidies.payments.models import ExceptionCase
from subsidies.payments.workflow import BATCH
from tests.factories.organisations import MemberFactory, OrganisationFactory
from tests.factories.people import PersonFactory
from tests.factories.subsidies_payments import built, funded_line, officers, paid_claim, payable

PERIOD = DateRange(date(2026, 1, 1), date(2026, 4, 1))
pytestmark = pytest.mark.django_db


def declare(user, **whom):
    ConflictOfInterest.objects.create(
        user=user, relation="配偶", declared_by=user, declared_at=timezone.now(), **whom
    )


def claim_of(line, *, organisation=None, person=None):
    claim = paid_claim(line, person or PersonFactory(), 100)
    if organisation is not None:
        Claim.objects.filter(pk=claim.pk).update(person=None, organisation=organisation)
    return Claim.objects.get(pk=claim.pk)


def test_what_one_statement_leaves_out_is_what_the_rule_of_claims_says():
    [user, *_others], line = officers(), funded_line()
    own, relative, member = PersonFactory(user=user), PersonFactory(), MemberFactory(user=user)
    user.phone, user.phone_verified = "13812340001", True
    user.save(update_fields=["phone", "phone_verified"])
    other_sign_in = PersonFactory(phone=user.phone)
    elsewhere = MemberFactory(user=other_sign_in.user)
    partner = OrganisationFactory()
    declare(user, person=relative)
    declare(user, organisation=partner)
    on_a_list = claim_of(line, organisation=OrganisationFactory())
    ClaimEntry.objects.create(
        claim=on_a_list,
        row=1,
        item=line.item,
        subject_id=own.pk,
        person=own,
        period=PERIOD,
        months=1,
        amount_fen=100,
        open=True,
    )
    claims = [
        claim_of(line, person=own),
        claim_of(line, person=relative),
        claim_of(line, person=other_sign_in),
        claim_of(line, organisation=elsewhere.organisation),
        claim_of(line, organisation=member.organisation),
        claim_of(line, organisation=OrganisationFactory(parent=member.organisation)),
        claim_of(line, organisation=partner),
        on_a_list,
    ]
    others = [claim_of(line), claim_of(line, organisation=OrganisationFactory(parent=partner))]

    assert claims_of_interest(user) == {claim.pk for claim in claims}
    assert all(has_interest(user, claim) for claim in claims)
    assert not any(has_interest(user, claim) for claim in others)


def test_a_batch_leaves_what_its_maker_has_an_interest_in_for_a_colleague():
    [maker, other, _third], line = officers(), funded_line()
    own = payable(line, person=PersonFactory(user=maker))

    with pytest.raises(NothingToPay):
        built([maker])

    assert built([other]).attempts.get().payable == own


def test_nobody_checks_or_releases_a_batch_that_pays_them():
    [maker, own, relative], line = officers(), funded_line()
    checker = officers()[0]
    payable(line, person=PersonFactory(user=own))
    declare(relative, person=payable(line).person)
    batch = built([maker])

    with pytest.raises(OwnPayment):
        actions.check_batch(batch_id=batch.pk, by=own, now=timezone.now())
    assert "check" not in BATCH.allowed(batch, own)
    batch = actions.check_batch(batch_id=batch.pk, by=checker, now=timezone.now())
    with pytest.raises(OwnPayment):
        actions.release_batch(batch_id=batch.pk, by=relative, now=timezone.now())
    assert "release" not in BATCH.allowed(batch, relative)


def test_nobody_touches_a_payment_of_their_own():
    user = officers()[0]
    due = payable(person=PersonFactory(user=user))
    said = {"holder": due.person.name, "bank_name": "银行", "number": "6228480402564890018", "reason": "来信"}

    for act in (
        lambda: actions.request_account(payable_id=due.pk, by=user, **said),
        lambda: actions.decide_account(payable_id=due.pk, approve=True, note="", by=user, now=timezone.now()),
        lambda: actions.reissue(payable_id=due.pk, by=user, now=timezone.now()),
        lambda: actions.request_cancel(payable_id=due.pk, reason="…", by=user),
        lambda: actions.decide_cancel(payable_id=due.pk, approve=True, note="", by=user, now=timezone.now()),
    ):
        with pytest.raises(NotYourPayable):
            act()
    with pytest.raises(TransitionNotAllowed):
        actions.reissue(payable_id=due.pk, by=officers()[0], now=timezone.now())


def test_nobody_resolves_a_case_about_a_payment_of_their_own():
    [maker, user, _third], line = officers(), funded_line()
    due = payable(line, person=PersonFactory(user=user))
    attempt = built([maker]).attempts.get(payable=due)
    attempt.state = "exported"
    attempt.save(update_fields=["state"])
    cases = [
        ExceptionCase.objects.create(region=line.region, opened_at=timezone.now(), amount_fen=due.amount_fen, **about)
        for about in (
            {"kind": "wrong_amount", "attempt": attempt},
            {"kind": "unknown_send", "batch": attempt.batch},
        )
    ]  # fmt: skip

    for case in cases:
        with pytest.raises(NotYourCase):
            actions.propose_resolution(
                case_id=case.pk, resolution="settle", note="…", by=user, now=timezone.now()
            )
    assert payment_in_by(cases[0], attempt.reference, maker) == attempt
    with pytest.raises(NoSuchPayment):
        payment_in_by(cases[0], attempt.reference, user)
