"""Sheets about a day: what stands on them, in what order, on what paper, and the line that each leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pypdfium2
import pytest

from meditrack_desktop.domain.absence_worklists import ContactOutcome, MarkContacted
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import AuditQuery
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, NotFound
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permission_grid import ChangeGrid
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.phones import shown
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.printing import (
    CardSize,
    HandedBy,
    MakeCallList,
    MakeDaySheet,
    MakePrintout,
    NoteSheet,
    PrintKind,
    Printout,
    SheetKind,
)
from meditrack_desktop.domain.scheduling import (
    AppointmentStatus,
    CancelAppointment,
    Confirmation,
    SetAppointmentStatus,
    SetConfirmation,
)
from meditrack_desktop.domain.settings import EditClinic
from meditrack_desktop.domain.visit_types import SaveVisitType
from meditrack_desktop.domain.working_time import AddAbsence, SetClosure
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.printing.plain_words import status_text
from meditrack_desktop.ui.scheduling.day_model import look_of
from meditrack_desktop.ui.widgets.status import status_word
from tests.makers.people import a_doctor, a_patient
from tests.makers.visits import Room, a_room
from tests.services.printing.test_printouts import size_of, text_of

DAY = date(2026, 11, 19)


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    return a_room(clinic, reception, admin)


@pytest.fixture
def other(room: Room, admin: Actor) -> Practitioner:
    return room.clinic.practitioners.add(admin, a_doctor("Namuna", "Omar"))


def day_sheet(room: Room, **details: object) -> Printout:
    return room.clinic.printouts.day_sheet(room.desk, MakeDaySheet(day=DAY, **details))  # type: ignore[arg-type]


def test_a_day_has_every_visit_with_what_became_of_it(room: Room, other: Practitioner) -> None:
    calendar, desk = room.clinic.scheduling, room.desk
    one = room.book("2026-11-19 09:00", visit_type="Check-up", reason="a rash")
    two = room.book("2026-11-19 10:30", 45, visit_type="Follow-up")
    room.book("2026-11-19 14:00", practitioner_id=other.id)
    off = room.book("2026-11-19 11:30")
    calendar.set_status(
        desk, SetAppointmentStatus(id=one.id, version=one.version, status=AppointmentStatus.ARRIVED)
    )
    calendar.set_confirmation(
        desk, SetConfirmation(id=two.id, version=two.version, confirmation=Confirmation.CONFIRMED)
    )
    calendar.cancel(desk, CancelAppointment(id=off.id, version=off.version, reason="ill"))
    sheet = day_sheet(room)
    text = text_of(sheet.pdf)
    for told in (
        "Example Street Clinic: day sheet", "Thursday, 19 Nov 2026", "3 visits, 1 cancelled", "Ines Modelo: 2 visits",
        "Omar Namuna: 1 visit", "Works 09:00 to 13:00, 14:00 to 17:00.", "09:00 to 09:30", "10:30 to 11:15",
        "Waiting", "Confirmed", "Check-up", f"MRN {room.patient.mrn}", "020 7946 0958",
        "Printed by Rosa Ontwerp, 18 Nov 2026 10:42.", "Page 1 of 1",
    ):  # fmt: skip
        assert told in text, told
    assert "rash" not in text
    assert "11:30 to 12:00" not in text
    assert text.index("09:00 to 09:30") < text.index("10:30 to 11:15")
    assert "rash" in text_of(day_sheet(room, reasons=True).pdf)
    assert (sheet.kind, sheet.title) == (SheetKind.DAY_SHEET, "Day sheet")


def test_one_doctor_alone(room: Room, other: Practitioner) -> None:
    room.book("2026-11-19 09:00")
    room.book("2026-11-19 14:00", practitioner_id=other.id)
    text = text_of(day_sheet(room, practitioner_ids=(other.id,)).pdf)
    assert "Omar Namuna: 1 visit" in text and "Modelo" not in text
    with pytest.raises(NotFound) as refusal:
        day_sheet(room, practitioner_ids=(new_id(),))
    assert refusal.value.code is ErrorCode.DOCTOR_NOT_FOUND


def test_a_closed_day_and_an_absent_doctor_say_so(room: Room, admin: Actor) -> None:
    room.clinic.absences.add(
        room.desk,
        AddAbsence(
            practitioner_id=room.doctor.id,
            wall_start=datetime(2026, 11, 19, 14),
            wall_end=datetime(2026, 11, 20),
        ),
    )
    text = text_of(day_sheet(room).pdf)
    assert "Works 09:00 to 13:00. Away 14:00 to 24:00." in text
    room.clinic.working_times.set_closure(admin, SetClosure(day=DAY, name="Stocktaking"))
    assert "No doctor works on this day" in text_of(day_sheet(room).pdf)
    told = text_of(day_sheet(room, practitioner_ids=(room.doctor.id,)).pdf)
    assert "closed or opens for less: Stocktaking. Does not work on this day." in told


@pytest.mark.parametrize(("region", "size"), [("GB", (210, 297)), ("US", (216, 279))])
def test_paper_is_the_regions_and_pages_are_counted(
    room: Room, admin: Actor, region: str, size: tuple[int, int]
) -> None:
    room.clinic.settings.edit_clinic(admin, EditClinic(name="Example", zone="Europe/London", region=region))
    for minute in range(0, 240, 5):
        wall = datetime(2026, 11, 19, 9) + timedelta(minutes=minute)
        room.book(f"{wall:%Y-%m-%d %H:%M}", 5)
    sheet = day_sheet(room)
    assert size_of(sheet.pdf) == size
    assert sheet.pages > 1
    assert f"Page {sheet.pages} of {sheet.pages}" in text_of(sheet.pdf)


def test_a_sheet_is_black_on_white(room: Room) -> None:
    room.book("2026-11-19 09:00")
    document = pypdfium2.PdfDocument(day_sheet(room).pdf)
    page = document[0]
    picture = page.render(scale=1).to_pil().convert("RGB")
    colours = {colour for _, colour in picture.getcolors(1 << 20)}
    page.close()
    document.close()
    assert all(max(colour) - min(colour) <= 2 for colour in colours)
    assert (255, 255, 255) in colours


def test_names_of_all_letters_are_on_the_sheet(room: Room) -> None:
    for number, (family, given) in enumerate(
        (("المصري", "محمد"), ("佐藤", "太郎"), ("<b>Bold</b>", "Mara & Co"))
    ):
        patient = room.clinic.patients.register(room.desk, a_patient(family, given))
        room.book(f"2026-11-19 09:{number * 15:02}", 15, patient_id=patient.id)
    text = text_of(day_sheet(room).pdf)
    assert "佐藤" in text and "<b>Bold</b>" in text and "Mara & Co" in text
    assert "\u25a1" not in text


def test_a_list_of_calls_says_whom_what_and_who_was_told(room: Room, other: Practitioner) -> None:
    first = room.book("2026-11-19 09:00", visit_type="Check-up")
    patient = room.clinic.patients.register(
        room.desk,
        a_patient("Vzorek", "Jan", "+44 20 7946 0111", "+44 20 7946 0222", birth_date="1970-02-03"),
    )
    room.book("2026-11-19 10:00", patient_id=patient.id)
    added = room.clinic.absences.add(
        room.desk,
        AddAbsence(
            practitioner_id=room.doctor.id,
            wall_start=datetime(2026, 11, 19),
            wall_end=datetime(2026, 11, 20),
        ),
    )
    room.clinic.absence_worklists.mark_contacted(
        room.desk,
        MarkContacted(
            absence_id=added.absence.id, appointment_id=first.id, outcome=ContactOutcome.MESSAGE_LEFT
        ),
    )
    sheet = room.clinic.printouts.call_list(room.desk, MakeCallList(absence_id=added.absence.id))
    assert sheet.kind is SheetKind.CALL_LIST
    assert size_of(sheet.pdf) == (297, 210)
    text = text_of(sheet.pdf).replace("\n", " ")
    for told in (
        "Ines Modelo is away", "2 to call", "Jan Vzorek", "3 Feb 1970", "020 7946 0111", "020 7946 0222",
        "Thu, 19 Nov 2026, 09:00", "Message left", "Rosa Ontwerp", "Fri, 20 Nov 2026",
    ):  # fmt: skip
        assert told in text, told
    with pytest.raises(NotFound):
        room.clinic.printouts.call_list(room.desk, MakeCallList(absence_id=new_id()))


@pytest.mark.parametrize(("by", "action"), [(HandedBy.PRINTED, "printed"), (HandedBy.SAVED, "saved_copy")])
def test_a_sheet_that_leaves_is_in_the_trail(room: Room, admin: Actor, by: HandedBy, action: str) -> None:
    room.clinic.printouts.hand_over_sheet(room.desk, NoteSheet(kind=SheetKind.DAY_SHEET, day=DAY, by=by))
    lines = room.clinic.audit.search(admin, AuditQuery()).lines
    told = [one.event.detail for one in lines if one.event.action == f"printout.{action}"]
    assert told == ["day-sheet 2026-11-19"]


@pytest.mark.parametrize("size", CardSize)
def test_a_slip_says_how_to_prepare(room: Room, admin: Actor, size: CardSize) -> None:
    kind = room.clinic.visit_types.save(
        admin,
        SaveVisitType(name="Blood test", minutes=15, preparation="Come without breakfast, drink water."),
    )
    visit = room.book("2026-11-19 09:00", 15, visit_type_id=kind.id, reason="tired")
    room.book("2026-11-20 09:00")
    wanted = MakePrintout(
        kind=PrintKind.APPOINTMENT_CARD, patient_id=room.patient.id, appointment_id=visit.id, card=size
    )
    text = text_of(room.clinic.printouts.make(room.desk, wanted).pdf).replace("\n", " ")
    assert "Thursday, 19 Nov 2026, 09:00" in text and "20 Nov" not in text
    assert "Come without breakfast" in text
    assert "tired" not in text and "Blood test" not in text
    bare = room.clinic.printouts.make(room.desk, wanted.model_copy(update={"preparation": False}))
    assert "breakfast" not in text_of(bare.pdf)
    both = room.clinic.printouts.make(room.desk, wanted.model_copy(update={"appointment_id": None}))
    assert "20 Nov 2026" in text_of(both.pdf)


def test_a_slip_for_somebody_elses_visit_is_not_made(room: Room) -> None:
    stranger = room.clinic.patients.register(room.desk, a_patient("Vzorek", "Jan"))
    visit = room.book("2026-11-19 09:00", patient_id=stranger.id)
    with pytest.raises(NotFound) as refusal:
        room.clinic.printouts.make(
            room.desk,
            MakePrintout(
                kind=PrintKind.APPOINTMENT_CARD, patient_id=room.patient.id, appointment_id=visit.id
            ),
        )
    assert refusal.value.code is ErrorCode.APPOINTMENT_NOT_FOUND


def test_who_may_not_see_the_calendar_prints_no_sheet_of_it(room: Room, admin: Actor) -> None:
    change = ChangeGrid(role=Role.RECEPTIONIST, permission=Permission.VIEW_CALENDAR, allowed=False)
    room.clinic.permission_grid.change(admin, change)
    with pytest.raises(NotAllowed):
        day_sheet(room)


@pytest.mark.parametrize("status", list(AppointmentStatus))
@pytest.mark.parametrize("confirmation", [Confirmation.UNCONFIRMED, Confirmation.CONFIRMED])
def test_paper_says_of_a_visit_what_the_window_says(
    room: Room, status: AppointmentStatus, confirmation: Confirmation
) -> None:
    visit = replace(room.book("2026-11-19 09:00"), status=status, confirmation=confirmation)
    assert status_text(visit) == status_word(look_of(visit))


def test_a_phone_is_written_on_paper_as_in_the_chart(room: Room, clinic: Clinic, admin: Actor) -> None:
    """However they were typed; one that no number plan knows stays as it was typed."""
    typed = ("+442079460958", "00442079460958", "020-7946-0958", "+14155550142", "0999")
    for hour, phone in enumerate(typed, 9):
        patient = clinic.patients.register(room.desk, a_patient(f"Caller{hour}", "Ida", phone))
        at = f"2026-11-19 {hour if hour < 13 else 14:02}:00"
        assert room.book(at, patient_id=patient.id).patient_phone == phone
    text = text_of(day_sheet(room).pdf)
    assert text.count("020 7946 0958") == 3
    assert shown("+14155550142", "GB") == "+1 415-555-0142" and "+1 415-555-0142" in text
    assert "0999" in text
    assert not [phone for phone in typed[:4] if phone in text]
