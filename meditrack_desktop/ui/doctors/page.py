"""Doctors & hours: who works here and when. Saving hours never moves a visit."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioners import Practitioner, SetPractitionerActive, SetWorkingHours
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.doctor_list import DoctorList
from meditrack_desktop.ui.doctors.doctor_sheet import DoctorSheet
from meditrack_desktop.ui.doctors.hours_editor import HoursEditor
from meditrack_desktop.ui.widgets import (
    Avatar,
    Banner,
    Button,
    Card,
    Divider,
    IconLabel,
    Label,
    ScrollColumn,
    StateView,
    Tag,
)

LIST_WIDTH, WIDEST_LIST = 276, 400
LARGE = 1.5


class DoctorsPage(QWidget):
    """List and detail. What is typed for one doctor stays while another is looked at."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.title = self.tr("Doctors & hours")
        self.setAccessibleName(self.title)
        self._desk = desk
        self._may_edit = desk.actor.may(Permission.EDIT_DOCTORS)
        self._doctors: dict[UUID, Practitioner] = {}
        self._chosen: UUID | None = None
        self._drafts: dict[UUID, dict[int, str]] = {}
        self._stale = False
        self.banner_place = QVBoxLayout()
        self._banner: Banner | None = None
        self.list = DoctorList()
        self.list.chosen.connect(self.choose)
        self.editor = HoursEditor(editable=self._may_edit)
        self.editor.edited.connect(self._on_edited)
        self._stack = QStackedWidget()
        self.empty = StateView("empty", self.tr("No doctors yet"), icon="stethoscope")
        if self._may_edit:
            self.empty.text.setText(self.tr("Add the first one; then their hours make times bookable."))
            self.empty.text.show()
            self.empty.add_action(self.tr("Add doctor"), self.add_doctor, kind="primary", icon="plus")
        self._stack.addWidget(QWidget())
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._detail())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left())
        row.addWidget(Divider(vertical=True))
        row.addWidget(self._stack, 1)
        if not self._may_edit:
            for button in (self.add, self.edit, self.activity):
                button.hide()
        desk.live.changed.connect(self._on_changed)
        theme.current().changed.connect(self._fit)
        self._fit()
        save = QShortcut(QKeySequence.StandardKey.Save, self)
        save.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        save.activated.connect(self.save_hours)

    def load(self) -> None:
        """Ask for the doctors."""
        self.refresh()

    def refresh(self) -> None:
        """Ask again; what is typed stays."""
        self._stale = False
        practitioners, actor = self._desk.clinic.practitioners, self._desk.actor
        self._desk.tasks.query(
            self,
            lambda: practitioners.list(actor, include_inactive=True),
            self._show,
            failed=self._cannot_list,
            replaces="list",
        )

    def can_leave(self) -> bool:
        """False while hours are typed that are not saved."""
        return not self._drafts

    def show_banner(
        self, text: str, tone: str = "info", action: str = "", then: Callable[[], object] | None = None
    ) -> None:
        """A notice over the detail, in place of the one before."""
        self._clear_banner()
        self._banner = Banner(text, "danger" if tone == "danger" else "info", action=action)
        if then is not None:
            self._banner.actionTriggered.connect(self._clear_banner)
            self._banner.actionTriggered.connect(lambda: then())
        self.banner_place.addWidget(self._banner)

    def choose(self, doctor_id: UUID) -> None:
        """Look at another doctor."""
        self._chosen = doctor_id
        self._show_chosen()

    def add_doctor(self) -> None:
        """Open the sheet for a new doctor, who is then the chosen one."""
        DoctorSheet(self._desk, self, self._after_save).open_layer()

    def edit_doctor(self) -> None:
        """Open the sheet with the chosen doctor's details."""
        doctor = self._doctor()
        if doctor is not None:
            DoctorSheet(self._desk, self, self._after_save, doctor).open_layer()

    def save_hours(self) -> None:
        """Keep the typed week of the chosen doctor."""
        doctor = self._doctor()
        if (
            doctor is None
            or not self._may_set_hours(doctor)
            or doctor.id not in self._drafts
            or self.save.busy
        ):
            return
        hours = self.editor.hours()
        if hours is None:
            return
        command = SetWorkingHours(id=doctor.id, version=doctor.version, hours=hours)
        self.save.set_busy(True)
        self._desk.tasks.change(
            self,
            partial(self._desk.clinic.practitioners.set_hours, self._desk.actor, command),
            done=self._hours_kept,
            always=lambda: self.save.set_busy(False),
        )

    def set_active(self, active: bool) -> None:
        """Take the chosen doctor out of the calendar's choices or bring them back; Undo does the reverse."""
        doctor = self._doctor()
        if doctor is not None:
            self._set_active(doctor, active, offer_undo=True)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

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
        return left

    def _detail(self) -> QWidget:
        detail = QWidget()
        column = QVBoxLayout(detail)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addWidget(Divider())
        scroll = ScrollColumn(margins=(24, 16, 24, 16))
        scroll.body.setSpacing(12)
        scroll.body.addLayout(self.banner_place)
        title = QHBoxLayout()
        title.addWidget(Label(self.tr("Weekly hours"), "section"))
        title.addStretch(1)
        self.copy = Button(self.tr("Copy Monday to weekdays"), size="small", icon="copy")
        self.copy.clicked.connect(self.editor.copy_monday)
        title.addWidget(self.copy)
        scroll.body.addLayout(title)
        card = Card(padding=0)
        card.body.addWidget(self.editor)
        scroll.body.addWidget(card)
        scroll.body.addStretch(1)
        column.addWidget(scroll, 1)
        self.bar = self._save_bar()
        column.addWidget(self.bar)
        return detail

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(24, 16, 24, 16)
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
        self.edit = Button(self.tr("Edit"), icon="pencil")
        self.edit.setAccessibleName(self.tr("Edit doctor"))
        self.edit.clicked.connect(self.edit_doctor)
        self.activity = Button("")
        self.activity.clicked.connect(self._toggle_active)
        head.addWidget(self.avatar)
        head.addLayout(words, 1)
        for button in (self.edit, self.activity):
            head.addWidget(button)
        return head

    def _save_bar(self) -> QWidget:
        bar = QWidget()
        column = QVBoxLayout(bar)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Divider())
        row = QHBoxLayout()
        row.setContentsMargins(24, 12, 24, 12)
        row.setSpacing(8)
        row.addWidget(IconLabel("circle-dot", 14, "accent"))
        self.unsaved = Label("", "body", tone="text2")
        row.addWidget(self.unsaved)
        row.addStretch(1)
        self.discard = Button(self.tr("Discard"))
        self.discard.clicked.connect(self._discard)
        self.save = Button(self.tr("Save hours"), "primary", key="Ctrl S")
        self.save.clicked.connect(self.save_hours)
        row.addWidget(self.discard)
        row.addWidget(self.save)
        column.addLayout(row)
        bar.hide()
        return bar

    def _fit(self) -> None:
        """At large text decoration gives way, so that no name or time is cut."""
        current = theme.current()
        large = current.scale >= LARGE
        self._list_pane.setFixedWidth(min(current.px(LIST_WIDTH), WIDEST_LIST))
        self.avatar.setVisible(not large)
        self.editor.show_bars(not large)

    def _may_set_hours(self, doctor: Practitioner) -> bool:
        """Everybody's, or one's own."""
        actor = self._desk.actor
        own = actor.practitioner_id == doctor.id and actor.may(Permission.EDIT_OWN_HOURS)
        return own or actor.may(Permission.EDIT_HOURS)

    def _doctor(self) -> Practitioner | None:
        return self._doctors.get(self._chosen) if self._chosen is not None else None

    def _show(self, doctors: tuple[Practitioner, ...]) -> None:
        self._clear_banner()
        self._doctors = {doctor.id: doctor for doctor in doctors}
        active = [doctor.id for doctor in doctors if doctor.active] or list(self._doctors)
        if self._chosen not in self._doctors:
            own = self._desk.actor.practitioner_id
            self._chosen = own if own in self._doctors else active[0] if active else None
        self.list.show_doctors(doctors, self._chosen)
        self._show_chosen()

    def _show_chosen(self) -> None:
        doctor = self._doctor()
        if doctor is None:
            self._stack.setCurrentIndex(1)
            return
        self._stack.setCurrentIndex(2)
        self.avatar.set_name(f"{doctor.given} {doctor.family}")
        self.name.setText(doctor.name)
        if doctor.active:
            self.state.set_tag(self.tr("Taking visits"), "ok", "circle-check")
        else:
            self.state.set_tag(self.tr("Inactive"), "neutral", "ban")
        self.about.setText("   ".join(part for part in (doctor.specialty, doctor.room) if part))
        self.activity.set_text(self.tr("Deactivate") if doctor.active else self.tr("Reactivate"))
        self.editor.set_editable(self._may_set_hours(doctor))
        self.copy.setVisible(self._may_set_hours(doctor))
        self.editor.show_hours(doctor.hours, self._drafts.get(doctor.id))
        self._on_edited()

    def _on_edited(self) -> None:
        doctor = self._doctor()
        if doctor is None:
            return
        drafts = self.editor.drafts()
        if drafts:
            self._drafts[doctor.id] = drafts
        else:
            self._drafts.pop(doctor.id, None)
        count = len(drafts)
        words = self.tr("1 unsaved day") if count == 1 else self.tr("{n} unsaved days").format(n=count)
        self.unsaved.setText(words)
        self.bar.setVisible(bool(count) and self._may_set_hours(doctor))

    def _discard(self) -> None:
        doctor = self._doctor()
        if doctor is not None:
            self._drafts.pop(doctor.id, None)
            self._show_chosen()

    def _toggle_active(self) -> None:
        doctor = self._doctor()
        if doctor is not None:
            self.set_active(not doctor.active)

    def _hours_kept(self, doctor: Practitioner) -> None:
        self._drafts.pop(doctor.id, None)
        self._desk.say(self.tr("Hours of {name} saved. Booked visits stay.").format(name=doctor.name))
        self._after_save(doctor)

    def _after_save(self, doctor: Practitioner) -> None:
        self._chosen = doctor.id
        self.refresh()

    def _cannot_list(self, error: ClinicError) -> None:
        errors.show(self, error, retry=self.refresh)

    def _clear_banner(self) -> None:
        if self._banner is not None:
            self._banner.hide()
            self._banner.deleteLater()
            self._banner = None

    def _on_changed(self, changes: ChangeSet) -> None:
        if not changes.touches("practitioner"):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True
