"""An archive of documents with some hundred different words each: rows and index as the program writes them, no files.

The index's rows are counted out for a whole chunk at once, from the words that the program itself would make terms
of; a test compares some documents with what `document_index.write` keeps.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from uuid import UUID

import numpy
from sqlalchemy import insert

from meditrack_desktop.database.queries import document_index as queries
from meditrack_desktop.database.session import Database
from meditrack_desktop.database.tables.document_index import DocumentIndexRow
from meditrack_desktop.database.tables.documents import DocumentRow
from meditrack_desktop.domain.document_words import day_terms, terms
from meditrack_desktop.domain.documents import DocumentType, MediaType, ScanVerdict, TextState
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.services.document_index import Hashes

WORDS = 60_000
_PARTS = "an ber cor di el fa gly hem in kal leu mon ne or pla ren ser tra ul vit zin sto mi tal ro gen pep sin".split()
_KINDS = (DocumentType.LAB_REPORT, DocumentType.LETTER, DocumentType.IMAGING, DocumentType.INSURANCE)


def vocabulary(count: int = WORDS) -> list[str]:
    """Words of three to fourteen letters and some numbers; the same each time."""
    chance = random.Random(5)
    found: dict[str, None] = {}
    while len(found) < count:
        if chance.random() < 0.25:
            found[f"{chance.randrange(2000)}.{chance.randrange(100)}"] = None
        else:
            found["".join(chance.choice(_PARTS) for _ in range(chance.randint(1, 5)))] = None
    return list(found)


def text_words(number: int, words: Sequence[str], each: int) -> list[str]:
    """The words of one document's text: a few are in nearly all, most in hardly any."""
    return [words[at] for at in _places(number, len(words), each)]


def _places(number: int, count: int, each: int) -> list[int]:
    chance = random.Random(number)
    found: dict[int, None] = {}
    while len(found) < each:
        found[int(count ** chance.random()) - 1] = None
    return list(found)


def fill_archive(
    database: Database,
    hashes: Hashes,
    patients: Sequence[UUID],
    by: UUID,
    now: datetime,
    count: int,
    each: int = 300,
) -> None:
    """`count` documents with `each` different words of text, spread over these patients."""
    words = vocabulary()
    known: dict[int, int] = {}

    def numbered(some: Sequence[int]) -> list[int]:
        return [known.setdefault(term, len(known)) for term in some]

    by_word = [numbered(sorted(hashes.read(terms([word], hashes.region)))) for word in words]
    lengths = numpy.array([len(some) for some in by_word])
    starts = numpy.array([0, *accumulate(lengths[:-1])])
    flat = numpy.array([term for some in by_word for term in some], dtype=numpy.int64)
    kinds = {kind: hashes.of_type(kind) for kind in _KINDS}
    for first in range(0, count, queries.CHUNK):
        some = range(first, min(first + queries.CHUNK, count))
        pairs: list[numpy.ndarray] = []
        documents, entries = [], []
        for number in some:
            kind = _KINDS[number % len(_KINDS)]
            day = now - timedelta(minutes=count - number)
            title = f"{words[number % 997]} {words[number % 4999]}"
            said = hashes.said(
                terms([title, "scan.pdf", day_terms(day.date(), hashes.region)], hashes.region)
            )
            head = said | {kinds[kind], hashes.of_class(kind.document_class)}
            places = numpy.array(_places(number, len(words), each))
            ends = numpy.repeat(lengths[places].cumsum(), lengths[places])
            own = flat[
                numpy.repeat(starts[places] + lengths[places], lengths[places])
                - (ends - numpy.arange(len(ends)))
            ]
            own = numpy.concatenate([numpy.unique(own), numpy.array(numbered(sorted(head)))])
            pairs.append(own * queries.CHUNK + (number - first))
            document_id = new_id()
            documents.append(
                {
                    "id": document_id, "version": 1, "patient_id": patients[number % len(patients)], "title": title,
                    "type": kind, "document_class": kind.document_class, "media_type": MediaType.PDF,
                    "file_name": "scan.pdf", "pages": 1, "document_date": None, "source": "", "blob_id": new_id(),
                    "size": 1, "sha256": "0" * 64, "ciphertext_size": 1, "ciphertext_sha256": "0" * 64,
                    "verdict": ScanVerdict.NOT_SCANNED, "text_state": TextState.OWN, "created_at": day,
                    "created_by": by,
                }
            )  # fmt: skip
            entries.append(
                {
                    "document_id": document_id, "number": number, "document_version": 1, "text_blob": None,
                    "made_with": hashes.made_with,
                    "head": b"".join(t.to_bytes(8, "little", signed=True) for t in sorted(head)),
                }
            )  # fmt: skip
        names = list(known)
        together = numpy.sort(numpy.concatenate(pairs))
        term_of, offsets = together // queries.CHUNK, (together % queries.CHUNK).astype("<u2")
        edges = numpy.flatnonzero(numpy.diff(term_of)) + 1
        rows = [
            (first // queries.CHUNK, names[int(term_of[begin])], _stored(offsets[begin:end]))
            for begin, end in zip([0, *edges], [*edges, len(together)], strict=True)
        ]
        with database.writing() as session:
            session.connection().execute(insert(DocumentRow.__table__), documents)
            session.connection().execute(insert(DocumentIndexRow.__table__), entries)
            queries._put(session, sorted(rows, key=lambda row: row[1]))


def _stored(offsets: numpy.ndarray) -> bytes:
    if 2 * len(offsets) < queries.CHUNK // 8:
        return offsets.tobytes()
    bits = numpy.zeros(queries.CHUNK, dtype=numpy.uint8)
    bits[offsets] = 1
    return numpy.packbits(bits, bitorder="little").tobytes()
