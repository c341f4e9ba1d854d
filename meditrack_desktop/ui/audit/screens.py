"""The states of the audit log that are worth a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.audit import AuditLine, Breach, BreachKind, SealCheck, Step, Witness
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.patients import FindPatients
from meditrack_desktop.ui.audit.access_sheet import open_access
from meditrack_desktop.ui.audit.access_tab import AccessTab
from meditrack_desktop.ui.audit.filter_bar import Filters
from meditrack_desktop.ui.audit.history import open_history
from meditrack_desktop.ui.audit.page import AuditLogPage
from meditrack_desktop.ui.desk import Desk

Pose = Callable[[], object]
SOMEBODY = "mara fictanova"


def _normal(desk: Desk) -> tuple[QWidget, Pose]:
    page = AuditLogPage(desk)
    return page, lambda: _choose(page, lambda line: bool(line.steps) or bool(line.subject.patient))


def _choose(page: AuditLogPage, wanted: Callable[[AuditLine], bool]) -> None:
    page.bar.set_filters(Filters())
    page._desk.tasks.wait_idle()
    rows = range(page.model.rowCount())
    page.table.select_row(next((row for row in rows if wanted(page.model.record(row))), 0))
    page._show_chosen()


def _moved(desk: Desk) -> tuple[QWidget, Pose]:
    page = AuditLogPage(desk)

    def pose() -> None:
        _choose(page, lambda line: line.event.action == "appointment.booked")
        page._open_details()
        line = page._chosen()
        if line is not None:
            moved = replace(line.event, action="appointment.moved", detail="")
            steps = (
                Step("start", "2026-11-18T09:00", "2026-11-18T10:30"),
                Step("doctor", "Dr. Mei Shili", "Dr. Aisha Stubbs"),
            )
            page._pane_timer.stop()
            page.place.front.show_line(replace(line, event=moved, steps=steps, fields=("reason",)))

    return page, pose


def _broken(desk: Desk) -> tuple[QWidget, Pose]:
    page = AuditLogPage(desk)

    def pose() -> None:
        page.bar.set_filters(Filters())
        chain = desk.actor.workstation
        breach = Breach(chain, 41, 44, BreachKind.MISSING, Witness.CHAIN)
        other = Breach(chain, 60, 72, BreachKind.REPLACED, Witness.SECRET_STORE)
        page.show_check(SealCheck(318, ((chain, 41),), (breach, other), checked_at=desk.clock.now()))

    return page, pose


def _checking(desk: Desk) -> tuple[QWidget, Pose]:
    page = AuditLogPage(desk)

    def pose() -> None:
        page.bar.set_filters(Filters())
        page.run.said.setText(page.tr("Checking the entries, 120,000 of 182,107"))
        page.run.bar.set_share(0.66)
        page.run.show()

    return page, pose


def _nothing(desk: Desk) -> tuple[QWidget, Pose]:
    page = AuditLogPage(desk)

    def pose() -> None:
        page.bar.search.setText("Testhlom")
        page.bar.changed.emit()

    return page, pose


def _loading(desk: Desk) -> tuple[QWidget, Pose]:
    page = AuditLogPage(desk)
    return page, page.show_waiting


def _unreachable(desk: Desk) -> tuple[QWidget, Pose]:
    page = AuditLogPage(desk)

    def pose() -> None:
        page._loaded = False
        page._cannot_ask(Unavailable(ErrorCode.DATABASE_UNREACHABLE))

    return page, pose


def _history(desk: Desk) -> tuple[QWidget, Pose]:
    page = AuditLogPage(desk)

    def pose() -> None:
        patients, actor = desk.clinic.patients, desk.actor
        somebody = patients.find(actor, FindPatients(text=SOMEBODY, limit=1)).lines[0]
        open_history(desk, page, "patient", somebody.id, somebody.name)

    return page, pose


def _access(desk: Desk) -> tuple[QWidget, Pose]:
    page = AuditLogPage(desk)

    def pose() -> None:
        patients, actor = desk.clinic.patients, desk.actor
        somebody = patients.find(actor, FindPatients(text=SOMEBODY, limit=1)).lines[0]
        patients.get(actor, somebody.id)
        open_access(desk, page, somebody.id, somebody.name)

    return page, pose


def _access_tab(desk: Desk) -> tuple[QWidget, Pose]:
    patients, actor = desk.clinic.patients, desk.actor
    somebody = patients.find(actor, FindPatients(text=SOMEBODY, limit=1)).lines[0]
    patients.get(actor, somebody.id)
    return AccessTab(desk, somebody.id), lambda: None


SCREENS: Sequence[tuple[str, str, Callable[[Desk], tuple[QWidget, Pose]]]] = (
    ("audit", "normal", _normal),
    ("audit", "moved", _moved),
    ("audit", "broken", _broken),
    ("audit", "checking", _checking),
    ("audit", "no-result", _nothing),
    ("audit", "loading", _loading),
    ("audit", "unreachable", _unreachable),
    ("audit", "history", _history),
    ("audit", "access", _access),
    ("audit", "access-tab", _access_tab),
)
"""(window, state, builder). A builder returns the page and what to do once it has loaded."""
