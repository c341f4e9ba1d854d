"""Where pages lie, how large they are, and which of them are seen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, QSizeF

from meditrack_desktop.ui.documents.page_column import (
    GAP,
    MARGIN,
    Zoom,
    fitting_zoom,
    lay_out,
    next_step,
)
from meditrack_desktop.ui.documents.page_painter import place_of
from meditrack_desktop.ui.documents.pages import PageSize

A4 = PageSize(793.7, 1122.5)
WINDOW = QSizeF(700, 600)


def test_pages_stand_one_below_the_other_on_whole_pixels() -> None:
    column = lay_out([A4, A4, PageSize(300, 200)], 0.5, 0, WINDOW)
    first, second, last = (column.rect(page) for page in range(3))
    assert (first.width(), first.height()) == (397, 561)
    assert second.top() == first.bottom() + GAP and last.top() == second.bottom() + GAP
    assert column.height == last.bottom() + MARGIN
    assert first.center().x() == pytest.approx(350, abs=1)
    assert all(value == int(value) for value in (first.left(), second.top(), last.left()))


def test_a_single_small_page_stands_in_the_middle() -> None:
    column = lay_out([PageSize(100, 100)], 1.0, 0, WINDOW)
    assert column.rect(0) == QRectF(300, 250, 100, 100)
    assert (column.width, column.height) == (700, 600)


def test_knows_which_pages_are_seen() -> None:
    column = lay_out([PageSize(100, 100)] * 50, 1.0, 0, WINDOW)
    assert column.pages_between(0, 100) == range(1)
    top = column.tops[10]
    assert column.pages_between(top, top + 99) == range(10, 11)
    assert column.pages_between(top - GAP / 2, top + 10) == range(10, 11)
    assert column.pages_between(top - GAP - 1, top + 100 + GAP) == range(9, 12)


@pytest.mark.parametrize(
    ("zoom", "quarters", "limit", "factor"),
    [
        ("width", 0, 2.0, (700 - 48) / 793.7),
        ("width", 1, 2.0, (700 - 48) / 1122.5),
        ("page", 0, 2.0, (600 - 48) / 1122.5),
        ("width", 0, 0.5, 0.5),
        (9.0, 0, 1.0, 4.0),
        (0.01, 0, 1.0, 0.1),
    ],
)
def test_fits_a_page_into_the_window(zoom: Zoom, quarters: int, limit: float, factor: float) -> None:
    assert fitting_zoom(zoom, A4, quarters, WINDOW, limit) == pytest.approx(factor)


def test_steps_go_through_the_usual_sizes() -> None:
    assert (next_step(0.82, 1), next_step(0.82, -1)) == (1.0, 0.75)
    assert (next_step(1.0, 1), next_step(1.0, -1)) == (1.25, 0.75)
    assert (next_step(4.0, 1), next_step(0.1, -1)) == (4.0, 0.1)


@pytest.mark.parametrize(
    ("quarters", "place"),
    [
        (0, QRectF(0, 0, 50, 20)),
        (1, QRectF(180, 0, 20, 50)),
        (2, QRectF(50, 180, 50, 20)),
        (3, QRectF(0, 50, 20, 50)),
    ],
)
def test_a_mark_turns_with_its_page(quarters: int, place: QRectF) -> None:
    """A box in the top left corner of a page of 100 by 200."""
    column = lay_out([PageSize(100, 200)], 1.0, quarters, QSizeF(10, 10))
    found = place_of(column, 0, QRectF(0, 0, 0.5, 0.1), quarters)
    rect = column.rect(0)
    assert found.translated(-rect.topLeft()) == place
