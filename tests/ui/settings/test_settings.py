"""The settings: who sees which, that each one does what it says, and that they are found by typing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, NotAuthenticated
from meditrack_desktop.domain.settings import ReadingRule
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.settings.account import AccountSection
from meditrack_desktop.ui.settings.appearance import AppearanceSection
from meditrack_desktop.ui.settings.authenticator import SwitchOffDialog, SwitchOnDialog
from meditrack_desktop.ui.settings.backup import BackupSection
from meditrack_desktop.ui.settings.clinic_details import ClinicSection
from meditrack_desktop.ui.settings.keys import KeysSection
from meditrack_desktop.ui.settings.kit_dialog import KitDialog
from meditrack_desktop.ui.settings.page import SettingsPage
from meditrack_desktop.ui.settings.password_dialog import ChangePasswordDialog, PinDialog
from meditrack_desktop.ui.settings.restore_dialog import RestoreDialog
from meditrack_desktop.ui.settings.section import Section
from meditrack_desktop.ui.settings.security import SecuritySection
from meditrack_desktop.ui.settings.this_desk import DeskSection
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Dialog
from tests.conftest import PASSWORDS

Enter = Callable[[Actor], MainWindow]
NEW = "quartz-meadow-seven-harps"


@pytest.fixture
def opened(enter: Enter, tasks: Tasks) -> Callable[[Actor, str], Section]:
    """Opens a section of the settings at somebody's desk."""

    def open_it(actor: Actor, word: str) -> Section:
        window = enter(actor)
        assert window.desk is not None
        window.desk.go.settings(word)
        assert tasks.wait_idle()
        page = window.frame.sheet.current()
        assert isinstance(page, SettingsPage)
        assert page.section is not None
        return page.section

    return open_it


def dialog(section: Section, kind: type[Dialog]) -> Dialog:
    found = [each for each in section.window().findChildren(kind) if each.isVisible()]
    assert len(found) == 1
    return found[0]


def said(section: Section) -> list[str]:
    return [toast.text for toast in section.window().toasts.shown]


def test_a_key_opens_the_settings_and_typing_finds_one(
    enter: Enter, reception: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    window = enter(reception)
    qtbot.keyClick(
        QApplication.focusWidget() or window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier
    )
    assert tasks.wait_idle()
    page = window.frame.sheet.current()
    assert isinstance(page, SettingsPage)
    assert window.frame.sidebar.settings.isChecked()
    assert page.contents.search.hasFocus()
    qtbot.keyClicks(page.contents.search, "pin")
    qtbot.wait(160)
    shown = [word for word, entry in page.contents.entries.items() if not entry.isHidden()]
    assert shown == ["account"]
    assert page.contents.entries["account"].found == "PIN"
    qtbot.keyClick(page.contents.search, Qt.Key.Key_Return)
    assert isinstance(page.section, AccountSection)
    qtbot.keyClick(page.contents.search, Qt.Key.Key_Escape)
    assert len([entry for entry in page.contents.entries.values() if not entry.isHidden()]) == 4


def test_what_a_role_may_not_set_is_absent(
    opened: Callable[[Actor, str], Section], reception: Actor, admin: Actor, window: MainWindow
) -> None:
    section = opened(reception, "security")
    assert isinstance(section, AppearanceSection), "there is no such section for the front desk"
    page = window.frame.sheet.current()
    assert list(page.contents.entries) == ["appearance", "account", "desk", "scans"]
    opened(admin, "security")
    assert list(window.frame.sheet.current().contents.entries) == [
        "appearance",
        "account",
        "desk",
        "scans",
        "clinic",
        "calendar",
        "security",
        "documents",
        "keys",
        "backup",
    ]


def test_looks_act_at_once_and_can_be_taken_back(
    opened: Callable[[Actor, str], Section], reception: Actor, qtbot: QtBot
) -> None:
    section = opened(reception, "appearance")
    assert isinstance(section, AppearanceSection)
    current = theme.current()
    section.schemes["dark"].picture.click()
    assert (current.scheme, current.wanted) == ("dark", "dark")
    section.densities["compact"].radio.click()
    assert current.row_height == 32
    section.plain.click()
    assert not current.status_tints
    section.slider.setFocus()
    qtbot.keyClick(section.slider, Qt.Key.Key_Right)
    assert current.text_size == 110
    assert section.percent.text() == "110 %" if hasattr(section.percent, "text") else True
    section.reset.click()
    assert (current.wanted, current.density, current.text_size, current.status_tints) == (
        "system",
        "comfortable",
        100,
        True,
    )
    section.window().undo()
    assert (current.wanted, current.density, current.text_size, current.status_tints) == (
        "dark",
        "compact",
        110,
        False,
    )


def test_the_password_is_changed_and_others_are_signed_out(
    opened: Callable[[Actor, str], Section], reception: Actor, clinic: Clinic, tasks: Tasks
) -> None:
    other = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
    section = opened(reception, "account")
    assert isinstance(section, AccountSection)
    section.change.click()
    asked = dialog(section, ChangePasswordDialog)
    assert isinstance(asked, ChangePasswordDialog)
    asked.current.setText("not the password")
    asked.new.password.setText(NEW)
    asked.keep.click()
    assert tasks.wait_idle()
    assert asked.current_field.error == "That is not your password."
    asked.current.setText(PASSWORDS["reception"])
    asked.new.password.setText("reception")
    asked.keep.click()
    assert tasks.wait_idle()
    assert asked.new.field.error
    asked.new.password.setText(NEW)
    asked.keep.click()
    assert tasks.wait_idle()
    assert said(section) == ["Password changed"]
    with pytest.raises(NotAuthenticated):
        clinic.settings.clinic(other)
    assert clinic.sessions.sign_in("reception", NEW).username == "reception"


def test_a_pin_is_set_and_unlocks_and_five_wrong_ones_want_the_password(
    opened: Callable[[Actor, str], Section], clinic: Clinic, tasks: Tasks, window: MainWindow
) -> None:
    reception = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
    section = opened(reception, "account")
    assert isinstance(section, AccountSection)
    section.set_pin.click()
    asked = dialog(section, PinDialog)
    assert isinstance(asked, PinDialog)
    for pin, again, problem in (
        ("12", "12", "Type six digits."),
        ("123456", "123456", "Many people choose this one. Take another."),
    ):
        asked.pin.setText(pin)
        asked.again.setText(again)
        asked.keep.click()
        assert tasks.wait_idle()
        assert asked.pin_field.error == problem
    asked.pin.setText("284159")
    asked.again.setText("284158")
    asked.keep.click()
    assert asked.again_field.error == "This is not the same PIN."
    asked.again.setText("284159")
    asked.keep.click()
    assert tasks.wait_idle()
    assert said(section) == ["PIN set"]
    window.lock()
    assert tasks.wait_idle()
    assert clinic.keys.dropped
    card = window.lock_screen.credentials
    assert card.field.label.text() == "Password or PIN"
    card.password.setText("284159")
    card.submit()
    assert tasks.wait_idle()
    assert not window.locked and not clinic.keys.dropped
    assert window.desk.actor.session_id == reception.session_id
    window.lock()
    assert tasks.wait_idle()
    card = window.lock_screen.credentials
    errors = []
    for _ in range(5):
        card.password.setText("000111")
        card.submit()
        assert tasks.wait_idle()
        errors.append(card.field.error)
    assert "Tries left: 4" in errors[0]
    assert errors[-1] == "The PIN no longer works here. Type your password."
    assert card.field.label.text() == "Password"
    card.password.setText(PASSWORDS["reception"])
    card.submit()
    assert tasks.wait_idle()
    assert not window.locked and window.desk.actor.session_id != reception.session_id
    section.load()
    assert tasks.wait_idle()
    section.clear_pin.click()
    assert tasks.wait_idle()
    assert not window.desk.has_pin


def test_an_authenticator_app_is_switched_on_and_off(
    opened: Callable[[Actor, str], Section], clinic: Clinic, clock: FixedClock, tasks: Tasks, qtbot: QtBot
) -> None:
    reception = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
    section = opened(reception, "account")
    assert isinstance(section, AccountSection)
    section.factor.click()
    assert tasks.wait_idle()
    asked = dialog(section, SwitchOnDialog)
    assert isinstance(asked, SwitchOnDialog)
    secret = asked.secret.text().replace(" ", "")
    asked.digits.code.setText("000000")
    asked.keep.click()
    assert tasks.wait_idle()
    assert asked.digits.field.error
    asked.digits.code.setText(pyotp.TOTP(secret).at(clock.now()))
    asked.keep.click()
    assert tasks.wait_idle()
    assert said(section) == ["Authenticator app switched on"]
    with pytest.raises(NotAuthenticated) as refused:
        clinic.sessions.sign_in("reception", PASSWORDS["reception"])
    assert refused.value.code is ErrorCode.SECOND_FACTOR_NEEDED
    section.factor.click()
    off = dialog(section, SwitchOffDialog)
    assert isinstance(off, SwitchOffDialog)
    off.password.setText("not the password")
    off.act.click()
    assert tasks.wait_idle()
    assert off.field.error == "That is not your password."
    off.password.setText(PASSWORDS["reception"])
    off.act.click()
    assert tasks.wait_idle()
    assert not clinic.accounts.own(reception).has_second_factor


def test_own_sessions_are_listed_and_ended(
    opened: Callable[[Actor, str], Section], clinic: Clinic, reception: Actor, tasks: Tasks
) -> None:
    others = [clinic.sessions.sign_in("reception", PASSWORDS["reception"]) for _ in range(2)]
    section = opened(reception, "account")
    assert isinstance(section, AccountSection)
    assert section._lines.count() == 3
    section.everywhere.click()
    assert tasks.wait_idle()
    assert said(section) == ["2 sessions ended"]
    assert section._lines.count() == 1
    for other in others:
        with pytest.raises(NotAuthenticated):
            clinic.settings.clinic(other)
    assert clinic.settings.clinic(reception)


def test_the_desk_is_called_something_else(
    opened: Callable[[Actor, str], Section], clinic: Clinic, tasks: Tasks, reception: Actor
) -> None:
    admin = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
    section = opened(admin, "desk")
    assert isinstance(section, DeskSection)
    assert section.rule.text().startswith("After 10 min without a touch.")
    section.name.setText("Window seat")
    section.name.textEdited.emit("Window seat")
    assert section.bar.isVisible()
    section.save()
    assert tasks.wait_idle()
    assert not section.dirty
    assert clinic.profile.facts().workstation_name == "Window seat"
    mine = opened(reception, "desk")
    assert isinstance(mine, DeskSection)
    assert mine.shown.text() == "Window seat"
    assert mine.name.parent() is None or not mine.name.isVisible()


def test_security_is_saved_together_and_the_desk_follows(
    opened: Callable[[Actor, str], Section], clinic: Clinic, tasks: Tasks, window: MainWindow, qtbot: QtBot
) -> None:
    admin = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
    section = opened(admin, "security")
    assert isinstance(section, SecuritySection)
    assert not section.bar.isVisible()
    section.idle.set_value(5)
    section.idle.valueChanged.emit(5)
    section.whole.click()
    section.retention.setText("200")
    section.retention.textEdited.emit("200")
    assert section.bar.isVisible()
    assert not window.frame.sheet.current().can_leave()
    section.save()
    assert section.retention_field.error
    section.retention.setText("12")
    section.retention.textEdited.emit("12")
    qtbot.keyClick(section.retention, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert tasks.wait_idle()
    kept = clinic.settings.read(admin)
    assert (kept.idle_lock_minutes, kept.reading_rule, kept.retention_years) == (
        5,
        ReadingRule.WHOLE_CLINIC,
        12,
    )
    assert not section.dirty
    qtbot.waitUntil(lambda: window.watch.limit == timedelta(minutes=5))
    assert window.frame.strip.rule.text() == "Locks after 5 min idle"


def test_a_server_that_logs_values_is_warned_of(
    opened: Callable[[Actor, str], Section],
    clinic: Clinic,
    admin: Actor,
    monkeypatch: pytest.MonkeyPatch,
    tasks: Tasks,
) -> None:
    section = opened(admin, "security")
    assert section._banner is None, "a clinic on one computer has no server"
    told = ("log_parameter_max_length", "log_error_verbosity")
    monkeypatch.setattr(type(clinic.precautions), "server_logging", lambda self, actor: told)
    section.load()
    assert tasks.wait_idle()
    assert section._banner is not None
    assert "log_parameter_max_length, log_error_verbosity" in section._banner.accessibleName()


def test_what_is_set_back_needs_no_saving(opened: Callable[[Actor, str], Section], admin: Actor) -> None:
    section = opened(admin, "security")
    assert isinstance(section, SecuritySection)
    section.factor.click()
    assert section.dirty
    section.factor.click()
    assert not section.dirty


def test_the_clinic_is_called_something_else(
    opened: Callable[[Actor, str], Section], clinic: Clinic, tasks: Tasks
) -> None:
    admin = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
    section = opened(admin, "clinic")
    assert isinstance(section, ClinicSection)
    assert (section.name.text(), section.zone.value(), section.region.value()) == (
        "Example Street Clinic",
        "Europe/London",
        "GB",
    )
    section.name.setText("")
    section.name.textEdited.emit("")
    section.save()
    assert section.fields["name"].error
    section.name.setText("New Street Clinic")
    section.name.textEdited.emit("New Street Clinic")
    section.save()
    assert tasks.wait_idle()
    assert clinic.settings.clinic(admin).name == "New Street Clinic"
    assert not section.dirty


def test_keys_are_changed_and_a_new_kit_counts_once_it_was_proven(
    opened: Callable[[Actor, str], Section], clinic: Clinic, tasks: Tasks, tmp_path: Path
) -> None:
    admin = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
    section = opened(admin, "keys")
    assert isinstance(section, KeysSection)
    before = clinic.key_rotation.status(admin).epoch
    section.rotate()
    assert tasks.wait_idle(20_000)
    assert clinic.key_rotation.status(admin).epoch == before + 1
    assert str(before + 1) in section.state.text()
    section.kit.click()
    assert tasks.wait_idle()
    asked = dialog(section, KitDialog)
    assert isinstance(asked, KitDialog)
    asked.act.click()
    assert asked.said.text() == "Print the kit or save it first."
    asked.save(tmp_path / "kit.pdf")
    assert tasks.wait_idle()
    assert (tmp_path / "kit.pdf").read_bytes().startswith(b"%PDF")
    asked.last.setText("AAAAAAAA")
    asked.act.click()
    assert asked.field.error and asked.isVisible()
    asked.last.setText(asked._kit.identity[-8:].lower())
    asked.act.click()
    assert tasks.wait_idle(20_000)
    assert said(section)[-1] == "The new recovery kit counts. Destroy the former one."
    assert clinic.key_rotation.status(admin).epoch == before + 2


def test_a_backup_is_made_listed_checked_and_brought_back(
    opened: Callable[[Actor, str], Section],
    clinic: Clinic,
    tasks: Tasks,
    tmp_path: Path,
    window: MainWindow,
    qtbot: QtBot,
) -> None:
    admin = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
    section = opened(admin, "backup")
    assert isinstance(section, BackupSection)
    strip = window.frame.strip
    assert strip.backup.text() == "Backup put off"
    assert window.frame._notice is not None, "putting it off leaves a banner"
    folder = tmp_path / "stick"
    folder.mkdir()
    section.set_folder(folder)
    assert tasks.wait_idle()
    assert section.folder.text() == str(folder)
    section.back_up()
    assert section.run.isVisible()
    assert tasks.wait_idle(60_000)
    assert said(section)[-1].startswith("Backed up and proven")
    qtbot.waitUntil(lambda: strip.backup.text() == "Backed up 10:42")
    assert window.frame._notice is None
    assert section._lines.count() == 1
    line = section._lines.itemAt(0).widget()
    line.check.click()
    assert tasks.wait_idle(60_000)
    assert said(section)[-1].startswith("This backup is whole")
    line = section._lines.itemAt(0).widget()
    line.restore.click()
    assert tasks.wait_idle()
    asked = dialog(section, RestoreDialog)
    assert isinstance(asked, RestoreDialog)
    asked.name.setText("another clinic")
    asked.act.click()
    assert asked.field.error and asked.isVisible()
    asked.name.setText("example street clinic")
    asked.act.click()
    assert tasks.wait_idle(60_000)
    assert window.frame is None and window.login.isVisible(), "everybody signs in again"
    window.login.sign_in_as("admin", PASSWORDS["admin"])
    assert tasks.wait_idle()
    assert window.desk is not None and window.desk.actor.username == "admin"


def test_the_strip_turns_amber_and_red_with_age(enter: Enter, admin: Actor, clock: FixedClock) -> None:
    from meditrack_desktop.domain.backups import BackupStatus

    frame = enter(admin).frame
    for hours, tone, words in (
        (3, "text2", "Backed up 07:42"),
        (25, "text2", "Backed up 1 day ago"),
        (27, "warn", "Backed up 1 day ago"),
        (49, "warn", "Backed up 2 days ago"),
        (51, "danger", "Backed up 2 days ago"),
    ):
        made = clock.now() - timedelta(hours=hours)
        frame.show_backup(BackupStatus("/stick", False, made, made, False, None))
        assert (frame.strip.backup._tone, frame.strip.backup.text()) == (tone, words)
    frame.strip.backup.click()
    page = frame.sheet.current()
    assert isinstance(page, SettingsPage) and isinstance(page.section, BackupSection)
