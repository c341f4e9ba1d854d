"""Registering and editing at the desk: wrong entries, people known already, two desks at one patient."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.names import split_name
from meditrack_desktop.domain.patients import FindPatients, Gender, Patient, RegisterPatient
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.patients.birth_field import read_birth_date
from meditrack_desktop.ui.patients.register import EditSheet, RegisterSheet, open_edit, open_register
from meditrack_desktop.ui.widgets import Button, Dialog, Label
from tests.makers.people import a_patient, an_edit
from tests.ui.patients.conftest import DeskWindow

OpenDesk = Callable[..., DeskWindow]
CONTROL = Qt.KeyboardModifier.ControlModifier
TODAY = date(2026, 11, 18)


def register(
    desk: DeskWindow, name: str = "", then: Callable[[Patient], object] | None = None
) -> RegisterSheet:
    return open_register(desk.desk, desk.window, name, then)


def is_gone(sheet: QWidget) -> bool:
    return not isValid(sheet) or not sheet.isVisible()


def everybody(clinic: Clinic, actor: Actor) -> list[str]:
    return [line.name for line in clinic.patients.find(actor, FindPatients()).lines]


@pytest.mark.parametrize(
    ("typed", "given", "family"),
    [
        ("mara fictanova", "Mara", "Fictanova"),
        ("Fictanova, Mara", "Mara", "Fictanova"),
        ("testholm", "", "Testholm"),
        ("Anna van der Berg", "Anna", "van der Berg"),
        ("Anna Maria McExample", "Anna Maria", "McExample"),
        ("mara 1988", "", "Mara"),
        ("0142", "", ""),
    ],
)
def test_a_typed_name_is_split_as_people_read_it(typed: str, given: str, family: str) -> None:
    assert split_name(typed) == (given, family)


@pytest.mark.parametrize(
    ("typed", "born"),
    [
        ("1988-04-05", "1988-04-05"),
        ("5 Apr 1988", "1988-04-05"),
        ("05041988", "1988-04-05"),
        ("5.4.71", "1971-04-05"),
        ("5 Apr 30", "1930-04-05"),
        ("Apr 1988", "1988-04"),
        ("4/1988", "1988-04"),
        ("1988", "1988"),
        ("31 Feb 1990", None),
        ("13/1988", None),
        ("tomorrow", None),
        ("-3d", None),
        ("5 Apr", None),
        ("soon", None),
    ],
)
def test_birth_dates_are_read_whole_or_in_part_and_never_guessed(typed: str, born: str | None) -> None:
    assert read_birth_date(typed, TODAY) == (BirthDate.parse(born) if born else None)


def test_registering_with_a_wrong_e_mail_then_right(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor
) -> None:
    desk, kept = open_desk(), []
    sheet = register(desk, "Testhlom", kept.append)
    form = sheet.fields
    assert form.family.text() == "Testhlom"
    assert form.given.hasFocus()
    desk.press("Jonas")
    form.birth.setText("12 Oct 1990")
    form.phone.setText("020 7946 0101")
    email = form.form.fields["email"]
    email.field.setText("jonas@")  # type: ignore[attr-defined]
    desk.press(Qt.Key.Key_Return, CONTROL)
    desk.settle()
    assert email.error
    assert email.field.hasFocus()
    assert everybody(clinic, reception) == []
    email.field.setText("jonas@patients.example")  # type: ignore[attr-defined]
    form.gender.set_value(Gender.MALE)
    desk.press(Qt.Key.Key_Return, CONTROL)
    desk.settle()
    (patient,) = kept
    assert (patient.name, patient.email, patient.gender) == (
        "Jonas Testhlom",
        "jonas@patients.example",
        Gender.MALE,
    )
    assert patient.birth_date == BirthDate(1990, 10, 12)
    assert patient.phones[0].e164 == "+442079460101"
    assert is_gone(sheet)
    assert desk.said[-1][0] == "Jonas Testhlom registered"


def test_tab_goes_through_the_phones_in_the_order_they_are_read(open_desk: OpenDesk) -> None:
    desk = open_desk()
    phones = register(desk).fields.phones
    phones.first.setFocus(Qt.FocusReason.TabFocusReason)
    desk.press("020 7946 0101")
    for stop in (phones.rows[0].use, phones.more):
        desk.press(Qt.Key.Key_Tab)
        assert stop.hasFocus()
    desk.press(Qt.Key.Key_Space)
    desk.settle()
    desk.press("020 7946 0102")
    second = phones.rows[1]
    assert second.gone is not None
    for stop in (second.use, second.gone, phones.more):
        desk.press(Qt.Key.Key_Tab)
        assert stop.hasFocus()
    assert [phone["value"] for phone in phones.value()] == ["020 7946 0101", "020 7946 0102"]


def test_a_date_that_is_none_is_never_dropped_in_silence(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor
) -> None:
    desk = open_desk()
    sheet = register(desk, "Hana Mihon")
    sheet.fields.birth.setText("31 Feb 1990")
    sheet.submit()
    desk.settle()
    assert sheet.fields.form.fields["birth_date"].error
    assert everybody(clinic, reception) == []


def test_a_birth_date_to_come_is_refused(open_desk: OpenDesk, clinic: Clinic, reception: Actor) -> None:
    desk = open_desk()
    sheet = register(desk, "Hana Mihon")
    sheet.fields.birth.setText("19 Nov 2026")
    sheet.submit()
    desk.settle()
    assert "still to come" in sheet.fields.form.fields["birth_date"].error
    assert everybody(clinic, reception) == []


def test_somebody_without_any_name_is_refused_beside_the_field(open_desk: OpenDesk) -> None:
    desk = open_desk()
    sheet = register(desk)
    sheet.submit()
    assert sheet.fields.form.fields["family"].error
    assert sheet.fields.family.hasFocus()


@pytest.mark.parametrize(
    "typed",
    [
        {"given": "mara", "family": "fictanova"},
        {"phone": "020 7946 0142"},
        {"given": "Marah", "family": "Fictanova", "birth": "5 Apr 1988"},
    ],
)
def test_somebody_known_already_is_shown_while_typing(
    open_desk: OpenDesk, people: dict[str, Patient], typed: dict[str, str]
) -> None:
    desk = open_desk()
    sheet = register(desk)
    for name, text in typed.items():
        getattr(sheet.fields, name).setText(text)
    desk.qtbot.wait(300)
    desk.settle()
    assert sheet.notice.isVisible()
    assert people["Mara"].id in {one.line.id for one in sheet.notice.lines}


def test_a_second_record_of_one_name_and_birth_date_needs_saying_so(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    sheet = register(desk, "Mara Fictanova")
    sheet.fields.birth.setText("5 Apr 1988")
    desk.qtbot.wait(300)
    desk.settle()
    before = everybody(clinic, reception)
    sheet.submit()
    desk.settle()
    (dialog,) = (one for one in desk.window.findChildren(Dialog) if one.isVisible())
    keep = dialog.findChildren(Button)[0]
    assert keep.hasFocus() and people["Mara"].mrn in dialog.findChildren(Label)[1].text()
    keep.click()
    desk.settle()
    assert sheet.isVisible() and everybody(clinic, reception) == before
    sheet.submit()
    (dialog,) = (one for one in desk.window.findChildren(Dialog) if one.isVisible())
    dialog.findChildren(Button)[1].click()
    desk.settle()
    assert everybody(clinic, reception).count("Mara Fictanova") == before.count("Mara Fictanova") + 1
    assert is_gone(sheet)


def test_opening_the_known_patient_asks_before_typed_words_are_lost(
    open_desk: OpenDesk, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    sheet = register(desk)
    sheet.fields.given.setText("Noah")
    sheet.fields.family.setText("Stubson")
    desk.qtbot.wait(300)
    desk.settle()
    sheet.notice.findChildren(Button)[0].click()
    (dialog,) = desk.window.findChildren(Dialog)
    assert desk.asked == []
    dialog.findChildren(Button)[1].click()
    assert desk.asked == [("patient", people["Noah"].id)]
    assert is_gone(sheet)


def test_nobody_alike_shows_no_warning(open_desk: OpenDesk, people: dict[str, Patient]) -> None:
    desk = open_desk()
    sheet = register(desk)
    sheet.fields.given.setText("Grace")
    sheet.fields.family.setText("Proxley")
    desk.qtbot.wait(300)
    desk.settle()
    assert not sheet.notice.isVisible()


def test_escape_with_typed_words_asks_keep_editing_or_discard(open_desk: OpenDesk) -> None:
    desk = open_desk()
    sheet = register(desk)
    desk.press("Hana")
    desk.press(Qt.Key.Key_Escape)
    (dialog,) = desk.window.findChildren(Dialog)
    keep, discard = dialog.findChildren(Button)
    keep.click()
    assert sheet.isVisible() and sheet.fields.given.text() == "Hana"
    desk.settle()
    sheet.dismiss()
    (dialog,) = desk.window.findChildren(Dialog)
    dialog.findChildren(Button)[1].click()
    assert is_gone(sheet)
    assert discard is not None


def test_entries_stay_when_the_server_does_not_answer_and_are_kept_once(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk()
    sheet = register(desk, "Hana Mihon")
    real = clinic.patients.register

    def answer_lost(actor: Actor, command: RegisterPatient) -> Patient:
        real(actor, command)
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)

    with monkeypatch.context() as patch:
        patch.setattr(clinic.patients, "register", answer_lost)
        sheet.submit()
        desk.settle()
        assert sheet.isVisible() and sheet.refusal is not None
        assert sheet.fields.family.text() == "Mihon"
    sheet.submit()
    desk.settle()
    assert is_gone(sheet)
    assert everybody(clinic, reception) == ["Hana Mihon"]


def test_an_edit_keeps_what_the_form_does_not_show(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor
) -> None:
    patient = clinic.patients.register(
        reception, a_patient("Mihon", "Hana", "020 7946 0001", "020 7946 0002", "020 7946 0003")
    )
    desk = open_desk()
    sheet = open_edit(desk.desk, desk.window, patient)
    sheet.fields.phone.setText("020 7946 0009")
    sheet.submit()
    desk.settle()
    now = clinic.patients.get(reception, patient.id)
    assert [phone.value for phone in now.phones] == ["020 7946 0009", "020 7946 0002", "020 7946 0003"]
    assert now.gender == patient.gender


def conflicting(desk: DeskWindow, clinic: Clinic, doctor: Actor, patient: Patient) -> EditSheet:
    """I change the town and the note; meanwhile somebody else changes the note and the e-mail."""
    sheet = open_edit(desk.desk, desk.window, patient)
    clinic.patients.edit(doctor, an_edit(patient, note="Uses a wheelchair", email="mara@patients.example"))
    sheet.fields.form.fields["address.city"].field.setText("Exampleton")  # type: ignore[attr-defined]
    sheet.fields.form.fields["note"].field.setPlainText("Prefers mornings")  # type: ignore[attr-defined]
    sheet.submit()
    desk.settle()
    assert sheet.conflict is not None and sheet.conflict.isVisible()
    return sheet


def test_two_desks_at_one_patient_choose_field_by_field(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, doctor: Actor, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    sheet = conflicting(desk, clinic, doctor, people["Mara"])
    dialog = sheet.conflict
    assert dialog is not None
    assert set(dialog.choices) == {"note", "email", "address"}
    assert "Mara Fictanova, born 5 Apr 1988" in dialog.text.text()
    own, other = dialog.choices["note"]
    assert (own.isChecked(), other.isChecked()) == (True, False)
    assert dialog.choices["email"][1].isChecked()
    other.click()
    dialog.save.click()
    desk.settle()
    now = clinic.patients.get(reception, people["Mara"].id)
    assert (now.note, now.email, now.address.city) == (
        "Uses a wheelchair",
        "mara@patients.example",
        "Exampleton",
    )
    assert is_gone(sheet)


def test_keeping_theirs_saves_nothing(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, doctor: Actor, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    sheet = conflicting(desk, clinic, doctor, people["Mara"])
    assert sheet.conflict is not None
    sheet.conflict.theirs.click()
    desk.settle()
    now = clinic.patients.get(reception, people["Mara"].id)
    assert (now.note, now.address.city, now.version) == ("Uses a wheelchair", "", people["Mara"].version + 1)
    assert is_gone(sheet)
