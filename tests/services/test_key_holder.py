"""Locking a desk: the vault's keys leave memory, the calendar goes on, password or PIN bring them back (D13, D19)."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest

from meditrack_desktop.bootstrap import open_clinic
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import AttachDocument, Document, DocumentType
from meditrack_desktop.domain.errors import ErrorCode, NotAuthenticated, Unavailable
from meditrack_desktop.domain.patients import RegisterPatient
from meditrack_desktop.domain.scheduling import CalendarRange
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.key_slots import KeySlots
from meditrack_desktop.services.pin_keys import PinEnvelope, is_right, pin_recipient
from tests.conftest import PASSWORDS, ClinicSite
from tests.services.doors import PNG

DAY = CalendarRange(first=date(2026, 11, 18), last=date(2026, 11, 18))


@pytest.fixture
def document(clinic: Clinic, reception: Actor) -> Document:
    patient = clinic.patients.register(reception, RegisterPatient(family="Vzorek", given="Jan"))
    command = AttachDocument(patient_id=patient.id, file_name="card.png", type=DocumentType.INSURANCE)
    return clinic.documents.attach(reception, command, BytesIO(PNG))


def _read(clinic: Clinic, actor: Actor, document: Document) -> bytes:
    with clinic.documents.open(actor, document.id).source as source:
        content: bytes = source.read_all()
        return content


def test_dropped_keys_open_no_document_and_the_calendar_goes_on(
    clinic: Clinic, reception: Actor, document: Document
) -> None:
    assert _read(clinic, reception, document) == PNG
    secrets = clinic.keys.opened
    assert secrets is not None
    clinic.keys.drop()
    with pytest.raises(Unavailable) as locked:
        clinic.documents.open(reception, document.id)
    assert locked.value.code is ErrorCode.VAULT_LOCKED
    clinic.scheduling.calendar(reception, DAY)
    assert clinic.keys.dropped
    clinic.keys.restore(secrets)
    assert _read(clinic, reception, document) == PNG


def test_nothing_of_the_vault_stays_in_memory(clinic: Clinic) -> None:
    secrets = clinic.keys.opened
    assert secrets is not None
    vault = clinic.keys.vault
    clinic.keys.drop()
    left = clinic.keys.opened
    assert left is not None and left.pepper == secrets.pepper
    assert (
        not left.clinical_identity + left.administrative_identity + left.backup_identity + left.own_identity
    )
    assert not vault._identities
    assert clinic.keys.recipients == secrets.recipients, "uploads need public keys only"


def test_a_file_may_still_be_handed_in_while_the_keys_are_dropped(
    clinic: Clinic, reception: Actor, document: Document
) -> None:
    """What was begun before the lock may end: filing needs public keys only."""
    secrets = clinic.keys.opened
    assert secrets is not None
    clinic.keys.drop()
    command = AttachDocument(
        patient_id=document.patient_id, file_name="report.png", type=DocumentType.LAB_REPORT
    )
    late = clinic.documents.attach(reception, command, BytesIO(PNG))
    clinic.keys.restore(secrets)
    assert clinic.keys.unwrap is not None and clinic.documents.get(reception, late.id) == late


def test_the_password_brings_them_back(site: ClinicSite, clock: FixedClock) -> None:
    clinic = open_clinic(site.folder, clock)
    try:
        clinic.sessions.sign_in("reception", PASSWORDS["reception"])
        clinic.keys.drop()
        if site.kind == "sqlite":
            assert not clinic.keys.unlock("reception", "not the password")
            assert clinic.keys.dropped
        assert clinic.keys.unlock("reception", PASSWORDS["reception"])
        assert not clinic.keys.dropped
    finally:
        clinic.close()


def test_somebody_else_may_take_over_at_the_lock(site: ClinicSite, clock: FixedClock) -> None:
    clinic = open_clinic(site.folder, clock)
    try:
        clinic.sessions.sign_in("reception", PASSWORDS["reception"])
        clinic.keys.drop()
        with pytest.raises(NotAuthenticated):
            clinic.sessions.sign_in("doctor", "not the password")
        assert clinic.keys.dropped, "a wrong password brings nothing back"
        clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
        assert not clinic.keys.dropped
    finally:
        clinic.close()


def test_a_hard_lock_closes_a_local_database(site: ClinicSite, clock: FixedClock, reception: Actor) -> None:
    clinic = site.open(clock)
    try:
        clinic.keys.hard_lock()
        if site.kind == "sqlite":
            assert clinic.keys.opened is None
            with pytest.raises(Unavailable) as closed:
                clinic.scheduling.calendar(reception, DAY)
            assert closed.value.code is ErrorCode.DATABASE_LOCKED
        else:
            assert clinic.keys.dropped
            clinic.scheduling.calendar(reception, DAY)
        clinic.sessions.sign_in("reception", PASSWORDS["reception"])
        assert clinic.keys.opened is not None and not clinic.keys.dropped
    finally:
        clinic.close()


def test_another_clinics_secrets_are_not_taken(clinic: Clinic) -> None:
    from dataclasses import replace

    secrets = clinic.keys.opened
    assert secrets is not None
    clinic.keys.drop()
    with pytest.raises(Unavailable) as foreign:
        clinic.keys.restore(replace(secrets, database_key="00" * 32))
    assert foreign.value.code is ErrorCode.VAULT_KEY_WRONG
    assert clinic.keys.dropped


class TestPin:
    def test_it_brings_the_keys_back_and_a_wrong_one_does_not(
        self, clinic: Clinic, reception: Actor, document: Document
    ) -> None:
        pepper = bytes.fromhex(clinic.keys.opened.pepper) if clinic.keys.opened else b""
        kept = pin_recipient("284159", reception.account_id, pepper)
        clinic.keys.expect_pin(PinEnvelope(kept, reception.account_id, pepper))
        before = clinic.keys.opened
        clinic.keys.drop()
        assert not clinic.keys.restore_by_pin("284158")
        assert clinic.keys.dropped
        assert clinic.keys.restore_by_pin("284159")
        assert clinic.keys.opened == before and before is not None
        assert clinic.keys.opened is not None and clinic.keys.opened.own_identity == before.own_identity
        assert _read(clinic, reception, document) == PNG

    def test_without_one_only_the_password_does(self, clinic: Clinic) -> None:
        clinic.keys.drop()
        assert not clinic.keys.restore_by_pin("284159")

    def test_what_is_kept_of_it_fits_one_person_and_one_clinic(self, admin: Actor, reception: Actor) -> None:
        pepper = bytes(range(32))
        kept = pin_recipient("284159", reception.account_id, pepper)
        assert len(kept) <= 80 and "284159" not in kept
        assert is_right("284159", kept, reception.account_id, pepper)
        assert not is_right("284159", kept, admin.account_id, pepper)
        assert not is_right("284159", kept, reception.account_id, bytes(32))


def test_the_device_secret_is_asked_for_when_it_is_needed(site: ClinicSite, clock: FixedClock) -> None:
    """Opening the window must not fail over a locked keyring; signing in says what is wrong, and may be tried again."""
    device = site.folder / "device.json"
    kept = device.read_bytes()
    device.write_text("{}")
    clinic = open_clinic(site.folder, clock)
    try:
        for _ in range(2):
            with pytest.raises(Unavailable) as missing:
                clinic.sessions.sign_in("admin", PASSWORDS["admin"])
            assert missing.value.code is ErrorCode.DEVICE_SECRET_MISSING
        device.write_bytes(kept)
        assert clinic.sessions.sign_in("admin", PASSWORDS["admin"]).username == "admin"
    finally:
        clinic.close()


def test_slots_say_what_the_store_says() -> None:
    def locked() -> bytes:
        raise Unavailable(ErrorCode.KEYRING_UNUSABLE)

    from pathlib import Path

    with pytest.raises(Unavailable) as refused:
        KeySlots(Path("nowhere"), locked).open_person("ada", "x")
    assert refused.value.code is ErrorCode.KEYRING_UNUSABLE
