"""The staff's bulk approval: a look, the word, progress, what became of each; also thousands, also after a kill."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from employment_portal.workflow.engine import TransitionNotAllowed
from subsidies.claims import actions
from subsidies.claims.actions import bulk as bulk_actions
from subsidies.claims.bulk_models import BulkPass
from subsidies.claims.models import Approval, Claim
from subsidies.claims.tasks import run_bulk_pass, sweep_bulk_passes
from tests.factories.accounts import UserFactory
from tests.factories.subsidies_claims import Officers, policy_version, submitted

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"subsidies:{name}", args=args)


def sign_in(client, user):
    client.cookies["django_language"] = "en"
    client.force_login(user)


def asked(claims, by):
    return actions.ask_bulk(claim_ids=[claim.pk for claim in claims], by=by, now=timezone.now())


def confirmed(claims, by):
    bulk = asked(claims, by)
    return actions.start_bulk(bulk_id=bulk.pk, by=by, now=timezone.now())


def steps_of(claims):
    return set(Claim.objects.filter(pk__in=[claim.pk for claim in claims]).values_list("step", flat=True))


def outcomes_of(bulk):
    return dict(bulk.rows.values_list("claim", "outcome"))


def test_several_clean_claims_pass_after_a_look_at_count_and_money(client):
    officers, version = Officers(), policy_version()
    clean = [submitted(version=version) for _n in range(2)]
    dirty = submitted(version=version, clean=False)
    sign_in(client, officers.clerk)

    look = client.post(url("bulk_claims"), {"ids": [c.public_id for c in [*clean, dirty]]}, follow=True)
    bulk = BulkPass.objects.get()
    nothing_yet = steps_of(clean)
    done = client.post(url("start_bulk_pass", bulk.public_id), {"show": "clean"}, follow=True)

    text = look.content.decode()
    assert "3,000" in text
    assert clean[0].number in text
    assert dirty.number not in text
    assert "1 ticked claim has findings" in text
    assert nothing_yet == {"acceptance"}
    assert "2 claims passed" in done.content.decode()
    assert steps_of(clean) == {"first_review"}
    assert steps_of([dirty]) == {"acceptance"}


def test_without_a_clean_claim_the_queue_says_so(client):
    officers, dirty = Officers(), submitted(clean=False)
    sign_in(client, officers.clerk)

    answer = client.post(url("bulk_claims"), {"ids": [dirty.public_id], "text": "x"}, follow=True)

    assert "at least one clean claim" in answer.content.decode()
    assert not BulkPass.objects.exists()


def test_every_clean_claim_of_a_filter_is_asked_for_without_ticking(client):
    officers, version = Officers(), policy_version()
    mine = [submitted(version=version) for _n in range(3)]
    submitted()
    submitted(version=version, clean=False)
    sign_in(client, officers.clerk)

    client.post(url("bulk_claims"), {"all": "1", "item": version.policy.item.code})

    assert set(BulkPass.objects.get().rows.values_list("claim", flat=True)) == {claim.pk for claim in mine}


def test_the_queue_offers_all_pages_only_where_there_are_more(client, monkeypatch):
    officers, version = Officers(), policy_version()
    for _n in range(3):
        submitted(version=version)
    sign_in(client, officers.clerk)
    one_page = client.get(url("staff_claims")).content.decode()
    monkeypatch.setattr("subsidies.claims.views.queue.PER_PAGE", 2)

    two_pages = client.get(url("staff_claims")).content.decode()

    assert "of all pages" not in one_page
    assert "Pass the 3 clean claims of all pages" in two_pages


def test_what_changed_after_the_look_stays_with_its_reason(client):
    officers, version = Officers(), policy_version()
    good, changed = submitted(version=version), submitted(version=version)
    bulk = asked([good, changed], officers.clerk)
    changed.entries.update(amount_fen=7)
    sign_in(client, officers.clerk)

    page = client.post(url("start_bulk_pass", bulk.public_id), follow=True).content.decode()

    assert outcomes_of(bulk) == {good.pk: "passed", changed.pk: "stays"}
    assert "has changed since" in page
    assert steps_of([changed]) == {"acceptance"}


def test_a_claim_that_a_colleague_moved_on_is_not_passed_at_the_next_step():
    officers, claim = Officers(), submitted()
    bulk = confirmed([claim], officers.clerk)
    actions.decide_step(
        claim_id=claim.pk, verdict="pass", note="", by=UserFactory(street_clerk=True, region=officers.street),
        now=timezone.now(),
    )  # fmt: skip

    actions.run_bulk(bulk_id=bulk.pk, now=timezone.now())

    assert outcomes_of(bulk) == {claim.pk: "stays"}
    assert steps_of([claim]) == {"first_review"}


def test_above_some_size_the_work_is_done_in_the_background_with_progress(
    client, monkeypatch, django_capture_on_commit_callbacks
):
    officers, version = Officers(), policy_version()
    claims = [submitted(version=version) for _n in range(3)]
    monkeypatch.setattr(bulk_actions, "IN_BACKGROUND", 2)
    monkeypatch.setattr("subsidies.claims.views.bulk.IN_BACKGROUND", 2)
    hinted = []
    monkeypatch.setattr(run_bulk_pass, "apply_async", lambda **how: hinted.append(how["kwargs"]))
    bulk = asked(claims, officers.clerk)
    sign_in(client, officers.clerk)

    with django_capture_on_commit_callbacks(execute=True):
        waiting = client.post(url("start_bulk_pass", bulk.public_id), follow=True).content.decode()
    before = steps_of(claims)
    run_bulk_pass(**hinted[0])
    done = client.get(url("bulk_pass", bulk.public_id)).content.decode()

    assert "hx-get" in waiting
    assert "being passed" in waiting
    assert before == {"acceptance"}
    assert "3 claims passed" in done
    assert "hx-trigger" not in done
    assert hinted == [{"bulk_id": bulk.pk}]


def test_a_second_run_changes_nothing_and_a_confirmed_one_is_not_confirmed_again():
    officers, version = Officers(), policy_version()
    bulk = confirmed([submitted(version=version) for _n in range(2)], officers.clerk)
    for _n in range(2):
        actions.run_bulk(bulk_id=bulk.pk, now=timezone.now())

    with pytest.raises(TransitionNotAllowed):
        actions.start_bulk(bulk_id=bulk.pk, by=officers.clerk, now=timezone.now())

    bulk.refresh_from_db()
    assert (bulk.state, bulk.done, set(outcomes_of(bulk).values())) == ("done", 2, {"passed"})
    assert Approval.objects.count() == 2


def test_what_was_cut_off_goes_on_and_what_nobody_confirmed_is_forgotten(time_machine):
    officers, version = Officers(), policy_version()
    cut_off = confirmed([submitted(version=version)], officers.clerk)
    asked([submitted(version=version)], officers.clerk)
    time_machine.move_to(timezone.now() + timedelta(days=1, minutes=1))

    assert sweep_bulk_passes() == 1

    assert set(BulkPass.objects.values_list("pk", "state")) == {(cut_off.pk, "done")}


def test_sets_are_cut_by_claims_and_by_the_people_on_them():
    rows = [(pk, 1, 1, "acceptance", 1) for pk in range(1500)] + [
        (pk, 2, 1, "acceptance", 4000) for pk in (1, 2)
    ]

    parts = [(part.step, len(part.ids)) for part in bulk_actions._parts(rows)]

    assert parts == [("acceptance", 1000), ("acceptance", 500), ("acceptance", 1), ("acceptance", 1)]


def test_nobody_sees_or_starts_what_a_colleague_asked_for(client):
    officers = Officers()
    bulk = asked([submitted()], officers.clerk)
    sign_in(client, UserFactory(street_clerk=True, region=officers.street))

    assert client.get(url("bulk_pass", bulk.public_id)).status_code == 404
    assert client.post(url("start_bulk_pass", bulk.public_id)).status_code == 404
