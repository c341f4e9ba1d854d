"""What is not taken: the clinic's limits, infected files, and unchecked ones where the clinic wants none."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import AttachDocument, NotScanned, Scan, ScanVerdict
from meditrack_desktop.domain.errors import Conflict, ErrorCode, Invalid
from meditrack_desktop.domain.scanning import ScannerState
from meditrack_desktop.domain.settings import ChangeSettings
from tests.makers.dicom_files import a_slice
from tests.makers.documents import FilingDesk, a_report
from tests.services.documents.conftest import lines


@dataclass
class Scripted:
    """A scanner that finds what it is told to find."""

    finds: bytes = b"never there"
    verdict: ScanVerdict = ScanVerdict.CLEAN
    because: NotScanned | None = None
    seen: list[bytes] = field(default_factory=list)

    def scan(self, data: bytes, file_name: str) -> Scan:
        self.seen.append(data)
        if self.finds in data:
            return Scan(ScanVerdict.INFECTED, "Script 1.0", finding="Test-Signature")
        return Scan(self.verdict, "Script 1.0", because=self.because)

    def state(self) -> ScannerState:
        return ScannerState(True, "Script 1.0")


def _settings(desk: FilingDesk, admin: Actor, **wanted: int | bool) -> None:
    desk.clinic.settings.change(admin, ChangeSettings.model_validate(wanted))


def test_an_infected_file_is_not_stored_and_the_trail_says_what_was_found(
    desk: FilingDesk, admin: Actor
) -> None:
    desk.clinic.intake.scanner = Scripted(finds=b"Kanarienvogel")
    with pytest.raises(Invalid, match=ErrorCode.FILE_INFECTED.value):
        desk.attach(a_report(text="Kanarienvogel"))
    assert desk.files() == set()
    assert desk.listed() == []
    [(_, whose, outcome, detail)] = lines(desk.clinic, admin, "document.infected")
    assert (whose, outcome, detail) == (desk.patient.id, "refused", "Script 1.0; Test-Signature")


def test_one_infected_image_refuses_a_study(desk: FilingDesk) -> None:
    bad = a_slice(2, PatientComments="Kanarienvogel")
    desk.clinic.intake.scanner = scanner = Scripted(finds=b"Kanarienvogel")
    with pytest.raises(Invalid, match=ErrorCode.FILE_INFECTED.value):
        desk.study([("IM1", a_slice(1)), ("IM2", bad)], other_name_confirmed=True)
    assert len(scanner.seen) == 2
    assert desk.files() == set()


def test_what_the_scanner_said_is_kept(desk: FilingDesk) -> None:
    desk.clinic.intake.scanner = Scripted()
    filed = desk.attach(a_report())
    assert (filed.verdict, filed.scanned_by, filed.not_scanned_because) == (
        ScanVerdict.CLEAN,
        "Script 1.0",
        None,
    )


def test_an_unchecked_file_is_marked_or_refused(desk: FilingDesk, admin: Actor) -> None:
    desk.clinic.intake.scanner = Scripted(verdict=ScanVerdict.NOT_SCANNED, because=NotScanned.ENCRYPTED)
    filed = desk.attach()
    assert (filed.verdict, filed.not_scanned_because) == (ScanVerdict.NOT_SCANNED, NotScanned.ENCRYPTED)
    _settings(desk, admin, refuse_unscanned=True)
    with pytest.raises(Invalid, match=ErrorCode.FILE_NOT_SCANNED.value):
        desk.attach()
    desk.clinic.intake.scanner = Scripted()
    assert desk.attach().verdict is ScanVerdict.CLEAN


def test_the_clinics_sizes(desk: FilingDesk, admin: Actor) -> None:
    _settings(desk, admin, largest_document_mb=1, largest_study_mb=1)
    fits = a_report() + b"\n%" + b"x" * 900_000
    assert desk.attach(fits).size == len(fits)
    large = a_report() + b"\n%" + b"x" * 1_100_000
    with pytest.raises(Invalid) as refused:
        desk.attach(large)
    assert (refused.value.code, refused.value.parameters) == (ErrorCode.FILE_TOO_LARGE, {"limit": 2**20})
    _settings(desk, admin, largest_document_mb=2)
    assert desk.attach(large).size == len(large)


def test_a_document_is_not_read_beyond_its_limit_because_a_study_may_be_larger(
    desk: FilingDesk, admin: Actor
) -> None:
    _settings(desk, admin, largest_document_mb=1, largest_study_mb=500)

    class Endless(io.BytesIO):
        given = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.given += size or 0
            return (b"%PDF-1.4\n" if self.given == size else b"").ljust(size or 0, b"x")

    source = Endless()
    command = AttachDocument(patient_id=desk.patient.id, file_name="endless.pdf")
    with pytest.raises(Invalid, match=ErrorCode.FILE_TOO_LARGE.value):
        desk.clinic.documents.attach(desk.actor, command, source)
    assert source.given <= 3 * 2**20


def test_so_many_a_day_on_the_clinics_clock(desk: FilingDesk, admin: Actor, clock: FixedClock) -> None:
    _settings(desk, admin, documents_a_day=2)
    desk.attach()
    desk.attach()
    with pytest.raises(Conflict) as refused:
        desk.attach()
    assert (refused.value.code, refused.value.parameters) == (ErrorCode.DOCUMENTS_A_DAY, {"limit": 2})
    imported = AttachDocument(patient_id=desk.patient.id, file_name="report.pdf")
    desk.clinic.documents.attach_imported(admin, imported, io.BytesIO(a_report()))
    clock.advance(timedelta(hours=11))
    with pytest.raises(Conflict, match=ErrorCode.DOCUMENTS_A_DAY.value):
        desk.attach()
    clock.advance(timedelta(hours=3))
    fresh = desk.clinic.sessions.sign_in("reception", "copper-lantern-eight-tides")
    assert FilingDesk(desk.clinic, fresh, desk.patient).attach()
