"""Pictures: the right way up and in their own colours, and every page of a TIFF."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from io import BytesIO
from threading import Lock

from PIL import Image, ImageCms
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from meditrack_desktop.domain.documents import MediaType
from meditrack_desktop.services.documents import DocumentBytes
from meditrack_desktop.services.pillow_faults import IMAGE_FAULTS
from meditrack_desktop.ui.documents.pages import MOST_DRAWN, Hit, PageSize, PageWords, Unshowable

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What each EXIF orientation asks for."""
_ON_ITS_SIDE = frozenset({5, 6, 7, 8})
_FORMATS = {
    MediaType.PNG: ("PNG",),
    MediaType.JPEG: ("JPEG", "MPO"),
    MediaType.TIFF: ("TIFF",),
    MediaType.HEIC: ("HEIF",),
    MediaType.AVIF: ("AVIF",),
    MediaType.WEBP: ("WEBP",),
    MediaType.GIF: ("GIF",),
}
_WIDE_GREY = frozenset({"I;16", "I;16B", "I;16L", "I;16N", "I", "F"})


class ImagePages:
    """Takes the whole file, verified, into memory. Unshowable, or Unavailable with the vault's code."""

    searchable = False
    fit_limit = 1.0

    def __init__(self, source: DocumentBytes, media_type: MediaType, count: int) -> None:
        self.count = count
        self._upright = media_type in (MediaType.TIFF, MediaType.HEIC)
        self._guard = Lock()
        self._decoded: tuple[int, QImage] | None = None
        data = BytesIO(source.read_all())
        if media_type is MediaType.HEIC:
            _know_heif()
        try:
            self._image = Image.open(data, formats=_FORMATS[media_type])
            self.first = self._size(0)
        except IMAGE_FAULTS:
            raise Unshowable from None

    def sizes(self) -> list[PageSize]:
        with self._guard:
            found: list[PageSize] = []
            for page in range(self.count):
                try:
                    found.append(self._size(page))
                except IMAGE_FAULTS:
                    found.append(self.first)
            return found

    def draw(self, page: int, width: int) -> QImage:
        """Never larger than the picture is itself."""
        with self._guard:
            if self._decoded is None or self._decoded[0] != page:
                self._decoded = None
                try:
                    self._decoded = (page, self._decode(page))
                except IMAGE_FAULTS:
                    return QImage()
            whole = self._decoded[1]
        if width >= whole.width():
            return whole
        return whole.scaledToWidth(max(1, width), Qt.TransformationMode.SmoothTransformation)

    def find(self, words: str, stopped: Callable[[], bool]) -> tuple[Hit, ...]:
        """Pictures hold no words to search."""
        return ()

    def words(self, page: int) -> PageWords:
        """Pictures hold no letters to choose."""
        return PageWords()

    def text(self, stopped: Callable[[], bool]) -> str:
        """Pictures hold no words to copy."""
        return ""

    def close(self) -> None:
        with self._guard:
            self._decoded = None
            self._image.close()

    def _seek(self, page: int) -> None:
        if self.count > 1 or page:
            self._image.seek(page)

    def _size(self, page: int) -> PageSize:
        self._seek(page)
        width, height = self._image.size
        return PageSize(height, width) if self._orientation() in _ON_ITS_SIDE else PageSize(width, height)

    def _orientation(self) -> int:
        # Of a TIFF, Pillow itself turns both the size and the picture; of a HEIC its library does.
        return 1 if self._upright else int(self._image.getexif().get(_ORIENTATION, 1))

    def _decode(self, page: int) -> QImage:
        self._seek(page)
        orientation = self._orientation()
        width, height = self._image.size
        share = min(1.0, (MOST_DRAWN / (width * height)) ** 0.5)
        small = (max(1, int(width * share)), max(1, int(height * share)))
        if share < 1:
            self._image.draft(None, small)
        image: Image.Image = self._image
        if image.width * image.height > MOST_DRAWN:
            image = image.resize(small, Image.Resampling.BOX, reducing_gap=2.0)
        turn = _TURNS.get(orientation)
        return _to_qimage(image if turn is None else image.transpose(turn))


@cache
def _know_heif() -> None:
    """Pillow learns the format once; the library is loaded with the first such picture."""
    import pi_heif

    pi_heif.register_heif_opener()


@cache
def _screen_colours() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _to_qimage(image: Image.Image) -> QImage:
    if image.mode in _WIDE_GREY:
        image = _eight_bit(image)
    image = _in_screen_colours(image)
    if image.mode == "RGBA" or image.has_transparency_data:
        image, form, depth = image.convert("RGBA"), QImage.Format.Format_RGBA8888, 4
    elif image.mode in ("L", "1"):
        image, form, depth = image.convert("L"), QImage.Format.Format_Grayscale8, 1
    else:
        image, form, depth = image.convert("RGB"), QImage.Format.Format_RGB888, 3
    return QImage(image.tobytes(), image.width, image.height, image.width * depth, form).copy()


def _in_screen_colours(image: Image.Image) -> Image.Image:
    """The picture's own colours as sRGB; a profile that is broken or not the picture's is passed over."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return image
    wanted = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        found = ImageCms.profileToProfile(image, BytesIO(profile), _screen_colours(), outputMode=wanted)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return image if found is None else found


def _eight_bit(image: Image.Image) -> Image.Image:
    """Scanners store grey in 16 bits and more; spread what is there over what a screen can show."""
    grey = image.convert("F")
    low, high = (float(value) for value in grey.getextrema())  # type: ignore[arg-type]  # one band: two numbers
    scale = 255 / (high - low) if high > low else 1.0
    return grey.point(lambda value: value * scale + -low * scale).convert("L")
