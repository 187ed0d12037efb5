import hashlib
import json
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test.utils import isolate_apps

from employment_portal.core import encryption
from employment_portal.core.encryption import (
    EncryptedTextField,
    UnreadableValue,
    decrypt,
    encrypt,
    keyed_hash,
    new_key,
)
from employment_portal.core.identifiers import check_resident_id
from employment_portal.core.key_rotation import Column, encrypted_columns, key_use, rotate_column
from employment_portal.people.records.corrections import proposed, request_correction
from employment_portal.workflow.actions import request_four_eyes
from tests.factories.accounts import TOTP_SECRET, UserFactory, with_second_factor
from tests.factories.people import PersonFactory, resident_id

OLD, NEW = new_key(), new_key()
COLUMN = Column("encryption_probe", "id", "secret")


@pytest.fixture
def probe(db):
    """A table with an encrypted column, gone with the test's transaction."""
    with isolate_apps("employment_portal.core"):

        class Probe(models.Model):  # noqa: DJ008
            secret = EncryptedTextField(null=True)

            class Meta:
                app_label = "core"
                db_table = "encryption_probe"

    with connection.schema_editor() as editor:
        editor.create_model(Probe)
    return Probe


def stored(probe):
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM encryption_probe ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_a_column_holds_ciphertext_and_reads_as_text(probe):
    probe.objects.create(secret="510104199003071234")

    assert "510104" not in stored(probe)[0]
    assert probe.objects.get().secret == "510104199003071234"


def test_nothing_stays_nothing(probe):
    probe.objects.bulk_create([probe(secret=None), probe(secret="")])

    assert stored(probe) == [None, ""]
    assert probe.objects.filter(secret__isnull=True).count() == 1


@pytest.mark.parametrize("lookup", ["secret", "secret__contains", "secret__in"])
def test_a_search_in_ciphertext_is_refused(probe, lookup):
    with pytest.raises(FieldError, match="keyed_hash"):
        probe.objects.filter(**{lookup: "5101"})


def test_equal_texts_differ_when_stored_but_hash_alike():
    assert encrypt("x") != encrypt("x")
    assert keyed_hash("x", "resident_id") == keyed_hash("x", "resident_id")
    assert keyed_hash("x", "resident_id") != keyed_hash("x", "bank_card")


def test_the_hash_depends_on_the_key(settings):
    before = keyed_hash("x", "resident_id")
    settings.FIELD_HASH_KEY = "another"

    assert keyed_hash("x", "resident_id") != before


def test_a_changed_value_is_refused():
    sealed = encrypt("text")

    with pytest.raises(UnreadableValue, match="damaged"):
        decrypt(sealed[:-6] + "AAAAA=")
    with pytest.raises(UnreadableValue, match="not configured"):
        decrypt("deadbeef:AAAA")


@pytest.mark.parametrize("key", ["short", "not base64!", ""])
def test_a_malformed_key_is_refused_at_once(settings, key):
    settings.FIELD_ENCRYPTION_KEYS = [key]

    with pytest.raises(ImproperlyConfigured, match="32 bytes"):
        encrypt("x")


def test_old_keys_still_read(settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    sealed = encrypt("text")
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]

    assert decrypt(sealed) == "text"
    assert encrypt("x").split(":")[0] == encryption.current_key_id() != sealed.split(":")[0]


def test_rotation_moves_every_value_to_the_newest_key(probe, settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    probe.objects.bulk_create([probe(secret=f"value {n}") for n in range(7)] + [probe(secret=None)])
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]

    progress = list(rotate_column(COLUMN, batch=3))

    assert progress == [(3, 7), (6, 7), (7, 7)]
    use = key_use([COLUMN])
    assert (use.outstanding, use.unknown) == (0, 0)
    assert use.droppable == [encryption.key_id(encryption.parse_key(OLD))]
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert [row.secret for row in probe.objects.order_by("id")] == [*(f"value {n}" for n in range(7)), None]


def test_rotation_goes_on_where_it_stopped(probe, settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    probe.objects.bulk_create([probe(secret=f"value {n}") for n in range(4)])
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    next(rotate_column(COLUMN, batch=2))

    assert list(rotate_column(COLUMN, batch=2)) == [(2, 2)]


def test_rotation_keeps_what_somebody_wrote_meanwhile(probe, settings, monkeypatch):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    row = probe.objects.create(secret="before")
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]

    def decrypt_while_somebody_writes(value):
        probe.objects.filter(pk=row.pk).update(secret="after")
        return decrypt(value)

    monkeypatch.setattr("employment_portal.core.key_rotation.decrypt", decrypt_while_somebody_writes)
    list(rotate_column(COLUMN))

    assert probe.objects.get().secret == "after"


def test_the_command_says_when_a_key_is_missing(probe, settings, monkeypatch):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    probe.objects.create(secret="lost")
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    monkeypatch.setattr(
        "employment_portal.core.management.commands.rotate_keys.encrypted_columns", lambda: [COLUMN]
    )

    with pytest.raises(CommandError, match="not configured"):
        call_command("rotate_keys", "--batch", "1")


def test_the_command_reports_the_key_that_can_go(probe, settings, monkeypatch, capsys):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    probe.objects.create(secret="text")
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    monkeypatch.setattr(
        "employment_portal.core.management.commands.rotate_keys.encrypted_columns", lambda: [COLUMN]
    )

    call_command("rotate_keys")

    out = capsys.readouterr().out
    assert "1 of 1" in out
    assert f"Key {encryption.key_id(encryption.parse_key(OLD))} is in no value" in out


def test_every_encrypted_column_of_the_portal_is_rotated():
    assert "people_person.id_number" in {str(column) for column in encrypted_columns()}


@pytest.mark.django_db
def test_second_factors_and_waiting_requests_are_rotated_and_counted(settings, capsys):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    person = PersonFactory(with_number=True)
    with_second_factor(officer := UserFactory(street_clerk=True, region=person.residence_region))
    RecoveryCodes.activate(officer)
    number = check_resident_id(resident_id(date(1996, 1, 2), serial=3), today=date(2026, 11, 20))
    asked = request_correction(
        person_id=person.pk, name=person.name, number=number, document="resident", reason="录错", by=officer,
        today=date(2026, 11, 20),
    )  # fmt: skip
    account = request_four_eyes(
        kind="payments.enter_account", subject=person, payload={"number": encrypt("6222021001116245702")},
        reason="来信", by=officer,
    )  # fmt: skip
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    old = encryption.key_id(encryption.parse_key(OLD))
    assert old not in key_use(encrypted_columns()).droppable

    call_command("rotate_keys")

    assert f"Key {old} is in no value" in capsys.readouterr().out
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    totp = Authenticator.objects.get(type="totp")
    assert decrypt(totp.data["secret"]) == TOTP_SECRET
    assert RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes() == codes
    account.refresh_from_db()
    assert decrypt(account.payload["number"]) == "6222021001116245702"
    asked.refresh_from_db()
    assert proposed(asked)["number"] == number.value
    again = json.dumps(asked.payload, sort_keys=True, ensure_ascii=False)
    assert asked.payload_sha256 == hashlib.sha256(again.encode()).hexdigest()
