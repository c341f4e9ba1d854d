"""While the clinic is made: what is being done, and how far it is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.ui.first_run.page import Course, SetUpPage
from meditrack_desktop.ui.widgets import Label, ProgressBar, announce


class WorkingPage(SetUpPage):
    """Nothing to answer here; going back is possible only after a failure."""

    word = "working"

    def __init__(self, course: Course, title: str, subtitle: str) -> None:
        super().__init__(course, title, subtitle)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownFocusEdge", True)  # the whole page: nothing else can have the focus meanwhile
        column = QVBoxLayout()
        column.setSpacing(10)
        self.bar = ProgressBar(title)
        self.now = Label("", "body", tone="text2")
        column.addWidget(self.bar)
        column.addWidget(self.now)
        self.body.addSpacing(12)
        self.body.addLayout(column)
        self.body.addStretch(1)

    def show_progress(self, progress: Progress, words: str = "") -> None:
        """Show how much is done, with words about what comes now."""
        self.bar.set_share(progress.done / progress.total if progress.total else 0)
        if words and words != self.now.text():
            self.now.setText(words)
            announce(self, words)
