"""The steps of a visit by the names of their acts, and in words why one is not taken now."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus
from meditrack_desktop.ui.scheduling.words import short_day

_S = AppointmentStatus
STATUS_ACTS = {
    "check_in": _S.ARRIVED,
    "send_in": _S.CHECKED_IN,
    "finish": _S.FULFILLED,
    "reopen": _S.CHECKED_IN,
    "no_show": _S.NOSHOW,
    "rebook": _S.BOOKED,
}
_COMING = ("check_in", "send_in")
"""The acts that take a patient on: they are there, so it is the day of the visit, and it is not over."""


def why_not_taken_on(visit: Appointment, act: str, today: date) -> str:
    """Why this act does not take the patient on; nothing for every other act. `today`: by the clinic's clock.

    Someone pressed the key of another visit: one of a later day, or one that is over and would be opened again.
    """
    if act not in _COMING:
        return ""
    if visit.day > today:
        said = QCoreApplication.translate("Calendar", "The visit of {name} is on {day}, not today.")
        return said.format(name=visit.patient_name, day=short_day(visit.day))
    if visit.status is _S.FULFILLED:
        said = QCoreApplication.translate(
            "Calendar", "The visit of {name} is finished. Its menu opens it again."
        )
        return said.format(name=visit.patient_name)
    return ""
