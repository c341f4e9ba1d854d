"""The clinic's keys: changing them, and a new recovery kit."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import ClinicError, Stopped
from meditrack_desktop.domain.keys import KeyStatus
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.services.recovery_kit import RecoveryKit
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.settings.kit_dialog import KitDialog
from meditrack_desktop.ui.settings.long_run import LongRun
from meditrack_desktop.ui.settings.section import Section
from meditrack_desktop.ui.widgets import Button, Label, confirm
from meditrack_desktop.ui.widgets.date_text import format_date


class KeysSection(Section):
    """Both runs can be stopped and go on where they were."""

    word = "keys"

    def __init__(self, desk: Desk) -> None:
        tr = partial(QCoreApplication.translate, "KeysSection")
        super().__init__(desk, tr("Keys and recovery kit"), tr("for the whole clinic"))
        self.state = Label("", "body", wrap=True)
        self.change = Button(tr("Change keys"), icon="key-round")
        self.change.clicked.connect(self.ask_change)
        row = self.add_row(
            tr("Keys of the documents"),
            tr("Change them when a desk was lost or somebody left in a bad way."),
        )
        row.body.addWidget(self.state)
        row.add(self.change)
        self.run = LongRun(_words, tr("It goes on where it stopped when you begin again"))
        row.body.addWidget(self.run)
        self.kit = Button(tr("Make a new kit"), icon="file-text")
        self.kit.clicked.connect(self.draw_up)
        kit = self.add_row(
            tr("Recovery kit"),
            tr("The page with the key that opens the clinic when passwords and computers are lost."),
        )
        kit.body.addWidget(
            Label(
                tr(
                    "Make a new one if the paper is lost or was seen. The former one then opens nothing that is here."
                ),
                "body",
                wrap=True,
            )
        )
        kit.add(self.kit)

    def load(self) -> None:
        clinic, actor = self.desk.clinic, self.desk.actor
        self.desk.tasks.query(
            self, lambda: clinic.key_rotation.status(actor), self._show, failed=self.refused, replaces="keys"
        )

    def ask_change(self) -> None:
        """Say what changing the keys does, and begin if that is wanted."""
        confirm(
            self,
            self.tr("Change the clinic's keys?"),
            self.tr(
                "Every patient's key is sealed anew; documents stay as they are and everybody goes on working. What a "
                "shut-out desk copied before stays readable to it."
            ),
            self.tr("Change keys"),
            self.rotate,
            keep=self.tr("Not now"),
            danger=False,
        )

    def rotate(self) -> None:
        """Change the keys beside the window."""
        if self.run.running:
            return
        rotation, actor = self.desk.clinic.key_rotation, self.desk.actor
        self.change.setEnabled(False)
        self.run.follow(
            self.desk.tasks.slow(
                self,
                lambda report: rotation.rotate(actor, report),
                done=self._rotated,
                failed=self._not_rotated,
                always=lambda: self.change.setEnabled(True),
                title=self.tr("Changing keys"),
            )
        )

    def draw_up(self) -> None:
        """Make another kit, which counts once its last characters are typed."""
        rotation, actor = self.desk.clinic.key_rotation, self.desk.actor
        self.kit.set_busy(True)
        self.desk.tasks.change(
            self,
            lambda: rotation.new_kit(actor),
            done=self._show_kit,
            always=lambda: self.kit.set_busy(False),
        )

    def _show_kit(self, kit: RecoveryKit) -> None:
        KitDialog(self.desk, self, kit, self._confirm_kit).open_layer()

    def _confirm_kit(self, last: str) -> None:
        rotation, actor = self.desk.clinic.key_rotation, self.desk.actor
        self.run.follow(
            self.desk.tasks.slow(
                self,
                lambda report: rotation.confirm_kit(actor, last, report),
                done=self._kit_counts,
                failed=self._not_rotated,
                title=self.tr("Replacing the recovery kit"),
            )
        )

    def _kit_counts(self, status: KeyStatus) -> None:
        self.desk.say(self.tr("The new recovery kit counts. Destroy the former one."))
        self._show(status)

    def _rotated(self, status: KeyStatus) -> None:
        self.desk.say(self.tr("Keys changed: {n} patients").format(n=status.keys))
        self._show(status)

    def _not_rotated(self, error: ClinicError) -> None:
        if not isinstance(error, Stopped):
            errors.show(self, error)
        self.load()

    def _show(self, status: KeyStatus) -> None:
        self.clear_banner()
        since = ""
        if status.made_at is not None:
            since = format_date(to_wall(status.made_at, self.desk.facts.tz).date())
        words = (
            self.tr("Key {epoch}, since {since}, for {n} patients.")
            if since
            else self.tr("Key {epoch}, for {n} patients.")
        )
        self.state.setText(words.format(epoch=status.epoch, since=since, n=status.keys))
        self.change.set_text(self.tr("Finish changing keys") if status.unfinished else self.tr("Change keys"))
        if status.unfinished:
            self.show_banner(
                self.tr(
                    "A change of keys was begun and not finished; {n} patients are left. Old and new keys both open."
                ).format(n=status.waiting),
                "warn",
                self.tr("Finish it"),
                self.rotate,
            )
        elif status.advised:
            self.show_banner(
                self.tr(
                    "A desk was shut out since these keys were made. Change them, so that it opens nothing new."
                ),
                "warn",
                self.tr("Change keys"),
                self.ask_change,
            )
        elif status.unreadable:
            self.show_banner(
                self.tr(
                    "{n} patients' keys open with nothing this desk holds. The recovery kit may bring them back."
                ).format(n=status.unreadable),
                "danger",
            )


def _words(progress: Progress) -> str:
    words = QCoreApplication.translate("KeysSection", "{done} of {total} patients")
    return words.format(done=progress.done, total=progress.total)
