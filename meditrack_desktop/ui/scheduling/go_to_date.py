"""Going to a typed date: "18 Nov", "+6w", "friday"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from meditrack_desktop.ui.widgets import Button, DateField, LabelledField, Popover


class GoToDate(Popover):
    """`chosen` carries the date once it is entered."""

    chosen = Signal(object)

    def __init__(self, host: QWidget, today: Callable[[], date], day: date) -> None:
        super().__init__(host, QCoreApplication.translate("GoToDate", "Go to date"), width=300)
        self.date = DateField(today, day)
        labelled = LabelledField(
            self.tr("Date"), self.date, help=self.tr("For example 18 Nov, +6w, or Friday")
        )
        self.date.problem.connect(labelled.set_error)
        self.body.addWidget(labelled)
        go = Button(self.tr("Go"), "primary", key="Enter")
        go.set_default()
        go.clicked.connect(self._leave)
        self.footer.addStretch(1)
        self.footer.addWidget(go)

    def focus_first(self) -> None:
        super().focus_first()
        self.date.selectAll()

    def begin_with(self, typed: str) -> None:
        """Go on from what was typed before this was open."""
        if typed:
            self.date.setText(typed)

    def _leave(self) -> None:
        day = self.date.value()
        if day is not None:
            self.close_layer()
            self.chosen.emit(day)
