"""Desks & sessions: who is signed in where, and which desks may reach the clinic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.database.tables.clinic import WorkstationRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.desks import Desk as Workstation
from meditrack_desktop.domain.desks import DeskStatus
from meditrack_desktop.domain.errors import NotAuthenticated
from meditrack_desktop.domain.permission_grid import ChangeGrid
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.admin.desks_page import DesksPage
from meditrack_desktop.ui.admin.desks_view import DesksView
from meditrack_desktop.ui.frame.history import Place
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Dialog, TextField
from meditrack_desktop.vault.keys import new_key_pair


def add_desk(clinic: Clinic, name: str, clock: FixedClock, *, approved: bool) -> str:
    """A desk as if it had asked to join from another computer."""
    with clinic.work.unsigned() as session:
        row = WorkstationRow(
            id=f"desk-{name.casefold()}",
            name=name,
            recipient=new_key_pair().public,
            enrolled_at=clock.now() - timedelta(minutes=4),
            approved_at=clock.now() if approved else None,
        )
        session.add(row)
        session.reported.add(row)
        return row.id


@pytest.fixture
def open_page(enter: Callable[[Actor], MainWindow], tasks: Tasks) -> Callable[[Actor], DesksPage]:
    def opened(actor: Actor) -> DesksPage:
        frame = enter(actor).frame
        assert frame is not None
        page = frame.open(Place("desks"))
        assert isinstance(page, DesksPage)
        assert tasks.wait_idle()
        return page

    return opened


@pytest.fixture
def desks(
    clinic: Clinic, clock: FixedClock, admin: Actor, open_page: Callable[[Actor], DesksPage]
) -> DesksView:
    """The desks tab with one desk that waits and one that is in."""
    add_desk(clinic, "Laptop", clock, approved=False)
    add_desk(clinic, "Room 2", clock, approved=True)
    page = open_page(admin)
    page.show_tab("desks")
    assert page.desks is not None
    return page.desks


def settle(tasks: Tasks, qtbot: QtBot) -> None:
    for _ in range(2):
        assert tasks.wait_idle()
        qtbot.wait(70)
    assert tasks.wait_idle()


def choose(view: DesksView, name: str) -> None:
    rows = range(view.model.rowCount())
    view.table.select_row(next(row for row in rows if view.model.record(row).name == name))


def desk(clinic: Clinic, admin: Actor, name: str) -> Workstation:
    return next(found for found in clinic.desks.list(admin) if found.name == name)


def press(view: DesksView, at: int) -> str:
    """Press an answer of the open question (1 leaves things as they are); returns what it asked."""
    dialog = next(found for found in view.window().findChildren(Dialog) if found.isVisible())
    dialog.answers.itemAt(at).widget().click()  # type: ignore[attr-defined]
    return dialog.heading.text()


def test_who_is_signed_in_where(
    open_page: Callable[[Actor], DesksPage],
    clinic: Clinic,
    admin: Actor,
    reception: Actor,
    qtbot: QtBot,
    tasks: Tasks,
) -> None:
    page = open_page(admin)
    view = page.sessions
    people = [view.model.record(row).username for row in range(view.model.rowCount())]
    assert sorted(people) == ["admin", "doctor", "reception"]
    view.table.select_row(people.index("admin"))
    assert not view.end.isEnabled(), "one leaves oneself by signing out"
    assert view.note.text().startswith("This is you, here.")
    view.table.select_row(people.index("reception"))
    view.table.setFocus()
    qtbot.keyClick(view.table, Qt.Key.Key_Delete)
    settle(tasks, qtbot)
    assert view.model.rowCount() == 2
    with pytest.raises(NotAuthenticated):
        clinic.sessions.still_live(reception)


def test_who_may_not_end_sessions_only_sees_them(
    open_page: Callable[[Actor], DesksPage], clinic: Clinic, admin: Actor, tasks: Tasks
) -> None:
    clinic.permission_grid.change(
        admin, ChangeGrid(role=Role.ADMIN, permission=Permission.MANAGE_SESSIONS, allowed=False)
    )
    clinic.permission_grid.change(
        admin, ChangeGrid(role=Role.ADMIN, permission=Permission.MANAGE_WORKSTATIONS, allowed=False)
    )
    less = _without(admin, Permission.MANAGE_SESSIONS, Permission.MANAGE_WORKSTATIONS)
    page = open_page(less)
    assert page.sessions.model.rowCount() == 3
    assert not page.sessions.end.isVisible()
    assert page.desks is None
    page.show_tab("desks")
    assert page.sessions.isVisible()


def test_the_desks_that_wait_come_first(desks: DesksView) -> None:
    found = [desks.model.record(row) for row in range(desks.model.rowCount())]
    assert [record.status for record in found] == [DeskStatus.WAITING, DeskStatus.ACTIVE, DeskStatus.ACTIVE]
    assert found[0].name == "Laptop"
    own = next(record for record in map(desks.model.record, range(3)) if record.current)
    assert desks.cell(own, "name").spoken().endswith("This desk")
    assert desks.cell(desks.model.record(0), "status").spoken() == "Waiting"


def test_a_desk_is_approved_only_after_its_words_were_compared(
    desks: DesksView, clinic: Clinic, admin: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    choose(desks, "Laptop")
    pane = desks.pane
    words = desk(clinic, admin, "Laptop").fingerprint
    assert len(words) == 6
    assert pane.words.accessibleName() == ", ".join(words)
    assert not pane.approve.isEnabled()
    pane.same.setFocus()
    qtbot.keyClick(pane.same, Qt.Key.Key_Space)
    choose(desks, "Room 2")
    choose(desks, "Laptop")
    assert not pane.approve.isEnabled(), "what was compared counts for one look at one desk"
    qtbot.mouseClick(pane.same, Qt.MouseButton.LeftButton)
    pane.approve.click()
    settle(tasks, qtbot)
    assert desk(clinic, admin, "Laptop").status is DeskStatus.ACTIVE
    assert not pane.approve.isVisible()
    assert "Ada Verwalter" in pane.story.text()


def test_a_desk_that_waits_is_refused(
    desks: DesksView, clinic: Clinic, admin: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    choose(desks, "Laptop")
    assert desks.pane.shut_out.text() == "Refuse"
    desks.pane.shut_out.click()
    assert press(desks, 2) == "Refuse Laptop?"
    settle(tasks, qtbot)
    assert desk(clinic, admin, "Laptop").status is DeskStatus.REVOKED


def test_a_desk_is_shut_out_after_a_question_and_new_keys_are_offered(
    desks: DesksView, clinic: Clinic, clock: FixedClock, admin: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    clock.advance(timedelta(minutes=1))
    choose(desks, "Room 2")
    desks.pane.shut_out.click()
    assert press(desks, 1) == "Shut Room 2 out?"
    assert desk(clinic, admin, "Room 2").status is DeskStatus.ACTIVE
    desks.pane.shut_out.click()
    press(desks, 2)
    settle(tasks, qtbot)
    assert desk(clinic, admin, "Room 2").status is DeskStatus.REVOKED
    assert desks.banner is not None and desks.banner.action is not None
    before = clinic.key_rotation.status(admin)
    assert before.advised
    desks.banner.action.click()
    settle(tasks, qtbot)
    after = clinic.key_rotation.status(admin)
    assert after.epoch == before.epoch + 1
    assert not after.advised
    assert desks.banner is None


def test_the_desk_one_sits_at_cannot_be_shut_out(desks: DesksView) -> None:
    own = next(record for record in map(desks.model.record, range(3)) if record.current)
    choose(desks, own.name)
    assert not desks.pane.shut_out.isEnabled()
    assert desks.pane.why.isVisible()
    assert desks.pane.shut_out.accessibleDescription() == desks.pane.why.text()


def test_a_desk_is_renamed(
    desks: DesksView, clinic: Clinic, admin: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    choose(desks, "Room 2")
    desks.pane.rename.click()
    dialog = next(found for found in desks.window().findChildren(Dialog) if found.isVisible())
    field = dialog.findChild(TextField)
    assert field.hasFocus()
    field.clear()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert dialog.isVisible(), "a desk needs a name"
    qtbot.keyClicks(field, "Treatment room")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    settle(tasks, qtbot)
    assert desk(clinic, admin, "Treatment room").id == "desk-room 2"
    assert desks.pane.name.text() == "Treatment room"


def test_everything_has_a_name(desks: DesksView) -> None:
    page = desks.window().findChild(DesksPage)
    nameless = [
        type(widget).__name__
        for widget in page.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not widget.accessibleName()
    ]
    assert nameless == []


def _without(actor: Actor, *permissions: Permission) -> Actor:
    return replace(actor, permissions=actor.permissions - set(permissions))
