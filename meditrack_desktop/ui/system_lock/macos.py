"""macOS: notifications of the screen's lock, of fast user switching and of sleep, through the Objective-C runtime.

There is no binding among the dependencies, and these calls need none: an object of a class made here is told by
two notification centres. All of it runs on the main thread, where Qt's event loop serves the centres.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from meditrack_desktop.ui.system_lock.watch import SystemLock

DISTRIBUTED = ("com.apple.screenIsLocked", "com.apple.screensaver.didstart")
WORKSPACE = (
    "NSWorkspaceWillSleepNotification",
    "NSWorkspaceScreensDidSleepNotification",
    "NSWorkspaceSessionDidResignActiveNotification",
    "NSWorkspaceDidWakeNotification",
)
CLASS_NAME = b"MediTrackLockObserver"
SELECTOR = b"meditrackScreenTaken:"
_Method = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)


class Objc:
    """The few calls of the runtime that are needed, each with its types: wrong ones crash on Apple silicon."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        for name, result, arguments in (
            ("objc_getClass", ctypes.c_void_p, (ctypes.c_char_p,)),
            ("sel_registerName", ctypes.c_void_p, (ctypes.c_char_p,)),
            ("objc_allocateClassPair", ctypes.c_void_p, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t)),
            ("objc_registerClassPair", None, (ctypes.c_void_p,)),
            (
                "class_addMethod",
                ctypes.c_bool,
                (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p),
            ),
        ):
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments

    def send(self, target: int, selector: str, *arguments: int | bytes) -> int:
        """Send a message; arguments are objects (addresses) or C strings."""
        types = [
            ctypes.c_char_p if isinstance(argument, bytes) else ctypes.c_void_p for argument in arguments
        ]
        kind = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, *types)
        function = ctypes.cast(self._library.objc_msgSend, kind)
        return int(function(target, self.selector(selector.encode()), *arguments) or 0)

    def class_named(self, name: str) -> int:
        """A class by its name; 0 if there is none."""
        return int(self._library.objc_getClass(name.encode()) or 0)

    def selector(self, name: bytes) -> int:
        return int(self._library.sel_registerName(name))

    def text(self, words: str) -> int:
        """An NSString."""
        return self.send(self.class_named("NSString"), "stringWithUTF8String:", words.encode())

    def observer(self, method: Any) -> int:
        """A new object whose `SELECTOR` calls `method`; its class is made once a process."""
        made = self.class_named(CLASS_NAME.decode())
        if not made:
            made = int(self._library.objc_allocateClassPair(self.class_named("NSObject"), CLASS_NAME, 0))
            address = ctypes.cast(method, ctypes.c_void_p)
            self._library.class_addMethod(made, self.selector(SELECTOR), address, b"v@:@")
            self._library.objc_registerClassPair(made)
        return self.send(self.send(made, "alloc"), "init")


_listeners: list[Callable[[], object]] = []


def _tell(_self: int, _selector: int, _notification: int) -> None:
    for listener in tuple(_listeners):
        listener()


_on_notification = _Method(_tell)
"""Kept for good: the runtime holds its address."""


class MacLock(SystemLock):
    """Observes both notification centres while it listens."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._objc: Objc | None = None
        self._observer = 0

    def begin(self) -> None:
        if self._observer:
            return
        ctypes.CDLL(
            ctypes.util.find_library("AppKit") or "/System/Library/Frameworks/AppKit.framework/AppKit"
        )
        self._objc = Objc(ctypes.CDLL(ctypes.util.find_library("objc") or "/usr/lib/libobjc.A.dylib"))
        self._observer = self._objc.observer(_on_notification)
        for centre, names in self._centres(self._objc):
            for name in names:
                self._objc.send(
                    centre,
                    "addObserver:selector:name:object:",
                    self._observer,
                    self._objc.selector(SELECTOR),
                    self._objc.text(name),
                    0,
                )
        _listeners.append(self.locking.emit)

    def end(self) -> None:
        if self._objc is None or not self._observer:
            return
        for centre, _ in self._centres(self._objc):
            self._objc.send(centre, "removeObserver:", self._observer)
        self._objc.send(self._observer, "release")
        self._observer = 0
        _listeners.remove(self.locking.emit)

    @staticmethod
    def _centres(objc: Objc) -> tuple[tuple[int, tuple[str, ...]], ...]:
        workspace = objc.send(objc.class_named("NSWorkspace"), "sharedWorkspace")
        distributed = objc.send(objc.class_named("NSDistributedNotificationCenter"), "defaultCenter")
        return ((distributed, DISTRIBUTED), (objc.send(workspace, "notificationCenter"), WORKSPACE))
