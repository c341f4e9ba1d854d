"""The list of what a backup is made of: encrypted like the rest, and proven to come from this clinic.

Nothing in it is taken for a path: files have one of three known names, documents are named by their hash.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from meditrack_desktop.domain.backups import BackupKind
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services.backup.folder import (
    BARE_DATABASE,
    DATABASE,
    KEYS,
    MANIFEST,
    SECRETS,
    damaged,
)
from meditrack_desktop.services.clinic_secrets import is_proof, proof

FORMAT = 1
LARGEST = 512 * 1024 * 1024
_PURPOSE = "backup manifest"
_HASH = re.compile(r"[0-9a-f]{64}")
_FILES = {DATABASE, BARE_DATABASE, KEYS, SECRETS}
_WAYS = ({DATABASE, KEYS, SECRETS}, {BARE_DATABASE, SECRETS})
"""What a backup is made of: with the keys of patients, or without."""


@dataclass(frozen=True, slots=True)
class BackupFile:
    """A file in the backup's own folder, as it lies there."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `documents` are (sha256, size) of ciphertexts in the common store, in order.

    `absent` are documents whose file was not in the vault when the backup was made. `heads` are the ends
    (seq, hash) of all chains of the audit trail. `superseded` are files that a newer manifest of the same
    backup left out: they may still lie there. Bytes of `database` are those of the database inside. `store` is the
    address (`s3://…`) where the documents lay, empty if that was a folder: a new computer has no other way to know.
    """

    name: str
    clinic_id: UUID
    clinic_name: str
    shared: bool
    kind: BackupKind
    made_at: datetime
    desk: str
    made_by: str
    program: str
    schema: str
    database_size: int
    counts: Mapping[str, int]
    heads: Mapping[str, tuple[int, str]]
    files: tuple[BackupFile, ...]
    documents: tuple[tuple[str, int], ...]
    absent: tuple[UUID, ...]
    superseded: tuple[str, ...] = ()
    store: str = ""

    @property
    def has_keys(self) -> bool:
        """Whether the keys of patients are in it (security.md D39)."""
        return any(file.name == KEYS for file in self.files)

    @property
    def database(self) -> str:
        """The name of the file that holds the database."""
        return DATABASE if self.has_keys else BARE_DATABASE

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files) + sum(size for _, size in self.documents)

    @property
    def document_count(self) -> int:
        """How many documents it holds; each lies in a file, and what was made from it in others."""
        return self.counts.get("document", len(self.documents))

    def to_bytes(self, seal_key: str) -> bytes:
        """The manifest with its proof, to be encrypted."""
        values = {
            "format": FORMAT,
            "name": self.name,
            "clinic": str(self.clinic_id),
            "clinic_name": self.clinic_name,
            "shared": self.shared,
            "kind": self.kind.value,
            "made_at": self.made_at.isoformat(),
            "desk": self.desk,
            "made_by": self.made_by,
            "program": self.program,
            "schema": self.schema,
            "database_size": self.database_size,
            "counts": dict(self.counts),
            "heads": {chain: list(head) for chain, head in self.heads.items()},
            "files": [[file.name, file.size, file.sha256] for file in self.files],
            "documents": [list(document) for document in self.documents],
            "absent": [str(blob) for blob in self.absent],
            "superseded": list(self.superseded),
            "store": self.store,
        }
        body = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
        return proof(seal_key, _PURPOSE, body).hex().encode() + b"\n" + body


def parse(data: bytes, seal_key: str, name: str) -> Manifest:
    """Read what `to_bytes` wrote for the backup called `name`.

    Unavailable BACKUP_DAMAGED if the proof is not right, it is another backup's or names what it must not;
    BACKUP_NEWER for a format that this program does not know.
    """
    given, _, body = data.partition(b"\n")
    try:
        right = is_proof(bytes.fromhex(given.decode("ascii")), seal_key, _PURPOSE, body)
    except ValueError:
        right = False
    if not right:
        raise damaged(MANIFEST)
    try:
        values = json.loads(body)
        if values["format"] > FORMAT:
            raise Unavailable(ErrorCode.BACKUP_NEWER)
        manifest = Manifest(
            name=values["name"],
            clinic_id=UUID(values["clinic"]),
            clinic_name=str(values["clinic_name"]),
            shared=bool(values["shared"]),
            kind=BackupKind(values["kind"]),
            made_at=datetime.fromisoformat(values["made_at"]),
            desk=str(values["desk"]),
            made_by=str(values["made_by"]),
            program=str(values["program"]),
            schema=str(values["schema"]),
            database_size=int(values["database_size"]),
            counts={str(table): int(count) for table, count in values["counts"].items()},
            heads={str(chain): (int(seq), str(hash_)) for chain, (seq, hash_) in values["heads"].items()},
            files=tuple(BackupFile(str(n), int(size), str(sha)) for n, size, sha in values["files"]),
            documents=tuple((str(sha), int(size)) for sha, size in values["documents"]),
            absent=tuple(UUID(blob) for blob in values["absent"]),
            superseded=tuple(str(each) for each in values["superseded"]),
            store=str(values.get("store", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise damaged(MANIFEST) from None
    if manifest.name != name or not _is_ours(manifest):
        raise damaged(MANIFEST)
    return manifest


def _is_ours(manifest: Manifest) -> bool:
    names = [file.name for file in manifest.files]
    known = set(names) in _WAYS and len(set(names)) == len(names)
    hashes = [file.sha256 for file in manifest.files] + [sha for sha, _ in manifest.documents]
    sizes = [file.size for file in manifest.files] + [size for _, size in manifest.documents]
    return (
        known
        and set(manifest.superseded) <= _FILES
        and all(_HASH.fullmatch(each) for each in hashes)
        and all(size >= 0 for size in sizes)
        and manifest.made_at.tzinfo is not None
    )
