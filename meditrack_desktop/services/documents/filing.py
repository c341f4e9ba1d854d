"""What every filing of a document with a patient keeps to, wherever the file came from: a person, the inbox, an
import.

`check_place` before a byte is read, `check_name` once it is known whom the file names, and `keep` in the Work that
writes the rows, which asks all of it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Protocol
from uuid import UUID

from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import document_filing as filing_queries
from meditrack_desktop.database.queries import document_parts as part_queries
from meditrack_desktop.database.queries import documents as queries
from meditrack_desktop.database.queries import scheduling as visit_queries
from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.database.session import ReadSession
from meditrack_desktop.database.tables.documents import DocumentRow
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.documents import (
    Document,
    DocumentStatus,
    DocumentType,
    Inert,
    MediaType,
    NameCheck,
    NotScanned,
    PartKind,
    Scan,
    ScanVerdict,
    StoredBlob,
    TextState,
    title_of,
)
from meditrack_desktop.domain.errors import (
    Conflict,
    ErrorCode,
    FieldProblem,
    Invalid,
    NotFound,
    invalid_fields,
)
from meditrack_desktop.domain.examination import NamedPerson
from meditrack_desktop.domain.name_check import Comparison, compare
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services import document_index
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.documents import versions
from meditrack_desktop.services.intake import LookedInto
from meditrack_desktop.services.patient_standing import refuse_closed
from meditrack_desktop.services.work import RefusedWithALine, Work

_NOBODY = NamedPerson()


class Wanted(Protocol):
    """What a command says of the document that shall be filed: `AttachDocument`, `FileIncoming`."""

    @property
    def patient_id(self) -> UUID: ...
    @property
    def title(self) -> str: ...
    @property
    def type(self) -> DocumentType: ...
    @property
    def document_date(self) -> date | None: ...
    @property
    def source(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def appointment_id(self) -> UUID | None: ...
    @property
    def replaces_id(self) -> UUID | None: ...
    @property
    def other_name_confirmed(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a file that may be kept, once it was looked into."""

    media_type: MediaType
    pages: int
    scan: Scan
    asks_password: bool = False
    inert: frozenset[Inert] = frozenset()
    modality: str = ""
    body_part: str = ""
    study_id: str = ""
    named: NamedPerson = _NOBODY
    document_date: date | None = None
    text_state: TextState = TextState.NONE
    turn: int = 0
    text: tuple[str, ...] | None = None
    """What it is found by; None where nobody has it at hand: it is looked up later."""


def found_in(looked: LookedInto) -> Found:
    """What an examination and a scan say, as a document's row keeps it."""
    one = looked.examination
    contents = one.contents
    modality = (
        next((series.modality for series in contents.series if series.modality), "") if contents else ""
    )
    if one.scanned_pages and not one.asks_password:
        text_state = TextState.WANTED
    else:
        text_state = TextState.OWN if any(page.strip() for page in one.text) else TextState.NONE
    return Found(
        media_type=one.media_type,
        pages=one.pages,
        scan=looked.scan,
        asks_password=one.asks_password,
        inert=one.inert,
        modality=modality[:16],
        body_part=contents.body_part[:64] if contents else "",
        study_id=contents.study_uid[:64] if contents else "",
        named=one.named,
        document_date=one.document_date,
        text_state=text_state,
        text=tuple(one.text),
    )


def check_place(session: ReadSession, now: datetime, wanted: Wanted, permission: Permission) -> None:
    """Whether something like this may be filed with this patient at all.

    NotFound for the patient, the visit or the document it replaces; Conflict PATIENT_ARCHIVED, PATIENT_RESTRICTED,
    PATIENT_MERGED, DOCUMENTS_A_DAY or DOCUMENT_SUPERSEDED; Invalid `type` if the document it replaces is read by
    others than this one would be.
    """
    refuse_closed(session, permission, [wanted.patient_id])
    if queries.patient_archived_at(session, wanted.patient_id) is not None:
        raise Conflict(ErrorCode.PATIENT_ARCHIVED)
    if permission is not Permission.IMPORT_PATIENTS:
        _check_quota(session, now, wanted.patient_id)
    if wanted.appointment_id is not None:
        check_visit(session, wanted.patient_id, wanted.appointment_id)
    if wanted.replaces_id is not None:
        _check_replaced(queries.find(session, wanted.replaces_id), wanted)


def check_scan(session: ReadSession, scan: Scan) -> None:
    """Invalid FILE_NOT_SCANNED where the clinic takes only what was scanned: a file may have waited, in the inbox or
    at a desk, since before it said so."""
    if scan.verdict is ScanVerdict.NOT_SCANNED and settings_queries.read(session).refuse_unscanned:
        raise Invalid(ErrorCode.FILE_NOT_SCANNED, because=(scan.because or NotScanned.FAILED).value)


def check_name(session: ReadSession, wanted: Wanted, document_id: UUID, named: NamedPerson) -> NameCheck:
    """Hold whom the file names against the patient it shall be filed with.

    Conflict FILE_NAMES_ANOTHER (`named`, `patient`) if they contradict and nobody said that it is right; the trail
    tells which of their parts do.
    """
    if not named:
        return NameCheck.UNKNOWN
    person, name = filing_queries.known_person(session, wanted.patient_id)
    found = compared(session, wanted.patient_id, named)
    if not found.differences:
        return found.check
    if wanted.other_name_confirmed:
        return NameCheck.CONFIRMED
    born = str(person.birth_date) if person.birth_date else ""
    raise RefusedWithALine(
        Conflict(
            ErrorCode.FILE_NAMES_ANOTHER,
            named=in_one_line(named),
            patient=", ".join(part for part in (name, born) if part),
        ),
        Line("document.names_another", "document", document_id, wanted.patient_id, _told(found)),
    )


def keep(
    work: Work,
    document_id: UUID,
    wanted: Wanted,
    file_name: str,
    found: Found,
    original: StoredBlob,
    parts: Mapping[PartKind, StoredBlob],
    permission: Permission,
    *,
    action: str = "document.attached",
    moved_from_id: UUID | None = None,
    filed_by: UUID | None = None,
    told: str = "",
) -> Document:
    """Write the rows of a document whose files lie in the vault already. Raises as `check_place`, `check_name` and,
    but for one that is in a chart already, `check_scan`.

    The patient's row is held by the caller (`queries.patient_archived_at(..., hold=True)`). `filed_by` is whose deed
    it is, where somebody else's desk carries it out; `told` goes into the trail with it.
    """
    check_place(work.session, work.now, wanted, permission)
    if permission is not Permission.EDIT_DOCUMENT:
        check_scan(work.session, found.scan)
    name_check = check_name(work.session, wanted, document_id, found.named)
    detail = ""
    if name_check is NameCheck.CONFIRMED:
        detail = f"another name confirmed: {_told(compared(work.session, wanted.patient_id, found.named))}"
    row = DocumentRow(
        id=document_id,
        patient_id=wanted.patient_id,
        title=wanted.title or title_of(file_name),
        type=wanted.type,
        document_class=wanted.type.document_class,
        media_type=found.media_type,
        file_name=file_name,
        pages=found.pages,
        document_date=wanted.document_date or found.document_date,
        source=wanted.source,
        note=wanted.note,
        appointment_id=wanted.appointment_id,
        replaces_id=wanted.replaces_id,
        moved_from_id=moved_from_id,
        status=DocumentStatus.CURRENT,
        turn=found.turn,
        asks_password=found.asks_password,
        inert=queries.stored_inert(found.inert),
        modality=found.modality,
        body_part=found.body_part,
        study_id=found.study_id,
        name_check=name_check,
        text_state=found.text_state,
        verdict=found.scan.verdict,
        scanned_at=found.scan.scanned_at,
        scanned_by=found.scan.engine[:120],
        signatures_at=found.scan.signatures_at,
        not_scanned_because=found.scan.because,
        blob_id=original.blob_id,
        size=original.size,
        sha256=original.sha256,
        ciphertext_size=original.ciphertext_size,
        ciphertext_sha256=original.ciphertext_sha256,
        created_at=work.now,
        created_by=filed_by or work.actor.account_id,
    )
    change = Change("document", row.id, patient=row.patient_id)
    work.added(
        row,
        action,
        change,
        patient_id=row.patient_id,
        detail="; ".join(part for part in (detail, told) if part),
    )
    work.flush()
    part_queries.add(work.session, row.id, parts)
    document_index.note_text(work.session, row.id, found.text)
    if row.replaces_id is not None:
        versions.settle(work, row)
    work.flush()
    return queries.record(work.session, row.id)


def check_visit(session: ReadSession, patient_id: UUID, appointment_id: UUID) -> None:
    """NotFound APPOINTMENT_NOT_FOUND unless the visit is this patient's."""
    visit = visit_queries.find(session, appointment_id)
    if visit is None or visit.patient_id != patient_id:
        raise NotFound(ErrorCode.APPOINTMENT_NOT_FOUND)


def in_one_line(named: NamedPerson) -> str:
    """Whom a file names, as one line for whoever compares."""
    born = named.birth_date.isoformat() if named.birth_date else ""
    return ", ".join(part for part in (named.name.strip(), born, *named.numbers) if part)[:200]


def compared(session: ReadSession, patient_id: UUID, named: NamedPerson) -> Comparison:
    """Whom a file names held against a patient who is there, as every filing of it does."""
    person, _ = filing_queries.known_person(session, patient_id)
    others = filing_queries.numbers_of_others(session, patient_id, named.numbers)
    return compare(named, person, others)


def _told(found: Comparison) -> str:
    return ",".join(kind.value for kind in found.differences)


def _check_quota(session: ReadSession, now: datetime, patient_id: UUID) -> None:
    limit = settings_queries.read(session).documents_a_day
    zone = clinic_queries.profile(session).tz
    begun = datetime.combine(now.astimezone(zone).date(), time(), zone).astimezone(UTC)
    if filing_queries.filed_since(session, patient_id, begun) >= limit:
        raise Conflict(ErrorCode.DOCUMENTS_A_DAY, limit=limit)


def _check_replaced(old: Document | None, wanted: Wanted) -> None:
    if old is None or old.patient_id != wanted.patient_id or old.deleted_at is not None:
        raise NotFound(ErrorCode.DOCUMENT_NOT_FOUND)
    if old.status is DocumentStatus.ENTERED_IN_ERROR:
        raise NotFound(ErrorCode.DOCUMENT_NOT_FOUND)
    if old.status is DocumentStatus.SUPERSEDED:
        raise Conflict(ErrorCode.DOCUMENT_SUPERSEDED)
    if old.document_class is not wanted.type.document_class:
        raise invalid_fields(type=FieldProblem.OUT_OF_RANGE)
