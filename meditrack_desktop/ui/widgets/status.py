"""Words and icons of the seven appointment states, as the tokens name them."""

from PySide6.QtCore import QCoreApplication

STATUSES = ("booked", "confirmed", "arrived", "inroom", "completed", "noshow", "cancelled")

STATUS_ICONS: dict[str, str] = {
    "booked": "circle-dashed",
    "confirmed": "circle-check",
    "arrived": "armchair",
    "inroom": "stethoscope",
    "completed": "check-check",
    "noshow": "user-x",
    "cancelled": "ban",
}


def status_word(status: str) -> str:
    """The state in the words of the desk. KeyError if there is no such state."""
    say = QCoreApplication.translate
    return {
        "booked": say("Status", "Booked"),
        "confirmed": say("Status", "Confirmed"),
        "arrived": say("Status", "Waiting"),
        "inroom": say("Status", "In room"),
        "completed": say("Status", "Completed"),
        "noshow": say("Status", "No-show"),
        "cancelled": say("Status", "Cancelled"),
    }[status]
