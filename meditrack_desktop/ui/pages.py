"""Which pages there are, how each is made, and how the navigator's wishes are answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast
from uuid import UUID

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.frame.desk_frame import DeskFrame
from meditrack_desktop.ui.frame.history import Place
from meditrack_desktop.ui.frame.sidebar import NavItem
from meditrack_desktop.ui.frame.waiting_badge import WaitingBadge
from meditrack_desktop.ui.inbox.frame_drops import FrameDrops
from meditrack_desktop.ui.inbox.watch import InboxWatch

if TYPE_CHECKING:
    from meditrack_desktop.ui.audit.page import AuditLogPage
    from meditrack_desktop.ui.patients.page import PatientsPage
    from meditrack_desktop.ui.scheduling.page import SchedulingPage
    from meditrack_desktop.ui.settings.page import SettingsPage

CALENDAR, PATIENTS, DOCTORS = Place("calendar"), Place("patients"), Place("doctors")
SETTINGS = Place("settings")


def nav_items(actor: Actor) -> list[NavItem]:
    """The pages this person may use, in the sidebar's order; what a role may not use is absent."""
    tr = QCoreApplication.translate
    desk, clinic = tr("pages", "Front desk"), tr("pages", "Clinic")
    office = tr("pages", "Administration")
    reviews = actor.may(Permission.REVIEW_BREAK_GLASS)
    privacy = Permission.REVIEW_BREAK_GLASS if reviews else Permission.PURGE_PATIENT
    known = (
        ("today", tr("pages", "Today"), "sun", desk, Permission.VIEW_CALENDAR),
        ("calendar", tr("pages", "Calendar"), "calendar-days", desk, Permission.VIEW_CALENDAR),
        ("patients", tr("pages", "Patients"), "users", desk, Permission.VIEW_PATIENTS),
        ("inbox", tr("pages", "Inbox"), "inbox", desk, Permission.FILE_INCOMING),
        ("doctors", tr("pages", "Doctors && hours"), "stethoscope", clinic, Permission.VIEW_DOCTORS),
        ("users", tr("pages", "Users && roles"), "user-cog", office, Permission.VIEW_ACCOUNTS),
        ("desks", tr("pages", "Desks && sessions"), "monitor", office, Permission.VIEW_ACCOUNTS),
        ("privacy", tr("pages", "Privacy"), "shield-check", office, privacy),
        ("audit", tr("pages", "Audit log"), "scroll-text", office, Permission.VIEW_AUDIT),
    )
    allowed = [entry for entry in known if actor.may(entry[4])]
    return [
        NavItem(page, text.replace("&&", "&"), icon, group, f"Ctrl+{number}")
        for number, (page, text, icon, group, _) in enumerate(allowed, start=1)
    ]


def build_page(desk: Desk, place: Place) -> QWidget:
    """A new page for a place; patients' places carry the patient, or the patient and a document.

    A room's code is loaded with its first page, so that the first page of the day is there sooner.
    """
    if place.page == "today":
        from meditrack_desktop.ui.today.page import TodayPage

        return TodayPage(desk)
    if place.page.startswith("today/"):
        from meditrack_desktop.ui.worklists.pages import build as build_worklist

        return build_worklist(desk, place)
    if place.page == "calendar":
        from meditrack_desktop.ui.scheduling.page import SchedulingPage

        return SchedulingPage(desk)
    if place.page == "inbox":
        from meditrack_desktop.ui.inbox.page import InboxPage

        return InboxPage(desk)
    if place.page == "doctors":
        from meditrack_desktop.ui.doctors.page import DoctorsPage

        return DoctorsPage(desk)
    if place.page in ("users", "users/roles", "desks"):
        from meditrack_desktop.ui.admin.pages import build

        return build(desk, place.page)
    if place.page == "settings":
        from meditrack_desktop.ui.settings.page import SettingsPage

        return SettingsPage(desk)
    if place.page == "privacy":
        from meditrack_desktop.ui.privacy.page import PrivacyPage

        return PrivacyPage(desk)
    if place.page == "audit":
        from meditrack_desktop.ui.audit.page import AuditLogPage

        return AuditLogPage(desk)
    if place.page == "patients/twins":
        from meditrack_desktop.ui.patients.twins.page import TwinsPage

        return TwinsPage(desk)
    if len(place.ids) == 2:
        from meditrack_desktop.ui.documents.viewer import DocumentPage

        return DocumentPage(desk, *place.ids)
    if place.ids:
        from meditrack_desktop.ui.audit.access_tab import access_tab
        from meditrack_desktop.ui.patients.chart.page import ChartPage

        return ChartPage(desk, place.ids[0], access_tab)
    from meditrack_desktop.ui.patients.page import PatientsPage

    return PatientsPage(desk)


def make_frame(desk: Desk, window: QWidget, desk_name: str, *, shared: bool, idle_minutes: int) -> DeskFrame:
    """The frame for a signed-in desk, its navigator answered and its first page open."""
    items = nav_items(desk.actor)
    frame = DeskFrame(
        desk, items, partial(build_page, desk), desk_name, shared=shared, idle_minutes=idle_minutes
    )
    desk.go.setParent(frame)
    if desk.actor.may(Permission.VIEW_CALENDAR):
        WaitingBadge(desk, frame.sidebar)
    if desk.actor.may(Permission.FILE_INCOMING):
        InboxWatch(desk, frame.sidebar)
        FrameDrops(frame)
    _answer(desk, frame, window)
    return frame


def open_first(desk: Desk, frame: DeskFrame) -> None:
    """The page a person starts on: a doctor on the calendar, everybody else on the first of their sidebar."""
    pages = [item.page for item in nav_items(desk.actor)]
    doctor = desk.actor.practitioner_id is not None or Role.DOCTOR in desk.actor.roles
    if doctor and CALENDAR.page in pages:
        frame.open(CALENDAR)
    elif pages:
        frame.open(Place(pages[0]))


def _answer(desk: Desk, frame: DeskFrame, window: QWidget) -> None:
    # Their host is the frame, not the window: what opens late, over a lock or before somebody else, waits with it.
    go = desk.go

    def patients(query: str) -> None:
        page = cast("PatientsPage", frame.open(PATIENTS))
        if query:
            page.search(query)

    def register(name: str, then: Callable[[Patient], None] | None) -> None:
        from meditrack_desktop.ui.patients.register import open_register

        open_register(desk, frame, name, then or (lambda patient: go.patient(patient.id)))

    def take_down(name: str, phone: str, then: Callable[[Patient], None] | None) -> None:
        from meditrack_desktop.ui.patients.take_down import open_take_down

        open_take_down(desk, frame, name, phone, then)

    def complete(patient_id: UUID) -> None:
        from meditrack_desktop.ui.patients.register import open_edit

        desk.tasks.query(
            frame,
            lambda: desk.clinic.patients.get(desk.actor, patient_id),
            lambda patient: open_edit(desk, frame, patient),
            replaces="complete",
        )

    def calendar(day: date | None, appointment: UUID | None) -> None:
        page = cast("SchedulingPage", frame.open(CALENDAR))
        if day is not None and appointment is not None:
            page.show_appointment(appointment, day)
        elif day is not None:
            page.show_day(day)

    def book(patient_id: UUID | None) -> None:
        cast("SchedulingPage", frame.open(CALENDAR)).start_booking(patient_id)

    def bring_in(files: tuple[Path, ...]) -> None:
        cast("PatientsPage", frame.open(PATIENTS)).start_import(files)

    def settings(section: str) -> None:
        page = cast("SettingsPage", frame.open(SETTINGS))
        if section:
            page.open_section(section)

    def at_calendar(what: str, *about: object) -> None:
        from meditrack_desktop.ui.scheduling import from_elsewhere

        page = cast("SchedulingPage", frame.open(CALENDAR))
        getattr(from_elsewhere, what)(desk, page, *about)

    def at_waitlist(patient: UUID | None, visit: Appointment | None) -> None:
        from meditrack_desktop.ui.worklists.join_sheet import open_join

        open_join(desk, frame, patient, visit)

    def at_follow_ups(patient: UUID | None, practitioner: UUID | None) -> None:
        from meditrack_desktop.ui.worklists.follow_up_sheet import open_follow_up

        open_follow_up(desk, frame, patient, practitioner)

    def check_in(patient: UUID) -> None:
        from meditrack_desktop.ui.today.arrival import check_in as arrive

        arrive(desk, frame, patient)

    go.checkInRequested.connect(check_in)
    go.bookAtRequested.connect(partial(at_calendar, "book_at"))
    go.bookForRequested.connect(partial(at_calendar, "book_for"))
    go.walkInRequested.connect(partial(at_calendar, "walk_in"))
    go.visitActRequested.connect(partial(at_calendar, "act_on"))
    go.waitlistJoinRequested.connect(at_waitlist)
    go.followUpRequested.connect(at_follow_ups)
    go.absenceWorklistRequested.connect(lambda one: frame.open(Place("today/absence", (one,))))
    go.settingsRequested.connect(settings)
    go.patientRequested.connect(lambda patient: frame.open(Place("patients", (patient,))))
    go.patientsRequested.connect(patients)
    go.registerRequested.connect(register)
    go.takeDownRequested.connect(take_down)
    go.completeRequested.connect(complete)
    go.calendarRequested.connect(calendar)
    go.bookRequested.connect(book)
    go.documentRequested.connect(lambda patient, doc: frame.open(Place("patients", (patient, doc))))
    go.newestDocumentRequested.connect(partial(_open_newest, desk, frame))
    go.importRequested.connect(bring_in)
    go.historyRequested.connect(partial(_show_history, desk, frame))
    go.accessRequested.connect(partial(_show_access, desk, frame))
    go.auditRequested.connect(lambda patient, name: _show_audit(frame, patient, name))
    go.pageRequested.connect(lambda word: frame.open(Place(word)))
    go.chartWindowRequested.connect(partial(_open_chart_window, desk, frame, window))


def _open_chart_window(desk: Desk, frame: DeskFrame, window: QWidget, patient_id: UUID) -> None:
    from meditrack_desktop.ui.audit.access_tab import access_tab
    from meditrack_desktop.ui.patients.chart.own_window import open_chart_window

    open_chart_window(desk, frame.own_windows, window, access_tab, patient_id)


def _open_newest(desk: Desk, frame: QWidget, patient_id: UUID) -> None:
    from meditrack_desktop.ui.filing.newest import open_newest

    open_newest(desk, frame, patient_id)


def _show_history(desk: Desk, frame: QWidget, object_type: str, object_id: UUID, name: str) -> None:
    from meditrack_desktop.ui.audit.history import open_history

    open_history(desk, frame, object_type, object_id, name)


def _show_access(desk: Desk, frame: QWidget, patient_id: UUID, name: str) -> None:
    from meditrack_desktop.ui.audit.access_sheet import open_access

    open_access(desk, frame, patient_id, name)


def _show_audit(frame: DeskFrame, patient_id: UUID, name: str) -> None:
    cast("AuditLogPage", frame.open(Place("audit"))).show_patient(patient_id, name)
