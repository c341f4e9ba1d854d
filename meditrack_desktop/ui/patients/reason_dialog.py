"""A question that needs a reason: why a patient is archived, why a document is deleted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from meditrack_desktop.ui.widgets import Dialog, LabelledField, TextArea

SHORTEST, LONGEST = 3, 500


class ReasonDialog(Dialog):
    """`then` is given the reason; the dialog stays until whoever asked closes it."""

    def __init__(self, host: QWidget, title: str, text: str, act: str, then: Callable[[str], object]) -> None:
        super().__init__(host, title, text)
        self._then = then
        self.reason = TextArea(lines=3)
        self.field = LabelledField(self.tr("Reason"), self.reason)
        self.body.addWidget(self.field)
        self.add_action(self.tr("Keep"))
        self.act = self.add_action(act, self._answer, kind="danger", default=True, closes=False)

    def focus_first(self) -> None:
        self.reason.setFocus()

    def _answer(self) -> None:
        reason = self.reason.toPlainText().strip()
        if len(reason) < SHORTEST:
            self.field.set_error(self.tr("Say why, in a few words."))
            self.reason.setFocus()
        elif len(reason) > LONGEST:
            self.field.set_error(self.tr("At most {count} characters.").format(count=LONGEST))
            self.reason.setFocus()
        else:
            self.act.set_busy(True)
            self._then(reason)
