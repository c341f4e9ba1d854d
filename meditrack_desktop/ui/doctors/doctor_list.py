"""The list of doctors at the left: name, specialty, hours a week; those who left come last."""

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.doctors.hours_text import hours_words, minutes
from meditrack_desktop.ui.widgets import ScrollColumn, paint_avatar, paint_tag, painting, tag_size
from meditrack_desktop.ui.widgets.badge import initials


class DoctorRow(QAbstractButton):
    """One doctor."""

    def __init__(self, doctor: Practitioner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.doctor = doctor
        self._hours = hours_words(minutes((h.starts, h.ends) for h in doctor.hours))
        state = "" if doctor.active else ", " + self.tr("Inactive")
        self.setAccessibleName(f"{doctor.name}, {doctor.specialty}, {self._hours}{state}")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(200), theme.current().px(56))

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t, doctor = current.tokens, self.doctor
        painter = painting.start(self)
        if self.isChecked():
            painter.fillRect(self.rect(), t.selected)
            painter.fillRect(0, 0, 3, self.height(), t.accent)
        elif self.underMouse():
            painter.fillRect(self.rect(), t.surface2)
        size = current.px(28)
        face = QRectF(20, (self.height() - size) / 2, size, size)
        paint_avatar(painter, face, initials(f"{doctor.given} {doctor.family}"), staff=True)
        right = float(self.width() - 14)
        if doctor.active and current.scale < 1.5:
            width = painting.text_width(self._hours, current.font("small"))
            area = QRectF(right - width, 0, width, self.height())
            painting.line_text(painter, area, self._hours, current.font("small"), t.text2, painting.RIGHT)
            right -= width + 8
        elif not doctor.active:
            tag = tag_size(self.tr("Inactive"))
            area = QRectF(right - tag.width(), (self.height() - tag.height()) / 2, tag.width(), tag.height())
            paint_tag(painter, area, self.tr("Inactive"), "neutral")
            right -= tag.width() + 8
        line, small = current.line_height("body"), current.line_height("small")
        x = face.right() + 10
        top = (self.height() - line - small) / 2
        ink = t.text if doctor.active else t.text2
        name = QRectF(x, top, right - x, line)
        painting.line_text(painter, name, doctor.name, current.font("strong"), ink)
        below = QRectF(x, top + line, right - x, small)
        painting.line_text(painter, below, doctor.specialty, current.font("small"), t.text2)
        painter.end()


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

    def show_doctors(self, doctors: Sequence[Practitioner], chosen: UUID | None) -> None:
        """Show these, the active first, with one chosen; focus stays in the list if it was there."""
        had_focus = any(row.hasFocus() for row in self.rows)
        for row in self.rows:
            self._group.removeButton(row)
            self.body.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [DoctorRow(doctor) for doctor in sorted(doctors, key=lambda d: not d.active)]
        for place, row in enumerate(self.rows):
            self._group.addButton(row)
            self.body.insertWidget(place, row)
            if row.doctor.id == chosen:
                row.setChecked(True)
                if had_focus:
                    row.setFocus(Qt.FocusReason.OtherFocusReason)
