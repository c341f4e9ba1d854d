"""Rotating the vault's keys and replacing the kit: nothing is lost, wherever it stops, and the old opens no more."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from unittest.mock import Mock

import pytest
from sqlalchemy import text

from meditrack_desktop.bootstrap import open_clinic
from meditrack_desktop.database.queries import keys as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import AttachDocument, DocumentType
from meditrack_desktop.domain.errors import ErrorCode, Invalid, Stopped, Unavailable
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.services import shared_keys
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.recovery_kit import LAST
from meditrack_desktop.vault.keys import new_key_pair
from tests.conftest import PASSWORDS, ClinicSite
from tests.makers.people import a_patient
from tests.services.doors import PNG
from tests.services.key_makers import assert_every_key_opens, copies_for, epochs_of, file_documents


def _opens_with(site: ClinicSite, clinic: Clinic, kit: str) -> bool:
    if site.kind == "sqlite":
        return clinic.keys.slots.open_recovery(kit) is not None
    return shared_keys.open_by_kit(clinic.work.database, kit) is not None


def test_new_keys_open_everything_and_the_old_ones_nothing(
    clinic: Clinic, admin: Actor, reception: Actor
) -> None:
    file_documents(clinic, reception, 3)
    before = clinic.keys.opened
    assert before is not None
    told: list[Progress] = []
    status = clinic.key_rotation.rotate(admin, told.append)
    after = clinic.keys.opened
    assert after is not None
    assert (status.epoch, status.keys, status.waiting, status.unreadable) == (2, 6, 0, 0)
    assert not status.unfinished and not after.unfinished
    assert epochs_of(clinic) == {2}
    assert assert_every_key_opens(clinic) == 6
    assert told[-1] == Progress(6, 6)
    assert {before.clinical_identity, before.administrative_identity}.isdisjoint(
        {after.clinical_identity, after.administrative_identity}
    )
    clinic.keys.vault.unlock(before.identities)
    with clinic.work.database.reading() as session:
        [row, *_] = queries.behind(session, 3, 1)
    from meditrack_desktop.vault.keys import PatientKey

    with pytest.raises(Unavailable) as wrong:
        clinic.keys.vault.unwrap(PatientKey(row.public, row.wrapped), row.patient_id, row.document_class)
    assert wrong.value.code is ErrorCode.VAULT_KEY_WRONG, "the epoch that was left opens no key"


def test_everybody_signs_in_as_before_and_new_documents_take_the_new_keys(
    site: ClinicSite, clinic: Clinic, clock: FixedClock, admin: Actor, reception: Actor
) -> None:
    file_documents(clinic, reception, 1)
    clinic.key_rotation.rotate(admin)
    file_documents(clinic, reception, 1, "Fictanova")
    assert epochs_of(clinic) == {2}
    clinic.close()
    for username, password in PASSWORDS.items():
        again = open_clinic(site.folder, clock)
        try:
            again.sessions.sign_in(username, password)
            assert assert_every_key_opens(again) == 4
        finally:
            again.close()


@pytest.mark.parametrize("stop_at", [1, 2])
def test_stopped_in_the_middle_everything_opens_and_the_next_run_finishes(
    clinic: Clinic, admin: Actor, reception: Actor, monkeypatch: pytest.MonkeyPatch, stop_at: int
) -> None:
    monkeypatch.setattr("meditrack_desktop.services.key_rotation.AT_ONCE", 2)
    file_documents(clinic, reception, 3)

    def stop(progress: Progress) -> None:
        if progress.done >= stop_at * 2:
            raise Stopped()

    with pytest.raises(Stopped):
        clinic.key_rotation.rotate(admin, stop)
    status = clinic.key_rotation.status(admin)
    assert status.unfinished and status.waiting == 6 - stop_at * 2
    assert assert_every_key_opens(clinic) == 6
    file_documents(clinic, reception, 1, "Fictanova")
    finished = clinic.key_rotation.rotate(admin)
    assert (finished.epoch, finished.unfinished) == (2, False), (
        "the same change was finished, no new one begun"
    )
    assert epochs_of(clinic) == {2} and assert_every_key_opens(clinic) == 8


def test_another_desk_takes_the_new_keys_up_by_itself(
    site: ClinicSite, clinic: Clinic, clock: FixedClock, admin: Actor, reception: Actor, doctor: Actor
) -> None:
    documents = file_documents(clinic, reception, 1)
    other = site.open(clock)
    try:
        clinic.key_rotation.rotate(admin)
        opened = other.keys.opened
        assert opened is not None and opened.epoch == 1
        with other.documents.open(reception, documents[1]).source as source:
            assert source.read_all() == PNG
        assert other.keys.epoch == 2
    finally:
        other.close()


def test_a_desk_that_did_not_hear_of_it_files_no_key_under_the_old_epoch(
    site: ClinicSite, clinic: Clinic, clock: FixedClock, admin: Actor, reception: Actor
) -> None:
    other = site.open(clock)
    try:
        patient = other.patients.register(reception, a_patient())
        clinic.key_rotation.rotate(admin)
        command = AttachDocument(patient_id=patient.id, file_name="scan.png", type=DocumentType.INSURANCE)
        document = other.documents.attach(reception, command, BytesIO(PNG))
        assert epochs_of(clinic) == {2}
        with clinic.documents.open(reception, document.id).source as source:
            assert source.read_all() == PNG
        names = other.keys.vault.recovery_copy_names()
        assert len([name for name in names if str(patient.id) in name]) == 1, (
            "no copy of the key that was given up"
        )
    finally:
        other.close()


def test_a_key_that_nothing_opens_holds_nothing_up_and_the_kit_brings_it_back(
    site: ClinicSite, clinic: Clinic, admin: Actor, reception: Actor
) -> None:
    file_documents(clinic, reception, 2)
    with clinic.work.unsigned() as session:
        session.execute(
            text("UPDATE patient_key SET wrapped = public_copy.wrapped FROM (SELECT wrapped FROM patient_key "
                 "ORDER BY patient_id, document_class LIMIT 1) AS public_copy WHERE document_class = 'clinical'")
        )  # fmt: skip
    status = clinic.key_rotation.rotate(admin)
    assert not status.unfinished
    assert status.unreadable >= 1 and status.unreadable + 2 <= status.keys
    lines = [line for line in clinic.audit.list(admin) if line.action == "keys.unreadable"]
    assert len(lines) == status.unreadable and all(line.patient_id for line in lines)
    with pytest.raises(Unavailable) as wrong:
        clinic.key_rotation.bring_back(admin, new_key_pair().secret)
    assert wrong.value.code is ErrorCode.RECOVERY_KEY_WRONG
    assert clinic.key_rotation.bring_back(admin, site.kit).unreadable == 0
    assert assert_every_key_opens(clinic) == 4 and epochs_of(clinic) == {2}


def test_a_patient_erased_meanwhile_gets_no_copy_back(
    clinic: Clinic, admin: Actor, reception: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_documents(clinic, reception, 1)
    kit = clinic.key_rotation.new_kit(admin)
    rewrap = clinic.key_rotation._rewrap

    def erase_first(*args: object) -> object:
        found = rewrap.__func__  # type: ignore[attr-defined]
        with clinic.work.unsigned() as session:
            session.execute(text("DELETE FROM patient_key"))
        for name in clinic.keys.vault.recovery_copy_names():
            (clinic.keys.vault.layout.keys / name).unlink()
        return found(clinic.key_rotation, *args)

    monkeypatch.setattr(clinic.key_rotation, "_rewrap", erase_first)
    clinic.key_rotation.confirm_kit(admin, kit.identity[-LAST:])
    assert clinic.keys.vault.recovery_copy_names() == frozenset()


class TestNewKit:
    def test_the_new_kit_opens_everything_and_the_old_one_nothing(
        self, site: ClinicSite, clinic: Clinic, admin: Actor, reception: Actor
    ) -> None:
        file_documents(clinic, reception, 2)
        assert copies_for(clinic.keys.vault, site.kit, clinic) == 4
        kit = clinic.key_rotation.new_kit(admin)
        assert _opens_with(site, clinic, site.kit) and not _opens_with(site, clinic, kit.identity)
        status = clinic.key_rotation.confirm_kit(
            admin, f" {kit.identity[-LAST:-4].lower()}-{kit.identity[-4:]} "
        )
        assert (status.epoch, status.unfinished) == (2, False)
        assert _opens_with(site, clinic, kit.identity) and not _opens_with(site, clinic, site.kit)
        assert copies_for(clinic.keys.vault, kit.identity, clinic) == 4
        with pytest.raises(Unavailable) as wrong:
            copies_for(clinic.keys.vault, site.kit, clinic)
        assert wrong.value.code is ErrorCode.VAULT_KEY_WRONG
        file_documents(clinic, reception, 1, "Fictanova")
        assert copies_for(clinic.keys.vault, kit.identity, clinic) == 6
        assert assert_every_key_opens(clinic) == 6

    @pytest.mark.parametrize("typed", ["", "AAAAAAAA", "the last eight"])
    def test_it_must_be_proven_that_it_was_kept(
        self, clinic: Clinic, site: ClinicSite, admin: Actor, typed: str
    ) -> None:
        kit = clinic.key_rotation.new_kit(admin)
        with pytest.raises(Invalid) as refused:
            clinic.key_rotation.confirm_kit(admin, typed)
        assert refused.value.code is ErrorCode.RECOVERY_NOT_CONFIRMED
        assert _opens_with(site, clinic, site.kit) and not _opens_with(site, clinic, kit.identity)
        assert clinic.keys.epoch == 1

    def test_without_an_offer_nothing_is_confirmed(self, clinic: Clinic, admin: Actor) -> None:
        with pytest.raises(Invalid) as refused:
            clinic.key_rotation.confirm_kit(admin, "AAAAAAAA")
        assert refused.value.code is ErrorCode.RECOVERY_NOT_CONFIRMED

    def test_stopped_in_the_middle_both_kits_open_and_the_next_run_finishes(
        self,
        site: ClinicSite,
        clinic: Clinic,
        admin: Actor,
        reception: Actor,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("meditrack_desktop.services.key_rotation.AT_ONCE", 2)
        file_documents(clinic, reception, 2)
        kit = clinic.key_rotation.new_kit(admin)

        def stop(progress: Progress) -> None:
            raise Stopped()

        with pytest.raises(Stopped):
            clinic.key_rotation.confirm_kit(admin, kit.identity[-LAST:], stop)
        assert _opens_with(site, clinic, site.kit) and _opens_with(site, clinic, kit.identity)
        clinic.key_rotation.rotate(admin)
        assert not _opens_with(site, clinic, site.kit) and _opens_with(site, clinic, kit.identity)
        assert copies_for(clinic.keys.vault, kit.identity, clinic) == 4

    def test_a_folder_that_refuses_a_copy_holds_the_change_up_and_loses_no_key(
        self, clinic: Clinic, admin: Actor, reception: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A share that reads back wrong for a moment: the key itself is whole, and its earlier wrapping stays."""
        file_documents(clinic, reception, 2)
        kit = clinic.key_rotation.new_kit(admin)
        monkeypatch.setattr(
            clinic.keys.vault,
            "renew_recovery_copy",
            Mock(side_effect=Unavailable(ErrorCode.VAULT_DAMAGED)),
        )
        with pytest.raises(Unavailable) as refused:
            clinic.key_rotation.confirm_kit(admin, kit.identity[-LAST:])
        assert refused.value.code is ErrorCode.VAULT_DAMAGED
        assert clinic.key_rotation.status(admin).unfinished and assert_every_key_opens(clinic) == 4
        monkeypatch.undo()
        assert clinic.key_rotation.rotate(admin).unreadable == 0
        assert assert_every_key_opens(clinic) == 4
        assert copies_for(clinic.keys.vault, kit.identity, clinic) == 4

    def test_a_key_that_nothing_opened_meanwhile_comes_back_by_the_former_kit(
        self, site: ClinicSite, clinic: Clinic, admin: Actor, reception: Actor
    ) -> None:
        file_documents(clinic, reception, 2)
        with clinic.work.unsigned() as session:
            session.execute(
                text("UPDATE patient_key SET wrapped = :noise WHERE document_class = 'clinical'"),
                {"noise": b"noise"},
            )
        kit = clinic.key_rotation.new_kit(admin)
        assert clinic.key_rotation.confirm_kit(admin, kit.identity[-LAST:]).unreadable == 2
        assert copies_for(clinic.keys.vault, kit.identity, clinic) == 2, "the new kit is no wrong one"
        with pytest.raises(Unavailable) as wrong:
            clinic.key_rotation.bring_back(admin, kit.identity)
        assert wrong.value.code is ErrorCode.RECOVERY_KEY_WRONG
        assert clinic.key_rotation.bring_back(admin, site.kit).unreadable == 0
        assert assert_every_key_opens(clinic) == 4
        assert copies_for(clinic.keys.vault, kit.identity, clinic) == 4

    def test_copies_that_a_crash_left_for_the_old_kit_are_set_aside(
        self, clinic: Clinic, admin: Actor, reception: Actor
    ) -> None:
        file_documents(clinic, reception, 1)
        vault = clinic.keys.vault
        orphan = vault.make_patient_key(
            clinic.patients.register(reception, a_patient("Waise")).id,
            next(iter(clinic.keys.opened.identities)) if clinic.keys.opened else None,  # type: ignore[arg-type]
            clinic.keys.recipients,
        )
        assert orphan.public
        kit = clinic.key_rotation.new_kit(admin)
        clinic.key_rotation.confirm_kit(admin, kit.identity[-LAST:])
        assert copies_for(vault, kit.identity, clinic) == 2
        assert len(list(vault.layout.lost_and_found.iterdir())) == 1


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_cut_off_between_file_and_database_documents_go_on(
    clinic: Clinic, admin: Actor, reception: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The envelope has the new epoch, the database has not heard of it: new keys are filed under the new one."""
    from meditrack_desktop.services import epochs

    file_documents(clinic, reception, 1)
    before = clinic.keys.opened
    assert before is not None
    clinic.keys.slots.reseal(before, epochs.following(before))
    assert clinic.keys.refresh() and clinic.key_rotation.status(admin).unfinished
    file_documents(clinic, reception, 1, "Fictanova")
    assert epochs_of(clinic) == {1, 2}
    clinic.key_rotation.rotate(admin)
    assert epochs_of(clinic) == {2} and assert_every_key_opens(clinic) == 4


@pytest.mark.parametrize("site", ["postgres"], indirect=True)
class TestWhoeverWritesToTheDatabase:
    """A server's administrator can take envelopes away; they can neither read one nor slip one in."""

    def test_a_desk_put_in_by_hand_is_given_no_keys(self, clinic: Clinic, admin: Actor) -> None:
        mine = new_key_pair()
        with clinic.work.unsigned() as session:
            session.execute(
                text("INSERT INTO workstation (id, name, recipient, enrolled_at, approved_at) "
                     "VALUES ('ws_evil', 'x', :mine, now(), now())"), {"mine": mine.public},
            )  # fmt: skip
            queries.put_envelope(session, "ws_evil", 1, b"\x00" * 64 + b"anything", clinic.work.clock.now())
        clinic.key_rotation.rotate(admin)
        with clinic.work.database.reading() as session:
            assert queries.envelope(session, "ws_evil") is None

    def test_a_desk_whose_key_was_exchanged_is_given_no_keys(self, clinic: Clinic, admin: Actor) -> None:
        with clinic.work.unsigned() as session:
            session.execute(text("UPDATE workstation SET recipient = :mine"), {"mine": new_key_pair().public})
        with pytest.raises(Unavailable) as refused:
            clinic.key_rotation.rotate(admin)
        assert refused.value.code is ErrorCode.PROFILE_DAMAGED
        assert clinic.keys.refresh() is False and clinic.keys.epoch == 1, "nothing was sealed to that key"

    def test_an_envelope_of_strangers_secrets_is_refused(
        self, clinic: Clinic, site: ClinicSite, clock: FixedClock
    ) -> None:
        from meditrack_desktop.services.clinic_secrets import new_secrets

        theirs = new_secrets(new_key_pair().public)
        chain = clinic.work.trail.chain
        with clinic.work.unsigned() as session:
            recipient = session.execute(text("SELECT recipient FROM workstation")).scalar_one()
            shared_keys.give(session, theirs, chain, [recipient], clock.now())
        again = open_clinic(site.folder, clock)
        try:
            with pytest.raises(Unavailable) as damaged:
                again.sessions.sign_in("admin", PASSWORDS["admin"])
            assert damaged.value.code is ErrorCode.PROFILE_DAMAGED
        finally:
            again.close()
