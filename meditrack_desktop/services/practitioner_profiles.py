"""What is known of doctors beside name and hours: biography, credentials, languages, skills and specialties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from meditrack_desktop.database.base import changed_columns, next_version
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import practitioner_profiles as queries
from meditrack_desktop.database.queries import practitioners as practitioner_queries
from meditrack_desktop.database.tables.practitioners import CredentialRow, PractitionerRow, SpecialtyRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import Conflict, ErrorCode, FieldProblem, Invalid, NotFound
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioner_profiles import (
    CheckCredential,
    Credential,
    CredentialState,
    EditProfile,
    PractitionerProfile,
    RemoveCredential,
    SaveCredential,
    SaveSpecialty,
    Specialty,
    below,
    completeness,
    in_tree_order,
    what_is_missing,
)
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.work import Look, Work, Works


class PractitionerProfiles:
    """Changed by whoever may edit doctors; a doctor's own words are put in by them, too."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def get(self, actor: Actor, practitioner_id: UUID) -> PractitionerProfile:
        """One doctor's profile, with how complete it is today. NotFound DOC_001."""
        with self.work.looking(actor, Permission.VIEW_DOCTORS) as look:
            row = practitioner_queries.practitioner(look.session, practitioner_id)
            look.viewed("practitioner", practitioner_id)
            return _records(look, [row])[0]

    def list(self, actor: Actor) -> tuple[PractitionerProfile, ...]:
        """Every doctor's profile in name order, also of those who have left, with how complete it is today."""
        with self.work.looking(actor, Permission.EDIT_DOCTORS) as look:
            look.listed("practitioner")
            return _records(look, practitioner_queries.rows(look.session))

    def edit(self, actor: Actor, command: EditProfile) -> PractitionerProfile:
        """Replace what the command names. The first specialty is what the doctor is listed under from now on.

        NotFound DOC_001 or SPECIALTY_NOT_FOUND; ChangedMeanwhile.
        """
        with self.work(actor, Permission.EDIT_DOCTORS) as work:
            row = practitioner_queries.practitioner(work.session, command.practitioner_id, command.version)
            row.biography = command.biography
            row.education, row.skills = "\n".join(command.education), "\n".join(command.skills)
            other_languages = queries.set_languages(work.session, row.id, command.languages)
            other_specialties = queries.set_specialties(work.session, row.id, command.specialty_ids)
            if other_specialties and command.specialty_ids:
                first = queries.find_specialty(work.session, command.specialty_ids[0])
                row.specialty = first.name if first else row.specialty
            if (other_languages or other_specialties) and not changed_columns(row):
                next_version(row)
            work.changed(row, "practitioner.profile_edited", _change(row.id))
            work.flush()
            return _records(work, [row])[0]

    def specialties(self, actor: Actor) -> tuple[Specialty, ...]:
        """The tree: each after the one it hangs below, siblings by name."""
        with self.work.looking(actor, Permission.VIEW_DOCTORS) as look:
            look.listed("specialty")
            return in_tree_order(queries.specialties(look.session))

    def save_specialty(self, actor: Actor, command: SaveSpecialty) -> Specialty:
        """Add a specialty or, with the version seen, rename it or hang it elsewhere.

        Invalid SPECIALTY_LOOP below itself; Conflict CALENDAR_NAME_TAKEN beside one of its name; NotFound
        SPECIALTY_NOT_FOUND, ChangedMeanwhile. Sent twice, it is added once.
        """
        with self.work(actor, Permission.EDIT_DOCTORS) as work:
            tree = queries.specialties(work.session, held=True)
            if command.version is None and (before := queries.find_specialty(work.session, command.id)):
                work.noted(Line("specialty.added", "specialty", command.id, detail="repeated"))
                return queries.specialty_record(before)
            if command.version is None:
                row = SpecialtyRow(id=command.id)
                report = work.added
            else:
                row = queries.specialty_row(work.session, command.id, command.version)
                report = work.changed
            _check_place(tree, command)
            row.name, row.parent_id = command.name, command.parent_id
            report(
                row,
                "specialty.added" if command.version is None else "specialty.edited",
                Change("specialty", command.id),
            )
            work.flush()
            return queries.specialty_record(row)

    def save_credential(self, actor: Actor, command: SaveCredential) -> Credential:
        """Add a licence or, with the version seen, change it; what was checked waits to be checked again then.

        NotFound DOC_001 or CREDENTIAL_NOT_FOUND; ChangedMeanwhile. Sent twice, it is added once.
        """
        with self.work(actor, Permission.EDIT_DOCTORS) as work:
            practitioner_queries.practitioner(work.session, command.practitioner_id)
            before = queries.find_credential(work.session, command.id)
            if before is not None and before.practitioner_id != command.practitioner_id:
                raise NotFound(ErrorCode.CREDENTIAL_NOT_FOUND)
            if command.version is None and before is not None:
                work.noted(Line("credential.added", "credential", command.id, detail="repeated"))
                return queries.credential(work.session, command.id)
            if command.version is None:
                row = CredentialRow(
                    id=command.id,
                    practitioner_id=command.practitioner_id,
                    state=CredentialState.SUBMITTED,
                    created_at=work.now,
                    created_by=actor.account_id,
                )
                _take_over(row, command)
                work.added(row, "credential.added", _change(row.practitioner_id))
            else:
                row = queries.credential_row(work.session, command.id, command.version)
                _take_over(row, command)
                if changed_columns(row):
                    row.state, row.checked_by, row.checked_at = CredentialState.SUBMITTED, None, None
                work.changed(row, "credential.edited", _change(row.practitioner_id))
            work.flush()
            return queries.credential(work.session, row.id)

    def check_credential(self, actor: Actor, command: CheckCredential) -> Credential:
        """Say what a check found, with who and when; `SUBMITTED` again forgets both.

        NotFound CREDENTIAL_NOT_FOUND, ChangedMeanwhile.
        """
        with self.work(actor, Permission.EDIT_DOCTORS) as work:
            row = queries.credential_row(work.session, command.id, command.version)
            found = command.state is not CredentialState.SUBMITTED
            row.state = command.state
            row.checked_by = actor.account_id if found else None
            row.checked_at = work.now if found else None
            work.changed(
                row, "credential.checked", _change(row.practitioner_id), detail=f"found {command.state.value}"
            )
            work.flush()
            return queries.credential(work.session, row.id)

    def remove_credential(self, actor: Actor, command: RemoveCredential) -> None:
        """Take it out of the profile. NotFound CREDENTIAL_NOT_FOUND, ChangedMeanwhile."""
        with self.work(actor, Permission.EDIT_DOCTORS) as work:
            row = queries.credential_row(work.session, command.id, command.version)
            work.session.delete(row)
            work.changed(row, "credential.deleted", _change(row.practitioner_id))
            work.flush()

    def expiring(self, actor: Actor) -> tuple[Credential, ...]:
        """Of doctors who work here: what has expired or will within 60 days, the soonest first."""
        with self.work.looking(actor, Permission.VIEW_DOCTORS) as look:
            look.listed("credential")
            return queries.expiring(look.session, _today(look))


def _records(seen: Look | Work, rows: Sequence[PractitionerRow]) -> tuple[PractitionerProfile, ...]:
    stored, today = queries.profiles(seen.session, rows), _today(seen)
    found = []
    for row in rows:
        missing = what_is_missing(stored[row.id], has_hours=bool(row.hours), today=today)
        found.append(replace(stored[row.id], missing=missing, completeness=completeness(missing)))
    return tuple(found)


def _check_place(tree: tuple[Specialty, ...], command: SaveSpecialty) -> None:
    if command.parent_id is not None:
        if command.parent_id not in {one.id for one in tree}:
            raise NotFound(ErrorCode.SPECIALTY_NOT_FOUND)
        if command.parent_id in below(tree, command.id):
            raise Invalid(ErrorCode.SPECIALTY_LOOP)
    beside = {
        one.name.casefold() for one in tree if one.parent_id == command.parent_id and one.id != command.id
    }
    if command.name.casefold() in beside:
        raise Conflict(ErrorCode.CALENDAR_NAME_TAKEN, fields={"name": FieldProblem.TAKEN})


def _take_over(row: CredentialRow, command: SaveCredential) -> None:
    row.name, row.number, row.issuer = command.name, command.number, command.issuer
    row.issued_on, row.expires_on = command.issued_on, command.expires_on


def _today(seen: Look | Work) -> date:
    return to_wall(seen.now, ZoneInfo(clinic_queries.profile(seen.session).zone)).date()


def _change(practitioner_id: UUID) -> Change:
    return Change("practitioner", practitioner_id, doctor=practitioner_id)
