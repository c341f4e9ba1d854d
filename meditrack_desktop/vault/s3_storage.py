"""A vault in an S3-compatible object store. Needs the extra `s3`; nothing here is loaded without such a vault.

The server is asked over TLS, its certificate checked; each request has a time limit and carries the SHA-256 of what it
sends, which the server compares. Objects are made on the condition that there is none of their name.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO, cast

from botocore.config import Config
from botocore.session import Session

from meditrack_desktop.vault.layout import is_fan
from meditrack_desktop.vault.s3_file import BLOCK, S3File
from meditrack_desktop.vault.s3_place import S3Access, S3Place
from meditrack_desktop.vault.s3_refusals import as_os_errors
from meditrack_desktop.vault.s3_upload import Upload
from meditrack_desktop.vault.storage import Entry, Sink

CONNECT_WITHIN = 5
ANSWER_WITHIN = 20
"""Seconds."""
TRIES = 3
REQUESTS_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class UnfinishedUpload(Entry):
    """Parts of an object that was never put together."""

    upload_id: str = ""


class S3Storage:
    """Objects of one bucket whose names begin with the place's prefix."""

    def __init__(
        self,
        place: S3Place,
        access: Callable[[], S3Access],
        ca_file: Path | None = None,
        answer_within: float = ANSWER_WITHIN,
        tries: int = TRIES,
    ) -> None:
        """Touches nothing; `access` is asked with the first request. `ca_file` is an authority of the clinic's own."""
        self.place = place
        self.root = Path("s3") / place.bucket / place.prefix
        self._access = access
        self._ca_file = ca_file
        self._config = Config(
            signature_version="s3v4",
            connect_timeout=CONNECT_WITHIN,
            read_timeout=answer_within,
            retries={"mode": "standard", "total_max_attempts": tries},
            max_pool_connections=REQUESTS_AT_ONCE * 2,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            ignore_configured_endpoint_urls=True,
            s3={
                "payload_signing_enabled": True,
                "addressing_style": "path" if place.endpoint else "auto",
            },
        )
        self._made: Any = None
        self._guard = Lock()
        self._pool = ThreadPoolExecutor(REQUESTS_AT_ONCE, thread_name_prefix="vault-s3")

    def make_folder(self, folder: Path) -> None:
        """Folders of an object store are only the beginnings of names."""

    def write(
        self,
        path: Path,
        fill: Callable[[Sink], None],
        prove: Callable[[Path], None],
        *,
        replace: bool = False,
    ) -> None:
        if not replace and self.exists(path):  # for servers that do not know the condition
            raise FileExistsError(errno.EEXIST, "never overwritten")
        client = self._client()
        upload = Upload(client, self.place.bucket, self._key(path), self._pool, replace=replace)
        try:
            fill(upload)
            upload.finish()
        except BaseException:
            # Whether it appeared nobody knows now; if so it is whole, no row names it, and the sweep finds it.
            upload.abort()
            raise
        try:
            prove(path)
        except BaseException:
            with suppress(OSError):
                self._delete(path)
            raise

    def open_to_read(self, path: Path) -> BinaryIO:
        where = {"Bucket": self.place.bucket, "Key": self._key(path)}
        client = self._client()
        with as_os_errors():
            size, etag = self._measured(where)
        where["IfMatch"] = etag

        def fetch(position: int, length: int) -> bytes:
            with as_os_errors():
                answer = client.get_object(**where, Range=f"bytes={position}-{position + length - 1}")
                with answer["Body"] as body:
                    data: bytes = body.read(length + 1)
            if len(data) != length:
                raise OSError(errno.EIO, "another length than asked for")
            return data

        first = fetch(0, min(size, BLOCK)) if size else b""
        return cast(BinaryIO, S3File(fetch, size, first, self._pool))

    def exists(self, path: Path) -> bool:
        try:
            with as_os_errors():
                self._measured({"Bucket": self.place.bucket, "Key": self._key(path)})
        except FileNotFoundError:
            return False
        return True

    def remove(self, path: Path) -> None:
        with as_os_errors():
            self._measured({"Bucket": self.place.bucket, "Key": self._key(path)})
        self._delete(path)

    def move(self, source: Path, target: Path, *, replace: bool = False) -> None:
        from_where = {"Bucket": self.place.bucket, "Key": self._key(source)}
        to_where = {"Bucket": self.place.bucket, "Key": self._key(target)}
        with as_os_errors():
            size, etag = self._measured(from_where)
        if not replace and self.exists(target):
            raise FileExistsError(errno.EEXIST, "never overwritten")
        with as_os_errors():
            self._client().copy_object(**to_where, CopySource=from_where, CopySourceIfMatch=etag)
            if self._measured(to_where)[0] != size:
                raise OSError(errno.EIO, "the copy is not whole")
        self._delete(source)

    def blob_folders(self) -> list[Path]:
        found = []
        for page in self._pages("list_objects_v2", Prefix=self._beginning(self.root), Delimiter="/"):
            names = (each["Prefix"].rstrip("/").rpartition("/")[2] for each in page.get("CommonPrefixes", ()))
            found += [self.root / name for name in names if is_fan(name)]
        return sorted(found)

    def listed(self, folder: Path) -> list[Entry]:
        beginning = self._beginning(folder)
        found: list[Entry] = []
        for page in self._pages("list_objects_v2", Prefix=beginning, Delimiter="/"):
            found += [
                Entry(folder / each["Key"][len(beginning) :], False, each["LastModified"])
                for each in page.get("Contents", ())
                if len(each["Key"]) > len(beginning)
            ]
        if folder == self.root:
            found += self._unfinished()
        return found

    def changed_at(self, entry: Entry) -> datetime | None:
        return entry.changed_at

    def discard(self, entry: Entry) -> None:
        if isinstance(entry, UnfinishedUpload):
            with as_os_errors():
                self._client().abort_multipart_upload(
                    Bucket=self.place.bucket, Key=self._key(entry.path), UploadId=entry.upload_id
                )

    def now(self) -> datetime | None:
        with suppress(OSError, ValueError, KeyError), as_os_errors():
            answer = self._client().head_bucket(Bucket=self.place.bucket)
            return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
        return None

    def _unfinished(self) -> list[Entry]:
        """All of them at once, wherever below the root they were begun."""
        found: list[Entry] = []
        for page in self._pages("list_multipart_uploads", Prefix=self._beginning(self.root)):
            for each in page.get("Uploads", ()):
                path = self.root / each["Key"][len(self._beginning(self.root)) :]
                found.append(UnfinishedUpload(path, True, each["Initiated"], each["UploadId"]))
        return found

    def _pages(self, question: str, **asked: str) -> list[dict[str, Any]]:
        with as_os_errors():
            return list(self._client().get_paginator(question).paginate(Bucket=self.place.bucket, **asked))

    def _measured(self, where: dict[str, str]) -> tuple[int, str]:
        answer = self._client().head_object(**where)
        return int(answer["ContentLength"]), str(answer["ETag"])

    def _delete(self, path: Path) -> None:
        with as_os_errors():
            self._client().delete_object(Bucket=self.place.bucket, Key=self._key(path))

    def _key(self, path: Path) -> str:
        below = path.relative_to(self.root).as_posix()
        return f"{self.place.prefix}/{below}" if self.place.prefix else below

    def _beginning(self, folder: Path) -> str:
        if folder == self.root:
            return f"{self.place.prefix}/" if self.place.prefix else ""
        return f"{self._key(folder)}/"

    def _client(self) -> Any:
        with self._guard:
            if self._made is None:
                access = self._access()
                session = Session()
                with as_os_errors():
                    self._made = session.create_client(
                        "s3",
                        region_name=self.place.region,
                        endpoint_url=self.place.endpoint or None,
                        verify=str(self._ca_file) if self._ca_file else True,
                        aws_access_key_id=access.key_id,
                        aws_secret_access_key=access.secret,
                        config=self._config,
                    )
            return self._made
