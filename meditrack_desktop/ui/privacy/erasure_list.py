"""Requests to erase a patient: a second administrator agrees here, and an interrupted one is carried on."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.privacy import AnswerPurge, PurgeRequest
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.privacy.words import moment_text
from meditrack_desktop.ui.privacy.worklist import Worklist
from meditrack_desktop.ui.widgets import Button, Cell, CellTag, Column, confirm


class ErasureList(QWidget):
    """Nobody agrees to their own request."""

    counted = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        columns = (
            Column("patient", self.tr("Patient"), 240, sortable=False),
            Column("mrn", self.tr("MRN"), 110, priority=2, sortable=False),
            Column("reason", self.tr("Reason"), 220, stretch=True, sortable=False),
            Column("by", self.tr("Asked by"), 160, sortable=False),
            Column("at", self.tr("Asked"), 170, priority=1, sortable=False),
        )
        self.list: Worklist[PurgeRequest] = Worklist(
            self.tr("Requests to erase"),
            columns,
            self.cell,
            lambda request: request.id,
            (
                self.tr("Nobody is to be erased"),
                self.tr("Requests from a chart's menu appear here, for a second administrator."),
            ),
        )
        self.withdraw = self.list.add_act(Button(self.tr("Withdraw")), self.withdraw_chosen)
        self.approve = self.list.add_act(
            Button(self.tr("Agree and erase…"), "danger_secondary", icon="trash-2"), self.approve_chosen
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        self.setFocusProxy(self.list)
        self.list.chosenChanged.connect(self._on_chosen)
        self.list.table.opened.connect(lambda _row: self.approve_chosen())

    def refresh(self) -> None:
        """Ask again."""
        desk = self._desk
        desk.tasks.query(
            self,
            lambda: desk.clinic.purges.list(desk.actor),
            self.show_records,
            failed=lambda error: self.list.show_failure(error, self.refresh),
            replaces="purges",
        )

    def show_records(self, found: tuple[PurgeRequest, ...]) -> None:
        """Show the answer."""
        self.list.show_records(found)
        self.counted.emit(len(found))

    def withdraw_chosen(self) -> None:
        """Take the chosen request back."""
        request, desk = self.list.chosen, self._desk
        if request is not None and request.waiting:
            answer = AnswerPurge(id=request.id, version=request.version)
            desk.tasks.change(
                self,
                lambda: desk.clinic.purges.withdraw(desk.actor, answer),
                done=lambda _request: self.refresh(),
            )

    def approve_chosen(self) -> None:
        """Agree to the chosen request after one more question, or carry on one that was interrupted."""
        request = self.list.chosen
        if request is None or self._own(request):
            return
        if request.interrupted:
            self._erase(request)
            return
        confirm(
            self,
            self.tr("Erase {patient}, MRN {mrn}, for good?").format(
                patient=request.patient_name, mrn=request.mrn
            ),
            self.tr(
                "Nobody can bring the record back from here. Copies in backups end when the last backup that holds "
                "the key has expired. The law usually requires that medical records are kept; restricting can be "
                "undone, this cannot."
            ),
            self.tr("Erase for good"),
            lambda: self._erase(request),
            keep=self.tr("Keep the record"),
        )

    def cell(self, request: PurgeRequest, key: str) -> Cell:
        """One cell of one request."""
        if key == "patient":
            stuck = (CellTag(self.tr("Interrupted"), "warn"),) if request.interrupted else ()
            return Cell(request.patient_name or self.tr("Emptied"), tags=stuck)
        if key == "mrn":
            return Cell(request.mrn, tone="text2")
        if key == "reason":
            return Cell(" ".join(request.reason.split()))
        if key == "by":
            you = (CellTag(self.tr("You")),) if request.requested_by == self._desk.actor.account_id else ()
            return Cell(request.requested_by_name, tags=you)
        return Cell(moment_text(request.requested_at, self._desk.facts.tz), tone="text2")

    def _erase(self, request: PurgeRequest) -> None:
        purges, actor = self._desk.clinic.purges, self._desk.actor
        answer = AnswerPurge(id=request.id, version=request.version)

        def work() -> PurgeRequest:
            if request.interrupted:
                return purges.carry_out(actor, request.id)
            return purges.approve(actor, answer)

        self._desk.tasks.change(
            self,
            work,
            done=lambda _request: self._desk.say(self.tr("The record was erased")),
            always=self.refresh,
        )

    def _own(self, request: PurgeRequest) -> bool:
        return request.waiting and request.requested_by == self._desk.actor.account_id

    def _on_chosen(self) -> None:
        request = self.list.chosen
        own = request is not None and self._own(request)
        stuck = request is not None and request.interrupted
        self.withdraw.setEnabled(request is not None and request.waiting)
        self.approve.setEnabled(request is not None and not own)
        self.approve.set_text(self.tr("Carry on erasing") if stuck else self.tr("Agree and erase…"))
        self.list.about.setText(
            self.tr("Your own request: another administrator has to agree.") if own else ""
        )
