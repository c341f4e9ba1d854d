"""DICOM files that tests make themselves: small, synthetic, and wrong exactly where a test wants them so."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, RLELossless, generate_uid

STUDY = "1.2.826.0.1.3680043.8.498.20261118"
SERIES = STUDY + ".2"
Array = np.ndarray[Any, np.dtype[Any]]


def ramp(rows: int = 32, columns: int = 48, first: int = -1000) -> Array:
    """Signed values that all differ."""
    return np.arange(first, first + rows * columns, dtype=np.int16).reshape(rows, columns)


def a_dataset(pixels: Array | None = None, **values: Any) -> FileDataset:
    """A CT slice in Hounsfield units unless `values` say otherwise; None leaves an element out."""
    pixels = ramp() if pixels is None else pixels
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
    frames = pixels.ndim == 3
    told: dict[str, Any] = {
        "SpecificCharacterSet": "ISO_IR 192",
        "SOPClassUID": CTImageStorage,
        "SOPInstanceUID": generate_uid(),
        "StudyDate": "20240303",
        "StudyTime": "140500",
        "Modality": "CT",
        "StudyDescription": "CT HEAD W/O",
        "SeriesDescription": "axial",
        "ReferringPhysicianName": "Modelo^Ines^^Dr.",
        "PatientName": "Fictanova^Mara",
        "PatientID": "002-3371",
        "PatientBirthDate": "19880405",
        "PatientSex": "F",
        "BodyPartExamined": "HEAD",
        "SliceThickness": "5.0",
        "StudyInstanceUID": STUDY,
        "SeriesInstanceUID": SERIES,
        "SeriesNumber": 2,
        "InstanceNumber": 1,
        "ImagePositionPatient": [0, 0, 0],
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "NumberOfFrames": pixels.shape[0] if frames else None,
        "Rows": pixels.shape[-2],
        "Columns": pixels.shape[-1],
        "PixelSpacing": [0.5, 0.5],
        "BitsAllocated": 8 * pixels.dtype.itemsize,
        "BitsStored": 8 * pixels.dtype.itemsize,
        "HighBit": 8 * pixels.dtype.itemsize - 1,
        "PixelRepresentation": int(pixels.dtype.kind == "i"),
        "WindowCenter": [40, 400],
        "WindowWidth": [80, 1800],
        "WindowCenterWidthExplanation": ["Brain", "Bone"],
        "RescaleIntercept": 0,
        "RescaleSlope": 1,
        "RescaleType": "HU",
        "PixelData": pixels.astype(pixels.dtype.newbyteorder("<")).tobytes(),
        **values,
    }
    for keyword, value in told.items():
        if value is not None:
            setattr(dataset, keyword, value)
    if "PixelData" in dataset:
        dataset["PixelData"].VR = "OW" if pixels.dtype.itemsize > 1 else "OB"
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    return dataset


def as_bytes(dataset: Dataset) -> bytes:
    """The file's bytes."""
    out = io.BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


def a_slice(number: int = 1, position: float | None = None, **values: Any) -> bytes:
    """One slice of a series; `position` millimetres up the body."""
    place = None if position is None else [0, 0, position]
    shifted = ramp() + np.int16(number)
    return as_bytes(a_dataset(shifted, InstanceNumber=number, ImagePositionPatient=place, **values))


def frames_of(count: int, rows: int = 32, columns: int = 48) -> Array:
    """Frames that differ, so that one cannot be taken for another."""
    return np.stack([ramp(rows, columns) + np.int16(100 * number) for number in range(count)])


def packed(pixels: Array, table: str = "none", fragments: int = 1, **values: Any) -> bytes:
    """Frames packed as RLE, with a `table` of offsets: "none", "basic" or "extended"."""
    dataset = a_dataset(pixels, **values)
    one = a_dataset(pixels)
    one.compress(RLELossless, generate_instance_uid=False)
    from pydicom.encaps import generate_frames

    frames = list(generate_frames(one.PixelData, number_of_frames=pixels.shape[0]))
    dataset.file_meta.TransferSyntaxUID = RLELossless
    if table == "extended":
        data, offsets, lengths = encapsulate_extended(frames)
        dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths = offsets, lengths
        dataset.PixelData = data
    else:
        dataset.PixelData = encapsulate(frames, fragments_per_frame=fragments, has_bot=table == "basic")
    dataset["PixelData"].is_undefined_length = True
    dataset["PixelData"].VR = "OB"
    return as_bytes(dataset)
