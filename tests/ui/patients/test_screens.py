"""Every state kept for pictures can be reached and leaves nothing asked or open behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients.chart.screens import SCREENS as CHART
from meditrack_desktop.ui.patients.screens import SCREENS
from tests.makers.care import as_doctor, in_care
from tests.makers.charts import fill_chart
from tests.ui.patients.conftest import DeskWindow

PLAIN = Qt.TextFormat.PlainText
Build = Callable[[Desk], tuple[QWidget, Callable[[], object]]]


@pytest.mark.parametrize(
    ("window", "state", "build"), SCREENS, ids=lambda part: part if isinstance(part, str) else ""
)
def test_a_state_can_be_struck_and_drawn(
    open_desk: Callable[..., DeskWindow], people: dict[str, Patient], window: str, state: str, build: Build
) -> None:
    strike(open_desk(width=958, height=560), window, state, build)


@pytest.mark.parametrize(
    ("window", "state", "build"), CHART, ids=lambda part: part if isinstance(part, str) else ""
)
def test_a_state_of_the_doctors_chart_can_be_struck_and_drawn(
    open_desk: Callable[..., DeskWindow],
    clinic: Clinic,
    admin: Actor,
    doctor: Actor,
    people: dict[str, Patient],
    clock: FixedClock,
    window: str,
    state: str,
    build: Build,
) -> None:
    in_care(clinic, doctor, as_doctor(clinic, admin, doctor), people["Mara"])
    fill_chart(clinic, doctor, people["Mara"], clock.now())
    strike(open_desk(doctor, width=958, height=560), window, state, build)


def strike(desk: DeskWindow, window: str, state: str, build: Build) -> None:
    """Build a page, strike its pose, and look at what is there."""
    page, pose = build(desk.desk)
    desk.show(page)
    pose()
    desk.settle()
    nameless = [
        control
        for control in desk.window.findChildren(QWidget)
        if control.isVisible()
        and control.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (control.accessibleName() or getattr(control, "text", str)())
    ]
    assert not nameless
    rich = [
        label for label in desk.window.findChildren(QLabel) if label.textFormat() != PLAIN and label.text()
    ]
    assert not rich
    picture = desk.window.grab().toImage()
    colours = {picture.pixel(x, y) for x in range(0, 958, 7) for y in range(0, 560, 7)}
    assert len(colours) > 3, f"{window} {state} is blank"
