"""What this computer says of itself: its zone, its country, its name. Defaults for a new clinic, nothing more."""

from __future__ import annotations

import locale
import os
import socket
import time
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

_LINK = Path("/etc/localtime")
_NAMED = Path("/etc/timezone")
_WINDOWS = {
    "GMT Standard Time": "Europe/London",
    "W. Europe Standard Time": "Europe/Berlin",
    "Romance Standard Time": "Europe/Paris",
    "Central Europe Standard Time": "Europe/Budapest",
    "Central European Standard Time": "Europe/Warsaw",
    "Eastern Standard Time": "America/New_York",
    "Central Standard Time": "America/Chicago",
    "Mountain Standard Time": "America/Denver",
    "Pacific Standard Time": "America/Los_Angeles",
    "India Standard Time": "Asia/Kolkata",
    "AUS Eastern Standard Time": "Australia/Sydney",
    "Tokyo Standard Time": "Asia/Tokyo",
}
"""The names Windows gives where a clinic is likely; any other has to be said."""


def system_zone() -> str:
    """The IANA name of this computer's zone; "UTC" where it does not tell one."""
    candidates = [os.environ.get("TZ", "").lstrip(":")]
    if _LINK.is_symlink():
        candidates.append(str(_LINK.resolve()).partition("zoneinfo/")[2])
    with suppress(OSError, ValueError):
        candidates.append(_NAMED.read_text("ascii").strip())

    candidates.append(_WINDOWS.get(time.tzname[0], ""))
    return next((name for name in candidates if is_zone(name)), "UTC")


def is_zone(name: str) -> bool:
    """Whether the program knows a zone of that name."""
    try:
        return bool(name) and ZoneInfo(name).key == name
    except (ValueError, OSError, KeyError):
        return False


def system_region() -> str:
    """The two-letter country of this computer's language setting; "US" where it does not tell one."""
    told = [os.environ.get(name, "") for name in ("LC_ALL", "LC_TIME", "LANG")]
    told.append(locale.getlocale()[0] or "")
    for name in told:
        country = name.partition(".")[0].partition("@")[0].partition("_")[2]
        if len(country) == 2 and country.isascii() and country.isalpha():
            return country.upper()
    return "US"


def computer_name() -> str:
    """What a desk is called until somebody says otherwise."""
    return socket.gethostname()[:80] or "desk"
