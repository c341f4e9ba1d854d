"""The questions before somebody leaves the desk or closes the window, where something would be lost or cut short."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from meditrack_desktop.ui.widgets import confirm


def ask_discard(window: QWidget, act: str, then: Callable[[], object]) -> None:
    """Something typed is not saved; `act` names going all the same."""
    confirm(
        window,
        window.tr("Discard what is not saved?"),
        window.tr("Something typed at this desk has not been saved yet."),
        act,
        then,
        keep=window.tr("Keep editing"),
    )


def ask_stop(window: QWidget, title: str, then: Callable[[], object]) -> None:
    """Long work called `title` is going on."""
    confirm(
        window,
        window.tr("Close while work is going on?"),
        window.tr("{title} has not finished. What it has done so far is kept.").format(
            title=title or window.tr("Work in the background")
        ),
        window.tr("Stop and close"),
        then,
        keep=window.tr("Keep working"),
    )
