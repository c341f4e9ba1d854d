"""What leaves the clinic has a recipient and a purpose: in the trail and the patient's ledger, or it did not leave."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import DocumentType, Inert
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, Stopped, Unavailable
from meditrack_desktop.domain.privacy import DisclosureKind, HandOutDocument
from meditrack_desktop.domain.progress import Progress
from tests.makers.documents import FilingDesk, a_report
from tests.services.documents.conftest import lines

SAMPLES = Path(__file__).resolve().parents[3] / "../shared/samples"


def _to(document_id: object, kind: DisclosureKind = DisclosureKind.SAVED_COPY) -> HandOutDocument:
    return HandOutDocument.model_validate(
        {"document_id": document_id, "kind": kind, "recipient": "City Hospital", "purpose": "second opinion"}
    )


def _ledger(desk: FilingDesk, admin: Actor) -> list[tuple[str, str, str, str]]:
    found = desk.clinic.disclosures.list(admin, desk.patient.id)
    return [(one.kind.value, one.recipient, one.what, one.purpose) for one in found]


def test_printing_is_noted_before_a_byte_is_given(desk: FilingDesk, doctor: Actor, admin: Actor) -> None:
    data = a_report()
    filed = desk.attach(data, title="Blood count")
    opened = desk.clinic.documents.hand_out(doctor, _to(filed.id, DisclosureKind.PRINT))
    assert opened.source.read_all() == data
    opened.source.close()
    expected = [("print", "City Hospital", "Document: Blood count", "second opinion")]
    assert _ledger(desk, admin) == expected
    assert [line[:2] for line in lines(desk.clinic, admin, "document.printed")] == [
        (filed.id, desk.patient.id)
    ]


def test_a_saved_copy_is_the_original_and_nobody_elses_to_read(
    desk: FilingDesk, doctor: Actor, admin: Actor, tmp_path: Path
) -> None:
    data, target, seen = a_report(), tmp_path / "copy.pdf", list[Progress]()
    filed = desk.attach(data)
    desk.clinic.documents.save_copy(doctor, _to(filed.id), target, seen.append)
    assert target.read_bytes() == data
    if os.name == "posix":
        assert target.stat().st_mode & 0o777 == 0o600
    assert seen[-1] == Progress(len(data), len(data))
    assert [kind for kind, *_ in _ledger(desk, admin)] == ["saved-copy"]
    assert lines(desk.clinic, admin, "document.saved_copy")


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample files lie beside the project")
def test_an_image_that_begins_like_a_program_leaves_as_an_image(
    desk: FilingDesk, doctor: Actor, tmp_path: Path
) -> None:
    """H37: flagged, the original kept as it came, no program outside."""
    data, target = (SAMPLES / "hostile/polyglots/dicom-mz.dcm").read_bytes(), tmp_path / "copy.dcm"
    assert data.startswith(b"MZ")
    filed = desk.attach(data, "scan.dcm", other_name_confirmed=True)
    assert filed.inert == {Inert.PREAMBLE}
    with closing(desk.clinic.documents.open(doctor, filed.id).source) as source:
        assert source.read_all() == data
    desk.clinic.documents.save_copy(doctor, _to(filed.id), target, None)
    assert target.read_bytes() == bytes(128) + data[128:]


@pytest.mark.parametrize("trouble", ["there is one", "no folder", "stopped", "damaged"])
def test_a_copy_that_fails_is_told_and_leaves_no_file(
    desk: FilingDesk, doctor: Actor, admin: Actor, tmp_path: Path, trouble: str
) -> None:
    filed, folder = desk.attach(a_report()), tmp_path / "out"
    folder.mkdir()
    target = folder / "copy.pdf"

    def progress(_: Progress) -> None:
        if trouble == "stopped":
            raise Stopped()

    if trouble == "there is one":
        target.write_text("mine", "utf-8")
    if trouble == "no folder":
        target = tmp_path / "nowhere" / "copy.pdf"
    if trouble == "damaged":
        for path in desk.files_of(filed.id):
            path.write_bytes(path.read_bytes()[:-1] + b"?")
    code = {
        "stopped": ErrorCode.STOPPED,
        "damaged": ErrorCode.VAULT_DAMAGED,
    }.get(trouble, ErrorCode.EXPORT_TARGET_UNUSABLE)
    with pytest.raises((Unavailable, Stopped), match=code.value):
        desk.clinic.documents.save_copy(doctor, _to(filed.id), target, progress)
    there = [path.name for path in folder.iterdir()]
    assert there == (["copy.pdf"] if trouble == "there is one" else [])
    assert _ledger(desk, admin) == []
    [(what, whose, outcome, detail)] = lines(desk.clinic, admin, "document.save_failed")
    assert (what, whose, outcome, detail) == (filed.id, desk.patient.id, "refused", code.value)


def test_who_may_not_open_it_hands_nothing_out(desk: FilingDesk, admin: Actor, tmp_path: Path) -> None:
    report = desk.attach(type=DocumentType.LAB_REPORT)
    for actor in (desk.actor, admin):
        with pytest.raises(NotAllowed):
            desk.clinic.documents.hand_out(actor, _to(report.id))
        with pytest.raises(NotAllowed):
            desk.clinic.documents.save_copy(actor, _to(report.id), tmp_path / "copy.png")
    assert not (tmp_path / "copy.png").exists()


def test_the_same_deed_is_noted_once(desk: FilingDesk, doctor: Actor, admin: Actor) -> None:
    filed = desk.attach()
    command = _to(filed.id, DisclosureKind.PRINT)
    for _ in range(2):
        desk.clinic.documents.hand_out(doctor, command).source.close()
    assert len(_ledger(desk, admin)) == 1
