"""Setting a clinic up: keys, schema, the clinic's row, the first administrator, the recovery kit.

Everything is made first and the profile's `clinic.json` is written last: killed in the middle, the profile is
still "not set up" and set-up may be run again.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from meditrack_desktop.database import schema
from meditrack_desktop.database.engine import PostgresTarget, SqliteTarget, Target
from meditrack_desktop.database.queries import accounts as account_queries
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import keys as key_queries
from meditrack_desktop.database.session import Database, WriteSession
from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.database.tables.clinic import WorkstationRow
from meditrack_desktop.domain.clinic import SetUpClinic
from meditrack_desktop.domain.clock import Clock
from meditrack_desktop.domain.errors import ClinicError, Conflict, ErrorCode, Unavailable
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import TEMPLATES, Role
from meditrack_desktop.domain.ports import SecretStore
from meditrack_desktop.services import passwords, places, shared_keys
from meditrack_desktop.services.audit_trail import AuditTrail, Line
from meditrack_desktop.services.clinic_secrets import ClinicSecrets, new_secrets
from meditrack_desktop.services.device import device_key
from meditrack_desktop.services.held_alone import lock_of
from meditrack_desktop.services.key_slots import DeskKey, KeySlots
from meditrack_desktop.services.profile import Profile, ProfileFacts, write_durably
from meditrack_desktop.services.recovery_kit import RecoveryKit, clinic_of, draw_up
from meditrack_desktop.services.this_computer import computer_name
from meditrack_desktop.services.vault_place import check_place, keep_access, vault_of
from meditrack_desktop.vault.keys import new_key_pair, public_half


def set_up(
    profile: Profile,
    command: SetUpClinic,
    store: SecretStore,
    clock: Clock,
    kit_file: Path | None,
    kit: RecoveryKit | None = None,
) -> RecoveryKit:
    """Make a clinic in an empty profile. Conflict CLINIC_EXISTS; Invalid WEAK_PASSWORD; Unavailable.

    `kit` is one that was drawn up, printed and proven before; without it a new one is made. `kit_file`, if
    given, receives the kit before anything else is finished: as a PDF where its name ends so, else as text. What
    lay in the way (an unfinished set-up, another kit) is set aside under another name, never deleted.
    """
    password = command.admin_password.get_secret_value()
    passwords.check_strength(password, (command.admin_username, command.admin_name, command.name))
    if profile.is_set_up:
        raise Conflict(ErrorCode.CLINIC_EXISTS)
    _check_places(profile, command)
    profile.prepare()
    now = clock.now()
    kit = replace(kit, clinic_name=command.name) if kit else draw_up(command.name, clock)
    clinic_id, recovery = clinic_of(kit), public_half(kit.identity)
    opened = new_secrets(recovery)
    server = command.postgres.get_secret_value() if command.postgres else ""
    own = DeskKey(new_key_pair().secret, server, opened.seal_key) if server else None
    facts = ProfileFacts(
        clinic_id,
        command.name,
        f"ws_{secrets.token_hex(4)}",
        command.desk_name or computer_name(),
        shared=bool(command.postgres),
        demo=command.demo,
        vault_folder=command.vault_folder,
        backup_folder=command.backup_folder,
        backup_put_off=not command.backup_folder and not command.demo,
        secret_store=store.name,
    )
    slots = KeySlots(profile.slots, secrets.token_bytes(32))
    _set_unfinished_aside(profile)
    try:
        if kit_file is not None:
            set_former_kit_aside(kit_file)
            write_durably(kit_file, printed(kit, kit_file, command.region))
        store.put(device_key(facts), slots.device_secret.hex())
        if own:
            slots.put_desk(own)
        else:
            slots.put_person(command.admin_username, password, opened)
        _fill(profile, facts, command, opened, own, now)
        if command.vault_access is not None:
            keep_access(facts, store, command.vault_access.get_secret_value())
        vault_of(profile, facts, store).create()
    except ClinicError:
        _take_back(profile, facts, store, kit_file)
        raise
    profile.write_facts(facts)
    return kit


def _fill(
    profile: Profile,
    facts: ProfileFacts,
    command: SetUpClinic,
    opened: ClinicSecrets,
    own: DeskKey | None,
    now: datetime,
) -> None:
    """Make the database with the clinic's row, this workstation, the permission grid and the administrator."""
    password = command.admin_password.get_secret_value()
    hashed = passwords.hash_password(password, bytes.fromhex(opened.pepper))
    trail = AuditTrail(facts.workstation)
    trail.key = bytes.fromhex(opened.audit_key)
    database = Database(_target(profile, own))
    try:
        _create(profile, database, opened)
        with database.writing() as session:
            if clinic_queries.has_clinic(session):
                raise Conflict(ErrorCode.CLINIC_EXISTS)
            clinic = clinic_queries.add_clinic(
                session, facts.clinic_id, command.name, command.zone, command.region, command.demo, now
            )
            desk = clinic_queries.add_workstation(session, facts.workstation, facts.workstation_name, now)
            desk.approved_at = now
            _write_keys(session, desk, opened, own, now)
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


def _write_keys(
    session: WriteSession, desk: WorkstationRow, opened: ClinicSecrets, own: DeskKey | None, now: datetime
) -> None:
    """The first epoch's public keys; on a shared server also the envelopes of this desk and of the kit."""
    publics = {each: public_half(secret) for each, secret in opened.identities.items()}
    key_queries.begin_epoch(session, opened.epoch, publics, now)
    if own:
        desk.recipient = public_half(own.identity)
        shared_keys.give(session, opened, desk.id, [desk.recipient], now)
        shared_keys.give(session, opened, key_queries.RECOVERY, opened.recovery_recipients, now)


def _check_places(profile: Profile, command: SetUpClinic) -> None:
    if not command.postgres:
        places.refuse_network_drive(profile.folder)
    if command.vault_folder:
        check_place(command.vault_folder)
    if command.backup_folder:
        places.check_backup_folder(Path(command.backup_folder), profile.folder)


def printed(kit: RecoveryKit, kit_file: Path, region: str) -> bytes:
    """The kit as the named file shall hold it: as a PDF where its name ends so, else as text."""
    if kit_file.suffix.lower() != ".pdf":
        return kit.text().encode()
    # reportlab takes a tenth of a second to load and is wanted here alone.
    from meditrack_desktop.services.recovery_kit_pdf import kit_pdf

    return kit_pdf(kit, region)


def _take_back(profile: Profile, facts: ProfileFacts, store: SecretStore, kit_file: Path | None) -> None:
    """Leave the profile as it was before a set-up that was refused."""
    for path in (profile.slots, lock_of(profile.slots)):
        path.unlink(missing_ok=True)
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


def set_former_kit_aside(kit_file: Path) -> None:
    """Another clinic's kit in the way keeps its text, under a name of its own: it may be the only copy."""
    if kit_file.exists():
        try:
            kit_file.rename(kit_file.with_name(f"{kit_file.name}.{secrets.token_hex(4)}.old"))
        except OSError:
            raise Unavailable(ErrorCode.PROFILE_UNWRITABLE, folder=str(kit_file.parent)) from None


def _target(profile: Profile, own: DeskKey | None) -> Target:
    return PostgresTarget(own.server, profile.folder) if own else SqliteTarget(profile.database)


def _create(profile: Profile, database: Database, opened: ClinicSecrets) -> None:
    if not database.shared:
        os.close(os.open(profile.database, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    database.unlock(bytes.fromhex(opened.database_key))
    schema.migrate(database)
