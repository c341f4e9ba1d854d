"""Patient keys: wrapped to the clinic in the database, to the paper key in the folder, and to nobody else."""

from __future__ import annotations

import dataclasses
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pyrage
import pytest

from meditrack_desktop.domain.documents import DocumentClass
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.vault.age_header import IDENTITY_PREFIX, RECIPIENT_PREFIX
from meditrack_desktop.vault.bech32 import decode_key, encode_key
from meditrack_desktop.vault.disk import Disk
from meditrack_desktop.vault.keys import (
    KeyOwner,
    PatientKey,
    new_clinic_keys,
    new_key_pair,
    public_half,
    unwrap,
    wrap,
)
from meditrack_desktop.vault.recovery_copies import missing_copies
from meditrack_desktop.vault.vault import Vault

CLINICAL, ADMINISTRATIVE = DocumentClass.CLINICAL, DocumentClass.ADMINISTRATIVE


def refusal(use: Any) -> ErrorCode:
    with pytest.raises(Unavailable) as refused:
        use()
    return refused.value.code


def test_a_key_opens_for_its_class_only(vault: Any, clinic_keys: Any) -> None:
    patient_id = uuid4()
    key = vault.make_patient_key(patient_id, CLINICAL, clinic_keys.recipients)
    assert public_half(vault.unwrap(key, patient_id, CLINICAL)) == key.public
    assert refusal(lambda: vault.unwrap(key, patient_id, ADMINISTRATIVE)) is ErrorCode.VAULT_KEY_WRONG


def test_who_may_not_open_clinical_documents_gets_no_clinical_key(vault: Any, clinic_keys: Any) -> None:
    patient_id = uuid4()
    vault.unlock({ADMINISTRATIVE: clinic_keys.administrative.secret})
    assert vault.is_unlocked(ADMINISTRATIVE) and not vault.is_unlocked(CLINICAL)
    clinical = vault.make_patient_key(patient_id, CLINICAL, clinic_keys.recipients)
    administrative = vault.make_patient_key(patient_id, ADMINISTRATIVE, clinic_keys.recipients)
    assert refusal(lambda: vault.unwrap(clinical, patient_id, CLINICAL)) is ErrorCode.VAULT_LOCKED
    assert vault.unwrap(administrative, patient_id, ADMINISTRATIVE)


def test_locked_means_locked(vault: Any, chart: Any) -> None:
    vault.lock()
    assert not vault.is_unlocked(CLINICAL)
    assert refusal(lambda: vault.unwrap(chart.key, chart.patient_id, CLINICAL)) is ErrorCode.VAULT_LOCKED


def test_a_wrong_clinic_key_opens_nothing(vault: Any, chart: Any) -> None:
    vault.unlock(new_clinic_keys().identities)
    assert refusal(lambda: vault.unwrap(chart.key, chart.patient_id, CLINICAL)) is ErrorCode.VAULT_KEY_WRONG


@pytest.mark.parametrize("wrong", ["", "AGE-SECRET-KEY-1", "age1abc", "AGE-SECRET-KEY-1" + "Q" * 58, "é"])
def test_a_mistyped_key_does_not_unlock(vault: Any, chart: Any, wrong: str) -> None:
    assert refusal(lambda: vault.unlock({CLINICAL: wrong})) is ErrorCode.VAULT_KEY_WRONG
    assert vault.is_unlocked(CLINICAL)  # what was unlocked before is not lost over it


def test_a_key_moved_to_another_patients_row_is_refused(vault: Any, chart: Any, another_chart: Any) -> None:
    theirs = another_chart.key
    moved = PatientKey(chart.key.public, theirs.wrapped)
    for key in (theirs, moved):
        assert refusal(lambda k=key: vault.unwrap(k, chart.patient_id, CLINICAL)) is ErrorCode.VAULT_DAMAGED  # type: ignore[misc]
    swapped = PatientKey(theirs.public, chart.key.wrapped)
    assert refusal(lambda: vault.unwrap(swapped, chart.patient_id, CLINICAL)) is ErrorCode.VAULT_DAMAGED


def test_another_clinics_key_is_refused(vault: Any, clinic_keys: Any) -> None:
    owner = KeyOwner(uuid4(), uuid4(), CLINICAL)
    pair = new_key_pair()
    key = PatientKey(pair.public, wrap(pair, owner, clinic_keys.clinical.public))
    assert refusal(lambda: vault.unwrap(key, owner.patient_id, CLINICAL)) is ErrorCode.VAULT_FOREIGN


def test_a_damaged_wrapping_is_refused_wherever_it_is(vault: Any, chart: Any) -> None:
    whole = chart.key.wrapped
    chance = random.Random(14)
    for _ in range(100):
        changed = bytearray(whole)
        changed[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        key = PatientKey(chart.key.public, bytes(changed))
        code = refusal(lambda k=key: vault.unwrap(k, chart.patient_id, CLINICAL))  # type: ignore[misc]
        # pyrage adds a meaningless stanza of its own, covered by the MAC like the rest.
        assert code in (ErrorCode.VAULT_DAMAGED, ErrorCode.VAULT_KEY_WRONG)
    for cut in range(0, len(whole), 7):
        key = PatientKey(chart.key.public, whole[:cut])
        assert refusal(lambda k=key: vault.unwrap(k, chart.patient_id, CLINICAL))  # type: ignore[misc]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"AGE-SECRET-KEY-1",
        b"\xff" * 300,
        b"x" * 9000,
        b"x" * 70_000,
        b"# MediTrack patient key v2\n",
    ],
)
def test_what_is_no_patient_key_is_refused(vault: Any, clinic_keys: Any, content: bytes) -> None:
    recipient = pyrage.x25519.Recipient.from_str(clinic_keys.clinical.public)
    key = PatientKey(clinic_keys.clinical.public, pyrage.encrypt(content, [recipient]))
    assert refusal(lambda: vault.unwrap(key, uuid4(), CLINICAL)) is ErrorCode.VAULT_DAMAGED


def test_a_key_that_names_another_public_half_is_refused(clinic_keys: Any) -> None:
    pair, owner = new_key_pair(), KeyOwner(uuid4(), uuid4(), CLINICAL)
    lying = type(pair)(new_key_pair().public, pair.secret)
    wrapped = wrap(lying, owner, clinic_keys.clinical.public)
    assert refusal(lambda: unwrap(wrapped, [clinic_keys.clinical.secret])) is ErrorCode.VAULT_DAMAGED


def test_a_hostile_wrapping_is_refused_at_once(vault: Any) -> None:
    hostile = b"age-encryption.org/v1\n" + b"-> x\n\n" * 2000 + b"--- " + b"A" * 43 + b"\n"
    key = PatientKey("age1", hostile)
    assert refusal(lambda: vault.unwrap(key, uuid4(), CLINICAL)) is ErrorCode.VAULT_DAMAGED


def test_keys_follow_to_a_new_epoch(chart: Any, clinic_keys: Any) -> None:
    vault, blob = chart.vault, chart.put(b"stored in the old epoch")
    new = new_clinic_keys()
    vault.unlock(new.identities, earlier={CLINICAL: [clinic_keys.clinical.secret]})
    moved = vault.rewrap(chart.key, chart.patient_id, CLINICAL, new.recipients)
    vault.unlock(new.identities)
    assert refusal(lambda: vault.unwrap(chart.key, chart.patient_id, CLINICAL)) is ErrorCode.VAULT_KEY_WRONG
    with vault.open(blob.blob_id, vault.unwrap(moved, chart.patient_id, CLINICAL), blob) as reader:
        assert reader.read_all() == b"stored in the old epoch"


def test_the_paper_key_brings_every_key_back(chart: Any, clinic_keys: Any) -> None:
    """The database is gone: folder and kit are enough to open the documents in a new one."""
    blob = chart.put(b"survives the database")
    chart.vault.make_patient_key(chart.patient_id, ADMINISTRATIVE, clinic_keys.recipients)
    new = new_clinic_keys()
    fresh = Vault(chart.vault.layout.folder, chart.vault.clinic_id)
    fresh.unlock(new.identities)
    found = {
        (patient, kind): key
        for patient, kind, key in fresh.recover(clinic_keys.recovery.secret, new.recipients)
    }
    assert set(found) == {(chart.patient_id, CLINICAL), (chart.patient_id, ADMINISTRATIVE)}
    secret = fresh.unwrap(found[chart.patient_id, CLINICAL], chart.patient_id, CLINICAL)
    with fresh.open(blob.blob_id, secret, blob) as reader:
        assert reader.read_all() == b"survives the database"


def test_only_this_clinics_kit_recovers(chart: Any, clinic_keys: Any, foreign_chart: Any) -> None:
    def recover(vault: Any, secret: str) -> Any:
        return refusal(lambda: list(vault.recover(secret, clinic_keys.recipients)))

    assert recover(chart.vault, new_key_pair().secret) is ErrorCode.VAULT_KEY_WRONG
    assert recover(chart.vault, "not a key") is ErrorCode.VAULT_KEY_WRONG
    assert recover(chart.vault, clinic_keys.clinical.secret) is ErrorCode.VAULT_KEY_WRONG
    stray = foreign_chart.vault.clinic_id
    pair, owner = new_key_pair(), KeyOwner(stray, uuid4(), CLINICAL)
    path = chart.vault.layout.recovery_copy(owner.patient_id, CLINICAL, pair.public)
    path.write_bytes(wrap(pair, owner, clinic_keys.recovery.public))
    assert recover(chart.vault, clinic_keys.recovery.secret) is ErrorCode.VAULT_FOREIGN
    path.write_bytes(b"damaged")
    assert recover(chart.vault, clinic_keys.recovery.secret) is ErrorCode.VAULT_DAMAGED


def test_an_earlier_recovery_copy_stays_beside_the_new_one(chart: Any, clinic_keys: Any) -> None:
    """A crash between folder and database may leave a copy behind; it might be the one that opens something."""
    vault = chart.vault
    second = vault.make_patient_key(chart.patient_id, CLINICAL, clinic_keys.recipients)
    found = list(vault.recover(clinic_keys.recovery.secret, clinic_keys.recipients))
    assert {key.public for _, _, key in found} == {chart.key.public, second.public}
    assert vault.forget_patient_key(chart.patient_id, CLINICAL) == 2
    assert list(vault.recover(clinic_keys.recovery.secret, clinic_keys.recipients)) == []
    assert vault.forget_patient_key(chart.patient_id, CLINICAL) == 0


def test_desks_that_make_a_key_at_once_keep_every_copy(chart: Any, clinic_keys: Any) -> None:
    vault, patient = chart.vault, uuid4()
    start = Barrier(4)

    def make(_: int) -> str:
        start.wait()
        return str(vault.make_patient_key(patient, CLINICAL, clinic_keys.recipients).public)

    for _ in range(10):
        with ThreadPoolExecutor(4) as desks:
            made = set(desks.map(make, range(4)))
        found = vault.recover(clinic_keys.recovery.secret, clinic_keys.recipients)
        assert made == {key.public for owner, _, key in found if owner == patient}
        assert vault.forget_patient_key(patient, CLINICAL) == 4


def test_forgetting_one_patient_leaves_the_others(chart: Any, another_chart: Any, clinic_keys: Any) -> None:
    chart.vault.make_patient_key(chart.patient_id, ADMINISTRATIVE, clinic_keys.recipients)
    assert chart.vault.forget_patient_key(chart.patient_id, CLINICAL) == 1
    known = [
        (chart.patient_id, CLINICAL),
        (chart.patient_id, ADMINISTRATIVE),
        (another_chart.patient_id, CLINICAL),
    ]
    assert missing_copies(chart.vault.layout, chart.vault.storage, known) == [(chart.patient_id, CLINICAL)]


def test_a_new_kit_replaces_the_recovery_copy(chart: Any, clinic_keys: Any) -> None:
    vault, kit = chart.vault, new_key_pair()
    vault.renew_recovery_copy(chart.key, chart.patient_id, CLINICAL, kit.public)
    assert (
        refusal(lambda: list(vault.recover(clinic_keys.recovery.secret, clinic_keys.recipients)))
        is ErrorCode.VAULT_KEY_WRONG
    )
    [(patient_id, kind, key)] = vault.recover(kit.secret, clinic_keys.recipients)
    assert (patient_id, kind, key.public) == (chart.patient_id, CLINICAL, chart.key.public)


@pytest.mark.parametrize("field", ["recovery", "clinical"])
def test_a_malformed_recipient_makes_no_key(vault: Any, clinic_keys: Any, field: str) -> None:
    recipients = dataclasses.replace(clinic_keys.recipients, **{field: "age1nothing"})
    code = refusal(lambda: vault.make_patient_key(uuid4(), CLINICAL, recipients))
    assert code is ErrorCode.VAULT_KEY_WRONG
    assert list(vault.layout.keys.iterdir()) == []


def test_a_recovery_copy_that_reads_back_wrong_is_found_out(vault: Any, clinic_keys: Any) -> None:
    class Lying(Disk):
        def rename(self, source: Path, target: Path) -> None:
            source.write_bytes(source.read_bytes()[:-1] + b"?")
            super().rename(source, target)

    lying = Vault(vault.layout.folder, vault.clinic_id, Lying())
    code = refusal(lambda: lying.make_patient_key(uuid4(), CLINICAL, clinic_keys.recipients))
    assert code is ErrorCode.VAULT_DAMAGED
    assert list(vault.layout.keys.iterdir()) == []


def test_no_secret_reaches_the_folder(chart: Any, clinic_keys: Any) -> None:
    chart.put(b"canary-of-the-content")
    secrets = [
        clinic_keys.clinical.secret,
        clinic_keys.recovery.secret,
        chart.secret,
        "canary-of-the-content",
    ]
    for path in chart.vault.layout.folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not [secret for secret in secrets if secret.encode() in data]


def test_secrets_do_not_show(clinic_keys: Any) -> None:
    assert clinic_keys.clinical.secret not in repr(clinic_keys)
    assert clinic_keys.clinical.public in repr(clinic_keys)


def test_recipients_by_class(clinic_keys: Any) -> None:
    recipients = clinic_keys.recipients
    assert recipients.of(CLINICAL) == public_half(clinic_keys.identities[CLINICAL])
    assert recipients.of(ADMINISTRATIVE) == public_half(clinic_keys.identities[ADMINISTRATIVE])


def test_bech32_agrees_with_pyrage() -> None:
    for _ in range(50):
        pair = new_key_pair()
        assert encode_key(decode_key(pair.secret, IDENTITY_PREFIX), IDENTITY_PREFIX).upper() == pair.secret
        assert encode_key(decode_key(pair.public, RECIPIENT_PREFIX), RECIPIENT_PREFIX) == pair.public
        assert public_half(pair.secret) == pair.public


def test_every_mistyped_letter_is_noticed() -> None:
    public = new_key_pair().public
    for place in range(len(public)):
        for letter in "q7x":
            if public[place] != letter:
                with pytest.raises(ValueError):
                    decode_key(public[:place] + letter + public[place + 1 :], RECIPIENT_PREFIX)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(ValueError):
        decode_key(encode_key(bytes(size), RECIPIENT_PREFIX), RECIPIENT_PREFIX)


@pytest.mark.parametrize("text", ["", "age", "1", "age1Qq", "AGE1", "age1b", "age1!!!!!!!", "nothing"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        decode_key(text, RECIPIENT_PREFIX)
