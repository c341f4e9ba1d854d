"""A day's hours drawn as bars between 07:00 and 20:00, beside the typed times that say the same."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.doctors.hours_text import Stretch
from meditrack_desktop.ui.widgets import painting

FIRST, LAST = 7, 20


def _share(width: float, hour: float) -> float:
    return width * min(1.0, max(0.0, (hour - FIRST) / (LAST - FIRST)))


class HoursBar(QWidget):
    """Decorative: the field beside it carries the words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stretches: Sequence[Stretch] = ()
        self._changed = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.update)

    def show_stretches(self, stretches: Sequence[Stretch], *, changed: bool) -> None:
        """Draw these; `changed` marks that they are not saved."""
        self._stretches, self._changed = stretches, changed
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(240), theme.current().px(44))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.current().px(120), theme.current().px(44))

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current().tokens
        painter = painting.start(self)
        for hour in range(FIRST, LAST):
            painter.fillRect(QRectF(round(_share(self.width(), hour)), 0, 1, self.height()), t.line)
        height = min(32, self.height() - 8)
        for starts, ends in self._stretches:
            left = _share(self.width(), starts.hour + starts.minute / 60)
            right = _share(self.width(), ends.hour + ends.minute / 60)
            if right - left < 2:
                continue
            rect = QRectF(round(left), (self.height() - height) / 2, round(right - left), height)
            edge = t.warn if self._changed else t.accent
            painting.box(painter, rect, 5, t.warn_soft if self._changed else t.accent_soft, edge)
        painter.end()


class HoursScale(QWidget):
    """The hours over the bars."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(240), theme.current().px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        painter = painting.start(self)
        # In a narrow window the first two would touch, as one stands beside its line and one over it.
        roomy = _share(self.width(), FIRST + 3) > 2 * current.px(30)
        for hour in (7, 10, 13, 16, 19) if roomy else (7, 13, 19):
            middle = _share(self.width(), hour)
            area = QRectF(max(0.0, middle - 24), 0, 48, self.height())
            align = painting.LEFT if hour == FIRST else painting.CENTRE
            painting.line_text(
                painter, area, f"{hour:02}:00", current.font("micro"), current.tokens.text2, align
            )
        painter.end()
