"""The states of the patients room that are worth a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ErrorCode, FieldProblem, Unavailable
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import FindPatients, Patient
from meditrack_desktop.domain.saved_filters import PatientFilter, SavedFilter, Standing
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart.page import ChartPage, TabName
from meditrack_desktop.ui.patients.conflict import ConflictDialog, as_edit
from meditrack_desktop.ui.patients.in_and_out_screens import IN_AND_OUT
from meditrack_desktop.ui.patients.page import PatientsPage
from meditrack_desktop.ui.patients.patient_list import Found
from meditrack_desktop.ui.patients.register import open_edit, open_register
from meditrack_desktop.ui.patients.take_down import open_take_down

Pose = Callable[[], object]
SOMEBODY = "mara fictanova"


def _patient(desk: Desk) -> Patient:
    """The sample patient with the most to show; anybody in a clinic without her."""
    patients, actor = desk.clinic.patients, desk.actor
    lines = (
        patients.find(actor, FindPatients(text=SOMEBODY, limit=1)).lines
        or patients.find(actor, FindPatients(limit=1)).lines
    )
    return patients.get(actor, lines[0].id)


def _normal(desk: Desk) -> tuple[QWidget, Pose]:
    return PatientsPage(desk), lambda: None


def _preview(desk: Desk) -> tuple[QWidget, Pose]:
    page = PatientsPage(desk)

    def pose() -> None:
        page.search(_patient(desk).name)
        desk.tasks.wait_idle()
        page.show_preview()

    return page, pose


def _coming(desk: Desk) -> tuple[QWidget, Pose]:
    page = PatientsPage(desk)
    return page, lambda: page.bar.narrow(coming_today=True)


def _no_result(desk: Desk) -> tuple[QWidget, Pose]:
    page = PatientsPage(desk)

    def pose() -> None:
        page.bar.narrow(coming_today=True)
        page.search("Testhlom")

    return page, pose


def _empty(desk: Desk) -> tuple[QWidget, Pose]:
    page = PatientsPage(desk)
    return page, lambda: page.show_found(Found((), 0, 0))


def _unreachable(desk: Desk) -> tuple[QWidget, Pose]:
    page = PatientsPage(desk)
    return page, lambda: errors.show(page, Unavailable(ErrorCode.DATABASE_UNREACHABLE), retry=page.refresh)


def _loading(desk: Desk) -> tuple[QWidget, Pose]:
    page = PatientsPage(desk)
    return page, page.show_waiting


def _archived(desk: Desk) -> tuple[QWidget, Pose]:
    page = PatientsPage(desk)
    return page, lambda: page.bar.narrow(standing=Standing.ALL)


def _chart(tab: TabName) -> Callable[[Desk], tuple[QWidget, Pose]]:
    def build(desk: Desk) -> tuple[QWidget, Pose]:
        page = ChartPage(desk, _patient(desk).id)
        return page, lambda: page.show_tab(tab)

    return build


def _register(desk: Desk) -> tuple[QWidget, Pose]:
    page = PatientsPage(desk)

    def pose() -> None:
        known = _patient(desk)
        sheet = open_register(desk, page, known.name)
        if known.birth_date is not None:
            sheet.fields.birth.set_value(known.birth_date)

    return page, lambda: _with_patience(desk, pose)


def _register_errors(desk: Desk) -> tuple[QWidget, Pose]:
    page = PatientsPage(desk)

    def pose() -> None:
        sheet = open_register(desk, page, "")
        fields = sheet.fields
        fields.given.setText("Hana")
        fields.birth.setText("31 Feb 1990")
        fields.birth.check()
        fields.form.show_problems({"email": FieldProblem.MALFORMED, "family": FieldProblem.REQUIRED})
        sheet.say_wrong()

    return page, pose


def _register_whole(desk: Desk) -> tuple[QWidget, Pose]:
    page = PatientsPage(desk)

    def pose() -> None:
        sheet = open_edit(desk, page, _patient(desk))
        sheet.fields.phones.add("+1 555 0177", "work")
        sheet.fields.form.fields["contact_by"].field.setFocus()

    return page, pose


def _take_down(desk: Desk) -> tuple[QWidget, Pose]:
    page = PatientsPage(desk)

    def pose() -> None:
        known = _patient(desk)
        phone = known.phones[0].value if known.phones else ""
        open_take_down(desk, page, known.name, phone)

    return page, lambda: _with_patience(desk, pose)


def _filtered(desk: Desk) -> tuple[QWidget, Pose]:
    page = PatientsPage(desk)

    def pose() -> None:
        page.bar.narrow(months_without_visit=12, created_by_me=True)
        page.saved.ask_name(page.bar.filter)

    return page, pose


def _saved(desk: Desk) -> tuple[QWidget, Pose]:
    page = PatientsPage(desk)

    def pose() -> None:
        names = ("Coming today", "Not seen in a year", "To be completed")
        kept = (
            PatientFilter(coming_today=True),
            PatientFilter(months_without_visit=12),
            PatientFilter(provisional=True),
        )
        page.saved.filters = tuple(
            SavedFilter(new_id(), 1, name, one, place)
            for place, (name, one) in enumerate(zip(names, kept, strict=True))
        )
        page.saved.manage()

    return page, pose


def _waiting_rows(desk: Desk) -> tuple[QWidget, Pose]:
    page = PatientsPage(desk)

    def pose() -> None:
        page.model.pageWanted.disconnect()
        page.model.settle(1_000_000)
        page.table.verticalScrollBar().setValue(page.table.verticalScrollBar().maximum() // 2)

    return page, pose


def _conflict(desk: Desk) -> tuple[QWidget, Pose]:
    page = ChartPage(desk, _patient(desk).id)

    def pose() -> None:
        if page.patient is None:
            return
        before = as_edit(page.patient)
        mine = before.model_copy(update={"note": "Prefers mornings", "language": "Czech"})
        theirs = before.model_copy(update={"note": "Uses a wheelchair", "email": "mara@patients.example"})
        who = words.two_identifiers(page.patient)
        ConflictDialog(page, who, before, mine, theirs).open_layer()

    return page, pose


def _with_patience(desk: Desk, pose: Pose) -> None:
    """Strike a pose that answers questions a moment later, and wait for the answers."""
    from PySide6.QtTest import QTest

    pose()
    QTest.qWait(400)
    desk.tasks.wait_idle()


SCREENS: Sequence[tuple[str, str, Callable[[Desk], tuple[QWidget, Pose]]]] = (
    ("patients", "normal", _normal),
    ("patients", "preview", _preview),
    ("patients", "coming-today", _coming),
    ("patients", "no-result", _no_result),
    ("patients", "empty", _empty),
    ("patients", "loading", _loading),
    ("patients", "unreachable", _unreachable),
    ("patients", "with-archived", _archived),
    ("chart", "overview", _chart("overview")),
    ("chart", "visits", _chart("visits")),
    ("chart", "documents", _chart("documents")),
    ("chart", "details", _chart("details")),
    ("register", "maybe-known", _register),
    ("register", "errors", _register_errors),
    ("register", "whole", _register_whole),
    ("take-down", "maybe-known", _take_down),
    ("patients", "save-filters", _filtered),
    ("patients", "saved-filters", _saved),
    ("patients", "rows-to-come", _waiting_rows),
    ("edit", "conflict", _conflict),
    *IN_AND_OUT,
)
"""(window, state, builder). A builder returns the page and what to do once it has loaded."""
