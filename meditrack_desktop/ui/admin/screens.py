"""The states of the administration that are worth a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.accounts import Account, AccountStatus
from meditrack_desktop.domain.desks import DeskStatus
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, Unavailable
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.sessions import IssuedCode
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.admin.desks_page import DesksPage
from meditrack_desktop.ui.admin.page import UsersPage
from meditrack_desktop.ui.admin.people import People
from meditrack_desktop.ui.admin.roles_page import RolesPage
from meditrack_desktop.ui.admin.user_sheet import UserSheet
from meditrack_desktop.ui.desk import Desk

Pose = Callable[[], object]


def _people(page: UsersPage) -> People:
    if page.people is None:
        raise LookupError("the users have not come yet")
    return page.people


def _somebody(page: UsersPage, status: AccountStatus, role: Role = Role.RECEPTIONIST) -> Account:
    """The first person of a state and role; anybody where a clinic has none."""
    accounts = _people(page).accounts
    fitting = [a for a in accounts if a.status is status and role in a.roles]
    return (fitting or [a for a in accounts if a.status is status] or list(accounts))[0]


def _users(pose: Callable[[UsersPage], object]) -> Callable[[Desk], tuple[QWidget, Pose]]:
    def build(desk: Desk) -> tuple[QWidget, Pose]:
        page = UsersPage(desk)
        return page, lambda: pose(page)

    return build


def _choose(status: AccountStatus) -> Callable[[UsersPage], object]:
    def pose(page: UsersPage) -> None:
        page.choose(_somebody(page, status).id)
        page.show_pane()

    return pose


def _list(page: UsersPage) -> None:
    page.choose(_somebody(page, AccountStatus.SIGNED_IN).id)


def _unsaved(page: UsersPage) -> None:
    page.choose(_somebody(page, AccountStatus.SIGNED_IN).id)
    page.show_pane()
    page.front_pane.roles.boxes[Role.DOCTOR].click()


def _conflict(page: UsersPage) -> None:
    _unsaved(page)
    chosen, people = page.chosen, _people(page)
    if chosen is None:
        return
    newer = replace(chosen, version=chosen.version + 1, name=f"{chosen.name}-Muster")
    page.show_people(replace(people, accounts=tuple(newer if a is chosen else a for a in people.accounts)))


def _new_user(page: UsersPage) -> None:
    page.add_user()
    for sheet in page.window().findChildren(UserSheet):
        sheet.name.setText("Dr. Zoe Musterfrau")
        sheet.roles.boxes[Role.DOCTOR].click()
        sheet.email.setText("zoe")
        sheet.save.click()


def _code(desk: Desk) -> tuple[QWidget, Pose]:
    page = UsersPage(desk)

    def pose() -> None:
        account = _somebody(page, AccountStatus.INVITED)
        until = desk.clock.now() + timedelta(hours=1)
        page.acts.show_code(account, IssuedCode(account.id, "7K3M-Q9XD-2TFV", until))

    return page, pose


def _several(page: UsersPage) -> None:
    for row in range(min(3, page.model.rowCount())):
        page.model.toggle(row)


def _asked(page: UsersPage) -> None:
    _several(page)
    page.bulk.deactivate.click()


def _nobody(page: UsersPage) -> None:
    page.bar.search.setText("Testhlom")
    page.bar.changed.emit()


def _no_permission(desk: Desk) -> tuple[QWidget, Pose]:
    page = UsersPage(desk)
    refusal = NotAllowed(ErrorCode.NOT_PERMITTED, permission=Permission.VIEW_ACCOUNTS.value)
    return page, lambda: page.show_refusal(refusal)


def _unreachable(desk: Desk) -> tuple[QWidget, Pose]:
    page = UsersPage(desk)
    return page, lambda: errors.show(page, Unavailable(ErrorCode.DATABASE_UNREACHABLE), retry=page.refresh)


def _grid(pose: Callable[[RolesPage], object]) -> Callable[[Desk], tuple[QWidget, Pose]]:
    def build(desk: Desk) -> tuple[QWidget, Pose]:
        page = RolesPage(desk)
        return page, lambda: pose(page)

    return build


def _tick(page: RolesPage) -> None:
    page.grid.box(Role.RECEPTIONIST, Permission.DELETE_DOCUMENT).click()
    page.grid.box(Role.DOCTOR, Permission.OVERBOOK).click()


def _read_back(page: RolesPage) -> None:
    _tick(page)
    page.ask_to_save()


def _locked_rows(page: RolesPage) -> None:
    page.grid.column.ensureWidgetVisible(page.grid.box(Role.ADMIN, Permission.MANAGE_SESSIONS))


def _sessions(desk: Desk) -> tuple[QWidget, Pose]:
    page = DesksPage(desk)
    return page, lambda: page.sessions.table.select_row(1)


def _desks(status: DeskStatus) -> Callable[[Desk], tuple[QWidget, Pose]]:
    def build(desk: Desk) -> tuple[QWidget, Pose]:
        page = DesksPage(desk)

        def pose() -> None:
            page.show_tab("desks")
            view = page.desks
            if view is not None:
                rows = range(view.model.rowCount())
                view.table.select_row(next((r for r in rows if view.model.record(r).status is status), 0))

        return page, pose

    return build


SCREENS: Sequence[tuple[str, str, Callable[[Desk], tuple[QWidget, Pose]]]] = (
    ("users", "list", _users(_list)),
    ("users", "person", _users(_choose(AccountStatus.SIGNED_IN))),
    ("users", "locked", _users(_choose(AccountStatus.LOCKED))),
    ("users", "invited", _users(_choose(AccountStatus.INVITED))),
    ("users", "unsaved", _users(_unsaved)),
    ("users", "conflict", _users(_conflict)),
    ("users", "new", _users(_new_user)),
    ("users", "code", _code),
    ("users", "several", _users(_several)),
    ("users", "asked", _users(_asked)),
    ("users", "nobody", _users(_nobody)),
    ("users", "no-permission", _no_permission),
    ("users", "unreachable", _unreachable),
    ("roles", "normal", _grid(lambda page: page.grid.setFocus(Qt.FocusReason.TabFocusReason))),
    ("roles", "changed", _grid(_tick)),
    ("roles", "read-back", _grid(_read_back)),
    ("roles", "locked", _grid(_locked_rows)),
    ("desks", "sessions", _sessions),
    ("desks", "waiting", _desks(DeskStatus.WAITING)),
    ("desks", "approved", _desks(DeskStatus.ACTIVE)),
    ("desks", "shut-out", _desks(DeskStatus.REVOKED)),
)
"""(window, state, builder). A builder returns the page and what to do once it has loaded."""
