"""Files of synthetic patients: the same bytes, one grid, tables that fit together."""

from pathlib import Path

import pytest
import SimpleITK as sitk
import yaml

from hipphantom import draw_cohort, simulate
from osteoct.cohort.phantom_files import gather_participants, gather_qct, write_phantom
from osteoct.results import sha256

FILE = Path(__file__).parents[3] / "config" / "phantom.yaml"
PHANTOM = yaml.safe_load(FILE.read_text())["phantom"]
SEED = 2024
SETTINGS = PHANTOM | {"seed": SEED, "screened": 90}
SETTINGS["scan"]["field"]["spacing_mm"] = [1.6, 1.6, 2.5]


@pytest.fixture(scope="module")
def included():
    """Name of the first synthetic patient who is not excluded."""
    patients = draw_cohort(SEED, screened=90, **SETTINGS["cohort"])
    return next(person["patient"] for person in patients if not person["exclusion"])


@pytest.fixture(scope="module")
def phantom(included):
    return simulate(included, **SETTINGS)


def written(made, folder):
    paths = {
        "ct": folder / "ct.nii.gz",
        "mask": folder / "mask.nii.gz",
        "mask_reader2": folder / "mask_reader2.nii.gz",
        "participant": folder / "participant.tsv",
        "qct": folder / "qct.tsv",
        "truth": folder / "truth.json",
    }
    write_phantom(made, paths)
    return paths


def test_patient_made_alone_has_the_bytes_of_the_patient_made_among_others(
    phantom, included, tmp_path
):
    simulate("S0090", **SETTINGS)
    first = written(phantom, tmp_path / "first")
    second = written(simulate(included, **SETTINGS), tmp_path / "second")
    for kind, path in first.items():
        assert sha256(path) == sha256(second[kind]), kind


def test_files_are_on_one_grid_that_faces_left_posterior_superior(phantom, tmp_path):
    paths = written(phantom, tmp_path)
    ct, mask = (sitk.ReadImage(str(paths[name])) for name in ("ct", "mask"))
    assert ct.GetSpacing() == pytest.approx((1.6, 1.6, 2.5))
    assert ct.GetDirection() == pytest.approx((1, 0, 0, 0, 1, 0, 0, 0, 1))
    assert mask.GetSize() == ct.GetSize() and mask.GetOrigin() == ct.GetOrigin()
    assert ct.GetPixelID() == sitk.sitkInt16


def test_tables_of_patients_become_one_with_paths_from_there(phantom, tmp_path):
    paths = written(phantom, tmp_path / "patients" / "S0002")
    gather_participants([paths["participant"]], tmp_path / "participants.tsv")
    gather_qct([paths["qct"], paths["qct"]], tmp_path / "qct.tsv")
    header, row = (tmp_path / "participants.tsv").read_text().splitlines()
    assert header.split("\t")[7:10] == ["ct", "mask", "mask_reader2"]
    assert row.split("\t")[7] == "patients/S0002/ct.nii.gz"
    assert len((tmp_path / "qct.tsv").read_text().splitlines()) == 17
