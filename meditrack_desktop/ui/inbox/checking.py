"""What is asked before anything is filed with somebody: whether the file names them, and who else has their name."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.incoming import IncomingFile
from meditrack_desktop.domain.name_check import Comparison
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.inbox.person_check import PersonCheck
from meditrack_desktop.ui.inbox.words import tr
from meditrack_desktop.ui.widgets import Banner, announce


class Checking(QWidget):
    """`done` is False until the clinic has answered both; what it could not answer is said, and asked again.

    `namesake`: somebody else in the lists has the same name. `warned`: that, or a difference, was said just now.
    """

    namesake = Signal()
    warned = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._asked: tuple[UUID, UUID] | None = None
        self.done = False
        self.two = PersonCheck()
        self.trouble = Banner("", "danger", action=tr("Check again"), stacked=True)
        self.trouble.actionTriggered.connect(self.again)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.two)
        column.addWidget(self.trouble)
        self.trouble.hide()
        self.hide()

    @property
    def failed(self) -> bool:
        """Whether it could not be checked: `again` asks anew."""
        return not self.trouble.isHidden()

    def clear(self) -> None:
        """Nobody is chosen."""
        self._asked, self.done = None, False
        self.two.clear()
        self.trouble.hide()
        self.hide()

    def begin(self, file: IncomingFile, who: UUID, name: str, born: BirthDate | None, number: str) -> None:
        """Check this patient for this file."""
        self.two.show_two(file.named, name, born, number)
        self._asked = file.id, who
        self.again()

    def again(self) -> None:
        """Ask the clinic, from the beginning."""
        if self._asked is None:
            return
        desk, asked = self._desk, self._asked
        file_id, who = asked
        self.done = False
        self.trouble.hide()
        self.setVisible(not self.two.isHidden())
        desk.tasks.query(
            self,
            lambda: (
                desk.clinic.incoming.compare(desk.actor, file_id, who),
                bool(desk.clinic.patients.same_name(desk.actor, who)),
            ),
            lambda found: self._found(asked, *found),
            failed=lambda error: self._not_found(asked, error),
            replaces="check",
        )

    def _found(self, asked: tuple[UUID, UUID], compared: Comparison, others: bool) -> None:
        if asked != self._asked:
            return
        self.done = True
        self.two.show_compared(compared)
        if others:
            self.namesake.emit()
        if others or compared.differences:
            self.warned.emit()

    def _not_found(self, asked: tuple[UUID, UUID], error: ClinicError) -> None:
        if asked == self._asked:
            self.show_trouble(error)

    def show_trouble(self, error: ClinicError) -> None:
        """Say why it could not be checked, and offer to try again."""
        lead = tr("This patient could not be checked for this file; nothing is filed until that is done.")
        self.trouble.set_text(str(errors.words(error)), lead)
        self.trouble.show()
        self.show()
        announce(self, f"{lead} {errors.words(error)}", assertive=True)
