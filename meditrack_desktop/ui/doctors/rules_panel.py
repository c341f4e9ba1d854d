"""Beside the hours: what the doctor allows to be booked, and what is ahead of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.booking_rules import BookingRule, SetBookingRules
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.visit_types import VisitType
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.entry_row import clear
from meditrack_desktop.ui.doctors.rule_sheet import RuleSheet, RulesNow, as_input, ask_rules
from meditrack_desktop.ui.doctors.tab_order import ask_order
from meditrack_desktop.ui.doctors.time_off_tab import Upcoming, next_ahead
from meditrack_desktop.ui.doctors.words import rule_words
from meditrack_desktop.ui.widgets import Divider, IconButton, IconLabel, Label, SectionHeading

WIDTH = 264
QWIDGETSIZE_MAX = 16_777_215


class SidePanel(QWidget):
    """`allAsked`: everything that is ahead."""

    allAsked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._doctor: Practitioner | None = None
        self._may = False
        self._now: RulesNow | None = None
        self._types: Sequence[VisitType] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.addWidget(Label(self.tr("Booking rules"), "section"), 1)
        self.add = IconButton("plus", self.tr("Add a rule"), extent=28)
        self.add.clicked.connect(lambda: self.open_rule(None))
        head.addWidget(self.add)
        column.addLayout(head)
        self.rules = QVBoxLayout()
        self.rules.setSpacing(8)
        column.addLayout(self.rules)
        column.addSpacing(4)
        column.addWidget(Divider())
        column.addSpacing(4)
        ahead = SectionHeading(self.tr("Next time off"), large=True, action=self.tr("All"))
        ahead.actionTriggered.connect(self.allAsked)
        if ahead.action is not None:
            ahead.action.setAccessibleName(self.tr("All time off"))
        column.addWidget(ahead)
        self.ahead = QVBoxLayout()
        self.ahead.setSpacing(10)
        column.addLayout(self.ahead)
        column.addStretch(1)
        self._beside = True
        theme.current().changed.connect(self._fit)
        self._fit()

    def set_beside(self, beside: bool) -> None:
        """Whether it stands beside the hours, or below them as wide as they are."""
        self._beside = beside
        self._fit()

    def show_doctor(self, doctor: Practitioner, *, may_edit: bool) -> None:
        """Ask for a doctor's rules."""
        if self._doctor is None or self._doctor.id != doctor.id:
            clear(self.rules)
            clear(self.ahead)
            self._now = None  # The rules of one doctor are never saved for another.
        self._doctor, self._may = doctor, may_edit
        self.add.setVisible(may_edit)
        self.refresh()

    def refresh(self) -> None:
        """Ask again."""
        doctor = self._doctor
        if doctor is None:
            return
        clinic, actor = self._desk.clinic, self._desk.actor
        rules = ask_rules(self._desk, doctor)
        self._desk.tasks.query(
            self,
            lambda: (doctor, rules(), clinic.visit_types.list(actor, include_inactive=True)),
            self._show,
            failed=self._cannot,
            replaces="rules",
        )

    def show_time_off(self, found: Upcoming) -> None:
        """The next few things that are ahead."""
        clear(self.ahead)
        lines = next_ahead(found)
        for _, icon, when, what in lines:
            row = QHBoxLayout()
            row.setSpacing(10)
            row.addWidget(IconLabel(icon, 16, "text2"), 0, Qt.AlignmentFlag.AlignTop)
            words = QVBoxLayout()
            words.setSpacing(0)
            words.addWidget(Label(when, "emphasis", wrap=True))
            words.addWidget(Label(what, "small", wrap=True))
            row.addLayout(words, 1)
            self.ahead.addLayout(row)
        if not lines:
            self.ahead.addWidget(Label(self.tr("Nothing is planned."), "body", tone="text2", wrap=True))

    def open_rule(self, rule: BookingRule | None) -> None:
        """The sheet for a new rule, or one to change."""
        if self._doctor is not None and self._now is not None:
            types = [one for one in self._types if one.active or (rule and one.id == rule.visit_type_id)]
            RuleSheet(self._desk, self, self._doctor, self._now, types, rule).open_filled()

    def _show(self, found: tuple[Practitioner, RulesNow, tuple[VisitType, ...]]) -> None:
        doctor, self._now, self._types = found
        if self._doctor is None or doctor.id != self._doctor.id:
            return
        clear(self.rules)
        names = {one.id: one.name for one in self._types}
        for rule in self._now.rules:
            self.rules.addLayout(self._row(rule, rule_words(rule, names)))
        if self._now.rules:
            words = self.tr("The desk can book beyond a rule with a reason.")
            self.rules.addWidget(Label(words, "hint", wrap=True))
        else:
            words = self.tr("None. Every free time can be booked.")
            self.rules.addWidget(Label(words, "body", tone="text2", wrap=True))

        ask_order(self)

    def _row(self, rule: BookingRule, words: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        label = Label(words, "body", wrap=True)
        row.addWidget(label, 1)
        if self._may:
            for icon, act, then in (
                ("pencil", self.tr("Change"), partial(self.open_rule, rule)),
                ("x", self.tr("Remove"), partial(self._remove, rule)),
            ):
                button = IconButton(icon, act, extent=24, icon_size=14)
                button.setAccessibleName(f"{act}: {words}")
                button.clicked.connect(lambda _=False, then=then: then())
                row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _remove(self, rule: BookingRule) -> None:
        if self._now is None or self._doctor is None:
            return
        doctor, before = self._doctor, self._now.rules
        left = tuple(as_input(one) for one in before if one.id != rule.id)
        rules, actor = self._desk.clinic.booking_rules, self._desk.actor
        latest = ask_rules(self._desk, doctor)

        def undo() -> None:
            def back() -> object:
                now = latest()
                kept = tuple(as_input(one) for one in now.rules if one.id != rule.id)
                command = SetBookingRules(
                    practitioner_id=doctor.id, version=now.version, rules=(*kept, as_input(rule))
                )
                return rules.set(actor, command)

            self._desk.tasks.change(self, back)

        command = SetBookingRules(practitioner_id=doctor.id, version=self._now.version, rules=left)
        self._desk.tasks.change(
            self,
            partial(rules.set, actor, command),
            done=lambda _: self._desk.say(self.tr("Rule removed"), undo),
            failed=self._cannot_change,
        )

    def _cannot_change(self, error: ClinicError) -> None:
        errors.show(self, error)
        self.refresh()

    def _cannot(self, error: ClinicError) -> None:
        errors.show(self, error, retry=self.refresh)

    def _fit(self) -> None:
        width = theme.current().px(WIDTH)
        self.setMinimumWidth(width if self._beside else 0)
        self.setMaximumWidth(width if self._beside else QWIDGETSIZE_MAX)
