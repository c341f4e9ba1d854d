"""Reading a patient's documents at the desk, with a real vault under it."""

from __future__ import annotations

import gc
import json
import os
import tempfile
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage, QKeySequence, QShortcut

from meditrack_desktop.database.queries import documents as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import DeleteDocument, Document, DocumentType, RestoreDocument
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.documents.document_list import YearHeading
from meditrack_desktop.ui.documents.screens import SCREENS
from meditrack_desktop.ui.documents.words import count_words
from meditrack_desktop.ui.filing.delete_dialog import DeleteDialog
from meditrack_desktop.ui.patients.words import pages_text
from meditrack_desktop.ui.widgets import Button, SideSheet
from tests.conftest import ClinicSite
from tests.ui.documents import papers
from tests.ui.documents.conftest import Window

Key, Mod = Qt.Key, Qt.KeyboardModifier
DeskWindow = Callable[..., Window]
Filed = dict[str, Document]


def _colour(image: QImage, across: float, down: float) -> QColor:
    return image.pixelColor(int(image.width() * across), int(image.height() * down))


def _is_red(colour: QColor) -> bool:
    return colour.red() > 200 and colour.blue() < 60


def _is_blue(colour: QColor) -> bool:
    return colour.blue() > 200 and colour.red() < 60


def _blob(site: ClinicSite, clinic: Clinic, document: Document) -> Path:
    """The file of the document itself, not of what is kept beside it."""
    with clinic.work.database.reading() as session:
        blob_id = queries.blob(session, document.id).blob_id
    (found,) = (site.folder / "vault").rglob(f"{blob_id}*")
    return found


def test_opens_a_pdf_and_turns_its_pages_by_keys(desk_window: DeskWindow, filed: Filed) -> None:
    window = desk_window()
    view = window.show(filed["pdf"].id).pane.view
    assert (view.count, view.page, view.hasFocus()) == (3, 0, True)
    first = view.drawn(0)
    assert first is not None and not first.isNull()
    window.press(Key.Key_Right)
    assert view.page == 1 and window.now.pane.bar.place.text() == "2"
    assert window.now.pane.bar.total.text() == "/ 3"
    view.go_to(2)
    assert view.page == 2
    window.press(Key.Key_Left)
    window.press(Key.Key_Left)
    assert view.page == 1, "the second page lies and is wider than the window: it is scrolled over first"
    window.press(Key.Key_Home)
    assert view.page == 0
    window.press(Key.Key_End)
    assert view.page == 2 and view.drawn(2) is not None
    window.press(Key.Key_Left)
    assert view.page == 1
    assert "page 2 of 3" in view.accessibleName()


def test_the_pages_true_sizes_arrive_after_the_first_page(desk_window: DeskWindow, filed: Filed) -> None:
    view = desk_window().show(filed["pdf"].id).pane.view
    shapes = []
    for page in range(3):
        view.go_to(page)
        assert view._column is not None
        rect = view._column.rect(page)
        shapes.append("lying" if rect.width() > rect.height() else "standing")
    assert shapes == ["standing", "lying", "standing"]


def test_zooms_by_keys_and_fits(desk_window: DeskWindow, filed: Filed) -> None:
    window = desk_window()
    view = window.show(filed["pdf"].id).pane.view
    fitted = view.factor
    assert view.zoom == "width"
    window.press(Key.Key_Plus, Mod.ControlModifier)
    assert view.factor > fitted
    window.press(Key.Key_Minus, Mod.ControlModifier)
    window.press(Key.Key_Minus)
    assert view.factor < fitted
    sharp = view.drawn(view.page)
    assert sharp is not None and abs(sharp.width() - round(595.28 * 96 / 72 * view.factor)) <= 1
    window.press(Key.Key_0)
    assert (view.zoom, round(view.factor, 3)) == ("width", round(fitted, 3))
    window.press(Key.Key_0)
    assert view.zoom == "page" and view.factor < fitted
    assert window.now.pane.bar.zoom.value() == "page"


def test_the_zoom_keys_are_not_the_windows_while_reading(desk_window: DeskWindow, filed: Filed) -> None:
    """The window changes the size of its text by the same keys."""
    window = desk_window()
    heard: list[str] = []
    for keys in ("Ctrl++", "Ctrl+-", "Ctrl+0"):
        shortcut = QShortcut(QKeySequence(keys), window.window)
        shortcut.activated.connect(lambda keys=keys: heard.append(keys))
    view = window.show(filed["pdf"].id).pane.view
    fitted = view.factor
    window.press(Key.Key_Plus, Mod.ControlModifier)
    assert view.factor > fitted and heard == []


def test_turns_the_pages(desk_window: DeskWindow, filed: Filed) -> None:
    window = desk_window()
    page = window.show(filed["png"].id)
    view = page.pane.view
    upright = view.viewport().grab().toImage()
    assert _is_red(_colour(upright, 0.4, 0.5)) and _is_blue(_colour(upright, 0.6, 0.5))
    window.press(Key.Key_R)
    assert view.quarters == 1
    turned = view.viewport().grab().toImage()
    assert _is_red(_colour(turned, 0.5, 0.4)) and _is_blue(_colour(turned, 0.5, 0.6))


def test_other_documents_by_keys_and_from_the_list(desk_window: DeskWindow, filed: Filed) -> None:
    window = desk_window()
    window.show(filed["pdf"].id)
    assert [row.document.id for row in window.now.list.rows] == [filed[key].id for key in filed]
    window.press(Key.Key_Down, Mod.AltModifier)
    assert window.now._document_id == filed["png"].id
    window.press(Key.Key_BracketRight)
    assert window.now._document_id == filed["jpeg"].id
    window.press(Key.Key_Up, Mod.AltModifier)
    window.press(Key.Key_BracketLeft)
    window.press(Key.Key_BracketLeft)
    assert window.now._document_id == filed["pdf"].id
    window.now.list.search.setFocus()
    window.press(Key.Key_Down)
    window.press(Key.Key_Down)
    window.press(Key.Key_End)
    assert window.now._document_id == filed["pdf"].id
    window.press(Key.Key_Return)
    assert window.now._document_id == filed["tiff"].id


def test_the_list_can_be_searched(desk_window: DeskWindow, filed: Filed) -> None:
    page = desk_window().show(filed["pdf"].id)
    assert page.list.search.placeholderText() == "Search 4 documents"
    page.list.search.setText("photo")
    page.list.search.returnPressed.emit()
    assert [row.document.id for row in page.list.rows] == [filed["jpeg"].id]
    page.list.search.setText("nothing like it")
    page.list.search.returnPressed.emit()
    assert page.list.rows == [] and page.list.nothing.isVisible()


def test_a_photograph_stands_as_its_exif_says(desk_window: DeskWindow, filed: Filed) -> None:
    view = desk_window().show(filed["jpeg"].id).pane.view
    image = view.drawn(0)
    assert image is not None and (image.width(), image.height()) == (200, 400)
    assert _is_red(_colour(image, 0.5, 0.2)) and _is_blue(_colour(image, 0.5, 0.8))


def test_a_tiff_shows_all_its_pages(desk_window: DeskWindow, filed: Filed) -> None:
    window = desk_window()
    view = window.show(filed["tiff"].id).pane.view
    assert view.count == 2
    window.press(Key.Key_Right)
    image = view.drawn(1)
    assert view.page == 1 and image is not None and (image.width(), image.height()) == (200, 400)
    assert _colour(image, 0.5, 0.2).lightness() > 240 and _colour(image, 0.5, 0.8).lightness() < 20


def test_a_zoomed_picture_is_dragged(desk_window: DeskWindow, filed: Filed) -> None:
    window = desk_window()
    view = window.show(filed["png"].id).pane.view
    view.set_zoom(4.0)
    window.settle()
    ground = view.viewport()
    before = view.horizontalScrollBar().value()
    window.qtbot.mousePress(ground, Qt.MouseButton.LeftButton, pos=QPoint(400, 300))
    window.qtbot.mouseMove(ground, QPoint(340, 300))
    window.qtbot.mouseRelease(ground, Qt.MouseButton.LeftButton, pos=QPoint(340, 300))
    assert view.horizontalScrollBar().value() == before + 60


def test_finds_words_and_goes_through_the_places(desk_window: DeskWindow, filed: Filed) -> None:
    window = desk_window()
    page = window.show(filed["pdf"].id)
    window.press(Key.Key_F, Mod.ControlModifier)
    box = page.pane.bar.search
    assert box.hasFocus()
    window.qtbot.keyClicks(box, "ferritin on")
    window.press(Key.Key_Return)
    assert box.accessibleDescription() == "1 of 3"
    window.press(Key.Key_Return)
    assert (box.accessibleDescription(), page.pane.view.page) == ("2 of 3", 1)
    window.press(Key.Key_F3)
    window.press(Key.Key_F3)
    assert (box.accessibleDescription(), page.pane.view.page) == ("1 of 3", 0)
    window.press(Key.Key_Return, Mod.ShiftModifier)
    assert (box.accessibleDescription(), page.pane.view.page) == ("3 of 3", 2)
    box.setText("no such words")
    window.press(Key.Key_Return)
    assert box.accessibleDescription() == "None"


def test_a_found_place_is_marked_where_the_words_stand(desk_window: DeskWindow, filed: Filed) -> None:
    window = desk_window()
    page = window.show(filed["pdf"].id)
    page.pane.finding.find("ferritin on page 1")
    window.settle()
    (hit,) = page.pane.finding.hits
    (box,) = hit.boxes
    assert hit.page == 0
    assert box.x() == pytest.approx(72 / 595.28, abs=0.01)
    assert box.bottom() == pytest.approx(1 - 500 / 841.89, abs=0.01)


def test_pictures_offer_no_search(desk_window: DeskWindow, filed: Filed) -> None:
    page = desk_window().show(filed["png"].id)
    assert not page.pane.bar.search.isVisible()


def test_escape_leads_back_to_the_chart(desk_window: DeskWindow, filed: Filed) -> None:
    window = desk_window()
    window.show(filed["pdf"].id)
    window.press(Key.Key_Escape)
    assert window.charts == [window.patient.id]


def test_says_what_is_known_of_it(desk_window: DeskWindow, filed: Filed) -> None:
    page = desk_window().show(filed["pdf"].id)
    said = {key: label.text() for key, label in page.details.rows.values.items()}
    assert said["type"] == "Lab report"
    assert said["date"] == "17 Nov 2026"
    assert said["file"].startswith("PDF, 3 pages, ")
    assert said["added"] == "18 Nov 2026, 10:42"
    assert said["added_by"] == "Rosa Ontwerp"
    assert said["verdict"] == "Not scanned: there is no scanner"
    assert page.bar.name.text() == "Mara Fictanova"
    assert page.bar.about.text().startswith("5 Apr 1988 (38), ")


def test_a_narrow_window_keeps_the_details_in_a_sheet(desk_window: DeskWindow, filed: Filed) -> None:
    window = desk_window(width=1024, height=640)
    page = window.show(filed["pdf"].id)
    assert not page.details.isVisible()
    page.open_details()
    (sheet,) = window.window.findChildren(SideSheet)
    assert any(button.text() == "Delete document" for button in sheet.findChildren(Button))
    window.window.resize(1440, 860)
    window.settle()
    assert page.details.isVisible() and not window.window.findChildren(SideSheet)


def test_the_front_desk_may_not_read_what_is_clinical(
    desk_window: DeskWindow, filed: Filed, reception: Actor
) -> None:
    window = desk_window(reception)
    page = window.show(filed["pdf"].id)
    assert page.pane.stack.currentWidget() is page.pane.state
    assert "administrator" in page.pane.state.text.text()
    assert not page.details.delete.isVisible()
    assert page.pane.view.count == 0
    locked = [row.document.id for row in page.list.rows if "not for your role" in row.accessibleName()]
    assert locked == [filed[key].id for key in ("pdf", "jpeg", "tiff")]
    window.press(Key.Key_Down, Mod.AltModifier)
    assert window.now.pane.showing_pages()


@pytest.mark.parametrize("name", ["qpdf__20-pages.pdf", "pdfjs__bug1782186.pdf"])
def test_a_pdf_with_a_password_asks_for_it_in_place(
    desk_window: DeskWindow, attach: Callable[..., Document], samples: Path, name: str
) -> None:
    index = json.loads((samples / "index.json").read_text("utf-8"))["files"]
    (sample,) = (one for one in index if one["path"] == f"pdf/encrypted-password/{name}")
    document = attach((samples / sample["path"]).read_bytes(), "report.pdf")
    window = desk_window()
    pane = window.show(document.id).pane
    assert pane.stack.currentWidget() is pane.password and pane.password.password.hasFocus()
    assert count_words(document) == pages_text(document) == "", "how many pages it has is not known yet"
    window.qtbot.keyClicks(pane.password.password, "wrong")
    window.press(Key.Key_Return)
    assert "does not open it" in pane.password.field.error
    assert pane.password.password.text() == ""
    window.qtbot.keyClicks(pane.password.password, sample["facts"]["password"])
    window.press(Key.Key_Return)
    assert pane.showing_pages()
    assert pane.view.count == sample["facts"]["pages"] and pane.view.hasFocus()


@pytest.mark.parametrize("harm", ["flipped", "missing"])
def test_a_harmed_file_is_refused_in_words_and_the_others_open(
    desk_window: DeskWindow, attach: Callable[..., Document], site: ClinicSite, clinic: Clinic, harm: str
) -> None:
    good = attach(papers.a_pdf(), "good.pdf")
    bad = attach(papers.a_pdf(2), "bad.pdf")
    blob = _blob(site, clinic, bad)
    if harm == "flipped":
        sealed = bytearray(blob.read_bytes())
        sealed[-2000] ^= 1
        blob.write_bytes(sealed)
    else:
        blob.unlink()
    window = desk_window()
    pane = window.show(bad.id).pane
    assert pane.stack.currentWidget() is pane.state
    assert ("damaged" if harm == "flipped" else "missing") in pane.state.title.text()
    assert pane.view.count == 0
    assert window.show(good.id).pane.view.count == 3


def test_damage_that_shows_only_later_takes_the_pages_away(
    desk_window: DeskWindow, attach: Callable[..., Document], site: ClinicSite, clinic: Clinic
) -> None:
    """A long file: its first page is sound, a piece in its middle is not."""
    document = attach(papers.a_pdf(1200), "long.pdf")
    blob = _blob(site, clinic, document)
    sealed = bytearray(blob.read_bytes())
    assert len(sealed) > 6 * 65_536
    sealed[len(sealed) // 2] ^= 1
    blob.write_bytes(sealed)
    window = desk_window()
    pane = window.show(document.id).pane
    pane.view.go_to(600)
    window.settle()
    assert pane.stack.currentWidget() is pane.state
    assert "damaged" in pane.state.title.text() and pane.view.count == 0
    assert not window.now.bar.save.isVisible() and not window.now.details.review.mark.isVisible()


def test_deleting_asks_why_and_can_be_undone(desk_window: DeskWindow, filed: Filed, clinic: Clinic) -> None:
    window = desk_window()
    page = window.show(filed["pdf"].id)
    page.details.delete.click()
    (dialog,) = window.window.findChildren(DeleteDialog)
    assert "Mara Fictanova, born 5 Apr 1988" in dialog.text.text()
    window.press(Key.Key_Return)
    assert dialog.field.error
    window.qtbot.keyClicks(dialog.reason, "filed with the wrong patient")
    window.press(Key.Key_Return)
    kept = clinic.documents.get(window.desk.actor, filed["pdf"].id)
    assert kept.delete_reason == "filed with the wrong patient" and kept.deleted_at is not None
    assert "bin" in page.pane.state.title.text() and page.pane.reading is None
    assert filed["pdf"].id not in [row.document.id for row in page.list.rows]
    words, undo = window.said[-1]
    assert words == "blood-panel deleted" and undo is not None
    undo()
    window.settle()
    assert page.pane.view.count == 3


def test_deleted_at_another_desk_while_open(
    desk_window: DeskWindow, filed: Filed, clinic: Clinic, doctor: Actor
) -> None:
    window = desk_window()
    page = window.show(filed["pdf"].id)
    gone = clinic.documents.delete(
        doctor, DeleteDocument(id=filed["pdf"].id, version=filed["pdf"].version, reason="twice in here")
    )
    window.settle()
    assert page.pane.stack.currentWidget() is page.pane.state
    assert "twice in here" in page.pane.state.text.text()
    clinic.documents.restore(doctor, RestoreDocument(id=gone.id, version=gone.version))
    window.settle()
    assert page.pane.view.count == 3


def test_closing_the_page_closes_its_readers(desk_window: DeskWindow, filed: Filed) -> None:
    window = desk_window()
    reading = window.show(filed["pdf"].id).pane.reading
    assert reading is not None
    source = reading._source
    assert source is not None and not source.closed  # type: ignore[attr-defined]
    window.close()
    window.settle()
    assert source.closed  # type: ignore[attr-defined]


def test_closing_while_a_lane_is_at_work_closes_afterwards(desk_window: DeskWindow, filed: Filed) -> None:
    window = desk_window()
    page = window.show(filed["pdf"].id)
    reading = page.pane.reading
    assert reading is not None and reading._pages is not None
    source, pages = reading._source, reading._pages
    begun, go_on = threading.Event(), threading.Event()
    draw = pages.draw

    def slow(number: int, width: int) -> QImage:
        begun.set()
        assert go_on.wait(5)
        return draw(number, width)

    pages.draw = slow  # type: ignore[method-assign]
    page.pane.view.step_zoom(1)
    assert begun.wait(5)
    window.close()
    assert source is not None and not source.closed  # type: ignore[attr-defined]
    go_on.set()
    window.settle()
    assert source.closed  # type: ignore[attr-defined]


def test_a_hidden_page_holds_nothing_and_opens_again(desk_window: DeskWindow, filed: Filed) -> None:
    window = desk_window()
    page = window.show(filed["pdf"].id)
    page.hide()
    assert page.pane.reading is None and page.pane.view.kept_bytes == 0
    page.show()
    window.settle()
    assert page.pane.view.count == 3 and page.pane.view.drawn(0) is not None


def test_nothing_decrypted_touches_the_disk(desk_window: DeskWindow, filed: Filed, site: ClinicSite) -> None:
    window = desk_window()
    page = window.show(filed["pdf"].id)
    page.pane.finding.find("ferritin")
    page.pane.view.go_to(2)
    window.settle()
    assert papers.SECRET in papers.a_pdf()
    searched = 0
    for folder in (site.folder.parent, Path(tempfile.gettempdir())):
        for path in folder.rglob("*") if folder == site.folder.parent else folder.glob("*"):
            if path.is_symlink() or not os.access(path, os.R_OK):
                continue
            if path.is_file() and path.stat().st_size < 50_000_000:
                searched += 1
                assert papers.SECRET not in path.read_bytes(), path
    assert searched > 5


def test_memory_stays_flat_over_a_long_document(
    desk_window: DeskWindow, attach: Callable[..., Document]
) -> None:
    document = attach(papers.a_pdf(500), "long.pdf")
    window = desk_window()
    view = window.show(document.id).pane.view
    most = 0
    for page in range(0, 500, 25):
        view.go_to(page)
        assert window.desk.tasks.wait_idle(20_000)
        most = max(most, view.kept_bytes)
        assert view.drawn(page) is not None
    assert most <= 96 * 1024 * 1024
    gc.collect()


OF_PAGES = [screen for screen in SCREENS if screen[0] != "document-dicom"]
"""Those of images are struck where there is a study to show."""


@pytest.mark.parametrize(("window_name", "state", "build"), OF_PAGES)
def test_every_pictured_state_can_be_struck(
    desk_window: DeskWindow, filed: Filed, window_name: str, state: str, build: Callable[..., Any]
) -> None:
    window = desk_window(width=1024, height=640)
    page, pose = build(window.desk)
    window.page = page
    window.column.addWidget(page)
    page.load()
    window.settle()
    pose()
    window.settle()
    assert not window.window.grab().isNull()
    stands = {"password": page.pane.password, "no-permission": page.pane.state, "damaged": page.pane.state}
    assert page.pane.stack.currentWidget() is stands.get(state, page.pane.shown)


def test_everything_fits_at_the_largest_text(desk_window: DeskWindow, filed: Filed) -> None:
    theme.current().set(text_size=200)
    page = desk_window(width=1006, height=800).show(filed["pdf"].id)
    assert not page.pane.bar.larger.isVisible()
    assert page.width() == 1006, "what a window of 1440 leaves beside the sidebar at this size"
    assert page.minimumSizeHint().width() <= 1006
    assert page.pane.bar.search.width() >= 200 and page.pane.bar.search.isVisible()
    theme.current().set(text_size=100)
    assert page.pane.bar.larger.isVisible() and page.pane.bar.height() == 44, "one row again"


def test_a_list_that_is_walked_through_by_keys_opens_no_other_document(
    desk_window: DeskWindow, filed: Filed
) -> None:
    window = desk_window()
    page = window.show(filed["pdf"].id)
    sizes = page.pane.bar.zoom
    sizes.setFocus()
    for key in (Key.Key_PageDown, Key.Key_End, Key.Key_Space, Key.Key_End, Key.Key_PageUp, Key.Key_PageDown):
        window.press(key)
    assert window.now is page and page.pane.view.page == 0 and sizes.opened
    window.press(Key.Key_Return)
    assert page.pane.view.zoom == 4.0, "the last of them"
    page.pane.view.setFocus()
    window.press(Key.Key_PageDown)
    assert window.now._document_id == filed["png"].id


def test_a_year_over_many_documents_is_whole_in_a_small_window(
    desk_window: DeskWindow, attach: Callable[..., Document]
) -> None:
    newest = [
        attach(papers.a_png(), f"scan-{year}.png", DocumentType.CONSENT, date(year, 1, 5))
        for year in range(2015, 2027)
    ][-1]
    page = desk_window(width=1024, height=640).show(newest.id)
    headings = page.list.findChildren(YearHeading)
    assert len(headings) == 12
    for heading in headings:
        assert heading.label.height() >= heading.label.sizeHint().height()
        assert heading.rect().contains(heading.label.geometry())
