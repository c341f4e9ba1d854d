"""The index that documents are found by. It holds no word: each word and each beginning of one is a keyed hash.

The key is derived from a secret that no server and no dump has, so whoever reads the database alone learns which
documents share words, but none of the words. It is written in the transaction that files or changes a document;
what was missed, as documents filed before there was an index, is caught up a few at a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import document_index as queries
from meditrack_desktop.database.queries import document_parts
from meditrack_desktop.database.queries import documents as document_queries
from meditrack_desktop.database.queries.document_index import Entry, Indexed
from meditrack_desktop.database.session import ReadSession, WriteSession
from meditrack_desktop.domain.document_words import day_terms, terms
from meditrack_desktop.domain.documents import DocumentClass, DocumentType, PartKind
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services.document_parts import text_of
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.work import Works

AT_ONCE = 25
"""Documents caught up in one transaction."""
_TEXTS = object()
"""The key of a session's texts among what it knows."""
_EDITION = b"1"
"""Of how texts become terms: with a new one everything is indexed anew."""


class Hashes:
    """Turns words into what the index knows of them, for one clinic in its region."""

    def __init__(self, pepper: str, region: str) -> None:
        self.region = region
        self._key = _derived(pepper)
        self.made_with = self._hash(b"made with ", _EDITION + region.encode())

    def said(self, words: Iterable[str]) -> frozenset[int]:
        """Words of what is said about a document."""
        return frozenset(self._hash(b"h", word.encode("utf-8", "replace")) for word in words)

    def read(self, words: Iterable[str]) -> frozenset[int]:
        """Words of a document's text."""
        return frozenset(self._hash(b"t", word.encode("utf-8", "replace")) for word in words)

    def of_type(self, kind: DocumentType) -> int:
        return self._hash(b"type ", kind.value.encode())

    def of_class(self, document_class: DocumentClass) -> int:
        return self._hash(b"class ", document_class.value.encode())

    def _hash(self, label: bytes, word: bytes) -> int:
        digest = hashlib.blake2b(label + word, key=self._key, digest_size=8).digest()
        return int.from_bytes(digest, "little", signed=True)


class DocumentIndex:
    """Writes the index, in its callers' transactions."""

    def __init__(self, work: Works, keys: KeyHolder) -> None:
        self._work = work
        self._keys = keys
        work.before_commit.append(self._follow)

    def hashes(self, session: ReadSession) -> Hashes:
        """Unavailable VAULT_LOCKED while the clinic is closed."""
        opened = self._keys.opened
        if opened is None:
            raise Unavailable(ErrorCode.VAULT_LOCKED)
        return Hashes(opened.pepper, clinic_queries.profile(session).region)

    def write(self, session: WriteSession, document_id: UUID, pages: Sequence[str] | None = None) -> None:
        """Let a document be found by what its row says now, and by `pages` if its text was written just now.

        Its row, and that of its text, must have been flushed. A document that is not there is forgotten.
        """
        found = queries.indexed(session, [document_id])
        if not found:
            queries.remove(session, [document_id])
        hashes = self.hashes(session)
        queries.write(session, [entry(hashes, one, pages) for one in found])

    def remove(self, session: WriteSession, document_ids: Collection[UUID]) -> None:
        """Forget documents whose rows go for good. Those in the bin stay, and are not found."""
        queries.remove(session, document_ids)

    def catch_up(self, stop: Callable[[], bool] | None = None) -> int:
        """Bring everything into the index that is not there as it is now; how many documents that were.

        Resumes wherever it was stopped. A text that cannot be read is left out, and tried again the next time. Nothing
        happens while the clinic is closed or its vault locked.
        """
        done, after = 0, None
        self._tidy()
        while not (stop is not None and stop()) and self._open():
            with self._work.database.reading() as session:
                hashes = self.hashes(session)
                wanting = queries.behind(session, hashes.made_with, AT_ONCE, after)
            if not wanting:
                break
            after = wanting[-1].id
            texts = self.texts([one.id for one in wanting if one.text_blob != one.indexed_text])
            with self._work.unsigned() as writing:
                # Some may have changed, or gone, while their texts were read.
                now = queries.indexed(writing, [one.id for one in wanting])
                same = {one.id: one for one in wanting}
                entries = [
                    entry(hashes, one, texts.get(one.id))
                    for one in now
                    if one.text_blob == same[one.id].text_blob
                ]
                queries.write(writing, entries)
            done += len(entries)
        return done

    def texts(self, document_ids: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
        """The text of each of these documents, page by page, decrypted in memory; what cannot be read is missing.

        A document without text has no page.
        """
        with self._work.database.reading() as session:
            blobs = {one: document_parts.of_document(session, one).get(PartKind.TEXT) for one in document_ids}
            kept = document_queries.file_keys(session, document_ids)
        secrets: dict[str, str] = {}
        found: dict[UUID, tuple[str, ...]] = {}
        for document_id, blob in blobs.items():
            if blob is None:
                found[document_id] = ()
                continue
            key = kept.get(document_id)
            if key is None:
                continue
            try:
                if key.public not in secrets:
                    secrets[key.public] = self._keys.open_file_key(key)
                source = self._keys.vault.open(blob.blob_id, secrets[key.public], blob)
                try:
                    found[document_id] = text_of(source.read_all())
                finally:
                    source.close()
            except Unavailable:
                continue
        return found

    def _follow(self, session: WriteSession) -> None:
        """Whatever was said of a document in this change is what it is found by."""
        texts: dict[UUID, Sequence[str]] = session.info.pop(_TEXTS, {})
        for document_id in queries.touched(session):
            self.write(session, document_id, texts.get(document_id))

    def _open(self) -> bool:
        return self._keys.opened is not None and not self._keys.dropped

    def _tidy(self) -> None:
        """Drop what was made with another key or in another way, and entries of documents that are gone."""
        if not self._open():
            return
        with self._work.database.reading() as session:
            made_with = self.hashes(session).made_with
            stale = queries.is_of_another_key(session, made_with)
            gone = queries.without_document(session, AT_ONCE)
        if stale:
            with self._work.unsigned() as writing:
                queries.clear(writing)
        elif gone:
            with self._work.unsigned() as writing:
                queries.remove(writing, gone)


def note_text(session: WriteSession, document_id: UUID, pages: Sequence[str] | None) -> None:
    """Say in a `Work` what text its part of a document was made of: it is found by it as soon as that is committed."""
    if pages is not None:
        session.info.setdefault(_TEXTS, {})[document_id] = pages


def entry(hashes: Hashes, one: Indexed, pages: Sequence[str] | None) -> Entry:
    """What a document is found by. Without `pages` its text stays as it is in the index."""
    said = [one.title, one.file_name, one.source, one.note, one.body_part, one.modality]
    said.append(day_terms(one.document_date or one.created_at.date(), hashes.region))
    head = hashes.said(terms(said, hashes.region))
    read = None if pages is None else hashes.read(terms(pages, hashes.region))
    return Entry(
        one.id,
        one.version,
        head | {hashes.of_type(one.type), hashes.of_class(DocumentClass(one.document_class))},
        read,
        one.text_blob if pages is not None else None,
        hashes.made_with,
    )


@lru_cache(maxsize=4)
def _derived(pepper: str) -> bytes:
    info = b"meditrack document index v1"
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(bytes.fromhex(pepper))
