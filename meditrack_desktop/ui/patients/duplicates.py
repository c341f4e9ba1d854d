"""Whom a new patient may already be: asked while name, birth date and phone are typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import ValidationError
from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.patient_twins import FindLookAlikes, LookAlike
from meditrack_desktop.domain.patients import PhoneInput
from meditrack_desktop.domain.text import digits
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.rows import clear, column
from meditrack_desktop.ui.patients.twins import words as twin_words
from meditrack_desktop.ui.widgets import Button, IconLabel, Label, announce, painting

SHOWN = 3
FEWEST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Typed:
    """What has been typed so far of who somebody is."""

    given: str
    family: str
    phone: str
    born: BirthDate | None

    def command(self, but: UUID | None) -> FindLookAlikes | None:
        """The question for look-alikes; None while too little is typed, or something that cannot be kept."""
        if not self.is_enough():
            return None
        try:
            return FindLookAlikes(
                family=self.family,
                given=self.given,
                birth_date=self.born,
                phones=(PhoneInput(value=self.phone),) if self.phone else (),
                but=but,
                limit=SHOWN,
            )
        except ValidationError:
            return None

    def is_enough(self) -> bool:
        """Whether asking is worth it: both names, a phone, or a birth date with either name."""
        both = len(self.given) >= 2 and len(self.family) >= 2
        phone = len(digits(self.phone)) >= FEWEST_DIGITS
        born = self.born is not None and self.born.is_whole and len(self.given + self.family) >= 2
        return both or phone or born


def look_alikes(desk: Desk, typed: Typed, but: UUID | None) -> tuple[LookAlike, ...]:
    """Patients who may be who is typed, archived ones too, the surest first; for a working thread."""
    command = typed.command(but)
    return desk.clinic.patient_twins.duplicates_of(desk.actor, command) if command is not None else ()


class DuplicateNotice(QWidget):
    """Says who it may be, with a button to open each. Hidden while nobody is alike."""

    openRequested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: tuple[LookAlike, ...] = ()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 10, 14, 10)
        whole.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(IconLabel("users", 16, "on_warn_soft"))
        head.addWidget(Label(self.tr("Maybe the same person"), "strong", tone="on_warn_soft"), 1)
        whole.addLayout(head)
        self._rows = column(6)
        whole.addLayout(self._rows)
        self.hide()
        theme.current().changed.connect(self.update)

    def show_lines(self, lines: Sequence[LookAlike]) -> None:
        """Show these people, or hide if there are none."""
        if tuple(lines) == self.lines:
            return
        new = bool(lines) and not self.lines
        self.lines = tuple(lines)
        clear(self._rows)
        for one in lines:
            self._rows.addLayout(self._row(one))
        self.setVisible(bool(lines))
        if new:
            said = "; ".join(words.two_identifiers(one.line) for one in lines)
            announce(self, self.tr("Maybe the same person: {who}").format(who=said))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start(self)
        painting.box(painter, QRectF(self.rect()), 8, theme.current().tokens.warn_soft)
        painter.end()

    def _row(self, found: LookAlike) -> QHBoxLayout:
        line = found.line
        row = QHBoxLayout()
        row.setSpacing(8)
        names = column(0)
        names.addWidget(Label(words.two_identifiers(line), "emphasis", tone="on_warn_soft", wrap=True))
        about = [self.tr("MRN {number}").format(number=line.mrn), line.phone]
        if not line.active:
            about.append(self.tr("archived"))
        second = ", ".join(part for part in about if part)
        names.addWidget(Label(second, "small", tone="on_warn_soft", wrap=True))
        if why := twin_words.reasons_text(found.reasons):
            names.addWidget(Label(why, "small", tone="on_warn_soft", wrap=True))
        row.addLayout(names, 1)
        button = Button(self.tr("Open"), size="small")
        button.setAccessibleName(self.tr("Open {who}").format(who=words.two_identifiers(line)))
        button.clicked.connect(lambda: self.openRequested.emit(line.id))
        row.addWidget(button)
        return row
