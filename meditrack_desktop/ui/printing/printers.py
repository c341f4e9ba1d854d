"""The printers of this computer, and which of them this desk uses for what.

Asking a system for its printers can take seconds where one is away: for the slow lane only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.printing import CardSize, LabelSize, PrintKind
from meditrack_desktop.ui.printing.pdf_printer import print_pdf
from meditrack_desktop.ui.remembered import remembered_in


@dataclass(frozen=True, slots=True)
class DeskPrinting:
    """What this desk remembers: a printer by kind (empty: none yet) and the sizes that lie in them."""

    summary: str = ""
    label: str = ""
    card: str = ""
    label_size: LabelSize = LabelSize.LARGE
    card_size: CardSize = CardSize.A6

    def printer(self, kind: PrintKind) -> str:
        return {
            PrintKind.CHART_SUMMARY: self.summary,
            PrintKind.LABEL: self.label,
            PrintKind.APPOINTMENT_CARD: self.card,
        }[kind]

    def with_printer(self, kind: PrintKind, name: str) -> DeskPrinting:
        if kind is PrintKind.LABEL:
            return replace(self, label=name)
        return replace(self, card=name) if kind is PrintKind.APPOINTMENT_CARD else replace(self, summary=name)


def remembered_printing(profile: Path) -> DeskPrinting:
    """What was chosen last on this desk; sizes that no longer exist have their default."""
    kept = remembered_in(profile)

    def text(name: str, default: str = "") -> str:
        return str(kept.value(f"print/{name}", default))

    label, card = text("label_size"), text("card_size")
    return DeskPrinting(
        summary=text("summary"),
        label=text("label"),
        card=text("card"),
        label_size=LabelSize(label) if label in set(LabelSize) else LabelSize.LARGE,
        card_size=CardSize(card) if card in set(CardSize) else CardSize.A6,
    )


def keep_printing(profile: Path, printing: DeskPrinting) -> None:
    """Remember it for this desk."""
    kept = remembered_in(profile)
    for name in ("summary", "label", "card", "label_size", "card_size"):
        kept.setValue(f"print/{name}", str(getattr(printing, name)))
    kept.sync()


def printer_names() -> tuple[str, ...]:
    """All printers, the system's default first."""
    names = sorted(QPrinterInfo.availablePrinterNames())
    default = QPrinterInfo.defaultPrinterName()
    return tuple([default, *(name for name in names if name != default)] if default in names else names)


def send(pdf: bytes, name: str, title: str) -> None:
    """Print it, at once and without a dialog. Unavailable PRINTER_UNUSABLE if the printer is gone or refuses.

    `title` is what the system's queue shows: no patient's name belongs there.
    """
    printer = open_printer(name)
    if printer is None:
        raise Unavailable(ErrorCode.PRINTER_UNUSABLE, printer=name)
    printer.setDocName(title)
    if not print_pdf(pdf, printer):
        raise Unavailable(ErrorCode.PRINTER_UNUSABLE, printer=name)


def open_printer(name: str) -> QPrinter | None:
    """The printer of that name, if the system has it."""
    info = QPrinterInfo.printerInfo(name)
    return None if info.isNull() else QPrinter(info, QPrinter.PrinterMode.HighResolution)
