"""``manage.py check --deploy`` refuses what must not be so in production."""

import pytest

from employment_portal.core.checks import check_deployment

SOUND = {
    "DEBUG": False,
    "SECRET_KEY": "s" * 50,
    "FIELD_HASH_KEY": "h" * 50,
    "LEDGER_SEAL_KEY": "l" * 50,
    "FIELD_ENCRYPTION_KEYS": ["k" * 43 + "="],
    "OWN_SERVERS": False,
    "USE_SIMULATORS": False,
    "SITE_URL": "https://jobs.example.gov.cn",
    "ALLOWED_HOSTS": ["jobs.example.gov.cn"],
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "ALLAUTH_TRUSTED_PROXY_COUNT": 1,
}


@pytest.fixture
def sound(settings, monkeypatch):
    monkeypatch.setitem(settings.DATABASES["default"], "HOST", "db.internal")
    for name, value in SOUND.items():
        setattr(settings, name, value)
    return settings


def test_a_sound_deployment_passes(sound):
    assert check_deployment(None) == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DEBUG", True, "portal.E001"),
        ("SECRET_KEY", "insecure-development-secret_key-and-very-long-indeed", "portal.E002"),
        ("SECRET_KEY", "short", "portal.E002"),
        ("FIELD_HASH_KEY", "insecure-development-field_hash_key-and-very-long", "portal.E002"),
        ("LEDGER_SEAL_KEY", "insecure-development-ledger_seal_key-and-very-long", "portal.E002"),
        ("FIELD_ENCRYPTION_KEYS", [], "portal.E003"),
        ("OWN_SERVERS", True, "portal.E004"),
        ("USE_SIMULATORS", True, "portal.E005"),
        ("SITE_URL", "http://jobs.example.gov.cn", "portal.E006"),
        ("ALLOWED_HOSTS", ["*"], "portal.E007"),
        ("ALLOWED_HOSTS", ["localhost", "127.0.0.1"], "portal.E007"),
        ("ALLAUTH_TRUSTED_PROXY_COUNT", 0, "portal.E010"),
    ],
)
def test_each_unsafe_setting_is_refused_with_what_mends_it(sound, name, value, expected):
    setattr(sound, name, value)

    found = check_deployment(None)

    assert [message.id for message in found] == [expected]
    assert found[0].hint


def test_the_database_of_a_trial_is_known_by_its_socket(sound, monkeypatch):
    monkeypatch.setitem(sound.DATABASES["default"], "HOST", "/var/lib/employment-portal/main-1/run")

    assert [message.id for message in check_deployment(None)] == ["portal.E004"]
