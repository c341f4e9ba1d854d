"""The audit log in the window: finding, reading, checking and saving entries, and who did what to one record."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import ActionGroup, AuditQuery, ExtractKind
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import NotAllowed
from meditrack_desktop.domain.patients import Patient, RegisterPatient
from meditrack_desktop.domain.practitioners import AddPractitioner, WorkingHoursInput
from meditrack_desktop.domain.scheduling import Appointment, BookAppointment, MoveAppointment
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.audit.access_sheet import AccessSheet
from meditrack_desktop.ui.audit.filter_bar import Filters
from meditrack_desktop.ui.audit.history import HistorySheet
from meditrack_desktop.ui.audit.page import PAGE, AuditLogPage
from meditrack_desktop.ui.frame.history import Place
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.pages import nav_items
from meditrack_desktop.ui.patients.chart.page import ChartPage
from meditrack_desktop.ui.scheduling.appointment_popover import AppointmentPopover
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Label

Enter = Callable[[Actor], MainWindow]


@pytest.fixture
def patient(clinic: Clinic, reception: Actor) -> Patient:
    return clinic.patients.register(reception, RegisterPatient(family="Przykład", given="Piotr"))


@pytest.fixture
def moved(clinic: Clinic, admin: Actor, reception: Actor, patient: Patient, clock: FixedClock) -> Appointment:
    """A visit that was moved by an hour and a half."""
    hours = tuple(WorkingHoursInput(weekday=day, starts=time(8), ends=time(18)) for day in range(7))
    doctor = clinic.practitioners.add(admin, AddPractitioner(family="Shili", given="Mei", hours=hours))
    day = clock.now().date() + timedelta(days=1)
    visit = clinic.scheduling.book(
        reception,
        BookAppointment(
            patient_id=patient.id,
            practitioner_id=doctor.id,
            wall_start=datetime.combine(day, time(9)),
            minutes=30,
        ),
    )
    clock.advance(timedelta(minutes=1))
    return clinic.scheduling.move(
        reception,
        MoveAppointment(id=visit.id, version=visit.version, wall_start=datetime.combine(day, time(10, 30))),
    )


@pytest.fixture
def page(enter: Enter, admin: Actor, moved: Appointment, tasks: Tasks) -> AuditLogPage:
    """The log, as an administrator opens it from the sidebar."""
    window = enter(admin)
    assert window.frame is not None
    made = window.frame.open(Place("audit"))
    assert isinstance(made, AuditLogPage)
    assert tasks.wait_idle()
    return made


def _actions(page: AuditLogPage) -> list[str]:
    return [page.model.record(row).event.action for row in range(page.model.rowCount())]


def _words(widget: object) -> str:
    return "\n".join(label.text() for label in widget.findChildren(Label))  # type: ignore[attr-defined]


def test_only_who_may_read_the_log_finds_it(admin: Actor, reception: Actor, doctor: Actor) -> None:
    assert "audit" in {item.page for item in nav_items(admin)}
    for actor in (reception, doctor):
        assert "audit" not in {item.page for item in nav_items(actor)}


def test_the_log_opens_at_today_and_tells_who_what_and_which(page: AuditLogPage) -> None:
    assert page.bar.days_text() == "Today" and "entries" in page.bar.count.text()
    row = _actions(page).index("appointment.moved")
    cells = {column.key: page.cells.cell(page.model.record(row), column.key) for column in page.model.columns}
    assert cells["person"].text == "Rosa Ontwerp"
    assert (cells["action"].text, cells["what"].text) == ("Moved", "Appointment")
    assert cells["which"].text == "Piotr Przykład, 19 Nov 10:30"
    assert cells["detail"].text == "from 09:00 to 10:30"
    assert cells["time"].text == "10:43:00"


def test_the_details_name_what_changed_and_the_seal(page: AuditLogPage, tasks: Tasks, qtbot: QtBot) -> None:
    page.table.select_row(_actions(page).index("appointment.moved"))
    qtbot.wait(120)
    assert tasks.wait_idle()
    said = _words(page.place.docked)
    assert "Appointment: moved" in said and "Rosa Ontwerp" in said and "Piotr Przykład" in said
    assert "matches" in said and "being compared" not in said
    line = page.place.docked.line
    assert line is not None and line.event.seal[:4] in said


def test_the_chart_is_one_button_away(
    page: AuditLogPage, tasks: Tasks, qtbot: QtBot, window: MainWindow, patient: Patient
) -> None:
    page.table.select_row(_actions(page).index("patient.registered"))
    qtbot.wait(120)
    assert tasks.wait_idle() and page.place.docked.chart is not None
    page.place.docked.chart.click()
    assert tasks.wait_idle()
    assert window.frame is not None
    shown = window.frame.sheet.stack.currentWidget()
    assert isinstance(shown, ChartPage) and shown.patient is not None and shown.patient.id == patient.id


def test_filters_and_text_narrow_the_list(page: AuditLogPage, tasks: Tasks, reception: Actor) -> None:
    everything = page.model.rowCount()
    page.bar.set_filters(Filters(group=ActionGroup.CREATED))
    assert tasks.wait_idle()
    assert "appointment.booked" in _actions(page) and 0 < page.model.rowCount() < everything
    page.bar.set_filters(Filters(person=reception.account_id))
    assert tasks.wait_idle()
    rows = range(page.model.rowCount())
    assert {page.model.record(row).event.account_name for row in rows} == {"Rosa Ontwerp"}
    page.bar.refused_chip.click()
    assert tasks.wait_idle()
    assert page.model.rowCount() == 0 and page.state.isVisibleTo(page)
    page.bar.clear()
    assert tasks.wait_idle()
    assert page.model.rowCount() >= everything


def test_typing_finds_by_keyboard_alone(page: AuditLogPage, tasks: Tasks, qtbot: QtBot) -> None:
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.bar.search.hasFocus()
    qtbot.keyClicks(page.bar.search, "przyk")
    qtbot.wait(400)
    assert tasks.wait_idle()
    rows = range(page.model.rowCount())
    assert rows and {page.model.record(row).subject.patient for row in rows} == {"Piotr Przykład"}


def test_a_long_log_comes_page_by_page(
    page: AuditLogPage, tasks: Tasks, clinic: Clinic, reception: Actor
) -> None:
    for number in range(PAGE + 40):
        clinic.patients.register(reception, RegisterPatient(family=f"Placeby{number}"))
    page.refresh()
    assert tasks.wait_idle()
    assert page.model.rowCount() == PAGE
    for _ in range(4):
        page.table.scrollToBottom()
        page.model.fetchMore(page.table.rootIndex())
        assert tasks.wait_idle()
    assert page.model.rowCount() > PAGE + 40
    assert not page.model.canFetchMore(page.table.rootIndex())
    places = [page.model.record(row).event.place for row in range(page.model.rowCount())]
    assert len(set(places)) == len(places)


def test_a_check_says_that_all_is_whole(page: AuditLogPage, tasks: Tasks, window: MainWindow) -> None:
    assert page.pill.accessibleName() == "Not checked yet"
    page.check_button.click()
    assert tasks.wait_idle()
    assert page.pill.accessibleName() == "Unbroken, checked at 10:43"
    assert page.run.isHidden() and page._banner is None
    assert window.frame is not None
    again = AuditLogPage(page._desk)
    window.frame.sheet.stack.addWidget(again)
    again.load()
    assert tasks.wait_idle()
    assert again.pill.accessibleName() == "Unbroken, checked at 10:43"


def test_a_broken_log_is_said_in_red_with_the_first_bad_entry(
    page: AuditLogPage, tasks: Tasks, clinic: Clinic
) -> None:
    with clinic.work.database.engine.execution_options(writing=True).begin() as connection:
        connection.execute(text("DROP TRIGGER audit_no_DELETE"))
        connection.execute(text("DELETE FROM audit WHERE seq BETWEEN 4 AND 6"))
    page.acts.check()
    assert tasks.wait_idle()
    assert page._banner is not None and page.pill.accessibleName().startswith("Broken")
    desk = clinic.profile.facts().workstation_name
    shown = "\n".join(
        child.accessibleName() for child in page._banner.children() if hasattr(child, "accessibleName")
    )
    assert f"Entries 4 to 6 of {desk} are missing" in shown


def test_what_is_shown_is_saved(
    page: AuditLogPage, tasks: Tasks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patient: Patient
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    page.bar.set_filters(Filters(patient=patient.id), "Piotr")
    assert tasks.wait_idle()
    shown = [page.model.record(row).event.seq for row in range(page.model.rowCount())]
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    page._export(ExtractKind.CSV)
    assert tasks.wait_idle()
    [file] = folder.iterdir()
    with file.open(encoding="utf-8-sig", newline="") as opened:
        head, *rows = list(csv.reader(opened))
    assert head[:3] == ["Time", "Entry", "Person"]
    assert [int(row[1]) for row in rows if row[5] != "Audit log"] == [
        seq for seq in shown if seq in {int(row[1]) for row in rows if row[5] != "Audit log"}
    ]
    assert any("Time from 09:00 to 10:30" in row[7] for row in rows)


def test_at_a_small_window_the_details_come_as_a_sheet(
    page: AuditLogPage, tasks: Tasks, window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(1024, 640)
    qtbot.wait(50)
    assert not page.place.docked.isVisible() and page.bar.filters_chip.isVisible()
    page.table.select_row(_actions(page).index("appointment.moved"))
    page.table.opened.emit(page.table.current_row())
    assert tasks.wait_idle()
    assert page.place.front is not page.place.docked
    assert "Appointment: moved" in _words(page.place.front)


def test_anybody_at_the_desk_sees_who_moved_a_visit(
    enter: Enter, reception: Actor, moved: Appointment, tasks: Tasks, clock: FixedClock
) -> None:
    window = enter(reception)
    desk = window.desk
    assert desk is not None
    popover = AppointmentPopover(window, moved, reception, clock.now(), desk.today())
    asked: list[str] = []
    popover.actChosen.connect(lambda _visit, act: asked.append(act))
    popover.open_at(window)
    popover._choose("history")
    assert asked == ["history"]
    desk.go.history("appointment", moved.id, "Piotr Przykład")
    assert tasks.wait_idle()
    sheet = window.findChild(HistorySheet)
    assert sheet is not None
    said = _words(sheet)
    assert "Moved" in said and "Time from 09:00 to 10:30" in said and "Booked" in said
    assert said.count("Rosa Ontwerp") == 2
    sheet.close_layer()


def test_who_opened_a_chart_is_two_steps_from_it(
    enter: Enter, admin: Actor, doctor: Actor, clinic: Clinic, patient: Patient, tasks: Tasks
) -> None:
    clinic.patients.get(doctor, patient.id)
    window = enter(admin)
    assert window.desk is not None and window.frame is not None
    window.desk.go.patient(patient.id)
    assert tasks.wait_idle()
    chart = window.frame.sheet.stack.currentWidget()
    assert isinstance(chart, ChartPage) and chart.header.more is not None
    chart.header.more.click()  # 1
    assert chart.header.menu is not None
    [act] = [one for one in chart.header.menu.actions() if one.text() == "Who opened this chart"]
    chart.header.menu.close()
    act.trigger()  # 2
    assert tasks.wait_idle()
    sheet = window.findChild(AccessSheet)
    assert sheet is not None
    assert "Dr. Ines Modelo" in _words(sheet) and "opened once" in _words(sheet)
    sheet.entries.click()
    assert tasks.wait_idle()
    page = window.frame.sheet.stack.currentWidget()
    assert isinstance(page, AuditLogPage) and page.bar.filters.patient == patient.id
    rows = range(page.model.rowCount())
    assert rows and {page.model.record(row).event.patient_id for row in rows} == {patient.id}


def test_a_charts_history_is_there_for_the_front_desk(
    enter: Enter, reception: Actor, clinic: Clinic, patient: Patient, moved: Appointment, tasks: Tasks
) -> None:
    window = enter(reception)
    assert window.desk is not None and window.frame is not None
    window.desk.go.patient(patient.id)
    assert tasks.wait_idle()
    chart = window.frame.sheet.stack.currentWidget()
    assert isinstance(chart, ChartPage)
    chart.header.history.click()
    assert tasks.wait_idle()
    sheet = window.findChild(HistorySheet)
    assert sheet is not None
    assert [line.event.action for line in sheet.lines] == [
        "appointment.moved",
        "appointment.booked",
        "patient.registered",
    ]
    with pytest.raises(NotAllowed):
        clinic.audit.search(reception, AuditQuery())
    sheet.close_layer()
