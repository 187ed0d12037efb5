"""Children that end with the launcher, services that are started again."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from employment_portal.launcher import processes
from employment_portal.launcher.messages import Problem
from employment_portal.launcher.processes import Service, Supervisor
from tests.launcher.installation import ROOT


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition, patience: float = 10) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def python(code: str) -> subprocess.Popen:
    return processes.start([sys.executable, "-c", code])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_a_child_ends_when_its_launcher_is_killed():
    code = (
        "from employment_portal.launcher import processes; import sys, time;"
        "child = processes.start([sys.executable, '-c', 'import time; time.sleep(60)']);"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    launcher = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert launcher.stdout is not None
    child = int(launcher.stdout.readline())

    launcher.kill()
    launcher.wait()

    wait_until(lambda: not runs(child))


def test_a_child_in_its_own_group_does_not_get_the_terminals_ctrl_c():
    child = python("import time; time.sleep(60)")

    try:
        assert os.getpgid(child.pid) == child.pid
        assert os.getpgid(child.pid) != os.getpgid(0)
    finally:
        processes.stop(child, patience=1)


def test_a_process_that_does_not_listen_is_killed_with_its_children():
    child = processes.start(
        ["sh", "-c", "trap '' TERM; sleep 60 & echo $!; wait; wait; sleep 60"], output=subprocess.PIPE
    )
    assert child.stdout is not None
    grandchild = int(child.stdout.readline())

    processes.stop(child, patience=0.2)

    assert child.returncode == -signal.SIGKILL
    wait_until(lambda: not runs(grandchild))


def test_a_service_that_ends_is_started_again_after_a_pause(capsys):
    supervisor = Supervisor()
    service = supervisor.add(Service("worker", lambda: python("raise SystemExit(3)")))
    first = service.process
    assert first is not None
    first.wait()

    supervisor.tick()
    assert service.process is None
    wait_until(lambda: supervisor.tick() or service.process is not None)

    assert service.process is not first
    assert "worker ended (exit status 3); starting it again in 1 s" in capsys.readouterr().out
    supervisor.stop()


def test_pauses_grow_and_the_message_changes_when_a_service_keeps_ending(capsys):
    supervisor = Supervisor()
    service = supervisor.add(Service("worker", lambda: python("raise SystemExit(3)")))

    pauses = []
    for _ in range(7):
        if service.process is None:
            service.begin()
        assert service.process is not None
        service.process.wait()
        before = time.monotonic()
        supervisor.tick()
        pauses.append(round(service.due - before))

    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert "worker keeps ending (exit status 3), 4 times in a row" in capsys.readouterr().out


def test_a_service_that_never_gets_ready_is_given_up(monkeypatch):
    monkeypatch.setattr(processes, "LONGEST_PAUSE", 0)
    supervisor = Supervisor()
    service = supervisor.add(Service("web", lambda: python("raise SystemExit(1)")))

    with pytest.raises(Problem, match="web does not start"):
        supervisor.run_until_ready(service, lambda: False)


def test_stopping_leaves_no_service_behind():
    supervisor = Supervisor()
    services = [supervisor.add(Service(name, lambda: python("import time; time.sleep(60)"))) for name in "ab"]
    pids = [service.process.pid for service in services if service.process]

    supervisor.stop()

    assert not any(runs(pid) for pid in pids)
    assert all(service.process is None for service in services)
