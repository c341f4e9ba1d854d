"""Joins database, vault, services and adapters into a Clinic: the one place that knows every part."""

from __future__ import annotations

import os
from datetime import datetime
from functools import partial
from pathlib import Path

from meditrack_desktop.adapters.passphrase_file import PassphraseFile
from meditrack_desktop.adapters.secret_stores import (
    NoKeyring,
    PrivateFile,
    SystemKeyring,
    system_keyring,
)
from meditrack_desktop.database import schema
from meditrack_desktop.database.session import Database
from meditrack_desktop.domain.clinic import SetUpClinic
from meditrack_desktop.domain.clock import Clock, FixedClock, SystemClock
from meditrack_desktop.domain.errors import Conflict, ErrorCode
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.ports import SecretStore
from meditrack_desktop.services import set_up
from meditrack_desktop.services.accounts import Accounts
from meditrack_desktop.services.audit import Audit
from meditrack_desktop.services.audit_anchors import AuditAnchors
from meditrack_desktop.services.audit_trail import AuditTrail
from meditrack_desktop.services.backup.backups import Backups
from meditrack_desktop.services.care_team import CareTeam
from meditrack_desktop.services.changes import ChangeBus
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.credentials import Credentials
from meditrack_desktop.services.demo import demo
from meditrack_desktop.services.device import device_secret, target_of
from meditrack_desktop.services.documents import Documents
from meditrack_desktop.services.imports.run import Imports
from meditrack_desktop.services.key_slots import KeySlots
from meditrack_desktop.services.keys import KeyHolder, open_database
from meditrack_desktop.services.password_again import PasswordAgain
from meditrack_desktop.services.patients import Patients
from meditrack_desktop.services.permission_grid import PermissionGrid
from meditrack_desktop.services.pins import Pins
from meditrack_desktop.services.practitioners import Practitioners
from meditrack_desktop.services.privacy.access_grants import AccessGrants
from meditrack_desktop.services.privacy.emergency_access import Emergencies
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.services.recovery_kit import RecoveryKit
from meditrack_desktop.services.resets import Resets
from meditrack_desktop.services.scheduling import Scheduling
from meditrack_desktop.services.second_factor import SecondFactors
from meditrack_desktop.services.sessions import Sessions
from meditrack_desktop.services.settings import Settings
from meditrack_desktop.services.sign_in_tries import ClosedTries
from meditrack_desktop.services.signing_in import SigningIn
from meditrack_desktop.services.work import Works

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
    passphrase = command.device_passphrase.get_secret_value() if command.device_passphrase else ""
    store = secret_store(profile, passphrase)
    return set_up.set_up(profile, command, store, clock or SystemClock(), kit_file, kit)


def open_clinic(folder: Path, clock: Clock | None = None) -> Clinic:
    """The clinic of a profile folder, locked until somebody signs in.

    Unavailable CLINIC_NOT_SET_UP, PROFILE_DAMAGED or PROFILE_UNWRITABLE.
    """
    profile = Profile(folder)
    facts = profile.facts()
    profile.prepare()
    store = secret_store(profile)
    slots = KeySlots(profile.slots, partial(device_secret, facts, store))
    database = Database(target_of(profile, facts))
    trail = AuditTrail(facts.workstation)
    anchors = AuditAnchors(database, store, facts.clinic_id, facts.workstation, clock or SystemClock())
    trail.ended = anchors.note
    keys = KeyHolder(database, profile.vault(facts), facts.clinic_id, trail, slots, store)
    bus = ChangeBus()
    work = Works(database, clock or SystemClock(), trail, bus, origin=new_id().hex)
    credentials = Credentials(database, keys, slots, profile)
    password_again = PasswordAgain(work, keys)
    tries = ClosedTries(profile.sign_in_tries, slots)
    patients = Patients(work)
    practitioners = Practitioners(work)
    return Clinic(
        sessions=Sessions(work, SigningIn(work, credentials, tries), password_again),
        accounts=Accounts(work, credentials, password_again, tries),
        resets=Resets(work, credentials, tries),
        pins=Pins(work, credentials),
        second_factor=SecondFactors(work, credentials, password_again),
        permission_grid=PermissionGrid(work),
        patients=patients,
        practitioners=practitioners,
        care_team=CareTeam(work),
        scheduling=Scheduling(work),
        documents=Documents(work, keys),
        access_grants=AccessGrants(work),
        emergency=Emergencies(work, password_again.check),
        imports=Imports(work),
        settings=Settings(work, profile),
        audit=Audit(work, anchors),
        backups=Backups(work, keys, profile),
        changes=bus,
        profile=profile,
        work=work,
        keys=keys,
    )


def ready_demo(folder: Path, moment: datetime | None = None) -> dict[str, str]:
    """The sample clinic in `folder`, made now if it is not there yet. Returns passwords by user name.

    It shows the present day, in this computer's zone; or, for pictures, that of `moment` in London.
    Conflict CLINIC_EXISTS if another clinic lives there: a real one is never filled with samples.
    """
    profile = Profile(folder)
    clock = FixedClock(moment or SystemClock().now())
    if profile.is_set_up:
        if not profile.facts().demo:
            raise Conflict(ErrorCode.CLINIC_EXISTS)
        if demo.is_of_today(profile, clock):
            return dict(demo.PASSWORDS)
        demo.clear(profile)
    set_up_clinic(folder, demo.clinic("Europe/London" if moment else ""), folder / "recovery-kit.txt", clock)
    opened = open_clinic(folder, clock)
    try:
        demo.fill(opened, clock)
    finally:
        opened.close()
    demo.mark_of_today(profile, clock)
    return dict(demo.PASSWORDS)


def migrate_clinic(folder: Path, username: str, password: str) -> tuple[str | None, str]:
    """Bring a clinic's schema to this program's version. Returns (before, after).

    NotAuthenticated if the password opens nothing; Unavailable DATABASE_NEWER if the data is ahead.
    """
    profile = Profile(folder)
    facts = profile.facts()
    store = secret_store(profile)
    slots = KeySlots(profile.slots, partial(device_secret, facts, store))
    database = Database(target_of(profile, facts))
    try:
        open_database(database, slots, username, password)
        return schema.migrate(database)
    finally:
        database.lock()
