"""Scraps as questions: where an index holds those that one comparison finds, and whether a row holds a scrap.

Statements are built once for each shape of what was typed and kept; a key press only gives them new values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from meditrack_desktop.database.tables.patient_search import PatientTailRow
from meditrack_desktop.database.tables.patients import PatientRow, PatientTermRow
from meditrack_desktop.domain.patient_scraps import AllOf, Atom, Kind, Scrap
from meditrack_desktop.domain.search_terms import (
    ARCHIVED_MARK,
    LONGEST_TERM,
    PHONE_MARK,
    RECORD_NUMBER_MARK,
)

PATIENT = PatientRow.__table__
TERM = PatientTermRow.__table__
TAIL = PatientTailRow.__table__
PAST_ANY = "\U0010ffff"
BY_ID = "INDEXED BY sqlite_autoindex_patient_1"
"""Look a row up by its id, and never read the table first: SQLite's own guess is wrong for some letters."""

Shape = Kind | tuple[Any, ...]
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Where:
    """One range of one index. `before` is the digit that a tail of a phone must follow, if any."""

    kind: Kind
    begins: str
    before: str | None = None
    archived: bool = False

    @property
    def form(self) -> tuple[Kind, bool, bool]:
        """What statements differ by."""
        return self.kind, self.before is not None, self.archived

    def values(self) -> Values:
        mark = ARCHIVED_MARK if self.archived and self.kind is not Kind.BIRTH_DATE else ""
        kind = RECORD_NUMBER_MARK if self.kind is Kind.MRN else ""
        start = mark + kind + self.begins[:LONGEST_TERM]
        found: Values = {"begin": start, "end": start + PAST_ANY}
        if self.before is not None:
            found["before"] = self.before
        return found


def ranges(atom: Atom, standings: tuple[bool, ...]) -> list[Where]:
    """All ranges whose rows are just those that `atom` finds; `standings` tells whether among the archived."""
    found: list[Where] = []
    for archived in standings:
        if atom.kind is Kind.PHONE:
            found.append(Where(atom.kind, atom.value, None, archived))
            found.append(Where(atom.kind, atom.value[1:], atom.value[0], archived))
        else:
            found.append(Where(atom.kind, atom.value, None, archived))
    return found


@dataclass(frozen=True, slots=True)
class Source:
    """The parts of a question about one range: what it is ordered by, the patient's name and id."""

    table: FromClause
    keys: tuple[ColumnElement[Any], ...]
    sort_name: ColumnElement[Any]
    patient_id: ColumnElement[Any]
    where: ColumnElement[bool]
    shown: ColumnElement[bool] | None = None
    """What must hold of its rows beside the bounds; asked last, because it lets nearly everybody through."""


@lru_cache(maxsize=64)
def source(form: tuple[Kind, bool, bool]) -> Source:
    """The columns of a range; its bounds are the parameters `begin`, `end` and `before`."""
    kind, follows, archived = form
    columns = PATIENT.c
    if kind is Kind.BIRTH_DATE:
        standing = columns.archived_at.is_not(None) if archived else columns.archived_at.is_(None)
        shown = and_(standing, columns.purged_at.is_(None), columns.merged_into.is_(None))
        keys = (columns.birth_date, columns.sort_name)
        return Source(PATIENT, keys, columns.sort_name, columns.id, _between(columns.birth_date), shown)
    if kind is Kind.PHONE:
        where = _between(TAIL.c.tail)
        if follows:
            where = and_(where, TAIL.c.before == bindparam("before", type_=String))
        keys = (TAIL.c.tail, TAIL.c.before)
        return Source(TAIL, keys, TAIL.c.sort_name, TAIL.c.patient_id, where)
    keys = (TERM.c.term, TERM.c.sort_name)
    return Source(TERM, keys, TERM.c.sort_name, TERM.c.patient_id, _between(TERM.c.term))


@lru_cache(maxsize=512)
def first_of(form: tuple[Kind, bool, bool], shape: Shape | None, by_name: bool) -> Select[*tuple[Any, ...]]:
    """The first `:most` of a range in its own order, as (key, key, id); `shape` is what must hold, too.

    The id is what the driver gives: hex text or a UUID, ordered alike. `by_name`: only words of names are
    compared, which the index holds; otherwise each row is looked up.
    """
    one = source(form)
    query = _also(select(*one.keys, type_coerce(one.patient_id, String)), form, shape, by_name)
    return query.order_by(*one.keys, one.patient_id).limit(bindparam("most", type_=Integer))


@lru_cache(maxsize=64)
def first_of_many(shape: Shape) -> Select[*tuple[Any, ...]]:
    """As `first_of` of a word of a name, by name; only the first `:looked_at` rows of its range are compared."""
    one = source((Kind.NAME, False, False))
    range_ = select(*one.keys, type_coerce(one.patient_id, String).label("id")).where(one.where)
    some = range_.order_by(*one.keys, one.patient_id).limit(bindparam("looked_at", type_=Integer)).subquery()
    query = select(some.c.term, some.c.sort_name, some.c.id).where(
        holds(shape, _asked_for(), None, None, some.c.sort_name)
    )
    return query.order_by(some.c.term, some.c.sort_name, some.c.id).limit(bindparam("most", type_=Integer))


@lru_cache(maxsize=512)
def named(form: tuple[Kind, bool, bool], shape: Shape | None, by_name: bool) -> Select[*tuple[Any, ...]]:
    """All of a range as (sort_name, id), in no order; `shape` is what must hold, too."""
    one = source(form)
    return _also(select(one.sort_name, type_coerce(one.patient_id, String)), form, shape, by_name)


def _also(
    query: Select[*tuple[Any, ...]], form: tuple[Kind, bool, bool], shape: Shape | None, by_name: bool
) -> Select[*tuple[Any, ...]]:
    one = source(form)
    query = query.where(one.where)
    inside = one.table is PATIENT
    if inside:
        query = query.with_hint(PATIENT, "INDEXED BY ix_patient_birth_date", "sqlite")
    if shape is not None and by_name:
        query = query.where(holds(shape, _asked_for(), None, None, one.sort_name))
    elif shape is not None:
        if not inside:
            query = query.join_from(one.table, PATIENT, PATIENT.c.id == one.patient_id)
            query = query.with_hint(PATIENT, BY_ID, "sqlite")
        query = query.where(holds(shape, _asked_for(), PATIENT.c.search_text, PATIENT.c.birth_date))
    return query if one.shown is None else query.where(one.shown)


@lru_cache(maxsize=64)
def counted(form: tuple[Kind, bool, bool]) -> Select[*tuple[int]]:
    """How many rows a range has, `:most` if there are as many or more."""
    one = source(form)
    rows: Select[*tuple[Any, ...]] = select(literal_column("1")).select_from(one.table).where(one.where)
    rows = rows if one.shown is None else rows.where(one.shown)
    return select(func.count()).select_from(rows.limit(bindparam("most", type_=Integer)).subquery())


def shape_of(scrap: Scrap) -> Shape:
    """What of a scrap a statement depends on."""
    if isinstance(scrap, Atom):
        return scrap.kind
    return ("all" if isinstance(scrap, AllOf) else "any", *(shape_of(part) for part in scrap.parts))


def values_of(scrap: Scrap, *, by_name: bool = False) -> Values:
    """What a statement with `holds` in it is given for this scrap."""
    return dict(zip(_names(), _values(scrap, by_name), strict=False))


def with_values(scrap: Scrap, *, by_name: bool = False) -> Iterator[BindParameter[str]]:
    """Parameters for `holds` that carry their values already."""
    for name, value in values_of(scrap, by_name=by_name).items():
        yield bindparam(name, value, type_=String)


def _asked_for() -> Iterator[BindParameter[str]]:
    """Parameters for `holds` whose values come with `values_of`."""
    return (bindparam(name, type_=String) for name in _names())


def holds(
    shape: Shape,
    parameters: Iterator[BindParameter[str]],
    search_text: Any,
    birth_date: Any,
    sort_name: Any = None,
) -> ColumnElement[bool]:
    """Whether a row holds a scrap, the same as `patient_scraps.matches` says.

    Words of names are compared with `sort_name` if it is given; nothing else can be then.
    """
    if isinstance(shape, Kind):
        value = next(parameters)
        if sort_name is not None:
            return _word_begins(sort_name, value)
        compared: ColumnElement[str] = birth_date if shape is Kind.BIRTH_DATE else search_text
        return compared.like(value)
    parts = [holds(part, parameters, search_text, birth_date, sort_name) for part in shape[1:]]
    return and_(*parts) if shape[0] == "all" else or_(*parts)


class _Place(FunctionElement[int]):
    """Where the second text first stands in the first, from 1; 0 if nowhere.

    SQLite's LIKE would read letters outside ASCII one by one, and be prepared anew for each pattern it is given.
    """

    inherit_cache = True
    name = "place"
    type = Integer()


@compiles(_Place)
def _place(element: _Place, compiler: SQLCompiler, **options: Any) -> str:
    return f"strpos{compiler.process(element.clause_expr, **options)}"


@compiles(_Place, "sqlite")
def _place_in_file(element: _Place, compiler: SQLCompiler, **options: Any) -> str:
    return f"instr{compiler.process(element.clause_expr, **options)}"


_NOWHERE, _FIRST = literal_column("0", Integer), literal_column("1", Integer)


def _word_begins(text: Any, word: Any) -> ColumnElement[bool]:
    """Whether a word of `text` begins with `word`, which has letters and digits only."""
    # Whoever holds it at all; most do not, and are compared once instead of twice.
    place = _Place(text, word)
    inside = _Place(text, literal_column("' '", String) + word)
    return and_(place > _NOWHERE, or_(place == _FIRST, inside > _NOWHERE))


def _between(column: Any) -> ColumnElement[bool]:
    """A range, which an index answers, instead of LIKE, which it may not."""
    return and_(column >= bindparam("begin", type_=String), column < bindparam("end", type_=String))


def _names() -> Iterator[str]:
    number = 0
    while True:
        yield f"v{number}"
        number += 1


def _values(scrap: Scrap, by_name: bool) -> Iterator[str]:
    if isinstance(scrap, Atom):
        yield scrap.value if by_name else _pattern(scrap)
        return
    for part in scrap.parts:
        yield from _values(part, by_name)


def _pattern(atom: Atom) -> str:
    """What the stored text of whoever `atom` finds is like. Scraps hold letters and digits only."""
    if atom.kind is Kind.BIRTH_DATE:
        return f"{atom.value}%"
    if atom.kind is Kind.MRN:
        return f"% {RECORD_NUMBER_MARK}{atom.value}%"
    if atom.kind is Kind.NAME:
        return f"% {atom.value}%"
    return f"%{PHONE_MARK}%{atom.value}%"
