from collections.abc import Iterator
from pathlib import Path

import pytest

from employment_portal.launcher.places import Places
from tests.launcher.installation import Installation


@pytest.fixture
def installation() -> Iterator[Installation]:
    """A portal that was never started."""
    installation = Installation()
    yield installation
    installation.remove()


@pytest.fixture(scope="module")
def _started_once() -> Iterator[Installation]:
    installation = Installation()
    installation.start()
    installation.wait_until_ready()
    installation.stop()
    yield installation
    installation.remove()


@pytest.fixture
def started_once(_started_once: Installation) -> Iterator[Installation]:
    """A portal that was started and stopped, for tests that need its database. Stopped again after each."""
    yield _started_once
    _started_once.kill()


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> Iterator[Places]:
    """Folders for servers that a test starts itself."""
    installation = Installation()
    monkeypatch.setenv("PORTAL_SERVERS", str(installation.folder / "servers"))
    places = Places(Path(installation.root), installation.var)
    places.make()
    yield places
    installation.remove()
