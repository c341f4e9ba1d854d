"""The dialog in which a caller is taken down: a name in one go, Tab, a phone, Enter. The rest is asked at check-in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ClinicError, FieldProblem
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.names import split_name
from meditrack_desktop.domain.patient_twins import LookAlike
from meditrack_desktop.domain.patients import FindPatients, Patient, TakeDownPatient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.patients.duplicates import DuplicateNotice, Typed, look_alikes
from meditrack_desktop.ui.patients.register import open_register
from meditrack_desktop.ui.widgets import Banner, Button, Dialog, LabelledField, TextField

ASK_AFTER_MS = 200
WIDTH = 560


def open_take_down(
    desk: Desk,
    host: QWidget,
    name: str = "",
    phone: str = "",
    then: Callable[[Patient], object] | None = None,
) -> TakeDownDialog:
    """Open it with what is known so far. `then` is given the patient; without it a visit can be booked next."""
    dialog = TakeDownDialog(desk, host, name, phone, then)
    dialog.open_layer()
    return dialog


class TakeDownDialog(Dialog):
    """The id is that of a name and a number: taken down again after a lost answer the caller is there once, and
    whoever is typed next is somebody else."""

    def __init__(
        self,
        desk: Desk,
        host: QWidget,
        name: str,
        phone: str,
        then: Callable[[Patient], object] | None,
    ) -> None:
        super().__init__(
            host,
            host.tr("New caller"),
            host.tr("Name and phone are enough for now. The record is completed at check-in."),
            width=WIDTH,
        )
        self._desk, self._host, self._then = desk, host, then
        self._id = new_id()
        self._sure = ("", "")
        self._begun = (name.strip(), phone.strip())
        self.name, self.phone = TextField(name.strip()), TextField(phone.strip())
        self.name.setMaxLength(400)
        self.form = Form(
            {
                "name": LabelledField(self.tr("Name"), self.name),
                "phone": LabelledField(self.tr("Phone"), self.phone, optional=True),
            }
        )
        self.notice = DuplicateNotice()
        self.refusal: Banner | None = None
        self.body.setSpacing(12)
        for field in self.form.fields.values():
            self.body.addWidget(field)
        self.body.addWidget(self.notice)
        self.dirty = lambda: (self.name.text().strip(), self.phone.text().strip()) != self._begun
        self._add_answers()
        self._timer = QTimer(self, singleShot=True, interval=ASK_AFTER_MS)
        self._timer.timeout.connect(lambda: self._look_for_others())
        for text in (self.name, self.phone):
            text.textChanged.connect(self._timer.start)
            text.textEdited.connect(lambda _text: self.form.clear_errors())
        self.notice.openRequested.connect(self._take_known)
        if name or phone:
            self._timer.start()

    def focus_first(self) -> None:
        """To what is missing: a name typed in a search is there already."""
        given, family = split_name(self.name.text())
        stop = self.phone if given or family else self.name
        stop.setFocus(Qt.FocusReason.OtherFocusReason)

    def submit(self, *, book: bool) -> None:
        """Take the caller down; with `book` a visit is booked next."""
        if self.save.busy:
            return
        self._clear_refusal()
        name, phone = self.name.text().strip(), self.phone.text().strip()
        given, family = split_name(name)
        if not given and not family:
            self.form.show_problems({"name": FieldProblem.REQUIRED})
            return
        if (name, phone) != self._sure:
            self._id = new_id()
        command = self.form.build(
            TakeDownPatient, id=self._id, name=name, phone={"value": phone} if phone else None
        )
        if command is None:
            return
        for button in self._acts:
            button.setEnabled(button is self.save)
        self.save.set_busy(True)
        sure, self._sure = self._sure == (name, phone), (name, phone)
        self._desk.tasks.change(
            self,
            partial(_take_down, self._desk, command, sure=sure),
            done=partial(self._on_answer, book=book),
            failed=self._refused,
            always=self._ready_again,
        )

    def all_details(self) -> None:
        """Go on in the full form, with what was typed."""
        name, phone = self.name.text().strip(), self.phone.text().strip()
        self.close_layer()
        sheet = open_register(
            self._desk, self._host, name, self._then or (lambda patient: self._desk.go.patient(patient.id))
        )
        sheet.fields.set_phone(phone)

    def _add_answers(self) -> None:
        books = self._then is None and self._desk.actor.may(Permission.BOOK_APPOINTMENT)
        self.more = self.add_action(self.tr("All details"), self.all_details, kind="quiet", closes=False)
        self.only: Button | None = None
        if books:
            self.only = self.add_action(
                self.tr("Take down only"), lambda: self.submit(book=False), closes=False, key="Ctrl Enter"
            )
        self.save = self.add_action(
            self.tr("Take down and book") if books else self.tr("Take down"),
            lambda: self.submit(book=books),
            kind="primary",
            default=True,
            closes=False,
            key="Enter",
        )
        self._acts = [button for button in (self.more, self.only, self.save) if button is not None]
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda: self.submit(book=False))

    def _look_for_others(self, then: Callable[[], object] | None = None) -> None:
        given, family = split_name(self.name.text())
        typed = Typed(given, family, self.phone.text().strip(), None)
        self._desk.tasks.query(
            self,
            partial(look_alikes, self._desk, typed, None),
            partial(self._show_others, then=then),
            failed=lambda _error: None,
            replaces="look-alikes",
        )

    def _show_others(self, lines: tuple[LookAlike, ...], then: Callable[[], object] | None = None) -> None:
        self.notice.show_lines(lines)
        self.relayout()
        if then is not None:
            then()

    def _take_known(self, patient_id: UUID) -> None:
        """It is somebody known after all: go on with them."""
        then, desk = self._then, self._desk
        if then is None:
            self.close_layer()
            desk.go.patient(patient_id)
            return

        def go_on(patient: Patient) -> None:
            self.close_layer()
            then(patient)

        desk.tasks.query(
            self, lambda: desk.clinic.patients.get(desk.actor, patient_id), go_on, failed=self._refused
        )

    def _on_answer(self, answer: Patient | None, *, book: bool) -> None:
        """Taken down; or the clinic knows this name with this number: then Enter opens who it is."""
        if answer is not None:
            self._kept(answer, book=book)
            return
        self._show_refusal(
            Banner(
                self.tr("Open the record, or take down somebody else of that name and number."),
                "warn",
                lead=self.tr("Nothing is saved yet: somebody has this name and this number."),
            )
        )
        self._look_for_others(then=self._go_to_known)

    def _go_to_known(self) -> None:
        known = self.notice.findChildren(Button)
        if known:
            known[0].setFocus(Qt.FocusReason.TabFocusReason)

    def _kept(self, patient: Patient, *, book: bool) -> None:
        self.close_layer()
        self._desk.say(self.tr("{name} taken down").format(name=patient.name))
        if self._then is not None:
            self._then(patient)
        elif book:
            self._desk.go.book(patient.id)
        else:
            self._desk.go.patient(patient.id)

    def _ready_again(self) -> None:
        self.save.set_busy(False)
        for button in self._acts:
            button.setEnabled(True)

    def _refused(self, error: ClinicError) -> None:
        self._clear_refusal()
        if not self.form.show(error):
            said = errors.words(error)
            self._show_refusal(Banner(said.text, "danger", lead=said.title))
        self.relayout()

    def _show_refusal(self, banner: Banner) -> None:
        self._clear_refusal()
        self.refusal = banner
        self.body.insertWidget(0, banner)
        self.relayout()

    def _clear_refusal(self) -> None:
        if self.refusal is not None:
            self.refusal.hide()
            self.refusal.deleteLater()
            self.refusal = None
            self.relayout()


def _take_down(desk: Desk, command: TakeDownPatient, *, sure: bool) -> Patient | None:
    """The new patient; None, unless `sure`, if somebody has this name and number. In a working thread."""
    patients = desk.clinic.patients
    if not sure and command.phone is not None:
        question = FindPatients(text=f"{command.name} {command.phone.value}"[:200], limit=2)
        if any(line.id != command.id for line in patients.find(desk.actor, question).lines):
            return None
    return patients.take_down(desk.actor, command)
