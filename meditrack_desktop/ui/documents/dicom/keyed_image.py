"""The keys over an image: through the series, its size and window, its tools and measures."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent

from meditrack_desktop.ui.documents.dicom.image_view import ImageView
from meditrack_desktop.ui.documents.dicom.tool import Tool

PAN_STEP = 24
WINDOW_STEP = 12
_Key, _Held = Qt.Key, Qt.KeyboardModifier
_SIZES = (_Key.Key_0, _Key.Key_Plus, _Key.Key_Equal, _Key.Key_Minus)
_ARROWS: dict[int, tuple[int, int]] = {
    _Key.Key_Up: (0, -1),
    _Key.Key_Down: (0, 1),
    _Key.Key_Left: (-1, 0),
    _Key.Key_Right: (1, 0),
}


class KeyedImage(ImageView):
    """An image that is looked at by keys, too."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.setAccepted(self.frame is not None and self.act_on(event))
        if not event.isAccepted():
            super().keyPressEvent(event)

    def act_on(self, event: QKeyEvent) -> bool:
        """Do what a key means over an image; False if it means nothing there."""
        key, held = event.key(), event.modifiers() & ~_Held.KeypadModifier
        if (arrow := _ARROWS.get(key)) is not None:
            return self._arrow(arrow, held)
        letters: dict[int, Callable[[], object]] = {
            _Key.Key_R: self.turn,
            _Key.Key_I: self.invert,
            _Key.Key_W: lambda: self.set_tool(Tool.WINDOW),
            _Key.Key_L: lambda: self.set_tool(Tool.MEASURE),
            _Key.Key_0: self.fit,
            _Key.Key_Plus: lambda: self.zoom_by(1),
            _Key.Key_Equal: lambda: self.zoom_by(1),
            _Key.Key_Minus: lambda: self.zoom_by(-1),
            _Key.Key_Home: lambda: self.jumped.emit(False),
            _Key.Key_End: lambda: self.jumped.emit(True),
        }
        sized = held == _Held.ControlModifier and key in _SIZES
        plus = held == _Held.ShiftModifier and key == _Key.Key_Plus
        if key in letters and (held == _Held.NoModifier or sized or plus):
            letters[key]()
            return True
        cross = self.measuring.cross
        puts = key in (_Key.Key_Return, _Key.Key_Enter, _Key.Key_Space) and held == _Held.NoModifier
        if puts and self.tool is Tool.MEASURE and cross is not None:
            self.put_end(cross)
            return True
        if key in (_Key.Key_Delete, _Key.Key_Backspace) and self.measuring.drop_last():
            self.update()
            return True
        return False

    def _arrow(self, step: tuple[int, int], held: Qt.KeyboardModifier) -> bool:
        shift, ctrl = bool(held & _Held.ShiftModifier), bool(held & _Held.ControlModifier)
        if held & _Held.AltModifier:
            return False
        if self.tool is Tool.MEASURE and not ctrl:
            self.move_cross(step, far=shift)
        elif ctrl and self.place is not None:
            self.pan(QPointF(-PAN_STEP * step[0], -PAN_STEP * step[1]))
        elif shift:
            self.change_window(WINDOW_STEP * step[0], WINDOW_STEP * step[1])
        else:
            self.stepped.emit(step[0] + step[1])
        return True
