"""The states of the DICOM view that are worth a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from meditrack_desktop.services.dicom_images import WhyNot, Window
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.dicom.image_painter import Measure
from meditrack_desktop.ui.documents.dicom.pane import DicomPane
from meditrack_desktop.ui.documents.dicom.tool import Tool
from meditrack_desktop.ui.documents.viewer import DocumentPage

Pose = Callable[[], object]
Screen = tuple[str, str, Callable[[Desk], tuple[QWidget, Pose]]]


def dicom_screens(page_of: Callable[[Desk], DocumentPage]) -> Iterator[Screen]:
    """`page_of` makes a page on a DICOM document of the sample patient."""

    def state(act: Callable[[DocumentPage, DicomPane], object]) -> Callable[[Desk], tuple[QWidget, Pose]]:
        def build(desk: Desk) -> tuple[QWidget, Pose]:
            page = page_of(desk)

            def pose() -> None:
                desk.tasks.wait_idle(20_000)
                if page.pane.dicom is not None:
                    act(page, page.pane.dicom)

            return page, pose

        return build

    yield "document-dicom", "image", state(lambda page, pane: None)
    yield "document-dicom", "measure", state(_measure)
    yield "document-dicom", "turned", state(_turned)
    yield "document-dicom", "header", state(lambda page, pane: pane.open_header())
    yield "document-dicom", "not-drawable", state(lambda page, pane: pane.show_why(WhyNot.DAMAGED))
    yield "document-dicom", "details", state(lambda page, pane: page.open_details())


def _measure(page: DocumentPage, pane: DicomPane) -> None:
    view = pane.view
    view.set_tool(Tool.MEASURE)
    if view.frame is not None:
        middle = QPointF(view.frame.columns / 2, view.frame.rows / 2)
        view.measures.append(Measure(middle + QPointF(-8, 10), middle + QPointF(36, 4), "40.0 mm"))
        view.update()


def _turned(page: DocumentPage, pane: DicomPane) -> None:
    pane.view.turn()
    pane.view.flip()
    pane.view.invert()
    pane.view.set_window(Window(40, 400))
    pane.view.zoom_to(2.0)
