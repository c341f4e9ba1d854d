"""The second half of an import: what the files say about the people whom the first half recognised."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clinic import ClinicProfile
from meditrack_desktop.domain.errors import Conflict, Invalid
from meditrack_desktop.domain.imports import Skipped
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioners import AddPractitioner
from meditrack_desktop.services.documents import Documents
from meditrack_desktop.services.imports import chart_writing
from meditrack_desktop.services.imports.chart_outcome import ChartOutcome
from meditrack_desktop.services.imports.document_writing import write_documents
from meditrack_desktop.services.imports.fhir_documents import FoundDocument
from meditrack_desktop.services.imports.fhir_entries import Entry, entry
from meditrack_desktop.services.imports.fhir_entry import CUT, ROUNDED, Medicine, Translation
from meditrack_desktop.services.imports.fhir_files import FhirSource
from meditrack_desktop.services.imports.fhir_references import DOCTOR, PATIENT, AddressBook
from meditrack_desktop.services.imports.items import Reading, Source, Taken, Unusable
from meditrack_desktop.services.work import Works

_TRIES = 3
MOST_HELD = 64 << 20
"""Bytes of versions that wait in memory for each other."""
_CSV_IDS = "urn:meditrack:csv:"
_TOLD = {
    CUT: "texts that were longer than fits and were cut",
    ROUNDED: "numbers with more than eight decimals that were rounded",
}


class Run(Protocol):
    """What hears of an import's progress and of what came of it."""

    size: int
    done: int
    notes: list[str]

    def tell(self, force: bool = False) -> None: ...

    def skip(self, skipped: Skipped) -> None: ...

    def adapt(self, seconds: float, people: int) -> None: ...

    def count_entries(self, file: str, outcome: ChartOutcome) -> None: ...


@dataclass
class People:
    """Who is who in the chosen files, as far as entries speak of them. Empty and idle if there are no entries."""

    book: AddressBook | None = None

    @classmethod
    def of(cls, sources: Iterable[Source]) -> People:
        speaks = any(
            isinstance(source, FhirSource) and (source.entry_total or source.unsure) for source in sources
        )
        return cls(AddressBook() if speaks else None)

    def learn(self, file: int, known: Iterable[tuple[Taken, UUID]], refused: Iterable[Taken] = ()) -> None:
        if self.book is None:
            return
        for taken, person in known:
            self.book.learn(_noun(taken), file, _names(taken), person)
        for taken in refused:
            self.book.learn(_noun(taken), file, _names(taken), None)

    def learn_not_taken(self, file: int, source: Source) -> None:
        if self.book is not None and isinstance(source, FhirSource):
            for kind, names in source.not_taken:
                self.book.learn(PATIENT if kind == "Patient" else DOCTOR, file, names, None)


def _noun(taken: Taken) -> str:
    return DOCTOR if isinstance(taken.command, AddPractitioner) else PATIENT


def _names(taken: Taken) -> tuple[str, ...]:
    """As the file calls them; a table's ids are what FHIR files beside it refer to."""
    kind = "Practitioner" if isinstance(taken.command, AddPractitioner) else "Patient"
    ids = (one.value for one in taken.command.identifiers if one.system.startswith(_CSV_IDS))
    return taken.names or tuple(f"{kind}/{value}" for value in ids)


def entries_of(source: Source) -> int:
    """How many entries of charts a file holds, as far as is known before it is read."""
    return source.entry_total if isinstance(source, FhirSource) else 0


class ChartImport:
    """Reads the entries of each file again, when everybody is known, and writes them in batches."""

    def __init__(self, work: Works, documents: Documents) -> None:
        self.work = work
        self._documents = documents

    def take(
        self,
        actor: Actor,
        sources: Sequence[Source],
        reading: Reading,
        clinic: ClinicProfile,
        run: Run,
        people: People,
    ) -> None:
        """Bring in what the files say about people. Raises what `run.tell` does, between batches and within."""
        for source, batch in self._batches(sources, reading, run, people):
            began = time.monotonic()
            run.count_entries(source.file, self._write(actor, batch, clinic, run))
            run.adapt(time.monotonic() - began, len(batch))

    def check(
        self, actor: Actor, sources: Sequence[Source], reading: Reading, run: Run, people: People
    ) -> None:
        """Skip what could not be taken, writing nothing."""
        for source, batch in self._batches(sources, reading, run, people):
            with self.work.looking(actor, Permission.IMPORT_PATIENTS) as look:
                look.listed("patient")
                refused = chart_writing.check_entries(look, batch)
            run.count_entries(source.file, ChartOutcome(refused=refused))

    def _write(self, actor: Actor, batch: Sequence[Entry], clinic: ClinicProfile, run: Run) -> ChartOutcome:
        if isinstance(batch[0].command, FoundDocument):
            return write_documents(self.work, self._documents, actor, batch)
        for _ in range(_TRIES - 1):
            try:
                return self._write_once(actor, batch, clinic, run)
            except Conflict:
                continue  # another desk was first with one of them; now it is seen
        return self._write_once(actor, batch, clinic, run)

    def _write_once(
        self, actor: Actor, batch: Sequence[Entry], clinic: ClinicProfile, run: Run
    ) -> ChartOutcome:
        with self.work(actor, Permission.IMPORT_PATIENTS) as work:
            return chart_writing.write_entries(work, batch, clinic, run.tell)

    def _batches(
        self, sources: Sequence[Source], reading: Reading, run: Run, people: People
    ) -> Iterator[tuple[FhirSource, list[Entry]]]:
        """Entries in portions of `run.size`, documents one at a time: they are what is big. Versions of documents
        come last and together, whichever stands first in the file."""
        medicines: dict[str, Medicine] = {}
        for source in sources:
            if isinstance(source, FhirSource):
                medicines.update(source.medicines)
        for number, source in enumerate(sources):
            if not isinstance(source, FhirSource) or not (source.entry_total or source.unsure):
                continue
            remarks: Counter[str] = Counter()

            def translation(patient_id: UUID, remarks: Counter[str] = remarks) -> Translation:
                return Translation(patient_id, reading.today, reading.zone, medicines, remarks)

            batch: list[Entry] = []
            versions, size = list[Entry](), 0
            for found in self._of_file(source, number, run, people, translation):
                if isinstance(found.command, FoundDocument):
                    if not found.command.is_version:
                        yield source, [found]
                        continue
                    versions.append(found)
                    size += len(found.command.data)
                    if size > MOST_HELD:
                        yield source, versions
                        versions, size = [], 0
                    continue
                batch.append(found)
                if len(batch) >= run.size:
                    yield source, batch
                    run.tell()
                    batch = []
            if batch:
                yield source, batch
            if versions:
                yield source, versions
            run.notes.extend(
                f"{source.file}: {count:,} {_TOLD[kind]}." for kind, count in sorted(remarks.items())
            )
            run.tell(force=True)

    @staticmethod
    def _of_file(
        source: FhirSource,
        number: int,
        run: Run,
        people: People,
        translation: Callable[[UUID], Translation],
    ) -> Iterator[Entry]:
        book = people.book or AddressBook()
        try:
            for found in source.entries():
                run.done += 1
                run.tell()
                if isinstance(found, Skipped):
                    run.skip(found)
                    continue
                try:
                    yield entry(found.where, found.kind, found.resource, number, book, translation)
                except Unusable as unusable:
                    run.skip(Skipped(source.file, found.where, str(unusable)))
        except Invalid:
            return  # the file turned out unreadable midway: the first half has said so
