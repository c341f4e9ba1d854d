"""Writing down that a patient should be seen again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.deeds import DeedKind
from meditrack_desktop.domain.front_desk import AddFollowUp, FollowUp
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.scheduling.words import date_text
from meditrack_desktop.ui.widgets import DateField, LabelledField, TextField
from meditrack_desktop.ui.worklists.patient_sheet import PatientSheet
from meditrack_desktop.ui.worklists.taking_back import undo_of

USUAL_AFTER = timedelta(weeks=6)


class FollowUpSheet(PatientSheet):
    """Enter or Ctrl+S adds."""

    def __init__(
        self, desk: Desk, host: QWidget, patient_id: UUID | None = None, practitioner_id: UUID | None = None
    ) -> None:
        super().__init__(desk, host, host.tr("Add a follow-up"), practitioner_id, width=420)
        self.due = DateField(desk.today, desk.today() + USUAL_AFTER)
        self.reason = TextField()
        self.form = Form(
            {
                "patient_id": self.patient,
                "due_on": LabelledField(self.tr("Due about"), self.due),
                "practitioner_id": LabelledField(self.tr("Doctor"), self.doctor),
                "visit_type_id": LabelledField(self.tr("Kind of visit"), self.kind),
                "reason": LabelledField(self.tr("What for"), self.reason, optional=True),
            }
        )
        for field in self.form.fields.values():
            self.body.addWidget(field)
        self.body.addStretch(1)
        self._finish(self.tr("Add a follow-up"), patient_id)

    def _work(self, patient_id: UUID) -> Callable[[], FollowUp] | None:
        command = self.form.build(AddFollowUp, id=self._id, patient_id=patient_id)
        if command is None:
            return None
        return partial(self._desk.clinic.follow_ups.add, self._desk.actor, command)

    def _added(self, one: FollowUp) -> None:
        host = self.parentWidget()
        self.close_layer()
        words = self.tr("{name} is due on {day}").format(name=one.patient_name, day=date_text(one.due_on))
        back = self.tr("{name} is not due any more").format(name=one.patient_name)
        self._desk.say(words, undo_of(self._desk, host or self, DeedKind.FOLLOW_UP_ADDED, one.id, back))


def open_follow_up(
    desk: Desk, host: QWidget, patient_id: UUID | None = None, practitioner_id: UUID | None = None
) -> FollowUpSheet:
    """Open the sheet, for a patient and a doctor if given."""
    sheet = FollowUpSheet(desk, host, patient_id, practitioner_id)
    sheet.open_layer()
    sheet.load()
    return sheet
