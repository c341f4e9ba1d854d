"""A front desk with an inbox, and papers to put into it; for the tests of the inbox."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import Document, DocumentType
from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.incoming import FileIncoming, IncomingFile, IncomingSource, TakeIn
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic


def a_png(colour: str = "teal", size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


@dataclass(frozen=True)
class InboxDesk:
    """Somebody at a desk, and a patient."""

    clinic: Clinic
    actor: Actor
    patient: Patient

    def take(self, data: bytes, name: str = "scan.pdf", **details: Any) -> IncomingFile:
        details.setdefault("source", IncomingSource.DROPPED)
        command = TakeIn(file_name=name, **details)
        return self.clinic.incoming.take_in(self.actor, command, io.BytesIO(data))

    def wants(self, one: IncomingFile, **details: Any) -> FileIncoming:
        details.setdefault("patient_id", self.patient.id)
        details.setdefault("type", DocumentType.LAB_REPORT)
        return FileIncoming(id=one.id, version=one.version, **details)

    def file(self, one: IncomingFile, **details: Any) -> Document:
        return self.clinic.incoming.file(self.actor, self.wants(one, **details))

    def read(self, one: IncomingFile) -> bytes:
        opened = self.clinic.incoming.open(self.actor, one.id)
        try:
            return opened.source.read_all()
        finally:
            opened.source.close()

    def files(self) -> set[Path]:
        """Everything that lies in the vault."""
        folder = self.clinic.profile.folder / "vault"
        return {path for path in folder.glob("??/*") if path.is_file()}


def read_document(clinic: Clinic, actor: Actor, document: Document) -> bytes:
    opened = clinic.documents.open(actor, document.id)
    try:
        return opened.source.read_all()
    finally:
        opened.source.close()


def refused(code: ErrorCode, kind: type[ClinicError]) -> Any:
    return pytest.raises(kind, match=f"^{code.value}$")
