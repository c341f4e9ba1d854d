"""The slot file: two secrets open a slot, one envelope serves everybody, and nobody slips a key of theirs in."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services.clinic_secrets import ClinicSecrets, new_secrets, proof, seal_envelope
from meditrack_desktop.services.epochs import finished, following
from meditrack_desktop.services.key_slots import DeskKey, KeySlots
from meditrack_desktop.vault.keys import KeyPair, new_key_pair

ADA, ROSA, INES = "slate-harbour-ninety-owls", "copper-lantern-eight-tides", "velvet-compass-four-pines"


@pytest.fixture
def kit() -> KeyPair:
    return new_key_pair()


@pytest.fixture
def secrets(kit: KeyPair) -> ClinicSecrets:
    return new_secrets(kit.public)


@pytest.fixture
def slots(tmp_path: Path, secrets: ClinicSecrets) -> KeySlots:
    made = KeySlots(tmp_path / "slots.json", bytes(range(32)))
    made.put_person("ada", ADA, secrets)
    return made


def _opened(slots: KeySlots, username: str = "ada", password: str = ADA) -> ClinicSecrets:
    opened = slots.open_person(username, password)
    assert opened is not None
    return opened


def _file(slots: KeySlots) -> dict[str, object]:
    content: dict[str, object] = json.loads(slots._path.read_text())
    return content


def test_each_password_opens_the_same_secrets_by_another_key(slots: KeySlots, secrets: ClinicSecrets) -> None:
    slots.put_person("rosa", ROSA, _opened(slots))
    ada, rosa = _opened(slots), _opened(slots, "rosa", ROSA)
    assert ada == rosa == secrets
    assert ada.own_identity != rosa.own_identity
    assert slots.open_person("rosa", ADA) is None
    assert slots.open_person("nobody", ADA) is None
    assert KeySlots(slots._path, bytes(32)).open_person("ada", ADA) is None


def test_the_kit_opens_them_and_another_kit_does_not(
    slots: KeySlots, secrets: ClinicSecrets, kit: KeyPair
) -> None:
    assert slots.open_recovery(kit.secret) == secrets
    assert slots.open_recovery(new_key_pair().secret) is None
    assert slots.open_recovery("AGE-SECRET-KEY-1NONSENSE") is None


def test_rotation_needs_nobodys_password(slots: KeySlots) -> None:
    slots.put_person("rosa", ROSA, _opened(slots))
    before = _opened(slots)
    after = following(before)
    slots.reseal(before, after)
    assert _opened(slots, "rosa", ROSA) == after
    assert after.epoch == 2 and after.earlier[0].clinical_identity == before.clinical_identity
    slots.reseal(after, finished(after))
    assert not _opened(slots, "rosa", ROSA).unfinished


def test_two_rotations_at_once_do_not_overwrite_each_other(slots: KeySlots) -> None:
    before = _opened(slots)
    slots.reseal(before, following(before))
    kept = _opened(slots)
    with pytest.raises(Unavailable) as refused:
        slots.reseal(before, following(before))
    assert refused.value.code is ErrorCode.ROTATION_UNFINISHED
    assert _opened(slots) == kept


def test_a_process_that_did_not_hear_of_a_rotation_undoes_nothing(slots: KeySlots) -> None:
    """It gives a slot with the secrets it has in memory; the envelope keeps the new epoch's."""
    stale = _opened(slots)
    after = following(stale)
    slots.reseal(stale, after)
    slots.put_person("rosa", ROSA, stale)
    assert _opened(slots) == _opened(slots, "rosa", ROSA) == after
    assert slots.reopen(stale) == after


def test_who_is_removed_opens_nothing_even_with_an_old_copy_of_the_slot(slots: KeySlots) -> None:
    slots.put_person("rosa", ROSA, _opened(slots))
    rosas = _opened(slots, "rosa", ROSA)
    slots.remove_person("rosa", _opened(slots))
    assert not slots.has_person("rosa") and slots.open_person("rosa", ROSA) is None
    assert rosas.own_identity
    after = following(_opened(slots))
    slots.reseal(_opened(slots), after)
    with pytest.raises(Unavailable) as locked:
        slots.reopen(rosas)
    assert locked.value.code is ErrorCode.VAULT_LOCKED


def test_the_one_who_opened_the_clinic_may_be_removed_and_it_goes_on(slots: KeySlots) -> None:
    by_ada = _opened(slots)
    slots.put_person("rosa", ROSA, by_ada)
    slots.remove_person("ada", by_ada)
    slots.put_person("ines", INES, by_ada)
    assert _opened(slots, "ines", INES) == _opened(slots, "rosa", ROSA)


def test_a_changed_password_keeps_the_open_clinic_open(slots: KeySlots) -> None:
    before = _opened(slots)
    slots.put_coming("ada", INES, before)
    assert slots.has_coming("ada")
    assert _opened(slots, "ada", INES) == _opened(slots, "ada", ADA)
    slots.put_person("ada", INES, before)
    assert not slots.has_coming("ada") and slots.open_person("ada", ADA) is None
    slots.reseal(before, following(before))
    assert slots.reopen(before).epoch == 2


def test_while_the_keys_are_dropped_no_slot_is_given(slots: KeySlots) -> None:
    content = _file(slots)
    with pytest.raises(Unavailable) as locked:
        slots.put_person("rosa", ROSA, _opened(slots).without_vault())
    assert locked.value.code is ErrorCode.VAULT_LOCKED
    assert _file(slots) == content


def _add_holder(slots: KeySlots) -> None:
    content = _file(slots)
    holders = content["holders"]
    assert isinstance(holders, dict)
    mine, slot = new_key_pair(), next(iter(holders))
    slots._path.write_text(json.dumps({**content, "holders": {**holders, slot: mine.public}}))


def _exchange_envelope(slots: KeySlots) -> None:
    """Somebody with the file and the public keys writes an envelope of their own secrets."""
    content = _file(slots)
    holders = content["holders"]
    assert isinstance(holders, dict)
    theirs = new_secrets(new_key_pair().public)
    import base64

    envelope = base64.b64encode(seal_envelope(theirs, holders.values())).decode()
    part = json.dumps([holders, envelope, content["state"]], sort_keys=True).encode()
    seal = proof(theirs.seal_key, "slots", part).hex()
    slots._path.write_text(json.dumps({**content, "envelope": envelope, "seal": seal}))


@pytest.mark.parametrize("tamper", [_add_holder, _exchange_envelope], ids=["a holder", "the envelope"])
def test_what_somebody_slipped_into_the_file_is_refused(slots: KeySlots, tamper: object) -> None:
    opened = _opened(slots)
    assert callable(tamper)
    tamper(slots)
    for call in (
        lambda: slots.open_person("ada", ADA),
        lambda: slots.put_person("rosa", ROSA, opened),
        lambda: slots.reseal(opened, following(opened)),
    ):
        with pytest.raises(Unavailable) as damaged:
            call()
        assert damaged.value.code is ErrorCode.PROFILE_DAMAGED


def test_an_older_or_newer_format_is_named(slots: KeySlots) -> None:
    slots._path.write_text(json.dumps({"format": 1, "slots": {}}))
    with pytest.raises(Unavailable) as older:
        slots.open_person("ada", ADA)
    assert older.value.code is ErrorCode.PROFILE_DAMAGED
    slots._path.write_text(json.dumps({"format": 3, "slots": {}}))
    with pytest.raises(Unavailable) as newer:
        slots.open_person("ada", ADA)
    assert newer.value.code is ErrorCode.DATABASE_NEWER


def test_a_desk_key_opens_under_its_device_secret_only(tmp_path: Path) -> None:
    slots = KeySlots(tmp_path / "slots.json", bytes(range(32)))
    assert slots.open_desk() is None
    desk = DeskKey(new_key_pair().secret, "postgresql://clinic:a-secret@server/mt", "ab" * 32)
    slots.put_desk(desk)
    assert slots.open_desk() == desk
    assert KeySlots(slots._path, bytes(32)).open_desk() is None
    assert b"a-secret" not in slots._path.read_bytes()
    assert "a-secret" not in repr(desk) and desk.identity not in repr(desk)


def test_secrets_show_nowhere(secrets: ClinicSecrets) -> None:
    during = following(replace(secrets, own_identity=new_key_pair().secret))
    told = repr(during) + str(during) + repr(during.earlier)
    for secret in (
        during.database_key,
        during.clinical_identity,
        during.own_identity,
        secrets.clinical_identity,
    ):
        assert secret not in told
    assert during.own_identity.encode() not in during.to_bytes()
    assert ClinicSecrets.from_bytes(during.to_bytes(), during.own_identity) == during
