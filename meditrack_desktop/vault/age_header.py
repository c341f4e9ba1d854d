"""The head of an age v1 file: who may open it. Read with limits, because a stranger may have written it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from meditrack_desktop.vault.bech32 import decode_key

VERSION_LINE = b"age-encryption.org/v1\n"
LARGEST_HEADER = 16 * 1024
MOST_STANZAS = 16
FILE_KEY_SIZE = 16
WRAPPED_FILE_KEY_SIZE = FILE_KEY_SIZE + 16
IDENTITY_PREFIX = "age-secret-key-"
RECIPIENT_PREFIX = "age"
_X25519_INFO = b"age-encryption.org/v1/X25519"
_BODY_LINE = 64
_FIRST_NONCE = bytes(12)
_MAC_MARK = b"---"
_STANZA_LINE = re.compile(rb"-> [\x21-\x7e]+(?: [\x21-\x7e]+)*")

Randomness = Callable[[int], bytes]


class MalformedHeader(Exception):
    """Not a header we accept: not age v1, over the limits, a passphrase file, or a wrong MAC."""


class NoKeyFits(Exception):
    """The header is well formed, but none of the given identities opens it."""


@dataclass(frozen=True, slots=True)
class Stanza:
    """One way into the file: a type with arguments, and the file key wrapped for it."""

    arguments: tuple[bytes, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class AgeHeader:
    """A parsed header. `size` is where the payload begins; `authenticated` is what the MAC covers."""

    stanzas: tuple[Stanza, ...]
    authenticated: bytes
    mac: bytes
    size: int


def parse_header(beginning: bytes) -> AgeHeader:
    """Parse the header at the beginning of a file; MalformedHeader if it is not one we accept.

    Looks at 16 KiB and 16 stanzas at most, and computes nothing but base64.
    """
    head = beginning[:LARGEST_HEADER]
    if not head.startswith(VERSION_LINE):
        raise MalformedHeader
    stanzas: list[Stanza] = []
    position = len(VERSION_LINE)
    while True:
        line, after = _line(head, position)
        if line.startswith(_MAC_MARK):
            mac = _unpadded(line[len(_MAC_MARK) + 1 :])
            if line[len(_MAC_MARK) : len(_MAC_MARK) + 1] != b" " or len(mac) != 32 or not stanzas:
                raise MalformedHeader
            return AgeHeader(tuple(stanzas), head[: position + len(_MAC_MARK)], mac, after)
        if len(stanzas) == MOST_STANZAS:
            raise MalformedHeader
        stanza, position = _stanza(head, line, after)
        stanzas.append(stanza)


def open_header(header: AgeHeader, identities: Iterable[str]) -> bytes:
    """The file key. NoKeyFits if no identity opens a stanza, MalformedHeader if the MAC is wrong."""
    secrets = [X25519PrivateKey.from_private_bytes(decode_key(each, IDENTITY_PREFIX)) for each in identities]
    for stanza in header.stanzas:
        if stanza.arguments[0] != b"X25519":
            continue
        ephemeral = _x25519_share(stanza)
        for secret in secrets:
            file_key = _unwrap(stanza.body, ephemeral, secret)
            if file_key is not None:
                if not hmac.compare_digest(_mac(file_key, header.authenticated), header.mac):
                    raise MalformedHeader
                return file_key
    raise NoKeyFits


def new_header(recipients: str | Sequence[str], randomness: Randomness) -> tuple[bytes, bytes]:
    """Header bytes for one recipient (`age1...`) or several, and the fresh file key in it.

    ValueError for a bad recipient, or for none.
    """
    everybody = [recipients] if isinstance(recipients, str) else list(recipients)
    if not everybody:
        raise ValueError("an age file needs a recipient")
    file_key = randomness(FILE_KEY_SIZE)
    stanzas = b"".join(_new_stanza(recipient, file_key, randomness) for recipient in everybody)
    covered = VERSION_LINE + stanzas + _MAC_MARK
    return covered + b" " + _base64(_mac(file_key, covered)) + b"\n", file_key


def _new_stanza(recipient: str, file_key: bytes, randomness: Randomness) -> bytes:
    public_bytes = decode_key(recipient, RECIPIENT_PREFIX)
    secret = X25519PrivateKey.from_private_bytes(randomness(32))
    ephemeral = secret.public_key().public_bytes_raw()
    shared = secret.exchange(X25519PublicKey.from_public_bytes(public_bytes))
    wrapping = ChaCha20Poly1305(derive(shared, ephemeral + public_bytes, _X25519_INFO))
    body = wrapping.encrypt(_FIRST_NONCE, file_key, None)
    return b"-> X25519 " + _base64(ephemeral) + b"\n" + _base64(body) + b"\n"


def derive(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA256, one block: 32 bytes."""
    extracted = hmac.digest(salt or bytes(32), secret, hashlib.sha256)
    return hmac.digest(extracted, info + b"\x01", hashlib.sha256)


def _stanza(head: bytes, first: bytes, position: int) -> tuple[Stanza, int]:
    if not _STANZA_LINE.fullmatch(first):
        raise MalformedHeader
    arguments = tuple(first[3:].split(b" "))
    if arguments[0] == b"scrypt":
        raise MalformedHeader
    text = b""
    while True:
        line, position = _line(head, position)
        if len(line) > _BODY_LINE:
            raise MalformedHeader
        text += line
        if len(line) < _BODY_LINE:
            return Stanza(arguments, _unpadded(text)), position


def _line(head: bytes, position: int) -> tuple[bytes, int]:
    end = head.find(b"\n", position)
    if end < 0:
        raise MalformedHeader
    return head[position:end], end + 1


def _x25519_share(stanza: Stanza) -> bytes:
    if len(stanza.arguments) != 2 or len(stanza.body) != WRAPPED_FILE_KEY_SIZE:
        raise MalformedHeader
    share = _unpadded(stanza.arguments[1])
    if len(share) != 32:
        raise MalformedHeader
    return share


def _unwrap(body: bytes, ephemeral: bytes, secret: X25519PrivateKey) -> bytes | None:
    try:
        shared = secret.exchange(X25519PublicKey.from_public_bytes(ephemeral))
    except ValueError:  # a share of low order: whoever wrote it wanted a key that everybody can guess
        raise MalformedHeader from None
    public = secret.public_key().public_bytes_raw()
    try:
        key = derive(shared, ephemeral + public, _X25519_INFO)
        return ChaCha20Poly1305(key).decrypt(_FIRST_NONCE, body, None)
    except InvalidTag:
        return None


def _mac(file_key: bytes, covered: bytes) -> bytes:
    return hmac.digest(derive(file_key, b"", b"header"), covered, hashlib.sha256)


def _base64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _unpadded(text: bytes) -> bytes:
    """Decode canonical base64 without padding; two spellings of one value would let bytes change unseen."""
    try:
        data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise MalformedHeader from None
    if _base64(data) != text:
        raise MalformedHeader
    return data
