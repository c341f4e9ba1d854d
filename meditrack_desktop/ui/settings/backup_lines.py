"""One line for one backup, and the words for sizes and times."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QLocale, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.backups import Backup, BackupKind
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.ui.widgets import Button, IconLabel, Label, Tag
from meditrack_desktop.ui.widgets.date_text import format_date


class BackupLine(QWidget):
    """`verifyRequested` and `restoreRequested` carry the backup."""

    verifyRequested = Signal(object)
    restoreRequested = Signal(object)

    def __init__(self, backup: Backup, zone: ZoneInfo, *, may_restore: bool) -> None:
        super().__init__()
        self.backup = backup
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(IconLabel("archive-restore", 16))
        words = QVBoxLayout()
        words.setSpacing(1)
        when = moment(to_wall(backup.made_at, zone))
        words.addWidget(Label(when, "emphasis", elide=True))
        about = self.tr("{kind}, {amount}, {n} documents, {desk}").format(
            kind=kind_words(backup.kind), amount=amount(backup.bytes), n=backup.documents, desk=backup.desk
        )
        words.addWidget(Label(about, "small", elide=True))
        row.addLayout(words, 1)
        if backup.verified_at is not None:
            row.addWidget(Tag(self.tr("Proven"), "ok", icon="circle-check"))
        self.check = Button(self.tr("Check"), size="small")
        self.check.setAccessibleName(self.tr("Check the backup of {when}").format(when=when))
        self.check.clicked.connect(lambda: self.verifyRequested.emit(backup))
        row.addWidget(self.check)
        self.restore = Button(self.tr("Restore"), "danger_secondary", size="small")
        self.restore.setAccessibleName(self.tr("Restore the backup of {when}").format(when=when))
        self.restore.clicked.connect(lambda: self.restoreRequested.emit(backup))
        row.addWidget(self.restore)
        self.restore.setVisible(may_restore)


def moment(wall: datetime) -> str:
    """`18 Nov 2026, 02:00`."""
    return f"{format_date(wall.date())}, {wall:%H:%M}"


def amount(size: int) -> str:
    """`1.2 GB`, as the system's language writes it."""
    return QLocale().formattedDataSize(size, 1)


def kind_words(kind: BackupKind) -> str:
    """Why it was made."""
    tr = QCoreApplication.translate
    return {
        BackupKind.SCHEDULED: tr("BackupLine", "daily"),
        BackupKind.BY_HAND: tr("BackupLine", "by hand"),
        BackupKind.BEFORE_RESTORE: tr("BackupLine", "before a restore"),
        BackupKind.BEFORE_MIGRATION: tr("BackupLine", "before an update"),
    }[kind]
