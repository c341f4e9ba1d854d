"""Where an image lies in the patient: millimetres, directions, and its place among the images beside it."""

from __future__ import annotations

from dataclasses import dataclass

from pydicom.dataset import Dataset

from meditrack_desktop.examiner.dicom.values import numbers_of

_SMALLEST_SHARE = 0.2
"""Of a direction: a smaller part of it is not named."""
_SANE_MM = (1e-4, 1e3)


@dataclass(frozen=True, slots=True)
class Spacing:
    """Millimetres from the middle of one pixel to the next one down and to the right."""

    down: float
    right: float
    at_detector: bool = False
    """Measured where the rays arrived: what lies above the detector is smaller than it looks."""


@dataclass(frozen=True, slots=True)
class Letters:
    """Where the edges of the picture point to: R L (right, left), A P (front, back), H F (head, foot)."""

    left: str
    right: str
    top: str
    bottom: str


def spacing_of(*places: Dataset) -> Spacing | None:
    """From the first of `places` that knows it; of the patient before that of a detector."""
    for keyword, at_detector in (
        ("PixelSpacing", False),
        ("NominalScannedPixelSpacing", False),
        ("ImagerPixelSpacing", True),
    ):
        for place in places:
            found = numbers_of(place, keyword)
            if len(found) == 2 and all(_SANE_MM[0] <= each <= _SANE_MM[1] for each in found):
                return Spacing(found[0], found[1], at_detector)
    return None


def aspect_of(*places: Dataset) -> float:
    """How many times as high as wide a pixel is; 1 where nothing says otherwise."""
    spacing = spacing_of(*places)
    if spacing is not None:
        return _sane(spacing.down / spacing.right)
    for place in places:
        found = numbers_of(place, "PixelAspectRatio")
        if len(found) == 2 and found[0] > 0 and found[1] > 0:
            return _sane(found[0] / found[1])
    return 1.0


def letters_of(*places: Dataset) -> Letters | None:
    """From the directions of rows and columns, or from what the file calls them."""
    for place in places:
        directions = numbers_of(place, "ImageOrientationPatient")
        if len(directions) == 6 and any(directions[:3]) and any(directions[3:]):
            right, bottom = _named(directions[:3]), _named(directions[3:])
            return Letters(_opposite(right), right, _opposite(bottom), bottom)
    for place in places:
        said = getattr(place, "PatientOrientation", None)
        words = [str(each).strip().upper() for each in said] if said and not isinstance(said, str) else []
        if len(words) == 2 and all(word and set(word) <= set(_OPPOSITES) for word in words):
            return Letters(_opposite(words[0]), words[0], _opposite(words[1]), words[1])
    return None


def slice_position(*places: Dataset) -> float | None:
    """How far along its own normal the image lies, in millimetres; None if it does not say."""
    for place in places:
        corner, directions = (
            numbers_of(place, "ImagePositionPatient"),
            next(
                (found for each in places if len(found := numbers_of(each, "ImageOrientationPatient")) == 6),
                (),
            ),
        )
        if len(corner) == 3 and directions:
            (a, b, c), (d, e, f) = directions[:3], directions[3:]
            normal = (b * f - c * e, c * d - a * f, a * e - b * d)
            return round(sum(one * other for one, other in zip(corner, normal, strict=True)), 4)
    return next((found[0] for place in places if (found := numbers_of(place, "SliceLocation"))), None)


_OPPOSITES = {"R": "L", "L": "R", "A": "P", "P": "A", "H": "F", "F": "H"}


def _named(direction: tuple[float, ...]) -> str:
    """The letters of a direction in the patient, the strongest first."""
    parts = zip(direction, ("L", "P", "H"), ("R", "A", "F"), strict=True)
    strengths = sorted(
        ((abs(share), forwards if share > 0 else backwards) for share, forwards, backwards in parts),
        reverse=True,
    )
    length = sum(share * share for share, _ in strengths) ** 0.5
    return "".join(letter for share, letter in strengths if share >= _SMALLEST_SHARE * length)


def _opposite(letters: str) -> str:
    return "".join(_OPPOSITES[letter] for letter in letters)


def _sane(aspect: float) -> float:
    return aspect if 0.05 <= aspect <= 20 else 1.0
