"""The profile with its licences, and what a doctor allows to be booked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.booking_rules import (
    BookingRule,
    BookingRuleInput,
    RuleKind,
    SetBookingRules,
)
from meditrack_desktop.domain.practitioner_profiles import (
    CheckCredential,
    CredentialState,
    EditProfile,
    PractitionerProfile,
    SaveCredential,
    SaveSpecialty,
)
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.visit_types import SaveVisitType
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.doctors.credential_sheet import CredentialSheet
from meditrack_desktop.ui.doctors.picked_field import PickedField
from meditrack_desktop.ui.doctors.profile_tab import ProfileTab
from meditrack_desktop.ui.doctors.record_sheet import put
from meditrack_desktop.ui.doctors.rule_sheet import RuleSheet
from meditrack_desktop.ui.doctors.words import rule_words
from meditrack_desktop.ui.widgets import Banner, Button, IconButton
from meditrack_desktop.ui.words import language_word, languages
from tests.ui.doctors.sight import Sight


@pytest.fixture
def tab(sight: Sight) -> ProfileTab:
    sight.page.pane.show_tab("profile")
    sight.settle()
    return sight.page.pane.profile


def area(tab: ProfileTab, name: str) -> QPlainTextEdit:
    field = tab.form.fields[name].field
    assert isinstance(field, QPlainTextEdit)
    return field


def picked(tab: ProfileTab, name: str) -> PickedField:
    field = tab.form.fields[name].field
    assert isinstance(field, PickedField)
    return field


def profile(clinic: Clinic, actor: Actor, doctor: Practitioner) -> PractitionerProfile:
    return clinic.practitioner_profiles.get(actor, doctor.id)


def test_a_profile_is_written_and_says_what_it_still_wants(
    sight: Sight, tab: ProfileTab, clinic: Clinic, admin: Actor, doctors: list[Practitioner]
) -> None:
    heart = clinic.practitioner_profiles.save_specialty(admin, SaveSpecialty(name="Cardiology"))
    sight.page.refresh()
    sight.settle()
    assert tab.completeness.percent.text() == "14 % complete"
    assert tab.completeness.missing.text() == (
        "Still wanted: a biography, a specialty, a licence, education, languages, skills."
    )
    area(tab, "biography").setPlainText("Here since 2006.")
    area(tab, "education").setPlainText("Sample University, 1999\n\nExample Hospital, 2006\n")
    for name, typed in (("languages", "Portug"), ("specialties", "cardio")):
        field = picked(tab, name)
        field.search.setFocus()
        sight.qtbot.keyClicks(field.search, typed)
        sight.qtbot.waitUntil(lambda field=field: field.search.opened)
        sight.qtbot.keyClick(field.search, Qt.Key.Key_Return)
    assert tab.bar.words.text() == "4 unsaved changes"
    assert not sight.page.can_leave()
    area(tab, "biography").setFocus()
    sight.qtbot.keyClick(area(tab, "biography"), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    sight.settle()
    kept = profile(clinic, admin, doctors[0])
    assert (kept.biography, kept.education) == (
        "Here since 2006.",
        ("Sample University, 1999", "Example Hospital, 2006"),
    )
    assert (kept.languages, kept.specialties) == (("pt",), (heart,))
    assert tab.completeness.percent.text() == "71 % complete"
    assert sight.page.can_leave()
    assert "Profile 71 % complete" in sight.page.list.rows[0].accessibleName()
    assert "Cardiology" in sight.page.list.rows[0].accessibleName()


def test_a_typed_profile_waits_while_another_doctor_is_looked_at(
    sight: Sight, tab: ProfileTab, doctors: list[Practitioner]
) -> None:
    area(tab, "biography").setPlainText("Mine")
    sight.page.choose(doctors[1].id)
    sight.settle()
    assert area(tab, "biography").toPlainText() == ""
    assert not tab.bar.isVisible()
    assert not sight.page.can_leave()
    sight.page.choose(doctors[0].id)
    sight.settle()
    assert area(tab, "biography").toPlainText() == "Mine"
    tab.bar.discard.click()
    assert area(tab, "biography").toPlainText() == ""
    assert sight.page.can_leave()


def test_a_profile_that_was_changed_meanwhile_keeps_what_was_typed(
    sight: Sight, tab: ProfileTab, clinic: Clinic, admin: Actor, doctors: list[Practitioner]
) -> None:
    """Refused once, because the news had not come; then both parts are kept."""
    area(tab, "biography").setPlainText("Mine")
    sight.page._desk.live.changed.disconnect(sight.page._on_changed)
    theirs = EditProfile(practitioner_id=doctors[0].id, version=doctors[0].version, skills=("Ultrasound",))
    clinic.practitioner_profiles.edit(admin, theirs)
    sight.page.save()
    sight.settle()
    assert any("Somebody else changed this" in text for text in sight.said)
    assert area(tab, "biography").toPlainText() == "Mine"
    assert area(tab, "skills").toPlainText() == "Ultrasound"
    sight.page.save()
    sight.settle()
    kept = profile(clinic, admin, doctors[0])
    assert (kept.biography, kept.skills) == ("Mine", ("Ultrasound",))


def test_a_licence_is_recorded_verified_and_rejected(
    sight: Sight, tab: ProfileTab, clinic: Clinic, admin: Actor, doctors: list[Practitioner]
) -> None:
    tab.credentials.add.click()
    sheet = sight.layer(CredentialSheet)
    for name, text in (("number", "EX-1"), ("issued_on", "1 Jan 2020"), ("expires_on", "1 Jan 2019")):
        field = sheet.form.fields[name].field
        assert isinstance(field, QLineEdit)
        field.setFocus()
        sight.qtbot.keyClicks(field, text)
    sheet.save.click()
    sight.settle()
    assert sheet.form.fields["expires_on"].error
    put(sheet.form.fields["expires_on"].field, date(2026, 12, 20))
    sheet.save.click()
    sight.settle()
    [row] = tab.credentials.listed.rows
    assert row.text == "Licence EX-1"
    assert row.second == "valid to 20 Dec 2026"
    press(row, "Verify")
    sight.settle()
    [kept] = profile(clinic, admin, doctors[0]).credentials
    assert kept.state is CredentialState.VERIFIED
    [row] = tab.credentials.listed.rows
    assert "checked by" in row.second and "18 Nov 2026" in row.second
    assert sight.page.list.rows[0].accessibleName().count("Licence valid to 20 Dec 2026") == 1
    sight.window.undo()
    sight.settle()
    [row] = tab.credentials.listed.rows
    press(row, "Reject")
    sight.settle()
    [kept] = profile(clinic, admin, doctors[0]).credentials
    assert kept.state is CredentialState.REJECTED


def press(row: object, words: str) -> None:
    next(one for one in row.findChildren(Button) if one.text() == words).click()  # type: ignore[attr-defined]


def test_a_licence_that_was_checked_meanwhile_is_not_written_over_unseen(
    sight: Sight, tab: ProfileTab, clinic: Clinic, admin: Actor, doctors: list[Practitioner]
) -> None:
    one = clinic.practitioner_profiles.save_credential(
        admin, SaveCredential(practitioner_id=doctors[0].id, name="Licence", number="EX-1")
    )
    sight.settle()
    sheet = CredentialSheet(sight.page._desk, tab, doctors[0].id, one)
    sheet.open_filled()
    put(sheet.form.fields["number"].field, "EX-2")
    clinic.practitioner_profiles.check_credential(
        admin, CheckCredential(id=one.id, version=one.version, state=CredentialState.VERIFIED)
    )
    sheet.save.click()
    sight.settle()
    assert sheet.isVisible()
    assert any("changed this meanwhile" in b.accessibleName() for b in sheet.findChildren(Banner))
    assert sheet.form.values()["number"] == "EX-2"
    sheet.save.click()
    sight.settle()
    [kept] = profile(clinic, admin, doctors[0]).credentials
    assert (kept.number, kept.state) == ("EX-2", CredentialState.SUBMITTED)


def test_a_receptionist_reads_a_profile_and_changes_nothing(
    look: Callable[[Actor], Sight],
    clinic: Clinic,
    admin: Actor,
    reception: Actor,
    doctors: list[Practitioner],
) -> None:
    clinic.practitioner_profiles.edit(
        admin, EditProfile(practitioner_id=doctors[0].id, version=1, biography="Here", languages=("es",))
    )
    clinic.practitioner_profiles.save_credential(
        admin, SaveCredential(practitioner_id=doctors[0].id, name="Licence")
    )
    sight = look(reception)
    sight.page.pane.show_tab("profile")
    sight.settle()
    tab = sight.page.pane.profile
    assert area(tab, "biography").toPlainText() == "Here" and area(tab, "biography").isReadOnly()
    assert not picked(tab, "languages").search.isVisible()
    assert not any(chip.isEnabled() for chip in picked(tab, "languages").chips)
    [row] = tab.credentials.listed.rows
    assert row.findChildren(Button) == [] and row.findChildren(IconButton) == []
    assert sight.page.pane.about.text().endswith("Spanish")


def rules(clinic: Clinic, actor: Actor, doctor: Practitioner) -> tuple[BookingRule, ...]:
    return clinic.booking_rules.of_doctor(actor, doctor.id)


def texts(sight: Sight) -> list[str]:
    return [
        one.accessibleName().removeprefix("Change: ")
        for one in sight.page.pane.side.findChildren(IconButton)
        if one.isVisible() and one.accessibleName().startswith("Change: ")
    ]


def test_rules_are_added_changed_removed_and_brought_back(
    sight: Sight, clinic: Clinic, admin: Actor, doctors: list[Practitioner]
) -> None:
    kind = clinic.visit_types.save(admin, SaveVisitType(name="Check-up"))
    sight.settle()
    side = sight.page.pane.side
    side.add.click()
    sheet = sight.layer(RuleSheet)
    sheet.save.click()
    assert sheet.form.fields["most"].error == "At most is needed."
    put(sheet.form.fields["most"].field, 12)
    put(sheet.form.fields["weekdays"].field, (0, 4))
    sheet.save.click()
    sight.settle()
    side.add.click()
    sheet = sight.layer(RuleSheet)
    put(sheet.form.fields["kind"].field, RuleKind.MOST_OF_TYPE)
    sheet._fit_kind(RuleKind.MOST_OF_TYPE)
    put(sheet.form.fields["most"].field, 2)
    sheet.save.click()
    assert sheet.form.fields["visit_type_id"].error
    put(sheet.form.fields["visit_type_id"].field, kind.id)
    sheet.save.click()
    sight.settle()
    assert sorted(texts(sight)) == ["At most 12 visits a day, Monday, Friday", "At most 2 of Check-up a day"]
    kept = rules(clinic, admin, doctors[0])
    assert {(one.kind, one.most) for one in kept} == {(RuleKind.MOST_PER_DAY, 12), (RuleKind.MOST_OF_TYPE, 2)}
    side.open_rule(next(one for one in kept if one.kind is RuleKind.MOST_PER_DAY))
    sheet = sight.layer(RuleSheet)
    put(sheet.form.fields["most"].field, 15)
    sheet.save.click()
    sight.settle()
    assert "At most 15 visits a day, Monday, Friday" in texts(sight)
    remove = next(
        one for one in side.findChildren(IconButton) if one.accessibleName().startswith("Remove: At most 15")
    )
    remove.click()
    sight.settle()
    assert texts(sight) == ["At most 2 of Check-up a day"]
    sight.window.undo()
    sight.settle()
    assert len(texts(sight)) == 2


def test_rules_that_were_changed_meanwhile_are_met_and_none_is_lost(
    sight: Sight, clinic: Clinic, admin: Actor, doctors: list[Practitioner]
) -> None:
    side = sight.page.pane.side
    side.add.click()
    sheet = sight.layer(RuleSheet)
    put(sheet.form.fields["most"].field, 12)
    theirs = BookingRuleInput(kind=RuleKind.NO_NEW_PATIENTS, after=time(15))
    clinic.booking_rules.set(
        admin, SetBookingRules(practitioner_id=doctors[0].id, version=doctors[0].version, rules=(theirs,))
    )
    sheet.save.click()
    sight.settle()
    assert sheet.isVisible() and sheet.form.values()["most"] == 12
    sheet.save.click()
    sight.settle()
    kinds = {one.kind for one in rules(clinic, admin, doctors[0])}
    assert kinds == {RuleKind.NO_NEW_PATIENTS, RuleKind.MOST_PER_DAY}


def test_each_rule_is_a_sentence(doctors: list[Practitioner]) -> None:
    def said(kind: RuleKind, most: int | None = None, after: time | None = None, *days: int) -> str:
        return rule_words(BookingRule(doctors[0].id, doctors[0].id, kind, most, None, after, days), {})

    assert said(RuleKind.MOST_PER_SESSION, 8) == "At most 8 visits in a session"
    assert said(RuleKind.MOST_PER_DAY, 1) == "At most 1 visit a day"
    assert said(RuleKind.NO_NEW_PATIENTS) == "No new patients"
    assert said(RuleKind.NO_NEW_PATIENTS, None, time(15), 0, 1, 2, 3) == (
        "No new patients from 15:00, Monday to Thursday"
    )
    assert said(RuleKind.LATEST_NOTICE, 120) == "Booked at least 2 h before"
    assert said(RuleKind.LATEST_NOTICE, 1440, None, 0, 2) == "Booked at least 1 day before, Monday, Wednesday"


def test_languages_have_words() -> None:
    assert (language_word("es"), language_word("pt-BR"), language_word("tlh")) == (
        "Spanish",
        "Portuguese",
        "tlh",
    )
    known = dict(languages())
    assert {"en", "de", "ar", "zh", "fil"} <= known.keys()
    assert known["de"] == "German"
