"""Turns what databases raise into the clinic's errors: by constraint name, SQLSTATE or SQLite's code.

The messages of drivers can carry values of rows, so they are looked at here and go no further (D40).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.exc import DBAPIError, IntegrityError, TimeoutError
from sqlalchemy.orm.exc import StaleDataError

from meditrack_desktop.database.engine import UNIQUE_COLUMNS, driver_message
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    ClinicError,
    Conflict,
    ErrorCode,
    FieldProblem,
    SlotTaken,
    Unavailable,
)
from meditrack_desktop.logs import events

_log = events("database")
NO_OVERLAP = "appointment_no_overlap"
ASSET_NO_OVERLAP = "appointment_asset_no_overlap"
HOLD_ASSET_NO_OVERLAP = "hold_asset_no_overlap"
BUSY_BOUNDS = "appointment_busy_bounds"
NOTE_SIGNED = "clinical_note_signed"


BY_CONSTRAINT: dict[str, Callable[[], ClinicError]] = {
    NO_OVERLAP: SlotTaken,
    ASSET_NO_OVERLAP: lambda: Conflict(ErrorCode.ROOM_TAKEN, name=""),
    HOLD_ASSET_NO_OVERLAP: lambda: Conflict(ErrorCode.ROOM_TAKEN, name=""),
    "uq_patient_mrn": lambda: Conflict(ErrorCode.RECORD_NUMBER_TAKEN, fields={"mrn": FieldProblem.TAKEN}),
    "uq_account_username": lambda: Conflict(
        ErrorCode.USERNAME_TAKEN, fields={"username": FieldProblem.TAKEN}
    ),
    "uq_saved_filter_created_by_name": lambda: Conflict(
        ErrorCode.FILTER_NAME_TAKEN, fields={"name": FieldProblem.TAKEN}
    ),
    "uq_asset_name": lambda: Conflict(ErrorCode.CALENDAR_NAME_TAKEN, fields={"name": FieldProblem.TAKEN}),
    "uq_visit_type_name": lambda: Conflict(
        ErrorCode.CALENDAR_NAME_TAKEN, fields={"name": FieldProblem.TAKEN}
    ),
    "uq_doctor_group_name": lambda: Conflict(
        ErrorCode.CALENDAR_NAME_TAKEN, fields={"name": FieldProblem.TAKEN}
    ),
    "uq_specialty_parent_id_name": lambda: Conflict(
        ErrorCode.CALENDAR_NAME_TAKEN, fields={"name": FieldProblem.TAKEN}
    ),
    "uq_closure_day": lambda: Conflict(ErrorCode.CLOSURE_TAKEN, fields={"day": FieldProblem.TAKEN}),
    "uq_care_team_live": lambda: Conflict(ErrorCode.ALREADY_ON_CARE_TEAM),
    "uq_care_team_usual": ChangedMeanwhile,
    NOTE_SIGNED: lambda: Conflict(ErrorCode.NOTE_SIGNED),
}
"""Constraints that a person can run into; any other breach is a bug or a repeated command."""

_SQLITE_UNIQUE = {
    "saved_filter.created_by, saved_filter.name": "uq_saved_filter_created_by_name",
    "asset.name": "uq_asset_name",
    "visit_type.name": "uq_visit_type_name",
    "doctor_group.name": "uq_doctor_group_name",
    "specialty.parent_id, specialty.name": "uq_specialty_parent_id_name",
    "closure.day": "uq_closure_day",
    "patient.mrn": "uq_patient_mrn",
    "account.username": "uq_account_username",
    "care_team.patient_id, care_team.practitioner_id": "uq_care_team_live",
    "care_team.patient_id": "uq_care_team_usual",
}


@contextmanager
def translated() -> Iterator[None]:
    """Run database work; what it raises leaves as an error of `domain`."""
    try:
        yield
    except StaleDataError:
        raise ChangedMeanwhile() from None
    except TimeoutError:
        raise Unavailable(ErrorCode.DATABASE_BUSY) from None
    except DBAPIError as error:
        refusal = meaning(error)
        _note(refusal, error.orig)
        raise refusal from None
    except (sqlcipher.Error, psycopg.Error) as error:
        refusal = _of_driver(error)
        _note(refusal, error)
        raise refusal from None


def _note(refusal: ClinicError, original: BaseException | None) -> None:
    """To the log: what kind it was, never the driver's message, which quotes values."""
    state = original.sqlstate if isinstance(original, psycopg.Error) else None
    _log.warning("database.fault", code=refusal.code, state=state, constraint=_constraint(original))


def meaning(error: DBAPIError) -> ClinicError:
    """The clinic's error for a database error."""
    original = error.orig
    if isinstance(error, IntegrityError) or _is_exclusion(original):
        name = _constraint(original)
        if name in BY_CONSTRAINT:
            return BY_CONSTRAINT[name]()
        if _is_unique(original):
            return Conflict(ErrorCode.CHANGED_MEANWHILE, constraint=name or "unknown")
        return DatabaseBug(_broken_rule(original))
    return _of_driver(original)


def _is_exclusion(original: BaseException | None) -> bool:
    return isinstance(original, psycopg.Error) and original.sqlstate == "23P01"


def _is_unique(original: BaseException | None) -> bool:
    """Two of what there may be one of: somebody was first, or a command came twice. Other rules are ours to keep."""
    if isinstance(original, psycopg.Error):
        return original.sqlstate == "23505"
    return UNIQUE_COLUMNS.search(driver_message(original) if original else "") is not None


def _broken_rule(original: BaseException | None) -> str:
    """What was broken, without a value: a constraint's name, a state, or SQLite's kind of rule."""
    if isinstance(original, psycopg.Error):
        return original.diag.constraint_name or original.sqlstate or type(original).__name__
    message = driver_message(original) if original else ""
    rule = message.partition(" constraint failed")[0]
    return rule if rule in ("CHECK", "NOT NULL", "FOREIGN KEY") else type(original).__name__


def _constraint(original: BaseException | None) -> str | None:
    if isinstance(original, psycopg.Error):
        return original.diag.constraint_name
    message = driver_message(original) if original else ""
    for rule in (ASSET_NO_OVERLAP, HOLD_ASSET_NO_OVERLAP, NO_OVERLAP, BUSY_BOUNDS, NOTE_SIGNED):
        if rule in message:
            return rule
    if match := UNIQUE_COLUMNS.search(message):
        return _SQLITE_UNIQUE.get(match["columns"], match["columns"])
    return None


_SQLITE_KINDS = (
    ("database is locked", ErrorCode.DATABASE_BUSY),
    ("database table is locked", ErrorCode.DATABASE_BUSY),
    # Somebody else was beginning, ending or changing the schema at that moment, again and again.
    ("locking protocol", ErrorCode.DATABASE_BUSY),
    ("schema has changed", ErrorCode.DATABASE_BUSY),
    ("file is not a database", ErrorCode.DATABASE_KEY_WRONG),
    ("file is encrypted", ErrorCode.DATABASE_KEY_WRONG),
    ("out of memory", ErrorCode.DATABASE_KEY_WRONG),
    ("hmac check failed", ErrorCode.DATABASE_KEY_WRONG),
    ("database or disk is full", ErrorCode.DATABASE_FULL),
    ("readonly", ErrorCode.DATABASE_READ_ONLY),
    ("unable to open", ErrorCode.PROFILE_UNWRITABLE),
    ("malformed", ErrorCode.DATABASE_DAMAGED),
    ("disk i/o error", ErrorCode.DATABASE_IO),
)

_SQLITE_REFUSALS = (
    "no such table",
    "no such column",
    "no such index",
    "no query solution",
    "too many",
    "a transaction",
    "syntax error",
    "has no column",
    "incomplete input",
)

_STATES = {
    "40001": ErrorCode.DATABASE_BUSY,
    "40P01": ErrorCode.DATABASE_BUSY,
    "55P03": ErrorCode.DATABASE_BUSY,
    "53100": ErrorCode.DATABASE_FULL,
    "58030": ErrorCode.DATABASE_IO,
    "25006": ErrorCode.DATABASE_READ_ONLY,
    "57P01": ErrorCode.DATABASE_UNREACHABLE,
    "57P02": ErrorCode.DATABASE_UNREACHABLE,
    "57P03": ErrorCode.DATABASE_UNREACHABLE,
    "53300": ErrorCode.DATABASE_UNREACHABLE,
    "28P01": ErrorCode.DATABASE_UNREACHABLE,
    "28000": ErrorCode.DATABASE_UNREACHABLE,
    "3D000": ErrorCode.DATABASE_UNREACHABLE,
}


def _of_driver(original: BaseException | None) -> ClinicError:
    if isinstance(original, psycopg.Error):
        state = original.sqlstate
        if state in _STATES:
            return Unavailable(_STATES[state], sqlstate=state or "")
        if isinstance(original, psycopg.OperationalError) or (state or "").startswith("08"):
            return Unavailable(ErrorCode.DATABASE_UNREACHABLE, sqlstate=state or "")
        return DatabaseBug(state or type(original).__name__)
    message = (driver_message(original) if original else "").lower()
    for part, code in _SQLITE_KINDS:
        if part in message:
            return Unavailable(code)
    if any(part in message for part in _SQLITE_REFUSALS):
        return DatabaseBug(type(original).__name__)
    kind = getattr(original, "sqlite_errorname", type(original).__name__)
    _log.error("database.unknown_fault", kind=kind)
    return Unavailable(ErrorCode.DATABASE_DAMAGED, sqlite=kind)


class DatabaseBug(ClinicError):
    """A statement the database made no sense of, or a rule of the tables that the program should have kept.

    Our fault, told without a row's values: `state` is an SQLSTATE, a constraint's name or a kind of rule.
    """

    def __init__(self, state: str) -> None:
        super().__init__(ErrorCode.DATABASE_REFUSED, fields=None, state=state)
