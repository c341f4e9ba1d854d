"""The words of every refusal: what happened, what was kept, what to do next. No codes, no blame."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.errors import ClinicError, ErrorCode, FieldProblem

_Code = ErrorCode


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Marks a text for translators, under the name their tools look for; translated when it is said."""
    del context
    return text


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
    values = {"seconds": "", "most": "", "least": "", **error.parameters}
    return ErrorWords(_say(title).format(**values), _say(text).format(**values))


def problem_words(problem: FieldProblem, label: str) -> str:
    """What is wrong with one field and what would be right."""
    return _say(PROBLEMS[problem]).format(label=label)


def _say(text: str) -> str:
    return QCoreApplication.translate("errors", text) if text else ""


WORDS: Mapping[ErrorCode, tuple[str, str]] = {
    _Code.AUTHENTICATION_REQUIRED: (
        QT_TRANSLATE_NOOP("errors", "Nobody is signed in."),
        QT_TRANSLATE_NOOP("errors", "Sign in to go on."),
    ),
    _Code.INVALID_CREDENTIALS: (
        QT_TRANSLATE_NOOP("errors", "The name and the password do not belong together."),
        QT_TRANSLATE_NOOP("errors", "Type the password again."),
    ),
    _Code.SESSION_EXPIRED: (
        QT_TRANSLATE_NOOP("errors", "Your session has ended."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Sign in again to go on."),
    ),
    _Code.TOO_MANY_TRIES: (
        QT_TRANSLATE_NOOP("errors", "The password was wrong too often."),
        QT_TRANSLATE_NOOP("errors", "Try again in {seconds} s."),
    ),
    _Code.NOT_PERMITTED: (
        QT_TRANSLATE_NOOP("errors", "Your role does not allow this."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. An administrator can give you the right."),
    ),
    _Code.LAST_ADMINISTRATOR: (
        QT_TRANSLATE_NOOP("errors", "This is the last administrator."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Make somebody else an administrator first."),
    ),
    _Code.ACCOUNT_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This user is no longer here."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Look at the list again."),
    ),
    _Code.USERNAME_TAKEN: (
        QT_TRANSLATE_NOOP("errors", "This user name is taken."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Choose another name."),
    ),
    _Code.WEAK_PASSWORD: (
        QT_TRANSLATE_NOOP("errors", "This password is too easy to guess."),
        QT_TRANSLATE_NOOP("errors", "Four words that do not belong together make a good one."),
    ),
    _Code.PATIENT_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This patient is not in the records."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Search by name, birth date or record number."),
    ),
    _Code.RECORD_NUMBER_TAKEN: (
        QT_TRANSLATE_NOOP("errors", "Another patient has this record number."),
        QT_TRANSLATE_NOOP(
            "errors", "Your entries are kept here. Leave the number empty to get the next one."
        ),
    ),
    _Code.PATIENT_ARCHIVED: (
        QT_TRANSLATE_NOOP("errors", "This patient is archived."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. An administrator can restore the patient first."),
    ),
    _Code.DOCTOR_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This doctor is not in the list."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Choose another doctor."),
    ),
    _Code.DOCTOR_NOT_AVAILABLE: (
        QT_TRANSLATE_NOOP("errors", "The doctor does not work at that time."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Choose a time within the doctor's hours."),
    ),
    _Code.INVALID_APPOINTMENT: (
        QT_TRANSLATE_NOOP("errors", "A visit cannot be like this."),
        QT_TRANSLATE_NOOP("errors", "Nothing was saved. Check the day, the time and the length."),
    ),
    _Code.SLOT_NOT_AVAILABLE: (
        QT_TRANSLATE_NOOP("errors", "That time is already taken."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Choose another time."),
    ),
    _Code.APPOINTMENT_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This visit is no longer in the calendar."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Look at the day again."),
    ),
    _Code.STATUS_NOT_ALLOWED: (
        QT_TRANSLATE_NOOP("errors", "The visit cannot take this step now."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Look at its status again."),
    ),
    _Code.TIME_DOES_NOT_EXIST: (
        QT_TRANSLATE_NOOP("errors", "That time does not exist on that day: the clocks go forward."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Choose a time before or after."),
    ),
    _Code.TIME_IS_AMBIGUOUS: (
        QT_TRANSLATE_NOOP("errors", "That time comes twice on that day: the clocks go back."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Say which of the two is meant."),
    ),
    _Code.PAYMENT_FAILED: (
        QT_TRANSLATE_NOOP("errors", "The payment did not go through."),
        QT_TRANSLATE_NOOP("errors", "Nothing was recorded. Try again or take another method."),
    ),
    _Code.INVALID_PAYMENT: (
        QT_TRANSLATE_NOOP("errors", "The payment could not be verified."),
        QT_TRANSLATE_NOOP("errors", "Nothing was recorded. Check the amount and the method."),
    ),
    _Code.DOCUMENT_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This document is no longer in the chart."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Look at the list of documents again."),
    ),
    _Code.FILE_TYPE_REFUSED: (
        QT_TRANSLATE_NOOP("errors", "Files of this kind are not taken."),
        QT_TRANSLATE_NOOP(
            "errors", "The file was not added and stays where it is. Use PDF, JPEG, PNG or DICOM."
        ),
    ),
    _Code.FILE_TOO_LARGE: (
        QT_TRANSLATE_NOOP("errors", "The file is too large."),
        QT_TRANSLATE_NOOP("errors", "It was not added and stays where it is. Split it or save it smaller."),
    ),
    _Code.FILE_UNREADABLE: (
        QT_TRANSLATE_NOOP("errors", "The file could not be read."),
        QT_TRANSLATE_NOOP("errors", "It was not added and stays where it is. Open it elsewhere to check it."),
    ),
    _Code.FILE_EMPTY: (
        QT_TRANSLATE_NOOP("errors", "The file is empty."),
        QT_TRANSLATE_NOOP("errors", "It was not added. Choose another file."),
    ),
    _Code.FILE_NAME_DISAGREES: (
        QT_TRANSLATE_NOOP("errors", "The file is not what its name says."),
        QT_TRANSLATE_NOOP("errors", "It was not added and stays where it is. Check where it came from."),
    ),
    _Code.FILE_INFECTED: (
        QT_TRANSLATE_NOOP("errors", "The file carries a virus."),
        QT_TRANSLATE_NOOP(
            "errors", "It was not added. Do not open it; tell whoever looks after this computer."
        ),
    ),
    _Code.CARE_TEAM_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This doctor is no longer on the care team."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Look at the care team again."),
    ),
    _Code.ALREADY_ON_CARE_TEAM: (
        QT_TRANSLATE_NOOP("errors", "This doctor is on the care team already."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed."),
    ),
    _Code.CHANGED_MEANWHILE: (
        QT_TRANSLATE_NOOP("errors", "Somebody else changed this a moment ago."),
        QT_TRANSLATE_NOOP(
            "errors", "Your entries are kept here. Compare with what is there now and save again."
        ),
    ),
    _Code.FIELDS_INVALID: (
        QT_TRANSLATE_NOOP("errors", "Some entries need a change."),
        QT_TRANSLATE_NOOP("errors", "Nothing was saved. Your entries are kept here."),
    ),
    _Code.TOO_MANY_RESULTS: (
        QT_TRANSLATE_NOOP("errors", "There is too much to show at once."),
        QT_TRANSLATE_NOOP("errors", "Choose a shorter time or search more closely."),
    ),
    _Code.STOPPED: (
        QT_TRANSLATE_NOOP("errors", "Stopped as you asked."),
        QT_TRANSLATE_NOOP("errors", "What was finished before is kept."),
    ),
    _Code.IMPORT_UNREADABLE: (
        QT_TRANSLATE_NOOP("errors", "The file could not be read as a list of people."),
        QT_TRANSLATE_NOOP("errors", "Nobody was added. Check the file and try again."),
    ),
    _Code.IMPORT_NOT_SUPPORTED: (
        QT_TRANSLATE_NOOP("errors", "Files of this kind cannot be imported."),
        QT_TRANSLATE_NOOP("errors", "Nobody was added. Use CSV or FHIR JSON."),
    ),
    _Code.CLINIC_NOT_SET_UP: (
        QT_TRANSLATE_NOOP("errors", "There is no clinic here yet."),
        QT_TRANSLATE_NOOP("errors", "Set one up with meditrack init, or look around with meditrack demo."),
    ),
    _Code.CLINIC_EXISTS: (
        QT_TRANSLATE_NOOP("errors", "There is a clinic here already."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Choose another folder."),
    ),
    _Code.PROFILE_UNWRITABLE: (
        QT_TRANSLATE_NOOP("errors", "The program may not write into its own folder."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Tell whoever looks after this computer."),
    ),
    _Code.PROFILE_DAMAGED: (
        QT_TRANSLATE_NOOP("errors", "A file that the clinic needs to open is damaged."),
        QT_TRANSLATE_NOOP(
            "errors", "The records themselves were not touched. Restore the file from a backup."
        ),
    ),
    _Code.NOT_IN_THIS_VERSION: (
        QT_TRANSLATE_NOOP("errors", "This version cannot do that yet."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed."),
    ),
    _Code.DATABASE_LOCKED: (
        QT_TRANSLATE_NOOP("errors", "The records are locked."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Sign in to go on."),
    ),
    _Code.DATABASE_KEY_WRONG: (
        QT_TRANSLATE_NOOP("errors", "The records do not open with this clinic's key."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. The recovery kit can help an administrator."),
    ),
    _Code.DATABASE_NEWER: (
        QT_TRANSLATE_NOOP("errors", "The records were written by a newer version."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Install the newer version on this computer."),
    ),
    _Code.DATABASE_OLDER: (
        QT_TRANSLATE_NOOP("errors", "The records must be brought to this version first."),
        QT_TRANSLATE_NOOP(
            "errors", "Nothing was changed. An administrator can do it with meditrack migrate."
        ),
    ),
    _Code.DATABASE_UNREACHABLE: (
        QT_TRANSLATE_NOOP("errors", "The clinic server does not answer."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Check the network and try again."),
    ),
    _Code.DATABASE_BUSY: (
        QT_TRANSLATE_NOOP("errors", "Not saved: the records were busy too long."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Try again."),
    ),
    _Code.DATABASE_FULL: (
        QT_TRANSLATE_NOOP("errors", "Not saved: the disk with the records is full."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Free some space and try again."),
    ),
    _Code.DATABASE_DAMAGED: (
        QT_TRANSLATE_NOOP("errors", "The file with the records is damaged."),
        QT_TRANSLATE_NOOP("errors", "Stop working here and restore the last backup."),
    ),
    _Code.DATABASE_READ_ONLY: (
        QT_TRANSLATE_NOOP("errors", "Not saved: the records can only be read now."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Tell whoever looks after this computer."),
    ),
    _Code.VAULT_LOCKED: (
        QT_TRANSLATE_NOOP("errors", "The documents are locked."),
        QT_TRANSLATE_NOOP("errors", "Sign in with a role that may open them."),
    ),
    _Code.VAULT_DAMAGED: (
        QT_TRANSLATE_NOOP("errors", "The stored document is damaged."),
        QT_TRANSLATE_NOOP("errors", "Nothing of it is shown. Restore it from a backup."),
    ),
    _Code.VAULT_MISSING: (
        QT_TRANSLATE_NOOP("errors", "The file of this document is missing from storage."),
        QT_TRANSLATE_NOOP("errors", "Its entry in the chart is kept. Restore the file from a backup."),
    ),
    _Code.VAULT_FULL: (
        QT_TRANSLATE_NOOP("errors", "Not added: the disk with the documents is full."),
        QT_TRANSLATE_NOOP("errors", "The file stays where it is. Free some space and try again."),
    ),
    _Code.VAULT_UNWRITABLE: (
        QT_TRANSLATE_NOOP("errors", "Not added: the folder with the documents cannot be written."),
        QT_TRANSLATE_NOOP("errors", "The file stays where it is. Tell whoever looks after this computer."),
    ),
    _Code.VAULT_KEY_WRONG: (
        QT_TRANSLATE_NOOP("errors", "The stored document does not open with this clinic's key."),
        QT_TRANSLATE_NOOP("errors", "Nothing of it is shown. The recovery kit can help an administrator."),
    ),
    _Code.VAULT_FOREIGN: (
        QT_TRANSLATE_NOOP("errors", "The stored file belongs to another document."),
        QT_TRANSLATE_NOOP("errors", "Nothing of it is shown. Restore the documents from a backup."),
    ),
    _Code.KEYRING_UNUSABLE: (
        QT_TRANSLATE_NOOP("errors", "This computer does not hand out the clinic's key."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Unlock the computer's keyring and try again."),
    ),
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
