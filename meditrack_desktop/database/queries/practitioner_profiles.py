"""Questions about what is known of doctors beside name and hours: languages, specialties, credentials."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.database.tables.practitioners import (
    CredentialRow,
    PractitionerLanguageRow,
    PractitionerRow,
    PractitionerSpecialtyRow,
    SpecialtyRow,
)
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.practitioner_profiles import (
    EXPIRES_SOON_DAYS,
    Credential,
    PractitionerProfile,
    Specialty,
    below,
)


def profiles(session: Session, rows: Sequence[PractitionerRow]) -> dict[UUID, PractitionerProfile]:
    """The profiles as they are stored, in one statement a table; how complete they are, is not told here."""
    ids = [row.id for row in rows]
    spoken, kinds, papers = _languages(session, ids), _specialties(session, ids), _papers(session, ids)
    return {
        row.id: PractitionerProfile(
            practitioner_id=row.id,
            version=row.version,
            biography=row.biography,
            education=tuple(row.education.splitlines()),
            skills=tuple(row.skills.splitlines()),
            languages=tuple(spoken.get(row.id, ())),
            specialties=tuple(kinds.get(row.id, ())),
            credentials=tuple(papers.get(row.id, ())),
            completeness=0,
            missing=(),
        )
        for row in rows
    }


def _languages(session: Session, practitioner_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    table = PractitionerLanguageRow.__table__.c
    rows = session.execute(
        select(table.practitioner_id, table.language).where(table.practitioner_id.in_(practitioner_ids))
    )
    found: dict[UUID, list[str]] = {}
    for doctor, language in sorted(rows):
        found.setdefault(doctor, []).append(language)
    return found


def _specialties(session: Session, practitioner_ids: Sequence[UUID]) -> dict[UUID, list[Specialty]]:
    """In the order they were given: the first is what the doctor is known for."""
    query = (
        select(PractitionerSpecialtyRow.practitioner_id, SpecialtyRow)
        .join(SpecialtyRow, PractitionerSpecialtyRow.specialty_id == SpecialtyRow.id)
        .where(PractitionerSpecialtyRow.practitioner_id.in_(practitioner_ids))
        .order_by(PractitionerSpecialtyRow.position)
    )
    found: dict[UUID, list[Specialty]] = {}
    for doctor, row in session.execute(query):
        found.setdefault(doctor, []).append(specialty_record(row))
    return found


def _papers(session: Session, practitioner_ids: Sequence[UUID]) -> dict[UUID, list[Credential]]:
    """Whatever ends first comes first; what never ends, last."""
    query = _of_credentials().where(CredentialRow.practitioner_id.in_(practitioner_ids))
    found: dict[UUID, list[Credential]] = {}
    for one in sorted(
        _credentials(session, query), key=lambda one: (one.expires_on or date.max, one.name, one.id)
    ):
        found.setdefault(one.practitioner_id, []).append(one)
    return found


def specialties(session: Session, *, held: bool = False) -> tuple[Specialty, ...]:
    """The whole tree, in no order. `held`: kept as it is until the transaction ends."""
    query = select(SpecialtyRow).order_by(SpecialtyRow.id)
    rows = session.scalars(query.with_for_update() if held else query)
    return tuple(specialty_record(row) for row in rows)


def find_specialty(session: Session, specialty_id: UUID) -> SpecialtyRow | None:
    return session.scalars(select(SpecialtyRow).where(SpecialtyRow.id == specialty_id)).first()


def specialty_row(session: Session, specialty_id: UUID, version: int) -> SpecialtyRow:
    """NotFound SPECIALTY_NOT_FOUND; ChangedMeanwhile if `version` is not the newest."""
    found = find_specialty(session, specialty_id)
    if found is None:
        raise NotFound(ErrorCode.SPECIALTY_NOT_FOUND)
    if found.version != version:
        raise ChangedMeanwhile()
    return found


def specialty_record(row: SpecialtyRow) -> Specialty:
    return Specialty(row.id, row.version, row.name, row.parent_id)


def doctors_of_specialty(session: Session, specialty_id: UUID) -> frozenset[UUID]:
    """Who has this specialty or one below it. NotFound SPECIALTY_NOT_FOUND."""
    if find_specialty(session, specialty_id) is None:
        raise NotFound(ErrorCode.SPECIALTY_NOT_FOUND)
    wanted = below(specialties(session), specialty_id)
    query = select(PractitionerSpecialtyRow.practitioner_id).where(
        PractitionerSpecialtyRow.specialty_id.in_(wanted)
    )
    return frozenset(session.scalars(query))


def doctors_speaking(session: Session, language: str) -> frozenset[UUID]:
    """Who speaks the language, whatever the region: `pt` finds `pt-BR`, and `pt-BR` whoever said `pt`."""
    spoken = language.partition("-")[0].lower()
    query = select(PractitionerLanguageRow.practitioner_id, PractitionerLanguageRow.language)
    rows = session.execute(query.where(PractitionerLanguageRow.language.like(f"{spoken}%")))
    return frozenset(doctor for doctor, known in rows if known.partition("-")[0].lower() == spoken)


def set_languages(session: Session, practitioner_id: UUID, wanted: Iterable[str]) -> bool:
    """Replace them. Whether that changed anything."""
    spoken = tuple(sorted(set(wanted)))
    if tuple(_languages(session, [practitioner_id]).get(practitioner_id, ())) == spoken:
        return False
    session.execute(
        delete(PractitionerLanguageRow).where(PractitionerLanguageRow.practitioner_id == practitioner_id)
    )
    session.add_all(
        PractitionerLanguageRow(practitioner_id=practitioner_id, language=language) for language in spoken
    )
    return True


def set_specialties(session: Session, practitioner_id: UUID, wanted: Sequence[UUID]) -> bool:
    """Replace them, in this order. Whether that changed anything. NotFound SPECIALTY_NOT_FOUND."""
    ids = tuple(dict.fromkeys(wanted))
    if not {one.id for one in specialties(session)} >= set(ids):
        raise NotFound(ErrorCode.SPECIALTY_NOT_FOUND)
    before = _specialties(session, [practitioner_id]).get(practitioner_id, ())
    if tuple(one.id for one in before) == ids:
        return False
    session.execute(
        delete(PractitionerSpecialtyRow).where(PractitionerSpecialtyRow.practitioner_id == practitioner_id)
    )
    session.add_all(
        PractitionerSpecialtyRow(practitioner_id=practitioner_id, specialty_id=each, position=position)
        for position, each in enumerate(ids)
    )
    return True


def find_credential(session: Session, credential_id: UUID) -> CredentialRow | None:
    return session.scalars(select(CredentialRow).where(CredentialRow.id == credential_id)).first()


def credential_row(session: Session, credential_id: UUID, version: int) -> CredentialRow:
    """NotFound CREDENTIAL_NOT_FOUND; ChangedMeanwhile if `version` is not the newest."""
    found = find_credential(session, credential_id)
    if found is None:
        raise NotFound(ErrorCode.CREDENTIAL_NOT_FOUND)
    if found.version != version:
        raise ChangedMeanwhile()
    return found


def credential(session: Session, credential_id: UUID) -> Credential:
    """NotFound CREDENTIAL_NOT_FOUND."""
    found = _credentials(session, _of_credentials().where(CredentialRow.id == credential_id))
    if not found:
        raise NotFound(ErrorCode.CREDENTIAL_NOT_FOUND)
    return found[0]


def expiring(session: Session, today: date) -> tuple[Credential, ...]:
    """Of doctors who work here: what is over, or will be within 60 days; the soonest first."""
    query = _of_credentials().join(PractitionerRow, PractitionerRow.id == CredentialRow.practitioner_id)
    query = query.where(
        PractitionerRow.active, CredentialRow.expires_on <= today + timedelta(days=EXPIRES_SOON_DAYS)
    )
    found = _credentials(session, query)
    return tuple(sorted(found, key=lambda one: (one.expires_on or date.max, one.name, one.id)))


def _of_credentials() -> Select[*tuple[Any, ...]]:
    return select(CredentialRow, AccountRow.name).outerjoin(
        AccountRow, AccountRow.id == CredentialRow.checked_by
    )


def _credentials(session: Session, query: Select[*tuple[Any, ...]]) -> list[Credential]:
    return [
        Credential(
            id=row.id,
            version=row.version,
            practitioner_id=row.practitioner_id,
            name=row.name,
            number=row.number,
            issuer=row.issuer,
            issued_on=row.issued_on,
            expires_on=row.expires_on,
            state=row.state,
            checked_by=checker or "",
            checked_at=row.checked_at,
        )
        for row, checker in session.execute(query)
    ]
