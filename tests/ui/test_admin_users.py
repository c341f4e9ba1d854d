"""Users & roles: letting people in and out, what they may do, and that nobody's work is lost over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.database.tables.accounts import SignInTryRow
from meditrack_desktop.domain.accounts import Account, AccountStatus, Actor, EditAccount
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, NotAuthenticated, Unavailable
from meditrack_desktop.domain.permission_grid import ChangeGrid
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.practitioners import AddPractitioner
from meditrack_desktop.domain.sessions import CLOSED_AFTER
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.admin.code_dialog import CodeDialog
from meditrack_desktop.ui.admin.page import UsersPage
from meditrack_desktop.ui.admin.user_pane import UserPane
from meditrack_desktop.ui.admin.user_sheet import UserSheet, suggested_username
from meditrack_desktop.ui.frame.history import Place
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.pages import nav_items
from meditrack_desktop.ui.step_up import PasswordDialog
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Banner, Dialog, SideSheet
from tests.conftest import PASSWORDS, ClinicSite


@pytest.fixture
def open_page(enter: Callable[[Actor], MainWindow], tasks: Tasks) -> Callable[[Actor], UsersPage]:
    def opened(actor: Actor) -> UsersPage:
        frame = enter(actor).frame
        assert frame is not None
        page = frame.open(Place("users"))
        assert isinstance(page, UsersPage)
        assert tasks.wait_idle()
        return page

    return opened


@pytest.fixture
def page(open_page: Callable[[Actor], UsersPage], admin: Actor) -> UsersPage:
    return open_page(admin)


def settle(tasks: Tasks, qtbot: QtBot) -> None:
    for _ in range(2):
        assert tasks.wait_idle()
        qtbot.wait(70)
    assert tasks.wait_idle()


def account_of(clinic: Clinic, admin: Actor, username: str) -> Account:
    return next(account for account in clinic.accounts.list(admin) if account.username == username)


def choose(page: UsersPage, actor: Actor) -> UserPane:
    page.choose(actor.account_id)
    return page.front_pane


def dialog_of(page: UsersPage) -> Dialog:
    return next(dialog for dialog in page.window().findChildren(Dialog) if dialog.isVisible())


def press(page: UsersPage, words: str) -> None:
    """Press an answer of the open dialog."""
    dialog = dialog_of(page)
    rows = range(dialog.answers.count())
    buttons = [dialog.answers.itemAt(at).widget() for at in rows]
    next(button for button in buttons if button is not None and button.accessibleName() == words).click()  # type: ignore[attr-defined]


def shown(page: UsersPage) -> list[str]:
    return [page.model.record(row).username for row in range(page.model.rowCount())]


def toast(page: UsersPage) -> str:
    window = page.window()
    assert isinstance(window, MainWindow)
    return window.toasts.shown[-1].text if window.toasts.shown else ""


def test_the_list_tells_who_may_sign_in_and_who_is_here(page: UsersPage) -> None:
    assert shown(page) == ["admin", "doctor", "reception"]
    assert page.bar.count.text() == "3 users, 3 signed in now"
    ada = page.model.record(0)
    assert page.cells.cell(ada, "name").spoken() == "Ada Verwalter, You"
    assert page.cells.cell(ada, "status").spoken() == "Signed in"
    assert page.cells.cell(ada, "seen").text == "Today 10:42"
    assert page.place.docked.isVisible()
    assert page.front_pane.name.text() == "Ada Verwalter"


def test_a_user_is_created_by_keyboard_and_signs_in_with_the_code(
    page: UsersPage, clinic: Clinic, qtbot: QtBot, tasks: Tasks
) -> None:
    page.new_user.setFocus()
    qtbot.keyClick(page.new_user, Qt.Key.Key_Return)
    sheet = page.window().findChild(UserSheet)
    assert sheet.name.hasFocus()
    qtbot.keyClicks(sheet.name, "Kit Newman")
    assert sheet.username.text() == "kit"
    for _ in range(2):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    focused = QApplication.focusWidget()
    assert focused is sheet.roles.boxes[Role.RECEPTIONIST]
    qtbot.keyClick(focused, Qt.Key.Key_Space)
    assert sheet.save.text() == "Create and show code"
    qtbot.keyClick(sheet.name, Qt.Key.Key_Return)
    settle(tasks, qtbot)
    dialog = page.window().findChild(CodeDialog)
    code = dialog.code.text()
    assert dialog.expires.text() == "Expires at: Today 11:42"
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert page.chosen is not None and page.chosen.username == "kit"
    assert page.front_pane.status.accessibleName() == "Invited"
    assert page.front_pane.standing is not None
    kit = clinic.sessions.choose_password("kit", code, "seven-lamps-over-water")
    assert kit.roles == {Role.RECEPTIONIST}
    assert kit.may(Permission.BOOK_APPOINTMENT)


def test_a_code_is_shown_once_and_can_be_copied(
    page: UsersPage, reception: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    pane = choose(page, reception)
    qtbot.mouseClick(pane.reset, Qt.MouseButton.LeftButton)
    settle(tasks, qtbot)
    dialog = page.window().findChild(CodeDialog)
    code = dialog.code.text()
    assert len(code.replace("-", "")) >= 12
    assert "Rosa Ontwerp" in dialog.heading.text()
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == code
    press(page, "Done")
    settle(tasks, qtbot)
    window = page.window()
    assert not any(code in label.text() for label in window.findChildren(QLabel))


def test_a_first_password_may_be_typed_and_opens_only_the_choice_of_another(
    page: UsersPage, clinic: Clinic, qtbot: QtBot, tasks: Tasks
) -> None:
    page.new_user.click()
    sheet = page.window().findChild(UserSheet)
    assert not sheet.form.fields["password"].isVisible()
    sheet.name.setText("Jo Ledger")
    sheet.roles.boxes[Role.RECEPTIONIST].click()
    sheet.by_password.click()
    assert sheet.save.text() == "Create user"
    sheet.save.click()
    assert sheet.form.fields["password"].error == "First password is needed."
    qtbot.keyClicks(sheet.password, "password12")
    sheet.save.click()
    settle(tasks, qtbot)
    assert sheet.form.fields["password"].error == "Too easy to guess. Add a word or two."
    sheet.password.setText("copper-field-and-eleven")
    sheet.save.click()
    settle(tasks, qtbot)
    assert page.window().findChild(CodeDialog) is None
    with pytest.raises(NotAuthenticated) as refused:
        clinic.sessions.sign_in("jo", "copper-field-and-eleven")
    assert refused.value.code is ErrorCode.PASSWORD_EXPIRED


def test_a_code_that_could_not_be_made_is_made_at_the_next_try(
    page: UsersPage,
    clinic: Clinic,
    admin: Actor,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
    tasks: Tasks,
) -> None:
    def busy(*about: object) -> None:
        raise Unavailable(ErrorCode.DATABASE_BUSY)

    page.new_user.click()
    sheet = page.window().findChild(UserSheet)
    sheet.name.setText("Kit Newman")
    sheet.roles.boxes[Role.RECEPTIONIST].click()
    with monkeypatch.context() as broken:
        broken.setattr(type(clinic.resets), "issue", busy)
        sheet.save.click()
        settle(tasks, qtbot)
    assert sheet.isVisible()
    sheet.save.click()
    settle(tasks, qtbot)
    code = page.window().findChild(CodeDialog).code.text()
    assert [account.username for account in clinic.accounts.list(admin)].count("kit") == 1
    assert clinic.sessions.choose_password("kit", code, "seven-lamps-over-water").name == "Kit Newman"


def test_what_is_missing_is_said_beside_its_field(page: UsersPage, tasks: Tasks, qtbot: QtBot) -> None:
    page.new_user.click()
    sheet = page.window().findChild(UserSheet)
    sheet.save.click()
    assert sheet.form.fields["name"].error == "Name is needed."
    assert sheet.roles.problem.text() == "Everybody needs a role."
    sheet.name.setText("Rosa Neumann")
    assert sheet.username.text() == "rosa"
    sheet.username.clear()
    qtbot.keyClicks(sheet.username, "reception")
    sheet.roles.boxes[Role.RECEPTIONIST].click()
    sheet.save.click()
    settle(tasks, qtbot)
    assert sheet.form.fields["username"].error == "User name is taken. Choose another."
    sheet.email.setText("not an address")
    sheet.save.click()
    assert "does not look right" in sheet.form.fields["email"].error


@pytest.mark.parametrize(
    ("name", "username"),
    [
        ("Kit Newman", "kit"),
        ("Dr. Ines Modelo", "modelo"),
        ("Zoë Müller", "zoe"),
        ("O'Neill Sam", "oneill"),
        ("Rosa Neumann", "rosa2"),
        ("X Æ", "x"),
        ("  ", ""),
        ("Мария", ""),
    ],
)
def test_a_user_name_is_suggested_from_the_name(name: str, username: str) -> None:
    found = suggested_username(name, {"rosa"})
    assert found == username or (name == "X Æ" and found in ("x", ""))


def test_deactivating_ends_the_session_and_reactivating_lets_in_again(
    page: UsersPage, clinic: Clinic, admin: Actor, reception: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    pane = choose(page, reception)
    pane.activity.click()
    assert "signed out everywhere" in dialog_of(page).text.text()
    press(page, "Keep active")
    assert account_of(clinic, admin, "reception").active
    pane.activity.click()
    press(page, "Deactivate Rosa")
    settle(tasks, qtbot)
    with pytest.raises(NotAuthenticated):
        clinic.sessions.still_live(reception)
    assert page.front_pane.status.accessibleName() == "Inactive"
    assert page.front_pane.activity.text() == "Reactivate"
    assert not page.front_pane.reset.isVisible()
    page.front_pane.activity.click()
    settle(tasks, qtbot)
    assert account_of(clinic, admin, "reception").active
    assert toast(page) == "Rosa Ontwerp may sign in again"


def test_a_role_acts_at_the_next_thing_its_person_does(
    page: UsersPage, clinic: Clinic, reception: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    with pytest.raises(NotAllowed):
        clinic.accounts.list(reception)
    pane = choose(page, reception)
    assert not pane.save.isEnabled()
    box = pane.roles.boxes[Role.ADMIN]
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert pane.may.note.text().endswith("areas changed")
    assert not page.can_leave()
    qtbot.keyClick(box, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(tasks, qtbot)
    assert toast(page) == "Rosa Ontwerp saved"
    assert page.can_leave()
    assert clinic.accounts.list(reception)
    page.front_pane.roles.boxes[Role.ADMIN].click()
    page.front_pane.save.click()
    settle(tasks, qtbot)
    with pytest.raises(NotAllowed):
        clinic.accounts.list(reception)


def test_the_doctor_of_the_calendar_is_linked_with_the_role(
    clinic: Clinic,
    admin: Actor,
    doctor: Actor,
    open_page: Callable[[Actor], UsersPage],
    qtbot: QtBot,
    tasks: Tasks,
) -> None:
    ines = clinic.practitioners.add(
        admin, AddPractitioner(family="Modelo", given="Ines", specialty="General practice")
    )
    page = open_page(admin)
    pane = choose(page, doctor)
    assert pane.doctor_field.isVisible()
    pane.doctor.set_value(ines.id)
    pane.doctor.valueChanged.emit(ines.id)
    pane.form.fields["email"].field.setText("ines@clinic.example")  # type: ignore[attr-defined]
    pane.form.fields["email"].field.textEdited.emit("")  # type: ignore[attr-defined]
    page.save()
    settle(tasks, qtbot)
    saved = account_of(clinic, admin, "doctor")
    assert (saved.practitioner_id, saved.email) == (ines.id, "ines@clinic.example")
    assert not choose(page, admin).doctor_field.isVisible()


def test_what_is_typed_for_one_person_waits_while_another_is_looked_at(
    page: UsersPage, reception: Actor, doctor: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    pane = choose(page, reception)
    pane.roles.boxes[Role.DOCTOR].click()
    choose(page, doctor)
    assert not pane.save.isEnabled()
    page.refresh()
    settle(tasks, qtbot)
    choose(page, reception)
    assert pane.roles.roles() == {Role.RECEPTIONIST, Role.DOCTOR}
    assert not page.can_leave()
    pane.discard.click()
    assert pane.roles.roles() == {Role.RECEPTIONIST}
    assert page.can_leave()


def test_somebody_without_a_role_cannot_be_saved(page: UsersPage, reception: Actor, tasks: Tasks) -> None:
    pane = choose(page, reception)
    pane.roles.boxes[Role.RECEPTIONIST].click()
    page.save()
    assert tasks.idle()
    assert pane.roles.problem.text() == "Everybody needs a role."


def test_a_change_of_somebody_else_is_told_and_the_entries_stay(
    page: UsersPage, clinic: Clinic, admin: Actor, reception: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    pane = choose(page, reception)
    pane.roles.boxes[Role.DOCTOR].click()
    before = account_of(clinic, admin, "reception")
    clinic.accounts.edit(
        admin,
        EditAccount(id=before.id, version=before.version, name="Rosa Ontwerp-Muster", roles=before.roles),
    )
    settle(tasks, qtbot)
    assert "Somebody else changed this account." in pane.notice
    assert "The name is now Rosa Ontwerp-Muster" in pane.notice
    assert pane.roles.roles() == {Role.RECEPTIONIST, Role.DOCTOR}
    page.save()
    settle(tasks, qtbot)
    saved = account_of(clinic, admin, "reception")
    assert saved.name == "Rosa Ontwerp-Muster"
    assert saved.roles == {Role.RECEPTIONIST, Role.DOCTOR}
    assert pane.notice == ""


def test_a_stale_save_is_refused_and_nothing_is_lost(
    page: UsersPage, clinic: Clinic, admin: Actor, reception: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    pane = choose(page, reception)
    pane.roles.boxes[Role.DOCTOR].click()
    before = account_of(clinic, admin, "reception")
    clinic.accounts.edit(
        admin,
        EditAccount(
            id=before.id, version=before.version, name=before.name, roles=before.roles, email="r@c.example"
        ),
    )
    page.save()
    settle(tasks, qtbot)
    assert account_of(clinic, admin, "reception").roles == {Role.RECEPTIONIST}
    assert pane.roles.roles() == {Role.RECEPTIONIST, Role.DOCTOR}
    assert "The e-mail is now r@c.example" in pane.notice
    page.discard()
    assert pane.roles.roles() == {Role.RECEPTIONIST}


def test_the_last_administrator_cannot_be_removed(
    page: UsersPage, clinic: Clinic, admin: Actor, reception: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    pane = choose(page, admin)
    assert not pane.roles.boxes[Role.ADMIN].isEnabled()
    assert pane.roles.boxes[Role.ADMIN].toolTip().startswith("The only administrator.")
    assert pane.roles.reason.isVisible()
    assert not pane.activity.isEnabled()
    assert pane.activity.toolTip() == "Somebody must be left to administer the clinic."
    page.model.check_all(True)
    page.bulk.deactivate.click()
    press(page, "Deactivate 3 users")
    settle(tasks, qtbot)
    assert toast(page).startswith("This is the last administrator.")
    assert all(account.active for account in clinic.accounts.list(admin)), "all or none"


def test_several_people_are_deactivated_after_one_question_that_names_them(
    page: UsersPage, clinic: Clinic, admin: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    assert not page.bulk.isVisible()
    page.table.setFocus()
    for username in ("doctor", "reception"):
        page.table.select_row(shown(page).index(username))
        qtbot.keyClick(page.table, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert page.bulk.count.text() == "2 users chosen"
    page.bulk.deactivate.click()
    assert dialog_of(page).text.text().startswith("Dr. Ines Modelo and Rosa Ontwerp are signed out")
    press(page, "Deactivate 2 users")
    settle(tasks, qtbot)
    assert {a.username for a in clinic.accounts.list(admin) if not a.active} == {"doctor", "reception"}
    assert page.bar.count.text() == "3 users, 1 signed in now"
    page.bulk.reactivate.click()
    press(page, "Reactivate 2 users")
    settle(tasks, qtbot)
    assert all(account.active for account in clinic.accounts.list(admin))


def test_several_people_are_given_a_role_and_nobody_is_left_without(
    page: UsersPage, clinic: Clinic, admin: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    for username in ("doctor", "reception"):
        page.model.toggle(shown(page).index(username))
    page.bulk.roleRequested.emit(Role.RECEPTIONIST, True)
    assert "Dr. Ines Modelo may then do what receptionists may." in dialog_of(page).text.text()
    press(page, "Give the role")
    settle(tasks, qtbot)
    assert account_of(clinic, admin, "doctor").roles == {Role.DOCTOR, Role.RECEPTIONIST}
    page.bulk.roleRequested.emit(Role.RECEPTIONIST, False)
    assert toast(page).startswith("Rosa Ontwerp would be left without a role.")
    page.bulk.roleRequested.emit(Role.DOCTOR, False)
    press(page, "Take the role away")
    settle(tasks, qtbot)
    assert account_of(clinic, admin, "doctor").roles == {Role.RECEPTIONIST}


def test_without_room_the_acts_on_several_fold_into_a_menu(
    page: UsersPage, clinic: Clinic, admin: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    page.model.toggle(shown(page).index("doctor"))
    assert page.bulk.add_role.isVisible() and not page.bulk.more.isVisible()
    page.window().resize(1200, 800)
    qtbot.wait(20)
    assert page.place.docked.isVisible()
    assert page.bulk.more.isVisible() and not page.bulk.add_role.isVisible()
    assert page.place.docked.geometry().right() < page.width(), "the details are not pushed out"
    page.bulk.more.click()
    menu = page.bulk.menu
    assert menu is not None
    acts = {action.text(): action for action in menu.actions()}
    assert "Reactivate" not in acts, "nobody chosen is inactive"
    acts["Add role: Receptionist"].trigger()
    menu.close()
    press(page, "Give the role")
    settle(tasks, qtbot)
    assert account_of(clinic, admin, "doctor").roles == {Role.DOCTOR, Role.RECEPTIONIST}


def test_one_session_is_ended_and_signing_out_everywhere_ends_the_rest(
    page: UsersPage, clinic: Clinic, admin: Actor, reception: Actor, doctor: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    pane = choose(page, reception)
    assert len(pane.sessions.buttons) == 1
    qtbot.mouseClick(pane.sessions.buttons[0], Qt.MouseButton.LeftButton)
    settle(tasks, qtbot)
    with pytest.raises(NotAuthenticated):
        clinic.sessions.still_live(reception)
    assert not pane.sessions.isVisible()
    assert choose(page, admin).sessions.buttons == [], "one leaves oneself by signing out"
    choose(page, doctor)
    pane.sign_out.click()
    press(page, "Sign out everywhere")
    settle(tasks, qtbot)
    assert clinic.sessions.list(admin, doctor.account_id) == ()
    assert toast(page) == "Dr. Ines Modelo is signed out everywhere"


def test_what_asks_for_the_password_again_goes_on_where_it_was(
    open_page: Callable[[Actor], UsersPage],
    clinic: Clinic,
    clock: FixedClock,
    admin: Actor,
    reception: Actor,
    qtbot: QtBot,
    tasks: Tasks,
) -> None:
    clock.advance(timedelta(minutes=11))
    page = open_page(admin)
    pane = choose(page, reception)
    pane.roles.boxes[Role.DOCTOR].click()
    page.save()
    settle(tasks, qtbot)
    dialog = page.window().findChild(PasswordDialog)
    assert account_of(clinic, admin, "reception").roles == {Role.RECEPTIONIST}
    dialog.dismiss()
    settle(tasks, qtbot)
    assert not page.can_leave(), "who says no keeps what is typed"
    assert toast(page) == ""
    page.save()
    settle(tasks, qtbot)
    dialog = next(d for d in page.window().findChildren(PasswordDialog) if d.isVisible())
    qtbot.keyClicks(dialog.password, PASSWORDS["admin"])
    qtbot.keyClick(dialog.password, Qt.Key.Key_Return)
    settle(tasks, qtbot)
    assert account_of(clinic, admin, "reception").roles == {Role.RECEPTIONIST, Role.DOCTOR}
    assert page.can_leave()


def test_somebody_locked_out_is_let_in_again(
    clinic: Clinic, admin: Actor, reception: Actor, clock: FixedClock, open_page: Callable[[Actor], UsersPage],
    qtbot: QtBot, tasks: Tasks,
) -> None:  # fmt: skip
    with clinic.work.unsigned() as session:
        session.add(
            SignInTryRow(
                account_id=reception.account_id,
                workstation=admin.workstation,
                failures=CLOSED_AFTER,
                last_at=clock.now(),
            )
        )
    page = open_page(admin)
    pane = choose(page, reception)
    assert pane.status.accessibleName() == "Locked"
    assert pane.standing is not None and pane.standing.action is not None
    assert pane.standing.accessibleName() == "Rosa cannot sign in: too many wrong passwords were typed."
    pane.standing.action.click()
    settle(tasks, qtbot)
    assert account_of(clinic, admin, "reception").status is AccountStatus.SIGNED_IN
    assert pane.standing is None


def test_an_authenticator_that_was_lost_is_removed(
    clinic: Clinic, admin: Actor, reception: Actor, clock: FixedClock, open_page: Callable[[Actor], UsersPage],
    qtbot: QtBot, tasks: Tasks,
) -> None:  # fmt: skip
    offer = clinic.second_factor.begin(reception)
    clinic.second_factor.enable(reception, pyotp.TOTP(offer.secret).at(clock.now()))
    page = open_page(admin)
    pane = choose(page, reception)
    assert pane.methods.text() == "Password, Authenticator app"
    pane.authenticator.click()
    press(page, "Keep it")
    assert account_of(clinic, admin, "reception").has_second_factor
    pane.authenticator.click()
    press(page, "Remove authenticator")
    settle(tasks, qtbot)
    assert not account_of(clinic, admin, "reception").has_second_factor
    assert pane.methods.text() == "Password"
    assert not pane.authenticator.isVisible()


def test_the_details_are_put_away_and_brought_back(page: UsersPage, qtbot: QtBot) -> None:
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Space)
    assert not page.place.docked.isVisible()
    assert page.table.hasFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert page.place.docked.isVisible()
    page.front_pane.close_pane.click()
    assert not page.place.docked.isVisible()


def test_the_sidebar_offers_the_administration_to_those_who_may_see_it(
    admin: Actor, reception: Actor
) -> None:
    offered = {item.page: item for item in nav_items(admin)}
    assert offered["users"].text == "Users & roles" and offered["users"].group == "Administration"
    assert offered["desks"].key.startswith("Ctrl+")
    assert not {"users", "desks"} & {item.page for item in nav_items(reception)}


def test_people_are_found_by_name_state_and_role(
    page: UsersPage, clinic: Clinic, admin: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    qtbot.keyClick(page.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.bar.search.hasFocus()
    qtbot.keyClicks(page.bar.search, "ines")
    qtbot.waitUntil(lambda: shown(page) == ["doctor"])
    page.bar.search.clear_search()
    page.bar.set_filters(role=Role.RECEPTIONIST)
    assert shown(page) == ["reception"]
    page.bar.set_filters(AccountStatus.INVITED)
    assert shown(page) == []
    assert page.state.title.text() == "No user matches these filters"
    page.bar.set_filters(AccountStatus.ACTIVE)
    assert len(shown(page)) == 3, "whoever is signed in is active, too"
    page.table.sortRequested.emit("username", True)
    assert shown(page) == ["reception", "doctor", "admin"]


def test_nobody_found_offers_to_let_that_person_in(page: UsersPage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.bar.search, "Kit Newman")
    qtbot.waitUntil(lambda: not shown(page))
    assert page.state.title.text() == 'No user matches "Kit Newman"'
    page.add_user()
    assert page.window().findChild(UserSheet).name.text() == "Kit Newman"


def test_a_narrow_window_opens_the_details_over_the_list(
    page: UsersPage, clinic: Clinic, admin: Actor, reception: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    page.window().resize(1024, 640)
    qtbot.wait(20)
    assert not page.place.docked.isVisible()
    page.choose(reception.account_id)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    sheet = page.window().findChild(SideSheet)
    pane = sheet.findChild(UserPane)
    assert page.front_pane is pane
    assert pane.name.text() == "Rosa Ontwerp"
    pane.roles.boxes[Role.DOCTOR].click()
    qtbot.keyClick(pane.roles.boxes[Role.DOCTOR], Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(tasks, qtbot)
    assert account_of(clinic, admin, "reception").roles == {Role.RECEPTIONIST, Role.DOCTOR}
    sheet.dismiss()
    assert page.front_pane is page.place.docked


def test_who_may_only_look_changes_nothing(
    clinic: Clinic, admin: Actor, reception: Actor, site: ClinicSite, open_page: Callable[[Actor], UsersPage]
) -> None:
    clinic.permission_grid.change(
        admin, ChangeGrid(role=Role.RECEPTIONIST, permission=Permission.VIEW_ACCOUNTS, allowed=True)
    )
    looking = _with(reception, Permission.VIEW_ACCOUNTS)
    page = open_page(looking)
    pane = choose(page, admin)
    assert shown(page)
    assert not page.new_user.isVisible()
    assert not pane.save.isVisible()
    assert not any(box.isEnabled() for box in pane.roles.boxes.values())
    page.model.check_all(True)
    assert not page.bulk.isVisible()


def test_a_role_that_was_taken_away_leaves_a_page_that_says_so(
    page: UsersPage, monkeypatch: pytest.MonkeyPatch, clinic: Clinic, tasks: Tasks
) -> None:
    def refuse(*about: object) -> None:
        raise NotAllowed(ErrorCode.NOT_PERMITTED, permission=Permission.VIEW_ACCOUNTS.value)

    with monkeypatch.context() as taken:
        taken.setattr(type(clinic.accounts), "list", refuse)
        page.refresh()
        assert tasks.wait_idle()
    assert page.state.title.text() == "Users and roles are for administrators"
    assert page.state.isVisible() and not page.table.isVisible()
    assert not page.place.docked.isVisible()


def test_a_failure_is_told_in_a_banner_and_the_list_stays(
    page: UsersPage, monkeypatch: pytest.MonkeyPatch, clinic: Clinic, tasks: Tasks
) -> None:
    def down(*about: object) -> None:
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)

    with monkeypatch.context() as broken:
        broken.setattr(type(clinic.accounts), "list", down)
        page.refresh()
        assert tasks.wait_idle()
    banner = page.notices.banner
    assert isinstance(banner, Banner) and banner.action is not None
    assert len(shown(page)) == 3
    banner.action.click()
    assert tasks.wait_idle()
    assert page.notices.banner is None


def test_everything_has_a_name(page: UsersPage, reception: Actor) -> None:
    choose(page, reception)
    nameless = [
        type(widget).__name__
        for widget in page.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not widget.accessibleName()
    ]
    assert nameless == []


def _with(actor: Actor, permission: Permission) -> Actor:
    return replace(actor, permissions=actor.permissions | {permission})
