"""Find a time: for whom, what, in which language and room; F3 steps through what is free, Enter books there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import shiboken6
from PySide6.QtCore import QCoreApplication, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.free_time import FindFreeTime
from meditrack_desktop.domain.practitioner_profiles import Specialty
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.scheduling import Slot
from meditrack_desktop.domain.visit_types import VisitType
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.bookable import Bookable
from meditrack_desktop.ui.scheduling.day_model import minute_of
from meditrack_desktop.ui.scheduling.words import clock_text, length_text, short_day
from meditrack_desktop.ui.widgets import Button, Combo, Label, LabelledField, Option, Popover, announce
from meditrack_desktop.ui.words import language_word

SHOWN_TIMES = 6


@dataclass(frozen=True, slots=True)
class Found:
    """A free place, and the kind of visit and room it was looked for with."""

    slot: Slot
    kind: VisitType | None
    asset_id: UUID | None


class FindTime(Popover):
    """`looked` carries the place on which one stands, `chosen` the one to book."""

    looked = Signal(object)
    chosen = Signal(object)

    def __init__(
        self,
        host: QWidget,
        desk: Desk,
        bookable: Bookable,
        doctors: Sequence[Practitioner],
        shown: Sequence[UUID],
    ) -> None:
        super().__init__(host, QCoreApplication.translate("FindTime", "Find a time"), width=400)
        self._desk, self._bookable, self._shown = desk, bookable, tuple(shown)
        self._doctors = {doctor.id: doctor for doctor in doctors}
        self._slots: tuple[Slot, ...] = ()
        self._at = 0
        self.doctor = Combo(
            [
                Option(None, self.tr("The doctors shown")),
                Option("any", self.tr("Any doctor")),
                *(Option(one.id, one.name, avatar=one.name, staff=True) for one in doctors),
            ]
        )
        self.kind = Combo([])
        self.specialty = Combo([Option(None, self.tr("Any"))])
        self.language = Combo([Option(None, self.tr("Any"))])
        self.room = Combo([])
        self._fill()
        self._offer_bookable()
        bookable.changed.connect(self._offer_bookable)
        for field in (self.doctor, self.kind, self.specialty, self.language, self.room):
            field.valueChanged.connect(lambda _value: self.look())
            field.enter_opens = False  # Once something is chosen, Enter books what was found for it.
        bookable.load()
        desk.tasks.query(
            self,
            lambda: (
                desk.clinic.practitioner_profiles.specialties(desk.actor),
                {
                    code
                    for one in desk.clinic.practitioner_profiles.list(desk.actor)
                    for code in one.languages
                },
            ),
            lambda found: self._offer_profiles(*found),
            failed=lambda _error: None,
        )
        self.look()

    def _fill(self) -> None:
        self.body.setSpacing(12)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(10)
        grid.addWidget(LabelledField(self.tr("Doctor"), self.doctor), 0, 0)
        grid.addWidget(LabelledField(self.tr("Visit"), self.kind), 0, 1)
        grid.addWidget(LabelledField(self.tr("Specialty"), self.specialty), 1, 0)
        grid.addWidget(LabelledField(self.tr("Language"), self.language), 1, 1)
        grid.addWidget(LabelledField(self.tr("Room or device"), self.room), 2, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        holder = QWidget()
        self._rows = QVBoxLayout(holder)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(4)
        self.body.addWidget(holder)
        self.next = Button(self.tr("Next"), key="F3")
        self.next.clicked.connect(lambda: self.step(1))
        self.book = Button(self.tr("Book"), "primary", key="Enter")
        self.book.set_default()
        self.book.clicked.connect(self._choose)
        self.footer.addStretch(1)
        self.footer.addWidget(self.next)
        self.footer.addWidget(self.book)

    def focus_first(self) -> None:
        """Enter books what is found first; Shift+Tab goes to what is looked for."""
        self.book.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, shift = Qt.Key(event.key()), event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        if key == Qt.Key.Key_F3:
            event.accept()
            self.step(-1 if shift else 1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.accept()
            self.step(-1 if key == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def keep_clear_of(self, place: QRect) -> None:
        """Go to the other side of the page where this would lie over the offered place (window's coordinates)."""
        if not shiboken6.isValid(self) or not self.isVisible():
            return
        area, panel = self.window().rect(), self.panel_rect(self.window().rect())
        if panel.right() < place.left() or place.right() < panel.left():
            return
        left = self.host.mapTo(self.window(), QPoint(8, 0)).x()
        for x in (left, area.width() - panel.width() - 8):
            if place.left() > x + panel.width() or place.right() < x:
                self._anchor = QRect(x, self._anchor_rect().y(), 1, 1)
                self.relayout()
                return

    def step(self, step: int) -> None:
        """To the next free time or the one before; past the last shown it is looked further."""
        if 0 <= self._at + step < len(self._slots):
            self._at += step
            self._show()
        elif step > 0 and self._slots:
            self.look(after=self._slots[-1].wall_start + timedelta(minutes=1))

    def look(self, after: datetime | None = None) -> None:
        """Look for the next free times from `after` (clinic's clock) on; None: from now on."""
        desk, command = self._desk, self._wanted(after)
        self.book.set_busy(True)
        desk.tasks.query(
            self,
            lambda: desk.clinic.free_time.next(desk.actor, command),
            self._on_found,
            always=lambda: self.book.set_busy(False),
            replaces="find",
        )

    def _wanted(self, after: datetime | None) -> FindFreeTime:
        desk, kind, doctor = self._desk, self._kind(), self.doctor.value()
        now = to_wall(desk.clock.now(), desk.facts.tz).replace(second=0, microsecond=0, fold=0)
        specialty, language = self.specialty.value(), self.language.value()
        whose = self._shown if doctor is None else (doctor,) if isinstance(doctor, UUID) else ()
        return FindFreeTime(
            after=after or now,
            practitioner_ids=whose,
            specialty_id=specialty if isinstance(specialty, UUID) else None,
            language=str(language) if language else None,
            visit_type_id=None if kind is None else kind.id,
            asset_id=self._asset(),
            limit=SHOWN_TIMES,
        )

    def _kind(self) -> VisitType | None:
        return next((one for one in self._bookable.kinds if one.id == self.kind.value()), None)

    def _asset(self) -> UUID | None:
        value = self.room.value()
        return value if isinstance(value, UUID) else None

    def _offer_bookable(self) -> None:
        kinds = [Option(one.id, one.name, length_text(one.minutes)) for one in self._bookable.kinds]
        self.kind.set_options([Option(None, self.tr("Any, 30 min")), *kinds])
        rooms = [Option(one.id, one.name, one.group) for one in self._bookable.assets]
        self.room.set_options([Option(None, self.tr("Any or none")), *rooms])

    def _offer_profiles(self, specialties: Sequence[Specialty], languages: set[str]) -> None:
        named = [Option(one.id, one.name) for one in specialties]
        self.specialty.set_options([Option(None, self.tr("Any")), *named])
        spoken = sorted((language_word(code), code) for code in languages)
        self.language.set_options(
            [Option(None, self.tr("Any")), *(Option(code, word) for word, code in spoken)]
        )

    def _on_found(self, slots: Sequence[Slot]) -> None:
        self._slots, self._at = tuple(slots), 0
        self._show()

    def _show(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, slot in enumerate(self._slots):
            here = number == self._at
            row = Button(self._words(slot), "secondary" if here else "quiet", size="small")
            row.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            row.clicked.connect(lambda _checked=False, at=number: self._stand(at))
            self._rows.addWidget(row, 0, Qt.AlignmentFlag.AlignLeft)
        self.book.setEnabled(bool(self._slots))
        if self._slots:
            announce(self, self._words(self._slots[self._at]))
            self.looked.emit(self._found())
        else:
            self._rows.addWidget(Label(self.tr("Nothing is free in the next 90 days."), "body", wrap=True))
        self.relayout()

    def _stand(self, at: int) -> None:
        self._at = at
        self._show()

    def _words(self, slot: Slot) -> str:
        doctor = self._doctors.get(slot.practitioner_id)
        when = f"{short_day(slot.wall_start.date())}, {clock_text(minute_of(slot.wall_start))}"
        return f"{when}, {doctor.name}" if doctor is not None else when

    def _found(self) -> Found:
        return Found(self._slots[self._at], self._kind(), self._asset())

    def _choose(self) -> None:
        if self._slots:
            found = self._found()
            self.close_layer()
            self.chosen.emit(found)
