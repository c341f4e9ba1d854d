"""Moving the clinic's documents to another place: everything is copied and proven there before this desk uses it.

Nothing is taken away where it was. Cut off, the same command goes on: what is whole over there is not copied again.
Each desk of a shared clinic is moved by the same command, which then copies what was filed there meanwhile.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from meditrack_desktop.database.queries import stored_blobs
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.backups import BackupPhase, OnBackupProgress, StopAsked
from meditrack_desktop.domain.documents import StoredBlob
from meditrack_desktop.domain.errors import ErrorCode, FieldProblem, Unavailable, invalid_fields
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.ports import SecretStore
from meditrack_desktop.domain.vault_moves import MovedVault, MoveVault
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.backup.meter import Meter
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.services.vault_place import access_in, check_place, keep_access, storage_at
from meditrack_desktop.services.work import Works
from meditrack_desktop.vault.disk import read_fully, read_refusals, write_refusals
from meditrack_desktop.vault.storage import Sink
from meditrack_desktop.vault.vault import Vault

_BLOCK = 1024 * 1024


class VaultMoves:
    def __init__(self, work: Works, keys: KeyHolder, profile: Profile, store: SecretStore) -> None:
        self.work = work
        self._keys = keys
        self._profile = profile
        self._store = store

    def move(
        self,
        actor: Actor,
        command: MoveVault,
        progress: OnBackupProgress | None = None,
        stop: StopAsked | None = None,
    ) -> MovedVault:
        """Copy everything, prove it, and use the new place from the next opening of the clinic on.

        Invalid `vault_folder` or `vault_access`; Unavailable with the vault's code, VAULT_FOREIGN if another clinic's
        vault is there; Stopped. Then this desk goes on where it was.
        """
        facts = self._profile.facts()
        with self.work(actor, Permission.EDIT_SETTINGS) as work:
            work.noted(Line("vault.move_begun", "vault"))
        if command.address == facts.vault_folder or not command.address:
            raise invalid_fields(vault_folder=FieldProblem.OUT_OF_RANGE)
        check_place(command.address)
        storage = storage_at(self._profile, command.address, partial(access_in, command.access))
        source, target = self._keys.vault, Vault(storage, facts.clinic_id)
        source.check()
        target.create()
        meter, copied = Meter(progress, stop), 0
        for _ in range(2):  # again, for what was filed while the first round went on
            copied += _copy_keys(source, target, meter)
            with self.work.database.reading() as session:
                blobs = list(stored_blobs.every_blob(session))
            meter.begin(BackupPhase.DOCUMENTS, sum(blob.ciphertext_size for blob in blobs))
            done, missing = _copy_blobs(source, target, blobs, meter)
            copied += done
        source.check()  # a share that went away meanwhile would look like so many lost documents
        if command.access:
            keep_access(facts, self._store, command.access)
        self._profile.write_facts(replace(facts, vault_folder=command.address))
        with self.work(actor, Permission.EDIT_SETTINGS) as work:
            work.noted(Line("vault.moved", "vault", detail=f"{copied} files copied, {len(missing)} missing"))
        meter.end()
        return MovedVault(len(blobs) - len(missing), copied, missing)


def _copy_keys(source: Vault, target: Vault, meter: Meter) -> int:
    names = sorted(source.recovery_copy_names() - target.recovery_copy_names())
    for name in names:
        meter.seen()
        with read_refusals(file=name), source.storage.open_to_read(source.layout.keys / name) as file:
            data = read_fully(file.read, _BLOCK)
        _write(target, target.layout.keys / name, data)
    return len(names)


def _write(target: Vault, path: Path, data: bytes) -> None:
    def prove(written: Path) -> None:
        with target.storage.open_to_read(written) as file:
            if read_fully(file.read, _BLOCK) != data:
                raise Unavailable(ErrorCode.VAULT_DAMAGED, file=path.name)

    with write_refusals(file=path.name):
        target.storage.write(path, lambda file: file.write(data), prove)


def _copy_blobs(
    source: Vault, target: Vault, blobs: Iterable[StoredBlob], meter: Meter
) -> tuple[int, tuple[UUID, ...]]:
    copied, missing = 0, list[UUID]()
    for blob in blobs:
        if _is_whole(target, blob, meter):
            continue
        if not _is_whole(source, blob, Meter()):
            missing.append(blob.blob_id)
            continue
        _copy(source, target, blob, meter)
        copied += 1
    return copied, tuple(missing)


def _copy(source: Vault, target: Vault, blob: StoredBlob, meter: Meter) -> None:
    def fill(sink: Sink) -> None:
        with source.storage.open_to_read(source.layout.blob(blob.blob_id)) as file:
            while block := read_fully(file.read, _BLOCK):
                meter.seen(len(block))
                sink.write(block)

    def prove(_: Path) -> None:
        if not _is_whole(target, blob, Meter()):
            raise Unavailable(ErrorCode.VAULT_DAMAGED, blob=str(blob.blob_id))

    with write_refusals(blob=str(blob.blob_id)):
        target.storage.write(target.layout.blob(blob.blob_id), fill, prove, replace=True)


def _is_whole(vault: Vault, blob: StoredBlob, meter: Meter) -> bool:
    """Unavailable VAULT_MISSING where nobody can tell."""
    path = vault.layout.blob(blob.blob_id)
    with read_refusals(blob=str(blob.blob_id)):
        if not vault.storage.exists(path):
            return False
        with vault.storage.open_to_read(path) as file:
            return _hash(file, blob.ciphertext_size, meter) == blob.ciphertext_sha256


def _hash(file: BinaryIO, size: int, meter: Meter) -> str:
    if file.seek(0, os.SEEK_END) != size:
        return ""
    file.seek(0)
    digest = hashlib.sha256()
    while block := read_fully(file.read, _BLOCK):
        meter.seen(len(block))
        digest.update(block)
    return digest.hexdigest()
