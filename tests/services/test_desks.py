"""Desks of a shared clinic: a second one joins and works, a third asks in vain, a revoked one is out (D17)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from meditrack_desktop import bootstrap
from meditrack_desktop.adapters.secret_stores import PrivateFile
from meditrack_desktop.database.queries import keys as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.desks import DeskStatus, RenameDesk
from meditrack_desktop.domain.errors import (
    ClinicError,
    Conflict,
    ErrorCode,
    Invalid,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Unavailable,
)
from meditrack_desktop.domain.patients import FindPatients
from meditrack_desktop.services import joining, shared_keys
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.fingerprints import HOW_MANY
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.vault.keys import PatientKey, new_key_pair
from tests.conftest import PASSWORDS, ClinicSite
from tests.services.doors import PNG
from tests.services.key_makers import assert_every_key_opens, file_documents

pytestmark = pytest.mark.parametrize("site", ["postgres"], indirect=True)


class Newcomer:
    """A computer with an empty profile, in front of a clinic's server."""

    def __init__(self, folder: Path, site: ClinicSite, clinic: Clinic, clock: FixedClock) -> None:
        self.profile = Profile(folder)
        self.store = PrivateFile(self.profile.device_file)
        self.clock = clock
        vault = str(clinic.keys.vault.layout.folder)
        self.desk = joining.NewDesk(shared_keys.desk_key(clinic.keys.slots).server, "Back office", vault)

    def ask(self) -> tuple[str, ...]:
        return joining.ask_to_join(self.profile, self.store, self.desk, self.clock)

    def look(self) -> bool:
        return joining.join_when_approved(self.profile, self.store, self.clock)

    def with_kit(self, identity: str) -> None:
        joining.join_with_kit(self.profile, self.store, self.desk, identity, self.clock)

    def open(self) -> Clinic:
        return bootstrap.open_clinic(self.profile.folder, self.clock)


@pytest.fixture
def newcomer(tmp_path: Path, site: ClinicSite, clinic: Clinic, clock: FixedClock) -> Newcomer:
    return Newcomer(tmp_path / "second", site, clinic, clock)


@pytest.fixture
def second(newcomer: Newcomer, clinic: Clinic, admin: Actor) -> Iterator[Clinic]:
    """The second desk, let in and open."""
    newcomer.ask()
    waiting = next(desk for desk in clinic.desks.list(admin) if desk.status is DeskStatus.WAITING)
    clinic.desks.approve(admin, waiting.id)
    assert newcomer.look()
    opened = newcomer.open()
    yield opened
    opened.close()


def test_a_second_desk_asks_is_let_in_and_sees_the_same(
    newcomer: Newcomer, clinic: Clinic, admin: Actor, reception: Actor
) -> None:
    documents = file_documents(clinic, reception, 1)
    words = newcomer.ask()
    assert len(words) == HOW_MANY and newcomer.ask() == words, "asking again changes nothing"
    assert not newcomer.look() and not newcomer.profile.is_set_up
    own, waiting = clinic.desks.list(admin)
    assert own.current and own.status is DeskStatus.ACTIVE
    assert (waiting.name, waiting.status, waiting.current) == ("Back office", DeskStatus.WAITING, False)
    assert waiting.fingerprint == words, "what the administrator sees is what the desk shows"
    approved = clinic.desks.approve(admin, waiting.id)
    assert (approved.status, approved.approved_by_name) == (DeskStatus.ACTIVE, "Ada Verwalter")
    assert newcomer.look() and newcomer.profile.is_set_up and newcomer.look()
    second = newcomer.open()
    try:
        rosa = second.sessions.sign_in("reception", PASSWORDS["reception"])
        assert rosa.workstation == waiting.id
        [found] = second.patients.find(rosa, FindPatients(text="beispiel")).lines
        assert found.id == clinic.documents.get(reception, documents[1]).patient_id
        with second.documents.open(rosa, documents[1]).source as source:
            assert source.read_all() == PNG
        more = file_documents(second, rosa, 1, "Fictanova")
        with clinic.documents.open(reception, more[1]).source as source:
            assert source.read_all() == PNG
        assert second.audit.check(second.sessions.sign_in("admin", PASSWORDS["admin"])).whole
    finally:
        second.close()


def test_with_the_kit_it_joins_at_once(
    newcomer: Newcomer, site: ClinicSite, clinic: Clinic, admin: Actor
) -> None:
    with pytest.raises(Unavailable) as wrong:
        newcomer.with_kit(new_key_pair().secret)
    assert wrong.value.code is ErrorCode.RECOVERY_KEY_WRONG
    assert not newcomer.profile.is_set_up and len(clinic.desks.list(admin)) == 1
    newcomer.with_kit(site.kit)
    second = newcomer.open()
    try:
        second.sessions.sign_in("doctor", PASSWORDS["doctor"])
    finally:
        second.close()
    assert [desk.status for desk in clinic.desks.list(admin)] == [DeskStatus.ACTIVE, DeskStatus.ACTIVE]


def test_a_revoked_desk_is_out_at_its_next_statement(
    second: Clinic, newcomer: Newcomer, clinic: Clinic, admin: Actor
) -> None:
    rosa = second.sessions.sign_in("reception", PASSWORDS["reception"])
    second.patients.find(rosa, FindPatients(text=""))
    gone = clinic.desks.revoke(admin, rosa.workstation)
    assert (gone.status, gone.revoked_by_name) == (DeskStatus.REVOKED, "Ada Verwalter")
    with pytest.raises(NotAuthenticated):
        second.patients.find(rosa, FindPatients(text=""))
    with pytest.raises(NotAuthenticated):
        second.sessions.sign_in("reception", PASSWORDS["reception"])
    second.close()
    again = newcomer.open()
    try:
        with pytest.raises(NotAuthenticated) as refused:
            again.sessions.sign_in("reception", PASSWORDS["reception"])
        assert refused.value.code is ErrorCode.DESK_REVOKED
        assert again.keys.opened is None
    finally:
        again.close()
    with pytest.raises(NotAuthenticated) as approved:
        clinic.desks.approve(admin, rosa.workstation)
    assert approved.value.code is ErrorCode.DESK_REVOKED


def test_after_a_revocation_a_rotation_is_advised_and_shuts_the_desks_copy_out(
    second: Clinic, clinic: Clinic, admin: Actor, reception: Actor, clock: FixedClock
) -> None:
    file_documents(clinic, reception, 1)
    second.sessions.sign_in("reception", PASSWORDS["reception"])
    theirs = second.keys.opened
    assert theirs is not None and not clinic.key_rotation.status(admin).advised
    clock.advance(timedelta(minutes=1))
    clinic.desks.revoke(admin, second.work.trail.chain)
    assert clinic.key_rotation.status(admin).advised
    clinic.key_rotation.rotate(admin)
    assert not clinic.key_rotation.status(admin).advised
    with pytest.raises(ClinicError):
        second.keys.refresh()
    assert assert_every_key_opens(clinic) == 2
    with pytest.raises(Unavailable) as wrong:
        with clinic.work.database.reading() as session:
            [row, *_] = queries.behind(session, 9, 9)
        second.keys.vault.unwrap(PatientKey(row.public, row.wrapped), row.patient_id, row.document_class)
    assert wrong.value.code is ErrorCode.VAULT_KEY_WRONG, "what it kept in memory opens no key of now"


def test_the_other_desk_goes_on_after_a_rotation(
    second: Clinic, newcomer: Newcomer, clinic: Clinic, admin: Actor, reception: Actor
) -> None:
    rosa = second.sessions.sign_in("reception", PASSWORDS["reception"])
    documents = file_documents(clinic, reception, 1)
    clinic.key_rotation.rotate(admin)
    with second.documents.open(rosa, documents[1]).source as source:
        assert source.read_all() == PNG
    second.close()
    again = newcomer.open()
    try:
        again.sessions.sign_in("admin", PASSWORDS["admin"])
        assert again.keys.epoch == 2 and assert_every_key_opens(again) == 2
    finally:
        again.close()


def test_no_desk_shuts_itself_out_and_unknown_ones_are_not_found(clinic: Clinic, admin: Actor) -> None:
    with pytest.raises(NotAllowed) as own:
        clinic.desks.revoke(admin, clinic.work.trail.chain)
    assert own.value.code is ErrorCode.NOT_YOURSELF
    for call in (clinic.desks.approve, clinic.desks.revoke):
        with pytest.raises(NotFound) as unknown:
            call(admin, "ws_nowhere")
        assert unknown.value.code is ErrorCode.DESK_NOT_FOUND
    renamed = clinic.desks.rename(admin, RenameDesk(id=clinic.work.trail.chain, name="Counter"))
    assert renamed.name == "Counter" and clinic.desks.list(admin)[0].name == "Counter"


def test_a_desk_that_was_killed_while_asking_asks_on(
    newcomer: Newcomer, clinic: Clinic, admin: Actor
) -> None:
    """Between its own files and the server's row."""
    words = newcomer.ask()
    with clinic.work.unsigned() as session:
        session.execute(text("DELETE FROM workstation WHERE name = 'Back office'"))
    assert not newcomer.look()
    assert newcomer.ask() == words
    assert len(clinic.desks.list(admin)) == 2


def test_what_makes_no_sense_is_refused_before_anything_is_asked(
    newcomer: Newcomer, clinic: Clinic, admin: Actor, site: ClinicSite, tmp_path: Path, clock: FixedClock
) -> None:
    newcomer.profile.prepare()
    desk = newcomer.desk
    cases: list[tuple[joining.NewDesk, type[ClinicError], ErrorCode]] = [
        (replace(desk, vault_folder=""), Invalid, ErrorCode.FIELDS_INVALID),
        (replace(desk, vault_folder="documents"), Invalid, ErrorCode.FIELDS_INVALID),
        (replace(desk, vault_folder=str(tmp_path / "empty")), Unavailable, ErrorCode.VAULT_MISSING),
        (replace(desk, server="postgresql://127.0.0.1:1/x"), Unavailable, ErrorCode.DATABASE_UNREACHABLE),
    ]
    for wrong, kind, code in cases:
        with pytest.raises(kind) as refused:
            joining.ask_to_join(newcomer.profile, newcomer.store, wrong, clock)
        assert refused.value.code is code
    with pytest.raises(Conflict) as there:
        joining.ask_to_join(clinic.profile, newcomer.store, desk, clock)
    assert there.value.code is ErrorCode.CLINIC_EXISTS
    with pytest.raises(Unavailable) as nothing:
        newcomer.look()
    assert nothing.value.code is ErrorCode.CLINIC_NOT_SET_UP
    assert len(clinic.desks.list(admin)) == 1


def test_the_doors_of_the_window_do_the_same(
    newcomer: Newcomer, site: ClinicSite, clinic: Clinic, admin: Actor, tmp_path: Path
) -> None:
    folder, server = tmp_path / "third", SecretStr(newcomer.desk.server)
    words = bootstrap.ask_to_join(folder, server, "Third", newcomer.desk.vault_folder)
    assert words in [desk.fingerprint for desk in clinic.desks.list(admin)]
    assert not bootstrap.was_approved(folder)
    waiting = next(desk for desk in clinic.desks.list(admin) if desk.status is DeskStatus.WAITING)
    clinic.desks.approve(admin, waiting.id)
    assert bootstrap.was_approved(folder)
    bootstrap.join_with_kit(
        tmp_path / "fourth", server, "Fourth", newcomer.desk.vault_folder, SecretStr(f" {site.kit} ")
    )
    assert len([desk for desk in clinic.desks.list(admin) if desk.status is DeskStatus.ACTIVE]) == 3


def test_nothing_in_the_joining_profile_tells_a_secret(
    newcomer: Newcomer, clinic: Clinic, admin: Actor
) -> None:
    newcomer.ask()
    clinic.desks.approve(admin, clinic.desks.list(admin)[1].id)
    newcomer.look()
    opened = clinic.keys.opened
    assert opened is not None
    needles = [
        opened.database_key,
        opened.clinical_identity,
        opened.pepper,
        opened.seal_key,
        newcomer.desk.server,
    ]
    for path in newcomer.profile.folder.rglob("*"):
        if path.is_file():
            assert not any(needle.encode() in path.read_bytes() for needle in needles), path.name
