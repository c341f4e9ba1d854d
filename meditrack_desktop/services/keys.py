"""Opening and closing the clinic: hands its secrets to the database, the vault and the trail.

While the desk is locked by its person the vault's identities are dropped (D13, D19): the calendar goes on being
read, no document opens. The password, or a PIN, brings them back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import RLock
from uuid import UUID

from meditrack_desktop.database import schema
from meditrack_desktop.database.engine import PostgresTarget
from meditrack_desktop.database.queries.documents import FileKey
from meditrack_desktop.database.session import Database, ReadSession
from meditrack_desktop.domain.documents import DocumentClass
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, NotAuthenticated, Unavailable
from meditrack_desktop.domain.ports import LockedStore, SecretStore
from meditrack_desktop.services import epochs, shared_keys
from meditrack_desktop.services.audit_trail import AuditTrail
from meditrack_desktop.services.clinic_secrets import ClinicSecrets
from meditrack_desktop.services.key_slots import KeySlots
from meditrack_desktop.services.pin_keys import PinEnvelope
from meditrack_desktop.vault.keys import ClinicRecipients, PatientKey
from meditrack_desktop.vault.vault import Vault


class KeyHolder:
    """Whether the clinic is open in this process, and with which secrets."""

    def __init__(
        self,
        database: Database,
        new_vault: Callable[[], Vault],
        trail: AuditTrail,
        slots: KeySlots,
        store: SecretStore,
    ) -> None:
        self._database = database
        self._new_vault = new_vault
        self._trail = trail
        self._slots = slots
        self._store = store
        self._vault: Vault | None = None
        self._opened: ClinicSecrets | None = None
        self._recipients: ClinicRecipients | None = None
        self._dropped = False
        self._pin: PinEnvelope | None = None
        self._guard = RLock()

    @property
    def vault(self) -> Vault:
        """The open vault. Unavailable VAULT_LOCKED while the clinic is closed.

        While the identities are dropped it stores and opens nothing: `Vault.unwrap` says VAULT_LOCKED.
        """
        vault = self._vault
        if vault is None:
            raise Unavailable(ErrorCode.VAULT_LOCKED)
        return vault

    @property
    def recipients(self) -> ClinicRecipients:
        """Whom new patient keys are wrapped to. Unavailable VAULT_LOCKED while the clinic is closed.

        They come with the secrets: what lies in a plain file could be exchanged for somebody else's, who would
        then be given every new key.
        """
        recipients = self._recipients
        if recipients is None:
            raise Unavailable(ErrorCode.VAULT_LOCKED)
        return recipients

    @property
    def epoch(self) -> int:
        """Which epoch `recipients` are of. Unavailable VAULT_LOCKED while the clinic is closed."""
        opened = self._opened
        if opened is None:
            raise Unavailable(ErrorCode.VAULT_LOCKED)
        return opened.epoch

    @property
    def opened(self) -> ClinicSecrets | None:
        """The secrets; without the vault's identities while they are dropped; None while the clinic is closed."""
        return self._opened

    @property
    def dropped(self) -> bool:
        """Whether the clinic is open and its vault's identities are not in memory."""
        return self._dropped

    @property
    def slots(self) -> KeySlots:
        return self._slots

    @property
    def secret_store(self) -> str:
        """Where this workstation's secret lies: "keyring", "passphrase" (a sealed file) or "file" (a bare one)."""
        return self._store.name

    def give_device_passphrase(self, passphrase: str) -> None:
        """Open the sealed file of this workstation's secret. Unavailable DEVICE_PASSPHRASE_WRONG. About 0.1 s."""
        if isinstance(self._store, LockedStore):
            self._store.unlock(passphrase)

    def unlock(self, username: str, password: str) -> bool:
        """Open the clinic, or bring the vault back, with what this desk has; False if the password opens nothing.

        On a shared clinic the password is not asked: the desk opens itself, and its caller looks the person up.
        Unavailable as `open`; NotAuthenticated DESK_REVOKED or DESK_NOT_APPROVED.
        """
        if self._database.shared:
            self.open_as_desk()
            return True
        opened = self._slots.open_person(username, password)
        if opened is None:
            return False
        self.take(opened)
        return True

    def open_as_desk(self) -> None:
        """Open a shared clinic with this desk's own key, or bring its vault back.

        NotAuthenticated DESK_REVOKED or DESK_NOT_APPROVED; Unavailable DEVICE_SECRET_MISSING or as `open`.
        """
        with self._guard:
            was_locked = self._database.locked
            try:
                self._connect()
                schema.check(self._database)
                self.take(shared_keys.open_desk(self._database, self._slots, self._trail.chain))
            except ClinicError:
                if was_locked:
                    self.close()
                raise

    def take(self, secrets: ClinicSecrets) -> None:
        """`open` if the clinic is closed, `restore` if it is open already."""
        with self._guard:
            if self._opened is None:
                self.open(secrets)
            else:
                self.restore(secrets)

    def open(self, secrets: ClinicSecrets, *, any_version: bool = False) -> None:
        """Open everything, or nothing. Unavailable if the key, the server or the version is not right."""
        with self._guard:
            if self._opened is not None:
                return
            try:
                self._connect(bytes.fromhex(secrets.database_key))
                if not any_version:
                    schema.check(self._database)
            except ClinicError:
                self._database.lock()
                raise
            self._vault = self._new_vault()
            self._trail.key = bytes.fromhex(secrets.audit_key)
            self._hold(secrets)

    def restore(self, secrets: ClinicSecrets) -> None:
        """Bring the vault's identities back. Unavailable VAULT_KEY_WRONG if they are another clinic's."""
        with self._guard:
            if self._opened is not None:
                if secrets.database_key != self._opened.database_key:
                    raise Unavailable(ErrorCode.VAULT_KEY_WRONG)
                self._hold(secrets)

    def drop(self) -> None:
        """Let the vault's identities leave memory; the database goes on. What is open stays open: close it first.

        A PIN that was offered by `expect_pin` can bring them back.
        """
        with self._guard:
            if self._opened is None or self._dropped:
                return
            if self._pin is not None:
                self._pin.fill(self._opened)
            self._opened = self._opened.without_vault()
            self._dropped = True
            if self._vault is not None:
                self._vault.lock()

    def expect_pin(self, pin: PinEnvelope | None) -> None:
        """From now on `drop` keeps the identities sealed for this PIN; None: for no PIN."""
        with self._guard:
            self._pin = pin

    def restore_by_pin(self, pin: str) -> bool:
        """Bring the identities back by the PIN; False if it is wrong or none is expected. About 0.1 s."""
        with self._guard:
            if self._opened is None or not self._dropped:
                return self._opened is not None
            kept = self._pin.open(pin) if self._pin is not None else None
            if kept is None:
                return False
            self.restore(kept)
            return True

    def hard_lock(self) -> None:
        """What a desk does that was left for long: a local database is closed, a shared one keeps its line (D13)."""
        if self._database.shared:
            self.drop()
            self.expect_pin(None)
        else:
            self.close()

    def refresh(self) -> bool:
        """Take up keys that were changed elsewhere; whether there was anything new. Unavailable."""
        with self._guard:
            before = self._opened
            if before is None or self._dropped:
                return False
            if self._database.shared:
                after = shared_keys.open_desk(self._database, self._slots, self._trail.chain)
            else:
                after = self._slots.reopen(before)
            if after == before:
                return False
            self._hold(after)
            return True

    def hold_epoch(self, session: ReadSession, epoch: int, at: datetime) -> bool:
        """Whether a key wrapped to `epoch` may be filed in this transaction; if not, `refresh` and wrap it anew."""
        opened = self._opened
        return opened is not None and epochs.hold(session, opened, epoch, at)

    def unwrap(self, key: PatientKey, patient_id: UUID, document_class: DocumentClass) -> str:
        """As `Vault.unwrap`; keys that were changed elsewhere meanwhile are taken up first."""
        try:
            return self.vault.unwrap(key, patient_id, document_class)
        except Unavailable as error:
            if error.code is not ErrorCode.VAULT_KEY_WRONG or not self.refresh():
                raise
        return self.vault.unwrap(key, patient_id, document_class)

    def open_file_key(self, key: FileKey) -> str:
        """The secret that a document's file opens with; whose key it is stands inside it. Errors as `unwrap`."""
        return self.unwrap(PatientKey(key.public, key.wrapped), key.owner, key.document_class)

    def close(self) -> None:
        """Forget every key."""
        with self._guard:
            self._opened = None
            self._recipients = None
            self._dropped = False
            self._pin = None
            self._trail.key = None
            if self._vault is not None:
                self._vault.lock()
            self._vault = None
            self._database.lock()

    def _connect(self, key: bytes | None = None) -> None:
        _find_server(self._database, self._slots)
        self._database.unlock(key)

    def _hold(self, secrets: ClinicSecrets) -> None:
        assert self._vault is not None
        self._vault.unlock(secrets.identities, secrets.earlier_identities)
        self._opened = secrets
        self._recipients = secrets.recipients
        self._dropped = False


def open_database(database: Database, slots: KeySlots, username: str, password: str) -> None:
    """Open the database alone, whatever its version, with a person's password or as this desk: for migrations.

    NotAuthenticated INVALID_CREDENTIALS if the password opens nothing; Unavailable.
    """
    if database.shared:
        _find_server(database, slots)
        database.unlock()
        return
    opened = slots.open_person(username, password)
    if opened is None:
        raise NotAuthenticated(ErrorCode.INVALID_CREDENTIALS)
    database.unlock(bytes.fromhex(opened.database_key))


def _find_server(database: Database, slots: KeySlots) -> None:
    """The server's address lies in the desk's slot, and that under a secret that may need a passphrase."""
    target = database.target
    if isinstance(target, PostgresTarget) and database.locked:
        database.target = PostgresTarget(shared_keys.desk_key(slots).server, target.folder)
