"""The portal's own PostgreSQL and Redis: started, killed, left behind, damaged."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from employment_portal.launcher import places as where
from employment_portal.launcher import postgresql, servers
from employment_portal.launcher.messages import Problem
from employment_portal.launcher.postgresql import PostgreSQL, bundled_programs, processes_in
from employment_portal.launcher.redis_server import Redis

ROOT_ONLY = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can mount a small disk or give files away"
)


@contextlib.contextmanager
def running(server: PostgreSQL | Redis):
    server.begin()
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def query(server: PostgreSQL, sql: str) -> list:
    with contextlib.closing(server.connect("portal")) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        rows = cursor.fetchall() if cursor.description else []
        connection.commit()
        return rows


def test_the_newest_postgresql_of_the_packages_is_used():
    assert bundled_programs()[0].major == 18


def test_postgresql_keeps_its_data_over_a_stop(places):
    with running(PostgreSQL(places)) as server:
        query(server, "CREATE TABLE kept AS SELECT 1 AS number")

    with running(PostgreSQL(places)) as server:
        assert query(server, "SELECT number FROM kept") == [(1,)]
    assert not processes_in(server.data)


def test_postgresql_listens_on_no_port_and_in_a_closed_folder(places):
    with running(PostgreSQL(places)) as server:
        assert query(server, "SHOW listen_addresses") == [("",)]
        assert server.sockets.stat().st_mode & 0o077 == 0
        assert server.data.stat().st_mode & 0o077 == 0


def test_letters_of_every_script_are_letters(places):
    with running(PostgreSQL(places)) as server:
        assert query(server, "SELECT upper('é'), '成' ~ '^\\w$', '成' < '都'") == [("É", True, "成" < "都")]


def test_the_log_does_not_carry_what_people_typed(places):
    with running(PostgreSQL(places)) as server:
        query(server, "CREATE TABLE people (phone text UNIQUE)")
        query(server, "INSERT INTO people VALUES ('13800000000')")
        with pytest.raises(Exception, match="13800000000"):
            query(server, "INSERT INTO people VALUES ('13800000000')")

    assert "duplicate key" in server.log.read_text()
    assert "13800000000" not in server.log.read_text()


def test_postgresql_killed_with_9_comes_back_with_its_data(places):
    server = PostgreSQL(places)
    server.begin()
    server.wait()
    query(server, "CREATE TABLE kept AS SELECT 1 AS number")
    assert server.process is not None
    server.process.kill()
    server.process.wait()

    with running(PostgreSQL(places)) as again:
        assert query(again, "SELECT number FROM kept") == [(1,)]


def test_a_postgresql_left_behind_is_stopped_first(places, capsys):
    # started by a process that goes away without telling it
    code = (
        "import sys; from pathlib import Path; from employment_portal.launcher import processes;"
        "processes._libc = None; from employment_portal.launcher.places import Places;"
        "from employment_portal.launcher.postgresql import PostgreSQL; import os;"
        "server = PostgreSQL(Places(Path(sys.argv[1]), Path(sys.argv[2]))); server.begin(); server.wait(); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, places.root, places.var], cwd=places.root, check=True)
    server = PostgreSQL(places)
    assert processes_in(server.data)

    with running(server):
        assert query(server, "SELECT 1") == [(1,)]
    assert "earlier run left behind" in capsys.readouterr().out


def test_a_process_number_used_by_another_program_does_not_block_the_start(places):
    with running(PostgreSQL(places)) as server:
        content = (server.data / "postmaster.pid").read_text()
    stale = "\n".join([str(os.getpid()), *content.splitlines()[1:]])
    (server.data / "postmaster.pid").write_text(stale + "\n")

    with running(PostgreSQL(places)) as again:
        assert query(again, "SELECT 1") == [(1,)]


def test_a_cluster_whose_making_was_killed_is_made_again(places):
    home = where.database_home(places)
    half = home / "data.new-1234"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    with running(PostgreSQL(places)) as server:
        assert query(server, "SELECT 1") == [(1,)]
    assert not half.exists()


def test_data_of_a_postgresql_that_is_not_there_is_refused(places):
    home = where.database_home(places)
    (home / "data").mkdir()
    (home / "data" / "PG_VERSION").write_text("9\n")

    with pytest.raises(Problem, match="made by PostgreSQL 9"):
        PostgreSQL(places).begin()


def test_without_a_postgresql_among_the_packages_the_reason_is_told(places, monkeypatch):
    monkeypatch.setattr(postgresql, "bundled_programs", list)

    with pytest.raises(Problem, match="PostgreSQL 15 or newer"):
        PostgreSQL(places).begin()


@ROOT_ONLY
def test_a_full_disk_is_told_and_leaves_nothing_half_made(places, monkeypatch):
    monkeypatch.setattr(postgresql, "NEEDED_MEGABYTES", 0)
    home = where.database_home(places)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m,mode=755", "tmpfs", home], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    account = where.server_account()
    assert account is not None
    os.chown(home, account.pw_uid, account.pw_gid)
    home.chmod(0o700)
    try:
        with pytest.raises(Problem, match="is full"):
            PostgreSQL(places).begin()
        assert not (home / "data").exists()
    finally:
        subprocess.run(["umount", home], check=True)


def test_a_nearly_full_disk_is_told_before_anything_is_made(places, monkeypatch):
    monkeypatch.setattr(postgresql, "NEEDED_MEGABYTES", 10**9)

    with pytest.raises(Problem, match="Free some space"):
        PostgreSQL(places).begin()


@ROOT_ONLY
def test_as_root_the_database_lives_outside_home_and_no_folder_is_opened_up(places):
    before = {folder: folder.stat().st_mode for folder in places.var.parents}

    home = where.database_home(places)

    assert places.database.is_symlink()
    assert home.stat().st_uid != 0
    assert {folder: folder.stat().st_mode for folder in places.var.parents} == before


@ROOT_ONLY
def test_a_closed_folder_above_the_servers_is_told_and_stays_closed(places, monkeypatch, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setenv("PORTAL_SERVERS", str(closed / "servers"))

    with pytest.raises(Problem, match="PORTAL_SERVERS"):
        where.database_home(places)
    assert closed.stat().st_mode & 0o777 == 0o700


@ROOT_ONLY
def test_test_databases_go_when_their_checkout_has_gone(places):
    gone = where.database_home(where.Places(places.root, places.var), throwaway=True)
    places.database.unlink()

    kept = where.database_home(places)

    assert not gone.exists()
    assert kept.exists()


def test_sockets_move_to_a_short_folder_when_the_path_is_long(places):
    home = places.var / ("long" * 30)
    home.mkdir()

    folder = where.socket_folder(home, None)

    assert len(os.fsencode(folder / where.LONGEST_SOCKET_NAME)) <= where.SOCKET_PATH_BYTES
    assert folder.stat().st_mode & 0o077 == 0
    folder.rmdir()


@ROOT_ONLY
def test_a_socket_folder_that_others_can_change_is_refused(places):
    home = places.var / ("long" * 30)
    home.mkdir()
    folder = where.socket_folder(home, None)
    folder.chmod(0o777)

    with pytest.raises(Problem, match="other users"):
        where.socket_folder(home, None)
    folder.rmdir()


def test_redis_answers_on_its_socket(places):
    import redis

    with running(Redis(places)) as server:
        client = redis.Redis.from_url(server.url)
        client.set("a", "1")
        assert client.get("a") == b"1"
    assert not server.socket.exists()


def test_redis_keeps_the_queue_over_a_stop(places):
    import redis

    with running(Redis(places)) as server:
        redis.Redis.from_url(server.url).lpush("default", "task")

    with running(Redis(places)) as server:
        assert redis.Redis.from_url(server.url).llen("default") == 1


def test_a_queue_file_that_redis_cannot_read_is_set_aside(places, capsys):
    places.queue.mkdir()
    (places.queue / "dump.rdb").write_bytes(b"REDIS0009 and then rubbish")

    with running(Redis(places)) as server:
        assert server._talk(b"PING").startswith(b"+PONG")

    assert list(places.queue.glob("dump-unreadable-*.rdb"))
    assert "found again in PostgreSQL" in capsys.readouterr().out


def test_a_redis_left_behind_is_stopped_first(places):
    left = Redis(places)
    left.begin()
    left.wait()
    assert left.process is not None

    with running(Redis(places)) as server:
        assert server._talk(b"PING").startswith(b"+PONG")
        assert left.process.wait(10) == 0


def test_a_database_that_does_not_answer_is_told(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")

    with pytest.raises(Problem, match="DATABASE_URL does not answer"):
        servers.check_given()


def test_a_redis_that_does_not_answer_is_told(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")

    with pytest.raises(Problem, match="REDIS_URL does not answer"):
        servers.check_given()


def test_servers_of_the_users_own_are_used_and_not_stopped(places, monkeypatch):
    with running(PostgreSQL(places)) as database, running(Redis(places)) as queue:
        monkeypatch.setenv("DATABASE_URL", database.url)
        monkeypatch.setenv("REDIS_URL", queue.url)

        with servers.running(where.Places(places.root, places.var / "other")) as found:
            assert found.own == []

        assert query(database, "SELECT 1") == [(1,)]
        assert queue.process is not None
        assert queue.process.poll() is None


def test_a_killed_launcher_takes_its_servers_along(places):
    code = (
        "import sys, time; from pathlib import Path; from employment_portal.launcher.places import Places;"
        "from employment_portal.launcher.postgresql import PostgreSQL;"
        "server = PostgreSQL(Places(Path(sys.argv[1]), Path(sys.argv[2]))); server.begin(); server.wait();"
        "print('ready', flush=True); time.sleep(60)"
    )
    launcher = subprocess.Popen(
        [sys.executable, "-c", code, places.root, places.var],
        cwd=places.root,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert launcher.stdout is not None
    while launcher.stdout.readline().strip() != "ready":
        pass
    data = Path(where.database_home(places)) / "data"

    launcher.send_signal(signal.SIGKILL)
    launcher.wait()

    for _ in range(200):
        if not processes_in(data):
            break
        import time

        time.sleep(0.05)
    assert not processes_in(data)
