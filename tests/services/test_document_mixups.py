"""What must not happen to a document between two people, two records or two places: to be lost, or to be told."""

from __future__ import annotations

import pytest

from meditrack_desktop.database.queries import document_purges
from meditrack_desktop.database.queries import incoming as incoming_queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import (
    DeleteDocument,
    Document,
    DocumentType,
    ReassignDocument,
    Scan,
    ScanVerdict,
)
from meditrack_desktop.domain.errors import ChangedMeanwhile, Conflict, ErrorCode, Invalid
from meditrack_desktop.domain.incoming import IncomingState, SplitIncoming, UnfileIncoming
from meditrack_desktop.domain.patient_merges import MergePatients, PatientMerge, UndoMerge
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.scanning import ScannerState
from meditrack_desktop.domain.settings import ChangeSettings
from meditrack_desktop.services.clinic import Clinic
from tests.makers.care import as_doctor, in_care
from tests.makers.dicom_files import a_slice
from tests.makers.documents import FilingDesk, a_pdf
from tests.makers.people import a_patient
from tests.services.incoming_scene import InboxDesk, a_png, refused


@pytest.fixture
def patient(clinic: Clinic, reception: Actor) -> Patient:
    return clinic.patients.register(reception, a_patient("Fictanova", "Mara", birth_date="1971-03-04"))


@pytest.fixture
def other(clinic: Clinic, reception: Actor) -> Patient:
    return clinic.patients.register(reception, a_patient("Exampleton", "Bruno", birth_date="1950-12-24"))


@pytest.fixture
def desk(
    clinic: Clinic, reception: Actor, doctor: Actor, admin: Actor, patient: Patient, other: Patient
) -> FilingDesk:
    in_care(clinic, reception, as_doctor(clinic, admin, doctor), patient, other)
    return FilingDesk(clinic, reception, patient)


@pytest.fixture
def inbox(desk: FilingDesk) -> InboxDesk:
    return InboxDesk(desk.clinic, desk.actor, desk.patient)


class TestTwoRecords:
    def test_what_was_replaced_while_two_records_were_one_is_seen_again(
        self, desk: FilingDesk, admin: Actor, other: Patient
    ) -> None:
        clinic = desk.clinic
        theirs = desk.attach(patient_id=other.id)
        merge = _merge(clinic, admin, desk.patient, other)
        newer = desk.attach(a_pdf("newer"), replaces_id=theirs.id)
        assert desk.listed() == [newer.id]
        clinic.patient_merges.undo(admin, UndoMerge(id=merge.id, version=merge.version))
        assert desk.listed(other) == [theirs.id]
        assert desk.listed() == [newer.id]
        assert clinic.documents.get(desk.actor, newer.id).replaces_id is None

    def test_what_is_done_to_the_one_afterwards_does_not_touch_the_other(
        self, desk: FilingDesk, admin: Actor, doctor: Actor, other: Patient
    ) -> None:
        clinic = desk.clinic
        theirs = desk.attach(patient_id=other.id)
        merge = _merge(clinic, admin, desk.patient, other)
        newer = desk.attach(a_pdf("newer"), replaces_id=theirs.id)
        newest = desk.attach(a_pdf("newest"), replaces_id=newer.id)
        clinic.patient_merges.undo(admin, UndoMerge(id=merge.id, version=merge.version))
        now = clinic.documents.get(doctor, newest.id)
        clinic.documents.delete(doctor, DeleteDocument(id=now.id, version=now.version, reason="a mistake"))
        assert desk.listed(other) == [theirs.id]
        assert desk.listed() == [newer.id]


def _merge(clinic: Clinic, admin: Actor, kept: Patient, gone: Patient) -> PatientMerge:
    kept, gone = clinic.patients.get(admin, kept.id), clinic.patients.get(admin, gone.id)
    command = MergePatients(
        kept_id=kept.id,
        kept_version=kept.version,
        gone_id=gone.id,
        gone_version=gone.version,
        reason="registered twice",
    )
    return clinic.patient_merges.merge(admin, command)


class TestTheSameBytesAgain:
    """A file leaves the scan folder when it is known: so what is known must be there."""

    def test_what_lies_in_the_bin_is_not_known(self, inbox: InboxDesk, doctor: Actor) -> None:
        first = inbox.take(a_png(), "a.png")
        filed = inbox.file(first)
        inbox.clinic.documents.delete(
            doctor, DeleteDocument(id=filed.id, version=filed.version, reason="a mistake")
        )
        again = inbox.take(a_png(), "a.png")
        assert (again.id != first.id, again.state) == (True, IncomingState.WAITING)

    def test_what_was_filed_in_error_is_not_known(
        self, inbox: InboxDesk, doctor: Actor, other: Patient
    ) -> None:
        first = inbox.take(a_png(), "a.png")
        filed = inbox.file(first)
        _reassign(inbox.clinic, doctor, filed, other)
        assert inbox.take(a_png(), "a.png").id != first.id


def _reassign(clinic: Clinic, actor: Actor, document: Document, to: Patient) -> Document:
    command = ReassignDocument(
        id=document.id,
        version=document.version,
        patient_id=to.id,
        reason="wrong patient",
    )
    return clinic.documents.reassign(actor, command)


class TestADividedFile:
    """What was cut out of it and filed is a matter of the chart: nobody reads it in the inbox past the reading rule."""

    def test_it_opens_until_a_piece_is_filed(self, inbox: InboxDesk) -> None:
        incoming, actor = inbox.clinic.incoming, inbox.actor
        stack = inbox.take(a_pdf("one", "two"), "stack.pdf")
        first, _ = incoming.split(actor, SplitIncoming(id=stack.id, version=stack.version, before=(2,)))
        assert incoming.text(actor, stack.id)
        inbox.file(first)
        for read in (incoming.open, incoming.text, incoming.thumbnail, incoming.guess):
            with refused(ErrorCode.INCOMING_ENDED, Conflict):
                read(actor, stack.id)
        assert incoming.thumbnails(actor, [stack.id]) == {}

    def test_it_opens_again_when_the_filing_was_taken_back(self, inbox: InboxDesk) -> None:
        incoming, actor = inbox.clinic.incoming, inbox.actor
        stack = inbox.take(a_pdf("one", "two"), "stack.pdf")
        first, _ = incoming.split(actor, SplitIncoming(id=stack.id, version=stack.version, before=(2,)))
        inbox.file(first)
        now = incoming.get(actor, first.id)
        incoming.unfile(actor, UnfileIncoming(id=now.id, version=now.version, reason="wrong patient"))
        assert incoming.text(actor, stack.id)
        assert incoming.thumbnails(actor, [stack.id]).keys() == {stack.id}

    def test_a_piece_of_a_piece_counts(self, inbox: InboxDesk) -> None:
        incoming, actor = inbox.clinic.incoming, inbox.actor
        stack = inbox.take(a_pdf("one", "two", "three"), "stack.pdf")
        _, rest = incoming.split(actor, SplitIncoming(id=stack.id, version=stack.version, before=(2,)))
        second, _ = incoming.split(actor, SplitIncoming(id=rest.id, version=rest.version, before=(2,)))
        inbox.file(second)
        for each in (stack, rest):
            with refused(ErrorCode.INCOMING_ENDED, Conflict):
                incoming.open(actor, each.id)


def test_what_waited_unscanned_is_not_filed_once_the_clinic_takes_none_such(
    inbox: InboxDesk, admin: Actor
) -> None:
    one = inbox.take(a_pdf("waits"))
    _refuse_unscanned(inbox.clinic, admin)
    with refused(ErrorCode.FILE_NOT_SCANNED, Invalid):
        inbox.file(one)
    assert inbox.clinic.documents.of_patient(inbox.actor, inbox.patient.id) == ()
    assert inbox.clinic.incoming.get(inbox.actor, one.id).state is IncomingState.WAITING


def test_what_is_in_the_chart_already_is_moved_though_it_is_unscanned(
    desk: FilingDesk, doctor: Actor, admin: Actor, other: Patient
) -> None:
    filed = desk.attach()
    _refuse_unscanned(desk.clinic, admin)
    moved = _reassign(desk.clinic, doctor, filed, other)
    assert desk.listed(other) == [moved.id]


def _refuse_unscanned(clinic: Clinic, admin: Actor) -> None:
    clinic.settings.change(admin, ChangeSettings(refuse_unscanned=True))


def test_erasing_somebody_reaches_the_copy_that_the_inbox_keeps_of_a_moved_document(
    inbox: InboxDesk, desk: FilingDesk, doctor: Actor, other: Patient
) -> None:
    """Filed with the wrong patient, then with the right one: the copy names both, and lies under the inbox's key."""
    one = inbox.take(a_png("red"), "red.png")
    filed = inbox.file(one)
    _reassign(inbox.clinic, doctor, filed, other)
    with inbox.clinic.work.database.reading() as session:
        kept = set(incoming_queries.files_of(session, [one.id]))
        assert kept
        assert kept <= set(document_purges.files(session, [other.id]))


class TestStudies:
    """Each file of a study is held to what a single file is (H43)."""

    def test_what_a_file_of_a_study_wraps_is_scanned_by_itself(self, desk: FilingDesk) -> None:
        seen = _listen(desk.clinic)
        wrapping = a_slice(2, ImageComments="%PDF-1.4 wrapped")
        desk.study(
            [("IM1", a_slice(1)), ("IM2", wrapping)], type=DocumentType.IMAGING, other_name_confirmed=True
        )
        assert [piece for piece in seen if piece.startswith(b"%PDF-1.4 wrapped")]

    def test_and_when_it_is_scanned_again(self, desk: FilingDesk, admin: Actor) -> None:
        wrapping = a_slice(2, ImageComments="%PDF-1.4 wrapped")
        desk.study(
            [("IM1", a_slice(1)), ("IM2", wrapping)], type=DocumentType.IMAGING, other_name_confirmed=True
        )
        seen = _listen(desk.clinic)
        desk.clinic.rescan.run(admin)
        assert len(seen) == 3
        assert [piece for piece in seen if piece.startswith(b"%PDF-1.4 wrapped")]


def _listen(clinic: Clinic) -> list[bytes]:
    scanner = _Listening()
    clinic.intake.scanner = scanner
    clinic.rescan._rescanner._scanner = scanner
    return scanner.seen


class _Listening:
    """A scanner that finds nothing in whatever it is given."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []

    def scan(self, data: bytes, file_name: str) -> Scan:
        self.seen.append(data)
        return Scan(ScanVerdict.CLEAN, "Listening 1")

    def state(self) -> ScannerState:
        return ScannerState(True, "Listening 1")


def test_a_moved_document_is_found_by_its_text_at_once(
    desk: FilingDesk, doctor: Actor, other: Patient
) -> None:
    filed = desk.attach(a_pdf("Kanarienvogel"))
    assert [hit.document.id for hit in desk.clinic.document_search.find(doctor, "Kanarienvogel")] == [
        filed.id
    ]
    moved = _reassign(desk.clinic, doctor, filed, other)
    assert [hit.document.id for hit in desk.clinic.document_search.find(doctor, "Kanarienvogel")] == [
        moved.id
    ]


def test_the_name_of_an_earlier_deed_is_no_reason_to_say_that_it_was_moved(
    desk: FilingDesk, doctor: Actor, other: Patient
) -> None:
    """An id that is taken already says nothing about this document, which would stay with the wrong patient."""
    theirs, filed = desk.attach(patient_id=other.id), desk.attach(a_pdf("mine"))
    command = ReassignDocument(
        id=filed.id, version=filed.version, new_id=theirs.id, patient_id=other.id, reason="wrong patient"
    )
    with pytest.raises(ChangedMeanwhile):
        desk.clinic.documents.reassign(doctor, command)
