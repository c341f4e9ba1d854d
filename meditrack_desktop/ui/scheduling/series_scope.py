"""Which visits of a series a change is for: this one, this and the following, or all that are to come."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.series import Scope
from meditrack_desktop.ui.widgets import Dialog, KeyCap, Radio

_KEYS = {Qt.Key.Key_1: Scope.THIS, Qt.Key.Key_2: Scope.FOLLOWING, Qt.Key.Key_3: Scope.ALL}


def scope_words() -> dict[Scope, str]:
    def tr(text: str) -> str:
        return QCoreApplication.translate("Calendar", text)

    return {
        Scope.THIS: tr("Only this visit"),
        Scope.FOLLOWING: tr("This and the following"),
        Scope.ALL: tr("All that are to come"),
    }


class ScopeDialog(Dialog):
    """Digits choose, Enter goes on, Escape leaves everything as it is."""

    def __init__(
        self, host: QWidget, title: str, text: str, act: str, then: Callable[[Scope], object]
    ) -> None:
        super().__init__(host, title, text, width=400)
        self._then = then
        self._radios: dict[Scope, Radio] = {}
        holder = QWidget()
        rows = QVBoxLayout(holder)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        for number, (scope, words) in enumerate(scope_words().items(), start=1):
            row = QHBoxLayout()
            radio = Radio(words, scope is Scope.THIS)
            self._radios[scope] = radio
            row.addWidget(radio, 1)
            row.addWidget(KeyCap(str(number)))
            rows.addLayout(row)
        self.body.addWidget(holder)
        self.add_action(self.tr("Leave it"))
        self.add_action(act, self._answer, kind="primary", default=True, key="Enter")

    def open_layer(self) -> None:
        super().open_layer()
        self._radios[Scope.THIS].setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        scope = _KEYS.get(Qt.Key(event.key()))
        if scope is not None:
            self._radios[scope].setChecked(True)
            self._radios[scope].setFocus(Qt.FocusReason.TabFocusReason)
            event.accept()
            return
        super().keyPressEvent(event)

    def _answer(self) -> None:
        self._then(next(scope for scope, radio in self._radios.items() if radio.isChecked()))
