"""A file that names somebody else than the chart: both side by side; only who ticks the box files it there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.ui.filing.two_people import PersonCard, TwoPeople
from meditrack_desktop.ui.widgets import Banner, Button, CheckBox, Dialog, format_date


class AnotherNameDialog(Dialog):
    """Enter cancels. `anyway` files it after all, `then_not` says that nothing is filed.

    `patient` are the chart's two identifiers, as everywhere; whom the file names comes with the refusal.
    """

    def __init__(
        self,
        host: QWidget,
        file_name: str,
        patient: tuple[str, str],
        refusal: ClinicError,
        anyway: Callable[[], object],
        then_not: Callable[[], object],
    ) -> None:
        super().__init__(
            host,
            host.tr("This file names somebody else"),
            host.tr("Nothing was filed. Compare both before you go on."),
            width=560,
        )
        self._anyway, self._then_not, self._decided = anyway, then_not, False
        name, about = _named(str(refusal.parameters.get("named", "")))
        self.people = TwoPeople(
            PersonCard(self.tr("In the file {name}").format(name=file_name), name, about),
            PersonCard(self.tr("This chart"), *patient),
        )
        self.body.addWidget(self.people)
        self.body.addWidget(
            Banner(self.tr("A report in the wrong chart can harm two people."), "warn", icon="user-x")
        )
        self.sure = CheckBox(self.tr("I compared both: the file belongs to this patient"))
        self.body.addWidget(self.sure)
        self.file = self.add_action(
            self.tr("File it here anyway"), self._file, kind="danger_secondary", closes=False
        )
        self.file.setEnabled(False)
        self.sure.toggled.connect(self.file.setEnabled)
        self.cancel: Button = self.add_action(
            self.tr("Do not file"), self.close_layer, kind="primary", default=True, closes=False, key="Enter"
        )
        self.closed.connect(self._tell_decision)

    def focus_first(self) -> None:
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _file(self) -> None:
        if self.sure.isChecked():
            self._decided = True
            self.close_layer()
            self._anyway()

    def _tell_decision(self) -> None:
        if not self._decided:
            self._then_not()


def _named(line: str) -> tuple[str, str]:
    """Whom a file names, out of the one line of a refusal: the name, and what else, days as they are written here."""
    parts = [part for part in line.split(", ") if part]
    said = [_day(part) for part in parts]
    begins = 0 if not parts or said[0] != parts[0] or not any(letter.isalpha() for letter in parts[0]) else 1
    name = parts[0] if begins else ""
    return name or QCoreApplication.translate("Documents", "No name"), ", ".join(said[begins:])


def _day(part: str) -> str:
    try:
        return format_date(date.fromisoformat(part))
    except ValueError:
        return part
