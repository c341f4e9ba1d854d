"""Joins database, vault, services and adapters into a Clinic: the one place that knows every part."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from meditrack_desktop.adapters.secret_stores import PrivateFile, system_keyring
from meditrack_desktop.database import schema
from meditrack_desktop.database.session import Database
from meditrack_desktop.domain.clinic import SetUpClinic
from meditrack_desktop.domain.clock import Clock, FixedClock, SystemClock
from meditrack_desktop.domain.errors import Conflict, ErrorCode, NotAuthenticated
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.ports import SecretStore
from meditrack_desktop.services import set_up
from meditrack_desktop.services.accounts import Accounts
from meditrack_desktop.services.audit import Audit
from meditrack_desktop.services.audit_trail import AuditTrail
from meditrack_desktop.services.care_team import CareTeam
from meditrack_desktop.services.changes import ChangeBus
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.demo import demo
from meditrack_desktop.services.documents import Documents
from meditrack_desktop.services.imports.run import Imports
from meditrack_desktop.services.key_slots import KeySlots
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.password_again import PasswordAgain
from meditrack_desktop.services.patients import Patients
from meditrack_desktop.services.practitioners import Practitioners
from meditrack_desktop.services.privacy.emergency_access import Emergencies
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.services.scheduling import Scheduling
from meditrack_desktop.services.sessions import Sessions
from meditrack_desktop.services.settings import Settings
from meditrack_desktop.services.work import Works


def secret_store(profile: Profile) -> SecretStore:
    """The system's keyring; a private file in the profile where the system has none."""
    if profile.device_file.exists():
        return PrivateFile(profile.device_file)
    return system_keyring() or PrivateFile(profile.device_file)


def set_up_clinic(
    folder: Path, command: SetUpClinic, kit_file: Path | None = None, clock: Clock | None = None
) -> set_up.RecoveryKit:
    """Make a clinic in `folder`. Raises what `services.set_up.set_up` raises."""
    profile = Profile(folder)
    profile.prepare()
    return set_up.set_up(profile, command, secret_store(profile), clock or SystemClock(), kit_file)


def open_clinic(folder: Path, clock: Clock | None = None) -> Clinic:
    """The clinic of a profile folder, locked until somebody signs in.

    Unavailable CLINIC_NOT_SET_UP, PROFILE_DAMAGED or PROFILE_UNWRITABLE.
    """
    profile = Profile(folder)
    facts = profile.facts()
    profile.prepare()
    store = secret_store(profile)
    slots = KeySlots(profile.slots, set_up.device_secret(facts, store))
    database = Database(set_up.target_of(profile, facts, store))
    trail = AuditTrail(facts.workstation)
    keys = KeyHolder(database, profile.vault(facts), facts.clinic_id, trail)
    bus = ChangeBus()
    work = Works(database, clock or SystemClock(), trail, bus, origin=new_id().hex)
    patients = Patients(work)
    practitioners = Practitioners(work)
    return Clinic(
        sessions=Sessions(work, keys, slots, profile),
        accounts=Accounts(work, keys, slots, profile),
        patients=patients,
        practitioners=practitioners,
        care_team=CareTeam(work),
        scheduling=Scheduling(work),
        documents=Documents(work, keys),
        emergency=Emergencies(work, PasswordAgain(work, keys).check),
        imports=Imports(work),
        settings=Settings(work),
        audit=Audit(work),
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
    slots = KeySlots(profile.slots, set_up.device_secret(facts, store))
    opened = slots.open_workstation() if facts.shared else slots.open_person(username, password)
    if opened is None:
        raise NotAuthenticated(ErrorCode.INVALID_CREDENTIALS)
    database = Database(set_up.target_of(profile, facts, store))
    try:
        database.unlock(bytes.fromhex(opened.database_key))
        return schema.migrate(database)
    finally:
        database.lock()
