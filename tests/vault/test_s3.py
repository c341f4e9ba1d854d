"""The vault in an object store: what goes in comes out, nothing is overwritten, and failures leave nothing half.

Each test runs against moto, and against Ceph's gateway where its programs are installed.
"""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from meditrack_desktop.domain.documents import DocumentClass, StoredBlob
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.vault.keys import ClinicKeys, new_key_pair
from meditrack_desktop.vault.s3_file import BLOCK
from meditrack_desktop.vault.s3_place import S3Access, S3Place, is_s3, parse_place
from meditrack_desktop.vault.s3_storage import S3Storage
from meditrack_desktop.vault.s3_upload import PART, Upload
from meditrack_desktop.vault.sweep import sweep, verify_stored
from meditrack_desktop.vault.vault import Vault
from tests.vault.conftest import Chart, a_chart
from tests.vault.s3_servers import ACCESS, ceph_server, given_by_hand, has_ceph, moto_server, raw_client

LARGE = 20_000_000


@dataclass
class Store:
    """A vault in a bucket of its own, and a client of the test's own beside it."""

    place: S3Place
    access: S3Access
    chart: Chart
    raw: Any

    @property
    def vault(self) -> Vault:
        return self.chart.vault

    def vault_anew(self, **changes: Any) -> Vault:
        """The same vault, as another desk sees it."""
        asked = {"access": lambda: self.access, **changes}
        return Vault(S3Storage(self.place, **asked), self.vault.clinic_id)

    def names(self) -> set[str]:
        pages = self.raw.get_paginator("list_objects_v2").paginate(Bucket=self.place.bucket)
        return {each["Key"] for page in pages for each in page.get("Contents", ())}

    def key(self, blob: StoredBlob) -> str:
        return f"{self.place.prefix}/{blob.blob_id.hex[-2:]}/{blob.blob_id}.age"

    def get(self, blob: StoredBlob) -> bytes:
        data: bytes = self.raw.get_object(Bucket=self.place.bucket, Key=self.key(blob))["Body"].read()
        return data

    def put(self, blob: StoredBlob, data: bytes) -> None:
        self.raw.put_object(Bucket=self.place.bucket, Key=self.key(blob), Body=data)

    def uploads(self) -> int:
        return len(self.raw.list_multipart_uploads(Bucket=self.place.bucket).get("Uploads", ()))


@pytest.fixture(scope="module", params=["moto", "ceph", "by hand"])
def server(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[S3Place, S3Access]]:
    if request.param == "by hand":
        given = given_by_hand()
        if given is None:
            pytest.skip("MEDITRACK_TEST_S3 names no server")
        yield given
    elif request.param == "ceph":
        if not has_ceph():
            pytest.skip("the programs of Ceph are not installed")
        with ceph_server(tmp_path_factory.mktemp("ceph") / "c") as address:
            yield S3Place("any", endpoint=address), ACCESS
    else:
        with moto_server() as address:
            yield S3Place("any", endpoint=address), ACCESS


@pytest.fixture
def store(server: tuple[S3Place, S3Access], clinic_keys: ClinicKeys) -> Store:
    given, access = server
    place = S3Place(f"clinic-{uuid4().hex[:12]}", "some/where", given.endpoint, given.region)
    raw = raw_client(place, access)
    raw.create_bucket(Bucket=place.bucket)
    vault = Vault(S3Storage(place, lambda: access), uuid4())
    vault.create()
    vault.unlock(clinic_keys.identities)
    return Store(place, access, a_chart(vault, clinic_keys), raw)


def bytes_of(size: int) -> bytes:
    return random.Random(size).randbytes(size)


@pytest.mark.parametrize("size", [0, 1, 61_440, 61_441, 300_000, PART - 5000, PART, LARGE])
def test_every_size_comes_back(store: Store, size: int) -> None:
    data = bytes_of(size)
    blob = store.chart.put(data)
    assert len(store.get(blob)) == blob.ciphertext_size
    assert store.chart.content(blob) == data
    assert verify_stored(store.vault_anew(), [blob]).damaged == ()
    with store.chart.open(blob) as reader:
        for position in (0, size // 2, max(0, size - 5)):
            assert reader.read_at(position, 10) == data[position : position + 10]
    assert store.uploads() == 0


@pytest.mark.skipif(shutil.which("age") is None, reason="the age program is not installed")
def test_the_age_program_opens_an_object(store: Store, tmp_path: Path) -> None:
    data = bytes_of(9_000_000)
    (tmp_path / "object.age").write_bytes(store.get(store.chart.put(data)))
    (tmp_path / "key").write_text(store.chart.secret)
    command = ["age", "-d", "-i", tmp_path / "key", tmp_path / "object.age"]
    assert subprocess.run(command, capture_output=True, check=True).stdout[4096:] == data


def test_the_recovery_key_alone_brings_everything_back(store: Store, clinic_keys: ClinicKeys) -> None:
    blob = store.chart.put(b"a report")
    elsewhere = store.vault_anew()
    elsewhere.unlock(clinic_keys.identities)
    [(patient_id, document_class, key)] = elsewhere.recover(
        clinic_keys.recovery.secret, clinic_keys.recipients
    )
    secret = elsewhere.unwrap(key, patient_id, document_class)
    with elsewhere.open(blob.blob_id, secret, blob) as reader:
        assert reader.read_all() == b"a report"


@pytest.mark.parametrize("size", [100, LARGE])
def test_nothing_is_overwritten(store: Store, size: int, monkeypatch: Any) -> None:
    blob = store.chart.put(b"first")
    before = store.get(blob)
    for blind in (False, True):
        if blind:  # another desk wrote it after we looked: only the server can tell
            monkeypatch.setattr(S3Storage, "exists", lambda *_: False)
        with pytest.raises(Unavailable) as refused:
            store.chart.put(bytes_of(size), blob.blob_id)
        assert refused.value.code is ErrorCode.VAULT_UNWRITABLE
        assert refused.value.parameters["reason"] == "EEXIST"
        assert store.get(blob) == before
    assert store.uploads() == 0


def test_a_page_of_a_large_file_costs_a_few_blocks(store: Store) -> None:
    blob = store.chart.put(bytes_of(LARGE))
    vault = store.vault_anew()
    asked: list[int] = []
    client = vault.storage._client()  # type: ignore[attr-defined]
    client.meta.events.register(
        "after-call.s3.GetObject", lambda parsed, **_: asked.append(parsed["ContentLength"])
    )
    with vault.open(blob.blob_id, store.chart.secret, blob) as reader:
        reader.read_at(LARGE // 2, 1)
    assert 0 < len(asked) <= 4 and sum(asked) <= 4 * BLOCK


def test_several_threads_read_one_object(store: Store) -> None:
    data = bytes_of(5_000_000)
    blob = store.chart.put(data)
    wrong: list[int] = []
    with store.chart.open(blob) as reader:

        def read(seed: int) -> None:
            chance = random.Random(seed)
            for _ in range(40):
                position = chance.randrange(len(data))
                if reader.read_at(position, 70_000) != data[position : position + 70_000]:
                    wrong.append(position)

        threads = [threading.Thread(target=read, args=(seed,)) for seed in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_damage_a_swap_and_an_old_version_are_refused(store: Store) -> None:
    one, two = store.chart.put(bytes_of(300_000)), store.chart.put(bytes_of(300_001))
    whole = store.get(one)
    chance = random.Random(13)
    for _ in range(25):
        changed = bytearray(whole)
        changed[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        store.put(one, bytes(changed))
        with pytest.raises(Unavailable) as refused:
            store.chart.content(one)
        assert refused.value.code is ErrorCode.VAULT_DAMAGED
    for other in (store.get(two), whole[:-1], whole + b"x", b""):
        store.put(one, other)
        assert verify_stored(store.vault, [one]).damaged == (one.blob_id,)
        with pytest.raises(Unavailable) as refused:
            store.chart.content(one)
        assert refused.value.code is ErrorCode.VAULT_DAMAGED
    store.put(one, whole)
    assert store.chart.content(one) == bytes_of(300_000) and store.chart.content(two) == bytes_of(300_001)


def test_an_object_replaced_under_a_reader_is_refused(store: Store) -> None:
    blob = store.chart.put(bytes_of(5_000_000))
    with store.chart.open(blob) as reader:
        store.put(blob, bytes(blob.ciphertext_size))
        with pytest.raises(Unavailable):
            reader.read_at(2_500_000, 10)


def test_a_store_that_lies_is_found_out_before_anything_is_called_stored(
    store: Store, monkeypatch: Any
) -> None:
    """What was read back is not what was sent: nothing of it stays."""
    real = Upload.finish

    def other(self: Upload) -> None:
        self._front[5000] ^= 1
        real(self)

    monkeypatch.setattr(Upload, "finish", other)
    before = store.names()
    with pytest.raises(Unavailable) as refused:
        store.chart.put(bytes_of(70_000))
    assert refused.value.code is ErrorCode.VAULT_DAMAGED
    assert store.names() == before


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_part_that_fails_fails_the_whole(store: Store, monkeypatch: Any, at: int) -> None:
    vault = store.vault_anew(tries=1)
    client = vault.storage._client()  # type: ignore[attr-defined]
    real, count = client.upload_part, [0]

    def failing(**asked: Any) -> Any:
        count[0] += 1
        if count[0] == at:
            from botocore.exceptions import ReadTimeoutError

            raise ReadTimeoutError(endpoint_url="planted")
        return real(**asked)

    monkeypatch.setattr(client, "upload_part", failing)
    before = store.names()
    with pytest.raises(Unavailable) as refused:
        vault.store(io.BytesIO(bytes_of(LARGE)), store.chart.key.public, uuid4())
    assert refused.value.code is ErrorCode.VAULT_UNWRITABLE
    assert refused.value.parameters["reason"] == "ETIMEDOUT"
    assert store.names() == before and store.uploads() == 0


def test_a_source_that_fails_leaves_no_parts(store: Store) -> None:
    class Unplugged(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 15_000_000:
                raise OSError(5, "stick pulled out")
            return super().read(size)

    before = store.names()
    with pytest.raises(Unavailable) as refused:
        store.vault.store(Unplugged(bytes_of(LARGE)), store.chart.key.public, uuid4())
    assert refused.value.code is ErrorCode.FILE_UNREADABLE
    assert store.names() == before and store.uploads() == 0


def test_removing_and_forgetting(store: Store) -> None:
    blob = store.chart.put(b"x")
    store.vault.remove(blob.blob_id)
    with pytest.raises(Unavailable) as refused:
        store.vault.remove(blob.blob_id)
    assert refused.value.code is ErrorCode.VAULT_MISSING
    with pytest.raises(Unavailable) as refused:
        store.chart.open(blob)
    assert refused.value.code is ErrorCode.VAULT_MISSING
    assert len(store.vault.recovery_copy_names()) == 1
    assert store.vault.forget_patient_key(store.chart.patient_id, DocumentClass.CLINICAL) == 1
    assert store.vault.recovery_copy_names() == frozenset()


def test_the_sweep_by_the_stores_own_clock(store: Store) -> None:
    known, lost, gone = (store.chart.put(bytes([each])) for each in range(3))
    store.vault.remove(gone.blob_id)
    half = store.raw.create_multipart_upload(Bucket=store.place.bucket, Key=store.key(lost) + "x")
    assert half["UploadId"]
    report = sweep(store.vault, {known.blob_id, gone.blob_id}, datetime.now(UTC) + timedelta(days=3650))
    assert (report.moved, report.waiting, report.missing) == ((), (lost.blob_id,), (gone.blob_id,))
    if not _is_moto(store):  # there all uploads were begun in 2010
        assert report.removed_unfinished == 0 and store.uploads() == 1
    store.vault.storage.now = lambda: None  # type: ignore[method-assign]
    report = sweep(store.vault, {known.blob_id}, datetime.now(UTC) + timedelta(days=8))
    assert (report.moved, report.resisted) == ((lost.blob_id,), ())
    assert store.uploads() == 0
    assert f"{store.place.prefix}/lost+found/{lost.blob_id}.age" in store.names()
    assert store.chart.content(known) == b"\x00"
    assert abs((S3Storage(store.place, lambda: store.access).now() or NEVER) - datetime.now(UTC)) < timedelta(
        minutes=1
    )


NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def test_listings_go_beyond_one_page(store: Store) -> None:
    for number in range(1005):
        key = f"{store.place.prefix}/keys/{uuid4()}-clinical.{number:016x}.age"
        store.raw.put_object(Bucket=store.place.bucket, Key=key, Body=b"x")
    assert len(store.vault.recovery_copy_names()) == 1006


def test_another_clinics_bucket_and_an_empty_one_take_nothing(store: Store) -> None:
    other = Vault(store.vault.storage, uuid4())
    for use in (other.check, other.create, lambda: sweep(other, set(), datetime.now(UTC))):
        with pytest.raises(Unavailable) as refused:
            use()
        assert refused.value.code is ErrorCode.VAULT_FOREIGN
    nowhere = Vault(
        S3Storage(S3Place("no-such-bucket", "", store.place.endpoint), lambda: store.access), uuid4()
    )
    with pytest.raises(Unavailable) as refused:
        nowhere.check()
    assert refused.value.code is ErrorCode.VAULT_MISSING


def test_a_wrong_key_of_the_store_is_refused_and_never_told(store: Store) -> None:
    if _is_moto(store):
        pytest.skip("moto asks nobody for a key")
    vault = store.vault_anew(access=lambda: S3Access("clinickey", "wrong-secret-word"))
    with pytest.raises(Unavailable) as refused:
        vault.check()
    assert refused.value.code is ErrorCode.VAULT_MISSING
    assert refused.value.parameters["reason"] == "EACCES"
    assert "wrong-secret-word" not in repr(refused.value) + repr(refused.value.__cause__)


def _is_moto(store: Store) -> bool:
    answer = store.raw.list_buckets()["ResponseMetadata"]["HTTPHeaders"]
    return "werkzeug" in answer.get("server", "").lower()


def test_a_server_that_is_not_there_or_does_not_answer_is_told_in_time() -> None:
    import socket
    import time

    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        port = deaf.getsockname()[1]
        place = S3Place("bucket", "", f"http://127.0.0.1:{port}")
        vault = Vault(S3Storage(place, lambda: ACCESS, answer_within=1, tries=1), uuid4())
        started = time.monotonic()
        with pytest.raises(Unavailable) as refused:
            vault.check()
        assert time.monotonic() - started < 30, "without a limit it would wait a minute, several times"
        assert (refused.value.code, refused.value.parameters["reason"]) == (
            ErrorCode.VAULT_MISSING,
            "ETIMEDOUT",
        )
    with pytest.raises(Unavailable) as refused:
        Vault(S3Storage(place, lambda: ACCESS, tries=1), uuid4()).store(
            io.BytesIO(b""), new_key_pair().public, uuid4()
        )
    assert refused.value.parameters["reason"] == "EHOSTUNREACH"


def test_addresses() -> None:
    for text in (
        "s3://bucket",
        "s3://bucket/a/b",
        "s3://bucket?endpoint=https://store.example:9000",
        "s3://bucket/a?endpoint=http://127.0.0.1:9000&region=eu-west-1",
    ):
        assert is_s3(text) and str(parse_place(text)) == text
        assert parse_place(str(parse_place(text))) == parse_place(text)
    for text in (
        "s3://",
        "s3://B",
        "s3://bucket/../other",
        "s3://bucket/a//b",
        "s3://bucket?endpoint=http://store.example",
        "s3://bucket?endpoint=https://user:word@store.example",
        "s3://bucket?endpoint=ftp://store.example",
        "s3://bucket?endpoint=https://store.example/path",
        "s3://bucket?secret=x",
        "s3://bucket?endpoint=https://a.example&endpoint=https://b.example",
        "s3://user:word@bucket",
        "https://bucket",
        "/folder",
    ):
        with pytest.raises(ValueError):
            parse_place(text)
    assert not is_s3("/srv/s3") and "secret" not in repr(S3Access("key", "secret"))


def test_a_certificate_that_nobody_signed_is_refused(tmp_path: Path) -> None:
    """And taken with the clinic's own authority."""
    import datetime as dt
    import ssl
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "store")])
    now = dt.datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    asked: list[str] = []

    class Nothing(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Nothing)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "ca.pem", tmp_path / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        place = S3Place("bucket", "", f"https://127.0.0.1:{server.server_port}")
        for ca_file, reason in ((None, "EPERM"), (tmp_path / "ca.pem", "ENOENT")):
            with pytest.raises(Unavailable) as refused:
                Vault(S3Storage(place, lambda: ACCESS, ca_file, tries=1), uuid4()).check()
            assert refused.value.parameters["reason"] == reason
        assert len(asked) == 1  # nothing was said to the first
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
