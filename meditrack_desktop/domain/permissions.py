"""Who may do what: permissions, the three roles that ship, and the grid that joins them.

The grid is kept in the database so that a clinic can change it; `TEMPLATES` is what a new clinic gets
(security.md 4.3). Nothing is allowed that is not listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """A person holds a set of these: an owner is often doctor and admin."""

    RECEPTIONIST = "receptionist"
    DOCTOR = "doctor"
    ADMIN = "admin"


class Permission(StrEnum):
    """One per thing a person can ask of the clinic. The value is stored; never change one."""

    VIEW_PATIENTS = "view_patients"
    REGISTER_PATIENT = "register_patient"
    EDIT_PATIENT = "edit_patient"
    ARCHIVE_PATIENT = "archive_patient"
    IMPORT_PATIENTS = "import_patients"
    EXPORT_PATIENTS = "export_patients"
    MERGE_PATIENTS = "merge_patients"
    RECORD_ALLERGY = "record_allergy"
    VIEW_CHART = "view_chart"
    WRITE_CHART = "write_chart"
    VIEW_CARE_TEAM = "view_care_team"
    EDIT_CARE_TEAM = "edit_care_team"
    VIEW_DOCTORS = "view_doctors"
    EDIT_DOCTORS = "edit_doctors"
    EDIT_HOURS = "edit_hours"
    EDIT_OWN_HOURS = "edit_own_hours"
    VIEW_CALENDAR = "view_calendar"
    BOOK_APPOINTMENT = "book_appointment"
    MOVE_APPOINTMENT = "move_appointment"
    CANCEL_APPOINTMENT = "cancel_appointment"
    SET_APPOINTMENT_STATUS = "set_appointment_status"
    OVERBOOK = "overbook"
    EDIT_VISIT_TYPES = "edit_visit_types"
    LIST_DOCUMENTS = "list_documents"
    ATTACH_DOCUMENT = "attach_document"
    OPEN_CLINICAL_DOCUMENT = "open_clinical_document"
    OPEN_ADMINISTRATIVE_DOCUMENT = "open_administrative_document"
    DELETE_DOCUMENT = "delete_document"
    FILE_INCOMING = "file_incoming"
    EDIT_DOCUMENT = "edit_document"
    REVIEW_DOCUMENT = "review_document"
    VIEW_ACCOUNTS = "view_accounts"
    EDIT_ACCOUNTS = "edit_accounts"
    EDIT_PERMISSIONS = "edit_permissions"
    VIEW_AUDIT = "view_audit"
    VIEW_SETTINGS = "view_settings"
    EDIT_SETTINGS = "edit_settings"
    CHANGE_OWN_PASSWORD = "change_own_password"
    SEE_OWN_SESSIONS = "see_own_sessions"
    MANAGE_SESSIONS = "manage_sessions"
    MANAGE_WORKSTATIONS = "manage_workstations"
    VIEW_OWN_ACTS = "view_own_acts"
    BREAK_GLASS = "break_glass"
    REVIEW_BREAK_GLASS = "review_break_glass"
    GRANT_ACCESS = "grant_access"
    DISCLOSE_PATIENT = "disclose_patient"
    RESTRICT_PATIENT = "restrict_patient"
    PURGE_PATIENT = "purge_patient"
    BACK_UP = "back_up"
    RESTORE = "restore"
    ROTATE_KEYS = "rotate_keys"


STEP_UP: frozenset[Permission] = frozenset(
    {
        Permission.ARCHIVE_PATIENT,
        Permission.MERGE_PATIENTS,
        Permission.EXPORT_PATIENTS,
        Permission.EDIT_ACCOUNTS,
        Permission.EDIT_PERMISSIONS,
        Permission.EDIT_SETTINGS,
        Permission.MANAGE_SESSIONS,
        Permission.MANAGE_WORKSTATIONS,
        Permission.RESTRICT_PATIENT,
        Permission.PURGE_PATIENT,
        Permission.BACK_UP,
        Permission.RESTORE,
        Permission.ROTATE_KEYS,
    }
)
"""What asks for the password again when it was last typed a while ago (security.md 4.3, "^")."""


_P = Permission

_EVERYONE = frozenset(
    {_P.VIEW_DOCTORS, _P.VIEW_CALENDAR, _P.VIEW_SETTINGS, _P.CHANGE_OWN_PASSWORD, _P.SEE_OWN_SESSIONS}
)

_DESK_WORK = frozenset(
    {
        _P.VIEW_PATIENTS,
        _P.REGISTER_PATIENT,
        _P.EDIT_PATIENT,
        _P.RECORD_ALLERGY,
        _P.VIEW_CARE_TEAM,
        _P.EDIT_CARE_TEAM,
        _P.BOOK_APPOINTMENT,
        _P.MOVE_APPOINTMENT,
        _P.CANCEL_APPOINTMENT,
        _P.SET_APPOINTMENT_STATUS,
        _P.OVERBOOK,
        _P.LIST_DOCUMENTS,
        _P.ATTACH_DOCUMENT,
        _P.OPEN_ADMINISTRATIVE_DOCUMENT,
        _P.FILE_INCOMING,
        _P.EDIT_DOCUMENT,
        _P.DISCLOSE_PATIENT,
    }
)

TEMPLATES: Mapping[Role, frozenset[Permission]] = {
    Role.RECEPTIONIST: _EVERYONE | _DESK_WORK | {_P.EDIT_HOURS},
    Role.DOCTOR: _EVERYONE
    | _DESK_WORK
    | {
        _P.VIEW_CHART,
        _P.WRITE_CHART,
        _P.OPEN_CLINICAL_DOCUMENT,
        _P.DELETE_DOCUMENT,
        _P.REVIEW_DOCUMENT,
        _P.EDIT_OWN_HOURS,
        _P.VIEW_OWN_ACTS,
        _P.BREAK_GLASS,
        _P.GRANT_ACCESS,
    },
    Role.ADMIN: _EVERYONE
    | {
        _P.VIEW_PATIENTS,
        _P.ARCHIVE_PATIENT,
        _P.MERGE_PATIENTS,
        _P.IMPORT_PATIENTS,
        _P.EXPORT_PATIENTS,
        _P.VIEW_CARE_TEAM,
        _P.EDIT_DOCTORS,
        _P.EDIT_VISIT_TYPES,
        _P.LIST_DOCUMENTS,
        _P.VIEW_ACCOUNTS,
        _P.EDIT_ACCOUNTS,
        _P.EDIT_PERMISSIONS,
        _P.VIEW_AUDIT,
        _P.EDIT_SETTINGS,
        _P.EDIT_HOURS,
        _P.MANAGE_SESSIONS,
        _P.MANAGE_WORKSTATIONS,
        _P.BREAK_GLASS,
        _P.REVIEW_BREAK_GLASS,
        _P.GRANT_ACCESS,
        _P.DISCLOSE_PATIENT,
        _P.RESTRICT_PATIENT,
        _P.PURGE_PATIENT,
        _P.BACK_UP,
        _P.RESTORE,
        _P.ROTATE_KEYS,
    },
}
