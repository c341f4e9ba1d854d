"""What stands in the corners of an image: whose it is, which it is, and how it is looked at."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.examination import StudySeries
from meditrack_desktop.services.dicom_images import ImageFacts
from meditrack_desktop.ui.documents.dicom.image_painter import Corners
from meditrack_desktop.ui.documents.dicom.image_view import ImageView
from meditrack_desktop.ui.documents.dicom.words import thickness_words, window_words
from meditrack_desktop.ui.widgets import format_time

tr = QCoreApplication.translate


def corners_of(facts: ImageFacts, series: StudySeries, position: int, view: ImageView) -> Corners:
    """Around image `position` (from 1) of a series, as a view shows it."""
    window, place = view.window_now, view.place
    number = "" if series.number is None else tr("Dicom", "Series {n}").format(n=series.number)
    born = facts.birth_date.isoformat() if facts.birth_date is not None else ""
    return Corners(
        _some(facts.patient_name, facts.patient_number, _joined(born, facts.sex)),
        _some(
            facts.study_description,
            _joined(number or series.description, thickness_words(series)),
            _moment(facts.study_at),
        ),
        _some(
            window_words(window) if window is not None else "",
            tr("Dicom", "Zoom {n} %").format(n=round(place.factor * 100)) if place is not None else "",
            tr("Dicom", "Image {n} of {count}").format(n=position, count=series.frames),
        ),
    )


def described(facts: ImageFacts, corners: Corners) -> str:
    """The same for who hears it."""
    return ". ".join((*corners.top_left, *corners.top_right, *corners.bottom_left, facts.body_part.lower()))


def _some(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _moment(at: datetime | None) -> str:
    return "" if at is None else f"{at.date().isoformat()} {format_time(at.time())}"
