import pytest
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
from employment_portal.core.key_rotation import Column, encrypted_columns, key_use, rotate_column

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
