"""Opening and closing the clinic: hands the secrets of a slot to the database, the vault and the trail."""

from __future__ import annotations

from threading import Lock

from meditrack_desktop.database import schema
from meditrack_desktop.database.session import Database
from meditrack_desktop.domain.documents import DocumentClass
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.services.audit_trail import AuditTrail
from meditrack_desktop.services.key_slots import ClinicSecrets
from meditrack_desktop.vault.vault import Vault


class KeyHolder:
    """Whether the clinic is open in this process, and with which secrets."""

    def __init__(self, database: Database, vault: Vault, trail: AuditTrail) -> None:
        self._database = database
        self._vault = vault
        self._trail = trail
        self._opened: ClinicSecrets | None = None
        self._guard = Lock()

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
            self._vault.unlock(
                {
                    DocumentClass.CLINICAL: secrets.clinical_identity,
                    DocumentClass.ADMINISTRATIVE: secrets.administrative_identity,
                }
            )
            self._trail.key = bytes.fromhex(secrets.audit_key)
            self._opened = secrets

    def close(self) -> None:
        """Forget every key."""
        with self._guard:
            self._opened = None
            self._trail.key = None
            self._vault.lock()
            self._database.lock()
