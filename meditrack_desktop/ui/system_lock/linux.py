"""Linux: logind tells of locks, of sleep and of user switches on the system bus, screen savers on the session bus."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import SLOT, Slot
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusPendingCallWatcher,
    QDBusUnixFileDescriptor,
    QDBusVariant,
)
from PySide6.QtWidgets import QWidget

from meditrack_desktop.ui.system_lock.watch import SystemLock

LOGIND = "org.freedesktop.login1"
MANAGER_PATH = "/org/freedesktop/login1"
MANAGER = f"{LOGIND}.Manager"
SESSION = f"{LOGIND}.Session"
PROPERTIES = "org.freedesktop.DBus.Properties"
SCREEN_SAVERS = (
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
    "org.xfce.ScreenSaver",
)
ANSWER_MS = 5000


class LinuxLock(SystemLock):
    """Asks logind to wait a moment before sleep, until the lock has been painted. Without a bus it hears nothing."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._system = QDBusConnection("none")
        self._session_bus = QDBusConnection("none")
        self._delay: QDBusUnixFileDescriptor | None = None
        self._session = ""

    @property
    def holds_sleep(self) -> bool:
        """Whether logind waits for this program before the computer sleeps."""
        return self._delay is not None and self._delay.isValid()

    @property
    def session(self) -> str:
        """logind's path of the session this program runs in; empty until it has answered."""
        return self._session

    def begin(self) -> None:
        if self._session_bus.isConnected() or self._system.isConnected():
            return
        self._session_bus = self._connected(QDBusConnection.BusType.SessionBus)
        for interface in SCREEN_SAVERS:
            # Any sender: on this bus there is nobody but the person's own programs.
            self._session_bus.connect("", "", interface, "ActiveChanged", self, _slot("_saver(bool)"))
        self._system = self._connected(QDBusConnection.BusType.SystemBus)
        if not self._system.isConnected():
            return
        self._system.connect(LOGIND, MANAGER_PATH, MANAGER, "PrepareForSleep", self, _slot("_sleep(bool)"))
        self._hold_sleep()
        named = os.environ.get("XDG_SESSION_ID", "")
        self._ask("GetSession", [named] if named else ["auto"], self._on_session)

    def end(self) -> None:
        for interface in SCREEN_SAVERS:
            self._session_bus.disconnect("", "", interface, "ActiveChanged", self, _slot("_saver(bool)"))
        if self._system.isConnected():
            self._system.disconnect(
                LOGIND, MANAGER_PATH, MANAGER, "PrepareForSleep", self, _slot("_sleep(bool)")
            )
            self._hear_session(on=False)
        self._delay = None
        for bus in (self._system, self._session_bus):
            QDBusConnection.disconnectFromBus(bus.name())
        self._system = self._session_bus = QDBusConnection("none")

    def _connected(self, kind: QDBusConnection.BusType) -> QDBusConnection:
        """A connection of our own, to where the environment says now: Qt's shared ones look there only once."""
        name = f"meditrack-{kind.name}-{id(self)}"
        system = kind is QDBusConnection.BusType.SystemBus
        address = os.environ.get("DBUS_SYSTEM_BUS_ADDRESS" if system else "DBUS_SESSION_BUS_ADDRESS", "")
        if address:
            return QDBusConnection.connectToBus(address, name)
        return QDBusConnection.connectToBus(kind, name)

    @Slot(bool)
    def _saver(self, active: bool) -> None:
        if active:
            self.locking.emit()

    @Slot(bool)
    def _sleep(self, going: bool) -> None:
        # Also on waking: the word before sleep may have come too late.
        self.locking.emit()
        if going:
            self._delay = None
        else:
            self._hold_sleep()

    @Slot()
    def _lock(self) -> None:
        self.locking.emit()

    @Slot(QDBusMessage)
    def _changed(self, message: QDBusMessage) -> None:
        """Some property of the session: asked for by name, as this binding cannot read the map that came."""
        self._ask("Get", [SESSION, "Active"], self._on_active, path=self._session, interface=PROPERTIES)

    def _on_active(self, answer: QDBusMessage) -> None:
        """Not active any more: another user has the screen."""
        found = answer.arguments()[0]
        if (found.variant() if isinstance(found, QDBusVariant) else found) is False:
            self.locking.emit()

    def _hold_sleep(self) -> None:
        self._ask(
            "Inhibit",
            ["sleep", "MediTrack", "Hides patient data before the computer sleeps", "delay"],
            self._on_held,
        )

    def _on_held(self, answer: QDBusMessage) -> None:
        held = answer.arguments()[0]
        self._delay = held if isinstance(held, QDBusUnixFileDescriptor) else None

    def _on_session(self, answer: QDBusMessage) -> None:
        found = answer.arguments()[0]
        self._session = found.path() if hasattr(found, "path") else str(found)
        self._hear_session(on=True)

    def _hear_session(self, *, on: bool) -> None:
        if not self._session:
            return
        for interface, name, slot in (
            (SESSION, "Lock", _slot("_lock()")),
            (PROPERTIES, "PropertiesChanged", _slot("_changed(QDBusMessage)")),
        ):
            act = self._system.connect if on else self._system.disconnect
            act(LOGIND, self._session, interface, name, self, slot)

    def _ask(
        self,
        method: str,
        arguments: list[str],
        then: Callable[[QDBusMessage], None],
        *,
        path: str = MANAGER_PATH,
        interface: str = MANAGER,
    ) -> None:
        message = QDBusMessage.createMethodCall(LOGIND, path, interface, method)
        message.setArguments(arguments)
        call = QDBusPendingCallWatcher(self._system.asyncCall(message, ANSWER_MS), self)

        def answered() -> None:
            reply = call.reply()
            if reply.type() == QDBusMessage.MessageType.ReplyMessage and reply.arguments():
                then(reply)
            call.deleteLater()

        call.finished.connect(answered)


def _slot(signature: str) -> Any:
    """A slot by its signature. The binding's stubs want bytes where it takes the text of its own macro."""
    return SLOT(signature)
