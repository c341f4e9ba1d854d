"""The viewer's sheets and dialogs that are worth a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.documents import DocumentStatus, Inert, NameCheck, ScanVerdict
from meditrack_desktop.domain.errors import Conflict, ErrorCode
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.viewer import DocumentPage
from meditrack_desktop.ui.filing.add_sheet import AddDocumentSheet
from meditrack_desktop.ui.filing.another_name import AnotherNameDialog
from meditrack_desktop.ui.filing.run import How
from meditrack_desktop.ui.filing.sources import ChosenFile

Pose = Callable[[], object]
Built = tuple[QWidget, Pose]
MakePage = Callable[[Desk], DocumentPage]
State = tuple[str, str, Callable[[Desk], Built]]


def states(one_page: MakePage, several_pages: MakePage) -> tuple[State, ...]:
    """(window, state, builder) over pages that somebody else finds."""

    def over(make: MakePage, pose: Callable[[DocumentPage], object]) -> Callable[[Desk], Built]:
        def build(desk: Desk) -> Built:
            page = make(desk)
            return page, lambda: pose(page)

        return build

    return (
        ("document", "small-pages", over(several_pages, _small_pages)),
        ("document", "chosen-letters", over(one_page, _choose_letters)),
        ("document", "edit", over(one_page, lambda page: page.acts.edit())),
        ("document", "another-patient", over(one_page, lambda page: page.acts.reassign())),
        ("document", "print", over(one_page, lambda page: page.acts.print())),
        ("document", "save-copy", over(one_page, lambda page: page.acts.save_copy())),
        ("document", "older-version", over(one_page, _older_version)),
        ("document", "adding", over(one_page, _adding)),
        ("document", "another-name", over(one_page, _another_name)),
    )


def _small_pages(page: DocumentPage) -> None:
    page.pane.toggle_strip()
    page.pane.view.go_to(1)


def _choose_letters(page: DocumentPage) -> None:
    page.pane.view.choose_all()


def _older_version(page: DocumentPage) -> None:
    """As a former version of a file that could do more elsewhere, and names somebody else."""
    document, content = page._document, page._content
    if document is None or content is None:
        return
    former = replace(
        document,
        status=DocumentStatus.SUPERSEDED,
        verdict=ScanVerdict.CLEAN,
        scanned_by="ClamAV 1.4.3",
        scanned_at=document.created_at,
        name_check=NameCheck.CONFIRMED,
        inert=frozenset({Inert.SCRIPT, Inert.LINK, Inert.FORM}),
        reviewed_at=document.created_at,
        reviewed_by_name="Dr. Ines Modelo",
        note="Sent by fax; the original is at the lab.",
    )
    newer = replace(
        document, id=new_id(), replaces_id=document.id, created_at=document.created_at + timedelta(days=2)
    )
    page.details.show_document(former, replace(content, versions=(newer, former)), readable=True)


def _adding(page: DocumentPage) -> None:
    content = page._content
    if content is None:
        return
    files = [ChosenFile(name, data=b"-") for name in ("referral letter.pdf", "ecg.png", "notes.docx.pdf")]
    sheet = AddDocumentSheet(page._desk, page, content.patient, files)
    sheet.open_layer()
    states = sheet._states
    states[0].how, states[1].how = How.KEPT, How.RUNS
    states[2].how, states[2].error = How.REFUSED, Conflict(ErrorCode.FILE_TYPE_REFUSED)
    for state in states:
        sheet.files.show_state(state)
    sheet.progress.show()
    sheet.progress.set_share(0.5)


def _another_name(page: DocumentPage) -> None:
    content = page._content
    if content is None:
        return
    named = "Bruno Beispiel, 1971-03-04, 002-0417"
    refusal = Conflict(ErrorCode.FILE_NAMES_ANOTHER, named=named, patient=content.patient.name)
    who = (content.patient.name, f"5 Apr 1988, {content.patient.mrn}")
    AnotherNameDialog(page, "lab results.pdf", who, refusal, lambda: None, lambda: None).open_layer()
