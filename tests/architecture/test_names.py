"""Names say what a thing is, modules say what they are for, and the top of the tree stays short."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.architecture.conftest import Source

SAY_NOTHING = {"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc", "stuff"}
TOP = {
    ".ci",
    ".gitattributes",
    ".gitignore",
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "docs",
    "meditrack_desktop",
    "packaging",
    "pyproject.toml",
    "resources",
    "tests",
}


def test_no_module_has_a_name_that_says_nothing(sources: tuple[Source, ...]) -> None:
    words = {source.place: set(re.split(r"[._/]", source.place)) for source in sources}
    assert not [place for place, parts in words.items() if parts & SAY_NOTHING]


def test_no_class_is_a_manager_or_a_helper(sources: tuple[Source, ...]) -> None:
    found = [
        f"{source.place}:{node.lineno} {node.name}"
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef) and re.search(r"(Manager|Helper|Utils?)$", node.name)
    ]
    assert not found


def test_every_module_says_what_it_is_for(sources: tuple[Source, ...]) -> None:
    silent = [source.place for source in sources if source.tree.body and not ast.get_docstring(source.tree)]
    assert not silent


def test_nothing_else_grows_at_the_top(root: Path, repository_files: tuple[Path, ...]) -> None:
    assert {path.relative_to(root).parts[0] for path in repository_files} <= TOP
