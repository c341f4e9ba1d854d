"""What a header says about the person, the study and the image, in our words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from pydicom.dataset import Dataset
from pydicom.uid import EncapsulatedPDFStorage

from meditrack_desktop.domain.examination import NamedPerson
from meditrack_desktop.examiner.dicom.header import Header
from meditrack_desktop.examiner.dicom.library import DICOM_FAULTS
from meditrack_desktop.examiner.dicom.source import Part, Source
from meditrack_desktop.examiner.dicom.values import (
    day_of,
    doctor_of,
    items_of,
    line,
    moment_of,
    number_of,
    person_of,
    text_of,
    value_of,
    whole_of,
)

_PDF = b"%PDF-"
_DOCUMENT = 0x00420011
_MOST_NUMBERS = 10


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """For the corners of a picture and the details beside it; anything may be missing."""

    patient_name: str = ""
    patient_number: str = ""
    birth_date: date | None = None
    sex: str = ""
    modality: str = ""
    body_part: str = ""
    study_uid: str = ""
    study_description: str = ""
    study_at: datetime | None = None
    """On the scanner's clock."""
    referring: str = ""
    series_uid: str = ""
    series_number: int | None = None
    series_description: str = ""
    slice_thickness_mm: float | None = None
    taken_at: datetime | None = None
    instance_uid: str = ""
    instance_number: int | None = None


def facts_of(dataset: Dataset) -> ImageFacts:
    """Never raises: what cannot be read is missing."""
    return ImageFacts(
        patient_name=person_of(dataset, "PatientName"),
        patient_number=text_of(dataset, "PatientID"),
        birth_date=day_of(dataset, "PatientBirthDate"),
        sex=text_of(dataset, "PatientSex"),
        modality=text_of(dataset, "Modality"),
        body_part=text_of(dataset, "BodyPartExamined"),
        study_uid=text_of(dataset, "StudyInstanceUID"),
        study_description=text_of(dataset, "StudyDescription"),
        study_at=moment_of(dataset, "Study", "Series", "Content", "Acquisition"),
        referring=doctor_of(dataset, "ReferringPhysicianName"),
        series_uid=text_of(dataset, "SeriesInstanceUID"),
        series_number=_whole(dataset, "SeriesNumber"),
        series_description=text_of(dataset, "SeriesDescription") or text_of(dataset, "ProtocolName"),
        slice_thickness_mm=_thickness(dataset),
        taken_at=moment_of(dataset, "Acquisition", "Content", "Series", "Study"),
        instance_uid=text_of(dataset, "SOPInstanceUID"),
        instance_number=_whole(dataset, "InstanceNumber"),
    )


def named_in(dataset: Dataset) -> NamedPerson:
    """The person that a file is about."""
    places = [dataset, *items_of(dataset, "OtherPatientIDsSequence")[:_MOST_NUMBERS]]
    numbers = [text_of(place, "PatientID") for place in places]
    others = text_of(dataset, "OtherPatientIDs").split(", ")
    return NamedPerson(
        person_of(dataset, "PatientName"),
        day_of(dataset, "PatientBirthDate"),
        tuple(dict.fromkeys(number for number in (*numbers, *others) if number))[:_MOST_NUMBERS],
    )


def wrapped_pdf(header: Header) -> Source | None:
    """The PDF that a DICOM file wraps, where it lies in the file; None if it wraps none."""
    dataset = header.dataset
    said = line(str(value_of(dataset, "MIMETypeOfEncapsulatedDocument") or "")).lower()
    if value_of(dataset, "SOPClassUID") != EncapsulatedPDFStorage and said != "application/pdf":
        return None
    try:
        # Asked by name, a document too large to have been read with the header would be read now.
        held = next((element for tag, element in dataset.items() if tag == _DOCUMENT), None)
        if held is None:
            return None
        position, size = _place(held), int(getattr(held, "length", 0) or len(held.value))  # type: ignore[arg-type]
        true_size = whole_of(dataset, "EncapsulatedDocumentLength", size)
        part = Part(header.body, position, min(size, true_size) if true_size > 0 else size)
    except DICOM_FAULTS:
        return None
    return part if part.read_at(0, len(_PDF)) == _PDF else None


def _place(held: object) -> int:
    found = getattr(held, "value_tell", None) or getattr(held, "file_tell", None)
    if not isinstance(found, int):
        raise ValueError("its place is not known")
    return found


def _thickness(dataset: Dataset) -> float | None:
    found = number_of(dataset, "SliceThickness")
    for groups in items_of(dataset, "SharedFunctionalGroupsSequence")[:1]:
        for measures in items_of(groups, "PixelMeasuresSequence")[:1]:
            found = found or number_of(measures, "SliceThickness")
    return found if found is not None and 0 < found < 1000 else None


def _whole(dataset: Dataset, keyword: str) -> int | None:
    found = number_of(dataset, keyword)
    return int(found) if found is not None and abs(found) < 2**31 else None
