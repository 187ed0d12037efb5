import pytest
from django.core.management import call_command

from employment_portal.accounts.enums import StaffRole
from employment_portal.accounts.models import StaffPost
from employment_portal.core.identifiers import check_organisation_code, check_resident_id
from employment_portal.organisations.models import Organisation
from employment_portal.people.models import Person
from employment_portal.sample.load import SIZES, load_sample
from employment_portal.workflow.models import WorkItem
from jobs.applications.enums import ApplicationStatus
from jobs.applications.models import Application
from jobs.imports.models import ImportBatch
from jobs.invitations.models import Invitation
from jobs.postings.models import Posting
from jobs.search.models import PostingSearch
from subsidies.payments.models import Payable

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def small_city(monkeypatch):
    monkeypatch.setitem(SIZES, "demo", {"employers": 24, "postings": 200, "people": 40})
    load_sample(size="demo")


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


def test_money_has_reached_people_and_one_payment_came_back(small_city):
    states = set(Payable.objects.values_list("state", flat=True))

    assert {"paid", "returned"} <= states
