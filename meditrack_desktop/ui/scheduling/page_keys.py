"""The calendar's keys that hold in every view: a typed date, today, doctor groups, taller and shorter hours."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from meditrack_desktop.ui.scheduling.calendar_view import CalendarView
from meditrack_desktop.ui.scheduling.doctor_choosing import DoctorChoosing

GROUPS = 9


class KeyedPage(Protocol):
    """What the keys ask of the page."""

    @property
    def view(self) -> CalendarView: ...
    def ask_date(self) -> None: ...
    def go_today(self) -> None: ...
    def show_keys(self) -> None: ...
    @property
    def choosing(self) -> DoctorChoosing: ...


def bind_page_keys(page: QWidget, host: KeyedPage) -> None:
    """Bind them; they rest while the page is not seen or a layer covers it."""

    def bind(keys: str, then: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), page)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(lambda: then())

    bind("Ctrl+G", host.ask_date)
    bind("Ctrl+T", host.go_today)
    bind("Ctrl+/", host.show_keys)
    for number in range(GROUPS + 1):
        bind(f"Alt+{number}", partial(host.choosing.choose_group, number))
    bind("Alt++", lambda: host.view.zoom(1))
    bind("Alt+=", lambda: host.view.zoom(1))
    bind("Alt+-", lambda: host.view.zoom(-1))
