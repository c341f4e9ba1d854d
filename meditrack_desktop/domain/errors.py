"""What can go wrong, by meaning: five kinds, each error with a stable code and parameters.

No words for people and no HTTP here: each face has one place that turns a code into its own words.
Codes like AUTH_002 are the customer's and keep their spelling.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class ErrorCode(StrEnum):
    """Stable names of refusals. Faces key their words by these; never reuse one for another meaning."""

    AUTHENTICATION_REQUIRED = "AUTH_001"
    INVALID_CREDENTIALS = "AUTH_002"
    SESSION_EXPIRED = "AUTH_003"
    TOO_MANY_TRIES = "AUTH_004"
    NOT_PERMITTED = "AUTH_005"
    LAST_ADMINISTRATOR = "AUTH_006"
    PASSWORD_AGAIN = "AUTH_007"
    PASSWORD_EXPIRED = "AUTH_008"
    SECOND_FACTOR_NEEDED = "AUTH_009"
    SECOND_FACTOR_WRONG = "AUTH_010"
    PIN_WRONG = "AUTH_011"
    RESET_CODE_WRONG = "AUTH_012"
    SIGN_IN_CLOSED = "AUTH_013"
    NOT_IN_CARE = "AUTH_014"
    NOT_YOURSELF = "AUTH_015"
    SECOND_PERSON_NEEDED = "AUTH_016"
    DESK_REVOKED = "AUTH_017"
    DESK_NOT_APPROVED = "AUTH_018"
    SESSION_NOT_FOUND = "AUTH_019"
    SECOND_FACTOR_MISSING = "AUTH_020"
    DESK_NOT_FOUND = "AUTH_021"
    PERMISSION_KEPT = "AUTH_022"
    ACCOUNT_NOT_FOUND = "USER_001"
    USERNAME_TAKEN = "USER_002"
    WEAK_PASSWORD = "USER_003"
    PATIENT_NOT_FOUND = "PAT_001"
    RECORD_NUMBER_TAKEN = "PAT_002"
    PATIENT_ARCHIVED = "PAT_003"
    PATIENT_RESTRICTED = "PAT_004"
    PATIENT_PURGED = "PAT_005"
    RETENTION_NOT_OVER = "PAT_006"
    LEGAL_HOLD = "PAT_007"
    PURGE_NOT_FOUND = "PAT_008"
    EMERGENCY_ACCESS_NOT_FOUND = "PAT_009"
    ACCESS_GRANT_NOT_FOUND = "PAT_010"
    RELATED_PERSON_NOT_FOUND = "PAT_011"
    PHOTO_NOT_FOUND = "PAT_012"
    PATIENT_MERGED = "PAT_013"
    PATIENT_NOT_PROVISIONAL = "PAT_014"
    TWIN_NOT_FOUND = "PAT_015"
    MERGE_NOT_FOUND = "PAT_016"
    MERGE_WITH_ITSELF = "PAT_017"
    MERGE_NOT_REVERSIBLE = "PAT_018"
    FILTER_NOT_FOUND = "PAT_019"
    FILTER_NAME_TAKEN = "PAT_020"
    PATIENT_HAS_HISTORY = "PAT_021"
    LATER_MERGE_FIRST = "PAT_022"
    ERASING_ASKED_FOR = "PAT_023"
    CHART_ENTRY_NOT_FOUND = "CHART_001"
    NOTE_SIGNED = "CHART_002"
    NOTE_NOT_FOUND = "CHART_003"
    ALLERGY_WARNS = "CHART_004"
    DOCTOR_NOT_FOUND = "DOC_001"
    DOCTOR_NOT_AVAILABLE = "DOC_002"
    ABSENCE_NOT_FOUND = "DOC_003"
    CLOSURE_NOT_FOUND = "DOC_004"
    SPECIALTY_NOT_FOUND = "DOC_005"
    SPECIALTY_LOOP = "DOC_006"
    CREDENTIAL_NOT_FOUND = "DOC_007"
    DOCTOR_GROUP_NOT_FOUND = "DOC_008"
    CLOSURE_TAKEN = "DOC_009"
    WAITLIST_NOT_FOUND = "DESK_010"
    FOLLOW_UP_NOT_FOUND = "DESK_011"
    DESK_TASK_NOT_FOUND = "DESK_012"
    INVALID_APPOINTMENT = "APPT_001"
    SLOT_NOT_AVAILABLE = "APPT_002"
    APPOINTMENT_NOT_FOUND = "APPT_003"
    STATUS_NOT_ALLOWED = "APPT_004"
    TIME_DOES_NOT_EXIST = "APPT_005"
    TIME_IS_AMBIGUOUS = "APPT_006"
    SLOT_HELD = "APPT_007"
    ROOM_TAKEN = "APPT_008"
    RULE_BROKEN = "APPT_009"
    SERIES_BLOCKED = "APPT_010"
    NOTHING_TO_UNDO = "APPT_011"
    UNDO_STALE = "APPT_012"
    VISIT_TYPE_NOT_FOUND = "APPT_014"
    ASSET_NOT_FOUND = "APPT_015"
    SERIES_NOT_FOUND = "APPT_016"
    CALENDAR_NAME_TAKEN = "APPT_017"
    PAYMENT_FAILED = "PAY_001"
    INVALID_PAYMENT = "PAY_002"
    DOCUMENT_NOT_FOUND = "FILE_001"
    FILE_TYPE_REFUSED = "FILE_002"
    FILE_TOO_LARGE = "FILE_003"
    FILE_UNREADABLE = "FILE_004"
    FILE_EMPTY = "FILE_005"
    FILE_NAME_DISAGREES = "FILE_006"
    FILE_INFECTED = "FILE_007"
    EXPORT_TARGET_UNUSABLE = "FILE_008"
    FILE_NAMES_ANOTHER = "FILE_009"
    FILE_NOT_SCANNED = "FILE_010"
    DOCUMENTS_A_DAY = "FILE_011"
    INCOMING_NOT_FOUND = "FILE_012"
    INCOMING_ENDED = "FILE_013"
    FILE_NOT_DIVISIBLE = "FILE_014"
    DOCUMENT_SUPERSEDED = "FILE_015"
    UNFILING_TOO_LATE = "FILE_016"
    EXAMINER_FAILED = "FILE_017"
    FILE_NOT_STORED_YET = "FILE_018"
    SCAN_FOLDER_UNUSABLE = "FILE_019"
    FILE_ASKS_PASSWORD = "FILE_020"
    RECOGNITION_FAILED = "FILE_021"
    NO_TEXT_RECOGNITION = "FILE_022"
    FILE_SEVERAL_STUDIES = "FILE_023"
    DOCUMENT_IN_USE = "FILE_024"
    DOCUMENT_REVIEWED = "FILE_025"
    CARE_TEAM_NOT_FOUND = "CARE_001"
    ALREADY_ON_CARE_TEAM = "CARE_002"
    CHANGED_MEANWHILE = "DATA_001"
    FIELDS_INVALID = "DATA_002"
    TOO_MANY_RESULTS = "DATA_003"
    STOPPED = "DATA_004"
    IMPORT_UNREADABLE = "IMP_001"
    IMPORT_NOT_SUPPORTED = "IMP_002"
    IMPORT_NEEDS_MAPPING = "IMP_003"
    PRINTER_UNUSABLE = "PRINT_001"
    AGREEMENT_NEEDED = "EXP_001"
    EXPORT_CELL_TOO_LONG = "EXP_002"
    CLINIC_NOT_SET_UP = "CLINIC_001"
    CLINIC_EXISTS = "CLINIC_002"
    PROFILE_UNWRITABLE = "CLINIC_003"
    PROFILE_DAMAGED = "CLINIC_004"
    NOT_IN_THIS_VERSION = "CLINIC_005"
    PROFILE_ON_NETWORK = "CLINIC_006"
    DATABASE_LOCKED = "DB_001"
    DATABASE_KEY_WRONG = "DB_002"
    DATABASE_NEWER = "DB_003"
    DATABASE_OLDER = "DB_004"
    DATABASE_UNREACHABLE = "DB_005"
    DATABASE_BUSY = "DB_006"
    DATABASE_FULL = "DB_007"
    DATABASE_DAMAGED = "DB_008"
    DATABASE_READ_ONLY = "DB_009"
    DATABASE_MISSING = "DB_020"
    DATABASE_IO = "DB_021"
    DATABASE_REFUSED = "DB_022"
    VAULT_LOCKED = "VAULT_001"
    VAULT_DAMAGED = "VAULT_002"
    VAULT_MISSING = "VAULT_003"
    VAULT_FULL = "VAULT_004"
    VAULT_UNWRITABLE = "VAULT_005"
    VAULT_KEY_WRONG = "VAULT_006"
    VAULT_FOREIGN = "VAULT_007"
    VAULT_ACCESS_NEEDED = "VAULT_008"
    VAULT_ACCESS_REFUSED = "VAULT_009"
    KEYRING_UNUSABLE = "KEY_001"
    DEVICE_SECRET_MISSING = "KEY_002"
    DEVICE_PASSPHRASE_NEEDED = "KEY_003"
    DEVICE_PASSPHRASE_WRONG = "KEY_004"
    RECOVERY_KEY_WRONG = "KEY_005"
    RECOVERY_NOT_CONFIRMED = "KEY_006"
    ROTATION_UNFINISHED = "KEY_007"
    BACKUP_TARGET_UNUSABLE = "BACKUP_001"
    BACKUP_FULL = "BACKUP_002"
    BACKUP_DAMAGED = "BACKUP_003"
    BACKUP_FOREIGN = "BACKUP_004"
    BACKUP_NEWER = "BACKUP_005"
    BACKUP_NOT_FOUND = "BACKUP_006"
    BACKUP_RUNNING = "BACKUP_007"
    SERVER_NAME_UNKNOWN = "SERVER_001"
    SERVER_PORT_CLOSED = "SERVER_002"
    SERVER_NOT_ENCRYPTED = "SERVER_003"
    SERVER_CERTIFICATE_WRONG = "SERVER_004"
    SERVER_SIGN_IN_REFUSED = "SERVER_005"
    SERVER_DATABASE_MISSING = "SERVER_006"
    SERVER_TOO_OLD = "SERVER_007"
    SERVER_LACKS_RIGHTS = "SERVER_008"
    MAIL_NOT_SET_UP = "MAIL_001"
    MAIL_NOT_SENT = "MAIL_002"
    SERVER_NOT_POSTGRES = "SERVER_009"
    SERVER_NOT_EMPTY = "SERVER_010"


class FieldProblem(StrEnum):
    """What is wrong with one typed value; faces turn it into a sentence beside the field."""

    REQUIRED = "required"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    MALFORMED = "malformed"
    IN_THE_FUTURE = "in_the_future"
    TOO_OLD = "too_old"
    NOT_A_DATE = "not_a_date"
    NOT_A_TIME = "not_a_time"
    OUT_OF_RANGE = "out_of_range"
    CONTROL_CHARACTERS = "control_characters"
    TAKEN = "taken"
    TOO_WEAK = "too_weak"
    UNKNOWN = "unknown"


class ClinicError(Exception):
    """Base of every refusal that crosses a floor. Parameters carry ids and numbers, never patient data.

    One exception is `fields`, which only ever names fields, not their values. The other is FILE_NAMES_ANOTHER, which
    a person has to compare: whom it names is in its words and never in its `repr`, which a log could keep.
    """

    def __init__(
        self,
        code: ErrorCode,
        *,
        fields: Mapping[str, FieldProblem] | None = None,
        **parameters: str | int,
    ) -> None:
        super().__init__(code.value)
        self.code = code
        self.fields: Mapping[str, FieldProblem] = dict(fields or {})
        self.parameters: Mapping[str, str | int] = parameters

    def __repr__(self) -> str:
        personal = self.code is ErrorCode.FILE_NAMES_ANOTHER
        told = sorted(self.parameters) if personal else dict(self.parameters)
        return f"{type(self).__name__}({self.code.value}, {told!r}, fields={list(self.fields)})"


class Invalid(ClinicError):
    """The request is not well formed or breaks a rule of the clinic. Faces: 400/422, field marks."""


class NotAuthenticated(ClinicError):
    """Nobody is signed in, or the session ended. Faces: 401, the sign-in window."""


class NotAllowed(ClinicError):
    """The actor lacks the permission. Faces: 403. Carries no data about the object asked for."""


class NotFound(ClinicError):
    """No such record (or none the actor may know of: both look alike). Faces: 404."""


class Conflict(ClinicError):
    """Somebody else was first: a slot taken, a stale version, a name in use. Faces: 409."""


class Unavailable(ClinicError):
    """The world's fault: disk, network, key or database. Nothing was changed. Faces: 503, retry."""


class SlotTaken(Conflict):
    """The doctor already has a visit at that time (APPT_002)."""

    def __init__(self, **parameters: str | int) -> None:
        super().__init__(ErrorCode.SLOT_NOT_AVAILABLE, fields=None, **parameters)


class OutsideHours(Invalid):
    """The doctor does not work at that time (DOC_002)."""

    def __init__(self, **parameters: str | int) -> None:
        super().__init__(ErrorCode.DOCTOR_NOT_AVAILABLE, fields=None, **parameters)


class ChangedMeanwhile(Conflict):
    """The record has a newer version than the one the caller saw (DATA_001)."""

    def __init__(self, **parameters: str | int) -> None:
        super().__init__(ErrorCode.CHANGED_MEANWHILE, fields=None, **parameters)


class Stopped(ClinicError):
    """The person asked a long run to stop. Not a fault: faces say what was kept."""

    def __init__(self, **parameters: str | int) -> None:
        super().__init__(ErrorCode.STOPPED, fields=None, **parameters)


def invalid_fields(**problems: FieldProblem) -> Invalid:
    """An `Invalid` that names the fields at fault, as a form expects it."""
    return Invalid(ErrorCode.FIELDS_INVALID, fields=problems)
