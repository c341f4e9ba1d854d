"""The body of an age v1 file: ChaCha20-Poly1305 in chunks of 64 KiB, any of which can be opened alone."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from meditrack_desktop.vault.age_header import derive

PAYLOAD_NONCE_SIZE = 16
CHUNK = 64 * 1024
TAG = 16
SEALED_CHUNK = CHUNK + TAG


class DamagedChunk(Exception):
    """A chunk does not open: bytes, place or length differ from what was written."""


class ChunkCipher:
    """Seals and opens numbered chunks under one payload key. The last chunk is marked as such."""

    def __init__(self, file_key: bytes, payload_nonce: bytes) -> None:
        self._cipher = ChaCha20Poly1305(derive(file_key, payload_nonce, b"payload"))

    def seal(self, number: int, plain: bytes | memoryview, sealed: memoryview, *, last: bool) -> None:
        """Write the sealed chunk into `sealed`, which is 16 bytes longer than `plain`."""
        self._cipher.encrypt_into(_nonce(number, last), plain, None, sealed)

    def open(self, number: int, sealed: bytes | memoryview, plain: memoryview, *, last: bool) -> None:
        """Write the plaintext into `plain`, 16 bytes shorter than `sealed`; DamagedChunk if it is not genuine."""
        try:
            self._cipher.decrypt_into(_nonce(number, last), sealed, None, plain)
        except InvalidTag:
            raise DamagedChunk from None


def sealed_size(plain_size: int) -> int:
    """Bytes that a plaintext of this size (at least 1) takes once sealed."""
    return plain_size + chunk_count(plain_size) * TAG


def opened_size(sealed: int) -> int:
    """Bytes of plaintext in a sealed body of this size; DamagedChunk if no plaintext has that size."""
    chunks = -(-sealed // SEALED_CHUNK)
    plain = sealed - chunks * TAG
    if plain <= 0 or chunk_count(plain) != chunks:
        raise DamagedChunk
    return plain


def chunk_count(plain_size: int) -> int:
    """How many chunks hold a plaintext of this size."""
    return -(-plain_size // CHUNK)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")
