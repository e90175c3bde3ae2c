"""The manifest: which files count, and what is reported of those that differ."""

import subprocess

import pytest

from osteoct.provenance.same_bytes import as_text, differences, digest_of, manifest_of

KEPT = [
    "resources/synthetic/patients/S0001/ct.nii.gz",
    "results/checks.txt",
    "results/patients/S0001/femur.nii.gz",
    "results/segmentation/trained/fine/training.csv",
    "results/segmentation/trained/fine/weights.safetensors",
]
TIMED = [
    "results/logs/fit_classifier.log",
    "results/segmentation/preprocessed/femur/fine/S0001.b2nd",
    "results/segmentation/trained/fine/nnunet/femur/checkpoint_final.pth",
    "results/segmentation/trained/fine/progress.png",
    "results/patients/S0001/.partial-12-femur.nii.gz",
    ".snakemake/metadata/a",
    "own/participants.tsv",
]


@pytest.fixture
def run(tmp_path):
    for name in KEPT + TIMED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def test_every_result_counts_and_nothing_that_holds_times(run):
    assert list(manifest_of(run)) == KEPT


def test_sha256sum_agrees(run):
    (run / "manifest").write_text(as_text(manifest_of(run)))
    subprocess.run(["sha256sum", "--check", "--quiet", "manifest"], cwd=run, check=True)


def test_every_difference_is_named(run):
    before = manifest_of(run)
    (run / KEPT[1]).write_text("other")
    (run / KEPT[2]).unlink()
    (run / "results/new.csv").write_text("")
    after = manifest_of(run)
    assert digest_of(before) != digest_of(after)
    assert differences(before, before) == []
    assert differences(before, after) == [
        f"{KEPT[1]}: differs",
        "results/new.csv: only in the second",
        f"{KEPT[2]}: only in the first",
    ]
