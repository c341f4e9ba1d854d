"""The sources as the architecture tests read them: every module of the package, parsed once."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "meditrack_desktop"
_NEVER_OURS = {".git", ".venv", "build", "dist", "__pycache__", ".hypothesis", ".benchmarks"}


@dataclass(frozen=True)
class Source:
    """One module: its dotted name, its place below the package, its text and its tree."""

    name: str
    place: str
    text: str
    tree: ast.Module


def read(path: Path) -> Source:
    place = path.relative_to(PACKAGE).as_posix()
    dotted = ".".join(("meditrack_desktop", *Path(place).with_suffix("").parts)).removesuffix(".__init__")
    text = path.read_text(encoding="utf-8")
    return Source(dotted, place, text, ast.parse(text, filename=str(path)))


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def sources() -> tuple[Source, ...]:
    found = tuple(read(path) for path in sorted(PACKAGE.rglob("*.py")))
    assert len(found) > 20, "the package was not found"
    return found


@pytest.fixture(scope="session")
def repository_files() -> tuple[Path, ...]:
    """Every file that is kept in the repository; outside of git, every file that looks like it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        paths = [ROOT / name.decode() for name in listed.stdout.split(b"\0") if name]
    else:
        paths = [path for path in ROOT.rglob("*") if not _NEVER_OURS & set(path.relative_to(ROOT).parts)]
    return tuple(path for path in paths if path.is_file())
