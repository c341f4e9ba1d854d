"""vCard as text (2.1, 3.0, 4.0): cards one after another, each a list of properties. Tolerant and bounded.

An own reader, because libraries read a whole file at once, take one encoding for all of it and know no 4.0;
here a file of any size costs the memory of one card, and pictures cost none.
"""

from __future__ import annotations

import codecs
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from meditrack_desktop.services.imports.encoding import byte_order_mark, wide_without_mark

LONGEST_VALUE = 64 * 1024
"""Bytes of one property that are kept; pictures and sounds are longer, texts about a patient are not."""
MOST_PROPERTIES = 1_000
_CHUNK = 64 * 1024
_BEGIN, _END = b"BEGIN:VCARD", b"END:VCARD"
_SPLIT = {separator: re.compile(rf"(?<!\\)((?:\\\\)*){separator}") for separator in (";", ",")}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Property:
    """One line of a card, unfolded and decoded. `types` are the lower-case words of TYPE and of 2.1's bare words."""

    name: str
    types: frozenset[str]
    params: dict[str, str]
    value: str
    cut: bool = False

    @property
    def text(self) -> str:
        return unescaped(self.value)

    def parts(self, separator: str = ";") -> list[str]:
        """The value's components, still escaped."""
        return split(self.value, separator)


@dataclass(slots=True)
class Card:
    """`number` counts from 1; `line` is where it begins. `whole` is False if no END:VCARD came."""

    number: int
    line: int
    properties: list[Property] = field(default_factory=list)
    whole: bool = True

    @property
    def where(self) -> str:
        return f"card {self.number} (line {self.line})"

    @property
    def version(self) -> str:
        return next((one.value.strip() for one in self.properties if one.name == "VERSION"), "")


def split(value: str, separator: str) -> list[str]:
    """At every `separator` (";" or ",") that is not escaped."""
    pieces, start = [], 0
    for match in _SPLIT[separator].finditer(value):
        pieces.append(value[start : match.end() - 1])
        start = match.end()
    return [*pieces, value[start:]]


def unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)


def count_cards(path: Path) -> int:
    with path.open("rb") as file:
        return sum(_is(line, _BEGIN) for line, _ in _physical(file))


def cards(path: Path) -> Iterator[Card]:
    """Every card of the file. One inside another (2.1's AGENT) is left out; whatever is between cards is too."""
    with path.open("rb") as file:
        card: Card | None = None
        number, inner, last = 0, 0, ""
        for raw, line, cut in _logical(file):
            if _is(raw, _BEGIN):
                if card is not None and last == "AGENT":
                    inner += 1
                    continue
                if card is not None:
                    card.whole = False
                    yield card
                number, inner = number + 1, 0
                card = Card(number, line)
            elif _is(raw, _END):
                if inner:
                    inner -= 1
                elif card is not None:
                    yield card
                    card = None
            elif card is not None and not inner and len(card.properties) < MOST_PROPERTIES:
                found = _property(raw, cut)
                if found is not None:
                    card.properties.append(found)
                    last = found.name
        if card is not None:
            card.whole = False
            yield card


def _is(line: bytes, word: bytes) -> bool:
    return line[: len(word) + 8].strip().upper() == word


def _physical(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Lines in UTF-8 or in what their properties say, and whether the rest of one was left out."""
    head = file.read(4)
    codec = byte_order_mark(head) or wide_without_mark(head + file.read(1020))
    file.seek(0)
    if codec is not None and not codec.startswith("utf-8"):
        for text in codecs.getreader(codec)(file, "replace"):
            line = text.encode("utf-8", "replace")
            yield line[:LONGEST_VALUE].rstrip(b"\r\n"), len(line) > LONGEST_VALUE
        return
    first = True
    while piece := file.readline(_CHUNK):
        cut = False
        line = piece
        while not piece.endswith(b"\n") and (piece := file.readline(_CHUNK)):
            cut = True
        if first:
            line, first = line.removeprefix(codecs.BOM_UTF8), False
        yield line.rstrip(b"\r\n"), cut


def _logical(file: BinaryIO) -> Iterator[tuple[bytes, int, bool]]:
    """Lines put together again where they were folded or softly broken: (bytes, line number, whether cut)."""
    held = bytearray()
    begins, cut, soft = 0, False, False
    for number, (line, long) in enumerate(_physical(file), start=1):
        if soft or line[:1] in (b" ", b"\t"):
            if soft:
                del held[-1:]
            more = line if soft else line[1:]
            room = LONGEST_VALUE - len(held)
            cut |= long or len(more) > room
            held += more[: max(room, 0)]
            soft = soft and more.endswith(b"=")
        else:
            if held:
                yield bytes(held), begins, cut
            held, begins, cut = bytearray(line), number, long
            soft = line.endswith(b"=") and b"QUOTED-PRINTABLE" in line.partition(b":")[0].upper()
    if held:
        yield bytes(held), begins, cut


def _property(raw: bytes, cut: bool) -> Property | None:
    """The property that this line is, or None for what is none."""
    at = _colon(raw)
    if at < 0:
        return None
    head, content = raw[:at].decode("utf-8", "replace"), raw[at + 1 :]
    name, *given = _parameters(head)
    name = name.rpartition(".")[2].strip().upper()
    params: dict[str, str] = {}
    types: set[str] = set()
    for one in given:
        key, equals, value = one.partition("=")
        key, value = key.strip().upper(), value.strip().strip('"')
        if not equals:
            types.add(key.lower())
        elif key == "TYPE":
            types.update(word.strip().strip('"').lower() for word in value.split(","))
        else:
            params.setdefault(key, value)
    encoding = params.get("ENCODING", "").upper()
    if encoding == "QUOTED-PRINTABLE" or "quoted-printable" in types:
        content = quopri.decodestring(content)
        cut |= len(content) >= LONGEST_VALUE
    value = _decoded(content, params.get("CHARSET", ""))
    return Property(name, frozenset(types), params, value, cut) if name else None


def _colon(raw: bytes) -> int:
    """Where the value begins: the first colon outside quotes."""
    at = raw.find(b":")
    quote = raw.find(b'"')
    if quote < 0 or at < quote:
        return at
    quoted = False
    for place, byte in enumerate(raw):
        if byte == 0x22:
            quoted = not quoted
        elif byte == 0x3A and not quoted:
            return place
    return at


def _parameters(head: str) -> list[str]:
    if '"' not in head:
        return head.split(";")
    return re.findall(r'(?:[^;"]|"[^"]*"?)+', head) or [head]


def _decoded(content: bytes, charset: str) -> str:
    for codec in (charset, "utf-8", "cp1252"):
        if codec:
            try:
                return content.decode(codec)
            except (LookupError, ValueError):
                continue
    return content.decode("latin-1")
