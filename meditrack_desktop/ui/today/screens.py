"""The states of the Today page that are worth a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, Unavailable
from meditrack_desktop.domain.today import Counters, Lanes, TodayBoard
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.today.page import TodayPage

Pose = Callable[[], object]


def _day(desk: Desk) -> tuple[QWidget, Pose]:
    return TodayPage(desk), lambda: None


def _keys(desk: Desk) -> tuple[QWidget, Pose]:
    """A card with the keys, in the second lane that has one."""
    page = TodayPage(desk)

    def pose() -> None:
        lane = next((one for one in page.lanes.lanes[1:] if one.cards), None)
        if lane is not None:
            lane.cards[0].setFocus(Qt.FocusReason.TabFocusReason)

    return page, pose


def _details(desk: Desk) -> tuple[QWidget, Pose]:
    page = TodayPage(desk)

    def pose() -> None:
        card = page.lanes.marked
        if card is not None:
            card.opened.emit()

    return page, pose


def _review(desk: Desk) -> tuple[QWidget, Pose]:
    page = TodayPage(desk)
    return page, page.review


def _adding(desk: Desk) -> tuple[QWidget, Pose]:
    page = TodayPage(desk)
    return page, page.tasks.add


def _printing(desk: Desk) -> tuple[QWidget, Pose]:
    page = TodayPage(desk)
    return page, page.print_day


def _offline(desk: Desk) -> tuple[QWidget, Pose]:
    page = TodayPage(desk)
    failed = page.question.failed
    return page, lambda: failed.emit(Unavailable(ErrorCode.DATABASE_UNREACHABLE), desk.clock.now())


def _refused(desk: Desk) -> tuple[QWidget, Pose]:
    page = TodayPage(desk)
    return page, lambda: page.question.failed.emit(NotAllowed(ErrorCode.NOT_PERMITTED), None)


def _waiting(desk: Desk) -> tuple[QWidget, Pose]:
    page = TodayPage(desk)
    return page, page.question.waited.emit


def _empty(desk: Desk) -> tuple[QWidget, Pose]:
    page = TodayPage(desk)

    def pose() -> None:
        found = page.answer
        if found is not None:
            board = found.board
            page.show_board(
                TodayBoard(
                    board.day, board.wall_now, Counters(), (), Lanes(), (), next_day=found.to_confirm.day
                )
            )

    return page, pose


SCREENS: Sequence[tuple[str, str, Callable[[Desk], tuple[QWidget, Pose]]]] = (
    ("today", "day", _day),
    ("today", "keys", _keys),
    ("today", "details", _details),
    ("today", "review", _review),
    ("today", "adding", _adding),
    ("today", "printing", _printing),
    ("today", "offline", _offline),
    ("today", "no-permission", _refused),
    ("today", "waiting", _waiting),
    ("today", "empty", _empty),
)
"""(window, state, builder). A builder returns the page and what to do once it has loaded."""
