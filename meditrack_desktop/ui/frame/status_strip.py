"""The strip along the bottom: connection, this desk, work in the background; clinic, date and time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.tasks import SlowTask, Tasks
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import (
    Button,
    Divider,
    Label,
    Popover,
    ProgressBar,
    announce,
    painting,
)
from meditrack_desktop.ui.widgets.date_text import MONTHS, WEEKDAYS

if TYPE_CHECKING:
    from meditrack_desktop.domain.backups import BackupStatus

HEIGHT = 28


class StripPart(QAbstractButton):
    """A quiet part of the strip with a dot or an icon; pressing it tells more."""

    def __init__(self, text: str, *, icon: str = "", dot: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._dot, self._share, self._tone = icon, dot, -1.0, "text2"
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.say(text)
        theme.current().changed.connect(self._on_theme)

    def say(self, text: str, *, dot: str = "", icon: str = "", share: float = -1.0) -> None:
        """Change the words; `share` 0 to 1 draws a small bar behind them."""
        self._dot, self._icon, self._share = dot or self._dot, icon or self._icon, share
        self.setText(text)
        self.setAccessibleName(text)
        self._on_theme()

    def set_tone(self, tone: str) -> None:
        """The token its words and icon are painted in."""
        self._tone = tone
        self.update()

    def sizeHint(self) -> QSize:
        current = theme.current()
        mark = 8 if self._dot else current.px(14) if self._icon else 0
        words = painting.text_width(self.text(), current.font("small"))
        bar = current.px(60) + 8 if self._share >= 0 else 0
        return QSize(words + mark + (6 if mark else 0) + bar + 16, current.px(24))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = painting.start(self)
        if self.underMouse():
            painting.box(painter, QRectF(self.rect()), 5, t.surface3)
        x, middle = 8.0, self.height() / 2
        if self._dot:
            painting.box(painter, QRectF(x, middle - 4, 8, 8), 4, current.colour(self._dot))
            x += 14
        elif self._icon:
            size = current.px(14)
            draw_icon(painter, x, middle - size / 2, self._icon, size, current.colour(self._tone))
            x += size + 6
        width = painting.text_width(self.text(), current.font("small"))
        area = QRectF(x, 0, width, self.height())
        painting.line_text(painter, area, self.text(), current.font("small"), current.colour(self._tone))
        if self._share >= 0:
            bar = QRectF(x + width + 8, middle - 2, current.px(60), 4)
            painting.box(painter, bar, 2, t.surface3)
            bar.setWidth(max(4.0, bar.width() * min(1.0, self._share)))
            painting.box(painter, bar, 2, t.accent)
        painter.end()

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()


class StatusStrip(QWidget):
    """Always true: what it says comes from the last answer of the clinic's data and from the running work."""

    retryRequested = Signal()
    settingsRequested = Signal(str)
    storeNow = Signal()

    def __init__(
        self,
        tasks: Tasks,
        clinic: str,
        desk: str,
        *,
        shared: bool,
        idle_minutes: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("State of the program"))
        self._shared, self._since = shared, ""
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 20, 0)
        row.setSpacing(8)
        self.connection = StripPart("", dot="ok")
        self.connection.clicked.connect(self._tell_connection)
        self.work = StripPart("", icon="hourglass")
        self.work.clicked.connect(self._tell_work)
        self._work_line = _line()
        self.backup = StripPart("", icon="database-backup")
        self.backup.clicked.connect(lambda: self.settingsRequested.emit("backup"))
        self.backup.hide()
        self._backup_line = _line()
        self._backup_line.hide()
        self.spool = StripPart("", icon="hourglass")
        self.spool.clicked.connect(self.storeNow)
        self.spool.hide()
        self._spool_line = _line()
        self._spool_line.hide()
        self.desk = StripPart(desk, icon="monitor")
        self.desk.setToolTip(self.tr("Name of this desk"))
        self.desk.clicked.connect(lambda: self.settingsRequested.emit("desk"))
        self.clinic = Label(clinic, "small", elide=True)
        self.rule = StripPart("", icon="lock")
        self.rule.clicked.connect(lambda: self.settingsRequested.emit("desk"))
        self.show_rule(idle_minutes)
        self.clock = Label("", "small_medium", tone="text")
        for part in (
            self.connection,
            _line(),
            self.backup,
            self._backup_line,
            self.spool,
            self._spool_line,
            self.desk,
            self._work_line,
            self.work,
        ):
            row.addWidget(part)
        row.addStretch(1)
        self._clinic_line = _line()
        right: tuple[QWidget, ...] = (self.clinic, self._clinic_line, self.rule, _line(), self.clock)
        for widget in right:
            row.addWidget(widget)
        self._tasks = tasks
        tasks.slowStarted.connect(self._on_slow)
        self._show_work()
        self.show_connected()
        self._fit()
        theme.current().changed.connect(self._fit)

    @property
    def parts(self) -> tuple[StripPart, ...]:
        """The parts that take the keyboard, from left to right."""
        return (self.connection, self.backup, self.spool, self.desk, self.work, self.rule)

    @property
    def offline(self) -> bool:
        return bool(self._since)

    def set_compact(self, compact: bool) -> None:
        """A narrow window leaves the clinic's name out."""
        self.clinic.setVisible(not compact)
        self._clinic_line.setVisible(not compact)

    def show_rule(self, idle_minutes: int) -> None:
        """After how long without a touch the desk locks."""
        self.rule.say(self.tr("Locks after {n} min idle").format(n=idle_minutes))
        self.rule.setToolTip(self.tr("Nobody there for {n} min: the desk locks").format(n=idle_minutes))

    def show_backup(self, status: BackupStatus, now: datetime, wall: datetime | None) -> None:
        """How old the last backup is; `wall` is when it was made on the clinic's clock, None if there is none."""
        tone, tip = "text2", self.tr("The last backup was made at {when}.")
        if status.overdue(now):
            tone = "warn" if status.last_at is None else "danger"
        elif status.late(now):
            tone = "warn"
        if wall is None:
            self.backup.say(self.tr("Backup put off") if status.later else self.tr("No backup yet"))
            self.backup.setToolTip(self.tr("If this computer broke now, everything would be lost."))
        else:
            self.backup.say(self._backup_words(now - (status.last_at or now), wall))
            self.backup.setToolTip(tip.format(when=f"{wall.day} {MONTHS[wall.month - 1]}, {wall:%H:%M}"))
        self.backup.set_tone(tone)
        self.backup.show()
        self._backup_line.show()

    def show_spool(self, waiting: int) -> None:
        """How many documents wait at this desk until the vault is back."""
        words = (
            self.tr("1 document not yet stored") if waiting == 1 else self.tr("{n} documents not yet stored")
        )
        if waiting and self.spool.isHidden():
            announce(self, words.format(n=waiting), assertive=True)
        self.spool.say(words.format(n=waiting))
        self.spool.setToolTip(
            self.tr("Kept on this computer, encrypted, until the document folder is back. Press to try now.")
        )
        self.spool.set_tone("warn")
        self.spool.setVisible(waiting > 0)
        self._spool_line.setVisible(waiting > 0)

    def _backup_words(self, age: timedelta, wall: datetime) -> str:
        if age < timedelta(hours=24):
            return self.tr("Backed up {time}").format(time=f"{wall:%H:%M}")
        days = age.days
        words = self.tr("Backed up 1 day ago") if days == 1 else self.tr("Backed up {n} days ago")
        return words.format(n=days)

    def show_connected(self) -> None:
        """The clinic's data answered."""
        self._since = ""
        self.connection.say(self.tr("Connected"), dot="ok")
        self.connection.setToolTip(self._connection_words())

    def show_offline(self, since: datetime) -> None:
        """No answer since this wall-clock time; says so until there is one."""
        if not self._since:
            self._since = f"{since:%H:%M}"
            announce(self, self.tr("No connection to the clinic's data"), assertive=True)
        self.connection.say(self.tr("Offline since {time}").format(time=self._since), dot="warn")
        self.connection.setToolTip(self._connection_words())

    def show_time(self, wall: datetime) -> None:
        """Date and time in the clinic's zone."""
        text = f"{WEEKDAYS[wall.weekday()]} {wall.day} {MONTHS[wall.month - 1]}, {wall:%H:%M}"
        if text != self.clock.text():
            self.clock.setText(text)

    def _fit(self) -> None:
        self.setFixedHeight(theme.current().px(HEIGHT))

    def _connection_words(self) -> str:
        if self._since:
            return self.tr("No answer since {time}. What you see is from then. Press to try again.").format(
                time=self._since
            )
        if self._shared:
            return self.tr("The clinic server answers.")
        return self.tr("The clinic's data is on this computer, encrypted.")

    def tell_backup(self) -> None:
        """Say how the last backup is to somebody who makes none."""
        popover = Popover(self, self.tr("Backup"), width=320)
        popover.body.addWidget(Label(self.backup.toolTip(), "body", wrap=True))
        popover.body.addWidget(Label(self.tr("An administrator makes and restores them."), "hint", wrap=True))
        popover.open_at(self.backup)

    def _tell_connection(self) -> None:
        popover = Popover(self, self.tr("Connection"), width=320)
        popover.body.addWidget(Label(self._connection_words(), "body", wrap=True))
        if self._since:
            retry = Button(self.tr("Try now"), "primary", icon="refresh-cw")
            retry.clicked.connect(popover.close_layer)
            retry.clicked.connect(self.retryRequested)
            popover.footer.addStretch(1)
            popover.footer.addWidget(retry)
        popover.open_at(self.connection)

    def _on_slow(self, task: SlowTask) -> None:
        task.progressed.connect(self._show_work)
        task.finished.connect(self._show_work)
        self._show_work()

    def _show_work(self) -> None:
        # One without a name has not begun in earnest: it only looks whether there is something to do.
        running = [task for task in self._tasks.running() if task.title]
        self.work.setVisible(bool(running))
        self._work_line.setVisible(bool(running))
        if running:
            task = running[0]
            share = _share(task)
            more = f" +{len(running) - 1}" if len(running) > 1 else ""
            percent = f" {round(share * 100)} %" if share >= 0 else ""
            self.work.say(f"{task.title}{percent}{more}", share=share)

    def _tell_work(self) -> None:
        popover = Popover(self, self.tr("Work in the background"), width=340)
        for task in self._tasks.running():
            popover.body.addWidget(_WorkRow(task))
            task.finished.connect(popover.close_layer)
        popover.open_at(self.work)


class _WorkRow(QWidget):
    """One long run with its bar and Stop."""

    def __init__(self, task: SlowTask) -> None:
        super().__init__()
        self._task = task
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(Label(task.title or self.tr("Working"), "body"))
        self._bar = ProgressBar(task.title or self.tr("Working"))
        row.addWidget(self._bar, 1)
        self._stop = Button(self.tr("Stop"), "danger_secondary", size="small")
        self._stop.setToolTip(self.tr("What was finished is kept"))
        self._stop.clicked.connect(self._on_stop)
        row.addWidget(self._stop)
        task.progressed.connect(self._show)
        self._show()

    def _show(self) -> None:
        self._bar.set_share(max(0.0, _share(self._task)))

    def _on_stop(self) -> None:
        self._task.stop()
        self._stop.set_busy(True)


def _share(task: SlowTask) -> float:
    progress = task.progress
    return progress.done / progress.total if progress is not None and progress.total else -1.0


def _line() -> Divider:
    line = Divider(vertical=True)
    line.setFixedHeight(18)
    return line
