"""The states of the document viewer that are worth a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.documents import Document, MediaType
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, Unavailable
from meditrack_desktop.domain.patients import FindPatients
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents import acts_screens
from meditrack_desktop.ui.documents.dicom_screens import dicom_screens
from meditrack_desktop.ui.documents.viewer import DocumentPage
from meditrack_desktop.ui.filing.delete_dialog import DeleteDialog

Pose = Callable[[], object]
_WHOSE = "mara fictanova"


class NothingToShow(LookupError):
    """The clinic holds no document that the picture needs."""


def _page(desk: Desk, media_type: MediaType, *, most: bool = False) -> DocumentPage:
    """A page on a document of the sample patient. Asks at once: nobody waits while pictures are taken."""
    for line in desk.clinic.patients.find(desk.actor, FindPatients(text=_WHOSE)).lines:
        documents = desk.clinic.documents.of_patient(desk.actor, line.id)
        wanted = [document for document in documents if document.media_type is media_type]
        if wanted:
            chosen = max(wanted, key=_shortest) if most else min(wanted, key=_shortest)
            return DocumentPage(desk, line.id, chosen.id)
    raise NothingToShow(media_type.value)


def _shortest(document: Document) -> int:
    return document.pages


def _pdf(desk: Desk) -> tuple[QWidget, Pose]:
    return _page(desk, MediaType.PDF), lambda: None


def _search(desk: Desk) -> tuple[QWidget, Pose]:
    page = _page(desk, MediaType.PDF)

    def pose() -> None:
        page.pane.focus_find()
        page.pane.bar.search.setText("ferritin")
        page.pane.bar.search.returnPressed.emit()

    return page, pose


def _find_inside(desk: Desk) -> tuple[QWidget, Pose]:
    page = _page(desk, MediaType.PDF)

    def pose() -> None:
        page.list.search.setText("ferritin")
        page.inside.look("ferritin")

    return page, pose


def _image(desk: Desk) -> tuple[QWidget, Pose]:
    return _page(desk, MediaType.JPEG), lambda: None


def _inverted(desk: Desk) -> tuple[QWidget, Pose]:
    page = _page(desk, MediaType.JPEG)
    return page, lambda: page.pane.view.invert(True)


def _keys(desk: Desk) -> tuple[QWidget, Pose]:
    page = _page(desk, MediaType.PDF)
    return page, page.open_keys


def _no_permission(desk: Desk) -> tuple[QWidget, Pose]:
    page = _page(desk, MediaType.PDF)
    return page, lambda: page.pane.show_refusal(NotAllowed(ErrorCode.NOT_PERMITTED))


def _password(desk: Desk) -> tuple[QWidget, Pose]:
    page = _page(desk, MediaType.PDF)

    def pose() -> None:
        page.pane.release()
        page.pane.ask_password(wrong=True)

    return page, pose


def _damaged(desk: Desk) -> tuple[QWidget, Pose]:
    page = _page(desk, MediaType.PDF)
    return page, lambda: page.pane.show_refusal(Unavailable(ErrorCode.VAULT_DAMAGED))


def _delete(desk: Desk) -> tuple[QWidget, Pose]:
    page = _page(desk, MediaType.PDF)

    def pose() -> None:
        page.ask_delete()
        for dialog in page.window().findChildren(DeleteDialog):
            dialog.reason.setText("Filed with the wrong patient")

    return page, pose


def _details(desk: Desk) -> tuple[QWidget, Pose]:
    page = _page(desk, MediaType.PDF)
    return page, page.open_details


SCREENS: Sequence[tuple[str, str, Callable[[Desk], tuple[QWidget, Pose]]]] = (
    ("document", "pdf", _pdf),
    ("document", "search", _search),
    ("document", "find-inside", _find_inside),
    ("document", "image", _image),
    ("document", "inverted", _inverted),
    ("document", "keys", _keys),
    ("document", "no-permission", _no_permission),
    ("document", "password", _password),
    ("document", "damaged", _damaged),
    ("document", "delete", _delete),
    ("document", "details", _details),
    *acts_screens.states(
        lambda desk: _page(desk, MediaType.PDF), lambda desk: _page(desk, MediaType.PDF, most=True)
    ),
    *dicom_screens(lambda desk: _page(desk, MediaType.DICOM_STUDY)),
)
"""(window, state, builder). A builder returns the page and what to do once it has loaded."""
