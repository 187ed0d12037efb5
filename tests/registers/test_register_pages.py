import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from employment_portal.facts import catalogue
from employment_portal.registers import tasks
from employment_portal.registers.models import RegisterBatch, SkillCertificate
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.people import PersonFactory
from tests.factories.regions import RegionFactory
from tests.registers.test_importing import as_csv, bring, certificate

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    client = Client()
    client.user = UserFactory(city_officer=True, region=RegionFactory(code="5101"))
    sign_in(client, client.user)
    return client


def upload(client, content, **more):
    file = SimpleUploadedFile("证书.csv", content)
    data = {"register": "certificates", "source": "人社局", "file": file} | more
    return client.post("/staff/registers/upload/", data)


def test_an_officer_uploads_a_file_and_sees_what_became_of_it(
    officer, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(
        "employment_portal.registers.actions.current_app.send_task", lambda name, **call: sent.append(call)
    )
    person = PersonFactory(with_number=True, user=None)
    with django_capture_on_commit_callbacks(execute=True):
        answer = upload(
            officer, as_csv([certificate(person.id_number), certificate("1", 记录编号="C2")]).getvalue()
        )
    waiting = officer.get(answer.url).content.decode()

    tasks.run_import(**sent[0]["kwargs"])
    page = officer.get(answer.url).content.decode()

    batch = RegisterBatch.objects.get()
    assert SkillCertificate.objects.get().person == person
    assert "hx-get" in waiting
    assert "C2" in page
    assert not batch.file


@pytest.mark.parametrize(
    "more", [{"register": ""}, {"source": " "}, {"file": SimpleUploadedFile("a.csv", b"a,b\n1,2\n")}]
)
def test_a_file_that_cannot_be_taken_says_why(officer, more):
    answer = upload(officer, as_csv([certificate("1")]).getvalue(), **more)

    assert answer.status_code == 422
    assert not RegisterBatch.objects.exists()


def test_the_report_lists_refused_rows_and_taking_back_asks_for_a_post(officer):
    batch = bring("certificates", [certificate("1"), certificate(PersonFactory(with_number=True, user=None).id_number, 记录编号="C2")])  # fmt: skip

    report = b"".join(officer.get(f"/staff/registers/{batch.public_id}/report/").streaming_content).decode()
    refused = officer.get(f"/staff/registers/{batch.public_id}/undo/")
    officer.post(f"/staff/registers/{batch.public_id}/undo/")

    assert "C1" in report
    assert refused.status_code == 405
    assert not SkillCertificate.objects.exists()


def test_every_register_offers_a_template_that_it_can_read_itself(officer):
    page = officer.get("/staff/registers/").content.decode()
    answer = officer.get("/staff/registers/columns/insurance/")

    assert "/staff/registers/columns/leases/" in page
    assert "费款所属期" in answer.content.decode()
    assert officer.get("/staff/registers/columns/moon/").status_code == 404


@pytest.mark.parametrize("entity", catalogue.ENTITIES)
def test_the_catalogue_shows_each_fact_and_for_how_many_it_is_known(officer, entity):
    PersonFactory()

    page = officer.get(f"/staff/facts/?of={entity}").content.decode()

    for fact in catalogue.facts(entity):
        assert str(fact.how)[:20] in page or "&" in str(fact.how)
    assert officer.get("/staff/facts/?of=planet").status_code == 404
