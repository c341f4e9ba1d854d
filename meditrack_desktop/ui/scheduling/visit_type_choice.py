"""What a visit is for: one of the clinic's kinds of visits, or free words where the clinic has none that fits."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.visit_types import VisitType
from meditrack_desktop.ui.number_field import price_words
from meditrack_desktop.ui.scheduling.bookable import Bookable
from meditrack_desktop.ui.scheduling.words import length_text
from meditrack_desktop.ui.widgets import LabelledField, Option, SearchSelect, fold


class VisitTypeChoice(LabelledField):
    """`kindChanged` carries the kind or None; only a person's own choice is `by_hand`."""

    kindChanged = Signal(object)

    def __init__(
        self, bookable: Bookable, usual_words: Sequence[str], currency: str, parent: QWidget | None = None
    ) -> None:
        self.search = SearchSelect(
            options=[], icon="", placeholder=QCoreApplication.translate("VisitTypeChoice", "What for")
        )
        super().__init__(QCoreApplication.translate("VisitTypeChoice", "Visit"), self.search, parent=parent)
        self._bookable, self._usual, self._currency = bookable, list(usual_words), currency
        self._doctor: UUID | None = None
        self._wanted: UUID | None = None
        self._kind: VisitType | None = None
        self.by_hand = False
        self.search.picked.connect(self._on_picked)
        self.search.textEdited.connect(self._on_edited)
        self.search.editingFinished.connect(self._on_finished)

    @property
    def kind(self) -> VisitType | None:
        return self._kind

    def text(self) -> str:
        return self.search.text().strip()

    def offer(self, doctor: UUID) -> None:
        """Offer what this doctor offers; without any kinds of visits at the clinic, the usual words."""
        self._doctor = doctor
        kinds = self._bookable.kinds_of(doctor)
        options = [Option(kind.id, kind.name, self._second(kind)) for kind in kinds]
        if not self._bookable.kinds:
            options = [Option(words, words) for words in self._usual]
        self.search.set_own_options(options)
        if self._kind is None and self._wanted is not None:
            self.choose(self._wanted, "")
        if self._kind is not None:
            same = next((kind for kind in kinds if kind.id == self._kind.id), None)
            self._show(same)

    def suggest(self, *, new_patient: bool) -> None:
        """What it usually is, unless the person chose or typed something."""
        if self.by_hand or self._doctor is None:
            return
        if self._bookable.kinds:
            kind = self._bookable.usual(self._doctor, new_patient=new_patient)
            if kind != self._kind:
                self._show(kind)
                self.kindChanged.emit(kind)
        elif not self.text() and self._usual:
            self.search.setText(self._usual[0])

    def choose(self, kind_id: UUID | None, words: str) -> None:
        """Take what a draft said."""
        kind = next((one for one in self._bookable.kinds if one.id == kind_id), None)
        self._wanted = kind_id if kind is None else None
        if kind is not None:
            self._show(kind)
        elif words:
            self.search.setText(words)
        self.by_hand = kind is not None

    def _show(self, kind: VisitType | None) -> None:
        self._kind = kind
        self.search.set_choice(None if kind is None else Option(kind.id, kind.name))
        self.search.setCursorPosition(0)
        self._tell()

    def _tell(self) -> None:
        kind = self._kind
        self.set_help("" if kind is None else self._second(kind))
        self.search.setToolTip("" if kind is None else kind.preparation)

    def _second(self, kind: VisitType) -> str:
        """`30 min, £45.00`: and what else is kept for it."""
        parts = [length_text(kind.minutes), price_words(kind.price, self._currency), ", ".join(kind.needs)]
        return ", ".join(part for part in parts if part)

    def _on_picked(self, value: object) -> None:
        kind = next((one for one in self._bookable.kinds if one.id == value), None)
        self.by_hand = True
        if kind != self._kind:
            self._kind = kind
            self._tell()
            self.kindChanged.emit(kind)

    def _on_edited(self, _text: str) -> None:
        self.by_hand = True

    def _on_finished(self) -> None:
        """A kind typed in full is that kind."""
        typed = fold(self.text())
        kind = next((one for one in self._bookable.kinds if fold(one.name) == typed), None)
        if kind is not None and self._kind is None:
            self._show(kind)
            self.kindChanged.emit(kind)
