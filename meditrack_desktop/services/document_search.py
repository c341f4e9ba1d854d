"""Finding documents by what is said about them and by their text: only those that the person may read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from operator import and_, or_
from uuid import UUID

from meditrack_desktop.database.queries import document_index as index_queries
from meditrack_desktop.database.queries import document_search as queries
from meditrack_desktop.database.queries.document_search import Candidate
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.document_search import MOST_HITS, DocumentHit, IndexCheck, snippet
from meditrack_desktop.domain.document_words import Asked, asked
from meditrack_desktop.domain.documents import DocumentClass, DocumentType
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services import reading_rule
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.document_index import AT_ONCE, DocumentIndex, Hashes, entry
from meditrack_desktop.services.reading_rule import Reach
from meditrack_desktop.services.work import Look, Works

_BLOCK = 500
_MANY = 2000
"""With more documents to look through, those in somebody's reach are looked up first."""


class DocumentSearch:
    def __init__(self, work: Works, index: DocumentIndex) -> None:
        self.work = work
        self.index = index

    def find(
        self,
        actor: Actor,
        text: str,
        patient_id: UUID | None = None,
        types: Collection[DocumentType] = (),
        limit: int = 20,
    ) -> tuple[DocumentHit, ...]:
        """The documents that have every word of `text`, or one that begins with it: those that have them all in what
        is said about them first, then the newest.

        `patient_id`: of this patient alone; `types`: of these alone, all of them if `text` is empty; `limit` at most
        100. What the actor may not read is not found, nor is what is in the bin, superseded, or a photo of a face. One
        line in the trail for the search, without its words, and one for each patient of whom a clinical document is
        told.
        """
        limit = max(1, min(limit, MOST_HITS))
        with self.work.looking(actor, Permission.LIST_DOCUMENTS) as look:
            look.require(Permission.VIEW_PATIENTS)
            look.lines.append(Line("document.searched", "document", None, patient_id))
            hashes = self.index.hashes(look.session)
            wanted = asked(text, hashes.region)
            asks = bool(wanted or (types and not text.strip()))
            found = _found(look, hashes, wanted, patient_id, types, limit) if asks else []
            hits = queries.hits(look.session, found)
            for patient in dict.fromkeys(_clinical_patients(hits)):
                look.listed("document", patient, patient)
        return self._with_snippets(hits, wanted, hashes.region)

    def verify(self, actor: Actor, stop: Callable[[], bool] | None = None) -> IndexCheck:
        """Compare the index with every document and its text; changes nothing. Minutes for many documents."""
        with self.work(actor, Permission.BACK_UP) as work:
            work.noted(Line("document_index.check_begun", "document_index"))
        return self._check(stop)

    def index_anew(self, actor: Actor, stop: Callable[[], bool] | None = None) -> int:
        """Empty the index and make it again; how many documents are in it. What was stopped goes on by itself."""
        with self.work(actor, Permission.BACK_UP) as work:
            index_queries.clear(work.session)
            work.noted(Line("document_index.cleared", "document_index"))
        return self.index.catch_up(stop)

    def catch_up(self, stop: Callable[[], bool] | None = None) -> int:
        """Index what is not there yet, as documents that were filed before; how many. Nobody need be signed in."""
        return self.index.catch_up(stop)

    def _with_snippets(
        self, hits: Sequence[DocumentHit], wanted: Sequence[Asked], region: str
    ) -> tuple[DocumentHit, ...]:
        texts = self.index.texts([hit.document.id for hit in hits if not hit.in_title])
        return tuple(
            replace(hit, snippet=snippet(texts[hit.document.id], wanted, region))
            if hit.document.id in texts
            else hit
            for hit in hits
        )

    def _check(self, stop: Callable[[], bool] | None) -> IndexCheck:
        documents, behind, after = 0, 0, None
        lacking: list[UUID] = []
        unreadable: list[UUID] = []
        while not (stop is not None and stop()):
            with self.work.database.reading() as session:
                some = index_queries.page(session, AT_ONCE, after)
            if not some:
                break
            after = some[-1].id
            documents += len(some)
            texts = self.index.texts([one.id for one in some])
            with self.work.database.reading() as session:
                hashes = self.index.hashes(session)
                numbers = index_queries.numbers(session, [one.id for one in some])
                waiting = {
                    one.id
                    for one in index_queries.behind_among(session, hashes.made_with, [one.id for one in some])
                }
                for one in some:
                    if one.id not in texts:
                        unreadable.append(one.id)
                    elif one.id in waiting:
                        behind += 1
                    else:
                        should = entry(hashes, one, texts[one.id])
                        whole = should.head | (should.text or frozenset())
                        if not index_queries.holds(session, numbers[one.id], whole):
                            lacking.append(one.id)
        with self.work.database.reading() as session:
            orphans = len(index_queries.without_document(session, 1000))
        now = self.work.clock.now()
        return IndexCheck(now, documents, behind, orphans, tuple(lacking), tuple(unreadable))


def _clinical_patients(hits: Sequence[DocumentHit]) -> Iterator[UUID]:
    for hit in hits:
        if hit.document.document_class is DocumentClass.CLINICAL:
            yield hit.document.patient_id


def _found(
    look: Look,
    hashes: Hashes,
    wanted: Sequence[Asked],
    patient_id: UUID | None,
    types: Collection[DocumentType],
    limit: int,
) -> list[tuple[UUID, bool]]:
    """The ids in order, and whether all was found in what is said about it."""
    reach = reading_rule.reach(look)
    administrative = reading_rule.may_read_administrative(look)
    session = look.session
    said, read = _bits(look, hashes, wanted, types)
    titled, others = said, read & ~said
    if patient_id is not None:
        own = index_queries.numbers_of_patients(session, [patient_id])
        titled, others = titled & own, others & own
    elif not reach.everybody and (titled | others).bit_count() > _MANY:
        mine = index_queries.numbers_of_patients(session, reach.patients) if reach.patients else 0
        if administrative:
            mine |= _of_class(look, hashes, DocumentClass.ADMINISTRATIVE)
        titled, others = titled & mine, others & mine
    found: list[tuple[UUID, bool]] = []
    for places, in_title in ((titled, True), (others, False)):
        left = limit - len(found)
        if left > 0:
            shown = _readable(look, hashes, places, reach, administrative, types, left)
            found += [(one.id, in_title) for one in shown]
    return found


def _bits(
    look: Look, hashes: Hashes, wanted: Sequence[Asked], types: Collection[DocumentType]
) -> tuple[int, int]:
    """The documents that have all in what is said about them, and those that have all anywhere."""
    ways = [[(hashes.said(way), hashes.read(way)) for way in each.ways] for each in wanted]
    of_types = {hashes.of_type(kind) for kind in types}
    terms = {term for each in ways for said, read in each for term in (*said, *read)} | of_types
    bits = index_queries.bits(look.session, terms, index_queries.chunks(look.session))

    def having(all_of: Collection[int]) -> int:
        return reduce(and_, (bits.get(term, 0) for term in all_of))

    in_title = [reduce(or_, (having(said) for said, _ in each)) for each in ways]
    in_text = [reduce(or_, (having(read) for _, read in each)) for each in ways]
    said = reduce(and_, in_title, -1)
    anywhere = reduce(and_, (title | text for title, text in zip(in_title, in_text, strict=True)), -1)
    if of_types:
        right = reduce(or_, (bits.get(term, 0) for term in of_types))
        said, anywhere = said & right, anywhere & right
    return said, anywhere


def _of_class(look: Look, hashes: Hashes, document_class: DocumentClass) -> int:
    term = hashes.of_class(document_class)
    return index_queries.bits(look.session, [term], index_queries.chunks(look.session)).get(term, 0)


def _readable(
    look: Look,
    hashes: Hashes,
    places: int,
    reach: Reach,
    administrative: bool,
    types: Collection[DocumentType],
    limit: int,
) -> list[Candidate]:
    """The newest of these that this person may read; what the index says is asked of the rows again."""
    shown: list[Candidate] = []
    for block in _newest_first(places):
        for one in queries.standing(look.session, block, hashes.made_with):
            clinical = one.document_class is not DocumentClass.ADMINISTRATIVE
            may = reach.holds(one.patient_id) if clinical else administrative
            if may and (not types or one.type in types):
                shown.append(one)
        if len(shown) >= limit:
            break
    return sorted(shown, key=lambda one: (one.created_at, one.id), reverse=True)[:limit]


def _newest_first(places: int) -> Iterator[list[int]]:
    """The set bits from the highest down, in blocks that grow."""
    size, block = _BLOCK, list[int]()
    stored = places.to_bytes((places.bit_length() + 7) // 8, "little")
    for at in range(len(stored) - 1, -1, -1):
        byte = stored[at]
        if not byte:
            continue
        block += [at << 3 | bit for bit in range(7, -1, -1) if byte >> bit & 1]
        if len(block) >= size:
            yield block
            block, size = [], min(size * 2, 4000)
    if block:
        yield block
