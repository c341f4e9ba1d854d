"""The clinic's rules of safety: locks, passwords, who reads charts, how long records are kept."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from pydantic import ValidationError
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout

from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.settings import ChangeSettings, ClinicSettings, ReadingRule
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.settings.section import Section
from meditrack_desktop.ui.widgets import CheckBox, Combo, Label, LabelledField, Option, Radio, TextField

IDLE = (1, 2, 3, 5, 10, 15, 20, 30)
HARD = (5, 10, 15, 30, 60, 120, 240)
LENGTHS = (10, 12, 14, 15, 16, 20, 24, 32)


class SecuritySection(Section):
    """Saved together; counts at every desk from its next look on."""

    word = "security"

    def __init__(self, desk: Desk) -> None:
        tr = partial(QCoreApplication.translate, "SecuritySection")
        super().__init__(desk, tr("Security"), tr("for everybody, on every desk"))
        self._kept: ClinicSettings | None = None
        self.idle = Combo(_minutes(IDLE), name=tr("Lock when nobody is there"))
        self.hard = Combo(_minutes(HARD), name=tr("Close the records"))
        self.length = Combo(
            [Option(n, tr("{n} characters").format(n=n)) for n in LENGTHS], name=tr("Shortest password")
        )
        self.factor = CheckBox(tr("Administrators need an authenticator app"))
        self.in_care = Radio(tr("Only patients in their care"))
        self.whole = Radio(tr("Every patient of the clinic"))
        self._readers = QButtonGroup(self)
        for radio in (self.in_care, self.whole):
            self._readers.addButton(radio)
        self.admin_reads = CheckBox(tr("Administrators open clinical documents"))
        self.unscanned = CheckBox(tr("Refuse documents that no virus scanner has looked at"))
        self.retention = TextField(name=tr("Years"))
        self.retention.setMaxLength(3)
        self.retention.setFixedWidth(80)
        self.retention_field = LabelledField(tr("Years"), self.retention)
        self.retention_field.label.hide()
        self._add_rows()
        for combo in (self.idle, self.hard, self.length):
            combo.setMinimumWidth(200)
            combo.valueChanged.connect(self._on_edited)
        for button in (self.factor, self.in_care, self.whole, self.admin_reads, self.unscanned):
            button.clicked.connect(self._on_edited)
        self.retention.textEdited.connect(self._on_edited)

    def load(self) -> None:
        clinic, actor = self.desk.clinic, self.desk.actor
        self.desk.tasks.query(
            self, lambda: clinic.settings.read(actor), self._show, failed=self.refused, replaces="settings"
        )
        if actor.may(Permission.REVIEW_BREAK_GLASS):
            self.desk.tasks.query(
                self,
                lambda: clinic.precautions.server_logging(actor),
                self._warn_of_logs,
                failed=self.refused,
                replaces="logs",
            )
        else:
            self.clear_banner()

    def save(self) -> None:
        if not self.dirty or self.bar.save.busy or self._kept is None:
            return
        command = self._command()
        if command is None:
            self.retention_field.set_error(self.tr("A number of years from 1 to 100."))
            return
        self.retention_field.clear_error()
        self.keep(command, self._saved)

    def _add_rows(self) -> None:
        tr = self.tr
        self.add_row(
            tr("Lock when nobody is there"), tr("Warned 20 s before. Nothing typed is lost."), self.idle
        )
        self.add_row(
            tr("Close the records"),
            tr(
                "So long after the lock, where the data is on the computer itself. Only a password opens them again."
            ),
            self.hard,
        )
        self.add_row(
            tr("Shortest password"),
            tr("For passwords that are chosen from now on; they must also be hard to guess."),
            self.length,
        )
        self.add_row(tr("Second step"), tr("Asked for when they sign in the next time."), self.factor)
        reading = QVBoxLayout()
        reading.setSpacing(4)
        reading.addWidget(self.in_care)
        reading.addWidget(self.whole)
        self.add_row(
            tr("Doctors open the documents of"),
            tr("Others only in an emergency, with a reason that is reviewed."),
        ).body.addLayout(reading)
        self.add_row(
            tr("Administrators and charts"),
            tr("Off: they too give a reason, which is reviewed."),
            self.admin_reads,
        )
        self.add_row(
            tr("Unscanned documents"),
            tr("Off: they are kept and marked. Infected ones are always refused."),
            self.unscanned,
        )
        self.add_row(
            tr("Keep records for"),
            tr("Counted from the last contact. Nothing is erased by itself."),
            self.retention_field,
            Label(tr("years"), "body"),
        )

    def _command(self) -> ChangeSettings | None:
        years = self.retention.text().strip()
        try:
            return ChangeSettings(
                idle_lock_minutes=_number(self.idle.value()),
                hard_lock_minutes=_number(self.hard.value()),
                password_minimum=_number(self.length.value()),
                second_factor_for_admins=self.factor.isChecked(),
                reading_rule=ReadingRule.WHOLE_CLINIC if self.whole.isChecked() else ReadingRule.IN_CARE,
                admin_reads_charts=self.admin_reads.isChecked(),
                refuse_unscanned=self.unscanned.isChecked(),
                retention_years=int(years) if years.isascii() and years.isdecimal() else 0,
            )
        except ValidationError:
            return None

    def _on_edited(self, _value: object = None) -> None:
        command, kept = self._command(), self._kept
        same = command is not None and kept is not None
        if command is not None and kept is not None:
            given = command.model_dump(exclude_none=True)
            same = all(getattr(kept, name) == value for name, value in given.items())
        self.set_dirty(not same)

    def _show(self, settings: ClinicSettings) -> None:
        if self.dirty:
            return
        self._kept = settings
        self.idle.set_options(_minutes({*IDLE, settings.idle_lock_minutes}))
        self.hard.set_options(_minutes({*HARD, settings.hard_lock_minutes}))
        self.idle.set_value(settings.idle_lock_minutes)
        self.hard.set_value(settings.hard_lock_minutes)
        lengths = sorted({*LENGTHS, settings.password_minimum})
        self.length.set_options([Option(n, self.tr("{n} characters").format(n=n)) for n in lengths])
        self.length.set_value(settings.password_minimum)
        self.factor.setChecked(settings.second_factor_for_admins)
        self.whole.setChecked(settings.reading_rule is ReadingRule.WHOLE_CLINIC)
        self.in_care.setChecked(settings.reading_rule is ReadingRule.IN_CARE)
        self.admin_reads.setChecked(settings.admin_reads_charts)
        self.unscanned.setChecked(settings.refuse_unscanned)
        self.retention.setText(str(settings.retention_years))
        self.retention_field.clear_error()

    def _warn_of_logs(self, loud: tuple[str, ...]) -> None:
        """The server's own log may hold what was typed, unless whoever runs it says otherwise (security.md D40)."""
        if loud:
            self.show_banner(
                self.tr(
                    "The clinic server may write values into its own log. Ask whoever runs it to set: {names}."
                ).format(names=", ".join(loud)),
                "warn",
            )
        else:
            self.clear_banner()

    def _saved(self, settings: ClinicSettings) -> None:
        self.set_dirty(False)
        self._show(settings)
        self.desk.say(self.tr("Security settings saved"))
        self.saved.emit()


def _minutes(values: Iterable[int]) -> list[Option]:
    words = QCoreApplication.translate("SecuritySection", "{n} min")
    hours = QCoreApplication.translate("SecuritySection", "{n} h")
    return [
        Option(n, hours.format(n=n // 60) if n >= 60 and n % 60 == 0 else words.format(n=n))
        for n in sorted(values)
    ]


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
