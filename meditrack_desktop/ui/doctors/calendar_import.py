"""Bringing in a calendar file: what it would bring is shown first, then it is taken, then told what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from meditrack_desktop.domain.calendar_files import (
    CalendarItem,
    CalendarPreview,
    CalendarReport,
    ImportAbsences,
    ImportClosures,
)
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.progress import OnProgress
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.domain.working_time import SetClosure
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.affected import AffectedDialog, count_words
from meditrack_desktop.ui.doctors.words import span_words
from meditrack_desktop.ui.run_bar import RunBar
from meditrack_desktop.ui.widgets import (
    Banner,
    Button,
    Card,
    CheckBox,
    Divider,
    Label,
    SideSheet,
)

FILTER = "iCalendar (*.ics *.ical *.ifb);;All files (*)"
MOST_SHOWN = 300
Keys = frozenset[str]


@dataclass(frozen=True, slots=True)
class CalendarSource:
    """What is done with a file: `read` shows what `run` would do; `affected` are visits on what it would bring.

    With `choosing` single entries can be left out.
    """

    title: str
    act: str
    choosing: bool
    read: Callable[[Path, OnProgress | None], CalendarPreview]
    run: Callable[[Path, Keys, OnProgress | None], CalendarReport]
    affected: Callable[[Sequence[CalendarItem]], Sequence[Appointment]]


class CalendarImportSheet(SideSheet):
    """Reads `path`, lists what it would bring, and takes it."""

    def __init__(self, desk: Desk, host: QWidget, source: CalendarSource, path: Path) -> None:
        super().__init__(host, source.title, width=480)
        self._desk, self._source, self._path = desk, source, path
        self.boxes: dict[str, CheckBox] = {}
        self._visits: Sequence[Appointment] = ()
        self._list = QVBoxLayout()
        self._list.setSpacing(10)
        self.body.addWidget(Label(path.name, "small", tone="text2", elide=True))
        self.bar = RunBar()
        self.body.addWidget(self.bar)
        self.body.addLayout(self._list)
        self.body.addStretch(1)
        self.take = Button(source.act, "primary")
        self.take.set_default()
        self.take.clicked.connect(self._take)
        self.take.hide()
        self.cancel = Button(self.tr("Cancel"))
        self.cancel.clicked.connect(self.dismiss)
        self.footer.addStretch(1)
        self.footer.addWidget(self.cancel)
        self.footer.addWidget(self.take)

    def begin(self) -> None:
        """Open, and read the file beside the window."""
        self.open_layer()

        def read(progress: OnProgress) -> tuple[CalendarPreview, Sequence[Appointment]]:
            preview = self._source.read(self._path, progress)
            return preview, self._source.affected(preview.items)

        task = self._desk.tasks.slow(
            self, read, done=self._show, failed=self._refused, title=self.tr("Reading a calendar")
        )
        self.bar.follow(task, self.tr("Reading"))

    def _show(self, found: tuple[CalendarPreview, Sequence[Appointment]]) -> None:
        preview, self._visits = found
        if self._visits:
            words = self.tr("They stay where they are until somebody moves them.")
            lead = self.tr("{visits} booked there.").format(visits=count_words(len(self._visits)))
            warning = Banner(words, "warn", lead=lead, action=self.tr("Review"))
            warning.actionTriggered.connect(
                lambda: AffectedDialog(self._desk, self, self._visits).open_layer()
            )
            self._list.addWidget(warning)
        self._list.addWidget(Label(_counts(self, preview), "emphasis", wrap=True))
        card = Card(padding=0)
        for number, item in enumerate(preview.items[:MOST_SHOWN]):
            if number:
                card.body.addWidget(Divider())
            card.body.addWidget(self._row(item))
        if preview.items:
            self._list.addWidget(card)
        if len(preview.items) > MOST_SHOWN:
            words = self.tr("And {n} more.").format(n=len(preview.items) - MOST_SHOWN)
            self._list.addWidget(Label(words, "small", tone="text2"))
        self._list.addWidget(_left_out(self, preview.reasons, preview.notes))
        self.take.setVisible(bool(preview.new or preview.changed))
        self.take.setFocus(Qt.FocusReason.OtherFocusReason)

    def _row(self, item: CalendarItem) -> QWidget:
        words = ", ".join(part for part in (span_words(item.wall_start, item.wall_end), item.title) if part)
        row = QWidget()
        line = QVBoxLayout(row)
        line.setContentsMargins(14, 6, 14, 6)
        if self._source.choosing:
            box = CheckBox(words, checked=True)
            self.boxes[item.key] = box
            line.addWidget(box)
        else:
            line.addWidget(Label(words, "body", elide=True))
        return row

    def _take(self) -> None:
        left_out = frozenset(key for key, box in self.boxes.items() if not box.isChecked())
        self.take.set_busy(True)
        task = self._desk.tasks.slow(
            self,
            lambda progress: self._source.run(self._path, left_out, progress),
            done=self._taken,
            failed=self._refused,
            always=lambda: self.take.set_busy(False),
            title=self.tr("Importing a calendar"),
        )
        self.bar.follow(task, self.tr("Importing"))

    def _taken(self, report: CalendarReport) -> None:
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        words = self.tr("{new} added, {changed} changed, {same} were there already.").format(
            new=report.added, changed=report.updated, same=report.unchanged
        )
        lead = self.tr("Done.") if report.complete else self.tr("Stopped; what was taken stays.")
        self._list.addWidget(Banner(words, "ok" if report.complete else "warn", lead=lead))
        if report.affected:
            said = self.tr("{visits} booked in it; they stay until somebody moves them.")
            self._list.addWidget(
                Label(said.format(visits=count_words(report.affected)), "body", tone="text2", wrap=True)
            )
        self._list.addWidget(_left_out(self, report.reasons, report.notes))
        self.take.hide()
        self.cancel.set_text(self.tr("Close"))
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refused(self, error: ClinicError) -> None:
        said = errors.words(error)
        self._list.addWidget(Banner(said.text, "danger", lead=said.title, stacked=True))


def open_closure_import(desk: Desk, host: QWidget) -> None:
    """Ask for a file of holidays, then show what it would bring."""
    files, times, actor = desk.clinic.calendar_files, desk.clinic.working_times, desk.actor

    def affected(items: Sequence[CalendarItem]) -> Sequence[Appointment]:
        days = {item.day: item for item in items if item.day >= desk.today()}
        visits = [
            visit
            for day, item in sorted(days.items())
            for visit in times.affected_by_closure(actor, SetClosure(day=day, name=item.title or "-"))
        ]
        return list({visit.id: visit for visit in visits}.values())

    source = CalendarSource(
        host.tr("Import holidays"),
        host.tr("Import closed days"),
        True,
        lambda path, progress: files.read_closures(actor, ImportClosures(), path, progress),
        lambda path, left, progress: files.import_closures(
            actor, ImportClosures(leave_out=left), path, progress
        ),
        affected,
    )
    _ask_file(desk, host, source)


def open_absence_import(desk: Desk, host: QWidget, doctor: Practitioner) -> None:
    """Ask for another calendar of a doctor, then show which of its times would become time off."""
    files, actor = desk.clinic.calendar_files, desk.actor
    command = ImportAbsences(practitioner_id=doctor.id)
    source = CalendarSource(
        host.tr("Import a calendar of {name}").format(name=doctor.name),
        host.tr("Import time off"),
        False,
        lambda path, progress: files.read_absences(actor, command, path, progress),
        lambda path, _left, progress: files.import_absences(actor, command, path, progress),
        lambda _items: (),  # the report counts them: a calendar may hold thousands of times
    )
    _ask_file(desk, host, source)


def _ask_file(desk: Desk, host: QWidget, source: CalendarSource) -> None:
    dialog = QFileDialog(host.window(), source.title, "", FILTER)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda name: CalendarImportSheet(desk, host, source, Path(name)).begin())
    dialog.open()


def _counts(owner: QObject, preview: CalendarPreview) -> str:
    parts = [owner.tr("{n} new").format(n=preview.new)]
    if preview.changed:
        parts.append(owner.tr("{n} changed").format(n=preview.changed))
    if preview.unchanged:
        parts.append(owner.tr("{n} there already").format(n=preview.unchanged))
    return ", ".join(parts)


def _left_out(owner: QObject, reasons: object, notes: Sequence[str]) -> Label:
    lines = list(notes)
    if isinstance(reasons, dict):
        lines += [owner.tr("Left out, {n}: {why}").format(n=count, why=why) for why, count in reasons.items()]
    label = Label("\n".join(lines), "small", tone="text2", wrap=True)
    label.setMinimumHeight(0)
    return label
