"""The side sheet in which a doctor is added or their details are changed."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.practitioners import AddPractitioner, EditPractitioner, Practitioner
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.widgets import Button, LabelledField, SideSheet, TextField


class DoctorSheet(SideSheet):
    """`then` is given the doctor as kept. With `doctor` it edits, without it adds."""

    def __init__(
        self,
        desk: Desk,
        host: QWidget,
        then: Callable[[Practitioner], object],
        doctor: Practitioner | None = None,
    ) -> None:
        super().__init__(host, _title(host, doctor))
        self._desk, self._then, self._doctor = desk, then, doctor
        given = {
            "prefix": LabelledField(self.tr("Title"), TextField("Dr."), optional=True),
            "given": LabelledField(self.tr("Given name"), TextField(), optional=True),
            "family": LabelledField(self.tr("Family name"), TextField()),
            "specialty": LabelledField(self.tr("Specialty"), TextField(), optional=True),
            "room": LabelledField(self.tr("Room"), TextField(), optional=True),
        }
        for name, labelled in given.items():
            if doctor is not None:
                _field(labelled).setText(str(getattr(doctor, name)))
            self.body.addWidget(labelled)
        self.body.addStretch(1)
        self.form = Form(given)
        self._before = self.form.values()
        self.dirty = lambda: self.form.values() != self._before
        self.save = Button(self.tr("Add doctor") if doctor is None else self.tr("Save doctor"), "primary")
        self.save.set_default()
        self.save.clicked.connect(self._save)
        cancel = Button(self.tr("Cancel"))
        cancel.clicked.connect(self.dismiss)
        self.footer.addStretch(1)
        self.footer.addWidget(cancel)
        self.footer.addWidget(self.save)

    def focus_first(self) -> None:
        field = self.form.fields["given" if self._doctor is None else "family"].field
        field.setFocus()

    def _save(self) -> None:
        practitioners, actor = self._desk.clinic.practitioners, self._desk.actor
        if self._doctor is None:
            added = self.form.build(AddPractitioner, prefix=self.form.values()["prefix"])
            if added is not None:
                self._send(lambda: practitioners.add(actor, added))
            return
        # An emptied field must reach the command: a default would bring the old "Dr." back.
        edited = self.form.build(
            EditPractitioner,
            id=self._doctor.id,
            version=self._doctor.version,
            prefix=self.form.values()["prefix"],
        )
        if edited is not None:
            self._send(lambda: practitioners.edit(actor, edited))

    def _send(self, work: Callable[[], Practitioner]) -> None:
        self.save.set_busy(True)
        self._desk.tasks.change(
            self, work, done=self._kept, failed=self._refused, always=lambda: self.save.set_busy(False)
        )

    def _kept(self, doctor: Practitioner) -> None:
        words = self.tr("{name} added") if self._doctor is None else self.tr("{name} saved")
        self.close_layer()
        self._desk.say(words.format(name=doctor.name))
        self._then(doctor)

    def _refused(self, error: ClinicError) -> None:
        if not self.form.show(error):
            errors.show(self, error)


def _title(host: QWidget, doctor: Practitioner | None) -> str:
    return host.tr("New doctor") if doctor is None else host.tr("Edit doctor")


def _field(labelled: LabelledField) -> TextField:
    field = labelled.field
    if not isinstance(field, TextField):
        raise TypeError(type(field).__name__)
    return field
