"""The table says of each target whether it holds."""

import numpy as np
import pandas as pd
import pytest
from realism_measures.features import expected_outside, outside, tabulate_outside
from realism_measures.table import as_frame, as_markdown, make_table

REAL = pd.DataFrame(
    {
        "noise_sd_hu": [30.0, 19],
        "noise_lag_y": [0.17, 0.15],
        "noise_anisotropy": [0.43, 0.56],
        "head_core_hu": [310.0, 250],
        "head_minus_neck_hu": [139.0, 65],
        "fat_peak_hu": [-100.0, -97],
    },
    index=["one", "other"],
)
FRACTIONS = pd.Series({"one": 0.08, "other": 0.05, "all of them": 0.02})


def phantoms(**changed):
    """Forty phantoms for which every target holds, but for what is changed."""
    rng = np.random.default_rng(0)
    t_score = np.linspace(-4, 2, 40)
    values = {
        "noise_sd_hu": np.linspace(16, 29, 40),
        "noise_lag_y": 0.2,
        "noise_anisotropy": 0.5,
        "head_core_hu": 250.0,
        "head_minus_neck_hu": 100.0,
        "fat_peak_hu": rng.normal(-100, 5, 40),
        "t_score": t_score,
        "neck_core_hu": 150 + 30 * t_score + 40 * rng.standard_normal(40),
    }
    values["cortical_thickness"] = t_score + 0.02 * values["neck_core_hu"]
    return pd.DataFrame(values | changed)


def broken(rows):
    return [row.measure for row in rows if row.holds is False]


def test_all_targets_can_hold():
    rows = make_table(REAL, phantoms(), FRACTIONS)
    assert [row.holds for row in rows] == [True] * len(rows)


@pytest.mark.parametrize(
    "changed, measure",
    [
        ({"noise_sd_hu": 14.0}, "noise SD in muscle, HU"),
        ({"noise_lag_y": 0.5}, "noise correlation, lag 1 along y"),
        ({"noise_anisotropy": 0.2}, "noise anisotropy"),
        ({"head_minus_neck_hu": 11.0}, "head core minus neck core, HU"),
        ({"head_core_hu": [90.0, *[250.0] * 39]}, "head core, HU"),
        ({"fat_peak_hu": -100.0}, "fat peak, HU"),
        ({"neck_core_hu": 150 + 30 * np.linspace(-4, 2, 40)}, "neck core's HU against T-score, r"),
    ],
)
def test_what_does_not_hold_is_said(changed, measure):
    assert measure in broken(make_table(REAL, phantoms(**changed), FRACTIONS))


def test_thin_cortex_beside_dense_trabeculae_does_not_hold():
    made = phantoms()
    made["cortical_thickness"] = made["t_score"] - 0.02 * made["neck_core_hu"]
    assert broken(make_table(REAL, made, FRACTIONS)) == [
        "cortical thickness and neck core's HU, given T, r"
    ]


@pytest.mark.parametrize("changed", [{"one": 0.11}, {"all of them": 0.06}])
def test_too_many_features_outside_do_not_hold(changed):
    assert len(broken(make_table(REAL, phantoms(), pd.Series({**FRACTIONS, **changed})))) == 1


def test_without_real_hips_what_needs_them_has_no_answer():
    rows = make_table(REAL.iloc[:0], phantoms(), pd.Series(dtype=float))
    assert [row.holds for row in rows].count(None) == 2
    frame = as_frame(rows, [])
    assert list(frame.columns) == ["measure", "phantoms, median (5–95%)", "target", "holds"]
    assert as_markdown(frame).count("\n") == 2 + len(rows)


def test_a_few_phantoms_do_not_say_how_hips_differ():
    rows = make_table(REAL, phantoms().iloc[:5], FRACTIONS)
    assert [row.holds for row in rows].count(None) == 3


def test_features_outside_are_counted_by_class_and_image():
    names = ["original_shape_Volume", "original_glcm_Contrast"]
    names += ["wavelet-LLH_glcm_Contrast", "log-sigma-1-0-mm-3D_glcm_Contrast"]
    made = pd.DataFrame([[0.0] * 4, [1.0] * 4], columns=names)
    hips = pd.DataFrame({"one": [0.5, 2, 2, 1], "other": [0.5, 0, -1, 1.1]}, index=names)
    flags = pd.DataFrame({hip: outside(hips[hip], made) for hip in hips})
    table = tabulate_outside(flags)
    assert table.loc["glcm"].to_list() == [3, 2 / 3, 2 / 3, 1 / 3]
    assert table.loc["wavelet"].to_list() == [1, 1, 1, 1]
    assert table.loc["LoG"].to_list() == [1, 0, 1, 0]
    assert table.loc["original"].to_list() == [2, 0.5, 0, 0]
    assert table.loc["all", "features"] == 4


def test_one_more_phantom_lies_outside_as_often_as_chance_says():
    rng = np.random.default_rng(0)
    drawn = pd.DataFrame(rng.standard_normal((31, 20000)))
    share = outside(drawn.iloc[0], drawn.iloc[1:]).mean()
    assert share == pytest.approx(expected_outside(30), abs=0.006)
