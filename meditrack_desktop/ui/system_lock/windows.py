"""Windows: session changes (lock, fast user switch, remote disconnect) and sleep come as window messages."""

from __future__ import annotations

import ctypes
from ctypes import wintypes
from typing import Any

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication, QObject
from PySide6.QtWidgets import QWidget

from meditrack_desktop.ui.system_lock.watch import SystemLock

WM_POWERBROADCAST = 0x0218
WM_WTSSESSION_CHANGE = 0x02B1
WTS_CONSOLE_DISCONNECT, WTS_REMOTE_DISCONNECT, WTS_SESSION_LOGOFF, WTS_SESSION_LOCK = 0x2, 0x4, 0x6, 0x7
PBT_APMSUSPEND, PBT_APMRESUMESUSPEND, PBT_APMRESUMEAUTOMATIC = 0x4, 0x7, 0x12
NOTIFY_FOR_THIS_SESSION = 0
_LOCKS = {
    WM_WTSSESSION_CHANGE: {
        WTS_CONSOLE_DISCONNECT,
        WTS_REMOTE_DISCONNECT,
        WTS_SESSION_LOGOFF,
        WTS_SESSION_LOCK,
    },
    # Waking counts too: a machine that went down in a hurry sends no word before.
    WM_POWERBROADCAST: {PBT_APMSUSPEND, PBT_APMRESUMESUSPEND, PBT_APMRESUMEAUTOMATIC},
}


def takes_the_screen(message: int, detail: int) -> bool:
    """Whether a window message says that the person loses the screen."""
    return detail in _LOCKS.get(message, ())


class _Messages(QAbstractNativeEventFilter):
    def __init__(self, lock: SystemLock) -> None:
        super().__init__()
        self._lock = lock

    def nativeEventFilter(self, kind: QByteArray | bytes | bytearray | memoryview, message: int) -> Any:
        if (kind.data() if isinstance(kind, QByteArray) else bytes(kind)) == b"windows_generic_MSG":
            said = wintypes.MSG.from_address(int(message))
            if takes_the_screen(said.message, said.wParam):
                self._lock.locking.emit()
        return False, 0


class WindowsLock(SystemLock):
    """Registers the window for session changes; the messages of sleep come to every window unasked."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._messages = _Messages(self)
        self._handle = 0

    def begin(self) -> None:
        if self._handle:
            return
        self._handle = int(self.window.winId())
        _application().installNativeEventFilter(self._messages)
        _wtsapi().WTSRegisterSessionNotification(self._handle, NOTIFY_FOR_THIS_SESSION)

    def end(self) -> None:
        if self._handle:
            _wtsapi().WTSUnRegisterSessionNotification(self._handle)
            _application().removeNativeEventFilter(self._messages)
            self._handle = 0


def _wtsapi() -> Any:
    """The library with its arguments typed: a handle is as wide as a pointer."""
    library = ctypes.WinDLL("wtsapi32")  # type: ignore[attr-defined,unused-ignore]
    library.WTSRegisterSessionNotification.argtypes = (wintypes.HWND, wintypes.DWORD)
    library.WTSUnRegisterSessionNotification.argtypes = (wintypes.HWND,)
    return library


def _application() -> QCoreApplication:
    found: QObject | None = QCoreApplication.instance()
    if not isinstance(found, QCoreApplication):
        raise RuntimeError("there is no application to hear messages")
    return found
