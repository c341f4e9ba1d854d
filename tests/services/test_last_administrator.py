"""Somebody always administers: no bulk action and no race of two desks removes the last administrator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Barrier, Thread
from uuid import UUID

import pytest
from pydantic import SecretStr

from meditrack_desktop.database.queries import accounts as queries
from meditrack_desktop.domain.accounts import (
    Account,
    AccountStatus,
    Actor,
    AddAccount,
    EditAccount,
    SetAccountActive,
    SetAccountsActive,
    SetAccountsRoles,
)
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import (
    ClinicError,
    Conflict,
    ErrorCode,
    NotAllowed,
    NotAuthenticated,
    NotFound,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import ClinicSite
from tests.makers.people import a_doctor

ROUNDS = 8
PASSWORD = "willow-cabinet-seven-moons"
ADMIN, DOCTOR, DESK = (frozenset({role}) for role in (Role.ADMIN, Role.DOCTOR, Role.RECEPTIONIST))


@pytest.fixture
def second(clinic: Clinic, admin: Actor) -> Actor:
    """Another administrator, signed in."""
    clinic.accounts.add(
        admin, AddAccount(username="ben", name="Ben Zweit", roles=ADMIN, password=SecretStr(PASSWORD))
    )
    return clinic.sessions.sign_in("ben", PASSWORD)


@pytest.fixture
def elsewhere(site: ClinicSite, clock: FixedClock) -> Iterator[Clinic]:
    opened = site.open(clock)
    yield opened
    opened.close()


def _accounts(clinic: Clinic, admin: Actor) -> dict[str, Account]:
    return {account.username: account for account in clinic.accounts.list(admin)}


def _admins(clinic: Clinic) -> int:
    with clinic.work.unsigned() as session:
        return queries.active_admins(session)


def _demote(clinic: Clinic, actor: Actor, whom: Actor) -> None:
    clinic.accounts.set_roles(actor, SetAccountsRoles(ids=(whom.account_id,), roles=DESK))


def _deactivate(clinic: Clinic, actor: Actor, whom: Actor) -> None:
    clinic.accounts.set_active_of(actor, SetAccountsActive(ids=(whom.account_id,), active=False))


Deed = Callable[[Clinic, Actor, Actor], None]


@pytest.mark.parametrize("deed", [_demote, _deactivate])
def test_two_administrators_who_remove_each_other_at_once_leave_one(
    clinic: Clinic, elsewhere: Clinic, admin: Actor, second: Actor, deed: Deed
) -> None:
    for _ in range(ROUNDS):
        start = Barrier(2)
        refused: list[ClinicError] = []
        sides = ((clinic, admin, second), (elsewhere, second, admin))

        threads = [Thread(target=_run, args=(deed, side, start, refused)) for side in sides]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(refused) == 1, "one of the two wins"
        assert isinstance(refused[0], NotAllowed | NotAuthenticated | Conflict)
        assert _admins(clinic) == 1
        _put_back(clinic, (admin, second))


def _run(deed: Deed, side: tuple[Clinic, Actor, Actor], start: Barrier, refused: list[ClinicError]) -> None:
    start.wait()
    try:
        deed(*side)
    except ClinicError as error:
        refused.append(error)


def _put_back(clinic: Clinic, people: tuple[Actor, ...]) -> None:
    """Both are administrators again with the sessions they had."""
    from meditrack_desktop.database.queries import sessions as session_queries

    with clinic.work.unsigned() as session:
        for actor in people:
            row = queries.account(session, actor.account_id)
            row.active = True
            queries.set_roles(row, {Role.ADMIN})
            live = session_queries.find(session, actor.session_id)
            assert live is not None
            live.ended_at = None
            session.reported.add(row)


def test_all_of_them_or_none(clinic: Clinic, admin: Actor, second: Actor) -> None:
    people = _accounts(clinic, admin)
    everybody = tuple(account.id for account in people.values())
    with pytest.raises((Conflict, NotAllowed)):
        clinic.accounts.set_active_of(admin, SetAccountsActive(ids=everybody, active=False))
    admins = (people["ben"].id, people["admin"].id)
    for wanted in (DESK, DOCTOR):
        with pytest.raises((Conflict, NotAllowed)):
            clinic.accounts.set_roles(admin, SetAccountsRoles(ids=admins, roles=wanted))
    with pytest.raises(NotFound):
        clinic.accounts.set_active_of(
            admin, SetAccountsActive(ids=(people["doctor"].id, new_id()), active=False)
        )
    after = _accounts(clinic, admin)
    assert {name: (a.roles, a.active) for name, a in after.items()} == {
        name: (a.roles, a.active) for name, a in people.items()
    }
    clinic.sessions.still_live(second)


def test_several_people_leave_and_come_back_together(
    clinic: Clinic, admin: Actor, reception: Actor, doctor: Actor
) -> None:
    ids = (reception.account_id, doctor.account_id, reception.account_id)
    gone = clinic.accounts.set_active_of(admin, SetAccountsActive(ids=ids, active=False))
    assert [account.status for account in gone] == [AccountStatus.INACTIVE] * 2
    for actor in (reception, doctor):
        with pytest.raises(NotAuthenticated):
            clinic.sessions.still_live(actor)
    back = clinic.accounts.set_active_of(admin, SetAccountsActive(ids=ids, active=True))
    assert all(account.active for account in back)
    lines = [line.action for line in clinic.audit.list(admin, limit=10)]
    assert lines.count("account.deactivated") == lines.count("account.activated") == 2


def test_roles_of_several_people_are_set_and_told(
    clinic: Clinic, admin: Actor, reception: Actor, doctor: Actor
) -> None:
    ids = (reception.account_id, doctor.account_id)
    changed = clinic.accounts.set_roles(
        admin, SetAccountsRoles(ids=ids, roles=frozenset({Role.DOCTOR, Role.RECEPTIONIST}))
    )
    assert all(account.roles == {Role.DOCTOR, Role.RECEPTIONIST} for account in changed)
    details = {
        line.detail for line in clinic.audit.list(admin, limit=5) if line.action == "account.roles_set"
    }
    assert details == {
        "roles receptionist to doctor+receptionist",
        "roles doctor to doctor+receptionist",
    }


class TestOnesOwnAccount:
    def test_nobody_gives_a_role_to_themselves_where_another_could(
        self, clinic: Clinic, admin: Actor, second: Actor
    ) -> None:
        me = _accounts(clinic, admin)["admin"]
        attempts: tuple[Callable[[], object], ...] = (
            lambda: clinic.accounts.edit(
                admin, EditAccount(id=me.id, version=me.version, name=me.name, roles=ADMIN | DOCTOR)
            ),
            lambda: clinic.accounts.set_roles(
                admin, SetAccountsRoles(ids=(second.account_id, me.id), roles=ADMIN | DOCTOR)
            ),
        )
        for attempt in attempts:
            with pytest.raises(NotAllowed) as refused:
                attempt()
            assert refused.value.code is ErrorCode.NOT_YOURSELF and refused.value.parameters == {}
            line = clinic.audit.list(admin, limit=1)[0]
            assert (line.action, line.outcome.value) == ("account.refused", "refused")
        people = _accounts(clinic, admin)
        assert people["admin"].roles == people["ben"].roles == {Role.ADMIN}
        clinic.accounts.set_roles(second, SetAccountsRoles(ids=(me.id,), roles=ADMIN | DOCTOR))

    def test_nobody_becomes_another_doctor_of_the_calendar_by_themselves(
        self, clinic: Clinic, admin: Actor, second: Actor
    ) -> None:
        doctor = clinic.practitioners.add(admin, a_doctor())
        clinic.accounts.set_roles(second, SetAccountsRoles(ids=(admin.account_id,), roles=ADMIN | DOCTOR))
        me = _accounts(clinic, admin)["admin"]

        def becoming(version: int, who: UUID | None) -> EditAccount:
            return EditAccount(
                id=me.id, version=version, name="New Name", roles=me.roles, practitioner_id=who
            )

        with pytest.raises(NotAllowed) as refused:
            clinic.accounts.edit(admin, becoming(me.version, doctor.id))
        assert refused.value.code is ErrorCode.NOT_YOURSELF
        assert _accounts(clinic, admin)["admin"] == me
        linked = clinic.accounts.edit(second, becoming(me.version, doctor.id))
        kept = clinic.accounts.edit(admin, becoming(linked.version, doctor.id))
        assert clinic.accounts.edit(admin, becoming(kept.version, None)).practitioner_id is None

    def test_a_practice_of_one_person_is_both(self, clinic: Clinic, admin: Actor) -> None:
        me = _accounts(clinic, admin)["admin"]
        both = clinic.accounts.edit(
            admin, EditAccount(id=me.id, version=me.version, name=me.name, roles=ADMIN | DOCTOR)
        )
        assert both.roles == {Role.ADMIN, Role.DOCTOR}

    def test_nobody_shuts_themselves_out(self, clinic: Clinic, admin: Actor, second: Actor) -> None:
        me = _accounts(clinic, admin)["admin"]
        with pytest.raises(NotAllowed) as refused:
            clinic.accounts.set_active(admin, SetAccountActive(id=me.id, version=me.version, active=False))
        assert refused.value.code is ErrorCode.NOT_YOURSELF
        clinic.accounts.set_active(second, SetAccountActive(id=me.id, version=me.version, active=False))


def test_how_accounts_stand(clinic: Clinic, admin: Actor, reception: Actor, doctor: Actor) -> None:
    clinic.accounts.add(
        admin, AddAccount(username="ivy", name="Ivy Neu", roles=DESK, email=" ivy@example.org ")
    )
    clinic.accounts.add(
        admin, AddAccount(username="lea", name="Lea Neu", roles=DESK, password=SecretStr(PASSWORD))
    )
    clinic.sessions.sign_out(doctor)
    with clinic.work.unsigned() as session:
        from meditrack_desktop.database.queries import sign_in_tries

        for _ in range(100):
            sign_in_tries.note_failure(session, reception.account_id, "ws_elsewhere", clinic.work.clock.now())
    people = _accounts(clinic, admin)
    assert {name: account.status.value for name, account in people.items()} == {
        "admin": "signed-in",
        "reception": "locked",
        "doctor": "active",
        "ivy": "invited",
        "lea": "invited",
    }
    assert people["ivy"].email == "ivy@example.org" and people["ivy"].last_seen_at is None
    assert people["doctor"].last_seen_at is not None
    opened = clinic.accounts.open_sign_in(admin, reception.account_id)
    assert opened.status is AccountStatus.SIGNED_IN
