"""What the recovery kit does: opens a clinic whose passwords, keyring or computer are lost (security.md D22).

Everything is checked before anything is changed; a wrong kit, or another clinic's, leaves no trace. Killed in
between, the kit opens the clinic as before and the same is asked again.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field, replace
from uuid import UUID

from meditrack_desktop.database import schema
from meditrack_desktop.database.engine import PostgresTarget
from meditrack_desktop.database.queries import accounts as account_queries
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import sessions as session_queries
from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.database.queries import sign_in_tries
from meditrack_desktop.database.session import Database
from meditrack_desktop.domain.accounts import fold_username
from meditrack_desktop.domain.clock import Clock
from meditrack_desktop.domain.errors import ErrorCode, NotFound, Unavailable
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.ports import SecretStore
from meditrack_desktop.domain.sessions import SessionEnd
from meditrack_desktop.services import joining, passwords, shared_keys
from meditrack_desktop.services.audit_trail import AuditTrail, Line
from meditrack_desktop.services.clinic_secrets import ClinicSecrets
from meditrack_desktop.services.device import device_key, device_secret, target_of
from meditrack_desktop.services.key_slots import KeySlots
from meditrack_desktop.services.profile import Profile, ProfileFacts
from meditrack_desktop.services.vault_place import check_reachable, keep_access, kept_words, vault_of
from meditrack_desktop.vault.keys import ClinicRecipients, new_key_pair

_KEY = re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]{58}")
_NO_SECRET = (
    ErrorCode.DEVICE_SECRET_MISSING,
    ErrorCode.KEYRING_UNUSABLE,
    ErrorCode.DEVICE_PASSPHRASE_NEEDED,
    ErrorCode.DEVICE_PASSPHRASE_WRONG,
)


@dataclass(frozen=True, slots=True)
class RecoverClinic:
    """Who shall be able to sign in afterwards, and the kit's secret key. `server` is a shared clinic's address,
    where this desk does not know it any more; `vault_access` opens the store of its documents, likewise."""

    identity: str = field(repr=False)
    username: str
    password: str = field(repr=False)
    server: str = field(default="", repr=False)
    vault_access: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Recovered:
    """`new_device`: this computer's secret was lost, so other people's passwords open nothing here until somebody
    has opened the clinic and they sign in once. `lacks_store_key`: no document opens here until the store's key is
    given."""

    clinic_name: str
    person: str
    new_device: bool
    lacks_store_key: bool = False


def read_identity(text: str) -> str:
    """The secret key in a kit's text, however it is grouped. Unavailable RECOVERY_KEY_WRONG if there is none."""
    found = _KEY.search("".join(text.upper().split()))
    if found is None:
        raise Unavailable(ErrorCode.RECOVERY_KEY_WRONG)
    return found.group()


def recover(
    profile: Profile, store: SecretStore, fresh: SecretStore, command: RecoverClinic, clock: Clock
) -> Recovered:
    """Let an administrator of this profile's clinic in again, with a new password and without a second factor.

    `store` is where this computer's secret was; if it is not there any more, a new one is put into `fresh`.
    Unavailable RECOVERY_KEY_WRONG, CLINIC_NOT_SET_UP, PROFILE_DAMAGED or the database's code; NotFound
    ACCOUNT_NOT_FOUND unless the name is an active administrator's; Invalid WEAK_PASSWORD. VAULT_ACCESS_REFUSED, or
    the vault's code, for a store's key that was given; VAULT_ACCESS_NEEDED at a desk of a shared clinic without one.
    """
    facts = profile.facts()
    secret = _kept_secret(facts, store)
    access = command.vault_access or kept_words(facts, store) or kept_words(facts, fresh)
    slots = KeySlots(profile.slots, secret or bytes(32))
    if facts.shared:
        return _recover_desk(profile, facts, slots, fresh, command, access, clock)
    opened = slots.open_recovery(command.identity)
    if opened is None:
        code = ErrorCode.RECOVERY_KEY_WRONG
        raise Unavailable(code) if profile.slots.exists() else _damaged(profile)
    if command.vault_access and facts.in_store:
        check_reachable(profile, facts.vault_folder, access, facts.clinic_id)
    database = Database(target_of(profile, facts))
    try:
        database.unlock(bytes.fromhex(opened.database_key))
        schema.check(database)
        person = _check_person(database, command)
        if secret is None:
            secret = secrets.token_bytes(32)
            fresh.put(device_key(facts), secret.hex())
            profile.write_facts(replace(facts, secret_store=fresh.name))
            slots = KeySlots(profile.slots, secret)
            # The slots are found by the lost secret: nothing opens them any more.
            slots.start_over(opened)
            new_device = True
        else:
            new_device = False
        if facts.in_store and access:
            keep_access(facts, fresh if new_device else store, access)
        slots.put_coming(person.username, command.password, opened)
        _give_password(database, facts, opened, person.id, command.password, clock)
        slots.put_person(person.username, command.password, opened)
        # Wrong passwords until now count no more; under a new secret they would look like a file somebody changed.
        profile.sign_in_tries.unlink(missing_ok=True)
    finally:
        database.lock()
    return Recovered(facts.clinic_name, person.name, new_device, facts.in_store and not access)


def count_patient_keys(profile: Profile, store: SecretStore, identity: str, access: str = "") -> int:
    """How many patients' keys the kit opens in this profile's vault, whatever became of the database.

    `access` opens a store whose key this computer has lost. Unavailable RECOVERY_KEY_WRONG for another clinic's kit,
    or as `check_reachable`.
    """
    facts = profile.facts()
    if facts.in_store:
        access = access or kept_words(facts, store)
        vault = check_reachable(profile, facts.vault_folder, access, facts.clinic_id)
    else:
        vault = vault_of(profile, facts, store)
    nobody = ClinicRecipients(*(new_key_pair().public for _ in range(3)))
    try:
        return sum(1 for _ in vault.recover(identity, nobody))
    except Unavailable as error:
        if error.code is ErrorCode.VAULT_KEY_WRONG:
            raise Unavailable(ErrorCode.RECOVERY_KEY_WRONG) from None
        raise


@dataclass(frozen=True, slots=True)
class _Person:
    id: UUID
    username: str
    name: str


def _recover_desk(
    profile: Profile,
    facts: ProfileFacts,
    slots: KeySlots,
    fresh: SecretStore,
    command: RecoverClinic,
    access: str,
    clock: Clock,
) -> Recovered:
    """On a shared server: the desk is enrolled anew by the kit, and the administrator gets the password."""
    kept = slots.open_desk()
    server = command.server or (kept.server if kept else "")
    if not server:
        raise Unavailable(ErrorCode.DEVICE_SECRET_MISSING)
    database = Database(PostgresTarget(server, profile.folder))
    try:
        database.unlock()
        schema.check(database)
        opened = shared_keys.open_by_kit(database, command.identity)
        if opened is None or _clinic_of(database) != facts.clinic_id:
            raise Unavailable(ErrorCode.RECOVERY_KEY_WRONG)
        person = _check_person(database, command)
        desk = joining.NewDesk(
            server, facts.workstation_name, facts.vault_folder or str(profile.vault(facts)), access
        )
        joined = joining.join_with_kit(
            profile, fresh, desk, command.identity, clock, former=facts.workstation
        )
        _give_password(database, joined, opened, person.id, command.password, clock)
    finally:
        database.lock()
    return Recovered(facts.clinic_name, person.name, new_device=kept is None)


def _kept_secret(facts: ProfileFacts, store: SecretStore) -> bytes | None:
    try:
        return device_secret(facts, store)
    except Unavailable as error:
        if error.code in _NO_SECRET:
            return None
        raise


def _clinic_of(database: Database) -> UUID:
    with database.reading() as session:
        return clinic_queries.profile(session).id


def _check_person(database: Database, command: RecoverClinic) -> _Person:
    try:
        username = fold_username(command.username)
    except ValueError:
        raise NotFound(ErrorCode.ACCOUNT_NOT_FOUND) from None
    with database.reading() as session:
        row = account_queries.by_username(session, username)
        clinic = clinic_queries.profile(session).name
        least = settings_queries.read(session).password_minimum
    if row is None or not row.active or all(role.role is not Role.ADMIN for role in row.roles):
        raise NotFound(ErrorCode.ACCOUNT_NOT_FOUND)
    passwords.check_strength(command.password, (row.username, row.name, clinic), least=least)
    return _Person(row.id, row.username, row.name)


def _give_password(
    database: Database,
    facts: ProfileFacts,
    opened: ClinicSecrets,
    account_id: UUID,
    password: str,
    clock: Clock,
) -> None:
    hashed = passwords.hash_password(password, bytes.fromhex(opened.pepper))
    trail = AuditTrail(facts.workstation)
    trail.key = bytes.fromhex(opened.audit_key)
    now = clock.now()
    with database.writing() as session:
        row = account_queries.account(session, account_id)
        row.password_hash, row.pepper_id = hashed, opened.pepper_id
        row.must_change_password, row.pin_hash, row.totp_sealed = False, None, None
        session.reported.add(row)
        session_queries.end_all_of(session, row.id, now, SessionEnd.PASSWORD_CHANGED, row.id)
        sign_in_tries.forget(session, row.id)
        line = Line("account.recovered", "account", row.id, detail="by recovery kit")
        trail.write(session, None, now, [line], name="recovery kit")


def _damaged(profile: Profile) -> Unavailable:
    return Unavailable(ErrorCode.PROFILE_DAMAGED, file=profile.slots.name)
