"""Looking at a DICOM document in the viewer: real service, real vault."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.uid import EncapsulatedPDFStorage
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import AttachDocument, Document, DocumentType
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.dicom_images import CtPreset, DicomImages, Window
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.documents import handing_out
from meditrack_desktop.ui.documents.dicom.header_sheet import HeaderSheet
from meditrack_desktop.ui.documents.dicom.pane import DicomPane
from meditrack_desktop.ui.documents.dicom.printed import PrintedImage
from meditrack_desktop.ui.documents.dicom.series_list import SeriesRow
from meditrack_desktop.ui.documents.dicom.study_box import StudyBox
from meditrack_desktop.ui.documents.dicom.tool import Tool
from meditrack_desktop.ui.documents.dicom.words import reference_words
from meditrack_desktop.ui.documents.handing_out import PrintPagesDialog
from meditrack_desktop.ui.documents.screens import SCREENS
from meditrack_desktop.ui.printing import page_printer
from meditrack_desktop.ui.widgets import ScrollColumn
from tests.makers.dicom_files import SERIES, a_dataset, a_slice, as_bytes, frames_of, ramp
from tests.ui.documents import papers
from tests.ui.documents.conftest import Window as DeskWindow

SLICES = 24
Opened = tuple[DeskWindow, DicomPane]


@pytest.fixture
def attach_study(clinic: Clinic, reception: Actor, patient: Patient) -> Callable[..., Document]:
    def attached(files: list[bytes]) -> Document:
        command = AttachDocument(
            patient_id=patient.id, file_name="ct.zip", title="CT head", type=DocumentType.IMAGING
        )
        return clinic.documents.attach_study(
            reception, command, [(f"IM{number}", data) for number, data in enumerate(files)]
        )

    return attached


@pytest.fixture
def study(attach_study: Callable[..., Document]) -> Document:
    """A scout, and the slices of a head in the wrong order."""
    files = [a_slice(number, float(number)) for number in range(SLICES, 0, -1)]
    return attach_study([*files, a_slice(1, None, SeriesInstanceUID=SERIES + ".1", SeriesNumber=1)])


@pytest.fixture
def looked_at(desk_window: Callable[..., DeskWindow]) -> Callable[..., Opened]:
    """Opens a document in a window."""

    def opened(document: Document, **window: Any) -> Opened:
        found = desk_window(**window)
        page = found.show(document.id)
        assert page.pane.dicom is not None
        return found, page.pane.dicom

    return opened


def wheel(pane: DicomPane, notches: int, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    view = pane.view
    middle = QPointF(view.width() / 2, view.height() / 2)
    event = QWheelEvent(
        middle,
        QPointF(view.mapToGlobal(middle.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def drag(qtbot: QtBot, pane: DicomPane, first: QPointF, last: QPointF) -> None:
    view = pane.view
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=first.toPoint())
    qtbot.mouseMove(view, first.toPoint() + QPoint(5, 5))
    qtbot.mouseMove(view, last.toPoint())
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=last.toPoint())


def test_it_opens_in_the_middle_of_the_slices(looked_at: Callable[..., Opened], study: Document) -> None:
    window, pane = looked_at(study)
    assert pane.place == (1, 11)
    assert pane.view.frame is not None
    assert np.array_equal(pane.view.frame.pixels, ramp() + np.int16(12))
    assert pane.view.corners.top_left == ("Fictanova Mara", "002-3371", "1988-04-05, F")
    assert pane.view.corners.top_right == ("CT HEAD W/O", "Series 2, 5.0 mm", "2024-03-03 14:05")
    assert pane.view.corners.bottom_left[0] == "W 80 L 40"
    assert pane.view.corners.bottom_left[2] == f"Image 12 of {SLICES}"
    box = window.now.details.findChild(StudyBox)
    assert box is not None and box.values["patient"].text() == "ID matches"
    assert box.reference.isVisible()
    assert [row.accessibleName() for row in box.series.rows] == [
        "1, axial 5.0 mm, 1 image",
        f"2, axial 5.0 mm, {SLICES} images, shown",
    ]


@pytest.mark.parametrize("width", [1440, 1024])
def test_the_line_about_diagnosis_is_always_there(
    looked_at: Callable[..., Opened], study: Document, width: int
) -> None:
    window, pane = looked_at(study, width=width, height=640)
    box = window.now.details.findChild(StudyBox)
    beside = box is not None and box.reference.isVisible()
    assert beside != pane.reference.isVisible()
    assert reference_words() in pane.view.accessibleName()


def test_a_hundred_slices_by_wheel_end_at_the_right_one_and_are_read_beside_the_window(
    looked_at: Callable[..., Opened],
    attach_study: Callable[..., Document],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = attach_study([a_slice(number, float(number)) for number in range(1, 101)])
    window, pane = looked_at(document)
    readers: set[str] = set()
    plain = DicomImages.frame

    def noted(self: DicomImages, series: int, index: int) -> Any:
        readers.add(threading.current_thread().name)
        return plain(self, series, index)

    monkeypatch.setattr(DicomImages, "frame", noted)
    pane.go_to(0)
    window.settle()
    for _ in range(99):
        wheel(pane, -1)
        QApplication.processEvents()
    window.settle()
    assert pane.place == (0, 99)
    assert pane.view.frame is not None
    assert np.array_equal(pane.view.frame.pixels, ramp() + np.int16(100))
    assert readers and all(name.startswith("meditrack-read") for name in readers)
    wheel(pane, -1)
    window.settle()
    assert pane.place == (0, 99)


def test_a_late_answer_for_another_image_is_not_shown(
    looked_at: Callable[..., Opened], study: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, pane = looked_at(study)
    seen: list[int] = []
    pane.feed.arrived.connect(lambda series, index, shown: seen.append(index))
    go_on = threading.Event()
    plain = DicomImages.frame

    def slow(self: DicomImages, series: int, index: int) -> Any:
        go_on.wait(10)
        return plain(self, series, index)

    monkeypatch.setattr(DicomImages, "frame", slow)
    pane.go_to(2)
    pane.go_to(5)
    pane.go_to(20)
    go_on.set()
    window.settle()
    assert seen == [20]
    assert pane.view.frame is not None and pane.view.frame.slice_position == 21


def test_the_next_images_are_read_before_they_are_asked_for(
    looked_at: Callable[..., Opened], study: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, pane = looked_at(study)
    asked: list[int] = []
    plain = DicomImages.frame
    monkeypatch.setattr(
        DicomImages, "frame", lambda self, series, index: (asked.append(index), plain(self, series, index))[1]
    )
    pane.go_to(2)
    pane.go_to(3)
    window.settle()
    assert asked[-6:] == [4, 5, 6, 7, 8, 9]


def test_keys_go_through_the_series_and_turn_invert_and_fit(
    looked_at: Callable[..., Opened], study: Document
) -> None:
    window, pane = looked_at(study)
    pane.view.setFocus()
    for key, index in (
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_Down, 1),
        (Qt.Key.Key_Right, 2),
        (Qt.Key.Key_Up, 1),
        (Qt.Key.Key_End, SLICES - 1),
        (Qt.Key.Key_Right, SLICES - 1),
    ):
        window.press(key)
        assert pane.place == (1, index)
    place = pane.view.place
    assert place is not None
    window.press(Qt.Key.Key_R)
    assert pane.view.place is not None and pane.view.place.quarters == 1
    window.press(Qt.Key.Key_I)
    assert pane.view.inverted and pane.row.invert.isChecked()
    window.press(Qt.Key.Key_Plus)
    assert not pane.view.place.fits
    window.press(Qt.Key.Key_0)
    assert pane.view.place.fits
    window.press(Qt.Key.Key_L)
    assert pane.view.tool is Tool.MEASURE and pane.row.tools[Tool.MEASURE].isChecked()
    window.press(Qt.Key.Key_W)
    assert pane.view.tool is Tool.WINDOW
    pane.row.reset.click()
    assert pane.view.place.quarters == 0 and not pane.view.inverted


def test_inverting_is_the_mirror_image_on_the_screen(
    looked_at: Callable[..., Opened], study: Document
) -> None:
    _, pane = looked_at(study)
    before = pane.view._image.copy()
    pane.view.invert()
    after = pane.view._image
    for point in ((0, 0), (20, 10), (47, 31)):
        assert before.pixelColor(*point).value() + after.pixelColor(*point).value() == 255


def test_dragging_changes_the_window_for_all_images(
    qtbot: QtBot, looked_at: Callable[..., Opened], study: Document
) -> None:
    window, pane = looked_at(study)
    drag(qtbot, pane, QPointF(200, 200), QPointF(300, 260))
    chosen = pane.view.window_now
    assert chosen is not None and chosen.width > 80 and chosen.center > 40
    assert pane.row.presets.value() == "chosen"
    pane.step(3)
    window.settle()
    assert pane.view.window_now == chosen
    pane.view.set_window(None)
    assert pane.view.window_now == Window(40, 80, "Brain")


def test_windows_of_the_file_and_well_known_ones_are_offered(
    looked_at: Callable[..., Opened], study: Document
) -> None:
    _, pane = looked_at(study)
    options = {option.value: option.text for option in pane.row.presets.options()}
    assert options[("own", 0)] == "Brain, W 80 L 40"
    assert options[CtPreset.LUNG] == "Lung, W 1500 L −600"
    assert CtPreset.BRAIN not in options and CtPreset.BONE not in options
    pane.row.presets.valueChanged.emit(CtPreset.LUNG)
    assert pane.view.window_now is not None and pane.view.window_now.width == 1500
    assert pane.view.corners.bottom_left[0] == "W 1500 L −600"


def test_a_measure_counts_millimetres_of_pixels_that_are_not_square(
    qtbot: QtBot, looked_at: Callable[..., Opened], attach: Callable[..., Document]
) -> None:
    pixels = np.zeros((100, 100), dtype=np.int16)
    document = attach(as_bytes(a_dataset(pixels, PixelSpacing=[2.0, 0.5])), "a.dcm", DocumentType.IMAGING)
    _, pane = looked_at(document)
    pane.view.set_tool(Tool.MEASURE)
    place = pane.view.place
    assert place is not None and place.aspect == 4
    first, last = (place.transform().map(QPointF(x, y)) for x, y in ((20, 20), (60, 40)))
    drag(qtbot, pane, first, last)
    assert len(pane.view.measures) == 1
    measured = pane.view.measures[0]
    found = float(measured.words.split()[0])
    off = measured.last - measured.first
    truth = ((off.x() * 0.5) ** 2 + (off.y() * 2.0) ** 2) ** 0.5
    assert found == pytest.approx(truth, abs=0.06)
    assert truth == pytest.approx((20**2 + 40**2) ** 0.5, rel=0.06)


def test_a_measure_is_made_with_keys_alone(looked_at: Callable[..., Opened], study: Document) -> None:
    window, pane = looked_at(study)
    pane.view.setFocus()
    window.press(Qt.Key.Key_L)
    window.press(Qt.Key.Key_Right)
    window.press(Qt.Key.Key_Return)
    for _ in range(4):
        window.press(Qt.Key.Key_Down)
    window.press(Qt.Key.Key_Return)
    assert [measure.words for measure in pane.view.measures] == ["2.0 mm"]
    assert pane.place == (1, 11)
    window.press(Qt.Key.Key_Delete)
    assert pane.view.measures == []


def test_measures_stay_with_their_image(looked_at: Callable[..., Opened], study: Document) -> None:
    window, pane = looked_at(study)
    pane.view.set_tool(Tool.MEASURE)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Return):
        pane.view.setFocus()
        window.press(key)
    pane.step(1)
    window.settle()
    assert pane.view.measures == []
    pane.step(-1)
    window.settle()
    assert len(pane.view.measures) == 1


def test_no_millimetres_where_nobody_knows_how_large_a_pixel_is(
    qtbot: QtBot, looked_at: Callable[..., Opened], attach: Callable[..., Document]
) -> None:
    document = attach(as_bytes(a_dataset(PixelSpacing=None)), "a.dcm", DocumentType.IMAGING)
    _, pane = looked_at(document)
    pane.view.set_tool(Tool.MEASURE)
    drag(qtbot, pane, QPointF(100, 100), QPointF(200, 100))
    assert pane.view.measures[0].words.endswith("pixels")


def test_another_series_is_chosen_from_the_list(looked_at: Callable[..., Opened], study: Document) -> None:
    window, pane = looked_at(study, height=600)
    box = window.now.details.findChild(StudyBox)
    assert box is not None
    assert not any(row._image.isNull() for row in box.series.rows)
    details = window.now.details
    scroll = details.findChild(ScrollColumn)
    assert scroll is not None and scroll.verticalScrollBar().isVisible()
    inside = box.mapTo(details, box.rect().topRight()).x()
    assert inside == details.delete.geometry().right(), "the scroll bar lies in the margin"
    box.series.rows[0].chosen.emit(0)
    window.settle()
    assert pane.place == (0, 0)
    assert not pane.strip.isVisible()
    assert box.series.rows[0].accessibleName().endswith("shown")


def test_the_slider_and_play_go_through_the_images(
    qtbot: QtBot, looked_at: Callable[..., Opened], attach: Callable[..., Document]
) -> None:
    document = attach(as_bytes(a_dataset(frames_of(5))), "film.dcm", DocumentType.IMAGING)
    window, pane = looked_at(document)
    pane.strip.slider.setValue(4)
    window.settle()
    assert pane.place == (0, 4)
    pane.view.setFocus()
    seen: set[int] = set()
    pane.feed.arrived.connect(lambda series, index, shown: seen.add(index))
    qtbot.keyClick(pane.view, Qt.Key.Key_Space)
    assert pane.strip.playing
    qtbot.waitUntil(lambda: seen == {0, 1, 2, 3, 4})
    qtbot.keyClick(pane.view, Qt.Key.Key_Space)
    assert not pane.strip.playing


def test_wheel_with_ctrl_enlarges_where_the_pointer_is(
    looked_at: Callable[..., Opened], study: Document
) -> None:
    _, pane = looked_at(study)
    place = pane.view.place
    assert place is not None
    wheel(pane, 2, Qt.KeyboardModifier.ControlModifier)
    assert pane.view.place is not None and pane.view.place.factor > place.factor
    assert pane.place == (1, 11)
    assert pane.row.sizes.value() == pane.view.place.factor


def test_the_header_can_be_searched(looked_at: Callable[..., Opened], study: Document) -> None:
    window, pane = looked_at(study)
    pane.row.header.click()
    window.settle()
    sheet = window.window.findChild(HeaderSheet)
    assert sheet is not None and sheet.model.rowCount() > 30
    sheet.search.setText("patient id")
    assert [sheet.model.record(row).value for row in range(sheet.model.rowCount())] == ["002-3371"]
    sheet.search.setText("0018,0050")
    assert sheet.model.record(0).name == "Slice Thickness"
    sheet.close_layer()


@pytest.mark.parametrize(
    ("data", "title"),
    [
        (lambda: as_bytes(a_dataset())[:-900], "This picture is damaged"),
        (lambda: as_bytes(a_dataset(None, PixelData=None, Modality="SR")), "This file holds no picture"),
        (lambda: as_bytes(a_dataset(Rows=60000, Columns=60000)), "This picture is too large to be drawn"),
    ],
)
def test_an_image_that_cannot_be_drawn_says_why_and_shows_its_header(
    looked_at: Callable[..., Opened],
    attach: Callable[..., Document],
    data: Callable[[], bytes],
    title: str,
) -> None:
    window, pane = looked_at(attach(data(), "a.dcm", DocumentType.IMAGING))
    assert pane.stack.currentWidget() is pane.why
    assert title in [label.text() for label in pane.why.findChildren(type(window.now.bar.name))] or title == (
        pane.why.accessibleName()
    )
    pane.open_header()
    window.settle()
    sheet = window.window.findChild(HeaderSheet)
    assert sheet is not None and sheet.model.rowCount() > 10
    sheet.close_layer()


def test_a_broken_image_among_others_is_passed_by_with_the_arrows(
    looked_at: Callable[..., Opened], attach_study: Callable[..., Document]
) -> None:
    files = [a_slice(number, float(number)) for number in range(1, 8)]
    files[3] = files[3][:-900]
    window, pane = looked_at(attach_study(files))
    assert pane.place == (0, 3) and pane.stack.currentWidget() is pane.why
    pane.focus_image()
    window.press(Qt.Key.Key_Down)
    assert pane.place == (0, 4) and pane.stack.currentWidget() is pane.view


def test_a_wrapped_pdf_is_read_as_a_pdf(
    desk_window: Callable[..., DeskWindow], attach: Callable[..., Document]
) -> None:
    dataset = a_dataset(None, PixelData=None, Modality="DOC", SOPClassUID=EncapsulatedPDFStorage)
    dataset.MIMETypeOfEncapsulatedDocument = "application/pdf"
    dataset.EncapsulatedDocument = papers.a_pdf()
    document = attach(as_bytes(dataset), "report.dcm", DocumentType.LETTER, date(2026, 11, 1))
    window = desk_window()
    page = window.show(document.id)
    assert page.pane.showing_pages() and page.pane.view.count == document.pages > 0
    assert page.pane.view.drawn(0) is not None
    assert page.pane.bar.isVisible()


def test_who_may_not_read_it_is_told_so(
    desk_window: Callable[..., DeskWindow], study: Document, reception: Actor
) -> None:
    window = desk_window(reception)
    page = window.show(study.id)
    assert page.pane.stack.currentWidget() is page.pane.state
    assert page.pane.dicom is None or page.pane.dicom.view.frame is None
    assert page.details.findChild(StudyBox) is None


def test_a_damaged_file_is_told_and_nothing_is_drawn(
    clinic: Clinic, desk_window: Callable[..., DeskWindow], attach: Callable[..., Document]
) -> None:
    document = attach(as_bytes(a_dataset(frames_of(60, 128, 128))), "film.dcm", DocumentType.IMAGING)
    blobs = sorted(
        Path(clinic.documents.vault.layout.folder).rglob("*.age"), key=lambda path: path.stat().st_size
    )
    path = blobs[-1]
    damaged = bytearray(path.read_bytes())
    for place in range(70_000, len(damaged), 30_000):
        damaged[place] ^= 1
    path.chmod(0o600)
    path.write_bytes(damaged)
    window = desk_window()
    page = window.show(document.id)
    assert page.pane.stack.currentWidget() is page.pane.state
    assert page.pane.dicom is None or page.pane.dicom.view.frame is None


def test_hidden_it_holds_nothing_of_the_study(looked_at: Callable[..., Opened], study: Document) -> None:
    window, pane = looked_at(study)
    opened = pane._study
    assert opened is not None
    window.now.hide()
    window.settle()
    assert opened.closed and opened._images is None and opened._source is None
    assert pane.view.frame is None and pane.view._image.isNull()
    assert not pane._pictures and pane.shown is None and pane.view.corners.top_left == ()
    assert (
        window.now.details.findChild(StudyBox) is None
        or not window.now.details.findChild(StudyBox).isVisible()
    )
    window.now.show()
    window.settle()
    assert pane.view.frame is not None


def test_place_window_turn_and_measures_come_back_after_the_lock(
    looked_at: Callable[..., Opened], study: Document
) -> None:
    window, pane = looked_at(study)
    view = pane.view
    pane.go_to(4)
    window.settle()
    view.set_tool(Tool.MEASURE)
    drag(window.qtbot, pane, QPointF(300, 300), QPointF(340, 310))
    (measured,) = view.measures
    words = measured.words
    pane.step(3)
    window.settle()
    view.set_tool(Tool.WINDOW)
    drag(window.qtbot, pane, QPointF(200, 200), QPointF(300, 260))
    view.invert()
    view.turn()
    view.flip()
    view.zoom_by(3)
    view.pan(QPointF(31, -17))
    pane.open_header()
    window.settle()
    (header,) = window.window.findChildren(HeaderSheet)
    place, chosen, seen = view.place, view.window_now, view.picture.copy()
    header.set_aside()
    window.now.hide()
    assert not header.aside, "what the file says of itself does not wait behind the lock"
    assert window.now.pane._look is not None and "Brain" not in repr(window.now.pane._look)
    assert view.frame is None and view.accessibleDescription() == ""
    window.settle()
    window.now.show()
    window.settle()
    assert pane.place == (1, 7) and view.place == place
    assert view.window_now == chosen and view.inverted and pane.row.invert.isChecked()
    assert view.picture == seen
    pane.go_to(4)
    window.settle()
    assert [measure.words for measure in view.measures] == [words]


def test_an_image_is_opened_again_at_the_windows_of_its_file(
    looked_at: Callable[..., Opened], study: Document
) -> None:
    """While nobody chose another: each image has its own."""
    window, pane = looked_at(study)
    window.now.hide()
    window.now.show()
    window.settle()
    assert pane.view.own_window is None and pane.view.window_now == Window(40, 80, "Brain")
    assert pane.place == (1, 11) and pane.view.place is not None and pane.view.place.fits


def test_every_control_has_a_name(looked_at: Callable[..., Opened], study: Document) -> None:
    _, pane = looked_at(study)
    for widget in pane.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert widget.accessibleName(), widget
        if isinstance(widget, QAbstractButton) and widget.isVisible() and not widget.text():
            assert widget.toolTip() or widget.accessibleName(), widget


def test_what_is_printed_is_what_is_seen(looked_at: Callable[..., Opened], study: Document) -> None:
    """Turned, inverted and windowed as on the screen, with whose it is and the line about diagnosis."""
    window, pane = looked_at(study)
    assert window.now.bar.print.isVisible() or window.now.bar.print_small.isVisible()
    printable = window.now.pane.printable()
    assert printable is not None and len(printable.sizes()) == 1
    plain = printable.draw(0, 800)
    assert plain.width() == 800 and plain.height() == round(800 * 297 / 210)
    assert plain.pixelColor(2, 2) == Qt.GlobalColor.white
    middle = (400, plain.height() // 2)
    pane.view.invert()
    inverted = window.now.pane.printable()
    assert inverted is not None
    there, turned = plain.pixelColor(*middle).value(), inverted.draw(0, 800).pixelColor(*middle).value()
    assert abs(there + turned - 255) <= 2
    text = pane.printed()
    assert text is not None and text.seen is not None and text.seen.corners.top_left[0] == "Fictanova Mara"
    window.now.hide()
    assert window.now.pane.printable() is None
    for sheet in (printable, inverted, text):
        assert sheet.closed and sheet.draw(0, 800).isNull(), "what waits in a dialog is let go of as well"


@pytest.mark.parametrize(
    ("window_name", "state", "build"), [screen for screen in SCREENS if screen[0] == "document-dicom"]
)
def test_every_pictured_state_can_be_struck(
    desk_window: Callable[..., DeskWindow],
    study: Document,
    window_name: str,
    state: str,
    build: Callable[..., Any],
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
    pane = page.pane.dicom
    assert pane.stack.currentWidget() is (pane.why if state == "not-drawable" else pane.view)
    focused = window.window.focusWidget()
    if state == "details":
        assert isinstance(focused, SeriesRow)


@pytest.mark.parametrize("text_size", [100, 200])
def test_it_never_widens_its_window(
    looked_at: Callable[..., Opened], study: Document, text_size: int
) -> None:
    theme.current().set(text_size=text_size)
    window, pane = looked_at(study, width=968, height=560)
    assert window.window.width() == 968
    assert window.now.minimumSizeHint().width() <= 968
    for button in pane.row.findChildren(QAbstractButton):
        if button.isVisible():
            assert pane.row.rect().contains(button.geometry()), button.accessibleName()


def test_words_in_place_of_an_image_are_not_printed_as_the_image_before(
    looked_at: Callable[..., Opened], attach_study: Callable[..., Document]
) -> None:
    files = [a_slice(number, float(number)) for number in range(1, 8)]
    files[4] = files[4][:-900]
    window, pane = looked_at(attach_study(files))
    assert pane.place == (0, 3) and window.now.pane.printable() is not None
    pane.focus_image()
    window.press(Qt.Key.Key_Down)
    assert pane.place == (0, 4) and pane.stack.currentWidget() is pane.why
    assert window.now.pane.printable() is None


def test_the_small_pictures_in_the_details_sheet_are_forgotten_behind_the_lock(
    looked_at: Callable[..., Opened], study: Document
) -> None:
    window, _ = looked_at(study, width=1000, height=700)
    window.now.open_details()
    window.settle()
    (box,) = [one for one in window.window.findChildren(StudyBox) if one.isVisible()]
    assert [row._image.isNull() for row in box.series.rows] == [False, False]
    window.now.hide()
    assert [row._image.isNull() for row in box.series.rows] == [True, True]


def test_delete_over_words_takes_no_measure_of_the_image_before(
    looked_at: Callable[..., Opened], attach_study: Callable[..., Document]
) -> None:
    files = [a_slice(number, float(number)) for number in range(1, 8)]
    files[4] = files[4][:-900]
    window, pane = looked_at(attach_study(files))
    assert pane.place == (0, 3)
    pane.view.set_tool(Tool.MEASURE)
    drag(window.qtbot, pane, QPointF(300, 300), QPointF(340, 300))
    assert len(pane.view.measures) == 1
    pane.view.set_tool(Tool.WINDOW)
    pane.focus_image()
    window.press(Qt.Key.Key_Down)
    assert pane.stack.currentWidget() is pane.why
    window.press(Qt.Key.Key_Delete)
    window.press(Qt.Key.Key_Up)
    assert pane.place == (0, 3) and len(pane.view.measures) == 1


def test_the_dialog_to_print_an_image_holds_none_behind_the_lock_and_prints_the_one_behind_it(
    looked_at: Callable[..., Opened], study: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = tmp_path / "paper.pdf"

    def printer(_name: str) -> QPrinter:
        made = QPrinter()
        made.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        made.setOutputFileName(str(paper))
        made.setResolution(72)
        return made

    monkeypatch.setattr(page_printer, "open_printer", printer)
    monkeypatch.setattr(handing_out, "printer_names", lambda: ("Front desk",))
    window, pane = looked_at(study)
    pane.view.invert()
    window.now.acts.print()
    window.settle()
    (dialog,) = window.window.findChildren(PrintPagesDialog)
    dialog.set_aside()
    window.now.hide()
    assert isinstance(dialog._reading, PrintedImage) and dialog._reading.seen is None
    window.now.show()
    dialog.bring_back()
    window.settle()
    assert pane.view.inverted
    dialog.act.click()
    window.settle()
    assert window.said and window.said[-1][0] == "Sent to Front desk" and paper.exists()
