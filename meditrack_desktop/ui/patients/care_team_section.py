"""The care team of a chart: who looks after this patient, and changing it."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.care_team import (
    AssignDoctor,
    CareTeamMember,
    EndCareTeamMember,
    MakeUsualDoctor,
)
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.patients.rows import clear, column
from meditrack_desktop.ui.widgets import (
    Avatar,
    Button,
    CheckBox,
    Divider,
    IconButton,
    Label,
    LabelledField,
    Option,
    SearchSelect,
    SectionHeading,
    SideSheet,
    Tag,
    TextField,
    matches,
)


class CareTeamSection(QWidget):
    """The list in the overview. Edit opens a sheet; every change there acts at once."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._content: ChartContent | None = None
        self.sheet: CareTeamSheet | None = None
        self.may_edit = desk.actor.may(Permission.EDIT_CARE_TEAM)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(10)

    def show_content(self, content: ChartContent) -> None:
        """Show a patient's team."""
        self._content = content
        clear(self._rows)
        may_edit = self.may_edit and content.open_to_change
        heading = SectionHeading(self.tr("Care team"), action=self.tr("Edit") if may_edit else "")
        heading.actionTriggered.connect(self.edit)
        if heading.action is not None:
            heading.action.setAccessibleName(self.tr("Edit care team"))
        self._rows.addWidget(heading)
        for member in content.team:
            self._rows.addWidget(_member_row(member))
        if not content.team:
            self._rows.addWidget(Label(self.tr("No doctor yet."), tone="text2"))
        if self.sheet is not None:
            self.sheet.show_content(content)

    def edit(self) -> None:
        """Open the sheet in which doctors are assigned and taken off."""
        if self._content is None or not self.may_edit or self.sheet is not None:
            return
        self.sheet = CareTeamSheet(self._desk, self, self._content)
        self.sheet.closed.connect(self._forget)
        self.sheet.open_layer()

    def _forget(self) -> None:
        self.sheet = None


class CareTeamSheet(SideSheet):
    """Assign a doctor, make one the usual one, take one off. Ended, never deleted."""

    def __init__(self, desk: Desk, host: QWidget, content: ChartContent) -> None:
        super().__init__(host, host.tr("Care team"))
        self._desk = desk
        self._content = content
        self._doctors: tuple[Practitioner, ...] = ()
        self.who = Label("", tone="text2", wrap=True)
        self._free: list[Option] = []
        self.doctor = SearchSelect(placeholder=self.tr("Name or specialty"), icon="stethoscope")
        self.doctor.queryChanged.connect(self._answer)
        self.part = TextField(placeholder=self.tr("Such as migraine, or general practice"))
        self.usual = CheckBox(self.tr("Usual doctor"))
        self.assign: Button = Button(self.tr("Assign doctor"), "primary", icon="plus")
        self.assign.set_default()
        self.assign.setEnabled(False)
        self.assign.clicked.connect(self._assign)
        self.doctor.picked.connect(lambda value: self.assign.setEnabled(value is not None))
        self._members = column(12)
        body = self.body
        body.addWidget(self.who)
        body.addLayout(self._members)
        body.addWidget(Divider())
        body.addWidget(SectionHeading(self.tr("Assign another doctor")))
        self.doctor_field = LabelledField(self.tr("Doctor"), self.doctor)
        body.addWidget(self.doctor_field)
        body.addWidget(LabelledField(self.tr("Part in the care"), self.part, optional=True))
        row = QHBoxLayout()
        row.addWidget(self.usual)
        row.addStretch(1)
        row.addWidget(self.assign)
        body.addLayout(row)
        body.addStretch(1)
        self.show_content(content)
        practitioners, actor = desk.clinic.practitioners, desk.actor
        desk.tasks.query(self, lambda: practitioners.list(actor), self._offer)

    def focus_first(self) -> None:
        self.doctor.setFocus()

    def show_content(self, content: ChartContent) -> None:
        """Show the team as it is now; what is typed stays."""
        self._content = content
        self.who.setText(words.two_identifiers(content.patient))
        clear(self._members)
        for member in content.team:
            self._members.addWidget(self._editable(member))
        if not content.team:
            self._members.addWidget(Label(self.tr("No doctor looks after this patient yet."), wrap=True))
        self.usual.setChecked(not content.team)
        self._offer(self._doctors)

    def _editable(self, member: CareTeamMember) -> QWidget:
        holder = _member_row(member)
        row = holder.layout()
        if not isinstance(row, QHBoxLayout):
            return holder
        if not member.usual:
            usual = Button(self.tr("Make usual"), size="small")
            usual.setAccessibleName(
                self.tr("Make {name} the usual doctor").format(name=member.practitioner_name)
            )
            usual.clicked.connect(lambda: self._make_usual(member))
            row.addWidget(usual)
        end = IconButton("x", self.tr("Take {name} off the team").format(name=member.practitioner_name))
        end.clicked.connect(lambda: self._end(member))
        row.addWidget(end)
        return holder

    def _offer(self, doctors: tuple[Practitioner, ...]) -> None:
        self._doctors = doctors
        taken = {member.practitioner_id for member in self._content.team}
        self._free = [
            Option(doctor.id, doctor.name, doctor.specialty, avatar=doctor.name, staff=True)
            for doctor in doctors
            if doctor.id not in taken
        ]

    def _answer(self, text: str) -> None:
        found = [option for option in self._free if matches(text, f"{option.text} {option.second}")]
        self.doctor.set_options(found)

    def _assign(self) -> None:
        chosen = next((d for d in self._doctors if d.id == self.doctor.value()), None)
        if chosen is None or self.assign.busy:
            return
        command = AssignDoctor(
            patient_id=self._content.patient.id,
            practitioner_id=chosen.id,
            usual=self.usual.isChecked(),
            part=self.part.text().strip()[:120],
        )
        self.assign.set_busy(True)
        self._desk.tasks.change(
            self,
            partial(self._desk.clinic.care_team.assign, self._desk.actor, command),
            done=self._assigned,
            failed=self._refused,
            always=lambda: self.assign.set_busy(False),
        )

    def _assigned(self, member: CareTeamMember) -> None:
        self.doctor.set_choice(None)
        self.part.clear()
        self.assign.setEnabled(False)
        self._desk.say(self.tr("{name} assigned").format(name=member.practitioner_name))

    def _refused(self, error: ClinicError) -> None:
        self.doctor_field.set_error(str(errors.words(error)))

    def _make_usual(self, member: CareTeamMember) -> None:
        desk, command = self._desk, MakeUsualDoctor(id=member.id, version=member.version)
        text = self.tr("{name} is now the usual doctor").format(name=member.practitioner_name)
        desk.tasks.change(
            self,
            lambda: desk.clinic.care_team.make_usual(desk.actor, command),
            done=lambda _member: desk.say(text),
        )

    def _end(self, member: CareTeamMember) -> None:
        team, actor, desk = self._desk.clinic.care_team, self._desk.actor, self._desk
        command = EndCareTeamMember(id=member.id, version=member.version)
        again = AssignDoctor(
            patient_id=member.patient_id,
            practitioner_id=member.practitioner_id,
            usual=member.usual,
            part=member.part,
        )
        text = self.tr("{name} taken off the care team").format(name=member.practitioner_name)

        def undo() -> None:
            desk.tasks.change(desk.go, lambda: team.assign(actor, again))

        desk.tasks.change(self, lambda: team.end(actor, command), done=lambda _member: desk.say(text, undo))


def _member_row(member: CareTeamMember) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(9)
    row.addWidget(Avatar(member.practitioner_name, staff=True, size=28))
    names = column(0)
    names.addWidget(Label(member.practitioner_name, elide=True))
    if member.part:
        names.addWidget(Label(member.part, "small", elide=True))
    row.addLayout(names, 1)
    if member.usual:
        row.addWidget(Tag(holder.tr("Usual"), "accent"))
    return holder
