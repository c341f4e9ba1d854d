"""The calendar as the page sees it: fixed heads and hours around the scrolling grid, and one cursor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from meditrack_desktop.domain.scheduling import SLOT_MINUTES, Appointment
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.scheduling import cursor as cursors
from meditrack_desktop.ui.scheduling.accessibility import install, tell_focus
from meditrack_desktop.ui.scheduling.calendar_header import ColumnHeads, HourColumn
from meditrack_desktop.ui.scheduling.calendar_keys import handle_key
from meditrack_desktop.ui.scheduling.cursor import Cursor
from meditrack_desktop.ui.scheduling.day_model import EMPTY, Column, DayModel, minute_of
from meditrack_desktop.ui.scheduling.gaps import next_gap
from meditrack_desktop.ui.scheduling.gestures import Ghost, longest_here
from meditrack_desktop.ui.scheduling.grid import CalendarGrid
from meditrack_desktop.ui.scheduling.grid_painter import now_columns, rect_of
from meditrack_desktop.ui.scheduling.layout import CalendarLayout
from meditrack_desktop.ui.scheduling.moves import Moves
from meditrack_desktop.ui.scheduling.period_keys import PeriodKeys
from meditrack_desktop.ui.scheduling.sizes import HOUR_HEIGHTS, USUAL_ZOOM, measures_for
from meditrack_desktop.ui.scheduling.time_words import spoken_slot
from meditrack_desktop.ui.scheduling.words import spoken_visit

USUAL_LENGTH = 30
DRAG_MARGIN = 28


class CalendarView(QWidget):
    """Shows a DayModel. It changes nothing itself: every wish of the person leaves as a signal.

    What concerns visits on their way to another time is in `moves`.
    """

    visitOpened = Signal(object)
    bookingRequested = Signal(object, int, int, str)
    """Column, first minute, minutes, and the letters that were typed already."""
    statusKeyPressed = Signal(object, str)
    columnPicked = Signal(int)
    menuRequested = Signal(object, QPoint)
    furtherGapWanted = Signal(object, int, int)
    """No free gap is left here: the column, the minute from which to look, and 1 forth or -1 back."""
    zoomChanged = Signal(int)
    changeRefused = Signal(str)
    """Somebody wanted to change something while `no_changes` says why that cannot be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        install(CalendarGrid)
        self.grid = CalendarGrid()
        self.moves = Moves(self, self.grid)
        self.going = PeriodKeys(self)
        self.heads = ColumnHeads()
        self.hours = HourColumn()
        self.model: DayModel = EMPTY
        self._now = datetime(2000, 1, 1, tzinfo=UTC)
        self._now_wall: datetime | None = None
        self._zoom = USUAL_ZOOM
        self._spoken = ""
        self._waiting: DayModel | None = None
        self.no_changes = ""
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(self.grid)
        self.area.setCornerWidget(QWidget())
        self.area.viewport().installEventFilter(self)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.heads, 0, 0, 1, 2)
        layout.addWidget(self.hours, 1, 0)
        layout.addWidget(self.area, 1, 1)
        layout.setRowStretch(1, 1)
        layout.setColumnStretch(1, 1)
        self.setFocusProxy(self.grid)
        self.setAccessibleName(self.tr("Calendar"))
        self.area.horizontalScrollBar().valueChanged.connect(self.heads.scroll_to)
        self.area.verticalScrollBar().valueChanged.connect(self.hours.scroll_to)
        self.heads.picked.connect(self.columnPicked)
        self.grid.keyPressed.connect(self._on_key)
        self.grid.visitPressed.connect(self._on_visit_pressed)
        self.grid.visitOpened.connect(self.visitOpened)
        self.grid.slotPressed.connect(self._on_slot_pressed)
        self.grid.slotClicked.connect(lambda column, minute: self.request_booking(column, minute))
        self.grid.dropped.connect(self._on_dropped)
        self.grid.menuRequested.connect(self.menuRequested)
        self.grid.zoomed.connect(self.zoom)
        self.grid.gestureEnded.connect(self._on_gesture_ended)
        self.grid.draggedTo.connect(lambda x, y: self.area.ensureVisible(x, y, DRAG_MARGIN, DRAG_MARGIN))
        self.grid.focusMoved.connect(self._say_cursor)
        theme.current().changed.connect(self._relayout)

    # What is shown

    def show_model(self, model: DayModel) -> None:
        """Show other visits; the cursor, the place and a running carry are kept where they can be.

        While the mouse drags something this waits until it lets go.
        """
        if self.grid.dragging:
            self._waiting = model
            return
        self._waiting = None
        held = self.moves.held_over()
        self.model = model
        if self.grid.ghost is not None and not self.grid.ghost.refused and not self.moves.asked:
            self.grid.set_ghost(None)
        self._relayout()
        if not model.columns:
            self.grid.set_cursor_at(None)
        elif self.grid.cursor_at is None:
            self.grid.set_cursor_at(self._first_cursor())
        else:
            self.grid.set_cursor_at(cursors.kept(self.calendar, self.grid.cursor_at))
        if self.grid.chosen is not None and self.calendar.block_of(self.grid.chosen) is None:
            self.grid.chosen = None
        self.moves.show_carried(held)
        self._name_grid()

    def set_now(self, now: datetime, wall: datetime) -> None:
        """Tell the time: `now` an instant, `wall` the clinic's clock, naive."""
        self._now, self._now_wall = now, wall
        self.grid.set_now(now, wall)
        self._edges()

    def open_here(self) -> None:
        """Scroll to an hour before now, as a calendar opens."""
        here = self._now_wall
        shown = here is not None and bool(now_columns(self.calendar, here.date()))
        minute = self.calendar.opening_minute(minute_of(here) if shown and here is not None else None)
        bar = self.area.verticalScrollBar()
        # Where nearly everything fits, half an hour cut off at the top would only look broken.
        fits = bar.maximum() <= self.calendar.measures.hour_height
        bar.setValue(0 if fits else self.calendar.y_of(minute // 60 * 60) - self.calendar.measures.top)

    @property
    def calendar(self) -> CalendarLayout:
        return self.grid.calendar

    @property
    def cursor_at(self) -> Cursor | None:
        return self.grid.cursor_at

    def focused_visit(self) -> Appointment | None:
        """The visit on which the cursor stands."""
        at = self.grid.cursor_at
        block = None if at is None or at.visit is None else self.calendar.block_of(at.visit)
        return None if block is None else block.visit

    def stand_on(self, practitioner_id: UUID, day: date) -> None:
        """Move the cursor to this column, at the time where it was."""
        found = column_of(self.model, practitioner_id, day)
        at = self.grid.cursor_at
        if found is not None and at is not None and at.column != found[0]:
            self.set_cursor_at(cursors.stand(self.calendar, found[0], at.minute))

    def choose(self, appointment_id: UUID | None) -> None:
        """Mark a visit, move the cursor to it and bring it into sight."""
        self.grid.chosen = appointment_id
        block = None if appointment_id is None else self.calendar.block_of(appointment_id)
        if block is not None:
            self.set_cursor_at(cursors.on_block(block))
        self.grid.update()

    def set_cursor_at(self, cursor: Cursor) -> None:
        """Move the cursor, bring it into sight and say where it is."""
        self.grid.set_cursor_at(cursor)
        rect = self._cursor_rect(cursor)
        self.area.ensureVisible(rect.center().x(), rect.top(), rect.width() // 2 + 8, 0)
        self.area.ensureVisible(rect.center().x(), rect.bottom(), rect.width() // 2 + 8, 24)
        self.area.ensureVisible(rect.center().x(), rect.top(), rect.width() // 2 + 8, 24)
        self._say_cursor()

    def anchor(self, rect: QRect) -> QRect:
        """A rectangle of the grid in the window's coordinates, cut to what is in sight."""
        viewport = self.area.viewport()
        place = QRect(self.grid.mapTo(viewport, rect.topLeft()), rect.size()).intersected(viewport.rect())
        return QRect(viewport.mapTo(self.window(), place.topLeft()), place.size())

    def anchor_of_visit(self, appointment_id: UUID) -> QRect:
        """Where a popover about this visit points to."""
        rect = self.grid.rect_of_visit(appointment_id)
        return self.anchor(rect if rect is not None else QRect(0, 0, 1, 1))

    def show_placeholder(self, column: int, starts: int, minutes: int) -> QRect:
        """Mark the place of an appointment that is being made; returns where its popover points to."""
        ghost = Ghost(None, column, starts, minutes)
        self.grid.set_ghost(None)
        self.grid.placeholder = ghost
        self.grid.update()
        rect = rect_of(ghost.box(self.calendar))
        self.area.ensureVisible(rect.center().x(), rect.top(), 20, 24)
        return self.anchor(rect)

    def show_cell(self, column: int, starts: int, minutes: int) -> None:
        """Bring a stretch of a column into sight."""
        rect = rect_of(self.calendar.cell(column, starts, minutes))
        self.area.ensureVisible(rect.center().x(), rect.center().y(), rect.width() // 2, rect.height())

    def hide_placeholder(self) -> None:
        """The appointment is made or given up."""
        self.grid.placeholder = None
        self.grid.set_ghost(None)
        self.grid.update()

    # Size

    def zoom(self, step: int) -> None:
        """Taller or shorter hours."""
        self.set_zoom(self._zoom + step)
        self.zoomChanged.emit(self._zoom)

    @property
    def zoom_step(self) -> int:
        """Which of HOUR_HEIGHTS an hour has."""
        return self._zoom

    def set_zoom(self, zoom: int) -> None:
        """One of the steps of HOUR_HEIGHTS, held within them; what lies in the middle stays there."""
        zoom = max(0, min(zoom, len(HOUR_HEIGHTS) - 1))
        if zoom == self._zoom:
            return
        bar, half = self.area.verticalScrollBar(), self.area.viewport().height() // 2
        middle = self.calendar.minute_at(bar.value() + half)
        self._zoom = zoom
        self._relayout()
        bar.setValue(self.calendar.y_of(middle) - half)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.area.viewport() and event.type() == QEvent.Type.Resize:
            self._relayout()
        return False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._relayout()

    def _relayout(self) -> None:
        room = self.area.viewport().size()
        made = CalendarLayout(self.model, measures_for(self.model, room, self._zoom))
        self.grid.show_layout(made)
        wanted = (max(room.width(), made.width), max(room.height(), made.height))
        if (self.grid.width(), self.grid.height()) != wanted:
            self.grid.resize(*wanted)
        self._edges()

    def _edges(self) -> None:
        self.heads.show_layout(self.calendar, self._now, self._now_wall)
        self.hours.show_layout(self.calendar, self._now_wall)

    # What the mouse asks

    def _on_visit_pressed(self, visit: Appointment) -> None:
        block = self.calendar.block_of(visit.id)
        self.grid.chosen = visit.id
        if block is not None:
            self.grid.set_cursor_at(cursors.on_block(block))
            self._say_cursor()

    def _on_slot_pressed(self, column: int, minute: int) -> None:
        self.grid.chosen = None
        self.grid.set_cursor_at(Cursor(column, minute // SLOT_MINUTES * SLOT_MINUTES))

    def _on_dropped(self, ghost: Ghost) -> None:
        if self.refuses_changes():
            self.moves.put_back()
        elif ghost.visit is None:
            self.bookingRequested.emit(self.model.columns[ghost.column], ghost.starts, ghost.minutes, "")
        else:
            self.moves.drop(ghost)

    def refuses_changes(self) -> bool:
        """Whether nothing may be changed now; if so it is said why."""
        if self.no_changes:
            self.changeRefused.emit(self.no_changes)
        return bool(self.no_changes)

    def ask_act(self, visit: Appointment, act: str) -> None:
        """Ask for an act on a visit."""
        if not self.refuses_changes():
            self.statusKeyPressed.emit(visit, act)

    def request_booking(self, column: int, minute: int, text: str = "") -> None:
        """Ask to book at a slot, as long as usual or as long as is free; `text` was typed already."""
        if self.refuses_changes():
            return
        shown = self.model.columns[column]
        free = shown.free_from(minute, USUAL_LENGTH)
        self.bookingRequested.emit(shown, minute, longest_here(minute, free or USUAL_LENGTH), text)

    def book_here(self, text: str = "") -> None:
        """Ask to book the chosen free time: as long as it was stretched, or as usual."""
        at = self.grid.cursor_at
        if at is None or at.visit is not None or not self.model.columns:
            return
        if at.minutes > SLOT_MINUTES and not self.refuses_changes():
            self.bookingRequested.emit(self.model.columns[at.column], at.minute, at.minutes, text)
        elif at.minutes <= SLOT_MINUTES:
            self.request_booking(at.column, at.minute, text)

    # What the keyboard asks

    def _on_key(self, event: QKeyEvent) -> None:
        if handle_key(self, event):
            event.accept()

    def step_cursor(self, step: Callable[[CalendarLayout, Cursor], Cursor]) -> None:
        """Move the cursor by one of the ways of `cursor`."""
        at = self.grid.cursor_at
        if at is not None and self.model.columns:
            self.grid.chosen = None
            self.set_cursor_at(step(self.calendar, at))

    def press_enter(self) -> None:
        """Drop what is carried, open the focused visit, or book the free slot."""
        if self.moves.carrying:
            self.moves.drop_carried()
            return
        visit = self.focused_visit()
        if visit is not None:
            self.choose(visit.id)
            self.visitOpened.emit(visit)
        else:
            self.book_here()

    def stretch(self, minutes: int) -> None:
        """Make the chosen free time, or the visit on which the cursor stands, longer or shorter."""
        at = self.grid.cursor_at
        if at is None or at.visit is not None or self.moves.carrying:
            if not self.refuses_changes():
                self.moves.stretch(minutes)
            return
        self.set_cursor_at(cursors.stretched(self.calendar, at, minutes))

    def step_gap(self, step: int) -> None:
        """To the next free gap of the doctor, or ask where there is one further on."""
        at = self.grid.cursor_at
        if at is None or not self.model.columns or self.moves.carrying:
            return
        found = next_gap(self.calendar, at, self._now_wall, step)
        if found is not None:
            self.grid.chosen = None
            self.set_cursor_at(found)
            return
        self.furtherGapWanted.emit(self.model.columns[at.column], at.minute, step)

    def _on_gesture_ended(self) -> None:
        if self._waiting is not None:
            self.show_model(self._waiting)

    def _first_cursor(self) -> Cursor:
        now = self._now_wall
        columns = [] if now is None else now_columns(self.calendar, now.date())
        if now is not None and columns:
            return cursors.stand(self.calendar, columns[0], minute_of(now))
        return cursors.first(self.calendar, Cursor(0, self.model.first))

    def _cursor_rect(self, cursor: Cursor) -> QRect:
        block = None if cursor.visit is None else self.calendar.block_of(cursor.visit)
        if block is not None:
            return rect_of(block.box)
        return rect_of(self.calendar.cell(cursor.column, cursor.minute, cursor.minutes))

    def cursor_words(self) -> str:
        """Where the cursor is, for a screen reader."""
        at = self.grid.cursor_at
        if at is None or not self.model.columns:
            return ""
        visit = self.focused_visit()
        if visit is not None:
            return spoken_visit(visit, self._now)
        return spoken_slot(self.model, at.column, at.minute, at.minute + at.minutes)

    def _say_cursor(self) -> None:
        words = self.cursor_words()
        self.grid.setAccessibleDescription(words)
        if words != self._spoken:
            tell_focus(self.grid)
        self._spoken = words

    def _name_grid(self) -> None:
        names = dict.fromkeys(column.practitioner.name for column in self.model.columns)
        self.grid.setAccessibleName(self.tr("Calendar, {doctors}").format(doctors=", ".join(names)))


def column_of(model: DayModel, practitioner_id: UUID, day: date) -> tuple[int, Column] | None:
    """The column of a doctor on a day, if it is shown."""
    for number, column in enumerate(model.columns):
        if column.practitioner_id == practitioner_id and column.day == day:
            return number, column
    return None
