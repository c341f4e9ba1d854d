"""How a new desk joins a clinic on a shared server: by asking, or with the recovery kit (security.md D17).

The desk makes an age identity of its own, under a new device secret. `joining.json` remembers the question until
it was answered; `clinic.json` is written last, so a desk that was killed in between simply asks again.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from uuid import UUID

from meditrack_desktop.database import schema
from meditrack_desktop.database.engine import PostgresTarget
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import desks as queries
from meditrack_desktop.database.session import Database, WriteSession
from meditrack_desktop.database.tables.clinic import WorkstationRow
from meditrack_desktop.domain.clinic import ClinicProfile
from meditrack_desktop.domain.clock import Clock
from meditrack_desktop.domain.errors import (
    Conflict,
    ErrorCode,
    FieldProblem,
    NotAuthenticated,
    Unavailable,
    invalid_fields,
)
from meditrack_desktop.domain.ports import SecretStore
from meditrack_desktop.services import shared_keys
from meditrack_desktop.services.audit_trail import AuditTrail, Line
from meditrack_desktop.services.clinic_secrets import ClinicSecrets
from meditrack_desktop.services.device import device_key, device_secret
from meditrack_desktop.services.fingerprints import fingerprint
from meditrack_desktop.services.key_slots import DeskKey, KeySlots
from meditrack_desktop.services.profile import Profile, ProfileFacts, write_durably
from meditrack_desktop.services.vault_place import check_address, check_reachable, keep_access
from meditrack_desktop.vault.keys import new_key_pair, public_half


@dataclass(frozen=True, slots=True)
class NewDesk:
    """What a desk says of itself when it asks to join. `vault_folder` is where the clinic's documents lie, and
    `vault_access` what opens it, as in `SetUpClinic`."""

    server: str
    name: str
    vault_folder: str
    vault_access: str = ""

    def __repr__(self) -> str:
        return f"NewDesk({self.name!r})"


def ask_to_join(profile: Profile, store: SecretStore, desk: NewDesk, clock: Clock) -> tuple[str, ...]:
    """Ask to be let in; returns the six words that an administrator compares. Asking again changes nothing.

    Conflict CLINIC_EXISTS if this profile has a clinic; Invalid without a vault folder; Unavailable with the
    server's or the vault's code; NotAuthenticated DESK_REVOKED.
    """
    with _server(profile, desk) as (database, clinic):
        facts, own = _prepare(profile, store, desk, clinic)
        with database.writing() as session:
            _ask(session, facts, own, clock)
    return fingerprint(public_half(own.identity))


def join_when_approved(profile: Profile, store: SecretStore, clock: Clock) -> bool:
    """Whether the desk was let in; then its profile is complete and the clinic can be opened.

    Unavailable CLINIC_NOT_SET_UP if nothing was asked, or with the server's code; NotAuthenticated DESK_REVOKED.
    """
    if profile.is_set_up:
        return True
    facts = _pending(profile)
    if facts is None:
        raise Unavailable(ErrorCode.CLINIC_NOT_SET_UP)
    slots = KeySlots(profile.slots, device_secret(facts, store))
    database = Database(PostgresTarget(shared_keys.desk_key(slots).server, profile.folder))
    try:
        database.unlock()
        opened = shared_keys.open_desk(database, slots, facts.workstation)
        with database.writing() as session:
            _note(session, facts, opened, "workstation.joined", clock)
    except NotAuthenticated as error:
        if error.code is ErrorCode.DESK_NOT_APPROVED:
            return False
        raise
    finally:
        database.lock()
    _complete(profile, facts)
    return True


def join_with_kit(
    profile: Profile, store: SecretStore, desk: NewDesk, identity: str, clock: Clock, former: str = ""
) -> ProfileFacts:
    """Join at once, proven by the recovery kit's secret key. `former` is a desk that this one takes the place of.

    Unavailable RECOVERY_KEY_WRONG if it is not this clinic's kit, or with the server's or the vault's code;
    Conflict CLINIC_EXISTS. Nothing is changed then.
    """
    with _server(profile, desk, replaces=former) as (database, clinic):
        opened = shared_keys.open_by_kit(database, identity)
        if opened is None:
            raise Unavailable(ErrorCode.RECOVERY_KEY_WRONG)
        facts, own = _prepare(profile, store, desk, clinic)
        with database.writing() as session:
            row = _ask(session, facts, own, clock)
            row.approved_at = row.approved_at or clock.now()
            shared_keys.give(session, opened, row.id, [row.recipient], clock.now())
            if former and (gone := queries.find(session, former, hold=True)) and gone.id != row.id:
                shared_keys.take_away(session, gone.id)
                gone.revoked_at = gone.revoked_at or clock.now()
                session.reported.add(gone)
            _note(session, facts, opened, "workstation.joined_with_kit", clock)
    _complete(profile, facts)
    return facts


@contextmanager
def _server(profile: Profile, desk: NewDesk, replaces: str = "") -> Iterator[tuple[Database, ClinicProfile]]:
    """The open database of the clinic to join, once it is sure that this desk could work in it."""
    if profile.is_set_up and not replaces:
        raise Conflict(ErrorCode.CLINIC_EXISTS)
    if not desk.vault_folder:
        raise invalid_fields(vault_folder=FieldProblem.REQUIRED)
    check_address(desk.vault_folder)
    profile.prepare()
    database = Database(PostgresTarget(desk.server, profile.folder))
    try:
        database.unlock()
        schema.check(database)
        with database.reading() as session:
            clinic = clinic_queries.profile(session)
        check_reachable(profile, desk.vault_folder, desk.vault_access, clinic.id)
        yield database, clinic
    finally:
        database.lock()


def _prepare(
    profile: Profile, store: SecretStore, desk: NewDesk, clinic: ClinicProfile
) -> tuple[ProfileFacts, DeskKey]:
    """Who this desk is: as it asked before, or with a new identity under a new device secret."""
    before = _pending(profile)
    if before is not None and before.clinic_id == clinic.id:
        slots = KeySlots(profile.slots, device_secret(before, store))
        if (own := slots.open_desk()) is not None:
            own = DeskKey(own.identity, desk.server, own.seal_key)
            slots.put_desk(own)
            return before, own
    facts = ProfileFacts(
        clinic.id,
        clinic.name,
        f"ws_{secrets.token_hex(4)}",
        desk.name,
        shared=True,
        demo=clinic.demo,
        vault_folder=desk.vault_folder,
        secret_store=store.name,
    )
    slots = KeySlots(profile.slots, secrets.token_bytes(32))
    store.put(device_key(facts), slots.device_secret.hex())
    if desk.vault_access:
        keep_access(facts, store, desk.vault_access)
    own = DeskKey(new_key_pair().secret, desk.server)
    profile.slots.unlink(missing_ok=True)
    slots.put_desk(own)
    content = {**asdict(facts), "clinic_id": str(facts.clinic_id)}
    write_durably(profile.joining_file, json.dumps(content, indent=1, ensure_ascii=False).encode())
    return facts, own


def _ask(session: WriteSession, facts: ProfileFacts, own: DeskKey, clock: Clock) -> WorkstationRow:
    row = queries.find(session, facts.workstation, hold=True)
    if row is None:
        row = clinic_queries.add_workstation(session, facts.workstation, facts.workstation_name, clock.now())
        row.recipient = public_half(own.identity)
    if row.revoked_at is not None:
        raise NotAuthenticated(ErrorCode.DESK_REVOKED)
    # No line in the trail: only who holds the clinic's keys can seal one. The approval leaves it.
    session.reported.add(row)
    session.flush()
    return row


def _note(
    session: WriteSession, facts: ProfileFacts, opened: ClinicSecrets, action: str, clock: Clock
) -> None:
    trail = AuditTrail(facts.workstation)
    trail.key = bytes.fromhex(opened.audit_key)
    line = Line(action, "workstation", detail=facts.workstation)
    trail.write(session, None, clock.now(), [line], name=facts.workstation_name)


def _complete(profile: Profile, facts: ProfileFacts) -> None:
    profile.write_facts(facts)
    profile.joining_file.unlink(missing_ok=True)


def _pending(profile: Profile) -> ProfileFacts | None:
    try:
        content = json.loads(profile.joining_file.read_text("utf-8"))
        return ProfileFacts(
            clinic_id=UUID(content["clinic_id"]),
            clinic_name=str(content["clinic_name"]),
            workstation=str(content["workstation"]),
            workstation_name=str(content["workstation_name"]),
            shared=True,
            demo=bool(content["demo"]),
            vault_folder=str(content["vault_folder"]),
            secret_store=str(content["secret_store"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise Unavailable(ErrorCode.PROFILE_DAMAGED, file=profile.joining_file.name) from None
