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
from meditrack_desktop.ui.scheduling.day_model import DayModel, day_of_doctors, week_of_doctor
from tests.ui.scheduling import example_day
from tests.ui.scheduling.conftest import CalendarWindow

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


def test_it_is_a_list_for_each_doctor_with_an_item_for_each_visit(qtbot: QtBot) -> None:
    view = a_view(day())
    qtbot.addWidget(view)
    calendar = tree(view)
    assert calendar.childCount() == 6
    ines = calendar.child(0)
    assert (ines.text(NAME), ines.role(), ines.childCount()) == ("Dr. Ines Modelo", QAccessible.Role.List, 14)
    piotr = ines.child(7)
    assert piotr.role() == QAccessible.Role.ListItem
    assert piotr.text(NAME) == (
        "11:00 to 11:30, Piotr Przykład, born 14 February 1981, Annual check-up, Dr. Ines Modelo, "
        "waiting 9 minutes"
    )
    assert ines.indexOfChild(piotr) == 7 and calendar.indexOfChild(ines) == 0
    assert calendar.child(6) is None and ines.child(99) is None


def test_items_lie_where_they_are_painted(qtbot: QtBot) -> None:
    view = a_view(day())
    qtbot.addWidget(view)
    view.show()
    item = tree(view).child(1).child(0)
    block = view.calendar.blocks_in(1)[0]
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
        item = column.child(7)
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
