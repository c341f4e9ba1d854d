"""The inner header: the first 4096 bytes of plaintext, which tie a blob to its clinic, id and content."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

INNER_HEADER_SIZE = 4096
FORMAT = "meditrack-blob"
VERSION = 1
_NAMES = ["format", "version", "clinic", "blob", "length", "sha256"]


class MalformedInnerHeader(Exception):
    """The first bytes are not an inner header of a version we know."""


@dataclass(frozen=True, slots=True)
class InnerHeader:
    """Whose blob it is, which one, and what follows it."""

    clinic_id: UUID
    blob_id: UUID
    length: int
    sha256: str

    def to_bytes(self) -> bytes:
        """Exactly 4096 bytes, always the same for the same values."""
        values = [FORMAT, VERSION, str(self.clinic_id), str(self.blob_id), self.length, self.sha256]
        text = json.dumps(dict(zip(_NAMES, values, strict=True)), separators=(",", ":"))
        return text.encode("ascii").ljust(INNER_HEADER_SIZE - 1) + b"\n"


def parse_inner_header(data: bytes) -> InnerHeader:
    """Read an inner header; MalformedInnerHeader unless it is spelled exactly as we spell it."""
    try:
        values = json.loads(data.decode("ascii"))
        header = InnerHeader(UUID(values["clinic"]), UUID(values["blob"]), values["length"], values["sha256"])
        spelled_as_ours = type(header.length) is int and header.to_bytes() == data
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise MalformedInnerHeader from None
    if not spelled_as_ours:
        raise MalformedInnerHeader
    return header
