"""What the log's head offers: checking every seal, and saving what is shown to a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from meditrack_desktop.domain.audit import (
    AuditExtract,
    AuditLine,
    AuditQuery,
    Breach,
    ExtractKind,
    ExtractWords,
    SealCheck,
)
from meditrack_desktop.domain.errors import ClinicError, Stopped
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.audit import words
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.run_bar import RunBar


class LogActs(QObject):
    """`checked` carries what a check found. One run at a time; the bar shows it."""

    checked = Signal(object)

    def __init__(self, desk: Desk, page: QWidget, bar: RunBar) -> None:
        super().__init__(page)
        self._desk, self._page, self._bar = desk, page, bar

    def check(self) -> None:
        """Recompute every seal of every desk."""
        if self._bar.running:
            return
        audit, actor = self._desk.clinic.audit, self._desk.actor
        doing = self.tr("Checking the entries")
        task = self._desk.tasks.slow(
            self._page,
            lambda progress: audit.check(actor, progress),
            done=self._on_checked,
            failed=lambda error: self._refused(error, self.tr("The check was stopped")),
            title=doing,
        )
        self._bar.follow(task, doing)

    def choose_folder(self, kind: ExtractKind, query: AuditQuery, period: str) -> None:
        """Ask where to save what is shown, then save it there."""
        folder = QFileDialog.getExistingDirectory(self._page, self.tr("Where to save the extract"))
        if folder:
            self.extract(kind, query, period, Path(folder))

    def extract(self, kind: ExtractKind, query: AuditQuery, period: str, folder: Path) -> None:
        """Save what is shown into `folder`."""
        if self._bar.running:
            return
        audit, actor = self._desk.clinic.audit, self._desk.actor
        said = extract_words(self._desk, period)
        doing = self.tr("Saving the extract")
        task = self._desk.tasks.slow(
            self._page,
            lambda progress: audit.extract(actor, query, kind, folder, said, progress),
            done=self._on_saved,
            failed=lambda error: self._refused(error, self.tr("Stopped. No file was saved")),
            title=doing,
        )
        self._bar.follow(task, doing)

    def _on_checked(self, found: SealCheck) -> None:
        self.checked.emit(found)
        if found.whole:
            text = self.tr("{count} entries checked: unbroken").format(count=words.count_text(found.lines))
            self._desk.say(text)

    def _on_saved(self, saved: AuditExtract) -> None:
        count = words.count_text(saved.lines)
        if len(saved.files) == 1:
            text = self.tr("{count} entries saved in {file}").format(count=count, file=saved.files[0])
        else:
            text = self.tr("{count} entries saved in {n} files").format(count=count, n=len(saved.files))
        self._desk.say(text)

    def _refused(self, error: ClinicError, stopped: str) -> None:
        if isinstance(error, Stopped):
            self._desk.say(stopped)
        else:
            errors.show(self._page, error)


def extract_words(desk: Desk, period: str) -> ExtractWords:
    """How the extract says what the window shows. Made on the GUI thread, used on another."""
    zone, clinic = desk.facts.tz, desk.facts.name
    tr = desk.go.tr

    def cells(line: AuditLine) -> tuple[str, ...]:
        event = line.event
        return (
            f"{event.at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
            str(event.seq),
            words.who_text(event),
            line.desk,
            words.action_word(event),
            words.object_word(event.object_type),
            words.subject_text(line.subject),
            _whole_detail(line),
        )

    now = words.moment_text(desk.clock.now(), zone)
    return ExtractWords(
        title=tr("Audit log of {clinic}").format(clinic=clinic),
        period=period,
        printed=tr("Printed by {name}, {when}").format(name=desk.actor.name, when=now),
        page_of=tr("Page {page} of {pages}"),
        heads=(
            tr("Time"),
            tr("Entry"),
            tr("Person"),
            tr("Desk"),
            tr("Action"),
            tr("What"),
            tr("Which"),
            tr("Detail"),
        ),
        cells=cells,
    )


def _whole_detail(line: AuditLine) -> str:
    """The detail with every changed field named; the window has a pane for that."""
    fields = words.field_words(line)
    said = [f"{words.step_word(step)} {words.step_text(step)}" for step in line.steps]
    if line.event.object_type == "permission":
        return words.detail_text(line)
    return "; ".join([*said, *([", ".join(fields)] if fields else []), *([line.note] if line.note else [])])


def breach_lines(found: SealCheck, desks: dict[str, str]) -> list[str]:
    """What is wrong, place by place, in sentences."""

    def said(breach: Breach) -> str:
        return words.breach_text(breach, desks.get(breach.chain, breach.chain))

    return [said(breach) for breach in found.breaches]
