"""What the window has done by itself: the day's backup, and then the look after the documents."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from meditrack_desktop.database.queries.backups import last_look
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.backups import LOOKS
from meditrack_desktop.domain.documents import AttachDocument, DocumentType
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.tasks import Tasks
from tests.makers.people import a_patient
from tests.services.doors import PNG

Enter = Callable[[Actor], MainWindow]


def test_a_document_that_is_gone_is_told_by_itself_though_the_backup_folder_is_away(
    enter: Enter, clinic: Clinic, reception: Actor, admin: Actor, tasks: Tasks, tmp_path: Path
) -> None:
    patient = clinic.patients.register(reception, a_patient("Kanarienvogel"))
    command = AttachDocument(patient_id=patient.id, file_name="scan.png", type=DocumentType.INSURANCE)
    clinic.documents.attach(reception, command, BytesIO(PNG))
    blob, _thumbnail = [
        path for folder in clinic.keys.vault.layout.blob_folders() for path in folder.iterdir()
    ]
    blob.unlink()
    stick = tmp_path / "stick"
    stick.mkdir()
    clinic.backups.set_target(admin, stick)
    stick.rename(tmp_path / "pulled out")
    window = enter(reception)
    window.guard.backups.look()
    assert tasks.wait_idle(20_000)
    with clinic.work.database.reading() as session:
        assert last_look(session, LOOKS, clinic.work.clock.now()) is not None
    status = clinic.backups.status(admin)
    assert status.missing_documents == 1 and status.problem is not None
