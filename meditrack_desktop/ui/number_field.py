"""A whole number, and a price, as they are typed in this place of the world."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.money import minor_digits
from meditrack_desktop.ui.widgets import TextField


class NumberField(TextField):
    """A whole number or None. `valueChanged` comes when Enter is pressed or the field is left; `problem` says what
    is wrong, and is empty when it is mended."""

    valueChanged = Signal(object)
    problem = Signal(str)

    def __init__(
        self,
        value: int | None = None,
        *,
        name: str = "",
        unit: str = "",
        most: int = 100_000,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name=name, parent=parent)
        self._most, self._unit = most, unit
        self._value: int | None = None
        self.returnPressed.connect(self.commit)
        self.set_value(value)

    def value(self) -> int | None:
        """The number, as typed so far; None where the field is empty or wrong."""
        return self._read(self.text())

    def set_value(self, value: int | None) -> None:
        """Show a number without a signal."""
        self._value = value
        self.setText("" if value is None else self._shown(value))
        self.set_note(self._unit)
        self.set_invalid(False)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.commit()

    def commit(self) -> None:
        """What is typed counts: written as it was understood, or marked."""
        found = self._read(self.text())
        wrong = bool(self.text().strip()) and found is None
        self.set_invalid(wrong)
        self.problem.emit(self._wrong() if wrong else "")
        if found is not None:
            self.setText(self._shown(found))
        if found != self._value:
            self._value = found
            self.valueChanged.emit(found)

    def words_of(self, value: int) -> str:
        """A value as the field shows it."""
        return f"{self._shown(value)} {self._unit}".strip()

    def _read(self, text: str) -> int | None:
        number, known = QLocale().toInt(text.strip())
        return number if known and 0 <= number <= self._most else None

    def _shown(self, value: int) -> str:
        return str(value)

    def _wrong(self) -> str:
        return self.tr("This is not a number up to {most}. Example: 15").format(most=self._most)


class PriceField(NumberField):
    """Money of `currency` in minor units, typed and shown as the locale writes it, flush right."""

    def __init__(
        self, currency: str, value: int | None = None, *, name: str = "", parent: QWidget | None = None
    ) -> None:
        self._digits = minor_digits(currency)
        super().__init__(value, name=name, unit="", most=100_000_000, parent=parent)
        self._unit = currency
        self.set_note(currency)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _read(self, text: str) -> int | None:
        typed = text.strip()
        plain = QLocale()
        # "45.50" is no 4550 where the point parts thousands: first without groups, then as a program writes it.
        plain.setNumberOptions(QLocale.NumberOption.RejectGroupSeparator)
        for reader in (plain, QLocale.c(), QLocale()):
            amount, known = reader.toDouble(typed)
            minor = round(amount * 10**self._digits) if known and abs(amount) < self._most else -1
            if 0 <= minor <= self._most and abs(amount * 10**self._digits - minor) < 1e-6:
                return minor
        return None

    def _shown(self, value: int) -> str:
        return QLocale().toString(value / 10**self._digits, "f", self._digits)

    def _wrong(self) -> str:
        return self.tr("This is no amount. Example: {example}").format(
            example=self._shown(45 * 10**self._digits)
        )


def price_words(value: int | None, currency: str) -> str:
    """An amount with its currency, as the locale writes it; nothing where there is no price."""
    if value is None:
        return ""
    digits, locale = minor_digits(currency), QLocale()
    amount = value / 10**digits
    if locale.currencySymbol(QLocale.CurrencySymbolFormat.CurrencyIsoCode) == currency:
        return locale.toCurrencyString(amount, locale.currencySymbol(), digits)
    # Locales set a foreign code against the digits as they do their own sign; a code wants a space.
    return f"{currency}\N{NO-BREAK SPACE}{locale.toString(amount, 'f', digits)}"


def currency_of(region: str) -> str:
    """The currency of an ISO 3166 region, as its ISO 4217 code; USD where none is known."""
    territory = QLocale.codeToTerritory(region)
    if territory is QLocale.Country.AnyTerritory:
        return "USD"
    locale = QLocale(QLocale.Language.AnyLanguage, territory)
    return locale.currencySymbol(QLocale.CurrencySymbolFormat.CurrencyIsoCode) or "USD"
