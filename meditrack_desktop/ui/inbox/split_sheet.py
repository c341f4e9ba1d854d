"""Several documents that were scanned as one: choose between which pages it is cut."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QImage, QShowEvent
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.incoming import IncomingFile, SplitIncoming
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.pages import PageSize
from meditrack_desktop.ui.documents.reading import Opened, Outcome, Reading
from meditrack_desktop.ui.inbox.cut_strip import CutStrip
from meditrack_desktop.ui.inbox.preview import InboxDocuments
from meditrack_desktop.ui.inbox.words import tr
from meditrack_desktop.ui.widgets import Button, Label, SideSheet


class SplitSheet(SideSheet):
    """Enter splits. The pages are drawn in a lane; cuts can be made before they are there."""

    def __init__(
        self,
        desk: Desk,
        host: QWidget,
        file: IncomingFile,
        page: int,
        then: Callable[[SplitIncoming], object],
    ) -> None:
        """`page` (from 1) is the page now looked at: if it is not the first, a new file begins there to begin with."""
        super().__init__(host, tr("Split into several files"), width=400)
        self._desk, self._file, self._then = desk, file, then
        self._drawing = self._drawable = False
        self.strip = CutStrip(file.pages, file.turn // 90)
        self.result = Label("", "body", wrap=True)
        self.each = Button(tr("Every page by itself"), "quiet")
        self.each.clicked.connect(self.strip.cut_everywhere)
        self.split = Button(tr("Split"), "primary", icon="scissors", key="Enter")
        self.split.set_default()
        self.split.clicked.connect(self._split)
        self.body.addWidget(Label(file.file_name, "strong", wrap=True))
        self.body.addWidget(self.result)
        self.body.addWidget(self.strip, 1)
        self.footer.addWidget(self.each)
        self.footer.addStretch(1)
        self.footer.addWidget(self.split)
        self.strip.changed.connect(self._dress)
        self.strip.wanted.connect(self._draw)
        if page > 1:
            self.strip.toggle(page)
        self._dress()
        self._reading = self._new_reading()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if event.spontaneous():
            return
        if self._reading.closed:
            self._reading = self._new_reading()
        reading = self._reading
        self._drawing = self._drawable = False
        self._desk.tasks.query(
            self, lambda: reading.open(""), lambda found: self._opened(reading, found), failed=self._not_drawn
        )

    def hideEvent(self, event: QHideEvent) -> None:
        """Closed, or behind the lock: nothing of the file is held."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._reading.close()
            self.strip.clear()

    def focus_first(self) -> None:
        self.strip.setFocus(Qt.FocusReason.OtherFocusReason)
        self.strip.go_to(self.strip.at)

    def _new_reading(self) -> Reading:
        tasks = self._desk.tasks
        return Reading(
            InboxDocuments(self._desk.clinic),
            self._desk.actor,
            self._file.id,
            lambda work: tasks.query(tasks, work, lambda _: None),
        )

    def _opened(self, reading: Reading, outcome: Outcome) -> None:
        if isinstance(outcome, Opened) and not reading.closed:
            self._desk.tasks.query(
                self, reading.sizes, lambda sizes: self._measured(reading, sizes), failed=self._not_drawn
            )

    def _measured(self, reading: Reading, sizes: list[PageSize]) -> None:
        if reading.closed:
            return
        self._drawable = True
        self.strip.set_sizes(sizes)
        self._draw()

    def _draw(self) -> None:
        """One page after another, those that are seen now."""
        wanted = self.strip.next_wanted()
        if wanted is None or self._drawing or not self._drawable or self._reading.closed:
            return
        page, width = wanted
        reading = self._reading
        self._drawing = True

        def drawn(image: QImage) -> None:
            if not reading.closed:
                self._drawing = False
                self.strip.put(page, width, image)
                self._draw()

        self._desk.tasks.query(self, lambda: reading.draw(page, width), drawn, failed=self._not_drawn)

    def _not_drawn(self, _error: ClinicError) -> None:
        """The pages stay blank; where to cut can be chosen all the same."""
        self._drawing = self._drawable = False

    def _dress(self) -> None:
        count = len(self.strip.cuts) + 1
        self.split.setEnabled(count > 1)
        words = tr("It becomes {count} files.").format(count=count)
        self.result.setText(
            words if count > 1 else tr("Choose where it is cut: arrows and Space, or a click.")
        )

    def _split(self) -> None:
        before = self.strip.cuts
        if before:
            self.close_layer()
            self._then(SplitIncoming(id=self._file.id, version=self._file.version, before=before))
