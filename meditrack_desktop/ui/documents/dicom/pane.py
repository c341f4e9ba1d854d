"""The middle of the page for a DICOM document: tools, image, strip; and the work behind them in a lane."""

from __future__ import annotations

from functools import partial
from weakref import WeakSet

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from meditrack_desktop.domain.documents import Document
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.examination import StudyContents
from meditrack_desktop.services.dicom_images import HeaderLine, Picture, WhyNot
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.dicom.frame_feed import FrameFeed
from meditrack_desktop.ui.documents.dicom.header_sheet import HeaderSheet
from meditrack_desktop.ui.documents.dicom.image_corners import corners_of, described
from meditrack_desktop.ui.documents.dicom.image_look import ImageLook, ends_of, look_again, view_look
from meditrack_desktop.ui.documents.dicom.image_painter import Measure
from meditrack_desktop.ui.documents.dicom.keyed_image import KeyedImage
from meditrack_desktop.ui.documents.dicom.play_strip import PlayStrip
from meditrack_desktop.ui.documents.dicom.printed import PrintedImage, SeenImage
from meditrack_desktop.ui.documents.dicom.series_list import SMALL, small_image
from meditrack_desktop.ui.documents.dicom.study import OpenedStudy, Shown, Study
from meditrack_desktop.ui.documents.dicom.study_box import StudyBox
from meditrack_desktop.ui.documents.dicom.tool_row import ToolRow
from meditrack_desktop.ui.documents.dicom.words import (
    reference_words,
    why_words,
)
from meditrack_desktop.ui.documents.reading import Opens
from meditrack_desktop.ui.widgets import Banner, Divider, StateView, announce

_SCOUTS = 3
"""A series of so few images is taken to plan another one."""


class DicomPane(QWidget):
    """`show_document` opens one, `release` lets go of all it holds.

    `opened` comes with the first image or the reason why there is none, `refused` carries a ClinicError, and
    `wrapsPdf` says that the document is a PDF inside a DICOM file, to be shown as one.
    """

    opened = Signal()
    refused = Signal(object)
    wrapsPdf = Signal()

    def __init__(self, desk: Desk, documents: Opens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._documents = desk, documents
        self._study: Study | None = None
        self._document: Document | None = None
        self._contents: StudyContents | None = None
        self._shown: Shown | None = None
        self._series = self._index = 0
        self._at = (0, 0)
        self._measures: dict[tuple[int, int], list[Measure]] = {}
        self._pictures: dict[int, QImage] = {}
        self._boxes: list[StudyBox] = []
        self._printed: WeakSet[PrintedImage] = WeakSet()
        self._look: ImageLook | None = None
        self._header: HeaderSheet | None = None
        self.view = KeyedImage()
        self.view.stepped.connect(self.step)
        self.view.jumped.connect(lambda last: self.go_to(self._count - 1 if last else 0))
        self.view.looked.connect(self._write_corners)
        self.view.measured.connect(lambda words: announce(self.view, words))
        self.row = ToolRow(self.view)
        self.row.headerRequested.connect(self.open_header)
        self.strip = PlayStrip()
        self.strip.chosen.connect(self.go_to)
        self.strip.hide()
        self.reference = Banner(reference_words(), "warn", icon="info", square=True)
        self.why = StateView("error", "", icon="image")
        self.waiting = QWidget()
        for widget in (self.waiting, self.why):
            # They hold the focus for the image, so that its keys work without one.
            widget.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            widget.setProperty("ownFocusEdge", True)
        self.stack = QStackedWidget()
        for widget in (self.waiting, self.view, self.why):
            self.stack.addWidget(widget)
        self.feed = FrameFeed(desk.tasks, self)
        self.feed.arrived.connect(self._arrived)
        self.feed.failed.connect(self.refused)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.row)
        column.addWidget(Divider())
        column.addWidget(self.reference)
        column.addWidget(self.stack, 1)
        column.addWidget(self.strip)
        self._box = _Held()
        self.destroyed.connect(partial(_close, self._box))
        theme.current().changed.connect(self._write_corners)

    @property
    def place(self) -> tuple[int, int]:
        """The series and the image in it that are wanted now, from 0."""
        return self._series, self._index

    @property
    def shown(self) -> Shown | None:
        """The image on the screen."""
        return self._shown

    def show_document(self, document: Document, look: ImageLook | None = None) -> None:
        """Open it at the middle of its first series of several images, or as it was looked at before."""
        self.release()
        self._document, self._look = document, look
        study = Study(self._documents, self._desk.actor, document.id)
        self._study = self._box.study = study
        self._desk.tasks.query(
            self,
            study.open,
            lambda opened: self._begin(study, opened),
            failed=lambda error: self._failed(study, error),
            replaces="open",
        )

    def look(self) -> ImageLook | None:
        """How the study is looked at; None while nothing of it is seen."""
        view = view_look(self.view)
        if self._contents is None or view is None:
            return None
        measures = tuple((at, ends_of(lines)) for at, lines in self._measures.items() if lines)
        return ImageLook(*self.place, view, measures)

    def release(self) -> None:
        """Close the document and forget every picture of it, those in hand for paper too."""
        self.strip.play(False)
        self.feed.end()
        if self._study is not None:
            self._study.close()
        self._study = self._box.study = None
        self._contents = self._shown = self._look = None
        for printed in self._printed:
            printed.close()
        self._measures.clear()
        self._pictures.clear()
        self.view.clear()
        self.view.setAccessibleName("")
        self.view.setAccessibleDescription("")
        if self._header is not None and isValid(self._header):
            self._header.close_layer()
        self._header = None
        self.row.begin("")
        self.strip.hide()
        for box in self._boxes:
            if isValid(box):
                for row in box.series.rows:
                    row.set_image(QImage())
                box.hide()
        self._boxes.clear()
        self._bring(self.waiting)

    def study_box(self) -> StudyBox | None:
        """Series and study for the details, new each time; None while nothing is open."""
        if self._contents is None or self._document is None:
            return None
        box = StudyBox()
        box.show_study(self._document, self._contents, self._pictures)
        box.series.mark(self._series)
        box.chosen.connect(lambda number: self.go_to(0, number))
        self._boxes = [each for each in self._boxes if isValid(each)] + [box]
        return box

    def printed(self) -> PrintedImage | None:
        """The image as it is seen now, for paper; None while there is none."""
        view = self.view
        if self._shown is None or self._shown.frame is None:
            return None  # words stand in its place; the view may still have the image before
        if view.frame is None or view.place is None:
            return None
        spacing = view.frame.spacing
        printed = PrintedImage(
            SeenImage(
                view.picture,
                view.place,
                view.corners,
                view.frame.letters,
                spacing.right if spacing is not None else None,
                tuple(Measure(one.first, one.last, one.words) for one in view.measures),
                theme.current().font("body"),
            )
        )
        self._printed.add(printed)
        return printed

    def step(self, by: int) -> None:
        """So many images on (positive) or back; stops at the ends."""
        self.go_to(self._index + by)

    def go_to(self, index: int, series: int | None = None) -> None:
        """One image of a series, the shown one's if none is given."""
        if self._contents is None or not self._contents.series:
            return
        if series is not None and series != self._series:
            self._series = series
            self.view.forget_series()
            self.row.begin(self._contents.series[series].modality)
        self._index = max(0, min(self._count - 1, index))
        self.strip.show_place(self._index, self._count)
        for box in self._boxes:
            if isValid(box):
                box.series.mark(self._series)
        self.feed.want(self._series, self._index, self._count)

    def open_header(self) -> None:
        """Everything the file of this image says, as lines to search."""
        study, (series, index) = self._study, self.place
        if study is not None:
            self._desk.tasks.query(
                self,
                lambda: study.header(series, index),
                lambda lines: self._show_header(study, lines),
                failed=lambda error: self._failed(study, error),
                replaces="header",
            )

    def focus_image(self) -> None:
        """Have the keys of the viewer work."""
        shown = self.stack.currentWidget()
        (shown if shown is not None else self.view).setFocus(Qt.FocusReason.OtherFocusReason)

    def fit_into(self, width: int, *, said_beside: bool) -> None:
        """How much room there is for the tools, and whether the line about diagnosis stands in the details."""
        self.row.fit_into(width)
        self.reference.setVisible(not said_beside)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.strip.isVisible():
            self.strip.play(not self.strip.playing)
            event.accept()
            return
        if self.stack.currentWidget() is self.why and self.view.act_on(event):
            event.accept()
            return
        super().keyPressEvent(event)

    @property
    def _count(self) -> int:
        if self._contents is None or not self._contents.series:
            return 0
        return self._contents.series[self._series].frames

    def _begin(self, study: Study, opened: OpenedStudy | None) -> None:
        if study is not self._study or opened is None:
            return
        if opened.wraps_pdf:
            self.wrapsPdf.emit()
            return
        self._contents = opened.contents
        if not opened.contents.series:
            self.show_why(WhyNot.NO_PIXELS)
            self.opened.emit()
            return
        self.feed.begin(study)
        series = opened.contents.series
        # A scout is numbered before what it was taken for, and nobody means it.
        self._series = next((number for number, one in enumerate(series) if one.frames > _SCOUTS), 0)
        self._index, look = 0, self._look
        if look is not None and look.series < len(series):
            self._series = look.series
            self._measures = {
                at: [Measure(QPointF(*a), QPointF(*b)) for a, b in ends] for at, ends in look.measures
            }
        self.row.begin(series[self._series].modality)
        self.go_to(look.index if look is not None else (self._count - 1) // 2)
        self._ask_picture(study, 0)

    def _ask_picture(self, study: Study, number: int) -> None:
        """The small pictures, one after another."""
        if self._contents is None or number >= len(self._contents.series):
            return
        longest = round(theme.current().px(SMALL) * self.devicePixelRatioF())
        self._desk.tasks.query(
            self,
            lambda: study.thumbnail(number, longest),
            lambda picture: self._put_picture(study, number, picture),
            failed=lambda error: self._failed(study, error),
        )

    def _put_picture(self, study: Study, number: int, picture: Picture | None) -> None:
        if study is not self._study:
            return
        image = small_image(picture)
        self._pictures[number] = image
        for box in self._boxes:
            if isValid(box):
                box.series.put(number, image)
        self._ask_picture(study, number + 1)

    def _arrived(self, series: int, index: int, shown: Shown) -> None:
        first = self._shown is None
        self._shown, self._at = shown, (series, index)
        self.strip.arrived(index)
        if shown.frame is None:
            self.view.measuring.show([])  # keys still reach the view: those of the image before are not meant
            self.show_why(shown.why or WhyNot.DAMAGED)
        else:
            self.view.show_frame(shown.frame, self._measures.setdefault((series, index), []))
            if self._look is not None and self._look.series == series:
                look_again(self.view, self._look.view)
            self._look = None
            self._bring(self.view)
        self.row.follow()
        self._write_corners()
        if first:
            self.opened.emit()

    def show_why(self, why: WhyNot) -> None:
        """Words in place of an image."""
        title, text = why_words(why)
        self.why.clear_actions()
        self.why.set_state("error", title, text, icon="image")
        if self._contents is not None and self._contents.series:
            self.why.add_action(self.tr("Show the header"), self.open_header, icon="scroll-text")
        self._bring(self.why)
        announce(self, title)

    def _write_corners(self) -> None:
        shown, contents = self._shown, self._contents
        if shown is None or contents is None or shown.frame is None:
            return
        series, position = contents.series[self._at[0]], self._at[1] + 1
        self.view.corners = corners_of(shown.facts, series, position, self.view)
        self.view.setAccessibleName(
            self.tr("{title}, image {n} of {count}. {reference}").format(
                title=self._document.title if self._document is not None else "",
                n=position,
                count=series.frames,
                reference=reference_words(),
            )
        )
        self.view.setAccessibleDescription(described(shown.facts, self.view.corners))
        self.view.update()

    def _show_header(self, study: Study, lines: tuple[HeaderLine, ...]) -> None:
        if study is self._study and lines:
            self._header = HeaderSheet(self, lines)
            self._header.open_layer()

    def _failed(self, study: Study, error: ClinicError) -> None:
        if study is self._study:
            self.refused.emit(error)

    def _bring(self, widget: QWidget) -> None:
        before = self.stack.currentWidget()
        had_focus = before is not None and before.hasFocus()
        self.stack.setCurrentWidget(widget)
        if had_focus and before is not widget:
            self.focus_image()


class _Held:
    """What must be closed when the pane is gone."""

    study: Study | None = None


def _close(held: _Held) -> None:
    if held.study is not None:
        held.study.close()
