"""One key from a patient or a visit to the newest report."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.documents import Document, DocumentClass
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.filing.words import day_of


def newest_of(documents: Sequence[Document], zone: ZoneInfo, *, clinical: bool) -> Document | None:
    """The one of the latest date. `clinical`: whether those are for this person's role; else they come last."""
    return max(
        documents,
        key=lambda one: (
            clinical or one.document_class is not DocumentClass.CLINICAL,
            day_of(one, zone),
            one.created_at,
        ),
        default=None,
    )


def open_newest(desk: Desk, host: QWidget, patient_id: UUID) -> None:
    """Read it, or say that there is none."""

    def show(documents: tuple[Document, ...]) -> None:
        clinical = desk.actor.may(Permission.OPEN_CLINICAL_DOCUMENT)
        newest = newest_of(documents, desk.facts.tz, clinical=clinical)
        if newest is None:
            desk.say(QCoreApplication.translate("Documents", "This patient has no documents yet"))
        else:
            desk.go.document(patient_id, newest.id)

    desk.tasks.query(
        host, lambda: desk.clinic.documents.of_patient(desk.actor, patient_id), show, replaces="newest"
    )
