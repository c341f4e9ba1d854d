"""Other calendars' time as a doctor's absences and as closed days: taken once, kept up to date, never taken away."""

from __future__ import annotations

import os
import sys
import time
from datetime import date, datetime
from pathlib import Path

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import AuditQuery
from meditrack_desktop.domain.calendar_files import CalendarReport, ImportAbsences, ImportClosures
from meditrack_desktop.domain.errors import ErrorCode, Invalid, NotAllowed, NotFound, OutsideHours, Stopped
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.domain.working_time import Absence, AbsenceKind, SetClosure
from meditrack_desktop.services.clinic import Clinic
from tests.makers.calendars import a_calendar, an_event
from tests.makers.visits import Room, a_room

FIRST, LAST = date(2026, 11, 1), date(2027, 11, 30)


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    return a_room(clinic, reception, admin)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "calendar.ics"


def take(room: Room, path: Path, titles: bool = True) -> CalendarReport:
    command = ImportAbsences(practitioner_id=room.doctor.id, titles=titles)
    return room.clinic.calendar_files.import_absences(room.desk, command, path)


def absences(room: Room) -> tuple[Absence, ...]:
    return room.clinic.absences.list(room.desk, (room.doctor.id,), FIRST, LAST)


def test_busy_time_becomes_absences_once(room: Room, file: Path) -> None:
    a_calendar(
        file,
        an_event("one", ":20261201T090000Z", ":20261201T113000Z"),
        an_event("two", ";VALUE=DATE:20261214", ";VALUE=DATE:20261216", summary="Leave"),
    )
    preview = room.clinic.calendar_files.read_absences(
        room.desk, ImportAbsences(practitioner_id=room.doctor.id), file
    )
    assert (preview.new, preview.changed, preview.unchanged) == (2, 0, 0)
    assert (preview.first, preview.last) == (date(2026, 12, 1), date(2026, 12, 15))
    assert absences(room) == ()
    report = take(room, file)
    assert (report.added, report.updated, report.unchanged, report.complete) == (2, 0, 0, True)
    first, second = absences(room)
    assert (first.wall_start, first.wall_end) == (datetime(2026, 12, 1, 9), datetime(2026, 12, 1, 11, 30))
    assert (first.kind, first.note, first.imported) == (AbsenceKind.OTHER, "Congress", True)
    assert (second.wall_start, second.wall_end) == (datetime(2026, 12, 14), datetime(2026, 12, 16))
    again = take(room, file)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 2)
    assert absences(room) == (first, second)
    with pytest.raises(OutsideHours):
        room.book("2026-12-01 10:00")


def test_a_changed_event_is_brought_up_to_date_and_a_missing_one_stays(room: Room, file: Path) -> None:
    take(
        room,
        a_calendar(
            file,
            an_event("one", ":20261201T090000Z", ":20261201T100000Z"),
            an_event("two", ":20261202T090000Z", ":20261202T100000Z"),
        ),
    )
    report = take(
        room, a_calendar(file, an_event("one", ":20261201T130000Z", ":20261201T140000Z", "SEQUENCE:1"))
    )
    assert (report.added, report.updated, report.unchanged) == (0, 1, 0)
    assert [one.wall_start for one in absences(room)] == [datetime(2026, 12, 1, 13), datetime(2026, 12, 2, 9)]


def test_a_repeating_event_keeps_its_wall_clock_and_its_exceptions(room: Room, file: Path) -> None:
    a_calendar(
        file,
        an_event(
            "weekly",
            ";TZID=Europe/London:20270303T090000",
            ";TZID=Europe/London:20270303T100000",
            "RRULE:FREQ=WEEKLY;COUNT=6",
            "EXDATE;TZID=Europe/London:20270310T090000",
        ),
        an_event(
            "weekly",
            ";TZID=Europe/London:20270318T150000",
            ";TZID=Europe/London:20270318T160000",
            "RECURRENCE-ID;TZID=Europe/London:20270317T090000",
        ),
        an_event(
            "weekly",
            ";TZID=Europe/London:20270324T090000",
            ";TZID=Europe/London:20270324T100000",
            "RECURRENCE-ID:20270324T090000Z",
            "STATUS:CANCELLED",
        ),
    )
    report = take(room, file)
    assert [one.wall_start for one in absences(room)] == [
        datetime(2027, 3, 3, 9),
        datetime(2027, 3, 18, 15),
        datetime(2027, 3, 31, 9),
        datetime(2027, 4, 7, 9),
    ]
    assert absences(room)[2].starts_at.hour == 8, "summer time has begun"
    assert report.reasons == {"It is cancelled.": 1}
    assert take(room, file).unchanged == 4


def test_all_later_dates_can_be_changed_at_once(room: Room, file: Path) -> None:
    a_calendar(
        file,
        an_event("weekly", ":20270104T090000Z", ":20270104T100000Z", "RRULE:FREQ=WEEKLY;COUNT=4"),
        an_event(
            "weekly",
            ":20270119T140000Z",
            ":20270119T153000Z",
            "RECURRENCE-ID;RANGE=THISANDFUTURE:20270118T090000Z",
        ),
    )
    take(room, file)
    assert [(one.wall_start, one.wall_end) for one in absences(room)] == [
        (datetime(2027, 1, 4, 9), datetime(2027, 1, 4, 10)),
        (datetime(2027, 1, 11, 9), datetime(2027, 1, 11, 10)),
        (datetime(2027, 1, 19, 14), datetime(2027, 1, 19, 15, 30)),
        (datetime(2027, 1, 26, 14), datetime(2027, 1, 26, 15, 30)),
    ]


@pytest.mark.parametrize(
    ("starts", "ends", "head", "wall"),
    [
        (":20261201T090000", ":20261201T100000", (), "09:00"),
        (";TZID=Europe/Berlin:20261201T090000", ";TZID=Europe/Berlin:20261201T100000", (), "08:00"),
        (";TZID=W. Europe Standard Time:20261201T090000", ";TZID=Europe/Berlin:20261201T100000", (), "08:00"),
        (";TZID=/vendor/2026_1/Europe/Berlin:20261201T090000", ":20261201T090000Z", (), "08:00"),
        (";TZID=Mars:20261201T090000", ";TZID=Mars:20261201T100000", (), "09:00"),
        (
            ";TZID=Office:20261201T090000",
            ";TZID=Office:20261201T100000",
            (
                "BEGIN:VTIMEZONE", "TZID:Office", "BEGIN:STANDARD", "DTSTART:19700101T000000",
                "TZOFFSETFROM:+0300", "TZOFFSETTO:+0300", "END:STANDARD", "END:VTIMEZONE",
            ),
            "06:00",
        ),
        (
            ";TZID=Evil:20261201T090000",
            ";TZID=Evil:20261201T100000",
            (
                "BEGIN:VTIMEZONE", "TZID:Evil", "BEGIN:STANDARD", "DTSTART:00010101T000000",
                "RRULE:FREQ=SECONDLY", "TZOFFSETFROM:+0300", "TZOFFSETTO:+0300", "END:STANDARD", "END:VTIMEZONE",
            ),
            "09:00",
        ),
    ],
)  # fmt: skip
def test_zones(room: Room, file: Path, starts: str, ends: str, head: tuple[str, ...], wall: str) -> None:
    report = take(room, a_calendar(file, an_event("one", starts, ends), head=head))
    (one,) = absences(room)
    assert f"{one.wall_start:%H:%M}" == wall
    guessed = any("not known" in note for note in report.notes)
    assert guessed == ("Mars" in starts or "Evil" in starts)


def test_what_is_left_out_says_why(room: Room, file: Path) -> None:
    a_calendar(
        file,
        an_event("a", ":20261201T090000Z", ":20261201T100000Z", "STATUS:CANCELLED"),
        an_event("b", ":20261201T090000Z", ":20261201T100000Z", "TRANSP:TRANSPARENT"),
        an_event("c", ":20241201T090000Z", ":20241201T100000Z"),
        an_event("d", ":20301201T090000Z", ":20301201T100000Z"),
        an_event("e", ":20261201T090000Z", ":20261201T080000Z"),
        an_event("f", ":20261201T090000Z", "", "RRULE:FREQ=SECONDLY"),
        an_event("g", ";VALUE=DATE:20261201", ";VALUE=DATE:20281231"),
        ("BEGIN:VTODO", "UID:h", "END:VTODO"),
    )
    report = take(room, file)
    assert report.added == 0 and absences(room) == ()
    assert report.reasons == {
        "It lies before 2025-11-18 or after 2029-11-18.": 2,
        "A task is no event.": 1,
        "It is cancelled.": 1,
        "It is marked as free time.": 1,
        "It takes no time, or ends before it begins.": 1,
        "It repeats too often to be worked out.": 1,
        "It is longer than 400 days.": 1,
    }


@pytest.mark.parametrize("titles", [True, False])
def test_what_is_private_has_no_title_here(room: Room, file: Path, titles: bool) -> None:
    a_calendar(
        file,
        an_event("a", ":20261201T090000Z", ":20261201T100000Z", "CLASS:PRIVATE", summary="Divorce lawyer"),
        an_event("b", ":20261202T090000Z", ":20261202T100000Z", summary="x" * 900),
    )
    take(room, file, titles)
    first, second = (one.note for one in absences(room))
    assert first == "Imported"
    assert second == ("x" * 199 + "\u2026" if titles else "Imported")


def test_visits_in_the_way_are_counted_and_stay(room: Room, admin: Actor, file: Path) -> None:
    visit = room.book("2026-12-01 09:30")
    a_calendar(
        file,
        an_event("one", ":20261201T090000Z", ":20261201T110000Z"),
        an_event("two", ":20261201T093000Z", ":20261201T100000Z"),
    )
    assert take(room, file).affected == 1
    assert room.clinic.scheduling.get(room.desk, visit.id) == visit
    lines = room.clinic.audit.search(admin, AuditQuery()).lines
    told = [one.event.action for one in lines if one.event.action.endswith(".imported")]
    assert told == ["calendar.imported", "absence.imported", "absence.imported"]


def test_an_import_is_taken_back_in_one_step(room: Room, file: Path) -> None:
    a_calendar(file, an_event("one", ":20261201T090000Z", ":20261201T093000Z", "RRULE:FREQ=DAILY;COUNT=20"))
    assert take(room, file).added == 20
    room.clinic.deeds.undo(room.desk)
    assert absences(room) == ()
    room.clinic.deeds.redo(room.desk)
    assert len(absences(room)) == 20


def test_stopped_keeps_what_was_taken(room: Room, file: Path) -> None:
    a_calendar(file, an_event("one", ":20261201T090000Z", ":20261201T093000Z", "RRULE:FREQ=DAILY;COUNT=450"))
    asked: list[Progress] = []

    def stop(progress: Progress) -> None:
        asked.append(progress)
        if progress.done == 200 and progress.total == 450:
            raise Stopped()

    command = ImportAbsences(practitioner_id=room.doctor.id)
    report = room.clinic.calendar_files.import_absences(room.desk, command, file, stop)
    assert (report.added, report.complete) == (200, False)
    report = room.clinic.calendar_files.import_absences(room.desk, command, file)
    assert (report.added, report.unchanged, report.complete) == (250, 200, True)


@pytest.mark.parametrize("way", ["STATUS", "METHOD"])
def test_what_is_cancelled_later_stays_and_is_told(room: Room, file: Path, way: str) -> None:
    event = ("one", ":20261201T090000Z", ":20261201T093000Z")
    take(room, a_calendar(file, an_event(*event)))
    if way == "STATUS":
        a_calendar(file, an_event(*event, "STATUS:CANCELLED"))
    else:
        a_calendar(file, an_event(*event), head=("METHOD:CANCEL",))
    preview = room.clinic.calendar_files.read_absences(
        room.desk, ImportAbsences(practitioner_id=room.doctor.id), file
    )
    report = take(room, file)
    told = "Cancelled in the file, but taken from it before: 1. They stay until somebody ends them."
    assert told in preview.notes and told in report.notes
    assert len(absences(room)) == 1


def test_uids_that_are_made_to_look_alike_do_no_harm(room: Room, file: Path) -> None:
    a_calendar(
        file,
        an_event("x", ":20261201T090000Z", ":20261201T093000Z", "RRULE:FREQ=DAILY;COUNT=2"),
        an_event("x 20261201T090000Z", ":20261203T090000Z", ":20261203T093000Z"),
        an_event("", ":20261204T090000Z", ":20261204T093000Z"),
        an_event("", ":20261205T090000Z", ":20261205T093000Z"),
        an_event("y" * 5000, ":20261206T090000Z", ":20261206T093000Z"),
    )
    report = take(room, file)
    assert (report.added, len(report.left_out)) == (5, 1)
    assert take(room, file).unchanged == 5


def test_who_may(room: Room, admin: Actor, doctor: Actor, file: Path) -> None:
    a_calendar(file, an_event("one", ":20261201T090000Z", ":20261201T093000Z"))
    command = ImportAbsences(practitioner_id=room.doctor.id)
    with pytest.raises(NotAllowed):
        room.clinic.calendar_files.import_absences(doctor, command, file)
    with pytest.raises(NotFound):
        room.clinic.calendar_files.import_absences(admin, ImportAbsences(practitioner_id=new_id()), file)
    file.write_text("no calendar")
    with pytest.raises(Invalid) as refusal:
        room.clinic.calendar_files.import_absences(admin, command, file)
    assert refusal.value.code is ErrorCode.IMPORT_UNREADABLE
    assert refusal.value.parameters == {
        "file": "calendar.ics",
        "reason": "This is no calendar (iCalendar) file.",
    }


def test_holidays_close_the_clinic_once(room: Room, admin: Actor, file: Path) -> None:
    files = room.clinic.calendar_files
    days = room.clinic.working_times
    kept = days.set_closure(admin, SetClosure(day=date(2026, 12, 26), name="Stocktaking"))
    a_calendar(
        file,
        an_event(
            "x", ";VALUE=DATE:20191225", "", "TRANSP:TRANSPARENT", "RRULE:FREQ=YEARLY", summary="Christmas"
        ),
        an_event("y", ";VALUE=DATE:20261226", "", summary="Boxing Day"),
        an_event("z", ";VALUE=DATE:20261231", ";VALUE=DATE:20270102", summary="Turn of the year"),
        an_event("w", ";VALUE=DATE:20270101", "", summary="New Year"),
        an_event("v", ":20261224T120000Z", ":20261224T180000Z", summary="Afternoon off"),
    )
    preview = files.read_closures(admin, ImportClosures(), file)
    report = files.import_closures(admin, ImportClosures(), file)
    assert (preview.new, report.added, report.unchanged) == (6, 6, 1)
    assert preview.left_out == report.left_out
    assert report.reasons == {
        "Only whole days can be days on which the clinic is closed.": 1,
        "Another event of the file lies on that day.": 1,
        "The clinic is closed on that day already, under another name; that stays as it is.": 1,
    }
    found = {
        one.day: one.name
        for year in range(2025, 2030)
        for one in days.closures(admin, date(year, 1, 1), date(year, 12, 31))
    }
    assert found == {
        **{date(year, 12, 25): "Christmas" for year in (2025, 2026, 2027, 2028)},
        date(2026, 12, 26): "Stocktaking",
        date(2026, 12, 31): "Turn of the year",
        date(2027, 1, 1): "New Year",
    }
    assert kept in days.closures(admin, date(2026, 12, 26), date(2026, 12, 26))
    again = files.import_closures(admin, ImportClosures(), file)
    assert (again.added, again.unchanged) == (0, 7)
    with pytest.raises(OutsideHours):
        room.book("2026-12-25 10:00")


def test_days_that_are_not_wanted_stay_open(room: Room, admin: Actor, file: Path) -> None:
    files = room.clinic.calendar_files
    a_calendar(
        file,
        an_event("x", ";VALUE=DATE:20261225", "", summary="Christmas"),
        an_event("y", ";VALUE=DATE:20261031", "", summary="Halloween"),
    )
    preview = files.read_closures(admin, ImportClosures(), file)
    unwanted = frozenset(item.key for item in preview.items if item.title == "Halloween")
    report = files.import_closures(admin, ImportClosures(leave_out=unwanted), file)
    assert (report.added, report.reasons) == (1, {"It was not wanted.": 1})


def test_a_large_file_says_how_far_it_is_and_a_larger_one_is_refused(room: Room, file: Path) -> None:
    event = an_event("%d", ":20261201T090000Z", ":20261201T093000Z")
    size = len("\r\n".join(event)) + 4
    many = 2_500_000 // size
    path = a_calendar(file, *([line.replace("%d", str(number)) for line in event] for number in range(many)))
    told: list[Progress] = []
    command = ImportAbsences(practitioner_id=room.doctor.id)
    preview = room.clinic.calendar_files.read_absences(room.desk, command, path, told.append)
    assert preview.new == 10_000
    assert preview.reasons == {"The file brings more than 10,000; the rest of it is left out.": many - 10_000}
    assert len(told) > 8, "it says how far it is"
    file.write_bytes(file.read_bytes() + b" " * 8_000_000)
    with pytest.raises(Invalid):
        room.clinic.calendar_files.read_absences(room.desk, command, path)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device here")
def test_a_device_without_an_end_is_no_calendar(room: Room) -> None:
    with pytest.raises(Invalid) as refused:
        take(room, Path("/dev/zero"))
    assert refused.value.code is ErrorCode.IMPORT_UNREADABLE


def test_a_file_that_never_ends_is_given_up(room: Room, file: Path) -> None:
    rules = (
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=DAILY;COUNT=99999999;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY",
    )
    events = (
        an_event(f"{number}", ":20200101T090000Z", ":20200101T091000Z", f"RRULE:{rules[number % 4]}")
        for number in range(400)
    )
    began = time.process_time()
    report = take(room, a_calendar(file, *events))
    assert time.process_time() - began < 30
    assert report.left_out


@pytest.mark.skipif(sys.platform == "win32", reason="files of this kind are made here only")
@pytest.mark.timeout(20)
def test_what_may_have_no_end_is_not_waited_for(room: Room, tmp_path: Path) -> None:
    pipe, folder = tmp_path / "pipe.ics", tmp_path / "folder"
    os.mkfifo(pipe)
    folder.mkdir()
    for path, reason in (
        (pipe, "This is no ordinary file."),
        (Path("/dev/zero"), "This is no ordinary file."),
        (folder, "This is a folder; choose a file."),
        (tmp_path / "none.ics", "There is no such file."),
    ):
        with pytest.raises(Invalid) as refusal:
            take(room, path)
        assert refusal.value.parameters["reason"] == reason
    assert absences(room) == ()
