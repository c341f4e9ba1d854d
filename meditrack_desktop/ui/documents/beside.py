"""A second picture of the same patient beside the open one: whether there can be one, and which it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout

from meditrack_desktop.domain.documents import Document
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.compare import ComparePane, Picture
from meditrack_desktop.ui.documents.page_view import PageView
from meditrack_desktop.ui.documents.tool_bar import ViewerBar


class Beside(QObject):
    """In the `row` of a view. `begin` once pages are there, `end` when they go."""

    def __init__(self, desk: Desk, view: PageView, row: QHBoxLayout, bar: ViewerBar) -> None:
        super().__init__(view)
        self._desk, self._view, self._row, self._bar = desk, view, row, bar
        self._document: Document | None = None
        self._offered: tuple[Document, ...] = ()
        self.pane: ComparePane | None = None
        bar.compareToggled.connect(self.toggle)

    @property
    def shown(self) -> Picture | None:
        """The picture that stands there."""
        return self.pane.shown if self.pane is not None else None

    def offer(self, documents: Sequence[Document]) -> None:
        """Documents of this patient; the pictures among them can stand here."""
        self._offered = tuple(one for one in documents if one.media_type.is_image)
        if self.pane is not None:
            self.pane.offer(self._offered)
        self._show_button()

    def begin(self, document: Document | None, again: Picture | None = None) -> None:
        """The pages of this document are there; `again` stood beside them before."""
        self._document = document
        self._show_button()
        if again is not None and not self._bar.compare.isHidden():
            self._open(again)

    def end(self) -> None:
        """Nothing stands there, and nothing can."""
        self._document = None
        self._close()

    def toggle(self) -> None:
        """A second picture beside the open one, or only that again."""
        if self.pane is not None:
            self._close()
        else:
            self._open(None)

    def _open(self, again: Picture | None) -> None:
        document = self._document
        if document is None:
            return
        self.pane = ComparePane(self._desk, self._view)
        self.pane.closeRequested.connect(self._close)
        self._row.addWidget(self.pane, 1)
        self.pane.offer(self._offered)
        if not self.pane.begin(document.id, again):
            self._close()
        self._bar.compare.setChecked(self.pane is not None)

    def _close(self) -> None:
        pane, self.pane = self.pane, None
        self._bar.compare.setChecked(False)
        if pane is not None:
            pane.release()
            self._row.removeWidget(pane)
            pane.hide()
            pane.deleteLater()

    def _show_button(self) -> None:
        """Where there is another picture, or another page of this one."""
        document = self._document
        if document is None or not document.media_type.is_image:
            self._bar.compare.setVisible(False)
            return
        others = any(one.id != document.id for one in self._offered)
        self._bar.compare.setVisible(others or document.pages > 1)
