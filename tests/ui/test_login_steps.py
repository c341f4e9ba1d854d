"""The steps in the sign-in card: the second factor, a new password, a one-time code, the kit, the passphrase."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pyotp
import pytest
from pydantic import SecretStr
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor, AddAccount
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, NotAuthenticated, NotFound, Unavailable
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.recovery import RecoverClinic, Recovered
from meditrack_desktop.ui.login.entering import SignedIn
from meditrack_desktop.ui.login.window import LoginPage
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Banner, LabelledField, PasswordField
from tests.conftest import PASSWORDS

NEW = "quartz-meadow-seven-harps"
KEY = "AGE-SECRET-KEY-1" + "Q" * 58


@pytest.fixture
def login(qtbot: QtBot, clinic: Clinic, clock: FixedClock, tasks: Tasks) -> Iterator[LoginPage]:
    page = LoginPage(tasks, clinic.profile.facts(), clock, "0.1.0")
    page.resize(1440, 900)
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.use(clinic)
    yield page
    page.hide()


@pytest.fixture
def came_in(login: LoginPage) -> list[SignedIn]:
    found: list[SignedIn] = []
    login.signedIn.connect(found.append)
    return found


def test_the_authenticators_digits_are_the_second_step(
    login: LoginPage, came_in: list[SignedIn], clinic: Clinic, clock: FixedClock, tasks: Tasks, qtbot: QtBot
) -> None:
    reception = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
    offer = clinic.second_factor.begin(reception)
    clinic.second_factor.enable(reception, pyotp.TOTP(offer.secret).at(clock.now()))
    credentials = login.credentials
    login.sign_in_as("reception", PASSWORDS["reception"])
    assert tasks.wait_idle()
    assert came_in == [] and credentials.digits.asked
    assert credentials.digits.code.hasFocus()
    qtbot.keyClick(credentials.digits.code, Qt.Key.Key_Return)
    assert credentials.digits.field.error == "Type the six digits."
    qtbot.keyClicks(credentials.digits.code, "000 000")
    qtbot.keyClick(credentials.digits.code, Qt.Key.Key_Return)
    assert tasks.wait_idle()
    assert "not right any more" in credentials.digits.field.error
    from datetime import timedelta

    clock.advance(timedelta(seconds=60))
    credentials.digits.code.setText(pyotp.TOTP(offer.secret).at(clock.now()))
    qtbot.keyClick(credentials.digits.code, Qt.Key.Key_Return)
    assert tasks.wait_idle()
    assert came_in[0].actor.username == "reception"
    assert not credentials.digits.asked and credentials.password.text() == ""


def test_a_first_password_is_good_for_choosing_another_one(
    login: LoginPage, came_in: list[SignedIn], clinic: Clinic, tasks: Tasks, qtbot: QtBot
) -> None:
    admin = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
    clinic.accounts.add(
        admin,
        AddAccount(
            username="nora",
            name="Nora Nowak",
            roles=frozenset({Role.RECEPTIONIST}),
            password=SecretStr("copper-lantern-nine-tides"),
            must_change=True,
        ),
    )
    login.sign_in_as("nora", "copper-lantern-nine-tides")
    assert tasks.wait_idle()
    assert came_in == [] and login.choose.isVisible() and not login.start.isVisible()
    field = login.choose.password
    assert field.password.hasFocus()
    assert "10 characters or more" in field.words.text()
    qtbot.keyClicks(field.password, "short")
    qtbot.waitUntil(lambda: field.words.text() == "5 more characters.")
    field.password.setText("nora-nora-12")
    qtbot.waitUntil(lambda: "Too easy" in field.words.text())
    qtbot.keyClick(field.password, Qt.Key.Key_Return)
    assert tasks.wait_idle()
    assert field.field.error and came_in == []
    field.password.setText(NEW)
    qtbot.waitUntil(lambda: field.words.text() == "Hard to guess.")
    qtbot.keyClick(field.password, Qt.Key.Key_Return)
    assert tasks.wait_idle()
    assert came_in[0].actor.username == "nora"
    assert field.text() == ""
    assert clinic.sessions.sign_in("nora", NEW)


def test_a_one_time_code_lets_a_person_choose_a_new_password(
    login: LoginPage, came_in: list[SignedIn], clinic: Clinic, doctor: Actor, tasks: Tasks
) -> None:
    admin = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
    issued = clinic.resets.issue(admin, doctor.account_id)
    assert login.people.username == "doctor"
    login.forgot_link.click()
    assert tasks.wait_idle()
    step = login.forgot
    assert step.isVisible() and step.username.text() == "doctor"
    assert step.code.hasFocus()
    assert not step.mail.isVisible(), "a clinic on one computer sends no codes"
    assert not step.kit.isVisible(), "no way with the kit was given"
    step.submit()
    assert step.code_field.error == "Type the code."
    step.code.setText("AAAA-BBBB-CCCC")
    step.password.password.setText(NEW)
    step.submit()
    assert tasks.wait_idle()
    assert "not right" in step.code_field.error and came_in == []
    step.code.setText(issued.code.lower().replace("-", " "))
    step.submit()
    assert tasks.wait_idle()
    assert came_in[0].actor.username == "doctor"
    assert step.code.text() == "" and step.password.text() == ""


def test_back_forgets_what_was_typed(login: LoginPage, tasks: Tasks) -> None:
    login.forgot_link.click()
    login.forgot.code.setText("7K3M-Q9XD-2TFV")
    login.forgot.password.password.setText(NEW)
    login.forgot.back.click()
    assert login.start.isVisible() and not login.forgot.isVisible()
    assert login.credentials.password.hasFocus()
    login.forgot_link.click()
    assert login.forgot.code.text() == "" and login.forgot.password.text() == ""


@pytest.mark.parametrize(
    "code", [ErrorCode.SIGN_IN_CLOSED, ErrorCode.DESK_REVOKED, ErrorCode.DESK_NOT_APPROVED]
)
def test_what_closes_signing_in_is_said_in_the_card(
    login: LoginPage, clinic: Clinic, tasks: Tasks, monkeypatch: pytest.MonkeyPatch, code: ErrorCode
) -> None:
    def refuse(*_: object) -> None:
        raise NotAuthenticated(code)

    monkeypatch.setattr(type(clinic.sessions), "sign_in", refuse)
    login.sign_in_as("doctor", PASSWORDS["doctor"])
    assert tasks.wait_idle()
    banner = next(each for each in login.findChildren(Banner) if each.isVisible())
    assert banner.action is None, "trying again helps nobody here"
    assert not login.credentials.button.busy


def test_the_computers_passphrase_is_asked_for_once(
    login: LoginPage,
    came_in: list[SignedIn],
    clinic: Clinic,
    tasks: Tasks,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    given: list[str] = []
    sign_in = type(clinic.sessions).sign_in

    def needs_it(self: object, username: str, password: str, code: str = "") -> Actor:
        if "right" not in given:
            raise Unavailable(ErrorCode.DEVICE_PASSPHRASE_NEEDED)
        return sign_in(clinic.sessions, username, password, code)

    def give(self: object, passphrase: str) -> None:
        given.append(passphrase)
        if passphrase != "right":
            raise Unavailable(ErrorCode.DEVICE_PASSPHRASE_WRONG)

    monkeypatch.setattr(type(clinic.sessions), "sign_in", needs_it)
    monkeypatch.setattr(type(clinic.keys), "give_device_passphrase", give)
    login.sign_in_as("doctor", PASSWORDS["doctor"])
    assert tasks.wait_idle()
    step = login.passphrase
    assert step.isVisible() and step.passphrase.hasFocus()
    step.passphrase.setText("wrong")
    qtbot.keyClick(step.passphrase, Qt.Key.Key_Return)
    assert tasks.wait_idle()
    assert step.field.error and came_in == []
    step.passphrase.setText("right")
    qtbot.keyClick(step.passphrase, Qt.Key.Key_Return)
    assert tasks.wait_idle()
    assert came_in[0].actor.username == "doctor", "the password was typed already"


def test_the_kit_lets_an_administrator_in_on_a_computer_without_its_secret(
    qtbot: QtBot, clinic: Clinic, clock: FixedClock, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[RecoverClinic] = []

    def recover(command: RecoverClinic) -> Recovered:
        asked.append(command)
        if command.username != "admin":
            raise NotFound(ErrorCode.ACCOUNT_NOT_FOUND)
        if command.vault_access != "clinickey clinicsecret":
            raise Unavailable(ErrorCode.VAULT_ACCESS_REFUSED)
        return Recovered("Example Street Clinic", "Ada Verwalter", True)

    lost = {"secret": True}
    sign_in = type(clinic.sessions).sign_in

    def without_secret(self: object, username: str, password: str, code: str = "") -> Actor:
        if lost["secret"]:
            raise Unavailable(ErrorCode.DEVICE_SECRET_MISSING)
        return sign_in(clinic.sessions, username, PASSWORDS["admin"], code)

    monkeypatch.setattr(type(clinic.sessions), "sign_in", without_secret)
    facts = replace(clinic.profile.facts(), vault_folder="s3://clinic/north?endpoint=https://store.example")
    window = MainWindow(tasks, facts, clock, lambda: clinic, "0.1.0", recover)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.begin()
    assert tasks.wait_idle()
    login = window.login
    login.sign_in_as("admin", PASSWORDS["admin"])
    assert tasks.wait_idle()
    banner = next(each for each in login.findChildren(Banner) if each.isVisible())
    assert banner.action is not None and banner.action.text() == "Use the recovery kit"
    assert banner.action.hasFocus() and banner.action.nextInFocusChain() is login.credentials.password
    banner.action.click()
    step = login.kit
    assert step.isVisible() and step.key.hasFocus() and step.username.text() == "admin"
    step.password.password.setText(NEW)
    step.key.setPlainText("AGE-SECRET-KEY-1 too short")
    step.submit()
    assert tasks.wait_idle()
    assert "does not open" in step.key_field.error and asked == []
    step.key.setPlainText(KEY.lower()[:30] + "\n  " + KEY.lower()[30:])
    step.username.setText("reception")
    step.submit()
    assert tasks.wait_idle()
    assert step.name_field.error == "No administrator of this clinic has that name."
    step.username.setText("admin")
    step.store_key.setText("another key")
    step.submit()
    assert tasks.wait_idle()
    assert "refuses that key" in step.store_field.error and step.store_key.hasFocus()
    step.store_key.setText(" clinickey clinicsecret ")
    lost["secret"] = False
    step.submit()
    assert tasks.wait_idle()
    assert asked[-1] == RecoverClinic(KEY, "admin", NEW, vault_access="clinickey clinicsecret")
    assert step.store_key.text() == ""
    assert window.desk is not None and window.desk.actor.username == "admin"
    assert step.key.toPlainText() == "" and step.password.text() == ""
    window.end()
    window.hide()
    window.deleteLater()


def test_the_eye_takes_neither_letters_nor_enter(qtbot: QtBot) -> None:
    field = PasswordField()
    qtbot.addWidget(field)
    field.resize(300, 40)
    field.show()
    field.activateWindow()
    qtbot.waitUntil(field.isActiveWindow)
    entered: list[bool] = []
    field.returnPressed.connect(lambda: entered.append(True))
    field.setFocus()
    qtbot.keyClicks(field, "ab")
    qtbot.mouseClick(field.eye, Qt.MouseButton.LeftButton)
    assert field.hasFocus(), "a click on the eye leaves the keyboard in the field"
    assert field.echoMode() is PasswordField.EchoMode.Normal
    field.eye.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(field.eye, Qt.Key.Key_C)
    assert field.text() == "abc" and field.hasFocus()
    field.eye.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(field.eye, Qt.Key.Key_Return)
    assert entered == [True]
    assert field.echoMode() is PasswordField.EchoMode.Normal
    field.eye.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(field.eye, Qt.Key.Key_Space)
    assert field.echoMode() is PasswordField.EchoMode.Password, "the space bar presses it"


def test_a_secret_typed_twice_without_looking_reaches_both_fields(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    once, again = PasswordField(), PasswordField()
    column.addWidget(LabelledField("Password", once))
    column.addWidget(LabelledField("Password again", again))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    once.setFocus()
    qtbot.keyClicks(once, "ab")
    qtbot.keyClick(once, Qt.Key.Key_Tab)
    assert once.eye.hasFocus()
    qtbot.keyClick(once.eye, Qt.Key.Key_A)
    qtbot.keyClick(again, Qt.Key.Key_B)
    assert (once.text(), again.text()) == ("ab", "ab") and again.hasFocus()
    once.eye.setFocus(Qt.FocusReason.TabFocusReason)
    again.clear()
    qtbot.keyClick(once.eye, Qt.Key.Key_Space)  # looked at: then it is corrected
    qtbot.keyClick(once.eye, Qt.Key.Key_C)
    assert (once.text(), again.text()) == ("abc", "")


def test_a_secret_typed_anew_is_no_longer_marked_wrong(qtbot: QtBot) -> None:
    labelled = LabelledField("Password", PasswordField())
    qtbot.addWidget(labelled)
    labelled.set_error("Too short.")
    qtbot.keyClicks(labelled.field, "a")
    assert labelled.error == ""
