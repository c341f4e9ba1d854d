"""Recovery copies: every patient key, wrapped to the paper key alone, beside the blobs it opens.

Losing the database therefore does not lose the documents.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

from meditrack_desktop.domain.documents import DocumentClass
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.vault.disk import (
    Disk,
    make_folder_durably,
    read_fully,
    read_refusals,
    write_durably,
    write_refusals,
)
from meditrack_desktop.vault.keys import LARGEST_WRAPPED_KEY, KeyOwner, KeyPair, unwrap, wrap
from meditrack_desktop.vault.layout import ENDING, Layout


def write_copy(
    layout: Layout, disk: Disk, key: KeyPair, owner: KeyOwner, recovery: str, *, replace: bool
) -> None:
    """Write a key's recovery copy durably and compare it with what was written.

    An existing copy may hold another key that still opens blobs: unless `replace` says that it is the same key
    wrapped anew, it is set aside under a new name. Unavailable VAULT_FULL, VAULT_UNWRITABLE, VAULT_DAMAGED.
    """
    path = layout.recovery_copy(owner.patient_id, owner.document_class)
    wrapped = wrap(key, owner, recovery)

    def prove(written: Path) -> None:
        with disk.open_to_read(written) as file:
            if read_fully(file.read, LARGEST_WRAPPED_KEY) != wrapped:
                raise Unavailable(ErrorCode.VAULT_DAMAGED, patient=str(owner.patient_id))

    with write_refusals(patient=str(owner.patient_id)):
        make_folder_durably(disk, layout.keys)
        if not replace and path.exists():
            disk.rename(path, path.with_name(f"{path.stem}.{secrets.token_hex(4)}{ENDING}"))
        write_durably(disk, path, fill=lambda file: file.write(wrapped), prove=prove, replace=replace)


def read_copies(layout: Layout, disk: Disk, recovery_secret: str) -> Iterator[tuple[KeyOwner, KeyPair]]:
    """Open every recovery copy, set-aside ones included, with the paper key.

    Unavailable VAULT_KEY_WRONG if it is the wrong paper key, VAULT_DAMAGED for a damaged copy (named by `file`).
    """
    with read_refusals():
        paths = sorted(layout.keys.glob(f"*{ENDING}"))
    for path in paths:
        with read_refusals(file=path.name), disk.open_to_read(path) as file:
            wrapped = read_fully(file.read, LARGEST_WRAPPED_KEY + 1)
        try:
            key, owner = unwrap(wrapped, [recovery_secret])
        except Unavailable as error:
            raise Unavailable(error.code, file=path.name) from None
        yield owner, key


def remove_copies(layout: Layout, disk: Disk, patient_id: UUID, document_class: DocumentClass) -> int:
    """Erase a key's recovery copies, set-aside ones included; returns how many there were.

    Unavailable VAULT_UNWRITABLE if one resists.
    """
    stem = layout.recovery_copy(patient_id, document_class).stem
    with write_refusals(patient=str(patient_id)):
        paths = [*layout.keys.glob(f"{stem}{ENDING}"), *layout.keys.glob(f"{stem}.*{ENDING}")]
        for path in paths:
            disk.remove(path)
        if paths:
            disk.sync_folder(layout.keys)
    return len(paths)


def missing_copies(
    layout: Layout, known: Iterable[tuple[UUID, DocumentClass]]
) -> list[tuple[UUID, DocumentClass]]:
    """Those of the database's patient keys that have no recovery copy: an alarm, never acted upon."""
    with read_refusals():
        present = {path.name for path in layout.keys.glob(f"*{ENDING}")}
    return [each for each in known if layout.recovery_copy(*each).name not in present]
