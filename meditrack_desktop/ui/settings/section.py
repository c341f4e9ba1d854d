"""One page of the settings: a head, and rows of a name with a hint on the left and its controls on the right."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.settings import ChangeSettings, ClinicSettings
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import Banner, Button, Divider, IconLabel, Label, ScrollColumn
from meditrack_desktop.ui.widgets.feedback import Tone

NAME_WIDTH = 244
NARROW = 620


class Row(QWidget):
    """A setting: its name and hint, and the controls. In a narrow page the controls stand below the words."""

    def __init__(self, name: str, hint: str) -> None:
        super().__init__()
        self.name, self.hint = name, hint
        self._box = QHBoxLayout(self)
        self._box.setContentsMargins(0, 14, 0, 14)
        self._box.setSpacing(28)
        self._words = QWidget()
        words = QVBoxLayout(self._words)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(2)
        self.label = Label(name, "emphasis", wrap=True)
        words.addWidget(self.label)
        if hint:
            words.addWidget(Label(hint, "hint", wrap=True))
        words.addStretch(1)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        self._box.addWidget(self._words, 0, Qt.AlignmentFlag.AlignTop)
        self._right = QVBoxLayout()
        self._right.addLayout(self.body)
        self._right.addStretch(1)
        self._box.addLayout(self._right, 1)
        theme.current().changed.connect(self._fit)
        self._fit()

    def add(self, *controls: QWidget) -> None:
        """Put controls side by side, the next call below them."""
        line = QHBoxLayout()
        line.setSpacing(10)
        for control in controls:
            line.addWidget(control)
        line.addStretch(1)
        self.body.addLayout(line)

    def set_narrow(self, narrow: bool) -> None:
        """Words above the controls instead of beside them."""
        down = QHBoxLayout.Direction.TopToBottom
        self._box.setDirection(down if narrow else QHBoxLayout.Direction.LeftToRight)
        self._box.setSpacing(10 if narrow else 28)
        self._words.setMinimumWidth(0 if narrow else theme.current().px(NAME_WIDTH))
        self._words.setMaximumWidth(16777215 if narrow else theme.current().px(NAME_WIDTH))

    def fit(self, width: int) -> None:
        """Lay out for a page of this width: pictures that have no room beside the words stand below them."""
        beside = theme.current().px(NAME_WIDTH) + 28 + self._right.minimumSize().width()
        self.set_narrow(width < max(theme.current().px(NARROW), beside))

    def _fit(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.fit(parent.width())


class Section(QWidget):
    """Subclasses add rows in `__init__`, ask in `load`, and tell with `changed_by_hand` that something is typed.

    `word` names it for `Navigator.settings`; `places` are (name, hint) of its rows, for finding a setting.
    """

    word = ""
    saved = Signal()

    def __init__(self, desk: Desk, title: str, about: str = "") -> None:
        super().__init__()
        self.desk, self.title = desk, title
        self._banner: Banner | None = None
        self._dirty = False
        self.rows: list[Row] = []
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(32, 14, 32, 14)
        self.head.setSpacing(12)
        heading = Label(title, "title")
        heading.setMinimumHeight(32)
        self.head.addWidget(heading)
        self.head.addWidget(Label(about, "body", tone="text2", elide=True), 1)
        column.addLayout(self.head)
        self.column = ScrollColumn(margins=(32, 0, 32, 24))
        self.column.body.setSpacing(0)
        self.column.body.addWidget(Divider())
        self._notices = QVBoxLayout()
        self.column.body.addLayout(self._notices)
        self.content = QVBoxLayout()
        self.content.setSpacing(0)
        self.column.body.addLayout(self.content)
        self.column.body.addStretch(1)
        self.column.viewport().installEventFilter(self)
        column.addWidget(self.column, 1)
        self.bar = _SaveBar()
        self.bar.hide()
        self.bar.save.clicked.connect(self.save)
        self.bar.discard.clicked.connect(self.discard)
        column.addWidget(self.bar)

    @property
    def places(self) -> list[tuple[str, str]]:
        return [(row.name, row.hint) for row in self.rows]

    @property
    def dirty(self) -> bool:
        """Whether something is typed or chosen that is not saved."""
        return self._dirty

    def load(self) -> None:
        """Ask for what is shown; also to show it anew."""

    def save(self) -> None:
        """Keep what was changed."""

    def discard(self) -> None:
        """Back to what is kept."""
        self.set_dirty(False)
        self.load()

    def add_row(self, name: str, hint: str, *controls: QWidget) -> Row:
        """A new row at the end."""
        row = Row(name, hint)
        if self.rows:
            self.content.addWidget(Divider())
        self.rows.append(row)
        self.content.addWidget(row)
        if controls:
            row.add(*controls)
        return row

    def show_banner(
        self, text: str, tone: Tone = "info", action: str = "", then: Callable[[], object] | None = None
    ) -> None:
        """A notice over the rows, in place of the one before."""
        self.clear_banner()
        self._banner = Banner(text, tone, action=action)
        if then is not None:
            self._banner.actionTriggered.connect(lambda: then())
        self._notices.addSpacing(14)
        self._notices.addWidget(self._banner)

    def clear_banner(self) -> None:
        """Take the notice away."""
        if self._banner is not None:
            self._notices.removeWidget(self._banner)
            while self._notices.count():
                self._notices.takeAt(0)
            self._banner.hide()
            self._banner.deleteLater()
            self._banner = None

    def set_dirty(self, dirty: bool) -> None:
        """Show or hide the bar with Save."""
        self._dirty = dirty
        self.bar.setVisible(dirty)

    def keep(self, command: ChangeSettings, done: Callable[[ClinicSettings], None]) -> None:
        """Write the clinic's settings; Save is busy until they are kept or refused."""
        clinic, actor = self.desk.clinic, self.desk.actor
        self.bar.save.set_busy(True)
        self.desk.tasks.change(
            self,
            lambda: clinic.settings.change(actor, command),
            done=done,
            failed=self.refused,
            always=lambda: self.bar.save.set_busy(False),
        )

    def refused(self, error: ClinicError) -> None:
        """What could not be read or kept, with Try again."""
        errors.show(self, error, retry=self.load)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.fit()
        return super().eventFilter(watched, event)

    def fit(self) -> None:
        """Stand words and controls as the width allows."""
        for row in self.rows:
            row.fit(self.column.viewport().width())


class _SaveBar(QWidget):
    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Divider())
        row = QHBoxLayout()
        row.setContentsMargins(32, 12, 32, 12)
        row.setSpacing(8)
        row.addWidget(IconLabel("circle-dot", 14, "accent"))
        row.addWidget(Label(self.tr("Not saved yet"), "body", tone="text2"))
        row.addStretch(1)
        self.discard = Button(self.tr("Discard"))
        self.save = Button(self.tr("Save"), "primary", key="Ctrl S")
        row.addWidget(self.discard)
        row.addWidget(self.save)
        column.addLayout(row)
