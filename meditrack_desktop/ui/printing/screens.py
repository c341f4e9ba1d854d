"""The states of printing that are worth a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.patients import FindPatients
from meditrack_desktop.domain.printing import PrintKind
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.printing.print_dialog import Whose, open_print_dialog

Pose = Callable[[], object]
SOMEBODY = "mara fictanova"


class _Behind(QWidget):
    """What the dialog lies over."""

    title = ""

    def load(self) -> None: ...

    def refresh(self) -> None: ...

    def can_leave(self) -> bool:
        return True


def _dialog(kind: PrintKind) -> Callable[[Desk], tuple[QWidget, Pose]]:
    def state(desk: Desk) -> tuple[QWidget, Pose]:
        page = _Behind()
        patients, actor = desk.clinic.patients, desk.actor
        line = patients.find(actor, FindPatients(text=SOMEBODY, limit=1)).lines[0]
        whose = Whose(line.id, f"{line.name}, MRN {line.mrn}")
        return page, lambda: open_print_dialog(desk, page, kind, whose)

    return state


SCREENS: Sequence[tuple[str, str, Callable[[Desk], tuple[QWidget, Pose]]]] = (
    ("print", "label", _dialog(PrintKind.LABEL)),
    ("print", "card", _dialog(PrintKind.APPOINTMENT_CARD)),
    ("print", "summary", _dialog(PrintKind.CHART_SUMMARY)),
)
