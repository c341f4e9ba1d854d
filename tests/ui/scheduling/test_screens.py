"""Every state offered for pictures can be struck, on a clinic with a full day."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.scheduling.page import SchedulingPage
from meditrack_desktop.ui.scheduling.screens import SCREENS
from meditrack_desktop.ui.widgets import Layer
from tests.ui.scheduling.conftest import CalendarWindow
from tests.ui.scheduling.full_day import fill_clinic


def looks(page: QWidget) -> bytes:
    image = page.window().grab().toImage()  # kept while its bits are read
    return bytes(image.constBits())


def test_every_state_differs_from_the_plain_day(
    clinic: Clinic,
    admin: Actor,
    reception: Actor,
    clock: FixedClock,
    open_calendar: Callable[..., CalendarWindow],
) -> None:
    fill_clinic(clinic, admin, reception, clock)
    calendar = open_calendar()
    assert calendar.page.header.count.text() == "57 appointments"
    calendar.page.hide()
    seen: dict[str, bytes] = {}
    for name, state, build in SCREENS:
        assert name == "calendar"
        page, pose = build(calendar.desk)
        assert isinstance(page, SchedulingPage)
        column = calendar.window.layout()
        assert isinstance(column, QVBoxLayout)
        column.addWidget(page)
        page.load()
        calendar.settle()
        pose()
        calendar.settle()
        seen[state] = looks(page)
        for layer in calendar.window.findChildren(Layer):
            layer.hide()
            layer.deleteLater()
        column.removeWidget(page)
        page.hide()
        page.deleteLater()
    assert len(set(seen.values())) == len(SCREENS)


@pytest.mark.parametrize("state", ["day", "details", "booking", "week", "empty", "refused"])
def test_the_states_of_the_design_are_there(state: str) -> None:
    assert state in {each for _, each, _ in SCREENS}
