"""The worklists that are worth a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.worklists.absence_page import AbsencePage
from meditrack_desktop.ui.worklists.confirm_page import ConfirmPage
from meditrack_desktop.ui.worklists.follow_up_sheet import open_follow_up
from meditrack_desktop.ui.worklists.follow_ups_page import FollowUpsPage
from meditrack_desktop.ui.worklists.join_sheet import open_join
from meditrack_desktop.ui.worklists.unresolved_page import UnresolvedPage
from meditrack_desktop.ui.worklists.waitlist_page import WaitlistPage

Pose = Callable[[], object]


def _confirm(desk: Desk) -> tuple[QWidget, Pose]:
    page = ConfirmPage(desk)
    return page, page.table.setFocus


def _unresolved(desk: Desk) -> tuple[QWidget, Pose]:
    return UnresolvedPage(desk), lambda: None


def _waitlist(desk: Desk) -> tuple[QWidget, Pose]:
    return WaitlistPage(desk), lambda: None


def _joining(desk: Desk) -> tuple[QWidget, Pose]:
    page = WaitlistPage(desk)
    return page, partial(open_join, desk, page)


def _follow_ups(desk: Desk) -> tuple[QWidget, Pose]:
    return FollowUpsPage(desk), lambda: None


def _following_up(desk: Desk) -> tuple[QWidget, Pose]:
    page = FollowUpsPage(desk)
    return page, partial(open_follow_up, desk, page)


def _absence(desk: Desk) -> tuple[QWidget, Pose]:
    """The first absence that has something left; without one the page of the waitlist."""
    found = desk.clinic.absence_worklists.to_do(desk.actor)
    if not found:
        return _waitlist(desk)
    return AbsencePage(desk, found[0].absence.id), lambda: None


def _unreachable(desk: Desk) -> tuple[QWidget, Pose]:
    page = ConfirmPage(desk)
    return page, lambda: page.show_error(Unavailable(ErrorCode.DATABASE_UNREACHABLE))


SCREENS: Sequence[tuple[str, str, Callable[[Desk], tuple[QWidget, Pose]]]] = (
    ("worklists", "confirm", _confirm),
    ("worklists", "unresolved", _unresolved),
    ("worklists", "waitlist", _waitlist),
    ("worklists", "joining", _joining),
    ("worklists", "follow-ups", _follow_ups),
    ("worklists", "following-up", _following_up),
    ("worklists", "absence", _absence),
    ("worklists", "unreachable", _unreachable),
)
"""(window, state, builder). A builder returns the page and what to do once it has loaded."""
