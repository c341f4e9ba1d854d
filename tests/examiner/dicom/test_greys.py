"""Windows: brighter is never darker, inverted is the mirror image, and the sums are those of the standard."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_windowing

from meditrack_desktop.examiner.dicom.greys import (
    Curve,
    Scale,
    Window,
    brightness,
    scale_of,
    shown,
    window_for,
    windows_of,
)

KINDS = st.sampled_from([np.int8, np.uint8, np.int16, np.uint16, np.int32, np.float32])
SCALES = st.builds(Scale, st.floats(0.01, 50).filter(lambda slope: slope > 0), st.floats(-5000, 5000))
WINDOWS = st.builds(Window, st.floats(-3000, 3000), st.floats(1, 6000), curve=st.sampled_from(list(Curve)))


def image_of(kind: Any, values: list[int]) -> np.ndarray[Any, Any]:
    low, high = (0, 1) if kind is np.float32 else (np.iinfo(kind).min, np.iinfo(kind).max)
    held = np.array(sorted(values)) if kind is np.float32 else np.clip(sorted(values), low, high)
    return held.astype(kind).reshape(1, -1)


@settings(max_examples=200, deadline=None)
@given(KINDS, st.lists(st.integers(-40000, 70000), min_size=2, max_size=60), SCALES, WINDOWS)
def test_a_higher_value_is_never_darker(kind: Any, values: list[int], scale: Scale, window: Window) -> None:
    levels = shown(image_of(kind, values), scale, window, inverse=False)[0].astype(int)
    assert (np.diff(levels) >= 0).all()
    assert levels.min() >= 0 and levels.max() <= 255


@settings(max_examples=200, deadline=None)
@given(KINDS, st.lists(st.integers(-40000, 70000), min_size=1, max_size=60), SCALES, WINDOWS)
def test_inverted_is_the_mirror_image(kind: Any, values: list[int], scale: Scale, window: Window) -> None:
    image = image_of(kind, values)
    plain = shown(image, scale, window, inverse=False).astype(int)
    assert (plain + shown(image, scale, window, inverse=True) == 255).all()


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.integers(-2048, 4095), min_size=1, max_size=60),
    st.floats(0.5, 4),
    st.floats(-1500, 1500),
    WINDOWS.filter(lambda window: window.width >= 2),
)
def test_the_sums_are_those_of_another_reader(
    values: list[int], slope: float, intercept: float, window: Window
) -> None:
    image = np.array(values, dtype=np.int16).reshape(1, -1)
    told = Dataset()
    told.PhotometricInterpretation = "MONOCHROME2"
    told.BitsStored, told.PixelRepresentation = 16, 1
    told.WindowCenter, told.WindowWidth = round(window.center, 3), round(window.width, 3)
    told.VOILUTFunction = window.curve.value
    told.RescaleSlope, told.RescaleIntercept = round(slope, 3), round(intercept, 3)
    measured = image * float(told.RescaleSlope) + float(told.RescaleIntercept)
    theirs = apply_windowing(measured, told)
    low = -(2**15) * float(told.RescaleSlope) + float(told.RescaleIntercept)
    high = (2**15 - 1) * float(told.RescaleSlope) + float(told.RescaleIntercept)
    expected = (theirs - low) / (high - low) * 255
    ours = shown(image, scale_of(told), windows_of(told)[0], inverse=False)
    assert np.abs(ours - expected).max() <= 0.51


def test_the_edges_of_a_window_are_black_and_white() -> None:
    values = np.array([-1, 0, 0.5, 79, 80, 200], dtype=float)
    levels = brightness(values, Window(40, 80))
    assert levels[0] == levels[1] == 0
    assert levels[4] == levels[5] == 255


def test_the_windows_of_a_file_keep_their_order_and_names() -> None:
    told = Dataset()
    told.WindowCenter, told.WindowWidth = [40, 400], [80, 1800]
    told.WindowCenterWidthExplanation = ["Brain", "Bone"]
    assert windows_of(told) == (Window(40, 80, "Brain"), Window(400, 1800, "Bone"))


@pytest.mark.parametrize(
    ("center", "width"), [("", ""), ("40", "0"), ("40", "-3"), ("forty", "80"), ("1e400", "80")]
)
def test_a_window_that_is_none_is_left_out(center: str, width: str) -> None:
    told = Dataset()
    told.add_new("WindowCenter", "LO", center)
    told.add_new("WindowWidth", "LO", width)
    assert windows_of(told) == ()


def test_what_one_frame_says_comes_before_what_is_said_of_all() -> None:
    frame, file = Dataset(), Dataset()
    frame.WindowCenter, frame.WindowWidth = 10, 20
    file.WindowCenter, file.WindowWidth = 30, 40
    frame.RescaleSlope, frame.RescaleIntercept = 2, -5
    assert windows_of(frame, file)[0] == Window(10, 20)
    assert scale_of(frame, file) == Scale(2.0, -5.0)


def a_table(first: int, entries: list[int]) -> Dataset:
    item = Dataset()
    item.add_new("LUTDescriptor", "SS", [len(entries), first, 16])
    item.LUTExplanation = "HARDER"
    item.add_new("LUTData", "US", entries)
    return item


def test_a_table_takes_the_place_of_a_window() -> None:
    told = Dataset()
    told.VOILUTSequence = [a_table(-2, [0, 100, 100, 400, 65535])]
    window = windows_of(told)[0]
    levels = brightness(np.array([-9.0, -2, -1, 0, 1, 2, 9]), window)
    assert window.name == "HARDER"
    assert levels.tolist() == [0, 0, 0, 0, 2, 255, 255]


def test_stored_values_can_be_mapped_by_a_table() -> None:
    told = Dataset()
    told.ModalityLUTSequence = [a_table(0, [0, 10, 1000])]
    image = np.array([[0, 1, 2, 9]], dtype=np.uint16)
    levels = shown(image, scale_of(told), Window(500, 1000, curve=Curve.LINEAR_EXACT), inverse=False)
    assert levels.tolist() == [[0, 3, 255, 255]]


def test_an_image_without_a_window_gets_one_that_fits() -> None:
    image = np.linspace(100, 900, 10_000).astype(np.int16).reshape(100, 100)
    image[0, :] = -2000
    window = window_for(image, Scale(), -2000)
    assert 100 <= window.center - window.width / 2 <= 115
    assert 885 <= window.center + window.width / 2 <= 900


@pytest.mark.parametrize("value", [0, -5, 255])
def test_an_image_of_one_value_has_a_window_too(value: int) -> None:
    image = np.full((8, 8), value, dtype=np.int16)
    assert shown(image, Scale(), window_for(image, Scale(), None), inverse=False).shape == (8, 8)


def test_what_is_no_number_is_black() -> None:
    image = np.array([[np.nan, np.inf, -np.inf, 0.5]], dtype=np.float32)
    window = window_for(image, Scale(), None)
    levels = shown(image, Scale(), Window(0.5, 1.0, curve=Curve.LINEAR_EXACT), inverse=False)
    assert np.isfinite(window.center) and np.isfinite(window.width)
    assert levels.tolist()[0][0] == 0


def test_byte_order_of_the_machine_that_wrote_does_not_matter() -> None:
    image = np.array([[0, 40, 80]], dtype=np.int16)
    ours, theirs = (
        shown(each, Scale(), Window(40, 80), inverse=False) for each in (image, image.astype(">i2"))
    )
    assert np.array_equal(ours, theirs)
