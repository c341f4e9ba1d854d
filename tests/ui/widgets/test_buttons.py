"""Buttons: keys, busy state, names, menus."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.widgets import Button, IconButton, SplitButton


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_keys_press_a_button(show, qtbot: QtBot, key: Qt.Key) -> None:
    button = Button("Book")
    show(button)
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, key)


def test_a_busy_button_keeps_its_width_and_ignores_mouse_and_keys(show, qtbot: QtBot) -> None:
    button = Button("Record payment", "primary", icon="wallet")
    show(button)
    width, clicks = button.sizeHint().width(), []
    button.clicked.connect(lambda: clicks.append(1))
    button.set_busy(True)
    assert button.sizeHint().width() == width
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        qtbot.keyClick(button, key)
    assert clicks == []
    button.set_busy(False)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert clicks == [1]


def test_a_button_is_named_by_its_words(qapp: QApplication) -> None:
    button = Button("New patient")
    assert button.accessibleName() == "New patient"
    button.set_text("Doctors & hours")
    assert button.accessibleName() == "Doctors & hours"
    assert button.shortcut().isEmpty(), "an ampersand is itself, not the mark of a key"


def test_an_icon_button_without_a_name_is_refused(qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="name"):
        IconButton("printer", "  ")


def test_an_icon_button_tells_its_name_and_key(qapp: QApplication) -> None:
    button = IconButton("printer", "Print day list", key="Ctrl+P")
    assert button.accessibleName() == "Print day list"
    assert button.toolTip() == "Print day list (Ctrl+P)"


@pytest.mark.parametrize("kind", ["primary", "secondary", "quiet", "danger", "danger_secondary", "link"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_kind_shows_its_words_and_greys_when_off(show, kind: str, scheme: str) -> None:
    theme.current().set(scheme=scheme)
    button = Button("Delete", kind)
    show(button)
    live = button.grab().toImage()
    button.setEnabled(False)
    off = button.grab().toImage()
    assert live != off
    ink = {live.pixelColor(x, y).name() for x in range(live.width()) for y in range(live.height())}
    assert len(ink) > 4


def test_targets_are_at_least_24_pixels(qapp: QApplication) -> None:
    theme.current().set(density="compact")
    buttons = (
        Button("Undo", "link", size="small"),
        Button("Check in", size="small"),
        IconButton("x", "Close", extent=20),
        IconButton("chevron-left", "Previous"),
    )
    for button in buttons:
        assert button.sizeHint().height() >= 24
        assert button.sizeHint().width() >= 24


def test_a_split_button_has_two_stops_and_a_menu(show, qtbot: QtBot) -> None:
    split = SplitButton("New appointment", icon="plus", menu_name="More to create")
    made: list[str] = []
    split.menu.add("New patient", lambda: made.append("patient"), icon="user-plus", key="Ctrl+Shift+N")
    show(split)
    with qtbot.waitSignal(split.clicked):
        qtbot.mouseClick(split.main, Qt.MouseButton.LeftButton)
    assert split.arrow.accessibleName() == "More to create"
    qtbot.mouseClick(split.arrow, Qt.MouseButton.LeftButton)
    assert split.menu.isVisible()
    split.menu.actions()[0].trigger()
    split.menu.close()
    assert made == ["patient"]
