"""The side sheet in which a patient is registered or their details are edited."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.domain.errors import ChangedMeanwhile, ClinicError
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patient_twins import LookAlike, TwinReason
from meditrack_desktop.domain.patients import CompletePatient, EditPatient, Patient, RegisterPatient
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import label_of
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.conflict import ConflictDialog, as_edit, differing
from meditrack_desktop.ui.patients.discard import ask_discard_caller
from meditrack_desktop.ui.patients.duplicates import DuplicateNotice, Typed, look_alikes
from meditrack_desktop.ui.patients.patient_form import PatientForm
from meditrack_desktop.ui.widgets import Banner, Button, Divider, Label, SideSheet, confirm

ASK_AFTER_MS = 250
WIDTH = 480


def open_register(
    desk: Desk, host: QWidget, typed_name: str = "", then: Callable[[Patient], object] | None = None
) -> RegisterSheet:
    """Open the sheet for a new patient, `typed_name` filled in; `then` is given the patient once kept."""
    sheet = RegisterSheet(desk, host, typed_name, then)
    sheet.open_layer()
    return sheet


def open_edit(desk: Desk, host: QWidget, patient: Patient) -> EditSheet:
    """Open the sheet with a patient's details."""
    sheet = EditSheet(desk, host, patient)
    sheet.open_layer()
    return sheet


class _PatientSheet(SideSheet):
    """What both sheets share: the form, the look for duplicates, and asking to save with Ctrl+Enter."""

    saveWanted = Signal()

    def __init__(self, desk: Desk, host: QWidget, title: str, act: str, patient: Patient | None) -> None:
        super().__init__(host, title, width=WIDTH)
        self._desk = desk
        self._patient = patient
        self.fields = PatientForm(desk, self, patient)
        self.notice = DuplicateNotice()
        self.refusal: Banner | None = None
        self.dirty = lambda: self.fields.dirty
        if patient is not None:
            self.body.addWidget(Label(words.two_identifiers(patient), "small"))
        self.body.addLayout(self.fields.quick_part())
        self.body.addWidget(self.notice)
        self.body.addWidget(Divider())
        self.body.addLayout(self.fields.full_part())
        self.body.addStretch(1)
        self.save = Button(act, "primary", key="Ctrl Enter")
        self.save.set_default()
        self.save.clicked.connect(self.saveWanted)
        cancel = Button(self.tr("Cancel"))
        cancel.clicked.connect(self.dismiss)
        self.at_left = QHBoxLayout()
        self.footer.addLayout(self.at_left)
        self.footer.addStretch(1)
        self.footer.addWidget(cancel)
        self.footer.addWidget(self.save)
        for keys in ("Ctrl+Return", "Ctrl+Enter", "Ctrl+S"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.saveWanted)
        self._timer = QTimer(self, singleShot=True, interval=ASK_AFTER_MS)
        self._timer.timeout.connect(self._look_for_others)
        self.fields.identityEdited.connect(self._timer.start)
        self.notice.openRequested.connect(self._open_other)

    def focus_first(self) -> None:
        self.fields.given.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter in one field of many must not save by accident; Ctrl+Enter does.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            return
        super().keyPressEvent(event)

    def _look_for_others(self) -> None:
        form = self.fields
        typed = Typed(
            form.given.text().strip(),
            form.family.text().strip(),
            form.phone.text().strip(),
            form.birth.value(),
        )
        if not typed.is_enough():
            self.notice.show_lines(())
            return
        but = None if self._patient is None else self._patient.id
        self._desk.tasks.query(
            self,
            partial(look_alikes, self._desk, typed, but),
            self._show_others,
            failed=lambda _error: None,
            replaces="look-alikes",
        )

    def _show_others(self, lines: tuple[LookAlike, ...]) -> None:
        self.notice.show_lines(lines)

    def _open_other(self, patient_id: UUID) -> None:
        def go() -> None:
            self.close_layer()
            self._desk.go.patient(patient_id)

        if not self.fields.dirty:
            go()
            return
        confirm(
            self,
            self.tr("Open the other chart instead?"),
            self.tr("What you entered here has not been saved."),
            self.tr("Discard and open"),
            go,
            keep=self.tr("Keep editing"),
        )

    def _refused(self, error: ClinicError) -> None:
        self._clear_refusal()
        if self.fields.form.show(error):
            self.say_wrong()
        else:
            said = errors.words(error)
            self._show_refusal(Banner(said.text, "danger", lead=said.title))
            self.save.setFocus()

    def say_wrong(self) -> None:
        """Sum up what is marked; the first of it has the focus already."""
        wrong = self.fields.wrong
        if not wrong:
            return
        names = ", ".join(label_of(one) for one in wrong)
        lead = (
            self.tr("1 entry needs a look.") if len(wrong) == 1 else self.tr("{count} entries need a look.")
        )
        banner = Banner(
            self.tr("{names}. Nothing is saved yet.").format(names=names),
            "danger",
            lead=lead.format(count=len(wrong)),
            action=self.tr("Go to it") if len(wrong) == 1 else self.tr("Go to the first"),
        )
        banner.actionTriggered.connect(lambda: wrong[0].field.setFocus(Qt.FocusReason.TabFocusReason))
        self._show_refusal(banner)

    def _show_refusal(self, banner: Banner) -> None:
        self._clear_refusal()
        self.refusal = banner
        self.body.insertWidget(0, banner)

    def _clear_refusal(self) -> None:
        if self.refusal is not None:
            self.refusal.hide()
            self.refusal.deleteLater()
            self.refusal = None


class RegisterSheet(_PatientSheet):
    """A new patient. A save repeated after a lost answer adds nobody twice; what was corrected since is a record of
    its own, for nothing tells whether it is the same person."""

    def __init__(
        self, desk: Desk, host: QWidget, typed_name: str, then: Callable[[Patient], object] | None
    ) -> None:
        super().__init__(desk, host, host.tr("New patient"), host.tr("Register patient"), None)
        self._then = then
        self._id = new_id()
        self._sent: RegisterPatient | None = None
        self._somebody_else: set[UUID] = set()
        self.saveWanted.connect(self.submit)
        if typed_name:
            self.fields.set_name(typed_name)

    def focus_first(self) -> None:
        form = self.fields
        first = next((field for field in (form.given, form.family) if not field.text()), form.birth)
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def submit(self) -> None:
        """Register what is typed, or mark what is wrong."""
        if self.save.busy:
            return
        self._clear_refusal()
        command = self.fields.build_new(id=self._id)
        if command is None:
            self.say_wrong()
            return
        known = self._same_person()
        if known is not None:
            self._ask_whether_somebody_else(known)
            return
        if self._sent is not None and command != self._sent:
            self._id = new_id()
            command = command.model_copy(update={"id": self._id})
        self._sent = command
        self.save.set_busy(True)
        self._desk.tasks.change(
            self,
            partial(self._desk.clinic.patients.register, self._desk.actor, command),
            done=self._kept,
            failed=self._refused,
            always=lambda: self.save.set_busy(False),
        )

    def _same_person(self) -> LookAlike | None:
        """Whoever is known by this very name and birth date; nobody of whom it was said that they are another."""
        same = {TwinReason.SAME_NAME, TwinReason.SAME_BIRTH_DATE}
        found = (one for one in self.notice.lines if same <= set(one.reasons))
        return next((one for one in found if one.line.id not in self._somebody_else), None)

    def _ask_whether_somebody_else(self, known: LookAlike) -> None:
        def go() -> None:
            self._somebody_else.add(known.line.id)
            self.submit()

        confirm(
            self,
            self.tr("Is this somebody else?"),
            self.tr(
                "{who}, MRN {mrn}, is registered already. A second record keeps half of what is known."
            ).format(who=words.two_identifiers(known.line), mrn=known.line.mrn),
            self.tr("Register another"),
            go,
            keep=self.tr("Keep editing"),
        )

    def _kept(self, patient: Patient) -> None:
        self.close_layer()
        self._desk.say(self.tr("{name} registered").format(name=patient.name))
        if self._then is not None:
            self._then(patient)


class EditSheet(_PatientSheet):
    """The details of a patient. If somebody else saved meanwhile, both versions are laid side by side.

    Of a record that was taken down by name and phone, saving makes it whole.
    """

    def __init__(self, desk: Desk, host: QWidget, patient: Patient) -> None:
        whole = not patient.provisional
        title = host.tr("Edit patient") if whole else host.tr("Complete the record")
        act = host.tr("Save patient") if whole else host.tr("Complete record")
        super().__init__(desk, host, title, act, patient)
        self.patient = patient
        self._seen = patient
        """What the record said when the person last looked at it: the form's own, or what they chose from."""
        self.conflict: ConflictDialog | None = None
        self.discard: Button | None = None
        if not whole:
            self.discard = Button(self.tr("Discard"), "quiet", icon="trash-2")
            self.discard.clicked.connect(self._ask_discard)
            self.at_left.addWidget(self.discard)
        self.saveWanted.connect(self.submit)

    def submit(self) -> None:
        """Save what is typed, or mark what is wrong."""
        if self.save.busy:
            return
        self._clear_refusal()
        command = self.fields.build_edit(CompletePatient if self.patient.provisional else EditPatient)
        if command is None:
            self.say_wrong()
        else:
            self._seen = self.patient
            self._send(command)

    def _ask_discard(self) -> None:
        ask_discard_caller(self._desk, self, self.patient.id, self.close_layer)

    def _send(self, command: EditPatient) -> None:
        self.save.set_busy(True)
        patients, actor = self._desk.clinic.patients, self._desk.actor
        if self._seen.provisional:
            whole = CompletePatient.model_validate(dict(command))
            work = partial(patients.complete, actor, whole)
        else:
            work = partial(patients.edit, actor, command)
        self._desk.tasks.change(
            self,
            work,
            done=self._kept,
            failed=partial(self._cannot_save, command),
            always=lambda: self.save.set_busy(False),
        )

    def _kept(self, patient: Patient) -> None:
        self.close_layer()
        self._desk.say(self.tr("{name} saved").format(name=patient.name))

    def _cannot_save(self, command: EditPatient, error: ClinicError) -> None:
        if not isinstance(error, ChangedMeanwhile):
            self._refused(error)
            return
        patients, actor = self._desk.clinic.patients, self._desk.actor
        self._desk.tasks.query(
            self,
            lambda: patients.get(actor, command.id),
            partial(self._compare, command),
            failed=self._refused,
        )

    def _compare(self, mine: EditPatient, theirs: Patient) -> None:
        before, now = as_edit(self._seen), as_edit(theirs)
        if not differing(mine, now):
            # The same was typed at both desks, or something else of the record changed.
            self._send_chosen(theirs, now)
            return
        self.conflict = ConflictDialog(self, words.two_identifiers(theirs), before, mine, now)
        self.conflict.chosen.connect(partial(self._send_chosen, theirs))
        self.conflict.theirsKept.connect(self.close_layer)
        self.conflict.open_layer()

    def _send_chosen(self, theirs: Patient, mix: EditPatient) -> None:
        """Send what was chosen from `theirs`; if a third desk was faster, the choice is between mix and theirs."""
        self._seen = theirs
        self._send(mix)
