"""The Filed tab says with whom each file lies now."""

from __future__ import annotations

from collections.abc import Callable

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import ReassignDocument
from meditrack_desktop.domain.incoming import FileIncoming, IncomingFile, IncomingState
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permission_grid import ChangeGrid
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.settings import ChangeSettings, ReadingRule
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.widgets import Label
from tests.ui.inbox.conftest import Window


def row(desk: Window) -> str:
    """What the only row of the tab says."""
    model = desk.page.list.model
    assert model.rowCount() == 1
    return model.cell_at(0, 0).spoken()


def in_pane(desk: Window) -> str:
    """What stands in place of its pages."""
    return " ".join(label.text() for label in desk.page.pane.state.findChildren(Label))


def test_each_row_says_whose_it_is_now(
    inbox: Callable[..., Window],
    clinic: Clinic,
    admin: Actor,
    doctor: Actor,
    hers: IncomingFile,
    mara: Patient,
    jonas: Patient,
) -> None:
    clinic.settings.change(admin, ChangeSettings(reading_rule=ReadingRule.WHOLE_CLINIC))
    desk = inbox()
    filed = clinic.incoming.file(
        desk.desk.actor, FileIncoming(id=hers.id, version=hers.version, patient_id=mara.id)
    )
    desk.page.tabs.button(IncomingState.FILED).click()
    desk.settle()
    assert "Mara Fictanova" in row(desk) and "born 5 Apr 1988" in row(desk) and "SCAN_0001.pdf" in row(desk)
    assert "Mara Fictanova, born 5 Apr 1988" in in_pane(desk)
    assert desk.page.room.again.isVisible()
    clinic.documents.reassign(
        doctor,
        ReassignDocument(
            id=filed.id,
            version=filed.version,
            patient_id=jonas.id,
            reason="it is his",
            other_name_confirmed=True,
        ),
    )
    desk.qtbot.waitUntil(lambda: "Jonas Testholm" in row(desk))
    desk.settle()
    assert "born 30 Jun 2020" in row(desk) and "Mara" not in row(desk)
    assert "Jonas Testholm, born 30 Jun 2020" in in_pane(desk)
    assert not desk.page.room.again.isVisible(), "the inbox cannot take that back"
    clinic.permission_grid.change(
        admin, ChangeGrid(role=Role.RECEPTIONIST, permission=Permission.LIST_DOCUMENTS, allowed=False)
    )
    desk.page.refresh()
    desk.settle()
    assert "Jonas" not in row(desk) and "Your role does not show with whom" in row(desk)
    assert "Jonas" not in desk.page.room.about.text() + in_pane(desk)
