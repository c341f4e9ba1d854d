"""A patient's photo: shown in place of the initials, set from a file, taken away again."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFileDialog, QWidget

from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.photos import RemovePhoto, SetPhoto
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import Avatar, painting

PHOTO_FILTER = "JPEG, PNG (*.jpg *.jpeg *.png)"


class Portrait(Avatar):
    """Initials until the photo has come. A photo that comes for another patient than is shown is dropped."""

    def __init__(self, desk: Desk, *, size: int = 56, parent: QWidget | None = None) -> None:
        super().__init__("", size=size, parent=parent)
        self._desk = desk
        self._shown: tuple[UUID, UUID | None] | None = None
        self.picture: QPixmap | None = None

    def show_patient(self, patient: Patient) -> None:
        """Show this patient; their photo is asked for if there is one."""
        self.set_name(patient.name)
        wanted = (patient.id, patient.photo_id)
        if wanted == self._shown:
            return
        self._shown, self.picture = wanted, None
        self.update()
        if patient.photo_id is not None and self._desk.actor.may(Permission.OPEN_ADMINISTRATIVE_DOCUMENT):
            photos, actor = self._desk.clinic.photos, self._desk.actor
            most = round(self.sizeHint().width() * self.devicePixelRatioF())
            self._desk.tasks.query(
                self,
                lambda: _square(photos.get(actor, patient.id), most),
                partial(self._take, wanted),
                failed=lambda _error: self._ask_again_later(wanted),
                replaces="photo",
            )

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.picture is None:
            super().paintEvent(event)
            return
        painter = painting.start(self)
        round_ = QPainterPath()
        round_.addEllipse(QRectF(self.rect()))
        painter.setClipPath(round_)
        painter.drawPixmap(self.rect(), self.picture)
        painter.end()

    def _ask_again_later(self, asked: tuple[UUID, UUID | None]) -> None:
        """When the patient is next shown."""
        if asked == self._shown:
            self._shown = None

    def _take(self, asked: tuple[UUID, UUID | None], image: QImage | None) -> None:
        if asked != self._shown or image is None:
            return
        self.picture = QPixmap.fromImage(image)
        self.update()


def _square(content: bytes, most: int) -> QImage | None:
    """The middle of a picture, `most` pixels wide; None if it cannot be read. In a working thread: it takes a while."""
    image = QImage.fromData(content)
    if image.isNull():
        return None
    side = min(image.width(), image.height())
    square = image.copy((image.width() - side) // 2, (image.height() - side) // 2, side, side)
    smooth = Qt.TransformationMode.SmoothTransformation
    return square.scaled(most, most, Qt.AspectRatioMode.KeepAspectRatio, smooth)


def choose_photo(desk: Desk, host: QWidget, patient: Patient) -> QFileDialog:
    """Ask for a picture and make it this patient's photo."""
    # It is a window of its own: its title names nobody (docs/security.md).
    dialog = QFileDialog(host.window(), host.tr("Photo"), "", PHOTO_FILTER)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda name: set_photo(desk, host, patient, Path(name)))
    dialog.open()
    return dialog


def set_photo(desk: Desk, host: QWidget, patient: Patient, file: Path) -> None:
    """Take the picture in `file` as the patient's photo."""
    photos, actor = desk.clinic.photos, desk.actor
    command = SetPhoto(patient_id=patient.id, version=patient.version)
    text = host.tr("Photo of {name} kept").format(name=patient.name)

    def keep() -> Patient:
        try:
            with file.open("rb") as source:
                return photos.set(actor, command, source)
        except OSError:
            raise Invalid(ErrorCode.FILE_UNREADABLE) from None

    desk.tasks.change(host, keep, done=lambda _patient: desk.say(text))


def remove_photo(desk: Desk, host: QWidget, patient: Patient) -> None:
    """Show initials again."""
    photos, actor = desk.clinic.photos, desk.actor
    command = RemovePhoto(patient_id=patient.id, version=patient.version)
    text = host.tr("Photo of {name} removed").format(name=patient.name)
    desk.tasks.change(host, lambda: photos.remove(actor, command), done=lambda _patient: desk.say(text))
