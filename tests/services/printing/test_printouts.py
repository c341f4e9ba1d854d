"""Sheets about a patient: what stands on them, for whom, and the line that each of them leaves behind."""

from __future__ import annotations

import json
import unicodedata
from datetime import date
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.allergies import RecordAllergy, Severity
from meditrack_desktop.domain.audit import AuditQuery
from meditrack_desktop.domain.conditions import RecordCondition
from meditrack_desktop.domain.errors import ErrorCode, Invalid, NotFound
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.notes import SaveDraft, SignNote
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.printing import (
    CardSize,
    HandedBy,
    LabelSize,
    MakePrintout,
    NotePrintout,
    PrintKind,
)
from meditrack_desktop.domain.privacy import DisclosureKind
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.printing.label import label_pdf
from tests.makers.care import as_doctor, in_care
from tests.makers.people import a_patient
from tests.makers.visits import Room

K = PrintKind


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = []
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            pages.append(text.get_text_range())
            text.close()
            page.close()
        return unicodedata.normalize("NFKC", "\n".join(pages)).replace("\r", "")
    finally:
        document.close()


def size_of(pdf: bytes) -> tuple[int, int]:
    """Millimetres."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        width, height = document.get_page_size(0)
        return round(width / 72 * 25.4), round(height / 72 * 25.4)
    finally:
        document.close()


@pytest.fixture
def patient(clinic: Clinic, reception: Actor) -> Patient:
    return clinic.patients.register(
        reception, a_patient("Fictanova", "Mara", "+1 555 0142", birth_date="1988-04-05")
    )


@pytest.fixture
def filled(clinic: Clinic, admin: Actor, doctor: Actor, patient: Patient) -> Patient:
    in_care(clinic, doctor, as_doctor(clinic, admin, doctor), patient)
    clinic.allergies.record(
        doctor,
        RecordAllergy(
            patient_id=patient.id, substance="Penicillin", severity=Severity.SEVERE, reaction="Rash"
        ),
    )
    clinic.conditions.record(doctor, RecordCondition(patient_id=patient.id, text="Iron deficiency"))
    return patient


def make(clinic: Clinic, actor: Actor, kind: PrintKind, patient: Patient, **sizes: object) -> bytes:
    command = MakePrintout.model_validate({"kind": kind, "patient_id": patient.id, **sizes})
    return clinic.printouts.make(actor, command).pdf


def test_a_summary_tells_the_doctor_everything(clinic: Clinic, doctor: Actor, filled: Patient) -> None:
    told = text_of(make(clinic, doctor, K.CHART_SUMMARY, filled))
    for words in ("Mara Fictanova", "5 Apr 1988 (38 y)", filled.mrn, "Penicillin", "severe", "Rash"):
        assert words in told
    assert "Iron deficiency" in told
    assert "Page 1 of 1" in told and "Printed by" in told


def test_a_note_that_was_added_to_prints_with_what_was_added(
    clinic: Clinic, doctor: Actor, filled: Patient
) -> None:
    first = clinic.notes.save_draft(doctor, SaveDraft(patient_id=filled.id, body="Tired for weeks."))
    first = clinic.notes.sign(
        doctor, SignNote(id=first.id, version=first.version, title="Visit", body="Tired for weeks.")
    )
    more = clinic.notes.save_draft(
        doctor, SaveDraft(patient_id=filled.id, amends=first.id, body="Sleeps well.")
    )
    clinic.notes.sign(doctor, SignNote(id=more.id, version=more.version, title="", body="Sleeps well."))
    told = text_of(make(clinic, doctor, K.CHART_SUMMARY, filled))
    assert "Tired for weeks." in told and "Sleeps well." in told and "added to an earlier note" in told


def test_a_receptionist_prints_allergies_and_no_chart(
    clinic: Clinic, reception: Actor, filled: Patient
) -> None:
    command = MakePrintout(kind=K.CHART_SUMMARY, patient_id=filled.id)
    sheet = clinic.printouts.make(reception, command)
    told = text_of(sheet.pdf)
    assert sheet.left_out and "Left out" in told
    assert "Penicillin" in told and "Iron deficiency" not in told


def test_nobody_asked_is_not_none_known(clinic: Clinic, reception: Actor, patient: Patient) -> None:
    told = text_of(make(clinic, reception, K.CHART_SUMMARY, patient))
    assert "Not asked yet" in told


@pytest.mark.parametrize("size", LabelSize)
def test_a_label_holds_three_identifiers_and_bars(
    clinic: Clinic, reception: Actor, patient: Patient, size: LabelSize
) -> None:
    pdf = make(clinic, reception, K.LABEL, patient, label=size)
    told = text_of(pdf)
    assert size_of(pdf) == size.millimetres
    assert "Mara Fictanova" in told and "5 Apr 1988" in told and f"MRN {patient.mrn}" in told
    assert black_bars(pdf) > 15


def black_bars(pdf: bytes) -> int:
    """Changes from white to black along a line through the bars."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    bitmap = page.render(scale=8, grayscale=True)
    row = bitmap.height - int(8 * 8.0 * 72 / 25.4 / 1.6)
    line = bytes(bitmap.buffer)[row * bitmap.stride : row * bitmap.stride + bitmap.width]
    bitmap.close()
    page.close()
    document.close()
    return sum(1 for left, right in pairwise(line) if left > 128 >= right)


@pytest.mark.parametrize("size", CardSize)
def test_a_card_tells_the_visits_to_come_and_nothing_private(
    clinic: Clinic, admin: Actor, reception: Actor, patient: Patient, size: CardSize
) -> None:
    practitioner = as_doctor(clinic, admin, admin)
    room = Room(clinic, reception, practitioner, patient)
    room.book("2026-11-24 09:30", reason="hidden reason")
    room.book("2026-11-19 14:00")
    told = text_of(make(clinic, reception, K.APPOINTMENT_CARD, patient, card=size))
    assert told.index("Thursday, 19 Nov 2026, 14:00") < told.index("Tuesday, 24 Nov 2026, 09:30")
    assert "Mara Fictanova" in told and "30 minutes" in told
    assert "hidden reason" not in told and "1988" not in told and patient.mrn not in told


def test_a_summary_that_leaves_is_a_disclosure(clinic: Clinic, doctor: Actor, filled: Patient) -> None:
    command = NotePrintout(
        kind=K.CHART_SUMMARY, patient_id=filled.id, recipient="Dr. Elsewhere", purpose="Referral"
    )
    clinic.printouts.hand_over(doctor, command)
    clinic.printouts.hand_over(doctor, command)
    (line,) = clinic.disclosures.list(doctor, filled.id)
    assert (line.kind, line.recipient, line.purpose) == (DisclosureKind.PRINT, "Dr. Elsewhere", "Referral")


def test_a_summary_needs_somebody_to_go_to(clinic: Clinic, doctor: Actor, filled: Patient) -> None:
    with pytest.raises(Invalid) as refusal:
        clinic.printouts.hand_over(doctor, NotePrintout(kind=K.CHART_SUMMARY, patient_id=filled.id))
    assert set(refusal.value.fields) == {"recipient", "purpose"}


@pytest.mark.parametrize(("by", "action"), [(HandedBy.PRINTED, "printed"), (HandedBy.SAVED, "saved_copy")])
def test_a_label_that_leaves_is_in_the_trail(
    clinic: Clinic, admin: Actor, reception: Actor, patient: Patient, by: HandedBy, action: str
) -> None:
    clinic.printouts.hand_over(reception, NotePrintout(kind=K.LABEL, patient_id=patient.id, by=by))
    lines = clinic.audit.search(admin, AuditQuery(patient_id=patient.id)).lines
    assert [one.event.detail for one in lines if one.event.action == f"printout.{action}"] == ["label"]


def test_nobody_is_printed_who_is_not_there(clinic: Clinic, reception: Actor) -> None:
    for call in (
        lambda: clinic.printouts.make(reception, MakePrintout(kind=K.LABEL, patient_id=new_id())),
        lambda: clinic.printouts.hand_over(reception, NotePrintout(kind=K.LABEL, patient_id=new_id())),
    ):
        with pytest.raises(NotFound) as refusal:
            call()
        assert refusal.value.code is ErrorCode.PATIENT_NOT_FOUND


def test_every_sample_name_prints_with_letters(samples: Path) -> None:
    """The letters of every name of the samples are in a font: a square would stand for each that is not."""
    from meditrack_desktop.services.print_type import markup

    names = json.loads((samples / "text" / "names.json").read_text("utf-8"))
    bare = {
        one["group"]
        for one in names
        if "\u25a1" in markup(f"{one['given']} {one['family']}")
        and all(ord(letter) < 0x10000 for letter in one["given"] + one["family"])
    }
    assert len(names) > 100
    assert bare == set()


@pytest.mark.parametrize(
    "name",
    [
        "Mara <b>Bold</b> &amp; Sons",
        "محمد عبد الله (المصري)",
        "שלום כהן, Cohen",
        "श्रीमती क्षत्रिय",
        "佐藤 太郎, 김철수, 王小明",
        "W" * 240,
        "a b " * 60,
        "🙂",
    ],
)
def test_any_name_makes_a_label_of_one_page(name: str, clinic: Clinic, reception: Actor) -> None:
    patient = clinic.patients.register(
        reception, a_patient(name[:120], name[120:240], birth_date="1988-04-05")
    )
    for size in LabelSize:
        pdf = label_pdf(patient, size, date(2026, 11, 18))
        document = pypdfium2.PdfDocument(pdf)
        assert len(document) == 1
        document.close()
        told = text_of(pdf)
        assert "5 Apr 1988" in told and f"MRN {patient.mrn}" in told
        if "<b>" in name:
            assert "<b>" in told
