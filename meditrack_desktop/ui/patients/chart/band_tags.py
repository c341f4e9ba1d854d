"""The line of tags in a chart's head: allergies first and always, then whatever else must not be overlooked."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from meditrack_desktop.domain.allergies import Severity
from meditrack_desktop.domain.chart import Verification
from meditrack_desktop.domain.consents import Consent, ConsentAnswer, ConsentKind, counting
from meditrack_desktop.domain.scheduling import CHANGEABLE
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart import words as chart_words
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.widgets import Tag, painting
from meditrack_desktop.ui.widgets.badge import paint_tag, tag_size

NAMESAKES_TOLD = 8


class TagButton(QAbstractButton):
    """A tag that opens what it speaks of; `act` says so to screen readers and in the tool tip."""

    def __init__(self, text: str, tone: str, *, icon: str = "", act: str = "") -> None:
        super().__init__()
        self.tone, self._icon = tone, icon
        self.setText(painting.literal(text))
        self.setAccessibleName(text)
        self.setAccessibleDescription(act)
        self.setToolTip(act)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self._on_theme)

    def sizeHint(self) -> QSize:
        size = tag_size(painting.words_of(self), self._icon)
        return QSize(size.width(), max(24, size.height()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start_mirrored(self)
        height = tag_size(painting.words_of(self), self._icon).height()
        area = QRectF(0, (self.height() - height) / 2, self.width(), height)
        paint_tag(painter, area, painting.words_of(self), self.tone, self._icon)
        if self.underMouse():
            ink = theme.current().colour({"danger": "danger", "warn": "warn"}.get(self.tone, "line_strong"))
            painting.box(painter, area, 5, None, ink)
        painter.end()

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()


def band_tags(
    content: ChartContent,
    desk: Desk,
    open_allergies: Callable[[], object],
    open_kept: Callable[[], object],
) -> list[QWidget]:
    """The tags of one patient, allergies first."""
    tags = allergy_tags(content, desk, open_allergies)
    patient = content.patient
    if patient.merged_into is not None:
        kept = content.kept
        text = _say("Merged into another record")
        if kept is not None:
            text = _say("Merged into {who}, MRN {mrn}").format(who=words.two_identifiers(kept), mrn=kept.mrn)
        merged = TagButton(text, "warn", icon="git-merge", act=_say("Opens the kept chart"))
        merged.clicked.connect(lambda _checked=False: open_kept())
        tags.append(merged)
    if content.namesakes:
        tags.append(_same_name(content))
    if patient.provisional:
        tags.append(Tag(_say("Provisional, details missing"), "warn", icon="circle-dashed"))
    if patient.restricted_at is not None:
        tags.append(Tag(_say("Restricted"), "warn", icon="lock"))
    if patient.deceased:
        tags.append(Tag(_say("Deceased"), "neutral", icon="info"))
    if not patient.active and patient.merged_into is None:
        tags.append(Tag(_say("Archived"), "warn", icon="archive-restore"))
    if patient.active and any(visit.new_patient for visit in content.visits if visit.status in CHANGEABLE):
        tags.append(Tag(_say("New"), "accent"))
    if patient.interpreter:
        language = patient.language
        text = _say("Interpreter, {language}").format(language=language) if language else _say("Interpreter")
        tags.append(Tag(text, "info", icon="languages"))
    consent = consent_tag(content.consents)
    if consent is not None:
        tags.append(consent)
    return tags


def allergy_tags(content: ChartContent, desk: Desk, then: Callable[[], object]) -> list[QWidget]:
    """One tag an allergy that warns, the worst first; or that there are none; or that nobody asked."""
    known = content.allergies
    if known is None:
        return []
    found = []
    for number, allergy in enumerate(known.warnings):
        text = chart_words.allergy_text(allergy)
        if allergy.verification is Verification.UNCONFIRMED:
            text = _say("{allergy}, unconfirmed").format(allergy=text)
        if not number:
            text = _say("Allergy: {allergy}").format(allergy=text)
        icon = "octagon-alert" if allergy.severity is Severity.SEVERE else "circle-alert"
        found.append(TagButton(text, "danger", icon=icon, act=_say("Opens all allergies (A)")))
    if not found and known.none_known is not None:
        day = chart_words.day_text(known.none_known.at, desk.facts.tz)
        text = _say("No known allergies, asked {date}").format(date=day)
        found.append(TagButton(text, "neutral", icon="shield-check", act=_say("Opens all allergies (A)")))
    elif not found:
        act = _say("Ask, and write down what the patient says (A)")
        found.append(TagButton(_say("Allergies not asked"), "warn", icon="circle-question-mark", act=act))
    for tag in found:
        tag.clicked.connect(lambda _checked=False: then())
    return list(found)


def consent_tag(consents: tuple[Consent, ...]) -> Tag | None:
    """How the newest answer about treatment stands; nothing while nobody asked."""
    newest = counting(consents).get(ConsentKind.TREATMENT)
    if newest is None:
        return None
    day = words.date_text(newest.answered_on)
    if newest.answer is ConsentAnswer.GIVEN:
        return Tag(_say("Consent given {date}").format(date=day), "neutral", icon="shield-check")
    text = _say("Consent refused {date}") if newest.answer is ConsentAnswer.REFUSED else ""
    return Tag((text or _say("Consent withdrawn {date}")).format(date=day), "warn", icon="shield-alert")


def _same_name(content: ChartContent) -> Tag:
    count = len(content.namesakes)
    text = _say("Same name as another patient") if count == 1 else _say("Same name as {count} others")
    tag = Tag(text.format(count=count), "warn", icon="users")
    lines = [f"{words.two_identifiers(line)}, {line.mrn}" for line in content.namesakes[:NAMESAKES_TOLD]]
    tag.setToolTip("\n".join(lines))
    return tag


def _say(text: str) -> str:
    return QCoreApplication.translate("PatientTags", text)
