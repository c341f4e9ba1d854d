"""No control is shown before it has a parent: it would be a window of its own for a moment and take the focus away."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

UI = Path(__file__).resolve().parents[2] / "meditrack_desktop" / "ui"
SHOWS = {"setVisible", "show"}
PLACES = {"addWidget", "insertWidget", "addRow", "add_trailing"}


def shown_too_early(source: str) -> Iterator[tuple[int, str]]:
    """(line, control) of controls that a function makes, shows and only then puts into a layout."""
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef):
            continue
        made: set[str] = set()
        shown: dict[str, int] = {}
        calls = sorted(
            (node for node in ast.walk(function) if isinstance(node, ast.Assign | ast.Call)),
            key=lambda node: (node.lineno, node.col_offset),
        )
        for node in calls:
            if isinstance(node, ast.Assign):
                if isinstance(node.value, ast.Call):
                    made.update(ast.unparse(target) for target in node.targets)
            elif isinstance(node.func, ast.Attribute):
                name, owner = node.func.attr, ast.unparse(node.func.value)
                hides = node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value is False
                if name in SHOWS and owner in made and not hides:
                    shown.setdefault(owner, node.lineno)
                elif name in PLACES:
                    for argument in node.args:
                        placed = ast.unparse(argument)
                        if placed in shown:
                            yield shown[placed], placed
                        made.discard(placed)


@pytest.mark.parametrize("path", sorted(UI.rglob("*.py")), ids=lambda path: str(path.relative_to(UI)))
def test_controls_are_shown_within_their_parent(path: Path) -> None:
    assert list(shown_too_early(path.read_text("utf-8"))) == []


def test_a_breach_is_found() -> None:
    breach = (
        "def f(self):\n    self.a = Label('x')\n    self.a.setVisible(bool(x))\n    row.addWidget(self.a)\n"
    )
    fine = (
        "def f(self):\n    self.a = Label('x')\n    row.addWidget(self.a)\n    self.a.setVisible(bool(x))\n"
    )
    hidden = (
        "def f(self):\n    self.a = Label('x')\n    self.a.setVisible(False)\n    row.addWidget(self.a)\n"
    )
    assert list(shown_too_early(breach)) == [(3, "self.a")]
    assert list(shown_too_early(fine)) == list(shown_too_early(hidden)) == []
