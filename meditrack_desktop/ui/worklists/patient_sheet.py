"""A sheet that writes something down for one patient: who, with which doctor, as which kind of visit."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.visit_types import VisitType
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.scheduling.patient_choice import PatientChoice
from meditrack_desktop.ui.widgets import Button, Combo, Option, SideSheet
from meditrack_desktop.ui.worklists.who import choose_by_id


class PatientSheet(SideSheet):
    """Enter or Ctrl+S adds. The heir fills `form` and the body, then calls `_finish`."""

    form: Form
    save: Button

    def __init__(self, desk: Desk, host: QWidget, title: str, doctor_id: UUID | None, *, width: int) -> None:
        super().__init__(host, title, width=width)
        self._desk, self._doctor_id, self._id = desk, doctor_id, new_id()
        self.patient = PatientChoice(desk)
        self.doctor = Combo([Option(None, self.tr("Anybody"))], name=self.tr("Doctor"))
        self.kind = Combo([Option(None, self.tr("Any"))], name=self.tr("Kind of visit"))

    def _finish(self, act: str, patient_id: UUID | None) -> None:
        """The foot with its keys; `patient_id`: for whom, if that is known already."""
        self.dirty = lambda: self.patient.patient is not None and patient_id is None
        self.save = Button(act, "primary", key="Ctrl S")
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
            choose_by_id(self._desk, self.patient, patient_id)

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
        if self.save.busy:
            return
        patient = self.patient.patient
        if patient is None:
            self.patient.set_error(self.tr("Choose a patient from the list."))
            self.focus_first()
            return
        work = self._work(patient.id)
        if work is None:
            return
        self.save.set_busy(True)
        self._desk.tasks.change(
            self,
            work,
            done=self._added,
            failed=self._refused,
            always=lambda: self.save.set_busy(False),
        )

    @abstractmethod
    def _work(self, patient_id: UUID) -> Callable[[], object] | None:
        """What is to be done with what the form holds; None where it does not hold together."""

    @abstractmethod
    def _added(self, one: Any) -> None:
        """It is written down."""

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
        if self._doctor_id is not None:
            self.doctor.set_value(self._doctor_id)
