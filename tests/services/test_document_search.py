"""Searching documents: everything a person may read is found by its words, and nothing else is, on both databases."""

from __future__ import annotations

import random
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from meditrack_desktop.database.queries import document_index as index_queries
from meditrack_desktop.database.tables.audit import AuditRow
from meditrack_desktop.database.tables.document_index import DocumentIndexRow, DocumentTermRow
from meditrack_desktop.database.tables.documents import DocumentPartRow, DocumentRow
from meditrack_desktop.database.tables.privacy import AccessGrantRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.document_words import terms, words
from meditrack_desktop.domain.documents import DocumentStatus, DocumentType, TextState
from meditrack_desktop.domain.errors import NotAllowed
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services import document_index
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import MORNING, ClinicSite
from tests.makers.care import as_doctor, in_care
from tests.makers.people import a_patient
from tests.makers.texts import keep_text

SAID = (
    "Haemoglobin 10.9 g/dl", "Blutdruck 120/80 am 21.11.2026", "Überweisung an Dr. Müller-Lüdenscheidt",
    "Глюкоза натощак 5,4", "血液検査の結果は正常です", "ضغط الدم ١٢٠", "O'Brien’s résumé", "naïve café straße",
    "MRI of the left knee: no tear", "HbA1c 6.1 %", "तापमान सामान्य", "x ray", "1,234.5 and -0.75", "ﬁnal ﬂuid",
)  # fmt: skip


@pytest.fixture
def greta(clinic: Clinic, reception: Actor) -> Patient:
    return clinic.patients.register(reception, a_patient(birth_date="1971-03-04"))


@pytest.fixture
def hana(clinic: Clinic, reception: Actor) -> Patient:
    return clinic.patients.register(reception, a_patient("Mihon", "Hana", birth_date="1980-01-05"))


@pytest.fixture
def reader(clinic: Clinic, admin: Actor, reception: Actor, doctor: Actor, greta: Patient) -> Actor:
    """A doctor in whose care Greta is, and Hana is not."""
    practitioner = as_doctor(clinic, admin, doctor)
    in_care(clinic, reception, practitioner, greta)
    return doctor


def found(clinic: Clinic, actor: Actor, typed: str, **more: object) -> list[UUID]:
    return [hit.document.id for hit in clinic.document_search.find(actor, typed, **more)]  # type: ignore[arg-type]


def change(clinic: Clinic, document_id: UUID, **columns: object) -> None:
    """Change a row as a service that forgot the index would."""
    with clinic.work.unsigned() as session:
        row = session.get_one(DocumentRow, document_id)
        for name, value in columns.items():
            setattr(row, name, value)
        session.reported.add(row)


def test_found_by_words_of_title_and_text(clinic: Clinic, reader: Actor, greta: Patient) -> None:
    pages = ("Haemoglobin 10.9 g/dl\nPlatelets 212", "Second page: Ferritin 4")
    one = keep_text(clinic, reader, greta.id, "Blood count", *pages)
    (hit,) = clinic.document_search.find(reader, "blood")
    assert (hit.document.id, hit.in_title, hit.snippet) == (one, True, None)
    (hit,) = clinic.document_search.find(reader, "FERR")
    assert hit.snippet is not None and hit.snippet.page == 2
    start, end = hit.snippet.marks[0]
    assert hit.snippet.text[start:end] == "Ferritin"
    assert hit.patient_name == "Greta Beispiel" and str(hit.birth_date) == "1971-03-04"
    for typed in ("10.9", "10,9", "Hæmoglobin 10.9", "blo ferr", "212", "count platel", "4", "hae ferr"):
        assert found(clinic, reader, typed) == [one], typed
    for typed in ("ferritine", "emoglobin", "blood nothing", "", "  ", "1.9", "09", "fe"):
        assert found(clinic, reader, typed) == [], typed


def test_title_before_text_and_the_newest_first(clinic: Clinic, reader: Actor, greta: Patient) -> None:
    old = keep_text(clinic, reader, greta.id, "Report", "ferritin", created_at=MORNING - timedelta(days=2))
    titled = keep_text(clinic, reader, greta.id, "Ferritin", created_at=MORNING - timedelta(days=9))
    new = keep_text(clinic, reader, greta.id, "Report", "ferritin", created_at=MORNING - timedelta(days=1))
    assert found(clinic, reader, "ferritin") == [titled, new, old]
    assert found(clinic, reader, "ferritin", limit=2) == [titled, new]
    assert found(clinic, reader, "report ferritin") == [new, old]


def test_days_are_found_as_the_region_writes_them(clinic: Clinic, reader: Actor, greta: Patient) -> None:
    one = keep_text(clinic, reader, greta.id, "Letter", "seen on 03/04/2026", document_date=date(2026, 11, 2))
    for typed in (
        "2/11/2026",
        "02.11.2026",
        "2026-11-02",
        "2 nov 2026",
        "november",
        "11/2026",
        "3.4.2026",
        "2026-04-03",
    ):
        assert found(clinic, reader, typed) == [one], typed
    for typed in ("11/02/2026", "2026-03-04", "3 nov", "12/2026"):
        assert found(clinic, reader, typed) == [], typed


def test_kinds_source_and_note(clinic: Clinic, reader: Actor, greta: Patient) -> None:
    lab = keep_text(clinic, reader, greta.id, "Values", "sodium", source="Labor Nord", note="please call")
    letter = keep_text(clinic, reader, greta.id, "Values", "sodium", type=DocumentType.LETTER)
    keep_text(clinic, reader, greta.id, "Values", type=DocumentType.PORTRAIT)
    assert found(clinic, reader, "nord") == found(clinic, reader, "call") == [lab]
    assert found(clinic, reader, "sodium", types=[DocumentType.LETTER]) == [letter]
    assert set(found(clinic, reader, "values")) == {lab, letter}


def test_only_what_may_be_read(
    clinic: Clinic,
    clock: FixedClock,
    reader: Actor,
    admin: Actor,
    reception: Actor,
    greta: Patient,
    hana: Patient,
) -> None:
    mine = keep_text(clinic, reception, greta.id, "Ferritin", "secret")
    theirs = keep_text(clinic, reception, hana.id, "Ferritin", "secret")
    paper = keep_text(clinic, reception, hana.id, "Ferritin consent", type=DocumentType.CONSENT)
    assert set(found(clinic, reader, "ferritin")) == {mine, paper}
    assert found(clinic, reception, "ferritin") == [paper]
    assert found(clinic, admin, "ferritin") == []
    assert found(clinic, reception, "secret") == found(clinic, reception, "secret", patient_id=greta.id) == []
    assert found(clinic, reader, "ferritin", patient_id=hana.id) == [paper]
    assert found(clinic, reader, "secret", patient_id=hana.id) == []
    assert theirs not in found(clinic, reader, "ferritin", limit=100)


def test_a_grant_opens_and_ends(
    clinic: Clinic, clock: FixedClock, reader: Actor, reception: Actor, admin: Actor, hana: Patient
) -> None:
    theirs = keep_text(clinic, reception, hana.id, "Scan", "meniscus")
    assert found(clinic, reader, "menis") == []
    with clinic.work.unsigned() as session:
        grant = AccessGrantRow(
            account_id=reader.account_id, patient_id=hana.id, reason="second opinion", given_at=clock.now(),
            given_by=admin.account_id, expires_at=clock.now() + timedelta(hours=1),
        )  # fmt: skip
        session.add(grant)
        session.reported.add(grant)
    assert found(clinic, reader, "menis") == [theirs]
    clock.advance(timedelta(hours=1))
    assert found(clinic, reader, "menis") == []


def test_what_does_not_stand_is_not_found(
    clinic: Clinic, reader: Actor, reception: Actor, greta: Patient
) -> None:
    binned, old, wrong = (keep_text(clinic, reader, greta.id, "Ferritin", "word") for _ in range(3))
    change(clinic, binned, deleted_at=MORNING)
    change(clinic, old, status=DocumentStatus.SUPERSEDED)
    change(clinic, wrong, status=DocumentStatus.ENTERED_IN_ERROR)
    assert found(clinic, reader, "ferritin") == found(clinic, reader, "word") == []
    change(clinic, binned, deleted_at=None)
    assert found(clinic, reader, "word") == [binned]


def test_an_edit_and_a_new_text(clinic: Clinic, reader: Actor, greta: Patient) -> None:
    one = keep_text(clinic, reader, greta.id, "Ferritin sodium", "potassium in the text, sodium too")
    other = keep_text(clinic, reader, greta.id, "Ferritin", "potassium")
    change(clinic, one, title="Calcium")
    with clinic.work.unsigned() as session:
        clinic.document_search.index.write(session, one)
    assert found(clinic, reader, "ferritin") == [other]
    assert found(clinic, reader, "calcium") == found(clinic, reader, "sodium") == [one]
    with clinic.work.unsigned() as session:
        clinic.document_search.index.write(session, one, ["magnesium"])
    assert found(clinic, reader, "potassium") == [other] and found(clinic, reader, "sodium") == []
    assert found(clinic, reader, "calcium magnesium") == [one]
    with clinic.work.unsigned() as session:
        clinic.document_search.index.remove(session, [one])
    assert found(clinic, reader, "magnesium") == []
    with clinic.work.database.reading() as session:
        hashes = clinic.document_search.index.hashes(session)
        gone = hashes.read(terms(["magnesium"], "GB")) | hashes.said(terms(["calcium"], "GB"))
        assert not index_queries.bits(session, gone, 1)


def test_what_was_missed_is_caught_up(clinic: Clinic, reader: Actor, greta: Patient) -> None:
    made = [
        keep_text(clinic, reader, greta.id, f"Report {n}", f"ferritin {n}", index=False) for n in range(60)
    ]
    assert found(clinic, reader, "ferritin", limit=100) == []
    check = clinic.document_search.verify(_backer(clinic))
    assert (check.documents, check.behind, check.whole) == (60, 60, False)
    asked = iter((False, True))
    assert clinic.document_search.catch_up(lambda: next(asked)) == document_index.AT_ONCE
    assert clinic.document_search.catch_up() == 60 - document_index.AT_ONCE
    assert set(found(clinic, reader, "ferritin", limit=100)) == set(made)
    assert clinic.document_search.catch_up() == 0
    change(clinic, made[0], title="Renamed")
    assert clinic.document_search.catch_up() == 1 and found(clinic, reader, "renamed ferritin") == made[:1]
    assert clinic.document_search.verify(_backer(clinic)).whole


def test_nothing_is_caught_up_while_the_vault_is_locked(
    clinic: Clinic, reader: Actor, greta: Patient
) -> None:
    one = keep_text(clinic, reader, greta.id, "Report", "ferritin")
    keep_text(clinic, reader, greta.id, "Other", "ferritin", index=False)
    clinic.keys.drop()
    assert clinic.document_search.catch_up() == 0
    (hit,) = clinic.document_search.find(reader, "ferritin")
    assert hit.document.id == one and hit.snippet is None


def test_a_damaged_text_leaves_the_snippet_out(clinic: Clinic, reader: Actor, greta: Patient) -> None:
    one = keep_text(clinic, reader, greta.id, "Report", "ferritin")
    with clinic.work.database.reading() as session:
        blob = session.scalars(select(DocumentPartRow.blob_id)).one()
    path = clinic.documents.vault.layout.blob(blob)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    (hit,) = clinic.document_search.find(reader, "ferritin")
    assert hit.document.id == one and hit.snippet is None
    assert clinic.document_search.verify(_backer(clinic)).unreadable == (one,)


def test_verify_sees_what_lacks_and_making_it_anew_mends(
    clinic: Clinic, reader: Actor, greta: Patient
) -> None:
    one = keep_text(clinic, reader, greta.id, "Report", "ferritin sodium")
    with clinic.work.unsigned() as session:
        hashes = clinic.document_search.index.hashes(session)
        (term,) = hashes.read(["sodium"])
        session.execute(text("DELETE FROM document_term WHERE term = :term"), {"term": term})
    backer = _backer(clinic)
    assert clinic.document_search.verify(backer).lacking == (one,)
    assert clinic.document_search.index_anew(backer) == 1
    assert clinic.document_search.verify(backer).whole and found(clinic, reader, "sodium") == [one]


def test_another_key_or_region_makes_the_index_anew(
    clinic: Clinic, reader: Actor, greta: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = keep_text(clinic, reader, greta.id, "Report", "ferritin")
    monkeypatch.setattr(document_index, "_EDITION", b"2")
    assert found(clinic, reader, "ferritin") == []
    assert clinic.document_search.catch_up() == 1 and found(clinic, reader, "ferritin") == [one]


def test_no_word_is_in_the_database(clinic: Clinic, reader: Actor, greta: Patient) -> None:
    keep_text(clinic, reader, greta.id, "Report", "Kanarienvogel zwitschert")
    with clinic.work.database.reading() as session:
        rows = [bytes(one) for one in session.scalars(select(DocumentTermRow.documents))]
        rows += [bytes(one) for one in session.scalars(select(DocumentIndexRow.head))]
        hashes = clinic.document_search.index.hashes(session)
        other = document_index.Hashes("00" * 32, "GB")
    assert rows and not [one for one in rows if b"kanar" in one.lower()]
    assert hashes.read(["kanarienvogel"]).isdisjoint(other.read(["kanarienvogel"]))


def test_the_trail_says_that_was_searched_and_not_what(clinic: Clinic, reader: Actor, greta: Patient) -> None:
    keep_text(clinic, reader, greta.id, "Ferritin", "potassium")
    found(clinic, reader, "potas")
    found(clinic, reader, "potass")
    with clinic.work.database.reading() as session:
        lines = session.scalars(select(AuditRow).where(AuditRow.account_id == reader.account_id)).all()
    told = [
        (line.action, line.patient_id, line.detail) for line in lines if line.action != "document.attached"
    ]
    assert [one for one in told if one[0].startswith("document.")] == [
        ("document.searched", None, ""),
        ("document.listed", greta.id, ""),
    ]


def test_every_document_is_found_by_its_words(clinic: Clinic, reader: Actor, greta: Patient) -> None:
    """By the first letters of any word, and by any two of its words."""
    chance = random.Random(7)
    for number, said in enumerate(SAID):
        one = keep_text(clinic, reader, greta.id, f"D{number}", said)
        own = [word.text for word in words(said, "GB") if not word.text.startswith("@")]
        assert own, said
        for word in own:
            for length in {min(3, len(word)), chance.randint(min(3, len(word)), len(word)), len(word)}:
                beginning = word[:length].rstrip("./:-")
                if len(beginning) >= 3 or beginning == word:
                    assert one in found(clinic, reader, beginning, limit=100), (said, beginning)
        for _ in range(6):
            pair = f"{chance.choice(own)} {chance.choice(own)}"
            assert one in found(clinic, reader, pair, limit=100), (said, pair)
            (hit,) = [
                hit for hit in clinic.document_search.find(reader, pair, limit=100) if hit.document.id == one
            ]
            assert hit.snippet is not None and hit.snippet.marks
            assert all(0 <= start < end <= len(hit.snippet.text) for start, end in hit.snippet.marks)


@pytest.mark.parametrize(
    "typed",
    [
        "' OR 1=1 --", '"', "*", "%", "_", "\x00", "a\x00b", "(", "NEAR(", "ferritin AND", "x" * 10_000, "1." * 5_000,
        "ferritin " * 2_000, "\ud800", "\u202eferritin", "٫٫", "-", "99/99/9999", "0000-00-00", "²³¼", "\U0001f600",
        "../../etc", "{0}", "\\", "'; DROP TABLE document;", "\u0301" * 500,
    ],
)  # fmt: skip
def test_nothing_typed_does_harm(clinic: Clinic, reader: Actor, greta: Patient, typed: str) -> None:
    one = keep_text(clinic, reader, greta.id, "Ferritin", "text")
    hits = clinic.document_search.find(reader, typed)
    assert {hit.document.id for hit in hits} <= {one}
    assert found(clinic, reader, "ferritin") == [one]


def test_somebody_without_the_right_is_refused(
    site: ClinicSite, clinic: Clinic, admin: Actor, reader: Actor
) -> None:
    with pytest.raises(NotAllowed):
        clinic.document_search.verify(reader)


def test_an_erased_patient_leaves_no_trace(
    clinic: Clinic, reader: Actor, greta: Patient, hana: Patient
) -> None:
    keep_text(clinic, reader, greta.id, "Ferritin", "potassium")
    keep_text(clinic, reader, hana.id, "Ferritin", "calcium")
    with clinic.work.unsigned() as session:
        index_queries.remove_of_patients(session, [greta.id])
        hashes = clinic.document_search.index.hashes(session)
        assert not index_queries.bits(session, hashes.read(terms(["potassium"], "GB")), 1)
        left = index_queries.bits(session, hashes.read(["calcium"]) | hashes.said(["ferritin"]), 1)
        assert set(left.values()) == {2}
        assert TextState.OWN in set(session.scalars(select(DocumentRow.text_state)))


def _backer(clinic: Clinic) -> Actor:
    return clinic.sessions.sign_in("admin", "slate-harbour-ninety-owls")
