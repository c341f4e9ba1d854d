"""Looks into a file before it is kept: what it is, and what the virus scanner says of it (security.md D26-D28).

Whoever takes files in, with a patient or into the inbox, does it through here, outside of any transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, Protocol
from uuid import UUID

from meditrack_desktop.domain import scanning
from meditrack_desktop.domain.documents import MEBIBYTE, MediaType, NotScanned, Scan, ScanVerdict
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Invalid
from meditrack_desktop.domain.examination import Examination, NamedPerson
from meditrack_desktop.domain.ports import Scanner
from meditrack_desktop.domain.settings import ClinicSettings
from meditrack_desktop.examiner import Limits, sniff
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.file_checks import BLOCK, read_whole

NO_SCAN = Scan(ScanVerdict.NOT_SCANNED, because=NotScanned.NO_SCANNER)


class Examines(Protocol):
    """Finds out what strangers' bytes are, in a process of its own."""

    def examine(self, data: bytes, file_name: str, limits: Limits) -> Examination: ...

    def rearrange(self, data: bytes, pages: Sequence[int], limits: Limits | None = None) -> bytes: ...

    def unlock(
        self, data: bytes, password: str, limits: Limits | None = None
    ) -> tuple[bytes, Examination]: ...

    def put_together(
        self, files: Sequence[tuple[str, bytes]], limits: Limits
    ) -> tuple[bytes, Examination]: ...

    def warm(self) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class LookedInto:
    """What was found out about a file that may be kept."""

    examination: Examination
    scan: Scan


class Intake:
    """Safe to use from several threads at once."""

    def __init__(self, examiner: Examines, scanner: Scanner | None) -> None:
        self.examiner = examiner
        self.scanner = scanner

    def look_into(self, data: bytes, name: str, settings: ClinicSettings) -> LookedInto:
        """What `data` is. `name` is a cleaned file name.

        Invalid FILE_EMPTY, FILE_TYPE_REFUSED, FILE_NAME_DISAGREES, FILE_TOO_LARGE (`limit`), FILE_UNREADABLE,
        FILE_INFECTED (`engine`, `finding`) or FILE_NOT_SCANNED (`because`); Unavailable EXAMINER_FAILED.
        """
        examination = self.examiner.examine(data, name, limits_of(settings))
        return LookedInto(examination, self._scanned(data, name, examination, settings))

    def study(self, files: Sequence[tuple[str, bytes]], settings: ClinicSettings) -> tuple[bytes, LookedInto]:
        """The DICOM files of one study, (name, bytes) each, put together as the bytes of one document.

        Each is scanned by itself: nothing hides behind its neighbours. Errors as `look_into`.
        """
        data, examination = self.examiner.put_together(files, limits_of(settings))
        each = replace(examination, media_type=MediaType.DICOM)
        scans = [self._scanned(one, name, each, settings) for name, one in files]
        return data, LookedInto(examination, scanning.worst_of(scans or [NO_SCAN]))

    def look_again(self, data: bytes, name: str) -> NamedPerson:
        """Whom a file names that is kept already. Errors as `look_into`, but no scan and no limit of the clinic's."""
        return self.examiner.examine(data, name, Limits(len(data), len(data))).named

    def unlock(self, data: bytes, password: str, settings: ClinicSettings) -> bytes:
        """A PDF without its password, looked into like any file; what a scanner finds only now is refused too.

        Invalid FILE_ASKS_PASSWORD for a wrong one, FILE_TYPE_REFUSED, FILE_UNREADABLE, FILE_TOO_LARGE, FILE_INFECTED;
        Unavailable EXAMINER_FAILED.
        """
        clinic = limits_of(settings)
        # One that was kept under a former, larger limit opens as well.
        limits = replace(clinic, largest_document=max(clinic.largest_document, len(data) + MEBIBYTE))
        made, found = self.examiner.unlock(data, password, limits)
        self._scanned(made, "", found, settings.model_copy(update={"refuse_unscanned": False}))
        return made

    def warm(self) -> None:
        """Have the examiner's process ready before the first file. Unavailable EXAMINER_FAILED."""
        self.examiner.warm()

    def close(self) -> None:
        """End the examiner's process."""
        self.examiner.close()

    def _scanned(self, data: bytes, name: str, found: Examination, settings: ClinicSettings) -> Scan:
        scan = NO_SCAN
        if (scanner := self.scanner) is not None:
            pieces = scanning.what_to_scan(data, found.media_type)
            scan = scanning.worst_of([scanner.scan(piece, name) for piece in pieces])
            scan = scanning.locked(scan) if found.asks_password else scan
        if scan.verdict is ScanVerdict.INFECTED:
            raise Invalid(ErrorCode.FILE_INFECTED, engine=scan.engine, finding=scan.finding)
        if scan.verdict is ScanVerdict.NOT_SCANNED and settings.refuse_unscanned:
            because = scan.because or NotScanned.FAILED
            raise Invalid(ErrorCode.FILE_NOT_SCANNED, because=because.value)
        return scan


def limits_of(settings: ClinicSettings) -> Limits:
    """The clinic's limits in bytes."""
    return Limits(settings.largest_document_mb * MEBIBYTE, settings.largest_study_mb * MEBIBYTE)


def read_stranger(source: BinaryIO, settings: ClinicSettings) -> bytes:
    """The bytes of `source`, no more of them than a file that begins like this may have.

    Invalid FILE_EMPTY, FILE_TYPE_REFUSED, FILE_TOO_LARGE (before it is read, if it says so itself), FILE_UNREADABLE.
    """
    begun = _Begun(source)
    return read_whole(begun, limits_of(settings).largest(sniff(begun.head)))


class _Begun:
    """A source whose first bytes were looked at."""

    def __init__(self, source: BinaryIO) -> None:
        try:
            self.head = source.read(BLOCK)
        except (OSError, ValueError):
            raise Invalid(ErrorCode.FILE_UNREADABLE) from None
        self._given = False
        self._source = source
        if hasattr(source, "fileno"):
            self.fileno = source.fileno

    def read(self, size: int, /) -> bytes:
        if not self._given:
            self._given = True
            return self.head
        return self._source.read(size)


def infection(
    refusal: ClinicError, object_type: str, object_id: UUID, patient_id: UUID | None = None
) -> Line | None:
    """The line that an infected file leaves in the trail: who found what; None for any other refusal."""
    if refusal.code is not ErrorCode.FILE_INFECTED:
        return None
    told = "; ".join(str(refusal.parameters.get(name, "")) for name in ("engine", "finding"))
    return Line(f"{object_type}.infected", object_type, object_id, patient_id, told.strip("; ")[:500])
