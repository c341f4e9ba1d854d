"""Notes: drafts nobody else sees, signed once, amended afterwards, and never changed by anybody."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from meditrack_desktop.database.faults import meaning
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    Conflict,
    ErrorCode,
    NotAllowed,
    NotFound,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.notes import (
    LONGEST_NOTE,
    DiscardDraft,
    MarkNoteWrong,
    Note,
    NoteStatus,
    SaveDraft,
    SignNote,
)
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.scheduling import BookAppointment
from tests.conftest import ClinicSite
from tests.makers.care import as_doctor, in_care
from tests.makers.people import a_doctor
from tests.services.chart.conftest import Ward
from tests.services.doors import person


def begin(ward: Ward, body: str = "Feels better.", **more: object) -> Note:
    command = SaveDraft.model_validate({"patient_id": ward.patient.id, "body": body, **more})
    return ward.clinic.notes.save_draft(ward.doctor, command)


def go_on(ward: Ward, draft: Note, body: str, **more: object) -> Note:
    command = {"id": draft.id, "version": draft.version, "patient_id": draft.patient_id, "body": body}
    return ward.clinic.notes.save_draft(ward.doctor, SaveDraft.model_validate({**command, **more}))


def sign(ward: Ward, draft: Note, body: str = "", title: str = "") -> Note:
    command = SignNote(id=draft.id, version=draft.version, title=title, body=body or draft.body)
    return ward.clinic.notes.sign(ward.doctor, command)


def colleague(ward: Ward) -> Actor:
    """Another doctor who has the patient in care."""
    practitioner = ward.clinic.practitioners.add(ward.admin, a_doctor("Namuna", "Omar"))
    actor = person(ward.clinic, "namuna", frozenset({Role.DOCTOR}))
    as_doctor(ward.clinic, ward.admin, actor, practitioner)
    in_care(ward.clinic, ward.reception, practitioner, ward.patient)
    return actor


def actions(ward: Ward) -> list[str]:
    lines = ward.clinic.audit.list(ward.admin, limit=50)
    return [line.action for line in reversed(lines) if line.object_type == "note"]


def test_a_draft_is_kept_again_and_again_and_leaves_two_lines(ward: Ward) -> None:
    draft = begin(ward, "F")
    typed = "Feels_better_since_the_inhaler_was_changed."
    for end in range(2, 30):
        ward.clinic.work.clock.advance(timedelta(seconds=2))  # type: ignore[attr-defined]
        draft = go_on(ward, draft, typed[:end])
    assert draft.version == 29
    signed = sign(ward, draft, "Feels better.")
    assert signed.status is NoteStatus.SIGNED
    assert signed.signed_at == ward.clinic.work.clock.now()
    assert actions(ward) == ["note.draft_begun", "note.signed"]


def test_nothing_is_told_of_a_draft_but_its_beginning_and_end(ward: Ward) -> None:
    heard: list[ChangeSet] = []
    ward.clinic.changes.subscribe(heard.append)
    draft = go_on(ward, begin(ward), "More.")
    assert not any(change.touches("chart") for change in heard)
    sign(ward, draft)
    assert heard[-1].touches("chart")
    assert heard[-1].touches_patient(ward.patient.id)


def test_a_draft_survives_the_program(ward: Ward, site: ClinicSite, clock: FixedClock) -> None:
    draft = go_on(ward, begin(ward), "Half a sen")
    ward.clinic.close()
    again = site.open(clock)
    try:
        assert again.charts.of_patient(ward.doctor, ward.patient.id).draft == draft
        assert again.notes.own_drafts(ward.doctor) == (draft,)
    finally:
        again.close()


def test_only_its_author_sees_a_draft(ward: Ward) -> None:
    draft = begin(ward)
    other = colleague(ward)
    chart = ward.clinic.charts.of_patient(other, ward.patient.id)
    assert (chart.draft, chart.drafts, chart.notes) == (None, (), ())
    assert ward.clinic.notes.own_drafts(other) == ()
    mine = SaveDraft(id=draft.id, version=draft.version, patient_id=ward.patient.id, body="Changed")
    for call in (
        lambda: ward.clinic.notes.save_draft(other, mine),
        lambda: ward.clinic.notes.discard(other, DiscardDraft(id=draft.id, version=draft.version)),
        lambda: ward.clinic.notes.sign(other, SignNote(id=draft.id, version=draft.version, body="Mine")),
        lambda: ward.clinic.notes.mark_wrong(
            other, MarkNoteWrong(id=draft.id, version=draft.version, reason="not mine")
        ),
    ):
        with pytest.raises(NotFound) as caught:
            call()
        assert caught.value.code is ErrorCode.NOTE_NOT_FOUND
    assert ward.clinic.charts.of_patient(ward.doctor, ward.patient.id).draft == draft


def test_two_desks_with_one_draft_lose_nothing(ward: Ward) -> None:
    draft = begin(ward, "Feels better.")
    here = go_on(ward, draft, "Feels better. Cough gone.")
    with pytest.raises(ChangedMeanwhile):
        go_on(ward, draft, "Feels better. Sleeps well.")
    assert ward.clinic.charts.of_patient(ward.doctor, ward.patient.id).draft == here
    with pytest.raises(ChangedMeanwhile):
        sign(ward, draft, "Feels better. Sleeps well.")
    with pytest.raises(ChangedMeanwhile):
        ward.clinic.notes.discard(ward.doctor, DiscardDraft(id=draft.id, version=draft.version))
    assert ward.clinic.charts.of_patient(ward.doctor, ward.patient.id).draft == here


def test_what_was_kept_while_its_answer_was_lost_is_kept_once(ward: Ward) -> None:
    command = SaveDraft(patient_id=ward.patient.id, body="Feels better.")
    first = ward.clinic.notes.save_draft(ward.doctor, command)
    assert ward.clinic.notes.save_draft(ward.doctor, command) == first
    longer = ward.clinic.notes.save_draft(
        ward.doctor, command.model_copy(update={"body": "Feels better today."})
    )
    assert (longer.id, longer.version, longer.body) == (first.id, 2, "Feels better today.")
    again = SaveDraft(id=first.id, version=1, patient_id=ward.patient.id, body="Feels better today.")
    assert ward.clinic.notes.save_draft(ward.doctor, again) == longer
    with pytest.raises(ChangedMeanwhile):
        ward.clinic.notes.save_draft(ward.doctor, command.model_copy(update={"body": "Another"}))


def test_signed_twice_it_is_signed_once(ward: Ward) -> None:
    draft = begin(ward)
    command = SignNote(id=draft.id, version=draft.version, title="Check-up", body="Well.")
    signed = ward.clinic.notes.sign(ward.doctor, command)
    assert ward.clinic.notes.sign(ward.doctor, command) == signed
    with pytest.raises(Conflict) as caught:
        ward.clinic.notes.sign(ward.doctor, command.model_copy(update={"body": "Not well."}))
    assert caught.value.code is ErrorCode.NOTE_SIGNED


def test_a_signed_note_is_not_changed_by_its_author(ward: Ward) -> None:
    signed = sign(ward, begin(ward))
    for call in (
        lambda: go_on(ward, signed, "Changed"),
        lambda: ward.clinic.notes.discard(ward.doctor, DiscardDraft(id=signed.id, version=signed.version)),
    ):
        with pytest.raises(Conflict) as caught:
            call()
        assert caught.value.code is ErrorCode.NOTE_SIGNED
    assert ward.clinic.charts.of_patient(ward.doctor, ward.patient.id).notes == (signed,)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE clinical_note SET body = 'Forged'",
        "UPDATE clinical_note SET title = 'Forged'",
        "UPDATE clinical_note SET signed_at = NULL",
        "UPDATE clinical_note SET status = 'preliminary'",
        "UPDATE clinical_note SET created_by = (SELECT id FROM account WHERE username = 'admin')",
        "UPDATE clinical_note SET amends = id",
        "UPDATE clinical_note SET body = body || ' '",
        "DELETE FROM clinical_note",
    ],
)
def test_the_database_itself_keeps_a_signed_note(ward: Ward, statement: str) -> None:
    signed = sign(ward, begin(ward))
    with (
        ward.clinic.work.database.engine.execution_options(writing=True).connect() as connection,
        pytest.raises(DBAPIError) as caught,
    ):
        connection.execute(text(statement))
    refusal = meaning(caught.value)
    assert refusal.code is ErrorCode.NOTE_SIGNED
    assert ward.clinic.charts.of_patient(ward.doctor, ward.patient.id).notes == (signed,)


def test_the_database_lets_a_draft_go(ward: Ward) -> None:
    begin(ward)
    with ward.clinic.work.database.engine.execution_options(writing=True).begin() as connection:
        connection.execute(text("UPDATE clinical_note SET body = 'Changed'"))
        assert connection.execute(text("DELETE FROM clinical_note")).rowcount == 1


def test_an_amendment_stands_beside_what_it_amends(ward: Ward) -> None:
    first = sign(ward, begin(ward, "Left knee swollen."))
    draft = begin(ward, "It was the right knee.", amends=first.id)
    assert ward.clinic.charts.of_patient(ward.doctor, ward.patient.id).notes == (first,)
    ward.clinic.work.clock.advance(timedelta(minutes=1))  # type: ignore[attr-defined]
    amendment = sign(ward, draft)
    notes = ward.clinic.charts.of_patient(ward.doctor, ward.patient.id).notes
    assert notes[0] == amendment
    assert (amendment.amends, amendment.status) == (first.id, NoteStatus.SIGNED)
    assert (notes[1].id, notes[1].body, notes[1].status) == (first.id, first.body, NoteStatus.AMENDED)
    assert actions(ward) == [
        "note.draft_begun",
        "note.signed",
        "note.draft_begun",
        "note.amended",
        "note.signed",
    ]


def test_a_wrong_amendment_gives_the_note_back(ward: Ward) -> None:
    first = sign(ward, begin(ward, "Left knee swollen."))
    one = sign(ward, begin(ward, "It was the right knee.", amends=first.id))
    two = sign(ward, begin(ward, "And both were warm.", amends=first.id))

    def mark(note: Note) -> Note:
        return ward.clinic.notes.mark_wrong(
            ward.doctor, MarkNoteWrong(id=note.id, version=note.version, reason="another patient's")
        )

    def status() -> NoteStatus:
        notes = ward.clinic.charts.of_patient(ward.doctor, ward.patient.id).notes
        return next(note.status for note in notes if note.id == first.id)

    wrong = mark(one)
    assert (wrong.status, wrong.error_reason) == (NoteStatus.ENTERED_IN_ERROR, "another patient's")
    assert wrong.body == one.body
    assert status() is NoteStatus.AMENDED
    mark(two)
    assert status() is NoteStatus.SIGNED


def test_a_colleague_marks_wrong_and_amends_what_is_signed(ward: Ward) -> None:
    signed = sign(ward, begin(ward))
    other = colleague(ward)
    draft = ward.clinic.notes.save_draft(
        other, SaveDraft(patient_id=ward.patient.id, body="I disagree.", amends=signed.id)
    )
    amendment = ward.clinic.notes.sign(
        other, SignNote(id=draft.id, version=draft.version, body="I disagree.")
    )
    assert amendment.author_name == "namuna"
    now = ward.clinic.charts.of_patient(other, ward.patient.id).notes
    amended = next(note for note in now if note.id == signed.id)
    with pytest.raises(ChangedMeanwhile):
        ward.clinic.notes.mark_wrong(
            other, MarkNoteWrong(id=signed.id, version=signed.version, reason="stale version")
        )
    ward.clinic.notes.mark_wrong(
        other, MarkNoteWrong(id=signed.id, version=amended.version, reason="wrong person")
    )


def test_an_amendment_of_what_became_wrong_is_refused(ward: Ward) -> None:
    signed = sign(ward, begin(ward))
    draft = begin(ward, "Amended.", amends=signed.id)
    ward.clinic.notes.mark_wrong(
        ward.doctor, MarkNoteWrong(id=signed.id, version=signed.version, reason="wrong person")
    )
    with pytest.raises(ChangedMeanwhile):
        sign(ward, draft)
    assert ward.clinic.charts.of_patient(ward.doctor, ward.patient.id).draft == draft
    with pytest.raises(NotFound):
        begin(ward, "Again.", amends=signed.id)


def test_visit_and_amended_note_must_be_this_patients(ward: Ward) -> None:
    in_care(ward.clinic, ward.reception, ward.practitioner, ward.other)
    visit = ward.clinic.scheduling.book(
        ward.reception,
        BookAppointment(
            patient_id=ward.other.id,
            practitioner_id=ward.practitioner.id,
            wall_start=datetime.combine(date(2026, 11, 19), time(9)),
        ),
    )
    own = ward.clinic.scheduling.book(
        ward.reception,
        BookAppointment(
            patient_id=ward.patient.id,
            practitioner_id=ward.practitioner.id,
            wall_start=datetime.combine(date(2026, 11, 19), time(10)),
        ),
    )
    foreign = sign(ward, begin(ward, patient_id=ward.other.id))
    refusals = []
    for asked in (visit.id, new_id()):
        with pytest.raises(NotFound) as caught:
            begin(ward, appointment_id=asked)
        refusals.append(repr(caught.value))
    assert refusals[0] == refusals[1]
    draft = begin(ward, appointment_id=own.id)
    assert draft.appointment_id == own.id
    with pytest.raises(NotFound):
        go_on(ward, draft, "More", appointment_id=visit.id)
    for asked in (foreign.id, new_id()):
        with pytest.raises(NotFound) as caught:
            begin(ward, amends=asked)
        assert caught.value.code is ErrorCode.NOTE_NOT_FOUND
    with pytest.raises(NotFound):
        go_on(ward, draft, "More", patient_id=ward.other.id)
    assert ward.clinic.charts.of_patient(ward.doctor, ward.patient.id).draft == draft


def test_who_lost_the_care_keeps_the_words_but_signs_nothing(ward: Ward) -> None:
    """The draft stays where it is safe; to sign it, an emergency access or the care is needed again."""
    draft = begin(ward)
    member = ward.clinic.care_team.of_patient(ward.reception, ward.patient.id)[0]
    from meditrack_desktop.domain.care_team import EndCareTeamMember

    ward.clinic.care_team.end(ward.reception, EndCareTeamMember(id=member.id, version=member.version))
    kept = go_on(ward, draft, "One more sentence.")
    with pytest.raises(NotAllowed) as caught:
        sign(ward, kept)
    assert caught.value.code is ErrorCode.NOT_IN_CARE
    assert ward.clinic.notes.own_drafts(ward.doctor) == (kept,)
    with pytest.raises(NotAllowed):
        begin(ward)


def test_discarded_it_is_gone_and_audited(ward: Ward) -> None:
    draft = begin(ward)
    ward.clinic.notes.discard(ward.doctor, DiscardDraft(id=draft.id, version=draft.version))
    assert ward.clinic.charts.of_patient(ward.doctor, ward.patient.id).drafts == ()
    assert actions(ward) == ["note.draft_begun", "note.discarded"]
    with pytest.raises(NotFound):
        go_on(ward, draft, "More")


def test_several_drafts_are_all_there(ward: Ward) -> None:
    first = begin(ward, "One")
    ward.clinic.work.clock.advance(timedelta(seconds=2))  # type: ignore[attr-defined]
    second = begin(ward, "Two")
    chart = ward.clinic.charts.of_patient(ward.doctor, ward.patient.id)
    assert chart.draft == second
    assert chart.drafts == (second, first)


def test_a_note_of_a_megabyte_is_told_its_limit() -> None:
    for kind in (SaveDraft, SignNote):
        with pytest.raises(ValidationError) as caught:
            kind.model_validate(
                {"id": new_id(), "version": 1, "patient_id": new_id(), "body": "x" * 1_000_000}
                if kind is SaveDraft
                else {"id": new_id(), "version": 1, "body": "x" * 1_000_000}
            )
        (problem,) = caught.value.errors()
        assert (problem["type"], problem["loc"]) == ("string_too_long", ("body",))
        assert problem["ctx"] == {"max_length": LONGEST_NOTE}


def test_the_longest_note_is_kept_whole(ward: Ward) -> None:
    body = ("Žluťoučký kůň 好 😀\n\t- item\n" * 5000)[:LONGEST_NOTE].strip()
    signed = sign(ward, begin(ward, body))
    assert ward.clinic.charts.of_patient(ward.doctor, ward.patient.id).notes[0].body == body == signed.body


def test_what_cannot_be_stored_alike_is_left_out_of_a_draft_not_refused(ward: Ward) -> None:
    """A pasted form feed must not keep two hours of typing from being saved."""
    draft = begin(ward, "Page one\x0cPage two\x00\ud800 end\r\nnext")
    assert draft.body == "Page one\nPage two end\nnext"


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_an_empty_note_is_not_signed(ward: Ward) -> None:
    draft = begin(ward, "")
    assert draft.body == ""
    with pytest.raises(ValidationError):
        SignNote(id=draft.id, version=draft.version, body=" \n ")
