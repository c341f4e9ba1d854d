"""What the chart's menu offers of privacy: hand out, to whom it was given, restrict, hold, ask for erasure."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.privacy import PrivacyStanding, RestrictPatient
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.privacy.access_sheet import open_access_grants
from meditrack_desktop.ui.privacy.disclosures_sheet import open_disclosures
from meditrack_desktop.ui.privacy.erasure import open_erasure
from meditrack_desktop.ui.privacy.hand_out import open_hand_out
from meditrack_desktop.ui.privacy.reason import ReasonAsked
from meditrack_desktop.ui.widgets import Menu, confirm


def add_privacy(menu: Menu, desk: Desk, host: QWidget, patient: Patient, who: str) -> None:
    """Add to a chart's menu what this person may do. `who` names the patient by two identifiers."""
    acts = PrivacyActs(desk, host, patient, who)
    may = desk.actor.may
    if may(Permission.DISCLOSE_PATIENT):
        menu.add(_tr("Hand out a copy…"), acts.hand_out, icon="download")
    if may(Permission.VIEW_AUDIT) or may(Permission.OPEN_CLINICAL_DOCUMENT):
        menu.add(_tr("To whom it was given"), acts.disclosures, icon="send")
    if may(Permission.GRANT_ACCESS):
        menu.add(_tr("Give access…"), acts.give_access, icon="key-round")
    if may(Permission.RESTRICT_PATIENT):
        if patient.restricted_at is None:
            menu.add(_tr("Restrict the record…"), acts.restrict, icon="lock")
        else:
            menu.add(_tr("Lift the restriction"), acts.lift, icon="lock-open")
        if patient.legal_hold:
            menu.add(_tr("End the legal hold"), acts.release, icon="shield")
        else:
            menu.add(_tr("Set a legal hold…"), acts.hold, icon="shield-check")
    if may(Permission.PURGE_PATIENT):
        menu.add(_tr("Ask for erasure…"), acts.erase, icon="trash-2")


class PrivacyActs:
    """The acts themselves, for one patient."""

    def __init__(self, desk: Desk, host: QWidget, patient: Patient, who: str) -> None:
        self._desk, self._host, self._patient, self._who = desk, host, patient, who

    def hand_out(self) -> None:
        open_hand_out(self._desk, self._host, self._patient, self._who)

    def disclosures(self) -> None:
        open_disclosures(self._desk, self._host, self._patient.id, self._who)

    def give_access(self) -> None:
        open_access_grants(self._desk, self._host, self._patient, self._who)

    def erase(self) -> None:
        open_erasure(self._desk, self._host, self._patient, self._who)

    def restrict(self) -> None:
        restrictions, actor = self._desk.clinic.restrictions, self._desk.actor
        self._ask(
            _tr("Restrict the record of {who}?").format(who=self._who),
            _tr(
                "It can still be read. Nobody can change it, book for it or file documents until it is lifted."
            ),
            _tr("Restrict"),
            lambda command: restrictions.restrict(actor, command),
            _tr("The record is restricted"),
        )

    def hold(self) -> None:
        restrictions, actor = self._desk.clinic.restrictions, self._desk.actor
        self._ask(
            _tr("Set a legal hold for {who}?").format(who=self._who),
            _tr("The record cannot be erased while the hold stands."),
            _tr("Set the hold"),
            lambda command: restrictions.hold(actor, command),
            _tr("The legal hold stands"),
        )

    def lift(self) -> None:
        restrictions, actor = self._desk.clinic.restrictions, self._desk.actor
        self._change(
            lambda patient: restrictions.lift(actor, patient), _tr("The record can be changed again")
        )

    def release(self) -> None:
        restrictions, actor = self._desk.clinic.restrictions, self._desk.actor
        confirm(
            self._host,
            _tr("End the legal hold for {who}?").format(who=self._who),
            _tr("From then on the record can be erased like any other."),
            _tr("End the hold"),
            lambda: self._change(
                lambda patient: restrictions.release(actor, patient), _tr("The legal hold ended")
            ),
            keep=_tr("Keep the hold"),
        )

    def _ask(
        self,
        title: str,
        text: str,
        act: str,
        call: Callable[[RestrictPatient], PrivacyStanding],
        said: str,
    ) -> None:
        ReasonAsked(
            self._desk,
            self._host,
            (title, text, act),
            lambda reason: call(RestrictPatient(patient_id=self._patient.id, reason=reason)),
            lambda _standing: self._desk.say(said),
        ).open_layer()

    def _change(self, call: Callable[[UUID], PrivacyStanding], said: str) -> None:
        self._desk.tasks.change(
            self._host, lambda: call(self._patient.id), done=lambda _standing: self._desk.say(said)
        )


def _tr(text: str) -> str:
    return QCoreApplication.translate("privacy", text)
