"""Thirty years on: the folder, the paper with the recovery key, and the `age` program. Everything opens, byte for byte.

Originals, thumbnails, texts, a study and what waits in the inbox, for patients and the inbox alike, by the two commands
that `docs/vault-format.md` names and nothing of this program.
"""

from __future__ import annotations

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import DocumentType
from meditrack_desktop.domain.incoming import IncomingSource, TakeIn
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import ClinicSite
from tests.makers.care import as_doctor, in_care
from tests.makers.documents import FilingDesk, a_pdf
from tests.makers.people import a_patient
from tests.makers.pictures import a_picture

pytestmark = pytest.mark.skipif(shutil.which("age") is None, reason="the age program is not installed")
INNER_HEADER = 4096


def age_opens(identities: Path, file: Path) -> bytes | None:
    done = subprocess.run(["age", "-d", "-i", identities, file], capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else None


def test_the_paper_and_the_age_program_open_everything(
    clinic: Clinic, site: ClinicSite, reception: Actor, doctor: Actor, admin: Actor, tmp_path: Path
) -> None:
    wanted: set[bytes] = set()
    patients = [
        clinic.patients.register(reception, a_patient("Fictanova", name)) for name in ("Mara", "Bruno")
    ]
    in_care(clinic, reception, as_doctor(clinic, admin, doctor), *patients)
    for patient in patients:
        desk = FilingDesk(clinic, reception, patient)
        for kind in (DocumentType.LAB_REPORT, DocumentType.INSURANCE):
            pdf, png = a_pdf(f"{kind} of {patient.id}"), a_picture()
            filed = [desk.attach(pdf, type=kind), desk.attach(png, type=kind)]
            wanted |= {pdf, png}
            wanted |= {clinic.documents.thumbnail(doctor, each.id) for each in filed}
    waiting = a_pdf("waits in the inbox")
    clinic.incoming.take_in(
        reception, TakeIn(file_name="fax.pdf", source=IncomingSource.DROPPED), BytesIO(waiting)
    )
    wanted.add(waiting)
    clinic.close()

    kit = tmp_path / "recovery-kit.txt"
    kit.write_text(site.kit + "\n")
    vault = clinic.profile.vault(clinic.profile.facts())
    opened: list[bytes] = []
    keys = sorted((vault / "keys").glob("*.age"))
    assert len(keys) == 5  # two classes of two patients, and the inbox
    for number, copy in enumerate(keys):
        identity = tmp_path / f"{number}.txt"
        content = age_opens(kit, copy)
        assert content is not None, copy.name
        identity.write_bytes(content)
        opened += [
            data for blob in sorted(vault.glob("??/*.age")) if (data := age_opens(identity, blob)) is not None
        ]
    blobs = list(vault.glob("??/*.age"))
    assert len(opened) == len(blobs)  # each by one key, and by one only
    assert (
        len(blobs) == 8 + 8 + 4 + 3
    )  # files, their thumbnails, the texts of the PDFs; in the inbox all three
    contents = {data[INNER_HEADER:] for data in opened}
    assert wanted <= contents
    texts = [data for data in contents if data.startswith(b"[")]
    assert len(texts) == 5 and any(b"waits in the inbox" in text for text in texts)
