"""Why a file is thrown away: the usual reason is chosen already."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QWidget

from meditrack_desktop.domain.incoming import KEPT_FOR, IncomingFile
from meditrack_desktop.ui.inbox.words import tr
from meditrack_desktop.ui.widgets import Dialog, LabelledField, Radio, TextField

LONGEST = 500


class DiscardDialog(Dialog):
    """Enter discards with the reason that is chosen; `then` is given it."""

    def __init__(self, host: QWidget, file: IncomingFile, then: Callable[[str], object]) -> None:
        words = tr("{name} goes to the inbox's bin and leaves it after {days} days.")
        super().__init__(
            host, tr("Discard this file?"), words.format(name=file.file_name, days=KEPT_FOR.days), width=440
        )
        self._then = then
        self.reasons = [Radio(words) for words in usual_reasons()]
        group = QButtonGroup(self)
        for radio in self.reasons:
            group.addButton(radio)
            self.body.addWidget(radio)
        self.reasons[0].setChecked(True)
        self.other = TextField()
        self.other.setMaxLength(LONGEST)
        self.other_field = LabelledField(tr("Another reason"), self.other, optional=True)
        self.body.addWidget(self.other_field)
        self.add_action(tr("Keep"))
        self.act = self.add_action(tr("Discard"), self._answer, kind="danger", default=True, key="Enter")

    def focus_first(self) -> None:
        next(radio for radio in self.reasons if radio.isChecked()).setFocus(Qt.FocusReason.TabFocusReason)

    def _answer(self) -> None:
        typed = self.other.text().strip()
        chosen = next(radio for radio in self.reasons if radio.isChecked())
        self._then(typed or chosen.text())


def usual_reasons() -> tuple[str, ...]:
    """The first is the usual one."""
    return (
        tr("Blank or unreadable"),
        tr("Scanned twice"),
        tr("Not for this clinic"),
        tr("Not needed"),
    )
