"""One line of the log in full: who, about whom, what changed, and whether its seal holds."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from meditrack_desktop.domain.audit import AuditLine, LineSeal, Outcome, Step, Subject, SubjectState
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.audit import words
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import (
    Avatar,
    Button,
    Card,
    IconLabel,
    Label,
    ScrollColumn,
    StateView,
    painting,
)
from meditrack_desktop.ui.words import born_words, role_words


class DetailPane(QWidget):
    """`show_line` fills it, `show_seal` adds what was found; `left` says that another page was asked for."""

    left = Signal()

    def __init__(self, desk: Desk, *, margin: int = 20, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Details"))
        self._desk = desk
        self.line: AuditLine | None = None
        self.chart: Button | None = None
        self._seal_place = QVBoxLayout()
        self.nothing = StateView(
            "empty", self.tr("Nothing chosen"), self.tr("Choose an entry to see who, what and when.")
        )
        self._scroll = ScrollColumn(margins=(margin, 16 if margin else 0, margin, 16))
        self._scroll.body.setSpacing(12)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.nothing, 1)
        whole.addWidget(self._scroll, 1)
        self.show_nothing()

    def show_nothing(self) -> None:
        """No line is chosen."""
        self.line = None
        self._scroll.hide()
        self.nothing.show()

    def show_line(self, line: AuditLine) -> None:
        """Show a line; its seal comes when it has been looked at."""
        self.line = line
        body = self._scroll.body
        _clear(body)
        body.addLayout(self._head(line))
        body.addLayout(self._person(line))
        if line.subject.state is not SubjectState.NONE:
            body.addLayout(self._subject(line))
        if line.event.outcome is Outcome.REFUSED:
            body.addLayout(_fact(self.tr("Outcome"), self.tr("Refused"), "danger"))
        changes = self._changes(line)
        if changes is not None:
            body.addWidget(changes)
        if line.note:
            body.addLayout(_fact(self.tr("Note"), words.note_text(line)))
        seal = line.event.seal
        body.addLayout(_fact(self.tr("Seal"), " ".join((seal[0:4], seal[4:8], seal[8:12]))))
        self._seal_place = QVBoxLayout()
        self._seal_place.addLayout(_fact(self.tr("Previous"), self.tr("being compared")))
        body.addLayout(self._seal_place)
        body.addStretch(1)
        foot = Label(self.tr("The program never edits or removes entries."), "small", tone="text3", wrap=True)
        body.addWidget(foot)
        self.nothing.hide()
        self._scroll.show()

    def show_seal(self, line: AuditLine, found: LineSeal) -> None:
        """Whether the line fits its seal and the line before it."""
        if self.line is None or self.line.event.place != line.event.place:
            return
        _clear(self._seal_place)
        if not found.own:
            own = self.tr("does not fit its seal")
            self._seal_place.addLayout(_fact(self.tr("This entry"), own, "danger", "circle-alert"))
        text = self.tr("matches") if found.previous else self.tr("does not match")
        icon = "circle-check" if found.previous else "circle-alert"
        tone = "ok" if found.previous else "danger"
        self._seal_place.addLayout(_fact(self.tr("Previous"), text, tone, icon))

    def _head(self, line: AuditLine) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(Label(words.headline(line), "section", wrap=True))
        when = words.moment_text(line.event.at, self._desk.facts.tz)
        entry = self.tr("{when}, entry {number}").format(when=when, number=words.count_text(line.event.seq))
        column.addWidget(Label(entry, "small", wrap=True, selectable=True))
        return column

    def _person(self, line: AuditLine) -> QHBoxLayout:
        event = line.event
        name = words.who_text(event)
        roles = role_words(event.roles.split(",")) if event.roles else ""
        return _identity(name, ", ".join(part for part in (roles, line.desk) if part), staff=True)

    def _subject(self, line: AuditLine) -> QHBoxLayout:
        subject = line.subject
        if not subject.patient:
            row = QHBoxLayout()
            row.setSpacing(10)
            icon = {SubjectState.HIDDEN: "eye-off", SubjectState.PURGED: "trash-2"}.get(subject.state, "file")
            row.addWidget(IconLabel(icon, 16, "text2", line="body"))
            row.addWidget(Label(words.subject_text(subject), "body", wrap=True, selectable=True), 1)
            return row
        row = _identity(subject.patient, self._about(subject), staff=False)
        patient = line.event.patient_id
        if patient is not None and subject.state is SubjectState.KNOWN:
            self.chart = Button(self.tr("Chart"), "link", size="small")
            self.chart.setAccessibleName(self.tr("Open the chart of {name}").format(name=subject.patient))
            self.chart.clicked.connect(lambda: self._open_chart(line))
            row.addWidget(self.chart, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _about(self, subject: Subject) -> str:
        when = words.visit_text(subject.wall_start) if subject.wall_start else ""
        parts = (born_words(subject.born), subject.number, subject.title, when)
        return ", ".join(part for part in parts if part)

    def _open_chart(self, line: AuditLine) -> None:
        if line.event.patient_id is not None:
            self.left.emit()
            self._desk.go.patient(line.event.patient_id)

    def _changes(self, line: AuditLine) -> Card | None:
        fields = words.field_words(line)
        if not line.steps and not fields:
            return None
        card = Card(padding=12)
        card.body.setSpacing(6)
        for step in line.steps:
            card.body.addWidget(Label(words.step_word(step), "small", tone="text2"))
            for text, added in ((_side(step, before=True), False), (_side(step, before=False), True)):
                if text:
                    card.body.addWidget(ChangeRow(text, added=added))
        if fields:
            card.body.addWidget(Label(self.tr("Changed fields"), "small", tone="text2"))
            for field in fields:
                card.body.addWidget(Label(field, "body", wrap=True))
            card.body.addWidget(
                Label(self.tr("What stood in them is not kept here."), "small", tone="text3", wrap=True)
            )
        return card


class ChangeRow(QWidget):
    """One side of a change: what was, or what is. The sign says it without the colour."""

    def __init__(self, text: str, *, added: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._added = text, added
        said = self.tr("now {value}") if added else self.tr("before {value}")
        self.setAccessibleName(said.format(value=text))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        current = theme.current()
        return QSize(current.px(120), current.line_height("body") + current.px(8))

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        ground, ink = (t.ok_soft, t.on_ok_soft) if self._added else (t.danger_soft, t.on_danger_soft)
        painter = painting.start_mirrored(self)
        painting.box(painter, QRectF(self.rect()), 5, ground)
        font = current.font("body")
        sign = QRectF(current.px(10), 0, current.px(12), self.height())
        painting.line_text(painter, sign, "+" if self._added else "\N{MINUS SIGN}", font, ink)
        area = QRectF(sign.right() + 4, 0, self.width() - sign.right() - 12, self.height())
        painting.line_text(painter, area, self._text, font, ink)
        painter.end()


def _side(step: Step, *, before: bool) -> str:
    return words.step_value(step.what, step.before if before else step.after)


def _identity(name: str, second: str, *, staff: bool) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    row.addWidget(Avatar(name, staff=staff, size=28), 0, Qt.AlignmentFlag.AlignTop)
    names = QVBoxLayout()
    names.setSpacing(0)
    names.addWidget(Label(name, "emphasis", wrap=True))
    if second:
        names.addWidget(Label(second, "small", wrap=True))
    row.addLayout(names, 1)
    return row


def _fact(label: str, text: str, tone: str = "", icon: str = "") -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    name = Label(label, "body", tone="text2")
    name.setFixedWidth(theme.current().px(84))
    row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
    if icon:
        row.addWidget(IconLabel(icon, 15, tone or "text2", line="body"), 0, Qt.AlignmentFlag.AlignTop)
    value = Label(text, "body", tone=tone, wrap=True, selectable=True)
    value.setAccessibleName(f"{label}: {text}")
    row.addWidget(value, 1)
    return row


def _clear(layout: QLayout) -> None:
    while layout.count():
        item = layout.takeAt(0)
        if item is None:
            return
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            _clear(inner)
