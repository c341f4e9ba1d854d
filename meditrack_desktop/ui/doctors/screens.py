"""The states of Doctors & hours that are worth a picture."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.absence_sheet import open_absence
from meditrack_desktop.ui.doctors.page import DoctorsPage
from meditrack_desktop.ui.doctors.record_sheet import put
from meditrack_desktop.ui.doctors.special_day_sheet import open_special_day

Pose = Callable[[], object]
Built = tuple[QWidget, Pose]


def _posed(pose: Callable[[DoctorsPage], object], desk: Desk) -> Built:
    page = DoctorsPage(desk)

    def strike() -> None:
        # The one whose visits fill the sample's calendar.
        first = next((row for row in page.list.rows if "Modelo" in row.doctor.family), None)
        if first is not None:
            page.choose(first.doctor.id)
            desk.tasks.wait_idle()
        pose(page)

    return page, strike


def _unreachable(page: DoctorsPage) -> None:
    errors.show(page, Unavailable(ErrorCode.DATABASE_UNREACHABLE), retry=page.refresh)


def _unsaved(page: DoctorsPage) -> None:
    editor = page.pane.hours.editor
    editor.type_day(0, "8 to 12")
    editor.type_day(4, "8 to 12, 12:45 to 14")
    page.pane.hours.ask_affected()


def _unreadable(page: DoctorsPage) -> None:
    page.pane.hours.editor.type_day(3, "8 to 12")
    page.pane.hours.editor.type_day(4, "8 to")


def _affected(page: DoctorsPage) -> None:
    page.pane.hours.editor.type_day(0, "8 to 12")
    page.save()


def _weeks(page: DoctorsPage) -> None:
    page.pane.hours.editor.take_turns(2)
    page.pane.hours.editor.show_week(1)
    page.pane.hours.editor.type_day(2, "13 to 19")
    page.pane.hours.editor.rows[2].bar.setFocus()


def _tab(word: str, page: DoctorsPage) -> None:
    page.pane.show_tab(word)


def _absence(page: DoctorsPage) -> None:
    doctor = page.pane.doctor
    if doctor is not None:
        sheet = open_absence(page.pane.desk, page, doctor)
        put(sheet.form.fields["first"].field, page.pane.desk.today() + timedelta(days=9))
        put(sheet.form.fields["last"].field, page.pane.desk.today() + timedelta(days=13))


def _special_day(page: DoctorsPage) -> None:
    doctor = page.pane.doctor
    if doctor is not None:
        open_special_day(page.pane.desk, page, doctor)


def _rule(page: DoctorsPage) -> None:
    page.pane.side.open_rule(None)


def _place(word: str, page: DoctorsPage) -> None:
    page.open_place(word)


def _sheet(word: str, page: DoctorsPage) -> None:
    page.open_place(word)
    page.pane.desk.tasks.wait_idle()
    place = page.place(word)
    place.open(place.model.record(0) if place.model.rowCount() else None)


def _nothing(_page: DoctorsPage) -> None:
    """As it is opened."""


_STATES: Sequence[tuple[str, Callable[[DoctorsPage], object]]] = (
    ("normal", _nothing),
    ("unsaved", _unsaved),
    ("unreadable", _unreadable),
    ("affected", _affected),
    ("weeks-in-turn", _weeks),
    ("time-off", partial(_tab, "time off")),
    ("offered", partial(_tab, "offered")),
    ("profile", partial(_tab, "profile")),
    ("absence", _absence),
    ("special-day", _special_day),
    ("rule", _rule),
    ("closures", partial(_place, "closures")),
    ("closure", partial(_sheet, "closures")),
    ("visit-types", partial(_place, "visit types")),
    ("visit-type", partial(_sheet, "visit types")),
    ("rooms", partial(_place, "assets")),
    ("room", partial(_sheet, "assets")),
    ("groups", partial(_place, "groups")),
    ("group", partial(_sheet, "groups")),
    ("specialties", partial(_place, "specialties")),
    ("unreachable", _unreachable),
)

SCREENS: Sequence[tuple[str, str, Callable[[Desk], Built]]] = tuple(
    ("doctors", state, partial(_posed, pose)) for state, pose in _STATES
)
"""(window, state, builder). A builder returns the page and what to do once it has loaded."""
