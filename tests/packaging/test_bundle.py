"""What the frozen program may carry: the rules that packaging/build.py proves over the real folder."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "packaging" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def rules() -> ModuleType:
    return load("bundle_rules")


def whole_bundle(rules: ModuleType, contents: Path) -> Path:
    plugin = "PySide6/Qt/plugins/platforms/libqxcb.so"
    for name in (*rules.MUST_CARRY, plugin, "PySide6/QtWidgets.abi3.so", "PySide6/Qt/lib/libQt6Pdf.so.6"):
        file = contents / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return contents


def test_a_whole_bundle_is_accepted(rules: ModuleType, tmp_path: Path) -> None:
    assert rules.problems(whole_bundle(rules, tmp_path)) == []


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/lib/libQt6WebEngineCore.so.6",
        "PySide6/QtWebEngineWidgets.abi3.so",
        "PySide6/Qt6WebEngineCore.dll",
        "PySide6/Qt/lib/QtWebEngineCore.framework/Versions/A/QtWebEngineCore",
        "PySide6/Qt/lib/libQt6Charts.so.6",
        "PySide6/QtGraphs.pyd",
        "PySide6/Qt6DataVisualization.dll",
        "PySide6/Qt/lib/libQt6VirtualKeyboard.so.6",
        "PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.so",
        "PySide6/plugins/platforminputcontexts/qtvirtualkeyboardplugin.dll",
        "PySide6/Qt/lib/libQt6NetworkAuth.so.6",
        "PySide6/Qt/lib/libQt6Quick3DPhysics.so.6",
        "PySide6/Qt/lib/libQt6QuickWidgets.so.6",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/translations/qtbase_de.qm",
        "PySide6/Qt/qml/QtQuick/qmldir",
    ],
)
def test_what_must_stay_out_is_found(rules: ModuleType, tmp_path: Path, name: str) -> None:
    contents = whole_bundle(rules, tmp_path)
    stray = contents / name
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.touch()
    assert rules.problems(contents) == [f"carries {name}"]


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/QtCore.abi3.so",
        "PySide6/Qt6Gui.dll",
        "PySide6/Qt/lib/libQt6Pdf.so.6",
        "PySide6/Qt/lib/libQt6Svg.so.6",
        "PySide6/Qt/lib/libQt6Network.so.6",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6/Qt/plugins/imageformats/libqsvg.so",
        "meditrack_desktop/resources/icons/chart-column.svg",
        "sqlalchemy/sql/_util_cy.so",
    ],
)
def test_what_the_windows_need_stays_in(rules: ModuleType, name: str) -> None:
    assert not rules.refused(name)


def test_what_is_read_by_path_is_missed(rules: ModuleType, tmp_path: Path) -> None:
    contents = whole_bundle(rules, tmp_path)
    (contents / "meditrack_desktop/database/migrations/env.py").unlink()
    (contents / "PySide6/Qt/plugins/platforms/libqxcb.so").unlink()
    assert rules.problems(contents) == [
        "lacks meditrack_desktop/database/migrations/env.py",
        "lacks every platform plugin of Qt",
    ]


def test_what_must_be_carried_lies_in_the_checkout(rules: ModuleType) -> None:
    ours = [name for name in rules.MUST_CARRY if name.startswith("meditrack_desktop/")]
    places = [ROOT / name.replace("meditrack_desktop/resources", "resources") for name in ours]
    assert ours
    assert not [str(place) for place in places if not place.is_file()]


def test_every_migration_must_be_carried(rules: ModuleType) -> None:
    versions = ROOT / "meditrack_desktop" / "database" / "migrations" / "versions"
    names = {path.relative_to(ROOT).as_posix() for path in versions.glob("v*.py")}
    assert names
    assert names <= set(rules.MUST_CARRY)


def test_a_missing_bundle_is_refused_in_a_sentence(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "packaging" / "build.py"), "--check", "--dist", str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr.strip() == f"there is no {tmp_path / 'meditrack' / Path('meditrack').name}" + (
        ".exe" if sys.platform == "win32" else ""
    )
