"""Which components of the coarse network's mask are taken for femora."""

import numpy as np
import SimpleITK as sitk

from osteoct.segmentation.localisation import are_pair, femora_in

RANGE = {"femur_cm3": [5, 400], "min_apart_mm": 100}


def probabilities(*parts):
    """Probabilities at 3 mm: (slices (z, y, x), probability) of each part."""
    array = np.zeros((80, 40, 120), np.float32)
    for box, probability in parts:
        array[box] = probability
    image = sitk.GetImageFromArray(array)
    image.SetSpacing((3.0, 3.0, 3.0))
    return image


def box(z, y, x):
    return slice(*z), slice(*y), slice(*x)


RIGHT = box((5, 35), (10, 20), (20, 32)), 0.9
LEFT = box((7, 36), (10, 20), (88, 100)), 0.85
SACRUM = box((40, 75), (20, 34), (48, 72)), 0.7  # larger than a femur, above them, in the middle


def middles(found):
    return sorted(
        round(float(np.nonzero(sitk.GetArrayViewFromImage(femur))[2].mean()) * 2) / 2
        for femur in found
    )


def test_both_femora_are_found_beside_a_larger_bone_in_the_middle():
    found = femora_in(probabilities(RIGHT, LEFT, SACRUM), **RANGE)
    assert middles(found) == [25.5, 93.5]


def test_a_single_femur_is_found_beside_a_larger_bone_of_lower_probability():
    assert middles(femora_in(probabilities(LEFT, SACRUM), **RANGE)) == [93.5]


def test_the_pair_of_highest_probability_is_taken():
    hand = box((5, 35), (22, 32), (2, 10)), 0.6
    assert middles(femora_in(probabilities(RIGHT, LEFT, hand), **RANGE)) == [25.5, 93.5]


def test_small_components_and_second_ones_of_one_hip_are_no_femora():
    beside = box((5, 30), (10, 20), (70, 80)), 0.8
    crumb = box((5, 7), (5, 7), (10, 12)), 0.99
    assert middles(femora_in(probabilities(LEFT, beside, crumb), **RANGE)) == [93.5]


def test_nothing_is_found_where_there_is_nothing():
    assert femora_in(probabilities(), **RANGE) == []


def test_a_pair_lies_beside_one_another():
    found = femora_in(probabilities(RIGHT, LEFT), **RANGE)
    assert are_pair(*found, min_apart_mm=200)
    assert not are_pair(*found, min_apart_mm=210)
    high = femora_in(probabilities((box((45, 75), (10, 20), (88, 100)), 0.9)), **RANGE)
    assert not are_pair(found[0], high[0], min_apart_mm=100)
