import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.models import StaffPost, User
from employment_portal.core.identifiers import check_organisation_code, check_resident_id
from employment_portal.organisations.models import Organisation
from employment_portal.people.models import Person
from employment_portal.sample.load import SIZES, load_sample
from employment_portal.workflow.models import Transition, WorkItem
from jobs.applications.enums import ApplicationStatus
from jobs.applications.models import Application
from jobs.imports.models import ImportBatch
from jobs.invitations.models import Invitation
from jobs.postings.models import Posting
from jobs.search.models import PostingSearch
from subsidies.claims.enums import ClaimState
from subsidies.claims.models import Claim
from subsidies.payments.enums import PayableState
from subsidies.payments.models import Payable
from subsidies.payments.queries import cases_visible_to
from subsidies.payments.steps import steps_of
from subsidies.recovery.models import RecoveryOrder
from subsidies.recovery.queries import standings_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def small_city(django_db_setup, django_db_blocker):
    """Loaded once for the module: each test works in a savepoint of this transaction."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setitem(SIZES, "demo", {"employers": 24, "postings": 200, "people": 100})
        load_sample(size="demo")
        yield
        transaction.set_rollback(True)


def history_of(claim):
    moves = Transition.objects.filter(subject_type="subsidies.claim", subject_id=claim.pk)
    return moves.order_by("pk")


def test_the_sample_city_has_every_role_a_queue_and_applications_in_every_stage(small_city, capsys):
    call_command("sample_accounts")

    printed = capsys.readouterr().out
    stages = set(Application.objects.values_list("status", flat=True))
    assert set(StaffPost.objects.values_list("role", flat=True)) == set(StaffRole.values)
    assert "district@staff.example.org" in printed
    assert WorkItem.objects.open().exists()
    assert stages >= set(ApplicationStatus.values) - {"draft", "expired"}
    assert PostingSearch.objects.count() == Posting.objects.live().count() > 100


def test_the_sample_city_is_loaded_once(small_city):
    assert load_sample(size="demo") is False


def test_its_identifiers_are_well_formed_and_belong_to_nobody(small_city):
    people = Person.objects.order_by("pk")[:20]
    employers = Organisation.objects.exclude(code=None).order_by("pk")[:20]

    assert all(check_resident_id(person.id_number).county_code == "510199" for person in people)
    assert all(check_organisation_code(employer.code).value for employer in employers)


def test_people_live_in_streets_whose_clerks_serve_them(small_city):
    assert Person.objects.filter(residence_region__parent__code="510108").exists()


def test_a_list_of_adverts_has_been_imported(small_city):
    batch = ImportBatch.objects.get()

    assert all(count for outcome, count in batch.counts if outcome not in {"updated", "unchanged"})
    assert batch.rows.filter(outcome="created").count() >= 10


def test_people_show_their_resumes_and_were_invited(small_city):
    assert set(Invitation.objects.values_list("state", flat=True)) == {"accepted", "declined", "open"}


def test_a_seeker_was_granted_and_paid_and_a_graduate_has_to_correct_the_account(small_city):
    paid = Payable.objects.get(person__user__email="linxia@seeker.example.org")
    returned = Payable.objects.get(person__user__email="suzihan@seeker.example.org")

    assert (paid.state, paid.claim.item.code) == ("paid", "vocational-training")
    assert [step["label"] for step in steps_of(paid)][0] == "已支付到您的账户"
    assert (returned.state, returned.claim.item.code) == ("returned", "job-search")
    assert (returned.return_reason, returned.account.state) == ("账户已销户", "bad")
    days = [row.at.date() for row in history_of(paid.claim)]
    assert days == sorted(days)
    assert days[0] < days[-1] < timezone.localdate()


def test_claimants_read_where_the_money_is_instead_of_where_the_claim_is(small_city, client):
    claim = Claim.objects.get(person__user__email="suzihan@seeker.example.org")
    client.force_login(claim.person.user)

    listed = client.get(reverse("subsidies:my_claims")).content.decode()
    page = client.get(reverse("subsidies:claim", args=[claim.public_id])).content.decode()

    assert str(PayableState.RETURNED.label) in listed
    assert str(ClaimState.PAYABLE.label) not in listed
    assert reverse("subsidies:my_account") in page


def test_money_is_asked_back_in_parts_of_which_one_has_come(small_city):
    order = RecoveryOrder.objects.get(payable__person__user__email="qinyulan@seeker.example.org")
    parts = standings_of(order, today=timezone.localdate())

    assert order.state == "issued"
    assert [row.left_fen == 0 for row in parts] == [True, False, False]
    assert not any(row.overdue for row in parts)


def test_finance_has_a_case_of_money_that_nobody_knows(small_city):
    finance = User.objects.get(email="finance@staff.example.org")
    case = cases_visible_to(finance).get()

    assert (case.kind, case.state, case.amount_fen) == ("unknown_reference", "open", 60_000)


def test_every_queue_of_claims_has_something_to_do_and_the_ledger_is_sound(small_city, capsys):
    waiting = Claim.objects.exclude(step="").values_list("step", flat=True)
    call_command("verify_ledger")

    assert {"acceptance"} <= set(waiting)
    assert "The ledger is sound." in capsys.readouterr().out
