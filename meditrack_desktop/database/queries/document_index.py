"""Writes and reads the index that documents are found by: bits of documents under hashes of words.

The one place that does. Documents have numbers; a chunk is a run of CHUNK of them, and for each term of a chunk one
row says which of its documents have it. A search reads a few rows a chunk, whatever there is to be found.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, text
from sqlalchemy.orm import Session

from meditrack_desktop.database.session import WriteSession
from meditrack_desktop.database.tables.document_index import DocumentIndexRow, DocumentTermRow
from meditrack_desktop.database.tables.documents import DocumentPartRow, DocumentRow
from meditrack_desktop.domain.documents import DocumentType, PartKind

CHUNK = 4096
_BYTES = CHUNK // 8
_AT_ONCE = 500
_OFFSET = struct.Struct("<H")
_LOCK = 0x4D54_4449
"""Two desks of a shared clinic that write to the index do so one after the other."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a document is to be found by from now on: hashes. `text` None leaves the text's as they are."""

    document_id: UUID
    version: int
    head: frozenset[int]
    text: frozenset[int] | None
    text_blob: UUID | None
    made_with: int


def write(session: Session, entries: Sequence[Entry]) -> None:
    """Let these documents be found by just this, in the caller's transaction."""
    if not entries:
        return
    _hold(session)
    ids = [entry.document_id for entry in entries]
    rows = {
        row.document_id: row
        for row in session.scalars(select(DocumentIndexRow).where(DocumentIndexRow.document_id.in_(ids)))
    }
    number = session.scalars(
        select(func.coalesce(func.max(DocumentIndexRow.number), -1)).select_from(DocumentIndexRow)
    ).one()
    stale: set[int] = set()
    added: defaultdict[int, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    taken: defaultdict[int, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        row = rows.get(entry.document_id)
        if row is None:
            number += 1
            row = DocumentIndexRow(
                document_id=entry.document_id,
                number=number,
                made_with=entry.made_with,
                text_blob=None,
                head=b"",
            )
            session.add(row)
            rows[entry.document_id] = row
        before = frozenset(_unpacked(row.head))
        chunk, offset = divmod(row.number, CHUNK)
        if entry.text is not None and row.text_blob is not None:
            stale.add(row.number)
            before = frozenset()
        for term in before - entry.head:
            taken[chunk][term].append(offset)
        for term in (entry.head - before) | (entry.text or frozenset()):
            added[chunk][term].append(offset)
        row.head = _packed(entry.head)
        row.document_version = entry.version
        if entry.text is not None:
            row.text_blob = entry.text_blob
    session.flush()
    _clear(session, stale)
    for chunk, terms in taken.items():
        _change(session, chunk, terms, taking=True)
    for chunk, terms in added.items():
        _change(session, chunk, terms)


def remove(session: Session, document_ids: Collection[UUID]) -> None:
    """Forget these documents altogether: no trace of their words is left."""
    if not document_ids:
        return
    named = DocumentIndexRow.document_id.in_(document_ids)
    if not session.scalar(select(exists().where(named))):
        return
    _hold(session)
    _clear(session, set(session.scalars(select(DocumentIndexRow.number).where(named))))
    session.execute(delete(DocumentIndexRow).where(named))


def remove_of_patients(session: Session, patients: Collection[UUID]) -> None:
    """As `remove`, for every document of these patients; before their rows go."""
    remove(session, session.scalars(select(DocumentRow.id).where(DocumentRow.patient_id.in_(patients))).all())


def touched(session: WriteSession) -> list[UUID]:
    """Documents whose rows were written in this transaction."""
    return sorted(row.id for row in session.touched if isinstance(row, DocumentRow))


def clear(session: Session) -> None:
    """Empty the whole index."""
    session.execute(delete(DocumentTermRow))
    session.execute(delete(DocumentIndexRow))


def chunks(session: Session) -> int:
    """How many chunks there are."""
    newest = session.scalar(select(func.max(DocumentIndexRow.number)))
    return 0 if newest is None else newest // CHUNK + 1


def bits(session: Session, terms: Collection[int], count: int) -> Mapping[int, int]:
    """By term, the documents that have it: bit `number` is set. Terms that none has are missing."""
    found: defaultdict[int, int] = defaultdict(int)
    for at in range(0, count, 64):
        some = list(range(at, min(at + 64, count)))
        query = select(DocumentTermRow.chunk, DocumentTermRow.term, DocumentTermRow.documents).where(
            DocumentTermRow.chunk.in_(some), DocumentTermRow.term.in_(sorted(terms))
        )
        for chunk, term, stored in session.execute(query):
            found[term] |= int.from_bytes(_as_bits(stored), "little") << (chunk * CHUNK)
    return found


def numbers_of_patients(session: Session, patients: Collection[UUID]) -> int:
    """The documents of these patients, as bits."""
    places: list[int] = []
    asked = sorted(patients)
    for at in range(0, len(asked), 5000):
        query = (
            select(DocumentIndexRow.number)
            .join(DocumentRow, DocumentRow.id == DocumentIndexRow.document_id)
            .where(DocumentRow.patient_id.in_(asked[at : at + 5000]))
        )
        places += session.scalars(query)
    return as_number(places)


def as_number(places: Iterable[int]) -> int:
    """A number with these bits."""
    places = list(places)
    if not places:
        return 0
    stored = bytearray(max(places) // 8 + 1)
    for place in places:
        stored[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(stored, "little")


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the index needs to know of a document's row: what is said about it, and the file of its text."""

    id: UUID
    version: int
    title: str
    file_name: str
    source: str
    note: str
    document_date: Any
    created_at: Any
    type: DocumentType
    document_class: str
    body_part: str
    modality: str
    text_blob: UUID | None
    indexed_text: UUID | None
    """The text that is in the index already."""


def behind(session: Session, made_with: int, limit: int, after: UUID | None = None) -> list[Indexed]:
    """Documents that are not in the index as they are now, in the order of their ids."""
    query = _indexed().where(_is_behind(made_with))
    if after is not None:
        query = query.where(DocumentRow.id > after)
    return [Indexed(*row) for row in session.execute(query.order_by(DocumentRow.id).limit(limit))]


def behind_among(session: Session, made_with: int, document_ids: Collection[UUID]) -> list[Indexed]:
    """Those of these documents that are `behind`."""
    query = _indexed().where(_is_behind(made_with), DocumentRow.id.in_(document_ids))
    return [Indexed(*row) for row in session.execute(query)]


def indexed(session: Session, document_ids: Collection[UUID]) -> list[Indexed]:
    query = _indexed().where(DocumentRow.id.in_(document_ids)).order_by(DocumentRow.id)
    return [Indexed(*row) for row in session.execute(query)]


def page(session: Session, limit: int, after: UUID | None) -> list[Indexed]:
    """All documents, some at a time, in the order of their ids."""
    query = _indexed().order_by(DocumentRow.id).limit(limit)
    return [Indexed(*row) for row in session.execute(query.where(DocumentRow.id > after) if after else query)]


def without_document(session: Session, limit: int) -> Sequence[UUID]:
    """Entries whose document is no longer there."""
    query = select(DocumentIndexRow.document_id).where(
        ~exists().where(DocumentRow.id == DocumentIndexRow.document_id)
    )
    return session.scalars(query.order_by(DocumentIndexRow.document_id).limit(limit)).all()


def is_of_another_key(session: Session, made_with: int) -> bool:
    return bool(session.scalar(select(exists().where(DocumentIndexRow.made_with != made_with))))


def numbers(session: Session, document_ids: Collection[UUID]) -> dict[UUID, int]:
    query = select(DocumentIndexRow.document_id, DocumentIndexRow.number)
    return {
        row.document_id: row.number
        for row in session.execute(query.where(DocumentIndexRow.document_id.in_(document_ids)))
    }


def holds(session: Session, number: int, terms: Collection[int]) -> bool:
    """Whether the index has the document under every one of these terms."""
    chunk, offset = divmod(number, CHUNK)
    stored = _stored(session, chunk, sorted(terms))
    return all(_as_bits(stored.get(term, b""))[offset >> 3] >> (offset & 7) & 1 for term in terms)


def _is_behind(made_with: int) -> ColumnElement[bool]:
    nothing = UUID(int=0)
    return or_(
        DocumentIndexRow.document_id.is_(None),
        DocumentIndexRow.document_version != DocumentRow.version,
        DocumentIndexRow.made_with != made_with,
        func.coalesce(DocumentIndexRow.text_blob, nothing) != func.coalesce(DocumentPartRow.blob_id, nothing),
    )


def _indexed() -> Any:
    return (
        select(
            DocumentRow.id,
            DocumentRow.version,
            DocumentRow.title,
            DocumentRow.file_name,
            DocumentRow.source,
            DocumentRow.note,
            DocumentRow.document_date,
            DocumentRow.created_at,
            DocumentRow.type,
            DocumentRow.document_class,
            DocumentRow.body_part,
            DocumentRow.modality,
            DocumentPartRow.blob_id,
            DocumentIndexRow.text_blob,
        )
        .outerjoin(DocumentIndexRow, DocumentIndexRow.document_id == DocumentRow.id)
        .outerjoin(
            DocumentPartRow,
            and_(DocumentPartRow.document_id == DocumentRow.id, DocumentPartRow.kind == PartKind.TEXT),
        )
        .where(DocumentRow.type != DocumentType.PORTRAIT)
    )


def _hold(session: Session) -> None:
    if session.connection().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _change(
    session: Session, chunk: int, terms: Mapping[int, Sequence[int]], *, taking: bool = False
) -> None:
    """Set the bits at these offsets, or take them away."""
    stored = _stored(session, chunk, sorted(terms))
    change = _without if taking else _with
    changed = [
        (chunk, term, change(stored.get(term, b""), offsets)) for term, offsets in sorted(terms.items())
    ]
    _keep(session, chunk, changed)


def _clear(session: Session, places: Collection[int]) -> None:
    """Take these documents out of every row of their chunks: for what nobody remembers the words of."""
    by_chunk: defaultdict[int, bytearray] = defaultdict(lambda: bytearray(b"\xff" * _BYTES))
    for place in places:
        chunk, offset = divmod(place, CHUNK)
        by_chunk[chunk][offset >> 3] &= ~(1 << (offset & 7))
    for chunk, kept in by_chunk.items():
        mask = int.from_bytes(kept, "little")
        query = select(DocumentTermRow.term, DocumentTermRow.documents).where(DocumentTermRow.chunk == chunk)
        changed: list[tuple[int, int, bytes]] = []
        for term, stored in session.execute(query):
            there = int.from_bytes(_as_bits(stored), "little")
            if there & mask != there:
                changed.append((chunk, term, _as_stored(there & mask)))
        _keep(session, chunk, changed)


def _keep(session: Session, chunk: int, changed: Sequence[tuple[int, int, bytes]]) -> None:
    """Store these rows; those that name no document any more go."""
    _put(session, [row for row in changed if row[2]])
    _drop(session, chunk, [term for _, term, documents in changed if not documents])


def _stored(session: Session, chunk: int, terms: Sequence[int]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for at in range(0, len(terms), _AT_ONCE):
        query = select(DocumentTermRow.term, DocumentTermRow.documents).where(
            DocumentTermRow.chunk == chunk, DocumentTermRow.term.in_(terms[at : at + _AT_ONCE])
        )
        found.update((row.term, row.documents) for row in session.execute(query))
    return found


def _put(session: Session, rows: Sequence[tuple[int, int, bytes]]) -> None:
    if not rows:
        return
    connection = session.connection()
    instead = "ON CONFLICT (chunk, term) DO UPDATE SET documents = excluded.documents"
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            f"INSERT INTO document_term (chunk, term, documents) VALUES (?, ?, ?) {instead}", list(rows)
        )
        return
    statement = (
        "INSERT INTO document_term (chunk, term, documents) "
        f"SELECT * FROM unnest(%s::integer[], %s::bigint[], %s::bytea[]) {instead}"
    )
    for at in range(0, len(rows), 20_000):
        columns = zip(*rows[at : at + 20_000], strict=True)
        connection.exec_driver_sql(statement, tuple(list(values) for values in columns))


def _drop(session: Session, chunk: int, terms: Sequence[int]) -> None:
    for at in range(0, len(terms), _AT_ONCE):
        some = terms[at : at + _AT_ONCE]
        session.execute(
            delete(DocumentTermRow).where(DocumentTermRow.chunk == chunk, DocumentTermRow.term.in_(some))
        )


def _as_bits(stored: bytes) -> bytes:
    """A chunk's bits, of what is stored of it."""
    if len(stored) == _BYTES:
        return stored
    there = bytearray(_BYTES)
    for (offset,) in _OFFSET.iter_unpack(stored):
        there[offset >> 3] |= 1 << (offset & 7)
    return bytes(there)


def _as_stored(there: int) -> bytes:
    """What is kept of a chunk's bits: nothing if there is none, offsets while they are shorter."""
    if there.bit_count() * 2 >= _BYTES:
        return there.to_bytes(_BYTES, "little")
    offsets: list[int] = []
    while there:
        offsets.append((there & -there).bit_length() - 1)
        there &= there - 1
    return struct.pack(f"<{len(offsets)}H", *offsets)


def _with(stored: bytes, offsets: Sequence[int]) -> bytes:
    if len(stored) + 2 * len(offsets) < _BYTES:
        here = {offset for (offset,) in _OFFSET.iter_unpack(stored)}.union(offsets)
        return struct.pack(f"<{len(here)}H", *sorted(here))
    return _as_stored(int.from_bytes(_as_bits(stored), "little") | as_number(offsets))


def _without(stored: bytes, offsets: Sequence[int]) -> bytes:
    return _as_stored(int.from_bytes(_as_bits(stored), "little") & ~as_number(offsets))


def _packed(terms: Iterable[int]) -> bytes:
    return b"".join(term.to_bytes(8, "little", signed=True) for term in sorted(terms))


def _unpacked(stored: bytes) -> list[int]:
    return [int.from_bytes(stored[at : at + 8], "little", signed=True) for at in range(0, len(stored), 8)]
