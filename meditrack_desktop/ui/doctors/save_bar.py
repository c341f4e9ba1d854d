"""The bar below what is typed and not saved: how much it is, Discard and Save."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.ui.widgets import Button, Divider, IconLabel, Label


class SaveBar(QWidget):
    """`discardAsked` and `saveAsked`; the page hides it while there is nothing to save."""

    discardAsked = Signal()
    saveAsked = Signal()

    def __init__(self, act: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Divider())
        row = QHBoxLayout()
        row.setContentsMargins(24, 12, 24, 12)
        row.setSpacing(8)
        row.addWidget(IconLabel("circle-dot", 14, "accent"))
        self.words = Label("", "body", tone="text2", elide=True)
        row.addWidget(self.words, 1)
        self.discard = Button(self.tr("Discard"))
        self.discard.clicked.connect(self.discardAsked)
        self.save = Button(act, "primary", key="Ctrl S")
        self.save.clicked.connect(self.saveAsked)
        row.addWidget(self.discard)
        row.addWidget(self.save)
        column.addLayout(row)
        self.hide()
