"""What is the whole clinic's: visit types and prices, rooms and devices, closed days, groups, specialties."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QLineEdit

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.practitioner_profiles import SaveSpecialty
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.visit_types import AssetKind, SaveAsset, SaveVisitType
from meditrack_desktop.domain.working_time import SetClosure
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.doctors import calendar_import
from meditrack_desktop.ui.doctors.affected import AffectedDialog
from meditrack_desktop.ui.doctors.assets_pane import AssetSheet
from meditrack_desktop.ui.doctors.calendar_import import CalendarImportSheet
from meditrack_desktop.ui.doctors.closures_pane import ClosureSheet
from meditrack_desktop.ui.doctors.groups_pane import GroupSheet
from meditrack_desktop.ui.doctors.list_pane import ListPane
from meditrack_desktop.ui.doctors.offered_tab import saved
from meditrack_desktop.ui.doctors.record_sheet import RecordSheet, put
from meditrack_desktop.ui.doctors.specialties_pane import SpecialtySheet
from meditrack_desktop.ui.doctors.visit_type_sheet import VisitTypeSheet
from meditrack_desktop.ui.number_field import PriceField, currency_of, price_words
from meditrack_desktop.ui.widgets import Banner, Button
from tests.makers.visits import Room
from tests.ui.doctors.sight import Sight

CHRISTMAS = date(2026, 12, 25)


def place(sight: Sight, word: str) -> ListPane:
    sight.page.places.lines[word].click()
    sight.settle()
    return sight.page.place(word)


def cells(pane: ListPane) -> list[list[str]]:
    return [
        [pane.model.cell_at(row, column).text for column in range(len(pane.model.columns))]
        for row in range(pane.model.rowCount())
    ]


def type_into(sight: Sight, sheet: RecordSheet, name: str, text: str) -> None:
    field = sheet.form.fields[name].field
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.selectAll()
    sight.qtbot.keyClicks(field, text)


def test_a_visit_type_is_added_by_keyboard_with_its_price(sight: Sight, clinic: Clinic, admin: Actor) -> None:
    pane = place(sight, "visit types")
    assert pane.empty.isVisible()
    pane.open(None)
    sheet = sight.layer(VisitTypeSheet)
    assert sheet.form.fields["name"].field.hasFocus()
    for name, text in (("name", "Check-up"), ("minutes", "45"), ("price", "85.50"), ("buffer_after", "10")):
        type_into(sight, sheet, name, text)
    sight.qtbot.keyClick(sheet.form.fields["price"].field, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    sight.settle()
    [kept] = clinic.visit_types.list(admin)
    assert (kept.name, kept.minutes, kept.price, kept.buffer_before, kept.buffer_after) == (
        "Check-up",
        45,
        8550,
        0,
        10,
    )
    assert (kept.for_new_patients, kept.active, kept.position) == (False, True, 0)
    [row] = cells(pane)
    assert row[:2] == ["Check-up", "45 min"]
    assert "85.50" in row[2]
    assert row[3:] == ["10 min after", "", "Everybody"]


def test_a_number_that_is_none_is_said_and_nothing_is_sent(
    sight: Sight, clinic: Clinic, admin: Actor
) -> None:
    place(sight, "visit types").open(None)
    sheet = sight.layer(VisitTypeSheet)
    type_into(sight, sheet, "name", "Check-up")
    type_into(sight, sheet, "price", "a lot")
    sheet.save.click()
    sight.settle()
    assert sheet.form.fields["price"].error.startswith("This is no amount.")
    assert sheet.form.fields["price"].field.hasFocus()
    type_into(sight, sheet, "price", "10")
    type_into(sight, sheet, "minutes", "2")
    sheet.save.click()
    sight.settle()
    assert sheet.form.fields["minutes"].error
    assert clinic.visit_types.list(admin) == ()
    sheet.close_layer()


def test_two_visit_types_do_not_share_a_name(sight: Sight, clinic: Clinic, admin: Actor) -> None:
    clinic.visit_types.save(admin, SaveVisitType(name="Check-up"))
    place(sight, "visit types").open(None)
    sheet = sight.layer(VisitTypeSheet)
    type_into(sight, sheet, "name", "Check-up")
    sheet.save.click()
    sight.settle()
    assert sheet.form.fields["name"].error
    sheet.close_layer()


def test_what_a_visit_type_needs_and_who_offers_it_are_picked_and_taken_back(
    sight: Sight, clinic: Clinic, admin: Actor, doctors: list[Practitioner]
) -> None:
    clinic.assets.save(admin, SaveAsset(name="Ultrasound A", kind=AssetKind.EQUIPMENT, group="Ultrasound"))
    kind = clinic.visit_types.save(admin, SaveVisitType(name="Scan", practitioner_ids=(doctors[0].id,)))
    pane = place(sight, "visit types")
    pane.open(pane.model.record(0))
    sheet = sight.layer(VisitTypeSheet)
    needs, people = sheet.form.fields["needs"].field, sheet.form.fields["practitioner_ids"].field
    for field, text in ((needs, "ultra"), (people, "shili")):
        field.search.setFocus()
        sight.qtbot.keyClicks(field.search, text)
        sight.qtbot.waitUntil(lambda field=field: field.search.opened)
        sight.qtbot.keyClick(field.search, Qt.Key.Key_Return)
    assert needs.value() == ("Ultrasound",)
    assert people.value() == (doctors[0].id, doctors[1].id)
    sight.qtbot.keyClick(people.chips[0], Qt.Key.Key_Delete)
    sheet.save.click()
    sight.settle()
    [kept] = clinic.visit_types.list(admin)
    assert (kept.id, kept.needs, kept.practitioner_ids) == (kind.id, ("Ultrasound",), (doctors[1].id,))


def test_a_visit_type_that_was_changed_meanwhile_keeps_what_was_typed_and_tells_the_other(
    sight: Sight, clinic: Clinic, admin: Actor
) -> None:
    """Theirs: another length and price. Ours: another length and name."""
    kind = clinic.visit_types.save(admin, SaveVisitType(name="Check-up", minutes=30, price=1000))
    pane = place(sight, "visit types")
    pane.open(pane.model.record(0))
    sheet = sight.layer(VisitTypeSheet)
    type_into(sight, sheet, "minutes", "60")
    type_into(sight, sheet, "name", "Big check-up")
    theirs = clinic.visit_types.save(admin, saved(kind, minutes=45, price=2000))
    sheet.save.click()
    sight.settle()
    assert sheet.isVisible()
    banner = next(one for one in sheet.findChildren(Banner) if one.isVisible())
    assert "Somebody else changed this meanwhile." in banner.accessibleName()
    values = sheet.form.values()
    assert (values["minutes"], values["name"], values["price"]) == (60, "Big check-up", 2000)
    assert sheet.form.fields["minutes"]._warning == "Meanwhile set to: 45 min"
    sheet.save.click()
    sight.settle()
    [kept] = clinic.visit_types.list(admin)
    assert (kept.version, kept.minutes, kept.name, kept.price) == (
        theirs.version + 1,
        60,
        "Big check-up",
        2000,
    )


def test_a_sheet_that_was_typed_in_asks_before_it_closes(sight: Sight) -> None:
    place(sight, "visit types").open(None)
    sheet = sight.layer(VisitTypeSheet)
    sight.qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible(), "nothing was typed"
    place(sight, "visit types").open(None)
    sheet = sight.layer(VisitTypeSheet)
    type_into(sight, sheet, "name", "Check-up")
    sight.qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert sheet.isVisible()
    words = [
        one.text()
        for one in sight.window.findChildren(Button)
        if one.isVisible() and one.text() in ("Keep editing", "Discard")
    ]
    assert sorted(words) == ["Discard", "Keep editing"]
    for layer in sight.window.findChildren(Button):
        if layer.isVisible() and layer.text() == "Discard":
            layer.click()
            break
    assert not sheet.isVisible()


def test_who_offers_a_visit_is_switched_on_the_doctors_tab(
    sight: Sight, clinic: Clinic, admin: Actor, doctors: list[Practitioner]
) -> None:
    clinic.visit_types.save(admin, SaveVisitType(name="Check-up"))
    sight.settle()
    tab = sight.page.pane.offered
    sight.page.pane.show_tab("offered")
    [row] = tab.listed.rows
    row.findChildren(Button)[0].click()
    sight.settle()
    [kept] = clinic.visit_types.list(admin)
    assert kept.practitioner_ids == (doctors[1].id,)
    assert [one.text for one in tab.others.rows] == ["Check-up"]
    sight.page.choose(doctors[1].id)
    sight.settle()
    assert [one.isVisible() for one in tab.listed.rows[0].findChildren(Button)] == [False], (
        "nobody named means everybody: the last one cannot be taken off"
    )
    sight.window.undo()
    sight.settle()
    [kept] = clinic.visit_types.list(admin)
    assert kept.practitioner_ids == ()


def test_a_room_is_added_and_taken_out_of_use(sight: Sight, clinic: Clinic, admin: Actor) -> None:
    pane = place(sight, "assets")
    pane.open(None)
    sheet = sight.layer(AssetSheet)
    type_into(sight, sheet, "name", "Room 2")
    sheet.save.click()
    assert sheet.form.fields["group"].error == "Group is needed."
    type_into(sight, sheet, "group", "Treatment room")
    sheet.save.click()
    sight.settle()
    assert cells(pane) == [["Room 2", "Room", "Treatment room"]]
    pane.table.setFocus()
    sight.qtbot.keyClick(pane.table, Qt.Key.Key_Return)
    sheet = sight.layer(AssetSheet)
    put(sheet.form.fields["active"].field, False)
    sheet.save.click()
    sight.settle()
    assert clinic.assets.list(admin) == ()
    assert "Out of use" in pane.model.cell_at(0, 0).spoken()


def test_a_closed_day_lists_its_visits_before_it_is_kept(
    sight: Sight, booked: Room, clinic: Clinic, reception: Actor
) -> None:
    visit = booked.book("2026-12-25 14:00")
    pane = place(sight, "closures")
    pane.open(None)
    sheet = sight.layer(ClosureSheet)
    type_into(sight, sheet, "day", "25 Dec 2026")
    type_into(sight, sheet, "name", "Christmas")
    type_into(sight, sheet, "opens", "8")
    sheet.save.click()
    sight.settle()
    assert sheet.form.fields["closes"].error == "Open to is needed."
    type_into(sight, sheet, "closes", "12")
    sheet.save.click()
    sight.settle()
    listed = sight.layer(AffectedDialog)
    assert len(listed.rows) == 1
    assert clinic.working_times.closures(reception, CHRISTMAS, CHRISTMAS) == ()
    listed.go_on.click()
    sight.settle()
    [kept] = clinic.working_times.closures(reception, CHRISTMAS, CHRISTMAS)
    assert (kept.name, kept.opens, kept.closes) == ("Christmas", time(8), time(12))
    assert cells(pane) == [["Fri 25 Dec 2026", "Christmas", "Open 08:00 to 12:00 only"]]
    now = clinic.scheduling.get(reception, visit.id)
    assert (now.wall_start, now.version) == (visit.wall_start, visit.version)


def test_a_day_that_is_closed_already_is_refused_beside_its_field(
    sight: Sight, clinic: Clinic, admin: Actor
) -> None:
    clinic.working_times.set_closure(admin, SetClosure(day=CHRISTMAS, name="Christmas"))
    place(sight, "closures").open(None)
    sheet = sight.layer(ClosureSheet)
    put(sheet.form.fields["day"].field, CHRISTMAS)
    type_into(sight, sheet, "name", "Again")
    sheet.save.click()
    sight.settle()
    assert sheet.form.fields["day"].error
    sheet.close_layer()


HOLIDAYS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//Holidays//EN
BEGIN:VEVENT
UID:christmas@example.org
DTSTAMP:20260101T000000Z
DTSTART;VALUE=DATE:20261225
DTEND;VALUE=DATE:20261226
SUMMARY:Christmas
END:VEVENT
BEGIN:VEVENT
UID:boxing@example.org
DTSTAMP:20260101T000000Z
DTSTART;VALUE=DATE:20261226
DTEND;VALUE=DATE:20261227
SUMMARY:Boxing Day
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def holidays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A calendar file, and a dialog that chooses it."""
    path = tmp_path / "holidays.ics"
    path.write_text(HOLIDAYS.replace("\n", "\r\n"))

    def choose(desk: object, host: object, source: calendar_import.CalendarSource) -> None:
        CalendarImportSheet(desk, host, source, path).begin()  # type: ignore[arg-type]

    monkeypatch.setattr(calendar_import, "_ask_file", choose)
    return path


def test_holidays_are_shown_before_they_are_taken_and_single_ones_left_out(
    sight: Sight, booked: Room, clinic: Clinic, admin: Actor, holidays: Path
) -> None:
    booked.book("2026-12-25 14:00")
    pane = place(sight, "closures")
    pane.start_import()  # type: ignore[attr-defined]
    sight.settle()
    sheet = sight.layer(CalendarImportSheet)
    assert [box.text() for box in sheet.boxes.values()] == [
        "Fri 25 Dec 2026, Christmas",
        "Sat 26 Dec 2026, Boxing Day",
    ]
    warning = next(one for one in sheet.findChildren(Banner) if one.isVisible())
    assert warning.accessibleName().startswith("1 visit booked there.")
    assert clinic.working_times.closures(admin, CHRISTMAS, date(2026, 12, 26)) == (), (
        "a preview keeps nothing"
    )
    next(box for box in sheet.boxes.values() if "Boxing" in box.text()).setChecked(False)
    sheet.take.click()
    sight.settle()
    [kept] = clinic.working_times.closures(admin, CHRISTMAS, date(2026, 12, 26))
    assert (kept.day, kept.name) == (CHRISTMAS, "Christmas")
    assert cells(pane) == [["Fri 25 Dec 2026", "Christmas", "Closed all day"]]
    assert not sheet.take.isVisible()
    sheet.cancel.click()


def test_a_file_that_is_no_calendar_is_said(
    sight: Sight, clinic: Clinic, admin: Actor, holidays: Path
) -> None:
    holidays.write_text("no calendar at all")
    place(sight, "closures").start_import()  # type: ignore[attr-defined]
    sight.settle()
    sheet = sight.layer(CalendarImportSheet)
    assert any(one.isVisible() for one in sheet.findChildren(Banner))
    assert not sheet.take.isVisible()
    sheet.cancel.click()


def test_another_calendar_becomes_a_doctors_time_off(
    sight: Sight, clinic: Clinic, admin: Actor, doctors: list[Practitioner], holidays: Path
) -> None:
    sight.page.pane.time_off.bring_in.click()
    sight.settle()
    sheet = sight.layer(CalendarImportSheet)
    assert sheet.boxes == {}
    sheet.take.click()
    sight.settle()
    found = clinic.absences.list(admin, (doctors[0].id,), CHRISTMAS, date(2026, 12, 26))
    assert len(found) == 2
    assert all(one.imported for one in found)
    sheet.cancel.click()


def test_a_group_has_the_first_free_key_and_can_be_removed(
    sight: Sight, clinic: Clinic, admin: Actor, doctors: list[Practitioner]
) -> None:
    pane = place(sight, "groups")
    pane.open(None)
    sheet = sight.layer(GroupSheet)
    type_into(sight, sheet, "name", "Mornings")
    sheet.save.click()
    assert sheet.form.fields["practitioner_ids"].error == "Doctors is needed."
    put(sheet.form.fields["practitioner_ids"].field, (doctors[1].id, doctors[0].id))
    sheet.save.click()
    sight.settle()
    assert cells(pane) == [["1", "Mornings", "Dr. Mei Shili, Dr. Ines Modelo"]]
    pane.open(None)
    second = sight.layer(GroupSheet)
    assert second.form.values()["position"] == 2
    second.close_layer()
    pane.open(pane.model.record(0))
    next(one for one in sight.layer(GroupSheet).findChildren(Button) if one.text() == "Remove").click()
    next(one for one in sight.window.findChildren(Button) if one.text() == "Remove group").click()
    sight.settle()
    assert clinic.doctor_groups.list(admin) == ()
    assert sight.none_open(GroupSheet)


def test_specialties_are_a_tree_and_none_is_offered_a_place_below_itself(
    sight: Sight, clinic: Clinic, admin: Actor
) -> None:
    profiles = clinic.practitioner_profiles
    medicine = profiles.save_specialty(admin, SaveSpecialty(name="Medicine"))
    profiles.save_specialty(admin, SaveSpecialty(name="Cardiology", parent_id=medicine.id))
    pane = place(sight, "specialties")
    assert [[text.strip() for text in row] for row in cells(pane)] == [
        ["Medicine", ""],
        ["Cardiology", "Medicine"],
    ]
    pane.open(pane.model.record(0))
    sheet = sight.layer(SpecialtySheet)
    offered = [option.text for option in sheet.form.fields["parent_id"].field.options()]
    assert offered == ["Nothing: a branch of its own"]
    type_into(sight, sheet, "name", "Internal medicine")
    sheet.save.click()
    sight.settle()
    assert [one.name for one in profiles.specialties(admin)] == ["Internal medicine", "Cardiology"]


def test_a_list_that_cannot_be_read_says_so_and_tries_again(
    sight: Sight, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*about: object, **more: object) -> None:
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)

    with monkeypatch.context() as broken:
        broken.setattr(type(clinic.visit_types), "list", down)
        pane = place(sight, "visit types")
    banner = next(one for one in pane.findChildren(Banner) if one.isVisible())
    assert "does not answer" in banner.accessibleName()
    assert banner.action is not None
    banner.action.click()
    sight.settle()
    assert pane.empty.isVisible()
    assert not any(one.isVisible() for one in pane.findChildren(Banner))


def test_a_receptionist_reads_prices_and_opens_none(
    look: Callable[[Actor], Sight], clinic: Clinic, admin: Actor, reception: Actor
) -> None:
    clinic.visit_types.save(admin, SaveVisitType(name="Check-up", price=1000))
    sight = look(reception)
    pane = place(sight, "visit types")
    assert len(cells(pane)) == 1
    pane.table.setFocus()
    sight.qtbot.keyClick(pane.table, Qt.Key.Key_Return)
    assert sight.none_open(VisitTypeSheet)
    assert not pane.add.isVisible()


@pytest.mark.parametrize(
    ("locale", "currency", "typed", "minor"),
    [
        ("en_GB", "GBP", "45.50", 4550),
        ("en_GB", "GBP", "1,234.5", 123450),
        ("de_DE", "EUR", "45,50", 4550),
        ("de_DE", "EUR", "45.50", 4550),
        ("de_DE", "EUR", "1.234,50", 123450),
        ("de_DE", "EUR", "1.234", 123400),
        ("ja_JP", "JPY", "4500", 4500),
        ("ja_JP", "JPY", "45.5", None),
        ("ar_KW", "KWD", "1.234", 1234),
        ("en_US", "USD", "0.005", None),
        ("en_US", "USD", "-3", None),
        ("en_US", "USD", "a lot", None),
    ],
)
def test_a_price_is_read_as_this_place_writes_it(
    qapp: object, locale: str, currency: str, typed: str, minor: int | None
) -> None:
    before = QLocale()
    QLocale.setDefault(QLocale(locale))
    try:
        field = PriceField(currency)
        field.setText(typed)
        assert field.value() == minor
        if minor is not None:
            field.commit()
            assert field.value() == minor, "what is shown is read again"
    finally:
        QLocale.setDefault(before)
        field.deleteLater()


def test_a_price_in_words_has_its_currency(qapp: object) -> None:
    before = QLocale()
    try:
        QLocale.setDefault(QLocale("en_GB"))
        assert price_words(4550, "GBP") == "£45.50"
        assert "EUR" in price_words(4550, "EUR")
        assert price_words(None, "GBP") == ""
        assert price_words(0, "GBP") == "£0.00"
    finally:
        QLocale.setDefault(before)
    assert (currency_of("GB"), currency_of("DE"), currency_of("JP"), currency_of("ZZ")) == (
        "GBP",
        "EUR",
        "JPY",
        "USD",
    )
