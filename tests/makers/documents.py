"""Makes documents of nobody: PDFs that say what they are told to, a study of a few images, and a desk that files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pikepdf

from meditrack_desktop.database.queries import document_parts, documents, stored_blobs
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import AttachDocument, Document
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from tests.makers.pictures import a_picture


def a_pdf(*pages: str) -> bytes:
    """A PDF with the lines of each page as text."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids: list[str] = []
    for page in pages or ("",):
        shown = " T* ".join(f"({line}) Tj" for line in _plain(page).split("\n"))
        content = f"BT /F1 12 Tf 14 TL 72 760 Td {shown} ET".encode("latin-1")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        number = len(objects)
        kids.append(f"{number + 1} 0 R")
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % number
        )
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def a_locked_pdf(password: str, *pages: str, owner: str = "", strength: int = 6) -> bytes:
    """A PDF that asks for a password; `strength` is the format's own number: 6 is AES-256, 4 AES-128, 3 and 2 older."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(a_pdf(*pages))) as document:
        kind = pikepdf.Encryption(
            user=password,
            owner=owner or f"{password}, of whoever locked it",
            R=strength,  # type: ignore[arg-type]
            aes=strength >= 4,
            metadata=strength >= 4,
        )
        document.save(made, encryption=kind)
    return made.getvalue()


def a_report(name: str = "", born: str = "", number: str = "", text: str = "Haemoglobin 13.2 g/dl") -> bytes:
    """A report that names somebody as laboratories do."""
    lines = [
        *([f"Patient: {name}"] if name else []),
        *([f"Date of birth: {born}"] if born else []),
        *([f"Record number: {number}"] if number else []),
        text,
    ]
    return a_pdf("\n".join(lines))


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


@dataclass(frozen=True)
class FilingDesk:
    """Somebody who files documents with one patient."""

    clinic: Clinic
    actor: Actor
    patient: Patient

    def attach(self, data: bytes | None = None, name: str = "", **details: Any) -> Document:
        data = a_picture() if data is None else data
        name = name or ("report.pdf" if data.startswith(b"%PDF") else "scan.png")
        details.setdefault("patient_id", self.patient.id)
        command = AttachDocument(file_name=name, **details)
        return self.clinic.documents.attach(self.actor, command, io.BytesIO(data))

    def study(self, files: Sequence[tuple[str, bytes]], **details: Any) -> Document:
        details.setdefault("patient_id", self.patient.id)
        command = AttachDocument(file_name="study", **details)
        return self.clinic.documents.attach_study(self.actor, command, files)

    def listed(self, patient: Patient | None = None) -> list[UUID]:
        return [one.id for one in self.clinic.documents.of_patient(self.actor, (patient or self.patient).id)]

    def files(self) -> set[Path]:
        folder = self.clinic.profile.folder / "vault"
        return {path for path in folder.glob("??/*") if path.is_file()}

    def known_files(self) -> set[Path]:
        """The files that rows name."""
        with self.clinic.work.database.reading() as session:
            layout = self.clinic.keys.vault.layout
            return {layout.blob(blob.blob_id) for blob in stored_blobs.every_blob(session)}

    def files_of(self, *ids: UUID) -> set[Path]:
        with self.clinic.work.database.reading() as session:
            layout = self.clinic.keys.vault.layout
            return {layout.blob(blob_id) for blob_id in document_parts.files_of(session, ids)}

    def status(self, document_id: UUID) -> str:
        with self.clinic.work.database.reading() as session:
            return documents.record(session, document_id).status.value
