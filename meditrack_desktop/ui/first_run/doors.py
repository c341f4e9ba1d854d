"""What the set-up window is handed by the front door: the deeds that join database, vault and keyring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import SecretStr

    from meditrack_desktop.domain.backups import OnBackupProgress, RestorePreview
    from meditrack_desktop.domain.clinic import SetUpClinic
    from meditrack_desktop.services.backup.onto_this_computer import RestoreByKit
    from meditrack_desktop.services.recovery_kit import RecoveryKit


@dataclass(frozen=True, slots=True)
class FirstRunDoors:
    """Each is called beside the window, never on its thread. They raise errors of the domain."""

    has_keyring: Callable[[], bool]
    set_up: Callable[[Path, SetUpClinic, RecoveryKit], object]
    ask_to_join: Callable[[Path, SecretStr, str, str, SecretStr | None], tuple[str, ...]]
    """(profile, address, desk name, documents folder, passphrase) -> the words to compare."""
    was_approved: Callable[[Path, SecretStr | None], bool]
    """Ask the server; once approved the profile is complete."""
    join_with_kit: Callable[[Path, SecretStr, str, str, SecretStr, SecretStr | None], object]
    """(profile, address, desk name, documents folder, recovery key, passphrase)."""
    preview_restore: Callable[[RestoreByKit], RestorePreview]
    restore: Callable[[Path, RestoreByKit, SecretStr | None, OnBackupProgress], object]
    """(profile, what to bring back, passphrase, progress)."""
