"""The newest documents of a chart as small cards: their first page small, title and date."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import (
    QHideEvent,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QShowEvent,
    QTransform,
)
from PySide6.QtWidgets import QGridLayout, QWidget

from meditrack_desktop.domain.documents import Document, DocumentType, PartKind
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.painted_row import PaintedRow
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import painting
from meditrack_desktop.ui.widgets.tool_tip import plain_tip

PICTURE = 74
DARK = (DocumentType.IMAGING,)
LINES = (0.5, 1.0, 0.86, 1.0, 0.7, 0.94)
"""How long the lines of the small page are, as shares of its width; the first is its heading."""


class DocumentCard(PaintedRow):
    """Opens the document. Until its small picture is there, and for whoever may not read it, its kind is drawn."""

    NARROWEST = 72

    def __init__(self, document: Document, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document_id = document.id
        self._type = document.type
        self._turn = document.turn
        self._small: QImage | None = None
        self._date = words.date_text(words.document_day(document, zone))
        self.setText(painting.literal(document.title))
        kind = words.document_type_word(document.type)
        self.setAccessibleName(f"{document.title}, {kind}, {self._date}")
        self.setToolTip(plain_tip(f"{document.title}\n{kind}, {self._date}").replace("\n", "<br>"))

    def show_small(self, image: QImage | None) -> None:
        """The document's first page; None forgets it."""
        if image is not None and self._turn:
            image = image.transformed(QTransform().rotate(self._turn))
        self._small = image
        self.update()

    def sizeHint(self) -> QSize:
        current = theme.current()
        words_ = current.line_height("small_medium") + current.line_height("micro")
        return QSize(current.px(100), current.px(PICTURE) + words_ + 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = painting.start_mirrored(self)
        whole = QRectF(self.rect())
        edge = t.line_strong if self.underMouse() else t.line
        painting.box(painter, whole, 8, t.surface2 if self.underMouse() else t.surface)
        picture = QRectF(0, 0, whole.width(), current.px(PICTURE))
        clip = QPainterPath()
        clip.addRoundedRect(whole, 8, 8)
        painter.setClipPath(clip)
        dark = self._type in DARK
        painter.fillRect(picture, t.text if dark and not current.dark else t.closed)
        if self._small is not None and not self._small.isNull():
            self._paint_small(painter, picture, self._small)
        elif dark or self._type is DocumentType.PHOTO:
            size = current.px(30)
            ink = t.surface if dark and not current.dark else t.text3
            spot = picture.center()
            icon = words.DOCUMENT_ICONS[self._type]
            draw_icon(painter, spot.x() - size / 2, spot.y() - size / 2, icon, size, ink)
        else:
            self._page(painter, picture)
        painter.setClipping(False)
        painter.fillRect(QRectF(1, picture.bottom(), whole.width() - 2, 1), t.line)
        painting.box(painter, whole, 8, None, edge)
        name, day = current.line_height("small_medium"), current.line_height("micro")
        room = QRectF(8, picture.bottom() + 6, whole.width() - 16, name)
        painting.line_text(painter, room, painting.words_of(self), current.font("small_medium"), t.text)
        painting.line_text(
            painter, QRectF(8, room.bottom(), room.width(), day), self._date, current.font("micro"), t.text2
        )
        painter.end()

    def _paint_small(self, painter: QPainter, picture: QRectF, image: QImage) -> None:
        """As wide as the card, from its top; what is wider than high fills it from the middle."""
        share = max(picture.width() / image.width(), picture.height() / image.height())
        width, height = picture.width() / share, picture.height() / share
        standing = image.height() > image.width()
        part = QRectF(
            (image.width() - width) / 2, 0 if standing else (image.height() - height) / 2, width, height
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(picture, image, part)

    def _page(self, painter: QPainter, picture: QRectF) -> None:
        current = theme.current()
        t = current.tokens
        page = picture.adjusted(picture.width() * 0.12, 10, -picture.width() * 0.12, 0)
        step = (picture.height() - 22) / len(LINES)
        for number, share in enumerate(LINES):
            line = QRectF(page.left(), page.top() + number * step, page.width() * share, 2.5 if number else 5)
            painting.box(painter, line, 1, t.line_strong if not number else t.line_mid)


class DocumentCards(QWidget):
    """Two in a row. `opened` carries the document."""

    opened = Signal(object)

    def __init__(self, documents: Sequence[Document], desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(10)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.cards: list[DocumentCard] = []
        for number, document in enumerate(documents):
            card = DocumentCard(document, desk.facts.tz)
            card.clicked.connect(partial(self._open, document))
            self.cards.append(card)
            grid.addWidget(card, number // 2, number % 2)

        self._documents = tuple(documents)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing that was decrypted stays behind another page, or behind the lock."""
        super().hideEvent(event)
        if not event.spontaneous():
            for card in self.cards:
                card.show_small(None)

    def _ask(self) -> None:
        """The small pictures of those that this person may read; without them the cards stay as they are."""
        wanted = [one.id for one in self._documents if PartKind.THUMBNAIL in one.parts]
        if not wanted:
            return
        clinic, actor = self._desk.clinic, self._desk.actor

        def work() -> dict[UUID, QImage]:
            found = clinic.documents.thumbnails(actor, wanted)
            return {which: QImage.fromData(data) for which, data in found.items()}

        self._desk.tasks.query(self, work, self._show, failed=lambda _error: None, replaces="small")

    def _show(self, found: dict[UUID, QImage]) -> None:
        if not self.isVisible():
            return
        for card in self.cards:
            if card.document_id in found:
                card.show_small(found[card.document_id])

    def _open(self, document: Document, _checked: bool = False) -> None:
        self.opened.emit(document)
