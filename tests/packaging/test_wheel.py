"""What `pip install` gets: the wheel carries the resources and the migrations, and finds them there."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    (built,) = target.glob("*.whl")
    return built


def test_it_carries_the_package_whole_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    package = ROOT / "meditrack_desktop"
    modules = {f"meditrack_desktop/{path.relative_to(package).as_posix()}" for path in package.rglob("*.py")}
    resources = {
        f"meditrack_desktop/resources/{path.relative_to(ROOT / 'resources').as_posix()}"
        for path in (ROOT / "resources").rglob("*")
        if path.is_file()
    }
    assert len(resources) > 50
    assert modules | resources | {"meditrack_desktop/py.typed"} <= names
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"meditrack_desktop"}


def test_it_has_the_one_front_door(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/entry_points.txt")]
    lines = archive.read(name).decode().split("\n")
    assert [line for line in lines if "=" in line] == ["meditrack = meditrack_desktop.__main__:main"]
    assert any(name.endswith("LICENSE") for name in archive.namelist())


def test_the_installed_program_finds_its_resources_and_migrations(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    script = (
        "from meditrack_desktop.config import resource_path\n"
        "from meditrack_desktop.database.schema import newest\n"
        "print(resource_path('fonts', 'Inter-Regular.ttf').is_file(), resource_path(), newest(), sep='\\n')"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(
        [sys.executable, "-P", "-c", script],
        cwd=tmp_path.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    found, place, newest = ran.stdout.split("\n")[:3]
    assert (found, Path(place)) == ("True", tmp_path / "meditrack_desktop" / "resources"), ran.stderr
    assert newest
