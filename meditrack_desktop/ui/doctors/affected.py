"""The visits that would lie outside the working time: counted and listed before it is saved. None is moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import Button, Card, Dialog, Divider, Label, format_date, format_time
from meditrack_desktop.ui.widgets.date_text import WEEKDAYS
from meditrack_desktop.ui.words import birth_words

MOST_LISTED = 200


def count_words(count: int) -> str:
    """`1 visit`, `3 visits`."""
    tr = QCoreApplication.translate
    return tr("affected", "1 visit") if count == 1 else tr("affected", "{n} visits").format(n=count)


def booked_words(count: int) -> str:
    """`1 booked visit`, `3 booked visits`."""
    tr = QCoreApplication.translate
    if count == 1:
        return tr("affected", "1 booked visit")
    return tr("affected", "{n} booked visits").format(n=count)


def visit_words(visit: Appointment) -> str:
    """`Thu 19 Nov 2026, 14:00`."""
    day = visit.wall_start.date()
    return f"{WEEKDAYS[day.weekday()]} {format_date(day)}, {format_time(visit.wall_start.time())}"


class AffectedDialog(Dialog):
    """Lists `visits`; with `acts` (words and what they do, the last one being Enter's) it asks whether to go on,
    without them it only shows them.

    Each visit leads to its place in the calendar; what is typed meanwhile stays where it is.
    """

    def __init__(
        self,
        desk: Desk,
        host: QWidget,
        visits: Sequence[Appointment],
        *,
        acts: Sequence[tuple[str, Callable[[], object]]] = (),
        text: str = "",
    ) -> None:
        count = len(visits)
        title = host.tr("{visits} affected").format(visits=booked_words(count))
        super().__init__(
            host, title, text or host.tr("They stay where they are until somebody moves them."), width=560
        )
        self._desk = desk
        self.rows: list[Button] = []
        self.go_on: Button | None = None
        card = Card(padding=0)
        for number, visit in enumerate(visits[:MOST_LISTED]):
            if number:
                card.body.addWidget(Divider())
            card.body.addWidget(self._row(visit))
        self.body.addWidget(card)
        if count > MOST_LISTED:
            self.body.addWidget(
                Label(self.tr("And {n} more.").format(n=count - MOST_LISTED), "small", tone="text2")
            )
        if not acts:
            self.close_it = self.add_action(self.tr("Close"), default=True)
            return
        self.keep = self.add_action(self.tr("Keep editing"))
        for words, then in acts[:-1]:
            self.add_action(words, then)
        words, then = acts[-1]
        self.go_on = self.add_action(words, then, kind="primary", default=True)

    def focus_first(self) -> None:
        """Enter answers; it does not leave for the calendar."""
        (self.close_it if self.go_on is None else self.go_on).setFocus(Qt.FocusReason.OtherFocusReason)

    def _row(self, visit: Appointment) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(14, 8, 10, 8)
        line.setSpacing(10)
        words = QVBoxLayout()
        words.setSpacing(0)
        birth = birth_words(visit.patient_birth_date, self._desk.today())
        words.addWidget(
            Label(", ".join(part for part in (visit.patient_name, birth) if part), "emphasis", elide=True)
        )
        about = ", ".join(part for part in (visit.practitioner_name, visit.visit_type) if part)
        words.addWidget(Label(f"{visit_words(visit)}   {about}", "small", elide=True))
        line.addLayout(words, 1)
        open_it = Button(self.tr("Calendar"), "link", size="small")
        open_it.setAccessibleName(
            self.tr("Show {name}, {when}, in the calendar").format(
                name=visit.patient_name, when=visit_words(visit)
            )
        )
        open_it.clicked.connect(lambda: self._open(visit))
        self.rows.append(open_it)
        line.addWidget(open_it, 0, Qt.AlignmentFlag.AlignVCenter)
        return row

    def _open(self, visit: Appointment) -> None:
        self.close_layer()
        self._desk.go.calendar(visit.wall_start.date(), visit.id)
