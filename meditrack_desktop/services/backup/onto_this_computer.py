"""Brings a backup back with the recovery kit alone: onto a new computer, or where the clinic opens no more.

All that lies here already stays until the new files are proven; then it is set aside under another name, never
deleted. Passwords are what they were when the backup was made.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from meditrack_desktop.database import inspection, schema
from meditrack_desktop.database.alone import alone_with_file
from meditrack_desktop.database.engine import PostgresTarget
from meditrack_desktop.database.queries import accounts as account_queries
from meditrack_desktop.database.queries import backups as queries
from meditrack_desktop.database.queries import carry_over as carried
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import desks as desk_queries
from meditrack_desktop.database.queries import keys as key_queries
from meditrack_desktop.database.queries import stored_blobs
from meditrack_desktop.database.session import Database, WriteSession
from meditrack_desktop.database.table_copy import replace_tables
from meditrack_desktop.database.whole_copy import fold_journal
from meditrack_desktop.domain.accounts import fold_username
from meditrack_desktop.domain.backups import BackupOutcome, RestorePreview, RestoreReport
from meditrack_desktop.domain.clock import Clock
from meditrack_desktop.domain.documents import StoredBlob
from meditrack_desktop.domain.errors import ClinicError, Conflict, ErrorCode, NotAuthenticated, Unavailable
from meditrack_desktop.domain.ports import SecretStore
from meditrack_desktop.services import joining, passwords, pending_swap, shared_keys
from meditrack_desktop.services.backup.contents import OpenBackup, open_backup
from meditrack_desktop.services.backup.documents_place import DocumentsPlace, place_of_documents
from meditrack_desktop.services.backup.folder import BackupFolder
from meditrack_desktop.services.backup.here import LATEST
from meditrack_desktop.services.backup.meter import Meter
from meditrack_desktop.services.backup.restored_keys import rewrapped
from meditrack_desktop.services.backup.restored_vault import add_documents, add_key_copies
from meditrack_desktop.services.backup.restoring import extract_proven, preview_of, write_line
from meditrack_desktop.services.backup.runs import LOCK_FILE
from meditrack_desktop.services.backup.source import clean_scratch, looked_into, scratch
from meditrack_desktop.services.device import device_key
from meditrack_desktop.services.key_slots import KeySlots
from meditrack_desktop.services.places import refuse_network_drive
from meditrack_desktop.services.profile import Profile, ProfileFacts
from meditrack_desktop.services.this_computer import computer_name
from meditrack_desktop.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class RestoreByKit:
    """Which backup, opened by which kit; and, if wanted, whose password shall open the clinic here at once.

    `name` may be "latest". `server` is the address of a Postgres that shall hold the data; empty: this computer.
    `vault_folder` is where the documents shall lie, a folder or `s3://…`, and `vault_access` what opens a store, as in
    `SetUpClinic`. Without the first: where they lay here, else, with the second, in the store that the backup names,
    else in the profile.
    """

    folder: Path
    name: str
    identity: str = field(repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    server: str = field(default="", repr=False)
    vault_folder: str = ""
    vault_access: str = field(default="", repr=False)


def preview(command: RestoreByKit) -> RestorePreview:
    """What it would bring. Errors as `restore`, of those that reading can meet."""
    return preview_of(_open(command))


def restore(
    profile: Profile, store: SecretStore, command: RestoreByKit, clock: Clock, meter: Meter
) -> RestoreReport:
    """Make this profile's clinic what the backup was. Killed at any point, it is what it was or what it will be.

    `store` keeps the new device secret. Unavailable RECOVERY_KEY_WRONG, BACKUP_DAMAGED, BACKUP_NEWER, VAULT_...,
    PROFILE_UNWRITABLE, DATABASE_...; NotFound BACKUP_NOT_FOUND; Conflict CLINIC_EXISTS if another clinic is here;
    NotAuthenticated INVALID_CREDENTIALS for a name and password that are not right in the backup; Stopped.
    """
    backup = _open(command)
    before = _facts_here(profile)
    if before is not None and before.clinic_id != backup.manifest.clinic_id:
        raise Conflict(ErrorCode.CLINIC_EXISTS)
    profile.prepare()
    if not command.server:
        refuse_network_drive(profile.folder)
    with alone_with_file(profile.folder / LOCK_FILE):
        clean_scratch(profile.folder)
        asked, access = command.vault_folder, command.vault_access
        place = place_of_documents(profile, before, store, asked, access, backup)
        if command.server:
            with scratch(profile.folder) as private:
                return _onto_server(
                    profile, store, command, backup, place, private / "clinic.db", clock, meter
                )
        return _onto_disk(profile, store, command, backup, place, before, clock, meter)


def _onto_disk(
    profile: Profile,
    store: SecretStore,
    command: RestoreByKit,
    backup: OpenBackup,
    place: DocumentsPlace,
    before: ProfileFacts | None,
    clock: Clock,
    meter: Meter,
) -> RestoreReport:
    _refuse_open(profile, backup)
    coming = pending_swap.new_coming(profile.folder)
    new = Profile(coming)
    facts = ProfileFacts(
        backup.manifest.clinic_id,
        backup.manifest.clinic_name,
        f"ws_{secrets.token_hex(4)}",
        before.workstation_name if before else computer_name(),
        shared=False,
        vault_folder="" if place.address == str(profile.folder / "vault") else place.address,
        backup_folder=str(command.folder.absolute()),
        secret_store=store.name,
    )
    made = _make_ready(command, backup, new.database, facts, clock, meter)
    facts = replace(facts, clinic_name=made.clinic_name, demo=made.demo)
    added, lost = _fill_vault(backup, place.vault, made, meter)
    slots = KeySlots(new.slots, secrets.token_bytes(32))
    store.put(device_key(facts), slots.device_secret.hex())
    place.keep_access(facts, store)
    slots.start_over(backup.secrets)
    if made.username:
        slots.put_person(made.username, command.password, backup.secrets)
    new.write_facts(facts)
    _refuse_open(profile, backup)  # again: the documents took their time
    aside = pending_swap.decide(profile.folder, coming)
    return _report(backup, made, aside, added, lost)


def _refuse_open(profile: Profile, backup: OpenBackup) -> None:
    """Unavailable DATABASE_BUSY if a window or another command has the clinic open that lies here: it would go on
    writing into the file that is set aside. One that this backup's key does not open is nobody's work."""
    if profile.database.exists():
        try:
            fold_journal(profile.database, bytes.fromhex(backup.secrets.database_key))
        except Unavailable as error:
            if error.code is ErrorCode.DATABASE_BUSY:
                raise


def _onto_server(
    profile: Profile,
    store: SecretStore,
    command: RestoreByKit,
    backup: OpenBackup,
    place: DocumentsPlace,
    path: Path,
    clock: Clock,
    meter: Meter,
) -> RestoreReport:
    """All rows in one transaction; then this computer joins the clinic there as a desk."""
    database = Database(PostgresTarget(command.server, profile.folder))
    try:
        database.unlock()
        schema.migrate(database)
        with database.reading() as session:
            owner = clinic_queries.profile(session).id if clinic_queries.has_clinic(session) else None
            shut_out = {row.id: row.revoked_at for row in desk_queries.everyone(session) if row.revoked_at}
        if owner not in (None, backup.manifest.clinic_id):
            raise Conflict(ErrorCode.CLINIC_EXISTS)
        made = _make_ready(command, backup, path, None, clock, meter, shut_out)
        added, lost = _fill_vault(backup, place.vault, made, meter)
        replace_tables(path, bytes.fromhex(backup.secrets.database_key), database, meter.seen)
    finally:
        database.lock()
    before = _facts_here(profile)
    desk = joining.NewDesk(command.server, computer_name(), place.address, place.access)
    former = before.workstation if before else ""
    joined = joining.join_with_kit(profile, store, desk, command.identity, clock, former=former)
    profile.write_facts(replace(joined, backup_folder=str(command.folder.absolute())))
    return _report(backup, made, "", added, lost)


@dataclass(frozen=True, slots=True)
class _Made:
    """What the restored database says. `username` is folded, empty if nobody's password was given."""

    clinic_name: str
    demo: bool
    username: str
    blobs: tuple[StoredBlob, ...]
    key_names: frozenset[str]
    counts: dict[str, int]


def _make_ready(
    command: RestoreByKit,
    backup: OpenBackup,
    path: Path,
    facts: ProfileFacts | None,
    clock: Clock,
    meter: Meter,
    shut_out: Mapping[str, datetime] = MappingProxyType({}),
) -> _Made:
    """The backup's database at `path`, proven; with this computer as its new desk, if it is to have it alone.

    `shut_out` are desks that a server which still answers knows as revoked: they do not come back with the backup.
    """
    extract_proven(backup, path, meter)
    key, now = bytes.fromhex(backup.secrets.database_key), clock.now()
    with looked_into(path, key) as database:
        username = _checked_person(database, command, backup) if command.username else ""
        with database.writing() as session:
            carried.close_doors(session, now)
            if not backup.manifest.has_keys:
                _take_newer_keys(session, command, backup, path.with_name("keys.db"), meter)
            for gone, revoked_at in shut_out.items():
                if (row := desk_queries.find(session, gone)) is not None and row.revoked_at is None:
                    row.revoked_at = revoked_at
                    session.reported.add(row)
                    shared_keys.take_away(session, gone)
            run = queries.of_name(session, backup.manifest.name) or queries.newest_unnamed(session)
            if run is not None:
                run.name, run.outcome, run.verified_at = backup.manifest.name, BackupOutcome.VERIFIED, now
                session.reported.add(run)
            if facts is not None:
                desk = clinic_queries.add_workstation(session, facts.workstation, facts.workstation_name, now)
                desk.approved_at = now
                session.reported.add(desk)
            elif key_queries.envelope(session, key_queries.RECOVERY) is None:
                recipients = backup.secrets.recovery_recipients
                shared_keys.give(session, backup.secrets, key_queries.RECOVERY, recipients, now)
            write_line(session, facts.workstation if facts else "restore", backup, None, now)
        with database.reading() as session:
            profile = clinic_queries.profile(session)
            layout = Vault(Path(), profile.id).layout
            made = _Made(
                profile.name,
                profile.demo,
                username,
                tuple(stored_blobs.every_blob(session)),
                frozenset(
                    layout.recovery_copy(patient_id, document_class, public).name
                    for patient_id, document_class, public, _ in queries.patient_keys(session)
                ),
                inspection.counts(session),
            )
    fold_journal(path, key)
    return made


def _checked_person(database: Database, command: RestoreByKit, backup: OpenBackup) -> str:
    """The folded user name, if the password was theirs when the backup was made."""
    refusal = NotAuthenticated(ErrorCode.INVALID_CREDENTIALS)
    try:
        username = fold_username(command.username)
    except ValueError:
        raise refusal from None
    with database.reading() as session:
        row = account_queries.by_username(session, username)
    pepper = bytes.fromhex(backup.secrets.pepper)
    if row is None or not row.active or not passwords.is_right(command.password, pepper, row.password_hash):
        raise refusal
    return username


def _take_newer_keys(
    session: WriteSession, command: RestoreByKit, backup: OpenBackup, path: Path, meter: Meter
) -> None:
    """An old backup has no keys of patients any more (D39): those of the newest that has them open its documents.

    Keys of whoever was erased since are in none of them.
    """
    for name in reversed(backup.folder.names()):
        try:
            other = open_backup(backup.folder, name, [command.identity], backup.manifest.clinic_id)
        except ClinicError:
            continue
        if not other.manifest.has_keys:
            continue
        extract_proven(other, path, meter)
        try:
            with (
                looked_into(path, bytes.fromhex(other.secrets.database_key)) as newer,
                newer.reading() as theirs,
            ):
                then, now = other.secrets, backup.secrets
                rows = list(carried.keys_by_owner(theirs).values())
                if then.identities != now.identities:
                    rows = [rewrapped(row, then, now, backup.manifest.clinic_id) for row in rows]
                carried.put_keys(session, rows)
        finally:
            path.unlink()
        return


def _fill_vault(
    backup: OpenBackup, vault: Vault, made: _Made, meter: Meter
) -> tuple[int, tuple[StoredBlob, ...]]:
    vault.create()
    for each in _with_copies(backup):
        add_key_copies(each, vault, lambda name: name in made.key_names, meter)
    return add_documents(backup, vault, made.blobs, meter)


def _with_copies(backup: OpenBackup) -> list[OpenBackup]:
    """Backups whose recovery copies belong to this one: itself, or for an old one those that still have them."""
    if backup.manifest.has_keys:
        return [backup]
    found = []
    for name in reversed(backup.folder.names()):
        try:
            other = open_backup(backup.folder, name, [backup.identity], backup.manifest.clinic_id)
        except ClinicError:
            continue
        if other.manifest.has_keys:
            found.append(other)
            break
    return found


def _open(command: RestoreByKit) -> OpenBackup:
    folder = BackupFolder(command.folder)
    names = folder.names()
    name = names[-1] if command.name == LATEST and names else command.name
    return open_backup(folder, name, [command.identity], None)


def _facts_here(profile: Profile) -> ProfileFacts | None:
    """Which clinic lies here; None for none, or for one whose profile is beyond reading."""
    try:
        return profile.facts()
    except Unavailable as error:
        if error.code in (ErrorCode.CLINIC_NOT_SET_UP, ErrorCode.PROFILE_DAMAGED):
            return None
        raise


def _report(
    backup: OpenBackup, made: _Made, aside: str, added: int, lost: tuple[StoredBlob, ...]
) -> RestoreReport:
    return RestoreReport(
        name=backup.manifest.name,
        made_at=backup.manifest.made_at,
        saved_as=aside,
        counts=made.counts,
        documents=made.counts.get("document", 0),
        documents_added=added,
        absent=tuple(blob.blob_id for blob in lost),
    )
