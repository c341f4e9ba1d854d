"""Two people side by side, so that anybody sees whether they are one: each with two identifiers."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.ui.widgets import Card, Label


class PersonCard(Card):
    """`lead` says who it is ("In the file", "This chart"); `about` are birth date and record number."""

    def __init__(self, lead: str, name: str = "", about: str = "") -> None:
        super().__init__(padding=12)
        self.body.setSpacing(2)
        self.lead = Label(lead, "small", tone="text2", wrap=True)
        self.name = Label(name, "strong", wrap=True)
        self.about = Label(about, "body", wrap=True)
        for label in (self.lead, self.name, self.about):
            self.body.addWidget(label)
        self.body.addStretch(1)
        self.show_person(name, about)

    def show_person(self, name: str, about: str) -> None:
        self.name.setText(name)
        self.about.setText(about)
        self.about.setVisible(bool(about))
        self.setAccessibleName(f"{self.lead.text()}: {name}, {about}")


class TwoPeople(QWidget):
    """The two cards, equally wide."""

    def __init__(self, left: PersonCard, right: PersonCard) -> None:
        super().__init__()
        self.left, self.right = left, right
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(left, 1)
        row.addWidget(right, 1)
