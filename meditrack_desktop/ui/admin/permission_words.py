"""The permissions in people's words, by area: what the grid lists and what a person's pane sums up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui.error_words import QT_TRANSLATE_NOOP

_P = Permission


@dataclass(frozen=True, slots=True)
class Words:
    """`deed` stands in the grid and after "may" ("Book visits"), `verb` in a summary ("book")."""

    deed: str
    verb: str


_AREAS: tuple[tuple[str, tuple[tuple[Permission, str, str], ...]], ...] = (
    (
        QT_TRANSLATE_NOOP("Permissions", "Calendar and booking"),
        (
            (
                _P.VIEW_CALENDAR,
                QT_TRANSLATE_NOOP("Permissions", "See the calendar"),
                QT_TRANSLATE_NOOP("Permissions", "view"),
            ),
            (
                _P.BOOK_APPOINTMENT,
                QT_TRANSLATE_NOOP("Permissions", "Book visits"),
                QT_TRANSLATE_NOOP("Permissions", "book"),
            ),
            (
                _P.MOVE_APPOINTMENT,
                QT_TRANSLATE_NOOP("Permissions", "Move visits"),
                QT_TRANSLATE_NOOP("Permissions", "move"),
            ),
            (
                _P.CANCEL_APPOINTMENT,
                QT_TRANSLATE_NOOP("Permissions", "Cancel visits"),
                QT_TRANSLATE_NOOP("Permissions", "cancel"),
            ),
            (
                _P.SET_APPOINTMENT_STATUS,
                QT_TRANSLATE_NOOP("Permissions", "Check patients in and finish visits"),
                QT_TRANSLATE_NOOP("Permissions", "check in"),
            ),
            (
                _P.OVERBOOK,
                QT_TRANSLATE_NOOP("Permissions", "Book outside hours or twice, with a reason"),
                QT_TRANSLATE_NOOP("Permissions", "overbook"),
            ),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Permissions", "Patient details"),
        (
            (
                _P.VIEW_PATIENTS,
                QT_TRANSLATE_NOOP("Permissions", "Find patients and see their details"),
                QT_TRANSLATE_NOOP("Permissions", "view"),
            ),
            (
                _P.REGISTER_PATIENT,
                QT_TRANSLATE_NOOP("Permissions", "Register patients"),
                QT_TRANSLATE_NOOP("Permissions", "register"),
            ),
            (
                _P.EDIT_PATIENT,
                QT_TRANSLATE_NOOP("Permissions", "Change patients' details"),
                QT_TRANSLATE_NOOP("Permissions", "edit"),
            ),
            (
                _P.ARCHIVE_PATIENT,
                QT_TRANSLATE_NOOP("Permissions", "Archive patients and bring them back"),
                QT_TRANSLATE_NOOP("Permissions", "archive"),
            ),
            (
                _P.MERGE_PATIENTS,
                QT_TRANSLATE_NOOP("Permissions", "Merge records of one person, and undo it"),
                QT_TRANSLATE_NOOP("Permissions", "merge"),
            ),
            (
                _P.VIEW_CARE_TEAM,
                QT_TRANSLATE_NOOP("Permissions", "See who cares for a patient"),
                QT_TRANSLATE_NOOP("Permissions", "see care team"),
            ),
            (
                _P.EDIT_CARE_TEAM,
                QT_TRANSLATE_NOOP("Permissions", "Change who cares for a patient"),
                QT_TRANSLATE_NOOP("Permissions", "edit care team"),
            ),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Permissions", "Charts"),
        (
            (
                _P.RECORD_ALLERGY,
                QT_TRANSLATE_NOOP("Permissions", "Note down allergies"),
                QT_TRANSLATE_NOOP("Permissions", "note allergies"),
            ),
            (
                _P.VIEW_CHART,
                QT_TRANSLATE_NOOP("Permissions", "Read conditions, medication, measurements and notes"),
                QT_TRANSLATE_NOOP("Permissions", "read"),
            ),
            (
                _P.WRITE_CHART,
                QT_TRANSLATE_NOOP("Permissions", "Write in charts and sign notes"),
                QT_TRANSLATE_NOOP("Permissions", "write"),
            ),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Permissions", "Documents"),
        (
            (
                _P.LIST_DOCUMENTS,
                QT_TRANSLATE_NOOP("Permissions", "See which documents there are"),
                QT_TRANSLATE_NOOP("Permissions", "list"),
            ),
            (
                _P.ATTACH_DOCUMENT,
                QT_TRANSLATE_NOOP("Permissions", "Add documents"),
                QT_TRANSLATE_NOOP("Permissions", "add"),
            ),
            (
                _P.OPEN_ADMINISTRATIVE_DOCUMENT,
                QT_TRANSLATE_NOOP("Permissions", "Open identity and insurance papers"),
                QT_TRANSLATE_NOOP("Permissions", "open papers"),
            ),
            (
                _P.OPEN_CLINICAL_DOCUMENT,
                QT_TRANSLATE_NOOP("Permissions", "Open clinical documents"),
                QT_TRANSLATE_NOOP("Permissions", "open clinical"),
            ),
            (
                _P.DELETE_DOCUMENT,
                QT_TRANSLATE_NOOP("Permissions", "Delete documents"),
                QT_TRANSLATE_NOOP("Permissions", "delete"),
            ),
            (
                _P.FILE_INCOMING,
                QT_TRANSLATE_NOOP("Permissions", "Look through the inbox and file what is in it"),
                QT_TRANSLATE_NOOP("Permissions", "inbox"),
            ),
            (
                _P.EDIT_DOCUMENT,
                QT_TRANSLATE_NOOP("Permissions", "Change title, type, date and note of documents"),
                QT_TRANSLATE_NOOP("Permissions", "edit details"),
            ),
            (
                _P.REVIEW_DOCUMENT,
                QT_TRANSLATE_NOOP("Permissions", "Mark documents as reviewed"),
                QT_TRANSLATE_NOOP("Permissions", "review"),
            ),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Permissions", "Doctors and hours"),
        (
            (
                _P.VIEW_DOCTORS,
                QT_TRANSLATE_NOOP("Permissions", "See doctors and their hours"),
                QT_TRANSLATE_NOOP("Permissions", "view"),
            ),
            (
                _P.EDIT_OWN_HOURS,
                QT_TRANSLATE_NOOP("Permissions", "Change their own hours"),
                QT_TRANSLATE_NOOP("Permissions", "own hours"),
            ),
            (
                _P.EDIT_HOURS,
                QT_TRANSLATE_NOOP("Permissions", "Change everybody's hours"),
                QT_TRANSLATE_NOOP("Permissions", "edit hours"),
            ),
            (
                _P.EDIT_DOCTORS,
                QT_TRANSLATE_NOOP("Permissions", "Add doctors and change their details"),
                QT_TRANSLATE_NOOP("Permissions", "edit doctors"),
            ),
            (
                _P.EDIT_VISIT_TYPES,
                QT_TRANSLATE_NOOP("Permissions", "Change kinds of visits, prices, rooms and devices"),
                QT_TRANSLATE_NOOP("Permissions", "kinds of visits"),
            ),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Permissions", "Import and export"),
        (
            (
                _P.IMPORT_PATIENTS,
                QT_TRANSLATE_NOOP("Permissions", "Bring in lists of patients"),
                QT_TRANSLATE_NOOP("Permissions", "import"),
            ),
            (
                _P.EXPORT_PATIENTS,
                QT_TRANSLATE_NOOP("Permissions", "Export lists of patients"),
                QT_TRANSLATE_NOOP("Permissions", "export"),
            ),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Permissions", "Privacy and access"),
        (
            (
                _P.BREAK_GLASS,
                QT_TRANSLATE_NOOP("Permissions", "Open a chart in an emergency, with a reason"),
                QT_TRANSLATE_NOOP("Permissions", "emergencies"),
            ),
            (
                _P.GRANT_ACCESS,
                QT_TRANSLATE_NOOP("Permissions", "Open a patient's chart to a colleague for a while"),
                QT_TRANSLATE_NOOP("Permissions", "grant access"),
            ),
            (
                _P.REVIEW_BREAK_GLASS,
                QT_TRANSLATE_NOOP("Permissions", "Review emergency access"),
                QT_TRANSLATE_NOOP("Permissions", "review"),
            ),
            (
                _P.DISCLOSE_PATIENT,
                QT_TRANSLATE_NOOP("Permissions", "Give a patient's record out"),
                QT_TRANSLATE_NOOP("Permissions", "give out"),
            ),
            (
                _P.RESTRICT_PATIENT,
                QT_TRANSLATE_NOOP("Permissions", "Restrict a patient's record"),
                QT_TRANSLATE_NOOP("Permissions", "restrict"),
            ),
            (
                _P.PURGE_PATIENT,
                QT_TRANSLATE_NOOP("Permissions", "Erase a patient's record, with a second person"),
                QT_TRANSLATE_NOOP("Permissions", "erase"),
            ),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Permissions", "Users and roles"),
        (
            (
                _P.VIEW_ACCOUNTS,
                QT_TRANSLATE_NOOP("Permissions", "See users and roles"),
                QT_TRANSLATE_NOOP("Permissions", "view"),
            ),
            (
                _P.EDIT_ACCOUNTS,
                QT_TRANSLATE_NOOP("Permissions", "Add and change users"),
                QT_TRANSLATE_NOOP("Permissions", "edit users"),
            ),
            (
                _P.EDIT_PERMISSIONS,
                QT_TRANSLATE_NOOP("Permissions", "Change what roles may do"),
                QT_TRANSLATE_NOOP("Permissions", "edit roles"),
            ),
            (
                _P.MANAGE_SESSIONS,
                QT_TRANSLATE_NOOP("Permissions", "End other people's sessions"),
                QT_TRANSLATE_NOOP("Permissions", "end sessions"),
            ),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Permissions", "Clinic, desks and backup"),
        (
            (
                _P.VIEW_SETTINGS,
                QT_TRANSLATE_NOOP("Permissions", "See the clinic's settings"),
                QT_TRANSLATE_NOOP("Permissions", "view settings"),
            ),
            (
                _P.EDIT_SETTINGS,
                QT_TRANSLATE_NOOP("Permissions", "Change the clinic's settings"),
                QT_TRANSLATE_NOOP("Permissions", "edit settings"),
            ),
            (
                _P.MANAGE_WORKSTATIONS,
                QT_TRANSLATE_NOOP("Permissions", "Approve desks and shut them out"),
                QT_TRANSLATE_NOOP("Permissions", "manage desks"),
            ),
            (
                _P.BACK_UP,
                QT_TRANSLATE_NOOP("Permissions", "Make backups"),
                QT_TRANSLATE_NOOP("Permissions", "back up"),
            ),
            (
                _P.RESTORE,
                QT_TRANSLATE_NOOP("Permissions", "Restore a backup"),
                QT_TRANSLATE_NOOP("Permissions", "restore"),
            ),
            (
                _P.ROTATE_KEYS,
                QT_TRANSLATE_NOOP("Permissions", "Change the clinic's keys"),
                QT_TRANSLATE_NOOP("Permissions", "change keys"),
            ),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Permissions", "Audit log"),
        (
            (
                _P.VIEW_AUDIT,
                QT_TRANSLATE_NOOP("Permissions", "Read the audit log"),
                QT_TRANSLATE_NOOP("Permissions", "view"),
            ),
            (
                _P.VIEW_OWN_ACTS,
                QT_TRANSLATE_NOOP("Permissions", "Read what they did themselves"),
                QT_TRANSLATE_NOOP("Permissions", "own acts"),
            ),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Permissions", "Their own account"),
        (
            (
                _P.CHANGE_OWN_PASSWORD,
                QT_TRANSLATE_NOOP("Permissions", "Change their own password"),
                QT_TRANSLATE_NOOP("Permissions", "password"),
            ),
            (
                _P.SEE_OWN_SESSIONS,
                QT_TRANSLATE_NOOP("Permissions", "See and end their own sessions"),
                QT_TRANSLATE_NOOP("Permissions", "own sessions"),
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Area:
    """One heading of the grid with its permissions, in the order they are listed."""

    title: str
    permissions: tuple[Permission, ...]


def areas() -> tuple[Area, ...]:
    """Every permission once, under its area."""
    known = tuple(
        Area(_tr(title), tuple(permission for permission, _, _ in listed)) for title, listed in _AREAS
    )
    rest = tuple(permission for permission in Permission if permission not in _WORDS)
    return (*known, Area(_tr("Other"), rest)) if rest else known


def words(permission: Permission) -> Words:
    """What a permission lets somebody do."""
    found = _WORDS.get(permission)
    if found is None:
        plain = permission.value.replace("_", " ")
        return Words(plain.capitalize(), plain)
    return Words(_tr(found.deed), _tr(found.verb))


def summary(area: Area, held: Iterable[Permission]) -> str:
    """`None`, `Everything`, or the few verbs that are held: `View, add`."""
    mine = set(held)
    verbs = [words(permission).verb for permission in area.permissions if permission in mine]
    if not verbs:
        return _tr("None")
    if len(verbs) == len(area.permissions):
        return _tr("Everything")
    said = ", ".join(verbs)
    return said[:1].upper() + said[1:]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Permissions", text)


_WORDS: dict[Permission, Words] = {
    permission: Words(deed, verb) for _, listed in _AREAS for permission, deed, verb in listed
}
