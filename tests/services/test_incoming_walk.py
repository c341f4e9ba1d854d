"""Two desks do at random what the inbox offers, beside a model: no byte is lost, and nothing has two patients."""

from __future__ import annotations

import io
import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

import pytest
from PIL import Image

from meditrack_desktop.database.queries import documents as document_queries
from meditrack_desktop.database.queries import stored_blobs
from meditrack_desktop.database.tables.documents import DocumentRow
from meditrack_desktop.database.tables.incoming import IncomingRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import DocumentStatus, DocumentType
from meditrack_desktop.domain.errors import ClinicError, Conflict, Unavailable
from meditrack_desktop.domain.incoming import (
    DiscardIncoming,
    FileIncoming,
    IncomingFile,
    IncomingSource,
    IncomingState,
    ReopenIncoming,
    SplitIncoming,
    TakeIn,
    UnfileIncoming,
)
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import ClinicSite
from tests.makers.people import a_patient

T = TypeVar("T")
STEPS = int(os.environ.get("MEDITRACK_INBOX_STEPS", "90"))
SEEDS = tuple(int(seed) for seed in os.environ.get("MEDITRACK_INBOX_SEEDS", "1").split())


@dataclass
class Model:
    """What should be true. `pages` are the colours of a file's pages; nothing else tells its bytes apart."""

    pages: dict[UUID, tuple[int, ...]] = field(default_factory=dict)
    state: dict[UUID, IncomingState] = field(default_factory=dict)
    pieces: dict[UUID, tuple[UUID, ...]] = field(default_factory=dict)
    origin: dict[UUID, UUID] = field(default_factory=dict)
    patient: dict[UUID, UUID] = field(default_factory=dict)

    def of(self, *states: IncomingState) -> list[UUID]:
        return [each for each, state in self.state.items() if state in states]

    def below(self, incoming_id: UUID) -> list[UUID]:
        found = []
        for piece in self.pieces.get(incoming_id, ()):
            found += [piece, *self.below(piece)]
        return found

    def above(self, incoming_id: UUID) -> list[UUID]:
        found = []
        while (at := self.origin.get(incoming_id)) is not None:
            found.append(at)
            incoming_id = at
        return found


class Walk:
    def __init__(self, desks: list[tuple[Clinic, Actor]], patients: list[UUID], seed: int) -> None:
        self.desks = desks
        self.patients = patients
        self.chance = random.Random(seed)
        self.model = Model()
        self.colour = 0
        self.done: dict[str, int] = {}

    def step(self) -> None:
        deeds: list[tuple[int, Callable[[], None]]] = [
            (5, self.take_in),
            (3, self.split),
            (6, self.file),
            (3, self.unfile),
            (3, self.discard),
            (4, self.reopen),
        ]
        (deed,) = self.chance.choices([deed for _, deed in deeds], [weight for weight, _ in deeds])
        deed()

    def take_in(self) -> None:
        pages = tuple(self._next_colour() for _ in range(self.chance.choice((1, 1, 2, 3, 4))))
        clinic, actor = self._desk()
        command = TakeIn(file_name="scan.tiff", source=IncomingSource.DROPPED)
        one = clinic.incoming.take_in(actor, command, io.BytesIO(_tiff(pages)))
        self.model.pages[one.id], self.model.state[one.id] = pages, IncomingState.WAITING
        self._count("take_in")

    def split(self) -> None:
        many = [each for each in self._any() if len(self.model.pages[each]) > 1]
        if not many:
            return
        chosen = self.chance.choice(many)
        pages = self.model.pages[chosen]
        cuts = sorted(self.chance.sample(range(2, len(pages) + 1), self.chance.randint(1, len(pages) - 1)))
        clinic, actor = self._desk()
        now = clinic.incoming.get(actor, chosen)
        command = SplitIncoming(id=now.id, version=now.version, before=tuple(cuts))
        expected = self.model.state[chosen] is IncomingState.WAITING
        made = self._try("split", expected, lambda: clinic.incoming.split(actor, command))
        if made is None:
            return
        ends = [*cuts, len(pages) + 1]
        for piece, first, last in zip(made, [1, *cuts], ends, strict=True):
            self.model.pages[piece.id] = pages[first - 1 : last - 1]
            self.model.state[piece.id] = IncomingState.WAITING
            self.model.origin[piece.id] = chosen
        self.model.state[chosen] = IncomingState.SPLIT
        self.model.pieces[chosen] = (*self.model.pieces.get(chosen, ()), *(piece.id for piece in made))

    def file(self) -> None:
        chosen, now = self._chosen()
        if now is None:
            return
        clinic, actor = self._desk()
        patient = self.chance.choice(self.patients)
        command = FileIncoming(
            id=now.id, version=now.version, patient_id=patient, type=DocumentType.INSURANCE
        )
        expected = self.model.state[chosen] is IncomingState.WAITING
        if self._try("file", expected, lambda: clinic.incoming.file(actor, command)) is not None:
            self.model.state[chosen], self.model.patient[chosen] = IncomingState.FILED, patient
            # The other desk saw it waiting, and files it with somebody else.
            other, somebody = self._desk()
            late = command.model_copy(
                update={"patient_id": self.chance.choice(self.patients), "document_id": UUID(int=1)}
            )
            assert self._try("file late", False, lambda: other.incoming.file(somebody, late)) is None

    def unfile(self) -> None:
        chosen, now = self._chosen()
        if now is None:
            return
        clinic, actor = self._desk()
        command = UnfileIncoming(id=now.id, version=now.version, reason="wrong patient")
        expected = self.model.state[chosen] is IncomingState.FILED
        if self._try("unfile", expected, lambda: clinic.incoming.unfile(actor, command)) is not None:
            self.model.state[chosen] = IncomingState.WAITING
            del self.model.patient[chosen]

    def discard(self) -> None:
        chosen, now = self._chosen()
        if now is None:
            return
        clinic, actor = self._desk()
        command = DiscardIncoming(id=now.id, version=now.version, reason="empty sheet")
        expected = self.model.state[chosen] is IncomingState.WAITING
        if self._try("discard", expected, lambda: clinic.incoming.discard(actor, command)) is not None:
            self.model.state[chosen] = IncomingState.DISCARDED

    def reopen(self) -> None:
        chosen, now = self._chosen()
        if now is None:
            return
        clinic, actor = self._desk()
        command = ReopenIncoming(id=now.id, version=now.version)
        state, model = self.model.state[chosen], self.model
        expected = (
            (
                state is IncomingState.SPLIT
                and all(model.state[each] is not IncomingState.FILED for each in model.below(chosen))
            )
            or state is IncomingState.DISCARDED
        ) and all(model.state[each] is IncomingState.SPLIT for each in model.above(chosen))
        if self._try("reopen", expected, lambda: clinic.incoming.reopen(actor, command)) is not None:
            if state is IncomingState.SPLIT:
                for each in model.below(chosen):
                    model.state[each] = IncomingState.DISCARDED
            model.state[chosen] = IncomingState.WAITING

    def check(self) -> None:
        """Everything is what the model says, and opens with the right key alone."""
        clinic, actor = self.desks[0]
        for incoming_id, state in self.model.state.items():
            now = clinic.incoming.get(actor, incoming_id)
            assert now.state is state
            assert now.patient_id == self.model.patient.get(incoming_id)
            if state is IncomingState.SPLIT and any(
                self.model.state[each] is IncomingState.FILED for each in self.model.below(incoming_id)
            ):
                # A piece of it is in a chart, where it is asked who may read.
                with pytest.raises(Conflict):
                    clinic.incoming.open(actor, incoming_id)
                continue
            if state is not IncomingState.FILED:
                opened = clinic.incoming.open(actor, incoming_id)
            else:
                assert now.document_id is not None
                opened = clinic.documents.open(actor, now.document_id)  # type: ignore[assignment]
            try:
                assert _pages(opened.source.read_all()) == self.model.pages[incoming_id]
            finally:
                opened.source.close()
        self._check_patients(clinic)
        self._check_keys(clinic)
        self._check_pages()

    def _check_patients(self, clinic: Clinic) -> None:
        """A file is in one chart at most: those that were taken back are in error, and say so."""
        with clinic.work.database.reading() as session:
            for row in session.query(DocumentRow):
                in_chart = row.status is not DocumentStatus.ENTERED_IN_ERROR and row.deleted_at is None
                owners = [each for each in session.query(IncomingRow) if each.document_id == row.id]
                assert len(owners) == in_chart
                if owners:
                    assert row.patient_id == self.model.patient[owners[0].id]

    def _check_keys(self, clinic: Clinic) -> None:
        """No file of a patient opens with another's key or the inbox's; none is without a row."""
        with clinic.work.database.reading() as session:
            blobs = list(stored_blobs.every_blob(session))
            documents = [row.id for row in session.query(DocumentRow)]
            keys = document_queries.file_keys(session, documents)
            stored = {each: document_queries.blob(session, each) for each in documents}
        secrets = {key.public: clinic.keys.open_file_key(key) for key in keys.values()}
        for document_id, blob in list(stored.items())[:10]:
            for public, secret in secrets.items():
                if public == keys[document_id].public:
                    clinic.keys.vault.open(blob.blob_id, secret, blob).close()
                else:
                    with pytest.raises(Unavailable):
                        clinic.keys.vault.open(blob.blob_id, secret, blob)
        folder = clinic.profile.folder / "vault"
        lying = {path.name.partition(".")[0] for path in folder.glob("??/*") if path.is_file()}
        assert len(lying) == len(blobs)

    def _check_pages(self) -> None:
        """Every page that ever came in is in exactly one place that counts, or in the bin."""
        model = self.model
        roots = [each for each in model.state if each not in model.origin]
        for root in roots:
            live = [
                each
                for each in (root, *model.below(root))
                if model.state[each] in (IncomingState.WAITING, IncomingState.FILED)
            ]
            pages = [page for each in live for page in model.pages[each]]
            assert len(pages) == len(set(pages)), "a page waits or is filed twice"

    def _chosen(self) -> tuple[UUID, IncomingFile | None]:
        clinic, actor = self._desk()
        some = self._any()
        if not some:
            return UUID(int=0), None
        chosen = self.chance.choice(some)
        return chosen, clinic.incoming.get(actor, chosen)

    def _any(self) -> list[UUID]:
        return list(self.model.state)

    def _desk(self) -> tuple[Clinic, Actor]:
        return self.chance.choice(self.desks)

    def _next_colour(self) -> int:
        self.colour += 1
        return self.colour

    def _try(self, what: str, expected: bool, call: Callable[[], T]) -> T | None:
        """What came of it; None if it was refused, as the model has to say."""
        try:
            answer = call()
        except ClinicError as refusal:
            assert not expected, f"{what}: {refusal!r}"
            self._count(f"{what} refused")
            return None
        assert expected, f"{what} was let through"
        self._count(what)
        return answer

    def _count(self, what: str) -> None:
        self.done[what] = self.done.get(what, 0) + 1


def _tiff(pages: tuple[int, ...]) -> bytes:
    """Pages of one colour each, which is their number."""
    images = [Image.new("RGB", (8, 8), (page % 256, page // 256, 77)) for page in pages]
    out = io.BytesIO()
    images[0].save(out, "TIFF", save_all=True, append_images=images[1:])
    return out.getvalue()


def _pages(data: bytes) -> tuple[int, ...]:
    found = []
    with Image.open(io.BytesIO(data)) as image:
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            red, green, blue = image.convert("RGB").getpixel((3, 3))  # type: ignore[misc]
            assert blue == 77
            found.append(int(green) * 256 + int(red))
    return tuple(found)


@pytest.mark.parametrize("seed", SEEDS)
def test_two_desks_at_random(
    site: ClinicSite, clinic: Clinic, reception: Actor, clock: FixedClock, seed: int
) -> None:
    other = site.open(clock)
    other_actor = site.actors["doctor"]
    patients = [clinic.patients.register(reception, a_patient(f"Beispiel{n}")).id for n in range(3)]
    walk = Walk([(clinic, reception), (other, other_actor)], patients, seed)
    for number in range(STEPS):
        walk.step()
        clock.advance(timedelta(seconds=1))
        if number % 40 == 39:
            walk.check()
    walk.check()
    for deed in ("take_in", "split", "file", "file late refused", "unfile", "discard", "reopen"):
        assert walk.done.get(deed), walk.done
