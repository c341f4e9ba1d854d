"""What the windows of possible duplicates say."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.patient_merges import MergeField, MergePart, MergeWarning
from meditrack_desktop.domain.patient_twins import Sureness, TwinReason
from meditrack_desktop.domain.patients import Patient, PatientLine
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.words import count_text


def _tr(text: str) -> str:
    return QCoreApplication.translate("Twins", text)


def reason_word(reason: TwinReason) -> str:
    """One thing that two records have in common, or that speaks against their being one person."""
    return {
        TwinReason.SAME_NAME: _tr("same name"),
        TwinReason.ALIKE_NAME: _tr("names alike"),
        TwinReason.SWAPPED_NAMES: _tr("names swapped"),
        TwinReason.PREFERRED_NAME: _tr("known by that name"),
        TwinReason.GIVEN_NAME_ONLY: _tr("other family name"),
        TwinReason.SAME_BIRTH_DATE: _tr("same birth date"),
        TwinReason.DAY_MONTH_SWAPPED: _tr("day and month of birth swapped"),
        TwinReason.BIRTH_DATE_ONE_DIGIT: _tr("birth date one digit apart"),
        TwinReason.BIRTH_DATE_PART: _tr("birth dates fit"),
        TwinReason.SAME_PHONE: _tr("same phone"),
        TwinReason.SAME_EMAIL: _tr("same e-mail"),
        TwinReason.SAME_ADDRESS: _tr("same address"),
        TwinReason.SAME_IDENTIFIER: _tr("same foreign number"),
        TwinReason.OTHER_GENDER: _tr("other gender"),
        TwinReason.OTHER_BIRTH_DATE: _tr("other birth date"),
    }[reason]


def reasons_text(reasons: tuple[TwinReason, ...]) -> str:
    """`Same name, same phone; but other gender`."""
    speaks = [reason_word(reason) for reason in reasons if not reason.against]
    against = [reason_word(reason) for reason in reasons if reason.against]
    text = ", ".join(speaks)
    text = text[:1].upper() + text[1:]
    if not against:
        return text
    return _tr("{speaks}; but {against}").format(speaks=text, against=", ".join(against))


def reasons_lines(reasons: tuple[TwinReason, ...]) -> tuple[str, str]:
    """The reasons on two lines: who it seems to be, and what else speaks for it or against it."""
    speaks = [reason for reason in reasons if not reason.against]
    against = tuple(reason for reason in reasons if reason.against)
    first = reasons_text(tuple(speaks[:2]))
    return first, reasons_text((*speaks[2:], *against)) if speaks[2:] else _but(against)


def _but(against: tuple[TwinReason, ...]) -> str:
    if not against:
        return ""
    return _tr("But {against}").format(against=", ".join(reason_word(reason) for reason in against))


def sureness_word(sureness: Sureness) -> str:
    return {
        Sureness.POSSIBLE: _tr("Possible"),
        Sureness.LIKELY: _tr("Likely"),
        Sureness.VERY_LIKELY: _tr("Very likely"),
    }[sureness]


def sureness_tone(sureness: Sureness) -> str:
    tones = {
        Sureness.POSSIBLE: "neutral",
        Sureness.LIKELY: "info",
        Sureness.VERY_LIKELY: "warn",
    }
    return tones[sureness]


def about(line: PatientLine | Patient) -> str:
    """What stands under a name: birth date and record number."""
    born = words.born_words(line.birth_date) or _tr("birth date unknown")
    return " · ".join((born, _tr("MRN {number}").format(number=line.mrn)))


def named(patient: Patient | PatientLine) -> str:
    """`Mara Fictanova, MRN 000-0001`: a record, where both have one name."""
    return _tr("{name}, MRN {number}").format(name=patient.name, number=patient.mrn)


def warning_text(warning: MergeWarning) -> str:
    return {
        MergeWarning.OTHER_BIRTH_DATE: _tr("The birth dates differ."),
        MergeWarning.OTHER_GENDER: _tr("One record says female, the other male."),
        MergeWarning.OTHER_NAME: _tr("The names differ."),
        MergeWarning.OVERLAPPING_VISITS: _tr("Visits of the two overlap; both stay booked."),
        MergeWarning.DECIDED_DIFFERENT: _tr("Somebody decided that these are different people."),
        MergeWarning.ALLERGIES_DIFFER: _tr("Their allergies differ; all are kept."),
        MergeWarning.LEGAL_HOLD: _tr("A legal hold comes along with the record."),
    }[warning]


def part_text(part: MergePart, count: int) -> str:
    """`3 visits`."""
    one, many = {
        MergePart.APPOINTMENTS: (_tr("1 visit"), _tr("{count} visits")),
        MergePart.DOCUMENTS: (_tr("1 document"), _tr("{count} documents")),
        MergePart.CARE_TEAM: (_tr("1 entry of the care team"), _tr("{count} entries of the care team")),
        MergePart.ALLERGIES: (_tr("1 allergy"), _tr("{count} allergies")),
        MergePart.CONDITIONS: (_tr("1 condition"), _tr("{count} conditions")),
        MergePart.MEDICATIONS: (_tr("1 medicine"), _tr("{count} medicines")),
        MergePart.OBSERVATIONS: (_tr("1 measurement"), _tr("{count} measurements")),
        MergePart.NOTES: (_tr("1 note"), _tr("{count} notes")),
        MergePart.RELATED_PERSONS: (_tr("1 contact"), _tr("{count} contacts")),
        MergePart.CONSENTS: (_tr("1 consent"), _tr("{count} consents")),
        MergePart.DISCLOSURES: (_tr("1 disclosure"), _tr("{count} disclosures")),
        MergePart.ACCESS: (_tr("1 special access"), _tr("{count} special accesses")),
        MergePart.PHONES: (_tr("1 phone"), _tr("{count} phones")),
        MergePart.IDENTIFIERS: (_tr("1 foreign number"), _tr("{count} foreign numbers")),
        MergePart.WAITLIST: (_tr("1 wait for a visit"), _tr("{count} waits for a visit")),
        MergePart.FOLLOW_UPS: (_tr("1 follow-up"), _tr("{count} follow-ups")),
        MergePart.TASKS: (_tr("1 task"), _tr("{count} tasks")),
    }[part]
    return one if count == 1 else many.format(count=count_text(count))


def field_label(field: MergeField) -> str:
    return {
        MergeField.FAMILY: _tr("Family name"),
        MergeField.GIVEN: _tr("Given name"),
        MergeField.PREFERRED_NAME: _tr("Preferred name"),
        MergeField.BIRTH_DATE: _tr("Birth date"),
        MergeField.GENDER: _tr("Gender"),
        MergeField.EMAIL: _tr("E-mail"),
        MergeField.ADDRESS: _tr("Address"),
        MergeField.LANGUAGE: _tr("Language"),
        MergeField.NOTE: _tr("Note"),
        MergeField.DECEASED: _tr("Deceased"),
        MergeField.CONTACT_BY: _tr("Reach by"),
        MergeField.INTERPRETER: _tr("Interpreter"),
        MergeField.PREFERENCES: _tr("Wishes"),
        MergeField.PHOTO: _tr("Photo"),
    }[field]


def value_text(patient: Patient, field: MergeField) -> str:
    """A field's value as a person reads it; a dash for nothing."""
    said: dict[MergeField, str] = {
        MergeField.BIRTH_DATE: words.born_words(patient.birth_date),
        MergeField.GENDER: words.gender_word(patient.gender),
        MergeField.ADDRESS: ", ".join(words.address_lines(patient)),
        MergeField.DECEASED: _tr("Yes") if patient.deceased else _tr("No"),
        MergeField.CONTACT_BY: words.contact_by_word(patient.contact_by),
        MergeField.INTERPRETER: _tr("Needed") if patient.interpreter else _tr("Not needed"),
        MergeField.PHOTO: _tr("A photo") if patient.photo_id else "",
    }
    text = said[field] if field in said else str(getattr(patient, field.value))
    return " ".join(text.split()) or "\u2013"
