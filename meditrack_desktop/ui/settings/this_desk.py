"""This desk: its name, when it locks, and where it keeps its secret."""

from __future__ import annotations

from functools import partial

from pydantic import ValidationError
from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.desks import Desk as DeskRecord
from meditrack_desktop.domain.desks import RenameDesk
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.sessions import LiveSession
from meditrack_desktop.domain.settings import ClinicSettings
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.settings.section import Section
from meditrack_desktop.ui.widgets import Button, Label, LabelledField, TextField


class DeskSection(Section):
    """Anybody may look; only administrators change the name."""

    word = "desk"

    def __init__(self, desk: Desk) -> None:
        tr = partial(QCoreApplication.translate, "DeskSection")
        super().__init__(desk, tr("Desk name and lock"), tr("this computer"))
        self._may_rename = desk.actor.may(Permission.MANAGE_WORKSTATIONS)
        self._kept = ""
        self.name = TextField(name=tr("Desk name"))
        self.name.setMaxLength(80)
        self.name_field = LabelledField("", self.name)
        self.name_field.label.hide()
        self.shown = Label("", "body", selectable=True)
        self.name.textEdited.connect(lambda text: self.set_dirty(text.strip() != self._kept))
        self.name.returnPressed.connect(self.save)
        field = self.name_field if self._may_rename else self.shown
        self.add_row(tr("Desk name"), tr("The audit log says at which desk something was done."), field)
        self.rule = Label("", "body", wrap=True)
        row = self.add_row(
            tr("Lock"),
            tr("The desk also locks when the computer locks its screen, sleeps or changes users."),
        )
        row.body.addWidget(self.rule)
        if desk.actor.may(Permission.EDIT_SETTINGS):
            self.to_rules = Button(tr("Change for the clinic"), "link")
            self.to_rules.clicked.connect(lambda: desk.go.settings("security"))
            row.add(self.to_rules)
        self.secret = Label("", "body", wrap=True)
        self.add_row(
            tr("This computer's secret"), tr("Needed beside every password; it never leaves the computer.")
        ).body.addWidget(self.secret)

    def load(self) -> None:
        clinic, actor = self.desk.clinic, self.desk.actor
        self.desk.tasks.query(
            self,
            lambda: (
                _name_of(clinic.sessions.own(actor)),
                clinic.settings.read(actor),
                clinic.keys.secret_store,
            ),
            self._show,
            failed=self.refused,
            replaces="desk",
        )

    def save(self) -> None:
        if not self._may_rename or not self.dirty or self.bar.save.busy:
            return
        clinic, actor = self.desk.clinic, self.desk.actor
        try:
            command = RenameDesk(id=actor.workstation, name=self.name.text().strip())
        except ValidationError:
            self.name_field.set_error(self.tr("A desk needs a name of up to 80 characters."))
            return
        self.name_field.clear_error()
        self.bar.save.set_busy(True)
        self.desk.tasks.change(
            self,
            lambda: clinic.desks.rename(actor, command),
            done=self._renamed,
            failed=self.refused,
            always=lambda: self.bar.save.set_busy(False),
        )

    def _renamed(self, record: DeskRecord) -> None:
        self.set_dirty(False)
        self._kept = record.name
        self.desk.say(self.tr("This desk is called {name}").format(name=record.name))
        self.saved.emit()

    def _show(self, found: tuple[str, ClinicSettings, str]) -> None:
        self.clear_banner()
        name, rules, store = found
        self._kept = name
        self.shown.setText(name)
        if not self.dirty:
            self.name.setText(name)
        idle, hard = rules.idle_lock_minutes, rules.hard_lock_minutes
        words = self.tr("After {idle} min without a touch.").format(idle=idle)
        if not self.desk.clinic.profile.facts().shared:
            words += " " + self.tr(
                "After {hard} min more the records are closed and the password opens them."
            ).format(hard=hard)
        self.rule.setText(words)
        self.secret.setText(
            {
                "keyring": self.tr("In the keyring of the system."),
                "passphrase": self.tr("In a file sealed with this computer's passphrase."),
            }.get(
                store,
                self.tr(
                    "In a file beside the data, as the system has no keyring. Whoever copies this computer's disk "
                    "needs only a password. A system keyring or a passphrase for this computer is safer."
                ),
            )
        )


def _name_of(sessions: tuple[LiveSession, ...]) -> str:
    """Of the desk at which one's present session is."""
    return next((session.workstation_name for session in sessions if session.current), "")
