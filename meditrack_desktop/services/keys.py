"""Opening and closing the clinic: hands the secrets of a slot to the database, the vault and the trail."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from uuid import UUID

from meditrack_desktop.database import schema
from meditrack_desktop.database.session import Database
from meditrack_desktop.domain.documents import DocumentClass
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Unavailable
from meditrack_desktop.services.audit_trail import AuditTrail
from meditrack_desktop.services.key_slots import ClinicSecrets
from meditrack_desktop.vault.keys import ClinicRecipients, public_half
from meditrack_desktop.vault.vault import Vault


class KeyHolder:
    """Whether the clinic is open in this process, and with which secrets."""

    def __init__(self, database: Database, vault_folder: Path, clinic_id: UUID, trail: AuditTrail) -> None:
        self._database = database
        self._vault_folder = vault_folder
        self._clinic_id = clinic_id
        self._vault: Vault | None = None
        self._trail = trail
        self._opened: ClinicSecrets | None = None
        self._guard = Lock()

    @property
    def vault(self) -> Vault:
        """The open vault. Unavailable VAULT_LOCKED while the clinic is locked."""
        vault = self._vault
        if vault is None:
            raise Unavailable(ErrorCode.VAULT_LOCKED)
        return vault

    @property
    def recipients(self) -> ClinicRecipients:
        """Whom new patient keys are wrapped to. Unavailable VAULT_LOCKED while the clinic is locked.

        They come with the secrets: what lies in a plain file could be exchanged for somebody else's, who would
        then be given every new key.
        """
        opened = self._opened
        if opened is None:
            raise Unavailable(ErrorCode.VAULT_LOCKED)
        return ClinicRecipients(
            recovery=opened.recovery_recipient,
            clinical=public_half(opened.clinical_identity),
            administrative=public_half(opened.administrative_identity),
        )

    @property
    def opened(self) -> ClinicSecrets | None:
        return self._opened

    def open(self, secrets: ClinicSecrets, *, any_version: bool = False) -> None:
        """Open everything, or nothing. Unavailable if the key, the server or the version is not right."""
        with self._guard:
            if self._opened is not None:
                return
            try:
                self._database.unlock(bytes.fromhex(secrets.database_key))
                if not any_version:
                    schema.check(self._database)
            except ClinicError:
                self._database.lock()
                raise
            vault = Vault(self._vault_folder, self._clinic_id)
            vault.unlock(
                {
                    DocumentClass.CLINICAL: secrets.clinical_identity,
                    DocumentClass.ADMINISTRATIVE: secrets.administrative_identity,
                }
            )
            self._vault = vault
            self._trail.key = bytes.fromhex(secrets.audit_key)
            self._opened = secrets

    def close(self) -> None:
        """Forget every key."""
        with self._guard:
            self._opened = None
            self._trail.key = None
            if self._vault is not None:
                self._vault.lock()
            self._vault = None
            self._database.lock()
