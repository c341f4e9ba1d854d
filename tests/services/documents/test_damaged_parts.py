"""A part that was changed, cut, swapped or put back is refused as a document is (F13); the rest still opens."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from meditrack_desktop.database.tables.documents import DocumentPartRow, PatientKeyRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import Document, DocumentClass, DocumentType, PartKind, StoredBlob
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from tests.makers.documents import FilingDesk, a_pdf


@pytest.fixture
def two(desk: FilingDesk) -> tuple[Document, Document]:
    """Two reports of one patient: the same key opens both."""
    made = [desk.attach(a_pdf(text), type=DocumentType.LAB_REPORT) for text in ("first page", "another text")]
    return made[0], made[1]


def parts(desk: FilingDesk, document: Document) -> dict[PartKind, StoredBlob]:
    with desk.clinic.work.database.reading() as session:
        rows = session.scalars(select(DocumentPartRow).where(DocumentPartRow.document_id == document.id))
        return {
            row.kind: StoredBlob(
                row.blob_id, row.size, row.sha256, row.ciphertext_size, row.ciphertext_sha256
            )
            for row in rows
        }


def file_of(desk: FilingDesk, blob: StoredBlob) -> Path:
    return desk.clinic.keys.vault.layout.blob(blob.blob_id)


def code_of(use: Callable[[], object]) -> ErrorCode:
    with pytest.raises(Unavailable) as refused:
        use()
    return refused.value.code


@pytest.mark.parametrize("kind", [PartKind.THUMBNAIL, PartKind.TEXT])
def test_no_changed_part_is_shown(
    desk: FilingDesk, two: tuple[Document, Document], doctor: Actor, kind: PartKind
) -> None:
    first, second = two
    documents = desk.clinic.documents
    ask = {PartKind.THUMBNAIL: documents.thumbnail, PartKind.TEXT: documents.text}[kind]
    right = ask(doctor, first.id)
    file, other = file_of(desk, parts(desk, first)[kind]), file_of(desk, parts(desk, second)[kind])
    whole, chance = file.read_bytes(), random.Random(13)
    header = whole.index(b"\n--- ") + 60
    spots = [*range(0, header, 3), *(chance.randrange(len(whole)) for _ in range(40))]
    changed = [bytes(whole[:spot] + bytes([whole[spot] ^ 1]) + whole[spot + 1 :]) for spot in spots]
    for data in (*changed, b"", whole[:100], whole[:-1], whole + b"x", other.read_bytes()):
        file.write_bytes(data)
        assert code_of(lambda: ask(doctor, first.id)) is ErrorCode.VAULT_DAMAGED
    opened = documents.open(doctor, first.id)
    assert opened.source.read_all() == a_pdf("first page")  # the original is untouched by it
    opened.source.close()
    assert ask(doctor, second.id)
    file.write_bytes(whole)
    assert ask(doctor, first.id) == right


def test_swapped_hashes_of_parts_are_refused(
    desk: FilingDesk, two: tuple[Document, Document], doctor: Actor
) -> None:
    first, second = two
    with desk.clinic.work.database.writing() as session:
        rows = [
            session.scalars(
                select(DocumentPartRow).where(
                    DocumentPartRow.document_id == each.id, DocumentPartRow.kind == PartKind.TEXT
                )
            ).one()
            for each in two
        ]
        for name in ("sha256", "ciphertext_sha256", "size", "ciphertext_size"):
            one, other = (getattr(row, name) for row in rows)
            setattr(rows[0], name, other)
            setattr(rows[1], name, one)
        session.reported.update(rows)
    for each in (first, second):
        assert (
            code_of(lambda each=each: desk.clinic.documents.text(doctor, each.id)) is ErrorCode.VAULT_DAMAGED
        )  # type: ignore[misc]
        assert desk.clinic.documents.thumbnail(doctor, each.id)


def test_the_sweep_and_the_check_know_parts(
    desk: FilingDesk, two: tuple[Document, Document], admin: Actor
) -> None:
    first, _ = two
    found = parts(desk, first)
    file_of(desk, found[PartKind.TEXT]).unlink()
    data = bytearray(file_of(desk, found[PartKind.THUMBNAIL]).read_bytes())
    data[-30] ^= 1
    file_of(desk, found[PartKind.THUMBNAIL]).write_bytes(data)
    report = desk.clinic.upkeep.run(admin)
    assert report.missing == (found[PartKind.TEXT].blob_id,)
    assert report.damaged == (found[PartKind.THUMBNAIL].blob_id,)


@pytest.mark.parametrize("harm", ["thumbnail", "key"])
def test_one_harmed_thumbnail_or_key_hides_no_other(desk: FilingDesk, doctor: Actor, harm: str) -> None:
    cards = [desk.attach(type=DocumentType.INSURANCE) for _ in range(2)]
    first = desk.attach(a_pdf("a report"), type=DocumentType.LAB_REPORT)
    ids = [one.id for one in (first, *cards)]
    documents = desk.clinic.documents
    assert set(documents.thumbnails(doctor, ids)) == set(ids)
    if harm == "thumbnail":
        file_of(desk, parts(desk, first)[PartKind.THUMBNAIL]).write_bytes(b"no longer what it was")
    else:
        with desk.clinic.work.database.writing() as session:
            row = session.scalars(
                select(PatientKeyRow).where(
                    PatientKeyRow.patient_id == first.patient_id,
                    PatientKeyRow.document_class == DocumentClass.CLINICAL,
                )
            ).one()
            row.wrapped = row.wrapped[:-1] + bytes([row.wrapped[-1] ^ 1])
            session.reported.add(row)
    assert set(documents.thumbnails(doctor, ids)) == {one.id for one in cards}
    desk.clinic.keys.drop()
    assert code_of(lambda: documents.thumbnails(doctor, ids)) is ErrorCode.VAULT_LOCKED
