"""What is kept beside a document: with the right to open it only, encrypted like it, in one line of the trail."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import DeleteDocument, DocumentType, MediaType, PartKind, TextState
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, NotFound, Unavailable
from tests.makers.dicom_files import a_slice
from tests.makers.documents import FilingDesk, a_pdf, a_report
from tests.services.documents.conftest import lines


def test_text_and_thumbnail_of_a_pdf(desk: FilingDesk, doctor: Actor) -> None:
    filed = desk.attach(a_pdf("First page", "Second page"), type=DocumentType.LAB_REPORT)
    assert filed.parts == {PartKind.TEXT, PartKind.THUMBNAIL}
    assert (filed.pages, filed.text_state) == (2, TextState.OWN)
    text = desk.clinic.documents.text(doctor, filed.id)
    assert [page.strip() for page in text] == ["First page", "Second page"]
    picture = Image.open(io.BytesIO(desk.clinic.documents.thumbnail(doctor, filed.id)))
    assert (picture.format, max(picture.size) <= 320) == ("PNG", True)


def test_a_study_is_one_document_with_its_contents(desk: FilingDesk, doctor: Actor) -> None:
    files = [(f"IM{number}", a_slice(number, number * 2.0)) for number in (1, 2, 3)]
    filed = desk.study(files, type=DocumentType.IMAGING, other_name_confirmed=True)
    assert (filed.media_type, filed.pages) == (MediaType.DICOM_STUDY, 3)
    assert filed.modality and filed.study_id
    contents = desk.clinic.documents.contents(doctor, filed.id)
    images = [image for series in contents.series for image in series.images]
    source = desk.clinic.documents.open(doctor, filed.id).source
    assert {source.read_at(image.offset, image.size) for image in images} == {data for _, data in files}
    source.close()


def test_nothing_of_it_is_readable_on_the_disk(desk: FilingDesk) -> None:
    desk.attach(a_report(text="Kanarienvogel"))
    assert len(desk.files()) == 3
    for path in desk.files():
        data = path.read_bytes()
        assert data.startswith(b"age-encryption.org/v1")
        assert b"Kanarienvogel" not in data and b"PNG" not in data


def test_who_may_not_open_it_sees_nothing_of_it(desk: FilingDesk, doctor: Actor, admin: Actor) -> None:
    report = desk.attach(a_report(), type=DocumentType.LAB_REPORT)
    card = desk.attach(type=DocumentType.INSURANCE)
    documents = desk.clinic.documents
    for ask in (documents.text, documents.thumbnail, documents.contents):
        with pytest.raises(NotAllowed):
            ask(desk.actor, report.id)
    ids = [report.id, card.id]
    assert set(documents.thumbnails(doctor, ids)) == {report.id, card.id}
    assert set(documents.thumbnails(desk.actor, ids)) == {card.id}
    assert set(documents.thumbnails(admin, ids)) == set()
    assert documents.contents(doctor, report.id).series == ()


def test_a_list_of_thumbnails_is_one_line_and_text_goes_with_an_opening(
    desk: FilingDesk, doctor: Actor, admin: Actor
) -> None:
    filed = [desk.attach(type=DocumentType.LAB_REPORT) for _ in range(3)]
    desk.clinic.documents.thumbnails(doctor, [one.id for one in filed])
    assert [line[1] for line in lines(desk.clinic, admin, "document.thumbnails_viewed")] == [desk.patient.id]
    desk.clinic.documents.open(doctor, filed[0].id).source.close()
    desk.clinic.documents.text(doctor, filed[0].id)
    assert [line[0] for line in lines(desk.clinic, admin, "document.opened")] == [filed[0].id]


def test_those_in_the_bin_are_missing(desk: FilingDesk, doctor: Actor) -> None:
    filed = desk.attach()
    desk.clinic.documents.delete(doctor, DeleteDocument(id=filed.id, version=1, reason="not ours"))
    assert desk.clinic.documents.thumbnails(doctor, [filed.id]) == {}
    for ask in (desk.clinic.documents.text, desk.clinic.documents.thumbnail):
        with pytest.raises(NotFound):
            ask(doctor, filed.id)


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_vault_that_fails_half_way_keeps_nothing(
    desk: FilingDesk, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """The original, the thumbnail, the text: whichever cannot be stored, nothing stays and no row is written."""
    vault, stored, count = type(desk.clinic.keys.vault), type(desk.clinic.keys.vault).store, [0]

    def store(self: Any, *arguments: Any) -> Any:
        count[0] += 1
        if count[0] == at:
            raise Unavailable(ErrorCode.VAULT_FULL)
        return stored(self, *arguments)

    monkeypatch.setattr(vault, "store", store)
    with pytest.raises(Unavailable, match=ErrorCode.VAULT_FULL.value):
        desk.attach(a_report())
    assert desk.files() == set()
    assert desk.listed() == []


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_crash_leaves_only_what_the_sweep_finds(
    desk: FilingDesk, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """Original, parts, then the row: killed before each of them and before the commit."""

    class Killed(BaseException):
        pass

    vault, stored, count = type(desk.clinic.keys.vault), type(desk.clinic.keys.vault).store, [0]

    def killed(*_: Any) -> None:
        raise Killed

    def store(self: Any, *arguments: Any) -> Any:
        count[0] += 1
        if count[0] == at:
            raise Killed
        return stored(self, *arguments)

    monkeypatch.setattr(vault, "store", store)
    monkeypatch.setattr(vault, "remove", killed)
    if at == 4:
        from meditrack_desktop.services.documents import filing

        monkeypatch.setattr(filing.part_queries, "add", killed)
    with pytest.raises(Killed):
        desk.attach(a_report())
    monkeypatch.undo()
    assert len(desk.files()) == at - 1
    assert desk.known_files() == set()
    assert desk.listed() == []
    filed = desk.attach(a_report())
    assert desk.known_files() == desk.files_of(filed.id)
    assert len(desk.files()) == at - 1 + 3
