"""The list of doctors at the left: name, specialty, hours a week; what wants attention; those who left come last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.doctors.hours_text import hours_words, minutes
from meditrack_desktop.ui.doctors.tab_order import ask_order
from meditrack_desktop.ui.widgets import ScrollColumn, paint_avatar, paint_tag, painting, tag_size
from meditrack_desktop.ui.widgets.badge import initials

NARROW = 260
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Home: -9999, Qt.Key.Key_End: 9999}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a doctor's profile stands: `completeness` in percent, None if it is not told; `licence` in words, and
    whether one has run out."""

    completeness: int | None = None
    licence: str = ""
    expired: bool = False


class DoctorRow(QAbstractButton):
    """One doctor."""

    stepped = Signal(int)

    def __init__(self, doctor: Practitioner, standing: Standing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.doctor, self._standing = doctor, standing
        self._hours = week_words(doctor)
        words = [doctor.name, doctor.specialty, self._hours]
        if not doctor.active:
            words.append(self.tr("Inactive"))
        if standing.licence:
            words.append(standing.licence)
        if standing.completeness is not None:
            words.append(self.tr("Profile {percent} % complete").format(percent=standing.completeness))
        self.setAccessibleName(", ".join(word for word in words if word))
        self.setToolTip("\n".join(words[3:]))
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(200), theme.current().px(56))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(step)

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t, doctor = current.tokens, self.doctor
        painter = painting.start_mirrored(self)
        if self.isChecked():
            painter.fillRect(self.rect(), t.selected)
            painter.fillRect(0, 0, 3, self.height(), t.accent)
        elif self.underMouse():
            painter.fillRect(self.rect(), t.surface2)
        size = current.px(28)
        face = QRectF(20, (self.height() - size) / 2, size, size)
        paint_avatar(painter, face, initials(f"{doctor.given} {doctor.family}"), staff=True)
        line, small = current.line_height("body"), current.line_height("small")
        x, edge = face.right() + 10, float(self.width() - 14)
        top = (self.height() - line - small) / 2
        narrow = self.width() < current.px(NARROW)
        # In a narrow list the name has its line for itself.
        right = self._paint_end(painter, edge, top + line + small / 2 if narrow else self.height() / 2)
        name = QRectF(x, top, (edge if narrow else right) - x, line)
        ink = t.text if doctor.active else t.text2
        painting.line_text(painter, name, doctor.name, current.font("strong"), ink)
        below = QRectF(x, top + line, right - x, small)
        painting.line_text(painter, below, doctor.specialty, current.font("small"), t.text2)
        if self._standing.completeness is not None and doctor.active:
            self._paint_completeness(painter, QRectF(x, self.height() - 6, edge - x, 3))
        painter.end()

    def _paint_end(self, painter: QPainter, right: float, middle: float) -> float:
        """The far end: a tag for what wants attention, else the hours. Returns where the words may end."""
        current = theme.current()
        if not self.doctor.active:
            words, tone = self.tr("Inactive"), "neutral"
        elif self._standing.licence:
            words, tone = self.tr("Licence"), "danger" if self._standing.expired else "warn"
        elif current.scale < 1.5:
            width = painting.text_width(self._hours, current.font("small"))
            area = QRectF(right - width, middle - 12, width, 24)
            ink = current.tokens.text2
            painting.line_text(painter, area, self._hours, current.font("small"), ink, painting.RIGHT)
            return right - width - 8
        else:
            return right
        size = tag_size(words)
        area = QRectF(right - size.width(), middle - size.height() / 2, size.width(), size.height())
        paint_tag(painter, area, words, tone)
        return right - size.width() - 8

    def _paint_completeness(self, painter: QPainter, area: QRectF) -> None:
        t = theme.current().tokens
        painting.box(painter, area, 1.5, t.surface3)
        done = QRectF(area)
        done.setWidth(area.width() * (self._standing.completeness or 0) / 100)
        painting.box(painter, done, 1.5, t.accent)


class DoctorList(ScrollColumn):
    """One tab stop; arrows move. `chosen` carries the doctor's id."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setAccessibleName(self.tr("Doctors"))
        self.body.setSpacing(0)
        self.body.addStretch(1)
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(lambda row: self.chosen.emit(row.doctor.id))
        self.rows: list[DoctorRow] = []

    def show_doctors(
        self,
        doctors: Sequence[Practitioner],
        chosen: UUID | None,
        standings: Mapping[UUID, Standing] | None = None,
    ) -> None:
        """Show these, the active first, with one chosen; focus stays in the list if it was there."""
        had_focus = any(row.hasFocus() for row in self.rows)
        for row in self.rows:
            self._group.removeButton(row)
            self.body.removeWidget(row)
            row.hide()
            row.deleteLater()
        known = standings or {}
        self.rows = [
            DoctorRow(doctor, known.get(doctor.id, Standing()))
            for doctor in sorted(doctors, key=lambda d: not d.active)
        ]
        for place, row in enumerate(self.rows):
            row.stepped.connect(self._step)
            self._group.addButton(row)
            self.body.insertWidget(place, row)
        self.mark(chosen)
        ask_order(self)
        if had_focus:
            self.focus_chosen()

    def mark(self, chosen: UUID | None) -> None:
        """Show which doctor is chosen; None: something else is in front."""
        self._group.setExclusive(False)
        for row in self.rows:
            row.setChecked(row.doctor.id == chosen)
        self._group.setExclusive(True)
        stop = next((row for row in self.rows if row.isChecked()), self.rows[0] if self.rows else None)
        for row in self.rows:
            row.setFocusPolicy(Qt.FocusPolicy.StrongFocus if row is stop else Qt.FocusPolicy.ClickFocus)

    def focus_chosen(self) -> None:
        """Give the focus to the doctor who is chosen."""
        for row in self.rows:
            if row.isChecked():
                row.setFocus(Qt.FocusReason.OtherFocusReason)

    def _step(self, step: int) -> None:
        here = next((at for at, row in enumerate(self.rows) if row.hasFocus()), 0)
        there = min(max(here + step, 0), len(self.rows) - 1)
        if there != here:
            self.rows[there].setFocus(Qt.FocusReason.TabFocusReason)
            self.rows[there].click()


def week_words(doctor: Practitioner) -> str:
    """How long the doctor works a week; where weeks take turns, on average."""
    total = minutes((stretch.starts, stretch.ends) for stretch in doctor.hours)
    return hours_words(round(total / doctor.cycle_weeks))
