"""Short texts a note can begin with. They are typed over; nothing of them is signed unseen."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication


@dataclass(frozen=True, slots=True)
class NoteTemplate:
    """`text` is put where the cursor stands."""

    name: str
    text: str


def note_templates() -> tuple[NoteTemplate, ...]:
    """In the order the menu shows them."""
    return (
        NoteTemplate(
            _tr("Visit"), _lines(_tr("Reason:"), _tr("Findings:"), _tr("Assessment:"), _tr("Plan:"))
        ),
        NoteTemplate(_tr("Follow-up"), _lines(_tr("Since the last visit:"), _tr("Findings:"), _tr("Plan:"))),
        NoteTemplate(
            _tr("Results"), _lines(_tr("Results:"), _tr("What they mean:"), _tr("Told the patient:"))
        ),
        NoteTemplate(_tr("Telephone"), _lines(_tr("Called about:"), _tr("Advice:"), _tr("Call again if:"))),
        NoteTemplate(
            _tr("Procedure"),
            _lines(_tr("Consent:"), _tr("Procedure:"), _tr("Material:"), _tr("Course:"), _tr("Aftercare:")),
        ),
    )


def _lines(*parts: str) -> str:
    return "\n".join(f"{part} " for part in parts)


def _tr(text: str) -> str:
    return QCoreApplication.translate("NoteTemplates", text)
