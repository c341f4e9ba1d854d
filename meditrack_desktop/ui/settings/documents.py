"""The clinic's limits for documents: how large, how many a day, how long the bin keeps them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.settings.numbers import Number, NumbersSection

DOCUMENT, STUDY, A_DAY, BIN = "largest_document_mb", "largest_study_mb", "documents_a_day", "bin_days"


class DocumentsSection(NumbersSection):
    """They count at every desk from its next file on."""

    word = "documents"

    def __init__(self, desk: Desk) -> None:
        tr = partial(QCoreApplication.translate, "DocumentsSection")
        size, study = (
            tr("A larger file is refused before it is stored."),
            tr("All images of one study together."),
        )
        stop = tr("A stop for a program that runs wild; people never come near it.")
        bin_ = tr("So long they can be restored from the bin.")
        super().__init__(
            desk,
            tr("Documents"),
            tr("for everybody, on every desk"),
            (
                Number(DOCUMENT, tr("Largest document"), size, tr("MB"), 1, 500),
                Number(STUDY, tr("Largest DICOM study"), study, tr("MB"), 1, 2000),
                Number(A_DAY, tr("Documents of one patient a day"), stop, tr("a day"), 1, 10_000),
                Number(BIN, tr("Deleted documents stay for"), bin_, tr("days"), 30, 3650),
            ),
            tr("Limits for documents saved"),
        )
