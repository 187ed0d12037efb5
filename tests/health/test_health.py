"""What load balancers are told."""

import json
import time

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from employment_portal.health import checks, tasks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_heartbeat(monkeypatch):
    monkeypatch.setattr(checks, "_migrated", False)
    cache.delete(checks.HEARTBEAT_KEY)
    yield
    cache.delete(checks.HEARTBEAT_KEY)


def test_live_answers_without_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/health/live")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


def test_ready_is_ok_when_everything_answers(client):
    tasks.heartbeat()

    response = client.get("/health/ready")

    assert response.status_code == 200
    assert response.json()["status"] == "ok"
    assert set(response.json()["checks"]) == {"database", "migrations", "redis", "worker"}
    assert "no-store" in response.headers["Cache-Control"]


def test_a_late_worker_degrades_but_pages_go_on(client):
    cache.set(checks.HEARTBEAT_KEY, time.time() - checks.LATE_AFTER_SECONDS - 10)

    response = client.get("/health/ready")

    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert "seconds ago" in response.json()["checks"]["worker"]["detail"]


def test_no_worker_at_all_degrades(client):
    response = client.get("/health/ready")

    assert response.json()["status"] == "degraded"


def test_a_missing_migration_makes_it_unavailable(client):
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")

    response = client.get("/health/ready")

    assert response.status_code == 503
    assert response.json()["checks"]["migrations"] == {
        "state": "failed",
        "detail": "1 migrations are not applied",
    }


def test_a_database_that_does_not_answer_makes_it_unavailable_and_names_no_host(client, monkeypatch):
    def unreachable() -> checks.Finding:
        raise OperationalError("connection to server at db.internal failed for user portal")

    monkeypatch.setitem(checks.CHECKS, "database", unreachable)

    response = client.get("/health/ready")

    assert response.status_code == 503
    assert response.json()["status"] == "unavailable"
    assert "db.internal" not in json.dumps(response.json())


@pytest.mark.parametrize("address", ["/health/live", "/health/ready"])
def test_health_is_only_read(client, address):
    assert client.post(address).status_code == 405
