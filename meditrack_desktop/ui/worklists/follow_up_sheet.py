"""Writing down that a patient should be seen again."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.deeds import DeedKind
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.front_desk import AddFollowUp, FollowUp
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.visit_types import VisitType
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.scheduling.patient_choice import PatientChoice
from meditrack_desktop.ui.scheduling.words import date_text
from meditrack_desktop.ui.widgets import Button, Combo, DateField, LabelledField, Option, SideSheet, TextField
from meditrack_desktop.ui.worklists.taking_back import undo_of
from meditrack_desktop.ui.worklists.who import choose_by_id

USUAL_AFTER = timedelta(weeks=6)


class FollowUpSheet(SideSheet):
    """Enter or Ctrl+S adds."""

    def __init__(
        self, desk: Desk, host: QWidget, patient_id: UUID | None = None, practitioner_id: UUID | None = None
    ) -> None:
        super().__init__(host, host.tr("Add a follow-up"), width=420)
        self._desk, self._doctor, self._id = desk, practitioner_id, new_id()
        self.patient = PatientChoice(desk)
        self.due = DateField(desk.today, desk.today() + USUAL_AFTER)
        self.doctor = Combo([Option(None, self.tr("Anybody"))], name=self.tr("Doctor"))
        self.kind = Combo([Option(None, self.tr("Any"))], name=self.tr("Kind of visit"))
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
        self.dirty = lambda: self.patient.patient is not None and patient_id is None
        self.save = Button(self.tr("Add a follow-up"), "primary", key="Ctrl S")
        self.save.set_default()
        self.save.clicked.connect(self.submit)
        cancel = Button(self.tr("Cancel"))
        cancel.clicked.connect(self.dismiss)
        self.footer.addStretch(1)
        self.footer.addWidget(cancel)
        self.footer.addWidget(self.save)
        for keys in ("Ctrl+S", "Ctrl+Return"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.submit)
        if patient_id is not None:
            choose_by_id(desk, self.patient, patient_id)

    def load(self) -> None:
        """Ask for doctors and kinds of visits."""
        clinic, actor = self._desk.clinic, self._desk.actor
        self._desk.tasks.query(
            self,
            lambda: (clinic.practitioners.list(actor), clinic.visit_types.list(actor)),
            lambda found: self._offer(*found),
            failed=lambda _error: None,
            replaces="choices",
        )

    def focus_first(self) -> None:
        self.patient.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def submit(self) -> None:
        """Add, unless something is missing."""
        patient = self.patient.patient
        if self.save.busy:
            return
        if patient is None:
            self.patient.set_error(self.tr("Choose a patient from the list."))
            self.focus_first()
            return
        command = self.form.build(AddFollowUp, id=self._id, patient_id=patient.id)
        if command is None:
            return
        desk = self._desk
        self.save.set_busy(True)
        desk.tasks.change(
            self,
            partial(desk.clinic.follow_ups.add, desk.actor, command),
            done=self._added,
            failed=self._refused,
            always=lambda: self.save.set_busy(False),
        )

    def _added(self, one: FollowUp) -> None:
        host = self.parentWidget()
        self.close_layer()
        words = self.tr("{name} is due on {day}").format(name=one.patient_name, day=date_text(one.due_on))
        back = self.tr("{name} is not due any more").format(name=one.patient_name)
        self._desk.say(words, undo_of(self._desk, host or self, DeedKind.FOLLOW_UP_ADDED, one.id, back))

    def _refused(self, error: ClinicError) -> None:
        if not self.form.show(error):
            errors.show(self, error)

    def _offer(self, doctors: tuple[Practitioner, ...], kinds: tuple[VisitType, ...]) -> None:
        self.doctor.set_options(
            [Option(None, self.tr("Anybody"))]
            + [Option(one.id, one.name, avatar=one.name, staff=True) for one in doctors if one.active]
        )
        self.kind.set_options(
            [Option(None, self.tr("Any"))] + [Option(one.id, one.name) for one in kinds if one.active]
        )
        self.doctor.set_value(self._doctor)


def open_follow_up(
    desk: Desk, host: QWidget, patient_id: UUID | None = None, practitioner_id: UUID | None = None
) -> FollowUpSheet:
    """Open the sheet, for a patient and a doctor if given."""
    sheet = FollowUpSheet(desk, host, patient_id, practitioner_id)
    sheet.open_layer()
    sheet.load()
    return sheet
