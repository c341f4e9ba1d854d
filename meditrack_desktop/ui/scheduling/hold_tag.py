"""How long a slot is still held: in the head of the booking window, and a warning before it runs out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.domain.holds import WARN_BEFORE
from meditrack_desktop.ui.scheduling.booking_hold import EXTEND_KEY, BookingHold
from meditrack_desktop.ui.widgets import Button, Tag, announce


class HoldTag(QWidget):
    """`Held 1:52`; in the last twenty seconds the way to hold it longer; `Not held` once it has run out."""

    changed = Signal()

    def __init__(self, hold: BookingHold) -> None:
        super().__init__()
        self._hold = hold
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.tag = Tag("", "neutral", icon="timer")
        self.extend = Button(self.tr("Extend"), "secondary", key=EXTEND_KEY, size="small")
        self.extend.setAccessibleName(self.tr("Hold this time longer"))
        self.extend.setToolTip(self.tr("Hold this time for two minutes more ({key})").format(key=EXTEND_KEY))
        self.extend.clicked.connect(hold.extend)
        row.addWidget(self.tag)
        row.addWidget(self.extend)
        self.tag.hide()
        self.extend.hide()
        self._was_held = False
        hold.ticked.connect(self._on_tick)
        hold.warned.connect(self._on_warned)

    def _on_tick(self, seconds: int | None) -> None:
        ends = seconds is None or seconds <= WARN_BEFORE.total_seconds()
        if seconds is not None:
            self._was_held = True
            left = f"{seconds // 60}:{seconds % 60:02d}"
            words = self.tr("Held {time}").format(time=left)
            self.tag.set_tag(left if ends else words, "warn" if ends else "neutral", "timer")
            self.tag.setAccessibleName(words)
            self.tag.setToolTip(self.tr("Other desks see that you are booking this time."))
        elif self._was_held:
            self.tag.set_tag(self.tr("Not held"), "warn", "timer")
            self.tag.setToolTip(self.tr("Other desks may book this time now."))
        self.tag.setVisible(self._was_held)
        if self.extend.isHidden() == (ends and self._was_held):
            self.extend.setVisible(ends and self._was_held)
            self.changed.emit()

    def _on_warned(self, seconds: int) -> None:
        words = self.tr("Held for {count} s more. {key} holds it longer.")
        announce(self, words.format(count=seconds, key=EXTEND_KEY), assertive=True)
