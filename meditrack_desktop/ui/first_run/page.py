"""What every page of the set-up is: a heading, a scrolling column, and two questions: may we go on, and to where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.first_run.answers import Answers, Secrets
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Banner, Label, LabelledField, ScrollColumn, announce

if TYPE_CHECKING:
    from meditrack_desktop.domain.clock import Clock
    from meditrack_desktop.services.recovery_kit import RecoveryKit
    from meditrack_desktop.ui.first_run.doors import FirstRunDoors


class Course:
    """What all pages share: the answers so far, the secrets, the kit, and the ways to work."""

    def __init__(
        self, tasks: Tasks, doors: FirstRunDoors, clock: Clock, answers: Answers, folder: Path, version: str
    ) -> None:
        self.tasks, self.doors, self.clock, self.answers = tasks, doors, clock, answers
        self.folder, self.version = folder, version
        self.secrets = Secrets()
        self.kit: RecoveryKit | None = None
        self.has_keyring = True


class SetUpPage(QWidget):
    """`word` names the page in the kept answers, `step` is its place in the list on the left.

    `busyChanged` says that the page is working; `wayChanged` that other pages are to follow than before.
    """

    word = ""
    step = 0
    go_on = ""
    """What the button that goes on says; empty: Continue."""
    busyChanged = Signal(bool)
    wayChanged = Signal(str)

    def __init__(self, course: Course, title: str, subtitle: str) -> None:
        super().__init__()
        self.course = course
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.sheet = ScrollColumn(margins=(32, 28, 32, 20))
        column.addWidget(self.sheet)
        self.body = self.sheet.body
        self.body.setSpacing(0)
        self.body.addWidget(Label(title, "title", wrap=True))
        self.body.addSpacing(4)
        self.subtitle = Label(subtitle, "body", tone="text2", wrap=True)
        self.body.addWidget(self.subtitle)
        self.body.addSpacing(16)
        self._trouble: Banner | None = None
        self._trouble_place = QVBoxLayout()
        self._trouble_place.setContentsMargins(0, 0, 0, 0)
        self.body.addLayout(self._trouble_place)

    def show_answers(self) -> None:
        """Put what was answered before into the fields."""

    def take_answers(self) -> None:
        """Write what stands in the fields into the answers, finished or not."""

    def first(self) -> QWidget | None:
        """Where the focus goes on arriving."""
        return None

    def arrive(self) -> None:
        """The page is shown."""

    def leave(self, then: Callable[[], object]) -> None:
        """Check the page and call `then` if it is good; else say beside the field what is missing."""
        then()

    def required(self, *labelled: LabelledField) -> bool:
        """Whether all of these are filled; marks those that are not, and goes to the first of them."""
        empty = [each for each in labelled if not self.text_of(each)]
        for each in labelled:
            name = each.field.accessibleName() or each.label.text()
            each.set_error(self.tr("{label} is needed.").format(label=name) if each in empty else "")
        if empty:
            empty[0].field.setFocus(Qt.FocusReason.OtherFocusReason)
        return not empty

    def text_of(self, labelled: LabelledField) -> str:
        """What is typed in a field, without outer space."""
        text: str = labelled.field.text()  # type: ignore[attr-defined]
        return text.strip()

    def show_trouble(self, error: ClinicError) -> None:
        """Say what went wrong over the fields, which keep what they hold."""
        said = errors.words(error)
        self.clear_trouble()
        self._trouble = Banner(said.text, "danger", lead=said.title)
        self._trouble_place.addWidget(self._trouble)
        self._trouble_place.addSpacing(12)
        announce(self, str(said), assertive=True)
        self.sheet.verticalScrollBar().setValue(0)

    def clear_trouble(self) -> None:
        """Take the notice away."""
        while (item := self._trouble_place.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._trouble = None
