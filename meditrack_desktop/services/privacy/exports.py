"""Handing everything about one person to somebody: one encrypted archive, noted as a disclosure (security.md D39)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import Document
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Unavailable
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.privacy import (
    DisclosureKind,
    ExportPatient,
    PatientExport,
    RecordDisclosure,
)
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.fhir.values import to_json
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.privacy import export_archive, export_fhir, export_pdf
from meditrack_desktop.services.privacy.disclosures import note
from meditrack_desktop.services.privacy.export_contents import PatientContents, gather
from meditrack_desktop.services.work import Works

PIECE = 256 * 1024
README = """This archive holds what {clinic} has on record about one patient.

record.pdf    to read: person, care team, visits, chart, list of documents, to whom information was given, who looked
record.json   the same for programs: FHIR R4, a Bundle
documents/    the documents as they were filed, byte for byte

It is for the person or place it was made for. Whoever opens it has to keep it as safe as the clinic does.
"""


class PatientExports:
    def __init__(self, work: Works, keys: KeyHolder) -> None:
        self.work = work
        self._keys = keys

    def run(
        self, actor: Actor, command: ExportPatient, target: Path, progress: OnProgress | None = None
    ) -> PatientExport:
        """Write the archive to `target`, which must not exist, and note the disclosure.

        Nothing decrypted touches the disk. `progress` counts bytes of documents and may raise Stopped: then no
        file is left. The passphrase is in the answer and nowhere else. NotFound; Invalid `age_recipient`;
        Unavailable EXPORT_TARGET_UNUSABLE, or the vault's code if a document does not open. A failure is in the
        audit trail.
        """
        if command.age_recipient:
            export_archive.check_recipient(command.age_recipient)
        with self.work.looking(actor, Permission.DISCLOSE_PATIENT) as look:
            contents = gather(look, command.patient_id)
            look.lines.append(Line("patient.export_begun", "patient", command.patient_id, command.patient_id))
        passphrase = "" if command.age_recipient else export_archive.new_passphrase()
        part = target.with_name(f"{target.name}.part")
        try:
            with _made_private(part) as file:
                self._write(command, contents, file, passphrase, progress)
                if progress is not None:  # the last moment to stop: what is noted was handed out
                    total = sum(document.size for document in contents.documents)
                    progress(Progress(total, total))
                if target.exists():
                    raise Unavailable(ErrorCode.EXPORT_TARGET_UNUSABLE)
                self._note(actor, command, contents)
                _put(part, target)
        except ClinicError as failure:
            self._failed(actor, command.patient_id, failure.code)
            raise
        return PatientExport(
            str(target), passphrase, len(contents.documents), contents.left_out, target.stat().st_size
        )

    def _write(
        self,
        command: ExportPatient,
        contents: PatientContents,
        file: BinaryIO,
        passphrase: str,
        progress: OnProgress | None,
    ) -> None:
        files = {
            document.id: f"documents/{number:04d}.{document.media_type.ending}"
            for number, document in enumerate(contents.documents, start=1)
        }
        entries = self._entries(contents, files, progress)
        try:
            with file:
                if passphrase:
                    export_archive.write_zip(file, passphrase, entries)
                else:
                    export_archive.write_age(file, command.age_recipient, entries)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            raise Unavailable(ErrorCode.EXPORT_TARGET_UNUSABLE) from None

    def _entries(
        self, contents: PatientContents, files: dict[UUID, str], progress: OnProgress | None
    ) -> Iterator[export_archive.Entry]:
        yield "READ ME.txt", [README.format(clinic=contents.clinic.name).encode()]
        yield "record.pdf", [export_pdf.readable(contents, files)]
        told = to_json(export_fhir.bundle(contents, files), indent=1)
        yield "record.json", [told.encode()]
        total, done = sum(document.size for document in contents.documents), 0
        secrets = self._secrets(contents)
        for document in contents.documents:
            yield files[document.id], self._pieces(contents, document, secrets, done, total, progress)
            done += document.size

    def _secrets(self, contents: PatientContents) -> dict[str, str]:
        """What each of the keys' public halves opens with: a merged record's files have keys of their own."""
        wanted = {key.public: key for key in contents.keys.values()}
        return {public: self._keys.open_file_key(key) for public, key in wanted.items()}

    def _pieces(
        self,
        contents: PatientContents,
        document: Document,
        secrets: dict[str, str],
        done: int,
        total: int,
        progress: OnProgress | None,
    ) -> Iterator[bytes]:
        """The original, decrypted piece by piece; each is proven before it is given."""
        key = contents.keys.get(document.id)
        if key is None:
            raise Unavailable(ErrorCode.VAULT_KEY_WRONG, document=str(document.id))
        blob = contents.blobs[document.id]
        with closing(self._keys.vault.open(blob.blob_id, secrets[key.public], blob)) as source:
            position = 0
            while position < document.size:
                piece = source.read_at(position, min(PIECE, document.size - position))
                if not piece:
                    raise Unavailable(ErrorCode.VAULT_DAMAGED, document=str(document.id))
                position += len(piece)
                yield piece
                if progress is not None:
                    progress(Progress(done + position, total))

    def _note(self, actor: Actor, command: ExportPatient, contents: PatientContents) -> None:
        with self.work(actor, Permission.DISCLOSE_PATIENT) as work:
            what = f"Record and {len(contents.documents)} documents"
            if contents.left_out:
                what += f"; {contents.left_out} left out"
            note(
                work,
                RecordDisclosure(
                    id=command.id,
                    patient_id=command.patient_id,
                    kind=DisclosureKind.EXPORT,
                    recipient=command.recipient,
                    address=command.address,
                    what=what,
                    purpose=command.purpose,
                    treatment=command.treatment,
                ),
            )
            work.noted(Line("patient.exported", "patient", command.patient_id, command.patient_id))

    def _failed(self, actor: Actor, patient_id: UUID, code: ErrorCode) -> None:
        """The line of a failure, which may be that the session ended meanwhile."""
        line = Line("patient.export_failed", "patient", patient_id, patient_id, code.value)
        with suppress(Unavailable), self.work.unsigned() as session:
            self.work.trail.write(session, actor, self.work.clock.now(), [line])


@contextmanager
def _made_private(path: Path) -> Iterator[BinaryIO]:
    """A new file that only this person can read; whatever goes wrong meanwhile, it does not stay behind.

    Unavailable EXPORT_TARGET_UNUSABLE, also if there is one of this name: that one stays.
    """
    try:
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except OSError:
        raise Unavailable(ErrorCode.EXPORT_TARGET_UNUSABLE) from None
    try:
        with os.fdopen(made, "wb") as file:
            yield file
    except BaseException:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise


def _put(part: Path, target: Path) -> None:
    try:
        part.rename(target)
    except OSError:
        raise Unavailable(ErrorCode.EXPORT_TARGET_UNUSABLE) from None
