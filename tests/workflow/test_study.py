"""The whole study on a few synthetic patients: every rule, both real trainers."""

import re

import pytest
from tiny import Study


def rules_to_run(said):
    """Names of the rules in the job table of a dry run."""
    table = re.search(r"^Job stats:\n.*?\n-+.*?\n(.*?)\ntotal", said, flags=re.M | re.S)
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
    said = tiny_study.snakemake("--dry-run", "--until", "audit_claims", "tabulate_performance")
    module.write_text(original)
    assert rules_to_run(said) == {"audit_claims"}


def test_the_same_seed_gives_the_same_bytes(tiny_study, tmp_path):
    again = Study(tmp_path)
    again.snakemake()
    assert again.manifest() == tiny_study.manifest()
