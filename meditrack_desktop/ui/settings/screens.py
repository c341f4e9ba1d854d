"""The states of the settings that are worth a picture."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.sessions import SecondFactorOffer
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.settings.authenticator import SwitchOnDialog
from meditrack_desktop.ui.settings.page import SettingsPage

Pose = Callable[[], object]


def _section(word: str, desk: Desk) -> tuple[QWidget, Pose]:
    page = SettingsPage(desk)
    return page, lambda: page.open_section(word)


def _mail(desk: Desk) -> tuple[QWidget, Pose]:
    """The demo lives on one computer, where there is no such section."""
    page = SettingsPage(desk, shared=True)
    return page, lambda: page.open_section("mail")


def _found(desk: Desk) -> tuple[QWidget, Pose]:
    page = SettingsPage(desk)

    def pose() -> None:
        page.contents.search.setText("pin")
        page.contents.search.searched.emit("pin")

    return page, pose


def _authenticator(desk: Desk) -> tuple[QWidget, Pose]:
    page = SettingsPage(desk)

    def pose() -> None:
        page.open_section("account")
        secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
        uri = f"otpauth://totp/MediTrack:someone?secret={secret}&issuer=MediTrack"
        SwitchOnDialog(desk, page, SecondFactorOffer(secret, uri), lambda: None).open_layer()

    return page, pose


SCREENS: Sequence[tuple[str, str, Callable[[Desk], tuple[QWidget, Pose]]]] = (
    *(
        ("settings", word, partial(_section, word))
        for word in (
            "appearance",
            "account",
            "desk",
            "scans",
            "clinic",
            "calendar",
            "security",
            "documents",
            "keys",
            "backup",
        )
    ),
    ("settings", "mail", _mail),
    ("settings", "found", _found),
    ("settings", "authenticator", _authenticator),
)
"""(window, state, builder). A builder returns the page and what to do once it has loaded."""
