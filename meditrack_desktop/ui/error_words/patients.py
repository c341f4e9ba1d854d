"""Patients, their charts and their care teams."""

from collections.abc import Mapping

from meditrack_desktop.domain.errors import ErrorCode
from meditrack_desktop.ui.error_words.marking import QT_TRANSLATE_NOOP

_Code = ErrorCode

WORDS: Mapping[ErrorCode, tuple[str, str]] = {
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
    _Code.CARE_TEAM_NOT_FOUND: (
        QT_TRANSLATE_NOOP("errors", "This doctor is no longer on the care team."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed. Look at the care team again."),
    ),
    _Code.ALREADY_ON_CARE_TEAM: (
        QT_TRANSLATE_NOOP("errors", "This doctor is on the care team already."),
        QT_TRANSLATE_NOOP("errors", "Nothing was changed."),
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
}
