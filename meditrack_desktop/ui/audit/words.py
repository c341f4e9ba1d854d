"""The audit log in words: actions, what they were done to, and what changed."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QLocale

from meditrack_desktop.domain.audit import (
    ActionGroup,
    AuditEvent,
    AuditLine,
    Breach,
    BreachKind,
    Outcome,
    Step,
    Subject,
    SubjectState,
    Witness,
)
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.ui.widgets.date_text import format_date, format_day


def _tr(text: str) -> str:
    return QCoreApplication.translate("Audit", text)


def count_text(count: int) -> str:
    """`182,107` in the locale's own way."""
    return QLocale().toString(count)


def date_text(day: date) -> str:
    """`18 Nov 2026`: never to be misread."""
    return format_date(day)


def time_text(instant: datetime, zone: ZoneInfo, *, with_day: bool) -> str:
    """`10:41:52` on the clinic's clock, `18 Nov 10:41` if the day is not clear from elsewhere."""
    wall = to_wall(instant, zone)
    return visit_text(wall) if with_day else f"{wall:%H:%M:%S}"


def moment_text(instant: datetime, zone: ZoneInfo) -> str:
    """`18 Nov 2026, 10:36:18` on the clinic's clock."""
    wall = to_wall(instant, zone)
    return f"{date_text(wall.date())}, {wall:%H:%M:%S}"


def visit_text(wall: datetime) -> str:
    """`18 Nov 09:00`, of a time on the clinic's clock."""
    return f"{format_day(wall)} {wall:%H:%M}"


def group_words() -> dict[ActionGroup, str]:
    """The kinds of deeds as the filter offers them."""
    return {
        ActionGroup.SEEN: _tr("Opened or listed"),
        ActionGroup.CREATED: _tr("Created"),
        ActionGroup.CHANGED: _tr("Changed"),
        ActionGroup.REMOVED: _tr("Removed or ended"),
        ActionGroup.GIVEN_OUT: _tr("Exported or printed"),
        ActionGroup.SIGNED_IN: _tr("Signed in or out"),
        ActionGroup.CHECKED: _tr("Checked"),
    }


_ICONS = {
    ActionGroup.SEEN: "eye",
    ActionGroup.CREATED: "plus",
    ActionGroup.CHANGED: "pencil",
    ActionGroup.REMOVED: "trash-2",
    ActionGroup.GIVEN_OUT: "download",
    ActionGroup.SIGNED_IN: "log-in",
    ActionGroup.CHECKED: "shield-check",
}


def action_icon(line: AuditLine) -> str:
    """The picture beside the action's word."""
    action = line.event.action
    if line.event.outcome is Outcome.REFUSED:
        return "ban"
    if action == "session.ended":
        return "log-out"
    if action.endswith(".printed"):
        return "printer"
    return _ICONS[line.group]


def is_alarming(line: AuditLine) -> bool:
    """Whether the action is shown in the colour of danger: refusals, and what takes something away."""
    if line.event.outcome is Outcome.REFUSED:
        return True
    return line.event.action.rpartition(".")[2] in ("deleted", "purged", "archived", "revoked", "deactivated")


def action_word(event: AuditEvent) -> str:
    """What was done: "Moved", "Signed in", "Refused"."""
    if event.outcome is Outcome.REFUSED and event.object_type == "permission":
        return _tr("Refused")
    known = {
        "session.started": _tr("Signed in"),
        "session.ended": _tr("Signed out"),
        "session.refused": _tr("Sign-in refused"),
        "appointment.length_changed": _tr("Length changed"),
        "appointment.status_changed": _tr("Status changed"),
        "appointment.confirmation_changed": _tr("Confirmation changed"),
        "appointment.patient_told": _tr("Patient told"),
        "absence.visits_moved": _tr("Visits moved"),
        "document.attach_begun": _tr("Upload begun"),
        "incoming.added": _tr("Taken in"),
        "incoming.take_begun": _tr("Taking in begun"),
        "incoming.taken_twice": _tr("Same file again"),
        "incoming.file_begun": _tr("Filing begun"),
        "incoming.unfiled": _tr("Filing taken back"),
        "document.unfiled": _tr("Filing taken back"),
        "incoming.split": _tr("Divided"),
        "incoming.cleared": _tr("Inbox's copy removed"),
        "account.password_changed": _tr("Password changed"),
        "practitioner.hours_set": _tr("Hours changed"),
        "practitioner.rules_set": _tr("Booking rules changed"),
        "practitioner.profile_edited": _tr("Profile changed"),
        "care_team.made_usual": _tr("Made usual doctor"),
        "care_team.no_longer_usual": _tr("No longer usual doctor"),
        "clinic.set_up": _tr("Set up"),
    }
    if event.action in known:
        return known[event.action]
    verb = event.action.rpartition(".")[2]
    said = {
        "viewed": _tr("Opened"),
        "listed": _tr("Listed"),
        "opened": _tr("Opened"),
        "registered": _tr("Registered"),
        "added": _tr("Added"),
        "edited": _tr("Changed"),
        "changed": _tr("Changed"),
        "booked": _tr("Booked"),
        "moved": _tr("Moved"),
        "cancelled": _tr("Cancelled"),
        "attached": _tr("Added"),
        "assigned": _tr("Assigned"),
        "archived": _tr("Archived"),
        "restored": _tr("Restored"),
        "deleted": _tr("Deleted"),
        "purged": _tr("Erased"),
        "exported": _tr("Exported"),
        "printed": _tr("Printed"),
        "disclosed": _tr("Given out"),
        "checked": _tr("Checked"),
        "verified": _tr("Verified"),
        "refused": _tr("Refused"),
        "ended": _tr("Ended"),
        "finished": _tr("Finished"),
        "draft_begun": _tr("Draft begun"),
        "signed": _tr("Signed"),
        "amended": _tr("Amended"),
        "amendment_withdrawn": _tr("Amendment withdrawn"),
        "marked_wrong": _tr("Marked wrong"),
        "none_known": _tr("None known"),
        "discarded": _tr("Discarded"),
        "merged": _tr("Merged"),
        "unmerged": _tr("Merge undone"),
        "undone": _tr("Undone"),
        "redone": _tr("Done again"),
        "passed_over": _tr("Not undone: changed since"),
        "told_apart": _tr("Said to be different people"),
        "reopened": _tr("Put back into the list"),
        "searched": _tr("Searched"),
    }
    return said.get(verb) or verb.replace("_", " ").capitalize()


def object_word(kind: str) -> str:
    """What it was done to: "Patient"."""
    said = {
        "patient": _tr("Patient"),
        "appointment": _tr("Appointment"),
        "document": _tr("Document"),
        "incoming": _tr("File in the inbox"),
        "scan_folder": _tr("Scan folder"),
        "care_team": _tr("Care team"),
        "practitioner": _tr("Doctor"),
        "slot": _tr("Free times"),
        "account": _tr("User"),
        "session": _tr("Session"),
        "permission": _tr("Permission"),
        "clinic": _tr("Clinic"),
        "settings": _tr("Settings"),
        "audit": _tr("Audit log"),
        "backup": _tr("Backup"),
        "import": _tr("Import"),
        "workstation": _tr("Desk"),
        "disclosure": _tr("Disclosure"),
        "chart": _tr("Chart"),
        "allergy": _tr("Allergy"),
        "condition": _tr("Condition"),
        "medication": _tr("Medication"),
        "observation": _tr("Measurement"),
        "note": _tr("Note"),
        "absence": _tr("Absence"),
        "appointment_series": _tr("Series of visits"),
        "series": _tr("Series of visits"),
        "calendar_deed": _tr("Deed at the calendar"),
        "closure": _tr("Closed day"),
        "special_day": _tr("Special day"),
        "working_time": _tr("Working time"),
        "visit_type": _tr("Visit type"),
        "asset": _tr("Room or device"),
        "booking_rule": _tr("Booking rules"),
        "specialty": _tr("Specialty"),
        "credential": _tr("Credential"),
        "doctor_group": _tr("Group of doctors"),
        "waitlist_entry": _tr("Waitlist"),
        "follow_up": _tr("Follow-up"),
        "desk_task": _tr("Task"),
        "patient_merge": _tr("Merge"),
        "patient_twin": _tr("Possible duplicate"),
    }
    return said.get(kind) or kind.replace("_", " ").capitalize()


def headline(line: AuditLine) -> str:
    """`Appointment: moved`, the title of the details."""
    word = action_word(line.event)
    return _tr("{what}: {action}").format(
        what=object_word(line.event.object_type), action=word[:1].lower() + word[1:]
    )


def subject_text(subject: Subject) -> str:
    """Which one: `Hana Mihon, 004-0077`, `Piotr Przykład, 18 Nov 11:00`, a document's title, or why it has no name."""
    said = {
        SubjectState.PURGED: _tr("Erased record {number}").format(number=subject.number),
        SubjectState.UNKNOWN: _tr("No longer here"),
        SubjectState.HIDDEN: _tr("Not shown to you"),
    }
    if subject.state in said:
        return said[subject.state]
    second = subject.title or (visit_text(subject.wall_start) if subject.wall_start else subject.number)
    return ", ".join(part for part in (subject.patient, second) if part)


def subject_of_patient(subject: Subject) -> str:
    """Which one, where it is clear whose it is: a visit's time or a document's title."""
    return subject.title or (visit_text(subject.wall_start) if subject.wall_start else "")


def permission_text(value: str) -> str:
    """`open_clinical_document` as words."""
    return value.replace("_", " ").capitalize()


def field_word(name: str) -> str:
    """A changed field's name as words."""
    said = {
        "family": _tr("Family name"),
        "given": _tr("Given name"),
        "birth_date": _tr("Birth date"),
        "wall_start": _tr("Start"),
        "starts_at": _tr("Start"),
        "ends_at": _tr("End"),
        "practitioner_id": _tr("Doctor"),
        "cancelled_by": _tr("Cancelled by"),
        "must_change_password": _tr("Password must be changed"),
    }
    return said.get(name) or name.removesuffix("_at").removesuffix("_id").replace("_", " ").capitalize()


_BESIDE_STEPS = {
    "start": {"starts_at", "ends_at", "wall_start", "zone"},
    "minutes": {"minutes", "ends_at"},
    "doctor": {"practitioner_id"},
    "status": {"status", "arrived_at", "roomed_at", "left_at"},
    "confirmation": {"confirmation"},
    "by": {"cancelled_by"},
}
_SILENT = {"busy_from", "busy_until", "ics_sequence", "search_text", "sort_name", "version"}


def field_words(line: AuditLine) -> list[str]:
    """The changed fields that the steps do not tell of already, each once."""
    told = {name for step in line.steps for name in _BESIDE_STEPS.get(step.what, ())}
    names = [name for name in line.fields if name not in told | _SILENT]
    return list(dict.fromkeys(field_word(name) for name in names))


def step_word(step: Step) -> str:
    """What a step changed."""
    said = {
        "start": _tr("Time"),
        "minutes": _tr("Length"),
        "doctor": _tr("Doctor"),
        "status": _tr("Status"),
        "confirmation": _tr("Confirmation"),
        "by": _tr("Cancelled by"),
    }
    return said[step.what]


def step_value(what: str, value: str) -> str:
    """One side of a step: `18 Nov 2026 09:00`, `30 min`, `checked in`."""
    if not value:
        return ""
    if what == "start":
        try:
            wall = datetime.fromisoformat(value)
        except ValueError:
            return value
        return f"{date_text(wall.date())} {wall:%H:%M}"
    if what == "minutes":
        return _tr("{n} min").format(n=value)
    said = {
        "booked": _tr("booked"),
        "arrived": _tr("waiting"),
        "checked-in": _tr("in room"),
        "fulfilled": _tr("completed"),
        "noshow": _tr("no-show"),
        "cancelled": _tr("cancelled"),
    }
    return said.get(value, value.replace("-", " ").replace("_", " ")) if what != "doctor" else value


def step_text(step: Step) -> str:
    """`from 09:00 to 10:30`, days named if they differ; `30 min`, if there was nothing before."""
    before, after = step_value(step.what, step.before), step_value(step.what, step.after)
    if step.what == "start" and step.before[:10] == step.after[:10] and step.before:
        before, after = before[-5:], after[-5:]
    if step.what == "doctor":
        before, after = before or _tr("another doctor"), after or _tr("another doctor")
    if not step.before:
        return after
    return _tr("from {before} to {after}").format(before=before, after=after)


def detail_text(line: AuditLine) -> str:
    """The last column: what changed, in one line."""
    if line.event.object_type == "permission":
        return permission_text(line.note or ", ".join(line.fields))
    said = [step_text(step) for step in line.steps if step.what != "by"]
    fields = field_words(line)
    if len(fields) == 1:
        said.append(fields[0])
    elif fields:
        said.append(_tr("{n} fields").format(n=count_text(len(fields))))
    if line.note:
        said.append(line.note)
    return "; ".join(said)


def note_text(line: AuditLine) -> str:
    """What else the detail says: the permission that was missing, counts, the kind of file."""
    return detail_text(line) if line.event.object_type == "permission" else line.note


def who_text(event: AuditEvent) -> str:
    """The person, or the program itself."""
    return event.account_name or _tr("MediTrack")


def witness_text(witness: Witness) -> str:
    """Who says so."""
    return {
        Witness.CHAIN: _tr("its own seals"),
        Witness.HEAD: _tr("the end that is kept beside the entries"),
        Witness.SECRET_STORE: _tr("what this desk remembers"),
        Witness.BACKUP: _tr("a backup"),
    }[witness]


def breach_text(breach: Breach, desk: str) -> str:
    """`Entries 5 to 8 of Front desk 1 were changed, by its own seals.`"""
    what = {
        BreachKind.CHANGED: _tr("were changed"),
        BreachKind.MISSING: _tr("are missing"),
        BreachKind.CUT: _tr("were cut off the end"),
        BreachKind.REPLACED: _tr("were replaced, or an older copy was put back"),
    }[breach.kind]
    which = _tr("Entry {first}") if breach.first == breach.last else _tr("Entries {first} to {last}")
    said = _tr("{which} of {desk} {what}. This is shown by {witness}.")
    return said.format(
        which=which.format(first=count_text(breach.first), last=count_text(breach.last)),
        desk=desk,
        what=what,
        witness=witness_text(breach.witness),
    )
