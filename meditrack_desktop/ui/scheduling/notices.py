"""What stands above the calendar: what is wrong, while what is shown stays, and what to do with a visit in hand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui.scheduling.words import birth_text, length_text
from meditrack_desktop.ui.widgets import Banner, announce


class Notices(QWidget):
    """At most one banner of something wrong, gone as soon as an answer comes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.banner: Banner | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._carrying = Banner("", "info", icon="move", square=True)
        self._carrying.setHidden(True)
        self._column.addWidget(self._carrying)

    def show_carrying(self, carried: Appointment | None) -> None:
        """Say which visit was picked up and how it is put down; None: none is any more."""
        if carried is not None:
            words = self.tr(
                "arrows or mouse choose its new time, + or G another day, Enter, Ctrl+V or a click drops it, "
                "Escape puts it back."
            )
            self._carrying.set_text(words, self.tr("{visit}:").format(visit=carried_words(carried)))
        self._carrying.setVisible(carried is not None)

    def say(self, text: str, tone: str, action: str = "", then: Callable[[], object] | None = None) -> None:
        """Show a sentence with at most one thing to do."""
        self.drop()
        self.banner = Banner(text, "danger" if tone == "danger" else "warn", action=action, square=True)
        if then is not None:
            self.banner.actionTriggered.connect(lambda: then())
        self._column.addWidget(self.banner)
        announce(self, text, assertive=True)

    def say_offline(self, since: str, again: Callable[[], object]) -> None:
        """The clinic's server does not answer: what is shown is old, and nothing can be changed."""
        self.drop()
        lead = self.tr("No connection to the clinic server since {time}.").format(time=since)
        text = self.tr("You can read on. Booking and changes wait until it answers; what you typed is kept.")
        self.banner = Banner(text, "warn", lead=lead, action=self.tr("Try now"), icon="wifi-off", square=True)
        self.banner.actionTriggered.connect(lambda: again())
        self._column.addWidget(self.banner)
        announce(self, f"{lead} {text}", assertive=True)

    def drop(self) -> None:
        """Take it away."""
        if self.banner is not None:
            self._column.removeWidget(self.banner)
            self.banner.hide()
            self.banner.deleteLater()
            self.banner = None


def carried_words(visit: Appointment) -> str:
    """`Greta Beispiel, 7 Oct 1980 (46), 30 min`."""
    born = birth_text(visit.patient_birth_date, visit.day)
    return ", ".join((visit.patient_name, born, length_text(visit.minutes)))
