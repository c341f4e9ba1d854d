"""What the inbox refuses: viruses, files without a verdict, patients who take nothing, more than a day's worth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import NotScanned, Scan, ScanVerdict
from meditrack_desktop.domain.errors import ChangedMeanwhile, Conflict, ErrorCode, Invalid, NotFound
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.incoming import DiscardIncoming, IncomingState, ReopenIncoming, UnfileIncoming
from meditrack_desktop.domain.patient_merges import MergePatients
from meditrack_desktop.domain.privacy import RestrictPatient
from meditrack_desktop.domain.scanning import NO_SCANNER, ScannerState
from meditrack_desktop.domain.settings import ChangeSettings
from meditrack_desktop.services.clinic import Clinic
from tests.makers.documents import a_pdf
from tests.makers.people import a_patient
from tests.services.incoming_scene import InboxDesk, a_png, refused

SIGNATURES = datetime(2026, 11, 17, tzinfo=UTC)


class SaysWhatItIsTold:
    """A scanner that finds a virus where the bytes say so."""

    def scan(self, data: bytes, file_name: str) -> Scan:
        if b"virus here" in data:
            return Scan(ScanVerdict.INFECTED, "Tests 1", SIGNATURES, SIGNATURES, finding="Test.Virus")
        return Scan(ScanVerdict.CLEAN, "Tests 1", SIGNATURES, SIGNATURES)

    def state(self) -> ScannerState:
        return NO_SCANNER


@pytest.fixture
def desk(clinic: Clinic, reception: Actor) -> InboxDesk:
    return InboxDesk(clinic, reception, clinic.patients.register(reception, a_patient()))


class TestTheScanner:
    @pytest.fixture(autouse=True)
    def scanner(self, clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(clinic.intake, "scanner", SaysWhatItIsTold())

    def test_a_virus_is_never_stored_and_in_the_trail(self, desk: InboxDesk, admin: Actor) -> None:
        with refused(ErrorCode.FILE_INFECTED, Invalid):
            desk.take(a_pdf("virus here"))
        assert not desk.files()
        (line,) = [
            event for event in desk.clinic.audit.list(admin, limit=20) if event.action == "incoming.infected"
        ]
        assert line.detail == "Tests 1; Test.Virus"

    def test_in_the_scan_folder_it_stays_and_is_listed_once(
        self, desk: InboxDesk, admin: Actor, clock: FixedClock, tmp_path: Path
    ) -> None:
        folder = tmp_path / "scans"
        folder.mkdir()
        desk.clinic.incoming.set_scan_folder(admin, folder)
        (folder / "bad.pdf").write_bytes(a_pdf("virus here"))
        (folder / "good.pdf").write_bytes(a_pdf("a clean one"))
        found = []
        for _ in range(4):
            report = desk.clinic.incoming.collect(desk.actor)
            found += [*report.taken, *report.refused]
            clock.advance(timedelta(seconds=2))
        assert {(one.file_name, one.state, one.refusal) for one in found} == {
            ("bad.pdf", IncomingState.REFUSED, ErrorCode.FILE_INFECTED.value),
            ("good.pdf", IncomingState.WAITING, ""),
        }
        assert len(found) == 2
        assert [path.name for path in folder.iterdir()] == ["bad.pdf"]
        (refused_one,) = desk.clinic.incoming.list(desk.actor, IncomingState.REFUSED)
        for call in (desk.clinic.incoming.open, desk.clinic.incoming.text):
            with refused(ErrorCode.INCOMING_ENDED, Conflict):
                call(desk.actor, refused_one.id)
        with refused(ErrorCode.INCOMING_ENDED, Conflict):
            desk.file(refused_one)
        gone = desk.clinic.incoming.discard(
            desk.actor,
            DiscardIncoming(id=refused_one.id, version=refused_one.version, reason="told the IT people"),
        )
        with refused(ErrorCode.INCOMING_ENDED, Conflict):
            desk.clinic.incoming.reopen(desk.actor, ReopenIncoming(id=gone.id, version=gone.version))

    def test_the_verdict_goes_along_into_the_chart(self, desk: InboxDesk) -> None:
        one = desk.take(a_png(), "a.png")
        assert one.verdict is ScanVerdict.CLEAN
        filed = desk.file(one)
        assert (filed.verdict, filed.scanned_by, filed.scanned_at) == (
            ScanVerdict.CLEAN,
            "Tests 1",
            SIGNATURES,
        )


def test_without_a_scanner_it_is_kept_and_marked_or_refused_as_the_clinic_says(
    desk: InboxDesk, admin: Actor
) -> None:
    one = desk.take(a_png(), "a.png")
    assert (one.verdict, one.not_scanned_because) == (ScanVerdict.NOT_SCANNED, NotScanned.NO_SCANNER)
    desk.clinic.settings.change(admin, ChangeSettings(refuse_unscanned=True))
    with refused(ErrorCode.FILE_NOT_SCANNED, Invalid):
        desk.take(a_png("navy"), "b.png")
    assert desk.clinic.incoming.count(desk.actor) == 1


class TestPatients:
    def test_a_restricted_one_takes_nothing_and_gives_nothing_back(
        self, desk: InboxDesk, admin: Actor
    ) -> None:
        filed = desk.take(a_png(), "a.png")
        desk.file(filed)
        desk.clinic.restrictions.restrict(
            admin, RestrictPatient(patient_id=desk.patient.id, reason="they asked for it")
        )
        waiting = desk.take(a_png("navy"), "b.png")
        files = desk.files()
        with refused(ErrorCode.PATIENT_RESTRICTED, Conflict):
            desk.file(waiting)
        assert desk.files() == files
        now = desk.clinic.incoming.get(desk.actor, filed.id)
        with refused(ErrorCode.PATIENT_RESTRICTED, Conflict):
            desk.clinic.incoming.unfile(
                desk.actor, UnfileIncoming(id=now.id, version=now.version, reason="wrong patient")
            )
        assert desk.clinic.incoming.get(desk.actor, filed.id).state is IncomingState.FILED

    def test_one_that_was_merged_into_another(self, desk: InboxDesk, admin: Actor) -> None:
        kept = desk.clinic.patients.register(desk.actor, a_patient())
        one = desk.take(a_png(), "a.png")
        before = desk.file(one)
        desk.clinic.patient_merges.merge(
            admin,
            MergePatients(
                kept_id=kept.id,
                kept_version=kept.version,
                gone_id=desk.patient.id,
                gone_version=desk.patient.version,
                reason="registered twice",
            ),
        )
        with refused(ErrorCode.PATIENT_MERGED, Conflict):
            desk.file(desk.take(a_png("navy"), "b.png"))
        now = desk.clinic.incoming.get(desk.actor, one.id)
        assert (now.patient_id, now.document_id) == (kept.id, before.id)

    def test_nobody_knows_them(self, desk: InboxDesk) -> None:
        one = desk.take(a_png(), "a.png")
        with refused(ErrorCode.PATIENT_NOT_FOUND, NotFound):
            desk.file(one, patient_id=new_id())
        with refused(ErrorCode.APPOINTMENT_NOT_FOUND, NotFound):
            desk.file(one, appointment_id=new_id())
        with refused(ErrorCode.DOCUMENT_NOT_FOUND, NotFound):
            desk.file(one, replaces_id=new_id())
        assert desk.clinic.incoming.get(desk.actor, one.id) == one

    def test_more_than_a_day_s_worth(self, desk: InboxDesk, admin: Actor) -> None:
        desk.clinic.settings.change(admin, ChangeSettings(documents_a_day=1))
        desk.file(desk.take(a_png(), "a.png"))
        with refused(ErrorCode.DOCUMENTS_A_DAY, Conflict):
            desk.file(desk.take(a_png("navy"), "b.png"))


def test_larger_than_the_clinic_takes(desk: InboxDesk, admin: Actor) -> None:
    desk.clinic.settings.change(admin, ChangeSettings(largest_document_mb=1))
    with refused(ErrorCode.FILE_TOO_LARGE, Invalid):
        desk.take(a_pdf("a") + b"%" * 1_100_000)
    assert not desk.files()


def test_a_stale_version_of_everything(desk: InboxDesk) -> None:
    one = desk.take(a_png(), "a.png")
    with pytest.raises(ChangedMeanwhile):
        desk.clinic.incoming.discard(
            desk.actor, DiscardIncoming(id=one.id, version=one.version + 1, reason="empty sheet")
        )
