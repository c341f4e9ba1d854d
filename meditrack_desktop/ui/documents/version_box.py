"""The other versions of the open document: the newer one in front, since that is what should be read."""

from __future__ import annotations

from functools import partial
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.documents import Document, DocumentStatus
from meditrack_desktop.ui.documents.page_content import PageContent
from meditrack_desktop.ui.documents.words import moment_words
from meditrack_desktop.ui.widgets import Banner, Button, Label


class VersionBox(QWidget):
    """`chosen` carries the id of a version to read. Hidden where there is only one."""

    chosen = Signal(object)

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self._zone = zone
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    def show_versions(self, document: Document, content: PageContent) -> None:
        """Replace what is shown."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        others = [one for one in content.versions if one.id != document.id and one.deleted_at is None]
        newer = content.newer_than(document)
        if document.status is DocumentStatus.SUPERSEDED and newer is not None and newer in others:
            banner = Banner(
                self.tr("There is a newer version, added {when}.").format(
                    when=moment_words(newer.created_at, self._zone)
                ),
                "warn",
                action=self.tr("Open it"),
                stacked=True,
            )
            banner.actionTriggered.connect(partial(self.chosen.emit, newer.id))
            self._column.addWidget(banner)
            others.remove(newer)
        for one in others:
            older = one.created_at < document.created_at
            words = (
                self.tr("Older version, added {when}") if older else self.tr("Newer version, added {when}")
            )
            link = Button(words.format(when=moment_words(one.created_at, self._zone)), "link", icon="history")
            link.clicked.connect(partial(self._choose, one))
            self._column.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        if others:
            self._column.insertWidget(0, Label(self.tr("Versions"), "strong"))
        self.setVisible(self._column.count() > 0)

    def _choose(self, document: Document, _checked: bool = False) -> None:
        self.chosen.emit(document.id)
