"""The test vectors of docs/vault-format.md, read from the page itself."""

from __future__ import annotations

import hashlib
import io
import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from meditrack_desktop.domain.documents import StoredBlob
from meditrack_desktop.vault.age_header import IDENTITY_PREFIX, derive, open_header, parse_header
from meditrack_desktop.vault.bech32 import encode_key
from meditrack_desktop.vault.disk import Disk, write_durably
from meditrack_desktop.vault.reader import BlobReader
from meditrack_desktop.vault.writer import BlobWriter

PAGE = Path(__file__).parents[2] / "docs" / "vault-format.md"
FILES = Path(__file__).parent / "vectors"
VECTORS: dict[str, Any] = json.loads(re.findall(r"```json\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[-1])
IDENTITY = encode_key(bytes.fromhex(VECTORS["identity_scalar"]), IDENTITY_PREFIX).upper()
CLINIC = UUID(VECTORS["clinic"])

each_blob = pytest.mark.parametrize("vector", VECTORS["blobs"], ids=lambda vector: vector["length"])


def content(vector: dict[str, Any]) -> bytes:
    if vector["length"] == 15:
        return b"A test report.\n"
    return bytes(i * i * 7 % 251 for i in range(vector["length"]))


def expected(vector: dict[str, Any]) -> StoredBlob:
    names = ("sha256", "ciphertext_size", "ciphertext_sha256")
    return StoredBlob(UUID(vector["blob"]), vector["length"], **{name: vector[name] for name in names})


def randomness_of_the_page() -> Any:
    values = [bytes.fromhex(VECTORS[name]) for name in ("file_key", "ephemeral_scalar", "payload_nonce")]

    def take(size: int) -> bytes:
        value = values.pop(0)
        assert len(value) == size
        return value

    return take


@each_blob
def test_we_write_the_files_of_the_page(vector: dict[str, Any], tmp_path: Path) -> None:
    writer = BlobWriter(
        io.BytesIO(content(vector)),
        VECTORS["recipient"],
        CLINIC,
        UUID(vector["blob"]),
        Disk(),
        randomness_of_the_page(),
    )
    path = tmp_path / "blob.age"
    write_durably(Disk(), path, writer.fill, writer.prove)
    assert path.read_bytes() == (FILES / f"{vector['blob']}.age").read_bytes()
    assert writer.stored() == expected(vector)


@each_blob
def test_we_read_the_files_of_the_page(vector: dict[str, Any]) -> None:
    data = (FILES / f"{vector['blob']}.age").read_bytes()
    assert hashlib.sha256(data).hexdigest() == vector["ciphertext_sha256"]
    with BlobReader(io.BytesIO(data), IDENTITY, CLINIC, expected(vector)) as reader:
        assert reader.read_all() == content(vector)


def test_header_and_keys_are_those_of_the_page() -> None:
    header = parse_header(VECTORS["header"].encode())
    assert header.size == len(VECTORS["header"])
    file_key = open_header(header, [IDENTITY])
    assert file_key.hex() == VECTORS["file_key"]
    nonce = bytes.fromhex(VECTORS["payload_nonce"])
    assert derive(file_key, nonce, b"payload").hex() == VECTORS["payload_key"]


def test_every_file_of_the_page_is_there() -> None:
    assert {path.stem for path in FILES.iterdir()} == {vector["blob"] for vector in VECTORS["blobs"]}
