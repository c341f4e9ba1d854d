"""One desk beside the list: whether it may reach the clinic, its six words, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.desks import Desk as Workstation
from meditrack_desktop.domain.desks import DeskStatus
from meditrack_desktop.ui.admin.words import desk_tag, moment_words
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import (
    Button,
    Card,
    CheckBox,
    IconLabel,
    Label,
    ScrollColumn,
    Tag,
)


class DeskPane(QWidget):
    """`show_desk` fills it; acts are asked for by signals, each about the desk shown."""

    approveRequested = Signal()
    renameRequested = Signal()
    shutOutRequested = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Details of the desk"))
        self._desk = desk
        self._shown: Workstation | None = None
        scroll = ScrollColumn(margins=(20, 16, 20, 16))
        scroll.body.setSpacing(14)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(IconLabel("monitor", 18, "text2", line="section"), 0, Qt.AlignmentFlag.AlignTop)
        self.name = Label("", "section", wrap=True)
        head.addWidget(self.name, 1)
        self.status = Tag("")
        head.addWidget(self.status, 0, Qt.AlignmentFlag.AlignTop)
        scroll.body.addLayout(head)
        self.story = Label("", "body", tone="text2", wrap=True)
        scroll.body.addWidget(self.story)
        self.words_title = Label("", "strong", wrap=True)
        scroll.body.addWidget(self.words_title)
        self.words = SixWords()
        scroll.body.addWidget(self.words)
        self.same = CheckBox(self.tr("The desk shows the same six words"))
        self.same.toggled.connect(lambda _on: self._show_acts())
        scroll.body.addWidget(self.same)
        self.approve = Button(self.tr("Approve this desk"), "primary", icon="check")
        self.approve.clicked.connect(self.approveRequested)
        self.rename = Button(self.tr("Rename"), icon="pencil")
        self.rename.clicked.connect(self.renameRequested)
        self.shut_out = Button(self.tr("Shut out"), "danger_secondary", icon="ban")
        self.shut_out.clicked.connect(self.shutOutRequested)
        scroll.body.addWidget(self.approve)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.rename)
        row.addWidget(self.shut_out)
        row.addStretch(1)
        scroll.body.addLayout(row)
        self.why = Label("", "hint", wrap=True)
        scroll.body.addWidget(self.why)
        scroll.body.addStretch(1)

    @property
    def shown(self) -> Workstation | None:
        """Which desk is shown."""
        return self._shown

    def show_desk(self, workstation: Workstation) -> None:
        """Show a desk; that its words were compared counts for one desk and one set of words."""
        before, self._shown = self._shown, workstation
        if before is None or (before.id, before.fingerprint) != (workstation.id, workstation.fingerprint):
            self.same.setChecked(False)
        self.name.setText(workstation.name)
        tag = desk_tag(workstation)
        self.status.set_tag(tag.text, tag.tone, tag.icon)
        self.story.setText(self._story(workstation))
        waiting = workstation.status is DeskStatus.WAITING
        self.words_title.setText(
            self.tr("Compare these six words with the ones on that desk's screen:")
            if waiting
            else self.tr("Its six words")
        )
        has_words = bool(workstation.fingerprint)
        self.words_title.setVisible(has_words)
        self.words.setVisible(has_words)
        self.words.show_words(workstation.fingerprint)
        self.same.setVisible(waiting)
        self._show_acts()

    def _show_acts(self) -> None:
        shown = self._shown
        if shown is None:
            return
        waiting, revoked = shown.status is DeskStatus.WAITING, shown.status is DeskStatus.REVOKED
        self.approve.setVisible(waiting)
        self.approve.setEnabled(self.same.isChecked())
        self.approve.setToolTip("" if self.same.isChecked() else self.tr("Compare the six words first"))
        self.rename.setVisible(not revoked)
        self.shut_out.setVisible(not revoked)
        self.shut_out.set_text(self.tr("Refuse") if waiting else self.tr("Shut out"))
        self.shut_out.setEnabled(not shown.current)
        own = self.tr("This is the desk you are at. It can only be shut out from another one.")
        self.shut_out.setToolTip(own if shown.current else "")
        self.shut_out.setAccessibleDescription(own if shown.current else "")
        self.why.setText(own if shown.current else "")
        self.why.setVisible(shown.current)

    def _story(self, workstation: Workstation) -> str:
        facts, now = self._desk.facts, self._desk.clock.now()

        def when(instant: object) -> str:
            return moment_words(instant, facts.tz, now)  # type: ignore[arg-type]

        asked = self.tr("Asked to join: {when}.").format(when=when(workstation.enrolled_at))
        if workstation.status is DeskStatus.WAITING:
            return asked + " " + self.tr("It sees nothing of the clinic until you approve it.")
        if workstation.status is DeskStatus.REVOKED and workstation.revoked_at is not None:
            text = self.tr("Shut out: {when}, by {who}. It reaches nothing of the clinic any more.")
            return text.format(
                when=when(workstation.revoked_at), who=workstation.revoked_by_name or self.tr("somebody")
            )
        if workstation.approved_at is not None and workstation.approved_by_name:
            text = self.tr("Approved: {when}, by {who}.")
            return text.format(when=when(workstation.approved_at), who=workstation.approved_by_name)
        return self.tr("Here since the clinic was set up: {when}.").format(when=when(workstation.enrolled_at))


class SixWords(Card):
    """Six words in two columns, numbered as they are read out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=14, parent=parent)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        self._labels: list[Label] = []
        for number in range(6):
            cell = QHBoxLayout()
            cell.setSpacing(8)
            cell.addWidget(Label(f"{number + 1}", "small", tone="text3"))
            label = Label("", "section", selectable=True)
            cell.addWidget(label, 1)
            self._labels.append(label)
            grid.addLayout(cell, number // 2, number % 2)
        self.body.addLayout(grid)

    def show_words(self, words: Sequence[str]) -> None:
        """Show these six; none leaves them empty."""
        for label, word in zip(self._labels, [*words, *[""] * 6], strict=False):
            label.setText(word)
        self.setAccessibleName(", ".join(words))
