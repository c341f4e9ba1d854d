"""Another doctor chosen, or more typed, while an answer was on its way: nothing of one doctor counts for another."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.booking_rules import BookingRuleInput, RuleKind, SetBookingRules
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.practitioners import Practitioner, SetWorkingHours, WorkingHours
from meditrack_desktop.domain.visit_types import SaveVisitType
from meditrack_desktop.domain.working_time import AbsenceKind, AddAbsence
from meditrack_desktop.services.absences import Absences
from meditrack_desktop.services.booking_rules import BookingRules
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.practitioner_profiles import PractitionerProfiles
from meditrack_desktop.services.practitioners import Practitioners
from meditrack_desktop.services.visit_types import VisitTypes
from meditrack_desktop.ui.doctors.rule_sheet import RuleSheet
from meditrack_desktop.ui.widgets import Button, Label
from tests.ui.doctors.sight import AFTERNOON, EVENING, MORNING, NOON, Sight


def unreachable(*_args: object, **_kwargs: object) -> object:
    raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)


def test_rules_of_one_doctor_are_never_saved_for_another(
    sight: Sight, doctors: list[Practitioner], clinic: Clinic, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = BookingRuleInput(kind=RuleKind.MOST_PER_DAY, most=4)
    version = doctors[0].version
    clinic.booking_rules.set(
        admin, SetBookingRules(practitioner_id=doctors[0].id, version=version, rules=(limit,))
    )
    sight.page.refresh()
    sight.settle()
    with monkeypatch.context() as patched:
        patched.setattr(BookingRules, "of_doctor", unreachable)
        sight.page.choose(doctors[1].id)
        sight.settle()
        sight.page.pane.side.add.click()
        assert sight.none_open(RuleSheet), "what Dr. Shili allows is not known"
    sight.page.pane.side.refresh()
    sight.settle()
    sight.page.pane.side.add.click()
    assert not sight.none_open(RuleSheet)


def test_time_off_and_visit_types_of_one_doctor_do_not_stand_under_another(
    sight: Sight, doctors: list[Practitioner], clinic: Clinic, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic.absences.add(
        admin,
        AddAbsence(
            practitioner_id=doctors[0].id,
            wall_start=datetime(2026, 11, 24),
            wall_end=datetime(2026, 11, 26),
            kind=AbsenceKind.VACATION,
        ),
    )
    clinic.visit_types.save(
        admin, SaveVisitType(name="Scan", minutes=30, practitioner_ids=(doctors[0].id, doctors[1].id))
    )
    sight.settle()
    pane = sight.page.pane
    for name in ("time off", "offered"):
        pane.show_tab(name)
        sight.settle()
    assert len(pane.time_off.absences.rows) == 1 and pane.offered.listed.rows[0].isVisible()
    monkeypatch.setattr(Absences, "list", unreachable)
    monkeypatch.setattr(VisitTypes, "list", unreachable)
    sight.page.choose(doctors[1].id)
    sight.settle()
    assert pane.name.text() == "Dr. Mei Shili"
    for name, tab in (("time off", pane.time_off), ("offered", pane.offered)):
        pane.show_tab(name)
        shown = [one for one in tab.findChildren(Button) if one.isVisible()]
        acts = {one.text() for one in shown} & {"Remove", "Is back", "Do not offer", "Offer"}
        assert not acts, "acts on what another doctor has"
        words = {one.text() for one in tab.findChildren(Label) if one.isVisible()}
        assert "No time off is planned." not in words and "No visit types yet." not in words, "not known"
    monkeypatch.undo()
    pane.time_off.refresh()
    pane.offered.refresh()
    sight.settle()
    assert pane.offered.listed.rows[0].isVisible()
    pane.show_tab("time off")
    assert "No time off is planned." in {one.text() for one in pane.time_off.findChildren(Label)}


class Held:
    """Holds saving back until it is let go, and counts."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, owner: type = Practitioners, name: str = "set_hours"
    ) -> None:
        self.go, self.calls = threading.Event(), 0
        real = getattr(owner, name)

        def waiting(*args: object, **kwargs: object) -> object:
            self.calls += 1
            assert self.go.wait(10)
            return real(*args, **kwargs)

        monkeypatch.setattr(owner, name, waiting)


def type_day(sight: Sight, day: int, text: str) -> QLineEdit:
    field = sight.page.pane.hours.editor.rows[day].field
    field.setFocus()
    field.selectAll()
    sight.qtbot.keyClicks(field, text)
    sight.qtbot.keyClick(field, Qt.Key.Key_Tab)
    return field


def begin_saving(sight: Sight, held: Held) -> None:
    type_day(sight, 0, "9 to 13")
    sight.page.save()
    sight.qtbot.waitUntil(lambda: held.calls == 1)
    sight.qtbot.wait(50)


def test_hours_that_are_being_saved_are_not_sent_twice(sight: Sight, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(monkeypatch)
    begin_saving(sight, held)
    assert sight.page.pane.hours.bar.save.busy
    sight.page.save()
    held.go.set()
    sight.settle()
    assert held.calls == 1


def test_a_late_answer_does_not_turn_away_from_the_doctor_who_was_chosen_meanwhile(
    sight: Sight, doctors: list[Practitioner], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch)
    begin_saving(sight, held)
    sight.page.choose(doctors[1].id)
    held.go.set()
    sight.settle()
    assert sight.page.pane.name.text() == "Dr. Mei Shili"
    assert sight.said[-1] == "Hours of Dr. Ines Modelo saved. Booked visits stay."


def test_what_is_typed_while_hours_are_saved_is_not_lost(
    sight: Sight, doctors: list[Practitioner], clinic: Clinic, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch)
    begin_saving(sight, held)
    field = type_day(sight, 1, "7 to 11")
    held.go.set()
    sight.settle()
    assert field.text() == "07:00 to 11:00"
    assert sight.page.pane.hours.bar.words.text() == "1 unsaved change"
    tuesday = [one for one in clinic.practitioners.get(admin, doctors[0].id).hours if one.weekday == 1]
    assert tuesday == [WorkingHours(1, MORNING, NOON), WorkingHours(1, AFTERNOON, EVENING)]


def test_what_is_typed_while_a_profile_is_saved_is_not_lost(
    sight: Sight, doctors: list[Practitioner], clinic: Clinic, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sight.page.pane.show_tab("profile")
    sight.settle()
    held = Held(monkeypatch, PractitionerProfiles, "edit")
    text = sight.page.pane.profile.form.fields["biography"].field
    assert isinstance(text, QPlainTextEdit)
    text.setPlainText("Has worked here")
    sight.page.save()
    sight.qtbot.waitUntil(lambda: held.calls == 1)
    text.setPlainText("Has worked here since 2019")
    held.go.set()
    sight.settle()
    assert text.toPlainText() == "Has worked here since 2019" and not sight.page.can_leave()
    sight.page.save()
    sight.settle()
    kept = clinic.practitioner_profiles.get(admin, doctors[0].id)
    assert kept.biography == "Has worked here since 2019" and sight.page.can_leave()


def test_trying_again_saves_nothing_of_another_doctor(
    sight: Sight, doctors: list[Practitioner], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[object] = []

    def refused(_self: object, _actor: object, command: SetWorkingHours) -> Practitioner:
        calls.append(command.id)
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)

    monkeypatch.setattr(Practitioners, "set_hours", refused)
    type_day(sight, 0, "9 to 13")
    sight.page.save()
    sight.settle()
    again = [
        one for one in sight.window.findChildren(Button) if one.text() == "Try again" and one.isVisible()
    ]
    assert calls == [doctors[0].id] and len(again) == 1
    sight.page.choose(doctors[1].id)
    sight.settle()
    type_day(sight, 0, "8 to 12")
    again[0].click()
    sight.settle()
    assert calls == [doctors[0].id]
