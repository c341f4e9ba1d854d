"""One booking rule of a doctor: what is limited, how much, and on which days."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.booking_rules import (
    BookingRule,
    BookingRuleInput,
    RuleKind,
    SetBookingRules,
)
from meditrack_desktop.domain.errors import FieldProblem
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.visit_types import VisitType
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.record_sheet import RecordSheet
from meditrack_desktop.ui.doctors.words import length_words
from meditrack_desktop.ui.number_field import NumberField
from meditrack_desktop.ui.widgets import CheckBox, Combo, FlowRow, LabelledField, Option, TimeField
from meditrack_desktop.ui.widgets.date_text import WEEKDAYS
from meditrack_desktop.ui.words import weekday_words

NOTICES = (30, 60, 120, 240, 480, 1440, 2880, 4320, 10080)


@dataclass(frozen=True, slots=True)
class RulesNow:
    """The rules as they are kept, with the doctor's version."""

    version: int
    rules: tuple[BookingRule, ...]


class RuleSheet(RecordSheet):
    """With `rule` it changes that one, else it adds one. All rules of a doctor are sent together."""

    def __init__(
        self,
        desk: Desk,
        host: QWidget,
        doctor: Practitioner,
        now: RulesNow,
        types: Sequence[VisitType],
        rule: BookingRule | None,
    ) -> None:
        self._doctor, self._now, self._rule = doctor, now, rule
        notices = [Option(minutes, length_words(minutes)) for minutes in NOTICES]
        if rule is not None and rule.kind is RuleKind.LATEST_NOTICE and rule.most not in NOTICES:
            notices.insert(0, Option(rule.most, length_words(rule.most or 0)))
        offered = [Option(one.id, one.name) for one in types]
        fields = {
            "kind": LabelledField(
                host.tr("What is limited"), Combo(_kinds(host), value=RuleKind.MOST_PER_DAY)
            ),
            "visit_type_id": LabelledField(
                host.tr("Visit type"), Combo(offered, placeholder=host.tr("Choose a visit type"))
            ),
            "most": LabelledField(host.tr("At most"), NumberField(most=200, unit=host.tr("visits"))),
            "after": LabelledField(
                host.tr("From"), TimeField(), optional=True, help=host.tr("Empty: the whole day")
            ),
            "notice": LabelledField(host.tr("At least"), Combo(notices, value=120)),
            "weekdays": LabelledField(
                host.tr("On these days"),
                WeekdaysField(),
                optional=True,
                help=host.tr("None ticked: every day"),
            ),
        }
        title = host.tr("New rule") if rule is None else host.tr("Booking rule")
        super().__init__(desk, host, title, fields, host.tr("Save rule"), width=480)
        kind = fields["kind"].field
        if isinstance(kind, Combo):
            kind.valueChanged.connect(self._fit_kind)
        self.latest = self._ask_latest

    def open_filled(self) -> None:
        """Open with the rule, or ready for a new one."""
        values = {} if self._rule is None else self._values(self._rule)
        self.begin(values)
        self._fit_kind(values.get("kind", RuleKind.MOST_PER_DAY))

    def values_of(self, record: Any) -> Mapping[str, Any]:
        mine = self._rule.id if self._rule is not None else None
        self._now = record
        found = next((rule for rule in record.rules if rule.id == mine), None)
        return {} if found is None else self._values(found)

    def build(self) -> None:
        values = self.form.values()
        self.form.clear_errors()
        kind = values["kind"]
        wanted = {RuleKind.NO_NEW_PATIENTS: "", RuleKind.LATEST_NOTICE: "notice"}.get(kind, "most")
        missing = [name for name in (wanted,) if name and values[name] is None]
        if kind is RuleKind.MOST_OF_TYPE and values["visit_type_id"] is None:
            missing.insert(0, "visit_type_id")
        if missing:
            self.form.show_problems(dict.fromkeys(missing, FieldProblem.REQUIRED))
            return
        given = {} if self._rule is None else {"id": self._rule.id}
        rule = BookingRuleInput(
            **given,
            kind=kind,
            most=values[wanted] if wanted else None,
            visit_type_id=values["visit_type_id"] if kind is RuleKind.MOST_OF_TYPE else None,
            after=values["after"] if kind is RuleKind.NO_NEW_PATIENTS else None,
            weekdays=values["weekdays"],
        )
        rules = [as_input(one) for one in self._now.rules if one.id != rule.id]
        command = SetBookingRules(
            practitioner_id=self._doctor.id, version=self._now.version, rules=(*rules, rule)
        )
        self.send(partial(self.desk.clinic.booking_rules.set, self.desk.actor, command), self._kept)

    def _kept(self, _rules: object) -> None:
        self.desk.say(self.tr("Rule of {name} saved. Booked visits stay.").format(name=self._doctor.name))

    def _ask_latest(self) -> RulesNow:
        return ask_rules(self.desk, self._doctor)()

    @staticmethod
    def _values(rule: BookingRule) -> Mapping[str, Any]:
        notice = rule.kind is RuleKind.LATEST_NOTICE
        return {
            "kind": rule.kind,
            "visit_type_id": rule.visit_type_id,
            "most": None if notice else rule.most,
            "notice": rule.most if notice else 120,
            "after": rule.after,
            "weekdays": rule.weekdays,
        }

    def _fit_kind(self, kind: object) -> None:
        shown = {
            "visit_type_id": kind is RuleKind.MOST_OF_TYPE,
            "most": kind in (RuleKind.MOST_OF_TYPE, RuleKind.MOST_PER_DAY, RuleKind.MOST_PER_SESSION),
            "after": kind is RuleKind.NO_NEW_PATIENTS,
            "notice": kind is RuleKind.LATEST_NOTICE,
        }
        for name, on in shown.items():
            self.form.fields[name].setVisible(on)


class WeekdaysField(QWidget):
    """Some of the seven days; `value` is a tuple of their numbers, 0 for Monday."""

    valueChanged = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = FlowRow(spacing=8)
        self.boxes = [
            CheckBox(short, name=word) for short, word in zip(WEEKDAYS, weekday_words(), strict=True)
        ]
        for box in self.boxes:
            row.flow.addWidget(box)
            box.toggled.connect(lambda _on: self.valueChanged.emit(self.value()))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(row)
        self.setFocusProxy(self.boxes[0])

    def value(self) -> tuple[int, ...]:
        return tuple(day for day, box in enumerate(self.boxes) if box.isChecked())

    def set_value(self, days: Sequence[int]) -> None:
        """Tick these without a signal."""
        for day, box in enumerate(self.boxes):
            box.blockSignals(True)
            box.setChecked(day in days)
            box.blockSignals(False)
            box.update()


def ask_rules(desk: Desk, doctor: Practitioner) -> Callable[[], RulesNow]:
    """What reads a doctor's rules and version, in a lane."""
    clinic, actor = desk.clinic, desk.actor

    def ask() -> RulesNow:
        # The version first: rules that are newer than it are refused, not written over.
        version = clinic.practitioners.get(actor, doctor.id).version
        return RulesNow(version, clinic.booking_rules.of_doctor(actor, doctor.id))

    return ask


def as_input(rule: BookingRule) -> BookingRuleInput:
    """A kept rule as it is sent again."""
    return BookingRuleInput(
        id=rule.id,
        kind=rule.kind,
        most=rule.most,
        visit_type_id=rule.visit_type_id,
        after=rule.after,
        weekdays=rule.weekdays,
    )


def _kinds(host: QWidget) -> list[Option]:
    return [
        Option(RuleKind.MOST_PER_DAY, host.tr("Visits a day")),
        Option(RuleKind.MOST_PER_SESSION, host.tr("Visits in a session")),
        Option(RuleKind.MOST_OF_TYPE, host.tr("Visits of one type a day")),
        Option(RuleKind.NO_NEW_PATIENTS, host.tr("New patients")),
        Option(RuleKind.LATEST_NOTICE, host.tr("Notice before a visit")),
    ]
