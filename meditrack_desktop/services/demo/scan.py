"""The sample clinic's computed tomography: a head of ellipses, drawn on the spot, as three series."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

import numpy as np
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from meditrack_desktop.domain.patients import Patient

Values = np.ndarray[Any, np.dtype[np.float64]]
_SIDE = 256
_SPACING = 0.9
_SLICES = 24
_AIR, _BONE, _BRAIN, _WATER, _DENSE = -1000.0, 1100.0, 32.0, 6.0, 62.0


def ct_head(patient: Patient, day: date) -> list[tuple[str, bytes]]:
    """Names and bytes of its files, in the name of `patient`; nobody was ever scanned."""
    study = generate_uid(entropy_srcs=[str(patient.id), day.isoformat()])[:60].rstrip(".")
    told = {
        "PatientName": f"{patient.family}^{patient.given}",
        "PatientID": patient.mrn,
        "PatientBirthDate": str(patient.birth_date or "").replace("-", ""),
        "StudyInstanceUID": study,
        "StudyDate": day.strftime("%Y%m%d"),
    }
    files = []
    for number, (name, thickness, images) in enumerate(
        (("scout", None, _scouts()), ("axial", 5.0, _axial(_SLICES)), ("bone", 10.0, _axial(_SLICES // 2))), 1
    ):
        window = {"bone": (400, 1800, "BONE"), "axial": (40, 80, "BRAIN")}.get(name, (100, 700, ""))
        for place, image in enumerate(images, 1):
            head = told | {
                "SeriesInstanceUID": f"{study}.{number}",
                "SeriesNumber": number,
                "SeriesDescription": name,
                "InstanceNumber": place,
                "SliceThickness": thickness,
                "ImageOrientationPatient": [1, 0, 0, 0, 0, -1] if thickness is None else [1, 0, 0, 0, 1, 0],
                "ImagePositionPatient": None if thickness is None else [-115, -115, place * thickness],
            }
            files.append((f"{name}-{place:03d}.dcm", _file(image, head, window)))
    return files


def _axial(count: int) -> Iterator[Values]:
    """Slices from the base of the skull to its crown."""
    rng = np.random.default_rng(2026)
    for number in range(count):
        height = (number + 0.5) / count
        width = np.sqrt(max(0.1, 1 - ((height - 0.35) / 0.72) ** 2))
        image = np.full((_SIDE, _SIDE), _AIR)
        _put(image, 0, 0, 0.72 * width, 0.9 * width, 60)
        _put(image, 0, 0, 0.70 * width, 0.88 * width, _BONE)
        _put(image, 0, 0, 0.64 * width, 0.82 * width, _BRAIN)
        open_share = max(0.0, 1 - abs(height - 0.5) / 0.35)
        for side in (-1, 1):
            _put(image, side * 0.2 * width, 0.05, 0.12 * open_share, 0.3 * open_share, _WATER)
        _put(image, 0, -0.35 * width, 0.2 * width, 0.2 * width, 40)
        _put(image, 0.22 * width, 0.5 * width, 0.05 * open_share, 0.04 * open_share, _DENSE)
        inside = image > _AIR
        image[inside] += rng.normal(0, 5, int(inside.sum()))
        yield image


def _scouts() -> Iterator[Values]:
    """From the front and from the side."""
    for turned in (0.72, 0.9):
        image = np.full((_SIDE, _SIDE), _AIR)
        for share, value in ((1.0, -200.0), (0.94, 250.0), (0.86, 80.0)):
            _put(image, 0, 0, turned * share, 0.9 * share, value)
        yield image


def _put(image: Values, x: float, y: float, across: float, down: float, value: float) -> None:
    """Fill an ellipse; places and half axes are shares of half the image."""
    if across <= 0 or down <= 0:
        return
    rows, columns = np.mgrid[-1 : 1 : _SIDE * 1j, -1 : 1 : _SIDE * 1j]
    image[((columns - x) / across) ** 2 + ((rows - y) / down) ** 2 <= 1] = value


def _file(image: Values, told: dict[str, Any], window: tuple[int, int, str]) -> bytes:
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid(
        entropy_srcs=[told["SeriesInstanceUID"], str(told["InstanceNumber"])]
    )
    dataset = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
    values: dict[str, Any] = {
        "SpecificCharacterSet": "ISO_IR 192",
        "SOPClassUID": CTImageStorage,
        "SOPInstanceUID": meta.MediaStorageSOPInstanceUID,
        "StudyTime": "140500",
        "Modality": "CT",
        "Manufacturer": "Synthetic",
        "StudyDescription": "CT HEAD W/O",
        "BodyPartExamined": "HEAD",
        "ReferringPhysicianName": "Modelo^Ines^^Dr.",
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": _SIDE,
        "Columns": _SIDE,
        "PixelSpacing": [_SPACING, _SPACING],
        "BitsAllocated": 16,
        "BitsStored": 16,
        "HighBit": 15,
        "PixelRepresentation": 1,
        "WindowCenter": window[0],
        "WindowWidth": window[1],
        "WindowCenterWidthExplanation": window[2],
        "RescaleIntercept": 0,
        "RescaleSlope": 1,
        "RescaleType": "HU",
        **told,
    }
    for keyword, value in values.items():
        if value is not None and value != "":
            setattr(dataset, keyword, value)
    dataset.add_new("PixelData", "OW", np.rint(image).astype("<i2").tobytes())
    out = BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()
