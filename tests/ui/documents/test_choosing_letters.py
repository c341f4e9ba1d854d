"""Letters of a PDF chosen by mouse and keys and copied; links that lead nowhere."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from meditrack_desktop.domain.documents import Document, Inert
from meditrack_desktop.ui.clipboard import ClipboardWatch
from meditrack_desktop.ui.documents.page_painter import place_of, share_at
from meditrack_desktop.ui.documents.pages import Link, PageWords
from meditrack_desktop.ui.documents.text_selection import TextSelection
from tests.ui.documents import papers
from tests.ui.documents.conftest import Window

Key, Mod = Qt.Key, Qt.KeyboardModifier
DeskWindow = Callable[..., Window]
Attach = Callable[..., Document]
CONTROL = Mod.ControlModifier


def two_lines() -> PageWords:
    """`abc` above `de`, a letter a tenth of the page wide."""
    boxes = [QRectF(0.1 * at + 0.1, 0.1, 0.1, 0.05) for at in range(3)]
    boxes.append(QRectF())
    boxes += [QRectF(0.1 * at + 0.1, 0.3, 0.1, 0.05) for at in range(2)]
    return PageWords("abc\nde", tuple(boxes), (Link(QRectF(0.5, 0.5, 0.1, 0.1), "https://example.org/x"),))


def test_letters_from_one_point_to_another_are_chosen() -> None:
    chosen = TextSelection()
    chosen.learn(0, two_lines())
    assert chosen.begin(0, QPointF(0.25, 0.12))
    assert not chosen and chosen.text() == "", "one point chooses nothing yet"
    chosen.reach(0, QPointF(0.15, 0.32))
    assert chosen.text() == "bc\nd"
    assert chosen.boxes(0) == [QRectF(0.2, 0.1, 0.2, 0.05), QRectF(0.1, 0.3, 0.1, 0.05)]
    chosen.reach(0, QPointF(0.12, 0.11))
    assert chosen.text() == "ab", "back before where it began"


def test_nothing_is_chosen_from_bare_paper() -> None:
    chosen = TextSelection()
    chosen.learn(0, two_lines())
    assert not chosen.begin(0, QPointF(0.5, 0.9))
    assert not chosen.begin(1, QPointF(0.25, 0.12)), "a page whose letters nobody knows yet"


def test_letters_of_several_pages_and_those_far_away_are_forgotten() -> None:
    chosen = TextSelection()
    for page in range(10):
        chosen.learn(page, two_lines())
    assert chosen.begin(0, QPointF(0.35, 0.12))
    chosen.reach(1, QPointF(0.15, 0.12))
    assert chosen.text() == "c\nde\na"
    chosen.forget_but(range(8, 10))
    assert [page for page in range(10) if chosen.knows(page)] == [0, 1, 8, 9]


@pytest.mark.parametrize("quarters", range(4))
def test_a_point_on_a_turned_page_finds_the_unturned_one(quarters: int) -> None:
    from PySide6.QtCore import QSizeF

    from meditrack_desktop.ui.documents.page_column import lay_out
    from meditrack_desktop.ui.documents.pages import PageSize

    column = lay_out([PageSize(400, 200)], 1.0, quarters, QSizeF(900, 900))
    box = QRectF(0.2, 0.6, 0.1, 0.2)
    found = share_at(column, 0, place_of(column, 0, box, quarters).center(), quarters)
    assert (found.x(), found.y()) == (pytest.approx(0.25, abs=0.01), pytest.approx(0.7, abs=0.01))


def _spot_of(window: Window, words: str) -> tuple[QPoint, QPoint]:
    """Where a line of the first page begins and ends in the viewport."""
    view = window.now.pane.view
    known = view.selection.words(0)
    assert known is not None and view._column is not None
    at = known.text.index(words)
    boxes = [place_of(view._column, 0, known.boxes[one], 0) for one in (at, at + len(words) - 1)]
    offset = view._offset()
    return tuple((box.center() - offset).toPoint() for box in boxes)  # type: ignore[return-value]


def test_a_line_is_chosen_with_the_mouse_and_copied(desk_window: DeskWindow, attach: Attach) -> None:
    document = attach(papers.a_pdf(1), "report.pdf")
    window = desk_window()
    view = window.show(document.id).pane.view
    watch = ClipboardWatch()
    first, last = _spot_of(window, "Ferritin on page 1")
    ground = view.viewport()
    window.qtbot.mousePress(ground, Qt.MouseButton.LeftButton, pos=first)
    window.qtbot.mouseMove(ground, last)
    window.qtbot.mouseRelease(ground, Qt.MouseButton.LeftButton, pos=last)
    assert view.selection.text() == "Ferritin on page 1"
    window.press(Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "Ferritin on page 1"
    assert window.said[-1][0] == "Copied. It leaves the clipboard after a minute."
    watch.clear()
    assert QGuiApplication.clipboard().text() == "", "the guard takes it away again"
    watch.end()


def test_all_letters_of_all_pages_are_copied(desk_window: DeskWindow, attach: Attach) -> None:
    document = attach(papers.a_pdf(30), "report.pdf")
    window = desk_window()
    window.show(document.id)
    window.press(Key.Key_A, CONTROL)
    window.press(Key.Key_C, CONTROL)
    copied = QGuiApplication.clipboard().text()
    assert [f"Ferritin on page {page}" in copied for page in range(1, 31)] == [True] * 30
    QGuiApplication.clipboard().clear()


def test_a_picture_has_no_letters_and_is_dragged(desk_window: DeskWindow, attach: Attach) -> None:
    window = desk_window()
    view = window.show(attach(papers.a_png(), "photo.png").id).pane.view
    window.press(Key.Key_A, CONTROL)
    assert not view.selection and view.next_unread() is None


def a_linked_pdf() -> bytes:
    target = BytesIO()
    paper = canvas.Canvas(target, pagesize=A4, invariant=1)
    paper.drawString(72, 700, "Press here")
    paper.linkURL("https://evil.example/<img src=x>", (72, 690, 200, 715))
    paper.save()
    return target.getvalue()


def test_a_link_is_words_and_leads_nowhere(
    desk_window: DeskWindow, attach: Attach, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtGui import QDesktopServices

    opened: list[object] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    document = attach(a_linked_pdf(), "linked.pdf")
    assert Inert.LINK in document.inert
    window = desk_window()
    page = window.show(document.id)
    view = page.pane.view
    first, _ = _spot_of(window, "Press here")
    assert view._column is not None
    assert view.selection.link_at(*view._spot(QPointF(first))) == "https://evil.example/<img src=x>"
    window.qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=first)
    window.settle()
    assert opened == [] and page.pane.view.count == 1
    assert "links" in page.details.inert.accessibleName() and page.details.inert.isVisible()
