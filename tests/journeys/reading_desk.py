"""A desk that files three documents and reads each in the real viewer, watched from outside by `test_nothing_written`.

`python -m tests.journeys.reading_desk`, told by a pickle on standard input. What it prints is the canaries it knows of.
"""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import io
import pickle
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEventLoop
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from meditrack_desktop.bootstrap import open_clinic
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import AttachDocument, DocumentType
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.viewer import DocumentPage
from meditrack_desktop.ui.live import Live
from meditrack_desktop.ui.navigation import Navigator
from meditrack_desktop.ui.tasks import Tasks


def main() -> None:
    folder, clock, secrets, actors, patient_id, files, leak = pickle.load(sys.stdin.buffer)
    app = QApplication(["reading desk"])
    theme.current()
    clinic = open_clinic(folder, clock)
    clinic.keys.open(secrets)
    canaries: dict[str, bytes] = {}
    filed = []
    for name, data in files:
        command = AttachDocument(patient_id=patient_id, file_name=name, type=DocumentType.LAB_REPORT)
        filed.append(clinic.documents.attach(actors["reception"], command, io.BytesIO(data)))
    try:
        clinic.text_recognition.run(actors["doctor"])
        canaries["recognised"] = b"1"
    except Unavailable as refused:
        if refused.code is not ErrorCode.NO_TEXT_RECOGNITION:
            raise
    for document in filed:
        thumbnail = clinic.documents.thumbnail(actors["doctor"], document.id)
        canaries[f"thumbnail of {document.file_name}"] = thumbnail[60:100]
        shown = read(app, clinic, actors["doctor"], clock, patient_id, document.id)
        canaries[f"pixels of {document.file_name}"] = busiest(shown)
    if leak:
        planted = Path(tempfile.mkdtemp()) / "page"
        planted.write_bytes(leak)
        planted.unlink()
    clinic.close()
    sys.stdout.buffer.write(pickle.dumps(canaries))


def read(
    app: QApplication, clinic: Clinic, actor: Actor, clock: object, patient_id: object, document_id: object
) -> QImage:
    """Show one document as the main window does; what was painted."""
    window = QWidget()
    column, tasks = QVBoxLayout(window), Tasks(window)
    desk = Desk(
        clinic,
        actor,
        clinic.settings.clinic(actor),
        tasks,
        Live(clinic.changes, window),
        Navigator(window),
        clock,  # type: ignore[arg-type]
        lambda text, undo=None: None,
    )
    page = DocumentPage(desk, patient_id, document_id)  # type: ignore[arg-type]
    column.addWidget(page)
    window.resize(1440, 860)
    window.show()
    page.load()
    for _ in range(4):
        assert tasks.wait_idle(60_000)
        wait(300)
    if QApplication.activeModalWidget() is not None:
        raise SystemExit("something is in front of the page")
    shown = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    page.hide()
    page.deleteLater()
    wait(50)
    tasks.wait_idle()
    desk.live.close()
    tasks.close()
    window.hide()
    window.deleteLater()
    wait(50)
    return shown


def wait(milliseconds: int) -> None:
    loop, until = QEventLoop(), QDeadlineTimer(milliseconds)
    while not until.hasExpired():
        loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def busiest(image: QImage) -> bytes:
    """A run of painted pixels in the middle of the window with as many different values as any: of the page itself."""
    lines = bytes(image.constBits())
    best, found = 0, b""
    for row in range(image.height() // 4, image.height() * 3 // 4, 5):
        for start in range(image.width() // 4, image.width() * 3 // 4, 8):
            at = row * image.bytesPerLine() + start * 4
            piece = lines[at : at + 96]
            if len(set(piece)) > best:
                best, found = len(set(piece)), piece
    return found if best >= 6 else b""


if __name__ == "__main__":
    main()
