"""Edit roles: the grid by keyboard and mouse, read back in words, and what cannot be taken away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import AuditQuery
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, Unavailable
from meditrack_desktop.domain.permission_grid import KEPT_BY_ADMINS, KEPT_BY_ALL, ChangeGrid
from meditrack_desktop.domain.permissions import TEMPLATES, Permission, Role
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.admin.grid_box import GridBox
from meditrack_desktop.ui.admin.permission_words import Area, areas, summary, words
from meditrack_desktop.ui.admin.roles_page import RolesPage, sentences
from meditrack_desktop.ui.frame.history import Place
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Dialog, Label


@pytest.fixture
def page(enter: Callable[[Actor], MainWindow], admin: Actor, tasks: Tasks) -> RolesPage:
    frame = enter(admin).frame
    assert frame is not None
    found = frame.open(Place("users/roles"))
    assert isinstance(found, RolesPage)
    assert tasks.wait_idle()
    return found


def settle(tasks: Tasks, qtbot: QtBot) -> None:
    for _ in range(2):
        assert tasks.wait_idle()
        qtbot.wait(70)
    assert tasks.wait_idle()


def focused() -> GridBox:
    found = QApplication.focusWidget()
    assert isinstance(found, GridBox)
    return found


def answer(page: RolesPage, at: int) -> Dialog:
    """Press an answer of the open question: 1 keeps editing, 2 saves."""
    dialog = next(found for found in page.window().findChildren(Dialog) if found.isVisible())
    dialog.answers.itemAt(at).widget().click()  # type: ignore[attr-defined]
    return dialog


def test_every_permission_has_its_words_and_one_place() -> None:
    listed = [permission for area in areas() for permission in area.permissions]
    assert sorted(listed) == sorted(Permission)
    assert "Other" not in [area.title for area in areas()]
    deeds = [words(permission).deed for permission in listed]
    assert len(deeds) == len(set(deeds))
    assert all(deed[0].isupper() for deed in deeds)


def test_an_area_is_summed_up_in_few_words() -> None:
    area = Area("Documents", (Permission.LIST_DOCUMENTS, Permission.ATTACH_DOCUMENT))
    assert summary(area, ()) == "None"
    assert summary(area, {Permission.LIST_DOCUMENTS}) == "List"
    assert summary(area, TEMPLATES[Role.RECEPTIONIST]) == "Everything"


def test_the_grid_shows_what_is_saved(page: RolesPage) -> None:
    for role in Role:
        for permission in Permission:
            assert page.grid.box(role, permission).isChecked() is (permission in TEMPLATES[role])
    assert not page.foot.isVisible()


def test_arrows_move_and_space_ticks(page: RolesPage, qtbot: QtBot) -> None:
    assert (focused().role, focused().permission) == (Role.RECEPTIONIST, Permission.VIEW_CALENDAR)
    qtbot.keyClick(focused(), Qt.Key.Key_Right)
    qtbot.keyClick(focused(), Qt.Key.Key_Down)
    assert (focused().role, focused().permission) == (Role.DOCTOR, Permission.BOOK_APPOINTMENT)
    assert focused().accessibleName() == "Doctors: Book visits"
    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    assert page.unsaved.text() == "1 change not saved. Doctors may no longer: Book visits"
    assert focused().accessibleName() == "Doctors: Book visits, not saved"
    qtbot.keyClick(focused(), Qt.Key.Key_Home)
    qtbot.keyClick(focused(), Qt.Key.Key_Up)
    qtbot.keyClick(focused(), Qt.Key.Key_Left)
    qtbot.keyClick(focused(), Qt.Key.Key_Left)
    assert (focused().role, focused().permission) == (Role.RECEPTIONIST, Permission.VIEW_CALENDAR)
    stops = [box for box in page.findChildren(GridBox) if box.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == [focused()], "the grid is one tab stop"


def test_changes_are_read_back_and_saved_together(
    page: RolesPage, clinic: Clinic, admin: Actor, reception: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    qtbot.mouseClick(page.grid.box(Role.RECEPTIONIST, Permission.VIEW_AUDIT), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.grid.box(Role.DOCTOR, Permission.OVERBOOK), Qt.MouseButton.LeftButton)
    assert not page.can_leave()
    with pytest.raises(NotAllowed):
        clinic.audit.search(reception, AuditQuery())
    qtbot.keyClick(page.grid, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    dialog = answer(page, 1)
    said = [label.text() for label in dialog.findChildren(Label)]
    assert "Receptionists may now: Read the audit log" in said
    assert "Doctors may no longer: Book outside hours or twice, with a reason" in said
    assert clinic.permission_grid.read(admin) == dict(TEMPLATES), "nothing before the answer"
    page.save.click()
    answer(page, 2)
    settle(tasks, qtbot)
    grid = clinic.permission_grid.read(admin)
    assert grid[Role.RECEPTIONIST] == TEMPLATES[Role.RECEPTIONIST] | {Permission.VIEW_AUDIT}
    assert grid[Role.DOCTOR] == TEMPLATES[Role.DOCTOR] - {Permission.OVERBOOK}
    assert page.can_leave() and not page.foot.isVisible()
    found = clinic.audit.search(reception, AuditQuery())
    lines = [line.event.detail for line in found.lines if line.event.action == "permission_grid.changed"]
    assert sorted(lines) == ["doctor overbook taken", "receptionist view_audit given"]


def test_what_administrators_need_cannot_be_taken_from_them(
    page: RolesPage, clinic: Clinic, admin: Actor, qtbot: QtBot
) -> None:
    for permission in KEPT_BY_ADMINS:
        box = page.grid.box(Role.ADMIN, permission)
        assert box.locked.startswith("Administrators always keep this")
        assert box.toolTip() == box.accessibleDescription() == box.locked
        box.setFocus()
        qtbot.keyClick(box, Qt.Key.Key_Space)
        assert box.isChecked()
    assert page.can_leave()
    window = page.window()
    assert isinstance(window, MainWindow)
    assert window.toasts.shown[-1].text.startswith("Administrators always keep this")


def test_what_everybody_needs_cannot_be_taken_from_anybody(page: RolesPage) -> None:
    for role in Role:
        for permission in KEPT_BY_ALL:
            assert page.grid.box(role, permission).locked.startswith("Everybody keeps this")


def test_what_is_ticked_stays_over_a_change_of_somebody_else(
    page: RolesPage, clinic: Clinic, admin: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    page.grid.box(Role.DOCTOR, Permission.EXPORT_PATIENTS).click()
    page.grid.box(Role.DOCTOR, Permission.VIEW_AUDIT).click()
    clinic.permission_grid.change(
        admin, ChangeGrid(role=Role.DOCTOR, permission=Permission.VIEW_AUDIT, allowed=True)
    )
    clinic.permission_grid.change(
        admin, ChangeGrid(role=Role.RECEPTIONIST, permission=Permission.OVERBOOK, allowed=False)
    )
    settle(tasks, qtbot)
    assert page.unsaved.text() == "1 change not saved. Doctors may now: Export lists of patients"
    assert not page.grid.box(Role.RECEPTIONIST, Permission.OVERBOOK).isChecked()
    page.undo.click()
    assert page.can_leave()
    assert not page.grid.box(Role.DOCTOR, Permission.EXPORT_PATIENTS).isChecked()


def test_ticking_back_is_no_change(page: RolesPage) -> None:
    box = page.grid.box(Role.DOCTOR, Permission.OVERBOOK)
    box.click()
    box.click()
    assert page.can_leave()


def test_a_refusal_keeps_what_was_not_saved(
    page: RolesPage, clinic: Clinic, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, tasks: Tasks
) -> None:
    def down(*about: object) -> None:
        raise Unavailable(ErrorCode.DATABASE_BUSY)

    page.grid.box(Role.DOCTOR, Permission.OVERBOOK).click()
    with monkeypatch.context() as broken:
        broken.setattr(type(clinic.permission_grid), "change", down)
        page.ask_to_save()
        answer(page, 2)
        settle(tasks, qtbot)
    assert not page.can_leave()
    assert page.unsaved.text().startswith("1 change not saved")


def test_the_way_back_leads_to_the_users(page: RolesPage, qtbot: QtBot) -> None:
    window = page.window()
    assert isinstance(window, MainWindow) and window.frame is not None
    assert window.frame.sidebar.buttons["users"].isChecked(), "the grid is a part of Users & roles"
    back = page.findChild(QWidget, "back")
    assert back is not None
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert window.frame.history.present == Place("users")


def test_sentences_name_each_role_once() -> None:
    wishes = {
        (Role.DOCTOR, Permission.OVERBOOK): False,
        (Role.RECEPTIONIST, Permission.VIEW_AUDIT): True,
        (Role.RECEPTIONIST, Permission.EXPORT_PATIENTS): True,
    }
    assert sentences(wishes) == [
        "Receptionists may now: Read the audit log, Export lists of patients",
        "Doctors may no longer: Book outside hours or twice, with a reason",
    ]


def test_everything_has_a_name(page: RolesPage) -> None:
    nameless = [
        type(widget).__name__
        for widget in page.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not widget.accessibleName()
    ]
    assert nameless == []
