"""Text, password and search fields, and the label around them."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.widgets import LabelledField, PasswordField, SearchBox, TextArea, TextField


def test_a_label_names_its_field(show) -> None:
    field = TextField()
    labelled = LabelledField("Phone", field)
    show(labelled)
    assert field.accessibleName() == "Phone"
    assert labelled.label.buddy() is field


def test_an_error_replaces_help_and_is_spoken(show) -> None:
    field = TextField("+1 555")
    labelled = LabelledField("Phone", field, help="With country code")
    show(labelled)
    labelled.set_error("The number is too short. Example: +1 555 0142")
    assert field.property("invalid") is True
    assert field.accessibleDescription() == "The number is too short. Example: +1 555 0142"
    assert labelled.error
    labelled.clear_error()
    assert field.property("invalid") is False
    assert field.accessibleDescription() == "With country code"


def test_an_invalid_field_has_a_danger_edge(show) -> None:
    field = TextField()
    labelled = LabelledField("Email", field)
    show(TextField(), labelled)
    labelled.set_error("Add the part after @")
    shade = field.grab().toImage().pixelColor(field.width() // 2, 1)
    assert shade == theme.current().tokens.danger


def test_the_focused_field_has_an_edge_of_two_pixels(show, qtbot: QtBot) -> None:
    field = TextField()
    show(field)
    field.setFocus()
    picture = field.grab().toImage()
    assert picture.pixelColor(field.width() // 2, 0) == theme.current().tokens.focus
    assert picture.pixelColor(field.width() // 2, 1) == theme.current().tokens.focus
    assert picture.pixelColor(field.width() // 2, 3) == theme.current().tokens.surface


def test_a_password_can_be_shown_and_hidden(show, qtbot: QtBot) -> None:
    field = PasswordField(name="Password")
    show(field)
    assert field.echoMode() == QLineEdit.EchoMode.Password
    qtbot.mouseClick(field.eye, Qt.MouseButton.LeftButton)
    assert field.echoMode() == QLineEdit.EchoMode.Normal
    assert field.eye.accessibleName() == "Hide password"
    qtbot.mouseClick(field.eye, Qt.MouseButton.LeftButton)
    assert field.echoMode() == QLineEdit.EchoMode.Password


def _type(field: PasswordField, letter: str, *, shift: bool) -> None:
    """A key as the system sends it: what it writes depends on Shift and Caps Lock together."""
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, ord(letter.upper()), modifier, letter))


def test_caps_lock_is_noticed_and_forgotten(show) -> None:
    field, after = PasswordField(), TextField(name="After")
    labelled = LabelledField("Password", field)
    show(labelled, after)
    field.setFocus()
    _type(field, "A", shift=True)
    assert not field.caps_lock, "a capital with Shift is just a capital"
    _type(field, "1", shift=False)
    assert not field.caps_lock
    _type(field, "a", shift=True)
    assert field.caps_lock
    _type(field, "B", shift=False)
    assert field.caps_lock
    _type(field, "b", shift=False)
    assert not field.caps_lock
    assert field.text() == "A1aBb"
    _type(field, "B", shift=False)
    after.setFocus()
    assert not field.caps_lock, "elsewhere it is nobody's business"


def test_search_waits_for_the_last_key_and_then_speaks_once(show, qtbot: QtBot) -> None:
    box = SearchBox("Name or birth date")
    show(box)
    heard: list[str] = []
    box.searched.connect(heard.append)
    qtbot.keyClicks(box, "test")
    assert heard == []
    qtbot.waitUntil(lambda: heard == ["test"])
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert heard == ["test"]


def test_escape_clears_a_search_at_once(show, qtbot: QtBot) -> None:
    box = SearchBox("Search")
    show(box)
    heard: list[str] = []
    box.searched.connect(heard.append)
    qtbot.keyClicks(box, "x")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert heard == ["x", ""]
    assert box.text() == ""


def test_down_leaves_a_search_for_the_list(show, qtbot: QtBot) -> None:
    box = SearchBox("Search")
    show(box)
    with qtbot.waitSignal(box.leftDown):
        qtbot.keyClick(box, Qt.Key.Key_Down)


def test_tab_leaves_a_text_area(show, qtbot: QtBot) -> None:
    area, after = TextArea(name="Note"), TextField(name="After")
    show(area, after)
    area.setFocus()
    qtbot.keyClick(area, Qt.Key.Key_Tab)
    assert after.hasFocus()
    assert area.toPlainText() == ""


def test_fields_grow_with_the_text(show) -> None:
    field = TextField()
    show(field)
    theme.current().set(text_size=200)
    assert field.height() == 68
    assert field.font().pixelSize() == 26


def test_a_cleared_password_field_hides_the_next_secret(show, qtbot: QtBot) -> None:
    field = PasswordField(name="Password")
    show(field)
    field.setText("first")
    field.eye.click()
    assert field.echoMode() is QLineEdit.EchoMode.Normal
    field.clear()
    field.setText("second")
    assert field.echoMode() is QLineEdit.EchoMode.Password
    assert field.eye.accessibleName() == "Show password"
