"""The place for a banner over a list; a new one takes the place of the one before."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.ui.widgets import Banner


class Notices(QWidget):
    """Takes no room while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.banner: Banner | None = None
        self.hide()

    def say(self, text: str, tone: str, action: str, then: Callable[[], object] | None) -> None:
        """Show a banner; its act, if there is one, takes it away again."""
        self.clear()
        self.banner = Banner(text, "danger" if tone == "danger" else "info", action=action, square=True)
        if then is not None:
            self.banner.actionTriggered.connect(lambda: then())
        self._column.addWidget(self.banner)
        self.show()

    def clear(self) -> None:
        """Say nothing."""
        if self.banner is not None:
            self.banner.hide()
            self.banner.deleteLater()
            self.banner = None
        self.hide()
