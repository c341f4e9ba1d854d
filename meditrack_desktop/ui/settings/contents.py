"""The list on the left: sections by group, and the box that finds a setting."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import Label, ScrollColumn, SearchBox, matches, painting

WIDTH, NARROW_WIDTH = 227, 190


class Entry(QAbstractButton):
    """One section in the list; below its name the setting that was found, while somebody looks for one."""

    def __init__(self, word: str, text: str, icon: str) -> None:
        super().__init__()
        self.word, self._text, self._icon, self.found = word, text, icon, ""
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_found("")
        theme.current().changed.connect(self._on_theme)

    def show_found(self, name: str) -> None:
        """Name the setting that was found here."""
        self.found = name
        self.setAccessibleName(f"{self._text}, {name}" if name else self._text)
        self._on_theme()

    def sizeHint(self) -> QSize:
        current = theme.current()
        return QSize(current.px(120), current.px(46 if self.found else 32))

    def nextCheckState(self) -> None:
        """The mark follows the section that is open, not the click."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t, chosen = current.tokens, self.isChecked()
        painter = painting.start_mirrored(self)
        if chosen or self.underMouse():
            painting.box(painter, QRectF(self.rect()), 6, t.selected if chosen else t.surface2)
        size, line = current.px(16), current.px(32)
        ink = t.on_accent_soft if chosen else t.text2
        draw_icon(painter, 10, (line - size) / 2, self._icon, size, ink)
        words = QRectF(10 + size + 10, 0, self.width() - size - 26, line)
        font = current.font("strong" if chosen else "emphasis")
        painting.line_text(painter, words, self._text, font, ink)
        if self.found:
            words.translate(0, current.px(20))
            words.setHeight(current.px(20))
            painting.line_text(painter, words, self.found, current.font("micro"), t.text2)
        painter.end()

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()


class Contents(QWidget):
    """`chosen` carries a section's word. `index` gives each section's (name, hint) pairs to search in."""

    chosen = Signal(str)

    def __init__(self, groups: Sequence[tuple[str, Sequence[tuple[str, str, str]]]]) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Settings"))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 12, 8)
        column.setSpacing(0)
        column.addWidget(Label(self.tr("Settings"), "title"))
        column.addSpacing(14)
        self.search = SearchBox(self.tr("Find a setting"))
        self.search.searched.connect(self._find)
        self.search.returnPressed.connect(self._open_first)
        self.search.leftDown.connect(self._into_list)
        column.addWidget(self.search)
        scroll = ScrollColumn(margins=(0, 0, 4, 0))
        scroll.body.setSpacing(0)
        column.addWidget(scroll, 1)
        self.index: dict[str, list[tuple[str, str]]] = {}
        self.entries: dict[str, Entry] = {}
        self._groups: list[tuple[Label, list[Entry]]] = []
        for name, sections in groups:
            heading = Label(name, "micro", tone="text2")
            heading.setContentsMargins(0, 14, 0, 4)  # and not spacing: it goes when the heading goes
            scroll.body.addWidget(heading)
            entries = []
            for word, text, icon in sections:
                entry = Entry(word, text, icon)
                entry.clicked.connect(lambda _=False, word=word: self.chosen.emit(word))
                self.entries[word] = entry
                entries.append(entry)
                scroll.body.addWidget(entry)
            self._groups.append((heading, entries))
        self.nothing = Label("", "small", wrap=True)
        scroll.body.addSpacing(14)
        scroll.body.addWidget(self.nothing)
        self.nothing.hide()
        scroll.body.addStretch(1)
        theme.current().changed.connect(self._on_theme)
        self._narrow = False
        self.set_narrow(False)

    def set_narrow(self, narrow: bool) -> None:
        """A little less wide where the window is small."""
        self._narrow = narrow
        self.setFixedWidth(theme.current().px(NARROW_WIDTH if narrow else WIDTH))

    def _on_theme(self) -> None:
        self.set_narrow(self._narrow)

    def mark(self, word: str) -> None:
        """Show which section is open."""
        for each, entry in self.entries.items():
            entry.setChecked(each == word)

    def _find(self, typed: str) -> None:
        for word, entry in self.entries.items():
            names = self.index.get(word, [])
            hit = (
                next((name for name, hint in names if matches(typed, f"{name} {hint}")), "") if typed else ""
            )
            title = bool(typed) and matches(typed, entry.accessibleName().partition(",")[0])
            entry.show_found(hit)
            entry.setVisible(not typed or bool(hit) or title)
        for heading, entries in self._groups:
            heading.setVisible(any(not entry.isHidden() for entry in entries))
        none = all(entry.isHidden() for entry in self.entries.values())
        self.nothing.setVisible(none)
        self.nothing.setText(self.tr('No setting matches "{text}".').format(text=typed) if none else "")

    def _shown(self) -> list[Entry]:
        return [entry for entry in self.entries.values() if not entry.isHidden()]

    def _open_first(self) -> None:
        if self.search.text() and self._shown():
            self._shown()[0].click()

    def _into_list(self) -> None:
        if self._shown():
            self._shown()[0].setFocus(Qt.FocusReason.TabFocusReason)
