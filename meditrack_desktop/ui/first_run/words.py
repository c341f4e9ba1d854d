"""Words of the set-up that need no widget: titles, and what a test of the server came to."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.errors import ClinicError, ErrorCode, FieldProblem
from meditrack_desktop.domain.servers import Holding, ServerFound
from meditrack_desktop.ui import errors


def say(text: str) -> str:
    """Translated in the context of the set-up."""
    return QCoreApplication.translate("first_run", text)


def found_words(found: ServerFound) -> tuple[str, str, str]:
    """(tone, lead, text) for a server of which every part works."""
    wire = say("Certificate valid") if found.encrypted else say("Connection not encrypted")
    if found.holding is Holding.CLINIC:
        text = say("{wire}, and “{name}” lives there already, {ms} ms.")
        return (
            "info",
            say("MediTrack clinic found."),
            text.format(wire=wire, name=found.clinic_name, ms=found.milliseconds),
        )
    if found.holding is Holding.OTHER:
        text = say("The server works, but the database holds tables of something else. Ask for an empty one.")
        return "warn", say("Something else is in the way."), text
    text = say("{wire}, database empty and ready, {ms} ms.")
    return "ok", say("Server found."), text.format(wire=wire, ms=found.milliseconds)


def failed_words(error: ClinicError) -> tuple[str, str]:
    """(lead, text) for the part of a server that failed."""
    if "certificate" in error.fields:
        return say("That file is no certificate."), say(
            "Nothing was sent. Choose the PEM file of the authority that signed the server's certificate."
        )
    said = errors.words(error)
    problem = error.parameters.get("problem")
    if error.code is ErrorCode.SERVER_CERTIFICATE_WRONG and problem in ("host", "date"):
        why = {
            "host": say("Nothing was sent. It was made for another name: type the name it was made for."),
            "date": say("Nothing was sent. It has run out, or this computer's clock is wrong."),
        }
        return said.title, why[str(problem)]
    return said.title, said.text


def strength_words(score: int, problem: FieldProblem | None) -> str:
    """What the meter says of a password."""
    if problem is FieldProblem.TOO_SHORT:
        return say("Too short: use 10 characters or more, several words for example.")
    if problem is FieldProblem.TOO_LONG:
        return say("Too long: 128 characters at most.")
    if problem is FieldProblem.CONTROL_CHARACTERS:
        return say("This holds a character that cannot be typed at every desk.")
    if problem is not None:
        return say("Too easy to guess. Add a word or two that have nothing to do with you or the clinic.")
    return say("Very strong.") if score >= 4 else say("Strong enough.")
