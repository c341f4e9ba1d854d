"""Calendar files in and out: visits for patients and doctors, other calendars' time for absences and closed days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from meditrack_desktop.database.queries import absence_worklists as worklist_queries
from meditrack_desktop.database.queries import calendar_files as queries
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import practitioners as practitioner_queries
from meditrack_desktop.database.queries import scheduling as visit_queries
from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.database.tables.working_time import AbsenceRow, ClosureRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.calendar_files import (
    LONGEST_EXPORT_DAYS,
    CalendarPreview,
    CalendarReport,
    CalendarUse,
    ImportAbsences,
    ImportClosures,
    LeftOut,
    PatientWords,
)
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.clinic import ClinicProfile
from meditrack_desktop.domain.clock import today
from meditrack_desktop.domain.deeds import DeedKind
from meditrack_desktop.domain.errors import FieldProblem, Stopped, invalid_fields
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.domain.scheduling import day_bounds
from meditrack_desktop.domain.working_time import AbsenceKind
from meditrack_desktop.services import affected_visits, deeds, hours_rule
from meditrack_desktop.services.absences import change
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.calendar_files.reading import Contents, Found, read_calendar
from meditrack_desktop.services.calendar_files.writing import Writing, doctor_file, patient_file
from meditrack_desktop.services.work import Look, Work, Works

AT_ONCE = 200
"""Absences in one transaction: other desks wait for it, and it is one step of Undo."""
WITHOUT_TITLE = "Imported"
CLOSED = "Closed"
_ANOTHER_NAME = "The clinic is closed on that day already, under another name; that stays as it is."
_TWICE = "Another event of the file lies on that day."
_NOT_WANTED = "It was not wanted."


class CalendarFiles:
    """What leaves says little of patients; what comes in changes hours and closed days, and moves no visit."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def of_visit(self, actor: Actor, appointment_id: UUID) -> bytes:
        """One visit for its patient to take along, as an .ics file: when, with whom and where, not what for.

        NotFound; NotAllowed without DISCLOSE_PATIENT. It leaves a line in the trail.
        """
        with self.work(actor, Permission.DISCLOSE_PATIENT) as work:
            session = work.session
            visit = visit_queries.record(session, appointment_id)
            doctor = practitioner_queries.record(
                practitioner_queries.practitioner(session, visit.practitioner_id)
            )
            writing = Writing(
                clinic_queries.profile(session), work.now, queries.sequences(session, (appointment_id,))
            )
            minutes = settings_queries.read(session).reminder_minutes
            work.noted(
                Line("appointment.exported", "appointment", visit.id, visit.patient_id, "calendar file")
            )
        return patient_file(visit, writing, minutes, doctor.room)

    def of_doctor(
        self,
        actor: Actor,
        practitioner_id: UUID,
        first: date,
        last: date,
        patients: PatientWords = PatientWords.INITIALS,
    ) -> bytes:
        """A doctor's visits from `first` to `last` (the clinic's days, both counted) as an .ics file.

        Patients' names need EXPORT_PATIENTS, too. Invalid `last` for more than 366 days; NotFound; NotAllowed
        without DISCLOSE_PATIENT and VIEW_CALENDAR. It leaves a line in the trail.
        """
        if not timedelta(0) <= last - first < timedelta(days=LONGEST_EXPORT_DAYS):
            raise invalid_fields(last=FieldProblem.OUT_OF_RANGE)
        with self.work(actor, Permission.DISCLOSE_PATIENT) as work:
            work.require(Permission.VIEW_CALENDAR)
            if patients is PatientWords.NAMES:
                work.require(Permission.EXPORT_PATIENTS)
            session = work.session
            doctor = practitioner_queries.record(practitioner_queries.practitioner(session, practitioner_id))
            clinic = clinic_queries.profile(session)
            visits = visit_queries.between(
                session, *day_bounds(first, last, clinic.tz), (practitioner_id,), include_cancelled=True
            )
            writing = Writing(clinic, work.now, queries.sequences(session, [visit.id for visit in visits]))
            told = f"{first} to {last}; {len(visits)} visits; {patients.value}"
            work.noted(Line("calendar.exported", "practitioner", practitioner_id, detail=told))
        return doctor_file(visits, writing, patients, doctor.name)

    def read_absences(
        self, actor: Actor, command: ImportAbsences, path: Path, progress: OnProgress | None = None
    ) -> CalendarPreview:
        """What `import_absences` would do with the file as things are now; nothing is written but the audit line.

        Raises what that does, and Stopped if `progress` does.
        """
        clinic, day = self._begin(actor, command.practitioner_id)
        contents = read_calendar(path, CalendarUse.ABSENCES, clinic.tz, day, progress)
        with self.work.looking(actor, Permission.VIEW_DOCTORS) as look:
            hours_rule.check(look, command.practitioner_id)
            look.listed("absence", owner=command.practitioner_id)
            known = queries.imported(
                look.session, command.practitioner_id, [one.item.key for one in contents.found]
            )
            _note_given_up(look, command, contents)
        differ = [
            _differs(known[one.item.key], one, _note(one, command))
            for one in contents.found
            if one.item.key in known
        ]
        return _preview(contents, len(contents.found) - len(differ), sum(differ), len(differ) - sum(differ))

    def import_absences(
        self, actor: Actor, command: ImportAbsences, path: Path, progress: OnProgress | None = None
    ) -> CalendarReport:
        """Take the file's busy times as the doctor's absences; the same file twice changes nothing. No visit is moved.

        What was ended here by hand comes back if the file still has it: the calendar it is from decides.
        Times without a zone are the clinic's. If `progress` raises Stopped, whole batches stay and `complete` is
        False. Invalid IMPORT_UNREADABLE with `file` and `reason`; NotFound; NotAllowed unless the actor may set the
        doctor's hours.
        """
        clinic, day = self._begin(actor, command.practitioner_id)
        contents = read_calendar(path, CalendarUse.ABSENCES, clinic.tz, day, progress)
        added = updated = unchanged = 0
        complete = True
        done = 0
        affected: set[UUID] = set()
        try:
            for batch in _batches(contents.found):
                if progress is not None:
                    progress(Progress(done, len(contents.found)))
                with self.work(actor, Permission.VIEW_DOCTORS) as work:
                    hours_rule.check(work, command.practitioner_id)
                    new, changed = _write_absences(work, command, batch, affected)
                added, updated = added + new, updated + changed
                unchanged += len(batch) - new - changed
                done += len(batch)
        except Stopped:
            complete = False
        with self.work(actor, Permission.VIEW_DOCTORS) as work:
            hours_rule.check(work, command.practitioner_id)
            _note_given_up(work, command, contents)
            told = f"{added} absences added, {updated} changed"
            work.noted(Line("calendar.imported", "practitioner", command.practitioner_id, detail=told))
        return CalendarReport(
            contents.file,
            added,
            updated,
            unchanged,
            tuple(contents.left_out),
            tuple(contents.notes),
            len(affected),
            complete,
        )

    def read_closures(
        self, actor: Actor, command: ImportClosures, path: Path, progress: OnProgress | None = None
    ) -> CalendarPreview:
        """What `import_closures` would do with the file as things are now; nothing is written but the audit line."""
        clinic, day = self._begin(actor, None)
        contents = read_calendar(path, CalendarUse.CLOSURES, clinic.tz, day, progress)
        wanted = _wanted(contents, command)
        with self.work.looking(actor, Permission.EDIT_HOURS) as look:
            look.listed("closure")
            known = _closed(look, wanted)
        kept = _settle(contents, wanted, known)
        return _preview(contents, len(wanted) - kept, 0, kept, wanted)

    def import_closures(
        self, actor: Actor, command: ImportClosures, path: Path, progress: OnProgress | None = None
    ) -> CalendarReport:
        """Take the file's whole days as closed days of the clinic, all of them or none. Visits there stay.

        A day that is closed or shortened already stays as it is. Invalid IMPORT_UNREADABLE; NotAllowed without
        EDIT_HOURS; Stopped if `progress` raises it: nothing is written then.
        """
        clinic, day = self._begin(actor, None)
        contents = read_calendar(path, CalendarUse.CLOSURES, clinic.tz, day, progress)
        wanted = _wanted(contents, command)
        with self.work(actor, Permission.EDIT_HOURS) as work:
            # Whoever books now waits, as for a day that is closed by hand.
            visit_queries.hold_doctors(work.session, practitioner_queries.active_ids(work.session))
            known = _closed(work, wanted)
            kept = _settle(contents, wanted, known)
            for one in wanted:
                if one.item.day in known:
                    continue
                row = ClosureRow(
                    id=new_id(),
                    day=one.item.day,
                    name=one.item.title or CLOSED,
                    opens=None,
                    closes=None,
                    created_at=work.now,
                    created_by=actor.account_id,
                )
                work.added(row, "closure.imported", Change("closure", row.id, day=row.day))
            told = f"{len(wanted) - kept} closed days added"
            work.noted(Line("calendar.imported", "closure", detail=told))
        return CalendarReport(
            contents.file,
            added=len(wanted) - kept,
            unchanged=kept,
            left_out=tuple(contents.left_out),
            notes=tuple(contents.notes),
        )

    def _begin(self, actor: Actor, practitioner_id: UUID | None) -> tuple[ClinicProfile, date]:
        """The clinic and its present day, once the actor was found to be allowed to change what the file is for."""
        permission = Permission.EDIT_HOURS if practitioner_id is None else Permission.VIEW_DOCTORS
        with self.work.looking(actor, permission) as look:
            clinic = clinic_queries.profile(look.session)
            if practitioner_id is not None:
                hours_rule.check(look, practitioner_id)
                practitioner_queries.practitioner(look.session, practitioner_id)
            look.viewed("clinic", clinic.id)
        return clinic, today(self.work.clock, clinic.tz)


def _write_absences(
    work: Work, command: ImportAbsences, batch: Sequence[Found], affected: set[UUID]
) -> tuple[int, int]:
    """How many are new and how many were changed. The visits in them are put on their worklists and in `affected`."""
    doctor = command.practitioner_id
    visit_queries.hold_doctors(work.session, [doctor])
    deeds.record(work, DeedKind.ABSENCE_ADDED)
    known = queries.imported(work.session, doctor, [one.item.key for one in batch])
    added = updated = 0
    written: list[AbsenceRow] = []
    for one in batch:
        note = _note(one, command)
        row = known.get(one.item.key)
        stretch = one.stretch
        if row is None:
            row = AbsenceRow(
                id=new_id(),
                practitioner_id=doctor,
                starts_at=stretch.starts_at,
                ends_at=stretch.ends_at,
                wall_start=stretch.wall_start,
                wall_end=stretch.wall_end,
                kind=AbsenceKind.OTHER,
                note=note,
                foreign_id=one.item.key,
                created_at=work.now,
                created_by=work.actor.account_id,
            )
            work.added(row, "absence.imported", change(row))
            written.append(row)
            added += 1
        elif _differs(row, one, note):
            earlier = change(row)
            row.starts_at, row.ends_at = stretch.starts_at, stretch.ends_at
            row.wall_start, row.wall_end = stretch.wall_start, stretch.wall_end
            row.note = note
            work.changed(row, "absence.changed", earlier, change(row))
            written.append(row)
            updated += 1
    work.flush()
    for row in written:
        if row.ends_at > work.now:
            visits = affected_visits.by_absence(work.session, doctor, row.starts_at, row.ends_at, work.now)
            ids = {visit.id for visit in visits}
            worklist_queries.remember(
                work.session, row.id, ids - worklist_queries.remembered(work.session, row.id).keys()
            )
            affected |= ids
    return added, updated


def _note_given_up(seen: Look | Work, command: ImportAbsences, contents: Contents) -> None:
    """Nothing is taken away by a file; whoever imports it is told what it no longer wants."""
    count = len(queries.imported(seen.session, command.practitioner_id, contents.given_up))
    if count:
        contents.notes.append(
            f"Cancelled in the file, but taken from it before: {count}. They stay until somebody ends them."
        )


def _differs(row: AbsenceRow, one: Found, note: str) -> bool:
    return (row.wall_start, row.wall_end, row.starts_at, row.ends_at, row.note) != (
        one.stretch.wall_start,
        one.stretch.wall_end,
        one.stretch.starts_at,
        one.stretch.ends_at,
        note,
    )


def _note(one: Found, command: ImportAbsences) -> str:
    return (one.item.title if command.titles else "") or WITHOUT_TITLE


def _batches(found: Sequence[Found]) -> Iterator[Sequence[Found]]:
    return (found[start : start + AT_ONCE] for start in range(0, len(found), AT_ONCE))


def _wanted(contents: Contents, command: ImportClosures) -> list[Found]:
    """One for each day, the first of the file; the others are told of."""
    wanted: dict[date, Found] = {}
    for one in contents.found:
        if one.item.key in command.leave_out:
            contents.left_out.append(LeftOut(str(one.item.day), _NOT_WANTED))
        elif one.item.day in wanted:
            contents.left_out.append(LeftOut(str(one.item.day), _TWICE))
        else:
            wanted[one.item.day] = one
    return list(wanted.values())


def _closed(seen: Look | Work, wanted: Sequence[Found]) -> dict[date, ClosureRow]:
    if not wanted:
        return {}
    return queries.closed(seen.session, wanted[0].item.day, wanted[-1].item.day)


def _settle(contents: Contents, wanted: Sequence[Found], known: dict[date, ClosureRow]) -> int:
    """How many days stay as they are; those that have another name are told of."""
    kept = [one for one in wanted if one.item.day in known]
    for one in kept:
        row = known[one.item.day]
        if row.name != (one.item.title or CLOSED):
            contents.left_out.append(LeftOut(str(one.item.day), _ANOTHER_NAME))
    return len(kept)


def _preview(
    contents: Contents, new: int, changed: int, unchanged: int, found: Sequence[Found] | None = None
) -> CalendarPreview:
    items = tuple(one.item for one in (contents.found if found is None else found))
    ends: datetime | None = max((item.wall_end for item in items), default=None)
    return CalendarPreview(
        contents.file,
        items,
        tuple(contents.left_out),
        tuple(contents.notes),
        new,
        changed,
        unchanged,
        min((item.day for item in items), default=None),
        (ends - timedelta(minutes=1)).date() if ends else None,
    )
