"""Where things lie in the vault's folder, and the marker that says whose folder it is."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from uuid import UUID

from meditrack_desktop.domain.documents import DocumentClass
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.vault.disk import Disk, read_fully, read_refusals
from meditrack_desktop.vault.storage import Opener, Storage

MARKER = "vault.json"
KEYS = "keys"
LOST_AND_FOUND = "lost+found"
ENDING = ".age"
_FORMAT = "meditrack-vault"
_VERSION = 1
_LARGEST_MARKER = 4096


class Layout:
    """The paths of one vault. Names say nothing of patients or content."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys = folder / KEYS
        self.lost_and_found = folder / LOST_AND_FOUND
        self.marker = folder / MARKER

    def blob(self, blob_id: UUID) -> Path:
        """Fans out by the last two digits: the first ones are a clock in time-ordered ids."""
        return self.folder / blob_id.hex[-2:] / f"{blob_id}{ENDING}"

    def recovery_copy(self, patient_id: UUID, document_class: DocumentClass, public: str) -> Path:
        """Where the recovery copy of the key with this public half lies: two desks that make a key for one
        patient at once never write to one name."""
        mark = hashlib.sha256(public.encode()).hexdigest()[:16]
        return self.keys / f"{recovery_stem(patient_id, document_class)}.{mark}{ENDING}"

    def blob_folders(self, disk: Disk | None = None) -> list[Path]:
        """The subfolders on a disk that hold blobs, in order. OSError if the folder cannot be read."""
        disk = disk or Disk()
        return [each for each in disk.listed(self.folder) if is_fan(each.name) and disk.is_folder(each)]


def recovery_stem(patient_id: UUID, document_class: DocumentClass) -> str:
    """What the names of all recovery copies of one patient and class begin with, up to the first point."""
    return f"{patient_id}-{document_class.value}"


def blob_id_of(path: Path) -> UUID | None:
    """The id of a blob's file, or None if the name is not one we give."""
    try:
        blob_id = UUID(path.name.removesuffix(ENDING))
    except ValueError:
        return None
    return blob_id if path.name == f"{blob_id}{ENDING}" else None


def write_marker(layout: Layout, clinic_id: UUID, storage: Storage) -> None:
    """Make the folder a vault of this clinic. OSError if the disk refuses, VAULT_FOREIGN if it has an owner."""
    storage.make_folder(layout.folder)
    if storage.exists(layout.marker):
        check_marker(layout, clinic_id, storage)
    else:
        values = {"format": _FORMAT, "version": _VERSION, "clinic": str(clinic_id)}
        data = json.dumps(values).encode("ascii") + b"\n"
        storage.write(
            layout.marker,
            fill=lambda file: file.write(data),
            prove=lambda _: check_marker(layout, clinic_id, storage),
        )
    for folder in (layout.keys, layout.lost_and_found):
        storage.make_folder(folder)


def check_marker(layout: Layout, clinic_id: UUID, opener: Opener) -> None:
    """Make sure that the vault is there and ours, not an empty mount point or another clinic's folder.

    Unavailable VAULT_MISSING, VAULT_DAMAGED or VAULT_FOREIGN.
    """
    with read_refusals(), opener.open_to_read(layout.marker) as file:
        data = read_fully(file.read, _LARGEST_MARKER)
    try:
        values = json.loads(data)
        known = values["format"] == _FORMAT and values["version"] == _VERSION
        owner = UUID(values["clinic"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Unavailable(ErrorCode.VAULT_DAMAGED) from None
    if not known:
        raise Unavailable(ErrorCode.VAULT_DAMAGED)
    if owner != clinic_id:
        raise Unavailable(ErrorCode.VAULT_FOREIGN)


def is_fan(name: str) -> bool:
    """Whether a subfolder of this name is one of those that hold blobs."""
    return len(name) == 2 and all(digit in "0123456789abcdef" for digit in name)
