"""A field for a new password that says while one types whether it is hard enough to guess."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError, FieldProblem, Invalid
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import IconLabel, Label, LabelledField, PasswordField

JUDGE_AFTER_MS = 120
LEAST = 10


class NewPasswordField(QWidget):
    """`about` gives words a guesser would try first, such as the person's name. `returnPressed` on Enter.

    What the service refuses is shown by `show_refusal`; the words below only help while typing.
    """

    returnPressed = Signal()

    def __init__(
        self,
        tasks: Tasks,
        label: str = "",
        about: Callable[[], tuple[str, ...]] = tuple,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._about, self._least = tasks, about, LEAST
        self.password = PasswordField(icon="key-round")
        self.field = LabelledField(label or self.tr("New password"), self.password)
        self._mark = IconLabel("circle-check", 13, "ok", line="small")
        self.words = Label("", "hint", wrap=True)
        below = QHBoxLayout()
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(6)
        below.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        below.addWidget(self.words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addWidget(self.field)
        column.addLayout(below)
        self._wait = QTimer(self, singleShot=True, interval=JUDGE_AFTER_MS)
        self._wait.timeout.connect(self._judge)
        self.password.textChanged.connect(self._on_text)
        self.password.returnPressed.connect(self.returnPressed)
        self.setFocusProxy(self.password)
        self._say_rule()

    def text(self) -> str:
        """What is typed, as it is: a space may be part of it."""
        return self.password.text()

    def clear(self) -> None:
        """Empty for the next person."""
        self.password.clear()
        self.field.clear_error()

    def set_least(self, characters: int) -> None:
        """How many characters this clinic asks for."""
        self._least = max(LEAST, characters)
        self._on_text()

    def show_refusal(self, error: ClinicError) -> bool:
        """Put the service's refusal here if it is about the new password; False if it is about something else."""
        if not isinstance(error, Invalid) or not error.fields.keys() & {"password", "new"}:
            return False
        self._least = max(self._least, int(error.parameters.get("least", 0)))
        problem = next(problem for name, problem in error.fields.items() if name in ("password", "new"))
        self.field.set_error(self._words(problem))
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _on_text(self) -> None:
        self.field.clear_error()
        if self.text():
            self._wait.start()
        else:
            self._wait.stop()
            self._say_rule()

    def _judge(self) -> None:
        """Beside the window: the list of common passwords takes a moment to load."""
        password, about = self.text(), self._about()
        if len(password) < self._least:
            self._say(FieldProblem.TOO_SHORT)
            return
        self._tasks.query(
            self,
            lambda: _judged(password, about),
            lambda problem: self._heard(password, problem),
            replaces="judge",
        )

    def _heard(self, password: str, problem: FieldProblem | None) -> None:
        if password == self.text():
            self._say(problem)

    def _say_rule(self) -> None:
        self._mark.hide()
        self.words.set_tone("text3")
        self.words.setText(
            self.tr("{n} characters or more. Four words that do not belong together are good.").format(
                n=self._least
            )
        )

    def _say(self, problem: FieldProblem | None) -> None:
        self._mark.show()
        tone = "warn" if problem is not None else "ok"
        self._mark.set_icon("circle-dashed" if problem is not None else "circle-check", tone)
        self.words.set_tone(tone)
        self.words.setText(self._words(problem) if problem is not None else self.tr("Hard to guess."))
        self.password.setAccessibleDescription(self.words.text())

    def _words(self, problem: FieldProblem) -> str:
        missing = self._least - len(self.text())
        if problem is FieldProblem.TOO_SHORT and missing > 0:
            return (
                self.tr("1 more character.")
                if missing == 1
                else self.tr("{n} more characters.").format(n=missing)
            )
        return errors.problem_words(problem, self.field.field.accessibleName())


def _judged(password: str, about: tuple[str, ...]) -> FieldProblem | None:
    from meditrack_desktop.services.password_strength import strength_of

    return strength_of(password, about).problem
