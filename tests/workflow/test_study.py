"""The whole study on a few synthetic patients: every rule, both real trainers."""

import json
import re
import shlex
import subprocess

import pytest
from tiny import CONFIG, Study


def rules_to_run(output):
    """Names of the rules in the job table of a dry run."""
    table = re.search(r"^Job stats:\n.*?\n-+.*?\n(.*?)\ntotal", output, flags=re.M | re.S)
    return set(re.findall(r"^(\w+) ", table[1], flags=re.M)) - {"all"} if table else set()


def test_every_screened_patient_has_a_status_and_a_page(tiny_study):
    cohort = tiny_study.read("cohort/study.csv")
    assert set(cohort.status) == {"included", "excluded"}
    for patient in cohort.patient:
        assert (tiny_study.folder / "results/patients" / patient / "audit.html").exists()


def test_every_included_patient_is_classified_or_has_a_reason(tiny_study):
    cohort = tiny_study.read("cohort/study.csv").query("status == 'included'")
    predictions = tiny_study.read("predictions/study.csv").set_index("patient")
    columns = ["p_normal", "p_osteopenia", "p_osteoporosis"]
    assert predictions[columns].sum(axis=1).to_numpy() == pytest.approx(1)
    for patient in set(cohort.patient) - set(predictions.index):
        record = tiny_study.folder / "results/patients" / patient / "femurs.json"
        assert '"reason": ""' not in record.read_text()


def test_a_second_run_has_nothing_to_do(tiny_study):
    assert "Nothing to be done" in tiny_study.snakemake("--dry-run")


def test_editing_a_module_reruns_exactly_the_rules_that_use_it(tiny_study):
    module = tiny_study.project / "workflow/scripts/osteoct/claims/printed.py"
    original = module.read_text()
    module.write_text(original + "\n# edited\n")
    output = tiny_study.snakemake("--dry-run", "--until", "audit_claims", "tabulate_performance")
    module.write_text(original)
    assert rules_to_run(output) == {"audit_claims"}


def test_the_commands_of_a_manifest_make_the_same_files_again(tiny_study, tmp_path):
    study = tiny_study.copy(tmp_path)
    before = study.manifest()
    patient = study.read("predictions/study.csv").patient[0]
    entries = read_manifest(study, f"patients/{patient}")
    assert {entry["file"] for entry in entries} > {"femur.nii.gz", "neck.nii.gz", "audit.html"}
    for entry in entries:
        if entry["file"] in ("neck.nii.gz", "audit.html"):
            rebuild(study, entry["rebuild"])
    shown = read_manifest(study, "report")
    rebuild(study, next(it["rebuild"] for it in shown if it["file"] == "results/summary.csv"))
    assert study.manifest() == before


def read_manifest(study, folder):
    """The files of a manifest."""
    with (study.folder / "results" / folder / "manifest.json").open(encoding="utf-8") as file:
        return json.load(file)["files"]


def rebuild(study, command):
    """Run a manifest's command in a study whose code and settings lie in other folders."""
    here = shlex.join(study.command())
    assert f"--configfile '…/{CONFIG.name}'" in command
    words = f"snakemake --cores 1 --configfile '…/{CONFIG.name}'"
    subprocess.run(command.replace(words, here), shell=True, cwd=study.folder, check=True)


def test_the_same_seed_gives_the_same_bytes(request, tmp_path):
    again = Study(tmp_path)
    again.snakemake()
    assert again.manifest() == request.getfixturevalue("tiny_study").manifest()
