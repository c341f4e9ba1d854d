"""Somebody shuts a session down at another desk, and within five seconds this desk hides everything (F18).

Both databases; the other desk is a second clinic object of its own, without a bus in common. On Postgres the news
comes by NOTIFY, on the file by the question that is asked every few seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor, SetAccountActive
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Banner
from tests.conftest import PASSWORDS, ClinicSite

LIMIT_S = 5.0
End = Callable[[Clinic, Actor, Actor], object]


@pytest.fixture
def elsewhere(site: ClinicSite, clock: FixedClock) -> Iterator[tuple[Clinic, Actor]]:
    """Another desk, with an administrator who has just typed the password."""
    clinic = site.open(clock)
    yield clinic, clinic.sessions.sign_in("admin", PASSWORDS["admin"])
    clinic.close()


@pytest.fixture
def window(qtbot: QtBot, clinic: Clinic, clock: FixedClock) -> Iterator[MainWindow]:
    tasks = Tasks()
    made = MainWindow(tasks, clinic.profile.facts(), clock, lambda: clinic, "0.1.0")
    made.resize(1280, 800)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.begin()
    assert tasks.wait_idle()
    made.login.sign_in_as("doctor", PASSWORDS["doctor"])
    assert tasks.wait_idle(10_000)
    assert made.in_front is not None
    yield made
    made.end()
    tasks.close()
    made.hide()
    made.deleteLater()


def _end_session(clinic: Clinic, admin: Actor, who: Actor) -> object:
    return clinic.sessions.end(admin, who.session_id)


def _end_all(clinic: Clinic, admin: Actor, who: Actor) -> object:
    return clinic.sessions.end_all_of(admin, who.account_id)


def _deactivate(clinic: Clinic, admin: Actor, who: Actor) -> object:
    account = next(each for each in clinic.accounts.list(admin) if each.id == who.account_id)
    return clinic.accounts.set_active(
        admin, SetAccountActive(id=account.id, version=account.version, active=False)
    )


@pytest.mark.parametrize("end", [_end_session, _end_all, _deactivate], ids=["session", "all", "deactivated"])
def test_the_desk_is_hidden_within_five_seconds(
    window: MainWindow, elsewhere: tuple[Clinic, Actor], end: End, qtbot: QtBot
) -> None:
    other, admin = elsewhere
    desk = window.desk
    assert desk is not None
    end(other, admin, desk.actor)
    began = time.monotonic()
    qtbot.waitUntil(lambda: window.locked, timeout=int(LIMIT_S * 1000))
    assert time.monotonic() - began < LIMIT_S
    assert window.frame is not None and not window.frame.isVisible()
    banners = [each for each in window.findChildren(Banner) if each.isVisible()]
    assert "Your session has ended." in [each.accessibleName() for each in banners], "it says why"
    clinic = window.clinic
    assert clinic is not None
    qtbot.waitUntil(lambda: clinic.keys.dropped)
