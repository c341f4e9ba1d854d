"""What lies outside the machine, as protocols; `adapters` implement them, `bootstrap` joins them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from meditrack_desktop.domain.documents import Scan
from meditrack_desktop.domain.scanning import ScannerState


class SecretStore(Protocol):
    """The operating system's keyring, or its stand-in. Values are short text (under 1,200 characters)."""

    @property
    def name(self) -> str:
        """What it is, in one word: "keyring", "passphrase" (a sealed file) or "file" (a bare one)."""
        ...

    def get(self, key: str) -> str | None: ...

    def put(self, key: str, value: str) -> None: ...

    def delete(self, key: str) -> None: ...


@runtime_checkable
class LockedStore(Protocol):
    """A secret store that somebody has to open first."""

    def unlock(self, passphrase: str) -> None: ...


class Mailer(Protocol):
    """Hands one plain mail to a mail server."""

    def send(self, to: str, subject: str, text: str) -> None:
        """Unavailable MAIL_NOT_SENT. The server took it once this returns; whether it arrives nobody knows."""
        ...


class Scanner(Protocol):
    """Looks for viruses in bytes. Never raises: whatever goes wrong is a `Scan` that is NOT_SCANNED, with its reason.

    Usable from several threads at once; may take as long as its time limit, so never in a transaction.
    """

    def scan(self, data: bytes, file_name: str) -> Scan:
        """What it says of `data`; the name is only told to scanners that want one."""
        ...

    def state(self) -> ScannerState:
        """What it is and knows now; asks it, so it may take a second."""
        ...


class TextRecognizer(Protocol):
    """Reads the text in pictures of pages (optical recognition), in processes of its own, a page a core."""

    @property
    def name(self) -> str:
        """What it is, in its own words: "Tesseract 5.3.0"."""
        ...

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it can read, as three letters of ISO 639 ("eng"); empty if it does not tell them apart."""
        ...

    def recognise(self, pages: Iterable[bytes], languages: Sequence[str] = ()) -> Iterator[str]:
        """The text of each page, in order; lines parted by line feeds, "" if there is none. A page is a PNG, and
        may lie on its side or upside down. Asks for a page when a core is free for it.

        `languages` are those to expect; none means all it has. Unavailable RECOGNITION_FAILED if it dies, hangs or
        refuses a picture. Closing the iterator ends what runs.
        """
        ...

    def close(self) -> None:
        """End what it started; the next page starts it again."""
        ...
