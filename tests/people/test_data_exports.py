"""Exporting one's data: asked for, made by a worker, downloaded by its owner alone, deleted after a week."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone

from employment_portal.accounts.enums import StaffRole
from employment_portal.audit.models import AuditEntry
from employment_portal.notifications.models import Notification
from employment_portal.people import tasks
from employment_portal.people.consent import counter
from employment_portal.people.consent.export_requests import (
    ask_for_export,
    delete_exports,
    make_export,
    sweep_exports,
)
from employment_portal.people.enums import Group
from employment_portal.people.middleware import SESSION_KEY
from employment_portal.people.models import DataRequest
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.people import GroupFactory, PersonFactory, ResumeFactory, SpellFactory
from tests.factories.regions import RegionFactory

pytestmark = pytest.mark.django_db


def asked_by(person, *, now=None):
    return ask_for_export(person_id=person.pk, by=person.user, now=now or timezone.now())


def made_for(person, *, now=None):
    request = asked_by(person)
    make_export(request_id=request.pk, now=now or timezone.now())
    request.refresh_from_db()
    return request


def address_of(request, name="data_download"):
    return reverse(f"people:{name}", args=[request.public_id])


def test_the_export_holds_everything_and_a_message_leads_to_it(client):
    person = PersonFactory(with_number=True)
    ResumeFactory(person=person, summary="踏实肯干")
    SpellFactory(person=person)
    GroupFactory(person=person, group=Group.GRADUATE)
    sign_in(client, person.user)

    answer = client.post(reverse("people:data_export"))
    made = DataRequest.objects.get(person=person)
    waiting = client.get(answer.url).content.decode()
    tasks.make_export(request_id=made.pk)
    ready = client.get(Notification.objects.get(user=person.user, kind="export_ready").path).content.decode()
    archive = zipfile.ZipFile(BytesIO(b"".join(client.get(address_of(made)).streaming_content)))
    data = json.loads(archive.read("data.json"))

    assert 'hx-trigger="every 2s"' in waiting
    assert address_of(made) not in waiting
    assert "hx-trigger" not in ready
    assert address_of(made) in ready
    assert archive.read("data.pdf").startswith(b"%PDF")
    assert data["record"]["id_number"] == person.id_number
    assert data["resume"][0]["summary"] == "踏实肯干"
    assert (len(data["spells"]), len(data["groups"])) == (1, 1)


def test_the_part_that_waits_is_swapped_by_itself(client):
    person = PersonFactory()
    request = made_for(person)
    sign_in(client, person.user)

    part = client.get(address_of(request, "data_export_progress"), headers={"HX-Request": "true"})

    assert b"<html" not in part.content
    assert b'id="export"' in part.content


def test_asking_twice_makes_one_file_and_making_twice_tells_once():
    person = PersonFactory()
    now = timezone.now()

    first, second = asked_by(person), asked_by(person)
    outcomes = [make_export(request_id=first.pk, now=now) for _ in range(2)]

    assert first == second
    assert outcomes == [True, False]
    assert Notification.objects.filter(kind="export_ready").count() == 1
    assert asked_by(person) != first


def test_what_the_queue_lost_is_found_again_and_given_up_after_a_day(client):
    now = timezone.now()
    fresh, lost, old = (
        asked_by(PersonFactory(), now=now - age)
        for age in (timedelta(0), timedelta(minutes=2), timedelta(days=2))
    )

    waiting = sweep_exports(now=now)

    old.refresh_from_db()
    sign_in(client, old.person.user)
    page = client.get(address_of(old, "data_export_progress")).content.decode()
    assert waiting == [lost.pk]
    assert fresh.pk not in waiting
    assert old.state == DataRequest.State.REFUSED
    assert old.answer in page


def test_nobody_else_downloads_it_and_each_download_is_kept_in_the_audit_trail(client):
    person, other = PersonFactory(), PersonFactory()
    request = made_for(person)

    sign_in(client, other.user)
    foreign = [
        client.get(address_of(request, name)).status_code
        for name in ("data_download", "data_export_progress")
    ]
    sign_in(client, person.user)
    client.get(address_of(request))

    entry = AuditEntry.objects.get(action="people.download_export")
    assert foreign == [404, 404]
    assert (entry.actor, entry.subject_id) == (person.user, person.public_id)


def test_a_clerk_who_acts_for_the_person_neither_asks_nor_downloads(client):
    person = PersonFactory()
    request = made_for(person)
    clerk = UserFactory(
        street_clerk=True, region=RegionFactory(code="510108"), starts_on=timezone.localdate()
    )
    assert clerk.has_role(StaffRole.STREET_CLERK)
    sitting = counter.start_sitting(
        person_id=person.pk, purpose="查询", method="code", form=None, by=clerk, now=timezone.now()
    )
    sign_in(client, clerk)
    session = client.session
    session[SESSION_KEY] = sitting.public_id
    session.save()

    page = client.get(reverse("people:data_requests")).content.decode()

    assert client.post(reverse("people:data_export")).status_code == 403
    assert client.get(address_of(request)).status_code == 404
    assert reverse("people:data_export") not in page


def test_the_file_is_gone_after_a_week(client):
    person = PersonFactory()
    now = timezone.now()
    request = made_for(person, now=now - timedelta(days=7, minutes=1))
    sign_in(client, person.user)
    stored, name = request.file.storage, request.file.name

    refused = client.get(address_of(request))
    deleted = [delete_exports(now=now) for _ in range(2)]

    page = client.get(address_of(request, "data_export_progress")).content.decode()
    assert refused.status_code == 404
    assert deleted == [1, 0]
    assert not stored.exists(name)
    assert "hx-trigger" not in page
    assert address_of(request) not in page
