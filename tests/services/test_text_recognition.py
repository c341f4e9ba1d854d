"""Text of scans: read by a real recognizer, kept encrypted, found, and only by whom may read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO

import pytest
from PIL import Image, ImageDraw, ImageFont

from meditrack_desktop.adapters import tesseract
from meditrack_desktop.config import resource_path
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import DeleteDocument, DocumentType, PartKind, TextState
from meditrack_desktop.domain.errors import ErrorCode, Stopped, Unavailable
from meditrack_desktop.domain.incoming import DiscardIncoming, GuessReason
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.domain.text_recognition import RecognitionReport
from meditrack_desktop.services.clinic import Clinic
from tests.makers.care import as_doctor, in_care
from tests.makers.documents import FilingDesk, a_pdf
from tests.makers.people import a_patient
from tests.services.incoming_scene import InboxDesk

needs_tesseract = pytest.mark.skipif(tesseract.installed() is None, reason="Tesseract is not installed")


def a_scan(*pages: str) -> bytes:
    """A TIFF of pictures of these lines, as from a scanner."""
    font = ImageFont.truetype(str(next(resource_path("fonts").rglob("*.ttf"))), 40)
    drawn = []
    for text in pages:
        image = Image.new("L", (1400, 700), 255)
        ImageDraw.Draw(image).multiline_text((80, 80), text, font=font, fill=0)
        drawn.append(image)
    out = BytesIO()
    drawn[0].save(out, "TIFF", save_all=True, append_images=drawn[1:], compression="tiff_deflate")
    return out.getvalue()


class Reader:
    """Reads what it is told to, page by page, and remembers what it was given."""

    name, languages = "Reader 1", ("eng",)

    def __init__(self, *texts: str, fails: bool = False) -> None:
        self.texts = list(texts)
        self.fails = fails
        self.pictures: list[bytes] = []
        self.closed = 0

    def recognise(self, pages: Iterable[bytes], languages: Sequence[str] = ()) -> Iterator[str]:
        for png in pages:
            self.pictures.append(png)
            if self.fails:
                raise Unavailable(ErrorCode.RECOGNITION_FAILED)
            yield self.texts.pop(0) if self.texts else "some words"

    def close(self) -> None:
        self.closed += 1


def use(clinic: Clinic, reader: Reader | None) -> Reader:
    clinic.text_recognition._recognizer = lambda: reader
    return reader or Reader()


@pytest.fixture
def desk(clinic: Clinic, reception: Actor, doctor: Actor, admin: Actor) -> FilingDesk:
    patient = clinic.patients.register(reception, a_patient())
    in_care(clinic, reception, as_doctor(clinic, admin, doctor), patient)
    return FilingDesk(clinic, reception, patient)


def state(desk: FilingDesk, document_id: object) -> TextState:
    return desk.clinic.documents.get(desk.actor, document_id).text_state  # type: ignore[arg-type]


@needs_tesseract
def test_a_scan_is_read_found_and_known_by_whom_it_names(
    desk: FilingDesk, doctor: Actor, reception: Actor
) -> None:
    """From the scanner to the search, by the program that a clinic has."""
    clinic, patient = desk.clinic, desk.patient
    lines = (
        f"Patient: {patient.given} {patient.family}\nDate of birth: {patient.birth_date}\n"
        f"Record number: {patient.mrn}\nHaemoglobin 13.2 g/dl"
    )
    waiting = InboxDesk(clinic, reception, patient).take(a_scan(lines, "Second page: ferritin"), "scan.tif")
    assert waiting.named == ""
    before = clinic.text_recognition.waiting(reception)
    assert (before.incoming, before.documents) == (1, 0)
    assert before.recognizer.startswith("Tesseract ")
    report = clinic.text_recognition.run(reception)
    assert (report.incoming, report.pages, report.failed) == (1, 2, 0)
    best = clinic.incoming.guess(reception, waiting.id)[0]
    assert (best.patient_id, best.sure) == (patient.id, True)
    assert GuessReason.RECORD_NUMBER in best.reasons
    (one,) = clinic.incoming.list(reception)
    document = InboxDesk(clinic, reception, patient).file(one)
    assert document.text_state is TextState.RECOGNISED
    pages = clinic.documents.text(doctor, document.id)
    assert "ferritin" in pages[1]
    clinic.document_search.catch_up()
    (hit,) = clinic.document_search.find(doctor, "ferritin")
    assert hit.document.id == document.id


class TestDocuments:
    def test_the_text_is_kept_as_a_part(self, desk: FilingDesk, doctor: Actor) -> None:
        reader = use(desk.clinic, Reader("first page", "", "Zoë's third"))
        document = desk.attach(a_scan("a", "b", "c"), "scan.tif")
        assert document.text_state is TextState.WANTED
        report = desk.clinic.text_recognition.run(doctor)
        assert report == RecognitionReport(documents=1, pages=3, recognizer="Reader 1")
        assert all(picture.startswith(b"\x89PNG") for picture in reader.pictures)
        assert reader.closed == 1
        assert desk.clinic.documents.text(doctor, document.id) == ("first page", "", "Zoë's third")
        read = desk.clinic.documents.get(doctor, document.id)
        assert read.text_state is TextState.RECOGNISED
        assert PartKind.TEXT in read.parts
        (hit,) = desk.clinic.document_search.find(doctor, "third")
        assert hit.document.id == document.id
        assert desk.files() == desk.known_files()

    def test_nothing_of_it_is_readable_on_the_disk(self, desk: FilingDesk, doctor: Actor) -> None:
        use(desk.clinic, Reader("Kanarienvogel sings"))
        desk.attach(a_scan("a"), "scan.tif")
        desk.clinic.text_recognition.run(doctor)
        for path in desk.clinic.profile.folder.rglob("*"):
            if path.is_file():
                assert b"Kanarienvogel" not in path.read_bytes(), path

    def test_a_page_without_a_word_is_not_asked_for_again(self, desk: FilingDesk, doctor: Actor) -> None:
        use(desk.clinic, Reader(""))
        document = desk.attach(a_scan("a"), "scan.tif")
        report = desk.clinic.text_recognition.run(doctor)
        assert (report.documents, report.empty) == (1, 1)
        assert state(desk, document.id) is TextState.NONE
        assert desk.clinic.text_recognition.run(doctor).documents == 0

    def test_only_what_one_may_read(
        self, desk: FilingDesk, doctor: Actor, reception: Actor, admin: Actor
    ) -> None:
        """The front desk reads insurance cards, a doctor what is in their care, an administrator neither."""
        reader = use(desk.clinic, Reader())
        stranger = desk.clinic.patients.register(reception, a_patient(family="Fremd"))
        card = desk.attach(a_scan("card"), "card.tif", type=DocumentType.INSURANCE)
        mine = desk.attach(a_scan("mine"), "mine.tif", type=DocumentType.LAB_REPORT)
        foreign = desk.attach(a_scan("x"), "x.tif", type=DocumentType.LAB_REPORT, patient_id=stranger.id)
        counted = [
            desk.clinic.text_recognition.waiting(actor).documents for actor in (reception, doctor, admin)
        ]
        assert counted == [1, 2, 0]
        assert desk.clinic.text_recognition.run(reception).documents == 1
        assert state(desk, card.id) is TextState.RECOGNISED
        assert desk.clinic.text_recognition.run(admin).documents == 0
        assert desk.clinic.text_recognition.run(doctor).documents == 1
        assert state(desk, mine.id) is TextState.RECOGNISED
        assert state(desk, foreign.id) is TextState.WANTED
        assert len(reader.pictures) == 2

    def test_faces_and_the_bin_are_left_out(self, desk: FilingDesk, doctor: Actor) -> None:
        use(desk.clinic, Reader())
        binned = desk.attach(a_scan("x"), "x.tif")
        desk.clinic.documents.delete(doctor, DeleteDocument(id=binned.id, version=1, reason="twice"))
        assert desk.clinic.text_recognition.waiting(doctor).total == 0

    def test_a_pdf_with_text_is_not_read(self, desk: FilingDesk, doctor: Actor) -> None:
        use(desk.clinic, Reader())
        desk.attach(a_pdf("typed"))
        assert desk.clinic.text_recognition.waiting(doctor).total == 0

    def test_one_that_was_deleted_while_it_was_read(self, desk: FilingDesk, doctor: Actor) -> None:
        document = desk.attach(a_scan("x"), "x.tif")

        class Slow(Reader):
            def recognise(self, pages: Iterable[bytes], languages: Sequence[str] = ()) -> Iterator[str]:
                yield from super().recognise(pages, languages)
                desk.clinic.documents.delete(doctor, DeleteDocument(id=document.id, version=1, reason="gone"))

        use(desk.clinic, Slow())
        assert desk.clinic.text_recognition.run(doctor).documents == 0
        assert state(desk, document.id) is TextState.WANTED
        assert desk.files() == desk.known_files()

    def test_what_cannot_be_read_stops_nothing_and_is_tried_once(
        self, desk: FilingDesk, doctor: Actor
    ) -> None:
        reader = use(desk.clinic, Reader(fails=True))
        document = desk.attach(a_scan("x"), "x.tif")
        assert desk.clinic.text_recognition.run(doctor).failed == 1
        assert desk.clinic.text_recognition.run(doctor).failed == 0
        assert len(reader.pictures) == 1
        assert state(desk, document.id) is TextState.WANTED


class TestTheRun:
    def test_it_counts_pages_and_can_be_stopped(self, desk: FilingDesk, doctor: Actor) -> None:
        reader = use(desk.clinic, Reader())
        desk.attach(a_scan("a", "b"), "one.tif")
        desk.attach(a_scan("c"), "two.tif")
        told: list[Progress] = []
        with pytest.raises(Stopped):
            desk.clinic.text_recognition.run(doctor, told.append, lambda: len(reader.pictures) >= 1)
        assert reader.closed == 1
        assert desk.clinic.text_recognition.waiting(doctor).documents == 1, "what was read is kept"
        desk.clinic.text_recognition.run(doctor, told.append)
        assert told[0] == Progress(0, 3)
        assert told[-1] == Progress(2, 2)

    def test_without_a_recognizer(self, desk: FilingDesk, doctor: Actor) -> None:
        use(desk.clinic, None)
        desk.attach(a_scan("x"), "x.tif")
        waiting = desk.clinic.text_recognition.waiting(doctor)
        assert (waiting.documents, waiting.recognizer) == (1, "")
        with pytest.raises(Unavailable, match=ErrorCode.NO_TEXT_RECOGNITION.value):
            desk.clinic.text_recognition.run(doctor)

    def test_the_inbox_comes_first(self, desk: FilingDesk, doctor: Actor) -> None:
        use(desk.clinic, Reader("from the inbox", "from the chart"))
        document = desk.attach(a_scan("x"), "x.tif")
        waiting = InboxDesk(desk.clinic, doctor, desk.patient).take(a_scan("y"), "y.tif")
        desk.clinic.text_recognition.run(doctor)
        assert desk.clinic.incoming.text(doctor, waiting.id) == ("from the inbox",)
        assert desk.clinic.documents.text(doctor, document.id) == ("from the chart",)

    def test_what_left_the_inbox_meanwhile_stays_as_it_is(self, desk: FilingDesk, doctor: Actor) -> None:
        inbox = InboxDesk(desk.clinic, doctor, desk.patient)
        waiting = inbox.take(a_scan("y"), "y.tif")

        class Slow(Reader):
            def recognise(self, pages: Iterable[bytes], languages: Sequence[str] = ()) -> Iterator[str]:
                yield from super().recognise(pages, languages)
                command = DiscardIncoming(id=waiting.id, version=waiting.version, reason="not ours")
                desk.clinic.incoming.discard(doctor, command)

        use(desk.clinic, Slow())
        assert desk.clinic.text_recognition.run(doctor).incoming == 0
        assert inbox.files() == desk.known_files()
