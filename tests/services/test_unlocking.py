"""A PDF that asks for a password: opened apart, shown from memory, and nothing of it or of the password is kept."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pypdfium2
import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import AuditEvent, Outcome
from meditrack_desktop.domain.documents import Document, DocumentType, NotScanned, Scan, ScanVerdict
from meditrack_desktop.domain.errors import (
    ClinicError,
    Conflict,
    ErrorCode,
    Invalid,
    NotAllowed,
    Unavailable,
)
from meditrack_desktop.domain.incoming import FileIncoming, IncomingSource, TakeIn
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.unlocking import HeldBytes
from tests.conftest import ClinicSite
from tests.makers.care import as_doctor, in_care
from tests.makers.documents import FilingDesk, a_locked_pdf, a_pdf
from tests.makers.people import a_patient

PASSWORD = "Zahradnik-canary-7"
WRONG = "zahradnik-canary-8"
INSIDE = "Haemoglobin of nobody"


@pytest.fixture
def desk(clinic: Clinic, reception: Actor, doctor: Actor, admin: Actor) -> FilingDesk:
    """The front desk, and a patient who is in the doctor's care."""
    patient = clinic.patients.register(reception, a_patient())
    in_care(clinic, reception, as_doctor(clinic, admin, doctor), patient)
    return FilingDesk(clinic, reception, patient)


def locked(desk: FilingDesk, **details: object) -> Document:
    return desk.attach(a_locked_pdf(PASSWORD, INSIDE, "second page"), type=DocumentType.LAB_REPORT, **details)


def lines_of(clinic: Clinic, admin: Actor, object_id: object, outcome: Outcome) -> list[AuditEvent]:
    return [
        line for line in clinic.audit.list(admin) if line.object_id == object_id and line.outcome == outcome
    ]


def everything_in(folder: Path) -> bytes:
    return b"\0".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_it_opens_and_nothing_is_kept(
    desk: FilingDesk, doctor: Actor, admin: Actor, site: ClinicSite, caplog: pytest.LogCaptureFixture
) -> None:
    document = locked(desk)
    assert document.asks_password and document.pages == 1
    folder = desk.clinic.profile.folder
    before = {path for path in folder.rglob("*") if path.parent.parent.name == "vault"}
    opened = desk.clinic.documents.unlock(doctor, document.id, PASSWORD)
    assert opened.document == document and isinstance(opened.source, HeldBytes)
    with pypdfium2.PdfDocument(opened.source.read_all()) as pdf:
        assert len(pdf) == 2 and INSIDE in pdf[0].get_textpage().get_text_bounded()
    opened.source.close()
    assert opened.source.size == 0
    with pytest.raises(ValueError):
        opened.source.read_at(0, 5)
    # The file stays as it came, and asks again.
    assert {path for path in folder.rglob("*") if path.parent.parent.name == "vault"} == before
    assert desk.clinic.documents.get(doctor, document.id) == document
    assert desk.clinic.documents.text(doctor, document.id) == ()
    kept = everything_in(folder)
    for secret in (PASSWORD, INSIDE):
        assert secret.encode() not in kept and secret not in caplog.text
    assert [line.action for line in lines_of(desk.clinic, admin, document.id, Outcome.DONE)].count(
        "document.opened"
    ) == 1


def test_the_owners_password_opens_it_too(desk: FilingDesk, doctor: Actor) -> None:
    document = desk.attach(a_locked_pdf(PASSWORD, INSIDE, owner="owner of it"), type=DocumentType.LAB_REPORT)
    desk.clinic.documents.unlock(doctor, document.id, "owner of it").source.close()


@pytest.mark.parametrize("strength", [2, 3, 4, 6])
def test_letters_of_any_language(desk: FilingDesk, doctor: Actor, strength: int) -> None:
    """Older files keep Latin letters only; today's keep every letter, typed joined or in pieces."""
    password = "Köln-ß-é" if strength < 6 else "Ключ-ä-密"
    data = a_locked_pdf(password.encode("latin-1").decode("latin-1") if strength < 6 else password, INSIDE,
                        strength=strength)  # fmt: skip
    document = desk.attach(data, type=DocumentType.LAB_REPORT)
    for typed in (password, password.replace("ä", "a\u0308").replace("ö", "o\u0308")):
        desk.clinic.documents.unlock(doctor, document.id, typed).source.close()


def test_a_wrong_one_is_told_and_noted_without_it(
    desk: FilingDesk, doctor: Actor, admin: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    document = locked(desk)
    for wrong in (WRONG, "", PASSWORD.upper(), "x" * 5000, "\ud800"):
        with pytest.raises(Invalid) as refused:
            desk.clinic.documents.unlock(doctor, document.id, wrong)
        assert refused.value.code is ErrorCode.FILE_ASKS_PASSWORD and not refused.value.parameters
    noted = lines_of(desk.clinic, admin, document.id, Outcome.REFUSED)
    assert [(line.action, line.account_id, line.patient_id) for line in noted] == [
        ("document.opened", doctor.account_id, desk.patient.id)
    ] * 5
    assert all(line.detail == ErrorCode.FILE_ASKS_PASSWORD.value for line in noted)
    assert desk.clinic.documents.times_opened(doctor, document.id) == 1
    assert WRONG not in caplog.text and WRONG.encode() not in everything_in(desk.clinic.profile.folder)


def test_who_may_not_open_it_may_not_try(desk: FilingDesk, admin: Actor) -> None:
    document = locked(desk)
    with pytest.raises(NotAllowed):
        desk.clinic.documents.unlock(desk.actor, document.id, PASSWORD)


def test_only_pdf(desk: FilingDesk, doctor: Actor, clinic: Clinic) -> None:
    picture = desk.attach(type=DocumentType.LAB_REPORT)
    with pytest.raises(Invalid, match=ErrorCode.FILE_TYPE_REFUSED.value):
        clinic.documents.unlock(doctor, picture.id, PASSWORD)
    open_one = desk.attach(a_pdf("no password"), type=DocumentType.LAB_REPORT)
    clinic.documents.unlock(doctor, open_one.id, PASSWORD).source.close()


class FindsInside:
    """A scanner that sees only what is not locked."""

    def scan(self, data: bytes, name: str) -> Scan:
        if b"/Encrypt" not in data:
            return Scan(ScanVerdict.INFECTED, "Test scanner", "Nothing-Real")
        return Scan(ScanVerdict.NOT_SCANNED, because=NotScanned.FAILED)


def test_what_a_scanner_finds_only_now_is_not_shown(
    desk: FilingDesk, doctor: Actor, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = locked(desk)
    monkeypatch.setattr(desk.clinic.intake, "scanner", FindsInside())
    with pytest.raises(Invalid) as refused:
        desk.clinic.documents.unlock(doctor, document.id, PASSWORD)
    assert refused.value.code is ErrorCode.FILE_INFECTED
    (noted,) = lines_of(desk.clinic, admin, document.id, Outcome.REFUSED)
    assert noted.detail == ErrorCode.FILE_INFECTED.value


def test_one_of_the_inbox(desk: FilingDesk, doctor: Actor, admin: Actor) -> None:
    clinic, data = desk.clinic, a_locked_pdf(PASSWORD, INSIDE)
    one = clinic.incoming.take_in(
        desk.actor, TakeIn(file_name="scan.pdf", source=IncomingSource.CHOSEN), io.BytesIO(data)
    )
    with pytest.raises(Invalid, match=ErrorCode.FILE_ASKS_PASSWORD.value):
        clinic.incoming.unlock(desk.actor, one.id, WRONG)
    opened = clinic.incoming.unlock(desk.actor, one.id, PASSWORD)
    assert opened.incoming == one
    with pypdfium2.PdfDocument(opened.source.read_all()) as pdf:
        assert len(pdf) == 1
    opened.source.close()
    assert len(lines_of(clinic, admin, one.id, Outcome.REFUSED)) == 1
    source = clinic.incoming.open(desk.actor, one.id).source
    assert hashlib.sha256(source.read_all()).digest() == hashlib.sha256(data).digest(), "kept as it came"
    source.close()
    clinic.incoming.file(
        desk.actor,
        FileIncoming(
            id=one.id, version=one.version, patient_id=desk.patient.id, type=DocumentType.LAB_REPORT
        ),
    )
    with pytest.raises(Conflict, match=ErrorCode.INCOMING_ENDED.value):
        clinic.incoming.unlock(desk.actor, one.id, PASSWORD)


def test_no_examiner_no_pages(desk: FilingDesk, doctor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    document = locked(desk)

    def fails(*_: object) -> ClinicError:
        raise Unavailable(ErrorCode.EXAMINER_FAILED)

    monkeypatch.setattr(desk.clinic.intake.examiner, "unlock", fails)
    with pytest.raises(Unavailable, match=ErrorCode.EXAMINER_FAILED.value):
        desk.clinic.documents.unlock(doctor, document.id, PASSWORD)
