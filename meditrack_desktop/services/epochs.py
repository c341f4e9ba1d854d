"""Epochs of the clinic's vault keys: making the next one, and filing new patient keys under the present one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from meditrack_desktop.database.queries import keys as queries
from meditrack_desktop.database.session import ReadSession
from meditrack_desktop.services.clinic_secrets import ClinicSecrets, EarlierKeys
from meditrack_desktop.vault.keys import new_key_pair, public_half

MOST_BACKUP_KEYS = 60
"""Epochs whose backups still open without the recovery kit."""


def following(before: ClinicSecrets, new_recovery: str = "") -> ClinicSecrets:
    """The next epoch's secrets, with the present ones as earlier; `new_recovery` if the kit is replaced too."""
    left = EarlierKeys(before.epoch, before.clinical_identity, before.administrative_identity)
    after = replace(
        before,
        epoch=before.epoch + 1,
        clinical_identity=new_key_pair().secret,
        administrative_identity=new_key_pair().secret,
        backup_identity=new_key_pair().secret,
        earlier=(*before.earlier, left),
        former_backups=(before.backup_identity, *before.former_backups)[:MOST_BACKUP_KEYS],
    )
    if not new_recovery:
        return after
    return replace(after, recovery_recipient=new_recovery, former_recovery=before.recovery_recipient)


def finished(during: ClinicSecrets) -> ClinicSecrets:
    """The same epoch once nothing is wrapped to the earlier ones any more."""
    return replace(during, earlier=(), former_recovery="")


def begin(session: ReadSession, opened: ClinicSecrets, at: datetime) -> None:
    """Write this epoch's public keys; from the commit on nobody files a key under an earlier one."""
    publics = {each: public_half(secret) for each, secret in opened.identities.items()}
    queries.begin_epoch(session, opened.epoch, publics, at)


def hold(session: ReadSession, opened: ClinicSecrets, epoch: int, at: datetime) -> bool:
    """Whether a key wrapped to `epoch` may be filed in this transaction: only in the one in use.

    `opened` is what this desk holds. An epoch that a local clinic's envelope has and its database not yet (a
    rotation was cut off between the two) is written now.
    """
    if queries.hold_epoch(session, epoch):
        return True
    if opened.clinical_identity and opened.epoch == epoch > queries.newest_epoch(session):
        begin(session, opened, at)
        return True
    return False
