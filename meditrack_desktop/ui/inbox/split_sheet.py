"""Several documents that were scanned as one: choose the pages at which a new one begins."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.incoming import IncomingFile, SplitIncoming
from meditrack_desktop.ui.inbox.words import tr
from meditrack_desktop.ui.widgets import Button, CheckBox, Label, SideSheet


class SplitSheet(SideSheet):
    """A box for each page but the first. Enter splits."""

    def __init__(
        self, host: QWidget, file: IncomingFile, page: int, then: Callable[[SplitIncoming], object]
    ) -> None:
        """`page` (from 1) is the page now looked at: a new document begins there, to begin with."""
        super().__init__(host, tr("Split into several files"), width=340)
        self._file, self._then = file, then
        self.body.addWidget(Label(file.file_name, "strong", wrap=True))
        self.body.addWidget(Label(tr("A new file begins at:"), "body", tone="text2"))
        self.boxes: list[CheckBox] = []
        for number in range(2, file.pages + 1):
            box = CheckBox(tr("Page {number}").format(number=number), number == page)
            box.toggled.connect(lambda _on: self._dress())
            self.boxes.append(box)
            self.body.addWidget(box)
        self.body.addStretch(1)
        self.result = Label("", "body", wrap=True)
        self.each = Button(tr("Every page by itself"), "quiet")
        self.each.clicked.connect(self._each)
        self.split = Button(tr("Split"), "primary", icon="scissors", key="Enter")
        self.split.set_default()
        self.split.clicked.connect(self._split)
        self.footer.addWidget(self.each)
        self.footer.addStretch(1)
        self.footer.addWidget(self.split)
        self.body.insertWidget(2, self.result)
        self._dress()

    def focus_first(self) -> None:
        chosen = next((box for box in self.boxes if box.isChecked()), self.boxes[0])
        chosen.setFocus()

    def _before(self) -> tuple[int, ...]:
        return tuple(number for number, box in enumerate(self.boxes, start=2) if box.isChecked())

    def _each(self) -> None:
        for box in self.boxes:
            box.setChecked(True)

    def _dress(self) -> None:
        count = len(self._before()) + 1
        self.split.setEnabled(count > 1)
        words = tr("It becomes {count} files.").format(count=count)
        self.result.setText(words if count > 1 else tr("Choose at least one page."))

    def _split(self) -> None:
        before = self._before()
        if before:
            self.close_layer()
            self._then(SplitIncoming(id=self._file.id, version=self._file.version, before=before))
