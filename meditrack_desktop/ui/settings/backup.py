"""Backup and restore: where to, how the last one is, making one now, and bringing one back."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from meditrack_desktop.domain.backups import (
    Backup,
    BackupCheck,
    BackupProgress,
    BackupReport,
    BackupStatus,
    OnBackupProgress,
    RestorePreview,
)
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Stopped
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.domain.settings import ChangeSettings, ClinicSettings
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.settings.backup_lines import BackupLine, amount, moment
from meditrack_desktop.ui.settings.long_run import LongRun
from meditrack_desktop.ui.settings.restore_dialog import RestoreDialog
from meditrack_desktop.ui.settings.section import Section
from meditrack_desktop.ui.widgets import Button, Combo, Label, Option

SHOWN = 30


class BackupSection(Section):
    """The folder is this desk's, the hour the clinic's. Restoring asks for the clinic's name."""

    word = "backup"

    def __init__(self, desk: Desk) -> None:
        tr = partial(QCoreApplication.translate, "BackupSection")
        super().__init__(
            desk, tr("Backup and restore"), tr("sealed for this clinic and its recovery kit alone")
        )
        self._status: BackupStatus | None = None
        self._refused_last = False
        self.last, self.proven = Label("", "emphasis", wrap=True), Label("", "body", tone="text2", wrap=True)
        self.now = Button(tr("Back up now"), "primary", icon="database-backup")
        self.now.clicked.connect(self.back_up)
        state = self.add_row(
            tr("Last backup"), tr("Each one is proven by really restoring it to a scratch folder.")
        )
        state.body.addWidget(self.last)
        state.body.addWidget(self.proven)
        state.add(self.now)
        self.run = LongRun(_words, tr("Earlier backups stay as they are"))
        state.body.addWidget(self.run)
        self.folder = Label("", "body", wrap=True, selectable=True)
        self.choose, self.later = Button(tr("Choose folder"), icon="folder"), Button(tr("Not here"), "link")
        self.choose.clicked.connect(self.ask_folder)
        self.later.clicked.connect(lambda: self.set_folder(None))
        place = self.add_row(
            tr("Folder of this desk"), tr("Best on another disk or a drive that you take with you.")
        )
        place.body.addWidget(self.folder)
        place.add(self.choose, self.later)
        self.hour = Combo([Option(n, f"{n:02}:00") for n in range(24)], name=tr("Every day from"))
        self.hour.setMinimumWidth(140)
        self.hour.valueChanged.connect(self._set_hour)
        if desk.actor.may(Permission.EDIT_SETTINGS):
            self.add_row(
                tr("Every day from"),
                tr("A desk that is open then makes it; a locked one waits until somebody is back."),
                self.hour,
            )
        self.list_row = self.add_row(
            tr("Backups in the folder"),
            tr("7 days, 4 weeks and 12 months are kept unless the clinic says otherwise."),
        )
        self.nothing = Label("", "body", tone="text2", wrap=True)
        self.list_row.body.addWidget(self.nothing)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(10)
        self.list_row.body.addLayout(self._lines)

    def load(self) -> None:
        clinic, actor, tasks = self.desk.clinic, self.desk.actor, self.desk.tasks
        tasks.query(
            self,
            lambda: clinic.backups.status(actor),
            self._show_status,
            failed=self.refused,
            replaces="status",
        )
        tasks.query(
            self, lambda: clinic.backups.list(actor), self._show_list, failed=self._no_list, replaces="list"
        )
        tasks.query(
            self, lambda: clinic.settings.read(actor), self._show_rules, failed=self.refused, replaces="rules"
        )

    def back_up(self) -> None:
        """Make one beside the window."""
        backups, actor = self.desk.clinic.backups, self.desk.actor
        if self.run.running:
            return
        if self._status is not None and not self._status.folder:
            self.ask_folder()
            return
        self._follow(
            lambda report: backups.run(actor, told_as_progress(report)),
            self._backed_up,
            self.tr("Backing up"),
        )

    def verify(self, backup: Backup) -> None:
        """Restore it to a scratch folder and compare."""
        backups, actor = self.desk.clinic.backups, self.desk.actor
        self._follow(
            lambda report: backups.verify(actor, backup.name, told_as_progress(report)),
            self._verified,
            self.tr("Checking the backup"),
        )

    def ask_restore(self, backup: Backup) -> None:
        """Show what it would bring, before anybody agrees."""
        backups, actor = self.desk.clinic.backups, self.desk.actor
        self.desk.tasks.change(self, lambda: backups.preview(actor, backup.name), done=self._show_preview)

    def ask_folder(self) -> None:
        """The system's dialog for folders."""
        present = self._status.folder if self._status is not None else ""
        dialog = QFileDialog(self.window(), self.tr("Folder for backups"), present)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.set_folder(Path(name)))
        dialog.open()

    def set_folder(self, folder: Path | None) -> None:
        """Back up to another folder from now on, or not at this desk."""
        backups, actor = self.desk.clinic.backups, self.desk.actor
        self.desk.tasks.change(
            self,
            lambda: backups.set_target(actor, folder),
            done=lambda status: self._folder_set(status),
            failed=lambda error: errors.show(self, error),
        )

    def _follow(self, work: object, done: object, title: str) -> None:
        if self.run.running:
            return
        self.now.setEnabled(False)
        self.run.follow(
            self.desk.tasks.slow(
                self,
                work,  # type: ignore[arg-type]
                done=done,  # type: ignore[arg-type]
                failed=self._not_done,
                always=lambda: self.now.setEnabled(True),
                title=title,
            )
        )

    def _show_status(self, status: BackupStatus) -> None:
        self._status = status
        now, zone = self.desk.clock.now(), self.desk.facts.tz
        last, proven = status.last_at, status.last_verified_at
        self.last.setText(moment(to_wall(last, zone)) if last else self.tr("No backup yet."))
        self.last.set_tone("danger" if status.overdue(now) else "warn" if status.late(now) else "text")
        self.proven.setText(
            self.tr("Proven by restoring it: {when}").format(when=moment(to_wall(proven, zone)))
            if proven
            else self.tr("None was proven yet.")
        )
        self.folder.setText(status.folder or self.tr("None chosen at this desk."))
        self.later.setVisible(bool(status.folder))
        if self._refused_last:  # why it went wrong stays to be read
            self._refused_last = False
            return
        self.clear_banner()
        if status.overdue(now):
            words = (
                self.tr(
                    "The last backup is from {when}. If this computer broke now, everything since would be lost."
                ).format(when=moment(to_wall(last, zone)))
                if last
                else self.tr("There is no backup yet. If this computer broke now, everything would be lost.")
            )
            self.show_banner(words, "danger" if last else "warn", self.tr("Back up now"), self.back_up)
        elif status.missing_documents or status.damaged_documents:
            self.show_banner(
                self.tr(
                    "{n} documents are missing or damaged in storage. Restore them from a backup."
                ).format(n=status.missing_documents + status.damaged_documents),
                "danger",
            )

    def _show_rules(self, rules: ClinicSettings) -> None:
        self.hour.set_value(rules.backup_hour)

    def _set_hour(self, hour: object) -> None:
        if isinstance(hour, int):
            settings, actor = self.desk.clinic.settings, self.desk.actor
            words = self.tr("Backups are made from {hour} on").format(hour=f"{hour:02}:00")
            self.desk.tasks.change(
                self,
                lambda: settings.change(actor, ChangeSettings(backup_hour=hour)),
                done=lambda _: self.desk.say(words),
                failed=self._hour_refused,
            )

    def _hour_refused(self, error: ClinicError) -> None:
        errors.show(self, error)
        self.load()

    def _show_list(self, backups: tuple[Backup, ...]) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            old: QWidget | None = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self.nothing.setText(self.tr("There are none here yet."))
        self.nothing.setVisible(not backups)
        may_restore = self.desk.actor.may(Permission.RESTORE)
        for backup in backups[:SHOWN]:
            line = BackupLine(backup, self.desk.facts.tz, may_restore=may_restore)
            line.verifyRequested.connect(self.verify)
            line.restoreRequested.connect(self.ask_restore)
            self._lines.addWidget(line)

    def _no_list(self, error: ClinicError) -> None:
        self._show_list(())
        self.nothing.setText(str(errors.words(error)))
        self.nothing.show()

    def _folder_set(self, status: BackupStatus) -> None:
        where = status.folder or self.tr("no folder at this desk")
        self.desk.say(self.tr("Backups go to {folder}").format(folder=where))
        self.load()

    def _backed_up(self, report: BackupReport) -> None:
        if report.check.whole:
            words = self.tr("Backed up and proven: {amount}, {n} documents").format(
                amount=amount(report.bytes), n=report.documents
            )
            self.desk.say(words)
        else:
            self._not_done(_damaged(report.check))
            return
        self.load()

    def _verified(self, check: BackupCheck) -> None:
        if check.whole:
            self.desk.say(
                self.tr("This backup is whole: {n} documents opened to their last byte").format(
                    n=check.opened
                )
            )
        else:
            self._not_done(_damaged(check))
            return
        self.load()

    def _not_done(self, error: ClinicError) -> None:
        if isinstance(error, Stopped):
            self.desk.say(self.tr("Stopped. Earlier backups are untouched."))
        else:
            errors.show(self, error, retry=self.load)
            self._refused_last = True
        self.load()

    def _show_preview(self, preview: RestorePreview) -> None:
        RestoreDialog(self.desk, self, preview, partial(self._restore, preview.name)).open_layer()

    def _restore(self, name: str) -> None:
        backups, actor = self.desk.clinic.backups, self.desk.actor
        self._follow(
            lambda report: backups.restore(actor, name, told_as_progress(report)),
            lambda _: self.desk.go.restored.emit(),
            self.tr("Restoring"),
        )


def told_as_progress(report: OnProgress) -> OnBackupProgress:
    """Bytes as the lanes count them; asking to stop comes back as `Stopped` from the same call."""

    def tell(progress: BackupProgress) -> None:
        report(Progress(progress.done, progress.total))

    return tell


def _words(progress: Progress) -> str:
    words = QCoreApplication.translate("BackupSection", "{done} of {total}")
    return words.format(done=amount(progress.done), total=amount(progress.total or 0))


def _damaged(check: BackupCheck) -> ClinicError:
    from meditrack_desktop.domain.errors import Unavailable

    return Unavailable(ErrorCode.BACKUP_DAMAGED, file=check.damaged[0] if check.damaged else check.name)
