"""Handing out lists of patients: what is shown, as a table or as address cards (security.md 4.3, H51, H52, D39)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, tzinfo
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import imports as record_queries
from meditrack_desktop.database.queries import patient_lists as queries
from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import Outcome
from meditrack_desktop.domain.errors import ClinicError, Unavailable
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patient_lists import ExportPatientList, ListColumn, ListForm, PatientListExport
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.services import patient_cards
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.list_files import csv_table, workbook_table
from meditrack_desktop.services.private_file import private_file
from meditrack_desktop.services.second_person import SecondPersons
from meditrack_desktop.services.work import Works

PAGE = 500
Write = Callable[[Patient, queries.Shown], object]


class PatientLists:
    def __init__(self, work: Works, second_persons: SecondPersons) -> None:
        self.work = work
        self._second_persons = second_persons

    def export(
        self, actor: Actor, command: ExportPatientList, target: Path, progress: OnProgress | None = None
    ) -> PatientListExport:
        """Write everybody who is found to `target` (0600), whole or not at all. Needs the password of late.

        Who is on the list is decided once; what is written of them is asked a page at a time, so whoever loses
        the right meanwhile gets no file. `progress` counts patients and may raise Stopped: no file is left then.
        NotAllowed AGREEMENT_NEEDED or NotAuthenticated where another administrator must agree;
        Unavailable EXPORT_TARGET_UNUSABLE; Invalid EXPORT_CELL_TOO_LONG. Tried or done, it is in the audit trail.
        """
        run = new_id()
        with self.work(actor, Permission.EXPORT_PATIENTS) as work:
            work.noted(Line("patient_list.export_begun", "patient_list", run, detail=command.form.value))
        try:
            second = self._second_persons.agrees(actor, command.second)
            ids, width, zone = self._asked(actor, command)
            with private_file(target, overwrite=command.overwrite) as part:
                with self._writer(command, part, width, zone) as write:
                    self._write(actor, command, ids, write, progress)
                size = part.stat().st_size
                # Noted before the file has its name: what nobody could note was not handed out.
                self._note(actor, run, command, len(ids), second)
        except ClinicError as failure:
            self._failed(actor, run, failure)
            raise
        return PatientListExport(str(target), len(ids), size)

    def _asked(self, actor: Actor, command: ExportPatientList) -> tuple[queries.Ids, int, ZoneInfo]:
        with self.work.looking(actor, Permission.EXPORT_PATIENTS) as look:
            look.listed("patient")
            clinic = clinic_queries.profile(look.session)
            ids = queries.found(look.session, command.find, clinic.region, look.now, actor.account_id)
            return ids, queries.most_phones(look.session), clinic.tz

    def _write(
        self,
        actor: Actor,
        command: ExportPatientList,
        ids: queries.Ids,
        write: Write,
        progress: OnProgress | None,
    ) -> None:
        lines = {ListColumn.USUAL_DOCTOR, ListColumn.NEXT_VISIT}
        with_lines = command.form is not ListForm.VCARD and not lines.isdisjoint(command.columns)
        done = 0
        for some in ids.pages(PAGE):
            if progress is not None:
                progress(Progress(done, len(ids)))
            for patient, shown in self._page(actor, some, with_lines):
                write(patient, shown)
            done += len(some)
        if progress is not None:
            progress(Progress(done, len(ids)))

    def _page(
        self, actor: Actor, ids: Sequence[UUID], with_lines: bool
    ) -> list[tuple[Patient, queries.Shown]]:
        with self.work.looking(actor, Permission.EXPORT_PATIENTS) as look:
            look.listed("patient")
            rows = record_queries.patients(look.session, ids)
            shown = queries.shown(look.session, ids, look.now) if with_lines else {}
            return [
                (patient_queries.record(rows[one]), shown.get(one, queries.NOTHING_SHOWN))
                for one in ids
                if one in rows and rows[one].purged_at is None
            ]

    @contextmanager
    def _writer(self, command: ExportPatientList, part: Path, width: int, zone: ZoneInfo) -> Iterator[Write]:
        if command.form is ListForm.VCARD:
            with part.open("r+", encoding="utf-8", newline="") as file:
                yield lambda patient, _: file.write(patient_cards.card(patient))
            return
        columns = tuple(dict.fromkeys(command.columns))
        make = csv_table if command.form is ListForm.CSV else workbook_table
        with make(part, heads_of(columns, width)) as table:
            yield lambda patient, shown: table.row(cells_of(patient, columns, width, zone, shown))

    def _note(
        self, actor: Actor, run: UUID, command: ExportPatientList, count: int, second: UUID | None
    ) -> None:
        detail = f"{command.form.value}, {count} patients"
        if second is not None:
            detail += f", agreed by {second.hex}"
        with self.work(actor, Permission.EXPORT_PATIENTS) as work:
            work.noted(Line("patient_list.exported", "patient_list", run, detail=detail))

    def _failed(self, actor: Actor, run: UUID, failure: ClinicError) -> None:
        line = Line(
            "patient_list.export_failed",
            "patient_list",
            run,
            detail=failure.code.value,
            outcome=Outcome.REFUSED,
        )
        with suppress(Unavailable), self.work.unsigned() as session:
            self.work.trail.write(session, actor, self.work.clock.now(), [line])


def heads_of(columns: Sequence[ListColumn], width: int) -> list[str]:
    """The headings of a table whose patients have at most `width` phones."""
    heads: list[str] = []
    for column in columns:
        if column is ListColumn.PHONES:
            for number in range(1, max(width, 1) + 1):
                name = column.value if number == 1 else f"{column.value} {number}"
                heads += [name, f"{name} use"]
        else:
            heads.append(column.value)
    return heads


def cells_of(
    patient: Patient,
    columns: Sequence[ListColumn],
    width: int,
    zone: tzinfo,
    shown: queries.Shown = queries.NOTHING_SHOWN,
) -> list[str]:
    """The patient's row below `heads_of` the same columns and width."""
    cells: list[str] = []
    for column in columns:
        if column is ListColumn.PHONES:
            pairs = [(phone.value, phone.use) for phone in patient.phones]
            pairs += [("", "")] * (max(width, 1) - len(pairs))
            cells += [cell for pair in pairs for cell in pair]
        else:
            cells.append(_cell(patient, shown, column, zone))
    return cells


def _cell(patient: Patient, shown: queries.Shown, column: ListColumn, zone: tzinfo) -> str:
    address = patient.address
    match column:
        case ListColumn.ID:
            return str(patient.id)
        case ListColumn.MRN:
            return patient.mrn
        case ListColumn.FAMILY:
            return patient.family
        case ListColumn.GIVEN:
            return patient.given
        case ListColumn.PREFERRED:
            return patient.preferred_name
        case ListColumn.BIRTH_DATE:
            return patient.birth_date.iso() if patient.birth_date else ""
        case ListColumn.GENDER:
            return patient.gender.value
        case ListColumn.EMAIL:
            return patient.email
        case ListColumn.STREET:
            return address.street
        case ListColumn.CITY:
            return address.city
        case ListColumn.POSTCODE:
            return address.postcode
        case ListColumn.COUNTRY:
            return address.country
        case ListColumn.LANGUAGE:
            return patient.language
        case ListColumn.CONTACT_BY:
            return patient.contact_by.value
        case ListColumn.INTERPRETER:
            return "yes" if patient.interpreter else "no"
        case ListColumn.PREFERENCES:
            return patient.preferences
        case ListColumn.NOTE:
            return patient.note
        case ListColumn.DECEASED:
            return "yes" if patient.deceased else "no"
        case ListColumn.USUAL_DOCTOR:
            return shown.usual_doctor
        case _:
            return _moment(shown.next_visit, zone)


def _moment(at: datetime | None, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at is not None else ""
