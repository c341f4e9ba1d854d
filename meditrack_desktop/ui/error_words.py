"""The words of every refusal: what happened, what was kept, what to do next. No codes, no blame."""

from collections import defaultdict
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
    values = defaultdict(str, error.parameters)
    return ErrorWords(_say(title).format_map(values), _say(text).format_map(values))


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
    _Code.RELATED_PERSON_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This contact is no longer here."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Look at the patient's contacts again."),
    ),
    _Code.PHOTO_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This patient has no photo."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed."),
    ),
    _Code.PATIENT_MERGED: (
        QT_TRANSLATE_NOOP("errors", "This record was merged into another one."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Open the kept record and work there."),
    ),
    _Code.PATIENT_NOT_PROVISIONAL: (
        QT_TRANSLATE_NOOP("errors", "This record is complete already."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Somebody else completed it meanwhile."),
    ),
    _Code.PATIENT_HAS_HISTORY: (
        QT_TRANSLATE_NOOP("errors", "Something is on this record already."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Nothing was changed. Complete the record instead; two of one person can be merged later.",
        ),
    ),
    _Code.TWIN_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "These two records are no longer in the list."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Somebody may have decided about them meanwhile."),
    ),
    _Code.MERGE_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This merge is not in the records."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed."),
    ),
    _Code.MERGE_WITH_ITSELF: (
        QT_TRANSLATE_NOOP("errors", "A record cannot be merged with itself."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Choose two different patients."),
    ),
    _Code.MERGE_NOT_REVERSIBLE: (
        QT_TRANSLATE_NOOP("errors", "This merge cannot be taken back any more."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. One of the records was erased since."),
    ),
    _Code.LATER_MERGE_FIRST: (
        QT_TRANSLATE_NOOP("errors", "A later merge builds on this one."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Undo the later merge first."),
    ),
    _Code.ERASING_ASKED_FOR: (
        QT_TRANSLATE_NOOP("errors", "Erasing one of these records was asked for."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Settle that request first, under Privacy."),
    ),
    _Code.FILTER_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This filter is no longer here."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed."),
    ),
    _Code.FILTER_NAME_TAKEN: (
        QT_TRANSLATE_NOOP("errors", "You have a filter of that name."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Choose another name."),
    ),
    _Code.CHART_ENTRY_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This entry is not in the chart."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Look at the chart again."),
    ),
    _Code.NOTE_SIGNED: (
        QT_TRANSLATE_NOOP("errors", "This note is signed."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Write an amendment: both stay readable."),
    ),
    _Code.NOTE_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This note is not in the chart."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Look at the chart again."),
    ),
    _Code.ALLERGY_WARNS: (
        QT_TRANSLATE_NOOP("errors", "An allergy is on record."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Mark it as refuted first if it is wrong."),
    ),
    _Code.IMPORT_NEEDS_MAPPING: (
        QT_TRANSLATE_NOOP("errors", "The columns of this file are not known."),
        QT_TRANSLATE_NOOP("errors", "Nothing was read. Say which column is what."),
    ),
    _Code.AGREEMENT_NEEDED: (
        QT_TRANSLATE_NOOP("errors", "Another administrator has to agree."),
        QT_TRANSLATE_NOOP(
            "errors", "Nothing was written. Ask them to type their own name and password at this desk."
        ),
    ),
    _Code.EXPORT_CELL_TOO_LONG: (
        QT_TRANSLATE_NOOP("errors", "A text of {count} characters does not fit into an Excel sheet."),
        QT_TRANSLATE_NOOP("errors", "Nothing was written. Export as CSV instead."),
    ),
    _Code.PRINTER_UNUSABLE: (
        QT_TRANSLATE_NOOP("errors", "Nothing was printed."),
        QT_TRANSLATE_NOOP(
            "errors", "The printer {printer} cannot be used. Choose another one, or save as PDF."
        ),
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
    _Code.SLOT_HELD: (
        QT_TRANSLATE_NOOP("errors", "{who} is booking this time at {desk}."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Choose another time, or wait two minutes."),
    ),
    _Code.ROOM_TAKEN: (
        QT_TRANSLATE_NOOP("errors", "The room or device is in use at that time. {name}"),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Choose another time or room."),
    ),
    _Code.RULE_BROKEN: (
        QT_TRANSLATE_NOOP("errors", "The doctor's booking rules do not allow this visit."),
        QT_TRANSLATE_NOOP("errors", "Nothing was booked. Choose another time, or give a reason to overbook."),
    ),
    _Code.SERIES_BLOCKED: (
        QT_TRANSLATE_NOOP("errors", "{blocked} of the dates cannot be had any more."),
        QT_TRANSLATE_NOOP("errors", "No visit was booked or moved. Look at the dates again."),
    ),
    _Code.NOTHING_TO_UNDO: (
        QT_TRANSLATE_NOOP("errors", "There is nothing to take back."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed."),
    ),
    _Code.UNDO_STALE: (
        QT_TRANSLATE_NOOP("errors", "This was changed since, so it was not taken back."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Look at the visit again."),
    ),
    _Code.HOLD_GONE: (
        QT_TRANSLATE_NOOP("errors", "The slot is no longer held for you."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Choose the time again."),
    ),
    _Code.VISIT_TYPE_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This kind of visit is no longer offered."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Choose another kind of visit."),
    ),
    _Code.ASSET_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This room or device is no longer in use."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Choose another."),
    ),
    _Code.SERIES_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "The visit does not belong to a series."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed."),
    ),
    _Code.CALENDAR_NAME_TAKEN: (
        QT_TRANSLATE_NOOP("errors", "This name is in use already."),
        QT_TRANSLATE_NOOP("errors", "Nothing was saved. Choose another name."),
    ),
    _Code.ABSENCE_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This absence is no longer in the calendar."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Look at the day again."),
    ),
    _Code.CLOSURE_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This closed day is no longer in the calendar."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed."),
    ),
    _Code.SPECIALTY_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This specialty does not exist any more."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed."),
    ),
    _Code.SPECIALTY_LOOP: (
        QT_TRANSLATE_NOOP("errors", "A specialty cannot lie below itself."),
        QT_TRANSLATE_NOOP("errors", "Nothing was saved. Choose another place in the tree."),
    ),
    _Code.CREDENTIAL_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This credential does not exist any more."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed."),
    ),
    _Code.DOCTOR_GROUP_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This group of doctors does not exist any more."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed."),
    ),
    _Code.CLOSURE_TAKEN: (
        QT_TRANSLATE_NOOP("errors", "The clinic is closed on that day already."),
        QT_TRANSLATE_NOOP("errors", "Nothing was saved. Change the closed day that is there."),
    ),
    _Code.WAITLIST_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This entry is no longer on the waitlist."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Look at the list again."),
    ),
    _Code.FOLLOW_UP_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This follow-up is no longer on the list."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Look at the list again."),
    ),
    _Code.DESK_TASK_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This task does not exist any more."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed."),
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
    _Code.EXPORT_TARGET_UNUSABLE: (
        QT_TRANSLATE_NOOP("errors", "The file could not be written there."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Nothing was handed out, and no half-written file is left. Choose another folder or a new name.",
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
    _Code.DATABASE_IO: (
        QT_TRANSLATE_NOOP("errors", "Not saved: the disk with the records could not be read or written."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Your entries are kept here. Tell whoever looks after this computer; the disk may be failing.",
        ),
    ),
    _Code.DATABASE_REFUSED: (
        QT_TRANSLATE_NOOP("errors", "Not saved: the records refused what the program asked."),
        QT_TRANSLATE_NOOP(
            "errors", "This is a fault of the program. Your entries are kept here and nothing was changed."
        ),
    ),
    _Code.DATABASE_DAMAGED: (
        QT_TRANSLATE_NOOP("errors", "The file with the records is damaged."),
        QT_TRANSLATE_NOOP("errors", "Stop working here and restore the last backup."),
    ),
    _Code.DATABASE_READ_ONLY: (
        QT_TRANSLATE_NOOP("errors", "Not saved: the records can only be read now."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Tell whoever looks after this computer."),
    ),
    _Code.DATABASE_MISSING: (
        QT_TRANSLATE_NOOP("errors", "The clinic's database is not where it was."),
        QT_TRANSLATE_NOOP(
            "errors", "Nothing was changed. If the file was moved, put it back; else restore a backup."
        ),
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
    _Code.PASSWORD_AGAIN: (
        QT_TRANSLATE_NOOP("errors", "This asks for your password once more."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed yet. Type it to go on."),
    ),
    _Code.PASSWORD_EXPIRED: (
        QT_TRANSLATE_NOOP("errors", "Choose a password of your own."),
        QT_TRANSLATE_NOOP("errors", "The one you typed was for one sign-in only. Nothing else has changed."),
    ),
    _Code.SECOND_FACTOR_NEEDED: (
        QT_TRANSLATE_NOOP("errors", "One more step: the six digits of your authenticator app."),
        QT_TRANSLATE_NOOP("errors", "Open the app and type the digits it shows now."),
    ),
    _Code.SECOND_FACTOR_WRONG: (
        QT_TRANSLATE_NOOP("errors", "Those six digits are not right any more."),
        QT_TRANSLATE_NOOP("errors", "Wait for the next ones in your authenticator app and type them."),
    ),
    _Code.PIN_WRONG: (
        QT_TRANSLATE_NOOP("errors", "That PIN is not right."),
        QT_TRANSLATE_NOOP("errors", "Tries left: {left}. After that the password is needed."),
    ),
    _Code.RESET_CODE_WRONG: (
        QT_TRANSLATE_NOOP("errors", "That code is not right, was used already or is too old."),
        QT_TRANSLATE_NOOP("errors", "Your old password is unchanged. Ask an administrator for a new code."),
    ),
    _Code.SIGN_IN_CLOSED: (
        QT_TRANSLATE_NOOP("errors", "Signing in is closed for this name at this desk."),
        QT_TRANSLATE_NOOP(
            "errors",
            "There were too many wrong passwords. An administrator can open it again, or sign in at another desk.",
        ),
    ),
    _Code.NOT_IN_CARE: (
        QT_TRANSLATE_NOOP("errors", "This patient is not in your care."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Nothing was opened. Ask to be put on the care team, or open it as an emergency and say why.",
        ),
    ),
    _Code.PERMISSION_KEPT: (
        QT_TRANSLATE_NOOP("errors", "Everybody who signs in needs this."),
        QT_TRANSLATE_NOOP("errors", "It was not taken away. What else you changed is kept."),
    ),
    _Code.NOT_YOURSELF: (
        QT_TRANSLATE_NOOP("errors", "You cannot do this to your own account."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Ask another administrator."),
    ),
    _Code.SECOND_PERSON_NEEDED: (
        QT_TRANSLATE_NOOP("errors", "A second person has to agree to this."),
        QT_TRANSLATE_NOOP("errors", "Your request is kept. Another administrator can approve it."),
    ),
    _Code.DESK_REVOKED: (
        QT_TRANSLATE_NOOP("errors", "This desk may no longer reach the clinic."),
        QT_TRANSLATE_NOOP(
            "errors",
            "An administrator has shut it out. Nothing here was lost; ask an administrator to enrol it again.",
        ),
    ),
    _Code.DESK_NOT_APPROVED: (
        QT_TRANSLATE_NOOP("errors", "This desk waits for an administrator's approval."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Compare the six words with the ones the administrator sees. It opens by itself once approved.",
        ),
    ),
    _Code.SESSION_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "That session is not there any more."),
        QT_TRANSLATE_NOOP("errors", "It may have ended already. Nothing was changed."),
    ),
    _Code.SECOND_FACTOR_MISSING: (
        QT_TRANSLATE_NOOP("errors", "Administrators of this clinic need a second factor."),
        QT_TRANSLATE_NOOP(
            "errors", "Nothing was changed. Set up an authenticator app for your account first."
        ),
    ),
    _Code.MAIL_NOT_SET_UP: (
        QT_TRANSLATE_NOOP("errors", "This desk cannot send mail yet."),
        QT_TRANSLATE_NOOP("errors", "An administrator can name a mail server in the settings."),
    ),
    _Code.MAIL_NOT_SENT: (
        QT_TRANSLATE_NOOP("errors", "The mail could not be sent."),
        QT_TRANSLATE_NOOP(
            "errors",
            "{host} did not take it. Check its name, port, certificate and password, then try again.",
        ),
    ),
    _Code.DESK_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "There is no such desk."),
        QT_TRANSLATE_NOOP("errors", "It may have been shut out already. Nothing was changed."),
    ),
    _Code.PATIENT_RESTRICTED: (
        QT_TRANSLATE_NOOP("errors", "This patient's record is restricted."),
        QT_TRANSLATE_NOOP(
            "errors", "It can be read but not changed. An administrator can lift the restriction."
        ),
    ),
    _Code.PATIENT_PURGED: (
        QT_TRANSLATE_NOOP("errors", "This patient's record was erased."),
        QT_TRANSLATE_NOOP("errors", "Only the fact is kept, not the content."),
    ),
    _Code.RETENTION_NOT_OVER: (
        QT_TRANSLATE_NOOP("errors", "This record must still be kept."),
        QT_TRANSLATE_NOOP(
            "errors",
            "The clinic keeps records until {until}. Nothing was changed; you can restrict it instead.",
        ),
    ),
    _Code.LEGAL_HOLD: (
        QT_TRANSLATE_NOOP("errors", "A legal hold keeps this record."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Lift the hold first."),
    ),
    _Code.ACCESS_GRANT_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "That temporary access is not there any more."),
        QT_TRANSLATE_NOOP("errors", "It may have ended already. Nothing was changed."),
    ),
    _Code.EMERGENCY_ACCESS_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "That emergency access is not there any more."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Open the list again."),
    ),
    _Code.PURGE_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "That request to erase is not there any more."),
        QT_TRANSLATE_NOOP("errors", "It may have been withdrawn or carried out. Nothing was changed."),
    ),
    _Code.DEVICE_SECRET_MISSING: (
        QT_TRANSLATE_NOOP("errors", "This computer has lost its own secret."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Its keyring no longer holds it, so no password opens it here. Nothing is lost; use the recovery kit.",
        ),
    ),
    _Code.DEVICE_PASSPHRASE_NEEDED: (
        QT_TRANSLATE_NOOP("errors", "This computer's passphrase is needed."),
        QT_TRANSLATE_NOOP(
            "errors",
            "The system has no keyring, so the passphrase chosen at set-up protects this desk. Type it to go on.",
        ),
    ),
    _Code.DEVICE_PASSPHRASE_WRONG: (
        QT_TRANSLATE_NOOP("errors", "That is not this computer's passphrase."),
        QT_TRANSLATE_NOOP("errors", "Nothing was opened or changed. Type it again, or use the recovery kit."),
    ),
    _Code.RECOVERY_KEY_WRONG: (
        QT_TRANSLATE_NOOP("errors", "That recovery key does not open this clinic."),
        QT_TRANSLATE_NOOP("errors", "It is mistyped or another clinic's. Nothing was opened or changed."),
    ),
    _Code.RECOVERY_NOT_CONFIRMED: (
        QT_TRANSLATE_NOOP("errors", "Those are not the last 8 characters of the kit."),
        QT_TRANSLATE_NOOP(
            "errors", "Look at the paper you printed or the PDF you saved, and type them again."
        ),
    ),
    _Code.ROTATION_UNFINISHED: (
        QT_TRANSLATE_NOOP("errors", "A change of keys was begun and not finished."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Nothing is lost: old and new keys both open. Start it again; it goes on where it stopped.",
        ),
    ),
    _Code.BACKUP_TARGET_UNUSABLE: (
        QT_TRANSLATE_NOOP("errors", "The backup folder cannot be used."),
        QT_TRANSLATE_NOOP(
            "errors",
            "{folder} is missing or cannot be written. No backup was made; the last one is untouched.",
        ),
    ),
    _Code.BACKUP_FULL: (
        QT_TRANSLATE_NOOP("errors", "The disk for backups is full."),
        QT_TRANSLATE_NOOP(
            "errors",
            "No backup was made; the earlier ones are untouched. Free some space or choose another folder.",
        ),
    ),
    _Code.BACKUP_DAMAGED: (
        QT_TRANSLATE_NOOP("errors", "This backup is damaged."),
        QT_TRANSLATE_NOOP(
            "errors", "{file} is not as it was written. Nothing was changed here; take another backup."
        ),
    ),
    _Code.BACKUP_FOREIGN: (
        QT_TRANSLATE_NOOP("errors", "This backup is another clinic's."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed here. Choose a backup of this clinic."),
    ),
    _Code.BACKUP_NEWER: (
        QT_TRANSLATE_NOOP("errors", "This backup was made by a newer MediTrack."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed here. Update MediTrack, then restore it."),
    ),
    _Code.BACKUP_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "There is no such backup."),
        QT_TRANSLATE_NOOP("errors", "It may have been moved or removed. Nothing was changed here."),
    ),
    _Code.BACKUP_RUNNING: (
        QT_TRANSLATE_NOOP("errors", "A backup or restore is going on already."),
        QT_TRANSLATE_NOOP("errors", "Wait until it has finished, then try again."),
    ),
    _Code.SERVER_NAME_UNKNOWN: (
        QT_TRANSLATE_NOOP("errors", "No computer of that name was found."),
        QT_TRANSLATE_NOOP("errors", "Check the server's name or address: {host}."),
    ),
    _Code.SERVER_PORT_CLOSED: (
        QT_TRANSLATE_NOOP("errors", "The server does not answer on that port."),
        QT_TRANSLATE_NOOP(
            "errors", "{host} was found, but nothing listens on port {port}. Check the port and the firewall."
        ),
    ),
    _Code.SERVER_NOT_ENCRYPTED: (
        QT_TRANSLATE_NOOP("errors", "The server offers no encrypted connection."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Nothing was sent. Switch TLS on at the server, or allow unencrypted connections on a wire you trust.",
        ),
    ),
    _Code.SERVER_CERTIFICATE_WRONG: (
        QT_TRANSLATE_NOOP("errors", "The server's certificate is not one this desk trusts."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Nothing was sent. Choose the clinic's certificate file, and check that it names this server.",
        ),
    ),
    _Code.SERVER_SIGN_IN_REFUSED: (
        QT_TRANSLATE_NOOP("errors", "The server refused that user or password."),
        QT_TRANSLATE_NOOP("errors", "Check the database user and its password."),
    ),
    _Code.SERVER_DATABASE_MISSING: (
        QT_TRANSLATE_NOOP("errors", "There is no such database on the server."),
        QT_TRANSLATE_NOOP("errors", "Ask for a database called {database} to be made, or correct its name."),
    ),
    _Code.SERVER_TOO_OLD: (
        QT_TRANSLATE_NOOP("errors", "The server's PostgreSQL is too old."),
        QT_TRANSLATE_NOOP("errors", "Version 15 or newer is needed. Nothing was changed."),
    ),
    _Code.SERVER_LACKS_RIGHTS: (
        QT_TRANSLATE_NOOP("errors", "That database user may not create tables there."),
        QT_TRANSLATE_NOOP(
            "errors", "Give it the right to create in the database, then test again. Nothing was changed."
        ),
    ),
    _Code.SERVER_NOT_POSTGRES: (
        QT_TRANSLATE_NOOP("errors", "What answers there is no PostgreSQL server."),
        QT_TRANSLATE_NOOP("errors", "Check the name {host} and the port {port}. Nothing was sent."),
    ),
    _Code.SERVER_NOT_EMPTY: (
        QT_TRANSLATE_NOOP("errors", "Something else lies in that database."),
        QT_TRANSLATE_NOOP(
            "errors", "Nothing was changed. Ask for an empty database instead of {database}, and test again."
        ),
    ),
    _Code.PROFILE_ON_NETWORK: (
        QT_TRANSLATE_NOOP("errors", "A network drive is not safe for the clinic's database."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Nothing was changed. Keep the data on this computer's own disk, or on a clinic server: {folder}",
        ),
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
