"""What the repository must not hold: addresses of package registries, places on somebody's machine, dead links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEXT = {".py", ".md", ".toml", ".lock", ".spec", ".txt", ".cfg", ".ini", ".yml", ".yaml", ".json", ".qss", ""}
REGISTRIES = re.compile(
    "|".join(
        re.escape(host) for host in ("pypi" + ".org", "python" + "hosted", "npm" + "js.", "anaconda" + ".org")
    )
    + r"|--(?:extra-)?index[-]url|--find[-]links",
    re.IGNORECASE,
)
ELSEWHERE = re.compile(r"(?<![\w.:/])/(?:work|root|opt|home/\w+|Users/\w+)/\w|\.\./shared(?!/samples)")


def lines(paths: tuple[Path, ...], root: Path) -> list[tuple[str, str]]:
    found = []
    for path in paths:
        if path.suffix in TEXT:
            name = path.relative_to(root).as_posix()
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [(f"{name}:{number}", line) for number, line in enumerate(text.splitlines(), 1)]
    return found


def test_no_file_names_a_package_registry(repository_files: tuple[Path, ...], root: Path) -> None:
    assert not [place for place, line in lines(repository_files, root) if REGISTRIES.search(line)]


def test_no_file_names_a_place_outside_the_project(repository_files: tuple[Path, ...], root: Path) -> None:
    assert not [place for place, line in lines(repository_files, root) if ELSEWHERE.search(line)]


def test_samples_from_outside_are_named_by_tests_only(repository_files: tuple[Path, ...], root: Path) -> None:
    named = [place for place, line in lines(repository_files, root) if "shared/" + "samples" in line]
    assert not [place for place in named if not place.startswith("tests/")]


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (REGISTRIES, "https://pypi" + ".org/simple"),
        (ELSEWHERE, "see /" + "work/main/x"),
        (ELSEWHERE, 'path = "/' + 'root/x"'),
        (ELSEWHERE, ".." + "/shared/design/house"),
    ],
)
def test_the_rule_sees_what_it_forbids(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)


def test_links_between_pages_lead_somewhere(repository_files: tuple[Path, ...], root: Path) -> None:
    dead = []
    for page in repository_files:
        if page.suffix != ".md":
            continue
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                dead.append(f"{page.relative_to(root)}: {target}")
    assert not dead


def test_pages_named_in_the_code_exist(repository_files: tuple[Path, ...], root: Path) -> None:
    pages = {path.name for path in repository_files if path.suffix == ".md"}
    named = [
        f"{place} {name}"
        for place, line in lines(tuple(p for p in repository_files if p.suffix in {".py", ".toml"}), root)
        for name in re.findall(r"\b([\w-]+\.md)\b", line)
        if name not in pages
    ]
    assert not named
