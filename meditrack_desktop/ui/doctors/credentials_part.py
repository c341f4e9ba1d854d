"""Licences and certificates of a doctor: how long they are valid, and what a check of them found."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioner_profiles import (
    CheckCredential,
    Credential,
    CredentialState,
    PractitionerProfile,
    RemoveCredential,
)
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.credential_sheet import CredentialSheet
from meditrack_desktop.ui.doctors.entry_row import EntryList, EntryRow
from meditrack_desktop.ui.doctors.words import credential_words, expiry_words
from meditrack_desktop.ui.widgets import Button, Label, Menu, confirm, format_date


class CredentialsPart(QWidget):
    """Shown to everybody; whoever edits doctors adds, checks and removes."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._may = desk.actor.may(Permission.EDIT_DOCTORS)
        self._doctor_id: UUID | None = None
        self.setMaximumWidth(720)
        self.listed = EntryList(self.tr("No licence is recorded."))
        self.add = Button(self.tr("Add licence"), icon="plus", size="small")
        self.add.clicked.connect(lambda: self._open(None))
        head = QHBoxLayout()
        head.addWidget(Label(self.tr("Licences and certificates"), "section"), 1)
        head.addWidget(self.add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.listed)
        self.add.setVisible(self._may)

    def show_credentials(self, profile: PractitionerProfile) -> None:
        """Show them, the one that runs out first on top."""
        self._doctor_id = profile.practitioner_id
        known = sorted(profile.credentials, key=lambda one: (str(one.expires_on or "9"), one.name))
        self.listed.show_rows([self._row(one) for one in known])

    def _row(self, one: Credential) -> EntryRow:
        today = self._desk.today()
        name = " ".join(part for part in (one.name, one.number) if part)
        parts = [one.issuer, expiry_words(one, today)]
        if one.checked_at is not None and one.checked_by:
            day = to_wall(one.checked_at, self._desk.facts.tz).date()
            parts.append(
                self.tr("checked by {name} on {day}").format(name=one.checked_by, day=format_date(day))
            )
        row = EntryRow(
            "shield-check", name, ", ".join(part for part in parts if part), tag=credential_words(one, today)
        )
        if self._may:
            if one.state is CredentialState.SUBMITTED:
                row.add_button(self.tr("Verify"), partial(self._check, one, CredentialState.VERIFIED))
                row.add_button(self.tr("Reject"), partial(self._check, one, CredentialState.REJECTED))
            more = row.add_icon("ellipsis", self.tr("More"), lambda: self._offer(one, more))
        return row

    def _offer(self, one: Credential, anchor: QWidget) -> None:
        menu = Menu(self)
        menu.add(self.tr("Change"), partial(self._open, one), icon="pencil")
        if one.state is not CredentialState.SUBMITTED:
            menu.add(
                self.tr("Check again"),
                partial(self._check, one, CredentialState.SUBMITTED),
                icon="rotate-ccw",
            )
        menu.add(self.tr("Remove"), partial(self._ask_remove, one), icon="trash-2")
        menu.popup(anchor.mapToGlobal(anchor.rect().bottomLeft()))

    def _open(self, one: Credential | None) -> None:
        if self._doctor_id is not None:
            CredentialSheet(self._desk, self, self._doctor_id, one).open_filled()

    def _check(self, one: Credential, state: CredentialState) -> None:
        words = {
            CredentialState.VERIFIED: self.tr("{name} verified"),
            CredentialState.REJECTED: self.tr("{name} rejected"),
            CredentialState.SUBMITTED: self.tr("{name} waits to be checked again"),
        }[state]
        profiles, actor = self._desk.clinic.practitioner_profiles, self._desk.actor

        def kept(now: Credential) -> None:
            back = CheckCredential(id=now.id, version=now.version, state=one.state)
            self._desk.say(
                words.format(name=one.name),
                lambda: self._desk.tasks.change(self, partial(profiles.check_credential, actor, back)),
            )

        command = CheckCredential(id=one.id, version=one.version, state=state)
        self._desk.tasks.change(self, partial(profiles.check_credential, actor, command), done=kept)

    def _ask_remove(self, one: Credential) -> None:
        confirm(
            self,
            self.tr("Remove {name}?").format(name=one.name),
            self.tr("What was checked about it goes with it. The audit log keeps that it was here."),
            self.tr("Remove licence"),
            partial(self._remove, one),
            keep=self.tr("Keep it"),
        )

    def _remove(self, one: Credential) -> None:
        profiles, actor = self._desk.clinic.practitioner_profiles, self._desk.actor
        command = RemoveCredential(id=one.id, version=one.version)

        def refused(error: ClinicError) -> None:
            errors.show(self, error)

        self._desk.tasks.change(
            self,
            partial(profiles.remove_credential, actor, command),
            done=lambda _: self._desk.say(self.tr("{name} removed").format(name=one.name)),
            failed=refused,
        )
