"""Where an image lies on the screen: sums that hold for every turn, size and place."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QSizeF

from meditrack_desktop.services.dicom_images import Letters
from meditrack_desktop.ui.documents.dicom.place import LARGEST, ROUND, SMALLEST, Place, bar_length

LOOKS = st.builds(
    lambda columns, rows, aspect, factor, x, y, quarters, mirrored: Place(
        columns, rows, aspect, QSizeF(640, 480), factor, QPointF(x, y), quarters, mirrored, False
    ),
    st.integers(1, 4000),
    st.integers(1, 4000),
    st.floats(0.2, 5),
    st.floats(0.05, 8),
    st.floats(-300, 300),
    st.floats(-300, 300),
    st.integers(0, 3),
    st.booleans(),
)


def near(one: QPointF, other: QPointF, by: float = 1e-3) -> bool:
    return abs(one.x() - other.x()) <= by and abs(one.y() - other.y()) <= by


@given(LOOKS, st.floats(0, 1), st.floats(0, 1))
def test_a_pixel_is_found_again_where_it_is_drawn(place: Place, x: float, y: float) -> None:
    pixel = QPointF(x * place.columns, y * place.rows)
    assert near(place.in_image(place.transform().map(pixel)), pixel, 1e-2)


@given(LOOKS, st.floats(0, 640), st.floats(0, 480), st.floats(0.5, 2))
def test_what_lies_under_the_pointer_stays_there_while_it_grows(
    place: Place, x: float, y: float, share: float
) -> None:
    assume(SMALLEST < place.factor * share < LARGEST)
    point = QPointF(x, y)
    inverse, possible = place.transform().inverted()
    assert possible
    pixel = inverse.map(point)
    assert near(place.zoomed(place.factor * share, point).transform().map(pixel), point, 0.05)


@given(LOOKS)
def test_four_turns_and_two_mirrors_are_none(place: Place) -> None:
    turned = place
    for _ in range(4):
        turned = turned.turned()
    for same in (turned, place.flipped().flipped()):
        assert (same.quarters, same.mirrored) == (place.quarters, place.mirrored)
        assert near(same.moved, place.moved)


@given(LOOKS)
def test_a_turn_is_clockwise_as_it_is_seen(place: Place) -> None:
    """What was at the top is at the right, mirrored or not, moved or not."""
    middle = QPointF(320, 240)
    for pixel in (QPointF(0, 0), QPointF(place.columns, 0), QPointF(place.columns / 3, place.rows)):
        before = place.transform().map(pixel) - middle
        after = place.turned().transform().map(pixel) - middle
        assert near(after, QPointF(-before.y(), before.x()), 0.05)


@given(LOOKS)
def test_a_mirror_is_left_for_right_as_it_is_seen(place: Place) -> None:
    middle = QPointF(320, 240)
    for pixel in (QPointF(0, 0), QPointF(place.columns, place.rows / 4)):
        before = place.transform().map(pixel) - middle
        after = place.flipped().transform().map(pixel) - middle
        assert near(after, QPointF(-before.x(), before.y()), 0.05)


@given(LOOKS)
def test_the_letters_go_with_their_edges(place: Place) -> None:
    """Each letter stands at that side of the screen to which its edge of the image lies."""
    shown = place.letters(Letters(left="R", right="L", top="A", bottom="P"))
    columns, rows = place.columns, place.rows
    edges = {
        "R": QPointF(0, rows / 2),
        "L": QPointF(columns, rows / 2),
        "A": QPointF(columns / 2, 0),
        "P": QPointF(columns / 2, rows),
    }
    centre = place.transform().map(QPointF(columns / 2, rows / 2))
    for letter, edge in edges.items():
        off = place.transform().map(edge) - centre
        side = (
            ("right" if off.x() > 0 else "left")
            if abs(off.x()) > abs(off.y())
            else ("bottom" if off.y() > 0 else "top")
        )
        assert getattr(shown, side) == letter


@given(LOOKS, st.integers(0, 3))
def test_a_fitted_image_is_wholly_there(place: Place, quarters: int) -> None:
    fitted = place.fitted()
    rect = fitted.rect()
    if SMALLEST < fitted.factor < LARGEST:
        assert rect.left() >= -0.5 and rect.top() >= -0.5
        assert rect.right() <= 640.5 and rect.bottom() <= 480.5
        assert rect.width() >= 639 - 2 * ROUND or rect.height() >= 479 - 2 * ROUND


@given(LOOKS, st.floats(-5000, 5000), st.floats(-5000, 5000))
def test_an_image_is_never_moved_wholly_out_of_sight(place: Place, x: float, y: float) -> None:
    rect = place.turned().turned().panned(QPointF(x, y)).rect() if place.quarters % 2 == 0 else None
    if rect is not None and min(rect.width(), rect.height()) > 60:
        assert rect.right() > 0 and rect.bottom() > 0 and rect.left() < 640 and rect.top() < 480


@pytest.mark.parametrize(
    ("points_a_mm", "most", "length"),
    [(2.0, 92, 20), (0.9, 92, 100), (10, 92, 5), (1.84, 92, 50), (100, 92, 0.5)],
)
def test_the_bar_is_a_round_number(points_a_mm: float, most: float, length: float) -> None:
    found, width = bar_length(points_a_mm, most)
    assert found == pytest.approx(length)
    assert width == pytest.approx(length * points_a_mm) and width <= most + 1e-6


def test_without_millimetres_there_is_no_bar() -> None:
    assert bar_length(0, 92) == (0.0, 0.0)
