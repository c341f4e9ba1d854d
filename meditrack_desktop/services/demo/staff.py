"""The sample clinic's other people and desks: some are here, some were, one is invited, one locked, one has left.

Nobody knows their passwords, the program included: what was hashed is thrown away at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from meditrack_desktop.database.queries import accounts as account_queries
from meditrack_desktop.database.session import WriteSession
from meditrack_desktop.database.tables.accounts import AccountRow, SessionRow, SignInTryRow
from meditrack_desktop.database.tables.clinic import WorkstationRow
from meditrack_desktop.domain.accounts import Actor, AddAccount
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.sessions import CLOSED_AFTER, SESSION_LENGTH, SessionEnd
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.vault.keys import new_key_pair

_LOCKED, _LEFT = "locked", "left"
_DESKS = ("Front desk 2", "Room 1", "Room 2", "Room 3")


@dataclass(frozen=True, slots=True)
class _Person:
    """`seen` is how long ago; `desk` where they are signed in now; `doctor` the number of the doctor they are."""

    username: str
    name: str
    role: Role = Role.RECEPTIONIST
    seen: timedelta | None = None
    desk: str = ""
    state: str = ""
    doctor: int | None = None


def _people(doctors: Sequence[Practitioner]) -> tuple[_Person, ...]:
    def doctor(number: int, seen: timedelta, desk: str = "") -> _Person:
        person = doctors[number]
        return _Person(person.family.casefold(), person.name, Role.DOCTOR, seen, desk, "", number)

    return (
        _Person("noah", "Noah Stubson", seen=timedelta(minutes=3), desk="Front desk 2"),
        doctor(1, timedelta(minutes=1), "Room 1"),
        doctor(2, timedelta(minutes=6), "Room 2"),
        doctor(3, timedelta(hours=20, minutes=44)),
        doctor(4, timedelta(minutes=2), "Room 3"),
        doctor(5, timedelta(days=6, hours=2)),
        _Person("jo", "Jo Ledger", seen=timedelta(days=1, hours=3)),
        _Person("uma", "Uma Auditt", seen=timedelta(days=16, hours=1)),
        _Person("sam", "Sam Locke", seen=timedelta(days=2, hours=5), state=_LOCKED),
        _Person("pattern", "Dr. Vik Pattern", Role.DOCTOR, timedelta(days=141), state=_LEFT),
    )


def add(clinic: Clinic, admin: Actor, doctors: Sequence[Practitioner]) -> None:
    """Add everybody; `doctors` are the six of the week, of whom the first has an account already."""
    invited = clinic.accounts.add(
        admin, AddAccount(username="kit", name="Kit Newman", roles=frozenset({Role.RECEPTIONIST}))
    )
    with clinic.work(admin, Permission.EDIT_ACCOUNTS) as work:
        unknown = account_queries.account(work.session, invited.id)
        ines = account_queries.by_username(work.session, "doctor")
        desks = _add_desks(work.session, admin.account_id, work.now)
        here = admin.workstation
        if ines is not None:
            seen = _Person("", "", seen=timedelta(hours=2, minutes=44))
            work.session.add(_session(ines.id, here, work.now, seen))
        for person in _people(doctors):
            row = AccountRow(
                id=new_id(),
                username=person.username,
                name=person.name,
                password_hash=unknown.password_hash,
                pepper_id=unknown.pepper_id,
                active=person.state != _LEFT,
                created_at=work.now - timedelta(days=400),
                practitioner_id=doctors[person.doctor].id if person.doctor is not None else None,
                roles=[],
            )
            account_queries.set_roles(row, {person.role})
            work.added(row, "account.added")
            work.flush()
            if person.seen is not None:
                work.session.add(_session(row.id, desks.get(person.desk, here), work.now, person))
            if person.state == _LOCKED:
                work.session.add(
                    SignInTryRow(account_id=row.id, workstation=here, failures=CLOSED_AFTER, last_at=work.now)
                )


def _session(account_id: UUID, desk: str, now: datetime, person: _Person) -> SessionRow:
    seen = now - (person.seen or timedelta())
    started = seen - timedelta(hours=2, minutes=40)
    return SessionRow(
        id=new_id(),
        token_sha256=secrets.token_hex(32),
        account_id=account_id,
        workstation=desk,
        started_at=started,
        expires_at=started + SESSION_LENGTH,
        last_seen_at=seen,
        ended_at=None if person.desk else seen,
        end_reason=None if person.desk else SessionEnd.SIGNED_OUT,
    )


def _add_desks(session: WriteSession, admin: UUID, now: datetime) -> dict[str, str]:
    """Desks that never were: each has the public half of a key whose secret half is thrown away."""
    found = {}
    for number, name in enumerate((*_DESKS, "Laptop of Dr. Shili", "Old front desk"), start=1):
        row = WorkstationRow(
            id=secrets.token_hex(8),
            name=name,
            recipient=new_key_pair().public,
            enrolled_at=now - timedelta(days=90),
        )
        if name == "Laptop of Dr. Shili":
            row.enrolled_at = now - timedelta(minutes=4)
        else:
            row.approved_at, row.approved_by = row.enrolled_at + timedelta(hours=1), admin
            row.last_seen_at = now - timedelta(minutes=number)
        if name == "Old front desk":
            row.last_seen_at = row.revoked_at = now - timedelta(days=30)
            row.revoked_by = admin
        session.add(row)
        session.reported.add(row)
        found[name] = row.id
    return found
