"""The floors hold: import contracts are kept, and Qt stays in the windows."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from importlinter import api as importlinter
from importlinter.application import use_cases


def test_the_import_contracts_are_kept(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    monkeypatch.syspath_prepend(str(root))
    kept = use_cases.lint_imports(cache_dir=None, no_logo=True)
    assert kept, capsys.readouterr().out


def test_there_is_one_exception_to_the_contracts_and_a_decision_allows_it(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    contracts = importlinter.read_configuration()["contracts_options"]
    ignored = [line for contract in contracts for line in contract.get("ignore_imports", [])]
    assert ignored == ["meditrack_desktop.cli.** -> meditrack_desktop.bootstrap"]
    assert "docs/decisions/0009" in (root / "pyproject.toml").read_text(encoding="utf-8")


BREACHES = {
    "Floors look down, never up": ("domain", "import meditrack_desktop.services"),
    "Faces reach the clinic through services only": ("workers", "import meditrack_desktop.vault"),
    "Qt lives in ui only": ("services", "import PySide6.QtCore"),
    "SQLAlchemy lives in database only": ("vault", "import sqlalchemy"),
    "Adapters know neither database nor vault": ("adapters", "import meditrack_desktop.database"),
    "Rooms of the desk do not import each other": ("ui/login", "import meditrack_desktop.ui.patients"),
    "No circles within a floor": ("ui/theme", "import meditrack_desktop.ui.widgets"),
}


def mock_house(
    root: Path, place: Path, breaches: dict[str, tuple[str, str]]
) -> subprocess.CompletedProcess[str]:
    """The verdict of our contracts over empty rooms of the same names, with these breaches planted."""
    modules = [line.split(".")[1:] for line in named_modules(root)]
    for parts in [*modules, ["ui", "theme"], ["ui", "widgets"]]:
        (place / "meditrack_desktop" / Path(*parts)).mkdir(parents=True, exist_ok=True)
    for folder in [place / "meditrack_desktop", *(place / "meditrack_desktop").rglob("*")]:
        (folder / "__init__.py").touch()
    main = place / "meditrack_desktop" / "cli" / "main.py"
    main.write_text("import meditrack_desktop.bootstrap\n")
    planted = [*breaches.values()]
    if breaches:
        planted.append(("ui/widgets", "import meditrack_desktop.ui.theme"))
    for room, line in planted:
        with (place / "meditrack_desktop" / room / "__init__.py").open("a") as module:
            module.write(line + "\n")
    command = "from importlinter.cli import lint_imports_command as run; run()"
    options = ["--config", str(root / "pyproject.toml"), "--no-cache"]
    return subprocess.run(
        [sys.executable, "-c", command, *options], cwd=place, capture_output=True, text=True
    )


def named_modules(root: Path) -> set[str]:
    """Every module of ours that the contracts name."""
    config = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    named = set()
    for contract in config["contracts"]:
        for key in ("source_modules", "forbidden_modules", "modules", "ancestors"):
            named.update(name for name in contract.get(key, []) if name.startswith("meditrack_desktop."))
        for layer in contract.get("layers", []):
            named.update(
                f"meditrack_desktop.{name}" for name in layer.replace("|", " ").replace(":", " ").split()
            )
    return named


def test_a_house_without_a_breach_stands(root: Path, tmp_path: Path) -> None:
    ran = mock_house(root, tmp_path, {})
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert all(f"{name} KEPT" in ran.stdout for name in BREACHES)


def test_each_contract_catches_the_breach_meant_for_it(root: Path, tmp_path: Path) -> None:
    ran = mock_house(root, tmp_path, BREACHES)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert not [name for name in BREACHES if f"{name} BROKEN" not in ran.stdout]


@pytest.mark.parametrize(
    "floor",
    ["api", "cli", "workers", "bootstrap", "services", "adapters", "vault", "examiner", "domain", "__main__"],
)
def test_nothing_but_the_windows_loads_qt(floor: str, root: Path) -> None:
    """Every module of the floor is imported in a fresh interpreter; only then is Qt looked for."""
    script = f"""
import importlib, importlib.util, pkgutil, sys
name = "meditrack_desktop.{floor}"
if importlib.util.find_spec(name) is None:
    raise SystemExit("there is no " + name)
module = importlib.import_module(name)
for info in pkgutil.walk_packages(getattr(module, "__path__", []), name + "."):
    importlib.import_module(info.name)
loaded = sorted(name for name in sys.modules if name.split(".")[0] in ("PySide6", "shiboken6"))
raise SystemExit(", ".join(loaded) or 0)
"""
    ran = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
