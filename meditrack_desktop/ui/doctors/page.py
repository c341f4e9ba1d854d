"""Doctors & hours: who works here and when, and what the clinic offers. Saving hours never moves a visit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.errors import ClinicError, NotAllowed
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioners import Practitioner, SetPractitionerActive
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.clinic_places import MAKERS, ClinicPlaces
from meditrack_desktop.ui.doctors.doctor_list import DoctorList, Standing
from meditrack_desktop.ui.doctors.doctor_pane import DoctorPane
from meditrack_desktop.ui.doctors.doctor_sheet import DoctorSheet
from meditrack_desktop.ui.doctors.list_pane import ListPane
from meditrack_desktop.ui.doctors.standings import ask_standings
from meditrack_desktop.ui.doctors.tab_order import order_tabs
from meditrack_desktop.ui.doctors.taking_back import take_back
from meditrack_desktop.ui.widgets import Button, Divider, Label, Skeleton, StateView
from meditrack_desktop.ui.widgets.feedback import StateKind

LIST_WIDTH, NARROW_LIST, WIDEST_LIST = 276, 236, 400
COMPACT_BELOW = 1080
LARGE = 1.5
ABOUT = ("practitioner", "absence", "closure", "visit_type", "specialty", "appointment")


class DoctorsPage(QWidget):
    """List and detail. What is typed for one doctor stays while another is looked at."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.title = self.tr("Doctors & hours")
        self.setAccessibleName(self.title)
        # Takes the keys until the list is there, which then has them; nothing is drawn for it.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setProperty("ownFocusEdge", True)
        self._desk = desk
        self._may_edit = desk.actor.may(Permission.EDIT_DOCTORS)
        self._doctors: dict[UUID, Practitioner] = {}
        self._standings: dict[UUID, Standing] = {}
        self._chosen: UUID | None = None
        self._place = ""
        self._stale = False
        self._ordering = QTimer(self, singleShot=True, interval=0)
        self._ordering.timeout.connect(lambda: order_tabs(self))
        self.list = DoctorList()
        self.list.chosen.connect(self.choose)
        self.places = ClinicPlaces()
        self.places.chosen.connect(self.open_place)
        self.pane = DoctorPane(desk)
        self.pane.changed.connect(lambda _doctor: self.refresh())
        self.pane.stale.connect(self.refresh)
        self.pane.editAsked.connect(self.edit_doctor)
        self.pane.activityAsked.connect(self.set_active)
        self._panes: dict[str, ListPane] = {}
        self._stack = QStackedWidget()
        self.empty = StateView("empty", self.tr("No doctors yet"), icon="stethoscope")
        if self._may_edit:
            self.empty.text.setText(self.tr("Add the first one; then their hours make times bookable."))
            self.empty.text.show()
            self.empty.add_action(self.tr("Add doctor"), self.add_doctor, kind="primary", icon="plus")
        self.failed = StateView("error", "")
        waiting = QWidget()
        column = QVBoxLayout(waiting)
        column.setContentsMargins(24, 24, 24, 24)
        column.addWidget(Skeleton())
        column.addStretch(1)
        for part in (waiting, self.empty, self.failed, self.pane):
            self._stack.addWidget(part)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left())
        row.addWidget(Divider(vertical=True))
        row.addWidget(self._stack, 1)
        self.add.setVisible(self._may_edit)
        desk.live.changed.connect(self._on_changed)
        theme.current().changed.connect(self._fit)
        self._fit()
        save = QShortcut(QKeySequence.StandardKey.Save, self)
        save.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        save.activated.connect(self.save)

    def load(self) -> None:
        """Ask for the doctors; their list then has the keys."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()

    def refresh(self) -> None:
        """Ask again; what is typed stays."""
        self._stale = False
        clinic, actor, today = self._desk.clinic, self._desk.actor, self._desk.today()

        def ask() -> tuple[tuple[Practitioner, ...], dict[UUID, Standing]]:
            doctors = clinic.practitioners.list(actor, include_inactive=True)
            return doctors, ask_standings(clinic, actor, doctors, today, told=self._may_edit)

        self._desk.tasks.query(self, ask, self._show, failed=self._cannot_list, replaces="list")
        if self._place:
            self._panes[self._place].refresh()

    def can_leave(self) -> bool:
        """False while hours or a profile are typed that are not saved."""
        return self.pane.can_leave()

    def save(self) -> None:
        """Keep what is typed for the doctor in front."""
        if self._stack.currentWidget() is self.pane:
            self.pane.save()

    def take_back(self) -> None:
        """Undo the newest deed of this person, if it is time off."""
        take_back(self._desk, self)

    def show_banner(
        self, text: str, tone: str = "info", action: str = "", then: Callable[[], object] | None = None
    ) -> None:
        """A notice over what is in front."""
        front = self._panes.get(self._place, self.pane)
        front.show_banner(text, tone, action, then)

    def order_tabs(self) -> None:
        """Have Tab go as the eye does, once what is being changed has been."""
        self._ordering.start()

    def choose(self, doctor_id: UUID) -> None:
        """Look at another doctor."""
        in_list = any(row.hasFocus() for row in self.list.rows)
        self._chosen = doctor_id
        self._place = ""
        self._show_chosen()
        if in_list:
            self.list.focus_chosen()

    def open_place(self, word: str) -> None:
        """Bring one of the clinic's lists to the front."""
        if word not in self._panes:
            self._panes[word] = MAKERS[word](self._desk)
            self._stack.addWidget(self._panes[word])
            self.order_tabs()
        self._place = word
        self.places.mark(word)
        self.list.mark(None)
        self._stack.setCurrentWidget(self._panes[word])
        self._panes[word].focus_list()

    def place(self, word: str) -> ListPane:
        """The list of a place that was opened."""
        return self._panes[word]

    def add_doctor(self) -> None:
        """Open the sheet for a new doctor, who is then the chosen one."""
        DoctorSheet(self._desk, self, self._after_save).open_filled()

    def edit_doctor(self) -> None:
        """Open the sheet with the chosen doctor's details."""
        doctor = self._doctor()
        if doctor is not None:
            DoctorSheet(self._desk, self, self._after_save, doctor).open_filled()

    def set_active(self, active: bool) -> None:
        """Take the chosen doctor out of the calendar's choices or bring them back; Undo does the reverse."""
        doctor = self._doctor()
        if doctor is not None:
            self._set_active(doctor, active, offer_undo=True)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.list.focus_chosen()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _set_active(self, doctor: Practitioner, active: bool, *, offer_undo: bool) -> None:
        command = SetPractitionerActive(id=doctor.id, version=doctor.version, active=active)

        def kept(changed: Practitioner) -> None:
            words = self.tr("{name} takes visits again") if active else self.tr("{name} deactivated")
            undo = partial(self._set_active, changed, not active, offer_undo=False) if offer_undo else None
            self._desk.say(words.format(name=changed.name), undo)
            self._after_save(changed)

        self._desk.tasks.change(
            self, partial(self._desk.clinic.practitioners.set_active, self._desk.actor, command), done=kept
        )

    def _left(self) -> QWidget:
        left = QWidget()
        self._list_pane = left
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(20, 14, 14, 14)
        head.addWidget(Label(self.tr("Doctors"), "title"), 1)
        self.add = Button(self.tr("Add"), icon="plus")
        self.add.setAccessibleName(self.tr("Add doctor"))
        self.add.clicked.connect(self.add_doctor)
        head.addWidget(self.add)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        self._left_column = column
        return left

    def _fit(self) -> None:
        current = theme.current()
        narrow = self.width() < current.px(COMPACT_BELOW)
        # Five lines at twice the size would leave no room for doctors: then they come after them.
        if current.scale >= LARGE:
            self.list.body.addWidget(self.places)
        else:
            self._left_column.addWidget(self.places)
        self._list_pane.setFixedWidth(min(current.px(NARROW_LIST if narrow else LIST_WIDTH), WIDEST_LIST))

    def _doctor(self) -> Practitioner | None:
        return self._doctors.get(self._chosen) if self._chosen is not None else None

    def _show(self, found: tuple[tuple[Practitioner, ...], dict[UUID, Standing]]) -> None:
        doctors, self._standings = found
        self.pane.clear_banner()
        self._doctors = {doctor.id: doctor for doctor in doctors}
        active = [doctor.id for doctor in doctors if doctor.active] or list(self._doctors)
        if self._chosen not in self._doctors:
            own = self._desk.actor.practitioner_id
            self._chosen = own if own in self._doctors else active[0] if active else None
        self.list.show_doctors(doctors, None if self._place else self._chosen, self._standings)
        self._show_chosen()
        if self.hasFocus():
            self.list.focus_chosen()

    def _show_chosen(self) -> None:
        doctor = self._doctor()
        self.list.mark(None if self._place else self._chosen)
        self.places.mark(self._place)
        if doctor is not None:
            self.pane.show_doctor(doctor)
        if not self._place:
            self._stack.setCurrentWidget(self.empty if doctor is None else self.pane)

    def _after_save(self, doctor: Practitioner) -> None:
        self._chosen = doctor.id
        self._place = ""
        self.refresh()

    def _cannot_list(self, error: ClinicError) -> None:
        if self._doctors:
            errors.show(self, error, retry=self.refresh)
            return
        said = errors.words(error)
        kind: StateKind = "no_permission" if isinstance(error, NotAllowed) else "error"
        self.failed.set_state(kind, said.title, said.text)
        self.failed.clear_actions()
        self.failed.add_action(self.tr("Try again"), self.refresh, kind="primary")
        if not self._place:
            self._stack.setCurrentWidget(self.failed)

    def _on_changed(self, changes: ChangeSet) -> None:
        if not changes.touches(*ABOUT):
            return
        if not self.isVisible():
            self._stale = True
        elif changes.touches("practitioner"):
            self.refresh()
        else:
            self.pane.on_changed(changes)
