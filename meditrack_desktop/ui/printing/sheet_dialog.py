"""A sheet about many patients before it is printed: a day's list, a list of calls. It is noted first, printed then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from meditrack_desktop.domain.printing import (
    HandedBy,
    MakeCallList,
    MakeDaySheet,
    NoteSheet,
    Printout,
    SheetKind,
)
from meditrack_desktop.domain.progress import OnProgress
from meditrack_desktop.services.private_file import private_file
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.printing import printers
from meditrack_desktop.ui.printing.sheet_preview import SheetPreview
from meditrack_desktop.ui.remembered import remembered_in
from meditrack_desktop.ui.widgets import Banner, Combo, Dialog, LabelledField, Option, format_date

_PREVIEW_HEIGHT = 360
_SHARE_OF_WINDOW = 0.28
_REMEMBERED = "print/sheets"


class SheetDialog(Dialog):
    """Enter prints. Without a printer the sheet can still be saved."""

    def __init__(
        self,
        desk: Desk,
        host: QWidget,
        kind: SheetKind,
        day: date,
        title: str,
        text: str,
        make: Callable[[], Printout],
    ) -> None:
        super().__init__(host, title, text, width=680)
        self._desk, self._kind, self._day, self._make = desk, kind, day, make
        self._folder: Path = desk.clinic.profile.folder
        self._sheet: Printout | None = None
        self.preview = SheetPreview(desk)
        room = int(host.window().height() * _SHARE_OF_WINDOW)
        self.preview.setFixedHeight(min(theme.current().px(_PREVIEW_HEIGHT), max(room, 160)))
        self.body.addWidget(self.preview)
        self.notice = Banner("", "info")
        self.notice.hide()
        self.body.addWidget(self.notice)
        self.printer = Combo(name=self.tr("Printer"), placeholder=self.tr("Looking for printers…"))
        self.body.addWidget(LabelledField(self.tr("Printer"), self.printer))
        self.add_action(self.tr("Cancel"), self.dismiss, closes=False)
        self.save = self.add_action(self.tr("Save as PDF…"), self._choose_file, closes=False, icon="download")
        self.act = self.add_action(
            self.tr("Print"), self.print_sheet, kind="primary", default=True, closes=False, icon="printer"
        )
        self.act.setEnabled(False)
        self.save.setEnabled(False)

    def load(self) -> None:
        """Ask for the printers and the sheet."""
        folder = self._folder

        def look(_progress: OnProgress) -> tuple[str, tuple[str, ...]]:
            return str(remembered_in(folder).value(_REMEMBERED, "")), printers.printer_names()

        self._desk.tasks.slow(self, look, done=self._show_printers, title=self.tr("Looking for printers"))
        self._desk.tasks.query(self, self._make, self._show_sheet, replaces="sheet")

    def focus_first(self) -> None:
        # Until there is a sheet nothing can be done with it; the keys must not stay behind the dialog.
        self.printer.setFocus(Qt.FocusReason.OtherFocusReason)

    def print_sheet(self) -> None:
        """Note it, then send it to the chosen printer, which this desk remembers from now on."""
        sheet, name = self._sheet, self.printer.value()
        if sheet is None or not isinstance(name, str) or not name or self.act.busy:
            return
        self.act.set_busy(True)
        desk, folder, command = self._desk, self._folder, self._note(HandedBy.PRINTED)

        def work(_progress: OnProgress) -> str:
            desk.clinic.printouts.hand_over_sheet(desk.actor, command)
            printers.send(sheet.pdf, name, sheet.title)
            kept = remembered_in(folder)
            kept.setValue(_REMEMBERED, name)
            kept.sync()
            return name

        desk.tasks.slow(
            self, work, done=self._printed, always=lambda: self.act.set_busy(False), title=self.tr("Printing")
        )

    def save_to(self, target: Path) -> None:
        """Note it, then write it there."""
        sheet, desk = self._sheet, self._desk
        if sheet is None:
            return
        command = self._note(HandedBy.SAVED)

        def work(_progress: OnProgress) -> None:
            desk.clinic.printouts.hand_over_sheet(desk.actor, command)
            with private_file(target) as part:
                part.write_bytes(sheet.pdf)

        desk.tasks.slow(self, work, done=lambda _none: self._saved(), title=self.tr("Saving the sheet"))

    def _note(self, by: HandedBy) -> NoteSheet:
        return NoteSheet(kind=self._kind, day=self._day, by=by)

    def _show_printers(self, found: tuple[str, tuple[str, ...]]) -> None:
        wanted, names = found
        nothing = Option("", self.tr("No printer"), enabled=False)
        self.printer.set_options([Option(name, name) for name in names] or [nothing])
        self.printer.set_value(wanted if wanted in names else (names[0] if names else ""))
        if not names:
            self.notice.set_text(
                self.tr(
                    "This computer has no printer. The sheet can be saved as a PDF and printed elsewhere."
                )
            )
            self.notice.show()
        self._offer()

    def _show_sheet(self, sheet: Printout) -> None:
        self._sheet = sheet
        self.preview.show_pdf(sheet.pdf)
        self._offer()

    def _offer(self) -> None:
        if self._sheet is None:
            return
        self.save.setEnabled(True)
        self.act.setEnabled(bool(self.printer.value()))
        if self.printer.hasFocus():
            (self.act if self.act.isEnabled() else self.save).setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_file(self) -> None:
        # No name of a patient in the name of a file.
        dialog = QFileDialog(self.window(), self.tr("Save the sheet"), f"{self._kind.value}-{self._day}.pdf")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name)))
        dialog.open()

    def _printed(self, name: str) -> None:
        self.close_layer()
        self._desk.say(self.tr("Sheet sent to {printer}").format(printer=name))

    def _saved(self) -> None:
        self.close_layer()
        self._desk.say(self.tr("The sheet is saved"))


def open_day_sheet(desk: Desk, host: QWidget, day: date) -> SheetDialog:
    """The list of a day with every visit, of all doctors."""
    title = _tr("Print the day list")
    make = partial(desk.clinic.printouts.day_sheet, desk.actor, MakeDaySheet(day=day))
    return _opened(SheetDialog(desk, host, SheetKind.DAY_SHEET, day, title, format_date(day), make))


def open_call_list(desk: Desk, host: QWidget, absence_id: UUID, who: str) -> SheetDialog:
    """Whom to call because a doctor is away; `who` names the doctor and the time."""
    title = _tr("Print the list of calls")
    make = partial(desk.clinic.printouts.call_list, desk.actor, MakeCallList(absence_id=absence_id))
    return _opened(SheetDialog(desk, host, SheetKind.CALL_LIST, desk.today(), title, who, make))


def _opened(dialog: SheetDialog) -> SheetDialog:
    dialog.open_layer()
    dialog.load()
    return dialog


def _tr(text: str) -> str:
    return QCoreApplication.translate("printing", text)
