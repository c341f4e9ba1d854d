"""The details of a chart: verified, contacts, consents, photo, and who opened it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.consents import ConsentAnswer, ConsentKind, RecordConsent
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.related_persons import AddRelatedPerson, Relationship
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.audit.access_tab import AccessTab
from meditrack_desktop.ui.patients.chart.consents import ConsentSheet
from meditrack_desktop.ui.patients.chart.contacts import ContactSheet
from meditrack_desktop.ui.patients.chart.entry_rows import EntryRow
from meditrack_desktop.ui.patients.chart.photo import remove_photo, set_photo
from meditrack_desktop.ui.widgets import Label
from tests.ui.patients.conftest import DeskWindow

OpenDesk = Callable[..., DeskWindow]


def labels(widget: object) -> str:
    found = widget.findChildren(Label)  # type: ignore[attr-defined]
    return " | ".join(label.text() for label in found if label.isVisible())


def rows(widget: object) -> list[str]:
    found = widget.findChildren(EntryRow)  # type: ignore[attr-defined]
    return [row.accessibleName() for row in found if row.isVisible()]


def test_details_are_verified_with_a_stamp(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    page = desk.chart(people["Mara"].id)
    page.show_tab("details")
    assert page.details.stamped.text() == "Not verified with the patient yet"
    assert page.details.verify is not None
    page.details.verify.click()
    desk.settle()
    assert page.details.stamped.text() == "Verified 18 Nov 2026 by Rosa Ontwerp"
    assert clinic.patients.get(reception, people["Mara"].id).verified_by_name == "Rosa Ontwerp"
    assert any("Mara Fictanova, born 5 Apr 1988" in text for text, _undo in desk.said)


def test_a_contact_is_added_corrected_and_ended_with_undo(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, people: dict[str, Patient]
) -> None:
    mara = people["Mara"]
    desk = open_desk()
    page = desk.chart(mara.id)
    page.show_tab("details")
    page.details.contacts.edit(None)
    sheet = page.details.contacts.sheet
    assert isinstance(sheet, ContactSheet) and sheet.who.text() == "Mara Fictanova, born 5 Apr 1988"
    desk.press("Piotr Fictanov")
    sheet.relationship.set_value(Relationship.PARENT)
    sheet.phone.setText("+44 20 7946 0142")
    sheet.guardian.setChecked(True)
    sheet.name.setFocus()
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    (person,) = clinic.related_persons.of_patient(reception, mara.id)
    assert (person.name, person.relationship, person.guardian) == (
        "Piotr Fictanov",
        Relationship.PARENT,
        True,
    )
    assert rows(page.details.contacts) == ["Piotr Fictanov, parent, guardian, 020 7946 0142"]
    page.details.contacts.edit(person)
    sheet = page.details.contacts.sheet
    assert sheet is not None and sheet.wrong is not None
    sheet.wrong.click()
    desk.settle()
    assert clinic.related_persons.of_patient(reception, mara.id) == ()
    text, undo = desk.said[-1]
    assert "no longer a contact" in text and undo is not None
    undo()
    desk.settle()
    assert [one.name for one in clinic.related_persons.of_patient(reception, mara.id)] == ["Piotr Fictanov"]


def test_whom_to_call_in_an_emergency_stands_in_the_overview_of_the_desk(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, people: dict[str, Patient]
) -> None:
    clinic.related_persons.add(
        reception,
        AddRelatedPerson(
            patient_id=people["Mara"].id,
            name="Piotr Fictanov",
            relationship=Relationship.PARTNER,
            phone="07700 900123",
            emergency_contact=True,
        ),
    )
    page = open_desk().chart(people["Mara"].id)
    shown = labels(page.overview.contact)
    assert "In an emergency" in shown and "Piotr Fictanov, partner\n07700 900123" in shown


def test_a_new_answer_follows_the_old_one_and_stands_in_the_band(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, people: dict[str, Patient]
) -> None:
    mara = people["Mara"]
    clinic.consents.record(
        reception,
        RecordConsent(
            patient_id=mara.id,
            kind=ConsentKind.TREATMENT,
            answer=ConsentAnswer.GIVEN,
            answered_on=date(2026, 11, 2),
        ),
    )
    desk = open_desk()
    page = desk.chart(mara.id)
    from tests.ui.patients.test_chart_clinical import band

    assert "Consent given 2 Nov 2026" in band(page)
    page.show_tab("details")
    assert "Treatment, Given 2 Nov 2026, Rosa Ontwerp" in rows(page.details.consents)
    page.details.consents.ask(ConsentKind.TREATMENT)
    sheet = page.details.consents.sheet
    assert isinstance(sheet, ConsentSheet)
    assert sheet.answer.value() == ConsentAnswer.WITHDRAWN, "what follows on a yes"
    sheet.save.click()
    desk.settle()
    answers = [one.answer for one in clinic.consents.of_patient(reception, mara.id)]
    assert sorted(answers) == [ConsentAnswer.GIVEN, ConsentAnswer.WITHDRAWN]
    assert "Consent withdrawn 18 Nov 2026" in band(page)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "face.png"
    image = QImage(240, 320, QImage.Format.Format_RGB32)
    image.fill(QColor(200, 30, 60))
    assert image.save(str(path))
    return path


def test_a_photo_takes_the_place_of_the_initials_and_goes_again(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, people: dict[str, Patient], picture: Path
) -> None:
    mara = people["Mara"]
    desk = open_desk()
    page = desk.chart(mara.id)
    assert page.header.avatar.picture is None
    set_photo(desk.desk, page, mara, picture)
    desk.settle()
    assert clinic.patients.get(reception, mara.id).photo_id is not None
    assert page.header.avatar.picture is not None
    colour = page.header.avatar.grab().toImage().pixelColor(28, 28)
    assert colour.red() > 150 and colour.green() < 90
    other = desk.chart(people["Bruno"].id)
    assert other.header.avatar.picture is None
    patient = page.patient
    assert patient is not None
    remove_photo(desk.desk, page, patient)
    desk.settle()
    page.refresh()
    desk.settle()
    assert page.header.avatar.picture is None


def test_a_photo_of_another_patient_that_comes_late_is_dropped(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, people: dict[str, Patient], picture: Path
) -> None:
    desk = open_desk()
    page = desk.chart(people["Mara"].id)
    portrait = page.header.avatar
    asked = (people["Bruno"].id, people["Bruno"].id)
    portrait._take(asked, picture.read_bytes())
    assert portrait.picture is None


def test_what_is_no_picture_is_refused_in_words(
    open_desk: OpenDesk, people: dict[str, Patient], tmp_path: Path
) -> None:
    from meditrack_desktop.ui.widgets import Toasts

    wrong = tmp_path / "face.png"
    wrong.write_bytes(b"MZ this is a program")
    desk = open_desk()
    page = desk.chart(people["Mara"].id)
    set_photo(desk.desk, page, people["Mara"], wrong)
    desk.settle()
    toasts = desk.window.findChild(Toasts)
    assert toasts is not None and toasts.shown and toasts.shown[-1].text
    assert page.header.avatar.picture is None


def test_the_access_log_is_there_for_who_may_read_it_and_for_ones_own_acts(
    open_desk: OpenDesk, admin: Actor, doctor: Actor, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    page = desk.chart(people["Mara"].id)
    assert "access" not in page._tab_pages
    office = open_desk(admin)
    page = office.chart(people["Mara"].id)
    page.show_tab("access")
    office.settle()
    assert isinstance(page.access, AccessTab)
    assert "Rosa Ontwerp" in {access.account_name for access in page.access.found}
    assert "Rosa Ontwerp" in labels(page.access)
    own = open_desk(doctor)
    page = own.chart(people["Mara"].id)
    page.show_tab("access")
    own.settle()
    shown = labels(page.access)
    assert "What you did in this chart" in shown and "Rosa Ontwerp" not in shown
    assert "Dr. Ines Modelo" in shown
