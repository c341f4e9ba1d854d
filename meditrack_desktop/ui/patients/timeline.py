"""What happened with a patient, newest first: visits and documents on one line of time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import QCoreApplication, QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.documents import Document
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.patients.rows import clear, column
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import Button, Label, StateView, painting, status_word

SHOWN = 10


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


def entries(content: ChartContent, desk: Desk) -> list[Entry]:
    """Past visits and all documents, newest first."""
    now = desk.clock.now()
    found = [_visit(visit, desk) for visit in content.visits if visit.starts_at <= now]
    found += [_document(document, content, desk) for document in content.documents]
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def _visit(visit: Appointment, desk: Desk) -> Entry:
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
    )


def _document(document: Document, content: ChartContent, desk: Desk) -> Entry:
    added = to_wall(document.created_at, desk.facts.tz)
    title = _say("{title} added").format(title=document.title)
    name = words.short_file_name(document.file_name)
    chip = f"{name}, {words.pages_text(document.pages)}" if document.pages else name
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


def _say(text: str) -> str:
    return QCoreApplication.translate("Timeline", text)


class Timeline(QWidget):
    """The entries, the first few at once; the rest on request."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Timeline"))
        self._desk = desk
        self._all = False
        self._content: ChartContent | None = None
        self.empty = StateView("empty", self.tr("Nothing has happened yet"), icon="history")
        self.empty.text.setText(self.tr("Visits and documents will stand here, newest first."))
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
        if self._content is not None and self._content.patient.id != content.patient.id:
            self._all = False
        self._content = content
        found = entries(content, self._desk)
        clear(self._rows)
        self.empty.setVisible(not found)
        shown = found if self._all else found[:SHOWN]
        for number, entry in enumerate(shown):
            more = number + 1 < len(shown) or len(shown) < len(found)
            self._rows.addWidget(_EntryRow(entry, line_on=more))
        if len(shown) < len(found):
            text = self.tr("Show {count} older entries").format(count=len(found) - len(shown))
            button = Button(text, "link")
            button.clicked.connect(self._show_all)
            row = QHBoxLayout()
            row.setContentsMargins(theme.current().px(40), 0, 0, 8)
            row.addWidget(button)
            row.addStretch(1)
            self._rows.addLayout(row)

    def _show_all(self) -> None:
        self._all = True
        if self._content is not None:
            self.show_content(self._content)


class _EntryRow(QWidget):
    """Circle and line at the side, words beside it."""

    def __init__(self, entry: Entry, *, line_on: bool) -> None:
        super().__init__()
        self._icon, self._line_on = entry.icon, line_on
        current = theme.current()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(current.px(40), current.px(4), 0, current.px(18))
        whole.setSpacing(6)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(Label(entry.title, "strong", elide=True))
        first.addWidget(Label(entry.about, "small", elide=True), 1)
        first.addWidget(Label(entry.when, "small"))
        whole.addLayout(first)
        if entry.text:
            whole.addWidget(Label(entry.text, "body", tone="text2", wrap=True))
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
