"""Temporary access to one patient's documents: who has it and until when, and giving it to somebody (D34)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import partial
from uuid import UUID

from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.access_grants import LONGEST, AccessGrant, Colleague, EndAccess, GiveAccess
from meditrack_desktop.domain.clock import to_instant, to_wall
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.widgets import (
    Button,
    DateField,
    Divider,
    Label,
    LabelledField,
    Option,
    SearchSelect,
    SideSheet,
    TextArea,
    format_date,
    format_time,
)

USUAL = timedelta(days=7)
SHOWN_OVER = 10


class AccessSheet(SideSheet):
    """Those whose access is live stand first, each with its end; below, the fields to give it to somebody."""

    def __init__(self, desk: Desk, host: QWidget, patient: Patient, who: str) -> None:
        super().__init__(host, host.tr("Temporary access"), width=440)
        self._desk, self._patient = desk, patient
        self.body.addWidget(Label(who, "strong", wrap=True))
        self.body.addWidget(
            Label(
                self.tr("Somebody who does not care for this patient can read the documents until a day."),
                "small",
                tone="text2",
                wrap=True,
            )
        )
        self.list = QWidget()
        self._rows = QVBoxLayout(self.list)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(8)
        self.body.addWidget(self.list)
        self.body.addWidget(Divider())
        self.person = SearchSelect(placeholder=self.tr("Name or user"), options=(), icon="user-round")
        today = desk.today()
        self.until = DateField(
            desk.today, today + USUAL, minimum=today, maximum=today + LONGEST - timedelta(days=1)
        )
        self.reason = TextArea(lines=2)
        self.form = Form(
            {
                "account_id": LabelledField(self.tr("For whom"), self.person),
                "expires_at": LabelledField(
                    self.tr("Until the end of"), self.until, help=self.tr("At most 30 days.")
                ),
                "reason": LabelledField(self.tr("Why"), self.reason),
            }
        )
        self.body.addWidget(Label(self.tr("Give access"), "strong"))
        for field in self.form.fields.values():
            self.body.addWidget(field)
        self.body.addStretch(1)
        self.give = Button(self.tr("Give access"), "primary", icon="key-round")
        self.give.set_default()
        self.give.clicked.connect(self._give)
        close = Button(self.tr("Close"))
        close.clicked.connect(self.dismiss)
        self.footer.addStretch(1)
        self.footer.addWidget(close)
        self.footer.addWidget(self.give)
        self.dirty = lambda: bool(self.reason.toPlainText().strip())

    def load(self) -> None:
        """Ask who has access and to whom it can be given."""
        desk, patient_id = self._desk, self._patient.id
        grants = desk.clinic.access_grants

        def work() -> tuple[tuple[AccessGrant, ...], tuple[Colleague, ...]]:
            return grants.of_patient(desk.actor, patient_id), grants.colleagues(desk.actor)

        desk.tasks.query(
            self, work, lambda found: self.show_grants(*found), failed=self._refused, replaces="grants"
        )

    def focus_first(self) -> None:
        self.person.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_grants(self, given: Sequence[AccessGrant], colleagues: Sequence[Colleague]) -> None:
        """Those who have access, and to whom it can be given."""
        self.person.set_own_options([Option(one.account_id, one.name, one.user) for one in colleagues])
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        now = self._desk.clock.now()
        live = [one for one in given if one.live(now)]
        for one in live:
            self._rows.addWidget(self._live_row(one))
        if not live:
            self._rows.addWidget(Label(self.tr("Nobody has temporary access now."), tone="text2", wrap=True))
        over = [one for one in given if not one.live(now)][:SHOWN_OVER]
        for one in over:
            ended = one.ended_at or one.expires_at
            words = self.tr("{name}, ended {when}").format(name=one.account_name, when=self._day(ended))
            self._rows.addWidget(Label(words, "small", tone="text2", wrap=True))

    def _live_row(self, grant: AccessGrant) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(grant.account_name, "emphasis", wrap=True))
        about = self.tr("until {when}, given by {name}: {reason}").format(
            when=self._moment(grant.expires_at), name=grant.given_by_name, reason=grant.reason
        )
        words.addWidget(Label(about, "small", tone="text2", wrap=True))
        line.addLayout(words, 1)
        end = Button(self.tr("End now"), "danger_secondary", size="small")
        end.setAccessibleName(self.tr("End the access of {name} now").format(name=grant.account_name))
        end.clicked.connect(partial(self._end, grant, end))
        line.addWidget(end, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _give(self) -> None:
        day, person = self.until.value(), self.person.value()
        self.form.clear_errors()
        if not isinstance(person, UUID):
            self.form.fields["account_id"].set_error(self.tr("Choose who may read."))
            self.person.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if day is None:
            self.until.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        # To the end of that day, on the clinic's clock.
        ends = to_instant(datetime.combine(day + timedelta(days=1), time()), self._desk.facts.tz)
        try:
            command = GiveAccess(
                account_id=person,
                patient_id=self._patient.id,
                expires_at=ends,
                reason=self.reason.toPlainText().strip(),
            )
        except ValidationError:
            self.form.fields["reason"].set_error(self.tr("Say why, in a few words."))
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        desk = self._desk
        self.give.set_busy(True)
        desk.tasks.change(
            self,
            lambda: desk.clinic.access_grants.give(desk.actor, command),
            done=self._given,
            failed=self._refused,
            always=lambda: self.give.set_busy(False),
        )

    def _given(self, grant: AccessGrant) -> None:
        words = self.tr("{name} may read until {when}")
        self._desk.say(words.format(name=grant.account_name, when=self._moment(grant.expires_at)))
        self.person.set_choice(None)
        self.reason.clear()
        self.load()

    def _end(self, grant: AccessGrant, button: Button, _checked: bool = False) -> None:
        desk, command = self._desk, EndAccess(id=grant.id, version=grant.version)
        button.set_busy(True)
        desk.tasks.change(
            self,
            lambda: desk.clinic.access_grants.end(desk.actor, command),
            done=self._ended,
            failed=self._refused,
        )

    def _ended(self, grant: AccessGrant) -> None:
        self._desk.say(self.tr("The access of {name} ended").format(name=grant.account_name))
        self.load()

    def _refused(self, error: ClinicError) -> None:
        if not self.form.show(error):
            errors.show(self, error, retry=self.load)

    def _day(self, moment: datetime) -> str:
        return format_date(to_wall(moment, self._desk.facts.tz).date())

    def _moment(self, moment: datetime) -> str:
        wall = to_wall(moment, self._desk.facts.tz)
        return f"{format_date(wall.date())}, {format_time(wall.time())}"


def open_access_grants(desk: Desk, host: QWidget, patient: Patient, who: str) -> AccessSheet:
    """Open the sheet over `host`'s window."""
    sheet = AccessSheet(desk, host, patient, who)
    sheet.open_layer()
    sheet.load()
    return sheet
