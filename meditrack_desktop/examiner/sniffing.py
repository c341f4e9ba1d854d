"""What kind of file some bytes are, by where they begin; and whether a name says another kind.

Comparisons only: nothing of the file is followed or unpacked, so this runs in the program's own process.
"""

from __future__ import annotations

import re

from meditrack_desktop.domain.documents import Inert, MediaType, file_ending
from meditrack_desktop.domain.errors import ErrorCode, Invalid

Bytes = bytes | memoryview

_BEGINNINGS = (
    (b"%PDF-", MediaType.PDF),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"II*\x00", MediaType.TIFF),
    (b"MM\x00*", MediaType.TIFF),
    (b"II+\x00", MediaType.TIFF),
    (b"MM\x00+", MediaType.TIFF),
    (b"GIF87a", MediaType.GIF),
    (b"GIF89a", MediaType.GIF),
)
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIC_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1", b"mif2"}
)
_MOST_BRANDS = 32
_DICOM_MARK = slice(128, 132)
# Group 0002 or 0008 first, then a value representation or, without one, a short length.
_BARE_DICOM = re.compile(
    rb"(?:[\x02\x08]\x00[\x00-\x80]\x00|\x00[\x02\x08]\x00[\x00-\x80])(?:UL|UI|CS|OB|DA|SH|LO|\x00?[\x02-\x40]\x00{1,3}|\x00\x00\x00[\x02-\x40])",
    re.DOTALL,
)
_PREAMBLES = (b"MZ", b"\x7fELF", b"%PDF", b"PK\x03\x04", b"#!", b"GIF8", b"\x89PNG", b"\xff\xd8\xff")
_MACH_O = frozenset({0xFEEDFACE, 0xFEEDFACF, 0xCEFAEDFE, 0xCFFAEDFE, 0xCAFEBABE, 0xBEBAFECA})
_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")

ENDINGS: dict[MediaType, frozenset[str]] = {
    MediaType.PDF: frozenset({"pdf"}),
    MediaType.PNG: frozenset({"png", "apng"}),
    MediaType.JPEG: frozenset({"jpg", "jpeg", "jpe", "jfif", "jif", "mpo"}),
    MediaType.TIFF: frozenset({"tif", "tiff", "btf", "tf8"}),
    MediaType.HEIC: frozenset({"heic", "heics", "heif", "heifs", "hif"}),
    MediaType.AVIF: frozenset({"avif", "avifs", "heif", "hif"}),
    MediaType.WEBP: frozenset({"webp"}),
    MediaType.GIF: frozenset({"gif"}),
    MediaType.DICOM: frozenset({"dcm", "dicom", "dic", "dc3", "ima", "img", "acr"}),
}
_OF_OTHERS = frozenset(
    "zip gz 7z rar tar exe com scr bat cmd msi dll js vbs ps1 sh jar app html htm xhtml svg xml eml doc docx "
    "xls xlsx ppt pptx rtf odt ods odp txt csv json".split()
)
"""Endings that a program of the system would open by; no DICOM file is called so."""


def sniff(data: Bytes) -> MediaType:
    """The kind that the first bytes say; never what comes later. Invalid FILE_EMPTY, FILE_TYPE_REFUSED."""
    if not len(data):
        raise Invalid(ErrorCode.FILE_EMPTY)
    if bytes(data[_DICOM_MARK]) == b"DICM":
        return MediaType.DICOM
    start = bytes(data[:32])
    for beginning, media_type in _BEGINNINGS:
        if start.startswith(beginning):
            return media_type
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return MediaType.WEBP
    if start[4:8] == b"ftyp" and (found := _by_brand(data)):
        return found
    if _BARE_DICOM.match(start):
        return MediaType.DICOM
    raise Invalid(ErrorCode.FILE_TYPE_REFUSED)


def _by_brand(data: Bytes) -> MediaType | None:
    """A file of boxes names its brands first: the main one, a number, and those it also fits."""
    size = int.from_bytes(data[:4], "big")
    end = min(max(size, 16), 16 + 4 * _MOST_BRANDS)
    brands = [bytes(data[8:12]), *(bytes(data[at : at + 4]) for at in range(16, end, 4))]
    main = brands[0]
    if main in _AVIF_BRANDS or (main in (b"mif1", b"msf1") and _AVIF_BRANDS.intersection(brands)):
        return MediaType.AVIF
    return MediaType.HEIC if _HEIC_BRANDS.intersection(brands) else None


def preamble_of_another(data: Bytes) -> frozenset[Inert]:
    """Inert.PREAMBLE if a DICOM file begins like a program, a page of the web or another kind of file."""
    if bytes(data[_DICOM_MARK]) != b"DICM":
        return frozenset()
    start = bytes(data[:128])
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    machine = int.from_bytes(start[:4], "big") in _MACH_O
    if machine or start.startswith((*_PREAMBLES, *_TIFF)) or text.startswith(b"<"):
        return frozenset({Inert.PREAMBLE})
    return frozenset()


def check_name(media_type: MediaType, file_name: str) -> None:
    """Invalid FILE_NAME_DISAGREES where the ending of a cleaned name says another kind than the bytes.

    A name without an ending is fine, and so is what follows a dot but is no ending: a number or a sentence.
    """
    ending = file_ending(file_name)
    if not ending or ending in ENDINGS[media_type] or not re.fullmatch(r"[a-z0-9_~-]{1,5}", ending):
        return
    if ending.isdigit():
        return
    kept = frozenset().union(*ENDINGS.values())
    if media_type is MediaType.DICOM and ending not in kept | _OF_OTHERS:
        return
    raise Invalid(ErrorCode.FILE_NAME_DISAGREES, media_type=media_type.value)
