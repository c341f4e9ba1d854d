"""Everything that is known of a patient: demographics, preferences, contacts, consents, photo. E opens the form."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.patients import ContactBy, Patient, VerifyPatient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.phones import shown
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart.consents import ConsentsCard
from meditrack_desktop.ui.patients.chart.contacts import ContactsCard
from meditrack_desktop.ui.patients.chart.photo import Portrait, choose_photo, remove_photo
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.patients.rows import clear, column, labelled_fact
from meditrack_desktop.ui.widgets import Button, Card, Label, ScrollColumn

WIDEST = 1040
TWO_FROM = 860


class DetailsTab(QWidget):
    """`editRequested` comes from its button. Two columns where there is room, one where there is not."""

    editRequested = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._content: ChartContent | None = None
        self.edit: Button | None = None
        self.verify: Button | None = None
        self.contacts = ContactsCard(desk)
        self.consents = ConsentsCard(desk)
        self.portrait = Portrait(desk, size=72)
        self._scroll = ScrollColumn(margins=(20, 16, 20, 16))
        self._holder = QWidget()
        self._holder.setMaximumWidth(theme.current().px(WIDEST))
        whole = QVBoxLayout(self._holder)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(14)
        self._head = column(0)
        whole.addLayout(self._head)
        self._facts = QWidget()
        self._fact_rows = QVBoxLayout(self._facts)
        self._beside = QWidget()
        self._beside_rows = QVBoxLayout(self._beside)
        for rows in (self._fact_rows, self._beside_rows):
            rows.setContentsMargins(0, 0, 0, 0)
            rows.setSpacing(14)
        self._beside_rows.addWidget(self.contacts)
        self._beside_rows.addWidget(self.consents)
        self._photo = self._photo_card()
        self._beside_rows.addWidget(self._photo)
        self._beside_rows.addStretch(1)
        self._columns = QHBoxLayout()
        self._columns.setSpacing(14)
        self._left = column(14)
        self._right = column(14)
        self._columns.addLayout(self._left, 1)
        self._columns.addLayout(self._right, 1)
        whole.addLayout(self._columns)
        self._two: bool | None = None
        self._arrange()
        self._scroll.body.addWidget(self._holder)
        self._scroll.body.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)

    def show_content(self, content: ChartContent) -> None:
        """Show a patient."""
        self._content = content
        patient = content.patient
        self._show_head(content)
        clear(self._fact_rows)
        for title, facts in self._groups(patient):
            card = Card(title)
            card.body.setSpacing(4)
            for label, text in facts:
                card.body.addWidget(labelled_fact(label, text or self.tr("Not known"), width=140))
            self._fact_rows.addWidget(card)
        self._fact_rows.addStretch(1)
        self.contacts.show_content(content)
        self.consents.show_content(content)
        self.portrait.show_patient(patient)
        self.set_photo.set_text(
            self.tr("Choose another") if patient.photo_id else self.tr("Choose a picture")
        )
        may = self._desk.actor.may(Permission.EDIT_PATIENT) and content.open_to_change
        self.set_photo.setVisible(may)
        self.no_photo.setVisible(may and patient.photo_id is not None)

    def stamp(self) -> None:
        """Say that the details were gone through with the patient and are right."""
        if self._content is None or self.verify is None or self.verify.busy:
            return
        desk, patient = self._desk, self._content.patient
        command = VerifyPatient(id=patient.id, version=patient.version)
        said = self.tr("Details of {who} verified").format(who=words.two_identifiers(patient))
        button = self.verify
        button.set_busy(True)
        desk.tasks.change(
            self,
            lambda: desk.clinic.patients.verify(desk.actor, command),
            done=lambda _patient: desk.say(said),
            always=lambda: button.set_busy(False),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        two = self.width() >= theme.current().px(TWO_FROM)
        if two == self._two:
            return
        self._two = two
        self._left.addWidget(self._facts)
        (self._right if two else self._left).addWidget(self._beside)
        self._columns.setStretch(1, 1 if two else 0)

    def _show_head(self, content: ChartContent) -> None:
        clear(self._head)
        patient = content.patient
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(self.tr("Details"), "section"))
        stamped = self.tr("Not verified with the patient yet")
        if patient.verified_at is not None:
            day = words.date_text(to_wall(patient.verified_at, self._desk.facts.tz).date())
            by = patient.verified_by_name
            stamped = self.tr("Verified {date} by {name}").format(date=day, name=by)
        self.stamped = Label(stamped, tone="text2", elide=True)
        head.addSpacing(8)
        head.addWidget(self.stamped, 1)
        self.edit = self.verify = None
        if self._desk.actor.may(Permission.EDIT_PATIENT) and content.open_to_change:
            who = words.two_identifiers(patient)
            self.verify = Button(self.tr("Verify"), icon="user-check", size="small")
            self.verify.setToolTip(self.tr("The details were gone through with the patient and are right"))
            self.verify.setAccessibleName(self.tr("Verify the details of {who}").format(who=who))
            self.verify.clicked.connect(self.stamp)
            self.edit = Button(self.tr("Edit"), icon="pencil", key="E", size="small")
            self.edit.setAccessibleName(self.tr("Edit the details of {who}").format(who=who))
            self.edit.clicked.connect(self.editRequested)
            head.addWidget(self.verify)
            head.addWidget(self.edit)
        self._head.addLayout(head)

    def _photo_card(self) -> Card:
        card = Card(self.tr("Photo"))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.portrait)
        self.set_photo = Button(self.tr("Choose a picture"), icon="image", size="small")
        self.set_photo.clicked.connect(lambda _checked=False: self._choose_photo())
        self.no_photo = Button(self.tr("Remove"), "quiet", size="small")
        self.no_photo.clicked.connect(lambda _checked=False: self._remove_photo())
        row.addWidget(self.set_photo)
        row.addWidget(self.no_photo)
        row.addStretch(1)
        card.body.addLayout(row)
        return card

    def _choose_photo(self) -> None:
        if self._content is not None:
            choose_photo(self._desk, self, self._content.patient)

    def _remove_photo(self) -> None:
        if self._content is not None:
            remove_photo(self._desk, self, self._content.patient)

    def _groups(self, patient: Patient) -> list[tuple[str, list[tuple[str, str]]]]:
        tr, today, region = self.tr, self._desk.today(), self._desk.facts.region
        person = [
            (tr("Given name"), patient.given),
            (tr("Family name"), patient.family),
            (tr("Preferred name"), patient.preferred_name),
            (tr("Birth date"), words.born_and_age(patient.birth_date, today) if patient.birth_date else ""),
            (tr("Gender"), words.gender_word(patient.gender).capitalize()),
            (tr("Deceased"), tr("Yes") if patient.deceased else tr("No")),
        ]
        uses = {"mobile": tr("Mobile phone"), "home": tr("Home phone"), "work": tr("Work phone")}
        contact = [(uses.get(phone.use, tr("Phone")), shown(phone.value, region)) for phone in patient.phones]
        contact = contact or [(tr("Phone"), "")]
        contact += [
            (tr("E-mail"), patient.email),
            (tr("Address"), "\n".join(words.address_lines(patient, region))),
        ]
        wants = [
            (tr("Reach by"), words.contact_by_word(patient.contact_by)),
            (tr("Language"), patient.language),
            (tr("Interpreter"), tr("Needed") if patient.interpreter else tr("Not needed")),
        ]
        if patient.contact_by is ContactBy.ANY and not patient.language and not patient.interpreter:
            wants = [(tr("Language"), "")]
        if patient.preferences:
            wants.append((tr("Wishes"), patient.preferences))
        made = to_wall(patient.created_at, self._desk.facts.tz).date()
        record = [(tr("Record number (MRN)"), patient.mrn), (tr("Registered"), words.date_text(made))]
        record += [(identifier.system, identifier.value) for identifier in patient.identifiers]
        if patient.archived_at is not None:
            gone = to_wall(patient.archived_at, self._desk.facts.tz).date()
            record += [(tr("Archived"), words.date_text(gone)), (tr("Reason"), patient.archive_reason)]
        groups = [
            (tr("Person"), person),
            (tr("Contact"), contact),
            (tr("Preferences"), wants),
            (tr("Record"), record),
        ]
        if patient.note:
            groups.append((tr("Note"), [(tr("Front desk"), patient.note)]))
        return groups
