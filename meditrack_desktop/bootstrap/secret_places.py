"""Where a workstation's own secret lies: the system's keyring, or a file where there is none."""

from __future__ import annotations

import os

from pydantic import SecretStr

from meditrack_desktop.adapters.passphrase_file import FreshFile, PassphraseFile
from meditrack_desktop.adapters.secret_stores import (
    NoKeyring,
    PrivateFile,
    SystemKeyring,
    system_keyring,
)
from meditrack_desktop.domain.ports import SecretStore
from meditrack_desktop.services.profile import Profile

PASSPHRASE_VARIABLE = "MEDITRACK_DEVICE_PASSPHRASE"


def secret_store(profile: Profile, passphrase: str = "") -> SecretStore:
    """Where this workstation's secret was put; for a new one the system's keyring, or a file where it has none.

    The file is sealed if there is a passphrase, given or in MEDITRACK_DEVICE_PASSPHRASE. Where a keyring was used
    once, no file is ever taken instead.
    """
    file = profile.device_file
    kept = profile.facts().secret_store if profile.is_set_up else ""
    passphrase = passphrase or os.environ.get(PASSPHRASE_VARIABLE, "")
    if kept == SystemKeyring.name:
        return system_keyring() or NoKeyring()
    if kept == PassphraseFile.name or PassphraseFile.lies_in(file):
        return PassphraseFile(file, passphrase)
    if kept == PrivateFile.name:
        return PrivateFile(file)
    if not file.exists() and (found := system_keyring()):
        return found
    return PassphraseFile(file, passphrase, takes_over=True) if passphrase else PrivateFile(file)


def fresh_store(profile: Profile, passphrase: str = "") -> SecretStore:
    """Where a new secret of this computer goes, when the one it had is lost."""
    if found := system_keyring():
        return found
    return FreshFile(profile.device_file, passphrase or os.environ.get(PASSPHRASE_VARIABLE, ""))


def has_keyring() -> bool:
    """Whether this computer has a keyring that keeps what it is given."""
    return system_keyring() is not None


def plain(secret: SecretStr | None) -> str:
    """What was typed; empty for nothing."""
    return secret.get_secret_value() if secret else ""
