"""This workstation's own secret, and where its clinic's data is."""

from __future__ import annotations

import re

from meditrack_desktop.database.engine import PostgresTarget, SqliteTarget, Target
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.ports import SecretStore
from meditrack_desktop.services.profile import Profile, ProfileFacts

_SECRET = re.compile(r"[0-9a-f]{64}")


def device_key(facts: ProfileFacts) -> str:
    """Under which name the secret store keeps it."""
    return f"{facts.clinic_id}/{facts.workstation}"


def device_secret(facts: ProfileFacts, store: SecretStore) -> bytes:
    """32 bytes, without which no slot opens.

    Unavailable DEVICE_SECRET_MISSING if the store has none or something else; KEYRING_UNUSABLE,
    DEVICE_PASSPHRASE_NEEDED or DEVICE_PASSPHRASE_WRONG if the store does not answer.
    """
    kept = store.get(device_key(facts))
    if not kept or not _SECRET.fullmatch(kept):
        raise Unavailable(ErrorCode.DEVICE_SECRET_MISSING)
    return bytes.fromhex(kept)


def target_of(profile: Profile, facts: ProfileFacts) -> Target:
    """Where this profile's data is. A shared server's address is filled in when the desk's slot was opened."""
    return PostgresTarget("", profile.folder) if facts.shared else SqliteTarget(profile.database)
