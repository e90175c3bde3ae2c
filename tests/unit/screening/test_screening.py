"""`make screen`, from one CT to the files it leaves and the status it ends with."""

import html
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pydicom
import pytest
import SimpleITK as sitk
import torch
from safetensors.torch import save_file

from ctio import LEFT
from osteoct.results import write_json
from osteoct.screening import __main__ as cli
from osteoct.segmentation.plans import make_plans
from osteoct.segmentation.vbnet import VBNet

REAL_HIPS = Path(__file__).parents[4] / "shared" / "data" / "real_hips"
real_hips = pytest.mark.skipif(
    not REAL_HIPS.exists(), reason="the real hips are not on this machine"
)
LOWEST = 20  # the made femora are as dense as bone from this slice up
STAGES = ("optimisation", "augmentation", "coarse", "fine")
NETWORK = {"base_width": 4, "levels": 3, "bottleneck_ratio": 4, "norm": "batch"}


@pytest.fixture
def ct():
    """Two femora of some 300 HU in a body of 240 mm, LPS."""
    z, y, x = np.ogrid[:80, :60, :160]
    left = (np.hypot(y - 30, x - 125) <= 8) & (z >= LOWEST) & (z < 55)
    left |= (z >= 44) & (z < 56) & (abs(y - 30) < 8) & (x >= 108) & (x < 133)
    left |= np.sqrt((z - 58) ** 2 + (y - 30.0) ** 2 + (x - 105.0) ** 2) <= 12
    noise = np.random.default_rng(1).normal(0, 10, left.shape)
    hu = np.where(left | left[:, :, ::-1], 340 + 4 * (z - 40) - 200 * (x % 4 == 0), 40) + noise
    hu[:, :2] = -1000
    image = sitk.GetImageFromArray(np.rint(hu).astype(np.int16))
    image.SetSpacing((1.5, 1.5, 1.5))
    image.SetOrigin((-119.25, -45.0, 300.0))
    return image


@pytest.fixture
def weights(tmp_path):
    """Folder of two tiny networks that have seen no training data."""
    folder = tmp_path / "weights"
    settings = cli.read_settings(cli.ROOT)["segmentation"]
    stages = {name: settings[name] for name in STAGES}
    plans = make_plans(n_training_patients=1, seed=1, network=NETWORK, **stages)
    write_json(plans, folder / "plans.json")
    torch.manual_seed(1)
    for stage in ("coarse", "fine"):
        save_file(VBNet(1, 2, **NETWORK).state_dict(), folder / f"{stage}.safetensors")
    return folder


class Bone:
    """Stands in for a trained network: what is dense is femur."""

    def __init__(self, spacing_mm):
        self.spacing_mm = spacing_mm

    def probability(self, seen, *, side=LEFT, continue_outside=False):
        return sitk.Cast(sitk.Mean(seen, [1, 1, 1]) > 150, sitk.sitkFloat32)


@pytest.fixture
def trained(weights, monkeypatch):
    """The folder of weights, with networks that find bone, and few features."""
    settings = cli.read_settings(cli.ROOT)
    settings["features"] |= {"images": ["Original"], "classes": ["firstorder"]}
    networks = {"coarse": Bone(3), "fine": Bone(1)}
    monkeypatch.setattr(cli, "prepare", lambda folder: (settings, networks))
    return weights


def screen(path, out, weights):
    return cli.main(["--ct", str(path), "--out", str(out), "--weights", str(weights)])


@pytest.mark.parametrize("stored", ["LPS", "RAS", "PIR"])
def test_mask_comes_back_on_the_grid_of_the_file(ct, trained, tmp_path, stored):
    path, out = tmp_path / "MUELLER_ANNA.nii.gz", tmp_path / "out"
    sitk.WriteImage(sitk.DICOMOrient(ct, stored), str(path))
    assert screen(path, out, trained) == 0
    mask, file = sitk.ReadImage(str(out / "femur.nii.gz")), sitk.ReadImage(str(path))
    assert mask.GetSize() == file.GetSize()
    for grid in ("GetSpacing", "GetOrigin", "GetDirection"):
        assert getattr(mask, grid)() == pytest.approx(getattr(file, grid)(), abs=1e-5)
    lps = sitk.GetArrayFromImage(sitk.DICOMOrient(mask, "LPS"))
    assert (lps[58, 30, 105], lps[58, 30, 160 - 106], lps[58, 30, 80]) == (2, 1, 0)


def test_everything_is_written_and_names_nobody(ct, trained, tmp_path, capsys):
    path, out = tmp_path / "MUELLER_ANNA.nii.gz", tmp_path / "out"
    sitk.WriteImage(ct, str(path))
    screen(path, out, trained)
    output = capsys.readouterr().out
    page = (out / "report.html").read_text(encoding="utf-8")
    qc = json.loads((out / "qc.json").read_text(encoding="utf-8"))
    features = pd.read_csv(out / "features.csv")
    assert list(features["side"]) == ["right", "left"]
    assert features["original_firstorder_Mean"].between(100, 500).all()
    assert page.count("data:image/png") == 8
    assert "cannot be used to rule out low bone mineral density" in page
    assert "must not be used for patients" in page
    assert qc["model"] in page
    assert qc["femora"]["left"]["qc"] in ("pass", "review")
    assert f"Left femur: {qc['femora']['left']['qc']}." in output
    for text in (output, page, (out / "qc.json").read_text(encoding="utf-8")):
        assert "MUELLER" not in text
        assert str(tmp_path) not in text


def test_networks_that_find_nothing_fail_qc_and_give_no_features(ct, weights, tmp_path, capsys):
    path, out = tmp_path / "ct.nrrd", tmp_path / "out"
    sitk.WriteImage(ct, str(path))
    assert screen(path, out, weights) == cli.NO_USABLE_FEMUR
    assert "Left femur: fail. " in capsys.readouterr().out
    assert pd.read_csv(out / "features.csv").empty
    assert "No femur was segmented" in (out / "report.html").read_text(encoding="utf-8")


def largest_series(folder):
    """The series of most files in a folder, as SimpleITK reads it."""
    reader = sitk.ImageSeriesReader
    series = [reader.GetGDCMSeriesFileNames(str(folder), name)
              for name in reader.GetGDCMSeriesIDs(str(folder))]  # fmt: skip
    return sitk.ReadImage(max(series, key=len))


@real_hips
def test_dicom_folder_is_screened_on_the_grid_of_its_series(weights, tmp_path):
    folder = REAL_HIPS / "STS_029" / "dicom" / "image"
    assert screen(folder, tmp_path, weights) in (0, cli.NO_USABLE_FEMUR)
    mask, series = sitk.ReadImage(str(tmp_path / "femur.nii.gz")), largest_series(folder)
    assert mask.GetSize() == series.GetSize()
    assert mask.GetOrigin() == pytest.approx(series.GetOrigin(), abs=1e-3)
    assert mask.GetDirection() == pytest.approx(series.GetDirection(), abs=1e-5)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda path: None, "names neither a file nor a folder"),
        (lambda path: path.mkdir(), "no axial CT slice in DICOM"),
        (lambda path: path.write_bytes(b"a letter"), "no NIfTI image"),
        (lambda path: path.write_bytes(b"\x1f\x8b a letter"), "damaged or truncated"),
        (
            lambda path: sitk.WriteImage(sitk.Image(9, 9, 90, sitk.sitkInt16) + 7, str(path)),
            "Every voxel",
        ),
    ],
)
def test_unusable_input_is_a_sentence_and_a_status(weights, tmp_path, capsys, make, message):
    path = tmp_path / "ct.nii.gz"
    make(path)
    assert screen(path, tmp_path / "out", weights) == cli.UNUSABLE_INPUT
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_absent_weights_are_named_with_the_way_to_make_them(ct, weights, tmp_path, capsys):
    sitk.WriteImage(ct, str(tmp_path / "ct.nii.gz"))
    (weights / "fine.safetensors").unlink()
    assert screen(tmp_path / "ct.nii.gz", tmp_path / "out", weights) == cli.UNUSABLE_INPUT
    errors = capsys.readouterr().err
    assert "resources/weights lacks fine.safetensors." in errors
    assert "make weights" in errors


@real_hips
def test_a_ct_of_a_patient_who_moved_is_for_review(trained, tmp_path, capsys):
    ct = sitk.ReadImage(str(REAL_HIPS / "STS_036" / "ct.nii.gz"))
    hu = sitk.GetArrayFromImage(ct)
    hu[:50] = np.roll(hu[:50], 8, axis=2)
    moved = sitk.GetImageFromArray(hu)
    moved.CopyInformation(ct)
    path, out = tmp_path / "ct.nii.gz", tmp_path / "out"
    sitk.WriteImage(moved, str(path))
    screen(path, out, trained)
    level = "The body jumps sideways from one slice to the next 162 mm above the lowest one"
    assert f"CT: review. {level}" in capsys.readouterr().out
    assert level in (out / "report.html").read_text(encoding="utf-8")
    qc = json.loads((out / "qc.json").read_text(encoding="utf-8"))
    assert level in qc["ct"]["continuity"]
    assert "pass" not in {femur["qc"] for femur in qc["femora"].values()} | {qc["qc"]}


def as_nifti(path, slope, offset):
    """A real hip as NIfTI file whose values are multiplied, and shifted by an offset."""
    ct = sitk.ReadImage(str(REAL_HIPS / "STS_036" / "ct.nii.gz"))
    sitk.WriteImage(sitk.Cast(sitk.Round(ct * slope + offset), sitk.sitkInt16), f"{path}.nii.gz")
    return path.with_name(f"{path.name}.nii.gz")


def as_dicom(path, slope, offset):
    """The same as DICOM slices with a wrong rescaling."""
    path.mkdir()
    for file in sorted((REAL_HIPS / "STS_036" / "dicom" / "image").glob("*.dcm")):
        slice_ = pydicom.dcmread(file)
        slice_.RescaleIntercept = float(slice_.RescaleIntercept) * slope + offset
        slice_.RescaleSlope = float(slice_.RescaleSlope) * slope
        slice_.save_as(path / file.name)
    return path


@real_hips
@pytest.mark.parametrize("write", [as_nifti, as_dicom])
@pytest.mark.parametrize(
    "slope, offset, expected",
    [(1, 20, 20), (1, -60, 60), (1.2, 0, 200)],
)
def test_a_ct_whose_hounsfield_units_are_off_is_for_review(
    trained, tmp_path, capsys, write, slope, offset, expected
):
    out = tmp_path / "out"
    screen(write(tmp_path / "ct", slope, offset), out, trained)
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("CT: ")]
    assert line.startswith("CT: review. ")
    qc = json.loads((out / "qc.json").read_text(encoding="utf-8"))
    assert qc["ct"]["hounsfield_units"] in line
    off = [int(size) for size in re.findall(r"(\d+) HU (?:higher|lower) than", line)]
    assert any(abs(size - expected) <= 5 for size in off)
    page = html.unescape((out / "report.html").read_text(encoding="utf-8"))
    assert page.count(qc["ct"]["hounsfield_units"]) == 1
    assert page.index(qc["ct"]["hounsfield_units"]) < page.index("Segmentation QC")
    assert "pass" not in {femur["qc"] for femur in qc["femora"].values()} | {qc["qc"]}
