"""The states of the inbox that are worth a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.incoming import IncomingState
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.inbox.page import InboxPage

Pose = Callable[[], object]


def _waiting(desk: Desk) -> tuple[QWidget, Pose]:
    return InboxPage(desk), lambda: None


def _nobody(desk: Desk) -> tuple[QWidget, Pose]:
    page = InboxPage(desk)

    def pose() -> None:
        page.table.select_row(page.model.rowCount() - 1)

    return page, pose


def _split(desk: Desk) -> tuple[QWidget, Pose]:
    page = InboxPage(desk)

    def pose() -> None:
        for row in range(page.model.rowCount()):
            page.table.select_row(row)
            if page.split.isVisible():
                page.split.click()
                return

    return page, pose


def _empty(desk: Desk) -> tuple[QWidget, Pose]:
    page = InboxPage(desk)
    return page, lambda: page.tabs.button(IncomingState.DISCARDED).click()


def _error(desk: Desk) -> tuple[QWidget, Pose]:
    page = InboxPage(desk)
    return page, lambda: page._cannot(Unavailable(ErrorCode.VAULT_MISSING))


SCREENS: Sequence[tuple[str, str, Callable[[Desk], tuple[QWidget, Pose]]]] = [
    ("inbox", "waiting", _waiting),
    ("inbox", "nobody", _nobody),
    ("inbox", "split", _split),
    ("inbox", "empty", _empty),
    ("inbox", "error", _error),
]
