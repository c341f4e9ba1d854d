"""The inbox on real databases and a real vault: taken in once, filed once, taken back, divided, never lost."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest

from meditrack_desktop.database.tables.accounts import SessionRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change, ChangeSet
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import (
    DocumentClass,
    DocumentStatus,
    DocumentType,
    MediaType,
    ReviewDocument,
    ScanVerdict,
)
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    ClinicError,
    Conflict,
    ErrorCode,
    Invalid,
    NotFound,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.incoming import (
    KEPT_FOR,
    UNFILED_WITHIN,
    DiscardIncoming,
    IncomingFile,
    IncomingSource,
    IncomingState,
    ReopenIncoming,
    SplitIncoming,
    TakeIn,
    TurnIncoming,
    UnfileIncoming,
)
from meditrack_desktop.domain.patients import ArchivePatient
from meditrack_desktop.domain.settings import ChangeSettings, ReadingRule
from meditrack_desktop.services.clinic import Clinic
from tests.makers.care import as_doctor, in_care
from tests.makers.documents import a_pdf
from tests.makers.people import a_patient
from tests.services.incoming_scene import InboxDesk, a_png, read_document, refused


@pytest.fixture
def desk(clinic: Clinic, reception: Actor, doctor: Actor, admin: Actor) -> InboxDesk:
    """The front desk, and a patient who is in the doctor's care."""
    patient = clinic.patients.register(reception, a_patient())
    in_care(clinic, reception, as_doctor(clinic, admin, doctor), patient)
    return InboxDesk(clinic, reception, patient)


class TestTakingIn:
    def test_the_record_and_the_bytes(self, desk: InboxDesk, clock: FixedClock) -> None:
        data = a_pdf("Laboratory report", "second page")
        one = desk.take(data, "../lab\u202e report.pdf")
        assert one == desk.clinic.incoming.get(desk.actor, one.id)
        assert (one.file_name, one.state, one.source) == (
            "lab report.pdf",
            IncomingState.WAITING,
            IncomingSource.DROPPED,
        )
        assert (one.media_type, one.pages, one.size) == (MediaType.PDF, 2, len(data))
        assert (one.verdict, one.received_at) == (ScanVerdict.NOT_SCANNED, clock.now())
        assert one.received_by_name == desk.actor.name
        assert one.type_guess is DocumentType.LAB_REPORT
        assert one.has_thumbnail
        assert desk.clinic.incoming.thumbnail(desk.actor, one.id).startswith(b"\x89PNG")
        assert "Laboratory" in desk.clinic.incoming.text(desk.actor, one.id)[0]
        assert desk.read(one) == data
        assert desk.clinic.incoming.list(desk.actor) == (one,)
        assert desk.clinic.incoming.count(desk.actor) == 1
        assert desk.clinic.incoming.thumbnails(desk.actor, [one.id, new_id()]).keys() == {one.id}

    def test_nothing_in_the_vault_can_be_read_without_the_key(self, desk: InboxDesk) -> None:
        desk.take(a_pdf("Kanarienvogel"))
        files = desk.files()
        assert len(files) >= 3
        assert not [path for path in files if b"Kanarienvogel" in path.read_bytes()]

    def test_the_same_command_twice_takes_it_in_once(self, desk: InboxDesk) -> None:
        command = TakeIn(file_name="a.png", source=IncomingSource.PASTED)
        first = desk.clinic.incoming.take_in(desk.actor, command, io.BytesIO(a_png()))
        again = desk.clinic.incoming.take_in(desk.actor, command, io.BytesIO(b"not even looked at"))
        assert again == first
        assert desk.clinic.incoming.count(desk.actor) == 1

    def test_the_same_bytes_twice_are_one_while_they_wait(self, desk: InboxDesk) -> None:
        first = desk.take(a_png(), "a.png")
        files = desk.files()
        assert desk.take(a_png(), "b.png") == first
        assert desk.files() == files

    def test_the_same_bytes_are_known_for_30_days_after_filing(
        self, desk: InboxDesk, clock: FixedClock
    ) -> None:
        first = desk.take(a_png(), "a.png")
        desk.file(first)
        clock.advance(timedelta(days=29))
        _signed_in_again(desk, clock)
        assert desk.take(a_png(), "b.png").id == first.id
        clock.advance(timedelta(days=2))
        _signed_in_again(desk, clock)
        assert desk.take(a_png(), "b.png").id != first.id

    def test_bytes_that_were_discarded_come_in_anew(self, desk: InboxDesk) -> None:
        first = desk.take(a_png(), "a.png")
        _discard(desk, first.id, first.version)
        assert desk.take(a_png(), "b.png").id != first.id

    def test_two_desks_with_the_same_bytes_take_them_in_once(self, desk: InboxDesk) -> None:
        begin = Barrier(3)

        def take(_: int) -> object:
            begin.wait()
            return desk.take(a_png(), "a.png").id

        with ThreadPoolExecutor(3) as pool:
            assert len(set(pool.map(take, range(3)))) == 1
        assert desk.clinic.incoming.count(desk.actor) == 1

    @pytest.mark.parametrize(
        ("data", "name", "code"),
        [
            (b"", "a.pdf", ErrorCode.FILE_EMPTY),
            (b"MZ" + bytes(400), "a.pdf", ErrorCode.FILE_TYPE_REFUSED),
            (a_png(), "a.pdf", ErrorCode.FILE_NAME_DISAGREES),
            (a_png()[:60], "a.png", ErrorCode.FILE_UNREADABLE),
        ],
    )
    def test_what_is_refused_leaves_nothing(
        self, desk: InboxDesk, data: bytes, name: str, code: ErrorCode
    ) -> None:
        with refused(code, Invalid):
            desk.take(data, name)
        assert not desk.files()
        for state in IncomingState:
            assert desk.clinic.incoming.count(desk.actor, state) == 0

    def test_other_windows_hear_of_it(self, desk: InboxDesk) -> None:
        heard: list[ChangeSet] = []
        desk.clinic.changes.subscribe(heard.append)
        one = desk.take(a_png(), "a.png")
        assert Change("incoming", one.id) in [change for each in heard for change in each.changes]

    def test_unknown(self, desk: InboxDesk) -> None:
        for call in (
            desk.clinic.incoming.get,
            desk.clinic.incoming.open,
            desk.clinic.incoming.text,
            desk.clinic.incoming.thumbnail,
            desk.clinic.incoming.contents,
            desk.clinic.incoming.guess,
        ):
            with refused(ErrorCode.INCOMING_NOT_FOUND, NotFound):
                call(desk.actor, new_id())


class TestFiling:
    def test_it_becomes_a_document_of_the_patient(self, desk: InboxDesk, doctor: Actor) -> None:
        data = a_pdf("Laboratory report\nof nobody in particular")
        one = desk.take(data)
        turned = desk.clinic.incoming.turn(desk.actor, TurnIncoming(id=one.id, version=one.version, turn=90))
        filed = desk.file(turned, title="Blood count", note="from the post")
        assert (filed.patient_id, filed.title, filed.type) == (
            desk.patient.id,
            "Blood count",
            DocumentType.LAB_REPORT,
        )
        assert (filed.turn, filed.note, filed.pages, filed.size) == (90, "from the post", 1, len(data))
        assert filed.document_class is DocumentClass.CLINICAL
        assert read_document(desk.clinic, doctor, filed) == data
        assert "Laboratory" in desk.clinic.documents.text(doctor, filed.id)[0]
        assert desk.clinic.documents.thumbnail(doctor, filed.id).startswith(b"\x89PNG")
        (hit,) = desk.clinic.document_search.find(doctor, "particular")
        assert hit.document.id == filed.id
        ended = desk.clinic.incoming.get(desk.actor, one.id)
        assert (ended.state, ended.document_id, ended.patient_id) == (
            IncomingState.FILED,
            filed.id,
            desk.patient.id,
        )
        assert desk.clinic.incoming.list(desk.actor) == ()
        assert desk.clinic.documents.of_patient(desk.actor, desk.patient.id) == (filed,)

    def test_what_was_filed_is_looked_at_in_the_chart_alone(self, desk: InboxDesk) -> None:
        one = desk.take(a_png(), "a.png")
        desk.file(one)
        for call in (
            desk.clinic.incoming.open,
            desk.clinic.incoming.text,
            desk.clinic.incoming.thumbnail,
            desk.clinic.incoming.contents,
            desk.clinic.incoming.guess,
        ):
            with refused(ErrorCode.INCOMING_ENDED, Conflict):
                call(desk.actor, one.id)
        assert desk.clinic.incoming.thumbnails(desk.actor, [one.id]) == {}

    def test_the_same_command_twice_files_once(self, desk: InboxDesk) -> None:
        one = desk.take(a_png(), "a.png")
        command = desk.wants(one)
        first = desk.clinic.incoming.file(desk.actor, command)
        assert desk.clinic.incoming.file(desk.actor, command) == first
        assert len(desk.clinic.documents.of_patient(desk.actor, desk.patient.id)) == 1

    def test_of_two_desks_one_wins(self, desk: InboxDesk) -> None:
        other = desk.clinic.patients.register(desk.actor, a_patient())
        one = desk.take(a_png(), "a.png")
        begin = Barrier(2)

        def file(patient_id: object) -> object:
            begin.wait()
            try:
                return desk.file(one, patient_id=patient_id)
            except ClinicError as error:
                return error.code

        with ThreadPoolExecutor(2) as pool:
            ended = list(pool.map(file, (desk.patient.id, other.id)))
        assert ErrorCode.INCOMING_ENDED in ended
        assert len([each for each in ended if isinstance(each, ErrorCode)]) == 1
        filed = [
            len(desk.clinic.documents.of_patient(desk.actor, patient.id)) for patient in (desk.patient, other)
        ]
        assert sorted(filed) == [0, 1]

    def test_one_command_sent_by_two_threads_files_once(self, desk: InboxDesk) -> None:
        one = desk.take(a_png(), "a.png")
        command, begin = desk.wants(one), Barrier(2)

        def file(_: int) -> object:
            begin.wait()
            return desk.clinic.incoming.file(desk.actor, command).id

        with ThreadPoolExecutor(2) as pool:
            assert len(set(pool.map(file, range(2)))) == 1
        assert len(desk.clinic.documents.of_patient(desk.actor, desk.patient.id)) == 1

    def test_an_archived_patient_gets_nothing(self, desk: InboxDesk, admin: Actor) -> None:
        one = desk.take(a_png(), "a.png")
        desk.clinic.patients.archive(
            admin, ArchivePatient(id=desk.patient.id, version=desk.patient.version, reason="moved away")
        )
        files = desk.files()
        with refused(ErrorCode.PATIENT_ARCHIVED, Conflict):
            desk.file(one)
        assert desk.files() == files
        assert desk.clinic.incoming.get(desk.actor, one.id).state is IncomingState.WAITING

    def test_a_file_that_names_another_waits_until_it_is_confirmed(self, desk: InboxDesk) -> None:
        one = desk.take(a_pdf("Patient: Wilhelmina Quistgaard\nDate of birth: 1951-07-08"))
        assert "Quistgaard" in one.named
        with refused(ErrorCode.FILE_NAMES_ANOTHER, Conflict):
            desk.file(one)
        filed = desk.file(one, other_name_confirmed=True)
        assert filed.name_check.value == "confirmed"

    def test_a_stale_version_is_refused(self, desk: InboxDesk) -> None:
        one = desk.take(a_png(), "a.png")
        desk.clinic.incoming.turn(desk.actor, TurnIncoming(id=one.id, version=one.version, turn=90))
        with pytest.raises(ChangedMeanwhile):
            desk.file(one)

    def test_a_newer_version_supersedes(self, desk: InboxDesk) -> None:
        first = desk.file(desk.take(a_png("teal"), "a.png"))
        second = desk.file(desk.take(a_png("navy"), "b.png"), replaces_id=first.id)
        assert desk.clinic.documents.of_patient(desk.actor, desk.patient.id) == (second,)

    def test_the_portrait_is_no_paper(self, desk: InboxDesk) -> None:
        with refused(ErrorCode.FIELDS_INVALID, Invalid):
            desk.file(desk.take(a_png(), "a.png"), type=DocumentType.PORTRAIT)


class TestUnfiling:
    def test_it_waits_again_and_the_chart_forgets_it(self, desk: InboxDesk, doctor: Actor) -> None:
        data = a_pdf("Laboratory report")
        one = desk.take(data)
        filed = desk.file(one)
        back = _unfile(desk, one.id)
        assert back.state is IncomingState.WAITING
        assert back.document_id is None
        assert desk.clinic.document_search.find(doctor, "laboratory") == ()
        assert desk.read(back) == data
        assert desk.clinic.documents.of_patient(desk.actor, desk.patient.id) == ()
        gone = desk.clinic.documents.of_patient(desk.actor, desk.patient.id, include_deleted=True)
        assert [each.status for each in gone] in ([], [DocumentStatus.ENTERED_IN_ERROR])
        with pytest.raises(NotFound):
            desk.clinic.documents.open(doctor, filed.id)
        other = desk.clinic.patients.register(desk.actor, a_patient())
        again = desk.file(back, patient_id=other.id)
        assert desk.clinic.documents.of_patient(desk.actor, other.id) == (again,)

    def test_the_version_before_counts_again(self, desk: InboxDesk) -> None:
        first = desk.file(desk.take(a_png("teal"), "a.png"))
        second = desk.take(a_png("navy"), "b.png")
        desk.file(second, replaces_id=first.id)
        _unfile(desk, second.id)
        (current,) = desk.clinic.documents.of_patient(desk.actor, desk.patient.id)
        assert (current.id, current.status) == (first.id, DocumentStatus.CURRENT)

    def test_one_that_was_superseded_stays(self, desk: InboxDesk) -> None:
        one = desk.take(a_png("teal"), "a.png")
        first = desk.file(one)
        desk.file(desk.take(a_png("navy"), "b.png"), replaces_id=first.id)
        with refused(ErrorCode.DOCUMENT_SUPERSEDED, Conflict):
            _unfile(desk, one.id)

    def test_one_that_a_doctor_has_read_stays(self, desk: InboxDesk, admin: Actor, doctor: Actor) -> None:
        one = desk.take(a_png(), "a.png")
        filed = desk.file(one)
        desk.clinic.settings.change(admin, ChangeSettings(reading_rule=ReadingRule.WHOLE_CLINIC))
        desk.clinic.documents.review(doctor, ReviewDocument(id=filed.id, version=filed.version))
        with refused(ErrorCode.DOCUMENT_REVIEWED, Conflict):
            _unfile(desk, one.id)
        (kept,) = desk.clinic.documents.of_patient(desk.actor, desk.patient.id)
        assert kept.id == filed.id

    def test_after_a_day_it_is_too_late(self, desk: InboxDesk, clock: FixedClock) -> None:
        one = desk.take(a_png(), "a.png")
        desk.file(one)
        clock.advance(UNFILED_WITHIN + timedelta(seconds=1))
        _signed_in_again(desk, clock)
        with refused(ErrorCode.UNFILING_TOO_LATE, Conflict):
            _unfile(desk, one.id)

    def test_the_trail_tells_it_under_the_patient(self, desk: InboxDesk, admin: Actor) -> None:
        one = desk.take(a_png(), "a.png")
        desk.file(one)
        _unfile(desk, one.id)
        lines = [event for event in desk.clinic.audit.list(admin) if event.patient_id == desk.patient.id]
        actions = [event.action for event in lines]
        for action in ("incoming.filed", "document.attached", "document.unfiled", "incoming.unfiled"):
            assert action in actions


class TestDividing:
    def test_a_stack_becomes_its_papers(self, desk: InboxDesk) -> None:
        stack = desk.take(a_pdf("Laboratory report", "its second page", "Referral letter", "Insurance card"))
        pieces = desk.clinic.incoming.split(
            desk.actor, SplitIncoming(id=stack.id, version=stack.version, before=(3, 4))
        )
        assert [piece.pages for piece in pieces] == [2, 1, 1]
        assert [piece.source for piece in pieces] == [IncomingSource.SPLIT] * 3
        assert [desk.clinic.incoming.text(desk.actor, piece.id)[0].strip() for piece in pieces] == [
            "Laboratory report",
            "Referral letter",
            "Insurance card",
        ]
        assert {each.id for each in desk.clinic.incoming.list(desk.actor)} == {piece.id for piece in pieces}
        assert desk.clinic.incoming.get(desk.actor, stack.id).state is IncomingState.SPLIT

    @pytest.mark.parametrize("before", [(1,), (5,), (3, 2), (2, 2)])
    def test_pages_that_are_not_there(self, desk: InboxDesk, before: tuple[int, ...]) -> None:
        stack = desk.take(a_pdf("a", "b", "c", "d"))
        with refused(ErrorCode.FILE_NOT_DIVISIBLE, Invalid):
            desk.clinic.incoming.split(
                desk.actor, SplitIncoming(id=stack.id, version=stack.version, before=before)
            )

    def test_a_picture_is_not_divided(self, desk: InboxDesk) -> None:
        one = desk.take(a_png(), "a.png")
        with refused(ErrorCode.FILE_NOT_DIVISIBLE, Invalid):
            desk.clinic.incoming.split(desk.actor, SplitIncoming(id=one.id, version=one.version, before=(2,)))

    def test_put_together_again(self, desk: InboxDesk) -> None:
        data = a_pdf("a", "b")
        stack = desk.take(data)
        pieces = desk.clinic.incoming.split(
            desk.actor, SplitIncoming(id=stack.id, version=stack.version, before=(2,))
        )
        whole = _reopen(desk, stack.id)
        assert desk.read(whole) == data
        assert desk.clinic.incoming.list(desk.actor) == (whole,)
        with refused(ErrorCode.INCOMING_ENDED, Conflict):
            _reopen(desk, pieces[0].id)

    def test_not_once_a_piece_was_filed(self, desk: InboxDesk) -> None:
        stack = desk.take(a_pdf("a", "b"))
        first, _ = desk.clinic.incoming.split(
            desk.actor, SplitIncoming(id=stack.id, version=stack.version, before=(2,))
        )
        desk.file(first)
        with refused(ErrorCode.INCOMING_ENDED, Conflict):
            _reopen(desk, stack.id)
        _unfile(desk, first.id)
        assert _reopen(desk, stack.id).state is IncomingState.WAITING


class TestTheBin:
    def test_discarded_and_back(self, desk: InboxDesk) -> None:
        one = desk.take(a_png(), "a.png")
        gone = _discard(desk, one.id, one.version)
        assert (gone.state, gone.end_reason) == (IncomingState.DISCARDED, "an empty sheet")
        with refused(ErrorCode.INCOMING_ENDED, Conflict):
            desk.file(one)
        back = _reopen(desk, one.id)
        assert (back.state, back.end_reason, back.ended_at) == (IncomingState.WAITING, "", None)
        assert desk.read(back) == a_png()

    def test_not_after_30_days(self, desk: InboxDesk, clock: FixedClock) -> None:
        one = desk.take(a_png(), "a.png")
        _discard(desk, one.id, one.version)
        clock.advance(KEPT_FOR + timedelta(seconds=1))
        _signed_in_again(desk, clock)
        with refused(ErrorCode.INCOMING_ENDED, Conflict):
            _reopen(desk, one.id)


def _discard(desk: InboxDesk, incoming_id: UUID, version: int) -> IncomingFile:
    command = DiscardIncoming(id=incoming_id, version=version, reason="an empty sheet")
    return desk.clinic.incoming.discard(desk.actor, command)


def _reopen(desk: InboxDesk, incoming_id: UUID) -> IncomingFile:
    now = desk.clinic.incoming.get(desk.actor, incoming_id)
    return desk.clinic.incoming.reopen(desk.actor, ReopenIncoming(id=now.id, version=now.version))


def _unfile(desk: InboxDesk, incoming_id: UUID) -> IncomingFile:
    now = desk.clinic.incoming.get(desk.actor, incoming_id)
    command = UnfileIncoming(id=now.id, version=now.version, reason="wrong patient")
    return desk.clinic.incoming.unfile(desk.actor, command)


def _signed_in_again(desk: InboxDesk, clock: FixedClock) -> None:
    """Let the session last, however far the clock was put on."""
    with desk.clinic.work.unsigned() as session:
        row = session.get(SessionRow, desk.actor.session_id)
        assert row is not None
        row.expires_at = clock.now() + timedelta(hours=1)
        session.reported.add(row)
