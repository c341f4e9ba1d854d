"""The set-up's one card before the ornament: steps on the left, the page on the right, and its foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.first_run.page import SetUpPage
from meditrack_desktop.ui.first_run.step_list import StepList
from meditrack_desktop.ui.frame.brand import Brand
from meditrack_desktop.ui.login.card import FOOT, SHADE, Foot, wide_shadow
from meditrack_desktop.ui.login.day_ribbon import DayRibbon
from meditrack_desktop.ui.login.theme_choice import ThemeChoice
from meditrack_desktop.ui.widgets import Button, IconLabel, Label, painting
from meditrack_desktop.ui.widgets.scrolling import wanted_height

if TYPE_CHECKING:
    from meditrack_desktop.domain.clock import Clock

WIDTH, HEIGHT = 918, 610
STEPS_WIDTH, BOTTOM = 247, 68


class SetUpCard(QWidget):
    """`steps`, `pages` and the buttons `quit`, `back`, `go_on`; `note` says what becomes of the answers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.steps = StepList()
        self.pages = QStackedWidget()
        self.quit = Button(self.tr("Quit set-up"), "quiet")
        self.note = Label(self.tr("Your answers so far are kept."), "small", elide=True)
        self.back = Button(self.tr("Back"))
        self.quit.setToolTip(self.tr("Quit set-up (Alt+Q)"))
        self.back.setToolTip(self.tr("Back (Alt+Left)"))
        self.go_on = Button(self.tr("Continue"), "primary", key="Enter")
        whole = QHBoxLayout(self)
        whole.setContentsMargins(SHADE, SHADE, SHADE, SHADE)
        whole.setSpacing(0)
        self.left = QWidget()
        left = QVBoxLayout(self.left)
        left.setContentsMargins(22, 28, 16, 20)
        left.setSpacing(0)
        left.addWidget(Label(self.tr("Set up MediTrack"), "section"))
        left.addSpacing(2)
        left.addWidget(
            Label(
                self.tr("About 5 minutes. You can change everything later in Settings."), "small", wrap=True
            )
        )
        left.addSpacing(20)
        left.addWidget(self.steps)
        left.addStretch(1)
        whole.addWidget(self.left)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.pages, 1)
        self.bottom = QWidget()
        row = QHBoxLayout(self.bottom)
        row.setContentsMargins(30, 0, 32, 0)
        row.setSpacing(8)
        row.addWidget(self.quit)
        row.addWidget(self.note, 1)
        row.addWidget(self.back)
        row.addWidget(self.go_on)
        right.addWidget(self.bottom)
        whole.addLayout(right, 1)
        theme.current().changed.connect(self.arrange)
        self.arrange()

    def wanted(self, width: int) -> int:
        """Height of the page in front with the buttons, in a card of that width."""
        page = self.pages.currentWidget()
        if not isinstance(page, SetUpPage):
            return 0
        content = wanted_height(page.sheet.content, width - self.left.width())
        return content + self.bottom.height() + 20

    def arrange(self) -> None:
        """Give the parts that do not grow their size."""
        current = theme.current()
        room = self.width() - 2 * SHADE
        self.left.setFixedWidth(min(current.px(STEPS_WIDTH), max(160, round(room * 0.27))))
        self.bottom.setFixedHeight(current.px(BOTTOM))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current().tokens
        painter = painting.start_mirrored(self)
        place = QRectF(self.rect()).adjusted(SHADE, SHADE, -SHADE, -SHADE)
        wide_shadow(painter, place)
        painting.box(painter, place, 14, t.surface, t.line)
        left = QRectF(place.left(), place.top(), self.left.width(), place.height())
        painting.side_box(painter, left, 14, t.surface2, t.line, "left")
        edge = left.right()
        painter.fillRect(QRectF(edge, place.top() + 1, 1, place.height() - 2), t.line)
        line = place.bottom() - self.bottom.height()
        painter.fillRect(QRectF(edge, line, place.right() - edge - 1, 1), t.line)
        painter.end()


class SetUpScreen(DayRibbon):
    """The whole window: ornament, the program's mark, the card, and a line with language and theme."""

    now_at = 0.895

    def __init__(self, clock: Clock, version: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clock = clock
        self.brand = Brand(self)
        self.card = SetUpCard(self)
        self.foot = Foot(self)
        row = self.foot.row
        row.addWidget(Label(f"MediTrack {version}", "small"))
        row.addStretch(1)
        language = QHBoxLayout()
        language.setSpacing(6)
        language.addWidget(IconLabel("languages", 14))
        language.addWidget(Label(self.tr("English"), "small"))
        row.addLayout(language)
        row.addWidget(ThemeChoice())
        theme.current().changed.connect(self.arrange)
        self.card.pages.currentChanged.connect(lambda _: self.arrange())
        self.tick()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.arrange()
        return super().event(event)

    def tick(self) -> None:
        """Follow the clock; called each minute."""
        self.show_time(self.clock.now().astimezone())

    def arrange(self) -> None:
        """Place the card for the window's present size."""
        current = theme.current()
        self.brand.setGeometry(28, 22, current.px(220), max(30, current.px(26)))
        foot = current.px(FOOT)
        self.foot.setGeometry(0, self.height() - foot, self.width(), foot)
        width = min(current.px(WIDTH), self.width() - 32)
        height = min(max(current.px(HEIGHT), self.card.wanted(width)), self.height() - foot - 16)
        top = max(8, round((self.height() - foot - height) / 2 - 2))
        # In a small window the card needs the place.
        self.brand.setVisible(top > self.brand.geometry().bottom())
        self.card.setGeometry(
            (self.width() - width) // 2 - SHADE, top - SHADE, width + 2 * SHADE, height + 2 * SHADE
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()
