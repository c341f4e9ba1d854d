"""How a document was looked at comes back after the lock, to whoever looked at it; nothing of the document waits."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import Document, DocumentType
from meditrack_desktop.ui.documents.page_ground import PageGround
from tests.ui.documents import papers
from tests.ui.documents.conftest import Window

Key, Mod = Qt.Key, Qt.KeyboardModifier
DeskWindow = Callable[..., Window]
Attach = Callable[..., Document]


def lock_and_unlock(window: Window) -> None:
    """As the window does it: the page is hidden and shown again."""
    page, focus = window.now, QApplication.focusWidget()
    assert focus is not None
    page.hide()
    window.settle()
    assert page.pane.reading is None and page.pane.view.count == 0
    page.show()
    focus.clearFocus()
    focus.setFocus(Qt.FocusReason.TabFocusReason)
    window.settle()


def _middle(view: PageGround) -> tuple[int, float, float]:
    standing = view.standing()
    assert standing is not None
    spot = standing.middle
    return spot.page, round(spot.across, 2), round(spot.down, 2)


def test_turn_size_place_words_and_chosen_letters_come_back_after_the_lock(
    desk_window: DeskWindow, attach: Attach
) -> None:
    document = attach(papers.a_pdf(9), "report.pdf")
    window = desk_window()
    pane = window.show(document.id).pane
    view = pane.view
    window.press(Key.Key_F, Mod.ControlModifier)
    window.qtbot.keyClicks(pane.bar.search, "ferritin on")
    window.press(Key.Key_Return)
    for _ in range(4):
        window.press(Key.Key_F3)
    assert pane.bar.search.accessibleDescription() == "5 of 9"
    view.setFocus()
    window.press(Key.Key_R)
    for _ in range(3):
        window.press(Key.Key_Plus)
    view.go_to(1)
    window.settle()
    known = view.selection.words(1)
    assert known is not None
    view.selection.begin(1, known.boxes[0].center())
    view.go_to(6)
    window.settle()
    known = view.selection.words(6)
    assert known is not None
    last = known.text.index("page 7")
    view.selection.reach(6, known.boxes[last + 5].center())
    view.horizontalScrollBar().setValue(view.horizontalScrollBar().maximum())
    view.verticalScrollBar().setValue(view.verticalScrollBar().value() + 130)
    window.settle()
    chosen, factor, at = view.selection.chosen, view.factor, _middle(view)
    assert chosen is not None and factor > 1 and view.page == 6
    lock_and_unlock(window)
    assert (view.quarters, view.factor, view.page) == (1, factor, 6)
    assert view.hasFocus(), "keys go on where they were"
    assert _middle(view) == at
    assert pane.bar.search.text() == "ferritin on"
    assert pane.bar.search.accessibleDescription() == "5 of 9", "and nobody is taken to that place"
    assert view.selection.chosen == chosen
    pane.copying.copy()
    window.settle()
    copied = QGuiApplication.clipboard().text()
    assert [f"on page {page}" in copied for page in range(1, 10)] == [False] + [True] * 6 + [False] * 2
    assert copied.endswith("page 7")
    QGuiApplication.clipboard().clear()
    window.press(Key.Key_F3)
    assert pane.bar.search.accessibleDescription() == "6 of 9"


def test_behind_the_lock_waits_no_word_of_the_document(
    desk_window: DeskWindow, filed: dict[str, Document]
) -> None:
    window = desk_window()
    page = window.show(filed["pdf"].id)
    pane = page.pane
    pane.finding.find("ferritin on page 1")
    window.press(Key.Key_A, Mod.ControlModifier)
    page.hide()
    assert pane._look is not None
    assert "ferritin" not in repr(pane._look).lower(), "nothing was typed, so no word is kept"
    assert pane.finding.hits == () and not pane.view.selection and pane.view.selection.words(0) is None
    assert not pane.view._hits and pane.view.kept_bytes == 0


def test_somebody_else_begins_at_the_first_page(
    desk_window: DeskWindow, attach: Attach, reception: Actor
) -> None:
    """Both may read it; how one of them looked at it is not the other's."""
    window = desk_window()
    pane = window.show(attach(papers.a_pdf(), "consent.pdf", DocumentType.CONSENT).id).pane
    pane.view.set_zoom(2.0)
    pane.view.go_to(2)
    pane.bar.search.setText("ferritin")
    window.settle()
    window.now.hide()
    doctor, window.desk.actor = window.desk.actor, reception
    window.now.show()
    window.settle()
    assert (pane.view.count, pane.view.page, pane.view.zoom) == (3, 0, "width")
    assert pane.bar.search.text() == ""
    window.now.hide()
    window.desk.actor = doctor
    window.now.show()
    window.settle()
    assert (pane.view.page, pane.view.zoom, pane.bar.search.text()) == (0, "width", "")


def test_a_locked_pdf_is_looked_at_as_before_once_its_password_is_typed_again(
    desk_window: DeskWindow, attach: Attach, samples: Path
) -> None:
    name = "pdf/encrypted-password/qpdf__20-pages.pdf"
    index = json.loads((samples / "index.json").read_text("utf-8"))["files"]
    (sample,) = (one for one in index if one["path"] == name)
    window = desk_window()
    pane = window.show(attach((samples / name).read_bytes(), "report.pdf").id).pane

    def unlock_file() -> None:
        window.qtbot.keyClicks(pane.password.password, sample["facts"]["password"])
        window.press(Key.Key_Return)

    unlock_file()
    pane.view.go_to(11)
    pane.view.set_zoom(0.5)
    for _ in range(2):
        lock_and_unlock(window)
        assert pane.stack.currentWidget() is pane.password, "the password itself is kept nowhere"
    unlock_file()
    assert (pane.view.page, pane.view.zoom) == (11, 0.5)


def test_a_picture_comes_back_inverted_with_the_other_one_beside_it(
    desk_window: DeskWindow, attach: Attach, filed: dict[str, Document]
) -> None:
    photo = attach(papers.a_png(), "after.png", DocumentType.PHOTO, date(2026, 11, 2))
    window = desk_window()
    pane = window.show(photo.id).pane
    pane.bar.compare.click()
    assert pane.compare is not None
    wanted = (filed["tiff"].id, 1)
    pane.compare.choice.set_value(wanted)
    pane.compare._on_chosen(wanted)
    window.settle()
    pane.view.setFocus()
    window.press(Key.Key_I)
    window.press(Key.Key_R)
    turned_by = pane.compare.view.quarters
    lock_and_unlock(window)
    assert pane.view.inverted and pane.view.quarters == 1
    assert pane.compare is not None and pane.compare.shown == wanted and pane.bar.compare.isChecked()
    assert pane.compare.view.count == 1 and pane.compare.view.quarters == turned_by
    assert pane.compare.rect().contains(QPoint(10, 10))
