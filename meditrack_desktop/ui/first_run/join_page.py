"""Joining a clinic that lives on the server already: approved by an administrator, or proven with the kit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pydantic import SecretStr
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.services.server_test import address_to_keep
from meditrack_desktop.ui.first_run.page import Course, SetUpPage
from meditrack_desktop.ui.first_run.server_form import ServerForm
from meditrack_desktop.ui.first_run.tiles import Tile, Tiles
from meditrack_desktop.ui.first_run.words import say
from meditrack_desktop.ui.widgets import Banner, Label, LabelledField, TextField, announce

ASK, KIT = "ask", "kit"
LOOK_EVERY_MS = 3000


class JoinPage(SetUpPage):
    """`joined` comes once this desk belongs to the clinic."""

    word, step = "join", 3
    joined = Signal()

    def __init__(self, course: Course, server: ServerForm) -> None:
        super().__init__(course, say("Join the clinic"), "")
        self._server = server
        self.words: tuple[str, ...] = ()
        self.tiles = Tiles(
            self.tr("How this desk is let in"),
            [
                Tile(
                    ASK,
                    "user-check",
                    self.tr("Ask an administrator"),
                    self.tr("They approve it at another desk."),
                ),
                Tile(
                    KIT,
                    "key-round",
                    self.tr("With the recovery kit"),
                    self.tr("At once, without anybody else."),
                ),
            ],
        )
        self.body.addWidget(self.tiles)
        self.body.addSpacing(20)
        self.waiting = self._build_waiting()
        self.body.addWidget(self.waiting)
        self.key = TextField(icon="key-round")
        self.key_field = LabelledField(
            self.tr("Key from the recovery kit"), self.key, help=self.tr("It begins with AGE-SECRET-KEY-1.")
        )
        self.body.addWidget(self.key_field)
        self.body.addStretch(1)
        self._again = QTimer(self, interval=LOOK_EVERY_MS)
        self._again.timeout.connect(self.look)
        self.tiles.chosen.connect(self._on_chosen)
        self.key.textEdited.connect(self.key_field.clear_error)
        self.tiles.choose(ASK)

    def arrive(self) -> None:
        found = self._server.found
        name = found.clinic_name if found is not None else ""
        self.subtitle.setText(
            self.tr("“{name}” lives on that server. This desk needs its consent to belong to it.").format(
                name=name
            )
        )

    def first(self) -> QWidget:
        return self.tiles.first()

    def leave(self, then: Callable[[], object]) -> None:
        self.clear_trouble()
        if self.tiles.value == KIT:
            if self.required(self.key_field):
                self._join_with_kit()
        elif not self.words:
            self._ask()
        else:
            self.look()

    def stop(self) -> None:
        """Ask the server no more."""
        self._again.stop()

    def look(self) -> None:
        """Ask the server whether somebody approved this desk."""
        folder, passphrase = self.course.folder, self._passphrase()
        self.course.tasks.query(
            self,
            lambda: self.course.doors.was_approved(folder, passphrase),
            lambda there: self._on_approved() if there else None,
            failed=self._on_refused,
            replaces="look",
        )

    def _ask(self) -> None:
        work = self._with_address(self.course.doors.ask_to_join)
        self.busyChanged.emit(True)
        self.course.tasks.change(self, work, done=self.show_words, failed=self._on_refused, always=self._idle)

    def _join_with_kit(self) -> None:
        doors, key = self.course.doors, SecretStr("".join(self.key.text().split()).upper())

        def join(
            folder: Path, address: SecretStr, desk: str, documents: str, passphrase: SecretStr | None
        ) -> object:
            return doors.join_with_kit(folder, address, desk, documents, key, passphrase)

        self.busyChanged.emit(True)
        self.course.tasks.change(
            self,
            self._with_address(join),
            done=lambda _: self._on_approved(),
            failed=self._on_key_refused,
            always=self._idle,
        )

    def _with_address(self, deed: Callable[..., object]) -> Callable[[], object]:
        """The deed with this desk's address and names; a certificate is copied into the profile first."""
        answers, profile = self.course.answers, Profile(self.course.folder)
        address, passphrase = self._server.address(), self._passphrase()
        desk, documents = answers.desk_name, answers.documents_folder

        def work() -> object:
            if address is None:
                return None
            return deed(profile.folder, address_to_keep(profile, address), desk, documents, passphrase)

        return work

    def _passphrase(self) -> SecretStr | None:
        return SecretStr(self.course.secrets.passphrase) if self.course.secrets.passphrase else None

    def show_words(self, words: object) -> None:
        """Show the six words to compare, and ask the server every few seconds from now on."""
        self.words = tuple(str(word) for word in words) if isinstance(words, (tuple, list)) else ()
        self.fingerprint.setText("  ".join(self.words))
        self.waiting.setVisible(True)
        announce(self, self.tr("Six words: {words}").format(words=" ".join(self.words)))
        self._again.start()

    def _on_approved(self) -> None:
        self._again.stop()
        self.joined.emit()

    def _on_refused(self, error: ClinicError) -> None:
        self.show_trouble(error)

    def _on_key_refused(self, error: ClinicError) -> None:
        self.show_trouble(error)
        self.key.setFocus(Qt.FocusReason.OtherFocusReason)

    def _idle(self) -> None:
        self.busyChanged.emit(False)

    def _on_chosen(self, value: str) -> None:
        self.key_field.setVisible(value == KIT)
        self.waiting.setVisible(value == ASK and bool(self.words))
        if value == KIT:
            self._again.stop()
        elif self.words:
            self._again.start()

    def _build_waiting(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(Label(self.tr("Read these words to the administrator"), "small"))
        self.fingerprint = Label("", "heading", wrap=True, selectable=True)
        column.addWidget(self.fingerprint)
        column.addWidget(
            Banner(
                self.tr(
                    "At another desk: Desks & sessions, this desk, Approve, if the words there are the same. This "
                    "window goes on by itself then."
                ),
                "info",
                lead=self.tr("Waiting for approval."),
                icon="hourglass",
            )
        )
        return box
