"""The scanner of the desk: what it refuses, what is looked at again, and what becomes of a late finding."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from meditrack_desktop.database.queries import documents
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import AuditQuery
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import (
    DeleteDocument,
    Document,
    DocumentType,
    NotScanned,
    Scan,
    ScanVerdict,
)
from meditrack_desktop.domain.errors import ErrorCode, Invalid, NotAllowed, Stopped, Unavailable
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.privacy import DisclosureKind, HandOutDocument
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.domain.scanning import OFF, RescanReport, ScannerState
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.privacy.export_contents import gather
from tests.clamd import CLAMD, MARKER, clamd_running
from tests.makers.care import as_doctor, in_care
from tests.makers.documents import FilingDesk, a_pdf
from tests.makers.people import a_patient
from tests.services.incoming_scene import InboxDesk

NEW, OLD = datetime(2026, 11, 18, 6, tzinfo=UTC), datetime(2026, 11, 10, 6, tzinfo=UTC)
WORM = a_pdf("a page") + b"\n% " + MARKER
needs_clamd = pytest.mark.skipif(CLAMD is None, reason="clamd is not installed")


@pytest.fixture(scope="module")
def clamd_address() -> Iterator[str]:
    with clamd_running() as address:
        yield str(address)


@pytest.fixture
def desk(clinic: Clinic, reception: Actor, doctor: Actor, admin: Actor) -> FilingDesk:
    patient = clinic.patients.register(reception, a_patient())
    in_care(clinic, reception, as_doctor(clinic, admin, doctor), patient)
    return FilingDesk(clinic, reception, patient)


class Says:
    """A scanner that says what it is told to, of signatures of a day."""

    def __init__(
        self, verdict: ScanVerdict, at: datetime | None = NEW, because: NotScanned | None = None
    ) -> None:
        self.answer = Scan(
            verdict, "Says 1", at, NEW, because, "Worm" if verdict is ScanVerdict.INFECTED else ""
        )
        self.seen: list[bytes] = []

    def scan(self, data: bytes, file_name: str) -> Scan:
        self.seen.append(data)
        return self.answer

    def state(self) -> ScannerState:
        return ScannerState(True, "Says 1", self.answer.signatures_at)


def use(clinic: Clinic, scanner: Says) -> Says:
    """For new files and for those that are scanned again."""
    clinic.intake.scanner = scanner
    clinic.rescan._rescanner._scanner = scanner
    return scanner


def again(desk: FilingDesk, document: Document) -> Document:
    return desk.clinic.documents.get(desk.actor, document.id)


def actions(clinic: Clinic, admin: Actor) -> list[str]:
    return [line.event.action for line in clinic.audit.search(admin, AuditQuery()).lines]


@needs_clamd
class TestWithARealScanner:
    def test_what_it_finds_is_never_stored(self, desk: FilingDesk, admin: Actor, clamd_address: str) -> None:
        assert desk.clinic.scanning.choose(admin, clamd_address).usable
        vault = desk.clinic.profile.folder / "vault"
        before = sorted(vault.rglob("*"))
        with pytest.raises(Invalid) as refusal:
            desk.attach(WORM)
        assert refusal.value.code is ErrorCode.FILE_INFECTED
        assert refusal.value.parameters["finding"] == "Own.Worm.UNOFFICIAL"
        assert [path for path in sorted(vault.rglob("*")) if path.is_file()] == [
            p for p in before if p.is_file()
        ]
        assert desk.clinic.documents.of_patient(desk.actor, desk.patient.id) == ()
        assert "document.infected" in actions(desk.clinic, admin)

    def test_what_is_clean_says_by_whom(self, desk: FilingDesk, admin: Actor, clamd_address: str) -> None:
        desk.clinic.scanning.choose(admin, clamd_address)
        document = desk.attach(a_pdf("fine"))
        assert document.verdict is ScanVerdict.CLEAN
        assert document.scanned_by.startswith("ClamAV ")
        assert document.scanned_at is not None

    def test_a_locked_pdf_is_never_clean(
        self, desk: FilingDesk, admin: Actor, clamd_address: str, samples: Path
    ) -> None:
        """Neither as it is filed nor when it is scanned again."""
        locked = samples / "pdf" / "encrypted-password" / "qpdfenc-256-3.pdf"
        desk.clinic.scanning.choose(admin, clamd_address)
        document = desk.attach(locked.read_bytes(), "locked.pdf")
        assert (document.verdict, document.not_scanned_because) == (
            ScanVerdict.NOT_SCANNED,
            NotScanned.ENCRYPTED,
        )
        use(desk.clinic, Says(ScanVerdict.CLEAN, NEW))
        assert desk.clinic.rescan.run(admin) == RescanReport(scanned=1, unsure=1)
        assert again(desk, document).verdict is ScanVerdict.NOT_SCANNED

    def test_a_scanner_that_comes_later(self, desk: FilingDesk, admin: Actor, clamd_address: str) -> None:
        """Kept and marked while there is none, scanned once there is one; the worm among them opens no more."""
        clinic = desk.clinic
        fine, worm = desk.attach(a_pdf("fine")), desk.attach(WORM, name="letter.pdf")
        waiting = InboxDesk(clinic, desk.actor, desk.patient).take(WORM, "fax.pdf")
        assert {one.not_scanned_because for one in (fine, worm, waiting)} == {NotScanned.NO_SCANNER}
        clinic.scanning.choose(admin, clamd_address)
        told: list[Progress] = []
        assert clinic.rescan.run(admin, told.append) == RescanReport(scanned=3, infected=2)
        assert told[-1] == Progress(3, 3)
        assert again(desk, fine).verdict is ScanVerdict.CLEAN
        assert again(desk, worm).verdict is ScanVerdict.INFECTED
        assert again(desk, worm).version > worm.version
        with pytest.raises(Invalid, match=ErrorCode.FILE_INFECTED.value):
            clinic.incoming.open(desk.actor, waiting.id)
        with pytest.raises(Invalid, match=ErrorCode.FILE_INFECTED.value):
            InboxDesk(clinic, desk.actor, desk.patient).file(clinic.incoming.list(desk.actor)[0])
        assert [one.id for one in clinic.rescan.infected(admin)] == [worm.id]
        assert clinic.rescan.run(admin) == RescanReport()


class TestALateFinding:
    @pytest.fixture
    def worm(self, desk: FilingDesk, admin: Actor) -> Document:
        use(desk.clinic, Says(ScanVerdict.CLEAN, OLD))
        document = desk.attach(a_pdf("a page"), type=DocumentType.INSURANCE)
        use(desk.clinic, Says(ScanVerdict.INFECTED))
        assert desk.clinic.rescan.run(admin).infected == 1
        return document

    def test_it_opens_no_more(self, desk: FilingDesk, worm: Document, tmp_path: Path) -> None:
        documents = desk.clinic.documents
        out = HandOutDocument(
            document_id=worm.id, recipient="Dr. Fictanova", purpose="care", kind=DisclosureKind.PRINT
        )
        for attempt in (
            lambda: documents.open(desk.actor, worm.id),
            lambda: documents.text(desk.actor, worm.id),
            lambda: documents.hand_out(desk.actor, out),
            lambda: documents.save_copy(desk.actor, out, tmp_path / "copy.pdf"),
        ):
            with pytest.raises(Invalid, match=ErrorCode.FILE_INFECTED.value):
                attempt()
        assert not (tmp_path / "copy.pdf").exists()

    def test_it_is_kept_and_somebody_is_told(self, desk: FilingDesk, worm: Document, admin: Actor) -> None:
        clinic = desk.clinic
        row = again(desk, worm)
        assert (row.verdict, row.deleted_at) == (ScanVerdict.INFECTED, None)
        assert [one.id for one in clinic.documents.of_patient(desk.actor, desk.patient.id)] == [worm.id]
        task = clinic.desk_tasks.list(desk.actor)[0]
        assert task.patient_id == desk.patient.id
        assert "virus" in task.text and worm.title not in task.text
        lines = [one.event for one in clinic.audit.search(admin, AuditQuery()).lines]
        line = next(one for one in lines if one.action == "document.infected")
        assert (line.object_id, line.patient_id, line.account_name) == (worm.id, desk.patient.id, "MediTrack")
        assert line.detail == "Says 1; Worm"
        assert clinic.upkeep.verify(admin).whole

    def test_it_is_no_part_of_an_export(
        self, desk: FilingDesk, worm: Document, doctor: Actor, admin: Actor
    ) -> None:
        with desk.clinic.work.looking(doctor, Permission.DISCLOSE_PATIENT) as look:
            contents = gather(look, desk.patient.id)
            look.listed("patient")
        assert (contents.documents, contents.left_out) == ((), 1)

    def test_it_can_be_put_in_the_bin(self, desk: FilingDesk, worm: Document, doctor: Actor) -> None:
        command = DeleteDocument(id=worm.id, version=again(desk, worm).version, reason="carries a virus")
        assert desk.clinic.documents.delete(doctor, command).deleted_at is not None

    def test_it_is_told_once(self, desk: FilingDesk, worm: Document, admin: Actor) -> None:
        assert desk.clinic.rescan.run(admin) == RescanReport()
        assert len(desk.clinic.desk_tasks.list(desk.actor)) == 1

    def test_front_desk_and_doctors_are_not_shown_the_list(self, desk: FilingDesk, doctor: Actor) -> None:
        for actor in (desk.actor, doctor):
            with pytest.raises(NotAllowed):
                desk.clinic.rescan.infected(actor)


class TestWhatIsLookedAtAgain:
    def test_by_new_signatures(self, desk: FilingDesk, admin: Actor) -> None:
        use(desk.clinic, Says(ScanVerdict.CLEAN, OLD))
        document = desk.attach(a_pdf("a page"))
        same = use(desk.clinic, Says(ScanVerdict.CLEAN, OLD))
        assert desk.clinic.rescan.run(admin) == RescanReport()
        newer = use(desk.clinic, Says(ScanVerdict.CLEAN, NEW))
        assert desk.clinic.rescan.run(admin) == RescanReport(scanned=1)
        assert (same.seen, newer.seen) == ([], [a_pdf("a page")])
        assert again(desk, document).version == document.version, "nothing of the document itself changed"
        assert desk.clinic.rescan.run(admin) == RescanReport()

    @pytest.mark.parametrize(("days", "seen"), [(30, 1), (31, 0)])
    def test_for_thirty_days(
        self, desk: FilingDesk, site: object, clock: FixedClock, days: int, seen: int
    ) -> None:
        desk.attach(a_pdf("a page"))
        newer = use(desk.clinic, Says(ScanVerdict.CLEAN, NEW))
        clock.advance(timedelta(days=days))
        desk.clinic.rescan._rescanner.again()
        assert len(newer.seen) == seen

    def test_a_verdict_is_not_lost_because_the_scanner_fails_today(
        self, desk: FilingDesk, admin: Actor
    ) -> None:
        use(desk.clinic, Says(ScanVerdict.CLEAN, OLD))
        document = desk.attach(a_pdf("a page"))
        use(desk.clinic, Says(ScanVerdict.NOT_SCANNED, NEW, NotScanned.FAILED))
        assert desk.clinic.rescan.run(admin) == RescanReport(scanned=1, unsure=1)
        assert again(desk, document).verdict is ScanVerdict.CLEAN

    def test_what_was_too_large_waits_for_a_newer_scanner(self, desk: FilingDesk, admin: Actor) -> None:
        use(desk.clinic, Says(ScanVerdict.NOT_SCANNED, OLD, NotScanned.TOO_LARGE))
        desk.attach(a_pdf("a page"))
        assert desk.clinic.rescan.run(admin).scanned == 0
        use(desk.clinic, Says(ScanVerdict.CLEAN, NEW))
        assert desk.clinic.rescan.run(admin).scanned == 1

    def test_the_nightly_look_does_it(self, desk: FilingDesk, admin: Actor) -> None:
        document = desk.attach(a_pdf("a page"))
        use(desk.clinic, Says(ScanVerdict.CLEAN, NEW))
        desk.clinic.upkeep.run(admin)
        assert again(desk, document).verdict is ScanVerdict.CLEAN

    def test_it_can_be_stopped(self, desk: FilingDesk, admin: Actor) -> None:
        first, second = desk.attach(a_pdf("one")), desk.attach(a_pdf("two"))
        use(desk.clinic, Says(ScanVerdict.CLEAN, NEW))
        answers = iter((False, True))
        with pytest.raises(Stopped):
            desk.clinic.rescan.run(admin, stop=lambda: next(answers))
        verdicts = {again(desk, one).verdict for one in (first, second)}
        assert verdicts == {ScanVerdict.CLEAN, ScanVerdict.NOT_SCANNED}

    def test_what_cannot_be_read_stops_nothing(self, desk: FilingDesk, admin: Actor) -> None:
        lost, other = desk.attach(a_pdf("one")), desk.attach(a_pdf("two"))
        desk.clinic.keys.vault.remove(_blob(desk.clinic, lost))
        use(desk.clinic, Says(ScanVerdict.CLEAN, NEW))
        assert desk.clinic.rescan.run(admin).scanned == 1
        assert again(desk, other).verdict is ScanVerdict.CLEAN
        assert again(desk, lost).verdict is ScanVerdict.NOT_SCANNED

    def test_a_locked_desk_scans_nothing(self, desk: FilingDesk) -> None:
        use(desk.clinic, Says(ScanVerdict.CLEAN, NEW))
        desk.clinic.keys.close()
        with pytest.raises(Unavailable):
            desk.clinic.rescan._rescanner.again()


class TestTheChoice:
    def test_an_address_of_another_computer_is_refused(self, clinic: Clinic, admin: Actor) -> None:
        for address in ("10.0.0.7:3310", "clamd", "127.0.0.1"):
            with pytest.raises(Invalid) as refusal:
                clinic.scanning.choose(admin, address)
            assert refusal.value.code is ErrorCode.FIELDS_INVALID
        assert clinic.scanning.chosen(admin) == ""

    def test_it_is_kept_for_this_desk(self, clinic: Clinic, admin: Actor, reception: Actor) -> None:
        assert clinic.scanning.choose(admin, OFF) == ScannerState(usable=False)
        assert clinic.scanning.chosen(reception) == OFF
        clinic.scanning.choose(admin, "")
        assert clinic.scanning.chosen(reception) == ""
        assert not clinic.scanning.state(reception).usable

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "{",
            '{"format": 2, "scanner": "off"}',
            '{"format": 1, "scanner": "1.2.3.4:5"}',
            "[" * 5000,
        ],
    )
    def test_a_file_that_says_nothing_is_no_choice(self, clinic: Clinic, admin: Actor, content: str) -> None:
        clinic.profile.scanner.write_text(content)
        assert clinic.scanning.chosen(admin) == ""


def _blob(clinic: Clinic, document: Document) -> UUID:
    with clinic.work.database.reading() as session:
        return documents.blob(session, document.id).blob_id
