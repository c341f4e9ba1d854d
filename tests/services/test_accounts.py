"""Signing in and out, the throttle, and what an administrator does with accounts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import SecretStr, ValidationError

from meditrack_desktop.bootstrap import open_clinic, secret_store
from meditrack_desktop.database.queries import sessions as session_queries
from meditrack_desktop.domain.accounts import (
    Account,
    Actor,
    AddAccount,
    ChangePassword,
    ChangeRoleOfAccounts,
    EditAccount,
    SetAccountActive,
)
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    ClinicError,
    Conflict,
    ErrorCode,
    FieldProblem,
    Invalid,
    NotAuthenticated,
    Unavailable,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import TEMPLATES, Permission, Role
from meditrack_desktop.domain.sessions import LONGEST_WAIT, wait_after
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.credentials import Credentials
from meditrack_desktop.services.device import device_secret
from meditrack_desktop.services.key_slots import KeySlots
from meditrack_desktop.services.signing_in import SigningIn
from tests.conftest import PASSWORDS, ClinicSite

NEW_PASSWORD = "willow-cabinet-seven-moons"


def _newcomer(**changes: object) -> AddAccount:
    fields: dict[str, object] = {
        "username": "noah",
        "name": "Noah Stubson",
        "roles": frozenset({Role.RECEPTIONIST}),
        "password": SecretStr(NEW_PASSWORD),
    }
    return AddAccount(**{**fields, **changes})  # type: ignore[arg-type]


def _slots(clinic: Clinic) -> KeySlots:
    """The slot file as it lies on the disk."""
    store = secret_store(clinic.profile)
    return KeySlots(clinic.profile.slots, device_secret(clinic.profile.facts(), store))


def _find(clinic: Clinic, admin: Actor, username: str) -> Account:
    return next(account for account in clinic.accounts.list(admin) if account.username == username)


def test_a_locked_clinic_opens_with_the_right_password_only(site: ClinicSite, clock: FixedClock) -> None:
    clinic = open_clinic(site.folder, clock)
    try:
        with pytest.raises(NotAuthenticated) as wrong:
            clinic.sessions.sign_in("reception", "not the password")
        assert wrong.value.code is ErrorCode.INVALID_CREDENTIALS
        if site.kind == "sqlite":
            assert clinic.keys.opened is None, "a wrong password must not leave the clinic open"
        actor = clinic.sessions.sign_in("  Reception ", PASSWORDS["reception"])
        assert actor.permissions == TEMPLATES[Role.RECEPTIONIST]
        assert clinic.settings.clinic(actor).name == "Example Street Clinic"
    finally:
        clinic.close()
    with pytest.raises(Unavailable) as closed:
        clinic.settings.clinic(actor)
    assert closed.value.code is ErrorCode.DATABASE_LOCKED


@pytest.mark.parametrize(
    "name", ["nobody-here", "admin ", "аdmin", "", "a b", "x" * 100, "admin\x00", "' OR 1=1 --"]
)
def test_an_unknown_name_answers_like_a_wrong_password(clinic: Clinic, name: str) -> None:
    with pytest.raises(NotAuthenticated) as refused:
        clinic.sessions.sign_in(name, "whatever it may be")
    assert refused.value.code is ErrorCode.INVALID_CREDENTIALS
    assert refused.value.parameters == {}


def test_signing_in_is_remembered_for_the_card_newest_first(clinic: Clinic) -> None:
    clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
    clinic.sessions.sign_in("reception", PASSWORDS["reception"])
    recent = clinic.sessions.recent_users()
    assert [user.username for user in recent[:2]] == ["reception", "doctor"]
    assert recent[0].name == "Rosa Ontwerp" and recent[0].roles == {Role.RECEPTIONIST}


def test_signing_out_ends_the_session_at_once(clinic: Clinic) -> None:
    actor = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
    clinic.sessions.sign_out(actor)
    with pytest.raises(NotAuthenticated) as ended:
        clinic.settings.clinic(actor)
    assert ended.value.code is ErrorCode.SESSION_EXPIRED
    clinic.sessions.sign_out(actor)


def test_a_session_ends_after_twelve_hours(clinic: Clinic, clock: FixedClock) -> None:
    actor = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
    clock.advance(timedelta(hours=11, minutes=59))
    clinic.settings.clinic(actor)
    clock.advance(timedelta(minutes=1))
    with pytest.raises(NotAuthenticated):
        clinic.settings.clinic(actor)


def test_after_four_failures_the_desk_waits_and_another_desk_does_not(
    clinic: Clinic, clock: FixedClock
) -> None:
    for _ in range(4):
        with pytest.raises(NotAuthenticated) as wrong:
            clinic.sessions.sign_in("doctor", "wrong")
        assert wrong.value.code is ErrorCode.INVALID_CREDENTIALS
    with pytest.raises(NotAuthenticated) as paused:
        clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
    assert paused.value.code is ErrorCode.TOO_MANY_TRIES
    assert paused.value.parameters["seconds"] == 2
    clinic.sessions.sign_in("reception", PASSWORDS["reception"])

    here = clinic.work.trail.chain
    clinic.work.trail.chain = "ws_elsewhere"
    clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
    clinic.work.trail.chain = here

    clock.advance(timedelta(seconds=3))
    clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
    with pytest.raises(NotAuthenticated) as wrong:
        clinic.sessions.sign_in("doctor", "wrong")
    assert wrong.value.code is ErrorCode.INVALID_CREDENTIALS, "a success clears the bucket"


def test_the_wait_doubles_up_to_a_quarter_of_an_hour() -> None:
    waits = [wait_after(failures).total_seconds() for failures in range(200)]
    assert waits[:8] == [0, 0, 0, 0, 2, 4, 8, 16]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT.total_seconds() == 900


def test_a_closed_clinic_waits_too(site: ClinicSite, clock: FixedClock) -> None:
    if site.kind != "sqlite":
        pytest.skip("a shared database counts in the database")
    clinic = open_clinic(site.folder, clock)
    try:
        for _ in range(4):
            with pytest.raises(NotAuthenticated):
                clinic.sessions.sign_in("doctor", "wrong")
        with pytest.raises(NotAuthenticated) as paused:
            clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
        assert paused.value.code is ErrorCode.TOO_MANY_TRIES
    finally:
        clinic.close()


def test_a_new_account_signs_in_even_after_a_restart(
    clinic: Clinic, admin: Actor, site: ClinicSite, clock: FixedClock
) -> None:
    command = _newcomer()
    account = clinic.accounts.add(admin, command)
    assert clinic.accounts.add(admin, command) == account, "the same command twice adds one"
    assert [a.username for a in clinic.accounts.list(admin)].count("noah") == 1
    clinic.close()
    again = open_clinic(site.folder, clock)
    try:
        assert again.sessions.sign_in("NOAH", NEW_PASSWORD).account_id == account.id
    finally:
        again.close()


def test_a_name_in_use_is_refused_whatever_its_case(clinic: Clinic, admin: Actor) -> None:
    with pytest.raises(Conflict) as taken:
        clinic.accounts.add(admin, _newcomer(username="RECEPTION"))
    assert taken.value.code is ErrorCode.USERNAME_TAKEN
    assert taken.value.fields == {"username": FieldProblem.TAKEN}


@pytest.mark.parametrize("username", ["аdmin", "a", "-x", "two words", "x" * 41, "a\nb", ""])
def test_names_that_could_be_mistaken_are_malformed(username: str) -> None:
    with pytest.raises(ValidationError):
        _newcomer(username=username)


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("short", FieldProblem.TOO_SHORT),
        ("x" * 129, FieldProblem.TOO_LONG),
        ("password1234", FieldProblem.TOO_WEAK),
        ("aaaaaaaaaaaaaaa", FieldProblem.TOO_WEAK),
        ("noahstubson1", FieldProblem.TOO_WEAK),
        ("willow\x00cabinet-seven", FieldProblem.CONTROL_CHARACTERS),
        ("          ", FieldProblem.TOO_WEAK),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(
    clinic: Clinic, admin: Actor, password: str, problem: FieldProblem
) -> None:
    with pytest.raises(Invalid) as weak:
        clinic.accounts.add(admin, _newcomer(password=SecretStr(password)))
    assert weak.value.code is ErrorCode.WEAK_PASSWORD
    assert weak.value.fields == {"password": problem}


def test_passwords_of_any_script_work_and_compatible_forms_are_one(clinic: Clinic, admin: Actor) -> None:
    clinic.accounts.add(admin, _newcomer(password=SecretStr("ﬁsh-łódź-пирог-九")))
    clinic.sessions.sign_in("noah", "fish-łódź-пирог-九")


def test_roles_change_what_a_person_may_at_once(clinic: Clinic, admin: Actor) -> None:
    clinic.accounts.add(admin, _newcomer())
    actor = clinic.sessions.sign_in("noah", NEW_PASSWORD)
    account = _find(clinic, admin, "noah")
    edited = clinic.accounts.edit(
        admin,
        EditAccount(id=account.id, version=account.version, name=account.name, roles=frozenset({Role.ADMIN})),
    )
    assert edited.roles == {Role.ADMIN} and edited.version > account.version
    clinic.accounts.list(actor)
    with pytest.raises(ChangedMeanwhile):
        clinic.accounts.edit(
            admin,
            EditAccount(id=account.id, version=account.version, name="x y", roles=frozenset({Role.DOCTOR})),
        )


def test_a_deactivated_person_is_out_at_the_next_step(clinic: Clinic, admin: Actor) -> None:
    clinic.accounts.add(admin, _newcomer())
    actor = clinic.sessions.sign_in("noah", NEW_PASSWORD)
    account = _find(clinic, admin, "noah")
    closed = clinic.accounts.set_active(
        admin, SetAccountActive(id=account.id, version=account.version, active=False)
    )
    with pytest.raises(NotAuthenticated):
        clinic.settings.clinic(actor)
    with pytest.raises(NotAuthenticated) as refused:
        clinic.sessions.sign_in("noah", NEW_PASSWORD)
    assert refused.value.code is ErrorCode.INVALID_CREDENTIALS
    assert not _slots(clinic).has_person("noah"), "the key of somebody who left opens nothing"
    assert _slots(clinic).open_person("noah", NEW_PASSWORD) is None
    clinic.accounts.set_active(admin, SetAccountActive(id=account.id, version=closed.version, active=True))
    clinic.sessions.sign_in("noah", NEW_PASSWORD)
    with pytest.raises(NotAuthenticated):
        clinic.settings.clinic(actor)


def test_the_last_administrator_stays(clinic: Clinic, admin: Actor) -> None:
    me = _find(clinic, admin, "admin")
    attempts = (
        lambda: clinic.accounts.set_active(
            admin, SetAccountActive(id=me.id, version=me.version, active=False)
        ),
        lambda: clinic.accounts.edit(
            admin, EditAccount(id=me.id, version=me.version, name=me.name, roles=frozenset({Role.DOCTOR}))
        ),
    )
    for attempt in attempts:
        with pytest.raises(Conflict) as kept:
            attempt()
        assert kept.value.code is ErrorCode.LAST_ADMINISTRATOR
    clinic.accounts.add(admin, _newcomer(roles=frozenset({Role.ADMIN, Role.DOCTOR})))
    other = clinic.sessions.sign_in("noah", NEW_PASSWORD)
    clinic.accounts.edit(
        other, EditAccount(id=me.id, version=me.version, name=me.name, roles=frozenset({Role.DOCTOR}))
    )
    with pytest.raises(ClinicError):
        clinic.accounts.list(admin)


def test_changing_the_password_ends_the_other_sessions(
    clinic: Clinic, site: ClinicSite, clock: FixedClock
) -> None:
    here = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
    elsewhere = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
    with pytest.raises(Invalid) as wrong:
        clinic.accounts.change_password(
            here, ChangePassword(current=SecretStr("not it"), new=SecretStr(NEW_PASSWORD))
        )
    assert wrong.value.fields == {"current": FieldProblem.MALFORMED}
    with pytest.raises(Invalid) as weak:
        clinic.accounts.change_password(
            here, ChangePassword(current=SecretStr(PASSWORDS["reception"]), new=SecretStr("rosaontwerp"))
        )
    assert weak.value.fields == {"new": FieldProblem.TOO_WEAK}
    clinic.accounts.change_password(
        here, ChangePassword(current=SecretStr(PASSWORDS["reception"]), new=SecretStr(NEW_PASSWORD))
    )
    clinic.settings.clinic(here)
    with pytest.raises(NotAuthenticated):
        clinic.settings.clinic(elsewhere)
    clinic.close()
    again = open_clinic(site.folder, clock)
    try:
        with pytest.raises(NotAuthenticated):
            again.sessions.sign_in("reception", PASSWORDS["reception"])
        again.sessions.sign_in("reception", NEW_PASSWORD)
    finally:
        again.close()


def test_passwords_are_stored_as_bcrypt_twelve_over_a_keyed_hash(
    real_passwords: None, clinic: Clinic, admin: Actor
) -> None:
    from meditrack_desktop.database.queries import accounts as queries

    clinic.accounts.add(admin, _newcomer())
    with clinic.work.database.reading() as session:
        row = queries.by_username(session, "noah")
    assert row is not None
    assert row.password_hash.startswith("$2a$12$") and len(row.password_hash) == 60
    import bcrypt

    assert not bcrypt.checkpw(NEW_PASSWORD.encode(), row.password_hash.encode()), "the pepper must matter"


def test_a_stranger_session_id_opens_nothing(clinic: Clinic, reception: Actor) -> None:
    from dataclasses import replace

    forged = replace(reception, session_id=new_id(), permissions=frozenset(Permission))
    with pytest.raises(NotAuthenticated):
        clinic.settings.clinic(forged)


def test_a_power_cut_while_a_password_changes_locks_nobody_out(
    site: ClinicSite, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut before the commit the old password opens, cut after it the new one; then all is as if nothing was."""

    class PowerCut(BaseException):
        pass

    def cut(*_: object, **__: object) -> None:
        raise PowerCut

    for when, survives in (("before", PASSWORDS["reception"]), ("after", NEW_PASSWORD)):
        clinic = open_clinic(site.folder, clock)
        actor = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
        command = ChangePassword(current=SecretStr(PASSWORDS["reception"]), new=SecretStr(NEW_PASSWORD))
        with monkeypatch.context() as patched, pytest.raises(PowerCut):
            if when == "before":
                patched.setattr(session_queries, "end_all_of", cut)
            else:
                patched.setattr(Credentials, "give_slot", cut)
            clinic.accounts.change_password(actor, command)
        clinic.close()
        for _ in range(2):
            again = open_clinic(site.folder, clock)
            again.sessions.sign_in("reception", survives)
            again.close()
    if site.kind == "sqlite":
        clinic = open_clinic(site.folder, clock)
        with pytest.raises(NotAuthenticated):
            clinic.sessions.sign_in("reception", PASSWORDS["reception"])
        assert clinic.keys.opened is None


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_the_slot_of_somebody_who_left_in_a_power_cut_goes_at_the_next_sign_in(
    clinic: Clinic, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic.accounts.add(admin, _newcomer())
    clinic.sessions.sign_in("noah", NEW_PASSWORD)
    account = _find(clinic, admin, "noah")
    with monkeypatch.context() as patched:
        patched.setattr(Credentials, "take_slots", lambda *_: None)
        clinic.accounts.set_active(
            admin, SetAccountActive(id=account.id, version=account.version, active=False)
        )
    assert _slots(clinic).has_person("noah")
    clinic.sessions.sign_in("reception", PASSWORDS["reception"])
    assert not _slots(clinic).has_person("noah")


def test_a_sign_in_that_breaks_off_leaves_the_clinic_closed(
    site: ClinicSite, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = open_clinic(site.folder, clock)
    monkeypatch.setattr(SigningIn, "start", _no_answer)
    with pytest.raises(Unavailable):
        clinic.sessions.sign_in("reception", PASSWORDS["reception"])
    assert clinic.keys.opened is None
    clinic.close()


def _no_answer(*_: object) -> Actor:
    raise Unavailable(ErrorCode.DATABASE_BUSY)


def test_one_role_is_given_to_several_whatever_else_they_hold(
    clinic: Clinic, admin: Actor, reception: Actor, doctor: Actor
) -> None:
    ids = (reception.account_id, doctor.account_id)
    given = clinic.accounts.change_role_of(
        admin, ChangeRoleOfAccounts(ids=ids, role=Role.RECEPTIONIST, held=True)
    )
    assert [account.roles for account in given] == [
        {Role.RECEPTIONIST},
        {Role.DOCTOR, Role.RECEPTIONIST},
    ]
    with pytest.raises(Invalid) as refused:
        clinic.accounts.change_role_of(
            admin, ChangeRoleOfAccounts(ids=ids, role=Role.RECEPTIONIST, held=False)
        )
    assert refused.value.fields == {"roles": FieldProblem.REQUIRED}
    roles = {account.username: account.roles for account in clinic.accounts.list(admin)}
    assert roles["reception"] == {Role.RECEPTIONIST}, "all or none"
    assert roles["doctor"] == {Role.DOCTOR, Role.RECEPTIONIST}
