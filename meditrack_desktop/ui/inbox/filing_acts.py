"""The file in hand goes to who is chosen: said of the file and the patient it was asked for, whatever is in hand by
the answer."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.incoming import FileIncoming
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.filing.another_name import AnotherNameDialog
from meditrack_desktop.ui.inbox.acts import InboxActs
from meditrack_desktop.ui.inbox.file_list import FileList
from meditrack_desktop.ui.inbox.filing_form import FilingForm


class FilingActs(QObject):
    """`ended`: somebody dealt with the file before; the list is to be asked again."""

    ended = Signal()

    def __init__(self, page: QWidget, acts: InboxActs, files: FileList, form: FilingForm) -> None:
        super().__init__(page)
        self._page, self._acts, self._list, self._form = page, acts, files, form
        form.wanted.connect(self.file)

    def file(self, command: FileIncoming) -> None:
        """File what stands in the form."""
        self._file_with(command, self._form.identifiers, self._form.file_name)

    def _file_with(self, command: FileIncoming, who: list[str], file_name: str) -> None:
        """`who`: name and the rest of whom it is filed with."""
        form = self._form
        form.file.set_busy(True)
        self._acts.file(
            command,
            who[0] if who else "",
            lambda _document: self._filed(command),
            partial(self._refused, command, who, file_name),
            lambda: form.file.set_busy(False),
        )

    def _filed(self, command: FileIncoming) -> None:
        if self._form.file_id == command.id:
            # Whoever types for the next file already keeps the keys: letters act on files in the list.
            self._list.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._list.take_out(command.id)

    def _refused(self, command: FileIncoming, who: list[str], file_name: str, error: ClinicError) -> None:
        if error.code is ErrorCode.FILE_NAMES_ANOTHER:
            sure = command.model_copy(update={"other_name_confirmed": True})
            AnotherNameDialog(
                self._page,
                file_name,
                (who[0], ", ".join(who[1:])),
                error,
                partial(self._file_with, sure, who, file_name),
                lambda: self._search_again(command.id),
            ).open_layer()
            return
        if self._form.file_id == command.id:
            said = errors.words(error)
            self._form.show_refusal(said.title, said.text, error)
        if error.code in (ErrorCode.INCOMING_ENDED, ErrorCode.INCOMING_NOT_FOUND):
            self.ended.emit()

    def _search_again(self, file_id: UUID) -> None:
        self._list.choose(file_id)
        if self._form.file_id == file_id:
            self._form.focus_patient()
