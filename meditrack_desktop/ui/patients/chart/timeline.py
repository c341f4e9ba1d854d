"""What happened with a patient, newest first: visits with their notes, results, documents on one line of time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from PySide6.QtCore import QCoreApplication, QPoint, QRectF, QSize, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.documents import Document
from meditrack_desktop.domain.notes import Note, NoteStatus
from meditrack_desktop.domain.observations import Observation, ObservationStatus
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart import words as chart_words
from meditrack_desktop.ui.patients.chart.measurements import DIASTOLIC, EVERYDAY, SYSTOLIC, measured_words
from meditrack_desktop.ui.patients.chart.panel_table import PanelTable
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.patients.rows import clear, column
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import (
    Button,
    IconButton,
    Label,
    Menu,
    StateView,
    painting,
    status_word,
)

SHOWN, MORE = 10, 40
LONG = 700
"""Characters of a note that are shown before its rest is asked for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `at` is on the clinic's clock and only orders; `when` is what is shown."""

    at: datetime
    icon: str
    title: str
    about: str
    when: str
    text: str = ""
    chip: str = ""
    opens: Callable[[], object] | None = None
    notes: tuple[Note, ...] = ()
    results: tuple[Observation, ...] = ()


def entries(content: ChartContent, desk: Desk) -> list[Entry]:
    """Past visits with their notes, all documents and results, newest first."""
    now = desk.clock.now()
    notes = content.chart.notes if content.chart is not None else ()
    by_visit: dict[UUID, list[Note]] = {}
    past = {visit.id for visit in content.visits if visit.starts_at <= now}
    for note in notes:
        if note.appointment_id in past and note.appointment_id is not None:
            by_visit.setdefault(note.appointment_id, []).append(note)
    found = [
        _visit(visit, tuple(by_visit.get(visit.id, ())), desk)
        for visit in content.visits
        if visit.starts_at <= now
    ]
    found += [_note(note, desk) for note in notes if note.appointment_id not in past]
    found += [_document(document, content, desk) for document in content.documents]
    if content.chart is not None:
        found += [_results(group, desk) for group in taken_together(content.chart.observations)]
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def taken_together(observations: Iterable[Observation]) -> list[tuple[Observation, ...]]:
    """Results of one panel; everyday measurements of one moment, however they came. What was alone stands alone."""
    groups: dict[object, list[Observation]] = {}
    for one in observations:
        everyday = one.coding.code in EVERYDAY
        groups.setdefault(one.taken_at if everyday else one.panel_id or one.id, []).append(one)
    return [tuple(sorted(group, key=_in_a_group)) for group in groups.values()]


def _in_a_group(one: Observation) -> tuple[int, bool, str]:
    """Everyday ones as they are always told; of a panel what is outside its range first."""
    return EVERYDAY.get(one.coding.code, 0), not chart_words.arrow_icon(one.interpretation), one.name


def _visit(visit: Appointment, notes: tuple[Note, ...], desk: Desk) -> Entry:
    look = words.look_of(visit)
    icon = {"noshow": "user-x", "cancelled": "ban", "inroom": "stethoscope", "arrived": "armchair"}.get(
        look, "notebook-pen"
    )
    titles = {
        "noshow": _say("Missed: {what}"),
        "cancelled": _say("Cancelled: {what}"),
    }
    title = titles.get(look, _say("Visit: {what}")).format(what=words.visit_title(visit))
    about = visit.practitioner_name
    if look in ("booked", "confirmed", "inroom", "arrived"):
        about = f"{about}, {status_word(look).casefold()}"
    text = visit.cancel_reason if look == "cancelled" else visit.reason if visit.visit_type else ""
    return Entry(
        visit.wall_start,
        icon,
        title,
        about,
        words.wall_text(visit.wall_start, desk.today()),
        text=text,
        notes=notes,
    )


def _note(note: Note, desk: Desk) -> Entry:
    wall = to_wall(note.signed_at or note.changed_at, desk.facts.tz)
    title = _say("Note: {what}").format(what=note.title) if note.title else _say("Note")
    when = words.wall_text(wall, desk.today())
    return Entry(wall, "notebook-pen", title, "", when, notes=(note,))


def _document(document: Document, content: ChartContent, desk: Desk) -> Entry:
    added = to_wall(document.created_at, desk.facts.tz)
    title = _say("{title} added").format(title=document.title)
    name = words.short_file_name(document.file_name)
    chip = ", ".join(part for part in (name, words.pages_text(document)) if part)
    about = ", ".join(part for part in (document.source, document.created_by_name) if part)
    return Entry(
        added,
        words.DOCUMENT_ICONS[document.type],
        title,
        about,
        words.wall_text(added, desk.today()),
        chip=chip,
        opens=partial(desk.go.document, content.patient.id, document.id),
    )


def _results(group: tuple[Observation, ...], desk: Desk) -> Entry:
    """A laboratory's panel is a table; everyday measurements are one line."""
    first = group[0]
    taken = to_wall(first.taken_at, desk.facts.tz)
    when = words.wall_text(taken, desk.today())
    by = _say("entered by {name}").format(name=first.recorded.by_name) if first.recorded.by_name else ""
    about = ", ".join(part for part in (first.source, by) if part)
    if first.coding.code in EVERYDAY:
        right = [one for one in group if one.status is not ObservationStatus.ENTERED_IN_ERROR]
        told = "; ".join(_everyday(right)) or _say("Entered in error")
        return Entry(taken, "heart-pulse", _say("Measured"), about, when, text=told)
    title = first.panel or (first.name if len(group) == 1 else _say("Results"))
    return Entry(taken, "flask-conical", title, about, when, results=group)


def _everyday(group: list[Observation]) -> list[str]:
    """`Blood pressure 118 / 76`, `Pulse 112 per min (High)`."""
    by_code = {one.coding.code: one for one in group}
    told = []
    for one in group:
        if one.coding.code == DIASTOLIC and SYSTOLIC in by_code:
            continue
        beside = by_code.get(DIASTOLIC) if one.coding.code == SYSTOLIC else None
        name, value, found = measured_words(one, beside)
        outside = chart_words.interpretation_word(found) if chart_words.arrow_icon(found) else ""
        told.append(f"{name} {value} ({outside})" if outside else f"{name} {value}")
    return told


def _say(text: str) -> str:
    return QCoreApplication.translate("Timeline", text)


class Timeline(QWidget):
    """The entries, the first few at once; older ones on request, some at a time.

    `amendRequested` and `wrongRequested` carry a signed note.
    """

    amendRequested = Signal(object)
    wrongRequested = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Timeline"))
        self._desk = desk
        self._most = SHOWN
        self._opened: set[UUID] = set()
        self._content: ChartContent | None = None
        self.empty = StateView("empty", self.tr("Nothing has happened yet"), icon="history")
        self.empty.text.setText(self.tr("Visits, notes and documents will stand here, newest first."))
        self.empty.text.show()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._rows = column(0)
        self._column.addWidget(self.empty, 1)
        self._column.addLayout(self._rows)
        self._column.addStretch(1)

    def show_content(self, content: ChartContent) -> None:
        """Show what happened with this patient."""
        self._content = content
        found = entries(content, self._desk)
        clear(self._rows)
        self.empty.setVisible(not found)
        shown = found[: self._most]
        for number, entry in enumerate(shown):
            more = number + 1 < len(shown) or len(shown) < len(found)
            self._rows.addWidget(_EntryRow(self, entry, line_on=more))
        if len(shown) < len(found):
            older = min(MORE, len(found) - len(shown))
            text = self.tr("Show 1 older entry") if older == 1 else self.tr("Show {count} older entries")
            button = Button(text.format(count=older), "link")
            button.clicked.connect(self._show_more)
            row = QHBoxLayout()
            row.setContentsMargins(theme.current().px(40), 0, 0, 8)
            row.addWidget(button)
            row.addStretch(1)
            self._rows.addLayout(row)

    def is_opened(self, note: Note) -> bool:
        """Whether all of a long note is shown."""
        return note.id in self._opened

    def unfold(self, note: Note) -> None:
        """Show all of a long note."""
        self._opened.add(note.id)
        if self._content is not None:
            self.show_content(self._content)

    def may_write(self) -> bool:
        """Whether notes can be added to and marked here."""
        content = self._content
        if content is None or content.chart is None or not content.open_to_change:
            return False
        return self._desk.actor.may(Permission.WRITE_CHART)

    def notes_about(self, note: Note) -> str:
        """Who signed it and when, and what became of it since."""
        wall = to_wall(note.signed_at or note.changed_at, self._desk.facts.tz)
        when = words.wall_text(wall, self._desk.today())
        added = note.amends is not None
        signed = (
            self.tr("Addition signed by {name}, {when}") if added else self.tr("Signed by {name}, {when}")
        )
        parts = [signed.format(name=note.author_name, when=when)]
        if note.status is NoteStatus.AMENDED:
            parts.append(self.tr("added to later"))
        if note.status is NoteStatus.ENTERED_IN_ERROR:
            parts.append(self.tr("marked wrong: {reason}").format(reason=note.error_reason))
        return ", ".join(parts)

    def _show_more(self) -> None:
        self._most += MORE
        if self._content is not None:
            self.show_content(self._content)


class _EntryRow(QWidget):
    """Circle and line at the side, words beside it."""

    def __init__(self, timeline: Timeline, entry: Entry, *, line_on: bool) -> None:
        super().__init__()
        self._icon, self._line_on = entry.icon, line_on
        current = theme.current()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(current.px(40), current.px(4), 0, current.px(16))
        whole.setSpacing(6)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(Label(entry.title, "strong", elide=True))
        first.addWidget(Label(entry.about, "small", elide=True), 1)
        first.addWidget(Label(entry.when, "small"))
        whole.addLayout(first)
        if entry.text:
            whole.addWidget(Label(entry.text, "body", tone="text2", wrap=True))
        for note in entry.notes:
            whole.addWidget(_NoteText(timeline, note))
        if entry.results:
            whole.addWidget(PanelTable(entry.results))
        if entry.chip and entry.opens is not None:
            row = QHBoxLayout()
            chip = FileChip(entry.chip)
            chip.clicked.connect(lambda _checked=False, then=entry.opens: then())
            row.addWidget(chip)
            row.addStretch(1)
            whole.addLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = painting.start_mirrored(self)
        size = current.px(27)
        if self._line_on:
            painter.fillRect(QRectF(size / 2 - 0.5, size, 1, self.height() - size), t.line)
        painting.box(painter, QRectF(0, 0, size, size), size / 2, t.surface, t.line_mid)
        icon = current.px(14)
        draw_icon(painter, (size - icon) / 2, (size - icon) / 2, self._icon, icon, t.text2)
        painter.end()


class _NoteText(QWidget):
    """A signed note; wrong ones are struck through and stay readable."""

    def __init__(self, timeline: Timeline, note: Note) -> None:
        super().__init__()
        self._timeline, self._note = timeline, note
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        wrong = note.status is NoteStatus.ENTERED_IN_ERROR
        body = note.body
        folded = len(body) > LONG and not timeline.is_opened(note)
        shown = body[:LONG].rstrip() + "…" if folded else body
        kind = _StruckLabel if wrong else Label
        whole.addWidget(kind(shown, tone="text3" if wrong else "text", wrap=True, selectable=True))
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(Label(timeline.notes_about(note), "hint", wrap=True), 1)
        if folded:
            more = Button(self.tr("Show all of it"), "link", size="small")
            more.clicked.connect(lambda _checked=False: timeline.unfold(note))
            below.addWidget(more)
        if timeline.may_write() and not wrong:
            self.acts = IconButton("ellipsis", self.tr("Add to this note, or mark it wrong"), extent=26)
            self.acts.clicked.connect(self._open_menu)
            below.addWidget(self.acts)
        whole.addLayout(below)

    def _open_menu(self) -> None:
        timeline, note = self._timeline, self._note
        menu = Menu(self.acts)
        menu.add(self.tr("Add to this note"), lambda: timeline.amendRequested.emit(note), icon="plus")
        menu.add(self.tr("Mark as wrong…"), lambda: timeline.wrongRequested.emit(note), icon="ban")
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.acts.mapToGlobal(QPoint(0, self.acts.height() + 4)))
        self.menu = menu


class _StruckLabel(Label):
    """Struck through, whatever the theme does to its font."""

    def _dress(self) -> None:
        super()._dress()
        font = self.font()
        font.setStrikeOut(True)
        self.setFont(font)


class FileChip(Button):
    """A file's name on a soft ground; opens the document."""

    def __init__(self, text: str) -> None:
        super().__init__(text, "quiet", icon="file-text", size="small")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start(self)
        painting.box(painter, QRectF(self.rect()), 5, theme.current().tokens.surface3)
        painter.end()
        super().paintEvent(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.current().px(80), self.sizeHint().height())
