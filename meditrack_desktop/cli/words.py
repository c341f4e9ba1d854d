"""The command line's words for every refusal: one sentence each, the same codes as everywhere."""

from __future__ import annotations

from meditrack_desktop.domain.errors import ClinicError, ErrorCode, FieldProblem

_E = ErrorCode

WORDS: dict[ErrorCode, str] = {
    _E.AUTHENTICATION_REQUIRED: "Sign in first: give --user NAME and --password-stdin.",
    _E.INVALID_CREDENTIALS: "The name or the password is not right.",
    _E.SESSION_EXPIRED: "The session has ended. Sign in again.",
    _E.TOO_MANY_TRIES: "Too many wrong passwords from this computer. Try again in {seconds} s.",
    _E.NOT_PERMITTED: "This account may not do that (it lacks {permission}).",
    _E.LAST_ADMINISTRATOR: "The last administrator cannot be removed.",
    _E.ACCOUNT_NOT_FOUND: "There is no such account.",
    _E.USERNAME_TAKEN: "That user name is in use already.",
    _E.WEAK_PASSWORD: "The password is too easy to guess or too short: use at least 10 characters, several words.",
    _E.PATIENT_NOT_FOUND: "There is no such patient.",
    _E.RECORD_NUMBER_TAKEN: "That record number belongs to another patient.",
    _E.PATIENT_ARCHIVED: "The patient is archived. Restore the record first.",
    _E.DOCTOR_NOT_FOUND: "There is no such doctor.",
    _E.DOCTOR_NOT_AVAILABLE: "The doctor does not work at that time.",
    _E.INVALID_APPOINTMENT: "The appointment's time is not possible.",
    _E.SLOT_NOT_AVAILABLE: "The doctor has another visit at that time.",
    _E.APPOINTMENT_NOT_FOUND: "There is no such appointment.",
    _E.STATUS_NOT_ALLOWED: "A visit that is {now} cannot be changed like that.",
    _E.TIME_DOES_NOT_EXIST: "Clocks skip that time in {zone} on that day.",
    _E.TIME_IS_AMBIGUOUS: "Clocks show that time twice in {zone} on that day; say which is meant.",
    _E.PAYMENT_FAILED: "The payment failed.",
    _E.INVALID_PAYMENT: "The payment could not be verified.",
    _E.DOCUMENT_NOT_FOUND: "There is no such document.",
    _E.FILE_TYPE_REFUSED: "The file is not a PDF, PNG, JPEG or TIFF. Nothing was stored.",
    _E.FILE_TOO_LARGE: "The file is larger than this clinic stores. Nothing was stored.",
    _E.FILE_UNREADABLE: "The file is damaged or cut off. Nothing was stored.",
    _E.FILE_EMPTY: "The file is empty. Nothing was stored.",
    _E.FILE_NAME_DISAGREES: "The file's name says another type than its content. Nothing was stored.",
    _E.FILE_INFECTED: "The virus scanner refused the file. Nothing was stored.",
    _E.CARE_TEAM_NOT_FOUND: "That doctor is not on the patient's care team.",
    _E.ALREADY_ON_CARE_TEAM: "That doctor is on the patient's care team already.",
    _E.CHANGED_MEANWHILE: "Somebody else changed the record meanwhile. Nothing was overwritten.",
    _E.FIELDS_INVALID: "Some values are not right: {fields}.",
    _E.TOO_MANY_RESULTS: "There are too many results. Narrow the search.",
    _E.STOPPED: "Stopped as asked. What was finished before is kept.",
    _E.IMPORT_UNREADABLE: "The file could not be read: {reason}",
    _E.IMPORT_NOT_SUPPORTED: "The file was not taken: {reason}",
    _E.CLINIC_NOT_SET_UP: "There is no clinic in this profile yet. Run meditrack init or meditrack demo.",
    _E.CLINIC_EXISTS: "There is a clinic here already. Nothing was changed.",
    _E.PROFILE_UNWRITABLE: "The profile folder cannot be written: {folder}. Nothing was changed.",
    _E.PROFILE_DAMAGED: "A file of the profile is damaged: {file}. Nothing was changed.",
    _E.NOT_IN_THIS_VERSION: "meditrack {command} is not in this version.",
    _E.DATABASE_LOCKED: "The database is locked. Sign in first.",
    _E.DATABASE_KEY_WRONG: "The key does not open this database. Nothing was changed.",
    _E.DATABASE_NEWER: "The data was written by a newer version of MediTrack. Nothing was changed.",
    _E.DATABASE_OLDER: "The data was written by an older version of MediTrack. Run meditrack migrate first.",
    _E.DATABASE_UNREACHABLE: "The clinic's database server does not answer. Nothing was changed.",
    _E.DATABASE_BUSY: "The database is busy with somebody else's work. Nothing was changed; try again.",
    _E.DATABASE_FULL: "The disk with the database is full. Nothing was changed.",
    _E.DATABASE_DAMAGED: "The database is damaged or does not fit this program. Nothing was changed.",
    _E.DATABASE_READ_ONLY: "The database can only be read. Nothing was changed.",
    _E.VAULT_LOCKED: "The documents are locked. Sign in first.",
    _E.VAULT_DAMAGED: "The stored document is not what was stored: it is damaged or was exchanged. It was not opened.",
    _E.VAULT_MISSING: "The stored document or its folder is missing.",
    _E.VAULT_FULL: "The disk with the documents is full. Nothing was stored.",
    _E.VAULT_UNWRITABLE: "The folder of documents cannot be written. Nothing was stored.",
    _E.VAULT_KEY_WRONG: "The key does not open this document.",
    _E.VAULT_FOREIGN: "The folder of documents belongs to another clinic.",
    _E.KEYRING_UNUSABLE: "The system's keyring cannot be used. Nothing was changed.",
}

PROBLEMS: dict[FieldProblem, str] = {
    FieldProblem.REQUIRED: "is missing",
    FieldProblem.TOO_LONG: "is too long",
    FieldProblem.TOO_SHORT: "is too short",
    FieldProblem.MALFORMED: "is not well formed",
    FieldProblem.IN_THE_FUTURE: "lies in the future",
    FieldProblem.TOO_OLD: "lies too far back",
    FieldProblem.NOT_A_DATE: "is not a date",
    FieldProblem.NOT_A_TIME: "is not a time",
    FieldProblem.OUT_OF_RANGE: "is out of range",
    FieldProblem.CONTROL_CHARACTERS: "holds control characters",
    FieldProblem.TAKEN: "is in use already",
    FieldProblem.TOO_WEAK: "is too easy to guess",
    FieldProblem.UNKNOWN: "is not known",
}


class _Blanks(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"


def sentence(error: ClinicError) -> str:
    """What to print for `error`."""
    fields = ", ".join(f"{name} {PROBLEMS[problem]}" for name, problem in error.fields.items())
    return WORDS[error.code].format_map(_Blanks({"fields": fields, **error.parameters}))
