"""A question that needs a reason, and the act that follows it; the dialog stays open if the act is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import Dialog, LabelledField, TextArea

SHORTEST, LONGEST = 3, 500


class ReasonAsked(Dialog):
    """`words` are title, text and the button's; `call` runs on the write lane with the reason, `then` here."""

    def __init__(
        self,
        desk: Desk,
        host: QWidget,
        words: tuple[str, str, str],
        call: Callable[[str], object],
        then: Callable[[Any], object],
        *,
        label: str = "",
        shortest: int = SHORTEST,
        danger: bool = False,
    ) -> None:
        title, text, act = words
        super().__init__(host, title, text, width=480)
        self._desk, self._call, self._then, self._shortest = desk, call, then, shortest
        self.reason = TextArea(lines=3)
        self.field = LabelledField(label or self.tr("Reason"), self.reason)
        self.body.addWidget(self.field)
        self.dirty = lambda: bool(self.reason.toPlainText().strip())
        self.add_action(self.tr("Cancel"))
        self.act = self.add_action(
            act, self._answer, kind="danger" if danger else "primary", default=True, closes=False
        )

    def focus_first(self) -> None:
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _answer(self) -> None:
        reason = self.reason.toPlainText().strip()
        if not self._shortest <= len(reason) <= LONGEST:
            self.field.set_error(
                self.tr("Between {least} and {most} characters, please.").format(
                    least=self._shortest, most=LONGEST
                )
            )
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.field.clear_error()
        self.act.set_busy(True)
        self._desk.tasks.change(
            self,
            lambda: self._call(reason),
            done=self._done,
            failed=self._refused,
            always=lambda: self.act.set_busy(False),
        )

    def _done(self, result: object) -> None:
        self.close_layer()
        self._then(result)

    def _refused(self, error: ClinicError) -> None:
        said = errors.words(error)
        self.field.set_error(f"{said.title} {said.text}")
