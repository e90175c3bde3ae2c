import numpy as np
import pytest
import SimpleITK as sitk

from ctio import LEFT, RIGHT, head_offset_mm, name_sides

SPACING_MM = (2.0, 2.0, 2.0)


def image(array):
    picture = sitk.GetImageFromArray(array)
    picture.SetSpacing(SPACING_MM)
    return picture


def femur(shaft_x, head_x, width=80):
    """A shaft at one x and a head above it at another, in voxels; x grows to the left side."""
    mask = np.zeros((40, 20, width), np.uint8)
    mask[5:30, 8:12, shaft_x - 2 : shaft_x + 3] = 1
    mask[28:36, 6:14, min(shaft_x, head_x) - 2 : max(shaft_x, head_x) + 3] = 1
    mask[30:38, 4:16, head_x - 5 : head_x + 6] = 1
    return image(mask)


def ct(width=80):
    return image(np.full((40, 20, width), 50, np.int16))


def test_head_to_the_right_of_the_shaft_makes_a_left_femur():
    left = femur(shaft_x=60, head_x=45)
    assert head_offset_mm(left) < -15
    assert name_sides([left], ct(), min_offset_mm=10) == [LEFT]


def test_mirrored_femur_changes_its_side():
    left = femur(shaft_x=60, head_x=45)
    right = image(np.ascontiguousarray(sitk.GetArrayFromImage(left)[:, :, ::-1]))
    assert head_offset_mm(right) == pytest.approx(-head_offset_mm(left))
    assert name_sides([right], ct(), min_offset_mm=10) == [RIGHT]


def test_single_femur_is_named_by_anatomy_wherever_it_lies():
    left_femur_in_the_right_half = femur(shaft_x=30, head_x=15)
    assert name_sides([left_femur_in_the_right_half], ct(), min_offset_mm=10) == [LEFT]


def test_femur_without_a_head_is_named_by_where_it_lies():
    whole_body = 160  # voxels of 2 mm
    shaft = femur(shaft_x=120, head_x=120, width=whole_body)
    assert name_sides([shaft], ct(whole_body), min_offset_mm=10) == [LEFT]


def test_of_two_femora_the_left_one_lies_further_left():
    left, right = femur(shaft_x=65, head_x=55), femur(shaft_x=15, head_x=25)
    assert name_sides([left, right], ct(), min_offset_mm=10) == [LEFT, RIGHT]
    assert name_sides([right, left], ct(), min_offset_mm=10) == [RIGHT, LEFT]


def test_no_femur_has_no_side():
    assert name_sides([], ct(), min_offset_mm=10) == []
