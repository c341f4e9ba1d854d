"""The documents move to another folder and to an S3-compatible store: copied, proven, and the clinic works on there."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Invalid, Unavailable
from meditrack_desktop.domain.vault_moves import MoveVault
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.vault_place import keep_access
from meditrack_desktop.vault.s3_place import S3Place
from tests.conftest import ClinicSite
from tests.makers.care import as_doctor, in_care
from tests.makers.documents import FilingDesk, a_pdf
from tests.makers.people import a_patient
from tests.vault.s3_servers import ACCESS, moto_server, raw_client


@pytest.fixture
def desk(clinic: Clinic, reception: Actor, doctor: Actor, admin: Actor) -> FilingDesk:
    patient = clinic.patients.register(reception, a_patient("Fictanova", "Mara"))
    in_care(clinic, reception, as_doctor(clinic, admin, doctor), patient)
    return FilingDesk(clinic, reception, patient)


def check(
    desk: FilingDesk, site: ClinicSite, clock: FixedClock, admin: Actor, doctor: Actor, command: MoveVault
) -> None:
    """Moved, opened anew, everything there; filing, checking and moving again go on."""
    clinic = desk.clinic
    filed = [desk.attach(a_pdf(f"report {number}")) for number in range(3)]
    moved = clinic.vault_moves.move(admin, command)
    assert (moved.files, moved.missing) == (
        9,
        (),
    ) and moved.copied == 10  # with thumbnails, texts, and a recovery copy
    old = clinic.profile.folder / "vault"
    clinic.close()
    old.rename(old.with_name("put-away"))
    again = site.open(clock)
    try:
        for number, document in enumerate(filed):
            opened = again.documents.open(doctor, document.id)
            assert opened.source.read_all() == a_pdf(f"report {number}")
            opened.source.close()
        assert again.documents.thumbnail(doctor, filed[0].id)
        later = FilingDesk(again, desk.actor, desk.patient).attach(a_pdf("later"))
        assert again.documents.text(doctor, later.id)
        report = again.upkeep.run(admin)
        assert (report.missing, report.damaged, report.without_recovery_copy) == ((), (), ())
    finally:
        again.close()


def test_to_another_folder(
    desk: FilingDesk, site: ClinicSite, clock: FixedClock, admin: Actor, doctor: Actor, tmp_path: Path
) -> None:
    check(desk, site, clock, admin, doctor, MoveVault(str(tmp_path / "share")))


def test_to_a_store(
    desk: FilingDesk, site: ClinicSite, clock: FixedClock, admin: Actor, doctor: Actor
) -> None:
    with moto_server() as address:
        place = S3Place(
            f"clinic-{uuid4().hex[:12]}", "north", address
        )  # the simulator's stores outlive a server
        raw_client(place).create_bucket(Bucket=place.bucket)
        check(desk, site, clock, admin, doctor, MoveVault(str(place), f"{ACCESS.key_id} {ACCESS.secret}"))
        facts = (site.folder / "clinic.json").read_text()
        assert f"s3://{place.bucket}/north" in facts and ACCESS.secret not in facts


def test_cut_off_it_goes_on_and_a_damaged_copy_is_made_again(
    desk: FilingDesk, admin: Actor, tmp_path: Path, monkeypatch: Any
) -> None:
    clinic, target = desk.clinic, tmp_path / "share"
    for number in range(3):
        desk.attach(a_pdf(f"report {number}"))
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 5

    with pytest.raises(ClinicError):
        clinic.vault_moves.move(admin, MoveVault(str(target)), stop=stop)
    assert clinic.profile.facts().vault_folder == ""
    half = sorted(target.glob("??/*.age"))
    assert 0 < len(half) < 9
    half[0].write_bytes(b"changed")
    moved = clinic.vault_moves.move(admin, MoveVault(str(target)))
    assert moved.files == 9 and moved.copied < 10 and clinic.profile.facts().vault_folder == str(target)


def test_what_is_lost_is_named_and_a_vault_that_is_away_is_not_lost(
    desk: FilingDesk, admin: Actor, tmp_path: Path
) -> None:
    clinic = desk.clinic
    desk.attach(a_pdf("report"))
    blob = next(clinic.keys.vault.layout.folder.glob("??/*.age"))
    blob.unlink()
    assert len(clinic.vault_moves.move(admin, MoveVault(str(tmp_path / "share"))).missing) == 1
    clinic.keys.vault.layout.marker.unlink()
    with pytest.raises(Unavailable) as refused:
        clinic.vault_moves.move(admin, MoveVault(str(tmp_path / "other")))
    assert refused.value.code is ErrorCode.VAULT_MISSING


@pytest.mark.parametrize("address", ["", "s3://B", "s3://bucket?endpoint=http://store.example"])
def test_addresses_that_cannot_be_meant(clinic: Clinic, admin: Actor, address: str) -> None:
    with pytest.raises(Invalid):
        clinic.vault_moves.move(admin, MoveVault(address, "a b"))
    with pytest.raises(Invalid):
        keep_access(clinic.profile.facts(), clinic.keys._store, "one-word")
