"""FHIR R4 in files: one resource, a Bundle, or NDJSON with a resource on every line.

A Bundle is loaded whole, up to a limit; NDJSON is read line by line and stays flat in memory. Nothing in a
Bundle is obeyed: a transaction's DELETE is reported, references and addresses are never followed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from pydantic import ValidationError

from meditrack_desktop.domain.imports import Skipped
from meditrack_desktop.services.imports import fhir_people, json_text
from meditrack_desktop.services.imports.encoding import byte_order_mark, wide_without_mark
from meditrack_desktop.services.imports.fhir_entries import ENTRY_TYPES
from meditrack_desktop.services.imports.fhir_entry import Medicine
from meditrack_desktop.services.imports.fhir_medications import medicine
from meditrack_desktop.services.imports.fhir_references import names_of
from meditrack_desktop.services.imports.fhir_values import Json
from meditrack_desktop.services.imports.fhir_version import other_release
from meditrack_desktop.services.imports.identity import Repetitions
from meditrack_desktop.services.imports.items import (
    Command,
    Item,
    Note,
    Reading,
    Taken,
    Unusable,
    not_supported,
    refused,
)
from meditrack_desktop.services.imports.reasons import counted, reason_of
from meditrack_desktop.services.imports.resource_types import OLDER_TYPES, R4_TYPES
from meditrack_desktop.services.imports.sniff import LONGEST_LINE

LARGEST_JSON = 200 << 20
"""Bytes of one JSON file, which is loaded whole. Larger exports come as NDJSON."""

_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_BEGINS = re.compile(r'\s*\{\s*"resourceType"\s*:\s*"([A-Za-z]{1,60})"')
"""A line that says at once what it is need not be read by the pass that does not want it."""
_UNDOING = frozenset({"DELETE", "PATCH"})


@dataclass(frozen=True, slots=True)
class _Entry:
    """One place in a file: a parsed value, or why it could not be parsed."""

    where: str
    value: Any
    problem: str = ""
    full_url: str = ""
    method: str = ""
    wrapped: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """An entry of a chart as it stands in the file, its traps looked for, not yet understood."""

    where: str
    kind: str
    resource: Json


class FhirSource:
    """What both shapes of file share. A file is gone through twice: `items` gives the people, `entries` what is
    written about them, when everybody is known."""

    def __init__(self, path: Path) -> None:
        self.file = path.name
        self.done = 0
        self.total = 0
        self.entry_total = 0
        self.unsure = False
        """Whether there may be more entries than `entry_total` says."""
        self.specialties: dict[str, str] = {}
        self.medicines: dict[str, Medicine] = {}
        self.not_taken: list[tuple[str, tuple[str, ...]]] = []
        """(type, names) of the people whom `items` could not take."""
        self._path = path
        self._counts: Counter[str] = Counter()
        self._inactive = 0
        self._replaced = 0

    def entries(self) -> Iterator[FoundEntry | Skipped]:
        """What stands in the file about people, in order; `done` goes on counting."""
        for entry in self._again():
            if not _is_entry(entry):
                continue
            self.done += 1
            try:
                resource = _checked(entry)
                yield FoundEntry(_where(entry), _kind(resource), resource)
            except Unusable as unusable:
                yield Skipped(self.file, _where(entry), str(unusable))

    def _again(self) -> Iterator[_Entry]:
        """Every entry that may be one of a chart."""
        raise NotImplementedError

    def _take(self, entry: _Entry, reading: Reading, repetitions: Repetitions) -> Item | None:
        where = _where(entry)
        try:
            command = self._command(entry, reading)
            if command is None:
                return None
            taken = Taken(where, command, names_of(entry.value, entry.full_url))
            item = repetitions.sort(taken)
            if isinstance(item, Skipped):
                self._not_taken(entry)
            return item
        except Unusable as unusable:
            self._not_taken(entry)
            return Skipped(self.file, where, str(unusable))
        except ValidationError as error:
            self._not_taken(entry)
            return Skipped(self.file, where, reason_of(error))

    def _not_taken(self, entry: _Entry) -> None:
        if isinstance(entry.value, dict) and entry.value.get("resourceType") in ("Patient", "Practitioner"):
            names = names_of(entry.value, entry.full_url)
            self.not_taken.append((entry.value["resourceType"], names))

    def _command(self, entry: _Entry, reading: Reading) -> Command | None:
        if entry.value is None and entry.wrapped and not entry.problem and entry.method not in _UNDOING:
            self._counts["(entry without a resource)"] += 1
            return None
        if not entry.problem and entry.method not in _UNDOING:
            kind = _kind(entry.value)
            if kind not in ("Patient", "Practitioner"):
                self._counts[kind] += 1
                return None
        resource = _checked(entry)
        if _kind(resource) == "Practitioner":
            command: Command = fhir_people.practitioner(resource, reading, entry.full_url)
        else:
            command = fhir_people.patient(resource, reading)
        self._inactive += resource.get("active") is False
        links = resource.get("link")
        self._replaced += isinstance(links, list) and any(
            isinstance(link, dict) and link.get("type") == "replaced-by" for link in links
        )
        return command

    def _learn(self, resource: Any, full_url: str = "") -> None:
        """What others refer to: the specialty of a role, the name of a medicine."""
        if not isinstance(resource, dict):
            return
        if resource.get("resourceType") == "PractitionerRole":
            reference, specialty = fhir_people.specialty_of_role(resource)
            if reference and specialty:
                self.specialties.setdefault(reference, specialty)
        elif resource.get("resourceType") == "Medication" and (found := medicine(resource)):
            self.medicines.update((name, found) for name in names_of(resource, full_url))

    def _notes(self) -> Iterator[Note]:
        for kind, use in (
            ("PractitionerRole", "the specialties of doctors"),
            ("Medication", "the names of medicines"),
        ):
            if count := self._counts.pop(kind, 0):
                yield Note(f"{self.file}: {count:,} {kind}, read for {use} only.")
        if self._counts:
            others = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self._counts.items()))
            yield Note(f"{self.file}: not taken in this version: {others}.")
        if self._inactive:
            people = counted(self._inactive, "person is", "people are")
            yield Note(f"{self.file}: {people} marked inactive there; they were taken all the same.")
        if self._replaced:
            people = counted(self._replaced, "record is", "records are")
            yield Note(f"{self.file}: {people} marked there as replaced by another; check for doubles.")


class FhirJsonSource(FhirSource):
    """One resource or one Bundle. Raises Invalid on making for anything else, and for other releases.

    Read twice, so that of many chosen files only one at a time is in memory.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        if path.stat().st_size > LARGEST_JSON:
            raise refused(self.file, "The file is larger than 200 MB; export it as NDJSON.")
        for entry in self._read(path.read_bytes()):
            if _is_entry(entry):
                self.entry_total += 1
            else:
                self.total += 1
            if isinstance(entry.value, dict) and (release := other_release(entry.value)):
                raise not_supported(self.file, f"This file is FHIR {release}. Export it as FHIR R4.")
            self._learn(entry.value, entry.full_url)

    def items(self, reading: Reading) -> Iterator[Item]:
        repetitions = Repetitions(self.file)
        for entry in self._again():
            if _is_entry(entry):
                continue
            self.done += 1
            item = self._take(entry, reading, repetitions)
            if item is not None:
                yield item
        yield from self._notes()

    def _again(self) -> Iterator[_Entry]:
        return self._read(self._path.read_bytes())

    def _read(self, raw: bytes) -> Iterator[_Entry]:
        codec = byte_order_mark(raw) or wide_without_mark(raw) or "utf-8"
        try:
            root = json_text.parse(raw.decode(codec))
            kind = _kind(root)
        except UnicodeDecodeError:
            raise refused(self.file, "The file holds bytes that are not readable text.") from None
        except Unusable as unusable:
            raise refused(self.file, str(unusable)) from None
        if kind != "Bundle":
            yield _Entry("resource", root)
            return
        if json_text.TWICE in root:
            raise refused(self.file, json_text.trouble(root))
        entries = root.get("entry", [])
        if not isinstance(entries, list):
            raise refused(self.file, "The Bundle's entries are not a list.")
        for number, entry in enumerate(entries, start=1):
            yield _bundle_entry(f"entry {number}", entry)


class FhirNdjsonSource(FhirSource):
    """One resource on every line. A line that cannot be read costs itself only."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        with path.open("rb") as file:
            head = file.read(4096)
        self._codec = byte_order_mark(head) or wide_without_mark(head) or "utf-8"
        with self._text() as text:
            for _, line in _lines(text):
                kind = _said(line)
                self.unsure |= not kind
                if kind in ENTRY_TYPES:
                    self.entry_total += 1
                    continue
                self.total += 1
                if line is not None and ('"PractitionerRole"' in line or '"Medication"' in line):
                    try:
                        self._learn(json_text.parse(line))
                    except Unusable:
                        continue  # `items` reports it

    def items(self, reading: Reading) -> Iterator[Item]:
        repetitions = Repetitions(self.file)
        with self._text() as text:
            for number, line in _lines(text):
                if _said(line) in ENTRY_TYPES:
                    continue
                self.done += 1
                entry = _line_entry(f"line {number}", line)
                if _is_entry(entry):
                    self.entry_total += 1
                    continue
                item = self._take(entry, reading, repetitions)
                if item is not None:
                    yield item
        yield from self._notes()

    def _again(self) -> Iterator[_Entry]:
        with self._text() as text:
            for number, line in _lines(text):
                kind = _said(line)
                if not kind or kind in ENTRY_TYPES:
                    yield _line_entry(f"line {number}", line, kind)

    @contextmanager
    def _text(self) -> Iterator[TextIO]:
        errors = "surrogateescape" if self._codec.startswith("utf-8") else "replace"
        with self._path.open(encoding=self._codec, errors=errors, newline="\n") as text:
            yield text


def _lines(text: TextIO) -> Iterator[tuple[int, str | None]]:
    """(number, line) of every line that holds anything; None stands for one beyond the limit."""
    number = 0
    while line := text.readline(LONGEST_LINE):
        number += 1
        too_long = False
        while len(line) == LONGEST_LINE and not line.endswith("\n"):
            too_long = True
            line = text.readline(LONGEST_LINE)
        if too_long:
            yield number, None
        elif line.strip():
            yield number, line


def _said(line: str | None) -> str:
    """Which resource a line says it is, if it says so at its very beginning."""
    found = _BEGINS.match(line) if line is not None else None
    return found[1] if found else ""


def _line_entry(where: str, line: str | None, kind: str = "") -> _Entry:
    """`kind` is what the line said it is: one that then cannot be read is a bad entry of that kind."""
    if line is None:
        return _Entry(where, None, problem="The line is too long.", kind=kind)
    try:
        if not line.isascii():
            line.encode("utf-8")
        return _Entry(where, json_text.parse(line), kind=kind)
    except UnicodeEncodeError:
        return _Entry(where, None, problem="The line holds bytes that are not readable text.", kind=kind)
    except Unusable as unusable:
        return _Entry(where, None, problem=str(unusable).replace(" line 1,", ""), kind=kind)


def _is_entry(entry: _Entry) -> bool:
    """Whether it is an entry of a chart, which `entries` takes and `items` leaves."""
    kind = entry.value.get("resourceType") if isinstance(entry.value, dict) else entry.kind
    return isinstance(kind, str) and kind in ENTRY_TYPES


def _checked(entry: _Entry) -> Json:
    """The resource, if nothing is wrong with it as a whole. Raises Unusable."""
    if entry.problem:
        raise Unusable(entry.problem)
    if entry.method in _UNDOING:
        raise Unusable(f"The file asks to {entry.method.lower()} a record; an import never does that.")
    resource: Json = entry.value
    _kind(resource)
    if release := other_release(resource):
        raise Unusable(f"It is written in FHIR {release}; export R4.")
    if problem := json_text.trouble(resource):
        raise Unusable(problem)
    return resource


def _bundle_entry(where: str, entry: Any) -> _Entry:
    if not isinstance(entry, dict):
        return _Entry(where, None, problem="The entry is not an object.")
    if json_text.TWICE in entry:
        return _Entry(where, None, problem=json_text.trouble(entry))
    request = entry.get("request")
    method = request.get("method") if isinstance(request, dict) else None
    full_url = entry.get("fullUrl")
    return _Entry(
        where,
        entry.get("resource"),
        full_url=full_url if isinstance(full_url, str) else "",
        method=method.upper() if isinstance(method, str) else "",
        wrapped=True,
    )


def _kind(resource: Any) -> str:
    """The resource's type. Raises Unusable if it has none or one that no FHIR release knows."""
    if not isinstance(resource, dict):
        raise Unusable("This is not a FHIR resource.")
    kind = resource.get("resourceType")
    if not isinstance(kind, str):
        raise Unusable("This is not FHIR: it does not say which resource it is (resourceType).")
    if kind not in R4_TYPES and kind not in OLDER_TYPES:
        raise Unusable("This is not FHIR R4: there is no such type of resource.")
    return kind


def _where(entry: _Entry) -> str:
    """`Patient/p1` where the resource says so, else its place in the file."""
    value: Json = entry.value if isinstance(entry.value, dict) else {}
    kind, own_id = value.get("resourceType"), value.get("id")
    if isinstance(kind, str) and isinstance(own_id, str) and _ID.fullmatch(own_id):
        return f"{kind[:40]}/{own_id}"
    return entry.where
