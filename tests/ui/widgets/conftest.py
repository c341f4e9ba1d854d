"""A window to put controls in, shown and closed again."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

Shown = Callable[..., QWidget]


@pytest.fixture
def show(qapp: QApplication, qtbot: QtBot) -> Iterator[Shown]:
    """`show(control, ...)` puts controls into a window of 900x700 that has the focus."""
    windows: list[QWidget] = []

    def put(*controls: QWidget) -> QWidget:
        window = QWidget()
        window.resize(900, 700)
        column = QVBoxLayout(window)
        for control in controls:
            column.addWidget(control)
        column.addStretch(1)
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        windows.append(window)
        return window

    yield put
    windows.clear()
