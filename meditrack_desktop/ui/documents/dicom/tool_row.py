"""The row over the image: what dragging does, turning and inverting, windows, sizes, and all as it was."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.services.dicom_images import Window, ct_presets
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.documents.dicom.image_view import ImageView
from meditrack_desktop.ui.documents.dicom.tool import Tool
from meditrack_desktop.ui.documents.dicom.words import preset_words, window_words
from meditrack_desktop.ui.widgets import Combo, Divider, IconButton, Option

HEIGHT = 44
SIZES = (0.25, 0.5, 1.0, 1.5, 2.0, 4.0, 8.0)
WHOLE_ROW = 660
_FIT, _OWN, _CHOSEN = "fit", "own", "chosen"


class ToolRow(QWidget):
    """Drives an image view and follows it. `headerRequested` opens what the file says of itself."""

    headerRequested = Signal()

    def __init__(self, view: ImageView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._modality = ""
        self._windows: dict[object, Window | None] = {}
        self.setAccessibleName(self.tr("Tools of the image"))
        self.tools = {
            Tool.PAN: IconButton("move", self.tr("Move"), key="Ctrl + ←↑→↓", checkable=True),
            Tool.ZOOM: IconButton("zoom-in", self.tr("Enlarge"), key="+ −", checkable=True),
            Tool.WINDOW: IconButton("contrast", self.tr("Window and level"), key="W", checkable=True),
            Tool.MEASURE: IconButton("ruler", self.tr("Measure"), key="L", checkable=True),
        }
        for tool, button in self.tools.items():
            button.clicked.connect(lambda _=False, tool=tool: self._pick(tool))
        self.turn = IconButton("rotate-cw", self.tr("Turn"), key="R")
        self.turn.clicked.connect(lambda: view.turn())
        self.flip = IconButton("flip-horizontal", self.tr("Mirror"))
        self.flip.clicked.connect(lambda: view.flip())
        self.invert = IconButton("sun", self.tr("Invert"), key="I", checkable=True)
        self.invert.clicked.connect(lambda: view.invert())
        self.overlays = IconButton("layers", self.tr("Overlays"), checkable=True)
        self.overlays.clicked.connect(lambda: view.show_overlays(self.overlays.isChecked()))
        self.presets = Combo(name=self.tr("Window"))
        self.presets.valueChanged.connect(self._on_window)
        self.sizes = Combo(_size_options(self), name=self.tr("Size"), value=_FIT)
        self.sizes.setToolTip(self.tr("Size; 0 fits the image"))
        self.sizes.valueChanged.connect(self._on_size)
        self.reset = IconButton("undo-2", self.tr("As it was opened"))
        self.reset.clicked.connect(lambda: view.reset())
        self.header = IconButton("scroll-text", self.tr("Header"))
        self.header.clicked.connect(self.headerRequested)
        self._lines = [_line(), _line()]
        self._upper, self._lower = QHBoxLayout(), QHBoxLayout()
        self._room = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 0, 14, 0)
        column.setSpacing(0)
        for row in (self._upper, self._lower):
            row.setSpacing(2)
            column.addLayout(row)
        for widget in (
            *self.tools.values(),
            self._lines[0],
            self.turn,
            self.flip,
            self.invert,
            self.overlays,
        ):
            self._upper.addWidget(widget)
        self._lay_choices()
        view.looked.connect(self.follow)
        view.toolPicked.connect(self.follow)
        theme.current().changed.connect(self._dress)
        self._dress()
        self.begin("")

    def minimumSizeHint(self) -> QSize:
        """It never pushes its window wider; what does not fit goes below (`fit_into`)."""
        return QSize(0, theme.current().px(HEIGHT))

    def fit_into(self, width: int) -> None:
        """Windows and sizes get a row of their own where all does not fit into one."""
        self._room = width
        self._dress()

    @property
    def _narrow(self) -> bool:
        return 0 < self._room < theme.current().px(WHOLE_ROW)

    def _lay_choices(self) -> None:
        """Put the right half of the row where there is room for it."""
        for row in (self._upper, self._lower):
            for place in reversed(range(row.count())):
                item = row.itemAt(place)
                if item is not None and (item.widget() in self._choices or item.spacerItem() is not None):
                    row.takeAt(place)
        row = self._lower if self._narrow else self._upper
        for widget in self._choices[:-1]:
            row.addWidget(widget)
            if widget is self.presets:
                row.addSpacing(4)
        row.addStretch(1)
        row.addWidget(self._choices[-1])
        if self._narrow:
            self._upper.addStretch(1)

    @property
    def _choices(self) -> tuple[QWidget, ...]:
        return (self._lines[1], self.presets, self.sizes, self.reset, self.header)

    def begin(self, modality: str) -> None:
        """Another series: its modality has its own windows."""
        self._modality = modality
        self.follow()

    def follow(self, _: object = None) -> None:
        """Say how the view is set."""
        view, frame = self._view, self._view.frame
        there = frame is not None
        for tool, button in self.tools.items():
            button.setChecked(view.tool is tool)
            button.setEnabled(there)
        for control in (self.turn, self.flip, self.invert, self.sizes, self.reset):
            control.setEnabled(there)
        self.tools[Tool.WINDOW].setEnabled(there and not (frame is not None and frame.is_colour))
        self.invert.setChecked(view.inverted)
        self.overlays.setVisible(frame is not None and frame.overlays is not None)
        self.overlays.setChecked(view.overlays)
        self._offer_windows()
        place = view.place
        if place is not None:
            fits = place.fits
            options = _size_options(self)
            if not fits and place.factor not in SIZES:
                options.append(Option(place.factor, _percent(self, place.factor)))
            self.sizes.set_options(options)
            self.sizes.set_value(_FIT if fits else place.factor)

    def _offer_windows(self) -> None:
        view, frame = self._view, self._view.frame
        grey = frame is not None and not frame.is_colour
        self.presets.setEnabled(grey)
        if frame is None or frame.is_colour:
            self.presets.set_options([])
            self.presets.set_value(None)
            return
        now = view.window_now
        own = view.own_window is None
        self._windows = {}
        options = []
        for number, window in enumerate(frame.windows):
            name = window.name or (self.tr("As in the file") if frame.has_own_window else self.tr("Fitting"))
            if window.name and window.name == window.name.upper():
                name = window.name.capitalize()
            options.append(self._option((_OWN, number), name, window))
        known = {(window.center, window.width) for window in frame.windows}
        for preset, window in ct_presets(self._modality):
            if (window.center, window.width) in known:
                continue
            options.append(self._option(preset, preset_words(preset), window))
        value: object = (_OWN, 0) if own else None
        if not own and now is not None:
            value = next(
                (key for key, window in self._windows.items() if window == now or _same(window, now)), None
            )
            if value is None:
                value = _CHOSEN
                options.append(Option(_CHOSEN, window_words(now)))
                self._windows[_CHOSEN] = now
        self.presets.set_options(options)
        self.presets.set_value(value)

    def _option(self, key: object, name: str, window: Window) -> Option:
        self._windows[key] = window
        return Option(key, f"{name}, {window_words(window)}")

    def _pick(self, tool: Tool) -> None:
        self._view.set_tool(tool)

    def _on_window(self, value: object) -> None:
        window = self._windows.get(value)
        self._view.set_window(None if value == (_OWN, 0) else window)

    def _on_size(self, value: object) -> None:
        if value == _FIT:
            self._view.fit()
        elif isinstance(value, float):
            self._view.zoom_to(value)

    def _dress(self) -> None:
        current = theme.current()
        self._lay_choices()
        self.setFixedHeight(current.px(HEIGHT) * (2 if self._narrow else 1))
        self._lines[1].setVisible(not self._narrow)
        self.sizes.setFixedWidth(current.px(84))
        beside = self.sizes.width() + self.reset.sizeHint().width() + self.header.sizeHint().width()
        wanted = current.px(184)
        self.presets.setFixedWidth(min(wanted, self._room - beside - 48) if self._narrow else wanted)


def _same(window: Window | None, other: Window) -> bool:
    return (
        window is not None
        and (window.center, window.width) == (other.center, other.width)
        and not other.table
    )


def _size_options(owner: QWidget) -> list[Option]:
    return [Option(_FIT, owner.tr("Fit")), *(Option(size, _percent(owner, size)) for size in SIZES)]


def _percent(owner: QWidget, factor: float) -> str:
    return owner.tr("{n} %").format(n=round(factor * 100))


def _line() -> QWidget:
    """A line between groups, with room around it."""
    holder, line = QWidget(), Divider(vertical=True)
    line.setFixedHeight(22)
    row = QHBoxLayout(holder)
    row.setContentsMargins(6, 0, 6, 0)
    row.addWidget(line)
    return holder
