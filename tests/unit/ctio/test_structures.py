"""Which structures are femora, which contours a slice has, and whose side is whose."""

import numpy as np
import pytest
import SimpleITK as sitk
from hospital import SETTINGS, femora, mask_of, pelvis, save, structure_set

from ctio import check_mask, read_mask, read_segmentation, write_image
from ctio.intake.names import describe_choice, match_femur_names
from ctio.intake.planes import contours_of_slices
from ctio.intake.polygons import fill_contours, fill_polygon

NAMES = SETTINGS["structures"]
OTHERS = """
    PRV_Femur_L|Femur_L_PRV05|PTV_Femur|Femur L +5mm|Femur_R_5mm|Femur_L_0.5cm|FemurLMargin
    Femur_L_expanded|Femur R + 3|ring_femur|Femur_L_Ring|Femur links Saum|Femur links erweitert
    fémur gauche marge|fémur droit élargi|fémur derecho margen|Femur_L_exp|Femur dilaté|zFemur_L_opt
    A_Femoral_L|V_Femoral_R|N_Femoral|A. femoralis|Vv. femorales|Femoral Artery L|FemoralVein_R
    Femoral_V|Arteria femoralis|Vena femoralis|Nervus femoralis|artère fémorale|veine fémorale
    nerf fémoral|Femoralgefäße|vasos femorales|nervo femorale|Lymphnodes femoral|femoral vessels
    Femur_Head_L|FemoralHead_R|Femurkopf links|tête fémorale|cabeza femoral|testa del femore
    caput femoris|Femur_Neck|Schenkelhals Femur|collum femoris|col du fémur|Femur_Shaft_L
    Trochanter femur|biceps femoris|M. quadriceps femoris|Muskel Femur|rectus femoris|Female urethra
    Femur_L_marrow|Knochenmark Femur|moelle fémur|midollo femore|Femoral stem|Femurprothese
    Acetabulum+Femur|Femur_L_50Gy|Femoral cartilage|Femur_L_GTV|Patellofemoral joint
"""
FEMORA = """
    Femur_L|Femur_R|femur left|FEMORA|Femurs|Left Femur|FemurL|fem_r|fémur gauche|Fémur droit
    Femur_Lt|OS FEMORIS SIN|Proximal femur R|femur_left_v2|Femur_L_1|Femur rechts|Femur_L_manual
    FemoralBone_R|Femora a|Femur_R_final|Femur_L_reader1|Femur & hip|femur R 3D|fêmur|Femur_OAR_L
"""


def names_of(text):
    return [name.strip() for line in text.split("\n") for name in line.split("|") if name.strip()]


@pytest.mark.parametrize("name", names_of(OTHERS))
def test_a_name_with_a_word_of_something_else_is_no_femur(name):
    assert match_femur_names([name], **NAMES) == {}


@pytest.mark.parametrize("name", names_of(FEMORA))
def test_a_femur_in_any_spelling_is_one(name):
    assert list(match_femur_names([name], **NAMES)) == [0]


def test_who_asks_for_heads_gets_heads():
    asked = NAMES | {"femur": "fem.*head"}
    assert match_femur_names(["FemoralHead_L", "Femoral artery head L"], **asked) == {0: 2}


def test_what_was_merged_and_left_out_is_said_by_number_and_never_by_name():
    names = ["Femur_L", "Doe_Femur_L", "GTV", "Femur_R", "A_Femoral_L"]
    sentence = describe_choice(names, **NAMES).sentence
    assert "number 4 is the right femur, numbers 1 and 2 were merged into the left" in sentence
    assert "Left out: number 5 (a vessel or a nerve)." in sentence and "Doe" not in sentence


def chosen(heights, n_slices=12):
    return {
        n: sorted(c.tolist()) for n, c in contours_of_slices(np.array(heights, float), n_slices)
    }


@pytest.mark.parametrize("spacing_mm, decimals", [(0.625, 1), (1.25, 1), (1.25, 0), (0.7, 1)])
@pytest.mark.parametrize("start_mm", [0.0, 0.31])
def test_two_femora_of_which_one_was_rounded_meet_in_every_slice(spacing_mm, decimals, start_mm):
    exact = np.arange(start_mm, start_mm + 39.5 * spacing_mm, spacing_mm)
    heights = (np.append(exact, exact.round(decimals)) - start_mm) / spacing_mm
    both = [set(c) for c in chosen(heights, 40).values()]
    assert len(both) == 40 and all({n, n + 40} <= pair for n, pair in enumerate(both))


def test_planes_finer_or_coarser_than_the_slices_stay_apart():
    fine = np.arange(0, 11, 0.4)
    assert all(len(own) == 1 for own in chosen(fine).values()) and len(chosen(fine)) == 12
    other_scan = np.arange(0, 11, 0.8)
    assert all(len(own) == 1 for own in chosen(other_scan).values()) and len(chosen(fine)) == 12
    coarse = np.append(np.arange(2, 9, 2), np.arange(2, 9, 2) + [0.1, -0.1, 0.1, -0.1])
    assert set(chosen(coarse)) >= set(range(2, 9))


def circle(radius, middle=30.0):
    turn = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    return np.column_stack([middle + radius * np.cos(turn), 30 + radius * np.sin(turn)])


def test_holes_and_islands_are_kept_and_a_contour_drawn_twice_is_no_hole():
    outer, hole, island = (fill_polygon(circle(r), (60, 80)) for r in (20, 12, 5))
    drawn = [circle(5), circle(20), circle(12)]
    np.testing.assert_array_equal(fill_contours(drawn, (60, 80)), outer & ~hole | island)
    twice = [circle(20), circle(20), circle(19.8, 30.2)]
    np.testing.assert_array_equal(fill_contours(twice, (60, 80)), outer)


def test_contours_that_overlap_are_united_unless_the_file_says_otherwise():
    first, second = (fill_polygon(circle(15, middle), (60, 80)) for middle in (25, 45))
    drawn = [circle(15, 25), circle(15, 45)]
    np.testing.assert_array_equal(fill_contours(drawn, (60, 80)), first | second)
    exclusive = fill_contours(drawn, (60, 80), exclusive=True)
    np.testing.assert_array_equal(exclusive, first ^ second)


def rings_of(label, ct):
    """Contours of a femur's circles, slice by slice, in mm."""
    labels, contours = femora() == label, []
    for z in np.flatnonzero(labels.any(axis=(1, 2))):
        y, x = np.nonzero(labels[z])
        ring = circle(np.sqrt(labels[z].sum() / np.pi), 30) - 30 + [x.mean(), y.mean()]
        points = [ct.TransformContinuousIndexToPhysicalPoint((*p, float(z))) for p in ring]
        contours.append(np.array(points))
    return contours


def test_a_right_femur_by_name_on_a_left_hip_is_called_wrong_and_stays_what_it_is(tmp_path):
    ct = pelvis()
    path = save(structure_set({"Femur_R": rings_of(2, ct)}), tmp_path / "rs.dcm")
    mask, issues = read_segmentation(path, ct=ct, names=NAMES)
    assert set(np.unique(sitk.GetArrayFromImage(mask))) == {0, 1}
    assert "wrong side" in [issue.name for issue in issues + check_mask(mask, ct)]
    write_image(mask, tmp_path / "copy.nii.gz")
    again = read_mask(tmp_path / "copy.nii.gz", like=ct, sided=True)
    assert set(np.unique(sitk.GetArrayFromImage(again))) == {0, 1}


def test_a_straight_right_femur_on_the_left_of_the_body_is_called_wrong():
    shaft = np.where(np.arange(26)[:, None, None] < 14, femora(), 0)
    names = [issue.name for issue in check_mask(mask_of((shaft == 2).astype(np.uint8)), pelvis())]
    assert "wrong side" in names
    names = [issue.name for issue in check_mask(mask_of((shaft == 2) * np.uint8(2)), pelvis())]
    assert "wrong side" not in names


def test_beside_a_femur_with_a_side_one_without_gets_its_own(tmp_path):
    ct = pelvis()
    rings = {"Femur_L": rings_of(2, ct), "femur": rings_of(1, ct)}
    mask, issues = read_segmentation(
        save(structure_set(rings), tmp_path / "rs.dcm"), ct=ct, names=NAMES
    )
    labels = sitk.GetArrayFromImage(mask)
    assert (labels[femora() == 1] != 2).all() and (labels == 1).sum() > 1000
    assert [issue.name for issue in issues] == ["structures by name"]


def drawn_femora(**radius_mm):
    """A structure set of the left femur at one place, by name and radius."""
    angle = np.linspace(0, 6.2, 60)
    contours = {
        name.replace("_plus_", " "): [
            np.column_stack([95 + mm * np.cos(angle), mm * np.sin(angle), np.full(60, z)])
            for z in 12.5 + 5 * np.arange(*((2, 20) if mm > 0 else (19, 24)))
        ]
        for name, mm in radius_mm.items()
    }
    return structure_set(contours)


@pytest.mark.parametrize(
    "radius_mm, overlap",
    [
        ({"Femur_L": 20, "Femur_L_A": 28}, True),
        ({"Femur_L_A": 28, "Femur_L": 20}, True),
        ({"Femur_L": 20, "Femur_L_A": 20}, False),
        ({"Femur_L": 20, "Femur_L_A": -20}, False),
        ({"Femur_L": 20, "PRV_Femur_L": 28}, False),
        ({"Femur_L": 20}, False),
    ],
)
def test_structures_of_one_femur_that_lie_in_one_another_are_a_warning(
    tmp_path, radius_mm, overlap
):
    path = save(drawn_femora(**radius_mm), tmp_path / "rs.dcm")
    _, issues = read_segmentation(path, ct=pelvis(), names=NAMES)
    assert ("structures overlap" in {issue.name for issue in issues}) == overlap


@pytest.mark.parametrize(
    "right, left",
    [
        *[("FemurR", "FemurL"), ("RtFemur", "LtFemur"), ("fémur D", "fémur G")],
        *[
            ("fémur derecho", "fémur izquierdo"),
            ("FEMUR_DER", "FEMUR_IZQ"),
            ("femore dx", "femore sx"),
        ],
        *[("Fêmur direito", "Fêmur esquerdo"), ("Os femoris dextrum", "Os femoris sinistrum")],
        *[
            ("rechter Femur", "linker Femur"),
            ("femur höger", "femur vänster"),
            ("Femur 右", "Femur 左"),
        ],
    ],
)
def test_sides_in_other_languages_and_spellings_are_known(right, left):
    assert match_femur_names([right, left, "FemurLR"], **NAMES) == {0: 1, 1: 2, 2: 0}


@pytest.mark.parametrize(
    "name",
    [
        *("zFemur_L", "NS_Femur", "PRVfemur", "Femur_L_eval", "Femur_L_cropped", "Femur_L overlap"),
        *("Femoral_Jnt_L", "fem vess", "Femoral NVB", "TEP Femur", "Femur plate", "femur fracture"),
        *("Femur_L_old", "copy of Femur_L", "D50 femur", "block femur", "FH_L fem"),
    ],
)
def test_volumes_for_planning_other_tissue_and_copies_are_no_femora(name):
    assert match_femur_names([name], **NAMES) == {}


def test_two_femora_of_one_structure_have_planes_of_their_own(tmp_path):
    angle, rng = np.linspace(0, 6.2, 60), np.random.default_rng(3)
    contours = [
        np.column_stack([x + 20 * np.cos(angle), 20 * np.sin(angle), np.full(60, z)])
        for number in range(2, 22)
        for x, z in ((-95, 12.5 + 5 * number), (95, 12.5 + 5 * (number + rng.uniform(-0.4, 0.4))))
    ]
    path = save(structure_set({"Femora": contours}), tmp_path / "rs.dcm")
    mask, _ = read_segmentation(path, ct=pelvis(), names=NAMES)
    voxels = sitk.GetArrayFromImage(mask)
    for side in (1, 2):
        counts = (voxels == side).sum(axis=(1, 2))
        assert (counts > 0).tolist() == [2 <= number < 22 for number in range(26)]
        assert len(set(counts[2:22])) == 1
