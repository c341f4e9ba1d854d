"""A decision names the check that fails when somebody forgets it, and that check exists."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
SECTIONS = ["Context", "Decision", "Consequences", "Enforced by"]


def contracts() -> set[str]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["name"] for contract in config["tool"]["importlinter"]["contracts"]}


def test_they_are_numbered_without_a_gap() -> None:
    assert [int(page.name[:4]) for page in PAGES] == list(range(1, len(PAGES) + 1))
    assert len(PAGES) >= 9


def test_the_list_names_each_of_them() -> None:
    listed = re.findall(r"\]\(([^)]+\.md)\)", (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8"))
    assert listed == [page.name for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name[:4])
def test_each_names_an_existing_check(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.match(rf"# {page.name[:4]} \S", text)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS
    enforced = text.split("## Enforced by", 1)[1]
    paths = [name for name in re.findall(r"`([^`]+)`", enforced) if name.startswith(("tests/", ".ci/"))]
    assert paths, "names no check"
    assert not [name for name in paths if not (ROOT / name).exists()]
    assert not set(re.findall(r'"([^"]+)"', enforced)) - contracts()
