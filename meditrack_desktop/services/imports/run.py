"""Runs an import: reads files, takes people in batches, and says what came of each of them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clinic import ClinicProfile
from meditrack_desktop.domain.clock import today
from meditrack_desktop.domain.errors import Conflict, Invalid, NotAllowed, Stopped
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.imports import DateOrder, ImportReport, OnBadRows, OnProgress, Progress, Skipped
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioners import AddPractitioner
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.imports import writing
from meditrack_desktop.services.imports.files import open_source
from meditrack_desktop.services.imports.items import (
    WHOLE_FILE,
    Note,
    Reading,
    Repeated,
    Source,
    Taken,
)
from meditrack_desktop.services.imports.run_check import RunCheck
from meditrack_desktop.services.work import Works

FEWEST, MOST = 200, 400
BATCH_SECONDS = 0.15
TELL_EVERY = 0.1
_TRIES = 3
_NO_DOCTORS = "Adding doctors needs the right to edit doctors, which you do not have."


class Imports:
    """Brings patients and doctors in. The same file twice adds nobody; nobody is ever overwritten by
    somebody else who happens to have the same number."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def run(
        self,
        actor: Actor,
        paths: Sequence[Path],
        *,
        date_order: DateOrder = DateOrder.ASK,
        on_bad_rows: OnBadRows = OnBadRows.KEEP_GOOD,
        progress: OnProgress | None = None,
    ) -> ImportReport:
        """Read all files and take whom they hold; every row that is not taken stands in the report.

        A file refused as a whole is a `Skipped` whose `where` is "file". `added`, `doctors_added`,
        `unchanged`, `updated` and the skipped rows add up to all rows about people. With TAKE_NONE nothing
        is written if anything is bad, and the report's first note says so. If `progress` raises Stopped,
        whole batches stay and a note says how far it came. NotAllowed; Unavailable if the database is.
        """
        clinic = self._clinic(actor)
        run = _Run(progress)
        day = today(self.work.clock, clinic.tz)
        try:
            sources = self._open(paths, run)
            reading = _reading(sources, day, date_order)
            if on_bad_rows is OnBadRows.TAKE_NONE and not self._all_good(actor, sources, reading, run):
                return run.nothing_taken()
            sources = self._open(paths, run) if on_bad_rows is OnBadRows.TAKE_NONE else sources
            run.total = sum(source.total for source in sources)
            for source in sources:
                self._take(actor, source, reading, clinic, run)
        except Stopped:
            run.stopped()
        self._finish(actor, run)
        return run.report()

    def _clinic(self, actor: Actor) -> ClinicProfile:
        with self.work.looking(actor, Permission.IMPORT_PATIENTS) as look:
            profile = clinic_queries.profile(look.session)
            look.viewed("clinic", profile.id)
            return profile

    def _open(self, paths: Iterable[Path], run: _Run) -> list[Source]:
        sources: list[Source] = []
        for path in paths:
            run.tell(force=True)
            try:
                sources.append(open_source(path))
            except Invalid as refusal:
                run.skip(_whole_file(path, refusal))
        return sources

    def _all_good(self, actor: Actor, sources: Iterable[Source], reading: Reading, run: _Run) -> bool:
        """Read everything and compare it with the clinic, writing nothing."""
        check = RunCheck()
        for source in sources:
            for batch in _batches(source, reading, run, check):
                with self.work.looking(actor, Permission.IMPORT_PATIENTS) as look:
                    look.listed("patient")
                    refused = [*writing.check_patients(look, batch), *writing.check_doctors(look, batch)]
                for taken, reason in refused:
                    run.skip(Skipped(source.file, taken.where, reason))
        good = not run.skipped
        if good:
            run.begin_again()
        return good

    def _take(self, actor: Actor, source: Source, reading: Reading, clinic: ClinicProfile, run: _Run) -> None:
        for batch in _batches(source, reading, run):
            began = time.monotonic()
            outcome = self._write(actor, batch, clinic, run)
            run.adapt(time.monotonic() - began, len(batch))
            run.count(source.file, outcome)

    def _write(
        self, actor: Actor, batch: Sequence[Taken], clinic: ClinicProfile, run: _Run
    ) -> writing.Outcome:
        for _ in range(_TRIES - 1):
            try:
                return self._write_once(actor, batch, clinic, run)
            except Conflict:
                continue  # another desk took one of them meanwhile; now its rows are seen
        return self._write_once(actor, batch, clinic, run)

    def _write_once(
        self, actor: Actor, batch: Sequence[Taken], clinic: ClinicProfile, run: _Run
    ) -> writing.Outcome:
        if not isinstance(batch[0].command, AddPractitioner):
            with self.work(actor, Permission.IMPORT_PATIENTS) as work:
                return writing.write_patients(work, batch, clinic, run.tell)
        try:
            with self.work(actor, Permission.EDIT_DOCTORS) as work:
                return writing.write_doctors(work, batch)
        except NotAllowed:
            return writing.Outcome(refused=[(taken, _NO_DOCTORS) for taken in batch])

    def _finish(self, actor: Actor, run: _Run) -> None:
        """One line that says an import took place: counts only, file names may name patients."""
        with self.work(actor, Permission.IMPORT_PATIENTS) as work:
            work.noted(Line("import.finished", "import", new_id(), detail=run.counts()))


@dataclass
class _Run:
    """How far a run is and what came of it so far."""

    progress: OnProgress | None
    total: int | None = None
    done: int = 0
    size: int = FEWEST
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sum: writing.Outcome = field(default_factory=writing.Outcome)
    _told: float = 0.0

    def tell(self, force: bool = False) -> None:
        """Call the person's progress, at most ten times a second. It may raise Stopped."""
        now = time.monotonic()
        if self.progress is not None and (force or now - self._told >= TELL_EVERY):
            self._told = now
            self.progress(Progress(self.done, self.total))

    def skip(self, skipped: Skipped) -> None:
        self.skipped.append(skipped)

    def count(self, file: str, outcome: writing.Outcome) -> None:
        self.sum.added += outcome.added
        self.sum.doctors_added += outcome.doctors_added
        self.sum.updated += outcome.updated
        self.sum.unchanged += outcome.unchanged
        self.skipped.extend(Skipped(file, taken.where, reason) for taken, reason in outcome.refused)

    def adapt(self, seconds: float, people: int) -> None:
        """Make the next batch about as long as BATCH_SECONDS, so that progress stays lively."""
        wanted = int(people * BATCH_SECONDS / max(seconds, 0.001))
        self.size = max(FEWEST, min(MOST, wanted))

    def begin_again(self) -> None:
        """After a check that found nothing bad: forget its counts and remarks."""
        self.sum = writing.Outcome()
        self.notes.clear()
        self.done = 0

    def stopped(self) -> None:
        of = f" of {self.total:,}" if self.total is not None else ""
        self.notes.insert(0, f"Stopped after {self.done:,}{of} rows; what was taken until then is kept.")

    def nothing_taken(self) -> ImportReport:
        note = "Nothing was taken, because not every row is good."
        return ImportReport(skipped=tuple(self.skipped), notes=(note, *self.notes))

    def counts(self) -> str:
        total = self.sum
        return (
            f"added {total.added}, doctors {total.doctors_added}, updated {total.updated},"
            f" unchanged {total.unchanged}, skipped {len(self.skipped)}"
        )

    def report(self) -> ImportReport:
        return ImportReport(
            added=self.sum.added,
            unchanged=self.sum.unchanged,
            updated=self.sum.updated,
            skipped=tuple(self.skipped),
            notes=tuple(self.notes),
            doctors_added=self.sum.doctors_added,
        )


def _reading(sources: Iterable[Source], day: date, date_order: DateOrder) -> Reading:
    specialties: dict[str, str] = {}
    for source in sources:
        specialties.update(source.specialties)
    return Reading(today=day, date_order=date_order, specialties=specialties)


def _whole_file(path: Path, refusal: Invalid) -> Skipped:
    return Skipped(path.name, WHOLE_FILE, str(refusal.parameters.get("reason", refusal.code.value)))


def _batches(
    source: Source, reading: Reading, run: _Run, check: RunCheck | None = None
) -> Iterator[list[Taken]]:
    """People in portions of `run.size`; patients and doctors apart, no identifier twice in one portion.

    Everything else in the file goes straight into the report.
    """
    batch: list[Taken] = []
    named: set[tuple[str, str]] = set()
    before = run.done
    try:
        for item in source.items(reading):
            run.done = before + source.done
            run.tell()
            if isinstance(item, Skipped):
                run.skip(item)
            elif isinstance(item, Repeated):
                run.sum.unchanged += 1
            elif isinstance(item, Note):
                run.notes.append(item.text)
            elif check is not None and (reason := check.conflict(item)):
                run.skip(Skipped(source.file, item.where, reason))
            else:
                pairs = writing.identifiers_of(item.command)
                full = bool(batch) and (
                    len(batch) >= run.size or type(item.command) is not type(batch[0].command)
                )
                if batch and (full or not named.isdisjoint(pairs)):
                    yield batch
                    run.tell()
                    batch, named = [], set()
                batch.append(item)
                named.update(pairs)
    except Invalid as refusal:
        run.skip(_whole_file(Path(source.file), refusal))
    if batch:
        yield batch
    run.done = before + source.total
    run.tell(force=True)
