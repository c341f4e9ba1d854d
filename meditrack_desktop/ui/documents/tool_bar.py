"""The row over the pages: which page, how large, which way up, and the search within the text."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.documents.page_column import STEPS
from meditrack_desktop.ui.documents.page_view import PageView
from meditrack_desktop.ui.widgets import Combo, Divider, IconButton, Label, Option, SearchBox, TextField

HEIGHT = 44
WHOLE_ROW = 540
"""Room that all controls in one row take, with a search wide enough to read."""


class FindBox(SearchBox):
    """Search within the text. Enter goes to the next place, Shift+Enter to the one before."""

    stepRequested = Signal(int)

    def __init__(self, placeholder: str) -> None:
        super().__init__(placeholder)
        self._asked = ""
        self.searched.connect(self._remember)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self.text() and self.text() == self._asked:
            back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.stepRequested.emit(-1 if back else 1)
            return
        super().keyPressEvent(event)

    def put(self, words: str) -> None:
        """These words, without telling anybody: who puts them here looks for them."""
        self.setText(words)
        self._timer.stop()
        self._asked = self._told = words

    def _remember(self, text: str) -> None:
        self._asked = text


class PlaceField(TextField):
    """The page in front, from 1; a number typed and Enter goes there. `given` counts from 0."""

    given = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._page = 0
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.returnPressed.connect(self._give)
        self.editingFinished.connect(lambda: self.setText(str(self._page + 1)))

    def show_page(self, page: int, count: int) -> None:
        """A page is in front; what somebody is typing stays."""
        self._page = page
        if not self.hasFocus() or not self.isModified():
            self.setText(str(page + 1))
        self.setFixedWidth(theme.current().px(26 + 8 * len(str(max(1, count)))))

    def sizeHint(self) -> QSize:
        return QSize(self.width(), theme.current().px(28))

    def _give(self) -> None:
        typed = self.text().strip()
        if typed.isdecimal():
            self.given.emit(int(typed) - 1)
        self.setModified(False)
        self.setText(str(self._page + 1))


class ViewerBar(QWidget):
    """Drives a page view and follows it. `stripToggled` shows or hides the small pages, `compareToggled` a second
    picture beside the first."""

    stripToggled = Signal()
    compareToggled = Signal()
    findRequested = Signal(str)
    hitRequested = Signal(int)

    def __init__(self, view: PageView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.setAccessibleName(self.tr("Viewer"))
        self.panel = IconButton("panel-left", self.tr("Small pages"))
        self.panel.clicked.connect(self.stripToggled)
        self.previous = IconButton("chevron-up", self.tr("Previous page"), key=self.tr("Left"))
        self.previous.clicked.connect(lambda: view.go_to(view.page - 1))
        self.next = IconButton("chevron-down", self.tr("Next page"), key=self.tr("Right"))
        self.next.clicked.connect(lambda: view.go_to(view.page + 1))
        self.place = PlaceField()
        self.place.given.connect(view.go_to)
        self.total = Label("", "emphasis")
        self.smaller = IconButton("zoom-out", self.tr("Smaller"), key="Ctrl -")
        self.smaller.clicked.connect(lambda: view.step_zoom(-1))
        self.zoom = Combo(_zoom_options(self), name=self.tr("Size"), value="width")
        self.zoom.setToolTip(self.tr("Size; 0 fits the width or the page"))
        self.zoom.valueChanged.connect(self._on_zoom_picked)
        self.larger = IconButton("zoom-in", self.tr("Larger"), key="Ctrl +")
        self.larger.clicked.connect(lambda: view.step_zoom(1))
        self.turn = IconButton("rotate-cw", self.tr("Turn"), key="R")
        self.turn.clicked.connect(lambda: view.turn())
        self.invert = IconButton("sun", self.tr("Invert"), key="I", checkable=True)
        self.invert.clicked.connect(lambda: view.invert(not view.inverted))
        self.invert.hide()
        self.compare = IconButton("columns-2", self.tr("Compare with another picture"), checkable=True)
        self.compare.clicked.connect(self.compareToggled)
        self.compare.hide()
        self.search = FindBox(self.tr("Find in document"))
        self.search.searched.connect(self.findRequested)
        self.search.stepRequested.connect(self.hitRequested)
        self.before = IconButton("chevron-left", self.tr("Previous place"), key="Shift F3", extent=24)
        self.before.clicked.connect(lambda: self.hitRequested.emit(-1))
        self.after = IconButton("chevron-right", self.tr("Next place"), key="F3", extent=24)
        self.after.clicked.connect(lambda: self.hitRequested.emit(1))
        self._line_before_find = Divider(vertical=True)
        self._finder = QWidget()
        finding = QHBoxLayout(self._finder)
        finding.setContentsMargins(0, 0, 0, 0)
        finding.setSpacing(2)
        finding.addWidget(self.search, 100)
        finding.addWidget(self.before)
        finding.addWidget(self.after)
        finding.addStretch(1)
        self._upper, self._lower = QHBoxLayout(), QHBoxLayout()
        # Narrow until the room is known: a page must never push its window wider.
        self._narrow = True
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 0, 14, 0)
        column.setSpacing(0)
        for row in (self._upper, self._lower):
            row.setSpacing(2)
            column.addLayout(row)
        for widget in (self.panel, self.previous, self.next):
            self._upper.addWidget(widget)
        self._upper.addSpacing(4)
        self._upper.addWidget(self.place)
        self._upper.addWidget(self.total)
        self._upper.addSpacing(6)
        self._upper.addWidget(_short(Divider(vertical=True)))
        self._upper.addSpacing(6)
        for control in (self.smaller, self.zoom, self.larger, self.turn, self.invert, self.compare):
            self._upper.addWidget(control)
        self._upper.addSpacing(6)
        self._upper.addWidget(_short(self._line_before_find))
        self._upper.addSpacing(6)
        self._upper.addStretch(1)
        self._lower.addWidget(self._finder)
        for button in (self.smaller, self.larger):
            button.setVisible(False)
        view.pageChanged.connect(self.follow)
        view.zoomChanged.connect(self.follow)
        view.invertedChanged.connect(self.follow)
        self.show_hits(0, -1)
        self.begin(searchable=False)
        self._dress()
        theme.current().changed.connect(self._dress)

    def fit_into(self, width: int) -> None:
        """Give the search a row of its own where `width` is too little; sizes are then chosen from the list."""
        narrow = width < theme.current().px(WHOLE_ROW)
        if narrow == self._narrow:
            return
        self._narrow = narrow
        if narrow:
            self._lower.addWidget(self._finder)
            self._upper.addStretch(1)
        else:
            self._upper.takeAt(self._upper.count() - 1)
            self._upper.addWidget(self._finder, 1)
        for button in (self.smaller, self.larger):
            button.setVisible(not narrow)
        self._dress()

    def begin(self, *, searchable: bool) -> None:
        """A new document: its words can be searched or not."""
        self.compare.setVisible(False)
        self.compare.setChecked(False)
        self.search.clear()
        self.search.setVisible(searchable)
        self.show_hits(0, -1)
        self.follow()
        self._dress()

    def follow(self) -> None:
        """Say where the view is."""
        view, there = self._view, self._view.count > 0
        several = view.count > 1
        self.place.setVisible(several)
        self.place.show_page(view.page, view.count)
        self.total.setText(f"/ {view.count}" if several else "1 / 1" if there else "")
        said = self.tr("Page {page} of {count}").format(page=view.page + 1, count=view.count)
        self.place.setAccessibleName(said if there else "")
        self.panel.setEnabled(several)
        self.previous.setEnabled(view.page > 0)
        self.next.setEnabled(view.page < view.count - 1)
        for control in (self.smaller, self.zoom, self.larger, self.turn, self.compare):
            control.setEnabled(there)
        self.smaller.setEnabled(there and view.factor > STEPS[0])
        self.larger.setEnabled(there and view.factor < STEPS[-1])
        self.zoom.set_value(view.zoom)
        self.invert.setVisible(there and not view.readable)
        self.invert.setChecked(view.inverted)

    def show_hits(self, count: int, current: int, *, more: bool = False) -> None:
        """`2 of 7` inside the search box; nothing while nothing is searched."""
        if count:
            total = f"{count}+" if more else str(count)
            note = self.tr("{n} of {count}").format(n=current + 1, count=total)
        else:
            note = self.tr("None") if self.search.text() else ""
        self.search.set_note(note)
        self.search.setAccessibleDescription(note)
        for widget in (self.before, self.after):
            widget.setVisible(count > 1)

    def _on_zoom_picked(self, value: object) -> None:
        if value == "width" or value == "page":
            self._view.set_zoom("width" if value == "width" else "page")
        elif isinstance(value, float):
            self._view.set_zoom(value)

    def _dress(self) -> None:
        searchable = not self.search.isHidden()
        self._line_before_find.setVisible(searchable and not self._narrow)
        self.setFixedHeight(theme.current().px(HEIGHT) * (2 if self._narrow and searchable else 1))
        self.search.setMaximumWidth(theme.current().px(220))


def _zoom_options(owner: QWidget) -> list[Option]:
    fits = [Option("width", owner.tr("Fit width")), Option("page", owner.tr("Fit page"))]
    return fits + [Option(step, owner.tr("{n} %").format(n=round(step * 100))) for step in STEPS]


def _short(line: Divider) -> Divider:
    line.setFixedHeight(22)
    return line
