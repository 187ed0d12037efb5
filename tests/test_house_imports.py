"""The layers of docs/architecture.md hold, and the launcher runs before anything is installed."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAUNCHER = ROOT / "employment_portal" / "launcher"
CODE = ("employment_portal", "jobs", "subsidies")
IN_THE_ENVIRONMENT = {"prepare.py"}  # started as a process of its own, with the packages
SCRIPTS = {"fonts", "examples"}  # scripts of their own, imported by nobody


def test_every_module_imports_only_what_stands_below_it():
    checked = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )

    assert checked.returncode == 0, checked.stdout


def test_the_layers_name_every_package():
    """A package that no layer names would stand outside the contract."""
    named = (ROOT / "pyproject.toml").read_text("utf-8")
    packages = [path.parent for path in (ROOT / "employment_portal").glob("*/__init__.py")]

    assert [package.name for package in packages if f"employment_portal.{package.name}" not in named] == []


def test_the_launcher_needs_nothing_but_the_standard_library():
    foreign = [
        f"{path.name}: {name}"
        for path in sorted(LAUNCHER.glob("*.py"))
        if path.name not in IN_THE_ENVIRONMENT
        for name in _imported_at_the_top(path)
        if not name.startswith("employment_portal.launcher")
        and name.split(".")[0] not in sys.stdlib_module_names
    ]

    assert foreign == []


def test_every_folder_of_code_is_a_package():
    """Without ``__init__.py`` a folder still imports, but the layers do not see it."""
    folders = {path.parent for area in CODE for path in (ROOT / area).rglob("*.py")}
    bare = [folder for folder in folders if not (folder / "__init__.py").exists()]

    assert [str(folder.relative_to(ROOT)) for folder in bare if folder.name not in SCRIPTS] == []


def _imported_at_the_top(path: Path) -> list[str]:
    """What importing the module imports; a function may import more once the environment is there."""
    names = []
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return names
