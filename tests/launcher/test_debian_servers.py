"""The portal on Debian's own PostgreSQL and Redis, started by the documented command."""

import glob
import os
import shutil
import subprocess

import pytest

from tests.launcher.installation import ROOT, Installation, free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not glob.glob("/usr/lib/postgresql/*/bin/postgres") or not shutil.which("redis-server"),
        reason="Debian's PostgreSQL and Redis are not installed (apt-get install postgresql redis-server)",
    ),
]


@pytest.fixture
def servers(installation: Installation):
    variables = os.environ | {
        "DEBIAN_SERVERS": str(installation.folder / "debian"),
        "DATABASE_PORT": str(free_port()),
        "REDIS_PORT": str(free_port()),
    }
    command = ROOT / "deploy" / "debian-servers"
    started = subprocess.run([command, "start"], env=variables, capture_output=True, text=True)
    assert started.returncode == 0, started.stderr
    yield dict(line.removeprefix("export ").split("=", 1) for line in started.stdout.splitlines())
    subprocess.run([command, "stop"], env=variables, check=True, capture_output=True)


def test_the_portal_runs_on_debians_servers_and_its_backup_comes_back(installation, servers, tmp_path):
    installation.start(**servers)
    installation.wait_until_ready()
    status, _ = installation.get("/")
    _, health = installation.get("/health/ready")
    installation.stop()
    file = tmp_path / "portal.tar"
    keys = dict(
        line.split("=", 1) for line in (installation.var / "keys.env").read_text().splitlines() if "=" in line
    )
    made = installation.command("backup", str(file), **servers, **keys)
    restored = installation.command("restore", "--force", str(file), **servers, **keys)

    assert status == 200
    assert '"redis": {"state": "ok"}' in health
    assert not (installation.var / "postgresql").exists()
    assert made.returncode == 0, made.stderr
    assert restored.returncode == 0, restored.stderr
