"""Femora measured again: every change of every femur has every feature, or an error says why."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk
import yaml

from fastradiomics import UnknownSetting
from osteoct.robustness.measurement import measure_repeatedly
from osteoct.robustness.repeats import KINDS, READERS

CONFIG = yaml.safe_load((Path(__file__).parents[3] / "config/config.yaml").read_text())
OTHER = ("patients", "good_icc")
CHANGES = {key: value for key, value in CONFIG["robustness"].items() if key not in OTHER}
FEW = {"classes": ["firstorder"]}


@pytest.fixture
def femora(tmp_path, monkeypatch):
    """One patient with a femur, in a folder of results."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "results/patients/A"
    folder.mkdir(parents=True)
    z, y, x = np.indices((40, 60, 60))
    inside = (z - 20) ** 2 + (y - 30) ** 2 + (x - 30) ** 2 < 12**2
    hu = np.random.default_rng(1).normal(200, 50, inside.shape).astype(np.int16)
    sitk.WriteImage(sitk.GetImageFromArray(hu), str(tmp_path / "ct.nii.gz"))
    mask = folder / "femur.nii.gz"
    sitk.WriteImage(sitk.GetImageFromArray(2 * inside.astype(np.uint8)), str(mask))
    row = {"patient": "A", "ct": "ct.nii.gz", "automatic": str(mask), **dict.fromkeys(READERS, "")}
    return pd.DataFrame([row])


def measured(femora, **features):
    how = {"side": "left", "features": {**CONFIG["features"], **FEW, **features}}
    return measure_repeatedly(femora, changes=CHANGES, measured=how, seed=1, code=[])


@pytest.mark.parametrize("engine", ["fast", "pyradiomics"])
def test_every_change_has_every_feature(femora, engine):
    repeats = measured(femora, engine=engine, images=["Original"])
    assert set(repeats["kind"]) == {"unchanged", *KINDS}
    assert repeats.notna().all(axis=None) and "original_firstorder_Mean" in repeats


@pytest.mark.parametrize("engine", ["fast", "pyradiomics"])
def test_a_filter_that_moved_grids_cannot_have_is_an_error_and_no_wavelet(femora, engine):
    with pytest.raises(UnknownSetting, match="does not know the filter Square"):
        measured(femora, engine=engine, images=["Original", "Square"])


def test_without_femora_any_filter_may_be_asked_for(femora):
    asked = {"engine": "pyradiomics", "images": ["Original", "Square"]}
    assert measured(femora[:0], **asked).empty


def test_a_femur_whose_manual_mask_was_rejected_is_left_out(femora):
    gone = femora.assign(**dict.fromkeys(READERS, "results/patients/A/mask.nii.gz"))
    assert measured(gone, images=["Original"]).empty
