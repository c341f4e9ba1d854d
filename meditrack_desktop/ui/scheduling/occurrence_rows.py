"""Every date of a series, what is in its way, and what is done about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.booking_rules import RuleKind
from meditrack_desktop.domain.series import InTheWay, Occurrence
from meditrack_desktop.ui.scheduling.day_model import minute_of
from meditrack_desktop.ui.scheduling.words import clock_text, date_text, weekday
from meditrack_desktop.ui.widgets import Combo, IconLabel, Label, Option


class Choice(StrEnum):
    """What becomes of one date."""

    BOOK = "book"
    PROPOSED = "proposed"
    OVERBOOK = "overbook"
    SKIP = "skip"


class OccurrenceRows(QWidget):
    """`changed` comes with other dates and other choices. Whoever `may_overbook` is offered that, too."""

    changed = Signal()

    def __init__(self, *, may_overbook: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._may_overbook = may_overbook
        self._dates: tuple[Occurrence, ...] = ()
        self.choices: list[Combo] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    def show_dates(self, dates: Sequence[Occurrence]) -> None:
        """Show these; what was chosen for a date that is still there stays chosen where it still can be."""
        kept = {
            date.wall_start: choice.value() for date, choice in zip(self._dates, self.choices, strict=True)
        }
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._dates, self.choices = tuple(dates), []
        for date in self._dates:
            self._column.addWidget(self._row(date, kept.get(date.wall_start)))
        widest = max((choice.sizeHint().width() for choice in self.choices), default=0)
        for choice in self.choices:
            choice.setFixedWidth(widest)
        self.changed.emit()

    def starts(self) -> tuple[datetime, ...]:
        """What is booked: the clinic's clock, in order, none twice."""
        found = []
        for date, choice in self._chosen():
            if choice in (Choice.BOOK, Choice.OVERBOOK):
                found.append(date.wall_start)
            elif choice is Choice.PROPOSED and date.proposed is not None:
                found.append(date.proposed)
        return tuple(dict.fromkeys(sorted(found)))

    def overbooks(self) -> bool:
        """Whether a reason is needed."""
        return any(choice is Choice.OVERBOOK for _, choice in self._chosen())

    def words(self) -> str:
        """`6 dates, 1 at another time, 1 skipped`."""
        chosen = [choice for _, choice in self._chosen()]
        parts = [_tr("{count} dates").format(count=len(chosen))]
        for choice, said in (
            (Choice.PROPOSED, _tr("{count} at another time")),
            (Choice.OVERBOOK, _tr("{count} overbooked")),
            (Choice.SKIP, _tr("{count} skipped")),
        ):
            if count := chosen.count(choice):
                parts.append(said.format(count=count))
        return ", ".join(parts)

    def _chosen(self) -> list[tuple[Occurrence, Choice]]:
        pairs = zip(self._dates, self.choices, strict=True)
        return [(date, Choice(str(choice.value()))) for date, choice in pairs]

    def _row(self, date: Occurrence, kept: object) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        good = not date.obstacles
        icon = IconLabel("circle-check" if good else "triangle-alert", 15, "ok" if good else "warn")
        row.addWidget(icon)
        words = QVBoxLayout()
        words.setSpacing(0)
        when = f"{weekday(date.wall_start.date())} {date_text(date.wall_start.date())}"
        when = f"{when}, {clock_text(minute_of(date.wall_start))}"
        words.addWidget(Label(when, "emphasis"))
        why = obstacle_words(date)
        if why:
            words.addWidget(Label(why, "small", tone="text2", wrap=True))
        row.addLayout(words, 1)
        options = self._options(date)
        usual = options[0].value
        chosen = kept if any(option.value == kept for option in options) else usual
        choice = Combo(options, value=chosen)
        choice.setAccessibleName(", ".join(part for part in (when, why) if part))
        choice.valueChanged.connect(lambda _value: self.changed.emit())
        self.choices.append(choice)
        row.addWidget(choice)
        return holder

    def _options(self, date: Occurrence) -> list[Option]:
        """The first is what is done unless somebody chooses."""
        skip = Option(Choice.SKIP, _tr("Skip"))
        if not date.blocked:
            return [Option(Choice.BOOK, _tr("Book")), skip]
        found = [skip]
        if date.proposed is not None:
            at = _tr("Book {time}").format(time=clock_text(minute_of(date.proposed)))
            found.insert(0, Option(Choice.PROPOSED, at))
        if self._may_overbook and InTheWay.CLOCKS_SKIP not in date.obstacles:
            found.append(Option(Choice.OVERBOOK, _tr("Overbook")))
        return found


def obstacle_words(date: Occurrence) -> str:
    """Everything that is in the way of a date, in words."""
    said = _words()
    found = []
    for one in date.obstacles:
        words = said[one]
        note = _rules().get(date.note, "") if one is InTheWay.RULE else date.note
        if note and one in (InTheWay.CLOSED, InTheWay.RULE):
            words = f"{words}: {note}"
        found.append(words)
    return ", ".join(found)


def _words() -> dict[InTheWay, str]:
    return {
        InTheWay.TAKEN: _tr("Taken"),
        InTheWay.HELD: _tr("Somebody is booking it"),
        InTheWay.OUTSIDE_HOURS: _tr("Outside hours"),
        InTheWay.CLOSED: _tr("Closed"),
        InTheWay.AWAY: _tr("Doctor is away"),
        InTheWay.CLOCKS_SKIP: _tr("The clocks go forward over this time"),
        InTheWay.CLOCKS_TWICE: _tr("The clocks show this time twice; the first is meant"),
        InTheWay.ROOM: _tr("No room is free"),
        InTheWay.RULE: _tr("Against the doctor's rules"),
        InTheWay.PATIENT: _tr("The patient has another visit then"),
    }


def _rules() -> dict[str, str]:
    return {
        RuleKind.MOST_PER_SESSION: _tr("session full"),
        RuleKind.MOST_PER_DAY: _tr("day full"),
        RuleKind.MOST_OF_TYPE: _tr("no more of this kind"),
        RuleKind.NO_NEW_PATIENTS: _tr("no new patients"),
        RuleKind.LATEST_NOTICE: _tr("too soon"),
    }


def _tr(text: str) -> str:
    return QCoreApplication.translate("Calendar", text)
