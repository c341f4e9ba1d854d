"""How fast the vault is, as ratios to the age program in the same run; `pytest --benchmark-only` runs them.

Goals: to encrypt and write durably <= 0.8 of age, to open the whole <= 0.6 of age, first byte under 5 ms at
any size; what is reached of them and why, `docs/decisions/0029` says. Both sides write new files, and the best of
some rounds counts: what else the computer does makes nobody faster. The complete store also reads the file back
and hashes it twice, which age does not; its ratio is reported and held under a looser limit.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pypdfium2
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from PIL import Image

from meditrack_desktop.domain.documents import DocumentClass, StoredBlob
from meditrack_desktop.vault.disk import Disk, write_durably
from meditrack_desktop.vault.keys import new_clinic_keys
from meditrack_desktop.vault.vault import Vault
from meditrack_desktop.vault.writer import BlobWriter

MEGABYTE = 1_000_000
ROUNDS = 7
WRITTEN = {1: 0.8, 50: 0.9, 500: 1.3}
"""By megabytes, to encrypt and write beside age. 500 MB depend on memory that the host may still have to find."""

needs_age = pytest.mark.skipif(shutil.which("age") is None, reason="the age program is not installed")


@dataclass
class Bench:
    """A vault, one patient's key, and a source file of 50 MB beside them."""

    folder: Path
    vault: Vault
    public: str
    secret: str
    source: Path

    def store(self, source: Path) -> StoredBlob:
        with source.open("rb") as file:
            return self.vault.store(file, self.public, uuid4())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """On a disk, where there is one: what is durable costs nothing in memory."""
    disk = Path("/var/tmp")
    made = Path(tempfile.mkdtemp(dir=disk)) if disk.is_dir() else tmp_path_factory.mktemp("bench")
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def bench(folder: Path) -> Bench:
    keys = new_clinic_keys()
    vault = Vault(folder / "vault", uuid4())
    vault.create()
    vault.unlock(keys.identities)
    patient_id = uuid4()
    key = vault.make_patient_key(patient_id, DocumentClass.CLINICAL, keys.recipients)
    secret = vault.unwrap(key, patient_id, DocumentClass.CLINICAL)
    (folder / "identity.txt").write_text(secret + "\n")
    source = folder / "source"
    source.write_bytes(os.urandom(MEGABYTE) * 50)
    return Bench(folder, vault, key.public, secret, source)


def ratio(benchmark: Any, ours: Callable[[], object], theirs: Callable[[], object]) -> float:
    """Best of ours over best of theirs, taken in turns so that the machine's mood hits both."""
    pairs: list[tuple[float, float]] = []

    def one_round() -> None:
        pairs.append((seconds(ours), seconds(theirs)))

    one_round()
    pairs.clear()
    benchmark.pedantic(one_round, rounds=ROUNDS)
    our_best, their_best = (min(column) for column in zip(*pairs, strict=True))
    benchmark.extra_info.update(
        ours_ms=round(our_best * 1e3, 2),
        theirs_ms=round(their_best * 1e3, 2),
        ratio=round(our_best / their_best, 3),
    )
    return our_best / their_best


def seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def age_encrypts(bench: Bench, source: Path | None = None) -> None:
    target = bench.folder / "theirs.age"
    target.unlink(missing_ok=True)
    subprocess.run(["age", "-r", bench.public, "-o", target, source or bench.source], check=True)
    descriptor = os.open(target, os.O_RDWR)
    os.fsync(descriptor)
    os.close(descriptor)


@needs_age
def test_encrypt_and_write_50_mb(bench: Bench, benchmark: Any) -> None:
    """The same work as age does: read, encrypt, write, fsync, rename (and the plaintext's hash on top)."""
    target = bench.folder / "ours.age"

    def ours() -> None:
        target.unlink(missing_ok=True)
        with bench.source.open("rb") as file:
            writer = BlobWriter(file, bench.public, bench.vault.clinic_id, uuid4(), Disk())
            write_durably(Disk(), target, writer.fill, prove=lambda _: None, replace=True)

    assert ratio(benchmark, ours, lambda: age_stores(bench, bench.source)) <= WRITTEN[50]


@needs_age
def test_store_50_mb_and_read_it_back(bench: Bench, benchmark: Any) -> None:
    def ours() -> None:
        bench.vault.remove(bench.store(bench.source).blob_id)

    assert ratio(benchmark, ours, lambda: age_encrypts(bench)) <= 1.6


@needs_age
def test_open_all_of_50_mb(bench: Bench, benchmark: Any) -> None:
    blob = bench.store(bench.source)
    age_encrypts(bench)

    def ours() -> None:
        with bench.vault.open(blob.blob_id, bench.secret, blob) as reader:
            assert len(reader.read_all()) == blob.size

    def theirs() -> None:
        command = ["age", "-d", "-i", bench.folder / "identity.txt", "-o", bench.folder / "theirs.out"]
        subprocess.run([*command, bench.folder / "theirs.age"], check=True)

    assert ratio(benchmark, ours, theirs) <= 0.6


def test_first_byte_of_500_mb(bench: Bench, benchmark: Any) -> None:
    source = bench.folder / "large"
    with source.open("wb") as file:
        file.truncate(500 * MEGABYTE)
    blob = bench.store(source)
    source.unlink()

    def ours() -> None:
        with bench.vault.open(blob.blob_id, bench.secret, blob) as reader:
            assert reader.read_at(blob.size // 2, 1) == b"\0"

    benchmark.pedantic(ours, rounds=50, warmup_rounds=2)
    bench.vault.remove(blob.blob_id)
    assert benchmark.stats.stats.median < 0.005


PEAK = r"""
import os, re, sys
from pathlib import Path
from uuid import UUID
from meditrack_desktop.vault.vault import Vault
folder, clinic, blob, public, secret, source = sys.argv[1:]
vault = Vault(Path(folder), UUID(clinic))
peak = lambda: int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])
before = peak()
with open(source, "rb") as file:
    stored = vault.store(file, public, UUID(blob))
with vault.open(stored.blob_id, secret, stored) as reader, open(os.devnull, "wb") as sink:
    reader.copy_to(sink)
print((peak() - before) // 1024)
"""


def age_stores(bench: Bench, source: Path) -> None:
    """What somebody would do with age who wants the file to be there after a power cut."""
    age_encrypts(bench, source)
    (bench.folder / "theirs.age").replace(bench.folder / "theirs-named.age")
    Disk().sync_folder(bench.folder)
    (bench.folder / "theirs-named.age").rename(bench.folder / "theirs.age")


def copied(bench: Bench, source: Path) -> None:
    with source.open("rb") as file, (bench.folder / "copy").open("wb") as target:
        shutil.copyfileobj(file, target, 1 << 20)
        target.flush()
        os.fsync(target.fileno())


def enciphered(cipher: Any, data: bytes) -> None:
    room = memoryview(bytearray(65_536 + 16))
    view = memoryview(data)
    for number, start in enumerate(range(0, len(data), 65_536)):
        chunk = view[start : start + 65_536]
        cipher.encrypt_into(number.to_bytes(12, "big"), chunk, None, room[: len(chunk) + 16])


@needs_age
@pytest.mark.parametrize("megabytes", [1, 50, 500])
def test_upload_and_open_beside_everybody(bench: Bench, benchmark: Any, megabytes: int) -> None:
    """The best in one run, in turns: ours, age, a copy with fsync, and the bare ciphers in memory."""
    source = bench.folder / "sized"
    source.write_bytes(os.urandom(MEGABYTE) * megabytes)
    data = source.read_bytes()
    key = os.urandom(32)
    age_encrypts(bench, source)
    blob = bench.store(source)

    def written() -> None:
        with source.open("rb") as file:
            writer = BlobWriter(file, bench.public, bench.vault.clinic_id, uuid4(), Disk())
            write_durably(Disk(), bench.folder / "ours.age", writer.fill, prove=lambda _: None, replace=True)

    def opened() -> None:
        with bench.vault.open(blob.blob_id, bench.secret, blob) as reader:
            assert len(reader.read_all()) == blob.size

    def age_opens() -> None:
        command = ["age", "-d", "-i", bench.folder / "identity.txt", "-o", bench.folder / "theirs.out"]
        subprocess.run([*command, bench.folder / "theirs.age"], check=True)

    deeds: dict[str, Callable[[], object]] = {
        "encrypt and write": written,
        "store with read-back": lambda: bench.vault.remove(bench.store(source).blob_id),
        "age": lambda: age_stores(bench, source),
        "cp and fsync": lambda: copied(bench, source),
        "open all": opened,
        "age -d": age_opens,
        "first byte": lambda: first_byte(bench, blob),
        "ChaCha20-Poly1305": lambda: enciphered(ChaCha20Poly1305(key), data),
        "AES-256-GCM": lambda: enciphered(AESGCM(key), data),
    }
    times: dict[str, list[float]] = {name: [] for name in deeds}

    def one_round() -> None:
        for name, deed in deeds.items():
            for made in {"encrypt and write": ["ours.age"], "age": ["theirs.age"]}.get(name, []):
                (bench.folder / made).unlink(missing_ok=True)
            times[name].append(seconds(deed))

    one_round()
    for each in times.values():
        each.clear()
    benchmark.pedantic(one_round, rounds=3 if megabytes == 500 else ROUNDS)
    best = {name: min(each) for name, each in times.items()}
    benchmark.extra_info.update({name: f"{one * 1e3:.1f} ms" for name, one in best.items()})
    sys.stdout.write(f"{megabytes} MB: {benchmark.extra_info}\n")
    bench.vault.remove(blob.blob_id)
    assert best["encrypt and write"] <= WRITTEN[megabytes] * best["age"]
    assert best["open all"] <= 0.6 * best["age -d"]
    assert best["first byte"] < 0.005


def first_byte(bench: Bench, blob: StoredBlob) -> None:
    with bench.vault.open(blob.blob_id, bench.secret, blob) as reader:
        reader.read_at(blob.size // 2, 1)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system tells no peak")
def test_memory_stays_flat(bench: Bench) -> None:
    grown = []
    for megabytes in (5, 500):
        source = bench.folder / "flat"
        with source.open("wb") as file:
            file.truncate(megabytes * MEGABYTE)
        words = [
            bench.vault.layout.folder,
            bench.vault.clinic_id,
            uuid4(),
            bench.public,
            bench.secret,
            source,
        ]
        done = subprocess.run(
            [sys.executable, "-c", PEAK, *map(str, words)], capture_output=True, text=True, check=True
        )
        grown.append(int(done.stdout))
    sys.stdout.write(f"peak beyond the start, MiB: {grown}\n")
    assert grown[0] > 0 and grown[1] <= grown[0] + 8 and grown[1] < 64


def write_scan(path: Path, pages: int, page_size: int) -> None:
    """A scan: each page one picture. Only the first is a real one; the others are as large."""
    sink = io.BytesIO()
    Image.effect_noise((1240, 1754), 60).save(sink, "JPEG", quality=80)
    picture = sink.getvalue()
    places: list[int] = []
    with path.open("wb") as file:

        def add(number: int, head: bytes, stream: bytes | None = None) -> None:
            while len(places) < number:
                places.append(0)
            places[number - 1] = file.tell()
            file.write(b"%d 0 obj\n" % number)
            file.write(head if stream is None else head[:-2] + b" /Length %d >>\nstream\n" % len(stream))
            if stream is not None:
                file.write(stream + b"\nendstream")
            file.write(b"\nendobj\n")

        file.write(b"%PDF-1.5\n")
        add(1, b"<< /Type /Catalog /Pages 2 0 R >>")
        filling = os.urandom(page_size)
        for page in range(pages):
            first = 3 + page * 3
            add(first, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /XObject "
                b"<< /I %d 0 R >> >> >>" % (first + 1, first + 2))  # fmt: skip
            add(first + 1, b"<< >>", b"595 0 0 842 0 0 cm /I Do")
            data = picture if page == 0 else filling
            add(first + 2, b"<< /Type /XObject /Subtype /Image /Width 1240 /Height 1754 /ColorSpace /DeviceGray "
                b"/BitsPerComponent 8 /Filter /DCTDecode >>", data)  # fmt: skip
        kids = b" ".join(b"%d 0 R" % (3 + page * 3) for page in range(pages))
        add(2, b"<< /Type /Pages /Count %d /Kids [ %s ] >>" % (pages, kids))
        table = file.tell()
        file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
        file.write(b"".join(b"%010d 00000 n \n" % place for place in places))
        file.write(
            b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, table)
        )


@pytest.mark.parametrize(("pages", "page_size"), [(500, 30_000), (650, 1_000_000)], ids=["15 MB", "650 MB"])
def test_first_page_beside_pdfium_on_the_plain_file(
    bench: Bench, benchmark: Any, pages: int, page_size: int
) -> None:
    source = bench.folder / "scan.pdf"
    write_scan(source, pages, page_size)
    blob = bench.store(source)

    def painted(file: Any) -> None:
        document = pypdfium2.PdfDocument(file)
        assert document[0].render(scale=1).to_pil().getextrema() != ((255, 255),) * 3
        document.close()

    def ours() -> None:
        with bench.vault.open(blob.blob_id, bench.secret, blob) as reader:
            painted(reader)

    found = ratio(benchmark, ours, lambda: painted(source))
    sys.stdout.write(f"{source.stat().st_size // MEGABYTE} MB scan: {benchmark.extra_info}\n")
    bench.vault.remove(blob.blob_id)
    source.unlink()
    assert found <= 1.8 and benchmark.extra_info["ours_ms"] < 100
