"""A vault on a temporary disk, a patient with keys, and a disk that fails where a test wants it to."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

import pytest

from meditrack_desktop.domain.documents import DocumentClass, StoredBlob
from meditrack_desktop.vault.disk import Disk
from meditrack_desktop.vault.keys import ClinicKeys, PatientKey, new_clinic_keys
from meditrack_desktop.vault.reader import BlobReader
from meditrack_desktop.vault.vault import Vault


@dataclass
class FaultyDisk(Disk):
    """The real disk, until the n-th call of one kind: then `fault` is raised (or a write is cut short)."""

    fault: OSError | None = None
    kind: str = ""
    at: int = 0
    calls: list[str] = field(default_factory=list)

    def _call(self, kind: str) -> None:
        self.calls.append(kind)
        if self.fault is not None and kind == self.kind and self.calls.count(kind) == self.at:
            raise self.fault

    def make_folder(self, folder: Path) -> None:
        self._call("make_folder")
        super().make_folder(folder)

    def create(self, path: Path) -> int:
        self._call("create")
        return super().create(path)

    def write(self, descriptor: int, data: bytes | memoryview) -> int:
        self._call("write")
        # The system may take less than it is given; half at a time shows that nobody relies on all.
        return super().write(descriptor, data[: max(1, len(data) // 2)])

    def seek(self, descriptor: int, position: int) -> None:
        self._call("seek")
        super().seek(descriptor, position)

    def write_back(self, descriptor: int, position: int, size: int) -> None:
        self._call("write_back")
        super().write_back(descriptor, position, size)

    def sync(self, descriptor: int) -> None:
        self._call("sync")
        super().sync(descriptor)

    def close(self, descriptor: int) -> None:
        super().close(descriptor)
        self._call("close")

    def rename(self, source: Path, target: Path) -> None:
        self._call("rename")
        super().rename(source, target)

    def sync_folder(self, folder: Path) -> None:
        self._call("sync_folder")
        super().sync_folder(folder)

    def open_to_read(self, path: Path) -> BinaryIO:
        self._call("open_to_read")
        return super().open_to_read(path)

    def remove(self, path: Path) -> None:
        self._call("remove")
        super().remove(path)


@dataclass
class Chart:
    """One patient's clinical key in one vault, and shortcuts to store and open with it."""

    vault: Vault
    patient_id: UUID
    key: PatientKey
    secret: str

    def put(self, content: bytes, blob_id: UUID | None = None) -> StoredBlob:
        return self.vault.store(io.BytesIO(content), self.key.public, blob_id or uuid4())

    def open(self, blob: StoredBlob) -> BlobReader:
        return self.vault.open(blob.blob_id, self.secret, blob)

    def content(self, blob: StoredBlob) -> bytes:
        with self.open(blob) as reader:
            return reader.read_all()

    def file(self, blob: StoredBlob) -> Path:
        return self.vault.layout.blob(blob.blob_id)


def a_chart(vault: Vault, keys: ClinicKeys) -> Chart:
    patient_id = uuid4()
    key = vault.make_patient_key(patient_id, DocumentClass.CLINICAL, keys.recipients)
    return Chart(vault, patient_id, key, vault.unwrap(key, patient_id, DocumentClass.CLINICAL))


@pytest.fixture(scope="session")
def clinic_keys() -> ClinicKeys:
    return new_clinic_keys()


@pytest.fixture
def vault(tmp_path: Path, clinic_keys: ClinicKeys) -> Vault:
    return make_vault(tmp_path / "vault", clinic_keys)


@pytest.fixture
def chart(vault: Vault, clinic_keys: ClinicKeys) -> Chart:
    return a_chart(vault, clinic_keys)


@pytest.fixture
def another_chart(vault: Vault, clinic_keys: ClinicKeys) -> Chart:
    return a_chart(vault, clinic_keys)


@pytest.fixture
def foreign_chart(tmp_path: Path) -> Chart:
    """A chart of another clinic, in a folder and under keys of its own."""
    keys = new_clinic_keys()
    return a_chart(make_vault(tmp_path / "foreign", keys), keys)


@pytest.fixture
def faulty_vault(vault: Vault, faulty_disk: FaultyDisk) -> Vault:
    """The same folder as `vault`, on a disk that fails where the test says."""
    return Vault(vault.layout.folder, vault.clinic_id, faulty_disk)


@pytest.fixture(scope="session")
def lasting_chart(tmp_path_factory: pytest.TempPathFactory, clinic_keys: ClinicKeys) -> Chart:
    """One chart for many examples of a property; each example stores blobs of its own."""
    return a_chart(make_vault(tmp_path_factory.mktemp("lasting") / "vault", clinic_keys), clinic_keys)


@pytest.fixture
def faulty_disk() -> FaultyDisk:
    return FaultyDisk()


@pytest.fixture
def left_over(vault: Vault) -> Callable[[], list[str]]:
    """Every file in the vault besides its marker and recovery copies."""

    def look() -> list[str]:
        return sorted(
            str(path.relative_to(vault.layout.folder))
            for path in vault.layout.folder.rglob("*")
            if path.is_file() and path != vault.layout.marker and path.parent != vault.layout.keys
        )

    return look


def make_vault(folder: Path, keys: ClinicKeys) -> Vault:
    vault = Vault(folder, uuid4())
    vault.create()
    vault.unlock(keys.identities)
    return vault
