"""Records that were restricted or merged: what would be refused is not offered."""

from __future__ import annotations

from collections.abc import Callable

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.patient_merges import MergePatients
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.privacy import RestrictPatient
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.patients.chart.page import ChartPage
from meditrack_desktop.ui.widgets import Banner, Button, SectionHeading
from tests.ui.patients.conftest import DeskWindow

OpenDesk = Callable[..., DeskWindow]


def test_nobody_can_be_booked_for_while_their_record_is_restricted(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, people: dict[str, Patient]
) -> None:
    clinic.restrictions.restrict(
        admin, RestrictPatient(patient_id=people["Mara"].id, reason="Asked for it in writing")
    )
    desk = open_desk()
    page: ChartPage = desk.chart(people["Mara"].id)
    headings = page.overview.findChildren(SectionHeading)
    offered = [button.text() for heading in headings for button in heading.findChildren(Button)]
    assert "Book" not in offered
    listed = desk.list()
    row = listed.model.row_of(people["Mara"].id)
    listed.table.select_row(row)
    desk.qtbot.wait(200)
    desk.settle()
    books = [b for b in listed.preview.findChildren(Button) if b.accessibleName().startswith("Book for")]
    assert [b.isEnabled() for b in books] == [False]
    listed.preview.book()
    assert not [one for one in desk.asked if one[0] == "book"]


def test_a_merged_chart_says_once_where_its_record_went(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, people: dict[str, Patient]
) -> None:
    kept, gone = people["Mara"], people["Bruno"]
    clinic.patient_merges.merge(
        admin,
        MergePatients(
            kept_id=kept.id,
            kept_version=kept.version,
            gone_id=gone.id,
            gone_version=gone.version,
            reason="One person, asked at the desk",
        ),
    )
    for actor, offered in ((admin, ["Open the kept chart", "Undo merge"]), (None, ["Open the kept chart"])):
        desk = open_desk(actor)
        page: ChartPage = desk.chart(gone.id)
        banners = [banner for banner in page.findChildren(Banner) if banner.isVisible()]
        acts = [button.text() for banner in banners for button in banner.findChildren(Button)]
        assert sorted(acts) == offered
        assert any(kept.mrn in banner.accessibleName() for banner in banners)


def test_the_care_team_of_a_restricted_record_is_not_offered_to_be_changed(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, people: dict[str, Patient]
) -> None:
    clinic.restrictions.restrict(
        admin, RestrictPatient(patient_id=people["Mara"].id, reason="Asked for it in writing")
    )
    desk = open_desk()
    page: ChartPage = desk.chart(people["Mara"].id)
    offered = [b.accessibleName() for b in page.overview.team.findChildren(Button)]
    assert "Edit care team" not in offered


def test_the_tabs_of_a_restricted_record_offer_nothing_that_would_be_refused(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    page: ChartPage = desk.chart(people["Mara"].id)
    page.show_tab("visits")
    assert [b.text() for b in page.visits.state.findChildren(Button)] == ["Book a visit"]
    assert [b.text() for b in page.documents.state.findChildren(Button)] == ["Add document"]
    clinic.restrictions.restrict(
        admin, RestrictPatient(patient_id=people["Mara"].id, reason="Asked for it in writing")
    )
    page.refresh()
    desk.settle()
    for state in (page.visits.state, page.documents.state):
        assert [b.text() for b in state.findChildren(Button)] == []
    page.visits._book()
    assert not [one for one in desk.asked if one[0] == "book"]
    assert page.documents.remove.isHidden()
