"""What kind of paper a file is: words of its text, its name, and what it is."""

from __future__ import annotations

import pytest

from meditrack_desktop.domain.documents import DocumentType, MediaType
from meditrack_desktop.domain.type_guess import type_guess

T, M = DocumentType, MediaType


@pytest.mark.parametrize(
    ("media_type", "modality", "name", "text", "wanted"),
    [
        (M.PDF, "", "scan.pdf", "LABORATORY REPORT\nHaemoglobin 13.2 g/dl\nreference range", T.LAB_REPORT),
        (M.PDF, "", "scan.pdf", "Laborbefund\nKreatinin 0.9 mg/dl", T.LAB_REPORT),
        (M.PDF, "", "scan.pdf", "Referral letter\nThank you for seeing this patient", T.REFERRAL),
        (M.PDF, "", "scan.pdf", "Überweisung an Kardiologie", T.REFERRAL),
        (M.PDF, "", "scan.pdf", "Dear Dr Shili,\nthank you ...\nKind regards", T.LETTER),
        (M.PDF, "", "scan.pdf", "Informed consent\nI hereby consent to", T.CONSENT),
        (M.PDF, "", "scan.pdf", "Health insurance card\nPolicy number 12", T.INSURANCE),
        (M.PDF, "", "scan.pdf", "Radiology report\nMRI of the knee", T.IMAGING),
        (M.JPEG, "", "passport.jpg", "", T.IDENTITY),
        (M.PDF, "", "smith_john_labs.pdf", "", T.LAB_REPORT),
        (M.PDF, "", "referral-2026.pdf", "", T.REFERRAL),
        (M.JPEG, "", "IMG_2041.JPG", "", T.PHOTO),
        (M.DICOM, "CT", "IM1", "", T.IMAGING),
        (M.DICOM_STUDY, "MR", "disc", "", T.IMAGING),
        (M.PDF, "", "scan0001.pdf", "Ein Blatt ohne Wörter dafür", T.OTHER),
        (M.PDF, "", "scan0001.pdf", "", T.OTHER),
        (M.PNG, "", "screenshot.png", "", T.OTHER),
    ],
)
def test_each(media_type: M, modality: str, name: str, text: str, wanted: T) -> None:
    assert type_guess(media_type, modality, name, (text,)) is wanted


def test_two_that_are_as_likely_are_neither() -> None:
    assert type_guess(M.PDF, "", "a.pdf", ("passport\nreferral",)) is T.OTHER


def test_a_long_text_costs_no_more_than_its_head() -> None:
    assert type_guess(M.PDF, "", "a.pdf", ("x " * 1_000_000 + "laboratory report",)) is T.OTHER
