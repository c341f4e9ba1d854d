"""What this desk's backups remember of the audit trail: the ends of all chains, from their manifests (D11)."""

from __future__ import annotations

from meditrack_desktop.domain.audit import Anchor, Witness
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.services.backup.here import Here

MOST_ASKED = 3
"""The newest ones that can be read; each also vouches for everything before its own ends."""


class BackupWitnesses:
    """Called for the anchors. A manifest is proven to be this clinic's before it is believed."""

    def __init__(self, here: Here) -> None:
        self._here = here

    def __call__(self) -> tuple[Anchor, ...]:
        """Nothing if there is no backup folder, it is away, or the keys are."""
        try:
            names = self._here.folder().names()
        except ClinicError:
            return ()
        found: list[Anchor] = []
        asked = 0
        for name in reversed(names):
            manifest = self._here.readable(name)
            if manifest is None:
                continue
            found += (
                Anchor(chain, seq, hash_, Witness.BACKUP, manifest.made_at)
                for chain, (seq, hash_) in manifest.heads.items()
            )
            asked += 1
            if asked == MOST_ASKED:
                break
        return tuple(found)
