"""Recovery copies: every patient key, wrapped to the paper key alone, beside the blobs it opens.

Losing the database therefore does not lose the documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from meditrack_desktop.domain.documents import DocumentClass
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.vault.disk import read_fully, read_refusals, write_refusals
from meditrack_desktop.vault.keys import LARGEST_WRAPPED_KEY, KeyOwner, KeyPair, unwrap, unwrap_for, wrap
from meditrack_desktop.vault.layout import ENDING, Layout, recovery_stem
from meditrack_desktop.vault.storage import Storage


def write_copy(
    layout: Layout, storage: Storage, key: KeyPair, owner: KeyOwner, recovery: str, *, replace: bool
) -> None:
    """Write a key's recovery copy durably and compare it with what was written.

    Copies of other keys of the same patient stay: a crash or another desk may have left one that still opens
    blobs. `replace` says that this very key is wrapped anew. Unavailable VAULT_FULL, VAULT_UNWRITABLE,
    VAULT_DAMAGED.
    """
    path = layout.recovery_copy(owner.patient_id, owner.document_class, key.public)
    wrapped = wrap(key, owner, recovery)

    def prove(written: Path) -> None:
        with storage.open_to_read(written) as file:
            if read_fully(file.read, LARGEST_WRAPPED_KEY) != wrapped:
                raise Unavailable(ErrorCode.VAULT_DAMAGED, patient=str(owner.patient_id))

    with write_refusals(patient=str(owner.patient_id)):
        storage.write(path, fill=lambda file: file.write(wrapped), prove=prove, replace=replace)


def read_copies(layout: Layout, storage: Storage, recovery_secret: str) -> Iterator[tuple[KeyOwner, KeyPair]]:
    """Open every recovery copy with the paper key; a patient may have several of one class.

    Copies that a former kit left are passed over: one of them must not make the right paper look wrong.
    Unavailable VAULT_KEY_WRONG if the paper key opens none, VAULT_DAMAGED for a damaged copy (named by `file`).
    """
    with read_refusals():
        paths = _copies(layout, storage)
    opened, strange = 0, ""
    for path in paths:
        with read_refusals(file=path.name), storage.open_to_read(path) as file:
            wrapped = read_fully(file.read, LARGEST_WRAPPED_KEY + 1)
        try:
            key, owner = unwrap(wrapped, [recovery_secret])
        except Unavailable as error:
            if error.code is not ErrorCode.VAULT_KEY_WRONG:
                raise Unavailable(error.code, file=path.name) from None
            strange = strange or path.name
            continue
        opened += 1
        yield owner, key
    if strange and not opened:
        raise Unavailable(ErrorCode.VAULT_KEY_WRONG, file=strange)


def read_copy(
    layout: Layout, storage: Storage, owner: KeyOwner, public: str, recovery_secret: str
) -> KeyPair | None:
    """One key from its copy; None if there is none. Unavailable VAULT_KEY_WRONG, VAULT_DAMAGED, VAULT_FOREIGN."""
    path = layout.recovery_copy(owner.patient_id, owner.document_class, public)
    with read_refusals(file=path.name):
        if not storage.exists(path):
            return None
    with read_refusals(file=path.name), storage.open_to_read(path) as file:
        wrapped = read_fully(file.read, LARGEST_WRAPPED_KEY + 1)
    key = unwrap_for(wrapped, [recovery_secret], owner)
    if key.public != public:
        raise Unavailable(ErrorCode.VAULT_DAMAGED, file=path.name)
    return key


def remove_copies(layout: Layout, storage: Storage, patient_id: UUID, document_class: DocumentClass) -> int:
    """Erase all recovery copies of a patient and class; returns how many there were.

    Unavailable VAULT_UNWRITABLE if one resists.
    """
    stem = recovery_stem(patient_id, document_class)
    with write_refusals(patient=str(patient_id)):
        paths = [path for path in _copies(layout, storage) if path.name.startswith(f"{stem}.")]
        for path in paths:
            storage.remove(path)
    return len(paths)


def missing_copies(
    layout: Layout, storage: Storage, known: Iterable[tuple[UUID, DocumentClass]]
) -> list[tuple[UUID, DocumentClass]]:
    """Those of the database's patient keys that have no recovery copy: an alarm, never acted upon."""
    with read_refusals():
        present = {path.name.partition(".")[0] for path in _copies(layout, storage)}
    return [each for each in known if recovery_stem(*each) not in present]


def names(layout: Layout, storage: Storage) -> frozenset[str]:
    """The names of all recovery copies. Unavailable VAULT_MISSING."""
    with read_refusals():
        return frozenset(path.name for path in _copies(layout, storage))


def set_aside(layout: Layout, storage: Storage, wanted: Iterable[str]) -> int:
    """Move copies to lost+found, where no recovery looks for them. Unavailable VAULT_UNWRITABLE."""
    moved = 0
    with write_refusals():
        for name in sorted(wanted):
            with suppress(FileNotFoundError):
                storage.move(layout.keys / name, layout.lost_and_found / name, replace=True)
                moved += 1
    return moved


def _copies(layout: Layout, storage: Storage) -> list[Path]:
    return [
        entry.path
        for entry in storage.listed(layout.keys)
        if entry.path.name.endswith(ENDING) and not entry.path.name.startswith(".")
    ]
