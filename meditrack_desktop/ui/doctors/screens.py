"""The states of Doctors & hours that are worth a picture."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.page import DoctorsPage

Pose = Callable[[], object]


def _normal(desk: Desk) -> tuple[QWidget, Pose]:
    return DoctorsPage(desk), lambda: None


def _unreachable(desk: Desk) -> tuple[QWidget, Pose]:
    page = DoctorsPage(desk)
    return page, lambda: errors.show(page, Unavailable(ErrorCode.DATABASE_UNREACHABLE), retry=page.refresh)


def _unsaved(desk: Desk) -> tuple[QWidget, Pose]:
    page = DoctorsPage(desk)

    def pose() -> None:
        page.pane.hours.editor.type_day(3, "8 to 12")
        page.pane.hours.editor.type_day(4, "8 to")

    return page, pose


SCREENS: Sequence[tuple[str, str, Callable[[Desk], tuple[QWidget, Pose]]]] = (
    ("doctors", "normal", _normal),
    ("doctors", "unsaved", _unsaved),
    ("doctors", "unreachable", _unreachable),
)
"""(window, state, builder). A builder returns the page and what to do once it has loaded."""
