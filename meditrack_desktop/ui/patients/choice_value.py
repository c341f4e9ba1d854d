"""A radio button beside a value that may be long: for choosing between two records, field by field."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.ui.widgets import Label, Radio


class ChoiceValue(QWidget):
    """The value wraps, and a click on it chooses it."""

    def __init__(self, radio: Radio, value: str) -> None:
        super().__init__()
        self._radio = radio
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(radio, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setContentsMargins(0, drop(radio), 0, 0)
        column.addWidget(Label(value, wrap=True))
        column.addStretch(1)
        row.addLayout(column, 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._radio.setChecked(True)
        self._radio.setFocus(Qt.FocusReason.MouseFocusReason)


def drop(radio: Radio) -> int:
    """How far below a radio button's top a line stands that is level with its mark."""
    return max(0, (radio.sizeHint().height() - Label().minimumHeight()) // 2)
