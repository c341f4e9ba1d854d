"""What a person may do, area by area: a row says it in a few words and opens to say it in full."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.admin.permission_words import Area, areas, summary, words
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import Card, Divider, IconLabel, Label, paint_tag, painting, tag_size


class AreaRow(QAbstractButton):
    """One area; a click opens or closes its list. `changed` marks what is not saved."""

    def __init__(self, area: Area, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.area = area
        self._held: frozenset[Permission] = frozenset()
        self._changed = False
        self.setText(painting.literal(area.title))
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.updateGeometry)

    def show_held(self, held: frozenset[Permission], *, changed: bool) -> None:
        """Say what of this area is held."""
        self._held, self._changed = held, changed
        said = summary(self.area, held)
        mark = ", " + self.tr("changed") if changed else ""
        self.setAccessibleName(f"{self.area.title}: {said}{mark}")
        self.setToolTip(said)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(200), theme.current().px(33))

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = painting.start_mirrored(self)
        if self.underMouse():
            painter.fillRect(self.rect(), t.surface2)
        size = current.px(13)
        right = self.width() - 12.0 - size
        icon = "chevron-up" if self.isChecked() else "chevron-down"
        draw_icon(painter, right, (self.height() - size) / 2, icon, size, t.text2)
        right -= 6
        title, font = self.area.title, current.font("body")
        wide = painting.text_width(title, font)
        painting.line_text(painter, QRectF(12, 0, wide, self.height()), title, font, t.text)
        said = summary(self.area, self._held)
        strong = current.font("emphasis")
        tag = tag_size(self.tr("Changed")).width() + 8 if self._changed else 0
        room = max(0.0, right - 12 - wide - 14 - tag)
        width = min(room, float(painting.text_width(said, strong)))
        ink = t.text if self._held else t.text2
        place = QRectF(right - width, 0, width, self.height())
        painting.line_text(painter, place, said, strong, ink, painting.RIGHT)
        if self._changed:
            mark = tag_size(self.tr("Changed"))
            area = QRectF(
                right - width - 8 - mark.width(),
                (self.height() - mark.height()) / 2,
                mark.width(),
                mark.height(),
            )
            paint_tag(painter, area, self.tr("Changed"), "accent")
        painter.end()


class AreaList(Card):
    """All areas of the grid for one person, read-only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=0, parent=parent)
        self.rows: list[AreaRow] = []
        self._lists: list[_Deeds] = []
        for number, area in enumerate(areas()):
            if number:
                self.body.addWidget(Divider())
            row, deeds = AreaRow(area), _Deeds(area)
            deeds.hide()
            row.toggled.connect(deeds.setVisible)
            self.body.addWidget(row)
            self.body.addWidget(deeds)
            self.rows.append(row)
            self._lists.append(deeds)

    def show_held(self, held: frozenset[Permission], saved: frozenset[Permission]) -> int:
        """Show what is held; returns in how many areas that differs from what is `saved`."""
        count = 0
        for row, deeds in zip(self.rows, self._lists, strict=True):
            of_area = frozenset(row.area.permissions)
            changed = held & of_area != saved & of_area
            count += changed
            row.show_held(held & of_area, changed=changed)
            deeds.show_held(held)
        return count


class _Deeds(QWidget):
    """The permissions of one area in full: what is held with a tick, what is not with a dash."""

    def __init__(self, area: Area) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 2, 12, 10)
        column.setSpacing(4)
        self._lines: list[tuple[Permission, IconLabel, Label]] = []
        for permission in area.permissions:
            row = QHBoxLayout()
            row.setSpacing(8)
            icon = IconLabel("minus", 13, "text3", line="small")
            label = Label(words(permission).deed, "small", wrap=True)
            row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(label, 1)
            column.addLayout(row)
            self._lines.append((permission, icon, label))

    def show_held(self, held: Iterable[Permission]) -> None:
        mine = set(held)
        for permission, icon, label in self._lines:
            has = permission in mine
            icon.set_icon("check" if has else "minus", "accent" if has else "text3")
            label.set_tone("text" if has else "text3")
            said = self.tr("may: {deed}") if has else self.tr("may not: {deed}")
            label.setAccessibleName(said.format(deed=words(permission).deed))
