"""What the booking window says above its fields, and what it offers when a place cannot be had."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.booking_rules import RuleKind
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, OutsideHours, SlotTaken
from meditrack_desktop.domain.scheduling import Slot
from meditrack_desktop.domain.working_time import DoctorDay
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.booking_place import BookingPlace
from meditrack_desktop.ui.scheduling.day_model import minute_of
from meditrack_desktop.ui.scheduling.other_times import SHOWN_SLOTS, slot_words
from meditrack_desktop.ui.scheduling.time_words import shut_text
from meditrack_desktop.ui.scheduling.words import clock_text, short_day
from meditrack_desktop.ui.widgets import Banner, announce

Tone = Literal["info", "warn", "danger"]


class BookingNotice(QWidget):
    """One banner at a time. `changed` comes when it grows or shrinks."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.banner: Banner | None = None
        self.text, self.tone = "", "info"
        self.hide()

    def say(self, text: str, tone: Tone, action: str = "", then: Callable[[], object] | None = None) -> None:
        """Say this instead of what was said."""
        self._drop()
        self.text, self.tone = text, tone
        self.banner = Banner(text, tone, action=action, stacked=True)
        if then is not None:
            self.banner.actionTriggered.connect(lambda: then())
        self._column.addWidget(self.banner)
        self.setVisible(True)
        announce(self, text, assertive=tone == "danger")
        self.changed.emit()

    def clear(self) -> None:
        """Say nothing."""
        if self.banner is not None:
            self._drop()
            self.setVisible(False)
            self.changed.emit()

    def _drop(self) -> None:
        if self.banner is not None:
            self._column.removeWidget(self.banner)
            self.banner.hide()
            self.banner.deleteLater()
            self.banner = None
            self.text = ""


class PlaceRefused(QObject):
    """Says why a place cannot be had and looks for the next ones.

    `chosen` carries the slot that is taken instead, `overbookable` comes where a reason would do.
    """

    chosen = Signal(object)
    overbookable = Signal()

    def __init__(self, desk: Desk, notice: BookingNotice) -> None:
        super().__init__(notice)
        self._desk, self._notice = desk, notice

    def show(self, error: ClinicError, place: BookingPlace, doctor: str) -> None:
        """Put a refusal into words; what is entered is kept in any case."""
        why = refusal_words(error, place, doctor)
        if why is None:
            self._notice.say(str(errors.words(error)), "danger")
            return
        text = self.tr("{why} Your entries are kept.").format(why=why)
        tone: Tone = "warn" if isinstance(error, OutsideHours) else "danger"
        self._notice.say(text, tone)
        if error.code is not ErrorCode.SLOT_HELD:
            self.overbookable.emit()
        desk = self._desk
        desk.tasks.query(
            self,
            lambda: desk.clinic.free_time.next(desk.actor, place.next(place.when, SHOWN_SLOTS + 1)),
            lambda slots: self._on_next(text, tone, place, _others(place, slots)),
            failed=lambda _error: None,
            replaces="next",
        )

    def look(self, place: BookingPlace, doctor: str) -> None:
        """Say before anything is entered that the doctor is away then or does not work."""
        desk, day, starts = self._desk, place.when.date(), minute_of(place.when)

        def known(days: Sequence[DoctorDay]) -> None:
            text = shut_text(days[0], doctor, starts, starts + place.minutes) if days else ""
            if not text or (self._notice.text and self._notice.tone != "info"):
                return  # A refusal says more.
            self._notice.say(f"{text} {self._notice.text}".strip(), "warn")
            self.overbookable.emit()

        desk.tasks.query(
            self,
            lambda: desk.clinic.working_times.of_days(desk.actor, (place.practitioner_id,), day, day),
            known,
            failed=lambda _error: None,
            replaces="hours",
        )

    def forget(self) -> None:
        """Another place is looked at: what is still asked for this one is of no use."""
        self._desk.tasks.query(self, lambda: None, lambda _nothing: None, replaces="next")

    def _on_next(self, text: str, tone: Tone, place: BookingPlace, slots: Sequence[Slot]) -> None:
        if self._notice.banner is None:
            return
        if not slots:
            self._notice.say(
                self.tr("{text} No other free time in the next 90 days.").format(text=text), tone
            )
            return
        day = place.when.date()
        times = ", ".join(slot_words(slot, day) for slot in slots)
        first = slots[0]
        self._notice.say(
            self.tr("{text} Next free: {times}.").format(text=text, times=times),
            tone,
            self.tr("Book {time}").format(time=slot_words(first, day)),
            lambda: self.chosen.emit(first),
        )


def _others(place: BookingPlace, slots: Sequence[Slot]) -> list[Slot]:
    """A place that was just refused is not offered again, whatever the calendar says by now."""
    return [slot for slot in slots if slot.wall_start != place.when][:SHOWN_SLOTS]


def refusal_words(error: ClinicError, place: BookingPlace, doctor: str) -> str | None:
    """Why this place cannot be had; None if it is not about the place."""
    time, day = clock_text(minute_of(place.when)), short_day(place.when.date())
    said = {"time": time, "when": f"{day}, {time}", "doctor": doctor, **error.parameters}
    if isinstance(error, SlotTaken):
        return _tr("{time} is taken by now.").format_map(said)
    if isinstance(error, OutsideHours):
        return _tr("{doctor} does not work at {when}.").format_map(said)
    if error.code is ErrorCode.SLOT_HELD:
        return _tr("{who} is booking {time} at {desk}.").format_map(said)
    if error.code is ErrorCode.ROOM_TAKEN and "who" in error.parameters:
        return _tr("{who} is booking {name} for {time} at {desk}.").format_map(said)
    if error.code is ErrorCode.ROOM_TAKEN:
        return _tr("{name} is in use at {time}.").format_map(said)
    if error.code is ErrorCode.RULE_BROKEN:
        why = _rules().get(str(error.parameters.get("rule", "")), _tr("A rule of {doctor} is in the way."))
        return why.format_map(said)
    return None


def _rules() -> dict[str, str]:
    return {
        RuleKind.MOST_PER_SESSION: _tr("{doctor} takes no more visits in this session."),
        RuleKind.MOST_PER_DAY: _tr("{doctor} takes no more visits on that day."),
        RuleKind.MOST_OF_TYPE: _tr("{doctor} takes no more visits of this kind on that day."),
        RuleKind.NO_NEW_PATIENTS: _tr("{doctor} takes no new patients at {when}."),
        RuleKind.LATEST_NOTICE: _tr("{doctor} wants to be booked earlier than this."),
    }


def _tr(text: str) -> str:
    return QCoreApplication.translate("Calendar", text)
