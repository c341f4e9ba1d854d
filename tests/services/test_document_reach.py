"""Who may read all at once is who may read one by one; and what is found, in which order, as plain reading says."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete

from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.database.tables.accounts import RolePermissionRow
from meditrack_desktop.database.tables.care_team import CareTeamRow
from meditrack_desktop.database.tables.privacy import AccessGrantRow, EmergencyAccessRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.document_words import words
from meditrack_desktop.domain.documents import DocumentType
from meditrack_desktop.domain.errors import NotAllowed
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.scheduling import AppointmentStatus, Confirmation
from meditrack_desktop.domain.settings import ClinicSettings, ReadingRule
from meditrack_desktop.services import reading_rule
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import MORNING
from tests.makers.care import as_doctor
from tests.makers.people import a_doctor, a_patient
from tests.makers.texts import keep_text

STEPS = 12
WORDS = "ferritin sodium potassium calcium haemoglobin blood count normal 10.9 120/80 knee left mri".split()


@pytest.fixture
def patients(clinic: Clinic, reception: Actor) -> list[UUID]:
    return [clinic.patients.register(reception, a_patient("Beispiel", f"P{at}")).id for at in range(12)]


def stir(
    clinic: Clinic, chance: random.Random, actors: list[Actor], mine: list[UUID], patients: list[UUID]
) -> None:
    """Change at random who cares for whom, who was let in, and what the clinic allows."""
    chosen = chance.choice(patients)
    at = MORNING + timedelta(days=chance.choice((-31, -29, 0, 29, 31)))
    with clinic.work.database.writing() as session:
        kind = chance.randrange(6)
        if kind == 0:
            session.execute(
                delete(CareTeamRow).where(
                    CareTeamRow.patient_id == chosen, CareTeamRow.practitioner_id.in_(mine)
                )
            )
            session.add(
                CareTeamRow(
                    patient_id=chosen, practitioner_id=chance.choice(mine), started_at=MORNING,
                    ended_at=chance.choice((None, MORNING)), created_at=MORNING, created_by=actors[0].account_id,
                )
            )  # fmt: skip
        elif kind == 1:
            start = at + timedelta(minutes=30 * chance.randrange(400))
            session.add(
                AppointmentRow(
                    patient_id=chosen, practitioner_id=chance.choice(mine), starts_at=start, overbooked=True,
                    ends_at=start + timedelta(minutes=5), wall_start=datetime(2026, 11, 18, 10), zone="Europe/London",
                    minutes=5, status=chance.choice((AppointmentStatus.BOOKED, AppointmentStatus.CANCELLED)),
                    confirmation=Confirmation.UNCONFIRMED, created_at=MORNING, created_by=actors[0].account_id,
                )
            )  # fmt: skip
        elif kind == 2:
            who, by = chance.sample(actors, 2)
            session.add(
                AccessGrantRow(
                    account_id=who.account_id, patient_id=chosen, reason="", given_by=by.account_id,
                    given_at=MORNING - timedelta(hours=chance.choice((-1, 2))),
                    expires_at=MORNING + timedelta(hours=chance.choice((-1, 3))),
                    ended_at=chance.choice((None, None, MORNING)),
                )
            )  # fmt: skip
        elif kind == 3:
            session.add(
                EmergencyAccessRow(
                    account_id=chance.choice(actors).account_id, patient_id=chosen, reason="collapsed",
                    started_at=MORNING - timedelta(hours=chance.choice((-1, 2))), review_due_at=MORNING,
                    expires_at=MORNING + timedelta(hours=chance.choice((-1, 3))),
                    ended_at=chance.choice((None, None, MORNING)),
                )
            )  # fmt: skip
        elif kind == 4:
            changes = ClinicSettings(
                reading_rule=chance.choice(list(ReadingRule)), admin_reads_charts=chance.random() < 0.3
            )
            settings_queries.write(session, changes)
        else:
            role = chance.choice((Role.RECEPTIONIST, Role.DOCTOR, Role.ADMIN))
            permission = chance.choice(
                (
                    Permission.OPEN_CLINICAL_DOCUMENT,
                    Permission.BREAK_GLASS,
                    Permission.OPEN_ADMINISTRATIVE_DOCUMENT,
                )
            )
            row = session.get(RolePermissionRow, (role, permission))
            if row is None:
                session.add(RolePermissionRow(role=role, permission=permission))
            else:
                session.delete(row)
        session.flush()
        session.reported.update(session.touched)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_all_at_once_is_one_by_one(
    clinic: Clinic, admin: Actor, reception: Actor, doctor: Actor, patients: list[UUID], seed: int
) -> None:
    """And nothing is found but what the same person may open."""
    chance = random.Random(seed)
    mine = [as_doctor(clinic, admin, doctor).id, clinic.practitioners.add(admin, a_doctor("Shili", "Mei")).id]
    actors = [admin, reception, doctor]
    documents = {
        keep_text(clinic, reception, patient, "Ferritin", type=kind): (patient, kind)
        for patient in patients
        for kind in (DocumentType.LAB_REPORT, DocumentType.INSURANCE)
    }
    opened = 0
    for _ in range(STEPS):
        for _ in range(4):
            stir(clinic, chance, actors, mine, patients)
        for actor in actors:
            with clinic.work.looking(actor, Permission.LIST_DOCUMENTS) as look:
                look.listed("document")
                reach = reading_rule.reach(look)
                single = {one for one in patients if reading_rule.may_read_clinical(look, one)}
                assert {one for one in patients if reach.holds(one)} == single
                may = {one for one, (patient, kind) in documents.items() if _may(look, kind, patient)}
            found = {hit.document.id for hit in clinic.document_search.find(actor, "ferritin", limit=100)}
            assert found == may
            opened += len(found)
    assert opened


def _may(look: reading_rule.Look, kind: DocumentType, patient: UUID) -> bool:
    try:
        reading_rule.check(look, kind.document_class, patient)
    except (NotAllowed, reading_rule.RefusedWithALine):
        return False
    return True


def test_what_is_found_is_what_plain_reading_finds(
    clinic: Clinic, admin: Actor, reception: Actor, doctor: Actor, patients: list[UUID]
) -> None:
    """The same on both databases, in the same order: titles first, then the newest."""
    chance = random.Random(11)
    with clinic.work.database.writing() as session:
        settings_queries.write(session, ClinicSettings(reading_rule=ReadingRule.WHOLE_CLINIC))
        session.reported.update(session.touched | set(session.new))
    kept = []
    for at in range(40):
        title = " ".join(chance.sample(WORDS, 2))
        text = " ".join(chance.sample(WORDS, 4))
        created = MORNING - timedelta(minutes=chance.randrange(10_000), seconds=at)
        one = keep_text(clinic, reception, chance.choice(patients), title, text, created_at=created)
        kept.append((one, created, _said(f"{title} scan.pdf"), _said(text)))
    for _ in range(120):
        picked = [chance.choice(WORDS) for _ in range(chance.randint(1, 3))]
        typed = " ".join(word[: chance.randint(3, len(word))].rstrip("./") for word in picked)
        asked = set(typed.split())
        titled = [one for one in kept if _has(asked, one[2])]
        texts = [one for one in kept if one not in titled and _has(asked, one[2] | one[3])]
        expected = [
            one[0] for some in (titled, texts) for one in sorted(some, key=lambda one: one[1], reverse=True)
        ]
        limit = chance.choice((3, 20, 100))
        hits = clinic.document_search.find(doctor, typed, limit=limit)
        assert [hit.document.id for hit in hits] == expected[:limit], typed
        assert [hit.in_title for hit in hits] == [
            hit.document.id in {one[0] for one in titled} for hit in hits
        ]
        assert all(hit.in_title or hit.snippet is not None for hit in hits)


def _said(text: str) -> set[str]:
    return {word.text for word in words(text, "GB")}


def _has(asked: set[str], said: set[str]) -> bool:
    return all(any(one.startswith(word) if len(word) >= 3 else one == word for one in said) for word in asked)
