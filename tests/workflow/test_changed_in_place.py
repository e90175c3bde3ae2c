"""A CT whose files are written again under the same names is read again, and it alone."""

import os
import shutil

import pandas as pd
import pytest
from hospital import changed, pelvis, slices_of, write
from tiny import ROOT

TABLE = "results/batches/study-001/image_qc.csv"
CONFIG = ROOT / "config" / "config.yaml"


@pytest.fixture
def ward(bare_study):
    """A study of two patients with a DICOM folder each, whose images are checked."""
    folder = bare_study.folder / "ward"
    scans = {name: write(slices_of(pelvis()), folder / name) for name in ("H1", "H2")}
    (folder / "participants.tsv").write_text("patient\tct\nH1\tH1\nH2\tH2\n")
    (folder / "qct.tsv").write_text(
        "patient\tside\tregion\tbmd_g_cm2\tt_score\nH1\tleft\ttotal_hip\t0.7\t-1.2\n"
    )
    settings = folder / "study.yaml"
    settings.write_text(
        "cohort: {source: tables, participants: ward/participants.tsv, qct: ward/qct.tsv}\n"
        "segmentation: {source: pretrained}\n"
    )

    def run(*options):
        return bare_study.snakemake(*options, "--", TABLE, settings=[settings])

    run()
    return bare_study, scans, run


def hashes(study):
    """Hash of each patient's CT, as the study's table has it."""
    table = pd.read_csv(study.folder / TABLE, index_col="patient")
    return table["ct.nii.gz_sha256"].to_dict()


def write_again(scan, image):
    """Other slices under the names of a folder's own; the folder keeps its date."""
    before, date = sorted(scan.iterdir()), scan.stat().st_mtime_ns
    for path in scan.iterdir():
        path.write_bytes(path.read_bytes()[:1])
    new = write(slices_of(image), scan.with_name("other"))
    for path in new.iterdir():
        shutil.copyfile(path, scan / path.name)
    shutil.rmtree(new)
    os.utime(scan, ns=(date, date))
    assert sorted(scan.iterdir()) == before


def test_slices_written_again_under_their_names_are_read_again(ward):
    study, scans, run = ward
    first, other = hashes(study), study.folder / "results/patients/H2/image_qc.json"
    read_at = other.stat().st_mtime_ns
    write_again(scans["H1"], changed(pelvis(), lambda voxels: voxels[:, :, ::-1].copy() + 1))
    console = run()
    second = hashes(study)
    assert second["H1"] != first["H1"] and second["H2"] == first["H2"]
    assert other.stat().st_mtime_ns == read_at
    assert str(scans["H1"]) not in console
    assert "Nothing to be done" in run("--dry-run", "--quiet", "rules")
