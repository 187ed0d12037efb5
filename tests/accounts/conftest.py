import pytest
from django.core.cache import cache

from tests.factories.accounts import UserFactory
from tests.factories.regions import AgencyFactory, RegionFactory


@pytest.fixture(autouse=True)
def own_cache(settings):
    """Locks and limits live in the cache: each test starts without any, and parallel tests do not meet."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "accounts"}
    }
    cache.clear()


@pytest.fixture
def city():
    return AgencyFactory(region=RegionFactory(code="5101"))


@pytest.fixture
def district():
    return AgencyFactory(region=RegionFactory(code="510108"))


@pytest.fixture
def security(city):
    return UserFactory(security_admin=True, agency=city)
