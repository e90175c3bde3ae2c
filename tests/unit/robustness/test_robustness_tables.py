"""From repeated measurements to the tables and the figure."""

import numpy as np
import pandas as pd
import pytest

from osteoct.figures.robustness import draw_robustness
from osteoct.robustness.measurement import choose_femora
from osteoct.robustness.repeats import KINDS, READERS, UNCHANGED, values_of
from osteoct.robustness.summary import feature_robustness, tabulate_robustness

STEADY, FRAIL = "original_shape_MeshVolume", "wavelet-HHH_glszm_ZoneEntropy"
ROUGH = "log-sigma-2-0-mm-3D_glcm_Contrast"


@pytest.fixture
def repeats():
    """Ten femora; one feature never changes, one is all chance, one feels noise alone."""
    rng = np.random.default_rng(8)
    rows = []
    for femur in range(10):
        for kind in (UNCHANGED, *KINDS, *(READERS if femur < 6 else ())):
            for number in range(2 if kind in ("noise", "volume") else 1):
                rough = femur + (3 * rng.normal() if kind == "noise" else 0)
                values = {STEADY: femur, FRAIL: rng.normal(), ROUGH: rough}
                rows.append({"patient": f"P{femur}", "kind": kind, "number": number, **values})
    return pd.DataFrame(rows).sample(frac=1, random_state=1)


def test_each_icc_compares_its_own_measurements(repeats):
    assert values_of(repeats, "noise").shape == (10, 3, 3)
    assert values_of(repeats, "boundary").shape == (10, 2, 3)
    assert values_of(repeats, "all").shape == (10, 8, 3)
    assert values_of(repeats, "readers").shape == (6, 2, 3)
    assert values_of(repeats, "boundary")[:, :, 0].tolist() == [[femur] * 2 for femur in range(10)]


def test_steady_features_agree_and_chance_does_not(repeats):
    table = feature_robustness(repeats, confidence=0.95).set_index("feature")
    assert table.loc[STEADY, ["all", "noise", "readers", "all_low"]].tolist() == [1] * 4
    assert table.loc[FRAIL, "all"] < 0.3 and table.loc[FRAIL, "all_high"] < 0.75
    assert table.loc[ROUGH, "noise"] < table.loc[ROUGH, "boundary"] == 1
    assert table["femora"].eq(10).all() and table["readers_femora"].eq(6).all()


def test_printed_table_counts_what_reaches_the_limit(repeats):
    table = tabulate_robustness(feature_robustness(repeats, confidence=0.95), good_icc=0.75)
    cells = table.set_index("Image or change")
    assert cells.loc["original", "shape"] == "1 of 1 (1.00)"
    assert cells.loc["wavelet HHH", "GLSZM"].startswith("0 of 1")
    assert cells.loc["original", "GLCM"] == "–"
    assert cells.loc["boundary", "All"].startswith("2 of 3")
    assert "10 test femora" in table.iloc[-1, 0] and "of 6 of them" in table.iloc[-1, 0]


def test_without_readers_their_column_is_open_and_the_rest_stands(repeats):
    table = feature_robustness(repeats[~repeats["kind"].isin(READERS)], confidence=0.95)
    assert table["readers"].isna().all() and table["all"].notna().all()
    printed = tabulate_robustness(table, good_icc=0.75).set_index("Image or change")
    assert printed.loc["two readers", "All"] == "n/a"


def test_without_femora_tables_and_figure_say_so(repeats):
    table = feature_robustness(repeats.iloc[:0], confidence=0.95)
    assert tabulate_robustness(table, good_icc=0.75)["Image or change"].iloc[-1].startswith("No f")
    figure = draw_robustness(table, [STEADY], good_icc=0.75, confidence=0.95)
    assert "Too few" in figure.axes[0].texts[0].get_text()


def test_figure_shows_every_kind_and_the_model_s_features(repeats):
    table = feature_robustness(repeats, confidence=0.95)
    curves, heat, dots = draw_robustness(
        table, [ROUGH, STEADY], good_icc=0.75, confidence=0.95
    ).axes[:3]
    assert len(curves.get_legend().get_texts()) == len(KINDS) + 2
    assert [label.get_text() for label in heat.get_xticklabels()][0] == "original"
    assert len(dots.get_yticklabels()) == 2


def test_femora_are_of_one_split_and_training_takes_no_manual_mask():
    cohort = pd.DataFrame(
        {
            "patient": [f"P{n}" for n in range(9)],
            "split": ["training"] * 4 + ["test"] * 5,
            "ct": "ct.nii.gz",
            "mask": ["m"] * 8 + [None],
            "mask_reader2": ["r"] * 8 + [None],
        }
    )
    features = pd.DataFrame({"patient": [f"P{n}" for n in range(1, 9)]})
    chosen = {
        split: choose_femora(features, cohort, split=split, patients=5, seed=1)
        for split in ("training", "test")
    }
    assert list(chosen["training"]["patient"]) == ["P1", "P2", "P3"]
    assert not chosen["training"][list(READERS)].to_numpy().any()
    assert list(chosen["test"]["mask"]) == ["m"] * 4 + [""]
    again = choose_femora(features, cohort, split="test", patients=2, seed=1)
    assert len(again) == 2 and set(again["patient"]) <= set(chosen["test"]["patient"])
