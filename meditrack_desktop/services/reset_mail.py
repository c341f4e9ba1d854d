"""The mail that carries a one-time code: as little as it takes, because mail lies open on its way."""

from __future__ import annotations


def words(clinic_name: str, code: str) -> tuple[str, str]:
    """(subject, text). The clinic's name and the code, nobody's name and no address."""
    text = (
        f"{clinic_name}: {code}\n\n"
        "This code lets you choose a new password at the computer where it was asked for, within 10 minutes.\n"
        "If you did not ask for it, ignore this mail and tell your administrator.\n"
    )
    return "Your one-time code", text
