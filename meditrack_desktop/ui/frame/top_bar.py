"""The top bar: back, forward, search, and the one thing a front desk does most: a new appointment."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.frame.find_box import FindBox
from meditrack_desktop.ui.widgets import Button, IconButton, SplitButton

HEIGHT = 52


class TopBar(QWidget):
    """Its acts go through the desk's navigator; back and forward through signals."""

    backRequested = Signal()
    forwardRequested = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Search and new appointment"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 12, 0)
        row.setSpacing(4)
        self.back = IconButton("arrow-left", self.tr("Back"), key="Alt+Left", icon_size=18)
        self.forward = IconButton("arrow-right", self.tr("Forward"), key="Alt+Right", icon_size=18)
        self.back.clicked.connect(self.backRequested)
        self.forward.clicked.connect(self.forwardRequested)
        row.addWidget(self.back)
        row.addWidget(self.forward)
        row.addSpacing(8)
        self.search: FindBox | None = None
        if desk.actor.may(Permission.VIEW_PATIENTS):
            self.search = FindBox(desk)
            self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            row.addWidget(self.search, 10)
        row.addStretch(1)
        self.new: SplitButton | None = None
        self._build_new(desk, row)
        self._compact = False
        self.set_compact(False)
        theme.current().changed.connect(self._on_theme)

    def set_compact(self, compact: bool) -> None:
        """Shorter words and a narrower box in a narrow window."""
        self._compact = compact
        current = theme.current()
        self.setFixedHeight(current.px(HEIGHT))
        if self.search is not None:
            self.search.setMaximumWidth(current.px(350 if compact else 466))
        if self.new is not None:
            main = self.new.main
            main.set_text(self.tr("New") if compact else self.tr("New appointment"))
            main.setAccessibleName(self.tr("New appointment"))
            main.setToolTip(self.tr("New appointment (Ctrl+N)"))

    def _on_theme(self) -> None:
        self.set_compact(self._compact)

    def _build_new(self, desk: Desk, row: QHBoxLayout) -> None:
        """The split button as far as the role allows: booking, registering, one of them, or neither."""
        books = desk.actor.may(Permission.BOOK_APPOINTMENT)
        registers = desk.actor.may(Permission.REGISTER_PATIENT)
        if books:
            self.new = SplitButton(
                self.tr("New appointment"), icon="plus", menu_name=self.tr("New, more choices")
            )
            self.new.clicked.connect(lambda: desk.go.book())
            self.new.menu.add(
                self.tr("New appointment"), lambda: desk.go.book(), icon="calendar-plus", key="Ctrl+N"
            )
            if registers:
                self.new.menu.add(
                    self.tr("New patient"), lambda: desk.go.register(), icon="user-plus", key="Ctrl+Shift+N"
                )
            self.new.menu.add(
                self.tr("Add to the waitlist"), lambda: desk.go.join_waitlist(), icon="hourglass"
            )
            row.addWidget(self.new)
        elif registers:
            register = Button(self.tr("New patient"), "primary", icon="user-plus")
            register.clicked.connect(lambda: desk.go.register())
            row.addWidget(register)
