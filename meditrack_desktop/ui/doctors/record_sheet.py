"""A side sheet for one record: its fields, Save, and what to do when somebody else changed it meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ChangedMeanwhile, ClinicError
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form, read
from meditrack_desktop.ui.widgets import (
    Banner,
    Button,
    Combo,
    LabelledField,
    SideSheet,
    format_date,
    format_time,
)

T = TypeVar("T")


class RecordSheet(SideSheet):
    """Subclasses give `fields`, build a command in `build` and send it with `send`. `pairs` stand side by side.

    `latest`, if given, reads the record anew (None: it is gone) and `values_of` says what its fields hold; then a
    record that was changed meanwhile is met: fields that were not touched take the other's value, those that were
    keep what was typed and say what the other put there, and Save writes over it.
    """

    latest: Callable[[], Any] | None = None
    version: int | None = None

    def __init__(
        self,
        desk: Desk,
        host: QWidget,
        title: str,
        fields: Mapping[str, LabelledField],
        act: str,
        *,
        pairs: Sequence[tuple[str, str]] = (),
        width: int = 440,
    ) -> None:
        super().__init__(host, title, width=width)
        self.desk = desk
        self.notices = QVBoxLayout()
        self._banner: Banner | None = None
        self.body.addLayout(self.notices)
        self._lay_out(fields, dict(pairs))
        self.body.addStretch(1)
        self.form = Form(fields)
        self._before: dict[str, Any] = {}
        self.dirty = lambda: bool(self.touched())
        self.save = Button(act, "primary", key="Ctrl S")
        self.save.set_default()
        self.save.clicked.connect(self.submit)
        cancel = Button(self.tr("Cancel"))
        cancel.clicked.connect(self.dismiss)
        self.footer.addStretch(1)
        self.footer.addWidget(cancel)
        self.footer.addWidget(self.save)
        for keys in (QKeySequence(QKeySequence.StandardKey.Save), QKeySequence("Ctrl+Return")):
            shortcut = QShortcut(keys, self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.save.click)

    def _lay_out(self, fields: Mapping[str, LabelledField], pairs: Mapping[str, str]) -> None:
        """Below each other, but pairs side by side."""
        for name, labelled in fields.items():
            if name in pairs.values():
                continue
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(labelled, 1, Qt.AlignmentFlag.AlignTop)
            if name in pairs:
                row.addWidget(fields[pairs[name]], 1, Qt.AlignmentFlag.AlignTop)
            self.body.addLayout(row)

    def begin(self, values: Mapping[str, Any] | None = None) -> None:
        """Fill the fields and open; what stands in them then is not "typed"."""
        for name, value in (values or {}).items():
            put(self.form.fields[name].field, value)
        self._before = self.form.values()
        self.open_layer()

    def touched(self) -> set[str]:
        """Names of the fields that hold something else than at the beginning."""
        now = self.form.values()
        changed = {name for name, value in now.items() if value != self._before.get(name)}
        return changed | {name for name, one in self.form.fields.items() if _unreadable(one.field)}

    def submit(self) -> None:
        """Check and send; what cannot be read is marked."""
        if self.save.busy:
            return
        for labelled in self.form.fields.values():
            commit = getattr(labelled.field, "commit", None) or getattr(labelled.field, "_commit", None)
            if commit is not None:
                commit()
        wrong = next((one for one in self.form.fields.values() if _unreadable(one.field)), None)
        if wrong is not None:
            wrong.field.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.build()

    def build(self) -> None:
        """Make the command of the fields and `send` it."""
        raise NotImplementedError

    def values_of(self, record: Any) -> Mapping[str, Any]:
        """What the fields hold for a record."""
        raise NotImplementedError

    def send(self, work: Callable[[], T], kept: Callable[[T], object]) -> None:
        """Change something; `kept` hears the result after the sheet has closed."""
        self.save.set_busy(True)

        def done(result: T) -> None:
            self.close_layer()
            kept(result)

        self.desk.tasks.change(
            self, work, done=done, failed=self.refused, always=lambda: self.save.set_busy(False)
        )

    def refused(self, error: ClinicError) -> None:
        """Beside its field, as a notice on the sheet, or as a toast."""
        if isinstance(error, ChangedMeanwhile) and self.latest is not None:
            self.desk.tasks.query(self, self.latest, self._meet, replaces="latest")
        elif not self.form.show(error):
            errors.show(self, error, retry=self.submit)

    def show_banner(
        self, text: str, tone: str = "info", action: str = "", then: Callable[[], object] | None = None
    ) -> None:
        """A notice over the fields, in place of the one before."""
        if self._banner is not None:
            self._banner.hide()
            self._banner.deleteLater()
        self._banner = Banner(text, "danger" if tone == "danger" else "info", action=action, stacked=True)
        if then is not None:
            self._banner.actionTriggered.connect(lambda: then())
        self.notices.addWidget(self._banner)

    def _meet(self, record: Any) -> None:
        if record is None:
            self.show_banner(self.tr("This is no longer here. What you typed is kept until you close this."))
            return
        self.version = record.version
        mine = self.touched()
        for name, theirs in self.values_of(record).items():
            labelled = self.form.fields[name]
            if theirs == self._before.get(name):
                continue
            self._before[name] = theirs
            if name not in mine:
                put(labelled.field, theirs)
            elif theirs != read(labelled.field):
                said = shown(labelled.field, theirs)
                labelled.set_warning(self.tr("Meanwhile set to: {value}").format(value=said))
        self.show_banner(
            self.tr(
                "Somebody else changed this meanwhile. What you typed is kept here. "
                "Look at the fields, then save again to keep yours."
            )
        )


def put(field: QWidget, value: Any) -> None:
    """Put a value into a field as if it had stood there."""
    set_value = getattr(field, "set_value", None)
    if set_value is not None:
        set_value(value)
    elif isinstance(field, QLineEdit):
        field.setText(value)
        field.setCursorPosition(0)
    elif isinstance(field, QPlainTextEdit):
        field.setPlainText(value)
    elif isinstance(field, QCheckBox):
        field.setChecked(value)
    else:
        raise TypeError(f"{type(field).__name__} cannot be filled")


def shown(field: QWidget, value: Any) -> str:
    """A value of a field in words."""
    if value in (None, "", ()):
        return field.tr("nothing")
    if isinstance(value, bool):
        return field.tr("yes") if value else field.tr("no")
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, time):
        return format_time(value)
    if isinstance(field, Combo):
        return next((option.text for option in field.options() if option.value == value), str(value))
    words_of = getattr(field, "words_of", None)
    return words_of(value) if words_of is not None else str(value)


def _unreadable(field: QWidget) -> bool:
    """Whether something is typed that means no value."""
    return (
        hasattr(field, "problem")
        and isinstance(field, QLineEdit)
        and bool(field.text().strip())
        and read(field) is None
    )
