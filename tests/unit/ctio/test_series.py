import numpy as np
import pytest
from hospital import SERIES, SETTINGS, pelvis, slices_of, write

from ctio import RejectedInput
from ctio.intake.dicom import open_slices
from ctio.intake.series import choose_series, classify_kernel


@pytest.fixture(scope="module")
def ct():
    return pelvis()


def slices_in(folder):
    with open_slices(folder) as slices:
        return slices


def series(ct, number, *, every=1, **attributes):
    """A series of its own number and identifier, of every n-th slice."""
    slices = slices_of(ct, SeriesInstanceUID=f"1.2.3.{number}", SeriesNumber=number, **attributes)
    return slices[::every]


def outcomes(folder, *several):
    """What became of each series, by number."""
    write([slice_ for one in several for slice_ in one], folder)
    _, record = choose_series(slices_in(folder), **SERIES)
    return {row["series"]: row["outcome"] for row in record}


def scout(ct, number):
    return series(ct, number, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])[:1]


def coronal(ct, number):
    slices = series(ct, number)
    for slice_ in slices:
        slice_.ImageOrientationPatient = [1, 0, 0, 0, 0, -1]
    return slices


def half(ct, number, **attributes):
    """Slices twice as near to each other."""
    slices = slices_of(ct, SeriesInstanceUID=f"1.2.3.{number}", SeriesNumber=number, **attributes)
    twice = slices_of(ct, SeriesInstanceUID=f"1.2.3.{number}", SeriesNumber=number, first_uid=500)
    for slice_ in twice:
        slice_.ImagePositionPatient[2] += 2.5
        for keyword, value in attributes.items():
            setattr(slice_, keyword, value)
    return [*slices, *twice]


@pytest.mark.parametrize(
    "loser, why",
    [
        (lambda ct: scout(ct, 1), "a scout"),
        (lambda ct: coronal(ct, 1), "not axial"),
        (
            lambda ct: series(ct, 1, SOPClassUID="1.2.840.10008.5.1.4.1.1.7", Modality="OT")[:1],
            "no CT images",
        ),
        (lambda ct: series(ct, 1, Modality="SR")[:1], "no CT images"),
        (
            lambda ct: series(ct, 1, ImageType=["DERIVED", "SECONDARY", "AXIAL"]),
            "computed from other images",
        ),
        (lambda ct: half(ct, 1, ConvolutionKernel="BONE"), "a kernel less fit for bone density"),
        (lambda ct: half(ct, 1, ConvolutionKernel="B70f"), "a kernel less fit for bone density"),
        (lambda ct: half(ct, 1, ConvolutionKernel="NEWEST"), "a kernel less fit for bone density"),
        (lambda ct: half(ct, 1, ContrastBolusAgent="Iodine"), "contrast agent"),
        (lambda ct: series(ct, 1)[2:], "shorter"),
        (lambda ct: series(ct, 1)[:8], "a scan too short for a proximal femur"),
        (lambda ct: series(ct, 1, every=2), "slices too far apart"),
        (
            lambda ct: [*series(ct, 1)[:9], *series(ct, 1)[10:]],
            "a gap of two or more slice distances",
        ),
    ],
)
def test_the_soft_axial_series_is_taken_and_the_other_knows_why_not(ct, tmp_path, loser, why):
    assert outcomes(tmp_path, series(ct, 2), loser(ct)) == {"1": why, "2": "taken"}


def test_the_thinner_of_two_alike_is_taken(ct, tmp_path):
    assert outcomes(tmp_path, series(ct, 1), half(ct, 2)) == {"1": "thicker slices", "2": "taken"}


def test_of_two_alike_the_first_number_is_taken(ct, tmp_path):
    found = outcomes(tmp_path, series(ct, 9), series(ct, 10))
    assert found == {"9": "taken", "10": "otherwise alike, and later in order"}


def test_a_sharp_series_is_taken_where_there_is_no_other(ct, tmp_path):
    assert outcomes(tmp_path, series(ct, 1, ConvolutionKernel="BONE")) == {"1": "taken"}


def test_derived_images_are_taken_where_there_are_no_others(ct, tmp_path):
    derived = series(ct, 1, ImageType=["DERIVED", "PRIMARY", "AXIAL"])
    assert outcomes(tmp_path, derived, scout(ct, 2)) == {"1": "taken", "2": "a scout"}


def test_a_scout_inside_the_series_is_left_aside(ct, tmp_path):
    write([*series(ct, 1), *scout(ct, 1)], tmp_path)
    _, record = choose_series(slices_in(tmp_path), **SERIES)
    assert sorted(row["outcome"] for row in record) == ["a scout", "taken"]


def test_of_two_phases_in_one_series_the_first_acquisition_is_taken(ct, tmp_path):
    second = slices_of(ct, SeriesInstanceUID="1.2.3.1", SeriesNumber=1, first_uid=700)
    for slice_ in second:
        slice_.AcquisitionNumber = 2
    write([*second, *series(ct, 1)], tmp_path)
    chosen, _ = choose_series(slices_in(tmp_path), **SERIES)
    assert {slice_.once["acquisition"] for slice_ in chosen} == {"1"}
    assert len(chosen) == ct.GetSize()[2]


def test_the_record_has_no_identifier(ct, tmp_path):
    write([*series(ct, 1), *series(ct, 2, SeriesDescription="Doe Jane")], tmp_path)
    _, record = choose_series(slices_in(tmp_path), **SERIES)
    assert "1.2.3" not in str(record) and "Doe" not in str(record)
    assert set(record[0]) == {"series", "acquisition", "slices", "spacing_mm", "kernel", "outcome"}


def test_nothing_to_take_says_what_there_is(ct, tmp_path):
    write([*scout(ct, 1), *coronal(ct, 2)], tmp_path)
    with pytest.raises(RejectedInput, match="found only: a scout, not axial") as raised:
        choose_series(slices_in(tmp_path), **SERIES)
    assert [row["outcome"] for row in raised.value.series] == ["a scout", "not axial"]


def test_of_several_unusable_series_each_says_why(ct, tmp_path):
    write([*series(ct, 1)[:8], *series(ct, 2, every=2), *scout(ct, 3)], tmp_path)
    with pytest.raises(RejectedInput, match="10 mm apart; expected 0.3 to 5 mm") as raised:
        choose_series(slices_in(tmp_path), **SERIES)
    assert [row["outcome"] for row in raised.value.series] == [
        "a scan too short for a proximal femur",
        "slices too far apart",
        "a scout",
    ]


def test_the_order_of_the_files_does_not_matter(ct, tmp_path):
    one = [*half(ct, 3), *series(ct, 1), *scout(ct, 2)]
    shuffled = list(one)
    np.random.default_rng(2).shuffle(shuffled)
    assert outcomes(tmp_path / "a", one) == outcomes(tmp_path / "b", shuffled)


@pytest.mark.parametrize(
    "kernel, expected",
    [
        *((name, 0) for name in ("STANDARD", "Soft", "B30f", "Br40", "I31f", "B", "FC08")),
        *((name, 2) for name in ("BONE", "BONEPLUS", "LUNG", "B70f", "Br64", "YE", "D", "FC51")),
        *((name, 1) for name in ("", "CHST", "Qr")),
    ],
)
def test_kernels_of_four_makers_are_known(kernel, expected):
    assert classify_kernel(kernel, **SETTINGS["kernels"]) == expected
