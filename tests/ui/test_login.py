"""Signing in: who is offered, what a wrong password costs, and that the window stays alive meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.login.card import SHADE
from meditrack_desktop.ui.login.credentials import SignedIn
from meditrack_desktop.ui.login.day_ribbon import ribbon_row
from meditrack_desktop.ui.login.window import LoginPage
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Banner, Button
from meditrack_desktop.ui.words import role_words
from tests.conftest import PASSWORDS


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


def tile(login: LoginPage, username: str) -> QWidget:
    return next(tile for tile in login.people.tiles if tile.username == username)


def test_recent_people_are_offered_newest_first(login: LoginPage) -> None:
    assert [tile.username for tile in login.people.tiles] == ["doctor", "reception", "admin", ""]
    assert login.people.username == "doctor"
    assert tile(login, "reception").accessibleName() == "Rosa Ontwerp, Receptionist"
    assert login.credentials.password.hasFocus()
    assert not login.name_field.isVisible()


def test_the_keyboard_alone_signs_in(
    login: LoginPage, came_in: list[SignedIn], qtbot: QtBot, tasks: Tasks
) -> None:
    tile(login, "doctor").setFocus()
    qtbot.keyClick(tile(login, "doctor"), Qt.Key.Key_Right)
    qtbot.keyClick(tile(login, "reception"), Qt.Key.Key_Return)
    assert login.people.username == "reception"
    qtbot.keyClicks(login.credentials.password, PASSWORDS["reception"])
    qtbot.keyClick(login.credentials.password, Qt.Key.Key_Return)
    assert tasks.wait_idle()
    assert came_in[0].actor.roles == {Role.RECEPTIONIST}
    assert came_in[0].facts.name == "Example Street Clinic"
    assert login.credentials.password.text() == ""
    assert not login.credentials.button.busy


def test_the_window_stays_alive_while_the_password_is_checked(
    login: LoginPage,
    came_in: list[SignedIn],
    tasks: Tasks,
    clinic: Clinic,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The check ends only once the window has beaten five times meanwhile."""
    beats: list[int] = []
    alive, really = threading.Event(), clinic.sessions.sign_in

    def beat() -> None:
        beats.append(1)
        if len(beats) >= 5:
            alive.set()

    def checked(*given: Any, **named: Any) -> Any:
        assert alive.wait(20), "the window stood still"
        return really(*given, **named)

    monkeypatch.setattr(clinic.sessions, "sign_in", checked)
    timer = QTimer(interval=10)
    timer.timeout.connect(beat)
    login.sign_in_as("reception", PASSWORDS["reception"])
    assert login.credentials.button.busy and not beats
    timer.start()
    assert tasks.wait_idle()
    timer.stop()
    assert came_in
    assert len(beats) >= 5


def test_somebody_else_types_a_name(
    login: LoginPage, came_in: list[SignedIn], qtbot: QtBot, tasks: Tasks
) -> None:
    tile(login, "").click()
    assert login.name_field.isVisible()
    assert login.username.hasFocus()
    qtbot.keyClicks(login.username, "Admin")
    qtbot.keyClick(login.username, Qt.Key.Key_Return)
    assert login.credentials.password.hasFocus()
    qtbot.keyClicks(login.credentials.password, PASSWORDS["admin"])
    login.credentials.button.click()
    assert tasks.wait_idle()
    assert came_in[0].actor.username == "admin"


def test_a_name_typed_by_one_person_is_not_there_for_the_next(login: LoginPage) -> None:
    tile(login, "").click()
    login.username.setText("Admin")
    login.offer_others("admin")
    assert login.people.username
    tile(login, "").click()
    assert login.username.text() == "" and login.username.hasFocus()


def test_a_secret_typed_for_one_person_is_not_sent_for_another(login: LoginPage, qtbot: QtBot) -> None:
    qtbot.keyClicks(login.credentials.password, "half a sec")
    tile(login, "reception").click()
    assert login.credentials.password.text() == "" and login.credentials.password.hasFocus()
    qtbot.keyClicks(login.credentials.password, "ret")
    tile(login, "reception").click()
    assert login.credentials.password.text() == "ret"


def test_arrows_choose_a_person_in_turn_and_tab_leads_to_the_password(login: LoginPage, qtbot: QtBot) -> None:
    qtbot.keyClick(login.credentials.password, Qt.Key.Key_Backtab)
    assert tile(login, "doctor").hasFocus()
    for key, wanted in (
        (Qt.Key.Key_Right, "reception"),
        (Qt.Key.Key_Right, "admin"),
        (Qt.Key.Key_Down, ""),
        (Qt.Key.Key_Left, "admin"),
    ):
        qtbot.keyClick(login.focusWidget(), key)
        assert login.people.username == wanted and tile(login, wanted).hasFocus()
    qtbot.keyClick(login.focusWidget(), Qt.Key.Key_Tab)
    assert login.credentials.password.hasFocus()


def test_an_empty_password_is_asked_for_and_not_sent(login: LoginPage, tasks: Tasks) -> None:
    login.credentials.button.click()
    assert tasks.idle()
    assert login.credentials.field.error == "Type your password."


def test_wrong_tries_are_counted_and_then_paused(
    login: LoginPage, came_in: list[SignedIn], tasks: Tasks, qtbot: QtBot
) -> None:
    credentials = login.credentials
    notes: list[str] = []
    for _ in range(4):
        login.sign_in_as("reception", "not the password")
        assert tasks.wait_idle()
        notes.append(credentials.note.text())
        assert "do not belong together" in credentials.field.error
        assert credentials.password.hasFocus()
        assert credentials.password.selectedText()
    assert notes == [
        "3 tries left before a pause",
        "2 tries left before a pause",
        "1 try left before a pause",
        "Each further try waits longer",
    ]
    login.sign_in_as("reception", PASSWORDS["reception"])
    assert tasks.wait_idle()
    assert credentials.paused
    assert credentials.button.text() == "Paused, 2 s left"
    assert not credentials.button.isEnabled() and not credentials.password.isEnabled()
    credentials.submit()
    assert tasks.idle()
    qtbot.waitUntil(lambda: not credentials.paused)
    assert credentials.button.text() == "Sign in"
    assert credentials.password.isEnabled()
    assert came_in == []


def test_tries_of_one_person_do_not_count_for_another(login: LoginPage, tasks: Tasks) -> None:
    login.sign_in_as("reception", "not the password")
    assert tasks.wait_idle()
    login.sign_in_as("doctor", "not the password")
    assert tasks.wait_idle()
    assert login.credentials.note.text() == "3 tries left before a pause"


def test_a_long_pause_is_counted_in_minutes(login: LoginPage) -> None:
    login.credentials.pause(90)
    assert login.credentials.button.text() == "Paused, 1:30 left"


def test_caps_lock_is_noticed(login: LoginPage, qtbot: QtBot) -> None:
    password = login.credentials.password
    said: list[bool] = []
    password.capsLockChanged.connect(said.append)
    qtbot.keyClicks(password, "A")
    assert said == [True]
    assert any("Caps Lock is on" in label.text() for label in login.credentials.findChildren(QLabel))
    qtbot.keyClicks(password, "b")
    assert said == [True, False]


def test_an_unreachable_clinic_is_said_and_tried_again(
    login: LoginPage, came_in: list[SignedIn], clinic: Clinic, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(username: str, password: str) -> None:
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)

    with monkeypatch.context() as broken:
        broken.setattr(type(clinic.sessions), "sign_in", lambda self, user, secret, code: down(user, secret))
        login.sign_in_as("reception", PASSWORDS["reception"])
        assert tasks.wait_idle()
    banner = login.findChild(Banner)
    assert "server does not answer" in banner.accessibleName()
    assert banner.action is not None
    banner.action.click()
    assert tasks.wait_idle()
    assert came_in[0].actor.username == "reception"


def test_a_sign_in_before_the_clinic_is_open_waits_for_it(
    qtbot: QtBot, clinic: Clinic, clock: FixedClock, tasks: Tasks
) -> None:
    page = LoginPage(tasks, clinic.profile.facts(), clock, "0.1.0")
    qtbot.addWidget(page)
    found: list[SignedIn] = []
    page.signedIn.connect(found.append)
    page.sign_in_as("reception", PASSWORDS["reception"])
    assert page.credentials.button.busy
    assert tasks.idle()
    page.use(clinic)
    assert tasks.wait_idle()
    assert found[0].actor.username == "reception"


def test_a_clinic_that_cannot_be_opened_offers_try_again(
    qtbot: QtBot, clinic: Clinic, clock: FixedClock, tasks: Tasks
) -> None:
    page = LoginPage(tasks, clinic.profile.facts(), clock, "0.1.0")
    qtbot.addWidget(page)
    asked: list[bool] = []
    page.retryRequested.connect(lambda: asked.append(True))
    page.sign_in_as("reception", "whatever it is")
    page.show_trouble(Unavailable(ErrorCode.PROFILE_DAMAGED))
    assert not page.credentials.button.busy
    page.findChild(Banner).action.click()
    assert asked == [True]


def test_a_desk_that_knows_nobody_asks_for_the_name(
    qtbot: QtBot, clinic: Clinic, clock: FixedClock, tasks: Tasks
) -> None:
    page = LoginPage(tasks, replace(clinic.profile.facts(), recent=()), clock, "0.1.0")
    qtbot.addWidget(page)
    page.show()
    assert page.name_field.isVisible()
    assert [tile.username for tile in page.people.tiles] == [""]


def test_the_theme_is_chosen_at_once(login: LoginPage) -> None:
    chosen: list[str] = []
    login.themeChosen.connect(chosen.append)
    login.theme_choice.choose("dark")
    assert theme.current().dark
    assert login.theme_choice.accessibleName() == "Theme: Dark"
    assert chosen == ["dark"]


@pytest.mark.parametrize("size", [(1440, 900), (1024, 640)])
@pytest.mark.parametrize("text", [100, 200])
def test_nothing_on_the_card_is_cut_off(
    login: LoginPage, size: tuple[int, int], text: int, qtbot: QtBot
) -> None:
    theme.current().set(text_size=text)
    login.resize(*size)
    login.people.choose("")
    login.credentials.show_wrong("x")
    qtbot.wait(50)
    card = login.card
    assert login.rect().contains(card.geometry().adjusted(SHADE, SHADE, -SHADE, -SHADE))
    for widget in (*card.findChildren(Button), login.username, login.credentials.password):
        if widget.isVisible():
            assert widget.height() >= widget.minimumSizeHint().height()
            assert widget.width() >= widget.minimumSizeHint().width()


def test_the_clock_on_the_ribbon_follows(login: LoginPage, clock: FixedClock) -> None:
    before = login.grab().toImage()
    clock.advance(timedelta(minutes=7))
    login.tick()
    assert login.grab().toImage() != before


def test_each_row_of_the_ribbon_has_one_visit_now() -> None:
    for row in range(12):
        bars = ribbon_row(row, 1440, 1108)
        assert sum(kind == "now" for _, _, kind in bars) == 1
        assert all(left + width <= 1108 for left, width, kind in bars if kind == "past")


def test_everything_has_a_name(login: LoginPage) -> None:
    nameless = [
        type(widget).__name__
        for widget in login.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.accessibleName()
    ]
    assert nameless == []


def test_roles_in_words() -> None:
    assert role_words({Role.ADMIN, Role.DOCTOR}) == "Doctor, Administrator"


def test_the_theme_menu_marks_the_choice_and_leaves_the_keyboard_alone(
    login: LoginPage, qtbot: QtBot
) -> None:
    choice = login.theme_choice
    password = login.credentials.password
    assert password.hasFocus()
    qtbot.mouseClick(choice, Qt.MouseButton.LeftButton)
    choice.menu.hide()
    assert password.hasFocus()
    choice.choose("dark")
    assert [action.isChecked() for action in choice.menu.actions()] == [False, False, True]
    choice.choose("light")
    assert [action.isChecked() for action in choice.menu.actions()] == [False, True, False]
