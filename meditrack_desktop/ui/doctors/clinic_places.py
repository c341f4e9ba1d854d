"""The lines below the list of doctors that lead to what is the whole clinic's."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.assets_pane import AssetsPane
from meditrack_desktop.ui.doctors.closures_pane import ClosuresPane
from meditrack_desktop.ui.doctors.groups_pane import GroupsPane
from meditrack_desktop.ui.doctors.list_pane import ListPane
from meditrack_desktop.ui.doctors.specialties_pane import SpecialtiesPane
from meditrack_desktop.ui.doctors.visit_types_pane import VisitTypesPane
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import Divider, painting

CLOSURES, VISIT_TYPES, ASSETS, GROUPS, SPECIALTIES = (
    "closures",
    "visit types",
    "assets",
    "groups",
    "specialties",
)
MAKERS: dict[str, Callable[[Desk], ListPane]] = {
    CLOSURES: ClosuresPane,
    VISIT_TYPES: VisitTypesPane,
    ASSETS: AssetsPane,
    GROUPS: GroupsPane,
    SPECIALTIES: SpecialtiesPane,
}


class ClinicPlaces(QWidget):
    """One tab stop; arrows move. `chosen` carries the word of a place."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("The clinic"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(0)
        column.addWidget(Divider())
        column.addSpacing(6)
        self.lines: dict[str, PlaceLine] = {}
        for word, text, icon in (
            (CLOSURES, self.tr("Holidays and closures"), "calendar-x"),
            (VISIT_TYPES, self.tr("Visit types and prices"), "clipboard-list"),
            (ASSETS, self.tr("Rooms and devices"), "layers"),
            (GROUPS, self.tr("Doctor groups"), "users"),
            (SPECIALTIES, self.tr("Specialties"), "stethoscope"),
        ):
            line = PlaceLine(text, icon)
            line.clicked.connect(lambda _=False, word=word: self.chosen.emit(word))
            line.stepped.connect(lambda step, line=line: self._step(line, step))
            self.lines[word] = line
            column.addWidget(line)
        self.mark("")

    def mark(self, word: str) -> None:
        """Show which place is in front; none for an empty word."""
        stop = self.lines.get(word) or next(iter(self.lines.values()))
        for each, line in self.lines.items():
            line.setChecked(each == word)
            line.setFocusPolicy(Qt.FocusPolicy.StrongFocus if line is stop else Qt.FocusPolicy.ClickFocus)

    def _step(self, line: PlaceLine, step: int) -> None:
        lines = list(self.lines.values())
        there = lines.index(line) + step
        if 0 <= there < len(lines):
            lines[there].setFocus(Qt.FocusReason.TabFocusReason)


class PlaceLine(QAbstractButton):
    """Icon, words, and an arrow to the right. `stepped` is -1 or 1 for the line above or below."""

    stepped = Signal(int)

    def __init__(self, text: str, icon: str) -> None:
        super().__init__()
        self._icon = icon
        self.setText(painting.literal(text))
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self._on_theme)

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(200), theme.current().px(32))

    def nextCheckState(self) -> None:
        """The mark follows what is in front, not the click."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t, chosen = current.tokens, self.isChecked()
        painter = painting.start_mirrored(self)
        if chosen:
            painter.fillRect(self.rect(), t.selected)
            painter.fillRect(0, 0, 3, self.height(), t.accent)
        elif self.underMouse():
            painter.fillRect(self.rect(), t.surface2)
        size = current.px(16)
        ink = t.on_accent_soft if chosen else t.text2
        draw_icon(painter, 20, (self.height() - size) / 2, self._icon, size, ink)
        words = QRectF(20 + size + 10, 0, self.width() - size - 62, self.height())
        painting.line_text(
            painter, words, painting.words_of(self), current.font("strong" if chosen else "body"), t.text
        )
        arrow = current.px(14)
        draw_icon(
            painter, self.width() - 16 - arrow, (self.height() - arrow) / 2, "chevron-right", arrow, t.text2
        )
        painter.end()

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()
