"""A PDF that asks for a password, opened with it: for as long as it is shown, in memory, and nowhere else.

The examiner's process apart decrypts it and looks at what comes out, so that the window draws nothing which
nobody looked at before.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import BinaryIO

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import Outcome
from meditrack_desktop.domain.errors import Invalid, Unavailable
from meditrack_desktop.domain.settings import ClinicSettings
from meditrack_desktop.examiner.dicom.source import MemorySource, SourceFile
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.document_bytes import DocumentBytes
from meditrack_desktop.services.intake import Intake
from meditrack_desktop.services.work import Works


class HeldBytes(SourceFile):
    """Bytes in memory, to be read like any document's; gone when they are closed."""

    refusal: Unavailable | None = None

    def __init__(self, data: bytes) -> None:
        self._data = data
        super().__init__(MemorySource(data))

    @property
    def size(self) -> int:
        return len(self._data)

    def read_at(self, position: int, size: int) -> bytes:
        """ValueError once it is closed."""
        if self.closed:
            raise ValueError("closed")
        return self._data[position : position + size]

    def read_all(self) -> bytes:
        return self._data

    def copy_to(self, sink: BinaryIO) -> None:
        sink.write(self._data)

    def close(self) -> None:
        self._data = b""
        self._source = MemorySource(b"")
        super().close()


class Unlocking:
    """For whoever opens documents. No transaction is open meanwhile."""

    def __init__(self, work: Works, intake: Intake) -> None:
        self._work = work
        self._intake = intake

    def unlocked(
        self, actor: Actor, opened: Line, source: DocumentBytes, password: str, settings: ClinicSettings
    ) -> DocumentBytes:
        """The bytes without their password; `source` is closed. `opened` is the line that the opening left: a
        password that does not open it leaves the same one as refused, without a word of what was typed.

        Invalid FILE_ASKS_PASSWORD for a wrong password, FILE_TYPE_REFUSED (no PDF), FILE_UNREADABLE,
        FILE_TOO_LARGE, FILE_INFECTED; Unavailable EXAMINER_FAILED or with the vault's code.
        """
        try:
            data = source.read_all()
        finally:
            source.close()
        try:
            return HeldBytes(self._intake.unlock(data, password, settings))
        except Invalid as refusal:
            line = replace(opened, detail=refusal.code.value, outcome=Outcome.REFUSED)
            with suppress(Unavailable), self._work.unsigned() as session:
                self._work.trail.write(session, actor, self._work.clock.now(), [line])
            raise
