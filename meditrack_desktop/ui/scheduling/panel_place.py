"""Where the side panel stands: beside the calendar, or over it where the window is narrow."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QRect, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.ui.scheduling.side_panel import SidePanel
from meditrack_desktop.ui.widgets import IconButton

PANEL_FROM = 1200


class PanelPlace(QObject):
    """Arranges `panel` in `row` before `beside`, and keeps the switch in step. The person's choice is kept."""

    def __init__(
        self, page: QWidget, panel: SidePanel, row: QHBoxLayout, beside: QWidget, switch: IconButton
    ) -> None:
        super().__init__(page)
        self._page, self._panel, self._row, self._beside = page, panel, row, beside
        self._switch = switch
        self._wanted: bool | None = None
        self._offered = True
        switch.toggled.connect(self._on_toggled)

    @property
    def floating(self) -> bool:
        """Whether the window is too narrow for the panel to stand beside the calendar."""
        return self._page.window().width() < PANEL_FROM

    def offer(self, on: bool) -> None:
        """Whether the view shown has a panel at all."""
        self._offered = on
        self.arrange()

    def arrange(self) -> None:
        """Fit the panel to the window's width."""
        floating, in_row = self.floating, self._row.indexOf(self._panel) >= 0
        if floating and in_row:
            # What was wanted beside the calendar would hide it here.
            self._row.removeWidget(self._panel)
            self._wanted = None
        elif not floating and not in_row:
            self._row.insertWidget(0, self._panel)
            self._wanted = None
        self._show(self._offered and (not floating if self._wanted is None else self._wanted))
        if floating:
            top = self._beside.mapTo(self._page, QPoint(0, 0)).y()
            self._panel.setGeometry(QRect(0, top, self._panel.width(), self._page.height() - top))
            self._panel.raise_()

    def leave(self) -> None:
        """Close the panel where it lies over the calendar, now that something was chosen in it."""
        if self.floating:
            self._switch.setChecked(False)

    def _on_toggled(self, on: bool) -> None:
        self._wanted = on
        self.arrange()
        if on and self.floating:
            self._panel.month.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, on: bool) -> None:
        self._panel.setVisible(on)
        self._switch.blockSignals(True)
        self._switch.setChecked(on)
        self._switch.blockSignals(False)
        self._switch.update()
