"""A logind that does as it is told on standard input, for the tests of the system's lock. Runs as its own program."""

import os
import sys

from PySide6.QtCore import ClassInfo, Property, QCoreApplication, QObject, QSocketNotifier, Slot
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusObjectPath,
    QDBusUnixFileDescriptor,
)

SESSION = "org.freedesktop.login1.Session"
SESSION_PATH = "/org/freedesktop/login1/session/_31"


@ClassInfo({"D-Bus Interface": "org.freedesktop.login1.Manager"})
class Manager(QObject):
    """Hands out one delay and one session; says "held" and "let go" on standard output."""

    def __init__(self) -> None:
        super().__init__()
        self._watched: QSocketNotifier | None = None

    @Slot(str, result=QDBusObjectPath)
    def GetSession(self, name: str) -> QDBusObjectPath:
        return QDBusObjectPath(SESSION_PATH)

    @Slot(str, str, str, str, result=QDBusUnixFileDescriptor)
    def Inhibit(self, what: str, who: str, why: str, mode: str) -> QDBusUnixFileDescriptor:
        ours, theirs = os.pipe()
        self._watched = QSocketNotifier(ours, QSocketNotifier.Type.Read, self)
        self._watched.activated.connect(lambda: self._let_go(ours))
        print(f"held {what} {mode}", flush=True)
        handed = QDBusUnixFileDescriptor(theirs)
        os.close(theirs)
        return handed

    def _let_go(self, handle: int) -> None:
        if self._watched is not None:
            self._watched.setEnabled(False)
        os.close(handle)
        print("let go", flush=True)


@ClassInfo({"D-Bus Interface": SESSION})
class Session(QObject):
    """The session's one property that matters; Qt answers for it on the bus."""

    def __init__(self) -> None:
        super().__init__()
        self.active = True

    def _get_active(self) -> bool:
        return self.active

    Active = Property(bool, _get_active)


def obey(bus: QDBusConnection, session: Session, line: str) -> None:
    """sleep, wake, lock, other-lock, inactive, active, saver."""
    if line in ("active", "inactive"):
        session.active = line == "active"
    manager, properties = "/org/freedesktop/login1", "org.freedesktop.DBus.Properties"
    saver = "org.freedesktop.ScreenSaver"
    path, interface, name, arguments = {
        "sleep": (manager, "org.freedesktop.login1.Manager", "PrepareForSleep", [True]),
        "wake": (manager, "org.freedesktop.login1.Manager", "PrepareForSleep", [False]),
        "lock": (SESSION_PATH, SESSION, "Lock", []),
        "other-lock": (SESSION_PATH + "9", SESSION, "Lock", []),
        "inactive": (SESSION_PATH, properties, "PropertiesChanged", [SESSION]),
        "active": (SESSION_PATH, properties, "PropertiesChanged", [SESSION]),
        "saver": ("/org/freedesktop/ScreenSaver", saver, "ActiveChanged", [True]),
        "no-saver": ("/org/freedesktop/ScreenSaver", saver, "ActiveChanged", [False]),
    }[line]
    message = QDBusMessage.createSignal(path, interface, name)
    message.setArguments(arguments)
    bus.send(message)


def main() -> int:
    app = QCoreApplication(sys.argv)
    bus = QDBusConnection.systemBus()
    manager = Manager()
    if not bus.registerService("org.freedesktop.login1"):
        return 1
    session = Session()
    option = QDBusConnection.RegisterOption
    bus.registerObject("/org/freedesktop/login1", manager, option.ExportAllSlots)
    bus.registerObject(SESSION_PATH, session, option.ExportAllProperties)
    heard = QSocketNotifier(0, QSocketNotifier.Type.Read)

    def hear() -> None:
        line = sys.stdin.readline().strip()
        if not line:
            app.quit()
            return
        obey(bus, session, line)

    heard.activated.connect(hear)
    print("ready", flush=True)
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
