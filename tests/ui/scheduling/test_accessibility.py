"""What a screen reader finds in the painted calendar."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.ui.scheduling.calendar_view import CalendarView
from meditrack_desktop.ui.scheduling.cursor import Cursor
from meditrack_desktop.ui.scheduling.day_model import DayModel, day_of_doctors, wall, week_of_doctor
from tests.ui.scheduling import example_day
from tests.ui.scheduling.conftest import CalendarWindow
from tests.ui.scheduling.test_closed_time import a_hold, away, times_of

NAME = QAccessible.Text.Name


@pytest.fixture(autouse=True)
def reader() -> Iterator[None]:
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def a_view(model: DayModel) -> CalendarView:
    view = CalendarView()
    view.set_now(example_day.NOW, example_day.NOW.replace(tzinfo=None))
    view.resize(900, 700)
    view.show_model(model)
    return view


def day() -> DayModel:
    return day_of_doctors(example_day.doctors(), example_day.DAY, example_day.visits())


def tree(view: CalendarView) -> QAccessibleInterface:
    found = QAccessible.queryAccessibleInterface(view.grid)
    assert found is not None
    return found


def said(column: QAccessibleInterface) -> list[str]:
    return [column.child(number).text(NAME) for number in range(column.childCount())]


def test_it_is_a_list_for_each_doctor_with_an_item_for_each_visit(qtbot: QtBot) -> None:
    view = a_view(day())
    qtbot.addWidget(view)
    calendar = tree(view)
    assert calendar.childCount() == 6
    ines = calendar.child(0)
    assert (ines.text(NAME), ines.role()) == ("Dr. Ines Modelo", QAccessible.Role.List)
    spoken = said(ines)
    assert sum("born" in words for words in spoken) == 14
    at = next(number for number, words in enumerate(spoken) if "Piotr" in words)
    piotr = ines.child(at)
    assert piotr.role() == QAccessible.Role.ListItem
    assert piotr.text(NAME) == (
        "11:00 to 11:30, Piotr Przykład, born 14 February 1981, Annual check-up, Dr. Ines Modelo, "
        "waiting 9 minutes"
    )
    assert ines.indexOfChild(piotr) == at and calendar.indexOfChild(ines) == 0
    assert calendar.child(6) is None and ines.child(99) is None


def test_gaps_holds_and_closed_time_are_read_in_order_of_time(qtbot: QtBot) -> None:
    absence = away(wall(example_day.DAY, 0), wall(example_day.DAY, 780), note="hospital round")
    omar = example_day.doctors()[5]
    model = day_of_doctors(
        [omar],
        example_day.DAY,
        [visit for visit in example_day.visits() if visit.practitioner_id == omar.id],
        {(omar.id, example_day.DAY): times_of(absence)},
        [a_hold(17 * 60, doctor=omar.id)],
    )
    view = a_view(model)
    qtbot.addWidget(view)
    column = tree(view).child(0)
    spoken = said(column)
    assert spoken[0] == "Out until 13:00, hospital round, 08:00 to 13:00"
    assert column.child(0).role() == QAccessible.Role.StaticText
    assert "15 min free, 13:45 to 14:00, Dr. Omar Namuna" in spoken
    assert spoken[2] == "15 min free, 13:45 to 14:00, Dr. Omar Namuna"
    hold = "On hold, 1:48 left, by Front desk 2, Noah Stubson, 17:00 to 17:30, Dr. Omar Namuna"
    at = spoken.index(hold)
    assert spoken[at + 1].startswith("30 min free, 17:30 to 18:00")
    assert spoken[-1].startswith("Out until 13:00, hospital round, 10:30"), "where the cursor stands"
    place = column.child(spoken.index(hold)).rect()
    assert view.grid.mapFromGlobal(place.topLeft()).y() == view.calendar.held[0].box.y


def test_items_lie_where_they_are_painted(qtbot: QtBot) -> None:
    view = a_view(day())
    qtbot.addWidget(view)
    view.show()
    column = tree(view).child(1)
    block = view.calendar.blocks_in(1)[0]
    item = next(column.child(n) for n in range(column.childCount()) if "Vera" in column.child(n).text(NAME))
    assert view.grid.mapFromGlobal(item.rect().topLeft()).toTuple() == (block.box.x, block.box.y)
    middle = item.rect().center()
    assert tree(view).child(1).childAt(middle.x(), middle.y()) is item


def test_the_free_slot_under_the_cursor_is_an_item_too(qtbot: QtBot) -> None:
    view = a_view(day())
    qtbot.addWidget(view)
    view.set_cursor_at(Cursor(2, 11 * 60))
    focused = tree(view).focusChild()
    assert focused.text(NAME) == "Free, 11:00 to 11:15, Dr. Mei Shili"
    view.set_cursor_at(Cursor(0, 12 * 60 + 15))
    assert tree(view).focusChild().text(NAME) == "Lunch, 12:15 to 12:30, Dr. Ines Modelo"


def test_in_a_week_days_are_named(qtbot: QtBot) -> None:
    ines = example_day.doctors()[0]
    view = a_view(week_of_doctor(ines, example_day.DAY, example_day.week_visits()))
    qtbot.addWidget(view)
    assert tree(view).child(2).text(NAME) == "Wednesday 18 November"
    view.set_cursor_at(Cursor(5, 10 * 60))
    assert tree(view).focusChild().text(NAME).endswith("Dr. Ines Modelo, Saturday 21 November")


def test_items_outlive_their_visits_and_their_calendar(qtbot: QtBot) -> None:
    for _ in range(5):
        window = QWidget()
        view = a_view(day())
        view.setParent(window)
        window.show()
        column = tree(view).child(0)
        item = column.child(12)
        QAccessible.uniqueId(item)
        view.show_model(day_of_doctors(example_day.doctors()[:1], example_day.DAY, ()))
        assert not item.isValid() and item.text(NAME) == ""
        window.close()
        window.deleteLater()
        del view, window
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        assert not column.isValid() and column.childCount() == 0


def test_every_control_has_a_name(calendar: CalendarWindow) -> None:
    calendar.press(Qt.Key.Key_Return)
    booking = calendar.page.flow.booking
    assert booking is not None
    calendar.settle()
    nameless = [
        widget
        for widget in calendar.window.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not tree_name(widget)
        and widget.focusProxy() is None
    ]
    assert not nameless
    booking.close_layer()


def tree_name(widget: QWidget) -> str:
    found = QAccessible.queryAccessibleInterface(widget)
    return found.text(NAME) if found is not None else ""
