"""Who may do what, door by door (security.md 4.3): every method, by role, on own, foreign and unknown objects.

The table is written by hand from the clinic's rules, not read from the program's grid: where the two differ,
one of them is wrong. A refusal tells nothing of the object, is in the audit trail, and is the same for an id
that exists and one that does not.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from meditrack_desktop.database.queries import accounts as account_queries
from meditrack_desktop.database.tables.accounts import AccountRow, SessionRow
from meditrack_desktop.database.tables.clinic import WorkstationRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import Outcome
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, NotAllowed, NotAuthenticated, NotFound
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import STEP_UP, Role
from meditrack_desktop.domain.practitioners import AddPractitioner
from meditrack_desktop.services.clinic import Clinic
from tests.services.doors import DOORS, Scene

ALL = "Y Y Y Y"
DESK = "Y Y Y -"
CLINICAL = "- Y B B"
ADMIN = "- - - Y"

MATRIX: dict[str, str] = {
    "absences.add": "Y Y - Y",
    "absences.affected_by": ALL,
    "absences.end": "Y Y - Y",
    "absences.list": ALL,
    "access_grants.colleagues": "- Y Y Y",
    "access_grants.end": "- Y N Y",
    "access_grants.give": "- Y B Y",
    "access_grants.of_patient": "- Y Y Y",
    "access_grants.own": ALL,
    "accounts.add": ADMIN,
    "accounts.change_password": ALL,
    "accounts.change_role_of": ADMIN,
    "accounts.edit": ADMIN,
    "accounts.list": ADMIN,
    "accounts.open_sign_in": ADMIN,
    "accounts.own": ALL,
    "accounts.set_active": ADMIN,
    "accounts.set_active_of": ADMIN,
    "accounts.set_roles": ADMIN,
    "allergies.edit": DESK,
    "allergies.of_patient": ALL,
    "allergies.record": DESK,
    "allergies.say_none_known": DESK,
    "assets.list": ALL,
    "assets.save": ADMIN,
    "audit.access": ADMIN,
    "audit.check": ADMIN,
    "audit.choices": ADMIN,
    "audit.count": ADMIN,
    "audit.extract": ADMIN,
    "audit.line_seal": ADMIN,
    "audit.list": ADMIN,
    "audit.own": "- Y Y -",
    "audit.search": ADMIN,
    "audit.timeline": ALL,
    "backups.list": ALL,
    "backups.preview": ADMIN,
    "backups.run": ADMIN,
    "backups.set_target": ADMIN,
    "backups.status": ALL,
    "backups.verify": ADMIN,
    "booking_rules.of_doctor": ALL,
    "booking_rules.set": "Y Y - Y",
    "calendar_files.import_absences": "Y Y - Y",
    "calendar_files.import_closures": "Y - - Y",
    "calendar_files.of_doctor": ALL,
    "calendar_files.of_visit": ALL,
    "calendar_files.read_absences": "Y Y - Y",
    "calendar_files.read_closures": "Y - - Y",
    "care_team.assign": DESK,
    "care_team.end": DESK,
    "care_team.make_usual": DESK,
    "care_team.of_patient": ALL,
    "care_team.of_practitioner": ALL,
    "consents.of_patient": ALL,
    "consents.record": DESK,
    "charts.of_patient": CLINICAL,
    "conditions.edit": "- Y B -",
    "conditions.record": "- Y B -",
    "deeds.next": ALL,
    "deeds.redo": DESK,
    "deeds.undo": DESK,
    "rescan.infected": ADMIN,
    "rescan.run": ADMIN,
    "scanning.choose": ADMIN,
    "scanning.chosen": ALL,
    "scanning.state": ALL,
    "series.book": DESK,
    "series.cancel": DESK,
    "series.move": DESK,
    "series.of": ALL,
    "series.preview": ALL,
    "desks.approve": ADMIN,
    "desks.list": ADMIN,
    "desks.rename": ADMIN,
    "desks.revoke": ADMIN,
    "disclosures.accounting": "- Y - Y",
    "disclosures.list": "- Y - Y",
    "disclosures.record": ALL,
    "doctor_groups.list": ALL,
    "doctor_groups.remove": ADMIN,
    "doctor_groups.save": ADMIN,
    "document_search.find": ALL,
    "document_search.index_anew": ADMIN,
    "document_search.verify": ADMIN,
    "documents.attach": DESK,
    "documents.attach_imported": ADMIN,
    "documents.attach_study": DESK,
    "documents.bin": ALL,
    "documents.contents": CLINICAL,
    "documents.delete": "- Y B -",
    "documents.edit": "- Y B -",
    "documents.get": ALL,
    "documents.hand_out": CLINICAL,
    "documents.of_patient": ALL,
    "documents.open": CLINICAL,
    "documents.unlock": CLINICAL,
    "documents.reassign": "- Y B -",
    "documents.restore": "- Y B -",
    "documents.review": "- Y B -",
    "documents.save_copy": CLINICAL,
    "documents.text": CLINICAL,
    "documents.thumbnail": CLINICAL,
    "documents.thumbnails": ALL,
    "documents.times_opened": ALL,
    "documents.turn": "- Y B -",
    "documents.versions": ALL,
    "emergency.end": "- Y Y Y",
    "emergency.live": "- Y Y Y",
    "emergency.open": "- Y Y Y",
    "emergency.review": ADMIN,
    "emergency.to_review": ADMIN,
    "exports.run": ALL,
    "incoming.collect": DESK,
    "incoming.contents": DESK,
    "incoming.count": DESK,
    "incoming.compare": DESK,
    "incoming.discard": DESK,
    "incoming.file": DESK,
    "incoming.get": DESK,
    "incoming.guess": DESK,
    "incoming.list": DESK,
    "incoming.open": DESK,
    "incoming.unlock": DESK,
    "incoming.reopen": DESK,
    "incoming.split": DESK,
    "incoming.take_in": DESK,
    "incoming.take_in_study": DESK,
    "incoming.text": DESK,
    "incoming.thumbnail": DESK,
    "incoming.thumbnails": DESK,
    "incoming.turn": DESK,
    "incoming.unfile": DESK,
    "incoming.scan_folder": ALL,
    "incoming.set_scan_folder": ALL,
    "imports.inspect": ADMIN,
    "imports.preview": ADMIN,
    "fhir_export.run": ADMIN,
    "imports.run": ADMIN,
    "key_rotation.bring_back": ADMIN,
    "key_rotation.confirm_kit": ADMIN,
    "key_rotation.new_kit": ADMIN,
    "key_rotation.rotate": ADMIN,
    "key_rotation.status": ADMIN,
    "mail.change": ADMIN,
    "mail.read": ALL,
    "mail.remove": ADMIN,
    "mail.try_out": ADMIN,
    "patient_lists.export": ADMIN,
    "medications.edit": "- Y B -",
    "medications.record": "- Y B -",
    "notes.discard": "- N N -",
    "notes.mark_wrong": "- Y B -",
    "notes.own_drafts": "- Y Y -",
    "notes.save_draft": "- Y B -",
    "notes.sign": "- N B -",
    "observations.edit": "- Y B -",
    "observations.history": CLINICAL,
    "observations.record": "- Y B -",
    "patient_merges.list": ALL,
    "patient_merges.merge": ADMIN,
    "patient_merges.preview": ADMIN,
    "patient_merges.undo": ADMIN,
    "patient_twins.decide_different": ADMIN,
    "patient_twins.duplicates_of": ALL,
    "patient_twins.list": ALL,
    "patient_twins.search_all": ADMIN,
    "patients.anchors": ALL,
    "patients.archive": ADMIN,
    "patients.complete": DESK,
    "patients.discard": DESK,
    "patients.edit": DESK,
    "patients.find": ALL,
    "patients.get": ALL,
    "patients.opened": ALL,
    "patients.register": DESK,
    "patients.restore": ADMIN,
    "patients.same_name": ALL,
    "patients.suggest": ALL,
    "patients.take_down": DESK,
    "patients.verify": DESK,
    "permission_grid.change": ADMIN,
    "permission_grid.read": ADMIN,
    "photos.get": DESK,
    "photos.remove": DESK,
    "photos.set": DESK,
    "pins.clear": ALL,
    "pins.set": ALL,
    "practitioner_profiles.check_credential": ADMIN,
    "practitioner_profiles.edit": ADMIN,
    "practitioner_profiles.expiring": ALL,
    "practitioner_profiles.get": ALL,
    "practitioner_profiles.list": ADMIN,
    "practitioner_profiles.remove_credential": ADMIN,
    "practitioner_profiles.save_credential": ADMIN,
    "practitioner_profiles.save_specialty": ADMIN,
    "practitioner_profiles.specialties": ALL,
    "practitioners.add": ADMIN,
    "practitioners.edit": ADMIN,
    "practitioners.get": ALL,
    "practitioners.list": ALL,
    "practitioners.set_active": ADMIN,
    "practitioners.set_hours": "Y Y - Y",
    "precautions.server_logging": ADMIN,
    "printouts.call_list": ALL,
    "printouts.day_sheet": ALL,
    "printouts.hand_over": ALL,
    "printouts.hand_over_sheet": ALL,
    "printouts.make": ALL,
    "purges.approve": ADMIN,
    "purges.ask": ADMIN,
    "purges.carry_out": ADMIN,
    "purges.list": ADMIN,
    "purges.withdraw": ADMIN,
    "related_persons.add": DESK,
    "related_persons.edit": DESK,
    "related_persons.end": DESK,
    "related_persons.of_patient": ALL,
    "resets.issue": ADMIN,
    "restrictions.due": ADMIN,
    "restrictions.hold": ADMIN,
    "restrictions.lift": ADMIN,
    "restrictions.release": ADMIN,
    "restrictions.restrict": ADMIN,
    "restrictions.standing": ALL,
    "saved_filters.list": ALL,
    "saved_filters.put_in_order": ALL,
    "saved_filters.remove": ALL,
    "saved_filters.rename": ALL,
    "saved_filters.save": ALL,
    "absence_worklists.mark_contacted": DESK,
    "absence_worklists.move_all": DESK,
    "absence_worklists.of_absence": ALL,
    "absence_worklists.to_do": ALL,
    "confirmations.to_confirm": ALL,
    "desk_tasks.add": DESK,
    "desk_tasks.finish": DESK,
    "desk_tasks.list": ALL,
    "follow_ups.add": DESK,
    "follow_ups.due": ALL,
    "follow_ups.end": DESK,
    "text_recognition.run": ALL,
    "text_recognition.waiting": ALL,
    "today.board": ALL,
    "unresolved.before": ALL,
    "unresolved.of_day": ALL,
    "waitlist.fitting": ALL,
    "waitlist.join": DESK,
    "waitlist.leave": DESK,
    "waitlist.list": ALL,
    "waitlist.swap": DESK,
    "scheduling.book": DESK,
    "scheduling.calendar": ALL,
    "scheduling.cancel": DESK,
    "scheduling.change_length": DESK,
    "scheduling.free_slots": ALL,
    "scheduling.get": ALL,
    "scheduling.mark_seen": DESK,
    "scheduling.move": DESK,
    "holds.of_days": ALL,
    "holds.place": DESK,
    "holds.release": DESK,
    "free_time.next": ALL,
    "free_time.of_day": ALL,
    "scheduling.next_free": ALL,
    "scheduling.of_patient": ALL,
    "scheduling.set_confirmation": DESK,
    "scheduling.set_status": DESK,
    "second_factor.begin": ALL,
    "second_factor.disable": ALL,
    "second_factor.disable_of": ADMIN,
    "second_factor.enable": ALL,
    "sessions.end": ADMIN,
    "sessions.end_all_of": ADMIN,
    "sessions.list": ADMIN,
    "sessions.own": ALL,
    "sessions.sign_out_everywhere": ALL,
    "vault_moves.move": ADMIN,
    "spool.deliver": DESK,
    "spool.discard": "- Y Y -",
    "spool.waiting": ALL,
    "settings.accept_clock": ADMIN,
    "settings.change": ADMIN,
    "settings.clinic": ALL,
    "settings.clock_ahead": ADMIN,
    "settings.edit_clinic": ADMIN,
    "settings.read": ALL,
    "upkeep.run": ADMIN,
    "upkeep.verify": ADMIN,
    "visit_types.list": ALL,
    "visit_types.save": ADMIN,
    "working_times.affected_by_closure": ALL,
    "working_times.affected_by_hours": ALL,
    "working_times.affected_by_special_day": ALL,
    "working_times.closures": ALL,
    "working_times.of_days": ALL,
    "working_times.remove_closure": "Y - - Y",
    "working_times.set_closure": "Y - - Y",
    "working_times.set_special_day": "Y Y - Y",
}
"""Receptionist, doctor in care, doctor not in care, administrator. Y allowed, - refused, B refused as not in care
(which an emergency access opens), N answered as if it did not exist."""

A_HASH = "$2a$04$ip5D8.tIEJ7.A0oZztmUQeYlytHBTUc9lW9q.D5CJR1sq7S76thjm"
"""Of a password that nobody kept."""

READS_ONLY = {
    "backups.preview",
    "desks.list",
    "key_rotation.status",
    "patient_merges.preview",
    "purges.list",
    "restrictions.due",
    "settings.clock_ahead",
}
"""Doors that only show something: they ask for the permission, not for the password again."""

PREPARES = {
    "incoming.unfile",
    "emergency.end",
    "emergency.review",
    "access_grants.end",
    "purges.approve",
    "purges.carry_out",
    "deeds.undo",
    "deeds.redo",
    "absence_worklists.mark_contacted",
    "absence_worklists.move_all",
    "follow_ups.end",
    "waitlist.leave",
    "waitlist.swap",
    "scheduling.mark_seen",
    "series.cancel",
    "series.move",
}
"""Doors whose call must first make something of a patient that exists."""

COLUMNS = ("receptionist", "doctor in care", "doctor not in care", "administrator")
NOBODIES = ("never signed in", "signed out", "expired", "deactivated", "at a desk shut out")


@dataclass
class People:
    """An actor of each column and each kind of nobody, with sessions made by hand."""

    scene: Scene

    def actor(self, column: str) -> Actor:
        if column == "receptionist":
            return self.person("m_recep", Role.RECEPTIONIST)
        if column == "administrator":
            return self.person("m_admin", Role.ADMIN)
        if column == "doctor in care":
            return self.person("m_care", Role.DOCTOR, practitioner=self.scene.practitioner.id)
        other = AddPractitioner(family="Stranger", given="Tom")
        stranger = self.scene.clinic.practitioners.add(self.scene.everything, other)
        return self.person("m_stranger", Role.DOCTOR, practitioner=stranger.id)

    def nobody(self, kind: str) -> Actor:
        everything = tuple(Role)
        if kind == "never signed in":
            return replace(self.scene.everything, session_id=new_id())
        if kind == "at a desk shut out":
            desk = f"ws_{new_id().hex[:8]}"
            with self.scene.clinic.work.unsigned() as session:
                now = self.scene.clinic.work.clock.now()
                row = WorkstationRow(id=desk, name="Gone", enrolled_at=now, approved_at=now, revoked_at=now)
                session.add(row)
                session.reported.add(row)
            return self.person("m_shut", *everything, desk=desk)
        if kind == "expired":
            return self.person("m_late", *everything, lasts=timedelta(seconds=-1))
        if kind == "deactivated":
            return self.person("m_gone", *everything, active=False)
        actor = self.person("m_left", *everything)
        self.scene.clinic.sessions.sign_out(actor)
        return actor

    def person(
        self,
        username: str,
        *roles: Role,
        practitioner: UUID | None = None,
        desk: str = "",
        lasts: timedelta = timedelta(hours=1),
        active: bool = True,
        confirmed: timedelta = timedelta(0),
    ) -> Actor:
        clinic = self.scene.clinic
        now = clinic.work.clock.now()
        desk = desk or clinic.work.trail.chain
        with clinic.work.unsigned() as session:
            row = account_queries.by_username(session, username)
            if row is None:
                row = AccountRow(
                    id=new_id(), username=username, name=username, password_hash=A_HASH, pepper_id="x",
                    created_at=now, roles=[], active=active, practitioner_id=practitioner,
                )  # fmt: skip
                account_queries.set_roles(row, roles)
                session.add(row)
                session.reported.add(row)
                session.flush()
            live = SessionRow(
                id=new_id(), token_sha256=new_id().hex, account_id=row.id, workstation=desk,
                started_at=now, expires_at=now + lasts, confirmed_at=now - confirmed,
            )  # fmt: skip
            session.add(live)
            session.flush()
            permissions = account_queries.permissions_of(session, row.id)
            return Actor(
                row.id, live.id, desk, username, username, frozenset(roles), permissions, practitioner
            )


def unknown(scene: Scene) -> Scene:
    """The same scene, whose every record has an id that nobody ever gave."""
    strange = {
        field.name: replace(record, id=new_id())
        for field in fields(scene)
        if is_dataclass(record := getattr(scene, field.name))
        and not isinstance(record, (type, Clinic, Actor))
        and any(each.name == "id" for each in fields(record))
    }
    return replace(scene, **strange)


def outcome(call: Any, scene: Scene, actor: Actor) -> ClinicError | None:
    """What came of knocking: None if the door opened, the refusal otherwise."""
    try:
        answer = call(scene, actor)
    except ClinicError as error:
        return error
    close = getattr(getattr(answer, "source", None), "close", None)
    if close is not None:
        close()
    return None


NO_SESSION = {ErrorCode.SESSION_EXPIRED, ErrorCode.DESK_REVOKED}


def is_refused(error: ClinicError | None) -> bool:
    """Whether the door was shut; a wrong password for something of one's own is met behind it."""
    return isinstance(error, NotAllowed) or (error is not None and error.code in NO_SESSION)


def newest_refusal(scene: Scene) -> tuple[int, UUID | None]:
    lines = scene.clinic.audit.list(scene.everything, limit=30)
    refused = [line for line in lines if line.outcome is Outcome.REFUSED]
    return (refused[0].seq, refused[0].account_id) if refused else (0, None)


def test_every_door_is_in_the_table() -> None:
    assert MATRIX.keys() == DOORS.keys()


@pytest.mark.parametrize("door", sorted(DOORS))
def test_the_table_holds(door: str, scene: Scene) -> None:
    """One scene a door, as a clinic is dear to make: first whoever changes nothing, last whoever is let in."""
    people = People(scene)
    check_nobody_without_a_live_session(door, scene, people)
    if door not in PREPARES:
        check_unknown_and_forbidden_look_alike(door, scene, people)
    check_each_role(door, scene, people)


def check_each_role(door: str, scene: Scene, people: People) -> None:
    _, call = DOORS[door]
    expected = dict(zip(COLUMNS, MATRIX[door].split(), strict=True))
    # The refused ones first: whoever is let in may change what the others would have met.
    for column in sorted(COLUMNS, key=lambda column: expected[column] == "Y"):
        actor = people.actor(column)
        before = newest_refusal(scene)[0]
        error = outcome(call, scene, actor)
        if expected[column] == "Y":
            assert not is_refused(error), f"{column}: {error!r}"
            continue
        if expected[column] == "N":
            assert isinstance(error, NotFound), f"{column}: {error!r}"
            continue
        assert isinstance(error, NotAllowed), f"{column} was let in: {error!r}"
        code = ErrorCode.NOT_IN_CARE if expected[column] == "B" else ErrorCode.NOT_PERMITTED
        assert error.code is code, column
        assert set(error.parameters) <= {"permission"}, f"{column} is told more than the permission"
        seq, who = newest_refusal(scene)
        assert seq > before and who == actor.account_id, f"{column}: the refusal is not in the trail"


def check_unknown_and_forbidden_look_alike(door: str, scene: Scene, people: People) -> None:
    _, call = DOORS[door]
    for column, expected in zip(COLUMNS, MATRIX[door].split(), strict=True):
        if expected == "-":
            actor = people.actor(column)
            known, strange = outcome(call, scene, actor), outcome(call, unknown(scene), actor)
            assert repr(known) == repr(strange), column


def check_nobody_without_a_live_session(door: str, scene: Scene, people: People) -> None:
    _, call = DOORS[door]
    for kind in NOBODIES:
        error = outcome(call, scene, people.nobody(kind))
        assert isinstance(error, NotAuthenticated), f"{kind}: {error!r}"
        assert not error.parameters


def _steps_up() -> list[str]:
    return [
        door
        for door, (permission, _) in sorted(DOORS.items())
        if permission in STEP_UP and door not in READS_ONLY
    ]


@pytest.mark.parametrize("door", _steps_up())
def test_an_old_password_is_asked_for_again(door: str, scene: Scene) -> None:
    _, call = DOORS[door]
    actor = People(scene).person("m_all", *Role, confirmed=timedelta(minutes=11))
    error = outcome(call, scene, actor)
    assert isinstance(error, NotAllowed)
    assert error.code is ErrorCode.PASSWORD_AGAIN
