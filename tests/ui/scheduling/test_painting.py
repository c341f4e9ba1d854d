"""What is painted: each status readable without colour, and nothing painted twice without need."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.scheduling.block_painter import BlockPictures, Face
from meditrack_desktop.ui.scheduling.calendar_view import CalendarView
from meditrack_desktop.ui.scheduling.day_model import day_of_doctors, look_of
from meditrack_desktop.ui.widgets import STATUSES
from tests.ui.scheduling import example_day

VISITS = example_day.visits()


def of_look(look: str) -> Appointment:
    visit = next(visit for visit in VISITS if look_of(visit) == look)
    return replace(visit, patient_name="Grace Proxley", new_patient=False, visit_type="Follow-up", minutes=30)


def picture(look: str, width: int = 150, height: int = 36) -> QImage:
    return BlockPictures().picture(Face(of_look(look)), width, height, 1).toImage()


def grey(image: QImage) -> bytes:
    return bytes(image.convertToFormat(QImage.Format.Format_Grayscale8).constBits())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_looks_differ_in_shape_not_only_in_colour(qapp: object, scheme: str) -> None:
    theme.current().set(scheme="dark" if scheme == "dark" else "light", status_tints=False)
    seen = {grey(picture(look)) for look in STATUSES}
    assert len(seen) == len(STATUSES)


@pytest.mark.parametrize(("look", "bar"), [("confirmed", 3), ("arrived", 5), ("completed", 2)])
def test_the_bar_is_as_wide_as_designed(qapp: object, look: str, bar: int) -> None:
    image, colours = picture(look), theme.current().tokens.status[look]
    middle = [image.pixelColor(x, 22) for x in range(150)]
    width = next((x for x, colour in enumerate(middle) if colour != colours.mark), 150)
    assert width == bar
    assert middle[bar + 1] == colours.fill


def test_booked_is_an_outline_with_gaps(qapp: object) -> None:
    image = picture("booked")
    top = [image.pixelColor(x, 1) for x in range(10, 140)]
    marks = [colour for colour in top if colour.lightness() < 200]
    assert 0.3 < len(marks) / len(top) < 0.85


@pytest.mark.parametrize(("width", "height"), [(20, 18), (36, 18), (60, 36), (150, 144), (6, 18)])
def test_no_size_is_too_small_to_paint(qapp: object, width: int, height: int) -> None:
    for look in STATUSES:
        assert not picture(look, width, height).isNull()


def a_view(qtbot: QtBot) -> CalendarView:
    view = CalendarView()
    qtbot.addWidget(view)
    view.resize(1016, 700)
    view.set_now(example_day.NOW, example_day.NOW.replace(tzinfo=None))
    view.show_model(day_of_doctors(example_day.doctors(), example_day.DAY, VISITS))
    view.show()
    view.grab()
    return view


def test_visits_are_painted_once(qtbot: QtBot) -> None:
    view = a_view(qtbot)
    pictures = view.grid.scene.pictures
    assert pictures.painted == len(VISITS)
    view.grab()
    view.area.verticalScrollBar().setValue(60)
    view.grab()
    assert pictures.painted == len(VISITS)
    changed = [replace(VISITS[0], version=2), *VISITS[1:]]
    view.show_model(day_of_doctors(example_day.doctors(), example_day.DAY, changed))
    view.grab()
    assert pictures.painted == len(VISITS) + 1


def test_another_theme_repaints_everything(qtbot: QtBot) -> None:
    view = a_view(qtbot)
    before = view.grab().toImage()
    theme.current().set(scheme="dark")
    after = view.grab().toImage()
    assert before.pixelColor(70, 60) != after.pixelColor(70, 60)
    assert view.grid.scene.pictures.painted == 2 * len(VISITS)


def test_columns_keep_their_smallest_width_and_scroll_sideways(qtbot: QtBot) -> None:
    view = a_view(qtbot)
    view.resize(600, 700)
    view.grab()
    assert view.grid.width() == 6 * 120
    view.area.horizontalScrollBar().setValue(100)
    assert view.heads.grab().toImage() != view.hours.grab().toImage()


def test_at_twice_the_text_size_everything_grows(qtbot: QtBot) -> None:
    view = a_view(qtbot)
    before = view.calendar.measures.hour_height
    theme.current().set(text_size=200)
    assert view.calendar.measures.hour_height == 2 * before
    assert view.grid.width() >= 6 * 240
    assert isinstance(view.grab().toImage().pixelColor(1, 1), QColor)
