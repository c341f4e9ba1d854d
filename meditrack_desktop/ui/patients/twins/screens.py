"""The states of the windows of possible duplicates that are worth a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import cast

from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patient_merges import (
    FieldChoice,
    MergeField,
    MergePart,
    MergePreview,
    MergeWarning,
    PatientMerge,
    says,
    suggested,
    value_of,
)
from meditrack_desktop.domain.patient_twins import PatientTwin, TwinPage, TwinReason, TwinState
from meditrack_desktop.domain.patients import Address, FindPatients, Gender, Patient, PatientLine, Phone
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients.twins.merge_dialog import MergeDialog, ask_undo
from meditrack_desktop.ui.patients.twins.merged_banner import MergedBanners
from meditrack_desktop.ui.patients.twins.page import TwinsPage

Pose = Callable[[], object]


def _lines(desk: Desk) -> tuple[PatientLine, ...]:
    return desk.clinic.patients.find(desk.actor, FindPatients(limit=500)).lines[::60]


def _pair(desk: Desk, line: PatientLine, score: int, *reasons: TwinReason, **other: object) -> PatientTwin:
    second = replace(line, id=new_id(), mrn=f"009-{line.mrn[-4:]}", **other)  # type: ignore[arg-type]
    return PatientTwin(
        new_id(), 1, line, second, score, reasons, TwinState.OPEN, desk.clock.now() - timedelta(days=2)
    )


def _pairs(desk: Desk) -> tuple[PatientTwin, ...]:
    lines, why = _lines(desk), TwinReason
    return (
        _pair(desk, lines[0], 940, why.SAME_NAME, why.SAME_BIRTH_DATE, why.SAME_PHONE),
        _pair(
            desk,
            lines[1],
            830,
            why.SWAPPED_NAMES,
            why.SAME_BIRTH_DATE,
            why.SAME_EMAIL,
            family=lines[1].given,
            given=lines[1].family,
        ),
        _pair(
            desk,
            lines[2],
            700,
            why.ALIKE_NAME,
            why.DAY_MONTH_SWAPPED,
            why.SAME_ADDRESS,
            birth_date=BirthDate(1988, 5, 4),
            phone="",
        ),
        _pair(
            desk,
            lines[3],
            540,
            why.SAME_BIRTH_DATE,
            why.SAME_PHONE,
            why.GIVEN_NAME_ONLY,
            family="Beispiel-Fictanova",
        ),
    )


def _worklist(desk: Desk) -> tuple[QWidget, Pose]:
    page = TwinsPage(desk)
    pairs = _pairs(desk)
    return page, lambda: page.show_page(TwinPage(pairs, len(pairs)))


def _nobody(desk: Desk) -> tuple[QWidget, Pose]:
    page = TwinsPage(desk)
    return page, lambda: page.show_page(TwinPage((), 0))


def _two(desk: Desk) -> tuple[Patient, Patient]:
    kept = desk.clinic.patients.get(desk.actor, _lines(desk)[0].id)
    kept = replace(kept, note="Prefers the morning", email="mara@example.org")
    gone = replace(
        kept,
        id=new_id(),
        mrn=f"009-{kept.mrn[-4:]}",
        given=f"{kept.given[:-1]}h",
        gender=Gender.UNKNOWN,
        email="",
        note="Needs the ramp at the back entrance",
        phones=(Phone("+44 20 7946 0958", "+442079460958"),),
        address=Address("12 Sample Road", "Testville", "TE1 2ST", "GB"),
    )
    return kept, gone


def _preview(desk: Desk) -> MergePreview:
    kept, gone = _two(desk)
    fields = tuple(
        FieldChoice(each, suggested(kept, gone, each), value_of(kept, each) != value_of(gone, each))
        for each in MergeField
        if says(value_of(kept, each)) or says(value_of(gone, each))
    )
    parts = {MergePart.APPOINTMENTS: 3, MergePart.DOCUMENTS: 2, MergePart.ALLERGIES: 1, MergePart.PHONES: 1}
    warnings = (MergeWarning.ALLERGIES_DIFFER, MergeWarning.OVERLAPPING_VISITS)
    return MergePreview(kept, gone, fields, parts, warnings)


def _merging(desk: Desk) -> tuple[QWidget, Pose]:
    page, preview, pairs = TwinsPage(desk), _preview(desk), _pairs(desk)

    def pose() -> None:
        page.show_page(TwinPage(pairs, len(pairs)))
        MergeDialog(desk, page, preview, reason="Same insurance card at the desk").open_layer()

    return page, pose


def _second_yes(desk: Desk) -> tuple[QWidget, Pose]:
    page, preview = TwinsPage(desk), _preview(desk)

    def pose() -> None:
        dialog = MergeDialog(desk, page, preview, reason="Same insurance card at the desk")
        dialog.open_layer()
        dialog.act.click()

    return page, pose


def _merge(desk: Desk) -> PatientMerge:
    kept, gone = _two(desk)
    return PatientMerge(
        id=new_id(),
        version=1,
        kept_id=kept.id,
        gone_id=gone.id,
        kept_name=kept.name,
        kept_mrn=kept.mrn,
        gone_name=gone.name,
        gone_mrn=gone.mrn,
        reason="Same insurance card at the desk",
        merged_at=desk.clock.now() - timedelta(hours=3),
        merged_by_name="Ada Verwalter",
        undone_at=None,
        undone_by_name="",
        reversible=True,
        added_since=2,
    )


def _banners(desk: Desk) -> tuple[QWidget, Pose]:
    merge = _merge(desk)
    page = TwinsPage(desk)
    pairs = _pairs(desk)
    gone, kept = MergedBanners(desk, merge.gone_id, page), MergedBanners(desk, merge.kept_id, page)
    column = cast("QVBoxLayout", page.layout())
    for place, banners in enumerate((gone, kept)):
        column.insertWidget(place, banners)

    def pose() -> None:
        page.show_page(TwinPage(pairs, len(pairs)))
        gone.show_merges((merge,))
        kept.show_merges((merge,))

    return page, pose


def _undoing(desk: Desk) -> tuple[QWidget, Pose]:
    page, merge = TwinsPage(desk), _merge(desk)
    return page, lambda: ask_undo(desk, page, merge)


SCREENS: Sequence[tuple[str, str, Callable[[Desk], tuple[QWidget, Pose]]]] = (
    ("patients", "twins", _worklist),
    ("patients", "twins-empty", _nobody),
    ("patients", "merge", _merging),
    ("patients", "merge-second-yes", _second_yes),
    ("patients", "merge-undo", _undoing),
    ("patients", "merge-banners", _banners),
)
