"""A computer's clock that once showed a wrong year: the settings offer the way back, and only then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import ClinicClock, FixedClock
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.settings.clinic_details import ClinicSection
from meditrack_desktop.ui.settings.page import SettingsPage
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Button, Dialog
from tests.conftest import MORNING, PASSWORDS

TEN_YEARS = timedelta(days=3653)


@pytest.fixture
def computer() -> FixedClock:
    """What this computer's clock shows."""
    return FixedClock(MORNING)


@pytest.fixture
def clock(computer: FixedClock) -> ClinicClock:
    """The clinic's time over it; no second passes by itself."""
    return ClinicClock(computer, lambda: 1000.0)


def open_section(enter: Callable[[Actor], MainWindow], clinic: Clinic, tasks: Tasks) -> ClinicSection:
    window = enter(clinic.sessions.sign_in("admin", PASSWORDS["admin"]))
    assert window.desk is not None
    window.desk.go.settings("clinic")
    assert tasks.wait_idle()
    page = window.frame.sheet.current()
    assert isinstance(page, SettingsPage) and isinstance(page.section, ClinicSection)
    return page.section


def press(section: ClinicSection, text: str) -> None:
    (asked,) = [each for each in section.window().findChildren(Dialog) if each.isVisible()]
    next(each for each in asked.findChildren(Button) if each.text() == text).click()


def test_the_present_is_brought_back(
    enter: Callable[[Actor], MainWindow], clinic: Clinic, computer: FixedClock, tasks: Tasks
) -> None:
    computer.advance(TEN_YEARS)
    clinic.sessions.sign_in("reception", PASSWORDS["reception"])
    computer.set(MORNING)
    section = open_section(enter, clinic, tasks)
    banner = section._banner
    assert banner is not None
    assert "18 Nov 2036, 10:42" in banner.accessibleName() and "18 Nov 2026, 10:42" in banner.accessibleName()
    banner.actionTriggered.emit()
    press(section, "Not now")
    assert clinic.work.clock.now() == MORNING + TEN_YEARS
    banner.actionTriggered.emit()
    press(section, "Use this computer's clock")
    assert tasks.wait_idle()
    assert clinic.work.clock.now() == MORNING
    assert section._banner is None
    window = section.window()
    assert window.toasts.shown[-1].text == "The clinic goes on from 18 Nov 2026, 10:42"
    section.load()
    assert tasks.wait_idle()
    assert section._banner is None and not window.locked
    assert clinic.settings.clinic(window.desk.actor), "whoever brought it back goes on working"


@pytest.mark.parametrize("back", [timedelta(0), timedelta(minutes=2)])
def test_with_nothing_to_bring_back_nothing_is_offered(
    enter: Callable[[Actor], MainWindow], clinic: Clinic, computer: FixedClock, tasks: Tasks, back: timedelta
) -> None:
    clinic.sessions.sign_in("reception", PASSWORDS["reception"])
    computer.advance(-back)
    assert open_section(enter, clinic, tasks)._banner is None
