"""What kind of paper a file is, guessed from what it is, what it is called and what stands in it.

A proposal for whoever files it, nothing more. Words are compared without accents and case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from meditrack_desktop.domain.documents import DocumentType, MediaType
from meditrack_desktop.domain.text import search_words

_MOST_WORDS = 1500
"""So far into the text it is looked: what a paper is stands at its head."""
_HEAD = 60
"""Words at the beginning that count twice."""
_ENOUGH = 2.0

_PHRASES: Mapping[DocumentType, Mapping[str, float]] = {
    DocumentType.LAB_REPORT: {
        "lab report": 3, "laboratory report": 3, "laboratory": 1, "lab results": 3, "test results": 1.5,
        "laborbefund": 3, "labor": 1, "laboratoire": 1, "laboratorio": 1, "haemoglobin": 1.5, "hemoglobin": 1.5,
        "leukocytes": 1, "leukozyten": 1, "creatinine": 1.5, "kreatinin": 1.5, "cholesterol": 1, "hba1c": 1.5,
        "glucose": 0.7, "reference range": 1.5, "referenzbereich": 1.5, "specimen": 1, "mmol l": 1, "mg dl": 1,
        "urinalysis": 2, "blood count": 2, "blutbild": 2, "pathology report": 2, "histology": 1.5, "labs": 2,
        "bloods": 2,
    },
    DocumentType.IMAGING: {
        "radiology report": 3, "radiology": 2, "radiologie": 2, "ultrasound": 2, "sonography": 2, "sonographie": 2,
        "mri": 2, "mrt": 2, "ct scan": 2.5, "computed tomography": 2.5, "magnetic resonance": 2.5, "x ray": 2,
        "xray": 2, "roentgen": 2, "rontgen": 2, "mammography": 2, "echocardiogram": 2, "impression": 0.5,
        "contrast medium": 1, "dexa": 1.5,
    },
    DocumentType.REFERRAL: {
        "referral": 3, "referral letter": 3, "referred to": 1.5, "please see this patient": 2, "uberweisung": 3,
        "ueberweisung": 3, "i am referring": 3, "thank you for seeing": 2.5, "referral for": 2,
    },
    DocumentType.LETTER: {
        "dear dr": 2, "dear doctor": 2, "dear colleague": 2.5, "discharge summary": 3, "discharge letter": 3,
        "arztbrief": 3, "entlassbrief": 3, "sincerely": 1.5, "kind regards": 1.5, "yours faithfully": 1.5,
        "sehr geehrte": 2, "letter": 1.5, "brief": 1,
    },
    DocumentType.CONSENT: {
        "consent form": 3, "informed consent": 3, "i consent": 2, "hereby consent": 3, "einwilligung": 3,
        "einverstandniserklarung": 3, "consent": 1.5, "consentement": 2,
    },
    DocumentType.INSURANCE: {
        "insurance": 2, "insurance card": 3, "health insurance": 2.5, "policy number": 2, "member id": 2,
        "claim number": 2, "krankenkasse": 3, "versicherung": 2, "versichertenkarte": 3, "payer": 1,
        "coverage": 1, "policyholder": 2,
    },
    DocumentType.IDENTITY: {
        "passport": 3, "identity card": 3, "id card": 3, "driving licence": 3, "driver license": 3,
        "personalausweis": 3, "reisepass": 3, "birth certificate": 3, "nationality": 1, "passeport": 3,
    },
}  # fmt: skip
_IN_A_NAME: Mapping[str, DocumentType] = {
    "lab": DocumentType.LAB_REPORT, "labs": DocumentType.LAB_REPORT, "labor": DocumentType.LAB_REPORT,
    "bloods": DocumentType.LAB_REPORT, "ref": DocumentType.REFERRAL, "mrt": DocumentType.IMAGING,
    "ct": DocumentType.IMAGING, "us": DocumentType.IMAGING, "id": DocumentType.IDENTITY,
    "ins": DocumentType.INSURANCE, "photo": DocumentType.PHOTO, "foto": DocumentType.PHOTO,
    "wound": DocumentType.PHOTO,
}  # fmt: skip
_PICTURES = frozenset({MediaType.JPEG, MediaType.HEIC, MediaType.AVIF, MediaType.WEBP})
_CAMERA = re.compile(r"(img|dsc|dscn|dscf|pxl|photo|image)[ _-]?\d{2,}", re.IGNORECASE)
_PAPERS_IN_DICOM = frozenset({"SR", "DOC", "OT"})


def type_guess(
    media_type: MediaType, modality: str, file_name: str, text: Sequence[str] = ()
) -> DocumentType:
    """The likeliest type; OTHER where nothing tells. `text` is that of the pages, `file_name` a cleaned name."""
    if media_type.is_dicom and modality not in _PAPERS_IN_DICOM:
        return DocumentType.IMAGING
    name_words = search_words(re.sub(r"[_.-]+", " ", file_name))
    scores = _scores(" ".join(name_words), 1.5)
    for word in name_words:
        if (kind := _IN_A_NAME.get(word)) is not None:
            scores[kind] = scores.get(kind, 0.0) + 2.0
    words = search_words(" ".join(text)[: _MOST_WORDS * 12])[:_MOST_WORDS]
    for kind, score in _scores(" ".join(words), 1.0).items():
        scores[kind] = scores.get(kind, 0.0) + score
    for kind, score in _scores(" ".join(words[:_HEAD]), 1.0).items():
        scores[kind] = scores.get(kind, 0.0) + score
    ranked = sorted(scores.items(), key=lambda each: -each[1])
    if ranked and ranked[0][1] >= _ENOUGH and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]):
        return ranked[0][0]
    if media_type.is_dicom:
        return DocumentType.IMAGING
    if media_type in _PICTURES and not words and _CAMERA.match(file_name):
        return DocumentType.PHOTO
    return DocumentType.OTHER


def _scores(text: str, weight: float) -> dict[DocumentType, float]:
    """How much of each type's words stands in a folded text; each phrase counts once."""
    padded = f" {text} "
    found = {
        kind: weight * sum(worth for phrase, worth in phrases.items() if f" {phrase} " in padded)
        for kind, phrases in _PHRASES.items()
    }
    return {kind: score for kind, score in found.items() if score}
