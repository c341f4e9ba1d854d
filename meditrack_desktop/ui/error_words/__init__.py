"""The words of every refusal: what happened, what was kept, what to do next. No codes, no blame."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.errors import ClinicError, ErrorCode, FieldProblem
from meditrack_desktop.ui.error_words import calendar, clinic, documents, patients, people, storage
from meditrack_desktop.ui.error_words.marking import QT_TRANSLATE_NOOP

__all__ = ["PROBLEMS", "QT_TRANSLATE_NOOP", "WORDS", "ErrorWords", "problem_words", "words"]


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """`title` says what happened; `text` what was kept and what to do next. `str` is both."""

    title: str
    text: str

    def __str__(self) -> str:
        return f"{self.title} {self.text}".strip()


def words(error: ClinicError) -> ErrorWords:
    """The words for a refusal; every code has some, which a test checks."""
    title, text = WORDS[error.code]
    values = defaultdict(str, error.parameters)
    return ErrorWords(_say(title).format_map(values).strip(), _say(text).format_map(values).strip())


def problem_words(problem: FieldProblem, label: str) -> str:
    """What is wrong with one field and what would be right."""
    return _say(PROBLEMS[problem]).format(label=label)


def _say(text: str) -> str:
    return QCoreApplication.translate("errors", text) if text else ""


WORDS: Mapping[ErrorCode, tuple[str, str]] = {
    **people.WORDS,
    **patients.WORDS,
    **calendar.WORDS,
    **documents.WORDS,
    **clinic.WORDS,
    **storage.WORDS,
}

PROBLEMS: Mapping[FieldProblem, str] = {
    FieldProblem.REQUIRED: QT_TRANSLATE_NOOP("errors", "{label} is needed."),
    FieldProblem.TOO_LONG: QT_TRANSLATE_NOOP("errors", "{label} is too long."),
    FieldProblem.TOO_SHORT: QT_TRANSLATE_NOOP("errors", "{label} is too short."),
    FieldProblem.MALFORMED: QT_TRANSLATE_NOOP("errors", "{label} does not look right. Check it again."),
    FieldProblem.IN_THE_FUTURE: QT_TRANSLATE_NOOP("errors", "{label} lies in the future."),
    FieldProblem.TOO_OLD: QT_TRANSLATE_NOOP("errors", "{label} lies too far back."),
    FieldProblem.NOT_A_DATE: QT_TRANSLATE_NOOP("errors", "This is not a date. Example: 18 Nov 1976"),
    FieldProblem.NOT_A_TIME: QT_TRANSLATE_NOOP("errors", "This is not a time. Example: 11:15"),
    FieldProblem.OUT_OF_RANGE: QT_TRANSLATE_NOOP("errors", "{label} is outside what is possible."),
    FieldProblem.CONTROL_CHARACTERS: QT_TRANSLATE_NOOP(
        "errors", "{label} holds characters that cannot be shown. Type it by hand."
    ),
    FieldProblem.TAKEN: QT_TRANSLATE_NOOP("errors", "{label} is taken. Choose another."),
    FieldProblem.TOO_WEAK: QT_TRANSLATE_NOOP("errors", "Too easy to guess. Add a word or two."),
    FieldProblem.UNKNOWN: QT_TRANSLATE_NOOP("errors", "{label} is not known here. Choose one from the list."),
}
