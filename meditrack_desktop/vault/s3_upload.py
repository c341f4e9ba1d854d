"""One object on its way into a store: small ones in one request, large ones in parts, of which a few travel at once.

An object cannot be changed once it is there, and the vault writes the front of a file last; so the first part is
held back until everything else is on its way. Memory stays flat: the front, and the parts that travel.
"""

from __future__ import annotations

import errno
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from typing import Any

from meditrack_desktop.vault.s3_refusals import as_os_errors

PART = 8 * 1024 * 1024
PARTS_AT_ONCE = 3
MOST_PARTS = 10_000


class Upload:
    """Fill it like a file, then `finish`, or `abort`. Every request carries its content's SHA-256, signed."""

    def __init__(
        self, client: Any, bucket: str, key: str, pool: Executor, *, replace: bool, part: int = PART
    ) -> None:
        self._client = client
        self._pool = pool
        self._where = {"Bucket": bucket, "Key": key}
        self._condition = {} if replace else {"IfNoneMatch": "*"}
        self._part_size = part
        self._front = bytearray()
        self._rest = bytearray()
        self._position = 0
        self._end = 0
        self._upload_id = ""
        self._travelling: deque[Future[dict[str, Any]]] = deque()
        self._arrived: list[dict[str, Any]] = []
        self._next = 2

    def write(self, data: bytes | memoryview) -> None:
        view = memoryview(data)
        if self._position < self._part_size:
            view = self._write_front(view)
        if not view:
            return
        if self._position != self._end:
            raise OSError(errno.ESPIPE, "only the front can be written late")
        while view:
            taken = view[: self._part_size - len(self._rest)]
            self._rest += taken
            view = view[len(taken) :]
            self._position = self._end = self._end + len(taken)
            if len(self._rest) == self._part_size:
                self._send_rest()

    def seek(self, position: int) -> None:
        if position > max(self._end, self._part_size):
            raise OSError(errno.ESPIPE, "only the front can be left free")
        self._position = position

    def take(self, source: int, position: int, block: bytes) -> None:
        self.write(block)

    def finish(self) -> None:
        """Make the object appear, whole. FileExistsError if there is one of this name and it must not be replaced."""
        with as_os_errors():
            if not self._upload_id and not self._rest:
                self._client.put_object(**self._where, **self._condition, Body=bytes(self._front))
                return
            if self._rest:
                self._send_rest()
            self._send(1, self._front)
            self._front = bytearray()
            self._wait_for(0)
            parts = sorted(self._arrived, key=lambda each: int(each["PartNumber"]))
            self._refuse_another()
            self._client.complete_multipart_upload(
                **self._where,
                **self._condition,
                UploadId=self._upload_id,
                MultipartUpload={"Parts": parts},
            )
            self._upload_id = ""

    def abort(self) -> None:
        """Let the store forget what it has. What resists is found by the sweep."""
        for each in self._travelling:
            each.cancel()
        for each in self._travelling:
            with suppress(OSError):
                if not each.cancelled():
                    each.result()
        self._travelling.clear()
        if self._upload_id:
            with suppress(OSError), as_os_errors():
                self._client.abort_multipart_upload(**self._where, UploadId=self._upload_id)

    def _refuse_another(self) -> None:
        """Some servers know the condition for objects in one piece only; for parts there it is asked at the last
        moment."""
        if self._condition:
            with suppress(FileNotFoundError), as_os_errors():
                self._client.head_object(**self._where)
                raise FileExistsError(errno.EEXIST, "never overwritten")

    def _write_front(self, view: memoryview) -> memoryview:
        taken = view[: self._part_size - self._position]
        end = self._position + len(taken)
        if len(self._front) < end:
            self._front += bytes(end - len(self._front))
        self._front[self._position : end] = taken
        self._position = end
        self._end = max(self._end, end)
        return view[len(taken) :]

    def _send_rest(self) -> None:
        data, self._rest = self._rest, bytearray()
        if self._next > MOST_PARTS:
            raise OSError(errno.EFBIG, "too many parts")
        self._send(self._next, data)
        self._next += 1

    def _send(self, number: int, data: bytearray) -> None:
        if not self._upload_id:
            with as_os_errors():
                self._upload_id = self._client.create_multipart_upload(**self._where)["UploadId"]
        self._wait_for(PARTS_AT_ONCE - 1)
        self._travelling.append(self._pool.submit(self._part_sender(number, data)))

    def _part_sender(self, number: int, data: bytearray) -> Callable[[], dict[str, Any]]:
        def send() -> dict[str, Any]:
            with as_os_errors():
                answer = self._client.upload_part(
                    **self._where, UploadId=self._upload_id, PartNumber=number, Body=bytes(data)
                )
            return {"PartNumber": number, "ETag": answer["ETag"]}

        return send

    def _wait_for(self, left: int) -> None:
        while len(self._travelling) > left:
            self._arrived.append(self._travelling.popleft().result())
