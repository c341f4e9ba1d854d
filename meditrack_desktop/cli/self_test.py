"""What self-test checks: every part that a packaging mistake could leave out."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from meditrack_desktop import bootstrap
from meditrack_desktop.cli.doors import Doors
from meditrack_desktop.cli.words import sentence
from meditrack_desktop.config import resource_path
from meditrack_desktop.domain.accounts import Actor, EditAccount
from meditrack_desktop.domain.calendar_files import ImportClosures
from meditrack_desktop.domain.clinic import SetUpClinic
from meditrack_desktop.domain.documents import AttachDocument, DocumentType
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.incoming import IncomingSource, TakeIn
from meditrack_desktop.domain.patients import FindPatients, PhoneInput, RegisterPatient
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.practitioners import AddPractitioner
from meditrack_desktop.services.clinic import Clinic

_PASSWORD = "self-test-ribbon-84-anchors"
_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe"
    "0def46b80000000049454e44ae426082"
)
_HOLIDAYS = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//self-test//EN\r\nBEGIN:VEVENT\r\nUID:1\r\n"
    b"DTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20191225\r\nRRULE:FREQ=YEARLY\r\n"
    b"SUMMARY:Christmas\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def run_checks(doors: Doors) -> Iterator[tuple[str, str]]:
    """(what, problem) for each check; an empty problem means it works."""
    yield _check("time zones", _zones)
    yield _check("fonts, icons and styles", _resources)
    yield _check("decoders of DICOM images", _decoders)
    yield from _clinic_checks()
    yield from doors.check_windows()


def _check(what: str, check: Callable[[], str]) -> tuple[str, str]:
    try:
        return what, check()
    except ClinicError as error:
        return what, sentence(error)
    except (OSError, ImportError, ValueError, LookupError) as error:
        return what, f"{type(error).__name__}"


def _zones() -> str:
    winter = datetime(2026, 1, 1, 12, tzinfo=UTC).astimezone(ZoneInfo("Australia/Lord_Howe"))
    return "" if winter.hour == 23 else "the time zone data is not right"


def _resources() -> str:
    missing = [
        name
        for name in ("styles/tokens.json", "fonts", "icons", "LICENSES.md")
        if not resource_path(*name.split("/")).exists()
    ]
    return f"missing: {', '.join(missing)}" if missing else ""


def _decoders() -> str:
    from meditrack_desktop.services.dicom_images import missing_decoders

    return f"missing: {', '.join(found)}" if (found := missing_decoders()) else ""


def _clinic_checks() -> Iterator[tuple[str, str]]:
    """A whole small clinic on the encrypted file: set up, register, book nothing, file a document, read it back."""
    with tempfile.TemporaryDirectory(prefix="meditrack-self-test-") as temporary:
        folder = Path(temporary) / "profile"
        command = SetUpClinic(
            name="Self-test",
            admin_name="Self Test",
            admin_password=SecretStr(_PASSWORD),
            zone="Europe/London",
            region="GB",
        )
        kit = Path(temporary) / "kit.txt"
        yield _check("set-up, key slots and the encrypted database", lambda: _set_up(folder, command, kit))
        clinic = bootstrap.open_clinic(folder)
        try:
            actor = clinic.sessions.sign_in("admin", _PASSWORD)
            me = next(account for account in clinic.accounts.list(actor) if account.id == actor.account_id)
            clinic.accounts.edit(
                actor, EditAccount(id=me.id, version=me.version, name=me.name, roles=frozenset(Role))
            )

            def patients() -> str:
                clinic.patients.register(
                    actor,
                    RegisterPatient(
                        family="Przykład", given="Zoë", phones=(PhoneInput(value="020 7946 0018"),)
                    ),
                )
                found = clinic.patients.find(actor, FindPatients(text="przyk zo"))
                return "" if len(found.lines) == 1 else "a registered patient was not found"

            def documents() -> str:
                patient = clinic.patients.find(actor, FindPatients(text="zoe")).lines[0]
                document = clinic.documents.attach(
                    actor,
                    AttachDocument(patient_id=patient.id, file_name="pixel.png", type=DocumentType.INSURANCE),
                    BytesIO(_PIXEL),
                )
                with closing(clinic.documents.open(actor, document.id).source) as source:
                    return "" if source.read_all() == _PIXEL else "a document came back changed"

            def calendars() -> str:
                file = Path(temporary) / "holidays.ics"
                file.write_bytes(_HOLIDAYS)
                taken = clinic.calendar_files.import_closures(actor, ImportClosures(), file).added
                doctor = clinic.practitioners.add(actor, AddPractitioner(family="Modelo", given="Ines"))
                day = datetime(2026, 3, 29, tzinfo=UTC).date()
                written = clinic.calendar_files.of_doctor(actor, doctor.id, day, day)
                whole = taken >= 3 and written.startswith(b"BEGIN:VCALENDAR")
                return "" if whole else "a calendar file was not read or written"

            yield from _programs_beside(clinic, actor)
            yield _check("registering and searching", patients)
            yield _check("calendar files", calendars)
            yield _check("the vault: storing and reading a document", documents)
            yield _check("opening a PDF with its password", lambda: _unlocked(clinic, actor))
            yield _check(
                "the audit trail's seals",
                lambda: "" if clinic.audit.check(actor).whole else "a seal is broken",
            )
        finally:
            clinic.close()
        names = [b"Przyk", "Przykład".encode("utf-16-le")]
        yield _check("no name readable on the disk", lambda: _scan(Path(temporary), names))


def _programs_beside(clinic: Clinic, actor: Actor) -> Iterator[tuple[str, str]]:
    """The virus scanner, and what reads the text of scans: both may be missing, and then it is said what follows."""
    scanner = clinic.scanning.state(actor)
    if scanner.usable:
        day = f", signatures of {scanner.signatures_at:%Y-%m-%d}" if scanner.signatures_at else ""
        yield f"the virus scanner: {scanner.engine}{day}", ""
    elif scanner.engine:
        yield f"the virus scanner: {scanner.engine}", "it does not answer, or does not find a test virus"
    else:
        yield "no virus scanner: documents are kept and marked as not scanned", ""
    waiting = clinic.text_recognition.waiting(actor)
    if not waiting.recognizer:
        yield "no text recognition: scans are kept, their words are not found", ""
        return

    def recognised() -> str:
        command = TakeIn(file_name="page.png", source=IncomingSource.CHOSEN)
        taken = clinic.incoming.take_in(actor, command, BytesIO(_page("Ferritin")))
        clinic.text_recognition.run(actor)
        read = clinic.incoming.text(actor, taken.id)
        return "" if "ferritin" in " ".join(read).casefold() else "a printed word was not read"

    languages = f" ({', '.join(waiting.languages)})" if waiting.languages else ""
    yield _check(f"text recognition: {waiting.recognizer}{languages}", recognised)


def _unlocked(clinic: Clinic, actor: Actor) -> str:
    import pikepdf

    made = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(made, encryption=pikepdf.Encryption(user=_PASSWORD, owner=_PASSWORD))
    command = TakeIn(file_name="locked.pdf", source=IncomingSource.CHOSEN)
    taken = clinic.incoming.take_in(actor, command, BytesIO(made.getvalue()))
    with closing(clinic.incoming.unlock(actor, taken.id, _PASSWORD).source) as source:
        whole = taken.asks_password and source.read_at(0, 5) == b"%PDF-"
    return "" if whole else "a locked PDF was not opened"


def _page(word: str) -> bytes:
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.truetype(str(sorted(resource_path("fonts").rglob("*.ttf"))[0]), 48)
    image = Image.new("L", (900, 300), 255)
    ImageDraw.Draw(image).text((80, 100), word, font=font, fill=0)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _set_up(folder: Path, command: SetUpClinic, kit: Path) -> str:
    bootstrap.set_up_clinic(folder, command, kit)
    return "" if kit.stat().st_size > 100 else "the recovery kit is empty"


def _scan(folder: Path, needles: list[bytes]) -> str:
    for file in folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            if any(needle in content for needle in needles):
                return f"a name is readable in {file.name}"
    return ""
