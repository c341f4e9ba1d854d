"""How somebody looks at the images of a study: where they are, and how these are windowed, turned and measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from meditrack_desktop.services.dicom_images import Curve, DicomFrame, Window
from meditrack_desktop.ui.documents.dicom.image_painter import Measure
from meditrack_desktop.ui.documents.dicom.image_view import ImageView
from meditrack_desktop.ui.documents.dicom.place import Place

Ends = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class WindowLook:
    """A window without what the file says of it: its numbers, or which of the file's it is."""

    center: float
    width: float
    curve: Curve
    of_file: int | None
    """Its place among the windows of the image, for one that is a table of the file's."""

    def window(self, frame: DicomFrame) -> Window | None:
        """The window again; None if the image has no such table."""
        if self.of_file is None:
            return Window(self.center, self.width, curve=self.curve)
        found = frame.windows[self.of_file : self.of_file + 1]
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class ViewLook:
    """At an image."""

    place: Place
    window: WindowLook | None
    series_window: WindowLook | None
    inverted: bool


@dataclass(frozen=True, slots=True)
class ImageLook:
    """At a study. `measures` are by series and image; only where their ends lie, in pixels."""

    series: int
    index: int
    view: ViewLook
    measures: tuple[tuple[tuple[int, int], tuple[Ends, ...]], ...]


def view_look(view: ImageView) -> ViewLook | None:
    """At the image that a view shows; None while it shows none."""
    frame, place = view.frame, view.place
    if frame is None or place is None:
        return None
    own, shared = view.own_window, view.series_window
    return ViewLook(
        place,
        _window_look(own, frame) if own is not None else None,
        _window_look(shared, frame) if shared is not None else None,
        view.inverted,
    )


def look_again(view: ImageView, look: ViewLook) -> None:
    """Look at the image that was opened anew as before."""
    if view.frame is not None:
        own = look.window.window(view.frame) if look.window is not None else None
        shared = look.series_window.window(view.frame) if look.series_window is not None else None
        view.look_again(look.place, own, shared, inverted=look.inverted)


def ends_of(measures: Sequence[Measure]) -> tuple[Ends, ...]:
    """Where the ends of measures lie."""
    return tuple(((one.first.x(), one.first.y()), (one.last.x(), one.last.y())) for one in measures)


def _window_look(window: Window, frame: DicomFrame) -> WindowLook | None:
    """What is kept of a window; None for a table that this image does not have."""
    number = None
    if window.table is not None:
        if window not in frame.windows:
            return None
        number = frame.windows.index(window)
    return WindowLook(window.center, window.width, window.curve, number)
