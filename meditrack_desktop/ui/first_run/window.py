"""The window of a profile without a clinic: leads through the pages, keeps the answers, makes the clinic."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.ui.first_run import answers as kept
from meditrack_desktop.ui.first_run.administrator_page import AdministratorPage
from meditrack_desktop.ui.first_run.asking import restored, set_up_command
from meditrack_desktop.ui.first_run.ending_pages import BackupPage, ImportPage
from meditrack_desktop.ui.first_run.join_page import JoinPage
from meditrack_desktop.ui.first_run.kit_page import KitPage
from meditrack_desktop.ui.first_run.opening_pages import ClinicPage, LanguagePage
from meditrack_desktop.ui.first_run.page import Course, SetUpPage
from meditrack_desktop.ui.first_run.place_page import PlacePage
from meditrack_desktop.ui.first_run.restore_page import RestorePage
from meditrack_desktop.ui.first_run.screen import SetUpScreen
from meditrack_desktop.ui.first_run.words import say
from meditrack_desktop.ui.first_run.working_page import WorkingPage
from meditrack_desktop.ui.frame.brand import PROGRAM
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Toasts, announce
from meditrack_desktop.ui.widgets.focus_ring import FocusRing

if TYPE_CHECKING:
    from meditrack_desktop.domain.clock import Clock
    from meditrack_desktop.ui.first_run.doors import FirstRunDoors

SMALLEST = (1024, 640)
MINUTE_MS = 5000


@dataclass(frozen=True, slots=True, repr=False)
class SetUpDone:
    """A profile that has its clinic now: who signs in at once (empty: the sign-in card), and files to bring in."""

    username: str = ""
    password: str = ""
    passphrase: str = ""
    files: tuple[Path, ...] = ()


class FirstRunWindow(QMainWindow):
    """`done` carries a `SetUpDone`; the window is to be closed then. Closing it before keeps the answers."""

    done = Signal(object)

    def __init__(self, tasks: Tasks, folder: Path, clock: Clock, doors: FirstRunDoors, version: str) -> None:
        super().__init__()
        self.tasks, self.folder = tasks, folder
        self.setWindowTitle(PROGRAM)
        self.setMinimumSize(*SMALLEST)
        self.course = Course(tasks, doors, clock, kept.load(folder), folder, version)
        self.screen_ = SetUpScreen(clock, version)
        self.card = self.screen_.card
        self.setCentralWidget(self.screen_)
        self.toasts = Toasts(self, bottom=44)
        self.ring = FocusRing(self)
        self._finished = self._working = False
        self._build_pages()
        self.card.quit.clicked.connect(self.close)
        self.card.back.clicked.connect(self.back)
        self.card.go_on.clicked.connect(self.go_on)
        self._bind_keys()
        self._minute = QTimer(self, interval=MINUTE_MS)
        self._minute.timeout.connect(self.screen_.tick)
        self._minute.start()
        self._open_where_left()

    @property
    def page(self) -> SetUpPage:
        """The page in front."""
        return self.card.pages.currentWidget()  # type: ignore[return-value]

    def go_on(self) -> None:
        """Leave the page forwards, if it is good."""
        if not self._working and not self.card.go_on.busy:
            self.page.leave(partial(self._next, self.page))

    def back(self) -> None:
        """The page before; answers stay."""
        if self._working:
            return
        here = self._way.index(self.page)
        if here > 0:
            self.page.take_answers()
            self.join.stop()
            self.show_page(self._way[here - 1])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter that no field or button wanted for itself goes on.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.go_on()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._finished:
            event.accept()
            return
        if self._working:
            event.ignore()
            self.toasts.say(
                self.tr("The clinic is being set up. This takes a few seconds."), icon="hourglass"
            )
            return
        self.page.take_answers()
        self._keep()
        self.join.stop()
        event.accept()

    def end(self) -> None:
        """After closing: finish what was asked for."""
        self._minute.stop()
        self.join.stop()

    def _build_pages(self) -> None:
        course = self.course
        self.language, self.clinic, self.place = LanguagePage(course), ClinicPage(course), PlacePage(course)
        self.administrator, self.kit = AdministratorPage(course), KitPage(course)
        self.backup, self.imports = BackupPage(course), ImportPage(course)
        self.join = JoinPage(course, self.place.server)
        self.restore = RestorePage(course)
        self.restoring = WorkingPage(
            course,
            say("Restoring your clinic"),
            say("Everything is checked before it is put in place. Do not switch off."),
        )
        self.working = WorkingPage(
            course, say("Setting up your clinic"), say("A few seconds. Do not switch off.")
        )
        self.new_way: list[SetUpPage] = [
            self.language, self.clinic, self.place, self.administrator, self.kit, self.backup, self.imports,
        ]  # fmt: skip
        self._way = self.new_way
        for page in (*self.new_way, self.join, self.restore, self.working, self.restoring):
            self.card.pages.addWidget(page)
            page.busyChanged.connect(self.card.go_on.set_busy)
        self.tasks.busyChanged.connect(self._on_busy)
        self.place.joinRequested.connect(self._on_join)
        self.join.joined.connect(lambda: self._finish(self._done()))
        self.language.restoreRequested.connect(partial(self.take_way, "restore"))
        self.restore.restoreRequested.connect(self._on_restore)
        self.restore.goOnChanged.connect(lambda words: self.card.go_on.set_text(words or self.tr("Continue")))

    def _bind_keys(self) -> None:
        for keys, deed in (
            (QKeySequence(QKeySequence.StandardKey.Back), self.back),
            (QKeySequence("Alt+Left"), self.back),
            (QKeySequence("Alt+Q"), self.close),
            (QKeySequence("Alt+T"), self._test),
            (QKeySequence("Alt+P"), self._print),
            (QKeySequence("Alt+S"), self._save),
        ):
            if keys.toString() not in {
                shortcut.key().toString() for shortcut in self.findChildren(QShortcut)
            }:
                QShortcut(keys, self).activated.connect(deed)

    def _test(self) -> None:
        if self.page is self.place:
            self.place.server.act()

    def _print(self) -> None:
        if self.page is self.kit:
            self.kit.print_kit()

    def _save(self) -> None:
        if self.page is self.kit:
            self.kit.ask_where()

    def _open_where_left(self) -> None:
        words = [page.word for page in self.new_way]
        page = "place" if self.course.answers.page == "join" else self.course.answers.page
        reached = words.index(page) if page in words else 0
        # Passwords were not kept: whoever had given them gives them again.
        again = words.index("administrator")
        if self.course.answers.place == kept.SERVER:
            again = words.index("place")
        self.show_page(self.new_way[min(reached, again)])

    def take_way(self, word: str) -> None:
        """Follow other pages than those to a new clinic."""
        ways: dict[str, list[SetUpPage]] = {
            "new": self.new_way,
            "join": [self.language, self.clinic, self.place, self.join],
            "restore": [self.language, self.restore],
        }
        self.page.take_answers()
        self._way = ways[word]
        self.show_page(self._way[-1])

    def _steps(self) -> list[str]:
        opening = [self.tr("Language and region"), self.tr("Your clinic"), self.tr("Where data lives")]
        if self.join in self._way:
            return [*opening, self.tr("Join the clinic")]
        if self.restore in self._way:
            return [opening[0], self.tr("Restore from a backup")]
        return [*opening, self.tr("Administrator"), self.tr("Backup"), self.tr("Import, optional")]

    def show_page(self, page: SetUpPage) -> None:
        """Bring a page to the front with what was answered there."""
        if page is self.language:
            self._way = self.new_way
        if page is self.place and self.join in self._way:
            self._way = self.new_way
        page.show_answers()
        page.arrive()
        self.card.pages.setCurrentWidget(page)
        steps = self._steps()
        self.card.steps.show_steps(steps, len(steps) - 1 if self._working else min(page.step, len(steps) - 1))
        self.card.back.setVisible(page is not self._way[0] and not self._working)
        self.card.go_on.set_text(page.go_on or self.tr("Continue"))
        self.card.go_on.setVisible(not self._working)
        self.card.quit.setVisible(not self._working)
        self.card.note.setVisible(not self._working)
        self.course.answers.page = page.word
        if not self._working:
            self._keep()
        announce(self, self.card.steps.accessibleName())
        first = page if self._working else page.first() or self.card.go_on
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def _next(self, left: SetUpPage) -> None:
        if left is not self.page:
            return  # its check took a while, and the person went elsewhere meanwhile
        here = self._way.index(left)
        left.take_answers()
        if here + 1 < len(self._way):
            self.show_page(self._way[here + 1])
        elif self._way is self.new_way:
            self._set_up()

    def _on_busy(self, owner: QObject, busy: bool) -> None:
        if owner is self.page and not self._working:
            self.card.go_on.set_busy(busy)

    def _on_join(self) -> None:
        self.take_way("join")

    def _set_up(self) -> None:
        course = self.course
        kit = course.kit
        if kit is None:
            self.show_page(self.kit)
            return
        asked = set_up_command(course)
        steps = (
            (self.tr("Making the keys"), 1),
            (self.tr("Making the database and your account"), 2),
            (self.tr("Opening the desk"), 4),
        )
        self.begin_work(self.working)

        def work(report: OnProgress) -> object:
            report(Progress(steps[0][1], 5))
            command = asked.command()
            report(Progress(steps[1][1], 5))
            made = course.doors.set_up(self.folder, command, kit)
            report(Progress(steps[2][1], 5))
            return made

        self.tasks.slow(
            self,
            work,
            done=lambda _: self._on_set_up(),
            failed=self._on_set_up_failed,
            progress=lambda found: self.working.show_progress(
                found, next((words for words, at in steps if at == found.done), "")
            ),
            title=self.tr("Setting up the clinic"),
        )

    def _on_set_up(self) -> None:
        answers, secrets = self.course.answers, self.course.secrets
        self._finish(
            SetUpDone(
                answers.admin_username,
                secrets.admin_password,
                secrets.passphrase,
                tuple(Path(name) for name in answers.files),
            )
        )

    def _on_set_up_failed(self, error: ClinicError) -> None:
        self.end_work()
        page = self.imports
        places = {
            "admin_": self.administrator,
            "postgres": self.place,
            "vault_": self.place,
            "backup_": self.backup,
        }
        for name in error.fields:
            page = next((each for start, each in places.items() if name.startswith(start)), page)  # type: ignore[assignment]
        self.show_page(page)
        page.show_trouble(error)

    def _on_restore(self) -> None:
        command = self.restore.command()
        self.begin_work(self.restoring)
        self.tasks.slow(
            self,
            restored(self.course, command),
            done=lambda _: self._finish(self._done(command.username, command.password)),
            failed=self._on_restore_failed,
            progress=self.restoring.show_progress,
            title=self.tr("Restoring from the backup"),
        )

    def _on_restore_failed(self, error: ClinicError) -> None:
        self.end_work()
        self.show_page(self.restore)
        self.restore.show_trouble(error)

    def _done(self, username: str = "", password: str = "") -> SetUpDone:
        return SetUpDone(username, password, self.course.secrets.passphrase)

    def begin_work(self, page: SetUpPage) -> None:
        """Show the page of a long deed: neither back nor away until it has ended."""
        self._working = True
        self.show_page(page)

    def end_work(self) -> None:
        """The deed did not work out; the pages can be used again."""
        self._working = False

    def _finish(self, done: SetUpDone) -> None:
        self._working, self._finished = False, True
        kept.forget(self.folder)
        self.course.secrets = kept.Secrets()
        self.course.kit = None
        self.done.emit(done)

    def _keep(self) -> None:
        saved = kept.keep(self.folder, self.course.answers)
        self.card.note.setText(
            self.tr("Your answers so far are kept.")
            if saved
            else self.tr("Your answers cannot be kept: the folder {folder} cannot be written.").format(
                folder=self.folder
            )
        )
