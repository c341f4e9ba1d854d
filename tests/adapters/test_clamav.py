"""ClamAV: a real clamd finds what it knows, and its OK is never believed beyond what it looks at."""

from __future__ import annotations

import socket
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from meditrack_desktop.adapters import clamav
from meditrack_desktop.adapters.clamav import ClamAv
from meditrack_desktop.adapters.clamd import Address
from meditrack_desktop.adapters.eicar import eicar, padded_eicar
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import MEBIBYTE, MediaType, NotScanned, ScanVerdict
from meditrack_desktop.domain.scanning import locked, what_to_scan, worst_of
from tests.clamd import CLAMD, MARKER, clamd_running

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
pytestmark = pytest.mark.skipif(CLAMD is None, reason="clamd is not installed")


@pytest.fixture(scope="module")
def warning() -> Iterator[Address]:
    """A clamd that says so when a file is above a limit."""
    with clamd_running() as address:
        yield address


@pytest.fixture(scope="module")
def silent() -> Iterator[Address]:
    """A clamd as packages set it up: above a limit it says OK."""
    with clamd_running(AlertExceedsMax="no") as address:
        yield address


def scanner(address: Address, **more: float) -> ClamAv:
    return ClamAv(address, FixedClock(NOON), **more)


def in_pdf(content: bytes) -> bytes:
    """The content as the compressed stream of an object."""
    packed = zlib.compress(content)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
    ]
    out, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    return out + b"xref\n0 5\n0000000000 65535 f \n" + table + tail


def in_dicom(content: bytes) -> bytes:
    dataset, out = Dataset(), BytesIO()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset.SOPClassUID = SecondaryCaptureImageStorage
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID
    dataset.PatientName = "Fictanova^Ada"
    block = dataset.private_block(0x0099, "OWN", create=True)
    block.add_new(0x01, "OB", content + b"\0" * (len(content) % 2))
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


def in_png(content: bytes) -> bytes:
    out, info = BytesIO(), PngInfo()
    info.add_text("Comment", content.decode("ascii"))
    Image.new("L", (40, 30), 200).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def in_zip(content: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", content)
    return out.getvalue()


def test_a_clean_file_is_clean_and_says_who_said_so(warning: Address) -> None:
    said = scanner(warning).scan(b"%PDF-1.7 nothing in it", "letter.pdf")
    assert (said.verdict, said.because, said.finding) == (ScanVerdict.CLEAN, None, "")
    assert said.engine.startswith("ClamAV ") and "/" not in said.engine
    assert said.scanned_at == NOON


@pytest.mark.parametrize("wrapped", [bytes, in_pdf, in_dicom, in_png, in_zip], ids=lambda each: each.__name__)
@pytest.mark.parametrize("content", [eicar(), MARKER], ids=["eicar", "worm"])
def test_it_is_found_wherever_it_hides(
    warning: Address, wrapped: Callable[[bytes], bytes], content: bytes
) -> None:
    carrier = wrapped(content)
    said = scanner(warning).scan(carrier, "file")
    assert said.verdict is ScanVerdict.INFECTED
    assert said.finding.startswith("Own.")
    assert scanner(warning).scan(wrapped(b"x" * len(content)), "file").verdict is ScanVerdict.CLEAN


@pytest.mark.parametrize("size", [4 * MEBIBYTE + 1, 6 * MEBIBYTE, 9 * MEBIBYTE, 30 * MEBIBYTE])
def test_over_the_limit_is_not_scanned_where_it_warns(warning: Address, size: int) -> None:
    said = scanner(warning).scan(b"".join(padded_eicar(size)), "padded.pdf")
    assert (said.verdict, said.because) == (ScanVerdict.NOT_SCANNED, NotScanned.TOO_LARGE)


@pytest.mark.parametrize("size", [4 * MEBIBYTE + 1, 6 * MEBIBYTE, 9 * MEBIBYTE, 30 * MEBIBYTE])
@pytest.mark.parametrize("infected", [True, False])
def test_over_the_limit_is_not_scanned_where_it_says_ok(silent: Address, size: int, infected: bool) -> None:
    """H16: this clamd answers OK to EICAR in such a file; nobody may hear "clean" from us."""
    data = b"".join(padded_eicar(size)) if infected else bytes(size)
    said = scanner(silent).scan(data, "padded.pdf")
    assert (said.verdict, said.because) == (ScanVerdict.NOT_SCANNED, NotScanned.TOO_LARGE)


def test_up_to_the_silent_limit_an_ok_is_believed(silent: Address) -> None:
    ours = scanner(silent)
    assert ours.scan(bytes(4 * MEBIBYTE), "x").verdict is ScanVerdict.CLEAN
    assert ours.scan(bytes(3 * MEBIBYTE + 5), "x").verdict is ScanVerdict.CLEAN
    assert ours.scan(b"".join(padded_eicar(4 * MEBIBYTE)), "x").verdict is ScanVerdict.INFECTED
    state = ours.state()
    assert state.usable and state.limit is not None
    assert 2 * MEBIBYTE <= state.limit <= 4 * MEBIBYTE


def test_a_limit_between_the_tries_is_found_by_the_file_itself() -> None:
    with clamd_running(AlertExceedsMax="no", MaxFileSize="3M") as address:
        ours = scanner(address)
        assert ours.scan(bytes(2_900_000), "x").verdict is ScanVerdict.CLEAN
        assert ours.scan(bytes(3_300_000), "x").because is NotScanned.TOO_LARGE
        assert ours.scan(bytes(2_900_000), "x").verdict is ScanVerdict.CLEAN


def test_where_it_warns_there_is_no_limit_of_ours(warning: Address) -> None:
    state = scanner(warning).state()
    assert (state.usable, state.limit) == (True, None)
    assert state.engine.startswith("ClamAV ")


def test_what_it_cannot_look_into_is_not_scanned(warning: Address) -> None:
    out = BytesIO()
    page = Canvas(out, encrypt=StandardEncryption("open sesame", strength=128))
    page.drawString(100, 100, "locked")
    page.save()
    said = scanner(warning).scan(out.getvalue(), "locked.pdf")
    assert (said.verdict, said.because) == (ScanVerdict.NOT_SCANNED, NotScanned.ENCRYPTED)


def test_a_clamd_that_knows_no_eicar_is_no_scanner() -> None:
    with clamd_running(knows_eicar=False) as address:
        ours = scanner(address)
        assert not ours.state().usable
        said = ours.scan(b"anything", "x")
        assert (said.verdict, said.because) == (ScanVerdict.NOT_SCANNED, NotScanned.FAILED)


def test_by_a_port_of_this_computer(free_port: int) -> None:
    with clamd_running(TCPSocket=str(free_port), TCPAddr="127.0.0.1"):
        ours = scanner(Address.read(f"127.0.0.1:{free_port}"))
        assert ours.scan(eicar(), "eicar.com").verdict is ScanVerdict.INFECTED
        assert ours.scan(zlib.compress(b"fine"), "x").verdict is ScanVerdict.CLEAN


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_limits_are_tried_again_after_a_while(silent: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = scanner(silent)
    ours.scan(b"x", "x")
    first = ours._trust
    ours.scan(b"x", "x")
    assert ours._trust is first
    monkeypatch.setattr(clamav, "BELIEVED_FOR", -1.0)
    ours.scan(b"x", "x")
    assert ours._trust is not first


def in_wrapped_pdf(content: bytes) -> bytes:
    """A DICOM file that wraps a PDF, as reports come from devices."""
    dataset = dcmread(BytesIO(in_dicom(b"nothing")))
    dataset.MIMETypeOfEncapsulatedDocument = "application/pdf"
    pdf = in_pdf(content)
    dataset.add_new(0x00420011, "OB", pdf + b"\0" * (len(pdf) % 2))
    out = BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


def test_a_pdf_inside_dicom_is_scanned_as_one(warning: Address) -> None:
    """H43: also by a scanner that passes over what DICOM wraps."""
    wrapped = in_wrapped_pdf(MARKER)
    assert MARKER not in wrapped
    alone = what_to_scan(wrapped, MediaType.DICOM)[1]
    assert alone.startswith(b"%PDF-") and scanner(warning).scan(alone).verdict is ScanVerdict.INFECTED
    scans = [scanner(warning).scan(piece) for piece in what_to_scan(wrapped, MediaType.DICOM)]
    assert worst_of(scans).verdict is ScanVerdict.INFECTED


def test_what_asks_for_a_password_was_not_looked_into() -> None:
    """H23: also where clamd says nothing of it."""
    with clamd_running(AlertEncrypted="no") as address:
        out = BytesIO()
        page = Canvas(out, encrypt=StandardEncryption("open sesame", strength=128))
        page.drawString(100, 100, "locked")
        page.save()
        said = scanner(address).scan(out.getvalue())
        assert said.verdict is ScanVerdict.CLEAN
        assert (locked(said).verdict, locked(said).because) == (ScanVerdict.NOT_SCANNED, NotScanned.ENCRYPTED)
        assert locked(scanner(address).scan(eicar())).verdict is ScanVerdict.INFECTED
