"""The small sheet in which one entry of a chart is written or corrected: Enter saves, Escape asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.widgets import Banner, Button, Combo, Label, LabelledField, Option, SideSheet

WIDTH = 400


class EntrySheet(SideSheet):
    """Names the patient by two identifiers. Subclasses add fields with `lay_out` and say what is sent.

    What was typed stays in the sheet whatever happens: refused, locked, or somebody else was faster.
    """

    def __init__(self, desk: Desk, host: QWidget, patient: Patient, title: str, act: str) -> None:
        super().__init__(host, title, width=WIDTH)
        self._desk, self._patient = desk, patient
        self.form = Form({})
        self._before: dict[str, Any] = {}
        self.refusal: Banner | None = None
        self.body.setSpacing(12)
        self.who = Label(words.two_identifiers(patient), "small", wrap=True)
        self.body.addWidget(self.who)
        self.save = Button(act, "primary", key="Enter")
        self.save.set_default()
        self.save.clicked.connect(self.submit)
        cancel = Button(self.tr("Cancel"))
        cancel.clicked.connect(self.dismiss)
        self.wrong: Button | None = None
        self.footer.addStretch(1)
        self.footer.addWidget(cancel)
        self.footer.addWidget(self.save)
        self.dirty = self.is_dirty
        for keys in ("Ctrl+Return", "Ctrl+Enter", "Ctrl+S"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.submit)

    def lay_out(self, fields: dict[str, LabelledField], rows: tuple[tuple[str, ...], ...]) -> None:
        """Put fields into the sheet, those of one row beside each other, keyed by the command's names."""
        self.form = Form(fields)
        for names in rows:
            if len(names) == 1:
                self.body.addWidget(fields[names[0]])
                continue
            row = QHBoxLayout()
            row.setSpacing(12)
            for name in names:
                row.addWidget(fields[name], 1, Qt.AlignmentFlag.AlignTop)
            self.body.addLayout(row)
        self.body.addStretch(1)
        self._before = self.form.values()

    def offer_wrong(self, text: str, then: Callable[[], object]) -> None:
        """Offer to mark the entry as entered in error."""
        self.wrong = Button(text, "danger_secondary")
        self.wrong.clicked.connect(lambda _checked=False: then())
        self.footer.insertWidget(0, self.wrong)

    def is_dirty(self) -> bool:
        """Whether something was typed that is not kept yet."""
        return self.form.values() != self._before

    def command(self) -> BaseModel | None:
        """What is typed as a command; None after marking what is wrong."""
        raise NotImplementedError

    def send(self, command: Any) -> Any:
        """Have the clinic do it; runs in a thread."""
        raise NotImplementedError

    def kept(self, record: Any) -> None:
        """Say what was done."""
        raise NotImplementedError

    def submit(self) -> None:
        """Save what is typed, or mark what is wrong."""
        if self.save.busy:
            return
        self.clear_refusal()
        command = self.command()
        if command is not None:
            self.change(lambda: self.send(command), self._done)

    def change(self, call: Callable[[], Any], done: Callable[[Any], object]) -> None:
        """Make a change from within the sheet; a refusal is said in it."""
        self.save.set_busy(True)
        self._desk.tasks.change(
            self, call, done=done, failed=self.show_refusal, always=lambda: self.save.set_busy(False)
        )

    def show_refusal(self, error: ClinicError) -> None:
        """Say why it was not kept; the fields stay as they are."""
        self.clear_refusal()
        if not self.form.show(error):
            said = errors.words(error)
            self.refusal = Banner(said.text, "danger", lead=said.title)
            self.body.insertWidget(0, self.refusal)
            self.save.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear_refusal(self) -> None:
        """Take the refusal away."""
        if self.refusal is not None:
            self.refusal.hide()
            self.refusal.deleteLater()
            self.refusal = None

    def _done(self, record: Any) -> None:
        self.close_layer()
        self.kept(record)


def choice(options: Any, value: object) -> Combo:
    """A choice among (value, word) pairs."""
    return Combo([Option(key, text) for key, text in options], value=value)
