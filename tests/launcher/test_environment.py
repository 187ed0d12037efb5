"""The environment: what counts as installed, and what is said when installing fails."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from employment_portal.launcher import environment
from employment_portal.launcher.environment import Environment, explain, matches, pins
from employment_portal.launcher.messages import Problem
from employment_portal.launcher.places import Places
from tests.launcher.installation import ROOT, Installation


@pytest.fixture
def project(tmp_path: Path) -> Places:
    (tmp_path / "tests").mkdir()
    (tmp_path / "requirements.txt").write_text("Django==5.2.8 \\\n    --hash=sha256:00\n")
    (tmp_path / "tests" / "requirements.txt").write_text(
        "Django==5.2.8 \\\n    --hash=sha256:00\npytest==9.0.0\n"
    )
    places = Places(tmp_path, tmp_path / "var")
    places.make()
    return places


def test_the_running_environment_matches_the_lock_it_was_made_from():
    assert matches(ROOT / "requirements.txt")


def test_an_environment_with_another_version_does_not_match(tmp_path):
    lock = tmp_path / "requirements.txt"
    lock.write_text("Django==1.0 \\\n    --hash=sha256:00\n")

    assert not matches(lock)


def test_a_package_for_another_system_need_not_be_there(tmp_path):
    lock = tmp_path / "requirements.txt"
    lock.write_text("no-such-package==1.0 ; sys_platform == 'win32' \\\n    --hash=sha256:00\n")

    assert matches(lock)


def test_a_lock_names_its_packages_without_their_hashes():
    found = pins(ROOT / "requirements.txt")

    assert "django" in found
    assert all(version[0].isdigit() for version in found.values())


def test_the_larger_lock_serves_the_smaller_one_too(project):
    made = Environment(project)
    made.folder.mkdir()

    made._set_stamps("tests/requirements.txt")

    assert made.has("tests/requirements.txt")
    assert made.has("requirements.txt")


def test_the_smaller_lock_does_not_serve_the_larger_one(project):
    made = Environment(project)
    made.folder.mkdir()

    made._set_stamps("requirements.txt")

    assert made.has("requirements.txt")
    assert not made.has("tests/requirements.txt")


def test_a_changed_lock_is_no_longer_installed(project):
    made = Environment(project)
    made.folder.mkdir()
    made._set_stamps("requirements.txt")

    (project.root / "requirements.txt").write_text("Django==5.2.9 \\\n    --hash=sha256:00\n")

    assert not made.has("requirements.txt")


@pytest.mark.parametrize(
    ("output", "problem"),
    [
        ("WARNING: Retrying … NewConnectionError('<…>: [Errno 111] Connection refused')", "no_network"),
        ("socket.gaierror: [Errno -3] Temporary failure in name resolution", "no_network"),
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "disk_full",
        ),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "bad_hash"),
        ("Error: [Errno 13] Permission denied: '/srv/portal/.venv'", "not_writable"),
        ("Error: [Errno 30] Read-only file system: '/srv/portal/.venv'", "not_writable"),
        (
            "The virtual environment was not created successfully because ensurepip is not available.",
            "no_venv",
        ),
    ],
)
def test_what_pip_says_becomes_a_sentence(output, problem, tmp_path):
    explained = explain(output, tmp_path, tmp_path / "log")

    assert explained is not None
    assert explained.key == problem


def test_a_python_without_venv_is_told_what_to_install(project, monkeypatch):
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(environment, "require_space", lambda folder, megabytes: None)

    with pytest.raises(Problem, match="python3-venv"):
        Environment(project).prepare("requirements.txt")


def test_an_environment_left_half_made_is_made_again(project, monkeypatch):
    made = Environment(project)
    made.folder.mkdir()
    made._set_stamps("requirements.txt")
    made.unfinished.touch()
    calls = []
    monkeypatch.setattr(environment, "require_space", lambda folder, megabytes: None)
    monkeypatch.setattr(Environment, "_make", lambda self, afresh: calls.append(("make", afresh)))
    monkeypatch.setattr(Environment, "_install", lambda self, lock: calls.append(("install", lock)))

    made.prepare("requirements.txt")

    assert calls == [("make", True), ("install", "requirements.txt")]
    assert not made.unfinished.exists()


def test_manage_py_parses_on_old_pythons():
    ast.parse((ROOT / "manage.py").read_text(), feature_version=(3, 6))


def test_an_old_python_is_told_which_one_to_use():
    pretend = "import sys; sys.version_info = (3, 9, 2, 'final', 0); sys.argv = ['manage.py', 'up'];"
    run = "import runpy; runpy.run_path('manage.py', run_name='__main__')"

    done = subprocess.run([sys.executable, "-c", pretend + run], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 1
    assert "needs Python 3.11 or newer, and this is Python 3.9" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_without_a_network_the_first_start_says_so(tmp_path):
    checkout = tmp_path / "portal"
    copy_of_the_launcher(checkout)
    nowhere = {
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_INDEX_URL": "https://127.0.0.1:9/simple",
        "PIP_EXTRA_INDEX_URL": "",
        "PIP_FIND_LINKS": "",
        "PIP_CACHE_DIR": str(tmp_path / "cache"),
    }
    installation = Installation(python=sys._base_executable, root=checkout)  # type: ignore[attr-defined]

    done = installation.command("up", "--port", str(installation.port), **nowhere)
    installation.remove()

    assert done.returncode == 1
    assert "no connection to the package index" in done.stderr
    assert "Traceback" not in done.stderr


def copy_of_the_launcher(checkout: Path) -> None:
    """A checkout that holds no more than a first start reads."""
    import shutil

    (checkout / "employment_portal").mkdir(parents=True)
    (checkout / "tests").mkdir()
    shutil.copy(ROOT / "manage.py", checkout)
    shutil.copy(ROOT / "requirements.txt", checkout)
    shutil.copy(ROOT / "tests" / "requirements.txt", checkout / "tests")
    shutil.copy(ROOT / "employment_portal" / "__init__.py", checkout / "employment_portal")
    shutil.copytree(
        ROOT / "employment_portal" / "launcher",
        checkout / "employment_portal" / "launcher",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
