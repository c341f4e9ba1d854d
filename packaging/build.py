"""Freezes the program into dist/meditrack, starts what came out, and checks what it carries.

    python packaging/build.py            exit 0: a folder that runs and holds what it should
    python packaging/build.py --check    checks the folder that is there already
    python packaging/build.py --release  refuses to leave out what this machine lacks (see `left_to_the_target`)

It freezes the environment that runs it; a release is frozen from a new one that holds the locks
(docs/development.md).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import bundle_rules

ROOT = Path(__file__).resolve().parents[1]


def freeze(dist: Path) -> None:
    """Run PyInstaller on the spec. SystemExit with its last lines if it fails."""
    work = ROOT / "build" / "pyinstaller"
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    command += ["--distpath", str(dist), "--workpath", str(work), str(ROOT / "packaging" / "meditrack.spec")]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit("PyInstaller failed:\n" + "\n".join((ran.stdout + ran.stderr).splitlines()[-30:]))


def bare_environment(home: Path) -> dict[str, str]:
    """An environment with nothing of this checkout and nothing of this Python in it."""
    kept = {
        name: value for name, value in os.environ.items() if name in ("SYSTEMROOT", "LANG", "TMP", "TEMP")
    }
    path = os.environ.get("PATH", "") if sys.platform == "win32" else "/usr/bin:/bin"
    return {**kept, "PATH": path, "HOME": str(home), "USERPROFILE": str(home), "QT_QPA_PLATFORM": "offscreen"}


def run(program: Path, *arguments: str) -> str:
    """What the frozen program prints. SystemExit if it does not end with 0 within two minutes."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        command = [str(program), *(word.replace("{home}", home) for word in arguments)]
        ran = subprocess.run(
            command,
            cwd=home,
            env=bare_environment(Path(home)),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    if ran.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {ran.returncode}:\n{ran.stdout}{ran.stderr}")
    return ran.stdout


def left_to_the_target(contents: Path) -> list[str]:
    """Libraries that Qt asks for and this machine has not, so the bundle lacks them too (Linux only)."""
    if sys.platform != "linux":
        return []
    askers: dict[str, list[str]] = {}
    for library in sorted((contents / "PySide6").rglob("*.so*")):
        ran = subprocess.run(["ldd", str(library)], capture_output=True, text=True, check=False)
        for line in ran.stdout.splitlines():
            if "not found" in line:
                askers.setdefault(line.split()[0], []).append(library.name)
    return [
        f"lacks {name}, which this machine has not; {len(libraries)} files such as {libraries[0]} ask for it"
        for name, libraries in sorted(askers.items())
    ]


def sizes(folder: Path) -> list[str]:
    """The total and the heaviest parts, in MB, one a line."""
    weight: Counter[str] = Counter()
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            parts = path.relative_to(folder).parts
            weight["/".join(parts[1:3]) if len(parts) > 1 else parts[0]] += path.stat().st_size
    lines = [f"{sum(weight.values()) / 1e6:8.1f} MB in all"]
    return lines + [f"{size / 1e6:8.1f} MB {name}" for name, size in weight.most_common(12)]


def main() -> None:
    parser = argparse.ArgumentParser(description="Freeze MediTrack Desktop and check the result.")
    parser.add_argument("--check", action="store_true", help="check the folder that is there, freeze nothing")
    parser.add_argument(
        "--release", action="store_true", help="also refuse libraries missing on this machine"
    )
    parser.add_argument(
        "--dist", type=Path, default=ROOT / "dist", help="where the folder goes (default: dist)"
    )
    chosen = parser.parse_args()
    if not chosen.check:
        freeze(chosen.dist)
    folder = chosen.dist / "meditrack"
    program = folder / ("meditrack.exe" if sys.platform == "win32" else "meditrack")
    if not program.is_file():
        raise SystemExit(f"there is no {program}")
    found = bundle_rules.problems(folder / "_internal")
    lacking = left_to_the_target(folder / "_internal")
    if chosen.release:
        found += lacking
    if found:
        raise SystemExit("The bundle is not as it should be:\n" + "\n".join(found))
    print(run(program, "self-test", "--profile", "{home}/profile"), end="")
    print(run(program, "demo", "--no-window", "--profile", "{home}/demo"), end="")
    print("\n".join([*sizes(folder), *(f"note: {line}" for line in lacking)]))
    print(f"{folder}: checked.")


if __name__ == "__main__":
    main()
