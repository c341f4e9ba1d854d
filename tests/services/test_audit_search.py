"""Finding lines, naming what they are about, the history of one record, who saw what, and extracts."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from meditrack_desktop.database.queries import audit as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import (
    ActionGroup,
    AuditLine,
    AuditQuery,
    ExtractKind,
    ExtractWords,
    Outcome,
    Step,
    SubjectState,
    group_of,
    read_detail,
    told,
)
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import NotAllowed, NotFound, Stopped
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import EditPatient, Patient, RegisterPatient
from meditrack_desktop.domain.practitioners import AddPractitioner, Practitioner, WorkingHoursInput
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.domain.scheduling import (
    Appointment,
    AppointmentStatus,
    BookAppointment,
    CancelAppointment,
    MoveAppointment,
    SetAppointmentStatus,
)
from meditrack_desktop.services import audit_extract
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.safe_csv import safe_cell

TODAY, TOMORROW = date(2026, 11, 18), date(2026, 11, 19)
HOURS = tuple(WorkingHoursInput(weekday=day, starts=time(8), ends=time(18)) for day in range(7))
WORDS = ExtractWords(
    title="Audit log",
    period="18 Nov 2026",
    printed="Printed by Ada Verwalter",
    page_of="Page {page} of {pages}",
    heads=("Entry", "Person", "Action", "Which"),
    cells=lambda line: (
        str(line.event.seq),
        line.event.account_name,
        line.event.action,
        line.subject.patient,
    ),
)


@pytest.fixture
def doctors(clinic: Clinic, admin: Actor) -> tuple[Practitioner, Practitioner]:
    add = clinic.practitioners.add
    return (
        add(admin, AddPractitioner(family="Shili", given="Mei", prefix="Dr.", hours=HOURS)),
        add(admin, AddPractitioner(family="Stubbs", given="Aisha", prefix="Dr.", hours=HOURS)),
    )


@pytest.fixture
def patient(clinic: Clinic, reception: Actor) -> Patient:
    return clinic.patients.register(reception, RegisterPatient(family="Przykład", given="Piotr"))


@pytest.fixture
def visit(
    clinic: Clinic, reception: Actor, patient: Patient, doctors: tuple[Practitioner, Practitioner]
) -> Appointment:
    return clinic.scheduling.book(
        reception,
        BookAppointment(
            patient_id=patient.id,
            practitioner_id=doctors[0].id,
            wall_start=datetime.combine(TOMORROW, time(9)),
            minutes=30,
        ),
    )


def _all(clinic: Clinic, admin: Actor, query: AuditQuery) -> list[AuditLine]:
    found: list[AuditLine] = []
    after = None
    while True:
        page = clinic.audit.search(admin, query.model_copy(update={"after": after}))
        found += page.lines
        after = page.end
        if after is None:
            return found


def test_pages_hold_every_line_once_whatever_is_written_meanwhile(
    clinic: Clinic, admin: Actor, reception: Actor, clock: FixedClock
) -> None:
    """Many lines of one instant, too: the cursor is a line, not a time."""
    for number in range(30):
        clinic.patients.register(reception, RegisterPatient(family=f"Placeby{number}"))
        if number % 7 == 0:
            clock.advance(timedelta(seconds=1))
    first = clinic.audit.search(admin, AuditQuery(group=ActionGroup.CREATED, limit=7))
    seen = [line.event.place for line in first.lines]
    after = first.end
    while after is not None:
        clinic.patients.register(reception, RegisterPatient(family="Meanwhile"))
        page = clinic.audit.search(admin, AuditQuery(group=ActionGroup.CREATED, limit=7, after=after))
        seen += [line.event.place for line in page.lines]
        after = page.end
    assert len(seen) == len(set(seen))
    now = clinic.audit.count(admin, AuditQuery(group=ActionGroup.CREATED))
    assert now is not None and now > len(seen), "those written meanwhile are counted, and were not shown"
    assert seen == sorted(seen, key=lambda place: (place.at, place.seq), reverse=True)


def test_every_filter_keeps_what_it_says(
    clinic: Clinic, admin: Actor, reception: Actor, visit: Appointment, patient: Patient, clock: FixedClock
) -> None:
    with pytest.raises(NotAllowed):
        clinic.audit.search(reception, AuditQuery())
    clock.advance(timedelta(days=-1))
    clinic.patients.get(reception, patient.id)
    clock.advance(timedelta(days=1))

    refused = _all(clinic, admin, AuditQuery(refused_only=True))
    assert [line.event.action for line in refused] == ["permission.refused"]
    by_person = _all(clinic, admin, AuditQuery(account_id=reception.account_id))
    assert by_person and {line.event.account_id for line in by_person} == {reception.account_id}
    of_today = _all(clinic, admin, AuditQuery(first=TODAY, last=TODAY, patient_id=patient.id))
    assert {line.event.action for line in of_today} == {"patient.registered", "appointment.booked"}
    of_yesterday = _all(clinic, admin, AuditQuery(last=TODAY - timedelta(days=1), patient_id=patient.id))
    assert [line.event.action for line in of_yesterday] == ["patient.viewed"]
    of_visit = _all(clinic, admin, AuditQuery(object_type="appointment", object_id=visit.id))
    assert [line.event.action for line in of_visit] == ["appointment.booked"]
    assert _all(clinic, admin, AuditQuery(desk="ws_nowhere")) == []
    assert len(_all(clinic, admin, AuditQuery(desk=clinic.work.trail.chain))) > 5


def test_groups_part_the_trail_without_rest(clinic: Clinic, admin: Actor, visit: Appointment) -> None:
    clinic.audit.check(admin)
    everything = _all(clinic, admin, AuditQuery(last=TODAY))
    counted = 0
    for group in ActionGroup:
        lines = _all(clinic, admin, AuditQuery(last=TODAY, group=group))
        assert all(line.group is group for line in lines)
        counted += len(lines)
    assert counted >= len(everything) > 10
    assert group_of("session.started", "session") is ActionGroup.SIGNED_IN
    assert group_of("never.heard_of", "never") is ActionGroup.CHANGED


def test_text_finds_people_patients_and_what_stands_in_the_line(
    clinic: Clinic, admin: Actor, reception: Actor, patient: Patient, visit: Appointment
) -> None:
    for typed in ("przyk", "Przykład Piotr", patient.mrn):
        lines = _all(clinic, admin, AuditQuery(text=typed))
        assert {line.event.patient_id for line in lines} == {patient.id}, typed
    by_name = _all(clinic, admin, AuditQuery(text="ontwerp rosa"))
    assert {line.event.account_id for line in by_name} == {reception.account_id}
    booked = _all(clinic, admin, AuditQuery(text="appointment.booked"))
    assert [line.event.object_id for line in booked] == [visit.id]
    assert _all(clinic, admin, AuditQuery(text="100%_none")) == []


def test_lines_are_named_only_for_whoever_may_see_the_things(
    clinic: Clinic, admin: Actor, visit: Appointment, patient: Patient
) -> None:
    def booked() -> AuditLine:
        [line] = _all(clinic, admin, AuditQuery(object_id=visit.id, group=ActionGroup.CREATED))
        return line

    known = booked().subject
    assert (known.state, known.patient, known.number) == (SubjectState.KNOWN, "Piotr Przykład", patient.mrn)
    assert known.wall_start == datetime.combine(TOMORROW, time(9))
    assert booked().desk == clinic.profile.facts().workstation_name
    assert [(step.what, step.after) for step in booked().steps] == [
        ("start", "2026-11-19T09:00"),
        ("minutes", "30"),
        ("doctor", "Dr. Mei Shili"),
    ]
    with _as_if(clinic, "UPDATE patient SET purged_at = created_at"):
        assert booked().subject.state is SubjectState.PURGED
        assert booked().subject.patient == ""
    with _as_if(clinic, "DELETE FROM role_permission WHERE permission = 'view_patients'"):
        assert booked().subject.state is SubjectState.HIDDEN
    with _as_if(clinic, "DELETE FROM role_permission WHERE permission = 'view_calendar'"):
        assert booked().subject.state is SubjectState.HIDDEN
        assert booked().subject.wall_start is None


@contextmanager
def _as_if(clinic: Clinic, statement: str) -> Iterator[None]:
    """Change something behind the services' back; what was there comes back by itself only in a new test."""
    with clinic.work.database.engine.execution_options(writing=True).begin() as connection:
        connection.execute(text(statement))
    yield


def test_anybody_at_the_desk_sees_who_moved_a_visit(
    clinic: Clinic,
    reception: Actor,
    doctor: Actor,
    visit: Appointment,
    doctors: tuple[Practitioner, Practitioner],
    clock: FixedClock,
) -> None:
    clock.advance(timedelta(minutes=5))
    moved = clinic.scheduling.move(
        doctor,
        MoveAppointment(
            id=visit.id,
            version=visit.version,
            wall_start=datetime.combine(TOMORROW, time(10, 30)),
            practitioner_id=doctors[1].id,
        ),
    )
    clock.advance(timedelta(minutes=5))
    arrived = clinic.scheduling.set_status(
        reception,
        SetAppointmentStatus(id=visit.id, version=moved.version, status=AppointmentStatus.ARRIVED),
    )
    back = clinic.scheduling.set_status(
        reception,
        SetAppointmentStatus(id=visit.id, version=arrived.version, status=AppointmentStatus.BOOKED),
    )
    clinic.scheduling.cancel(
        reception, CancelAppointment(id=visit.id, version=back.version, reason="caught a cold")
    )
    clinic.scheduling.get(doctor, visit.id)

    lines = clinic.audit.timeline(reception, "appointment", visit.id)
    assert [line.event.action for line in lines] == [
        "appointment.cancelled",
        "appointment.status_changed",
        "appointment.status_changed",
        "appointment.moved",
        "appointment.booked",
    ]
    by_doctor = lines[3]
    assert by_doctor.event.account_name == "Dr. Ines Modelo"
    assert by_doctor.steps == (
        Step("start", "2026-11-19T09:00", "2026-11-19T10:30"),
        Step("doctor", "Dr. Mei Shili", "Dr. Aisha Stubbs"),
    )
    assert lines[2].steps == (Step("status", "booked", "arrived"),)
    assert lines[0].steps == (Step("status", "booked", "cancelled"), Step("by", "", "patient"))
    assert all("cold" not in line.event.detail for line in lines)
    assert clinic.audit.timeline(doctor, "appointment", visit.id) == lines


def test_a_patients_history_holds_their_things_as_far_as_one_may_see_them(
    clinic: Clinic, reception: Actor, doctor: Actor, patient: Patient, visit: Appointment
) -> None:
    clinic.patients.get(doctor, patient.id)
    clinic.patients.edit(
        reception, EditPatient(id=patient.id, version=patient.version, family="Przykład", given="Jan")
    )
    lines = clinic.audit.timeline(reception, "patient", patient.id)
    assert [line.event.action for line in lines] == [
        "patient.edited",
        "appointment.booked",
        "patient.registered",
    ]
    assert "given" in lines[0].fields and "family" not in lines[0].fields
    with _as_if(clinic, "DELETE FROM role_permission WHERE permission = 'view_calendar'"):
        lines = clinic.audit.timeline(reception, "patient", patient.id)
        assert [line.event.action for line in lines] == ["patient.edited", "patient.registered"]
    with pytest.raises(NotFound):
        clinic.audit.timeline(reception, "patient", new_id())


def test_the_history_of_what_only_an_auditor_sees_is_for_an_auditor(
    clinic: Clinic, admin: Actor, reception: Actor
) -> None:
    with pytest.raises(NotAllowed):
        clinic.audit.timeline(reception, "account", reception.account_id)
    with pytest.raises(NotAllowed):
        clinic.audit.timeline(reception, "clinic", new_id())
    added = clinic.audit.timeline(admin, "account", reception.account_id)
    assert [line.event.action for line in added] == ["account.added"]


def test_a_clock_put_back_does_not_turn_a_history_round(
    clinic: Clinic, reception: Actor, patient: Patient, clock: FixedClock
) -> None:
    newest = patient
    for name in ("Ana", "Bea", "Cia"):
        clock.advance(timedelta(hours=-2))
        newest = clinic.patients.edit(
            reception, EditPatient(id=patient.id, version=newest.version, family="Przykład", given=name)
        )
    lines = clinic.audit.timeline(reception, "patient", patient.id)
    seqs = [line.event.seq for line in lines]
    assert seqs == sorted(seqs, reverse=True) and len(seqs) == 4


def test_who_saw_what_is_answered_by_person_and_desk(
    clinic: Clinic, admin: Actor, reception: Actor, doctor: Actor, patient: Patient, clock: FixedClock
) -> None:
    for _ in range(3):
        clock.advance(timedelta(minutes=2))
        clinic.patients.get(doctor, patient.id)
    access = clinic.audit.access(admin, patient.id)
    by_name = {one.account_name: one for one in access}
    assert access[0].account_name == "Dr. Ines Modelo"
    assert (by_name["Dr. Ines Modelo"].seen, by_name["Dr. Ines Modelo"].changed) == (3, 0)
    assert by_name["Dr. Ines Modelo"].last_at - by_name["Dr. Ines Modelo"].first_at == timedelta(minutes=4)
    assert by_name["Rosa Ontwerp"].changed == 1
    assert by_name["Dr. Ines Modelo"].roles == "doctor"
    assert {one.desk for one in access} == {clinic.profile.facts().workstation_name}
    with pytest.raises(NotAllowed):
        clinic.audit.access(reception, patient.id)
    with pytest.raises(NotFound):
        clinic.audit.access(admin, new_id())


def test_ones_own_acts_are_ones_own_whatever_is_asked(
    clinic: Clinic, doctor: Actor, reception: Actor, patient: Patient
) -> None:
    clinic.patients.get(doctor, patient.id)
    mine = clinic.audit.own(doctor, AuditQuery(account_id=reception.account_id))
    assert mine.lines and {line.event.account_id for line in mine.lines} == {doctor.account_id}
    with pytest.raises(NotAllowed):
        clinic.audit.own(reception, AuditQuery())


def test_a_lines_seal_and_the_line_before_it(clinic: Clinic, admin: Actor, patient: Patient) -> None:
    chain = clinic.work.trail.chain
    newest = clinic.audit.list(admin, limit=1)[0].seq
    for seq in (1, 2, newest):
        found = clinic.audit.line_seal(admin, chain, seq)
        assert found.own and found.previous
    gone = clinic.audit.line_seal(admin, chain, 10_000)
    assert not gone.own and not gone.previous


def _extract(clinic: Clinic, admin: Actor, folder: Path, kind: ExtractKind, **query: object) -> list[Path]:
    made = clinic.audit.extract(admin, AuditQuery.model_validate(query), kind, folder, WORDS)
    files = [folder / name for name in made.files]
    assert sorted(folder.iterdir()) == sorted(files)
    return files


def test_an_extract_holds_what_is_shown_and_leaves_its_line_first(
    clinic: Clinic, admin: Actor, patient: Patient, visit: Appointment, tmp_path: Path
) -> None:
    shown = _all(clinic, admin, AuditQuery(patient_id=patient.id))
    folder = tmp_path / "out"
    folder.mkdir()
    [file] = _extract(clinic, admin, folder, ExtractKind.CSV, patient_id=patient.id)
    assert file.read_bytes().startswith(b"\xef\xbb\xbf") and file.name == "audit-2026-11-18.csv"
    with file.open(encoding="utf-8-sig", newline="") as opened:
        head, *rows = list(csv.reader(opened))
    assert head == ["Entry", "Person", "Action", "Which"]
    of_patient = [int(row[0]) for row in rows if not row[2].startswith("audit.")]
    assert of_patient == [line.event.seq for line in shown]
    assert all(row[3] == "Piotr Przykład" for row in rows if row[2] == "patient.registered")
    [line] = _all(clinic, admin, AuditQuery(group=ActionGroup.GIVEN_OUT))
    assert (line.event.action, line.event.detail, line.event.patient_id) == (
        "audit.exported",
        "csv",
        patient.id,
    )
    again = clinic.audit.extract(admin, AuditQuery(patient_id=patient.id), ExtractKind.CSV, folder, WORDS)
    assert again.files == ("audit-2026-11-18 (2).csv",)


def test_an_extract_to_print_numbers_its_pages(
    clinic: Clinic, admin: Actor, reception: Actor, tmp_path: Path
) -> None:
    for number in range(90):
        clinic.patients.register(reception, RegisterPatient(family=f"Placeby{number}"))
    folder = tmp_path / "out"
    folder.mkdir()
    [file] = _extract(clinic, admin, folder, ExtractKind.PDF, group=ActionGroup.CREATED)
    document = pdfium.PdfDocument(file)
    pages = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    document.close()
    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Printed by Ada Verwalter" in page and "Audit log" in page
    whole = "".join(pages)
    assert all(f"Placeby{number}" in whole for number in range(90))


def test_what_is_too_large_for_one_file_comes_by_month_and_part(
    clinic: Clinic,
    admin: Actor,
    reception: Actor,
    clock: FixedClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(audit_extract.MOST_LINES, ExtractKind.CSV, 10)
    for _ in range(3):
        for number in range(4):
            clinic.patients.register(reception, RegisterPatient(family=f"Placeby{number}"))
        clock.advance(timedelta(hours=2))
    clock.advance(timedelta(days=-40))
    clinic.patients.register(reception, RegisterPatient(family="Octoberby"))
    folder = tmp_path / "out"
    folder.mkdir()
    query = {"text": "patient.registered", "account_id": reception.account_id}
    files = _extract(clinic, admin, folder, ExtractKind.CSV, **query)
    assert [file.name for file in files] == ["audit-2026-11.csv", "audit-2026-11-2.csv", "audit-2026-10.csv"]
    rows = [len(file.read_text("utf-8-sig").splitlines()) - 1 for file in files]
    assert rows == [10, 2, 1]


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights, which files inherit from the folder")
def test_an_extract_is_for_whoever_asked_alone(clinic: Clinic, admin: Actor, tmp_path: Path) -> None:
    theirs = tmp_path / ".audit-2026-11-21.0.unfinished"
    theirs.write_bytes(b"what a killed run left")
    for kind in ExtractKind:
        [name] = clinic.audit.extract(admin, AuditQuery(), kind, tmp_path, WORDS).files
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    assert theirs.read_bytes() == b"what a killed run left"


def test_a_stopped_extract_leaves_no_file(clinic: Clinic, admin: Actor, tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        raise Stopped(done=progress.done)

    for kind in ExtractKind:
        with pytest.raises(Stopped):
            clinic.audit.extract(admin, AuditQuery(), kind, tmp_path, WORDS, stop)
    assert not [path for path in tmp_path.iterdir() if "audit" in path.name]


@pytest.mark.parametrize(
    "typed",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff201",
        "  =1",
    ],
)
def test_no_cell_begins_a_formula(typed: str) -> None:
    assert safe_cell(typed).startswith("'")
    assert safe_cell(typed)[1:] == typed


@given(st.text())
def test_a_safe_cell_keeps_its_text(typed: str) -> None:
    assert safe_cell(typed).removeprefix("'") == typed.replace("\0", "").removeprefix("'")
    assert safe_cell(typed)[:1] not in tuple("=+-@\t\r\n")


@given(
    st.lists(
        st.builds(
            Step,
            st.sampled_from(["start", "minutes", "doctor", "status", "confirmation"]),
            st.from_regex(r"[0-9A-Za-z:-]{0,20}", fullmatch=True),
            st.from_regex(r"[0-9A-Za-z:-]{1,20}", fullmatch=True),
        ),
        max_size=4,
    )
)
def test_steps_are_read_as_they_were_told(steps: list[Step]) -> None:
    kept = [step for step in steps if step.before != step.after]
    assert read_detail(told(*steps)) == ((), tuple(kept), "")


def test_details_of_every_shape_are_read() -> None:
    assert read_detail("") == ((), (), "")
    assert read_detail("family,given; imported") == (("family", "given"), (), "imported")
    assert read_detail("repeated") == ((), (), "repeated")
    assert read_detail("status; status booked to arrived") == (
        ("status",),
        (Step("status", "booked", "arrived"),),
        "",
    )
    assert read_detail("412 lines, whole")[2] == "412 lines, whole"


def test_a_refusal_says_what_was_missing(clinic: Clinic, admin: Actor, reception: Actor) -> None:
    with pytest.raises(NotAllowed):
        clinic.audit.choices(reception)
    [line] = _all(clinic, admin, AuditQuery(refused_only=True))
    assert line.event.outcome is Outcome.REFUSED and line.event.detail == "view_audit"
    assert queries.COUNTED > 0
