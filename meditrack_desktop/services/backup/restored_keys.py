"""Patients' keys of a restored database: wrapped to the clinic's keys of today, those of erased patients left out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from meditrack_desktop.database.queries import carry_over as carried
from meditrack_desktop.database.session import ReadSession, WriteSession
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services.backup.contents import OpenBackup
from meditrack_desktop.services.backup.source import Source
from meditrack_desktop.services.clinic_secrets import ClinicSecrets
from meditrack_desktop.vault.keys import KeyOwner, KeyPair, unwrap_for, wrap
from meditrack_desktop.vault.recovery_copies import write_copy
from meditrack_desktop.vault.vault import Vault

UNREADABLE = (ErrorCode.VAULT_KEY_WRONG, ErrorCode.VAULT_DAMAGED, ErrorCode.VAULT_FOREIGN)
"""What a wrapped key is that nothing at hand opens."""


def fit_keys(
    backup: OpenBackup, source: Source, today: ReadSession, restored: WriteSession, erased: set[UUID]
) -> None:
    """Today's row of a key stays where it is the same key; one that only the backup has is wrapped anew.

    One that even the backup's secrets do not open comes back as it is: it must not keep everybody else's away.
    """
    now_rows = carried.keys_by_owner(today)
    rows: list[dict[str, Any]] = []
    then_rows = carried.keys_by_owner(restored)
    for owner, then in then_rows.items():
        if owner[0] in erased:
            continue
        now = now_rows.get(owner)
        if now is not None and now["public"] == then["public"]:
            rows.append(now)
        elif backup.secrets.identities == source.secrets.identities:
            rows.append(then)
        else:
            try:
                rows.append(rewrapped(then, backup.secrets, source.secrets, source.clinic_id))
            except Unavailable as error:
                if error.code not in UNREADABLE:
                    raise
                rows.append(then)
    # An old backup has no keys any more (D39): those of today open its documents.
    rows += [now for owner, now in now_rows.items() if owner not in then_rows and owner[0] not in erased]
    carried.put_keys(restored, rows)


def rewrapped(
    row: dict[str, Any], then: ClinicSecrets, now: ClinicSecrets, clinic_id: UUID
) -> dict[str, Any]:
    """The same key, wrapped to the clinic's key of another time."""
    pair = opened_pair(row, then, clinic_id)
    owner = KeyOwner(clinic_id, row["patient_id"], row["document_class"])
    wrapped = wrap(pair, owner, now.recipients.of(row["document_class"]))
    return {**row, "wrapped": wrapped, "epoch": now.epoch}


def opened_pair(row: dict[str, Any], secrets: ClinicSecrets, clinic_id: UUID) -> KeyPair:
    """Both halves of a patient's key."""
    document_class = row["document_class"]
    identities = (secrets.identities[document_class], *secrets.earlier_identities[document_class])
    return unwrap_for(row["wrapped"], identities, KeyOwner(clinic_id, row["patient_id"], document_class))


def renew_missing_copies(
    vault: Vault, rows: list[dict[str, Any]], secrets: ClinicSecrets
) -> list[dict[str, Any]]:
    """Write the recovery copies that the vault lacks, from the keys themselves; returns the rows of those.

    A key that `secrets` do not open holds nobody else's up. Unavailable as the vault.
    """
    vault.check()
    there = vault.recovery_copy_names()
    written = []
    for row in rows:
        path = vault.layout.recovery_copy(row["patient_id"], row["document_class"], row["public"])
        if path.name in there:
            continue
        try:
            pair = opened_pair(row, secrets, vault.clinic_id)
        except Unavailable as error:
            if error.code not in UNREADABLE:
                raise
            continue
        owner = KeyOwner(vault.clinic_id, row["patient_id"], row["document_class"])
        write_copy(vault.layout, vault.storage, pair, owner, secrets.recovery_recipient, replace=True)
        written.append(row)
    return written
