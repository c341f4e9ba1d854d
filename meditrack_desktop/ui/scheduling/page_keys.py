"""The calendar's keys that hold in every view: a typed date, today, doctor groups, taller and shorter hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.printing.acts import may_print
from meditrack_desktop.ui.scheduling.calendar_view import CalendarView
from meditrack_desktop.ui.scheduling.doctor_choosing import DoctorChoosing
from meditrack_desktop.ui.scheduling.doctor_list import GROUP_KEY
from meditrack_desktop.ui.scheduling.keys_help import KeysHelp
from meditrack_desktop.ui.scheduling.page_header import PageHeader

GROUPS = 9


class KeyedPage(Protocol):
    """What the keys ask of the page."""

    @property
    def view(self) -> CalendarView: ...
    def ask_date(self) -> None: ...
    def go_today(self) -> None: ...
    @property
    def day(self) -> date: ...
    @property
    def header(self) -> PageHeader: ...
    @property
    def choosing(self) -> DoctorChoosing: ...


def bind_page_keys(desk: Desk, page: QWidget, host: KeyedPage) -> None:
    """Bind them; they rest while the page is not seen or a layer covers it."""

    def bind(keys: str, then: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), page)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(lambda: then())

    bind("Ctrl+G", host.ask_date)
    bind("Ctrl+T", host.go_today)
    bind("Ctrl+/", lambda: KeysHelp(page).open_layer())
    host.header.keys.clicked.connect(lambda: KeysHelp(page).open_layer())
    if may_print(desk):
        bind("Ctrl+P", lambda: _print(desk, page, host.day))
        host.header.print.clicked.connect(lambda: _print(desk, page, host.day))
    host.header.print.setVisible(may_print(desk))
    for number in range(GROUPS + 1):
        bind(f"{GROUP_KEY}+{number}", partial(host.choosing.choose_group, number))
    bind("Alt++", lambda: host.view.zoom(1))
    bind("Alt+=", lambda: host.view.zoom(1))
    bind("Alt+-", lambda: host.view.zoom(-1))


def _print(desk: Desk, page: QWidget, day: date) -> None:
    from meditrack_desktop.ui.printing.sheet_dialog import open_day_sheet

    open_day_sheet(desk, page, day)
