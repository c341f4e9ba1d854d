"""The locks agree with pyproject.toml and with each other, and every file in them is pinned by hash."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = {"runtime.lock": [], "requirements.lock": ["dev"]}
LINE = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[^ ;]+)(?: ; (?P<marker>.+?))? \\$")


def locked(name: str) -> dict[str, set[str]]:
    """Package to the versions the lock holds; more than one where platforms differ."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / "packaging" / name).read_text(encoding="utf-8").splitlines():
        if match := LINE.match(line):
            found.setdefault(match["name"], set()).add(match["version"])
    return found


def asked(extras: list[str]) -> list[Requirement]:
    lines = list(PROJECT["dependencies"])
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("name", LOCKS)
def test_each_line_is_a_pinned_version_with_hashes(name: str) -> None:
    lines = (ROOT / "packaging" / name).read_text(encoding="utf-8").splitlines()
    assert lines[0] == "--only-binary :all:"
    pins = [number for number, line in enumerate(lines) if LINE.match(line)]
    hashes = [line for line in lines if re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?", line)]
    assert len(lines) == len(pins) + len(hashes) + 2, "a line is neither a pin nor a hash"
    assert all(lines[number + 1].startswith("    --hash=sha256:") for number in pins)


@pytest.mark.parametrize("name", LOCKS)
def test_what_the_project_asks_for_is_locked_within_its_range(name: str) -> None:
    pins = locked(name)
    wrong = [
        f"{requirement} locked at {pins.get(canonicalize_name(requirement.name))}"
        for requirement in asked(LOCKS[name])
        if not (versions := pins.get(canonicalize_name(requirement.name)))
        or not all(requirement.specifier.contains(Version(version)) for version in versions)
    ]
    assert not wrong


def test_the_frozen_program_gets_the_versions_that_were_tested() -> None:
    tested, frozen = locked("requirements.lock"), locked("runtime.lock")
    assert not {name: versions for name, versions in frozen.items() if tested.get(name) != versions}


def test_the_frozen_program_gets_no_tool_of_development() -> None:
    tools = {canonicalize_name(requirement.name) for requirement in asked(["dev"])[len(asked([])) :]}
    assert not tools & set(locked("runtime.lock"))


@pytest.mark.parametrize("name", LOCKS)
def test_markers_can_be_read(name: str) -> None:
    text = (ROOT / "packaging" / name).read_text(encoding="utf-8")
    markers = [match["marker"] for match in map(LINE.match, text.splitlines()) if match and match["marker"]]
    assert markers
    for marker in markers:
        Marker(marker).evaluate({"python_version": f"{sys.version_info.major}.{sys.version_info.minor}"})
