"""The first administrator: a name, a user name and a password, judged while it is typed."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import SecretStr
from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from meditrack_desktop.domain.accounts import PASSWORD_MAXIMUM
from meditrack_desktop.domain.clinic import SetUpClinic
from meditrack_desktop.services.password_strength import BEST, Strength, strength_of
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.first_run.page import Course, SetUpPage
from meditrack_desktop.ui.first_run.words import say, strength_words
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.widgets import Label, LabelledField, PasswordField, TextField, painting

JUDGE_MS = 150


class StrengthMeter(QWidget):
    """Four bars and a sentence; the sentence says everything the bars do."""

    def __init__(self) -> None:
        super().__init__()
        self._score, self._good = 0, False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.words = Label("", "small", wrap=True)
        row.addSpacing(theme.current().px(4 * 34 + 8))
        row.addWidget(self.words, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        theme.current().changed.connect(self.update)

    def show_strength(self, strength: Strength | None) -> None:
        """None where nothing is typed."""
        self._score = strength.score if strength is not None else 0
        self._good = strength is not None and strength.problem is None
        words = strength_words(strength.score, strength.problem) if strength is not None else ""
        self.words.setText(words)
        self.words.set_tone("ok" if self._good else "warn" if words else "text2")
        self.setAccessibleName(self.tr("Strength of the password: {words}").format(words=words))
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.current().px(200), theme.current().px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = painting.start_mirrored(self)
        lit = t.ok if self._good else t.warn
        for bar in range(BEST):
            area = QRectF(bar * current.px(34), current.px(7), current.px(30), current.px(5))
            painting.box(painter, area, area.height() / 2, lit if bar < self._score else t.surface3)
        painter.end()


class AdministratorPage(SetUpPage):
    """No account exists before this one, and none comes with the program."""

    word, step = "administrator", 3

    def __init__(self, course: Course) -> None:
        super().__init__(
            course,
            say("Who runs this clinic's MediTrack?"),
            say(
                "The first administrator adds everybody else. There is no account that comes with the program."
            ),
        )
        self.name, self.username = TextField(), TextField()
        self.password, self.again = PasswordField(), PasswordField()
        self.password.setMaxLength(PASSWORD_MAXIMUM + 1)
        self.form = Form(
            {
                "admin_name": LabelledField(self.tr("Your name"), self.name),
                "admin_username": LabelledField(self.tr("User name"), self.username),
                "admin_password": LabelledField(self.tr("Password"), self.password),
            }
        )
        self.again_field = LabelledField(self.tr("Password again"), self.again)
        fields = self.form.fields
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(fields["admin_name"], 3)
        row.addWidget(fields["admin_username"], 2)
        self.body.addLayout(row)
        self.body.addSpacing(14)
        self.body.addWidget(fields["admin_password"])
        self.body.addSpacing(8)
        self.meter = StrengthMeter()
        self.body.addWidget(self.meter)
        self.body.addSpacing(14)
        self.body.addWidget(self.again_field)
        self.body.addSpacing(14)
        self.body.addWidget(
            Label(
                self.tr(
                    "Nobody can look this password up. If it is forgotten, another administrator or the recovery kit, "
                    "which comes next, lets you choose a new one."
                ),
                "small",
                wrap=True,
            )
        )
        self.body.addStretch(1)
        self._timer = QTimer(self, singleShot=True, interval=JUDGE_MS)
        self._timer.timeout.connect(self.judge)
        for field in (self.name, self.username, self.password):
            field.textEdited.connect(lambda _: self._timer.start())

    def show_answers(self) -> None:
        self.name.setText(self.course.answers.admin_name)
        self.username.setText(self.course.answers.admin_username)
        self.password.setText(self.course.secrets.admin_password)
        self.again.setText(self.course.secrets.admin_password)
        self.judge()

    def take_answers(self) -> None:
        self.course.answers.admin_name = self.name.text().strip()
        self.course.answers.admin_username = self.username.text().strip()
        self.course.secrets.admin_password = self.password.text()

    def first(self) -> QWidget:
        return self.password if self.name.text().strip() else self.name

    def judge(self) -> None:
        """Say how good the password is; the looking-up happens beside the window."""
        password, about = self.password.text(), self._about()
        if not password:
            self.meter.show_strength(None)
            return
        self.course.tasks.query(
            self, lambda: strength_of(password, about), self.meter.show_strength, replaces="strength"
        )

    def leave(self, then: Callable[[], object]) -> None:
        self.take_answers()
        self.again_field.clear_error()
        fields = self.form.fields
        if not self.required(*fields.values()):
            return
        password, about = self.password.text(), self._about()
        built = self.form.build(
            SetUpClinic, name=self.course.answers.clinic_name or "-", admin_password=SecretStr(password)
        )
        if built is None:
            return
        self.course.tasks.query(
            self,
            lambda: strength_of(password, about),
            lambda found: self._on_judged(found, then),
            replaces="leave",
        )

    def _on_judged(self, found: Strength, then: Callable[[], object]) -> None:
        self.meter.show_strength(found)
        if found.problem is not None:
            self.form.fields["admin_password"].set_error(strength_words(found.score, found.problem))
            self.password.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.again.text() != self.password.text():
            self.again_field.set_error(self.tr("The two are not alike."))
            self.again.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            then()

    def _about(self) -> tuple[str, ...]:
        """As the set-up itself will judge it."""
        return (self.username.text().strip(), self.name.text().strip(), self.course.answers.clinic_name)
