"""The right reader for a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from meditrack_desktop.domain.errors import Invalid
from meditrack_desktop.domain.imports import CsvMapping, FileLook
from meditrack_desktop.services.imports import csv_look
from meditrack_desktop.services.imports.csv_file import CsvFile
from meditrack_desktop.services.imports.csv_people import CsvSource
from meditrack_desktop.services.imports.fhir_files import FhirJsonSource, FhirNdjsonSource
from meditrack_desktop.services.imports.items import Source, refused
from meditrack_desktop.services.imports.sniff import FileKind, sniff
from meditrack_desktop.services.imports.vcard_people import VcardSource

_READERS: dict[FileKind, Callable[[Path], Source]] = {
    FileKind.FHIR_JSON: FhirJsonSource,
    FileKind.FHIR_NDJSON: FhirNdjsonSource,
    FileKind.VCARD: VcardSource,
}


def open_source(path: Path, mappings: Sequence[CsvMapping] = ()) -> Source:
    """Recognise `path` by its content and measure it. `mappings` say which column of a table is what.

    Raises Invalid IMPORT_UNREADABLE or IMPORT_NOT_SUPPORTED with the parameters `file` and `reason`, a
    sentence; files that cannot be opened at all are IMPORT_UNREADABLE too.
    """
    try:
        if path.is_dir():
            raise refused(path.name, "This is a folder; choose files.")
        kind = sniff(path)
        if kind is FileKind.CSV:
            return CsvSource(path, _mapping_for(path, mappings))
        return _READERS[kind](path)
    except FileNotFoundError:
        raise refused(path.name, "There is no such file.") from None
    except OSError as error:
        raise refused(
            path.name, f"The file cannot be opened ({error.strerror or 'unknown cause'})."
        ) from None


def look_at(path: Path, remembered: Callable[[str], CsvMapping | None]) -> FileLook:
    """What `path` seems to be; `remembered` gives what was said of such a table before. Nothing is raised."""
    try:
        if path.is_file() and sniff(path) is FileKind.CSV:
            table = CsvFile(path)
            return csv_look.look(table, remembered(csv_look.print_of(table)))
        return FileLook(path.name, open_source(path).total)
    except Invalid as refusal:
        return FileLook(path.name, problem=str(refusal.parameters.get("reason", refusal.code.value)))
    except OSError as error:
        return FileLook(
            path.name, problem=f"The file cannot be opened ({error.strerror or 'unknown cause'})."
        )


def _mapping_for(path: Path, mappings: Sequence[CsvMapping]) -> CsvMapping | None:
    if not mappings:
        return None
    fitting = print_of_path(path)
    return next((one for one in mappings if one.fingerprint in ("", fitting)), None)


def print_of_path(path: Path) -> str:
    return csv_look.print_of(CsvFile(path))
