"""Settings for the test suite: the same portal, quicker hashing, no manifest, mail kept in memory."""

import os
import re

os.environ.setdefault("USE_SIMULATORS", "1")
os.environ.setdefault("DEBUG", "0")

from employment_portal.settings import *  # noqa: F403

SECRET_KEY = "only-for-tests"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405  the database is replaced between tests that commit
# Clearing a cache empties its whole Redis database, whatever the prefix: each worker of the suite has one of its own.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
CACHES["default"]["KEY_PREFIX"] = f"test-{WORKER or 'main'}"  # noqa: F405
if WORKER:
    CACHES["default"]["LOCATION"] = re.sub(  # noqa: F405
        r"\bdb=0\b",
        f"db={int(WORKER.removeprefix('gw')) + 1}",
        REDIS_URL,  # noqa: F405
    )
WHITENOISE_AUTOREFRESH = True  # nothing is collected, so there is no folder to read ahead
API_TOKEN_RATE = API_ADDRESS_RATE = "100000/m"  # all tests come from one address
