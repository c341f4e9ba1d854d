"""Where files come from: folders opened up, the files of a study together, links and odd things refused."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl

from meditrack_desktop.domain.documents import Document, DocumentType, MediaType
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.demo import scan
from meditrack_desktop.ui.filing.add_sheet import AddDocumentSheet
from meditrack_desktop.ui.filing.sources import (
    ChosenFile,
    chosen_on,
    local_paths,
    looked_into,
    need_looking,
    pasted_on,
)
from tests.ui.documents import papers
from tests.ui.documents.conftest import Window

DICOM = b"\0" * 128 + b"DICM" + b"rest"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two DICOM files without endings in a folder of their own, a paper, a hidden file and a list of contents."""
    inner = tmp_path / "scan" / "SER1"
    inner.mkdir(parents=True)
    for name in ("IM2", "IM1"):
        (inner / name).write_bytes(DICOM)
    (tmp_path / "scan" / "DICOMDIR").write_bytes(DICOM)
    (tmp_path / "scan" / ".hidden").write_bytes(b"x")
    (tmp_path / "scan" / "report.pdf").write_bytes(papers.a_pdf(1))
    return tmp_path / "scan"


def test_a_folder_is_one_study_and_its_papers(folder: Path) -> None:
    files = chosen_on([folder])
    assert need_looking(files)
    study, paper = looked_into(files)
    assert study.is_study and [path.name for path in study.paths] == ["IM1", "IM2"]
    assert (paper.name, paper.is_study) == ("report.pdf", False)
    assert [name for name, _ in study.read_study()] == ["IM1", "IM2"]


def test_plain_files_need_no_look_at_the_disk(tmp_path: Path) -> None:
    files = chosen_on([tmp_path / "a.pdf", tmp_path / "b.JPG"])
    assert not need_looking(files)
    assert need_looking(chosen_on([tmp_path / "IM1"]))
    assert not need_looking([ChosenFile("Pasted picture.png", data=b"x")])


def test_a_link_in_a_folder_is_left_and_one_that_was_chosen_is_refused(folder: Path) -> None:
    os.symlink("/etc/hostname", folder / "SER1" / "IM0")
    assert len(looked_into(chosen_on([folder]))[0].paths) == 2
    with pytest.raises(Invalid) as refused:
        ChosenFile("IM0", (folder / "SER1" / "IM0",)).open()
    assert refused.value.code is ErrorCode.FILE_UNREADABLE


def test_web_addresses_are_no_files(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"x")
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a.pdf"), QUrl.fromLocalFile(str(path))])
    assert local_paths(data) == [path]
    assert [file.name for file in pasted_on(data)] == ["a.pdf"]
    assert pasted_on(QMimeData()) == ()


def test_a_folder_dropped_beside_a_report_is_filed_as_one_study(
    desk_window: Callable[..., Window],
    attach: Callable[..., Document],
    clinic: Clinic,
    tmp_path: Path,
) -> None:
    window = desk_window()
    report = attach(papers.a_pdf(), "report.pdf")
    page = window.show(report.id)
    folder = tmp_path / "CT head"
    folder.mkdir()
    for name, data in scan.ct_head(window.patient, window.desk.today()):
        (folder / Path(name).name).write_bytes(data)
    page.files.take(chosen_on([folder]))
    window.settle()
    (sheet,) = [one for one in window.window.findChildren(AddDocumentSheet) if one.isVisible()]
    assert sheet.kind.value() is DocumentType.IMAGING and sheet.name.text() == "CT head"
    count = len(list(folder.iterdir()))
    (row,) = sheet.files.rows.values()
    assert row.name.text() == f"CT head, {count} DICOM files"
    sheet.add.click()
    window.settle()
    (study,) = [
        one
        for one in clinic.documents.of_patient(window.desk.actor, window.patient.id)
        if one.id != report.id
    ]
    assert (study.media_type, study.pages, study.title) == (MediaType.DICOM_STUDY, count, "CT head")
