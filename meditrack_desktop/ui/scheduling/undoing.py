"""Undo and redo at the calendar: the newest deed of this person first, after a restart, too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.deeds import DeedKind, TakenBack
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, NotFound
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.day_model import minute_of
from meditrack_desktop.ui.scheduling.own_versions import OwnVersions
from meditrack_desktop.ui.scheduling.words import clock_text, length_text, short_day, visits_text


@dataclass(frozen=True, slots=True)
class Turned:
    """A deed that was turned round. `visits`: those it is about as they are now; `before`: as they were."""

    taken: TakenBack
    visits: tuple[Appointment, ...]
    before: tuple[Appointment, ...]


class Undoing(QObject):
    """`turned` carries what was undone or done again."""

    turned = Signal(object)

    def __init__(self, desk: Desk, page: QWidget, own: OwnVersions | None = None) -> None:
        super().__init__(page)
        self._desk, self._page, self._own = desk, page, own or OwnVersions()

    def undo(self) -> None:
        """Take the newest deed back."""
        self._run(None, undoing=True)

    def redo(self) -> None:
        """Do again what was undone last."""
        self._run(None, undoing=False)

    def take_back(self, visit_id: UUID, still: Callable[[], bool] = lambda: True) -> None:
        """Take the newest deed back if it is about this visit; else say that something else was done since.

        `still`: whether the deed is the newest about this visit; asked in the working thread, in its turn.
        """
        self._run(visit_id, undoing=True, still=still)

    def _run(self, expected: UUID | None, *, undoing: bool, still: Callable[[], bool] = lambda: True) -> None:
        self._desk.tasks.change(
            self._page,
            partial(self._turn, expected, still, undoing=undoing),
            done=partial(self._done, undoing=undoing),
            failed=partial(self._refused, undoing=undoing),
        )

    def _turn(self, expected: UUID | None, still: Callable[[], bool], *, undoing: bool) -> Turned | None:
        found = _turn(self._desk, expected, still, undoing=undoing)
        if found is not None:
            self._own.after_turn(found.before, found.visits)
        return found

    def _done(self, found: Turned | None, *, undoing: bool) -> None:
        if found is None:
            self._desk.say(self.tr("Something else was done since. Ctrl+Z takes that back first."))
            return
        words = what_was_done(found)
        if undoing:
            self._desk.say(self.tr("Undone: {what}").format(what=words))
        else:
            ids = found.taken.appointment_ids
            back = partial(self.take_back, ids[0]) if ids else self.undo
            self._desk.say(self.tr("Done again: {what}").format(what=words), back)
        self.turned.emit(found)

    def _refused(self, error: ClinicError, *, undoing: bool) -> None:
        if error.code is ErrorCode.NOTHING_TO_UNDO:
            nothing = self.tr("There is nothing to take back.")
            self._desk.say(nothing if undoing else self.tr("There is nothing to do again."))
            return
        errors.show(self._page, error)


def what_was_done(found: Turned) -> str:
    """`move of Greta Beispiel, now Wed 18 Nov, 11:00`: which deed it was, and where the visit is now."""
    shown = found.visits or found.before
    first = shown[0] if shown else None
    words = _words()[found.taken.action].format(
        name=first.patient_name if first else "",
        when=_when(first) if first else "",
        visits=visits_text(len(found.taken.appointment_ids)),
    )
    now = found.visits[0] if len(found.visits) == 1 else None
    if now is None:
        return words
    if found.taken.action is DeedKind.MOVED:
        return _tr("{what}, now {when}").format(what=words, when=_when(now))
    if found.taken.action is DeedKind.LENGTH_CHANGED:
        return _tr("{what}, now {when}").format(what=words, when=length_text(now.minutes))
    return words


def _turn(desk: Desk, expected: UUID | None, still: Callable[[], bool], *, undoing: bool) -> Turned | None:
    """In a working thread; None if the newest deed is not the one that was expected."""
    deeds, actor = desk.clinic.deeds, desk.actor
    found = deeds.next(actor)
    wanted = found.undo if undoing else found.redo
    ids = wanted.appointment_ids if wanted is not None else ()
    if expected is not None and (expected not in ids or not still()):
        return None
    before = _visits(desk, ids)
    taken = deeds.undo(actor) if undoing else deeds.redo(actor)
    return Turned(taken, _visits(desk, taken.appointment_ids), before)


def _visits(desk: Desk, ids: Sequence[UUID]) -> tuple[Appointment, ...]:
    """Those that are there: an undone booking is not."""
    found = []
    for each in ids:
        try:
            found.append(desk.clinic.scheduling.get(desk.actor, each))
        except NotFound:
            continue
    return tuple(found)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Calendar", text)


def _when(visit: Appointment) -> str:
    return f"{short_day(visit.day)}, {clock_text(minute_of(visit.wall_start))}"


def _words() -> dict[DeedKind, str]:
    return {
        DeedKind.BOOKED: _tr("booking of {name}, {when}"),
        DeedKind.MOVED: _tr("move of {name}"),
        DeedKind.LENGTH_CHANGED: _tr("length of the visit of {name}"),
        DeedKind.CANCELLED: _tr("cancellation of {name}, {when}"),
        DeedKind.STATUS_CHANGED: _tr("status of {name}, {when}"),
        DeedKind.CONFIRMATION_CHANGED: _tr("confirmation of {name}, {when}"),
        DeedKind.SEEN: _tr("{name} with the doctor"),
        DeedKind.MANY_MOVED: _tr("move of {visits}"),
        DeedKind.SERIES_BOOKED: _tr("booking of {visits} of {name}"),
        DeedKind.SERIES_MOVED: _tr("move of {visits} of {name}"),
        DeedKind.SERIES_CANCELLED: _tr("cancellation of {visits} of {name}"),
        DeedKind.ABSENCE_ADDED: _tr("absence"),
        DeedKind.ABSENCE_ENDED: _tr("end of an absence"),
        DeedKind.WAITLIST_JOINED: _tr("joining the waitlist"),
        DeedKind.WAITLIST_LEFT: _tr("leaving the waitlist"),
        DeedKind.FOLLOW_UP_ADDED: _tr("follow-up"),
        DeedKind.FOLLOW_UP_ENDED: _tr("end of a follow-up"),
    }
