"""How a profile comes to its clinic: set up, joined, recovered, brought back from a backup."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from meditrack_desktop.bootstrap.secret_places import fresh_store, plain, secret_store
from meditrack_desktop.domain.backups import OnBackupProgress, RestorePreview, RestoreReport, StopAsked
from meditrack_desktop.domain.clinic import SetUpClinic
from meditrack_desktop.domain.clock import Clock, SystemClock
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services import joining, recovery, set_up
from meditrack_desktop.services.backup import onto_this_computer
from meditrack_desktop.services.backup.meter import Meter
from meditrack_desktop.services.backup.onto_this_computer import RestoreByKit
from meditrack_desktop.services.profile import Profile, write_durably
from meditrack_desktop.services.recovery_kit import RecoveryKit
from meditrack_desktop.services.this_computer import computer_name


def set_up_clinic(
    folder: Path,
    command: SetUpClinic,
    kit_file: Path | None = None,
    clock: Clock | None = None,
    kit: RecoveryKit | None = None,
) -> RecoveryKit:
    """Make a clinic in `folder`. Raises what `services.set_up.set_up` raises."""
    profile = Profile(folder)
    profile.prepare()
    store = secret_store(profile, plain(command.device_passphrase))
    return set_up.set_up(profile, command, store, clock or SystemClock(), kit_file, kit)


def ask_to_join(
    folder: Path,
    server: SecretStr,
    name: str,
    documents: str,
    passphrase: SecretStr | None = None,
    access: SecretStr | None = None,
) -> tuple[str, ...]:
    """Ask a shared clinic to let this desk in; the six words to compare. Raises what `joining.ask_to_join` does."""
    profile = Profile(folder)
    profile.prepare()
    desk = joining.NewDesk(server.get_secret_value(), name or computer_name(), documents, plain(access))
    return joining.ask_to_join(profile, secret_store(profile, plain(passphrase)), desk, SystemClock())


def was_approved(folder: Path, passphrase: SecretStr | None = None) -> bool:
    """Whether somebody let this desk in; then its profile is complete."""
    profile = Profile(folder)
    return joining.join_when_approved(profile, secret_store(profile, plain(passphrase)), SystemClock())


def join_with_kit(
    folder: Path,
    server: SecretStr,
    name: str,
    documents: str,
    kit: SecretStr,
    passphrase: SecretStr | None = None,
    access: SecretStr | None = None,
) -> None:
    """Join a shared clinic at once with the recovery kit. Raises what `joining.join_with_kit` does."""
    profile = Profile(folder)
    profile.prepare()
    desk = joining.NewDesk(server.get_secret_value(), name or computer_name(), documents, plain(access))
    identity = recovery.read_identity(kit.get_secret_value())
    store = secret_store(profile, plain(passphrase))
    joining.join_with_kit(profile, store, desk, identity, SystemClock())


def recover_clinic(
    folder: Path, command: recovery.RecoverClinic, clock: Clock | None = None, passphrase: str = ""
) -> recovery.Recovered:
    """Let an administrator in again by the kit. Raises what `recovery.recover` does."""
    profile = Profile(folder)
    profile.facts()
    store = secret_store(profile, passphrase)
    return recovery.recover(profile, store, fresh_store(profile, passphrase), command, clock or SystemClock())


def backup_folder(folder: Path) -> str:
    """Where this profile's backups go; empty if it names no folder or is beyond reading."""
    try:
        return Profile(folder).facts().backup_folder
    except Unavailable:
        return ""


def preview_by_kit(command: RestoreByKit) -> RestorePreview:
    """What a backup would bring. Raises what `onto_this_computer.preview` does."""
    return onto_this_computer.preview(command)


def restore_by_kit(
    folder: Path,
    command: RestoreByKit,
    progress: OnBackupProgress | None = None,
    stop: StopAsked | None = None,
    clock: Clock | None = None,
    passphrase: SecretStr | None = None,
) -> RestoreReport:
    """Make a profile's clinic what a backup was. Raises what `onto_this_computer.restore` does."""
    profile = Profile(folder)
    profile.prepare()
    try:
        store = secret_store(profile, plain(passphrase))
        store.get("restore")
    except Unavailable:
        store = fresh_store(profile, plain(passphrase))
    return onto_this_computer.restore(profile, store, command, clock or SystemClock(), Meter(progress, stop))


def count_patient_keys(folder: Path, identity: str, access: str = "") -> int:
    """Raises what `recovery.count_patient_keys` does."""
    profile = Profile(folder)
    return recovery.count_patient_keys(profile, secret_store(profile), identity, access)


def write_kit(file: Path, kit: RecoveryKit) -> None:
    """Keep a kit as a text file; one that lies in the way is set aside. Unavailable PROFILE_UNWRITABLE."""
    set_up.set_former_kit_aside(file)
    write_durably(file, kit.text().encode())


def read_kit(file: Path) -> str:
    """The secret key in a kit's file. Unavailable RECOVERY_KEY_WRONG."""
    try:
        return recovery.read_identity(file.read_text("utf-8"))
    except (OSError, ValueError):
        raise Unavailable(ErrorCode.RECOVERY_KEY_WRONG) from None
