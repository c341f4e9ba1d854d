"""The small questions of the calendar: why a visit is cancelled, and why one is booked over another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.scheduling import Appointment, CancelledBy, is_late_cancel
from meditrack_desktop.domain.series import Scope
from meditrack_desktop.ui.scheduling.day_model import Column, minutes_of
from meditrack_desktop.ui.scheduling.series_scope import scope_words
from meditrack_desktop.ui.scheduling.words import birth_text, short_day, span_text
from meditrack_desktop.ui.widgets import (
    Banner,
    Combo,
    Dialog,
    KeyCap,
    LabelledField,
    Option,
    Radio,
    TextField,
)

LONGEST_REASON = 500


def who_and_when(
    visit: Appointment, to: Column | None = None, starts: int | None = None, minutes: int | None = None
) -> str:
    """Two identifiers and the time, so that nobody acts on the wrong visit.

    Given a column, a first minute or a length, the time is where the visit is asked to go, not where it stands.
    """
    day, doctor = (visit.day, visit.practitioner_name) if to is None else (to.day, to.practitioner.name)
    first = minutes_of(visit)[0] if starts is None else starts
    when = f"{short_day(day)}, {span_text(first, first + (minutes or visit.minutes))}"
    born = birth_text(visit.patient_birth_date, visit.day)
    return f"{visit.patient_name}, {born}\n{when}, {doctor}"


def cancel_reasons() -> tuple[tuple[str, CancelledBy], ...]:
    """The usual reasons and who gives them; the last wants words."""
    tr = QCoreApplication.translate
    return (
        (tr("Calendar", "Patient cannot come"), CancelledBy.PATIENT),
        (tr("Calendar", "Patient is better or went elsewhere"), CancelledBy.PATIENT),
        (tr("Calendar", "Doctor is not available"), CancelledBy.CLINIC),
        (tr("Calendar", "Booked by mistake"), CancelledBy.CLINIC),
        (tr("Calendar", "Another reason"), CancelledBy.CLINIC),
    )


class CancelDialog(Dialog):
    """Asks for the reason: digits choose, Enter cancels the visit, Escape keeps it.

    Of a series it asks which visits, too; a patient who is late by the clinic's policy is said to be.
    """

    def __init__(
        self, host: QWidget, visit: Appointment, then: Callable[[CancelledBy, str, Scope], object]
    ) -> None:
        super().__init__(
            host,
            QCoreApplication.translate("Calendar", "Cancel this visit?"),
            who_and_when(visit),
            width=400,
        )
        self._then, self._visit = then, visit
        self._late_hours: int | None = None
        self._now: datetime | None = None
        self._radios: list[Radio] = []
        holder = QWidget()
        rows = QVBoxLayout(holder)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        for number, (words, _) in enumerate(cancel_reasons(), start=1):
            row = QHBoxLayout()
            radio = Radio(words, number == 1)
            radio.toggled.connect(self._on_toggled)
            self._radios.append(radio)
            row.addWidget(radio, 1)
            row.addWidget(KeyCap(str(number)))
            rows.addLayout(row)
        self.body.addWidget(holder)
        self.other = LabelledField(self.tr("Reason"), _reason_field())
        self.other.setVisible(False)
        self.body.addWidget(self.other)
        self.scope = Combo([Option(scope, words) for scope, words in scope_words().items()], value=Scope.THIS)
        self.scope_field = LabelledField(self.tr("Which visits of the series"), self.scope)
        self.body.addWidget(self.scope_field)
        self.scope_field.setVisible(visit.series_id is not None)
        self.late_notice = Banner("", "warn")
        self.body.addWidget(self.late_notice)
        self.late_notice.setVisible(False)
        self.add_action(self.tr("Keep visit"))
        self.add_action(
            self.tr("Cancel visit"), self._answer, kind="danger", default=True, closes=False, key="Enter"
        )

    def tell_policy(self, late_hours: int, now: datetime) -> None:
        """The clinic's policy: who cancels under `late_hours` before the visit cancels late. `now`: an instant."""
        self._late_hours, self._now = late_hours, now
        self._show_late()

    def _show_late(self) -> None:
        if self._late_hours is None or self._now is None:
            return
        _, by = cancel_reasons()[self._chosen()]
        late = is_late_cancel(self._visit.starts_at, self._now, by, self._late_hours)
        words = self.tr("Less than {hours} h before the visit: this counts as cancelled late.")
        self.late_notice.set_text(words.format(hours=self._late_hours), "")
        self.late_notice.setVisible(late)
        self.relayout()

    def _chosen(self) -> int:
        return next((n for n, radio in enumerate(self._radios) if radio.isChecked()), 0)

    def open_layer(self) -> None:
        super().open_layer()
        self._radios[0].setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.text()
        if digit in "12345" and digit and not self.other.field.hasFocus():
            self._radios[int(digit) - 1].setChecked(True)
            if not self.other.isVisible():
                self._radios[int(digit) - 1].setFocus(Qt.FocusReason.TabFocusReason)
            event.accept()
            return
        super().keyPressEvent(event)

    def _on_toggled(self) -> None:
        wants_words = self._radios[-1].isChecked()
        self.other.setVisible(wants_words)
        self._show_late()
        self.relayout()
        if wants_words and self.isVisible():
            self.other.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _answer(self) -> None:
        number = self._chosen()
        reason, by = cancel_reasons()[number]
        if number == len(self._radios) - 1:
            field = self.other.field
            reason = _plain(field.text()) if isinstance(field, TextField) else ""
            if not reason:
                self.other.set_error(self.tr("Say why, in a few words."))
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        scope = self.scope.value()
        self.close_layer()
        self._then(by, reason, scope if isinstance(scope, Scope) else Scope.THIS)


class OverbookDialog(Dialog):
    """Asks for the reason to have two visits at once, or one outside hours."""

    def __init__(self, host: QWidget, title: str, text: str, act: str, then: Callable[[str], object]) -> None:
        super().__init__(host, title, text, width=400)
        self._then = then
        self.reason = _reason_field()
        self.field = LabelledField(self.tr("Reason"), self.reason)
        self.body.addWidget(self.field)
        self.add_action(self.tr("Leave it"))
        self.add_action(act, self._answer, kind="primary", default=True, closes=False, key="Enter")

    def _answer(self) -> None:
        reason = _plain(self.reason.text())
        if not reason:
            self.field.set_error(self.tr("Say why, in a few words."))
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.close_layer()
        self._then(reason)


def _reason_field() -> TextField:
    field = TextField()
    field.setMaxLength(LONGEST_REASON)
    return field


def _plain(text: str) -> str:
    """What was typed, without the invisible characters that come with pasting."""
    return "".join(letter for letter in text if letter.isprintable()).strip()
