"""Every reason for which a segmentation does not pass, on synthetic masks."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from scipy import ndimage

from ctio import LEFT, RIGHT
from osteoct.segmentation.cascade import Segmentation
from osteoct.segmentation.mirroring import trochanter_behind_deg
from osteoct.segmentation.qc import FAIL_RANGES, WARN_RANGES, check_femora
from osteoct.segmentation.qc_metrics import attenuation, slice_order_inconsistency, touched_faces

SPACING_MM = (2.0, 2.0, 2.0)
OTHER_CTS = Path(__file__).parents[4] / "shared" / "data" / "real_other"
LOWEST = 20  # slice at which the masks of the synthetic hips end


def image(array):
    picture = sitk.GetImageFromArray(array)
    picture.SetSpacing(SPACING_MM)
    picture.SetOrigin((-160.0, -60.0, 0.0))
    return picture


class Hips:
    """Two femora of 400 HU in a body 320 mm wide: shaft, trochanter, neck and head."""

    def __init__(self):
        left = np.zeros((80, 60, 160), bool)
        y, x = np.ogrid[:60, :160]
        z = np.arange(80)[:, None, None]
        left |= (np.hypot(y - 30, x - 125) <= 8) & (z < 55)
        left |= (np.hypot(y - 36, x - 117) <= 6) & (z >= LOWEST + 1) & (z < 40)
        left[44:56, 22:38, 108:133] = True
        left |= np.sqrt((z - 58) ** 2 + (y - 30.0) ** 2 + (x - 105.0) ** 2) <= 12
        self.bone = left | left[:, :, ::-1]
        rng = np.random.default_rng(1)
        self.hu = rng.normal(40, 10, left.shape)
        self.hu[:, :2] = -1000
        inner = np.clip(320 + 140 * np.sin(z / 4), 300, None) + 8 * (y % 5)
        inner = np.where((z > 44) & (x % 4 == 0), 100, inner)  # marrow, above the trochanter
        self.hu = np.where(self.bone, inner + rng.normal(0, 10, left.shape), self.hu)
        self.fine = np.zeros(left.shape, np.uint8)
        self.fine[left & (z >= LOWEST)] = LEFT
        self.fine[left[:, :, ::-1] & (z >= LOWEST)] = RIGHT
        self.coarse = self.fine.copy()
        self.outside_largest = {RIGHT: 0.0, LEFT: 0.0}
        self.trochanter_mm = {RIGHT: 1.0, LEFT: 1.0}

    def add_abdomen(self, *, contrast_hu=0, abdomen=("liver", "spleen", "heart")):
        """300 mm of body above, 320 mm wide and 230 mm deep, with organs and a spine."""
        z, y, x = (axis * 2.0 for axis in np.ogrid[:150, :120, :160])
        hu = np.full((150, 120, 160), -1000.0)
        hu[np.broadcast_to(np.hypot((x - 160) / 155, (y - 120) / 115) < 1, hu.shape)] = -100
        hu[np.broadcast_to(np.hypot((x - 160) / 22, (y - 170) / 18) < 1, hu.shape)] = 180
        for side in (-1, 1):  # psoas, and gas and fluid of the bowel
            hu[np.broadcast_to(np.hypot(x - 160 - side * 42, y - 165) < 20, hu.shape)] = 55
            hu[(np.hypot(x - 160 - side * 80, y - 80) < 35) & (z < 120)] = 10
        organs = {  # middle and half axes
            "liver": ((220, 110, 85), (75, 85, 62)),
            "spleen": ((230, 160, 265), (55, 45, 26)),
            "heart": ((290, 90, 190), (40, 50, 60)),
        }
        for name in abdomen:
            middle, half = organs[name]
            square = zip((z, y, x), middle, half, strict=True)
            hu[sum(((axis - c) / h) ** 2 for axis, c, h in square) < 1] = 55 + contrast_hu
        hu += np.random.default_rng(3).normal(0, 25, hu.shape)
        deeper = (0, 0), (30, 30), (0, 0)
        self.hu = np.concatenate([np.pad(self.hu, deeper, constant_values=-1000), hu])
        for name in ("fine", "coarse"):
            part = np.pad(getattr(self, name), deeper)
            setattr(self, name, np.concatenate([part, np.zeros(hu.shape, part.dtype)]))

    def checked(self, **ranges):
        images = image(self.fine), image(self.coarse)
        segmentation = Segmentation(*images, self.outside_largest, self.trochanter_mm)
        return check_femora(image(np.rint(self.hu).astype(np.int16)), segmentation, **ranges)


@pytest.fixture
def hips():
    return Hips()


def test_whole_plausible_femora_pass(hips):
    for femur in hips.checked().values():
        assert (femur["qc"], femur["qc_reasons"]) == ("pass", "")
        assert femur["cut_slice"] == LOWEST + 1
        assert abs(femur["trochanter_mm"]) <= 4


def test_a_study_may_set_ranges_of_its_own(hips):
    left = hips.checked(warn={"cm3": [0, 1]})["left"]
    assert (left["qc"], left["qc_reasons"][:13]) == ("review", "Its volume is")
    assert hips.checked(fail={"cm3": [0, 1]})["left"]["qc"] == "fail"


def test_what_fails_would_warn_too():
    for name, (low, high) in FAIL_RANGES.items():
        assert low <= WARN_RANGES[name][0] <= WARN_RANGES[name][1] <= high


def absent(hips):
    hips.fine[hips.fine == LEFT] = 0
    hips.coarse[hips.coarse == LEFT] = 0


def nothing(hips):
    hips.fine[:] = hips.coarse[:] = 0


def absurd_volume(hips):
    hips.fine[hips.fine == LEFT] = 0


def metal_and_absent(hips):
    absent(hips)
    hips.hu[50:60, 25:35, 110:120] = 3000


def swapped(hips):
    hips.fine = np.where(hips.fine > 0, 3 - hips.fine, 0).astype(np.uint8)
    hips.coarse = hips.fine


def alone_across(hips):
    """Only a left femur's shape, where the body's right is."""
    left = hips.fine == LEFT
    hips.fine = np.roll(left, -80, axis=2).astype(np.uint8) * LEFT
    hips.coarse = hips.fine


def components(hips):
    hips.outside_largest[LEFT] = 0.3


def small(hips):
    core = ndimage.binary_erosion(hips.fine == LEFT, np.ones((1, 3, 3)), iterations=3)
    hips.fine[(hips.fine == LEFT) & ~core] = 0
    hips.coarse = hips.fine


def short(hips):
    hips.fine[LOWEST:50][hips.fine[LOWEST:50] == LEFT] = 0
    hips.coarse = hips.fine


def cut_above(hips):
    for name in ("hu", "fine", "coarse"):
        setattr(hips, name, getattr(hips, name)[:68])


def cut_below(hips):
    for name in ("hu", "fine", "coarse"):
        setattr(hips, name, getattr(hips, name)[LOWEST:])


def stages_disagree(hips):
    hips.coarse[hips.coarse == LEFT] = 0
    hips.coarse[40:60, 20:40, 100:115] = LEFT


def soft(hips):
    hips.hu[hips.bone] = 30


def dense(hips):
    hips.hu[hips.bone] += 900


def window_cut(hips):
    hips.hu = np.minimum(hips.hu, 300)


def implant(hips):
    hips.hu[50:60, 25:35, 110:120] = 3000


def shuffled(hips):
    hips.hu = hips.hu[np.random.default_rng(2).permutation(len(hips.hu))]


def front_to_back(hips):
    for name in ("hu", "fine", "coarse"):
        setattr(hips, name, getattr(hips, name)[:, ::-1])


def side_to_side(hips):
    """With an abdomen above the pelvis, whose liver shows it."""
    hips.add_abdomen()
    hips.hu = hips.hu[:, :, ::-1]


def no_trochanter(hips):
    hips.trochanter_mm[LEFT] = np.nan


def trochanter_elsewhere(hips):
    hips.trochanter_mm[LEFT] = 19.0


@pytest.mark.parametrize(
    "change, status, reason",
    [
        (nothing, "fail", "No femur was found."),
        (absent, "fail", "The left femur was not found; the other one was."),
        (absurd_volume, "fail", "The left femur was found but its mask has no plausible"),
        (metal_and_absent, "fail", "mm³ of metal, perhaps an implant"),
        (swapped, "fail", "the side may be swapped"),
        (alone_across, "fail", "the image may be mirrored"),
        (components, "fail", "30% of the mask lay outside of its largest"),
        (small, "review", "its volume is"),
        (short, "fail", "mm long from head to lower end"),
        (cut_above, "review", "touches the border of the image (top)"),
        (cut_below, "fail", "its lower end is not in the CT"),
        (stages_disagree, "fail", "the coarse and the fine mask agree to a Dice of"),
        (soft, "fail", "ts mean is 30 HU"),
        (soft, "fail", "is as dense as bone"),
        (dense, "fail", "its median is"),
        (window_cut, "fail", "the HU are clipped"),
        (implant, "fail", "of metal are in or beside it"),
        (shuffled, "fail", "slices may be out of order"),
        (front_to_back, "review", "the image may be mirrored front to back"),
        (side_to_side, "review", "the image may be mirrored side to side"),
        (no_trochanter, "review", "the lesser trochanter was not found in the CT"),
        (trochanter_elsewhere, "review", "lower edge 19 mm above the expected lower end"),
    ],
)
def test_the_reason_names_what_is_wrong(hips, change, status, reason):
    change(hips)
    left = hips.checked()["left"]
    assert reason.lower() in left["qc_reasons"].lower()
    assert left["qc"] == status


@pytest.mark.parametrize("contrast_hu", [-15, 0, 60])
def test_the_liver_lies_on_the_right(hips, contrast_hu):
    hips.add_abdomen(contrast_hu=contrast_hu)
    for femur in hips.checked().values():
        assert femur["qc"] == "pass"
        assert femur["liver_right_fraction"] > 0.6


@pytest.mark.parametrize("abdomen", [(), ("spleen",)])
def test_without_a_liver_no_side_is_reported(hips, abdomen):
    hips.add_abdomen(abdomen=abdomen)
    left = hips.checked()["left"]
    assert left["qc"] == "pass"
    assert np.isnan(left["liver_right_fraction"])


def test_one_bad_femur_does_not_fail_the_other(hips):
    implant(hips)
    assert hips.checked()["right"]["qc"] == "pass"


def test_faces_are_named_as_a_radiologist_does():
    mask = np.zeros((9, 9, 9), bool)
    mask[0, 4, 8] = True
    spacing = {"spacing_mm": (4, 4, 4)}
    assert touched_faces(mask, **spacing) == ["below", "left side"]
    assert touched_faces(np.roll(mask, 4, axis=(0, 2)), **spacing) == []


def test_slices_in_order_differ_less_from_their_neighbours_than_from_far_ones():
    ramp = np.arange(40.0)[:, None, None] * np.ones((1, 4, 4))
    assert slice_order_inconsistency(ramp, spacing_mm=1.5) == pytest.approx(0.1)
    assert slice_order_inconsistency(ramp[:3], spacing_mm=1.5) == 0


def smooth_body(slice_mm):
    """150 mm of anatomy that changes within about 12 mm of height, in slices of a thickness."""
    rng, fine_mm = np.random.default_rng(4), 0.5
    fine = ndimage.gaussian_filter(rng.normal(0, 1, (300, 24, 24)), (12 / fine_mm, 2, 2))
    fine = 200 * fine / fine.std() + rng.normal(0, 20, fine.shape)
    count = int(slice_mm / fine_mm)
    return fine[: len(fine) // count * count].reshape(-1, count, 24, 24).mean(axis=1)


@pytest.mark.parametrize("slice_mm", [1, 2, 3, 4, 5, 6])
def test_slices_of_any_thickness_are_in_order_until_they_are_shuffled(slice_mm):
    check_order(smooth_body(slice_mm), slice_mm)


@pytest.mark.skipif(not OTHER_CTS.exists(), reason="the shared CTs are not here")
@pytest.mark.parametrize("averaged", [1, 2])
@pytest.mark.parametrize("name", ["STS_003", "STS_035", "ts_example_ct"])
def test_real_slices_averaged_to_6_mm_are_in_order_until_they_are_shuffled(name, averaged):
    ct = sitk.BinShrink(sitk.ReadImage(str(OTHER_CTS / f"{name}.nii.gz")), (1, 1, averaged))
    check_order(sitk.GetArrayFromImage(ct), ct.GetSpacing()[2])


def check_order(hu, slice_mm):
    warn, fail = (limits["slice_order_inconsistency"][1] for limits in (WARN_RANGES, FAIL_RANGES))
    assert slice_order_inconsistency(hu, spacing_mm=slice_mm) < warn - 0.03
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(len(hu))
        assert slice_order_inconsistency(hu[order], spacing_mm=slice_mm) > fail


def test_attenuation_counts_dense_and_clipped_voxels():
    found = attenuation(np.array([0.0, 100, 200, 200]))
    fractions = {"dense_fraction": 0.5, "clipped_fraction": 0.5}
    assert found == {"mean_hu": 125, "median_hu": 150, **fractions}


def test_lesser_trochanter_lies_behind_the_head_on_both_sides_and_in_a_turned_body(hips):
    femora = {side: hips.fine == side for side in (RIGHT, LEFT)}
    for side, femur in femora.items():
        behind = trochanter_behind_deg(image(femur.astype(np.uint8)), side)
        assert 10 < behind < 90
        mirrored = trochanter_behind_deg(image(femur[:, ::-1].astype(np.uint8)), side)
        assert mirrored == pytest.approx(-behind, abs=3)
        prone = trochanter_behind_deg(image(femur[:, ::-1, ::-1].astype(np.uint8)), side)
        assert prone == pytest.approx(behind, abs=3)


def test_bone_without_a_trochanter_points_nowhere():
    shaft = np.zeros((40, 60, 160), np.uint8)
    y, x = np.ogrid[:60, :160]
    shaft[:, np.hypot(y - 30, x - 80) <= 8] = 1
    assert np.isnan(trochanter_behind_deg(image(shaft), LEFT))
