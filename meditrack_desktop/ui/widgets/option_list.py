"""The list that drops from a combo or a search: options with a second line, avatar, icon or key caps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import painting
from meditrack_desktop.ui.widgets.badge import initials, paint_avatar
from meditrack_desktop.ui.widgets.layer import Layer
from meditrack_desktop.ui.widgets.marked_text import paint_marks
from meditrack_desktop.ui.widgets.matching import found_spans

OPTION_ROLE = Qt.ItemDataRole.UserRole + 1
ROWS_SHOWN = 8
WIDEST = 480
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Option:
    """One line to pick. `second` identifies people; `avatar` is a name whose initials are shown.

    An `action` is a command at the end of a list ("New patient"), painted as a link with its `keys`.
    """

    value: object
    text: str
    second: str = ""
    avatar: str = ""
    staff: bool = False
    icon: str = ""
    keys: tuple[str, ...] = ()
    enabled: bool = True
    action: bool = False
    second_marks: tuple[tuple[int, int], ...] = ()
    """What of `second` matched, as (start, length)."""
    marks: tuple[tuple[int, int], ...] | None = None
    """What of `text` matched; None: wherever it holds what was typed."""
    sure: bool = True
    """False: it is only like what was typed, and is never picked before it was seen."""


class OptionModel(QAbstractListModel):
    """The options now offered."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options: list[Option] = []

    def set_options(self, options: Sequence[Option]) -> None:
        """Offer other options."""
        self.beginResetModel()
        self._options = list(options)
        self.endResetModel()

    def option(self, row: int) -> Option:
        """The option in a row."""
        return self._options[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._options)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        option = self._options[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return option.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{option.text}, {option.second}" if option.second else option.text
        return option if role == OPTION_ROLE else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and not self._options[index.row()].enabled:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class OptionDelegate(QStyledItemDelegate):
    """Paints an option; `query` is marked in its text."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._list = parent
        self.query = ""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        current, shown = theme.current(), index.data(OPTION_ROLE)
        return QSize(current.px(120), option_height(shown))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        shown = index.data(OPTION_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if painting.mirrored(self._list):
            painting.turn_round(painter, option.rect)
        state: QStyle.StateFlag = option.state
        rect: QRect = option.rect
        paint_option(painter, rect, shown, self.query, selected=bool(state & QStyle.StateFlag.State_Selected))
        painter.restore()


def option_width(option: Option) -> int:
    """Width in which nothing of an option is cut off."""
    current = theme.current()
    ahead = current.px(24) if option.avatar else current.px(16) if option.icon else 0
    font = current.font("strong" if option.second or option.action else "body")
    keys = option.keys or (("Enter",) if option.second else ())
    first = painting.text_width(option.text, font) + sum(painting.key_cap_width(key) + 5 for key in keys)
    second = painting.text_width(option.second, current.font("small")) if option.second else 0
    return 12 + (ahead + 10 if ahead else 0) + max(first, second) + 24


def option_height(option: Option) -> int:
    """Height of an option's row."""
    current = theme.current()
    return current.px(46 if option.second else 40 if option.action else 34)


def paint_option(painter: QPainter, rect: QRect, option: Option, query: str, *, selected: bool) -> None:
    """Paint one option into its row."""
    current = theme.current()
    t = current.tokens
    if selected:
        painter.fillRect(rect, t.selected)
        painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), t.accent)
    elif option.second or option.action:
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), t.line)
    x, right, middle = rect.left() + 12.0, float(rect.right() - 10), rect.center().y() + 0.5
    if option.avatar:
        size = current.px(24)
        paint_avatar(
            painter, QRectF(x, middle - size / 2, size, size), initials(option.avatar), staff=option.staff
        )
        x += size + 10
    elif option.icon:
        size = current.px(16)
        draw_icon(painter, x, middle - size / 2, option.icon, size, t.link if option.action else t.text2)
        x += size + 10
    ink = t.link if option.action else t.text if option.enabled else t.text_disabled
    font = current.font("strong" if option.second or option.action else "body")
    line = current.line_height("body")
    top = middle - (line + current.line_height("small")) / 2 if option.second else middle - line / 2
    # Beside the name: what tells people apart, and why they are here, has the whole width below.
    beside, whole = top + line / 2 if option.second else middle, right
    keys = option.keys or (("Enter",) if selected and option.second else ())
    for key in reversed(keys):
        right = painting.key_cap(painter, right, beside, key, t.text2, t.line_mid, t.surface2) - 5
    area = QRectF(x, top, right - x - 4, line)
    if option.marks is not None:
        paint_marks(painter, area, option.text, font, option.marks)
    elif query and not option.action:
        paint_marks(painter, area, option.text, font, found_spans(query, option.text))
    painting.line_text(painter, area, option.text, font, ink)
    if option.second:
        below = QRectF(x, top + line - 1, whole - x - 4, current.line_height("small"))
        paint_marks(painter, below, option.second, current.font("small"), option.second_marks)
        painting.line_text(painter, below, option.second, current.font("small"), t.text2)


class OptionList(Layer):
    """The dropped list under a field. The field keeps the focus and hands over its keys by `step` and `pick`."""

    picked = Signal(object)

    def __init__(self, field: QWidget) -> None:
        super().__init__(field, covers=False, takes_focus=False)
        self.keep_after_close = True
        self._field = field
        self.rows_shown = ROWS_SHOWN
        self._widest = 0
        self.model = OptionModel(self)
        self.delegate = OptionDelegate(self)
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(self.delegate)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setMouseTracking(True)
        self.view.setAccessibleName(self.tr("Choices"))
        self.view.entered.connect(self.view.setCurrentIndex)
        self.view.clicked.connect(lambda index: self._pick_row(index.row()))
        column = QVBoxLayout(self.panel)
        # So far in that the corners of the opaque rows stay within the panel's round ones.
        column.setContentsMargins(2, 6, 2, 6)
        column.addWidget(self.view)

    def offer(self, options: Sequence[Option], query: str = "", *, current: object = None) -> None:
        """Show these options under the field, with the one whose value is `current`, or the first, chosen."""
        self.delegate.query = query
        self.model.set_options(options)
        if not options:
            self.close_layer()
            return
        enabled = [row for row, option in enumerate(options) if option.enabled]
        chosen = next(
            (row for row in enabled if options[row].value == current), enabled[0] if enabled else -1
        )
        widest = min(max(option_width(option) for option in options), theme.current().px(WIDEST))
        if not self.isVisible():
            self._widest = widest
            self.open_layer()
        else:
            self._widest = max(self._widest, widest)  # It does not shrink and grow with each key.
            self.relayout()
        # Opaque, which a style sheet takes back: at each key the rows are painted, not the page below them too.
        self.view.viewport().setAutoFillBackground(True)
        self.view.setCurrentIndex(self.model.index(chosen))

    def step(self, step: int) -> None:
        """Choose the option so many lines on (or back), or the last enabled one that way."""
        at = self.view.currentIndex().row()
        by = 1 if step > 0 else -1
        way = [row for row in range(at + by, at + step + by, by) if self._can_be_chosen(row)]
        if abs(step) == 1 and not way:
            # The next line cannot be chosen: the first behind it that can.
            ends = self.model.rowCount() if by > 0 else -1
            way = [row for row in range(at + by, ends, by) if self._can_be_chosen(row)][:1]
        if way:
            self.view.setCurrentIndex(self.model.index(way[-1]))

    def go_to_end(self, *, last: bool) -> None:
        """Choose the last enabled option, or the first."""
        rows = [row for row in range(self.model.rowCount()) if self._can_be_chosen(row)]
        if rows:
            self.view.setCurrentIndex(self.model.index(rows[-1 if last else 0]))

    def _can_be_chosen(self, row: int) -> bool:
        return 0 <= row < self.model.rowCount() and self.model.option(row).enabled

    def chosen(self) -> Option | None:
        """The option that Enter would pick."""
        index = self.view.currentIndex()
        return self.model.option(index.row()) if index.isValid() else None

    def people(self) -> list[Option]:
        """What is offered, commands left out."""
        offered = [self.model.option(row) for row in range(self.model.rowCount())]
        return [option for option in offered if not option.action]

    def pick(self) -> bool:
        """Pick the chosen option; False if there is none."""
        option = self.chosen()
        if option is None or not option.enabled:
            return False
        self.close_layer()
        self.picked.emit(option)
        return True

    def panel_rect(self, area: QRect) -> QRect:
        rows = [option_height(self.model.option(row)) for row in range(self.model.rowCount())]
        corner = self._field.mapTo(self._window(), QPoint(0, 0))
        width = min(max(self._field.width(), theme.current().px(140), self._widest), area.width() - 8)
        below = area.height() - corner.y() - self._field.height() - 12
        above = corner.y() - 12
        wanted = sum(rows[: self.rows_shown]) + 12
        height = min(wanted, max(below, above))
        up = wanted > below and above > below
        y = corner.y() - 5 - height if up else corner.y() + self._field.height() + 4
        return QRect(max(4, min(corner.x(), area.width() - width - 4)), y, width, height)

    def _pick_row(self, row: int) -> None:
        self.view.setCurrentIndex(self.model.index(row))
        self.pick()
