"""The words of the DICOM view."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from meditrack_desktop.domain.examination import StudySeries
from meditrack_desktop.services.dicom_images import CtPreset, Length, WhyNot, Window

tr = QCoreApplication.translate


def reference_words() -> str:
    """What stands beside every image, always."""
    return tr("Dicom", "For reference only. This display is not cleared for diagnosis.")


def why_words(why: WhyNot) -> tuple[str, str]:
    """Why an image cannot be drawn: title and text."""
    return {
        WhyNot.NO_PIXELS: (
            tr("Dicom", "This file holds no picture"),
            tr("Dicom", "It is a report, a plan or the like. What it says is in its header."),
        ),
        WhyNot.UNKNOWN_FORMAT: (
            tr("Dicom", "This picture cannot be drawn here"),
            tr("Dicom", "It is packed in a way this program does not know. Its header can be read."),
        ),
        WhyNot.VIDEO: (
            tr("Dicom", "This is a film"),
            tr("Dicom", "Films cannot be played here. The header can be read."),
        ),
        WhyNot.TOO_LARGE: (
            tr("Dicom", "This picture is too large to be drawn"),
            tr("Dicom", "It claims more than 60 million pixels. Its header can be read."),
        ),
        WhyNot.DAMAGED: (
            tr("Dicom", "This picture is damaged"),
            tr("Dicom", "Its pixels and its header do not fit together. The file is kept as it came."),
        ),
    }[why]


def preset_words(preset: CtPreset) -> str:
    return {
        CtPreset.BRAIN: tr("Dicom", "Brain"),
        CtPreset.SUBDURAL: tr("Dicom", "Subdural"),
        CtPreset.MEDIASTINUM: tr("Dicom", "Mediastinum"),
        CtPreset.LUNG: tr("Dicom", "Lung"),
        CtPreset.ABDOMEN: tr("Dicom", "Abdomen"),
        CtPreset.LIVER: tr("Dicom", "Liver"),
        CtPreset.SPINE: tr("Dicom", "Spine"),
        CtPreset.BONE: tr("Dicom", "Bone"),
    }[preset]


def window_words(window: Window) -> str:
    """`W 80 L 40`; small numbers keep two digits."""
    return f"W {number_words(window.width)} L {number_words(window.center)}"


def number_words(value: float) -> str:
    if abs(value) >= 10 or value == round(value):
        return str(round(value)).replace("-", "−")
    return f"{value:.2g}".replace("-", "−")


def length_words(length: Length) -> str:
    """`41.6 mm`; pixels where nobody knows how large they are."""
    if length.millimetres is None:
        return tr("Dicom", "{n} pixels").format(n=QLocale().toString(length.pixels, "f", 0))
    words = tr("Dicom", "{n} mm").format(n=QLocale().toString(length.millimetres, "f", 1))
    return tr("Dicom", "{length} at the detector").format(length=words) if length.at_detector else words


def bar_words(millimetres: float) -> str:
    """`5 cm`, `20 mm`, `0.5 mm`."""
    if millimetres >= 10:
        return tr("Dicom", "{n} cm").format(n=QLocale().toString(millimetres / 10, "g", 3))
    return tr("Dicom", "{n} mm").format(n=QLocale().toString(millimetres, "g", 3))


def image_count_words(count: int) -> str:
    return tr("Dicom", "1 image") if count == 1 else tr("Dicom", "{n} images").format(n=count)


def thickness_words(series: StudySeries) -> str:
    found = series.slice_thickness_mm
    return "" if found is None else tr("Dicom", "{n} mm").format(n=QLocale().toString(found, "f", 1))


def series_words(series: StudySeries) -> str:
    """`2, axial 5.0 mm`."""
    name = " ".join(part for part in (series.description, thickness_words(series)) if part)
    number = "" if series.number is None else str(series.number)
    return ", ".join(part for part in (number, name or series.modality) if part) or tr("Dicom", "Series")
