"""A long run of a page, such as checking the log or comparing records: how far it is, and the button that stops it."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.ui.tasks import SlowTask
from meditrack_desktop.ui.widgets import Button, Label, ProgressBar


class RunBar(QWidget):
    """Hidden while nothing runs. `follow` shows a run until it ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._task: SlowTask | None = None
        self.said = Label("", "small", tone="text2")
        self.bar = ProgressBar(self.tr("Progress"))
        self.stop = Button(self.tr("Stop"), size="small")
        self.stop.clicked.connect(self._stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 8, 20, 8)
        row.setSpacing(12)
        row.addWidget(self.said)
        row.addWidget(self.bar, 1)
        row.addWidget(self.stop)
        self.hide()

    @property
    def running(self) -> bool:
        """Whether a run is followed."""
        return self._task is not None

    def follow(self, task: SlowTask, doing: str) -> None:
        """Show a run; `doing` says what it does."""
        self._task = task
        self.stop.setEnabled(True)
        self.stop.setAccessibleName(self.tr("Stop: {doing}").format(doing=doing))
        self.bar.set_share(0)
        self.said.setText(doing)
        task.progressed.connect(lambda progress: self._show(progress, doing))
        task.finished.connect(self._ended)
        self.show()

    def _show(self, progress: Progress, doing: str) -> None:
        if progress.total:
            self.bar.set_share(progress.done / progress.total)
            text = self.tr("{doing}, {done} of {total}")
        else:
            text = self.tr("{doing}, {done}")
        done, total = QLocale().toString(progress.done), QLocale().toString(progress.total or 0)
        self.said.setText(text.format(doing=doing, done=done, total=total))

    def _stop(self) -> None:
        if self._task is not None:
            self._task.stop()
            self.stop.setEnabled(False)

    def _ended(self) -> None:
        self._task = None
        self.hide()
