"""Date field, month, time field and slot chips."""

from datetime import date, time

import pytest
from PySide6.QtCore import QLocale, Qt
from pytestqt.qtbot import QtBot

from meditrack_desktop.ui.widgets import DateField, LabelledField, MonthView, SlotChips, TextField, TimeField

TODAY = date(2026, 11, 18)


@pytest.fixture(autouse=True)
def british():
    """Day before month, weeks from Monday."""
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    yield
    QLocale.setDefault(before)


def _field(**more: object) -> DateField:
    return DateField(lambda: TODAY, name="Born", **more)


@pytest.mark.parametrize("typed", ["t", "18/11/2026", "18 nov", "2026-11-18"])
def test_what_is_typed_is_shown_in_one_form(show, qtbot: QtBot, typed: str) -> None:
    field = _field()
    show(field)
    field.setFocus()
    with qtbot.waitSignal(field.valueChanged) as told:
        qtbot.keyClicks(field, typed)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert told.args == [TODAY]
    assert field.text() == "18 Nov 2026"


def test_leaving_the_field_takes_what_was_typed(show, qtbot: QtBot) -> None:
    field, after = _field(), TextField(name="After")
    show(field, after)
    field.setFocus()
    qtbot.keyClicks(field, "+6w")
    after.setFocus()
    assert field.value() == date(2026, 12, 30)


def test_what_is_no_date_is_marked_and_explained_beside_the_field(show, qtbot: QtBot) -> None:
    field = _field()
    labelled = LabelledField("Born", field)
    show(labelled)
    field.setFocus()
    qtbot.keyClicks(field, "31 feb 2026")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value() is None
    assert "18 Nov 2026" in labelled.error
    assert field.text() == "31 feb 2026", "what was typed stays"
    field.setText("1 Mar 2026")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert labelled.error == ""


def test_a_date_outside_the_limits_is_refused_in_words(show, qtbot: QtBot) -> None:
    field = _field(maximum=TODAY)
    labelled = LabelledField("Born", field)
    show(labelled)
    field.setFocus()
    qtbot.keyClicks(field, "tomorrow")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert labelled.error == "Not after 18 Nov 2026"
    assert field.value() is None


def test_the_month_opens_picks_and_gives_focus_back(show, qtbot: QtBot) -> None:
    field = _field()
    show(field)
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    month = field.window().findChild(MonthView)
    assert month is not None and month.grid.hasFocus()
    qtbot.keyClick(month.grid, Qt.Key.Key_Right)
    qtbot.keyClick(month.grid, Qt.Key.Key_Return)
    assert field.value() == date(2026, 11, 19)
    assert field.hasFocus()


def test_the_month_is_walked_with_keys(show, qtbot: QtBot) -> None:
    month = MonthView(TODAY, TODAY)
    show(month)
    month.grid.setFocus()
    keys = Qt.Key
    for key, at in (
        (keys.Key_Down, date(2026, 11, 25)),
        (keys.Key_Home, date(2026, 11, 23)),
        (keys.Key_End, date(2026, 11, 29)),
        (keys.Key_PageDown, date(2026, 12, 29)),
        (keys.Key_PageDown, date(2027, 1, 29)),
        (keys.Key_PageDown, date(2027, 2, 28)),
        (keys.Key_Left, date(2027, 2, 27)),
        (keys.Key_T, TODAY),
    ):
        qtbot.keyClick(month.grid, key)
        assert month.grid.day == at
    qtbot.keyClick(month.grid, keys.Key_PageUp, Qt.KeyboardModifier.ShiftModifier)
    assert month.month() == date(2025, 11, 1)
    assert month.selected() == TODAY, "walking does not choose"


def test_a_click_picks_the_day_under_the_pointer(show, qtbot: QtBot) -> None:
    month = MonthView(TODAY)
    show(month)
    cell = month.grid._cell(3, 3)  # fourth week of the sheet, Thursday
    with qtbot.waitSignal(month.picked) as told:
        qtbot.mouseClick(month.grid, Qt.MouseButton.LeftButton, pos=cell.center().toPoint())
    assert told.args == [date(2026, 11, 19)]


def test_the_day_under_the_cursor_is_spoken(show, qtbot: QtBot) -> None:
    month = MonthView(TODAY, TODAY)
    show(month)
    assert "18 November 2026" in month.grid.accessibleName()
    assert "today" in month.grid.accessibleName()


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_the_calendar_do_not_break_the_month(show, qtbot: QtBot, day: date) -> None:
    month = MonthView(day, day)
    show(month)
    month.grid.setFocus()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
        qtbot.keyClick(month.grid, key)
    assert month.grab().width() > 0


def test_times_are_read_and_stepped(show, qtbot: QtBot) -> None:
    field = TimeField(name="Time")
    show(field)
    field.setFocus()
    qtbot.keyClicks(field, "1115")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert (field.value(), field.text()) == (time(11, 15), "11:15")
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.value() == time(11, 30)


def test_what_is_no_time_is_explained(show, qtbot: QtBot) -> None:
    field = TimeField()
    labelled = LabelledField("Time", field)
    show(labelled)
    field.setFocus()
    qtbot.keyClicks(field, "2561")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "11:15" in labelled.error


def test_free_times_can_be_picked_and_taken_ones_say_so(show, qtbot: QtBot) -> None:
    chips = SlotChips()
    show(chips)
    chips.set_slots([(time(11), False), (time(11, 15), True)])
    taken, free = chips._chips
    assert taken.accessibleName() == "11:00, taken"
    heard: list[object] = []
    chips.picked.connect(heard.append)
    qtbot.mouseClick(taken, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(free, Qt.MouseButton.LeftButton)
    assert heard == [time(11, 15)]
    assert free.isChecked()
