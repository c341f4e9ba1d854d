"""The states of a chart that are worth a picture, as a doctor sees them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.charts import Chart
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, Unavailable
from meditrack_desktop.domain.patients import FindPatients, Patient
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients.chart.page import ChartPage, TabName

Pose = Callable[[], object]
Build = Callable[[Desk], tuple[QWidget, Pose]]
SOMEBODY = "mara fictanova"


def sample(desk: Desk) -> Patient:
    """The sample patient with the most to show; anybody in a clinic without her."""
    patients, actor = desk.clinic.patients, desk.actor
    lines = (
        patients.find(actor, FindPatients(text=SOMEBODY, limit=1)).lines
        or patients.find(actor, FindPatients(limit=1)).lines
    )
    return patients.get(actor, lines[0].id)


def on_page(act: Callable[[ChartPage], object]) -> Build:
    """A chart on which something is done once it is there."""

    def build(desk: Desk) -> tuple[QWidget, Pose]:
        page = ChartPage(desk, sample(desk).id)
        return page, lambda: act(page)

    return build


def tab(name: TabName) -> Build:
    """A chart with this tab in front."""
    return on_page(lambda page: page.show_tab(name))


def _nothing(_page: ChartPage) -> None:
    return


def _note(page: ChartPage) -> None:
    box = page.overview.note
    box.text.setFocus()
    box.text.setPlainText(
        "Tired for about 8 weeks, sleeps well, no weight loss.\nPlan: ferrous sulfate, blood panel in 6 weeks."
    )
    box.draft.kept.emit()


def _overtaken(page: ChartPage) -> None:
    from meditrack_desktop.domain.errors import ChangedMeanwhile

    _note(page)
    box = page.overview.note
    box.draft.refused = ChangedMeanwhile()
    box.draft.overtaken.emit()


def _history(page: ChartPage) -> None:
    chart = page.content.chart if page.content is not None else None
    measured = chart.latest if chart is not None else ()
    if measured:
        weight = next((one for one in measured if one.name == "Body weight"), measured[0])
        page.overview.clinical.measured.open_history(weight)


def _allergy(page: ChartPage) -> None:
    page.acts.show_allergies()
    known = page.content.allergies if page.content is not None else None
    sheet = page.acts.allergies
    if sheet is not None:
        sheet.edit(known.allergies[0] if known is not None and known.allergies else None)


def _not_in_care(page: ChartPage) -> None:
    if page.content is not None:
        page.show_content(
            replace(page.content, chart=None, closed=NotAllowed(ErrorCode.NOT_IN_CARE), team=())
        )


def _new(page: ChartPage) -> None:
    content = page.content
    if content is None:
        return
    page.show_content(
        replace(
            content,
            visits=(),
            documents=(),
            team=(),
            consents=(),
            contacts=(),
            allergies=None
            if content.allergies is None
            else replace(content.allergies, allergies=(), none_known=None),
            chart=None if content.chart is None else Chart(content.patient.id, (), (), (), (), ()),
        )
    )


def _merged(page: ChartPage) -> None:
    content = page.content
    if content is not None:
        kept = replace(content.patient, mrn="000-2417")
        merged = replace(content.patient, merged_into=content.patient.created_by)
        page.show_content(replace(content, patient=merged, kept=kept))


def _unreachable(page: ChartPage) -> None:
    errors.show(page, Unavailable(ErrorCode.DATABASE_UNREACHABLE), retry=page.refresh)


SCREENS: Sequence[tuple[str, str, Build]] = (
    ("chart-doctor", "overview", on_page(_nothing)),
    ("chart-doctor", "note", on_page(_note)),
    ("chart-doctor", "note-overtaken", on_page(_overtaken)),
    ("chart-doctor", "allergies", on_page(lambda page: page.acts.show_allergies())),
    ("chart-doctor", "allergy", on_page(_allergy)),
    ("chart-doctor", "condition", on_page(lambda page: page.overview.clinical.conditions.open_form(None))),
    ("chart-doctor", "medication", on_page(lambda page: page.overview.clinical.medications.open_form(None))),
    ("chart-doctor", "measurements", on_page(lambda page: page.overview.clinical.measured.open_form())),
    ("chart-doctor", "measurement-history", on_page(_history)),
    ("chart-doctor", "not-in-care", on_page(_not_in_care)),
    ("chart-doctor", "new", on_page(_new)),
    ("chart-doctor", "merged", on_page(_merged)),
    ("chart-doctor", "unreachable", on_page(_unreachable)),
    ("chart-doctor", "details", tab("details")),
)
"""(window, state, builder). A builder returns the page and what to do once it has loaded."""
