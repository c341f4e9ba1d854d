"""The keys of the calendar on one sheet: what they do on free time, on a visit, and everywhere."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from meditrack_desktop.ui.widgets import KeySheet

Lines = tuple[tuple[tuple[str, ...], str], ...]


def _sections() -> tuple[tuple[str, Lines], ...]:
    def tr(text: str) -> str:
        return QCoreApplication.translate("CalendarKeys", text)

    return (
        (
            tr("On free time"),
            (
                ((tr("A letter"),), tr("Begin a booking with this name")),
                (("Enter",), tr("Book this time")),
                (("+", "-"), tr("Make it longer or shorter, as Shift with the arrows does")),
                (("F3", "Shift+F3"), tr("Next or former free time of this doctor")),
                (("Ctrl+F",), tr("Find a time: doctor, visit, specialty, language, room")),
                (("F2",), tr("While booking: hold the time two minutes more")),
            ),
        ),
        (
            tr("On a visit"),
            (
                (("Enter", "Space"), tr("Show it")),
                (("C", "I", "S", "F"), tr("Check in, send in, with the doctor, finish")),
                (("N", "X"), tr("No-show, cancel (also Delete)")),
                (("B",), tr("Book another visit")),
                (("O",), tr("Read the newest report of this patient")),
                (("M", "Ctrl+X"), tr("Pick up; arrows carry, Enter or Ctrl+V drops")),
                (("Ctrl+Arrow",), tr("Move to another time, doctor or day")),
                (("Shift+Up", "Shift+Down"), tr("Shorter, longer")),
                (("Shift+F10",), tr("Everything else")),
            ),
        ),
        (
            tr("Going about"),
            (
                (("1", "2", "3", "4"), tr("Day, week, month, agenda")),
                (("PgUp", "PgDown"), tr("Former, next")),
                (("Ctrl+T",), tr("Today (on a visit also T)")),
                (("Ctrl+G",), tr("Go to a date: 24 Dec, +2w, mon (on a visit also G)")),
                (("Alt+1", "Alt+9"), tr("A doctor group; Alt+0 everybody")),
                (("Home", "End"), tr("First and last time of the doctor")),
                (("Alt++", "Alt+-"), tr("Taller, shorter hours (also Ctrl and wheel)")),
                (("Ctrl+P",), tr("Print the day list")),
                (("Ctrl+Z", "Ctrl+Y"), tr("Undo, redo")),
            ),
        ),
    )


class KeysHelp(KeySheet):
    def __init__(self, host: QWidget) -> None:
        super().__init__(
            host, QCoreApplication.translate("CalendarKeys", "Keys of the calendar"), _sections()
        )
