"""How wide the calendar's columns and how tall its hours are, in the room there is."""

from __future__ import annotations

from PySide6.QtCore import QSize

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.scheduling.day_model import DayModel
from meditrack_desktop.ui.scheduling.layout import Measures

COLUMN_MINIMUM = 120
HOUR_HEIGHTS = (48, 60, 72, 84, 96, 120, 144)
USUAL_ZOOM = HOUR_HEIGHTS.index(72)


def measures_for(model: DayModel, room: QSize, zoom: int) -> Measures:
    """Columns share the width until they would be too narrow; hours grow to fill a tall window."""
    current = theme.current()
    width = max(room.width() / max(1, len(model.columns)), current.px(COLUMN_MINIMUM))
    hour = current.px(HOUR_HEIGHTS[zoom])
    measures = Measures(width, hour)
    hours = (model.last - model.first) / 60
    fitting = int((room.height() - measures.top - measures.bottom) / hours)
    return measures if fitting <= hour else Measures(width, min(fitting, current.px(HOUR_HEIGHTS[-1])))
