"""Filing while the folder for documents is away: kept at this desk, said so, and there once it is back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from meditrack_desktop.domain.documents import Document
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.filing.add_sheet import AddDocumentSheet
from meditrack_desktop.ui.filing.sources import ChosenFile
from tests.services.test_spool import away, back, clinic, share
from tests.ui.documents import papers
from tests.ui.documents.conftest import Window

__all__ = ["clinic", "share"]


def test_a_file_added_while_the_folder_is_away_waits_and_is_stored_later(
    desk_window: Callable[..., Window], attach: Callable[..., Document], clinic: Clinic, share: Path
) -> None:
    first = attach(papers.a_pdf(), "first.pdf")
    window = desk_window()
    page = window.show(first.id)
    away(share)
    page.files.take([ChosenFile("later.pdf", data=papers.a_pdf(2))])
    assert [one for one in window.window.findChildren(AddDocumentSheet) if one.isVisible()]
    window.press(Qt.Key.Key_Return)
    assert not [one for one in window.window.findChildren(AddDocumentSheet) if one.isVisible()]
    assert window.said[-1][0] == "1 kept on this computer until the document folder is back"
    page.refresh()
    window.settle()
    assert page.list.waiting.isVisible() and page.list.waiting.text() == "Waiting to be stored: later"
    page = window.show(first.id)
    assert not page.pane.showing_pages() and page.pane.state.title.text()
    back(share)
    clinic.spool.deliver(window.desk.actor, now=True)
    page = window.show(first.id)
    assert page.pane.view.count == 3
    assert not page.list.waiting.isVisible()
    assert sorted(row.document.title for row in page.list.rows) == ["first", "later"]
