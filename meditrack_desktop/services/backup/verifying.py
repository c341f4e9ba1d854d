"""Proves a backup by really restoring it to a scratch folder (security.md D36): the only way to know.

Everything is looked at even where something is wrong already, so that one look tells all that is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from meditrack_desktop.database import inspection, schema
from meditrack_desktop.database.queries import backups as queries
from meditrack_desktop.database.queries import stored_blobs
from meditrack_desktop.database.session import Database, ReadSession
from meditrack_desktop.domain.audit import Anchor, Witness
from meditrack_desktop.domain.backups import BackupCheck, BackupPhase
from meditrack_desktop.domain.documents import StoredBlob
from meditrack_desktop.domain.errors import ErrorCode, NotFound, Unavailable
from meditrack_desktop.services import audit_check
from meditrack_desktop.services.backup.contents import OpenBackup, open_backup
from meditrack_desktop.services.backup.folder import KEYS, MANIFEST, MARKER, BackupFolder, hash_of
from meditrack_desktop.services.backup.key_copies import MalformedCopies, unpacked
from meditrack_desktop.services.backup.manifest import Manifest
from meditrack_desktop.services.backup.meter import Meter
from meditrack_desktop.services.backup.source import looked_into, scratch
from meditrack_desktop.vault.keys import KeyOwner, PatientKey, unwrap_for
from meditrack_desktop.vault.layout import Layout
from meditrack_desktop.vault.reader import BlobReader

OPENED = 200
"""So many documents are decrypted to their last byte, chosen anew each time."""


@dataclass
class _Findings:
    damaged: list[str] = field(default_factory=list)
    absent: tuple[UUID, ...] = ()
    documents: int = 0
    opened: int = 0
    audit_lines: int = 0
    without_copy: int = 0

    def note(self, file: str) -> None:
        if file not in self.damaged:
            self.damaged.append(file)

    def changed(self) -> tuple[str, ...]:
        """All that was found until now, as long as only bytes were compared."""
        return tuple(self.damaged)


def verify_backup(
    folder: BackupFolder,
    name: str,
    identities: Sequence[str],
    clinic_id: UUID | None,
    private: Path,
    now: datetime,
    meter: Meter,
) -> BackupCheck:
    """Restore the backup to a scratch folder in `private` and compare everything with its manifest.

    What is wrong is told, not raised; raised are NotFound, BACKUP_FOREIGN, BACKUP_NEWER, RECOVERY_KEY_WRONG, and
    what the scratch folder's disk refuses. `identities` are the clinic's backup key or the recovery kit's.
    """
    found = _Findings()
    try:
        backup = open_backup(folder, name, identities, clinic_id)
    except Unavailable as error:
        if error.code is not ErrorCode.BACKUP_DAMAGED:
            raise
        return BackupCheck(name, now, damaged=(file := str(error.parameters["file"]),), changed=(file,))
    manifest = backup.manifest
    if manifest.schema not in schema.known():
        raise Unavailable(ErrorCode.BACKUP_NEWER)
    found.absent, found.documents = manifest.absent, len(manifest.documents)
    meter.begin(BackupPhase.CHECKING, manifest.size + manifest.database_size)
    _check_marker(backup, found)
    _check_files(backup, found, meter)
    _check_documents(backup, found, meter)
    changed = found.changed()
    copies = _copies(backup, found, meter)
    with scratch(private) as place:
        _check_database(backup, place / "clinic.db", copies, now, found, meter)
    return BackupCheck(
        name,
        now,
        damaged=tuple(found.damaged),
        absent=found.absent,
        documents=found.documents,
        opened=found.opened,
        audit_lines=found.audit_lines,
        without_recovery_copy=found.without_copy,
        strangers=strangers(folder),
        changed=changed,
    )


def strangers(folder: BackupFolder) -> tuple[str, ...]:
    """Files of the common store that cannot be documents of ours: somebody put them there."""
    return tuple(
        path.relative_to(folder.folder).as_posix()
        for path, sha256 in folder.stored_documents()
        if sha256 is None
    )


def _check_marker(backup: OpenBackup, found: _Findings) -> None:
    try:
        if backup.folder.owner() != backup.manifest.clinic_id:
            found.note(MARKER)
    except (Unavailable, NotFound):
        found.note(MARKER)


def _check_files(backup: OpenBackup, found: _Findings, meter: Meter) -> None:
    """Each file has the bytes that were written, and there are no others."""
    manifest, folder = backup.manifest, backup.folder
    for file in manifest.files:
        shown = backup.shown(file.name)
        try:
            with folder.reading(backup.place / file.name, shown) as stream:
                if _hashed(stream, meter) != (file.size, file.sha256):
                    found.note(shown)
        except Unavailable:
            found.note(shown)
    expected = {MANIFEST, *(file.name for file in manifest.files), *manifest.superseded}
    with folder.refusals():
        for path in sorted(backup.place.iterdir()):
            if path.name not in expected:
                found.note(backup.shown(path.name))


def _check_documents(backup: OpenBackup, found: _Findings, meter: Meter) -> None:
    folder = backup.folder
    for sha256, size in backup.manifest.documents:
        path = folder.document(sha256)
        shown = path.relative_to(folder.folder).as_posix()
        try:
            with folder.reading(path, shown) as stream:
                if _hashed(stream, meter) != (size, sha256):
                    found.note(shown)
        except Unavailable:
            found.note(shown)


def _hashed(stream: BinaryIO, meter: Meter) -> tuple[int, str] | None:
    """None for a file whose bytes cannot be read."""
    try:
        return hash_of(stream, meter.seen)
    except OSError:
        return None


def _copies(backup: OpenBackup, found: _Findings, meter: Meter) -> set[str]:
    """The names of all recovery copies in it."""
    if not backup.manifest.has_keys:
        return set()
    try:
        with backup.pieces(KEYS, meter) as pieces:
            return {name for name, _ in unpacked(pieces)}
    except (Unavailable, MalformedCopies):
        found.note(backup.shown(KEYS))
        return set()


def _check_database(
    backup: OpenBackup, path: Path, copies: set[str], now: datetime, found: _Findings, meter: Meter
) -> None:
    key = bytes.fromhex(backup.secrets.database_key)
    try:
        backup.extract_database(path, meter)
        with looked_into(path, key) as database:
            _check_open_database(backup, database, copies, now, found, meter)
    except Unavailable as error:
        if error.code in _OUR_OWN:
            raise
        found.note(backup.shown(backup.manifest.database))


_OUR_OWN = {ErrorCode.DATABASE_FULL, ErrorCode.PROFILE_UNWRITABLE, ErrorCode.DATABASE_BUSY}
"""Of the scratch folder's disk, not of the backup."""


def _check_open_database(
    backup: OpenBackup, database: Database, copies: set[str], now: datetime, found: _Findings, meter: Meter
) -> None:
    manifest = backup.manifest
    with database.reading() as session:
        right = not inspection.complaints(session) and inspection.counts(session) == dict(manifest.counts)
    right = right and schema.stored(database) == manifest.schema
    schema.migrate(database)  # an older one is asked in the words of today; it is a copy
    with database.reading() as session:
        anchors = [Anchor(chain, *head, Witness.BACKUP) for chain, head in manifest.heads.items()]
        audit = audit_check.check(session, bytes.fromhex(backup.secrets.audit_key), anchors, now)
        found.audit_lines = audit.lines
        right = right and audit.whole and not audit.explained
        right = right and _rows_have_their_files(session, manifest)
        if not right:
            found.note(backup.shown(manifest.database))
        if manifest.has_keys:
            found.without_copy = sum(1 for name in _expected_copies(session) if name not in copies)
            _open_some(backup, session, found, meter)


def _rows_have_their_files(session: ReadSession, manifest: Manifest) -> bool:
    absent = set(manifest.absent)
    rows = {
        (blob.ciphertext_sha256, blob.ciphertext_size)
        for blob in stored_blobs.every_blob(session)
        if blob.blob_id not in absent
    }
    return rows == set(manifest.documents)


def _expected_copies(session: ReadSession) -> Iterator[str]:
    layout = Layout(Path())
    for patient_id, document_class, public, _ in queries.patient_keys(session):
        yield layout.recovery_copy(patient_id, document_class, public).name


def _open_some(backup: OpenBackup, session: ReadSession, found: _Findings, meter: Meter) -> None:
    """Decrypt documents picked at random with the keys in the database, as a doctor would."""
    keys = {
        (patient_id, document_class): PatientKey(public, wrapped)
        for patient_id, document_class, public, wrapped in queries.patient_keys(session)
    }
    absent = set(backup.manifest.absent)
    for blob, patient_id, document_class in queries.blobs_to_open(session, OPENED):
        if blob.blob_id in absent:
            continue
        meter.seen(0)
        owner = KeyOwner(backup.manifest.clinic_id, patient_id, document_class)
        path = backup.folder.document(blob.ciphertext_sha256)
        try:
            key = keys[patient_id, document_class]
            identities = (
                backup.secrets.identities[document_class],
                *backup.secrets.earlier_identities[document_class],
            )
            secret = unwrap_for(key.wrapped, identities, owner).secret
            _read_to_the_end(backup.folder, path, secret, owner.clinic_id, blob)
        except (Unavailable, KeyError):
            found.note(path.relative_to(backup.folder.folder).as_posix())
        else:
            found.opened += 1


def _read_to_the_end(
    folder: BackupFolder, path: Path, secret: str, clinic_id: UUID, blob: StoredBlob
) -> None:
    with folder.reading(path, path.name) as file:
        reader = BlobReader(file, secret, clinic_id, blob)
        with reader:
            reader.verify()
