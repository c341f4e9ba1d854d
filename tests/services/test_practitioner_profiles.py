"""Profiles of doctors: what they say, how complete they are, the tree of specialties, and credentials."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from meditrack_desktop.database.queries import practitioner_profiles as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    Conflict,
    ErrorCode,
    Invalid,
    NotAllowed,
    NotFound,
)
from meditrack_desktop.domain.practitioner_profiles import (
    CheckCredential,
    Credential,
    CredentialState,
    EditProfile,
    RemoveCredential,
    SaveCredential,
    SaveSpecialty,
    Specialty,
)
from meditrack_desktop.domain.practitioners import Practitioner, SetPractitionerActive
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_doctor

TODAY = date(2026, 11, 18)


@pytest.fixture
def ines(clinic: Clinic, admin: Actor) -> Practitioner:
    return clinic.practitioners.add(admin, a_doctor("Modelo", "Ines", specialty="Doctor"))


def specialty(clinic: Clinic, admin: Actor, name: str, parent: UUID | None = None) -> Specialty:
    return clinic.practitioner_profiles.save_specialty(admin, SaveSpecialty(name=name, parent_id=parent))


def credential(clinic: Clinic, admin: Actor, doctor: Practitioner, **more: Any) -> Credential:
    command = SaveCredential.model_validate({"practitioner_id": doctor.id, "name": "Licence", **more})
    return clinic.practitioner_profiles.save_credential(admin, command)


def check(one: Credential, state: CredentialState = CredentialState.VERIFIED) -> CheckCredential:
    return CheckCredential(id=one.id, version=one.version, state=state)


def test_a_profile_fills_up_to_a_hundred(
    clinic: Clinic, admin: Actor, reception: Actor, ines: Practitioner
) -> None:
    profiles = clinic.practitioner_profiles
    empty = profiles.get(reception, ines.id)
    assert empty.missing == ("biography", "specialties", "credentials", "education", "languages", "skills")
    assert empty.completeness == 14, "one part of seven: there are hours"
    heart = specialty(clinic, admin, "Cardiology")
    edited = profiles.edit(
        admin,
        EditProfile(
            practitioner_id=ines.id,
            version=ines.version,
            biography="Has looked after hearts since 2004.\nSpeaks slowly.",
            education=("Sample University, 2001", "Example Hospital, 2004"),
            skills=("Echocardiography",),
            languages=("pl", "en", "pl"),
            specialty_ids=(heart.id,),
        ),
    )
    assert (edited.version, edited.languages, edited.specialties) == (
        ines.version + 1,
        ("en", "pl"),
        (heart,),
    )
    assert edited.education == ("Sample University, 2001", "Example Hospital, 2004")
    assert (edited.missing, edited.completeness) == (("credentials",), 86)
    licence = credential(clinic, admin, ines, expires_on=TODAY)
    assert profiles.get(reception, ines.id).missing == ("credentials",), "nobody has checked it"
    profiles.check_credential(admin, check(licence))
    full = profiles.get(reception, ines.id)
    assert (full.missing, full.completeness) == ((), 100)
    assert clinic.practitioners.get(reception, ines.id).specialty == "Cardiology"
    newcomer = clinic.practitioners.add(admin, a_doctor("Álvarez", "Bea"))
    assert profiles.list(admin) == (profiles.get(reception, newcomer.id), full), "in name order"


def test_an_expired_credential_and_missing_hours_leave_a_gap(clinic: Clinic, admin: Actor) -> None:
    idle = clinic.practitioners.add(admin, a_doctor("Ejemplo", "Omar", hours=()))
    old = credential(clinic, admin, idle, expires_on=date(2026, 11, 17))
    clinic.practitioner_profiles.check_credential(admin, check(old))
    missing = clinic.practitioner_profiles.get(admin, idle.id).missing
    assert {"credentials", "hours"} <= set(missing)
    assert clinic.practitioner_profiles.get(admin, idle.id).completeness == 0


def test_a_stale_profile_and_unknown_ones_are_refused(
    clinic: Clinic, admin: Actor, ines: Practitioner
) -> None:
    profiles = clinic.practitioner_profiles
    speaks = EditProfile(practitioner_id=ines.id, version=ines.version, languages=("en",))
    newer = profiles.edit(admin, speaks)
    assert newer.version == ines.version + 1, "languages are part of the doctor"
    with pytest.raises(ChangedMeanwhile):
        profiles.edit(admin, speaks)
    with pytest.raises(NotFound) as missing:
        profiles.edit(
            admin, EditProfile(practitioner_id=ines.id, version=newer.version, specialty_ids=(uuid4(),))
        )
    assert missing.value.code is ErrorCode.SPECIALTY_NOT_FOUND
    for call in (
        lambda: profiles.get(admin, uuid4()),
        lambda: profiles.edit(admin, EditProfile(practitioner_id=uuid4(), version=1)),
    ):
        with pytest.raises(NotFound) as nobody:
            call()
        assert nobody.value.code is ErrorCode.DOCTOR_NOT_FOUND
    assert profiles.get(admin, ines.id) == newer
    with pytest.raises(ValidationError):
        EditProfile(practitioner_id=ines.id, version=1, languages=("english please",))


def test_nobody_but_who_edits_doctors_changes_a_profile(
    clinic: Clinic, reception: Actor, doctor: Actor, ines: Practitioner
) -> None:
    for person in (reception, doctor):
        with pytest.raises(NotAllowed):
            clinic.practitioner_profiles.edit(
                person, EditProfile(practitioner_id=ines.id, version=ines.version, biography="Me")
            )
        with pytest.raises(NotAllowed):
            credential(clinic, person, ines)
        with pytest.raises(NotAllowed):
            specialty(clinic, person, "Cardiology")


def test_specialties_hang_in_a_tree_without_loops(clinic: Clinic, admin: Actor, reception: Actor) -> None:
    profiles = clinic.practitioner_profiles
    medicine = specialty(clinic, admin, "Internal medicine")
    heart = specialty(clinic, admin, "Cardiology", medicine.id)
    rhythm = specialty(clinic, admin, "Electrophysiology", heart.id)
    blood = specialty(clinic, admin, "Angiology", medicine.id)
    skin = specialty(clinic, admin, "Dermatology")
    assert profiles.specialties(reception) == (skin, medicine, blood, heart, rhythm)

    def hang(one: Specialty, below: UUID | None, name: str = "") -> Specialty:
        return profiles.save_specialty(
            admin,
            SaveSpecialty(id=one.id, version=one.version, name=name or one.name, parent_id=below),
        )

    for below in (medicine.id, heart.id, rhythm.id):
        with pytest.raises(Invalid) as loop:
            hang(medicine, below)
        assert loop.value.code is ErrorCode.SPECIALTY_LOOP
    moved = hang(heart, skin.id, "Heart and skin")
    assert (moved.parent_id, moved.name, moved.version) == (skin.id, "Heart and skin", heart.version + 1)
    assert profiles.specialties(reception) == (skin, moved, rhythm, medicine, blood)
    with pytest.raises(ChangedMeanwhile):
        hang(heart, None)
    with pytest.raises(NotFound) as missing:
        hang(moved, uuid4())
    assert missing.value.code is ErrorCode.SPECIALTY_NOT_FOUND
    with pytest.raises(NotFound):
        profiles.save_specialty(admin, SaveSpecialty(id=uuid4(), version=1, name="Ghost"))
    for parent, name in ((None, "dermatology"), (medicine.id, "ANGIOLOGY")):
        with pytest.raises(Conflict) as taken:
            specialty(clinic, admin, name, parent)
        assert taken.value.code is ErrorCode.CALENDAR_NAME_TAKEN
    assert specialty(clinic, admin, "Dermatology", medicine.id).name == "Dermatology", "elsewhere it is free"
    command = SaveSpecialty(name="Urology")
    assert profiles.save_specialty(admin, command) == profiles.save_specialty(admin, command)


def test_a_search_for_a_specialty_finds_those_below_it(
    clinic: Clinic, admin: Actor, ines: Practitioner
) -> None:
    medicine = specialty(clinic, admin, "Internal medicine")
    heart = specialty(clinic, admin, "Cardiology", medicine.id)
    other = clinic.practitioners.add(admin, a_doctor("Ejemplo", "Omar"))
    for doctor, kind, language in ((ines, heart, "pt-BR"), (other, medicine, "en")):
        clinic.practitioner_profiles.edit(
            admin,
            EditProfile(
                practitioner_id=doctor.id,
                version=doctor.version,
                specialty_ids=(kind.id,),
                languages=(language,),
            ),
        )
    with clinic.work.database.reading() as session:
        assert queries.doctors_of_specialty(session, medicine.id) == {ines.id, other.id}
        assert queries.doctors_of_specialty(session, heart.id) == {ines.id}
        assert queries.doctors_speaking(session, "pt") == {ines.id}
        assert queries.doctors_speaking(session, "pt-PT") == {ines.id}
        assert queries.doctors_speaking(session, "p") == frozenset()
        with pytest.raises(NotFound):
            queries.doctors_of_specialty(session, uuid4())


def test_a_credential_is_submitted_checked_and_submitted_again_when_it_changes(
    clinic: Clinic, admin: Actor, reception: Actor, ines: Practitioner
) -> None:
    profiles = clinic.practitioner_profiles
    heard: list[ChangeSet] = []
    clinic.changes.subscribe(heard.append)
    one = credential(clinic, admin, ines, number="L-1", issuer="Example Board", expires_on=date(2027, 6, 1))
    assert (one.state, one.checked_by, one.checked_at) == (CredentialState.SUBMITTED, "", None)
    assert (heard[-1].changes[0].entity, heard[-1].changes[0].doctor) == ("practitioner", ines.id)
    verified = profiles.check_credential(admin, check(one))
    assert (verified.state, verified.checked_by) == (CredentialState.VERIFIED, "Ada Verwalter")
    assert verified.checked_at == clinic.work.clock.now()

    def save(was: Credential, **changes: Any) -> Credential:
        kept = {name: getattr(was, name) for name in SaveCredential.model_fields}
        return profiles.save_credential(admin, SaveCredential.model_validate({**kept, **changes}))

    assert save(verified) == verified, "saved without a change, it stays verified"
    changed = save(verified, number="L-2")
    assert (changed.state, changed.checked_by, changed.checked_at) == (CredentialState.SUBMITTED, "", None)
    rejected = profiles.check_credential(admin, check(changed, CredentialState.REJECTED))
    assert rejected.state is CredentialState.REJECTED
    with pytest.raises(ChangedMeanwhile):
        profiles.check_credential(admin, check(changed))
    with pytest.raises(ChangedMeanwhile):
        save(verified, number="L-3")
    with pytest.raises(ChangedMeanwhile):
        profiles.remove_credential(admin, RemoveCredential(id=one.id, version=one.version))
    assert profiles.get(reception, ines.id).credentials == (rejected,)
    profiles.remove_credential(admin, RemoveCredential(id=one.id, version=rejected.version))
    assert profiles.get(reception, ines.id).credentials == ()
    told = {line.action for line in clinic.audit.list(admin)}
    assert {f"credential.{verb}" for verb in ("added", "edited", "checked", "deleted")} <= told
    assert not any("L-2" in line.detail for line in clinic.audit.list(admin))


def test_a_credential_stays_its_doctors(clinic: Clinic, admin: Actor, ines: Practitioner) -> None:
    profiles = clinic.practitioner_profiles
    other = clinic.practitioners.add(admin, a_doctor("Ejemplo", "Omar"))
    command = SaveCredential(practitioner_id=ines.id, name="Licence")
    one = profiles.save_credential(admin, command)
    assert profiles.save_credential(admin, command) == one, "sent twice, added once"
    for strange in (
        SaveCredential(id=one.id, practitioner_id=other.id, name="Mine now"),
        SaveCredential(id=one.id, version=one.version, practitioner_id=other.id, name="Mine now"),
        SaveCredential(id=uuid4(), version=1, practitioner_id=ines.id, name="Ghost"),
        SaveCredential(practitioner_id=uuid4(), name="Ghost"),
    ):
        with pytest.raises(NotFound):
            profiles.save_credential(admin, strange)
    for call in (
        lambda: profiles.check_credential(
            admin, CheckCredential(id=uuid4(), version=1, state=CredentialState.VERIFIED)
        ),
        lambda: profiles.remove_credential(admin, RemoveCredential(id=uuid4(), version=1)),
    ):
        with pytest.raises(NotFound) as missing:
            call()
        assert missing.value.code is ErrorCode.CREDENTIAL_NOT_FOUND
    with pytest.raises(ValidationError):
        SaveCredential(
            practitioner_id=ines.id, name="Licence", issued_on=TODAY, expires_on=date(2026, 11, 17)
        )


def test_what_expires_is_listed_in_time(
    clinic: Clinic, admin: Actor, reception: Actor, ines: Practitioner
) -> None:
    over = credential(clinic, admin, ines, name="Over", expires_on=date(2026, 11, 17))
    today = credential(clinic, admin, ines, name="Today", expires_on=TODAY)
    last = credential(clinic, admin, ines, name="In 60 days", expires_on=date(2027, 1, 17))
    credential(clinic, admin, ines, name="In 61 days", expires_on=date(2027, 1, 18))
    credential(clinic, admin, ines, name="Never")
    expiring = clinic.practitioner_profiles.expiring
    assert expiring(reception) == (over, today, last)
    assert (over.expired(TODAY), today.expired(TODAY), last.expires_soon(TODAY)) == (True, False, True)
    clinic.practitioners.set_active(
        admin, SetPractitionerActive(id=ines.id, version=ines.version, active=False)
    )
    assert expiring(reception) == (), "whoever has left needs none"
