"""The README promises two commands, one line each; what checks everything runs the same words."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from meditrack_desktop.__main__ import NO_DISPLAY, QT_LIBRARIES

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
RUN = (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def commands() -> list[str]:
    return [block.strip() for block in re.findall(r"^```sh\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)]


def test_there_are_two_commands_of_one_line() -> None:
    demo, tests = commands()
    assert "\n" not in demo + tests
    assert demo.endswith(" && .venv/bin/python -m meditrack_desktop demo")
    assert tests.endswith(" && .venv/bin/python -m pytest")
    assert all(command.startswith("python3 -m venv .venv && ") for command in (demo, tests))


def test_the_locks_they_name_exist() -> None:
    named = [name for command in commands() for name in re.findall(r"-r (\S+)", command)]
    assert named == ["packaging/runtime.lock", "packaging/requirements.lock"]
    assert all((ROOT / name).is_file() for name in named)


def test_the_check_takes_its_command_from_the_readme() -> None:
    pattern = re.search(r"grep -E '([^']+)' README\.md", RUN)
    assert pattern
    assert re.findall(pattern[1], README, re.MULTILINE) == [commands()[1]]


def test_the_check_is_a_sound_script_that_may_be_run() -> None:
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    assert subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=False).returncode == 0
    assert "set -euo pipefail" in RUN


def test_a_machine_without_a_display_is_told_so(tmp_path: Path) -> None:
    """Qt itself would end the process with a signal."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    command = [sys.executable, "-m", "meditrack_desktop", "--profile", str(tmp_path)]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if sys.platform.startswith("linux"):
        assert ran.returncode == 1
        assert ran.stderr == f"meditrack: {NO_DISPLAY}\n"


def test_the_sentence_about_missing_libraries_names_the_same_packages() -> None:
    named = re.findall(r"\blib[\w.+-]+", QT_LIBRARIES.replace("{error}", ""))
    installed = " ".join(re.findall(r'^(?:qt|xcb)="([^"]+)"$', RUN, re.MULTILINE)).split()
    assert [name for name in named if name != "libraries"] == installed


def test_the_check_installs_the_system_packages_the_readme_names() -> None:
    named = [
        name for line in re.findall(r"`((?:apt-get install )?lib[^`]+)`", README) for name in line.split()
    ]
    installed = " ".join(re.findall(r'^(?:qt|xcb)="([^"]+)"$', RUN, re.MULTILINE)).split()
    assert [name for name in named if name.startswith("lib")] == installed
