"""Millimetres, directions and the order of slices."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from meditrack_desktop.examiner.dicom.geometry import (
    Letters,
    Spacing,
    aspect_of,
    letters_of,
    slice_position,
    spacing_of,
)

AXIAL, CORONAL, SAGITTAL = [1, 0, 0, 0, 1, 0], [1, 0, 0, 0, 0, -1], [0, 1, 0, 0, 0, -1]


def told(**values: Any) -> Dataset:
    found = Dataset()
    for keyword, value in values.items():
        setattr(found, keyword, value)
    return found


@pytest.mark.parametrize(
    ("directions", "letters"),
    [
        (AXIAL, Letters("R", "L", "A", "P")),
        (CORONAL, Letters("R", "L", "H", "F")),
        (SAGITTAL, Letters("A", "P", "H", "F")),
        ([-1, 0, 0, 0, 1, 0], Letters("L", "R", "A", "P")),
        ([0.8, 0.6, 0, 0, 0, -1], Letters("RA", "LP", "H", "F")),
    ],
)
def test_the_edges_of_a_picture_are_named(directions: list[float], letters: Letters) -> None:
    assert letters_of(told(ImageOrientationPatient=directions)) == letters


def test_a_projection_says_its_directions_in_words() -> None:
    assert letters_of(told(PatientOrientation=["L", "F"])) == Letters("R", "L", "H", "F")
    assert letters_of(told(PatientOrientation=["AFL", "?"])) is None
    assert letters_of(told()) is None


@pytest.mark.parametrize("directions", [[0, 0, 0, 0, 0, 0], [1, 0, 0], ["1", "0", "0", "0", "0", "0"]])
def test_directions_that_are_none_name_nothing(directions: list[Any]) -> None:
    assert letters_of(told(ImageOrientationPatient=directions)) is None


def test_millimetres_of_the_patient_come_before_those_of_the_detector() -> None:
    both = told(PixelSpacing=[0.5, 0.25], ImagerPixelSpacing=[0.2, 0.2])
    assert spacing_of(both) == Spacing(0.5, 0.25)
    assert spacing_of(told(ImagerPixelSpacing=[0.2, 0.1])) == Spacing(0.2, 0.1, at_detector=True)


@pytest.mark.parametrize("spacing", [[0, 0], [-1, 1], [1], [1e9, 1e9], ""])
def test_no_millimetres_without_a_size_that_can_be_true(spacing: Any) -> None:
    assert spacing_of(told(PixelSpacing=spacing)) is None


def test_pixels_need_not_be_square() -> None:
    assert aspect_of(told(PixelSpacing=[2, 1])) == 2
    assert aspect_of(told(PixelAspectRatio=[1, 2])) == 0.5
    assert aspect_of(told(PixelAspectRatio=[0, 2])) == 1
    assert aspect_of(told()) == 1


@given(st.permutations(range(12)), st.sampled_from([AXIAL, CORONAL, SAGITTAL]), st.floats(0.1, 9))
def test_slices_lie_in_order_whatever_way_they_were_cut(
    order: list[int], directions: list[int], thickness: float
) -> None:
    (a, b, c), (d, e, f) = directions[:3], directions[3:]
    normal = (b * f - c * e, c * d - a * f, a * e - b * d)
    places = {
        number: slice_position(
            told(
                ImageOrientationPatient=directions,
                ImagePositionPatient=[round(10 + number * thickness * share, 6) for share in normal],
            )
        )
        for number in order
    }
    found = sorted(places, key=lambda number: places[number] or 0.0)
    assert found == sorted(order)
    gaps = [(places[after] or 0.0) - (places[before] or 0.0) for before, after in itertools.pairwise(found)]
    assert all(gap == pytest.approx(thickness, abs=1e-3) for gap in gaps)


def test_a_slice_without_a_place_in_the_patient_has_its_own_word_for_it() -> None:
    assert slice_position(told(SliceLocation="12.5")) == 12.5
    assert slice_position(told(ImagePositionPatient=[1, 2, 3])) is None
