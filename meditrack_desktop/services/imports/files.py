"""The right reader for a file."""

from __future__ import annotations

from pathlib import Path

from meditrack_desktop.services.imports.csv_people import CsvSource
from meditrack_desktop.services.imports.fhir_files import FhirJsonSource, FhirNdjsonSource
from meditrack_desktop.services.imports.items import Source, refused
from meditrack_desktop.services.imports.sniff import FileKind, sniff

_READERS: dict[FileKind, type[CsvSource] | type[FhirJsonSource] | type[FhirNdjsonSource]] = {
    FileKind.CSV: CsvSource,
    FileKind.FHIR_JSON: FhirJsonSource,
    FileKind.FHIR_NDJSON: FhirNdjsonSource,
}


def open_source(path: Path) -> Source:
    """Recognise `path` by its content and measure it.

    Raises Invalid IMPORT_UNREADABLE or IMPORT_NOT_SUPPORTED with the parameters `file` and `reason`, a
    sentence; files that cannot be opened at all are IMPORT_UNREADABLE too.
    """
    try:
        if path.is_dir():
            raise refused(path.name, "This is a folder; choose files.")
        return _READERS[sniff(path)](path)
    except FileNotFoundError:
        raise refused(path.name, "There is no such file.") from None
    except OSError as error:
        raise refused(
            path.name, f"The file cannot be opened ({error.strerror or 'unknown cause'})."
        ) from None
