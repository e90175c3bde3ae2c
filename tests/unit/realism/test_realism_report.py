"""The benchmark from hips to its folder; phantoms are made once."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import realism
from made_hips import image, whole_femur
from realism_measures import scans
from realism_measures.scans import SPACING_MM, Scan, phantoms


def scan(name, number, truth=None, folder=None):
    """A femur in muscle and fat, with noise of its own."""
    inside, _ = whole_femur()
    rng = np.random.default_rng(number)
    hu = np.where(inside, 200.0 + 40 * number, 50.0)
    hu[:, :4] = -100
    hu += 20 * rng.standard_normal(hu.shape)
    return Scan(name, image(hu.astype(np.float32)), image(inside * np.uint8(1)), truth, folder)


def truth(t_score):
    scores = {"femoral_neck": t_score, "total_hip": t_score + 1}
    return {"hips": {"left": {"t_score": scores, "cortex_factor": 1.0 + 0.1 * t_score}}}


def test_the_report_has_tables_and_pictures(tmp_path):
    made = [scan(f"S{k}", k, truth(-k), tmp_path) for k in range(3)]
    text = realism.report([scan("real", 8)], made, tmp_path)
    for name in ("table.md", "sheet.png", "sheet_phantoms.png", "spectra.png", "features.csv"):
        assert (tmp_path / name).stat().st_size > 500
    hips = pd.read_csv(tmp_path / "hips.csv", index_col="hip")
    assert hips.loc["S2", "t_score"] == -2
    assert np.isnan(hips.loc["real", "t_score"])
    assert hips["noise_sd_hu"].to_list() == pytest.approx([20] * 4, rel=0.1)
    assert hips.loc["real", "head_core_hu"] == pytest.approx(520, abs=2)
    families = pd.read_csv(tmp_path / "families.csv", index_col=0)
    assert families.loc["shape", "real"] == 0
    assert families.loc["firstorder", "real"] > 0.1
    assert "3 phantoms" in text and "One more phantom would have 50.0%" in text


def test_what_was_measured_on_a_phantom_is_read_again(tmp_path, monkeypatch):
    made = scan("S1", 1, truth(0), tmp_path)
    before, _ = realism.measure_all([made])
    monkeypatch.setattr(realism, "measure", lambda scan: pytest.fail("measured again"))
    assert realism.measure_all([made])[0].equals(before)


def test_phantoms_are_made_once_and_are_left_hips_on_the_grid(tmp_path, monkeypatch):
    calls = []

    def simulate(name, **settings):
        calls.append(name)
        mask = np.zeros((20, 40, 60), np.uint8)
        mask[5:15, 10:30, 5:15], mask[5:15, 10:30, 40:55] = 1, 2
        grid = SimpleNamespace(spacing_mm=(1.25, 0.8, 0.8), origin_mm=(0.0, 0.0, 0.0))
        ct = mask.astype(np.int16) * 300
        return SimpleNamespace(ct=ct, mask=mask, grid=grid, truth={"hips": {}}, qct=[])

    monkeypatch.setattr(scans, "simulate", simulate)
    first = phantoms(2, seed=5, folder=tmp_path)
    again = phantoms(3, seed=5, folder=tmp_path)
    assert calls == [hip.name for hip in again] and len(calls) == 3
    assert np.array_equal(first[0].hu, again[0].hu)
    assert again[2].ct.GetSpacing() == pytest.approx(SPACING_MM)
    assert again[2].hu[again[2].inside].mean() > 500
    assert again[2].inside.sum() * np.prod(SPACING_MM) == pytest.approx(
        10 * 20 * 15 * 0.8, rel=0.15
    )
    assert phantoms(1, seed=6, folder=tmp_path)[0].truth["hips"] == {} and len(calls) == 4


def test_a_cohort_has_only_so_many_patients(tmp_path):
    with pytest.raises(ValueError, match="included patients; asked for 500"):
        phantoms(500, seed=5, folder=tmp_path)
