"""Binds fields to the names of a command: reads them, builds it, and puts each error beside its field."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QWidget

from meditrack_desktop.domain.errors import ClinicError, FieldProblem
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.widgets import LabelledField, PasswordField

Command = TypeVar("Command", bound=BaseModel)

_BY_KIND: Mapping[str, FieldProblem] = {
    "missing": FieldProblem.REQUIRED,
    "string_too_long": FieldProblem.TOO_LONG,
    "too_long": FieldProblem.TOO_LONG,
    "too_short": FieldProblem.REQUIRED,
    "date_from_datetime_parsing": FieldProblem.NOT_A_DATE,
    "date_parsing": FieldProblem.NOT_A_DATE,
    "date_type": FieldProblem.NOT_A_DATE,
    "date_future": FieldProblem.IN_THE_FUTURE,
    "time_parsing": FieldProblem.NOT_A_TIME,
    "time_type": FieldProblem.NOT_A_TIME,
    "enum": FieldProblem.UNKNOWN,
    "greater_than": FieldProblem.OUT_OF_RANGE,
    "greater_than_equal": FieldProblem.OUT_OF_RANGE,
    "less_than": FieldProblem.OUT_OF_RANGE,
    "less_than_equal": FieldProblem.OUT_OF_RANGE,
}


class Form:
    """The fields of one form in the order they are read, keyed by the command's field names.

    A key may be dotted to reach inside ("address.city" takes errors located at ("address", "city")); then the
    caller assembles that part in `build(..., address=...)` from `values()`.
    """

    def __init__(self, fields: Mapping[str, LabelledField]) -> None:
        self.fields = dict(fields)

    def values(self) -> dict[str, Any]:
        """What stands in the fields now: text trimmed, other values as their field gives them."""
        return {name: read(labelled.field) for name, labelled in self.fields.items()}

    def is_empty(self) -> bool:
        """Whether nothing has been typed or chosen."""
        return not any(self.values().values())

    def build(self, command: type[Command], **extra: Any) -> Command | None:
        """The command made of the fields and `extra`, which wins; None after marking what is wrong.

        An empty field is left out, so that the command's default or its "required" speaks.
        """
        self.clear_errors()
        known = command.model_fields
        given = {
            name: value for name, value in self.values().items() if name in known and value not in ("", None)
        }
        given.update(extra)
        try:
            return command(**given)
        except ValidationError as refusal:
            self.show_problems(_problems(refusal, self.values()))
            return None

    def show(self, error: ClinicError) -> bool:
        """Put a refusal's field errors beside their fields. False if it names none of them: show it elsewhere."""
        return self.show_problems(error.fields)

    def show_problems(self, problems: Mapping[str, FieldProblem]) -> bool:
        """Mark fields; focus goes to the first. Names that have no field fall to the nearest outer one."""
        placed = {
            found: problem
            for name, problem in problems.items()
            if (found := self._field_for(name)) is not None
        }
        for name, problem in placed.items():
            labelled = self.fields[name]
            labelled.set_error(errors.problem_words(problem, label_of(labelled)))
        first = next((labelled for name, labelled in self.fields.items() if name in placed), None)
        if first is not None:
            first.field.setFocus(Qt.FocusReason.OtherFocusReason)
        return first is not None

    def clear_errors(self) -> None:
        """Take every mark away."""
        for labelled in self.fields.values():
            if labelled.error:
                labelled.clear_error()

    def _field_for(self, name: str) -> str | None:
        """The field that shows an error at `name`: itself, an outer one, or the first inner one."""
        path = name.split(".")
        for length in range(len(path), 0, -1):
            if ".".join(path[:length]) in self.fields:
                return ".".join(path[:length])
        return next((known for known in self.fields if known.split(".")[0] == path[0]), None)


def read(field: QWidget) -> Any:
    """The value of a field: `value()` where the control has one, else its text or check mark."""
    value = getattr(field, "value", None)
    if callable(value):
        return value()
    if isinstance(field, PasswordField):
        return field.text()
    if isinstance(field, QLineEdit):
        return field.text().strip()
    if isinstance(field, QPlainTextEdit):
        return field.toPlainText().strip()
    if isinstance(field, QCheckBox):
        return field.isChecked()
    raise TypeError(f"{type(field).__name__} cannot be read by a form")


def label_of(labelled: LabelledField) -> str:
    """The field's name as its label says it, without "(optional)"."""
    return labelled.field.accessibleName() or labelled.label.text()


def _problems(refusal: ValidationError, values: Mapping[str, Any]) -> dict[str, FieldProblem]:
    found: dict[str, FieldProblem] = {}
    for detail in refusal.errors(include_url=False, include_input=False):
        name = ".".join(str(part) for part in detail["loc"] if isinstance(part, str))
        found.setdefault(name, _problem(detail, values.get(name)))
    return found


def _problem(detail: ErrorDetails, value: Any) -> FieldProblem:
    kind = detail["type"]
    if kind == "value_error":
        # Our own validators raise ValueError with the problem's word.
        raised = str((detail.get("ctx") or {}).get("error", ""))
        return FieldProblem(raised) if raised in {problem.value for problem in FieldProblem} else _malformed()
    if kind == "string_too_short":
        return (
            FieldProblem.TOO_SHORT if value and not isinstance(value, date | time) else FieldProblem.REQUIRED
        )
    return _BY_KIND.get(kind, _malformed())


def _malformed() -> FieldProblem:
    return FieldProblem.MALFORMED
