"""Possible duplicates in the window: worked off by keys, merged with a reason and a second yes, and undone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.patient_merges import MergeChoice, MergeField
from meditrack_desktop.domain.patient_twins import ListTwins, TwinState
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.patients.twins.merge_dialog import MergeDialog
from meditrack_desktop.ui.patients.twins.merged_banner import MergedBanners
from meditrack_desktop.ui.patients.twins.page import TwinsPage
from meditrack_desktop.ui.widgets import Button, Dialog
from tests.makers.people import a_patient, an_edit
from tests.ui.patients.conftest import DeskWindow

OpenDesk = Callable[..., DeskWindow]


@pytest.fixture
def double(clinic: Clinic, reception: Actor) -> tuple[Patient, Patient]:
    """One person who is in the records twice."""
    born = "1971-03-04"
    kept = clinic.patients.register(
        reception, a_patient("Beispiel", "Greta", "0151 4960050", birth_date=born, note="prefers mornings")
    )
    gone = clinic.patients.register(
        reception, a_patient("Beispiel", "Grete", "07400 123456", birth_date=born, note="needs the ramp")
    )
    return kept, gone


def page_of(desk: DeskWindow) -> TwinsPage:
    page: TwinsPage = desk.show(TwinsPage(desk.desk))
    desk.come_forward()
    return page


def open_dialog(desk: DeskWindow) -> MergeDialog:
    return next(one for one in desk.window.findChildren(MergeDialog) if one.isVisible())


def question(desk: DeskWindow) -> Dialog:
    return next(
        one
        for one in desk.window.findChildren(Dialog)
        if one.isVisible() and not isinstance(one, MergeDialog)
    )


def merge_by_keys(desk: DeskWindow, reason: str = "same insurance card") -> None:
    """Enter on the pair, a reason, Enter, and the second yes."""
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    dialog = open_dialog(desk)
    dialog.reason.setFocus()
    desk.press(reason)
    dialog.act.click()
    desk.settle()
    asked = question(desk)
    next(button for button in asked.findChildren(Button) if "Merge the records" in button.text()).click()
    desk.settle()


def test_a_pair_is_shown_with_both_people_and_why(
    open_desk: OpenDesk, admin: Actor, double: tuple[Patient, Patient]
) -> None:
    desk = open_desk(admin)
    page = page_of(desk)
    pair = page.list.chosen
    assert pair is not None
    first, second, why = (page.cell(pair, key) for key in ("first", "second", "why"))
    assert (first.text, second.text) == ("Greta Beispiel", "Grete Beispiel")
    assert first.second == f"4 Mar 1971 · MRN {double[0].mrn}"
    assert why.text == "Names alike, same birth date"
    assert page.total.text() == "1"


def test_merging_needs_a_reason_and_a_second_yes_and_can_be_undone(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, double: tuple[Patient, Patient]
) -> None:
    kept, gone = double
    desk = open_desk(admin)
    page = page_of(desk)
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    dialog = open_dialog(desk)
    assert (dialog.preview.kept.id, dialog.preview.gone.id) == (kept.id, gone.id)
    dialog.act.click()
    desk.settle()
    assert dialog.field.error, "without a reason nothing is asked"
    assert clinic.patients.get(admin, gone.id).merged_into is None
    dialog.close_layer()
    merge_by_keys(desk)
    assert clinic.patients.get(admin, gone.id).merged_into == kept.id
    assert page.list.model.rowCount() == 0
    assert page.kinds.button(page.state).hasFocus(), "the keys stay on the page"
    text, undo = desk.said[-1]
    assert gone.mrn in text and kept.mrn in text and undo is not None
    undo()
    desk.settle()
    assert clinic.patients.get(admin, gone.id).merged_into is None
    assert page.list.model.rowCount() == 1


def test_the_second_question_names_the_act_and_its_safe_answer_has_the_focus(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, double: tuple[Patient, Patient]
) -> None:
    desk = open_desk(admin)
    page_of(desk)
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    dialog = open_dialog(desk)
    dialog.reason.setPlainText("same insurance card")
    dialog.act.click()
    desk.settle()
    asked = question(desk)
    assert double[0].mrn in asked.heading.text() and double[1].mrn in asked.heading.text()
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    assert clinic.patients.get(admin, double[1].id).merged_into is None


def test_each_field_is_chosen_and_the_other_record_can_be_kept(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, double: tuple[Patient, Patient]
) -> None:
    kept, gone = double
    desk = open_desk(admin)
    page_of(desk)
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    dialog = open_dialog(desk)
    assert dialog.fields.chosen() == {
        MergeField.GIVEN: MergeChoice.KEPT,
        MergeField.NOTE: MergeChoice.BOTH,
    }
    desk.press(Qt.Key.Key_Right)
    assert dialog.fields.chosen()[MergeField.GIVEN] is MergeChoice.GONE
    assert dialog.fields.results[MergeField.GIVEN].text() == "Grete"
    dialog.stays.set_value(gone.id)
    dialog.stays.valueChanged.emit(gone.id)
    desk.settle()
    turned = open_dialog(desk)
    assert (turned.preview.kept.id, turned.preview.gone.id) == (gone.id, kept.id)


def test_what_was_changed_meanwhile_is_shown_before_anything_is_merged(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, reception: Actor, double: tuple[Patient, Patient]
) -> None:
    desk = open_desk(admin)
    page_of(desk)
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    dialog = open_dialog(desk)
    clinic.patients.edit(reception, an_edit(double[0], given="Gretchen"))
    dialog.reason.setPlainText("same insurance card")
    dialog.act.click()
    desk.settle()
    asked = question(desk)
    next(b for b in asked.findChildren(Button) if "Merge the records" in b.text()).click()
    desk.settle()
    again = open_dialog(desk)
    assert again.preview.kept.given == "Gretchen"
    assert again.reason.toPlainText() == "same insurance card"
    assert clinic.patients.get(admin, double[1].id).merged_into is None


def test_d_says_that_they_are_different_people(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, double: tuple[Patient, Patient]
) -> None:
    desk = open_desk(admin)
    page = page_of(desk)
    desk.press(Qt.Key.Key_D)
    desk.settle()
    assert page.list.model.rowCount() == 0
    assert clinic.patient_twins.list(admin, ListTwins(state=TwinState.DIFFERENT)).total == 1
    _, undo = desk.said[-1]
    assert undo is not None
    undo()
    desk.settle()
    assert page.list.model.rowCount() == 1


def test_digits_open_either_chart(open_desk: OpenDesk, admin: Actor, double: tuple[Patient, Patient]) -> None:
    desk = open_desk(admin)
    page_of(desk)
    desk.press(Qt.Key.Key_1)
    desk.press(Qt.Key.Key_2)
    assert desk.asked == [("patient", double[0].id), ("patient", double[1].id)]


def test_a_receptionist_reads_the_list_and_decides_nothing(
    open_desk: OpenDesk, double: tuple[Patient, Patient]
) -> None:
    desk = open_desk()
    page = page_of(desk)
    assert page.list.model.rowCount() == 1
    assert page.merge is None and page.differ is None
    desk.press(Qt.Key.Key_D)
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    assert page.list.model.rowCount() == 1
    assert not [one for one in desk.window.findChildren(MergeDialog) if one.isVisible()]


def test_everybody_is_searched_and_the_run_is_followed(
    open_desk: OpenDesk, admin: Actor, double: tuple[Patient, Patient]
) -> None:
    desk = open_desk(admin)
    page = page_of(desk)
    page.search.click()
    assert page.run.running
    desk.settle()
    assert not page.run.running
    assert page.search.isEnabled()
    assert desk.said[-1][0].startswith("2 records compared")


def test_the_charts_say_what_was_merged_and_take_it_back(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, double: tuple[Patient, Patient]
) -> None:
    kept, gone = double
    desk = open_desk(admin)
    page_of(desk)
    merge_by_keys(desk)
    banners = MergedBanners(desk.desk, gone.id, desk.window)
    banners.load()
    desk.settle()
    (undo,) = banners.banners
    assert kept.mrn in undo.accessibleName()
    undo.actionTriggered.emit()
    desk.settle()
    asked = question(desk)
    assert gone.mrn in asked.heading.text()
    next(b for b in asked.findChildren(Button) if "Undo the merge" in b.text()).click()
    desk.settle()
    assert clinic.patients.get(admin, gone.id).merged_into is None
    assert banners.banners == []
