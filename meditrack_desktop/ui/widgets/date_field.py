"""The date field: typed in any usual form, shown in one that nobody misreads, with a month to pick from."""

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.ui.widgets.button import Button, IconButton
from meditrack_desktop.ui.widgets.date_text import format_date, parse_date
from meditrack_desktop.ui.widgets.month_view import MonthView
from meditrack_desktop.ui.widgets.popover import Popover
from meditrack_desktop.ui.widgets.text_field import TextField


class DateField(TextField):
    """A date. `today` says what day it is now; `quick` offers Today, Tomorrow and In 6 weeks.

    `valueChanged` carries a date or None once Enter is pressed or the field is left; `problem` says in
    words what is wrong, and is empty when it is mended. Alt+Down opens the month.
    """

    valueChanged = Signal(object)
    problem = Signal(str)

    def __init__(
        self,
        today: Callable[[], date],
        value: date | None = None,
        *,
        name: str = "",
        quick: bool = True,
        minimum: date | None = None,
        maximum: date | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name=name, parent=parent)
        self._today, self._quick = today, quick
        self._minimum, self._maximum = minimum, maximum
        self._date: date | None = None
        self._popover: Popover | None = None
        self.button = IconButton("calendar-days", self.tr("Choose a date"), key="Alt+Down", extent=26)
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.clicked.connect(self.open_month)
        self.add_trailing(self.button)
        self.textEdited.connect(self._on_edited)
        self.returnPressed.connect(self._commit)
        self.set_value(value)

    def value(self) -> date | None:
        """The date entered, or None where the field is empty or wrong."""
        return self._date

    def set_value(self, day: date | None) -> None:
        """Show a date without a signal of `valueChanged`."""
        self._date = day
        self.setText("" if day is None else format_date(day))
        self.set_note("")
        self.set_invalid(False)

    def set_limits(self, minimum: date | None, maximum: date | None) -> None:
        """First and last day that may be entered."""
        self._minimum, self._maximum = minimum, maximum

    def open_month(self) -> None:
        """Show the month to pick from."""
        self._commit()
        # A little wider than the field where the field is narrow.
        popover = Popover(self, width=272, margin=14)
        popover.setAccessibleName(self.tr("Choose a date"))
        month = MonthView(self._today(), self._date)
        month.picked.connect(self._pick)
        popover.body.addWidget(month)
        if self._quick:
            row = QHBoxLayout()
            row.setSpacing(6)
            today = self._today()
            for words, days in ((self.tr("Today"), 0), (self.tr("Tomorrow"), 1), (self.tr("In 6 weeks"), 42)):
                button = Button(words, size="small")
                button.clicked.connect(
                    lambda _checked=False, day=today + timedelta(days=days): self._pick(day)
                )
                row.addWidget(button)
            row.addStretch(1)
            popover.body.addLayout(row)
        self._popover = popover
        popover.closed.connect(self._forget_popover)
        popover.open_at(self)
        month.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.open_month()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._popover is None:
            self._commit()

    def _read(self, text: str) -> date | None:
        return parse_date(text, self._today(), _day_first(), _typed_months())

    def _on_edited(self, text: str) -> None:
        found = self._read(text)
        shown = "" if found is None else format_date(found)
        self.set_note("" if shown.casefold() == text.strip().casefold() else shown)

    def _commit(self) -> None:
        text = self.text().strip()
        found = self._read(text)
        reason = ""
        if text and found is None:
            reason = self.tr("This is not a date. Example: {example}").format(
                example=format_date(self._today())
            )
        elif found is not None and self._minimum is not None and found < self._minimum:
            reason = self.tr("Not before {day}").format(day=format_date(self._minimum))
        elif found is not None and self._maximum is not None and found > self._maximum:
            reason = self.tr("Not after {day}").format(day=format_date(self._maximum))
        self.set_note("")
        self.set_invalid(bool(reason))
        self.problem.emit(reason)
        if reason:
            self._take(None)
        else:
            if found is not None:
                self.setText(format_date(found))
            self._take(found)

    def _take(self, day: date | None) -> None:
        if day != self._date:
            self._date = day
            self.valueChanged.emit(day)

    def _pick(self, day: date) -> None:
        if self._popover is not None:
            self._popover.close_layer()
        self.setText(format_date(day))
        self._commit()

    def _forget_popover(self) -> None:
        self._popover = None
        self.setFocus(Qt.FocusReason.OtherFocusReason)


def _day_first() -> bool:
    pattern = QLocale().dateFormat(QLocale.FormatType.ShortFormat)
    return pattern.find("d") < pattern.find("M")


def _typed_months() -> dict[str, int]:
    locale, names = QLocale(), {}
    for number in range(1, 13):
        for form in (QLocale.FormatType.ShortFormat, QLocale.FormatType.LongFormat):
            names[locale.monthName(number, form).casefold()] = number
            names[locale.standaloneMonthName(number, form).casefold()] = number
    return names
