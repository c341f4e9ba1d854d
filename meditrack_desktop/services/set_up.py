"""Setting a clinic up: keys, schema, the clinic's row, the first administrator, the recovery kit.

Everything is made first and the profile's `clinic.json` is written last: killed in the middle, the profile is
still "not set up" and set-up may be run again.
"""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from meditrack_desktop.database import schema
from meditrack_desktop.database.engine import PostgresTarget, SqliteTarget, Target
from meditrack_desktop.database.queries import accounts as account_queries
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.session import Database
from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.domain.clinic import SetUpClinic
from meditrack_desktop.domain.clock import Clock
from meditrack_desktop.domain.errors import ClinicError, Conflict, ErrorCode, Unavailable
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import TEMPLATES, Role
from meditrack_desktop.domain.ports import SecretStore
from meditrack_desktop.services import passwords
from meditrack_desktop.services.audit_trail import AuditTrail, Line
from meditrack_desktop.services.key_slots import ClinicSecrets, KeySlots
from meditrack_desktop.services.profile import Profile, ProfileFacts, write_durably
from meditrack_desktop.vault.keys import new_clinic_keys
from meditrack_desktop.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class RecoveryKit:
    """What opens the clinic when every keyring and password is lost. Shown or written once, then forgotten."""

    clinic_name: str
    clinic_id: str
    identity: str
    made_at: datetime

    def text(self) -> str:
        return (
            f"MediTrack Desktop recovery kit\n\n"
            f"Clinic:    {self.clinic_name}\n"
            f"Clinic id: {self.clinic_id}\n"
            f"Made:      {self.made_at.date().isoformat()}\n\n"
            f"{self.identity}\n\n"
            "Keep this on paper in a safe place. Whoever holds it can open every backup and document of the\n"
            "clinic. Without it, data cannot be recovered once the passwords and this computer are lost.\n"
        )


def set_up(
    profile: Profile, command: SetUpClinic, store: SecretStore, clock: Clock, kit_file: Path | None
) -> RecoveryKit:
    """Make a clinic in an empty profile. Conflict CLINIC_EXISTS; Invalid WEAK_PASSWORD; Unavailable.

    `kit_file`, if given, receives the recovery kit's text before anything else is finished. What lay in the
    way (an unfinished set-up, another kit) is set aside under another name, never deleted.
    """
    password = command.admin_password.get_secret_value()
    passwords.check_strength(password, (command.admin_username, command.admin_name, command.name))
    if profile.is_set_up:
        raise Conflict(ErrorCode.CLINIC_EXISTS)
    profile.prepare()
    clinic_id = new_id()
    made = new_clinic_keys()
    opened = ClinicSecrets(
        database_key=secrets.token_hex(32),
        pepper=secrets.token_hex(32),
        pepper_id=secrets.token_hex(4),
        audit_key=secrets.token_hex(32),
        clinical_identity=made.clinical.secret,
        administrative_identity=made.administrative.secret,
        recovery_recipient=made.recovery.public,
        postgres=command.postgres.get_secret_value() if command.postgres else "",
    )
    now = clock.now()
    kit = RecoveryKit(command.name, str(clinic_id), made.recovery.secret, now)
    facts = ProfileFacts(
        clinic_id,
        command.name,
        f"ws_{secrets.token_hex(4)}",
        command.desk_name or desk_name(),
        shared=bool(command.postgres),
        demo=command.demo,
    )
    slots = KeySlots(profile.slots, secrets.token_bytes(32))
    _set_unfinished_aside(profile)
    try:
        if kit_file is not None:
            _set_former_kit_aside(kit_file)
            write_durably(kit_file, kit.text().encode())
        store.put(device_key(facts), slots.device_secret.hex())
        slots.put_recovery(made.recovery.public, opened)
        if facts.shared:
            slots.put_workstation(opened)
        else:
            slots.put_person(command.admin_username, password, opened)
        _fill(profile, facts, command, opened, now)
        Vault(profile.vault(facts), clinic_id).create()
    except ClinicError:
        _take_back(profile, facts, store, kit_file)
        raise
    profile.write_facts(facts)
    return kit


def _fill(
    profile: Profile, facts: ProfileFacts, command: SetUpClinic, opened: ClinicSecrets, now: datetime
) -> None:
    """Make the database with the clinic's row, this workstation, the permission grid and the administrator."""
    password = command.admin_password.get_secret_value()
    hashed = passwords.hash_password(password, bytes.fromhex(opened.pepper))
    trail = AuditTrail(facts.workstation)
    trail.key = bytes.fromhex(opened.audit_key)
    database = Database(_target(profile, opened))
    try:
        _create(profile, database, opened)
        with database.writing() as session:
            if clinic_queries.has_clinic(session):
                raise Conflict(ErrorCode.CLINIC_EXISTS)
            clinic = clinic_queries.add_clinic(
                session, facts.clinic_id, command.name, command.zone, command.region, command.demo, now
            )
            desk = clinic_queries.add_workstation(session, facts.workstation, facts.workstation_name, now)
            account_queries.add_grid(session, TEMPLATES)
            admin = AccountRow(
                id=new_id(),
                username=command.admin_username,
                name=command.admin_name,
                password_hash=hashed,
                pepper_id=opened.pepper_id,
                active=True,
                created_at=now,
                roles=[],
            )
            account_queries.set_roles(admin, {Role.ADMIN})
            session.add(admin)
            session.reported.update((clinic, desk, admin))
            lines = [
                Line("clinic.set_up", "clinic", facts.clinic_id),
                Line("account.added", "account", admin.id),
            ]
            trail.write(session, None, now, lines, name="set-up")
    finally:
        database.lock()


def _take_back(profile: Profile, facts: ProfileFacts, store: SecretStore, kit_file: Path | None) -> None:
    """Leave the profile as it was before a set-up that was refused."""
    profile.slots.unlink(missing_ok=True)
    for leftover in profile.folder.glob("clinic.db*"):
        leftover.unlink()
    if kit_file is not None:
        kit_file.unlink(missing_ok=True)
    with suppress(Unavailable):
        store.delete(device_key(facts))


def _set_unfinished_aside(profile: Profile) -> None:
    """Move what an earlier set-up left out of the way, into a folder beside it.

    Nothing is deleted: a clinic whose `clinic.json` got lost looks the same as a set-up that was killed.
    """
    vault = profile.folder / "vault"
    left = [path for path in (*profile.folder.glob("clinic.db*"), profile.slots, vault) if path.exists()]
    if not left:
        return
    aside = profile.folder / f"set-aside-{secrets.token_hex(4)}"
    try:
        aside.mkdir(mode=0o700)
        for path in left:
            path.rename(aside / path.name)
    except OSError:
        raise Unavailable(ErrorCode.PROFILE_UNWRITABLE, folder=str(profile.folder)) from None


def _set_former_kit_aside(kit_file: Path) -> None:
    """Another clinic's kit in the way keeps its text, under a name of its own: it may be the only copy."""
    if kit_file.exists():
        try:
            kit_file.rename(kit_file.with_name(f"{kit_file.name}.{secrets.token_hex(4)}.old"))
        except OSError:
            raise Unavailable(ErrorCode.PROFILE_UNWRITABLE, folder=str(kit_file.parent)) from None


def target_of(profile: Profile, facts: ProfileFacts, store: SecretStore) -> Target:
    """Where this profile's data is. Reading a shared server's address needs this workstation's slot."""
    if not facts.shared:
        return SqliteTarget(profile.database)
    opened = KeySlots(profile.slots, device_secret(facts, store)).open_workstation()
    return PostgresTarget(opened.postgres if opened else "")


def device_key(facts: ProfileFacts) -> str:
    return f"{facts.clinic_id}/{facts.workstation}"


def device_secret(facts: ProfileFacts, store: SecretStore) -> bytes:
    """This workstation's own secret; without it no slot opens, so a lost one is 32 zero bytes that open nothing."""
    kept = store.get(device_key(facts))
    return bytes.fromhex(kept) if kept else bytes(32)


def desk_name() -> str:
    return socket.gethostname()[:80] or "desk"


def _target(profile: Profile, opened: ClinicSecrets) -> Target:
    return PostgresTarget(opened.postgres) if opened.postgres else SqliteTarget(profile.database)


def _create(profile: Profile, database: Database, opened: ClinicSecrets) -> None:
    if not opened.postgres:
        os.close(os.open(profile.database, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    database.unlock(bytes.fromhex(opened.database_key))
    schema.migrate(database)
