"""A clinic whose documents lie in an object store comes back with the backup, the kit and the store's key."""

from __future__ import annotations

import http.client
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from meditrack_desktop.bootstrap import (
    count_patient_keys,
    open_clinic,
    preview_by_kit,
    recover_clinic,
    restore_by_kit,
)
from meditrack_desktop.domain.backups import BackupOutcome
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Invalid, Unavailable
from meditrack_desktop.domain.vault_moves import MoveVault
from meditrack_desktop.services.backup.here import LATEST
from meditrack_desktop.services.backup.onto_this_computer import RestoreByKit
from meditrack_desktop.services.recovery import RecoverClinic
from meditrack_desktop.services.shared_keys import desk_key
from meditrack_desktop.vault.s3_place import S3Place
from tests.conftest import PASSWORDS
from tests.postgres import PostgresServer
from tests.services.backup.conftest import Kept
from tests.vault.s3_servers import ACCESS, moto_server, raw_client

KEY = f"{ACCESS.key_id} {ACCESS.secret}"
NEW = "willow-cabinet-seven-moons"


@pytest.fixture
def place(kept: Kept) -> Iterator[S3Place]:
    """The clinic's documents lie in a store; it is backed up and closed, and what lay on its disk is gone."""
    with moto_server() as address:
        place = S3Place(f"clinic-{uuid4().hex[:12]}", "north", address)
        raw_client(place).create_bucket(Bucket=place.bucket)
        admin = kept.site.actors["admin"]
        kept.clinic.vault_moves.move(admin, MoveVault(str(place), KEY))
        kept.clinic.close()
        kept.clinic = kept.site.open(kept.clock)
        assert kept.clinic.backups.run(admin).outcome is BackupOutcome.VERIFIED
        shutil.rmtree(kept.site.folder / "vault", ignore_errors=True)
        yield place


def by_kit(kept: Kept, kit: str, **more: str) -> RestoreByKit:
    return RestoreByKit(kept.folder, LATEST, kit, "admin", PASSWORDS["admin"], **more)


def assert_everything_is_there(kept: Kept, folder: Path, address: str, password: str = "") -> None:
    clinic = open_clinic(folder, kept.clock)
    try:
        admin = clinic.sessions.sign_in("admin", password or PASSWORDS["admin"])
        front = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
        insured = kept.documents[1]
        with clinic.documents.open(front, insured.id).source as source:
            source.verify()
            assert source.size == insured.size
        report = clinic.upkeep.run(admin)
        assert (report.missing, report.damaged, report.without_recovery_copy) == ((), (), ())
        assert clinic.profile.facts().vault_folder == address
        assert clinic.backups.run(admin).outcome is BackupOutcome.VERIFIED
        assert not (folder / "s3:").exists() and ACCESS.secret not in (folder / "clinic.json").read_text()
    finally:
        clinic.close()


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_new_computer_needs_the_stores_key_as_well(
    kept: Kept, kit: str, place: S3Place, tmp_path: Path
) -> None:
    """The backup tells where the store is; it is filled up again if that is lost too."""
    kept.clinic.close()
    assert preview_by_kit(by_kit(kept, kit)).store == str(place)
    client, lost = raw_client(place), 0
    for each in client.list_objects_v2(Bucket=place.bucket)["Contents"]:
        if each["Key"].endswith(".age") and "/keys/" not in each["Key"] and lost < 2:
            client.delete_object(Bucket=place.bucket, Key=each["Key"])
            lost += 1
    new = tmp_path / "new"
    for asked in (str(place), f"s3://{place.bucket}/elsewhere?endpoint={place.endpoint}"):
        with pytest.raises(Unavailable) as refused:
            restore_by_kit(new, by_kit(kept, kit, vault_folder=asked), clock=kept.clock)
        assert refused.value.code is ErrorCode.VAULT_ACCESS_NEEDED
    with pytest.raises(Invalid):
        restore_by_kit(new, by_kit(kept, kit, vault_folder="s3://B", vault_access=KEY), clock=kept.clock)
    assert not (new / "clinic.json").exists()

    report = restore_by_kit(new, by_kit(kept, kit, vault_access=KEY), clock=kept.clock)

    assert (report.documents, report.documents_added, report.absent) == (3, 2, ())
    assert not (new / "vault").exists()
    assert_everything_is_there(kept, new, str(place))
    local = tmp_path / "local"
    report = restore_by_kit(local, by_kit(kept, kit), clock=kept.clock)
    assert (report.documents_added, report.absent) == (6, ())
    assert_everything_is_there(kept, local, "")


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_where_the_clinic_lies_the_store_is_known_and_its_key_asked_for_if_it_is_lost(
    kept: Kept, kit: str, place: S3Place
) -> None:
    folder = kept.site.folder
    kept.clinic.close()
    (folder / "clinic.db").write_bytes(b"not a database at all" * 1000)
    assert restore_by_kit(folder, by_kit(kept, kit), clock=kept.clock).documents_added == 0
    assert_everything_is_there(kept, folder, str(place))

    elsewhere = f"s3://{place.bucket}/elsewhere?endpoint={place.endpoint}"
    with pytest.raises(Unavailable) as refused:
        restore_by_kit(folder, by_kit(kept, kit, vault_folder=elsewhere), clock=kept.clock)
    assert refused.value.code is ErrorCode.VAULT_ACCESS_NEEDED, "the key of one store is not tried at another"
    (folder / "device.json").unlink()
    before = {path.name for path in folder.iterdir()}
    with pytest.raises(Unavailable) as refused:
        restore_by_kit(folder, by_kit(kept, kit), clock=kept.clock)
    assert refused.value.code is ErrorCode.VAULT_ACCESS_NEEDED
    assert {path.name for path in folder.iterdir()} - before <= {"backup.lock"}
    assert restore_by_kit(folder, by_kit(kept, kit, vault_access=KEY), clock=kept.clock).saved_as
    assert_everything_is_there(kept, folder, str(place))


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_key_that_the_store_does_not_know_is_told_before_anything_is_begun(
    kept: Kept, kit: str, place: S3Place, tmp_path: Path
) -> None:
    kept.clinic.close()
    new, folder = tmp_path / "new", kept.site.folder
    told = (folder / "clinic.json").read_bytes()
    recover = RecoverClinic(kit, "admin", NEW, vault_access="another key")
    check_keys(place, "0")
    try:
        for deed in (
            lambda: restore_by_kit(new, by_kit(kept, kit, vault_access="another key"), clock=kept.clock),
            lambda: recover_clinic(folder, recover, kept.clock),
            lambda: count_patient_keys(folder, kit, "another key"),
        ):
            with pytest.raises(ClinicError) as refused:
                deed()
            assert refused.value.code is ErrorCode.VAULT_ACCESS_REFUSED
    finally:
        check_keys(place, "inf")
    assert not (new / "clinic.json").exists() and (folder / "clinic.json").read_bytes() == told
    assert_everything_is_there(kept, folder, str(place))


def check_keys(place: S3Place, after: str) -> None:
    """Let the simulator refuse keys it did not give out, after so many requests."""
    line = http.client.HTTPConnection(urlsplit(place.endpoint).netloc)
    line.request("POST", "/moto-api/reset-auth", after)
    assert line.getresponse().status == 200


def test_onto_a_server(
    kept: Kept, kit: str, place: S3Place, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """From either database, and this computer is a desk there with the store's key."""
    kept.clinic.close()
    name, new = postgres_server.create(), tmp_path / "new"
    try:
        command = by_kit(kept, kit, server=postgres_server.url(name), vault_access=KEY)
        assert restore_by_kit(new, command, clock=kept.clock).absent == ()
        assert_everything_is_there(kept, new, str(place))
    finally:
        postgres_server.drop(name)


def test_who_lost_the_keyring_gives_the_stores_key_again(kept: Kept, kit: str, place: S3Place) -> None:
    """A lone computer opens without it, and says that no document does; a desk cannot join without it."""
    folder, shared = kept.site.folder, kept.site.kind == "postgres"
    server = desk_key(kept.clinic.keys.slots).server if shared else ""
    kept.clinic.close()
    (folder / "device.json").unlink()
    without = RecoverClinic(kit, "admin", NEW, server)
    if shared:
        with pytest.raises(Unavailable) as refused:
            recover_clinic(folder, without, kept.clock)
        assert refused.value.code is ErrorCode.VAULT_ACCESS_NEEDED
    else:
        assert recover_clinic(folder, without, kept.clock).lacks_store_key
    with pytest.raises(Unavailable) as refused:
        count_patient_keys(folder, kit)
    assert refused.value.code is ErrorCode.VAULT_ACCESS_NEEDED
    assert count_patient_keys(folder, kit, KEY) == 2
    done = recover_clinic(folder, RecoverClinic(kit, "admin", NEW, server, KEY), kept.clock)
    assert not done.lacks_store_key
    again = recover_clinic(folder, without, kept.clock)
    assert not again.lacks_store_key, "what was given is kept"
    clinic = open_clinic(folder, kept.clock)
    try:
        admin = clinic.sessions.sign_in("admin", NEW)
        assert clinic.upkeep.run(admin).missing == ()
        front = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
        with clinic.documents.open(front, kept.documents[1].id).source as source:
            source.verify()
    finally:
        clinic.close()
