"""Reads the text in pictures of pages, so that scans are found and known by whom they name.

Nothing of a page is decoded here: the examiner draws it in its own process, the recognizer reads the drawing in
another. The text lies in the vault beside its file, encrypted to the same key; no file of it exists elsewhere.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Protocol
from uuid import UUID

from meditrack_desktop.database.queries import care_relation
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import text_recognition as queries
from meditrack_desktop.database.queries.text_recognition import Wanted
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.backups import StopAsked
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.documents import DocumentClass, DocumentType, StoredBlob, TextState
from meditrack_desktop.domain.errors import (
    ClinicError,
    ErrorCode,
    Invalid,
    NotAllowed,
    NotFound,
    Stopped,
    Unavailable,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.named_in_text import document_date, named_person
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.ports import TextRecognizer
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.domain.text_recognition import RecognitionReport, TextWaiting, languages_for
from meditrack_desktop.domain.type_guess import type_guess
from meditrack_desktop.services import reading_rule
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.blob_filing import BlobFiling
from meditrack_desktop.services.document_index import note_text
from meditrack_desktop.services.document_parts import text_of, text_part
from meditrack_desktop.services.kept_files import bytes_of, key_of
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.work import Look, Work, Works

_PAGES_THAT_NAME = 3
_LONGEST_NAME = 200
_MOST_NUMBERS = 400


class Draws(Protocol):
    """Draws a page of a stranger's file as a PNG, in a process of its own."""

    def draw(self, data: bytes, page: int) -> bytes: ...


class TextRecognition:
    def __init__(
        self,
        work: Works,
        keys: KeyHolder,
        draws: Draws,
        recognizer: Callable[[], TextRecognizer | None],
    ) -> None:
        self.work = work
        self._keys = keys
        self._draws = draws
        self._recognizer = recognizer
        self._filing = BlobFiling(work, keys)
        self._given_up: set[UUID] = set()
        """Files that could not be read: not tried again before the program is started anew."""

    def waiting(self, actor: Actor) -> TextWaiting:
        """How much waits that this person may read, and what would read it."""
        with self.work.looking(actor, Permission.LIST_DOCUMENTS) as look:
            look.lines.append(Line("document.text_counted", "document"))
            incoming, documents = self._wanted(look)
        recognizer = self._recognizer()
        return TextWaiting(
            len(incoming),
            len(documents),
            recognizer.name if recognizer else "",
            recognizer.languages if recognizer else (),
        )

    def run(
        self, actor: Actor, progress: OnProgress | None = None, stop: StopAsked | None = None
    ) -> RecognitionReport:
        """Read what waits: the inbox first, then documents that this person may read, the newest first.

        `progress` counts pages. What was read before a stop is kept. Unavailable NO_TEXT_RECOGNITION, VAULT_LOCKED,
        EXAMINER_FAILED; Stopped. A file that cannot be read is counted and left for another run.
        """
        recognizer = self._recognizer()
        if recognizer is None:
            raise Unavailable(ErrorCode.NO_TEXT_RECOGNITION)
        with self.work.looking(actor, Permission.LIST_DOCUMENTS) as look:
            look.lines.append(Line("document.text_recognition_begun", "document"))
            incoming, documents = self._wanted(look)
            region = clinic_queries.profile(look.session).region
        languages = languages_for(region, recognizer.languages)
        meter = _Pages(sum(one.pages for one in (*incoming, *documents)), progress, stop)
        report = RecognitionReport(recognizer=recognizer.name)
        try:
            for one in (*incoming, *documents):
                before = meter.done
                try:
                    pages = self._read(one, recognizer, languages, meter)
                    kept = self._keep(actor, one, pages)
                except (Invalid, Unavailable, NotFound, NotAllowed) as failure:
                    if failure.code in (ErrorCode.VAULT_LOCKED, ErrorCode.EXAMINER_FAILED):
                        raise
                    self._given_up.add(one.id)
                    report = replace(report, failed=report.failed + 1)
                else:
                    report = _counted(report, one, pages, meter.done - before) if kept else report
                meter.reach(before + one.pages)
        finally:
            recognizer.close()
        return report

    def _wanted(self, look: Look) -> tuple[list[Wanted], list[Wanted]]:
        """What waits in the inbox, if this person works there, and their documents."""
        account = look.actor.account_id
        files = care_relation.roles_holding(look.session, account, Permission.FILE_INCOMING)
        incoming = queries.incoming_wanted(look.session) if files else []
        reach = reading_rule.reach(look)
        administrative = reading_rule.may_read_administrative(look)
        documents = [
            one
            for one in queries.documents_wanted(look.session)
            if one.patient_id is not None
            and (
                reach.holds(one.patient_id)
                if one.document_class is DocumentClass.CLINICAL
                else administrative
            )
        ]
        return (
            [one for one in incoming if one.id not in self._given_up],
            [one for one in documents if one.id not in self._given_up],
        )

    def _read(
        self, one: Wanted, recognizer: TextRecognizer, languages: Sequence[str], meter: _Pages
    ) -> tuple[str, ...]:
        """The text of each page: the file's own where it has some, what was recognised elsewhere."""
        with self.work.database.reading() as session:
            key, own = key_of(session, self._keys, one.id, one.patient_id), queries.own_text(session, one)
        text = list(text_of(bytes_of(self._keys, key, own)) if own else ())[: one.pages]
        text += [""] * (one.pages - len(text))
        asked = [page for page, found in enumerate(text, start=1) if not found.strip()]
        meter.reach(meter.done + one.pages - len(asked))
        data = bytes_of(self._keys, key, one.blob)
        # Closed when it is over, however it ends: what still reads a page ends then.
        with closing(
            _generator(recognizer.recognise(self._drawn(data, asked, meter), languages))
        ) as recognised:
            for page, found in zip(asked, recognised, strict=True):
                text[page - 1] = found
                meter.reach(meter.done + 1)
        return tuple(text)

    def _drawn(self, data: bytes, pages: Sequence[int], meter: _Pages) -> Iterator[bytes]:
        for page in pages:
            meter.ask()
            yield self._draws.draw(data, page)

    def _keep(self, actor: Actor, one: Wanted, pages: Sequence[str]) -> bool:
        """Store the text and write it down; False if the file was dealt with meanwhile."""
        blob = None
        if any(page.strip() for page in pages):
            with self.work.database.reading() as session:
                key = key_of(session, self._keys, one.id, one.patient_id)
            blob = self._keys.vault.store(io.BytesIO(text_part(pages)), key.public, new_id())
        permission = Permission.FILE_INCOMING if one.patient_id is None else Permission.LIST_DOCUMENTS
        former: UUID | None = None
        kept = False
        try:
            with self.work(actor, permission) as work:
                if one.patient_id is None:
                    kept = _note_incoming(work, one, pages, blob)
                else:
                    kept = _note_document(work, one, blob)
                if kept and blob is not None:
                    former = queries.put_text(work.session, one, blob)
                    work.flush()
                if kept and one.patient_id is not None:
                    note_text(work.session, one.id, pages)
                if not kept:
                    work.noted(Line("document.text_recognised_late", "document", one.id, one.patient_id))
        except Unavailable:
            raise  # nobody knows whether it was committed: the file stays, the sweep finds it if it was not
        except ClinicError:
            kept, former = False, None
            self._filing.discard(() if blob is None else (blob.blob_id,))
            raise
        if blob is not None and not kept:
            self._filing.discard((blob.blob_id,))
        self._filing.discard(() if former is None else (former,))
        return kept


class _Pages:
    """Counts pages and asks whether to stop."""

    def __init__(self, total: int, progress: OnProgress | None, stop: StopAsked | None) -> None:
        self.done = 0
        self._total = total
        self._progress = progress
        self._stop = stop
        self.reach(0)

    def ask(self) -> None:
        if self._stop is not None and self._stop():
            raise Stopped()

    def reach(self, done: int) -> None:
        self.done = done
        if self._progress is not None:
            self._progress(Progress(done, self._total))


def _generator(texts: Iterator[str]) -> Generator[str, None, None]:
    """`texts` as something that can be closed, and closes it."""
    try:
        yield from texts
    finally:
        close = getattr(texts, "close", None)
        if close is not None:
            close()


def _note_document(work: Work, one: Wanted, blob: StoredBlob | None) -> bool:
    row = queries.held_document(work.session, one)
    if row is None:
        return False
    reading_rule.check(work, row.document_class, row.patient_id)
    row.text_state = TextState.NONE if blob is None else TextState.RECOGNISED
    change = Change("document", row.id, patient=row.patient_id)
    work.changed(row, "document.text_recognised", change, patient_id=row.patient_id)
    work.flush()
    return True


def _note_incoming(work: Work, one: Wanted, pages: Sequence[str], blob: StoredBlob | None) -> bool:
    """Whom it names and what it is, where nothing said so before."""
    row = queries.held_incoming(work.session, one)
    if row is None:
        return False
    row.text_state = TextState.NONE if blob is None else TextState.RECOGNISED
    whole = "\n".join(pages[:_PAGES_THAT_NAME])
    named = named_person(whole)
    if not (row.named_name or row.named_birth_date or row.named_numbers):
        row.named_name = named.name[:_LONGEST_NAME]
        row.named_birth_date = named.birth_date
        numbers = "\n".join(" ".join(number.split()) for number in named.numbers)
        row.named_numbers = numbers if len(numbers) <= _MOST_NUMBERS else ""
    if row.document_date is None:
        row.document_date = document_date(whole)
    if row.type_guess in (DocumentType.OTHER, DocumentType.PHOTO) and row.media_type is not None:
        row.type_guess = type_guess(row.media_type, row.modality, row.file_name, tuple(pages))
    work.changed(row, "incoming.text_recognised", Change("incoming", row.id))
    work.flush()
    return True


def _counted(report: RecognitionReport, one: Wanted, pages: Sequence[str], count: int) -> RecognitionReport:
    empty = not any(page.strip() for page in pages)
    return replace(
        report,
        incoming=report.incoming + (one.patient_id is None),
        documents=report.documents + (one.patient_id is not None),
        pages=report.pages + count,
        empty=report.empty + empty,
    )
