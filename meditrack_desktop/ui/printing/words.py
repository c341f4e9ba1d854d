"""The words of printing."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.printing import CardSize, LabelSize, PrintKind
from meditrack_desktop.ui.widgets import Option


def heading(kind: PrintKind) -> str:
    return {
        PrintKind.CHART_SUMMARY: _tr("Print the summary of the chart"),
        PrintKind.LABEL: _tr("Print a label"),
        PrintKind.APPOINTMENT_CARD: _tr("Print an appointment card"),
    }[kind]


def sent(kind: PrintKind, printer: str) -> str:
    """What a toast says."""
    text = {
        PrintKind.CHART_SUMMARY: _tr("Summary sent to {printer}"),
        PrintKind.LABEL: _tr("Label sent to {printer}"),
        PrintKind.APPOINTMENT_CARD: _tr("Appointment card sent to {printer}"),
    }[kind]
    return text.format(printer=printer)


def size_options(kind: PrintKind) -> list[Option]:
    if kind is PrintKind.LABEL:
        return [Option(size, "{} x {} mm".format(*size.millimetres)) for size in LabelSize]
    if kind is PrintKind.APPOINTMENT_CARD:
        return [
            Option(CardSize.A6, _tr("A6 card")),
            Option(CardSize.A7, _tr("A7 card")),
            Option(CardSize.ROLL, _tr("80 mm roll")),
        ]
    return []


def _tr(text: str) -> str:
    return QCoreApplication.translate("printing", text)
