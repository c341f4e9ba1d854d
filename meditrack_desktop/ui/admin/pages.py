"""The pages of the administration by their words."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from meditrack_desktop.ui.desk import Desk


def build(desk: Desk, word: str) -> QWidget:
    """A new page: "users", "users/roles" or "desks"."""
    if word == "users":
        from meditrack_desktop.ui.admin.page import UsersPage

        return UsersPage(desk)
    if word == "users/roles":
        from meditrack_desktop.ui.admin.roles_page import RolesPage

        return RolesPage(desk)
    from meditrack_desktop.ui.admin.desks_page import DesksPage

    return DesksPage(desk)
