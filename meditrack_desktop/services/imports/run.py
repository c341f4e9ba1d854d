"""Runs an import: reads files, takes people in batches, and says what came of each of them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from uuid import UUID

from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import csv_mappings as mapping_queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clinic import ClinicProfile
from meditrack_desktop.domain.clock import today
from meditrack_desktop.domain.errors import Conflict, Invalid, NotAllowed, Stopped
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.imports import (
    CsvMapping,
    DateOrder,
    FileLook,
    ImportPreview,
    ImportReport,
    KeptOurs,
    OnBadRows,
    OnDifferent,
    Skipped,
)
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioners import AddPractitioner
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.services import twin_finding
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.documents import Documents
from meditrack_desktop.services.imports import writing
from meditrack_desktop.services.imports.chart_outcome import ChartOutcome
from meditrack_desktop.services.imports.chart_run import ChartImport, People, entries_of
from meditrack_desktop.services.imports.files import look_at, open_source
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

FEWEST, MOST = 500, 2000
"""People in one transaction. Many make an import fast, but all of them are in memory."""
BATCH_SECONDS = 0.6
"""How long a transaction may take; it tells how far it is meanwhile, and other desks wait for it."""
TELL_EVERY = 0.1
MOST_COMPARED = 500
"""Of so many people at most the worklist of possible duplicates learns by itself; of more a full search is due."""
COMPARED_AT_ONCE = 20
_TRIES = 3
_NO_DOCTORS = "Adding doctors needs the right to edit doctors, which you do not have."


class Imports:
    """Brings patients and doctors in. The same file twice adds nobody; nobody is ever overwritten by
    somebody else who happens to have the same number."""

    def __init__(self, work: Works, documents: Documents) -> None:
        self.work = work
        self._charts = ChartImport(work, documents)

    def inspect(self, actor: Actor, paths: Sequence[Path]) -> tuple[FileLook, ...]:
        """What each file seems to be, with what was said of tables like it before. Raises nothing for a bad file."""
        with self.work.looking(actor, Permission.IMPORT_PATIENTS) as look:
            look.listed("import")
            remembered = mapping_queries.all_of_them(look.session)
        return tuple(look_at(path, remembered.get) for path in paths)

    def preview(
        self,
        actor: Actor,
        paths: Sequence[Path],
        *,
        mappings: Sequence[CsvMapping] = (),
        date_order: DateOrder = DateOrder.ASK,
        on_different: OnDifferent = OnDifferent.KEEP_OURS,
        progress: OnProgress | None = None,
    ) -> ImportPreview:
        """What `run` would do with these files as things are now; nothing is written but the audit line.

        If `progress` raises Stopped, the answer holds what was seen until then.
        """
        clinic = self._clinic(actor)
        run = _Run(progress, on_different)
        complete = True
        try:
            sources = self._open(paths, run, mappings)
            run.total = sum(source.total + entries_of(source) for source in sources)
            day = today(self.work.clock, clinic.tz)
            self._check(actor, sources, _reading(sources, day, date_order, clinic), run)
        except Stopped:
            complete = False
        return ImportPreview(
            new=run.sum.added,
            doctors_new=run.sum.doctors_added,
            known=run.sum.unchanged,
            differing=run.sum.updated,
            refused=tuple(run.skipped),
            notes=tuple(run.notes),
            complete=complete,
            kept_ours=tuple(run.kept_ours),
        )

    def run(
        self,
        actor: Actor,
        paths: Sequence[Path],
        *,
        mappings: Sequence[CsvMapping] = (),
        date_order: DateOrder = DateOrder.ASK,
        on_bad_rows: OnBadRows = OnBadRows.KEEP_GOOD,
        on_different: OnDifferent = OnDifferent.KEEP_OURS,
        progress: OnProgress | None = None,
    ) -> ImportReport:
        """Read all files and take whom they hold; every row that is not taken stands in the report.

        `mappings` say which column of a table is what; those with a fingerprint are remembered for the next time.
        `on_different` says whose words stay where file and clinic differ; `kept_ours` of the report names each
        such person and the fields.
        A file refused as a whole is a `Skipped` whose `where` is "file". `added`, `doctors_added`,
        `unchanged`, `updated` and the skipped rows add up to all rows about people. With TAKE_NONE nothing
        is written if anything is bad, and the report's first note says so. Entries about people (charts, visits,
        contacts, consents, documents) are counted apart; those of somebody who was not taken are skipped.

        If `progress` raises Stopped, whole batches stay and a note says how far it came. NotAllowed;
        Unavailable if the database is.
        """
        clinic = self._clinic(actor)
        run = _Run(progress, on_different)
        day = today(self.work.clock, clinic.tz)
        try:
            sources = self._open(paths, run, mappings)
            reading = _reading(sources, day, date_order, clinic)
            if on_bad_rows is OnBadRows.TAKE_NONE:
                self._check(actor, sources, reading, run)
                if run.skipped:
                    return run.nothing_taken()
                run.begin_again()
                sources = self._open(paths, run, mappings)
            run.total = sum(source.total + entries_of(source) for source in sources)
            people = People.of(sources)
            for number, source in enumerate(sources):
                self._take(actor, source, reading, clinic, run, people, number)
            self._charts.take(actor, sources, reading, clinic, run, people)
        except Stopped:
            run.stopped()
        self._finish(actor, run, mappings)
        return run.report()

    def _clinic(self, actor: Actor) -> ClinicProfile:
        with self.work.looking(actor, Permission.IMPORT_PATIENTS) as look:
            profile = clinic_queries.profile(look.session)
            look.viewed("clinic", profile.id)
            return profile

    def _open(self, paths: Iterable[Path], run: _Run, mappings: Sequence[CsvMapping]) -> list[Source]:
        sources: list[Source] = []
        for path in paths:
            run.tell(force=True)
            try:
                sources.append(open_source(path, mappings))
            except Invalid as refusal:
                run.skip(_whole_file(path, refusal))
        return sources

    def _check(self, actor: Actor, sources: Sequence[Source], reading: Reading, run: _Run) -> None:
        """Read everything and compare it with the clinic, writing nothing."""
        check = RunCheck()
        people = People.of(sources)
        for number, source in enumerate(sources):
            for batch in _batches(source, reading, run, check):
                with self.work.looking(actor, Permission.IMPORT_PATIENTS) as look:
                    look.listed("patient")
                    outcome = writing.check(look, batch, run.on_different)
                run.count(source.file, outcome)
                people.learn(number, outcome.known, (taken for taken, _ in outcome.refused))
            people.learn_not_taken(number, source)
        self._charts.check(actor, sources, reading, run, people)

    def _take(
        self,
        actor: Actor,
        source: Source,
        reading: Reading,
        clinic: ClinicProfile,
        run: _Run,
        people: People,
        number: int,
    ) -> None:
        for batch in _batches(source, reading, run):
            began = time.monotonic()
            outcome = self._write(actor, batch, clinic, run)
            run.adapt(time.monotonic() - began, len(batch))
            run.count(source.file, outcome)
            people.learn(number, outcome.known, (taken for taken, _ in outcome.refused))
        people.learn_not_taken(number, source)

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
                return writing.write_patients(work, batch, clinic, run.tell, run.on_different)
        try:
            with self.work(actor, Permission.EDIT_DOCTORS) as work:
                return writing.write_doctors(work, batch)
        except NotAllowed:
            return writing.Outcome(refused=[(taken, _NO_DOCTORS) for taken in batch])

    def _finish(self, actor: Actor, run: _Run, mappings: Sequence[CsvMapping]) -> None:
        """One line that says an import took place: counts only, file names may name patients."""
        with self.work(actor, Permission.IMPORT_PATIENTS) as work:
            for row in mapping_queries.remember(work.session, [one for one in mappings if one.fingerprint]):
                work.added(row, "import.mapping_set", detail=row.name)
            work.noted(Line("import.finished", "import", new_id(), detail=run.counts()))
        if len(run.people) <= MOST_COMPARED and not run.was_stopped:
            self._look_for_twins(actor, sorted(run.people), run)

    def _look_for_twins(self, actor: Actor, people: Sequence[UUID], run: _Run) -> None:
        """A few at a time, so that other desks can write meanwhile; stopping leaves the rest to a full search."""
        try:
            for start in range(0, len(people), COMPARED_AT_ONCE):
                run.tell(force=True)
                with self.work(actor, Permission.IMPORT_PATIENTS) as work:
                    twin_finding.look_again(work, *people[start : start + COMPARED_AT_ONCE])
        except Stopped:
            return


@dataclass
class _Run:
    """How far a run is and what came of it so far."""

    progress: OnProgress | None
    on_different: OnDifferent = OnDifferent.KEEP_OURS
    total: int | None = None
    done: int = 0
    size: int = FEWEST
    skipped: list[Skipped] = field(default_factory=list)
    kept_ours: list[KeptOurs] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sum: writing.Outcome = field(default_factory=writing.Outcome)
    entries: ChartOutcome = field(default_factory=ChartOutcome)
    people: set[UUID] = field(default_factory=set)
    was_stopped: bool = False
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
        if len(self.people) <= MOST_COMPARED:
            self.people.update(known for _, known in outcome.known)
        self.skipped.extend(Skipped(file, taken.where, reason) for taken, reason in outcome.refused)
        self.kept_ours.extend(KeptOurs(file, taken.where, fields) for taken, fields in outcome.kept_ours)

    def count_entries(self, file: str, outcome: ChartOutcome) -> None:
        self.entries.added += outcome.added
        self.entries.unchanged += outcome.unchanged
        self.skipped.extend(Skipped(file, entry.where, reason) for entry, reason in outcome.refused)

    def adapt(self, seconds: float, people: int) -> None:
        """Make the next batch about as long as BATCH_SECONDS, so that progress stays lively."""
        wanted = int(people * BATCH_SECONDS / max(seconds, 0.001))
        self.size = max(FEWEST, min(MOST, wanted, 2 * people))

    def begin_again(self) -> None:
        """After a check that found nothing bad: forget its counts and remarks."""
        self.sum = writing.Outcome()
        self.entries = ChartOutcome()
        self.notes.clear()
        self.kept_ours.clear()
        self.done = 0

    def stopped(self) -> None:
        self.was_stopped = True
        of = f" of {self.total:,}" if self.total is not None else ""
        self.notes.insert(0, f"Stopped after {self.done:,}{of} rows; what was taken until then is kept.")

    def nothing_taken(self) -> ImportReport:
        note = "Nothing was taken, because not every row is good."
        return ImportReport(skipped=tuple(self.skipped), notes=(note, *self.notes))

    def counts(self) -> str:
        total = self.sum
        return (
            f"added {total.added}, doctors {total.doctors_added}, updated {total.updated},"
            f" unchanged {total.unchanged}, entries {self.entries.added}, skipped {len(self.skipped)}"
        )

    def report(self) -> ImportReport:
        return ImportReport(
            added=self.sum.added,
            unchanged=self.sum.unchanged,
            updated=self.sum.updated,
            skipped=tuple(self.skipped),
            notes=tuple(self.notes),
            doctors_added=self.sum.doctors_added,
            entries_added=self.entries.added,
            entries_unchanged=self.entries.unchanged,
            kept_ours=tuple(self.kept_ours),
        )


def _reading(sources: Iterable[Source], day: date, date_order: DateOrder, clinic: ClinicProfile) -> Reading:
    specialties: dict[str, str] = {}
    for source in sources:
        specialties.update(source.specialties)
    return Reading(today=day, date_order=date_order, specialties=specialties, zone=clinic.tz)


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
