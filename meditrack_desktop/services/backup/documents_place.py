"""Where the documents of a clinic shall lie that comes back from a backup: a folder, or the store they lay in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from meditrack_desktop.domain.errors import ErrorCode, FieldProblem, Unavailable, invalid_fields
from meditrack_desktop.domain.ports import SecretStore
from meditrack_desktop.services.backup.contents import OpenBackup
from meditrack_desktop.services.profile import Profile, ProfileFacts
from meditrack_desktop.services.vault_place import (
    check_address,
    keep_access,
    kept_words,
    store_refusals,
    vault_at,
)
from meditrack_desktop.vault.disk import write_refusals
from meditrack_desktop.vault.s3_place import is_s3
from meditrack_desktop.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class DocumentsPlace:
    """`address` is a folder's path or `s3://…`; `access` opens the store and is empty for a folder."""

    vault: Vault
    address: str
    access: str = field(default="", repr=False)

    def keep_access(self, facts: ProfileFacts, store: SecretStore) -> None:
        """Put what opens a store where this workstation's secret lies."""
        if self.access:
            keep_access(facts, store, self.access)


def place_of_documents(
    profile: Profile,
    before: ProfileFacts | None,
    store: SecretStore,
    asked: str,
    access: str,
    backup: OpenBackup,
) -> DocumentsPlace:
    """The place that was asked for; else where they lay here; else, with a store's key, the store that the backup
    names; else the profile's own folder. `before` are the facts of the clinic that lies here, if one does.

    What lies there and is no vault any more is set aside. Unavailable VAULT_FOREIGN for another clinic's vault,
    VAULT_ACCESS_NEEDED and VAULT_ACCESS_REFUSED for a store; Invalid `vault_folder` if there is no store for the key,
    or as `check_address`.
    """
    if asked:
        check_address(asked)
    address = asked or (before.vault_folder if before else "")
    if not address and access:
        address = backup.manifest.store
        if not address:
            raise invalid_fields(vault_folder=FieldProblem.REQUIRED)
    clinic_id = backup.manifest.clinic_id
    if is_s3(address):
        # The key that is kept opens the store where they lay, and says nothing to any other.
        known = before is not None and address == before.vault_folder
        access = access or (kept_words(before, store) if before and known else "")
        vault = vault_at(profile, address, access, clinic_id)
    else:
        access, address = "", address or str(profile.folder / "vault")
        vault = Vault(Path(address), clinic_id)
    _make_way(vault, address)
    return DocumentsPlace(vault, address, access)


def _make_way(vault: Vault, address: str) -> None:
    try:
        with store_refusals(address):
            vault.check()
    except Unavailable as error:
        if error.code is ErrorCode.VAULT_DAMAGED:
            with write_refusals():
                aside = vault.layout.marker.with_suffix(f".{secrets.token_hex(4)}.damaged")
                vault.storage.move(vault.layout.marker, aside)
        elif error.code is not ErrorCode.VAULT_MISSING or (
            # A folder is made; of a store that does not answer it is told before anything is begun.
            is_s3(address) and error.parameters.get("reason") != "ENOENT"
        ):
            raise
