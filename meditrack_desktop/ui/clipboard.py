"""What was copied from the program leaves the clipboard after a minute, and when the desk locks (security.md D41)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication

CLEAR_AFTER_MS = 60_000
# Windows keeps these out of its clipboard history and out of the cloud; KDE's history leaves secrets out.
_KEEP_OUT: tuple[tuple[str, bytes], ...] = (
    (
        ('application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"', b"\0\0\0\0"),
        ('application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"', b"\0\0\0\0"),
        ('application/x-qt-windows-mime;value="CanUploadToCloudClipboard"', b"\0\0\0\0"),
    )
    if sys.platform == "win32"
    else (("x-kde-passwordManagerHint", b"secret"),)
)
_MODES = (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection)


class ClipboardWatch(QObject):
    """Follows every copy made in this process, whoever made it: a field, a table, a report.

    What another program put there is never touched.
    """

    def __init__(self, parent: QObject | None = None, clear_after_ms: int = CLEAR_AFTER_MS) -> None:
        super().__init__(parent)
        self._clipboard = QGuiApplication.clipboard()
        self._marking = False
        self._timer = QTimer(self, singleShot=True, interval=clear_after_ms)
        self._timer.timeout.connect(self.clear)
        self._clipboard.dataChanged.connect(self._on_copied)

    def clear(self) -> None:
        """Take away what this program copied, if it is still there."""
        self._timer.stop()
        for mode in _MODES:
            if _is_ours(self._clipboard, mode):
                self._clipboard.clear(mode)

    def end(self) -> None:
        """Clear and follow no more."""
        self.clear()
        self._clipboard.dataChanged.disconnect(self._on_copied)

    def _on_copied(self) -> None:
        if self._marking or not _is_ours(self._clipboard, QClipboard.Mode.Clipboard):
            return
        content = self._clipboard.mimeData()
        if content is None or not content.formats():
            self._timer.stop()
            return
        if any(not content.hasFormat(kind) for kind, _ in _KEEP_OUT):
            with self._own_change():
                self._clipboard.setMimeData(_marked(content))
        self._timer.start()

    @contextmanager
    def _own_change(self) -> Iterator[None]:
        self._marking = True
        try:
            yield
        finally:
            self._marking = False


def _marked(content: QMimeData) -> QMimeData:
    copy = QMimeData()
    for kind in content.formats():
        copy.setData(kind, content.data(kind))
    for kind, value in _KEEP_OUT:
        copy.setData(kind, value)
    return copy


def _is_ours(clipboard: QClipboard, mode: QClipboard.Mode) -> bool:
    if QGuiApplication.platformName() == "offscreen":
        return mode is QClipboard.Mode.Clipboard  # a clipboard of this process alone, which knows no owner
    if mode is QClipboard.Mode.Selection:
        return clipboard.supportsSelection() and clipboard.ownsSelection()
    return clipboard.ownsClipboard()
