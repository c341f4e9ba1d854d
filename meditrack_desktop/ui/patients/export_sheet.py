"""The sheet that writes what the list shows to a file: form, columns, a second administrator where one is needed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import SecretStr
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.patient_lists import (
    RECORD_COLUMNS,
    SHOWN_COLUMNS,
    ExportPatientList,
    ListColumn,
    ListForm,
    PatientListExport,
    SecondPerson,
)
from meditrack_desktop.domain.patients import FindPatients
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients.export_words import column_name
from meditrack_desktop.ui.patients.rows import clear, column
from meditrack_desktop.ui.patients.words import count_text
from meditrack_desktop.ui.tasks import SlowTask
from meditrack_desktop.ui.widgets import (
    Banner,
    Button,
    CheckBox,
    Label,
    LabelledField,
    PasswordField,
    ProgressBar,
    Segmented,
    SideSheet,
    TextField,
    announce,
)

_NOBODY = frozenset(
    {ErrorCode.AGREEMENT_NEEDED, ErrorCode.INVALID_CREDENTIALS, ErrorCode.TOO_MANY_TRIES}
    | {ErrorCode.SIGN_IN_CLOSED, ErrorCode.SECOND_FACTOR_NEEDED, ErrorCode.SECOND_FACTOR_WRONG}
)
"""Refusals that speak of the second person's name and password."""


def open_export(desk: Desk, page: QWidget, find: FindPatients) -> ExportSheet | None:
    """Offer to write what `find` finds; nothing for somebody who may not."""
    if not desk.actor.may(Permission.EXPORT_PATIENTS):
        return None
    sheet = ExportSheet(desk, page, find)
    sheet.open_layer()
    return sheet


class ExportSheet(SideSheet):
    def __init__(self, desk: Desk, page: QWidget, find: FindPatients) -> None:
        super().__init__(page, page.tr("Export patients"), width=520)
        self._desk, self._page, self._find = desk, page, find
        self.task: SlowTask | None = None
        self.done: PatientListExport | None = None
        about = self.tr(
            "Writes everybody the list shows now, in its order. Only you can read the file; keep it safe."
        )
        self.body.addWidget(Label(about, tone="text2", wrap=True))
        self._notice = column(0)
        self.body.addLayout(self._notice)
        self._second = self._build_second()
        self.body.addWidget(self._second)
        self.form = Segmented(
            [
                (ListForm.CSV.value, self.tr("CSV table")),
                (ListForm.XLSX.value, self.tr("Excel")),
                (ListForm.VCARD.value, self.tr("Address cards")),
            ],
            ListForm.CSV.value,
            name=self.tr("Form of the file"),
        )
        self.form.valueChanged.connect(self._show_form)
        self.body.addWidget(self.form, 0, Qt.AlignmentFlag.AlignLeft)
        self._columns = self._build_columns()
        self.body.addWidget(self._columns)
        self._cards = Label(
            self.tr(
                "Cards (vCard 4.0) hold name, birth date, gender, phones, e-mail, address, language and note."
            ),
            wrap=True,
        )
        self.body.addWidget(self._cards)
        self._build_run()
        self.body.addStretch(1)
        self._build_footer()
        self._second.hide()
        self._show_form()

    def focus_first(self) -> None:
        first = self.close_button if self.done is not None else self.form.button(self.form.value())
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose_columns(self, columns: Sequence[ListColumn]) -> None:
        """Tick these and no others."""
        for each, box in self.boxes.items():
            box.setChecked(each in columns)

    def command(self) -> ExportPatientList:
        columns = tuple(each for each, box in self.boxes.items() if box.isChecked())
        second = None
        if not self._second.isHidden():
            second = SecondPerson(
                username=self.second_name.text().strip(),
                password=SecretStr(self.second_password.text()),
                code=self.second_code.text().strip(),
            )
        return ExportPatientList(
            find=self._find,
            columns=columns or RECORD_COLUMNS,
            form=ListForm(str(self.form.value())),
            second=second,
            overwrite=True,
        )

    def choose_target(self) -> None:
        """Ask where the file goes; the dialog asks before it replaces one."""
        form = ListForm(str(self.form.value()))
        dialog = QFileDialog(self.window(), self.tr("Export patients"), f"patients.{form.value}")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(form.value)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.export_to(Path(name)))
        dialog.open()

    def export_to(self, target: Path) -> None:
        """Write the file. The sheet may be closed meanwhile."""
        if self.task is not None:
            return
        clear(self._notice)
        lists, actor, command = self._desk.clinic.patient_lists, self._desk.actor, self.command()
        self._target = target
        self.keep_after_close = True
        self._show_running(True)
        self.task = self._desk.tasks.slow(
            self._page,
            lambda report: lists.export(actor, command, target, report),
            done=self._written,
            failed=self._refused,
            always=self._ended,
            progress=self._on_progress,
            title=self.tr("Exporting patients"),
        )

    def _written(self, done: PatientListExport) -> None:
        self.done = done
        self.second_password.clear()
        text = self.tr("{count} patients written to {name}").format(
            count=count_text(done.patients), name=Path(done.path).name
        )
        self._say(text, "ok")
        announce(self._page, text)
        if not self.isVisible():
            self._desk.say(text)

    def _refused(self, error: ClinicError) -> None:
        self.second_password.clear()
        self.second_code.clear()
        said = errors.words(error)
        if error.code is ErrorCode.STOPPED:
            self._say(self.tr("Stopped. No file was written."), "info")
            return
        if error.code in _NOBODY:
            self._second.show()
            tone: Literal["info", "danger"] = "info" if error.code is ErrorCode.AGREEMENT_NEEDED else "danger"
            self._say(said.text, tone, said.title)
            first = self.second_name if not self.second_name.text() else self.second_password
            first.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._say(said.text, "danger", said.title)
        if not self.isVisible():
            errors.show(self._page, error)

    def _ended(self) -> None:
        self.task = None
        self.keep_after_close = False
        self._show_running(False)
        if self.isVisible() and self.done is not None:
            self.focus_first()

    def _on_progress(self, progress: Progress) -> None:
        if progress.total:
            self.bar.set_share(progress.done / progress.total)
            words = self.tr("{done} of {total} patients")
            self.count.setText(words.format(done=count_text(progress.done), total=count_text(progress.total)))

    def _say(self, text: str, tone: Literal["info", "danger", "ok"], lead: str = "") -> None:
        clear(self._notice)
        self._notice.addWidget(Banner(text, tone, lead=lead))

    def _build_columns(self) -> QWidget:
        part = QWidget()
        rows = QVBoxLayout(part)
        rows.setContentsMargins(0, 4, 0, 0)
        rows.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(Label(self.tr("Columns"), "small_strong"), 1)
        for text, columns in (
            (self.tr("As the list shows"), SHOWN_COLUMNS),
            (self.tr("Everything an import takes back"), RECORD_COLUMNS),
        ):
            choice = Button(text, "link", size="small")
            choice.clicked.connect(lambda _=False, chosen=columns: self.choose_columns(chosen))
            head.addWidget(choice)
        rows.addLayout(head)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        self.boxes: dict[ListColumn, CheckBox] = {}
        half = (len(ListColumn) + 1) // 2
        for number, each in enumerate(ListColumn):
            box = CheckBox(column_name(each), each in SHOWN_COLUMNS)
            box.toggled.connect(lambda _on: self._check_columns())
            self.boxes[each] = box
            grid.addWidget(box, number % half, number // half)
        rows.addLayout(grid)
        return part

    def _build_second(self) -> QWidget:
        part = QWidget()
        rows = QVBoxLayout(part)
        rows.setContentsMargins(0, 8, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(Label(self.tr("Another administrator agrees"), "small_strong"))
        self.second_name = TextField()
        self.second_password = PasswordField()
        self.second_code = TextField()
        rows.addWidget(LabelledField(self.tr("Their user name"), self.second_name))
        rows.addWidget(LabelledField(self.tr("Their password"), self.second_password))
        rows.addWidget(LabelledField(self.tr("Their second factor"), self.second_code, optional=True))
        return part

    def _build_run(self) -> None:
        self._run = QWidget()
        rows = QVBoxLayout(self._run)
        rows.setContentsMargins(0, 8, 0, 0)
        self.count = Label("", "small")
        self.bar = ProgressBar(self.tr("Exporting patients"))
        rows.addWidget(self.count)
        rows.addWidget(self.bar)
        self.body.addWidget(self._run)
        self._run.hide()

    def _build_footer(self) -> None:
        self.stop = Button(self.tr("Stop"), "danger_secondary")
        self.stop.clicked.connect(lambda: self.task.stop() if self.task is not None else None)
        self.close_button = Button(self.tr("Close"))
        self.close_button.clicked.connect(self.dismiss)
        self.begin = Button(self.tr("Export"), "primary", icon="download")
        self.begin.set_default()
        self.begin.clicked.connect(self.choose_target)
        self.footer.addStretch(1)
        for button in (self.stop, self.close_button, self.begin):
            self.footer.addWidget(button)
        self.stop.hide()

    def _show_form(self) -> None:
        cards = self.form.value() == ListForm.VCARD.value
        self._columns.setVisible(not cards)
        self._cards.setVisible(cards)
        self._check_columns()

    def _check_columns(self) -> None:
        cards = self.form.value() == ListForm.VCARD.value
        self.begin.setEnabled(cards or any(box.isChecked() for box in self.boxes.values()))

    def _show_running(self, running: bool) -> None:
        self._run.setVisible(running)
        self.stop.setVisible(running)
        self.begin.setVisible(not running)
        self.bar.set_share(0)
        self.count.setText(self.tr("Finding who is on the list"))
        if running and self.isVisible():
            self.stop.setFocus(Qt.FocusReason.OtherFocusReason)
