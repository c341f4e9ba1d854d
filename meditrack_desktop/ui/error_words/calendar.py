"""The calendar, doctors, and what the front desk keeps in mind."""

from collections.abc import Mapping

from meditrack_desktop.domain.errors import ErrorCode
from meditrack_desktop.ui.error_words.marking import QT_TRANSLATE_NOOP

_Code = ErrorCode

WORDS: Mapping[ErrorCode, tuple[str, str]] = {
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
        QT_TRANSLATE_NOOP("errors", "A room or device of the visit is in use at that time."),
        QT_TRANSLATE_NOOP("errors", "Your entries are kept here. Choose another time or room. {name}"),
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
}
