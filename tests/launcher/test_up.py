"""``manage.py up`` as a user runs it: started, asked, started twice, stopped, killed, started again."""

import contextlib
import os
import pwd
import signal
import socket
import subprocess
import sys
import tarfile
import time

import pytest

from employment_portal.launcher.places import Places
from employment_portal.launcher.postgresql import PostgreSQL
from tests.launcher.installation import Installation
from tests.launcher.test_environment import copy_of_the_launcher

pytestmark = pytest.mark.slow


def sql(installation: Installation, statement: str) -> str:
    """Runs a statement on a stopped installation's database."""
    code = (
        f"from django.db import connection as c; k = c.cursor(); k.execute({statement!r}); print(k.rowcount)"
    )
    done = installation.command("shell", "--no-imports", "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_portal_comes_up_answers_and_leaves_nothing_behind(started_once):
    started_once.start()
    started_once.wait_until_ready()

    status, page = started_once.get("/")
    ready, health = started_once.get("/health/ready")
    code = started_once.stop()

    assert (status, ready) == (200, 200)
    assert "</html>" in page
    assert '"database": {"state": "ok"}' in health
    assert code == 0
    started_once.wait_until_nothing_runs(patience=10)


def test_a_second_start_says_where_the_first_one_runs(started_once):
    started_once.start()
    started_once.wait_until_ready()

    second = started_once.command("up", "--port", str(started_once.port + 1))
    status, _ = started_once.get("/health/live")
    started_once.stop(signal.SIGTERM)

    assert second.returncode == 1
    assert f"already running at {started_once.address}" in second.stderr
    assert status == 200


def test_a_killed_portal_takes_its_processes_along_and_starts_again(started_once):
    started_once.start()
    started_once.wait_until_ready()
    assert started_once.process is not None

    started_once.process.kill()
    started_once.process.wait()
    started_once.wait_until_nothing_runs()
    started_once.start()
    started_once.wait_until_ready()
    status, _ = started_once.get("/")
    started_once.stop()

    assert status == 200


def test_a_web_server_that_is_killed_is_started_again(started_once):
    started_once.start()
    started_once.wait_until_ready()
    web = min(int(line.split()[0]) for line in started_once.processes() if "gunicorn" in line)

    os.kill(web, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while "web ended (SIGKILL); starting it again" not in started_once.log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    status = 0
    while status != 200 and time.monotonic() < deadline:
        time.sleep(0.2)
        with contextlib.suppress(OSError):
            status, _ = started_once.get("/health/live")
    started_once.stop()

    assert status == 200


def test_commands_reach_the_database_of_a_portal_that_runs(started_once):
    started_once.start()
    started_once.wait_until_ready()

    done = started_once.command(
        "shell", "--no-imports", "-c", "from django.conf import settings as s; print(s.OWN_SERVERS)"
    )
    status, _ = started_once.get("/health/live")
    started_once.stop()

    assert done.stdout.strip() == "True"
    assert status == 200


def test_a_taken_port_is_told_with_another_one(installation):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        done = installation.command("up", "--port", str(port))

    assert done.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken" in done.stderr
    assert f"--port {port + 1}" in done.stderr


def test_the_launcher_speaks_chinese_where_the_locale_does(installation):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        done = installation.command("up", "--port", str(other.getsockname()[1]), LANG="zh_CN.UTF-8")

    assert "已被其他程序占用" in done.stderr


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path):
    installation = Installation()
    checkout = installation.folder / "portal"
    copy_of_the_launcher(checkout)
    checkout.chmod(0o555)
    account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    as_other = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    python = "/usr/bin/python3" if account else sys.executable  # nobody cannot look into root's HOME

    done = subprocess.run(
        [python, "manage.py", "up", "--port", str(installation.port)],
        cwd=checkout, env=environment, capture_output=True, text=True, **as_other,
    )  # fmt: skip
    installation.remove()

    assert done.returncode == 1
    assert "cannot be written to" in done.stderr
    assert str(checkout) in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_of_an_older_version_is_saved_and_migrated(started_once):
    person = "from django.contrib.auth import get_user_model as m; m().objects.create_user(email='kept@example.com')"
    assert started_once.command("shell", "--no-imports", "-c", person).returncode == 0
    back = started_once.command("migrate", "django_celery_results", "zero")
    assert back.returncode == 0, back.stderr
    started_once.start()
    started_once.wait_until_ready()
    started_once.stop()

    output = started_once.log.read_text()
    assert "The database is of an older version" in output
    assert list((started_once.var / "backups").glob("before-migration-*.tar"))
    assert sql(started_once, "SELECT 1 FROM accounts_user WHERE email = 'kept@example.com'").strip() == "1"
    assert sql(started_once, "SELECT 1 FROM django_celery_results_taskresult").strip() == "0"


def test_a_database_of_a_newer_version_is_left_alone(started_once):
    sql(
        started_once,
        "INSERT INTO django_migrations (app, name, applied) VALUES ('jobs', '9999_future', now())",
    )
    started_once.start()
    assert started_once.process is not None
    code = started_once.process.wait(60)
    started_once.wait_until_nothing_runs()
    sql(started_once, "DELETE FROM django_migrations WHERE name = '9999_future'")

    assert code == 1
    output = started_once.log.read_text()
    assert "made by a newer version of the portal (it has jobs.9999_future)" in output
    assert "Traceback" not in output


def test_a_lost_key_file_stops_the_start_instead_of_making_new_keys(started_once):
    keys = started_once.var / "keys.env"
    aside = keys.rename(keys.with_suffix(".aside"))

    done = started_once.command("up", "--port", str(started_once.port))
    made = keys.exists()
    aside.rename(keys)

    assert done.returncode == 1
    assert "Put the file back" in done.stderr
    assert not made


def test_keys_are_made_once_and_closed_to_others(started_once):
    keys = started_once.var / "keys.env"

    assert keys.stat().st_mode & 0o777 == 0o600
    assert "FIELD_ENCRYPTION_KEYS=" in keys.read_text()


def test_a_first_start_killed_with_9_is_finished_by_the_next(installation):
    """One moment here; ``python -m tests.launcher.kill_matrix`` goes through many."""
    installation.start()
    time.sleep(3)
    assert installation.process is not None
    installation.process.kill()
    installation.process.wait()

    installation.start()
    installation.wait_until_ready()
    status, _ = installation.get("/")
    installation.stop()

    assert status == 200


def test_later_starts_skip_what_is_done(started_once):
    started_once.start()
    started_once.wait_until_ready()
    started_once.stop()
    started_once.start()
    started_once.wait_until_ready()
    started_once.stop()

    assert "Preparing" not in started_once.log.read_text()


def test_backup_and_restore_bring_everything_back(started_once, tmp_path):
    media = started_once.var / "media" / "ab"
    media.mkdir(parents=True, exist_ok=True)
    (media / "licence.pdf").write_bytes(b"%PDF-1.7 licence")
    sql(started_once, "CREATE TABLE kept AS SELECT 'before' AS state")
    file = tmp_path / "portal.tar"

    made = started_once.command("backup", str(file))
    sql(started_once, "UPDATE kept SET state = 'after'")
    (media / "licence.pdf").write_bytes(b"changed")
    refused = started_once.command("restore", str(file))
    restored = started_once.command("restore", "--force", str(file))

    assert made.returncode == 0, made.stderr
    assert "uploaded files" in made.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    assert refused.returncode == 1
    assert "The database is not empty" in refused.stderr
    assert restored.returncode == 0, restored.stderr
    assert sql(started_once, "SELECT 1 FROM kept WHERE state = 'before'").strip() == "1"
    assert (media / "licence.pdf").read_bytes() == b"%PDF-1.7 licence"
    aside = list(started_once.var.glob("media.before-restore-*/ab/licence.pdf"))
    assert [path.read_bytes() for path in aside] == [b"changed"]
    sql(started_once, "DROP TABLE kept")


def test_a_backup_under_other_keys_is_refused(started_once, tmp_path):
    file = tmp_path / "portal.tar"
    started_once.command("backup", str(file))
    other = "A" * 43 + "="

    done = started_once.command(
        "restore", "--force", str(file), FIELD_ENCRYPTION_KEYS=other, FIELD_HASH_KEY="other" * 8
    )

    assert done.returncode == 1
    assert "are not in FIELD_ENCRYPTION_KEYS" in done.stderr
    assert "another FIELD_HASH_KEY" in done.stderr


@pytest.mark.parametrize("part", ["database.dump", "media/ab/paper.pdf"])
def test_a_backup_that_was_cut_off_changes_nothing(started_once, tmp_path, part):
    paper = started_once.var / "media" / "ab" / "paper.pdf"
    paper.parent.mkdir(parents=True, exist_ok=True)
    paper.write_bytes(b"%PDF-1.7 paper" * 100)
    file = tmp_path / "portal.tar"
    started_once.command("backup", str(file))
    with tarfile.open(file) as archive:
        cut = archive.getmember(part).offset_data + 100
    file.write_bytes(file.read_bytes()[:cut])
    before = sql(started_once, "SELECT 1 FROM django_migrations")

    done = started_once.command("restore", "--force", str(file))

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert sql(started_once, "SELECT 1 FROM django_migrations") == before


def test_a_file_that_is_no_backup_is_refused(started_once, tmp_path):
    file = tmp_path / "portal.tar"
    file.write_text("hello")

    done = started_once.command("restore", str(file))

    assert done.returncode == 1
    assert "not a backup of the portal" in done.stderr


def test_restore_is_refused_while_the_portal_runs(started_once, tmp_path):
    file = tmp_path / "portal.tar"
    started_once.command("backup", str(file))
    started_once.command("flush", "--no-input")
    started_once.start()
    started_once.wait_until_ready()
    started_once.get("/health/ready")

    done = started_once.command("restore", str(file))
    started_once.stop()

    assert done.returncode == 1
    assert "not empty" in done.stderr or "Stop the portal first" in done.stderr


def test_the_portal_runs_on_servers_that_somebody_else_looks_after(started_once, monkeypatch):
    """Debian's PostgreSQL and Redis are tried by test_debian_servers; here the address alone counts."""
    monkeypatch.setenv("PORTAL_SERVERS", str(started_once.folder / "servers"))
    database = PostgreSQL(Places(started_once.root, started_once.var))
    monkeypatch.undo()
    database.begin()
    try:
        database.wait()
        started_once.start(DATABASE_URL=database.url)
        started_once.wait_until_ready()
        status, _ = started_once.get("/")
        started_once.stop()
        assert database.process is not None
        assert database.process.poll() is None
    finally:
        database.stop()

    assert status == 200
