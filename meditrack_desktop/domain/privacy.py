"""What leaves the clinic, who looked in an emergency, and what is erased: the words of privacy."""

from __future__ import annotations

from enum import StrEnum


class DisclosureKind(StrEnum):
    """How something about a patient left the clinic. Stored; never change a value."""

    EXPORT = "export"
    PRINT = "print"
    SAVED_COPY = "saved-copy"
    EMAIL = "email"
    OPENED_OUTSIDE = "opened-outside"
