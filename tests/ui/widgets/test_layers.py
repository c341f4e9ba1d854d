"""Popover, side sheet and dialog: focus, keys, asking before losing something."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.ui.widgets import Button, Dialog, Popover, SideSheet, TextField, confirm


def _popover(window) -> tuple[Popover, TextField, Button]:
    popover = Popover(window, "New appointment")
    field, book = TextField(name="Patient"), Button("Book", "primary")
    book.set_default()
    popover.body.addWidget(field)
    popover.footer.addWidget(book)
    return popover, field, book


def test_focus_goes_into_a_popover_and_comes_back(show, qtbot: QtBot) -> None:
    anchor = Button("Book")
    window = show(anchor)
    anchor.setFocus()
    popover, field, _ = _popover(window)
    popover.open_at(anchor)
    assert field.hasFocus()
    with qtbot.waitSignal(popover.closed):
        qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert anchor.hasFocus()


def test_focus_goes_to_the_page_where_the_control_it_came_from_is_gone(show, qtbot: QtBot) -> None:
    page, row = QWidget(), Button("Peanuts")
    page.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    QVBoxLayout(page).addWidget(row)
    window = show(page)
    row.setFocus()
    popover, field, _ = _popover(window)
    popover.open_at(row)
    row.hide()
    with qtbot.waitSignal(popover.closed):
        qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert page.hasFocus()


def test_tab_stays_inside_a_layer(show, qtbot: QtBot) -> None:
    anchor = Button("Book")
    window = show(anchor)
    popover, field, book = _popover(window)
    popover.open_at(anchor)
    for _ in range(4):
        focused = QApplication.focusWidget()
        assert focused is not None and popover.isAncestorOf(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert book.hasFocus()
    popover.close_layer()


def test_enter_in_a_field_presses_the_default_button(show, qtbot: QtBot) -> None:
    anchor = Button("Book")
    popover, field, book = _popover(show(anchor))
    popover.open_at(anchor)
    with qtbot.waitSignal(book.clicked):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    book.setEnabled(False)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    popover.close_layer()


def test_a_click_outside_dismisses_a_popover(show, qtbot: QtBot) -> None:
    anchor = Button("Book")
    popover, _, _ = _popover(show(anchor))
    popover.open_at(anchor)
    with qtbot.waitSignal(popover.closed):
        qtbot.mouseClick(popover, Qt.MouseButton.LeftButton, pos=QPoint(880, 690))


def test_a_popover_stays_inside_the_window_on_every_side(show) -> None:
    window = show(Button("x"))
    for anchor in (QRect(890, 690, 8, 8), QRect(0, 0, 8, 8), QRect(890, 0, 8, 8), QRect(440, 340, 8, 8)):
        for side in ("below", "beside"):
            popover, _, _ = _popover(window)
            popover.open_at(anchor, side)
            assert window.rect().contains(popover.panel.geometry())
            popover.close_layer()


def test_a_layer_follows_the_size_of_its_window(show) -> None:
    window = show(Button("x"))
    sheet = SideSheet(window, "Repeat")
    sheet.open_layer()
    window.resize(700, 500)
    assert sheet.size() == window.size()
    assert window.rect().contains(sheet.panel.geometry())
    sheet.close_layer()


def test_something_typed_is_not_lost_without_asking(show, qtbot: QtBot) -> None:
    anchor = Button("Book")
    window = show(anchor)
    popover, field, _ = _popover(window)
    popover.dirty = lambda: bool(field.text())
    popover.open_at(anchor)
    field.setText("Testholm")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert popover.isVisible()
    question = window.findChild(Dialog)
    assert question is not None
    keep, discard = question.findChildren(Button)
    assert keep.text() == "Keep editing" and keep.hasFocus()
    qtbot.keyClick(keep, Qt.Key.Key_Return)
    assert popover.isVisible() and field.text() == "Testholm"
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    question = window.findChildren(Dialog)[-1]
    qtbot.mouseClick(question.findChildren(Button)[1], Qt.MouseButton.LeftButton)
    assert not popover.isVisible()
    assert discard.text() == "Discard"


def test_escape_means_the_harmless_answer(show, qtbot: QtBot) -> None:
    window = show(Button("x"))
    done: list[str] = []
    dialog = confirm(
        window,
        "Cancel 4 visits?",
        "This cannot be undone.",
        "Cancel 4 visits",
        lambda: done.append("x"),
        keep="Keep",
    )
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog.findChildren(Button)[0], Qt.Key.Key_Escape)
    assert done == []


def test_the_named_act_runs_once_and_closes(show, qtbot: QtBot) -> None:
    window = show(Button("x"))
    done: list[str] = []
    dialog = confirm(window, "Delete?", "", "Delete scan", lambda: done.append("x"), keep="Keep scan")
    rejected: list[int] = []
    dialog.rejected.connect(lambda: rejected.append(1))
    qtbot.mouseClick(dialog.findChildren(Button)[1], Qt.MouseButton.LeftButton)
    assert (done, rejected) == (["x"], [])
    assert not dialog.isVisible()


def test_a_click_on_the_scrim_does_not_answer_a_question(show, qtbot: QtBot) -> None:
    window = show(Button("x"))
    dialog = confirm(window, "Delete?", "", "Delete", lambda: None, keep="Keep")
    qtbot.mouseClick(dialog, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert dialog.isVisible()
    dialog.close_layer()


def test_a_long_form_scrolls_in_a_small_window_and_keeps_its_answers_in_sight(show, qtbot: QtBot) -> None:
    window = show(Button("x"))
    window.setMinimumSize(0, 0)
    dialog = Dialog(window, "Register patient", "Fields with a star are needed.")
    fields = [TextField(name=f"Field {number}") for number in range(20)]
    for field in fields:
        dialog.body.addWidget(field)
    save = dialog.add_action("Save", kind="primary")
    dialog.open_layer()
    window.resize(500, 320)
    qtbot.wait(1)
    with qtbot.waitActive(window):  # the offscreen platform takes activation away on a resize
        window.activateWindow()
    assert window.rect().contains(dialog.panel.geometry())
    corner = save.mapTo(window, save.rect().bottomRight())
    assert dialog.panel.geometry().contains(corner)
    assert fields[0].visibleRegion().boundingRect().height() == fields[0].height()
    assert fields[-1].visibleRegion().isEmpty()
    fields[12].setFocus()
    assert not fields[12].visibleRegion().isEmpty(), "focus brings a field into sight"
    fields[-2].setFocus()
    qtbot.keyClick(fields[-2], Qt.Key.Key_Tab)
    assert not fields[-1].visibleRegion().isEmpty()
    dialog.close_layer()


def test_keys_do_not_reach_the_page_below(show, qtbot: QtBot) -> None:
    anchor = Button("Book")
    window = show(anchor)
    reached: list[int] = []
    window.keyPressEvent = lambda event: reached.append(event.key())
    popover, _, book = _popover(window)
    popover.open_at(anchor)
    qtbot.keyClick(book, Qt.Key.Key_X)
    assert reached == []
    popover.close_layer()
