"""A caller first, the record later: taken down, completed, discarded, verified; on both databases."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import AuditEvent
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.consents import ConsentAnswer, ConsentKind, RecordConsent
from meditrack_desktop.domain.documents import AttachDocument, DocumentType
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    ClinicError,
    Conflict,
    ErrorCode,
    FieldProblem,
    Invalid,
    NotFound,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import (
    ArchivePatient,
    CompletePatient,
    ContactBy,
    DiscardPatient,
    FindPatients,
    Patient,
    PhoneInput,
    RestorePatient,
    TakeDownPatient,
    VerifyPatient,
)
from meditrack_desktop.domain.scheduling import (
    Appointment,
    AppointmentStatus,
    CalendarRange,
    CancelledBy,
    SetAppointmentStatus,
)
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_doctor, a_patient, an_edit
from tests.makers.pictures import a_picture
from tests.makers.visits import Room


def lines(clinic: Clinic, admin: Actor, action: str) -> list[AuditEvent]:
    return [line for line in clinic.audit.list(admin) if line.action == action]


@pytest.fixture
def caller(clinic: Clinic, reception: Actor) -> Patient:
    command = TakeDownPatient(name="mara van der fictanova", phone=PhoneInput(value="020 7946 0123"))
    return clinic.patients.take_down(reception, command)


@pytest.fixture
def room(clinic: Clinic, admin: Actor, reception: Actor, caller: Patient) -> Room:
    """The caller's: visits booked here are theirs."""
    return Room(clinic, reception, clinic.practitioners.add(admin, a_doctor()), caller)


def completed(caller: Patient, **details: object) -> CompletePatient:
    whole = {"birth_date": BirthDate(1988, 4, 5), **details}
    return CompletePatient.model_validate(dict(an_edit(caller, **whole)))


def discarded(caller: Patient, **details: object) -> DiscardPatient:
    command = {"id": caller.id, "version": caller.version, "reason": "wrong number", **details}
    return DiscardPatient.model_validate(command)


def arrives(room: Room, visit: Appointment) -> Appointment:
    command = SetAppointmentStatus(id=visit.id, version=visit.version, status=AppointmentStatus.ARRIVED)
    return room.clinic.scheduling.set_status(room.desk, command)


def test_a_name_and_a_phone_are_enough_to_book(room: Room, caller: Patient) -> None:
    assert (caller.given, caller.family) == ("Mara", "van der Fictanova")
    assert [(phone.value, phone.e164) for phone in caller.phones] == [("020 7946 0123", "+442079460123")]
    assert caller.provisional
    assert caller.mrn
    visit = room.book("2026-11-19 09:30")
    assert visit.provisional
    assert (visit.patient_name, visit.patient_phone) == ("Mara van der Fictanova", "020 7946 0123")
    (found,) = room.clinic.patients.find(room.desk, FindPatients(text="fictanova")).lines
    assert found.provisional


def test_who_is_registered_in_full_is_not_provisional(clinic: Clinic, reception: Actor) -> None:
    assert not clinic.patients.register(reception, a_patient()).provisional


def test_the_same_call_twice_takes_down_one(clinic: Clinic, reception: Actor, admin: Actor) -> None:
    command = TakeDownPatient(name="Mara Fictanova")
    made = clinic.patients.take_down(reception, command)
    assert clinic.patients.take_down(reception, command) == made
    assert clinic.patients.find(reception, FindPatients()).total == 1
    assert sorted(line.detail for line in lines(clinic, admin, "patient.registered")) == [
        "provisional",
        "repeated",
    ]


def test_no_name_is_no_caller(clinic: Clinic, reception: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        clinic.patients.take_down(reception, TakeDownPatient(name="0171 12345"))
    assert refused.value.fields == {"name": FieldProblem.REQUIRED}


def test_checking_in_a_provisional_patient_is_allowed_and_says_so(room: Room) -> None:
    here = arrives(room, room.book("2026-11-19 09:30"))
    assert here.status is AppointmentStatus.ARRIVED
    assert here.provisional


def test_completing_ends_it(room: Room, caller: Patient, admin: Actor) -> None:
    visit = room.book("2026-11-19 09:30")
    whole = room.clinic.patients.complete(
        room.desk, completed(caller, email="mara@patients.example", contact_by=ContactBy.MESSAGE)
    )
    assert not whole.provisional
    assert (whole.birth_date, whole.email) == (BirthDate(1988, 4, 5), "mara@patients.example")
    assert whole.contact_by is ContactBy.MESSAGE
    assert whole.version == caller.version + 1
    assert room.clinic.patients.get(room.desk, caller.id) == whole
    assert not room.clinic.scheduling.get(room.desk, visit.id).provisional
    (line,) = lines(room.clinic, admin, "patient.completed")
    assert "provisional" in line.detail.split("; ")[0].split(",")
    with pytest.raises(Conflict) as again:
        room.clinic.patients.complete(room.desk, completed(whole))
    assert again.value.code is ErrorCode.PATIENT_NOT_PROVISIONAL


def test_editing_a_provisional_record_leaves_it_so(clinic: Clinic, reception: Actor, caller: Patient) -> None:
    edited = clinic.patients.edit(reception, an_edit(caller, note="rings again"))
    assert edited.provisional


def test_completing_a_stale_record_is_refused(clinic: Clinic, reception: Actor, caller: Patient) -> None:
    clinic.patients.edit(reception, an_edit(caller, note="rings again"))
    with pytest.raises(ChangedMeanwhile):
        clinic.patients.complete(reception, completed(caller))
    assert clinic.patients.get(reception, caller.id).provisional


def test_discarding_archives_the_record_and_gives_the_time_back(
    room: Room, caller: Patient, admin: Actor
) -> None:
    visit = room.book("2026-11-19 09:30")
    gone = room.clinic.patients.discard(room.desk, discarded(caller))
    assert not gone.active
    assert gone.archive_reason == "wrong number"
    assert room.clinic.patients.find(room.desk, FindPatients()).total == 0
    given_up = room.clinic.scheduling.get(room.desk, visit.id)
    assert given_up.status is AppointmentStatus.CANCELLED
    assert given_up.cancelled_by is CancelledBy.CLINIC
    other = room.clinic.patients.register(room.desk, a_patient())
    room.book("2026-11-19 09:30", patient_id=other.id)
    assert len(lines(room.clinic, admin, "patient.discarded")) == 1
    assert len(lines(room.clinic, admin, "appointment.cancelled")) == 1
    back = room.clinic.patients.restore(admin, RestorePatient(id=gone.id, version=gone.version))
    assert back.active and back.provisional


def test_a_known_patient_after_all_gets_the_visits(room: Room, caller: Patient, admin: Actor) -> None:
    known = room.clinic.patients.register(room.desk, a_patient("Fictanova", "Mara", birth_date="1988-04-05"))
    later = room.book("2026-11-20 09:30")
    now = arrives(room, room.book("2026-11-19 09:30"))
    room.clinic.patients.discard(room.desk, discarded(caller, known_as=known.id))
    for visit, status in ((now, AppointmentStatus.ARRIVED), (later, AppointmentStatus.BOOKED)):
        found = room.clinic.scheduling.get(room.desk, visit.id)
        assert (found.patient_id, found.status, found.wall_start) == (known.id, status, visit.wall_start)
    assert room.clinic.scheduling.of_patient(room.desk, caller.id) == ()
    assert {line.patient_id for line in lines(room.clinic, admin, "appointment.handed_over")} == {known.id}


def test_visits_go_to_nobody_who_could_not_be_booked(room: Room, caller: Patient, admin: Actor) -> None:
    visit = room.book("2026-11-19 09:30")
    known = room.clinic.patients.register(room.desk, a_patient())
    room.clinic.patients.archive(
        admin, ArchivePatient(id=known.id, version=known.version, reason="moved away")
    )
    for whom, code in (
        (known.id, ErrorCode.PATIENT_ARCHIVED),
        (new_id(), ErrorCode.PATIENT_NOT_FOUND),
        (caller.id, ErrorCode.FIELDS_INVALID),
    ):
        with pytest.raises(ClinicError) as refused:
            room.clinic.patients.discard(room.desk, discarded(caller, known_as=whom))
        assert refused.value.code is code
    assert room.clinic.patients.get(room.desk, caller.id).active
    assert room.clinic.scheduling.get(room.desk, visit.id).status is AppointmentStatus.BOOKED


def test_somebody_who_stands_at_the_desk_is_not_discarded(room: Room, caller: Patient) -> None:
    arrives(room, room.book("2026-11-19 09:30"))
    with pytest.raises(Conflict) as refused:
        room.clinic.patients.discard(room.desk, discarded(caller))
    assert refused.value.code is ErrorCode.PATIENT_HAS_HISTORY


@pytest.mark.parametrize("what", ["document", "consent"])
def test_a_record_that_holds_something_is_not_discarded(
    clinic: Clinic, reception: Actor, caller: Patient, what: str
) -> None:
    if what == "document":
        attach = AttachDocument(patient_id=caller.id, file_name="card.png", type=DocumentType.INSURANCE)
        clinic.documents.attach(reception, attach, BytesIO(a_picture()))
    else:
        clinic.consents.record(
            reception,
            RecordConsent(
                patient_id=caller.id,
                kind=ConsentKind.MESSAGES,
                answer=ConsentAnswer.REFUSED,
                answered_on=date(2026, 11, 1),
            ),
        )
    with pytest.raises(Conflict) as refused:
        clinic.patients.discard(reception, discarded(caller))
    assert refused.value.code is ErrorCode.PATIENT_HAS_HISTORY
    assert clinic.patients.get(reception, caller.id).active


def test_a_whole_record_is_never_discarded(clinic: Clinic, reception: Actor) -> None:
    whole = clinic.patients.register(reception, a_patient())
    with pytest.raises(Conflict) as refused:
        clinic.patients.discard(reception, discarded(whole))
    assert refused.value.code is ErrorCode.PATIENT_NOT_PROVISIONAL


def test_a_cancelled_visit_leaves_the_calendar_of_free_times_alone(room: Room, caller: Patient) -> None:
    room.book("2026-11-19 09:30")
    day = date(2026, 11, 19)
    before = room.clinic.scheduling.free_slots(room.desk, room.doctor.id, day, 30)
    room.clinic.patients.discard(room.desk, discarded(caller))
    after = room.clinic.scheduling.free_slots(room.desk, room.doctor.id, day, 30)
    half_past = [datetime(2026, 11, 19, 9, 30)]
    assert [slot.wall_start for slot in before if slot.wall_start in half_past] == []
    assert [slot.wall_start for slot in after if slot.wall_start in half_past] == half_past
    shown = room.clinic.scheduling.calendar(room.desk, CalendarRange(first=day, last=day))
    assert [visit.status for visit in shown] == [AppointmentStatus.CANCELLED]


def test_verifying_stamps_who_and_when(clinic: Clinic, reception: Actor, admin: Actor) -> None:
    made = clinic.patients.register(reception, a_patient())
    assert (made.verified_at, made.verified_by_name) == (None, "")
    stamped = clinic.patients.verify(reception, VerifyPatient(id=made.id, version=made.version))
    assert stamped.verified_at == clinic.work.clock.now()
    assert stamped.verified_by_name == reception.name
    assert clinic.patients.get(reception, made.id) == stamped
    edited = clinic.patients.edit(reception, an_edit(stamped, note="new"))
    assert edited.verified_at == stamped.verified_at
    assert len(lines(clinic, admin, "patient.verified")) == 1
    with pytest.raises(ChangedMeanwhile):
        clinic.patients.verify(reception, VerifyPatient(id=made.id, version=made.version))
    with pytest.raises(NotFound):
        clinic.patients.verify(reception, VerifyPatient(id=new_id(), version=1))


def test_preferences_are_kept_and_changed(clinic: Clinic, reception: Actor) -> None:
    command = a_patient(
        contact_by=ContactBy.POST, interpreter=True, language="pl", preferences="Mornings.\nNo stairs."
    )
    made = clinic.patients.register(reception, command)
    assert (made.contact_by, made.interpreter, made.language) == (ContactBy.POST, True, "pl")
    assert made.preferences == "Mornings.\nNo stairs."
    changed = clinic.patients.edit(
        reception, an_edit(made, contact_by=ContactBy.NONE, interpreter=False, preferences="")
    )
    assert (changed.contact_by, changed.interpreter, changed.preferences) == (ContactBy.NONE, False, "")
    assert clinic.patients.get(reception, made.id) == changed


def test_several_phones_keep_their_order_and_use(clinic: Clinic, reception: Actor) -> None:
    numbers = (
        PhoneInput(value="07400 123456"),
        PhoneInput(value="020 7946 0018", use="home"),
        PhoneInput(value="020 7946 0999 ext. 12", use="work"),
    )
    made = clinic.patients.register(reception, a_patient().model_copy(update={"phones": numbers}))
    assert [(phone.value, phone.use) for phone in made.phones] == [
        (number.value, number.use) for number in numbers
    ]
    assert made.phones[2].e164 == "+442079460999"
    turned = clinic.patients.edit(
        reception, an_edit(made, phones=tuple(dict(number) for number in reversed(numbers)))
    )
    assert [phone.use for phone in turned.phones] == ["work", "home", "mobile"]
    assert turned.version == made.version + 1
