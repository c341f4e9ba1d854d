"""Check boxes, radios, switches, segments, tabs and filter chips."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from meditrack_desktop.ui.widgets import CheckBox, FilterChip, Radio, Segmented, Switch, TabStrip, TextField


@pytest.mark.parametrize("kind", [CheckBox, Switch])
def test_space_and_a_click_on_the_words_toggle(show, qtbot: QtBot, kind: type[CheckBox]) -> None:
    control = kind("Remind by text")
    show(control)
    qtbot.keyClick(control, Qt.Key.Key_Space)
    assert control.isChecked()
    qtbot.mouseClick(control, Qt.MouseButton.LeftButton, pos=QPoint(60, 10))
    assert not control.isChecked()
    assert control.accessibleName() == "Remind by text"


@pytest.mark.parametrize("kind", [CheckBox, Switch, Radio])
def test_on_and_off_look_different(show, kind: type[CheckBox]) -> None:
    on, off = kind("x", True), kind("x", False)
    show(on)
    show(off)
    assert on.grab().toImage() != off.grab().toImage()


def test_radios_exclude_each_other(show, qtbot: QtBot) -> None:
    one, two = Radio("Room 1", True), Radio("Room 2")
    show(one, two)
    qtbot.mouseClick(two, Qt.MouseButton.LeftButton)
    assert (one.isChecked(), two.isChecked()) == (False, True)


def test_segments_are_one_tab_stop_with_arrows_inside(show, qtbot: QtBot) -> None:
    before, after = TextField(name="Before"), TextField(name="After")
    segments = Segmented([("day", "Day"), ("week", "Week"), ("month", "Month")], "week")
    show(before, segments, after)
    heard: list[object] = []
    segments.valueChanged.connect(heard.append)
    before.setFocus()
    qtbot.keyClick(before, Qt.Key.Key_Tab)
    focused = QApplication.focusWidget()
    assert focused is segments.button("week")
    qtbot.keyClick(focused, Qt.Key.Key_Right)
    assert heard == ["month"]
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert after.hasFocus()


def test_setting_a_segment_is_silent_and_an_unknown_one_is_refused(show) -> None:
    segments = Segmented([("day", "Day"), ("week", "Week")], "day")
    show(segments)
    heard: list[object] = []
    segments.valueChanged.connect(heard.append)
    segments.set_value("week")
    assert (segments.value(), heard) == ("week", [])
    with pytest.raises(ValueError, match="year"):
        segments.set_value("year")


def test_tabs_speak_their_counts(show) -> None:
    tabs = TabStrip([("visits", "Visits", 9), ("details", "Details", None)], "visits")
    show(tabs)
    assert tabs.button("visits").accessibleName() == "Visits, 9"
    tabs.set_count("visits", 10)
    assert tabs.button("visits").accessibleName() == "Visits, 10"


def test_the_cross_of_a_filter_follows_the_direction_of_reading(show, qtbot: QtBot) -> None:
    chip = FilterChip("Coming today", active=True)
    show(chip)
    chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    with qtbot.waitSignal(chip.removed):
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(16, chip.height() // 2))


def test_a_filter_that_is_on_is_removed_by_its_cross_or_by_delete(show, qtbot: QtBot) -> None:
    chip = FilterChip("Coming today", icon="calendar-days", active=True)
    show(chip)
    removed: list[int] = []
    clicked: list[int] = []
    chip.removed.connect(lambda: removed.append(1))
    chip.clicked.connect(lambda: clicked.append(1))
    cross = chip._tail_rect().center().toPoint()
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton, pos=cross)
    assert (removed, clicked) == ([1], [])
    qtbot.keyClick(chip, Qt.Key.Key_Delete)
    assert (removed, clicked) == ([1, 1], [])
    chip.set_filter("Coming", active=False)
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton, pos=chip.rect().center())
    qtbot.keyClick(chip, Qt.Key.Key_Delete)
    assert (removed, clicked) == ([1, 1], [1])
