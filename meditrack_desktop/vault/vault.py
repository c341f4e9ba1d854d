"""The vault: the encrypted documents wherever they lie, and the keys that are in memory while somebody is signed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import BinaryIO
from uuid import UUID

from meditrack_desktop.domain.documents import DocumentClass, StoredBlob
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.vault import recovery_copies
from meditrack_desktop.vault.disk import Disk, read_refusals, write_refusals
from meditrack_desktop.vault.folder_storage import FolderStorage
from meditrack_desktop.vault.keys import (
    ClinicRecipients,
    KeyOwner,
    KeyPair,
    PatientKey,
    new_key_pair,
    public_half,
    unwrap_for,
    wrap,
)
from meditrack_desktop.vault.layout import Layout, check_marker, write_marker
from meditrack_desktop.vault.reader import BlobReader
from meditrack_desktop.vault.storage import Storage
from meditrack_desktop.vault.writer import BlobWriter


class Vault:
    """One clinic's documents. Storing needs public keys only; opening needs `unlock` and the patient's key.

    All methods may be called from several threads, and from several desks on one storage.
    """

    def __init__(self, place: Path | Storage, clinic_id: UUID, disk: Disk | None = None) -> None:
        """`place` is a folder (each call of the system through `disk`) or another storage.

        Touches nothing: `create` makes it a vault, once, when a clinic is set up.
        """
        self.clinic_id = clinic_id
        self.storage: Storage = FolderStorage(place, disk) if isinstance(place, Path) else place
        self.layout = Layout(self.storage.root)
        self._identities: dict[DocumentClass, tuple[str, ...]] = {}
        self._lock = Lock()

    def create(self) -> None:
        """Make the folder (its parent exists) and mark it as this clinic's; harmless if it is so already.

        Unavailable VAULT_FOREIGN, VAULT_UNWRITABLE or VAULT_FULL.
        """
        with write_refusals():
            write_marker(self.layout, self.clinic_id, self.storage)

    def check(self) -> None:
        """Make sure that the folder is there and this clinic's; Unavailable VAULT_MISSING or VAULT_FOREIGN."""
        check_marker(self.layout, self.clinic_id, self.storage)

    def unlock(
        self,
        identities: Mapping[DocumentClass, str],
        earlier: Mapping[DocumentClass, Sequence[str]] | None = None,
    ) -> None:
        """Keep the clinic's secrets of the classes this person may open; `earlier` ones while keys rotate.

        Unavailable VAULT_KEY_WRONG if one is malformed; whether it fits shows with the first patient key.
        """
        keys: dict[DocumentClass, tuple[str, ...]] = {}
        for document_class, secret in identities.items():
            keys[document_class] = (secret, *(earlier or {}).get(document_class, ()))
            for each in keys[document_class]:
                public_half(each)
        with self._lock:
            self._identities = keys

    def lock(self) -> None:
        """Drop the clinic's secrets. Readers that are open stay open: their owner closes them."""
        with self._lock:
            self._identities = {}

    def is_unlocked(self, document_class: DocumentClass) -> bool:
        """Whether patient keys of this class can be unwrapped now."""
        return document_class in self._identities

    def store(self, source: BinaryIO, recipient: str, blob_id: UUID) -> StoredBlob:
        """Encrypt `source`, from where it stands to its end, for a patient's public key, durably.

        Returns only once the file was read back from the disk. Works while locked. Unavailable VAULT_FULL,
        VAULT_UNWRITABLE (also for an id already stored), VAULT_DAMAGED (it read back wrong), VAULT_MISSING or
        VAULT_FOREIGN (the folder), VAULT_KEY_WRONG (no recipient), FILE_UNREADABLE (the source); then nothing
        is stored.
        """
        self.check()
        path = self.layout.blob(blob_id)
        try:
            writer = BlobWriter(source, recipient, self.clinic_id, blob_id, self.storage)
        except ValueError:
            raise Unavailable(ErrorCode.VAULT_KEY_WRONG, blob=str(blob_id)) from None
        with write_refusals(blob=str(blob_id)):
            self.storage.write(path, writer.fill, writer.prove)
        return writer.stored()

    def open(self, blob_id: UUID, patient_key: str, expected: StoredBlob) -> BlobReader:
        """A reader of the original bytes; the caller closes it. `expected` is what the database remembers.

        Unavailable VAULT_MISSING, VAULT_DAMAGED, VAULT_KEY_WRONG or VAULT_FOREIGN, before any byte is served.
        """
        if expected.blob_id != blob_id:
            raise Unavailable(ErrorCode.VAULT_DAMAGED, blob=str(blob_id))
        with read_refusals(blob=str(blob_id)):
            file = self.storage.open_to_read(self.layout.blob(blob_id))
        return BlobReader(file, patient_key, self.clinic_id, expected)

    def remove(self, blob_id: UUID) -> None:
        """Delete a blob whose row is gone. Unavailable VAULT_MISSING if it was not there, VAULT_UNWRITABLE."""
        path = self.layout.blob(blob_id)
        self.check()
        with write_refusals(blob=str(blob_id)):
            try:
                self.storage.remove(path)
            except FileNotFoundError:
                raise Unavailable(ErrorCode.VAULT_MISSING, blob=str(blob_id)) from None

    def make_patient_key(
        self, patient_id: UUID, document_class: DocumentClass, recipients: ClinicRecipients
    ) -> PatientKey:
        """A new key pair for one patient and class, its recovery copy durably in the folder. Works while locked.

        `recipients` come from the database, never from the folder: whoever could change them there would be
        given every new key. Unavailable as `store`.
        """
        self.check()
        key, owner = new_key_pair(), self._owner(patient_id, document_class)
        wrapped = wrap(key, owner, recipients.of(document_class))
        recovery_copies.write_copy(self.layout, self.storage, key, owner, recipients.recovery, replace=False)
        return PatientKey(key.public, wrapped)

    def unwrap(self, key: PatientKey, patient_id: UUID, document_class: DocumentClass) -> str:
        """The secret of a patient's key, for `open`. Drop it when the chart is closed.

        Unavailable VAULT_LOCKED, VAULT_KEY_WRONG, VAULT_FOREIGN, or VAULT_DAMAGED (also for a key that is
        another patient's, or does not belong to the public half in the row).
        """
        return self._unwrapped(key, self._owner(patient_id, document_class)).secret

    def rewrap(
        self, key: PatientKey, patient_id: UUID, document_class: DocumentClass, recipients: ClinicRecipients
    ) -> PatientKey:
        """The same patient key, wrapped to the new epoch's clinic key. Errors as `unwrap`."""
        owner = self._owner(patient_id, document_class)
        pair = self._unwrapped(key, owner)
        return PatientKey(pair.public, wrap(pair, owner, recipients.of(document_class)))

    def renew_recovery_copy(
        self, key: PatientKey, patient_id: UUID, document_class: DocumentClass, recovery: str
    ) -> None:
        """Write the recovery copy again, to a new recovery recipient (after a new kit was printed)."""
        self.check()
        owner = self._owner(patient_id, document_class)
        pair = self._unwrapped(key, owner)
        recovery_copies.write_copy(self.layout, self.storage, pair, owner, recovery, replace=True)

    def recover(
        self, recovery_secret: str, recipients: ClinicRecipients
    ) -> Iterator[tuple[UUID, DocumentClass, PatientKey]]:
        """Every patient key of the recovery copies, wrapped anew to the given clinic keys.

        The same patient and class may come twice, where two keys were made. Unavailable
        VAULT_KEY_WRONG (not this clinic's kit), VAULT_FOREIGN, VAULT_DAMAGED, VAULT_MISSING.
        """
        self.check()
        public_half(recovery_secret)
        for owner, pair in recovery_copies.read_copies(self.layout, self.storage, recovery_secret):
            if owner.clinic_id != self.clinic_id:
                raise Unavailable(ErrorCode.VAULT_FOREIGN, patient=str(owner.patient_id))
            wrapped = wrap(pair, owner, recipients.of(owner.document_class))
            yield owner.patient_id, owner.document_class, PatientKey(pair.public, wrapped)

    def recover_key(
        self,
        recovery_secret: str,
        patient_id: UUID,
        document_class: DocumentClass,
        public: str,
        recipients: ClinicRecipients,
    ) -> PatientKey | None:
        """One patient's key from its recovery copy, wrapped anew; None if there is no copy of it.

        Unavailable VAULT_KEY_WRONG if the copy is for another kit; else as `recover`.
        """
        self.check()
        owner = self._owner(patient_id, document_class)
        pair = recovery_copies.read_copy(self.layout, self.storage, owner, public, recovery_secret)
        return PatientKey(pair.public, wrap(pair, owner, recipients.of(document_class))) if pair else None

    def forget_patient_key(self, patient_id: UUID, document_class: DocumentClass) -> int:
        """Erase the recovery copies of a patient's key, for good; returns how many there were."""
        self.check()
        return recovery_copies.remove_copies(self.layout, self.storage, patient_id, document_class)

    def recovery_copy_names(self) -> frozenset[str]:
        """The names of all recovery copies. Unavailable VAULT_MISSING."""
        return recovery_copies.names(self.layout, self.storage)

    def set_copies_aside(self, names: Iterable[str]) -> int:
        """Move recovery copies that belong to no row to lost+found; returns how many. Unavailable VAULT_UNWRITABLE."""
        self.check()
        return recovery_copies.set_aside(self.layout, self.storage, names)

    def forget_copy(self, patient_id: UUID, document_class: DocumentClass, public: str) -> None:
        """Erase the recovery copy of one key that no row ever held. Unavailable VAULT_UNWRITABLE."""
        self.check()
        path = self.layout.recovery_copy(patient_id, document_class, public)
        with write_refusals(patient=str(patient_id)), suppress(FileNotFoundError):
            self.storage.remove(path)

    def _owner(self, patient_id: UUID, document_class: DocumentClass) -> KeyOwner:
        return KeyOwner(self.clinic_id, patient_id, document_class)

    def _unwrapped(self, key: PatientKey, owner: KeyOwner) -> KeyPair:
        with self._lock:
            identities = self._identities.get(owner.document_class)
        if identities is None:
            raise Unavailable(ErrorCode.VAULT_LOCKED, document_class=owner.document_class.value)
        pair = unwrap_for(key.wrapped, identities, owner)
        if pair.public != key.public:
            raise Unavailable(ErrorCode.VAULT_DAMAGED, patient=str(owner.patient_id))
        return pair
