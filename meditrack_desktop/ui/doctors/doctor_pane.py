"""The chosen doctor: who it is, what can be done with them, and tabs for hours, visits, time off and profile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioner_profiles import PractitionerProfile
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.working_time import Absence
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.absence_sheet import ask_out_now, open_absence
from meditrack_desktop.ui.doctors.hours_tab import HoursTab
from meditrack_desktop.ui.doctors.offered_tab import OfferedTab
from meditrack_desktop.ui.doctors.profile_tab import ProfileTab
from meditrack_desktop.ui.doctors.rules_panel import SidePanel
from meditrack_desktop.ui.doctors.time_off_tab import TimeOffTab, Upcoming
from meditrack_desktop.ui.doctors.words import away_words, licence_line
from meditrack_desktop.ui.widgets import (
    Avatar,
    Banner,
    Button,
    Divider,
    IconButton,
    Label,
    Menu,
    TabStrip,
    Tag,
)
from meditrack_desktop.ui.words import language_word

HOURS, TIME_OFF, OFFERED, PROFILE = "hours", "time off", "offered", "profile"
SIDE_FROM = 880
TIGHT = 640
LARGE = 1.5


class DoctorPane(QWidget):
    """`changed` carries a doctor as kept, `stale` asks for all doctors anew; `editAsked` and `activityAsked` are the
    menu's, answered by the page."""

    changed = Signal(object)
    stale = Signal()
    editAsked = Signal()
    activityAsked = Signal(bool)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.doctor: Practitioner | None = None
        self._profile: PractitionerProfile | None = None
        self._absences: tuple[Absence, ...] = ()
        self._banner: Banner | None = None
        self._tight = False
        self.banner_place = QVBoxLayout()
        self.banner_place.setContentsMargins(20, 0, 20, 0)
        self.tabs = TabStrip(
            [
                (HOURS, self.tr("Hours"), None),
                (OFFERED, self.tr("Visit types"), None),
                (TIME_OFF, self.tr("Time off"), None),
                (PROFILE, self.tr("Profile"), None),
            ],
            HOURS,
            name=self.tr("About this doctor"),
        )
        self.side = SidePanel(desk)
        self.hours = HoursTab(desk, self.side)
        self.hours.saved.connect(self.changed)
        self.hours.stale.connect(self.stale)
        self.time_off = TimeOffTab(desk)
        self.offered = OfferedTab(desk)
        self.profile = ProfileTab(desk)
        self.profile.stale.connect(self.stale)
        self.side.allAsked.connect(lambda: self.show_tab(TIME_OFF))
        self.time_off.counted.connect(lambda count: self.tabs.set_count(TIME_OFF, count or None))
        self.time_off.upcoming.connect(self.side.show_time_off)
        self.time_off.upcoming.connect(self._show_upcoming)
        self.offered.counted.connect(lambda count: self.tabs.set_count(OFFERED, count or None))
        self.tabs.valueChanged.connect(self.show_tab)
        self._pages: dict[object, QWidget] = {
            HOURS: self.hours,
            OFFERED: self.offered,
            TIME_OFF: self.time_off,
            PROFILE: self.profile,
        }
        self._stack = QStackedWidget()
        for page in self._pages.values():
            self._stack.addWidget(page)
        strip = QHBoxLayout()
        strip.setContentsMargins(18, 0, 20, 0)
        strip.addWidget(self.tabs)
        strip.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addLayout(strip)
        column.addWidget(Divider())
        column.addLayout(self.banner_place)
        column.addWidget(self._stack, 1)
        theme.current().changed.connect(self._fit)
        self._fit()

    @property
    def may_set_hours(self) -> bool:
        """Everybody's, or one's own."""
        actor, doctor = self.desk.actor, self.doctor
        own = doctor is not None and actor.practitioner_id == doctor.id
        return actor.may(Permission.EDIT_HOURS) or (own and actor.may(Permission.EDIT_OWN_HOURS))

    def show_doctor(self, doctor: Practitioner) -> None:
        """Show a doctor, what was typed for them included."""
        anew = self.doctor is None or self.doctor.id != doctor.id
        self.doctor = doctor
        if anew:
            self._profile, self._absences = None, ()
        self.avatar.set_name(f"{doctor.given} {doctor.family}")
        self.name.setText(doctor.name)
        self._show_state()
        self._show_about()
        may = self.may_set_hours
        self._show_acts()
        self.hours.show_doctor(doctor, may_edit=may)
        self.side.show_doctor(doctor, may_edit=may)
        self.time_off.show_doctor(doctor, may_edit=may)
        self.offered.show_doctor(doctor)
        self.profile.show_doctor(doctor)
        self._ask_profile(doctor.id)

    def show_tab(self, tab: object) -> None:
        """Bring "hours", "offered", "time off" or "profile" to the front."""
        if tab in self._pages:
            self.tabs.set_value(tab)
            self._stack.setCurrentWidget(self._pages[tab])

    def save(self) -> None:
        """Keep what is typed on the tab in front."""
        front = self._stack.currentWidget()
        if isinstance(front, HoursTab | ProfileTab):
            front.save()

    def can_leave(self) -> bool:
        """False while something typed is not saved."""
        return not (self.hours.drafts or self.profile.dirty)

    def on_changed(self, changes: ChangeSet) -> None:
        """Something was kept, here or elsewhere."""
        if changes.touches("appointment"):
            self.hours.recount()
        if changes.touches("absence", "closure", "practitioner"):
            self.time_off.refresh()
        if changes.touches("visit_type", "practitioner"):
            self.offered.refresh()
            self.side.refresh()

    def add_absence(self) -> None:
        """The sheet for time off."""
        if self.doctor is not None:
            open_absence(self.desk, self, self.doctor)

    def show_banner(
        self, text: str, tone: str = "info", action: str = "", then: Callable[[], object] | None = None
    ) -> None:
        """A notice over the tabs, in place of the one before."""
        self.clear_banner()
        self._banner = Banner(text, "danger" if tone == "danger" else "info", action=action)
        if then is not None:
            self._banner.actionTriggered.connect(self.clear_banner)
            self._banner.actionTriggered.connect(lambda: then())
        self.banner_place.addSpacing(12)
        self.banner_place.addWidget(self._banner)

    def clear_banner(self) -> None:
        """Take the notice away."""
        if self._banner is not None:
            self._banner.hide()
            self._banner.deleteLater()
            self._banner = None
            while self.banner_place.count():
                self.banner_place.takeAt(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(24, 16, 24, 10)
        head.setSpacing(14)
        self.avatar = Avatar("", staff=True, size=56)
        self.name = Label("", "title", elide=True)
        self.state = Tag("", "ok", icon="circle-check")
        self.about = Label("", "body", tone="text2", elide=True)
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addWidget(self.name)
        first.addWidget(self.state)
        first.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addLayout(first)
        words.addWidget(self.about)
        self.out_now = Button(self.tr("Out now"), icon="user-x")
        self.out_now.setToolTip(self.tr("Away from this moment until the end of today"))
        self.out_now.clicked.connect(self._out_now)
        self.add_time_off = Button(self.tr("Add time off"), icon="calendar-off")
        self.add_time_off.clicked.connect(self.add_absence)
        self.more = IconButton("ellipsis", self.tr("More"), kind="secondary")
        self.more.clicked.connect(self._offer_more)
        head.addWidget(self.avatar)
        head.addLayout(words, 1)
        for button in (self.out_now, self.add_time_off, self.more):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return head

    def _offer_more(self) -> None:
        doctor = self.doctor
        if doctor is None:
            return
        menu = Menu(self)
        if self._tight and self.may_set_hours:
            if doctor.active:
                menu.add(self.tr("Out now"), self._out_now, icon="user-x")
            menu.add(self.tr("Add time off"), self.add_absence, icon="calendar-off")
        if self.desk.actor.may(Permission.EDIT_DOCTORS):
            self._offer_edits(menu, doctor)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _offer_edits(self, menu: Menu, doctor: Practitioner) -> None:
        menu.add(self.tr("Edit name and room"), self.editAsked.emit, icon="pencil")
        words = self.tr("Deactivate") if doctor.active else self.tr("Reactivate")
        icon = "ban" if doctor.active else "circle-check"
        menu.add(words, lambda: self.activityAsked.emit(not doctor.active), icon=icon)

    def _show_acts(self) -> None:
        """Where the name would not fit beside them, the acts stand in the menu."""
        may, doctor = self.may_set_hours, self.doctor
        self.add_time_off.setVisible(may and not self._tight)
        self.out_now.setVisible(may and not self._tight and doctor is not None and doctor.active)
        self.more.setVisible(self.desk.actor.may(Permission.EDIT_DOCTORS) or (may and self._tight))

    def _out_now(self) -> None:
        if self.doctor is not None:
            ask_out_now(self.desk, self, self.doctor)

    def _ask_profile(self, doctor_id: UUID) -> None:
        profiles, actor = self.desk.clinic.practitioner_profiles, self.desk.actor
        self.desk.tasks.query(
            self,
            lambda: profiles.get(actor, doctor_id),
            self._show_profile,
            failed=self._no_profile,
            replaces="profile",
        )

    def _show_profile(self, profile: PractitionerProfile) -> None:
        if self.doctor is not None and profile.practitioner_id == self.doctor.id:
            self._profile = profile
            self._show_about()
            self.profile.show_profile(profile)

    def _no_profile(self, error: ClinicError) -> None:
        if self.doctor is not None:
            self.profile.show_failure(error, partial(self._ask_profile, self.doctor.id))

    def _show_upcoming(self, found: Upcoming) -> None:
        self._absences = found.absences
        self._show_state()

    def _show_state(self) -> None:
        """Whether visits can be had with this doctor at all, and whether they are away right now."""
        doctor = self.doctor
        if doctor is None:
            return
        if not doctor.active:
            self.state.set_tag(self.tr("Inactive"), "neutral", "ban")
            return
        now = to_wall(self.desk.clock.now(), self.desk.facts.tz).replace(tzinfo=None)
        if away := away_words(self._absences, now):
            self.state.set_tag(away, "warn", "calendar-off")
        else:
            self.state.set_tag(self.tr("Taking visits"), "ok", "circle-check")

    def _show_about(self) -> None:
        doctor, profile = self.doctor, self._profile
        if doctor is None:
            return
        parts = [doctor.specialty, doctor.room]
        if profile is not None:
            parts += [licence_line(profile, self.desk.today())]
            parts += [", ".join(language_word(code) for code in profile.languages[:3])]
        self.about.setText("   ".join(part for part in parts if part))

    def _fit(self) -> None:
        """At large text decoration gives way, so that no name or time is cut."""
        large = theme.current().scale >= LARGE
        self.avatar.setVisible(not large)
        self._tight = self.width() < theme.current().px(TIGHT)
        self._show_acts()
        self.hours.editor.show_bars(not large)
        self.hours.fit(beside=self.width() >= theme.current().px(SIDE_FROM))
