"""A long run as a section shows it: what it does, how far it is, and Stop."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.ui.tasks import SlowTask
from meditrack_desktop.ui.widgets import Button, Label, ProgressBar


class LongRun(QWidget):
    """Hidden while nothing runs. `words` tells the progress in the section's own units."""

    def __init__(self, words: Callable[[Progress], str], stop_tip: str) -> None:
        super().__init__()
        self._words = words
        self._running: SlowTask | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.title = Label("", "emphasis")
        self.bar = ProgressBar("")
        self.bar.setMinimumWidth(260)
        self.said = Label("", "small")
        self.stop = Button(self.tr("Stop"), "danger_secondary", size="small")
        self.stop.setToolTip(stop_tip)
        self.stop.clicked.connect(self._on_stop)
        column.addWidget(self.title)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.bar, 1)
        line.addWidget(self.stop)
        column.addLayout(line)
        column.addWidget(self.said)
        self.hide()

    @property
    def running(self) -> bool:
        return self._running is not None

    def follow(self, task: SlowTask) -> None:
        """Show this run until it ends."""
        self._running = task
        self.title.setText(task.title)
        self.said.setText("")
        self.bar.set_share(0.0)
        self.stop.set_busy(False)
        task.progressed.connect(self._on_progress)
        task.finished.connect(self._on_finished)
        self.show()

    def _on_progress(self, progress: Progress) -> None:
        self.bar.set_share(progress.done / progress.total if progress.total else 0.0)
        self.said.setText(self._words(progress))

    def _on_finished(self) -> None:
        self._running = None
        self.hide()

    def _on_stop(self) -> None:
        if self._running is not None:
            self._running.stop()
            self.stop.set_busy(True)
