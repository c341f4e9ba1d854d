"""What was done to a file of the inbox is taken back, and the file is seen to wait again; Esc goes back to the list."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from reportlab.pdfgen import canvas

from meditrack_desktop.domain.documents import Document
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.incoming import IncomingFile, IncomingState, SplitIncoming, UnfileIncoming
from meditrack_desktop.domain.patients import Patient
from tests.ui.inbox.conftest import Window, a_report


def shown(desk: Window) -> list[str]:
    model = desk.page.list.model
    return [model.record(row).file_name for row in range(model.rowCount())]


@pytest.mark.parametrize("act", ["file", "discard"])
def test_a_file_that_was_dealt_with_is_listed_again_once_it_is_taken_back(
    inbox: Callable[..., Window],
    take: Callable[..., IncomingFile],
    hers: IncomingFile,
    his: IncomingFile,
    act: str,
) -> None:
    desk = inbox()
    assert shown(desk) == ["SCAN_0001.pdf", "SCAN_0002.pdf"]
    if act == "file":
        desk.press(Qt.Key.Key_Return)
    else:
        desk.page.acts.discard(hers, "Blank page")
    desk.settle()
    assert shown(desk) == ["SCAN_0002.pdf"]
    desk.page.take_back()
    desk.settle()
    assert desk.waiting() == ["SCAN_0001.pdf", "SCAN_0002.pdf"]
    assert shown(desk) == ["SCAN_0001.pdf", "SCAN_0002.pdf"]


def test_a_file_that_another_desk_takes_back_is_listed_again(
    inbox: Callable[..., Window], hers: IncomingFile, his: IncomingFile, mara: Patient
) -> None:
    desk = inbox()
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    documents: tuple[Document, ...] = desk.of(mara)
    assert len(documents) == 1 and shown(desk) == ["SCAN_0002.pdf"]
    incoming, actor = desk.desk.clinic.incoming, desk.desk.actor
    filed = incoming.get(actor, hers.id)
    incoming.unfile(actor, UnfileIncoming(id=hers.id, version=filed.version, reason="Another person's"))
    desk.page.refresh()
    desk.settle()
    assert shown(desk) == ["SCAN_0001.pdf", "SCAN_0002.pdf"]


def test_esc_in_the_form_goes_back_to_the_list(inbox: Callable[..., Window], hers: IncomingFile) -> None:
    desk = inbox()
    desk.press(Qt.Key.Key_T)
    assert QApplication.focusWidget() is desk.form.name
    desk.press(Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is desk.page.list.table
    desk.press(Qt.Key.Key_P)
    assert desk.form.isAncestorOf(QApplication.focusWidget())
    desk.press(Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is desk.page.list.table


def test_why_an_act_was_not_done_stays_to_be_read_after_the_list_was_asked_again(
    inbox: Callable[..., Window], hers: IncomingFile
) -> None:
    desk = inbox()
    banner = desk.page.notices
    desk.page.acts.refused.emit(Unavailable(ErrorCode.EXAMINER_FAILED))
    desk.page.acts.done.emit()
    desk.settle()
    assert banner.banner is not None
    desk.page.acts.discard(hers, "Blank page")
    desk.settle()
    assert banner.banner is None, "the next act takes it away"
    desk.page.show_trouble(Unavailable(ErrorCode.EXAMINER_FAILED))
    desk.page.show_files(IncomingState.WAITING, (hers,))
    desk.page.show_trouble(Unavailable(ErrorCode.EXAMINER_FAILED))
    assert banner.banner is not None
    desk.page.show_files(IncomingState.WAITING, (hers,))
    assert banner.banner is None, "the list's own trouble goes with its next answer"


def test_a_file_with_a_password_leaves_the_arrows_to_the_list(
    inbox: Callable[..., Window], take: Callable[..., IncomingFile], hers: IncomingFile
) -> None:
    locked = BytesIO()
    paper = canvas.Canvas(locked, encrypt="lighthouse-40")
    paper.drawString(72, 700, "Sealed")
    paper.save()
    take(locked.getvalue(), "SCAN_0002.pdf")
    last = take(a_report("Jonas Testholm", "2020-06-30"), "SCAN_0003.pdf")
    desk = inbox()
    desk.press(Qt.Key.Key_Down)
    desk.settle()
    pane = desk.page.pane
    assert pane.stack.currentWidget() is pane.password
    assert QApplication.focusWidget() is desk.page.list.table
    desk.press(Qt.Key.Key_Down)
    desk.settle()
    assert desk.page.list.chosen is not None and desk.page.list.chosen.id == last.id


def test_the_pieces_of_a_file_stand_in_the_order_of_its_pages(
    inbox: Callable[..., Window], take: Callable[..., IncomingFile]
) -> None:
    whole = take(a_report("Mara Fictanova", "1988-04-05", pages=6), "fax.pdf")
    desk = inbox()
    desk.page.acts.split(SplitIncoming(id=whole.id, version=whole.version, before=(2, 3, 4, 5, 6)))
    desk.settle()
    assert shown(desk) == [f"fax ({piece} of 6).pdf" for piece in range(1, 7)]
