"""The bytes of a document as whoever shows, copies or recognises it reads them."""

from __future__ import annotations

from typing import BinaryIO, Protocol

from meditrack_desktop.domain.errors import Unavailable


class DocumentBytes(Protocol):
    """The original bytes of a document, decrypted piece by piece in memory; seekable, safe in several threads.

    Damage found on the way raises Unavailable VAULT_DAMAGED and stays in `refusal`.
    """

    refusal: Unavailable | None

    @property
    def size(self) -> int: ...

    def read(self, size: int = -1, /) -> bytes | None: ...

    def seek(self, offset: int, whence: int = 0, /) -> int: ...

    def tell(self) -> int: ...

    def read_at(self, position: int, size: int) -> bytes: ...

    def read_all(self) -> bytes: ...

    def copy_to(self, sink: BinaryIO) -> None: ...

    def close(self) -> None: ...
