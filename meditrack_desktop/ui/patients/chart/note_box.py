"""Where a note is written: beside the timeline, kept as it is typed, signed with Ctrl+S for a named visit."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import ChangedMeanwhile, ClinicError
from meditrack_desktop.domain.notes import LONGEST_NOTE, Note
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart.growing_area import GrowingArea
from meditrack_desktop.ui.patients.chart.note_draft import NoteDraft
from meditrack_desktop.ui.patients.chart.note_templates import note_templates
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import (
    Button,
    Combo,
    Label,
    Menu,
    Option,
    announce,
    confirm,
    painting,
)

VISITS_OFFERED = 8
HERE = ("inroom", "arrived")


class NoteBox(QWidget):
    """`filled` carries the text's first or last letter. Nothing that was typed is lost: to a crash two seconds."""

    signed = Signal(object)

    def __init__(self, desk: Desk, patient_id: UUID, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._content: ChartContent | None = None
        self._loading = self._has_visits = self._too_long = False
        self._amend_next: Note | None = None
        self._gone: set[UUID] = set()
        self.draft = NoteDraft(desk, patient_id, self)
        self.text = GrowingArea()
        self.text.setProperty("bare", True)
        self.text.setProperty("ownFocusEdge", True)
        self.text.setToolTip(self.tr("Write a note (N)"))
        self.visit = Combo(name=self.tr("Visit of this note"))
        self.state = Label("", "hint", elide=True)
        self.template = Button(self.tr("Template"), size="small", trailing_icon="chevron-down")
        self.discard = Button(self.tr("Discard"), "quiet", size="small")
        self.sign_ = Button(self.tr("Sign note"), "primary", size="small", key="Ctrl S")
        self.mine = Button(self.tr("Keep mine"), size="small")
        self.theirs = Button(self.tr("Take the other"), size="small")
        self._build()
        self._connect()
        self._show_acts()

    def show_content(self, content: ChartContent) -> None:
        """Offer this patient's visits, and go on with a draft that was left. What is typed here stays."""
        if content.patient.id != self.draft.patient_id:
            return
        self._content = content
        self._offer_visits(content)
        if content.chart is not None:
            self._let_go_of_signed(content.chart.notes)
            self._look_for_draft(content.chart.drafts)
        self._show_hint()

    def amend(self, note: Note) -> None:
        """Begin an addition to a signed note, once what stands in the box is kept as a draft of its own."""
        if self._too_long:
            self._say_too_long()
            return
        if not self.draft.is_safe:
            self._amend_next = note
            self.draft.save(last=True)
            return
        self.draft.begin_anew(amends=note.id)
        self.draft.title = note.title
        self._fill("", note.appointment_id)
        self._show_hint()
        self.text.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def flush(self) -> bool:
        """Keep what is typed now; False if the last try was refused, so that leaving would lose it."""
        self.draft.save(last=True)
        return not self._too_long and (self.draft.is_empty or self.draft.refused is None)

    def sign(self) -> None:
        """Make the note part of the chart."""
        self._take_typed()
        if not self.text.toPlainText().strip():
            self._say(self.tr("Write the note first."), "warn")
            self.text.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if self._too_long:
            return
        self.sign_.set_busy(True)
        self.draft.sign()

    def hideEvent(self, event: QHideEvent) -> None:
        """The lock, another page or another tab: kept at once."""
        super().hideEvent(event)
        self.draft.save(last=True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
            self._show_acts()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = painting.start_mirrored(self)
        focused = self.text.hasFocus()
        edge = t.focus if focused else t.line_strong
        painting.box(painter, QRectF(self.rect()), 8, t.surface, edge, 2 if focused else 1)
        draw_icon(painter, 12, 11, "notebook-pen", current.px(16), t.text2)
        painter.end()

    def _build(self) -> None:
        current = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(current.px(16) + 20, 9, 10, 9)
        column.setSpacing(6)
        column.addWidget(self.text)
        column.addWidget(self.state)
        self.state.hide()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.visit)
        row.addStretch(1)
        for button in (self.theirs, self.mine, self.discard, self.template, self.sign_):
            row.addWidget(button)
        column.addLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def _connect(self) -> None:
        self.text.installEventFilter(self)
        self.text.textChanged.connect(self._on_typed)
        self.visit.valueChanged.connect(lambda _value: self._on_typed())
        self.template.clicked.connect(self._open_templates)
        self.discard.clicked.connect(self._ask_discard)
        self.sign_.clicked.connect(self.sign)
        self.mine.clicked.connect(lambda: self._newest("mine"))
        self.theirs.clicked.connect(lambda: self._newest("theirs"))
        self.draft.kept.connect(self._on_kept)
        self.draft.rested.connect(self._amend_waiting)
        self.draft.notKept.connect(self._on_not_kept)
        self.draft.overtaken.connect(self._on_overtaken)
        self.draft.signed.connect(self._on_signed)
        self.draft.notSigned.connect(self._on_not_signed)
        for keys in ("Ctrl+S", "Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.sign)

    def _offer_visits(self, content: ChartContent) -> None:
        today = self._desk.today()
        known = [visit for visit in content.visits if words.look_of(visit) not in ("cancelled", "noshow")]
        near = [visit for visit in known if visit.day <= today]
        options = [
            Option(visit.id, self._visit_text(visit), visit.practitioner_name)
            for visit in sorted(near, key=lambda visit: visit.starts_at, reverse=True)[:VISITS_OFFERED]
        ]
        self.visit.set_options([*options, Option(None, self.tr("No visit"))])
        if self.draft.is_empty and self.visit.value() is None and not self.text.toPlainText():
            self.visit.set_value(self._present_visit(near))
        self._has_visits = bool(options)
        self._show_acts()

    def _present_visit(self, near: list[Appointment]) -> UUID | None:
        """The one going on now, else the last of today."""
        today = [visit for visit in near if visit.day == self._desk.today()]
        here = [visit for visit in today if words.look_of(visit) in HERE]
        found = here or [visit for visit in today if visit.starts_at <= self._desk.clock.now()]
        return max(found, key=lambda visit: visit.starts_at).id if found else None

    def _visit_text(self, visit: Appointment) -> str:
        when = words.wall_text(visit.wall_start, self._desk.today())
        return f"{when} {words.visit_title(visit)}"

    def _chosen_visit(self) -> Appointment | None:
        visits = self._content.visits if self._content is not None else ()
        return next((visit for visit in visits if visit.id == self.visit.value()), None)

    def _show_hint(self) -> None:
        visit = self._chosen_visit()
        if self.draft.amends is not None:
            hint = self.tr("Write what is to be added to {title}. The signed note stays as it is.").format(
                title=self.draft.title or self.tr("the note")
            )
        elif visit is not None:
            start = f"{visit.wall_start:%H:%M}"
            if visit.day != self._desk.today():
                start = words.wall_text(visit.wall_start, self._desk.today())
            hint = self.tr("Write the note for {time} {what}. Drafts are kept as you type.").format(
                time=start, what=words.visit_title(visit)
            )
        else:
            hint = self.tr("Write a note. Drafts are kept as you type.")
        self.text.setPlaceholderText(hint)
        patient = self._content.patient if self._content is not None else None
        who = words.two_identifiers(patient) if patient is not None else ""
        self.text.setAccessibleName(self.tr("Note for {who}").format(who=who))
        self.text.setAccessibleDescription(hint)
        self.sign_.setAccessibleName(self._sign_words(visit, who))
        self.sign_.setToolTip(self._sign_words(visit, who))

    def _sign_words(self, visit: Appointment | None, who: str) -> str:
        if visit is None:
            return self.tr("Sign note, {who} (Ctrl+S)").format(who=who)
        text = self.tr("Sign note for {visit}, {who} (Ctrl+S)")
        return text.format(visit=self._visit_text(visit), who=who)

    def _on_typed(self) -> None:
        if self._loading:
            return
        self._take_typed()
        self._show_hint()
        self._show_acts()
        if self.draft.body.strip() and not self.draft.is_safe and self.draft.refused is None:
            self._say("")

    def _take_typed(self) -> None:
        body = self.text.toPlainText()
        self._too_long = len(body) > LONGEST_NOTE
        if self._too_long:
            self._say_too_long()
            return
        visit = self._chosen_visit()
        title = words.visit_title(visit) if visit is not None else ""
        if self.draft.amends is not None:
            title = self.draft.title
        self.draft.write(title, body, visit.id if visit is not None else None)

    def _fill(self, body: str, appointment_id: UUID | None) -> None:
        self._loading, self._too_long = True, False
        self.text.setPlainText(body)
        self.visit.set_value(appointment_id)
        self._loading = False
        self._show_acts()

    def _let_go_of_signed(self, notes: tuple[Note, ...]) -> None:
        """What was signed in another window, or at another desk, is written here no more."""
        draft = self.draft
        if draft.is_safe and not draft.signing and any(note.id == draft.id for note in notes):
            self._gone.add(draft.id)
            draft.begin_anew()
            self._fill("", None)
            self._say("")

    def _look_for_draft(self, drafts: tuple[Note, ...]) -> None:
        """A draft that was left comes back into an empty box; one that went on elsewhere is followed."""
        same = next((note for note in drafts if note.id == self.draft.id), None)
        if same is not None and same.version > self.draft.version and self.draft.is_safe:
            self._recover(same)
        left = next((note for note in drafts if note.id not in self._gone), None)
        if left is not None and self.draft.is_empty and self.draft.amends is None:
            self._recover(left)

    def _recover(self, note: Note) -> None:
        self.draft.take(note)
        self._fill(note.body, note.appointment_id)
        wall = to_wall(note.changed_at, self._desk.facts.tz)
        when = words.wall_text(wall, self._desk.today())
        self._say(self.tr("Your draft of {when} is back.").format(when=when), "ok")

    def _on_kept(self) -> None:
        now = to_wall(self._desk.clock.now(), self._desk.facts.tz)
        self._say(self.tr("Draft kept {time}").format(time=f"{now:%H:%M:%S}"))

    def _amend_waiting(self) -> None:
        note, self._amend_next = self._amend_next, None
        if note is not None:
            self.amend(note)

    def _say_too_long(self) -> None:
        self._say(self.tr("This is too long for a note. Add it as a document."), "danger")

    def _on_not_kept(self, error: ClinicError) -> None:
        self._amend_next = None
        self.sign_.set_busy(False)
        said = errors.words(error)
        self._say(self.tr("Not kept yet: {why}").format(why=said.title), "warn", str(said))

    def _on_not_signed(self, error: ClinicError) -> None:
        self.sign_.set_busy(False)
        said = errors.words(error)
        self._say(self.tr("Not signed: {why}").format(why=said.title), "danger", str(said))

    def _on_overtaken(self) -> None:
        self._amend_next = None
        self.sign_.set_busy(False)
        self._say(self.tr("Another desk kept a newer version of this draft."), "warn")
        self._show_acts()

    def _on_signed(self, note: Note) -> None:
        self._gone.add(note.id)
        self.sign_.set_busy(False)
        self._fill(self.draft.typed_since, None)
        self._take_typed()
        self._say("")
        content = self._content
        if content is not None:
            self._offer_visits(content)
            self._show_hint()
            who = words.two_identifiers(content.patient)
            self._desk.say(self.tr("Note signed for {who}").format(who=who))
        self.signed.emit(note)

    def _newest(self, then: str) -> None:
        """Ask what the other desk kept; then keep mine over it, or take it."""
        desk, patient_id = self._desk, self.draft.patient_id

        def answer(chart: object) -> None:
            drafts: tuple[Note, ...] = getattr(chart, "drafts", ())
            theirs = next((note for note in drafts if note.id == self.draft.id), None)
            if theirs is None:
                # It was signed or thrown away there: what is typed here becomes a draft of its own.
                body, visit = self.draft.body, self.draft.appointment_id
                self.draft.begin_anew()
                self._fill(body, visit)
                self._take_typed()
                self.draft.save()
            elif then == "mine":
                self.draft.keep_mine(theirs)
            else:
                self._recover(theirs)
            self._show_acts()

        desk.tasks.query(self, lambda: desk.clinic.charts.of_patient(desk.actor, patient_id), answer)

    def _ask_discard(self) -> None:
        patient = self._content.patient if self._content is not None else None
        who = words.two_identifiers(patient) if patient is not None else ""
        confirm(
            self,
            self.tr("Discard this draft?"),
            self.tr("A note for {who}. It cannot be brought back.").format(who=who),
            self.tr("Discard draft"),
            self._discard,
            keep=self.tr("Keep the draft"),
        )

    def _discard(self) -> None:
        self._gone.add(self.draft.id)
        self.draft.discard()
        self._fill("", None)
        self._say("")
        if self._content is not None:
            self._offer_visits(self._content)
            self._show_hint()

    def _open_templates(self) -> None:
        menu = Menu(self.template)
        for template in note_templates():
            menu.add(template.name, lambda text=template.text: self._insert(text))  # type: ignore[misc]
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.template.mapToGlobal(QPoint(0, self.template.height() + 4)))
        self.menu = menu

    def _insert(self, text: str) -> None:
        """Put a template where the cursor stands, and the cursor behind its first line."""
        cursor = self.text.textCursor()
        at = cursor.position()
        cursor.insertText(text)
        cursor.setPosition(at + len(text.partition("\n")[0]))
        self.text.setTextCursor(cursor)
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_acts(self) -> None:
        typed = bool(self.text.toPlainText())
        within = self.text.hasFocus() or self.visit.hasFocus() or self.visit.opened
        self.visit.setVisible(self._has_visits and (typed or within))
        overtaken = isinstance(self.draft.refused, ChangedMeanwhile)
        self.sign_.setVisible(typed and not overtaken)
        self.discard.setVisible(typed and not overtaken)
        self.mine.setVisible(overtaken)
        self.theirs.setVisible(overtaken)
        self.template.setVisible(not overtaken)

    def _say(self, text: str, tone: str = "text3", whole: str = "") -> None:
        self.state.set_tone(tone)
        self.state.setText(text)
        self.state.setVisible(bool(text))
        self.state.setToolTip(whole or text)
        if text and tone in ("warn", "danger"):
            announce(self.text, text, assertive=True)
