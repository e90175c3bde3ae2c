"""The shipped networks do what their card says, on real hips and on a phantom."""

import re
from pathlib import Path

import pytest
import SimpleITK as sitk
import yaml

from ctio import LEFT, RIGHT, read_ct, read_mask
from hipphantom import draw_cohort, simulate
from osteoct.cohort.phantom_files import write_volume
from osteoct.results import sha256
from osteoct.segmentation.cascade import segment
from osteoct.segmentation.networks import load_networks
from osteoct.segmentation.overlap import dice

ROOT = Path(__file__).parents[3]
WEIGHTS = ROOT / "resources" / "weights"
CARD = (WEIGHTS / "MODEL_CARD.md").read_text(encoding="utf-8")
CONFIG, PHANTOMS = (
    yaml.safe_load((ROOT / "config" / f"{name}.yaml").read_text(encoding="utf-8"))
    for name in ("config", "phantom")
)
REAL_HIPS = ROOT.parent / "shared" / "data" / "real_hips"


@pytest.fixture(scope="module")
def networks():
    weights = {stage: str(WEIGHTS / f"{stage}.safetensors") for stage in ("coarse", "fine")}
    return load_networks(str(WEIGHTS / "plans.json"), weights, threads=1)


def segmented(ct, networks):
    """Array (z, y, x) of the femora that are found."""
    return sitk.GetArrayFromImage(segment(ct, networks).fine)


def test_card_describes_the_files_that_are_shipped():
    for name in ("coarse.safetensors", "fine.safetensors", "plans.json"):
        assert f"| `{name}` | {sha256(WEIGHTS / name)} |" in CARD


@pytest.mark.skipif(not REAL_HIPS.exists(), reason="the real hips are not on this machine")
@pytest.mark.parametrize("patient", ["STS_029", "STS_036"])
def test_real_hip_is_segmented_as_well_as_the_card_says(patient, networks):
    ct = read_ct(REAL_HIPS / patient / "ct.nii.gz")
    mask = read_mask(REAL_HIPS / patient / "proximal_femur.nii.gz", like=ct)
    promised = float(re.search(rf"^\| {patient} \| (0\.\d+) \|", CARD, flags=re.M)[1])
    found = dice(segmented(ct, networks) == LEFT, sitk.GetArrayFromImage(mask) == LEFT)
    assert found >= promised - 0.01


def test_both_femora_of_a_phantom_are_segmented(networks, tmp_path):
    settings = PHANTOMS["phantom"] | {"seed": CONFIG["seed"]}
    settings["scan"]["field"]["spacing_mm"] = [1.2, 1.2, 2.5]
    people = draw_cohort(CONFIG["seed"], screened=settings["screened"], **settings["cohort"])
    whole = next(person["patient"] for person in people if not person["exclusion"])
    phantom = simulate(whole, **settings)
    write_volume(phantom.ct, phantom.grid, tmp_path / "ct.nii.gz")
    found = segmented(read_ct(tmp_path / "ct.nii.gz"), networks)
    for side in (RIGHT, LEFT):
        assert dice(found == side, phantom.mask == side) > 0.9
