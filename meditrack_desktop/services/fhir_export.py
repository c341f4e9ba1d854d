"""Handing records out as FHIR R4, of everybody or of one: for another program, whole or not at all."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from uuid import UUID

from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import patient_lists as list_queries
from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import Outcome
from meditrack_desktop.domain.errors import ClinicError, Unavailable
from meditrack_desktop.domain.fhir_export import ExportFhir, FhirExport, FhirForm
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.fhir import contents
from meditrack_desktop.services.fhir.values import Json, entry, instant, to_json
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.private_file import private_file
from meditrack_desktop.services.second_person import SecondPersons
from meditrack_desktop.services.work import Works

PAGE = 200
TELL_EVERY = 0.1


class FhirExports:
    def __init__(self, work: Works, keys: KeyHolder, second_persons: SecondPersons) -> None:
        self.work = work
        self._keys = keys
        self._second_persons = second_persons

    def run(
        self, actor: Actor, command: ExportFhir, target: Path, progress: OnProgress | None = None
    ) -> FhirExport:
        """Write everybody who is found to `target` (0600), whole or not at all. Needs the password of late.

        Patients, doctors, visits, contacts, consents and allergies; conditions, medication, measurements and
        documents only of those whose chart the actor may read: the rest is counted. A page of patients is in
        memory at a time. `progress` counts patients and may raise Stopped: no file is left then. NotFound;
        NotAllowed AGREEMENT_NEEDED or NotAuthenticated where another administrator must agree; Unavailable
        EXPORT_TARGET_UNUSABLE or with the vault's code. Tried or done, it is in the audit trail.
        """
        run = new_id()
        one = command.patient_id
        with self.work(actor, Permission.EXPORT_PATIENTS) as work:
            work.noted(Line("fhir.export_begun", "fhir", run, one, command.form.value))
        try:
            second = self._second_persons.agrees(actor, command.second)
            asked = self._asked(actor, command)
            with private_file(target, overwrite=command.overwrite) as part:
                with part.open("r+", encoding="utf-8", newline="") as file:
                    writer = _Writer(file, command.form, asked.at)
                    self._write(actor, asked, writer, progress)
                    writer.end()
                size = part.stat().st_size
                done = FhirExport(
                    str(target),
                    len(asked.ids),
                    writer.count,
                    size,
                    asked.charts_left_out,
                    asked.documents_left_out,
                )
                # Noted before the file has its name: what nobody could note was not handed out.
                self._note(actor, run, command, done, second)
        except ClinicError as failure:
            self._failed(actor, run, one, failure)
            raise
        return done

    def _asked(self, actor: Actor, command: ExportFhir) -> _Asked:
        with self.work.looking(actor, Permission.EXPORT_PATIENTS) as look:
            look.listed("patient", command.patient_id)
            clinic = clinic_queries.profile(look.session)
            if command.patient_id is not None:
                patient_queries.patient(look.session, command.patient_id)
                ids = list_queries.Ids()
                ids.add(command.patient_id)
            else:
                ids = list_queries.found(
                    look.session, command.find, clinic.region, look.now, actor.account_id
                )
            names, doctors = contents.doctors(look)
            return _Asked(ids, names, doctors, clinic.name, instant(look.now))

    def _write(self, actor: Actor, asked: _Asked, writer: _Writer, progress: OnProgress | None) -> None:
        meter = _Meter(progress, len(asked.ids))
        for told in asked.doctors:
            writer.write(told)
        for some in asked.ids.pages(PAGE):
            meter.tell(force=True)
            found = self._page(actor, some, asked)
            asked.charts_left_out += found.charts_left_out
            asked.documents_left_out += found.documents_left_out
            for told in contents.all_of(found, self._keys, meter.tell):
                writer.write(told)
            meter.done += len(some)
        meter.tell(force=True)

    def _page(self, actor: Actor, ids: Sequence[UUID], asked: _Asked) -> contents.Page:
        with self.work.looking(actor, Permission.EXPORT_PATIENTS) as look:
            look.listed("patient")
            return contents.page(look, ids, asked.names, asked.clinic)

    def _note(
        self, actor: Actor, run: UUID, command: ExportFhir, done: FhirExport, second: UUID | None
    ) -> None:
        detail = f"{command.form.value}, {done.patients} patients, {done.resources} resources"
        if done.charts_left_out or done.documents_left_out:
            detail += f", left out: charts {done.charts_left_out}, documents {done.documents_left_out}"
        if second is not None:
            detail += f", agreed by {second.hex}"
        with self.work(actor, Permission.EXPORT_PATIENTS) as work:
            work.noted(Line("fhir.exported", "fhir", run, command.patient_id, detail))

    def _failed(self, actor: Actor, run: UUID, patient_id: UUID | None, failure: ClinicError) -> None:
        line = Line(
            "fhir.export_failed", "fhir", run, patient_id, failure.code.value, outcome=Outcome.REFUSED
        )
        with suppress(Unavailable), self.work.unsigned() as session:
            self.work.trail.write(session, actor, self.work.clock.now(), [line])


@dataclass
class _Asked:
    """Who is written, how doctors are called, and what was left out so far."""

    ids: list_queries.Ids
    names: dict[UUID, str]
    doctors: list[Json]
    clinic: str
    at: str
    charts_left_out: int = 0
    documents_left_out: int = 0


@dataclass
class _Meter:
    progress: OnProgress | None
    total: int
    done: int = 0
    _told: float = 0.0

    def tell(self, force: bool = False) -> None:
        """Call the person's progress, at most ten times a second. It may raise Stopped."""
        now = time.monotonic()
        if self.progress is not None and (force or now - self._told >= TELL_EVERY):
            self._told = now
            self.progress(Progress(self.done, self.total))


class _Writer:
    """Resources one after the other, as lines or as the entries of one Bundle."""

    def __init__(self, file: TextIO, form: FhirForm, at: str) -> None:
        self._file = file
        self._bundle = form is FhirForm.BUNDLE
        self.count = 0
        if self._bundle:
            head = {"resourceType": "Bundle", "type": "collection", "timestamp": at}
            file.write(json.dumps(head)[:-1])

    def write(self, told: Json) -> None:
        self.count += 1
        if not self._bundle:
            self._file.write(f"{to_json(told)}\n")
            return
        self._file.write(', "entry": [\n' if self.count == 1 else ",\n")
        self._file.write(to_json(entry(told)))

    def end(self) -> None:
        if self._bundle:
            self._file.write("\n]}\n" if self.count else "}\n")
        self._file.flush()
