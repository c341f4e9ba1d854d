"""The sign-in screen: this desk's people, the password, and below the state of things, language and theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.login.card import CardScreen
from meditrack_desktop.ui.login.choose_password import ChoosePassword
from meditrack_desktop.ui.login.credentials import Credentials
from meditrack_desktop.ui.login.forgot import ForgotPassword
from meditrack_desktop.ui.login.kit_step import Recover, RecoveryKitStep
from meditrack_desktop.ui.login.passphrase import DevicePassphrase
from meditrack_desktop.ui.login.people import People
from meditrack_desktop.ui.login.theme_choice import ThemeChoice
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Button, IconLabel, Label, LabelledField, TextField, painting
from meditrack_desktop.ui.words import role_words

if TYPE_CHECKING:
    from meditrack_desktop.domain.accounts import RecentUser
    from meditrack_desktop.domain.clock import Clock
    from meditrack_desktop.services.clinic import Clinic
    from meditrack_desktop.services.profile import ProfileFacts


class LoginPage(CardScreen):
    """Paints before the clinic is open; give it the clinic with `use`. `signedIn` carries a `SignedIn`.

    `themeChosen` carries "system", "light" or "dark"; `retryRequested` asks to open the clinic again, and
    `openAnewRequested` to do so from the beginning, as this computer has a new secret. `recover` is the way with
    the recovery kit; without it none is offered.
    """

    signedIn = Signal(object)
    retryRequested = Signal()
    openAnewRequested = Signal()
    themeChosen = Signal(str)

    def __init__(
        self,
        tasks: Tasks,
        facts: ProfileFacts,
        clock: Clock,
        version: str,
        recover: Recover | None = None,
    ) -> None:
        super().__init__(clock)
        self.setAccessibleName(self.tr("Sign in"))
        self._tasks, self._facts, self._recover = tasks, facts, recover
        self._clinic: Clinic | None = None
        self.start = QWidget()
        body = QVBoxLayout(self.start)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        self.card.body.addWidget(self.start)
        body.addWidget(Label(self.tr("Sign in"), "display"))
        self.where = Label(f"{facts.clinic_name}, {facts.workstation_name}", "body", tone="text2", elide=True)
        body.addSpacing(2)
        body.addWidget(self.where)
        body.addSpacing(16)
        self.people = People([(user, name, role_words(roles)) for user, name, roles in facts.recent])
        self._person = ""
        self._people_place = QVBoxLayout()
        self._people_place.addWidget(self.people)
        body.addLayout(self._people_place)
        body.addSpacing(16)
        self.username = TextField(icon="user-round")
        self.name_field = LabelledField(self.tr("User name"), self.username)
        body.addWidget(self.name_field)
        self._gap = _Gap(14)
        body.addWidget(self._gap)
        self.credentials = Credentials(tasks, self._chosen_name, self.tr("Sign in"))
        body.addWidget(self.credentials)
        self._build_steps(tasks)
        self.connection = _Connection()
        self._build_foot(version)
        self.people.chosen.connect(self._on_person)
        self.username.returnPressed.connect(self.credentials.password.setFocus)
        self.credentials.signedIn.connect(self.signedIn)
        self.credentials.retryRequested.connect(self.retryRequested)
        self._minute = QTimer(self, interval=5000)
        self._minute.timeout.connect(self.tick)
        self.connection.show_state("info", self.tr("Opening the clinic"))
        self.people.choose(facts.recent[0][0] if facts.recent else "")

    def use(self, clinic: Clinic) -> None:
        """The clinic can be signed in to."""
        self._clinic = clinic
        self.forgot_link.show()
        where = self.tr("Clinic server") if self._facts.shared else self.tr("Clinic data on this computer")
        self.connection.show_state("ok", where)
        self.credentials.use(clinic)

    def sign_in_as(self, username: str, password: str) -> None:
        """Type for the person and press Sign in; used where the sample clinic opens itself."""
        self.people.choose(username)
        if not self.people.username:
            self.username.setText(username)
        self.credentials.password.setText(password)
        self.credentials.submit()

    def show_trouble(self, error: ClinicError) -> None:
        """The clinic cannot be opened: say why, offer Try again."""
        self.connection.show_state("danger", self.tr("Not connected"))
        self.credentials.show_trouble(error)

    def begin_again(self, username: str = "") -> None:
        """Ready for the next person, with this one chosen if the desk knows them."""
        self.show_step(self.start)
        self.people.choose(username)
        self.credentials.begin_again()

    def offer_others(self, username: str) -> None:
        """Choose somebody else than this person, who has just left: the next one is hardly the same."""
        others = [tile.username for tile in self.people.tiles if tile.username and tile.username != username]
        self.people.choose(others[0] if others else "")

    def show_step(self, step: QWidget) -> None:
        """Put one step into the card; what was typed in the others is forgotten."""
        for each in (self.choose, self.forgot, self.kit, self.passphrase):
            each.forget()
            each.setVisible(each is step)
        self.start.setVisible(step is self.start)
        self.arrange()

    def refresh_people(self) -> None:
        """Offer the people of this desk as they are now."""
        if self._clinic is not None:
            self._tasks.query(
                self, self._clinic.sessions.recent_users, self._offer, failed=_no_matter, replaces="people"
            )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._minute.start()
        self._focus()

    def _chosen_name(self) -> str:
        return self.people.username or self.username.text()

    def _on_person(self, username: str) -> None:
        if username:
            self.username.clear()  # typed by whoever was here before
        if username != self._person:
            self.credentials.password.clear()  # it was meant for another name
            self._person = username
        self.name_field.setVisible(not username)
        self._gap.setVisible(not username)
        self.credentials.field.clear_error()
        self.credentials.note.hide()
        self.arrange()
        self._focus()

    def _offer(self, recent: tuple[RecentUser, ...]) -> None:
        people = [(user.username, user.name, role_words(user.roles)) for user in recent]
        if people == self.people.people or not self.start.isVisible():
            return
        chosen, former = self.people.username, self.people
        self.people = People(people)
        self._people_place.replaceWidget(former, self.people)
        former.hide()
        former.deleteLater()
        self.people.chosen.connect(self._on_person)
        self.people.choose(chosen or next((user for user, _, _ in people), ""))

    def _build_steps(self, tasks: Tasks) -> None:
        self.forgot_link = Button(self.tr("Forgot password"), "link")
        self.forgot_link.clicked.connect(self.open_forgot)
        self.forgot_link.hide()
        self.credentials.below.insertWidget(0, self.forgot_link)
        self.choose, self.forgot = ChoosePassword(tasks), ForgotPassword(tasks)
        self.kit, self.passphrase = RecoveryKitStep(tasks), DevicePassphrase(tasks)
        self.forgot.kit.setVisible(self._recover is not None)
        for step in (self.choose, self.forgot, self.kit, self.passphrase):
            step.hide()
            step.backRequested.connect(self._back)
            self.card.body.addWidget(step)
        self.choose.signedIn.connect(self.signedIn)
        self.forgot.signedIn.connect(self.signedIn)
        self.forgot.kitWanted.connect(self.open_kit)
        self.kit.recovered.connect(self._on_recovered)
        self.passphrase.given.connect(self._on_passphrase)
        self.credentials.newPasswordNeeded.connect(self._open_choose)
        self.credentials.kitWanted.connect(self.open_kit)
        self.credentials.refused.connect(self._on_refused)

    def open_forgot(self) -> None:
        """Explain what helps, and take a one-time code."""
        if self._clinic is not None:
            self.show_step(self.forgot)
            self.forgot.begin(self._clinic, self._chosen_name())

    def open_kit(self) -> None:
        """Take the key of the recovery kit."""
        if self._recover is not None:
            username = self._chosen_name() or self.forgot.username.text()
            self.show_step(self.kit)
            self.kit.begin(self._recover, username, self._facts.in_store)
            self.kit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_choose(self, username: str, secret: str) -> None:
        if self._clinic is not None:
            self.show_step(self.choose)
            self.choose.begin(self._clinic, username, secret)
            self.choose.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_refused(self, error: ClinicError) -> None:
        needed = (ErrorCode.DEVICE_PASSPHRASE_NEEDED, ErrorCode.DEVICE_PASSPHRASE_WRONG)
        if error.code in needed and self._clinic is not None:
            self.credentials.clear_trouble()
            self.show_step(self.passphrase)
            self.passphrase.begin(self._clinic)
            self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_passphrase(self) -> None:
        """The computer's passphrase is known now; the password was typed already."""
        self.show_step(self.start)
        self.credentials.submit()

    def _on_recovered(self, username: str, password: str) -> None:
        self.show_step(self.start)
        self._clinic = None
        self.credentials.lose_clinic()
        self.openAnewRequested.emit()
        self.sign_in_as(username, password)

    def _back(self) -> None:
        self.show_step(self.start)
        self._focus()

    def _focus(self) -> None:
        wanted = self.credentials.password if self.people.username else self.username
        if not self.people.username and self.username.text():
            wanted = self.credentials.password
        wanted.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build_foot(self, version: str) -> None:
        row = self.foot.row
        row.addWidget(self.connection)
        row.addWidget(Label(f"MediTrack {version}", "small"))
        row.addStretch(1)
        language = QHBoxLayout()
        language.setSpacing(6)
        language.addWidget(IconLabel("languages", 14))
        language.addWidget(Label(self.tr("English"), "small"))
        row.addLayout(language)
        self.theme_choice = ThemeChoice()
        self.theme_choice.chosen.connect(self.themeChosen)
        row.addWidget(self.theme_choice)


class _Gap(QWidget):
    """Room between two rows which may be hidden together with one of them."""

    def __init__(self, height: int) -> None:
        super().__init__()
        self.setFixedHeight(height)


class _Connection(QWidget):
    """A dot and words: whether the clinic's data can be reached."""

    def __init__(self) -> None:
        super().__init__()
        self._tone = "ok"
        row = QHBoxLayout(self)
        row.setContentsMargins(15, 0, 0, 0)
        self._words = Label("", "small")
        row.addWidget(self._words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        theme.current().changed.connect(self.update)

    def show_state(self, tone: str, text: str) -> None:
        """`tone` is ok, info or danger."""
        self._tone = tone
        self._words.setText(text)
        self.setAccessibleName(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.current().colour(self._tone))
        painter.drawEllipse(0, (self.height() - 8) // 2, 8, 8)
        painter.end()


def _no_matter(error: ClinicError) -> None:
    """Then the people stay as they were offered."""
