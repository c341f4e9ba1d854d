"""Where files come from: chosen, dropped, pasted; and files of one DICOM study that belong together."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QMimeData, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from meditrack_desktop.domain.documents import MEBIBYTE, MOST_STUDY_IMAGES
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.services.file_checks import open_regular, read_whole

TAKEN = "PDF, JPEG, PNG, TIFF, HEIC, WebP, AVIF, GIF, DICOM"
"""What may be added, in the names people know."""
FILTER = (
    f"{TAKEN} (*.pdf *.jpg *.jpeg *.png *.tif *.tiff *.heic *.heif *.avif"
    " *.webp *.gif *.dcm *.dicom *.ima);;* (*)"
)
_PLAIN_ENDINGS = frozenset("pdf jpg jpeg jpe jfif png apng tif tiff heic heif avif webp gif".split())
_MOST_FOUND = MOST_STUDY_IMAGES + 1
_LARGEST_STUDY = 2048 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class ChosenFile:
    """One document to be: a file, a picture from the clipboard (`data`), or the files of one study."""

    name: str
    paths: tuple[Path, ...] = ()
    data: bytes = b""

    @property
    def is_study(self) -> bool:
        return len(self.paths) > 1

    def open(self) -> BinaryIO:
        """The bytes to read. Invalid FILE_UNREADABLE for links, devices and what cannot be opened."""
        return open_regular(self.paths[0]) if self.paths else io.BytesIO(self.data)

    def read_study(self) -> tuple[tuple[str, bytes], ...]:
        """The files of a study, name and bytes each. Invalid FILE_UNREADABLE, FILE_TOO_LARGE, FILE_EMPTY."""
        found: list[tuple[str, bytes]] = []
        left = _LARGEST_STUDY
        for path in self.paths:
            with open_regular(path) as source:
                data = read_whole(source, left)
            left -= len(data)
            found.append((path.name, data))
        return tuple(found)


def chosen_on(paths: Iterable[Path]) -> tuple[ChosenFile, ...]:
    """Files as they were chosen or dropped; folders stay whole until `looked_into`."""
    return tuple(ChosenFile(path.name, (path,)) for path in paths)


def choose_files(
    host: QWidget, then: Callable[[tuple[ChosenFile, ...]], object], *, several: bool = True
) -> QFileDialog:
    """Ask the person for files, in the system's own dialog; `then` is given them."""
    title = QCoreApplication.translate("Documents", "Add documents")
    dialog = QFileDialog(host.window(), title, "", FILTER)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles if several else QFileDialog.FileMode.ExistingFile)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(lambda names: then(chosen_on(Path(name) for name in names)))
    dialog.open()
    return dialog


def local_paths(data: QMimeData) -> list[Path]:
    """The files and folders being dragged or pasted; web addresses are left out.

    The disk is not asked, as a share that is away would hold the window: what cannot be read is refused when filed.
    """
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def pasted_on(data: QMimeData) -> tuple[ChosenFile, ...]:
    """What is on the clipboard and could be documents: files, or else a picture."""
    if paths := local_paths(data):
        return chosen_on(paths)
    picture = _picture(data)
    name = QCoreApplication.translate("Documents", "Pasted picture")
    return (ChosenFile(f"{name}.png", data=picture),) if picture else ()


def need_looking(files: Sequence[ChosenFile]) -> bool:
    """Whether it takes the disk to say which of them belong together."""
    return any(_may_be_dicom(file) for file in files)


def looked_into(files: Sequence[ChosenFile]) -> tuple[ChosenFile, ...]:
    """Folders as what is in them, and the DICOM files of all as one study; for a working thread.

    Invalid FILE_UNREADABLE where a folder cannot be listed, FILE_TOO_LARGE where it holds too much.
    """
    plain: list[ChosenFile] = []
    dicom: list[Path] = []
    for file in files:
        if not file.paths:
            plain.append(file)
            continue
        for path in _files_in(file.paths[0]):
            if _is_dicom(path):
                dicom.append(path)
            else:
                plain.append(ChosenFile(path.name, (path,)))
    if dicom:
        name = files[0].name if len(dicom) > 1 else dicom[0].name
        plain.insert(0, ChosenFile(name, tuple(dicom)))
    return tuple(plain)


def _may_be_dicom(file: ChosenFile) -> bool:
    if not file.paths:
        return False
    return file.paths[0].suffix.lower().lstrip(".") not in _PLAIN_ENDINGS


def _files_in(path: Path) -> Iterator[Path]:
    """The file itself, or all files of a folder and those within, in the order of their names."""
    if not path.is_dir():
        yield path
        return
    found: list[Path] = []
    try:
        for one in path.rglob("*"):
            if one.is_symlink() or not one.is_file() or one.name.upper() == "DICOMDIR" or one.name[0] == ".":
                continue
            found.append(one)
            if len(found) >= _MOST_FOUND:
                raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=MOST_STUDY_IMAGES)
    except OSError:
        raise Invalid(ErrorCode.FILE_UNREADABLE) from None
    yield from sorted(found)


def _is_dicom(path: Path) -> bool:
    """By its mark; files without the mark are told by whoever examines them, one by one."""
    try:
        with open_regular(path) as source:
            return source.read(132)[128:] == b"DICM"
    except (Invalid, OSError):
        return False


def _picture(data: QMimeData) -> bytes:
    image = data.imageData() if data.hasImage() else None
    if not isinstance(image, QImage) or image.isNull():
        return b""
    kept = QByteArray()
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes
    return bytes(kept.data())
