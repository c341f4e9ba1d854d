"""The privacy windows over real services: opening in an emergency, handing out, erasing by two people."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
import pyzipper
from pydantic import SecretStr
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from shiboken6 import delete, isValid

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import AttachDocument, DocumentType
from meditrack_desktop.domain.emergency_access import OpenInEmergency
from meditrack_desktop.domain.errors import ErrorCode, NotFound
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.privacy import AskForPurge
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.viewer import DocumentPage
from meditrack_desktop.ui.privacy.chart_menu import PrivacyActs, add_privacy
from meditrack_desktop.ui.privacy.disclosures_sheet import DisclosuresSheet
from meditrack_desktop.ui.privacy.emergency import EmergencyDialog
from meditrack_desktop.ui.privacy.emergency_list import EmergencyList
from meditrack_desktop.ui.privacy.erasure import ErasureDialog
from meditrack_desktop.ui.privacy.erasure_list import ErasureList
from meditrack_desktop.ui.privacy.hand_out import HandOutDialog, PassphraseDialog
from meditrack_desktop.ui.privacy.page import PrivacyPage
from meditrack_desktop.ui.privacy.reason import ReasonAsked
from meditrack_desktop.ui.widgets import Button, Menu
from tests.conftest import PASSWORDS
from tests.makers.people import a_patient
from tests.services.doors import person
from tests.services.test_documents import a_png
from tests.ui.privacy.conftest import Room

Opened = Callable[[Actor], Room]
WHO = "Greta Beispiel, 000-0001"


@pytest.fixture
def patient(clinic: Clinic, reception: Actor) -> Patient:
    """In nobody's care, with one clinical document."""
    made = clinic.patients.register(reception, a_patient())
    command = AttachDocument(patient_id=made.id, file_name="knee.png", type=DocumentType.IMAGING)
    clinic.documents.attach(reception, command, io.BytesIO(a_png()))
    return made


class TestEmergency:
    def test_from_the_refused_document_to_its_pages_and_back(
        self,
        qtbot: QtBot,
        room: Opened,
        clinic: Clinic,
        doctor: Actor,
        admin: Actor,
        patient: Patient,
        clock: FixedClock,
    ) -> None:
        [document] = clinic.documents.of_patient(doctor, patient.id)
        here = room(doctor)
        page = DocumentPage(here.desk, patient.id, document.id)
        here.show(page)
        page.load()
        here.settle(qtbot)
        assert page.pane.view.count == 0
        assert not page.emergency.isVisible()
        button = next(one for one in page.pane.state.findChildren(Button) if "emergency" in one.text())
        button.click()
        dialog = cast("EmergencyDialog", here.dialog())
        dialog.act.click()
        assert dialog.form.fields["reason"].error and dialog.form.fields["password"].error
        dialog.reason.setPlainText("Collapsed in the waiting room")
        dialog.password.setText("not the password at all")
        dialog.act.click()
        here.settle(qtbot)
        assert dialog.isVisible()
        assert dialog.form.fields["password"].error == "That is not your password."
        assert dialog.password.text() == ""
        dialog.password.setText(PASSWORDS["doctor"])
        dialog.act.click()
        here.settle(qtbot)
        assert not isValid(dialog)
        assert page.pane.view.count == 1
        assert page.emergency.isVisible()
        assert (
            "3 h" in page.emergency.banner.accessibleName() or "4 h" in page.emergency.banner.accessibleName()
        )
        clock.advance(timedelta(hours=4))
        page.emergency.show_access(page.emergency.access)
        assert not page.emergency.isVisible()
        assert len(clinic.emergency.to_review(admin)) == 1
        page.hide()

    def test_somebody_else_looks_at_it(
        self, qtbot: QtBot, room: Opened, clinic: Clinic, doctor: Actor, admin: Actor, patient: Patient
    ) -> None:
        for who, actor in (("doctor", doctor), ("admin", admin)):
            clinic.emergency.open(
                actor,
                OpenInEmergency(
                    patient_id=patient.id,
                    reason="Collapsed in the waiting room",
                    password=SecretStr(PASSWORDS[who]),
                ),
            )
        here = room(admin)
        page = PrivacyPage(here.desk)
        here.show(page)
        page.load()
        here.settle(qtbot)
        shown = cast("EmergencyList", page.lists["emergencies"])
        assert shown.list.model.rowCount() == 2
        for row in range(2):
            shown.list.table.select_row(row)
            access = shown.list.chosen
            assert access is not None
            assert shown.review.isEnabled() == (access.account_id == doctor.account_id)
        others = next(
            row
            for row in range(2)
            if shown.list.model.record(row).account_id == doctor.account_id  # type: ignore[attr-defined]
        )
        shown.list.table.select_row(others)
        shown.review.click()
        dialog = cast("ReasonAsked", here.dialog())
        dialog.reason.setPlainText("Asked the doctor")
        dialog.act.click()
        here.settle(qtbot)
        assert shown.list.model.rowCount() == 1
        assert not shown.review.isEnabled()
        shown.chart.click()
        assert here.charts == [patient.id]


class TestHandingOut:
    def test_the_passphrase_is_shown_once_and_opens_the_archive(
        self, qtbot: QtBot, room: Opened, doctor: Actor, admin: Actor, patient: Patient, tmp_path: Path
    ) -> None:
        here = room(admin)
        dialog = HandOutDialog(here.desk, here.window, patient, WHO)
        dialog.open_layer()
        dialog.save_to(tmp_path / "early.zip")
        assert dialog.form.fields["recipient"].error
        dialog.recipient.setText("City Hospital")
        dialog.purpose.setText("asked for by the patient")
        dialog.save_to(tmp_path / "record.zip")
        here.settle(qtbot)
        shown = cast("PassphraseDialog", here.dialog())
        with pyzipper.AESZipFile(tmp_path / "record.zip") as archive:
            archive.setpassword(shown.passphrase.text().encode())
            assert "record.pdf" in archive.namelist()
            assert archive.testzip() is None
        assert not (tmp_path / "early.zip").exists()
        shown.close_layer()
        sheet = DisclosuresSheet(here.desk, here.window, patient.id, WHO)
        sheet.load()
        here.settle(qtbot)
        assert [one.recipient for one in sheet.found] == ["City Hospital"]
        sheet.close_layer()

    def test_a_target_that_cannot_be_written_leaves_the_dialog(
        self, qtbot: QtBot, room: Opened, admin: Actor, patient: Patient, tmp_path: Path
    ) -> None:
        here = room(admin)
        dialog = HandOutDialog(here.desk, here.window, patient, WHO)
        dialog.open_layer()
        dialog.recipient.setText("City Hospital")
        dialog.purpose.setText("asked for by the patient")
        dialog.save_to(tmp_path / "nowhere" / "record.zip")
        here.settle(qtbot)
        assert dialog.isVisible() and not dialog.act.busy

    @pytest.mark.parametrize("how", ["escape", "seat taken"])
    def test_nothing_is_handed_out_whose_passphrase_nobody_would_see(
        self, qtbot: QtBot, room: Opened, admin: Actor, patient: Patient, tmp_path: Path, how: str
    ) -> None:
        here = room(admin)
        dialog = HandOutDialog(here.desk, here.window, patient, WHO)
        dialog.open_layer()
        dialog.recipient.setText("City Hospital")
        dialog.purpose.setText("asked for by the patient")
        dialog.save_to(tmp_path / "record.zip")
        assert dialog.dirty is not None and dialog.dirty()
        if how == "escape":
            qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        else:
            delete(dialog)
        here.settle(qtbot)
        assert not list(tmp_path.glob("record*"))
        assert here.desk.clinic.disclosures.list(admin, patient.id) == ()
        if how == "escape":
            assert dialog.isVisible() and not dialog.act.busy


class TestErasing:
    def test_one_asks_and_another_agrees(
        self, qtbot: QtBot, room: Opened, clinic: Clinic, admin: Actor, reception: Actor, patient: Patient
    ) -> None:
        here = room(admin)
        dialog = ErasureDialog(here.desk, here.window, patient, WHO)
        dialog.open_layer()
        dialog.reason.setPlainText("asked for in writing")
        assert not dialog.overrule.isVisible()
        dialog.act.click()
        here.settle(qtbot)
        assert dialog.overrule.isVisible()
        dialog.overrule.setChecked(True)
        dialog.act.click()
        here.settle(qtbot)
        assert here.said and not isValid(dialog)
        shown = ErasureList(here.desk)
        here.show(shown)
        shown.refresh()
        here.settle(qtbot)
        assert shown.list.model.rowCount() == 1
        assert not shown.approve.isEnabled() and shown.withdraw.isEnabled()

        second = room(person(clinic, "second", frozenset({Role.ADMIN})))
        theirs = ErasureList(_with_permissions(second, admin))
        second.show(theirs)
        theirs.refresh()
        second.settle(qtbot)
        assert theirs.approve.isEnabled()
        theirs.approve.click()
        question = second.dialog()
        assert "backups" in question.text.text()
        next(one for one in question.findChildren(Button) if one.text() == "Erase for good").click()
        second.settle(qtbot)
        assert second.said == ["The record was erased"]
        assert theirs.list.model.rowCount() == 0
        with pytest.raises(NotFound, match=f"^{ErrorCode.PATIENT_PURGED.value}$"):
            clinic.patients.get(reception, patient.id)

    def test_withdrawing(
        self, qtbot: QtBot, room: Opened, clinic: Clinic, admin: Actor, patient: Patient
    ) -> None:
        clinic.purges.ask(
            admin, AskForPurge(patient_id=patient.id, reason="asked for in writing", overrule=True)
        )
        here = room(admin)
        shown = ErasureList(here.desk)
        here.show(shown)
        shown.refresh()
        here.settle(qtbot)
        shown.withdraw.click()
        here.settle(qtbot)
        assert shown.list.model.rowCount() == 0


class TestTheChartMenu:
    def offered(self, room: Room, patient: Patient) -> list[str]:
        menu = Menu(room.window)
        add_privacy(menu, room.desk, room.window, patient, WHO)
        return [action.text().partition("\t")[0] for action in menu.actions()]

    def test_it_offers_what_the_person_may(
        self, room: Opened, admin: Actor, reception: Actor, doctor: Actor, patient: Patient
    ) -> None:
        assert self.offered(room(reception), patient) == ["Hand out a copy…"]
        assert self.offered(room(doctor), patient) == [
            "Hand out a copy…",
            "To whom it was given",
            "Give access…",
        ]
        assert self.offered(room(admin), patient) == [
            "Hand out a copy…",
            "To whom it was given",
            "Give access…",
            "Restrict the record…",
            "Set a legal hold…",
            "Ask for erasure…",
        ]

    def test_restricting_and_lifting(
        self, qtbot: QtBot, room: Opened, clinic: Clinic, admin: Actor, patient: Patient
    ) -> None:
        here = room(admin)
        PrivacyActs(here.desk, here.window, patient, WHO).restrict()
        dialog = cast("ReasonAsked", here.dialog())
        dialog.act.click()
        assert dialog.field.error
        dialog.reason.setPlainText("the patient disputes it")
        dialog.act.click()
        here.settle(qtbot)
        fresh = clinic.patients.get(admin, patient.id)
        assert fresh.restricted_at is not None
        assert "Lift the restriction" in self.offered(here, fresh)
        PrivacyActs(here.desk, here.window, fresh, WHO).lift()
        here.settle(qtbot)
        assert clinic.patients.get(admin, patient.id).restricted_at is None


def _with_permissions(room: Room, like: Actor) -> Desk:
    """What a sign-in would have told this desk of its person's permissions."""
    room.desk.actor = replace(room.desk.actor, permissions=like.permissions)
    return room.desk
