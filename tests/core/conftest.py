import pytest
from django.utils import translation


@pytest.fixture
def english():
    """The message ids themselves, whatever the default language."""
    with translation.override("en"):
        yield
