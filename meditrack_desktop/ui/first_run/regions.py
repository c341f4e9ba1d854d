"""The countries and time zones to choose from: every one there is, found by typing."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from PySide6.QtCore import QLocale

from meditrack_desktop.ui.widgets import Option

_NOT_WHERE_PEOPLE_LIVE = ("Etc/", "SystemV/", "posix/", "right/", "US/")
_OLD_NAMES = frozenset(
    "CET CST6CDT Cuba EET EST EST5EDT Egypt Eire Factory GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong "
    "Iceland Iran Israel Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland Portugal "
    "ROC ROK Singapore Turkey UCT Universal W-SU WET Zulu localtime".split()
)


@cache
def regions() -> tuple[Option, ...]:
    """Every country by its name, with its two letters beside it."""
    found = {}
    for territory in QLocale.Country:
        code = QLocale.territoryToCode(territory)
        if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "ZZ"):
            found[code] = QLocale.territoryToString(territory)
    return tuple(
        Option(code, name, code) for code, name in sorted(found.items(), key=lambda pair: pair[1].casefold())
    )


@cache
def zones() -> tuple[Option, ...]:
    """Every zone that is somebody's, "UTC" last; its parts are found by their words."""
    names = [
        name
        for name in available_timezones()
        if not name.startswith(_NOT_WHERE_PEOPLE_LIVE) and name not in _OLD_NAMES and name != "UTC"
    ]
    return tuple(Option(name, name.replace("_", " ")) for name in (*sorted(names), "UTC"))


def region_option(code: str) -> Option | None:
    """The country of these two letters."""
    return next((option for option in regions() if option.value == code), None)


def zone_option(name: str) -> Option | None:
    """The zone of that name."""
    return next((option for option in zones() if option.value == name), None)
