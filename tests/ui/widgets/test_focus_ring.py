"""The focus ring: after Tab, not after the mouse, around the control and inside its scrolling area."""

from PySide6.QtCore import QPoint, QRect, Qt
from pytestqt.qtbot import QtBot

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.widgets import Button, FocusRing, ScrollColumn, TextField


def test_the_ring_follows_the_keyboard_two_pixels_outside(show, qtbot: QtBot) -> None:
    one, two = Button("One"), Button("Two")
    window = show(one, two)
    ring = FocusRing(window)
    one.setFocus(Qt.FocusReason.OtherFocusReason)
    assert not ring.isVisible()
    qtbot.keyClick(one, Qt.Key.Key_Tab)
    assert ring.isVisible()
    around = QRect(two.mapTo(window, QPoint(0, 0)), two.size()).adjusted(-4, -4, 4, 4)
    assert ring.geometry() == around
    picture = window.grab().toImage()
    assert picture.pixelColor(around.center().x(), around.top()) == theme.current().tokens.focus
    assert picture.pixelColor(around.center().x(), around.top() + 2) == theme.current().tokens.canvas


def test_the_mouse_hides_the_ring(show, qtbot: QtBot) -> None:
    one, two = Button("One"), Button("Two")
    ring = FocusRing(show(one, two))
    one.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(one, Qt.Key.Key_Tab)
    assert ring.isVisible()
    two.clearFocus()
    one.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.mouseClick(one, Qt.MouseButton.LeftButton)
    assert not ring.isVisible()


def test_fields_draw_their_own_edge_instead(show, qtbot: QtBot) -> None:
    one, field = Button("One"), TextField(name="Name")
    ring = FocusRing(show(one, field))
    one.setFocus()
    qtbot.keyClick(one, Qt.Key.Key_Tab)
    assert field.hasFocus()
    assert not ring.isVisible()


def test_the_ring_moves_with_its_control(show, qtbot: QtBot) -> None:
    one, two = Button("One"), Button("Two")
    window = show(one, two)
    ring = FocusRing(window)
    one.setFocus()
    qtbot.keyClick(one, Qt.Key.Key_Tab)
    before = ring.pos()
    one.setFixedHeight(90)
    qtbot.waitUntil(lambda: ring.y() > before.y())


def test_the_ring_is_cut_at_the_edge_of_its_scrolling_area(show, qtbot: QtBot) -> None:
    column = ScrollColumn()
    buttons = [Button(f"Button {number}") for number in range(12)]
    for button in buttons:
        column.body.addWidget(button)
    column.setFixedHeight(100)
    window = show(column)
    ring = FocusRing(window)
    buttons[0].setFocus()
    qtbot.keyClick(buttons[0], Qt.Key.Key_Tab)
    assert ring.mask().isEmpty()
    column.verticalScrollBar().setValue(column.verticalScrollBar().value() + 50)
    assert not ring.mask().isEmpty()
