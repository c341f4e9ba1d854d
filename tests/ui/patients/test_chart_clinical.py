"""The clinical side of a chart: what a doctor sees and enters, what the desk does not, and what closes it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.allergies import RecordAllergy, Severity
from meditrack_desktop.domain.chart import Verification
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.medications import MedicationStatus
from meditrack_desktop.domain.observations import ObservationStatus
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.patients.chart.allergies import AllergiesSheet, AllergySheet
from meditrack_desktop.ui.patients.chart.band_tags import TagButton
from meditrack_desktop.ui.patients.chart.conditions import ConditionSheet
from meditrack_desktop.ui.patients.chart.entry_rows import EntryRow
from meditrack_desktop.ui.patients.chart.measure_row import MeasureRow
from meditrack_desktop.ui.patients.chart.measurement_history import HistorySheet, ValueSheet
from meditrack_desktop.ui.patients.chart.measurements import MeasurementsSheet
from meditrack_desktop.ui.patients.chart.medications import MedicationSheet
from meditrack_desktop.ui.patients.chart.page import ChartPage
from meditrack_desktop.ui.patients.chart.panel_table import PanelTable, said
from meditrack_desktop.ui.privacy.emergency import EmergencyDialog
from meditrack_desktop.ui.widgets import Button, Label, Tag
from tests.makers.care import as_doctor, in_care
from tests.makers.charts import MadeChart, fill_chart, sign_note
from tests.makers.people import a_patient
from tests.ui.patients.conftest import DeskWindow

OpenDesk = Callable[..., DeskWindow]


@pytest.fixture
def mara(clinic: Clinic, admin: Actor, doctor: Actor, people: dict[str, Patient]) -> Patient:
    """In the doctor's care."""
    in_care(clinic, doctor, as_doctor(clinic, admin, doctor), people["Mara"])
    return people["Mara"]


@pytest.fixture
def made(clinic: Clinic, doctor: Actor, mara: Patient, clock: FixedClock) -> MadeChart:
    return fill_chart(clinic, doctor, mara, clock.now())


def band(page: ChartPage) -> list[str]:
    """What the tags of the head say, in their order."""
    tags = [page.header.tags.flow.itemAt(at).widget() for at in range(page.header.tags.flow.count())]
    return [tag.accessibleName() for tag in tags if isinstance(tag, TagButton | Tag)]


def rows(page: ChartPage, kind: type = EntryRow) -> list[str]:
    return [row.accessibleName() for row in page.overview.findChildren(kind) if row.isVisible()]


def sheet_of(desk: DeskWindow, kind: type) -> object:
    desk.qtbot.wait(20)
    return next(sheet for sheet in desk.window.findChildren(kind) if sheet.isVisible())


def test_the_band_names_allergies_worst_first_and_stays_in_sight_when_small(
    open_desk: OpenDesk, doctor: Actor, mara: Patient, made: MadeChart
) -> None:
    desk = open_desk(doctor, width=960, height=560)
    page = desk.chart(mara.id)
    assert band(page)[:2] == ["Allergy: Penicillin, severe", "Latex, mild"]
    for tag in page.header.findChildren(TagButton):
        below = tag.mapTo(desk.window, tag.rect().bottomRight())
        assert desk.window.rect().contains(below), "readable without scrolling"
        assert tag.tone == "danger"
    assert page.visibleRegion().boundingRect().contains(page.header.geometry().topLeft())


def test_many_allergies_break_into_lines_and_none_is_cut(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, people: dict[str, Patient]
) -> None:
    for number in range(12):
        clinic.allergies.record(
            reception,
            RecordAllergy(patient_id=people["Noah"].id, substance=f"A substance with a long name {number}"),
        )
    desk = open_desk(width=960, height=560)
    page = desk.chart(people["Noah"].id)
    tags = page.header.findChildren(TagButton)
    assert len([tag for tag in tags if tag.isVisible()]) == 12
    for tag in tags:
        assert tag.width() == tag.sizeHint().width()
        assert page.header.rect().contains(tag.mapTo(page.header, tag.rect().bottomRight()))


def test_nobody_asked_then_none_known_then_one_is_recorded(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, people: dict[str, Patient]
) -> None:
    noah = people["Noah"]
    desk = open_desk()
    page = desk.chart(noah.id)
    assert band(page)[0] == "Allergies not asked"
    desk.press(Qt.Key.Key_A)
    asked = sheet_of(desk, AllergiesSheet)
    assert isinstance(asked, AllergiesSheet)
    assert asked.who.text() == "Noah Stubson, birth date unknown"
    asked.none.click()
    desk.settle()
    assert band(page)[0] == "No known allergies, asked 18 Nov 2026"
    desk.come_forward()
    page.acts.show_allergies()
    listed = sheet_of(desk, AllergiesSheet)
    assert isinstance(listed, AllergiesSheet)
    listed.add.click()
    form = sheet_of(desk, AllergySheet)
    assert isinstance(form, AllergySheet)
    assert QApplication.focusWidget() is form.substance
    desk.press("Penicillin")
    form.severity.set_value(Severity.SEVERE)
    form.substance.setFocus()
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    (allergy,) = clinic.allergies.of_patient(reception, noah.id).allergies
    assert (allergy.substance, allergy.severity) == ("Penicillin", Severity.SEVERE)
    assert allergy.verification is Verification.UNCONFIRMED
    assert band(page)[0] == "Allergy: Penicillin, severe, unconfirmed"
    text, undo = desk.said[-1]
    assert "Noah Stubson" in text and undo is not None
    undo()
    desk.settle()
    assert clinic.allergies.of_patient(reception, noah.id).warnings == ()


def test_the_overview_holds_conditions_medication_and_what_was_measured_last(
    open_desk: OpenDesk, doctor: Actor, mara: Patient, made: MadeChart
) -> None:
    page = open_desk(doctor).chart(mara.id)
    shown = rows(page)
    assert "Iron deficiency, since Nov 2026" in shown
    assert "Ferrous sulfate 325 mg, 1 daily, morning, New" in shown
    assert not any("Tonsillitis" in row for row in shown), "what is over is folded"
    fold = next(b for b in page.overview.clinical.conditions.findChildren(Button) if "former" in b.text())
    fold.click()
    page.overview.clinical.conditions.window().repaint()
    QApplication.processEvents()
    assert any("Tonsillitis" in row and "resolved" in row for row in rows(page))
    measured = rows(page, MeasureRow)
    assert "Blood pressure 118 / 76" in measured
    assert "Pulse 112 per min, High" in measured, "abnormal values carry a word"


def test_a_panel_stands_in_the_timeline_as_a_table_with_words_for_what_is_outside(
    open_desk: OpenDesk, doctor: Actor, mara: Patient, made: MadeChart
) -> None:
    page = open_desk(doctor).chart(mara.id)
    (table,) = [one for one in page.findChildren(PanelTable) if one.isVisible()]
    assert sorted(said(one) for one in table.values) == [
        "Ferritin 8 ng/mL, Low, 15 to 150 ng/mL",
        "Hemoglobin 10.9 g/dL, Low, 12.0 to 15.5 g/dL",
        "White cells 6.1 ×10⁹/L, In range, 4.0 to 11.0 ×10⁹/L",
    ]
    words = [label.text() for label in page.findChildren(Label) if label.isVisible()]
    assert any("pale conjunctivae" in text for text in words)


def test_a_receptionist_has_nothing_clinical_but_the_allergies(
    open_desk: OpenDesk, mara: Patient, made: MadeChart
) -> None:
    page = open_desk().chart(mara.id)
    assert page.content is not None and page.content.chart is None and page.content.closed is None
    overview = page.overview
    assert not overview.clinical.isVisible() and not overview.note.isVisible()
    assert not overview.closed.isVisible() and overview.contact.isVisible()
    words = " ".join(label.text() for label in page.findChildren(Label)) + " ".join(rows(page))
    for clinical in ("conjunctivae", "Iron deficiency", "Ferrous", "Hemoglobin"):
        assert clinical not in words
    assert band(page)[0] == "Allergy: Penicillin, severe"


def test_a_doctor_not_in_care_is_told_whom_to_ask_and_opens_it_in_an_emergency(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, people: dict[str, Patient]
) -> None:
    desk = open_desk(doctor)
    page = desk.chart(people["Bruno"].id)
    state = page.overview.closed
    assert state.isVisible() and not page.overview.clinical.isVisible()
    assert state.state.title.text() == "Clinical notes are for the care team"
    assert "Bruno Fictanova, born 17 Dec 1985" in state.state.text.text()
    next(b for b in state.findChildren(Button) if b.text() == "Emergency access").click()
    dialog = sheet_of(desk, EmergencyDialog)
    assert isinstance(dialog, EmergencyDialog)
    dialog.reason.setPlainText("Collapsed in the waiting room")
    dialog.password.setText("a long password of doctor")
    from tests.conftest import PASSWORDS

    dialog.password.setText(PASSWORDS["doctor"])
    dialog.act.click()
    desk.settle()
    assert not state.isVisible() and page.overview.clinical.isVisible()
    form = page.overview.clinical.conditions.open_form(None)
    assert form is not None and form.isVisible()
    page.emergency.end()
    desk.settle()
    assert not any(one.isVisible() for one in desk.window.findChildren(ConditionSheet))
    assert state.isVisible() and not page.overview.clinical.isVisible(), "what it opened is shut again"


def test_a_condition_is_entered_corrected_and_marked_wrong_by_keyboard(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient
) -> None:
    desk = open_desk(doctor)
    page = desk.chart(mara.id)
    section = page.overview.clinical.conditions
    section.add.setFocus()
    desk.press(Qt.Key.Key_Return)
    form = sheet_of(desk, ConditionSheet)
    assert isinstance(form, ConditionSheet) and form.who.text() == "Mara Fictanova, born 5 Apr 1988"
    desk.press("Asthma, mild")
    desk.press(Qt.Key.Key_Tab)
    desk.press("2001")
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    (condition,) = clinic.charts.of_patient(doctor, mara.id).conditions
    assert (condition.text, str(condition.onset)) == ("Asthma, mild", "2001")
    (row,) = section.findChildren(EntryRow)
    row.setFocus()
    desk.press(Qt.Key.Key_Space)
    form = sheet_of(desk, ConditionSheet)
    assert isinstance(form, ConditionSheet)
    form.text.setText("Asthma")
    form.text.setFocus()
    desk.press(Qt.Key.Key_Escape)
    assert form.isVisible(), "something typed is not thrown away by Escape"
    next(b for b in desk.window.findChildren(Button) if b.text() == "Keep editing" and b.isVisible()).click()
    desk.qtbot.wait(20)
    form.submit()
    desk.settle()
    assert clinic.charts.of_patient(doctor, mara.id).conditions[0].text == "Asthma"
    focused = QApplication.focusWidget()
    assert isinstance(focused, EntryRow) and focused.text() == "Asthma", "the row keeps the keyboard"
    desk.press(Qt.Key.Key_Space)
    form = sheet_of(desk, ConditionSheet)
    assert isinstance(form, ConditionSheet) and form.wrong is not None
    form.wrong.click()
    desk.settle()
    (condition,) = clinic.charts.of_patient(doctor, mara.id).conditions
    assert condition.verification is Verification.ENTERED_IN_ERROR
    assert [row.accessibleName() for row in section.findChildren(EntryRow) if row.isVisible()] == []
    _text, undo = desk.said[-1]
    assert undo is not None
    undo()
    desk.settle()
    (condition,) = clinic.charts.of_patient(doctor, mara.id).conditions
    assert (condition.verification, condition.text) == (Verification.CONFIRMED, "Asthma")


def test_a_wrong_date_is_said_beside_its_field_and_nothing_is_saved(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient
) -> None:
    desk = open_desk(doctor)
    page = desk.chart(mara.id)
    form = page.overview.clinical.conditions.open_form(None)
    assert form is not None
    form.text.setText("Asthma")
    form.onset.setText("31 Feb 2001")
    form.submit()
    assert form.form.fields["onset"].error
    form.onset.setText("2 Dec 2099")
    form.submit()
    assert form.form.fields["onset"].error == "This day is still to come."
    desk.settle()
    assert clinic.charts.of_patient(doctor, mara.id).conditions == ()
    form.close_layer()


def test_medication_is_entered_under_the_allergies(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient, made: MadeChart
) -> None:
    from meditrack_desktop.ui.widgets import Banner

    desk = open_desk(doctor)
    page = desk.chart(mara.id)
    form = page.overview.clinical.medications.open_form(None)
    assert isinstance(form, MedicationSheet)
    (warning,) = [one for one in form.findChildren(Banner) if one.isVisible()]
    assert "Penicillin, severe" in warning.accessibleName()
    form.text.setFocus()
    desk.press("Salbutamol inhaler")
    form.dosage.setText("when needed")
    form.ended.setText("1 Dec 2026")
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    found = [one for one in clinic.charts.of_patient(doctor, mara.id).medications if "Salb" in one.text]
    assert [(one.dosage, str(one.ended), one.status) for one in found] == [
        ("when needed", "2026-12-01", MedicationStatus.ACTIVE)
    ]


def test_two_doctors_at_one_entry_overwrite_nothing_in_silence(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient, made: MadeChart
) -> None:
    from meditrack_desktop.ui.patients.chart.conditions import as_edit

    desk = open_desk(doctor)
    page = desk.chart(mara.id)
    before = made.conditions[0]
    form = page.overview.clinical.conditions.open_form(before)
    assert form is not None
    clinic.conditions.edit(doctor, as_edit(before, text="Iron deficiency anaemia"))
    form.text.setText("Iron deficiency, treated")
    form.submit()
    desk.settle()
    assert form.isVisible() and form.refusal is not None
    assert form.text.text() == "Iron deficiency, treated", "what was typed is still there"
    texts = [one.text for one in clinic.charts.of_patient(doctor, mara.id).conditions]
    assert "Iron deficiency anaemia" in texts and "Iron deficiency, treated" not in texts
    form.close_layer()


def test_a_blood_pressure_is_typed_as_it_is_said(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient
) -> None:
    desk = open_desk(doctor)
    page = desk.chart(mara.id)
    form = page.overview.clinical.measured.open_form()
    assert isinstance(form, MeasurementsSheet)
    desk.press("131/")
    assert form.values["systolic"].text() == "131" and form.values["diastolic"].hasFocus()
    desk.press("94")
    assert "High" in form._labelled["diastolic"]._warning
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    assert "Blood pressure 131 / 94, High" in rows(page, MeasureRow)


def test_measurements_are_typed_with_either_decimal_sign_and_warn_at_once(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient
) -> None:
    desk = open_desk(doctor)
    page = desk.chart(mara.id)
    form = page.overview.clinical.measured.open_form()
    assert isinstance(form, MeasurementsSheet)
    desk.press("150")
    assert "High" in form._labelled["systolic"]._warning
    desk.press(Qt.Key.Key_Tab)
    desk.press("95")
    form.values["temperature"].setText("36,7")
    form.values["weight"].setText("about 60")
    desk.press(Qt.Key.Key_Return)
    assert form._labelled["weight"].error and form.isVisible()
    form.values["weight"].setText("60")
    form.values["weight"].setFocus()
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    latest = {one.name: one.value for one in clinic.charts.of_patient(doctor, mara.id).latest}
    assert latest["Body temperature"] == Decimal("36.7") and latest["Body weight"] == Decimal(60)
    assert "Blood pressure 150 / 95, High" in rows(page, MeasureRow)
    _text, undo = desk.said[-1]
    assert undo is not None
    undo()
    desk.settle()
    assert rows(page, MeasureRow) == []


def test_a_measurement_shows_how_it_went_as_chart_and_table_and_is_corrected(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient, made: MadeChart
) -> None:
    desk = open_desk(doctor)
    page = desk.chart(mara.id)
    weight = next(one for one in made.measured if one.name == "Body weight")
    sheet = page.overview.clinical.measured.open_history(weight)
    desk.settle()
    assert isinstance(sheet, HistorySheet) and sheet.plot.points_shown == 2 and sheet.plot.isVisible()
    assert "66.0 kg" in sheet.plot.accessibleDescription()
    sheet.switch.click()
    assert not sheet.plot.isVisible() and sheet.switch.text() == "Show as chart"
    listed = [row.text() for row in sheet.findChildren(EntryRow) if row.isVisible()]
    assert listed == ["63.4 kg", "66.0 kg"]
    next(row for row in sheet.findChildren(EntryRow) if row.text() == "63.4 kg").click()
    form = sheet_of(desk, ValueSheet)
    assert isinstance(form, ValueSheet)
    desk.press("64.3")
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    history = clinic.observations.history(doctor, mara.id, weight.kind)
    assert [one.value for one in history.values] == [Decimal("64.3"), Decimal("66.0")]
    assert history.values[0].status is ObservationStatus.AMENDED
    assert any("corrected from 63.4" in row.accessibleName() for row in sheet.findChildren(EntryRow))
    sheet.close_layer()


def test_a_merged_record_points_to_the_kept_one_and_can_only_be_read(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, people: dict[str, Patient]
) -> None:
    from dataclasses import replace

    from meditrack_desktop.ui.patients.chart_content import gather_chart

    mara, bruno = people["Mara"], people["Bruno"]
    desk = open_desk()
    page = desk.chart(mara.id)
    content = gather_chart(clinic, reception, mara.id)
    merged = replace(content, patient=replace(mara, merged_into=bruno.id), kept=bruno)
    page.show_content(merged)
    desk.qtbot.wait(10)
    assert any("Merged into Bruno Fictanova, born 17 Dec 1985" in text for text in band(page))
    assert page.header.book is not None and not page.header.book.isEnabled()
    page.acts.edit()
    page.acts.book()
    assert page._banner is not None and page._banner.action is not None
    page._banner.action.click()
    assert desk.asked == [("patient", bruno.id)]


def test_another_patients_content_is_never_shown(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, people: dict[str, Patient]
) -> None:
    from meditrack_desktop.ui.patients.chart_content import gather_chart

    page = open_desk().chart(people["Mara"].id)
    page.show_content(gather_chart(clinic, reception, people["Bruno"].id))
    assert page.patient is not None and page.patient.id == people["Mara"].id
    assert page.header.name.text() == "Mara Fictanova"


def test_a_provisional_patient_and_one_of_the_same_name_are_marked(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, people: dict[str, Patient]
) -> None:
    clinic.patients.register(reception, a_patient("Fictanova", "Mara"))
    page = open_desk().chart(people["Mara"].id)
    assert "Same name as another patient" in band(page)


def test_the_desk_is_asked_before_an_allergy_stops_warning_as_it_cannot_take_that_back(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, people: dict[str, Patient]
) -> None:
    noah = people["Noah"]
    allergy = clinic.allergies.record(reception, RecordAllergy(patient_id=noah.id, substance="Latex"))
    desk = open_desk()
    page = desk.chart(noah.id)
    page.acts.show_allergies()
    listed = sheet_of(desk, AllergiesSheet)
    assert isinstance(listed, AllergiesSheet)
    listed.edit(allergy)
    form = sheet_of(desk, AllergySheet)
    assert isinstance(form, AllergySheet) and form.wrong is not None
    form.wrong.click()
    desk.settle()
    assert clinic.allergies.of_patient(reception, noah.id).warnings, "asked first"
    buttons = [b for b in desk.window.findChildren(Button) if b.isVisible()]
    next(b for b in buttons if b.text() == "Mark as entered in error").click()
    desk.settle()
    assert clinic.allergies.of_patient(reception, noah.id).warnings == ()
    assert desk.said[-1][1] is None
    assert band(page)[0] == "Allergies not asked"


def test_older_entries_come_on_request_some_at_a_time(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient
) -> None:
    for number in range(55):
        sign_note(clinic, doctor, mara.id, f"Note number {number}.")
    page = open_desk(doctor).chart(mara.id)
    timeline = page.overview.timeline

    def shown() -> int:
        QApplication.processEvents()
        labels = [label for label in timeline.findChildren(Label) if label.isVisible()]
        return sum(label.text().startswith("Note number") for label in labels)

    def older() -> Button:
        links = [b for b in timeline.findChildren(Button) if "older" in b.text() and b.isVisible()]
        return links[-1]

    assert shown() == 10 and older().text() == "Show 40 older entries"
    older().click()
    assert shown() == 50 and older().text() == "Show 5 older entries"
    older().click()
    assert shown() == 55


def test_an_administrator_sees_nothing_clinical_but_the_way_in_an_emergency(
    open_desk: OpenDesk, admin: Actor, mara: Patient, made: MadeChart
) -> None:
    page = open_desk(admin).chart(mara.id)
    assert page.overview.closed.isVisible() and not page.overview.clinical.isVisible()
    acts = [b.text() for b in page.overview.closed.findChildren(Button) if b.isVisible()]
    assert acts == ["How to get access", "Emergency access"]
    words = " ".join(label.text() for label in page.findChildren(Label))
    assert "conjunctivae" not in words and "Iron deficiency" not in words
