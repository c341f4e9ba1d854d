"""Where the clinic's data lives: an encrypted file on this computer, or a server that several desks share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.servers import Holding
from meditrack_desktop.services import places
from meditrack_desktop.ui.first_run.answers import HERE, SERVER
from meditrack_desktop.ui.first_run.folder_field import FolderField
from meditrack_desktop.ui.first_run.page import Course, SetUpPage
from meditrack_desktop.ui.first_run.passphrase import PassphraseFields
from meditrack_desktop.ui.first_run.server_form import ServerForm
from meditrack_desktop.ui.first_run.tiles import Tile, Tiles
from meditrack_desktop.ui.first_run.words import say
from meditrack_desktop.ui.widgets import Banner, IconLabel, Label


class PlacePage(SetUpPage):
    """`joinRequested`: the server holds a clinic, and this desk wants to belong to it."""

    word, step = "place", 2
    joinRequested = Signal()

    def __init__(self, course: Course) -> None:
        super().__init__(
            course,
            say("Where should MediTrack keep your data?"),
            say("Everything is encrypted on disk in both cases."),
        )
        self.tiles = Tiles(
            self.tr("Where data lives"),
            [
                Tile(HERE, "monitor", self.tr("On this computer"), self.tr("One desk. No server needed.")),
                Tile(
                    SERVER,
                    "server",
                    self.tr("On a clinic server"),
                    self.tr("Several desks share one calendar."),
                ),
            ],
        )
        self.body.addWidget(self.tiles)
        self.body.addSpacing(20)
        self.here = self._build_here()
        self.body.addWidget(self.here)
        self.there = QWidget()
        column = QVBoxLayout(self.there)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.server = ServerForm(course)
        column.addWidget(self.server)
        column.addSpacing(14)
        self.documents = FolderField(
            self.tr("Folder for documents"),
            help=self.tr("A share that every desk reaches. Files are encrypted before they go there."),
        )
        column.addWidget(self.documents)
        self.body.addWidget(self.there)
        self.passphrase = PassphraseFields()
        self.body.addSpacing(14)
        self.body.addWidget(self.passphrase)
        self.body.addStretch(1)
        self.tiles.chosen.connect(self._on_place)
        self.server.joinRequested.connect(self.join)
        # With large letters the outcome of a test lies below what is in sight; its layout comes first.
        self._look = QTimer(self, singleShot=True, interval=0)
        self._look.timeout.connect(lambda: self.sheet.ensureWidgetVisible(self.server.outcome, 0, 16))
        self.server.tested.connect(self._look.start)

    def show_answers(self) -> None:
        self.server.show_answers()
        self.documents.set_folder(self.course.answers.documents_folder)
        self.tiles.choose(self.course.answers.place)

    def take_answers(self) -> None:
        self.course.answers.place = self.tiles.value
        self.course.answers.documents_folder = self.documents.folder()
        self.server.take_answers()
        self.course.secrets.passphrase = self.passphrase.value()

    def first(self) -> QWidget:
        return self.tiles.first()

    def arrive(self) -> None:
        self.passphrase.setVisible(not self.course.has_keyring)
        self.course.tasks.query(self, self.course.doors.has_keyring, self._on_keyring)

    def leave(self, then: Callable[[], object]) -> None:
        self.take_answers()
        self.clear_trouble()
        if not self.course.has_keyring and not self.passphrase.good():
            return
        if self.tiles.value == HERE:
            self._check(lambda: places.refuse_network_drive(self.course.folder), then)
        else:
            self.server.test(lambda: self._server_works(then))

    def join(self) -> None:
        """Belong to the clinic that was found, after the folder for its documents is known."""
        self.take_answers()
        if not self.course.has_keyring and not self.passphrase.good():
            return
        if self.documents.filled():
            self._check(self._check_documents, self.joinRequested.emit)

    def _server_works(self, then: Callable[[], object]) -> None:
        found = self.server.found
        if found is None or found.holding is not Holding.NOTHING:
            return
        if self.documents.filled():
            self._check(self._check_documents, then)

    def _check_documents(self) -> None:
        places.check_documents_folder(Path(self.documents.folder()))

    def _check(self, look: Callable[[], object], then: Callable[[], object]) -> None:
        self.course.tasks.query(self, look, lambda _: then(), failed=self._on_refused, replaces="check")

    def _on_refused(self, error: ClinicError) -> None:
        self.show_trouble(error)

    def _on_place(self, value: str) -> None:
        self.clear_trouble()
        self.here.setVisible(value == HERE)
        self.there.setVisible(value == SERVER)

    def _on_keyring(self, there: bool) -> None:
        self.course.has_keyring = there
        self.passphrase.setVisible(not there)

    def _build_here(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(IconLabel("folder", 16), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Label(str(self.course.folder), "body", wrap=True, selectable=True), 1)
        column.addLayout(row)
        column.addWidget(
            Banner(
                self.tr(
                    "Receptionist, doctor and administrator can share this computer, but their roles are then rules "
                    "of the screen: whoever can unlock the file could read all of it with a program of their own. "
                    "If roles must be a boundary, choose a clinic server, even one on this same computer."
                ),
                "info",
            )
        )
        return box
