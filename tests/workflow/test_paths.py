"""Blanks and braces in paths: to Snakemake braces are wildcards, to a shell blanks part words."""

import shutil

import pytest
import SimpleITK as sitk
import yaml
from hospital import femora, mask_of, pelvis, slices_of, write
from test_makefile import make
from tiny import Study

QC = "results/batches/study-001/image_qc.csv"


@pytest.fixture
def odd(tmp_path):
    """A study whose scans, masks and settings have odd names, and its settings file."""
    study = Study(tmp_path)
    folder = study.folder / "of ward 7"
    ct, mask, scan = "a {batch} ct.nii.gz", "{x}/mask {a,b}.nii.gz", "{patient} % scan"
    (folder / "{x}").mkdir(parents=True)
    sitk.WriteImage(pelvis(), folder / ct)
    sitk.WriteImage(mask_of(femora()), folder / mask)
    write(slices_of(pelvis()), folder / scan)
    rows = ["patient\tct\tmask", f"A1\t{ct}\t{mask}", f"A2\t{scan}\t"]
    (folder / "my participants.tsv").write_text("\n".join([*rows, ""]))
    scores = ["patient\tside\tregion\tbmd_g_cm2\tt_score", "A1\tleft\ttotal_hip\t0.9\t-1"]
    (folder / "my qct.tsv").write_text("\n".join([*scores, ""]))
    tables = {name: f"of ward 7/my {name}.tsv" for name in ("participants", "qct")}
    settings = {"cohort": {"source": "tables", **tables}, "segmentation": {"source": "pretrained"}}
    path = folder / "my {own} study.yaml"
    path.write_text(yaml.safe_dump(settings))
    return study, settings, path


def test_blanks_and_braces_in_paths_of_scans_masks_and_settings_are_fine(odd):
    study, _, path = odd
    study.snakemake(QC, settings=[path])
    table = study.read(QC.removeprefix("results/"))
    assert list(table["status"]) == ["done", "done"]
    assert "Nothing to be done" in study.snakemake("-n", QC, settings=[path])
    sitk.WriteImage(pelvis() + 1, study.folder / "of ward 7" / "a {batch} ct.nii.gz")
    assert "check_images" in study.snakemake("-n", QC, settings=[path])


def test_braces_in_the_path_of_a_table_are_one_sentence(odd):
    study, settings, path = odd
    table = study.folder / "of ward 7" / "my {p}.tsv"
    shutil.copy(study.folder / "of ward 7" / "my participants.tsv", table)
    settings["cohort"]["participants"] = f"of ward 7/{table.name}"
    path.write_text(yaml.safe_dump(settings))
    output = study.snakemake("-n", QC, settings=[path], check=False)
    assert "cohort: participants: Snakemake takes braces in a path for wildcards." in output
    assert "Traceback" not in output


def test_settings_with_blanks_in_their_path_reach_snakemake_whole(tmp_path):
    done = make("-n", "study", f"CONFIG={tmp_path}/my own study.yaml")
    assert f'--configfile "{tmp_path}/my own study.yaml"' in done.stdout


def test_audit_without_a_patient_is_one_sentence():
    done = make("audit")
    assert "Give PATIENT: make audit PATIENT=S0007\n" in done.stdout
