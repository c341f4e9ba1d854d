"""Sessions while somebody uses them: whatever ends one counts at its next statement, here and at other desks (F18)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from meditrack_desktop.database.queries import accounts as account_queries
from meditrack_desktop.database.queries import sessions as session_queries
from meditrack_desktop.database.tables.accounts import AccountRow, SessionRow
from meditrack_desktop.database.tables.clinic import WorkstationRow
from meditrack_desktop.domain.accounts import Actor, SetAccountsActive, SetAccountsRoles
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import (
    ClinicError,
    ErrorCode,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Unavailable,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import FindPatients
from meditrack_desktop.domain.permission_grid import ChangeGrid
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.sessions import CONFIRMED_FOR, SESSION_LENGTH, SessionEnd
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import PASSWORDS, ClinicSite

ROUNDS = 20


@pytest.fixture
def other(site: ClinicSite, clock: FixedClock) -> Iterator[Clinic]:
    """The same clinic in another process, where the administrator is."""
    opened = site.open(clock)
    yield opened
    opened.close()


def _somebody(clinic: Clinic, number: int, role: Role = Role.RECEPTIONIST, desk: str = "") -> Actor:
    """A person with a live session at a desk of their own, made without the cost of a password."""
    now = clinic.work.clock.now()
    desk = desk or f"ws_{number:08d}"
    with clinic.work.unsigned() as session:
        account = AccountRow(
            id=new_id(),
            username=f"person{number}",
            name=f"Person {number}",
            password_hash="x",
            pepper_id="x",
            created_at=now,
            roles=[],
        )
        account_queries.set_roles(account, {role})
        live = SessionRow(
            id=new_id(),
            token_sha256=new_id().hex,
            account_id=account.id,
            workstation=desk,
            started_at=now,
            expires_at=now + SESSION_LENGTH,
            confirmed_at=now,
        )
        session.add(account)
        if session.get(WorkstationRow, desk) is None:
            row = WorkstationRow(id=desk, name=f"Desk {number}", enrolled_at=now, approved_at=now)
            session.add(row)
            session.reported.add(row)
        session.flush()
        session.add(live)
        session.reported.add(account)
    return Actor(
        account.id, live.id, desk, account.username, account.name, frozenset({role}), frozenset(Permission)
    )


def _revoke(clinic: Clinic, admin: Actor, actor: Actor) -> None:
    with clinic.work.unsigned() as session:
        row = session.get(WorkstationRow, actor.workstation)
        assert row is not None
        row.revoked_at = clinic.work.clock.now()
        session.reported.add(row)


def _disable(clinic: Clinic, admin: Actor, actor: Actor) -> None:
    clinic.accounts.set_active_of(admin, SetAccountsActive(ids=(actor.account_id,), active=False))


def _downgrade(clinic: Clinic, admin: Actor, actor: Actor) -> None:
    clinic.accounts.set_roles(admin, SetAccountsRoles(ids=(actor.account_id,), roles=frozenset({Role.ADMIN})))


def _log_out(clinic: Clinic, admin: Actor, actor: Actor) -> None:
    clinic.sessions.end(admin, actor.session_id)


@pytest.mark.parametrize(
    ("deed", "kind", "code"),
    [
        (_revoke, NotAuthenticated, ErrorCode.DESK_REVOKED),
        (_disable, NotAuthenticated, ErrorCode.SESSION_EXPIRED),
        (_downgrade, NotAllowed, ErrorCode.NOT_PERMITTED),
        (_log_out, NotAuthenticated, ErrorCode.SESSION_EXPIRED),
    ],
)
def test_the_very_next_statement_is_refused(
    clinic: Clinic,
    other: Clinic,
    admin: Actor,
    deed: Callable[[Clinic, Actor, Actor], None],
    kind: type[ClinicError],
    code: ErrorCode,
) -> None:
    for number in range(ROUNDS):
        actor = _somebody(clinic, number)
        # A receptionist registers, an administrator does not: what is asked for here goes with the role.
        clinic.patients.find(actor, FindPatients(text="przy"))
        with clinic.work(actor, Permission.REGISTER_PATIENT) as work:
            session_queries.note_seen(work.session, actor.session_id, actor.workstation, work.now)
        deed(other, admin, actor)
        for attempt in (
            lambda actor=actor: clinic.work(actor, Permission.REGISTER_PATIENT).__enter__(),
            lambda actor=actor: clinic.work.looking(actor, Permission.REGISTER_PATIENT).__enter__(),
        ):
            with pytest.raises(kind) as refused:
                attempt()
            assert refused.value.code is code
            assert set(refused.value.parameters) <= {"permission"}
        if kind is NotAuthenticated:
            with pytest.raises(NotAuthenticated) as beat:
                clinic.sessions.still_live(actor)
            assert beat.value.code is code


def test_a_permission_taken_from_the_role_counts_at_once(
    clinic: Clinic, other: Clinic, admin: Actor, reception: Actor
) -> None:
    clinic.patients.find(reception, FindPatients(text="przy"))
    take = ChangeGrid(role=Role.RECEPTIONIST, permission=Permission.VIEW_PATIENTS, allowed=False)
    other.permission_grid.change(admin, take)
    with pytest.raises(NotAllowed):
        clinic.patients.find(reception, FindPatients(text="przy"))
    other.permission_grid.change(admin, take.model_copy(update={"allowed": True}))
    clinic.patients.find(reception, FindPatients(text="przy"))


def test_who_is_signed_in_where(clinic: Clinic, admin: Actor, reception: Actor) -> None:
    mine = clinic.sessions.own(reception)
    assert [(each.id, each.current, each.username) for each in mine] == [
        (reception.session_id, True, "reception")
    ]
    assert mine[0].workstation_name == clinic.profile.facts().workstation_name
    everybody = clinic.sessions.list(admin)
    assert {each.username for each in everybody} == {"admin", "reception", "doctor"}
    assert [each.username for each in everybody if each.current] == ["admin"]
    assert len(clinic.sessions.list(admin, reception.account_id)) == 1
    with pytest.raises(NotAllowed):
        clinic.sessions.list(reception)


def test_only_administrators_end_others_and_unknown_answers_alike(
    clinic: Clinic, admin: Actor, reception: Actor, doctor: Actor
) -> None:
    for strange in (doctor.session_id, new_id()):
        with pytest.raises(NotAllowed) as refused:
            clinic.sessions.end(reception, strange)
        assert refused.value.parameters == {"permission": "manage_sessions"}
    clinic.sessions.end(admin, doctor.session_id)
    for gone in (doctor.session_id, new_id()):
        with pytest.raises(NotFound) as missing:
            clinic.sessions.end(admin, gone)
        assert missing.value.code is ErrorCode.SESSION_NOT_FOUND
    assert _end_of(clinic, doctor.session_id) == (SessionEnd.ENDED_BY_ADMIN, admin.account_id)


def test_signing_out_everywhere_keeps_this_desk(clinic: Clinic, reception: Actor) -> None:
    elsewhere = [clinic.sessions.sign_in("reception", PASSWORDS["reception"]) for _ in range(2)]
    assert clinic.sessions.sign_out_everywhere(reception) == 2
    clinic.sessions.still_live(reception)
    for actor in elsewhere:
        with pytest.raises(NotAuthenticated):
            clinic.sessions.still_live(actor)
    assert clinic.sessions.sign_out_everywhere(reception) == 0


def test_an_administrator_signs_somebody_out_everywhere_but_never_the_desk_that_asks(
    clinic: Clinic, admin: Actor, doctor: Actor
) -> None:
    assert clinic.sessions.end_all_of(admin, doctor.account_id) == 1
    with pytest.raises(NotAuthenticated):
        clinic.sessions.still_live(doctor)
    assert clinic.sessions.end_all_of(admin, admin.account_id) == 0
    clinic.sessions.still_live(admin)
    with pytest.raises(NotFound):
        clinic.sessions.end_all_of(admin, new_id())


def test_being_seen_is_kept_to_the_minute_and_leaves_no_line(
    clinic: Clinic, admin: Actor, reception: Actor, clock: FixedClock
) -> None:
    before = clinic.audit.list(admin, limit=1)[0].seq
    seen = []
    for _ in range(40):
        clinic.sessions.still_live(reception)
        seen.append(clinic.sessions.own(reception)[0].last_seen_at)
        clock.advance(timedelta(seconds=3))
    assert len(set(seen)) == 2, "120 seconds are two minutes"
    lines = [line for line in clinic.audit.list(admin) if line.seq > before]
    assert {line.action for line in lines} - {"audit.listed"} == {"session.listed"}


class TestThePasswordAgain:
    def test_what_is_grave_asks_for_it_after_ten_minutes(
        self, clinic: Clinic, admin: Actor, doctor: Actor, clock: FixedClock
    ) -> None:
        clock.advance(CONFIRMED_FOR)
        clinic.accounts.open_sign_in(admin, doctor.account_id)
        clock.advance(timedelta(seconds=1))
        with pytest.raises(NotAllowed) as again:
            clinic.accounts.open_sign_in(admin, doctor.account_id)
        assert again.value.code is ErrorCode.PASSWORD_AGAIN and again.value.parameters == {}
        line = clinic.audit.list(admin, limit=1)[0]
        assert (line.action, line.detail) == ("password.asked_again", "edit_accounts")
        clinic.accounts.list(admin)  # looking asks for nothing
        clinic.sessions.confirm(admin, PASSWORDS["admin"])
        clinic.accounts.open_sign_in(admin, doctor.account_id)

    def test_who_may_not_is_not_asked_for_a_password(
        self, clinic: Clinic, reception: Actor, doctor: Actor, clock: FixedClock
    ) -> None:
        clock.advance(timedelta(hours=1))
        with pytest.raises(NotAllowed) as refused:
            clinic.accounts.open_sign_in(reception, doctor.account_id)
        assert refused.value.code is ErrorCode.NOT_PERMITTED

    def test_a_wrong_one_counts_with_signing_in(
        self, clinic: Clinic, admin: Actor, clock: FixedClock
    ) -> None:
        clock.advance(timedelta(hours=1))
        for _ in range(4):
            with pytest.raises(NotAuthenticated) as wrong:
                clinic.sessions.confirm(admin, "not it")
            assert wrong.value.code is ErrorCode.INVALID_CREDENTIALS
        with pytest.raises(NotAuthenticated) as paused:
            clinic.sessions.confirm(admin, PASSWORDS["admin"])
        assert paused.value.code is ErrorCode.TOO_MANY_TRIES
        with pytest.raises(NotAuthenticated):
            clinic.sessions.sign_in("admin", PASSWORDS["admin"])
        clock.advance(timedelta(seconds=3))
        clinic.sessions.confirm(admin, PASSWORDS["admin"])

    def test_an_ended_session_is_not_confirmed(self, clinic: Clinic, admin: Actor) -> None:
        clinic.sessions.sign_out(admin)
        with pytest.raises(NotAuthenticated) as ended:
            clinic.sessions.confirm(admin, PASSWORDS["admin"])
        assert ended.value.code is ErrorCode.SESSION_EXPIRED


class TestUnlocking:
    def test_the_password_gives_a_new_session_and_ends_the_old_one(
        self, clinic: Clinic, reception: Actor, clock: FixedClock
    ) -> None:
        clock.advance(timedelta(hours=3))
        clinic.keys.drop()
        fresh = clinic.sessions.unlock(reception, PASSWORDS["reception"])
        assert fresh.account_id == reception.account_id and fresh.session_id != reception.session_id
        assert not clinic.keys.dropped, "documents open again"
        with pytest.raises(NotAuthenticated):
            clinic.sessions.still_live(reception)
        clinic.sessions.still_live(fresh)

    def test_a_wrong_password_leaves_the_vault_shut_and_the_session_alone(
        self, clinic: Clinic, reception: Actor
    ) -> None:
        clinic.keys.drop()
        with pytest.raises(NotAuthenticated):
            clinic.sessions.unlock(reception, PASSWORDS["doctor"])
        assert clinic.keys.dropped
        clinic.sessions.still_live(reception)

    def test_a_colleague_comes_in_between_and_the_first_one_back(
        self, clinic: Clinic, reception: Actor
    ) -> None:
        clinic.keys.drop()
        doctor = clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
        assert not clinic.keys.dropped
        clinic.sessions.still_live(reception)
        clinic.keys.drop()
        back = clinic.sessions.unlock(reception, PASSWORDS["reception"])
        clinic.sessions.still_live(back)
        clinic.sessions.still_live(doctor)

    def test_after_the_hard_lock_the_password_opens_everything(
        self, clinic: Clinic, reception: Actor, site: ClinicSite
    ) -> None:
        clinic.keys.hard_lock()
        if site.kind == "sqlite":
            with pytest.raises(Unavailable):
                clinic.settings.clinic(reception)
        fresh = clinic.sessions.unlock(reception, PASSWORDS["reception"])
        clinic.settings.clinic(fresh)
        assert not clinic.keys.dropped
        with pytest.raises(NotAuthenticated):
            clinic.sessions.still_live(reception)


def _end_of(clinic: Clinic, session_id: UUID) -> tuple[SessionEnd | None, UUID | None]:
    with clinic.work.database.reading() as session:
        row = session_queries.find(session, session_id)
        assert row is not None and row.ended_at is not None
        return row.end_reason, row.ended_by
