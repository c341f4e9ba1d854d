"""How complete a profile is: a bar, the percentage, and what it still wants in words."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.practitioner_profiles import PractitionerProfile
from meditrack_desktop.ui.doctors.words import missing_word
from meditrack_desktop.ui.widgets import Card, Label, ProgressBar


class Completeness(Card):
    """The head of the profile."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setMaximumWidth(720)
        line = QHBoxLayout()
        line.addWidget(Label(self.tr("Profile"), "strong"))
        line.addStretch(1)
        self.percent = Label("", "strong")
        line.addWidget(self.percent)
        self._bar = ProgressBar(self.tr("How complete the profile is"))
        self.missing = Label("", "small", tone="text2", wrap=True)
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addLayout(line)
        column.addWidget(self._bar)
        column.addWidget(self.missing)
        self.body.addLayout(column)

    def show_profile(self, profile: PractitionerProfile) -> None:
        """Show how far it is."""
        self.percent.setText(self.tr("{percent} % complete").format(percent=profile.completeness))
        self._bar.set_share(profile.completeness / 100)
        wanted = ", ".join(missing_word(name) for name in profile.missing)
        self.missing.setText(
            self.tr("Still wanted: {what}.").format(what=wanted) if wanted else self.tr("Nothing is missing.")
        )
