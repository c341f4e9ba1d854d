"""Two authors, three desks, one chart: whatever they do with drafts, signed notes and amendments in whatever order,
the chart is what a plain model says, nothing signed changes, and nobody's words are lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.notes import (
    DiscardDraft,
    MarkNoteWrong,
    NoteStatus,
    SaveDraft,
    SignNote,
)
from tests.services.chart.conftest import Ward
from tests.services.chart.test_notes import colleague

STEPS = 220


@dataclass(frozen=True)
class Known:
    """What the model holds of one note."""

    author: UUID
    body: str
    version: int
    status: NoteStatus = NoteStatus.DRAFT
    amends: UUID | None = None


@dataclass
class Model:
    """The oracle: what the chart must be, by rules a page long."""

    notes: dict[UUID, Known] = field(default_factory=dict)

    def save(self, who: UUID, id_: UUID, version: int, body: str, amends: UUID | None) -> ErrorCode | None:
        known = self.notes.get(id_)
        if known is None:
            if version:
                return ErrorCode.NOTE_NOT_FOUND
            if amends is not None and not self._can_be_amended(amends):
                return ErrorCode.NOTE_NOT_FOUND
            self.notes[id_] = Known(who, body, 1, amends=amends)
            return None
        if known.author != who:
            return ErrorCode.NOTE_NOT_FOUND
        if known.status is not NoteStatus.DRAFT:
            return ErrorCode.NOTE_SIGNED
        if known.body == body:
            return None
        if known.version != (version or 1):
            return ErrorCode.CHANGED_MEANWHILE
        self.notes[id_] = replace(known, body=body, version=known.version + 1)
        return None

    def discard(self, who: UUID, id_: UUID, version: int) -> ErrorCode | None:
        known = self.notes.get(id_)
        if known is None or known.author != who:
            return ErrorCode.NOTE_NOT_FOUND
        if known.status is not NoteStatus.DRAFT:
            return ErrorCode.NOTE_SIGNED
        if known.version != version:
            return ErrorCode.CHANGED_MEANWHILE
        del self.notes[id_]
        return None

    def sign(self, who: UUID, id_: UUID, version: int, body: str) -> ErrorCode | None:
        known = self.notes.get(id_)
        if known is None:
            return ErrorCode.NOT_IN_CARE
        if known.author != who:
            return ErrorCode.NOTE_NOT_FOUND
        if known.status is not NoteStatus.DRAFT:
            return None if known.body == body else ErrorCode.NOTE_SIGNED
        if known.version != version:
            return ErrorCode.CHANGED_MEANWHILE
        if known.amends is not None:
            if not self._can_be_amended(known.amends):
                return ErrorCode.CHANGED_MEANWHILE
            self._becomes(known.amends, NoteStatus.AMENDED)
        self.notes[id_] = replace(known, body=body, status=NoteStatus.SIGNED, version=known.version + 1)
        return None

    def mark(self, id_: UUID, version: int) -> ErrorCode | None:
        known = self.notes.get(id_)
        if known is None:
            return ErrorCode.NOT_IN_CARE
        if known.status is NoteStatus.DRAFT:
            return ErrorCode.NOTE_NOT_FOUND
        if known.version != version:
            return ErrorCode.CHANGED_MEANWHILE
        self.notes[id_] = replace(known, status=NoteStatus.ENTERED_IN_ERROR, version=known.version + 1)
        standing = [
            other
            for other in self.notes.values()
            if other.amends == known.amends and other.status in (NoteStatus.SIGNED, NoteStatus.AMENDED)
        ]
        if known.amends is not None and not standing:
            amended = self.notes.get(known.amends)
            if amended is not None and amended.status is NoteStatus.AMENDED:
                self._becomes(known.amends, NoteStatus.SIGNED)
        return None

    def _can_be_amended(self, id_: UUID) -> bool:
        known = self.notes.get(id_)
        return known is not None and known.status in (NoteStatus.SIGNED, NoteStatus.AMENDED)

    def _becomes(self, id_: UUID, status: NoteStatus) -> None:
        known = self.notes[id_]
        if known.status is not status:
            self.notes[id_] = replace(known, status=status, version=known.version + 1)


@pytest.mark.parametrize("seed", [4, 11])
def test_the_chart_is_what_the_model_says(ward: Ward, seed: int) -> None:
    chance, model = Random(seed), Model()
    authors = (ward.doctor, colleague(ward))
    refused: set[ErrorCode] = set()
    reached: set[NoteStatus] = set()
    for step in range(STEPS):
        ward.clinic.work.clock.advance(timedelta(seconds=2))  # type: ignore[attr-defined]
        signed = _signed(model)
        who = chance.choice(authors)
        what, expected, call = _a_step(ward, model, chance, who, step)
        met = _outcome(call)
        assert met == expected, f"step {step}: {what}"
        if met is not None:
            refused.add(met)
        reached |= {known.status for known in model.notes.values()}
        for id_, known in signed.items():
            assert model.notes[id_].body == known.body, f"step {step}: {what} changed a signed note"
        if step % 10 == 9 or step == STEPS - 1:
            _compare(ward, model, authors)
    assert reached == set(NoteStatus), "every state was reached"
    assert refused >= {
        ErrorCode.CHANGED_MEANWHILE,
        ErrorCode.NOTE_SIGNED,
        ErrorCode.NOTE_NOT_FOUND,
    }, "every refusal was met"


def _signed(model: Model) -> dict[UUID, Known]:
    return {id_: known for id_, known in model.notes.items() if known.status is not NoteStatus.DRAFT}


def _a_step(
    ward: Ward, model: Model, chance: Random, who: Actor, step: int
) -> tuple[str, ErrorCode | None, Callable[[], Any]]:
    """What is done, what the model says comes of it, and the deed itself."""
    notes, me = ward.clinic.notes, who.account_id
    ids = list(model.notes)
    drafts = [id_ for id_ in ids if model.notes[id_].status is NoteStatus.DRAFT]
    # Mostly what makes sense, sometimes anything: a foreign note, one that nobody began, a version that is gone.
    mine = [id_ for id_ in drafts if model.notes[id_].author == me]
    any_id = chance.choice([*ids, new_id()]) if ids and chance.random() < 0.9 else new_id()
    id_ = chance.choice(mine) if mine and chance.random() < 0.75 else any_id
    known = model.notes.get(id_)
    version = known.version if known and chance.random() < 0.8 else chance.randint(0, 3)
    body = f"words of step {step}" if chance.random() < 0.8 or known is None else known.body
    deed = chance.choices(("begin", "save", "sign", "discard", "mark"), (3, 6, 5, 1, 1))[0]
    if deed == "begin":
        fresh, amends = new_id(), chance.choice([*ids, None, None, new_id()])
        command = SaveDraft(id=fresh, patient_id=ward.patient.id, body=body, amends=amends)
        return deed, model.save(me, fresh, 0, body, amends), lambda: notes.save_draft(who, command)
    if deed == "save":
        command = SaveDraft(id=id_, version=version, patient_id=ward.patient.id, body=body)
        return deed, model.save(me, id_, version, body, None), lambda: notes.save_draft(who, command)
    if deed == "sign":
        signing = SignNote(id=id_, version=version, body=body)
        return deed, model.sign(me, id_, version, body), lambda: notes.sign(who, signing)
    if deed == "discard":
        return (
            deed,
            model.discard(me, id_, version),
            lambda: notes.discard(who, DiscardDraft(id=id_, version=version)),
        )
    marked = chance.choice([*_signed(model), id_])
    known = model.notes.get(marked)
    seen = known.version if known and chance.random() < 0.8 else version
    wrong = MarkNoteWrong(id=marked, version=seen, reason="another patient's")
    return deed, model.mark(marked, seen), lambda: notes.mark_wrong(who, wrong)


def _outcome(call: Callable[[], Any]) -> ErrorCode | None:
    try:
        call()
    except ClinicError as error:
        return error.code
    return None


def _compare(ward: Ward, model: Model, authors: tuple[Actor, ...]) -> None:
    for who in authors:
        chart = ward.clinic.charts.of_patient(who, ward.patient.id)
        shown = {
            note.id: Known(note.author_id, note.body, note.version, note.status, note.amends)
            for note in (*chart.notes, *chart.drafts)
        }
        visible = {
            id_: known
            for id_, known in model.notes.items()
            if known.status is not NoteStatus.DRAFT or known.author == who.account_id
        }
        assert shown == visible
