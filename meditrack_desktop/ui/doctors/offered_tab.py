"""Which visits the chosen doctor offers, with their length and price. What a visit type is, is set for the clinic."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.visit_types import SaveVisitType, VisitType
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.entry_row import EntryList, EntryRow
from meditrack_desktop.ui.doctors.words import length_words
from meditrack_desktop.ui.number_field import currency_of, price_words
from meditrack_desktop.ui.widgets import Label, ScrollColumn


class OfferedTab(QWidget):
    """`counted` carries how many the doctor offers."""

    counted = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._may = desk.actor.may(Permission.EDIT_VISIT_TYPES)
        self._doctor: Practitioner | None = None
        self.listed = EntryList(self.tr("No visit types yet."))
        self.others = EntryList(self.tr("This doctor offers every visit type."))
        self._others_head = Label(self.tr("Not offered"), "section")
        scroll = ScrollColumn(margins=(20, 16, 20, 16))
        scroll.body.setSpacing(10)
        scroll.body.addWidget(Label(self.tr("Offered visits"), "section"))
        scroll.body.addWidget(self.listed)
        scroll.body.addSpacing(10)
        scroll.body.addWidget(self._others_head)
        scroll.body.addWidget(self.others)
        scroll.body.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)

    def show_doctor(self, doctor: Practitioner) -> None:
        """Ask what a doctor offers."""
        if self._doctor is None or self._doctor.id != doctor.id:
            # What one doctor offers does not stand under the name of another, not even while it is asked for.
            for part in (self.listed, self._others_head, self.others):
                part.setVisible(False)
        self._doctor = doctor
        self.refresh()

    def refresh(self) -> None:
        """Ask again."""
        doctor = self._doctor
        if doctor is None:
            return
        types, practitioners, actor = (
            self._desk.clinic.visit_types,
            self._desk.clinic.practitioners,
            self._desk.actor,
        )
        self._desk.tasks.query(
            self,
            lambda: (doctor, types.list(actor), practitioners.list(actor)),
            self._show,
            failed=lambda error: errors.show(self, error, retry=self.refresh),
            replaces="offered",
        )

    def _show(self, found: tuple[Practitioner, tuple[VisitType, ...], tuple[Practitioner, ...]]) -> None:
        doctor, types, everybody = found
        if self._doctor is None or self._doctor.id != doctor.id:
            return
        offered = [one for one in types if one.offered_by(doctor.id)]
        rest = [one for one in types if not one.offered_by(doctor.id)]
        self.listed.show_rows([self._row(one, True, everybody) for one in offered])
        self.others.show_rows([self._row(one, False, everybody) for one in rest])
        self.listed.setVisible(True)
        self._others_head.setVisible(bool(rest))
        self.others.setVisible(bool(rest))
        self.counted.emit(len(offered))

    def _row(self, one: VisitType, offered: bool, everybody: tuple[Practitioner, ...]) -> EntryRow:
        parts = [length_words(one.minutes), price_words(one.price, currency_of(self._desk.facts.region))]
        if not one.practitioner_ids:
            parts.append(self.tr("offered by everybody"))
        row = EntryRow(
            "clipboard-list", one.name, ", ".join(part for part in parts if part), quiet=not offered
        )
        if self._may:
            words = self.tr("Do not offer") if offered else self.tr("Offer")
            button = row.add_button(words, lambda: self._offer(one, not offered, everybody))
            # The last one who offers it cannot stop: nobody named means everybody.
            ids = one.practitioner_ids or tuple(other.id for other in everybody)
            alone = self._doctor is not None and set(ids) <= {self._doctor.id}
            button.setVisible(not (offered and alone))
        return row

    def _offer(self, one: VisitType, on: bool, everybody: tuple[Practitioner, ...]) -> None:
        doctor = self._doctor
        if doctor is None:
            return
        ids = one.practitioner_ids or tuple(other.id for other in everybody)
        ids = (*ids, doctor.id) if on else tuple(other for other in ids if other != doctor.id)
        visit_types, actor = self._desk.clinic.visit_types, self._desk.actor
        words = self.tr("{name} offers {type}") if on else self.tr("{name} does not offer {type} any more")
        said = words.format(name=doctor.name, type=one.name)

        def undo_of(kept: VisitType) -> None:
            back = saved(kept, practitioner_ids=one.practitioner_ids)
            self._desk.tasks.change(self, lambda: visit_types.save(actor, back))

        def done(kept: VisitType) -> None:
            self._desk.say(said, lambda: undo_of(kept))

        command = saved(one, practitioner_ids=tuple(dict.fromkeys(ids)))
        self._desk.tasks.change(
            self, lambda: visit_types.save(actor, command), done=done, failed=self._cannot
        )

    def _cannot(self, error: ClinicError) -> None:
        errors.show(self, error)
        self.refresh()


def saved(one: VisitType, **changed: object) -> SaveVisitType:
    """The command that leaves a visit type as it is, but for what is given."""
    values = {
        "id": one.id,
        "version": one.version,
        "name": one.name,
        "minutes": one.minutes,
        "price": one.price,
        "buffer_before": one.buffer_before,
        "buffer_after": one.buffer_after,
        "preparation": one.preparation,
        "for_new_patients": one.for_new_patients,
        "needs": one.needs,
        "practitioner_ids": one.practitioner_ids,
        "active": one.active,
        "position": one.position,
    }
    return SaveVisitType.model_validate(values | changed)
