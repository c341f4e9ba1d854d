"""Callers first, records later: taken down in one dialog, completed or discarded when they come."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.patients import FindPatients, Patient, PhoneInput, TakeDownPatient
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.patients.reason_dialog import ReasonDialog
from meditrack_desktop.ui.patients.register import EditSheet, RegisterSheet, open_edit
from meditrack_desktop.ui.patients.take_down import TakeDownDialog, open_take_down
from meditrack_desktop.ui.widgets import Button
from tests.makers.people import a_patient
from tests.ui.patients.conftest import DeskWindow

OpenDesk = Callable[..., DeskWindow]
CONTROL = Qt.KeyboardModifier.ControlModifier
ENTER, TAB = Qt.Key.Key_Return, Qt.Key.Key_Tab


def taken(clinic: Clinic, actor: Actor, text: str) -> Patient:
    (line,) = clinic.patients.find(actor, FindPatients(text=text, include_archived=True)).lines
    return clinic.patients.get(actor, line.id)


def caller(clinic: Clinic, actor: Actor, name: str = "Piotr Przykład") -> Patient:
    return clinic.patients.take_down(
        actor, TakeDownPatient(name=name, phone=PhoneInput(value="07400 123456"))
    )


def is_gone(layer: QWidget) -> bool:
    return not isValid(layer) or not layer.isVisible()


def test_name_tab_phone_enter_takes_a_caller_down_and_books_next(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor
) -> None:
    desk = open_desk()
    dialog = open_take_down(desk.desk, desk.window)
    assert dialog.name.hasFocus()
    desk.press("anna van der berg")
    desk.press(TAB)
    desk.press("07400 123456")
    desk.press(ENTER)
    desk.settle()
    patient = taken(clinic, reception, "berg")
    assert (patient.given, patient.family, patient.provisional) == ("Anna", "van der Berg", True)
    assert patient.phones[0].e164 == "+447400123456"
    assert desk.asked == [("book", patient.id)] and is_gone(dialog)
    assert desk.said[-1][0] == "Anna van der Berg taken down"


def test_a_typed_name_stands_there_and_only_the_phone_is_asked(open_desk: OpenDesk) -> None:
    desk = open_desk()
    assert open_take_down(desk.desk, desk.window, "Testhlom").phone.hasFocus()


def test_a_number_alone_asks_for_the_name(open_desk: OpenDesk, clinic: Clinic, reception: Actor) -> None:
    desk = open_desk()
    dialog = open_take_down(desk.desk, desk.window, "", "07400 123456")
    assert dialog.name.hasFocus()
    desk.press(ENTER)
    assert dialog.form.fields["name"].error and dialog.name.hasFocus()
    assert clinic.patients.find(reception, FindPatients()).total == 0


def test_ctrl_enter_only_takes_down(open_desk: OpenDesk, clinic: Clinic, reception: Actor) -> None:
    desk = open_desk()
    open_take_down(desk.desk, desk.window, "Testhlom")
    desk.press(ENTER, CONTROL)
    desk.settle()
    assert desk.asked == [("patient", taken(clinic, reception, "testhlom").id)]


def test_whoever_asked_for_the_patient_is_given_them(open_desk: OpenDesk) -> None:
    desk, kept = open_desk(), []
    dialog = open_take_down(desk.desk, desk.window, "Testhlom", "", kept.append)
    assert dialog.only is None
    desk.press(ENTER)
    desk.settle()
    assert [patient.family for patient in kept] == ["Testhlom"] and desk.asked == []


def test_somebody_known_is_shown_while_typing_and_can_be_taken_instead(
    open_desk: OpenDesk, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    dialog = open_take_down(desk.desk, desk.window)
    desk.press("mara fictanova")
    desk.qtbot.wait(300)
    desk.settle()
    assert dialog.notice.isVisible()
    assert people["Mara"].id in {one.line.id for one in dialog.notice.lines}
    dialog.notice.openRequested.emit(people["Mara"].id)
    desk.settle()
    assert desk.asked == [("patient", people["Mara"].id)] and is_gone(dialog)


def test_a_caller_taken_down_again_after_a_lost_answer_is_there_once(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk()
    dialog = open_take_down(desk.desk, desk.window, "Testhlom")
    real = clinic.patients.take_down

    def answer_lost(actor: Actor, command: TakeDownPatient) -> Patient:
        real(actor, command)
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)

    with monkeypatch.context() as patch:
        patch.setattr(clinic.patients, "take_down", answer_lost)
        desk.press(ENTER)
        desk.settle()
        assert dialog.isVisible() and dialog.refusal is not None
    desk.press(ENTER)
    desk.settle()
    assert clinic.patients.find(reception, FindPatients(text="testhlom")).total == 1


def test_all_details_goes_on_in_the_full_form(open_desk: OpenDesk) -> None:
    desk = open_desk()
    dialog = open_take_down(desk.desk, desk.window, "Anna Proxley", "07400 123456")
    dialog.more.click()
    desk.settle()
    (sheet,) = desk.window.findChildren(RegisterSheet)
    form = sheet.fields
    assert (form.given.text(), form.family.text(), form.phone.text()) == ("Anna", "Proxley", "07400 123456")


def test_the_list_tags_the_record_and_e_completes_it(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor
) -> None:
    patient = caller(clinic, reception)
    desk = open_desk()
    desk.desk.go.completeRequested.connect(lambda who: desk.asked.append(("complete", who)))
    page = desk.list()
    cell = page.cells.cell(page.model.record(0), "name")
    assert [tag.text for tag in cell.tags] == ["To complete"]
    page.table.setFocus()
    desk.press(Qt.Key.Key_E)
    assert desk.asked == [("complete", patient.id)]
    assert "Complete the record" in [
        button.text() for button in page.preview.findChildren(Button) if button.isVisible()
    ]


def test_completing_makes_the_record_whole(open_desk: OpenDesk, clinic: Clinic, reception: Actor) -> None:
    patient = caller(clinic, reception)
    desk = open_desk()
    sheet = open_edit(desk.desk, desk.window, patient)
    assert sheet.save.text() == "Complete record"
    sheet.fields.birth.setText("4 Mar 1971")
    sheet.fields.phones.add("020 7946 0101", "work")
    sheet.fields.interpreter.setChecked(True)
    desk.press(ENTER, CONTROL)
    desk.settle()
    now = clinic.patients.get(reception, patient.id)
    assert not now.provisional and now.birth_date is not None and now.birth_date.iso() == "1971-03-04"
    assert [(phone.value, phone.use) for phone in now.phones] == [
        ("07400 123456", "mobile"),
        ("020 7946 0101", "work"),
    ]
    assert now.interpreter


def test_a_wrong_number_is_discarded_with_a_reason(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor
) -> None:
    patient = caller(clinic, reception)
    desk = open_desk()
    sheet = open_edit(desk.desk, desk.window, patient)
    assert sheet.discard is not None
    sheet.discard.click()
    desk.settle()
    (dialog,) = desk.window.findChildren(ReasonDialog)
    dialog.reason.setPlainText("wrong number")
    dialog.act.click()
    desk.settle()
    assert is_gone(dialog) and is_gone(sheet)
    assert taken(clinic, reception, "przyklad").archive_reason == "wrong number"


def test_a_whole_record_is_edited_and_never_discarded(
    open_desk: OpenDesk, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    sheet: EditSheet = open_edit(desk.desk, desk.window, people["Mara"])
    assert sheet.discard is None and sheet.save.text() == "Save patient"


def test_escape_with_typed_words_asks_first(open_desk: OpenDesk) -> None:
    desk = open_desk()
    dialog: TakeDownDialog = open_take_down(desk.desk, desk.window)
    desk.press("Hana")
    desk.press(Qt.Key.Key_Escape)
    assert dialog.isVisible()


def test_an_edit_keeps_wishes_and_how_to_reach_somebody(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor
) -> None:
    patient = clinic.patients.register(
        reception,
        a_patient("Mihon", "Hana", preferences="Ground floor", contact_by="message", interpreter=True),
    )
    desk = open_desk()
    sheet = open_edit(desk.desk, desk.window, patient)
    sheet.fields.family.setText("Mihonova")
    sheet.submit()
    desk.settle()
    now = clinic.patients.get(reception, patient.id)
    assert (now.preferences, now.contact_by, now.interpreter) == ("Ground floor", "message", True)


def test_what_is_wrong_is_summed_up_and_leads_to_the_first(open_desk: OpenDesk) -> None:
    desk = open_desk()
    sheet = open_edit(
        desk.desk,
        desk.window,
        desk.desk.clinic.patients.register(desk.desk.actor, a_patient("Mihon", "Hana")),
    )
    email = sheet.fields.form.fields["email"].field
    email.setText("hana@")  # type: ignore[attr-defined]
    sheet.submit()
    assert sheet.refusal is not None and "E-mail" in sheet.refusal.accessibleName()
    sheet.save.setFocus()
    sheet.refusal.actionTriggered.emit()
    assert email.hasFocus()


@pytest.mark.parametrize(
    ("country", "order", "label"),
    [
        ("", ["street", "city", "postcode"], "Postcode"),
        ("USA", ["street", "city", "postcode"], "ZIP code"),
        ("Germany", ["street", "postcode", "city"], "Postcode"),
        ("Japan", ["postcode", "city", "street"], "Postcode"),
    ],
)
def test_an_address_is_asked_for_in_the_countrys_order(
    open_desk: OpenDesk, country: str, order: list[str], label: str
) -> None:
    desk = open_desk()
    sheet = open_edit(
        desk.desk,
        desk.window,
        desk.desk.clinic.patients.register(desk.desk.actor, a_patient("Mihon", "Hana")),
    )
    part = sheet.fields.address
    part.country.field.setFocus()
    desk.press(country) if country else None
    desk.press(TAB)
    desk.settle()
    stops = []
    for _ in range(3):
        focused = desk.window.window().focusWidget()
        stops.append(next(name for name, one in part.parts.items() if one.field is focused))
        desk.press(TAB)
    assert stops == order
    assert part.parts["postcode"].field.accessibleName() == label


def test_enter_before_the_warning_came_never_makes_a_known_caller_twice(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    dialog = open_take_down(desk.desk, desk.window)
    desk.press("mara fictanova")
    desk.press(TAB)
    desk.press("020 7946 0142")
    desk.press(ENTER)
    desk.settle()
    assert dialog.isVisible() and dialog.refusal is not None
    assert clinic.patients.find(reception, FindPatients(text="mara fictanova")).total == 1
    desk.press(ENTER)
    desk.settle()
    assert desk.asked == [("patient", people["Mara"].id)] and is_gone(dialog)


def test_somebody_else_of_that_name_and_number_is_taken_down_by_saying_so_again(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    dialog = open_take_down(desk.desk, desk.window, "Mara Fictanova", "020 7946 0142")
    desk.press(ENTER)
    desk.settle()
    dialog.save.click()
    desk.settle()
    assert clinic.patients.find(reception, FindPatients(text="mara fictanova")).total == 2
    assert is_gone(dialog)
