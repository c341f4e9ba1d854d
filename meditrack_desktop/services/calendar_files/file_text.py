"""A calendar file as components: read by a library, in pieces, so that a large file can say how far it is.

Nothing in the file is followed: attachments, alarms and links are text that nobody opens.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from pathlib import Path

from icalendar import Component
from icalendar.error import GloballyUniqueTZIDGuessed

from meditrack_desktop.domain.calendar_files import LARGEST_FILE
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.services.imports.encoding import byte_order_mark, encoding_of, wide_without_mark

_PIECE = 300_000
"""Characters that are taken apart at once: about a third of a second."""
_MOST_EVENTS = 100_000
_EVENT = re.compile(r"^BEGIN:VEVENT[ \t]*$", re.MULTILINE | re.IGNORECASE)
_END_OF_EVENT = re.compile(r"^END:VEVENT\n", re.MULTILINE)
_CALENDAR = re.compile(r"^BEGIN:VCALENDAR[ \t]*$", re.MULTILINE | re.IGNORECASE)
_BEGINS = re.compile(r"\s*BEGIN:V(CALENDAR|EVENT|TIMEZONE|TODO|JOURNAL|FREEBUSY)[ \t]*\n", re.IGNORECASE)
"""How a file begins that is a calendar, or a part of one by itself."""
_FOLD = re.compile(rb"(?:\r\n|\n|\r)[ \t]")
_FIRST_COMPONENT = re.compile(r"^BEGIN:(?!VCALENDAR)", re.MULTILINE | re.IGNORECASE)
_END_OF_CALENDAR = "END:VCALENDAR\n"

Pieces = Iterator[tuple[int, int, list[Component]]]
"""How many characters are read of how many, and the calendars of this piece."""


def refused(path: Path, reason: str) -> Invalid:
    return Invalid(ErrorCode.IMPORT_UNREADABLE, file=path.name, reason=reason)


def read_text(path: Path) -> str:
    """The file with plain line ends. Invalid IMPORT_UNREADABLE with `file` and `reason`, a sentence."""
    try:
        if path.is_dir():
            raise refused(path, "This is a folder; choose a file.")
        if path.exists() and not path.is_file():
            # A pipe that nobody writes to would be waited for without end.
            raise refused(path, "This is no ordinary file.")
        if path.stat().st_size > LARGEST_FILE:
            raise refused(path, "The file is larger than 10 MB.")
        text = _decoded(path)
    except FileNotFoundError:
        raise refused(path, "There is no such file.") from None
    except OSError as error:
        reason = f"The file cannot be opened ({error.strerror or 'unknown cause'})."
        raise refused(path, reason) from None
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise refused(path, "The file is empty.")
    text = text if text.endswith("\n") else text + "\n"
    if "\0" in text or not _BEGINS.match(text):
        raise refused(path, "This is no calendar (iCalendar) file.")
    if len(_EVENT.findall(text)) > _MOST_EVENTS:
        raise refused(path, f"The file holds more than {_MOST_EVENTS:,} events.")
    return text


def _decoded(path: Path) -> str:
    """Lines are unfolded as bytes: some programs fold them within a letter."""
    with path.open("rb") as file:  # what says of itself that it is empty may have no end
        content = file.read(LARGEST_FILE + 1)
    wide = byte_order_mark(content) or wide_without_mark(content)
    if wide in (None, "utf-8-sig"):
        try:
            return _FOLD.sub(b"", content).decode("utf-8")
        except UnicodeDecodeError:
            wide = encoding_of(path).codec
    return content.decode(wide or "utf-8", "replace")


def pieces(path: Path, text: str) -> Pieces:
    """The calendars in `text`, piece by piece. Invalid IMPORT_UNREADABLE for what is not well formed, or cut off."""
    seen = done = 0
    for piece in _cut(text):
        calendars = _parsed(path, piece)
        seen += sum(len(calendar.walk("VEVENT")) for calendar in calendars)
        done += len(piece)
        yield min(done, len(text)), len(text), calendars
    if seen < len(_EVENT.findall(text)):
        raise refused(path, "The file is cut off or its parts do not end: not every event can be read.")


def _parsed(path: Path, text: str) -> list[Component]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", GloballyUniqueTZIDGuessed)
            return list(Component.from_ical(text, multiple=True))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError):
        # What the library says quotes the file; nothing of that goes further.
        raise refused(path, "Something in it is not written as calendars are.") from None


def _cut(text: str) -> Iterator[str]:
    """One calendar with many events as several with fewer. What is unusual is left in one piece."""
    first = _FIRST_COMPONENT.search(text)
    plain = len(_CALENDAR.findall(text)) == 1 and text.rstrip("\n").endswith(_END_OF_CALENDAR.rstrip("\n"))
    if len(text) <= _PIECE or first is None or not plain:
        yield text
        return
    head, start = text[: first.start()], first.start()
    while start < len(text):
        end = _END_OF_EVENT.search(text, min(start + _PIECE, len(text)))
        if end is None:
            yield head + text[start:]
            return
        yield head + text[start : end.end()] + _END_OF_CALENDAR
        start = end.end()
