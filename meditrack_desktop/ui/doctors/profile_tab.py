"""The profile of the chosen doctor: biography, education, languages, skills, specialties, and how complete it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ChangedMeanwhile, ClinicError, FieldProblem
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioner_profiles import EditProfile, PractitionerProfile, Specialty
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.completeness import Completeness
from meditrack_desktop.ui.doctors.credentials_part import CredentialsPart
from meditrack_desktop.ui.doctors.picked_field import PickedField
from meditrack_desktop.ui.doctors.record_sheet import put
from meditrack_desktop.ui.doctors.save_bar import SaveBar
from meditrack_desktop.ui.forms import Form, read
from meditrack_desktop.ui.widgets import (
    LabelledField,
    Option,
    ScrollColumn,
    Skeleton,
    StateView,
    TextArea,
)
from meditrack_desktop.ui.words import languages


class ProfileTab(QWidget):
    """What is typed stays while another doctor is looked at. `stale` asks for the doctor anew."""

    stale = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._may = desk.actor.may(Permission.EDIT_DOCTORS)
        self._doctor: Practitioner | None = None
        self._profile: PractitionerProfile | None = None
        self._kept: Mapping[str, Any] = {}
        self._drafts: dict[UUID, Mapping[str, Any]] = {}
        self.form = Form(self._fields())
        self.completeness = Completeness()
        self.credentials = CredentialsPart(desk)
        self.bar = SaveBar(self.tr("Save profile"))
        self.bar.saveAsked.connect(self.save)
        self.bar.discardAsked.connect(self.discard)
        self.failed = StateView("error", self.tr("The profile could not be read"))
        scroll = ScrollColumn(margins=(20, 16, 20, 16))
        scroll.body.setSpacing(14)
        scroll.body.addWidget(self.completeness)
        scroll.body.addWidget(self.credentials)
        for labelled in self.form.fields.values():
            scroll.body.addWidget(labelled)
        scroll.body.addStretch(1)
        self._stack = QStackedWidget()
        waiting = QWidget()
        column = QVBoxLayout(waiting)
        column.setContentsMargins(20, 16, 20, 16)
        column.addWidget(Skeleton("text"))
        column.addStretch(1)
        self._stack.addWidget(waiting)
        self._stack.addWidget(scroll)
        self._stack.addWidget(self.failed)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._stack, 1)
        whole.addWidget(self.bar)
        self._listen()

    @property
    def dirty(self) -> bool:
        """Whether a profile of any doctor is typed over and not saved."""
        return bool(self._drafts)

    def show_doctor(self, doctor: Practitioner) -> None:
        """Another doctor is in front; the profile follows with `show_profile`."""
        if self._doctor is None or self._doctor.id != doctor.id:
            self._profile = None
            self._stack.setCurrentIndex(0)
            self.bar.hide()
        self._doctor = doctor

    def show_profile(self, profile: PractitionerProfile) -> None:
        """Show a profile with what was typed over it; parts nobody typed in take what is kept now."""
        self._profile = profile
        self._kept = _values(profile)
        draft = self._drafts.get(profile.practitioner_id, {})
        for name, labelled in self.form.fields.items():
            value = draft.get(name, self._kept[name])
            if read(labelled.field) != value:  # what is being typed keeps its cursor
                put(labelled.field, value)
        self._stack.setCurrentIndex(1)
        self.completeness.show_profile(profile)
        self.credentials.show_credentials(profile)
        self._ask_specialties()
        self._on_edited()

    def show_failure(self, error: ClinicError, retry: Callable[[], object]) -> None:
        """Say that there is none to show."""
        if self._profile is not None:
            errors.show(self, error, retry=retry)
            return
        said = errors.words(error)
        self.failed.set_state("error", said.title, said.text)
        self.failed.clear_actions()
        self.failed.add_action(self.tr("Try again"), retry)
        self._stack.setCurrentIndex(2)

    def save(self) -> None:
        """Keep what is typed for the doctor in front."""
        profile = self._profile
        if (
            profile is None
            or not self._may
            or self.bar.save.busy
            or profile.practitioner_id not in self._drafts
        ):
            return
        self.form.clear_errors()
        values = self.form.values()
        try:
            command = EditProfile(
                practitioner_id=profile.practitioner_id,
                version=profile.version,
                biography=values["biography"],
                education=_lines(values["education"]),
                skills=_lines(values["skills"]),
                languages=values["languages"],
                specialty_ids=values["specialties"],
            )
        except ValidationError as refusal:
            name = str(refusal.errors()[0]["loc"][0])
            name = "specialties" if name == "specialty_ids" else name
            self.form.show_problems({name: FieldProblem.TOO_LONG})
            return
        self.bar.save.set_busy(True)
        self._desk.tasks.change(
            self,
            partial(self._desk.clinic.practitioner_profiles.edit, self._desk.actor, command),
            done=partial(self._saved, values),
            failed=partial(self._refused, profile.practitioner_id),
            always=lambda: self.bar.save.set_busy(False),
        )

    def discard(self) -> None:
        """Back to what is kept."""
        if self._profile is not None:
            self._drafts.pop(self._profile.practitioner_id, None)
            self.show_profile(self._profile)

    def _fields(self) -> dict[str, LabelledField]:
        lines = self.tr("One a line.")
        spoken = [Option(code, word, second=code) for code, word in languages()]
        fields = {
            "biography": LabelledField(
                self.tr("Biography"),
                TextArea(lines=4),
                help=self.tr("What patients may read of this doctor."),
            ),
            "education": LabelledField(self.tr("Education and certification"), TextArea(lines=3), help=lines),
            "languages": LabelledField(
                self.tr("Languages"), PickedField(spoken, placeholder=self.tr("Add a language"))
            ),
            "skills": LabelledField(self.tr("Special skills"), TextArea(lines=3), help=lines),
            "specialties": LabelledField(
                self.tr("Specialties"),
                PickedField(placeholder=self.tr("Add a specialty")),
                help=self.tr("The first one is what the doctor is listed under."),
            ),
        }
        for labelled in fields.values():
            labelled.setMaximumWidth(720)
            if isinstance(labelled.field, QPlainTextEdit):
                labelled.field.setReadOnly(not self._may)
            elif isinstance(labelled.field, PickedField) and not self._may:
                labelled.field.set_read_only(True)
        return fields

    def _listen(self) -> None:
        for labelled in self.form.fields.values():
            if isinstance(labelled.field, QPlainTextEdit):
                labelled.field.textChanged.connect(self._on_edited)
            elif isinstance(labelled.field, PickedField):
                labelled.field.valueChanged.connect(self._on_edited)

    def _on_edited(self, _value: object = None) -> None:
        if self._profile is None or not self._may:
            self.bar.hide()
            return
        now = self.form.values()
        touched = {name: value for name, value in now.items() if value != self._kept[name]}
        if touched:
            self._drafts[self._profile.practitioner_id] = touched
        else:
            self._drafts.pop(self._profile.practitioner_id, None)
        count = len(touched)
        one = self.tr("1 unsaved change")
        self.bar.words.setText(one if count == 1 else self.tr("{n} unsaved changes").format(n=count))
        self.bar.setVisible(bool(touched))

    def _saved(self, sent: Mapping[str, Any], profile: PractitionerProfile) -> None:
        draft = self._drafts.pop(profile.practitioner_id, {})
        left = {name: value for name, value in draft.items() if value != sent[name]}
        if left:  # Typed while it was being saved.
            self._drafts[profile.practitioner_id] = left
        if self._doctor is not None and self._doctor.id == profile.practitioner_id:
            self._desk.say(self.tr("Profile of {name} saved").format(name=self._doctor.name))
            self.show_profile(profile)
        self.stale.emit()

    def _save_again(self, doctor_id: UUID) -> None:
        """Try again; not for whoever else is in front by now."""
        if self._doctor is not None and self._doctor.id == doctor_id:
            self.save()

    def _refused(self, doctor_id: UUID, error: ClinicError) -> None:
        in_front = self._doctor is not None and self._doctor.id == doctor_id
        if not in_front or not self.form.show(error):
            again = partial(self._save_again, doctor_id)
            errors.show(self, error, retry=None if isinstance(error, ChangedMeanwhile) else again)
        if isinstance(error, ChangedMeanwhile):
            self.stale.emit()

    def _ask_specialties(self) -> None:
        profiles, actor = self._desk.clinic.practitioner_profiles, self._desk.actor
        self._desk.tasks.query(
            self,
            lambda: profiles.specialties(actor),
            self._offer_specialties,
            failed=lambda _: None,  # then those of this doctor are shown, and none is offered
            replaces="specialties",
        )

    def _offer_specialties(self, tree: Sequence[Specialty]) -> None:
        field = self.form.fields["specialties"].field
        if isinstance(field, PickedField):
            field.set_options([Option(one.id, one.name, second=path_words(one, tree)) for one in tree])


def path_words(one: Specialty, tree: Sequence[Specialty]) -> str:
    """What a specialty hangs below: `Medicine, Internal medicine`."""
    known = {other.id: other for other in tree}
    names: list[str] = []
    above = known.get(one.parent_id) if one.parent_id else None
    while above is not None and len(names) < 20:
        names.insert(0, above.name)
        above = known.get(above.parent_id) if above.parent_id else None
    return ", ".join(names)


def _values(profile: PractitionerProfile) -> Mapping[str, Any]:
    return {
        "biography": profile.biography.strip(),
        "education": "\n".join(profile.education),
        "languages": tuple(profile.languages),
        "skills": "\n".join(profile.skills),
        "specialties": tuple(one.id for one in profile.specialties),
    }


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
