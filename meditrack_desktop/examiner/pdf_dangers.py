"""What a PDF could do in another program: found by its words, never by doing it."""

from __future__ import annotations

import re
import zlib

import pypdfium2
from pypdfium2 import raw

from meditrack_desktop.domain.documents import MEBIBYTE, Inert

_WORDS: dict[bytes, Inert] = {
    b"JavaScript": Inert.SCRIPT,
    b"JS": Inert.SCRIPT,
    b"Launch": Inert.LAUNCH,
    b"URI": Inert.LINK,
    b"GoToR": Inert.LINK,
    b"EmbeddedFile": Inert.EMBEDDED_FILE,
    b"EmbeddedFiles": Inert.EMBEDDED_FILE,
    b"FileAttachment": Inert.EMBEDDED_FILE,
    b"EF": Inert.EMBEDDED_FILE,
    b"RichMedia": Inert.EMBEDDED_FILE,
    b"AcroForm": Inert.FORM,
    b"XFA": Inert.FORM,
    b"SubmitForm": Inert.SUBMIT,
    b"ImportData": Inert.SUBMIT,
}
_NAME = re.compile(rb"/([A-Za-z#0-9]{2,40})(?=[^A-Za-z#0-9]|$)")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"/ObjStm\b.{0,2000}?stream\r?\n", re.DOTALL)
_MOST_UNPACKED = 64 * MEBIBYTE
_FORMS = (raw.FORMTYPE_ACRO_FORM, raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND)


def dangers(data: memoryview, document: pypdfium2.PdfDocument | None) -> frozenset[Inert]:
    """By the names in the file and in its packed objects, and by what the open document counts itself."""
    found = _named(data)
    left = _MOST_UNPACKED
    for match in _STREAM.finditer(data):
        unpacker = zlib.decompressobj()
        try:
            unpacked = unpacker.decompress(data[match.end() :], left)
        except zlib.error:
            continue
        left -= len(unpacked)
        found |= _named(unpacked)
        if left <= 0:
            break
    if document is not None:
        if raw.FPDFDoc_GetJavaScriptActionCount(document) > 0:
            found.add(Inert.SCRIPT)
        if raw.FPDFDoc_GetAttachmentCount(document) > 0:
            found.add(Inert.EMBEDDED_FILE)
        if raw.FPDF_GetFormType(document) in _FORMS:
            found.add(Inert.FORM)
    return frozenset(found)


def _named(data: bytes | memoryview) -> set[Inert]:
    found = set()
    for match in _NAME.finditer(data):
        word = match[1]
        if b"#" in word:
            word = _ESCAPE.sub(lambda code: bytes([int(code[1], 16)]), word)
        if word in _WORDS:
            found.add(_WORDS[word])
    return found
