"""Every rule in a conda environment of its own, started from Snakemake alone.

A script sees Snakemake's own packages behind those of its environment. Started from the study's
full environment, a missing pin would pass unnoticed; that is why Snakemake runs here from one that
holds nothing else.
"""

import json
import re
import subprocess
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from packaging.requirements import Requirement
from rulebook import ROOT, env_of, import_names, pins, rules, script_of, third_party
from test_model import table
from tiny import CONFIG, OwnTables, Study
from tools import HERE, conda_variables, snakemake_alone

from osteoct.feature_table import __main__ as feature_table

pytestmark = pytest.mark.conda
EVERY_RULE = (CONFIG, HERE / "every_rule.yaml")
DIRECT = pins((ROOT / "requirements.in").read_text())
SWITCHED_OFF = {"harmonise_features"}  # the tiny study has one site
SCRIPTED = {n: block for n, block in rules() if script_of(block) and n not in SWITCHED_OFF}
ENVIRONMENTS = sorted({env_of(block).stem for block in SCRIPTED.values()})
every_environment = pytest.mark.parametrize("name", ENVIRONMENTS)
every_rule = pytest.mark.parametrize("rule", SCRIPTED)


@pytest.fixture(scope="module")
def study(tmp_path_factory, pytestconfig):
    """A tiny study, its environments made and watched, not yet run."""
    folder = tmp_path_factory.mktemp("conda")
    study = Study(folder)
    study.program = snakemake_alone(folder / "snakemake")
    with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        variables = conda_variables(folder)
    study.notes = folder / "notes"
    study.notes.mkdir()
    study.variables = {**variables, "OSTEOCT_WITNESS": str(study.notes)}
    study.snakemake("--sdm", "conda", "--conda-create-envs-only", settings=EVERY_RULE)
    listed = study.snakemake("--sdm", "conda", "--list-conda-envs", settings=EVERY_RULE)
    rows = re.findall(r"envs/(\w+)\.yaml\s.*?(\S+)$", listed, flags=re.M)
    study.prefixes = {name: study.folder / prefix for name, prefix in rows}
    for prefix in study.prefixes.values():
        packages = next(prefix.glob("lib/python3*/site-packages"))
        (packages / "witness.py").write_text((HERE / "witness.py").read_text())
        (packages / "witness.pth").write_text("import witness\n")
    return study


@pytest.fixture(scope="module")
def notes(study):
    """What the witnesses wrote while every rule ran, by rule."""
    study.snakemake("--sdm", "conda", settings=EVERY_RULE)
    classify_a_new_patient(study)
    run_the_table_study(study)
    import_masks_made_elsewhere(study)
    found = {}
    for path in study.notes.glob("*.json"):
        note = SimpleNamespace(**json.loads(path.read_text()))
        rule = note.script.removesuffix(".py").split(".")[-1]
        found.setdefault(rule, []).append(note)
    return found


def import_masks_made_elsewhere(study):
    """The rule that reads masks in place of the networks."""
    tables = OwnTables(study)
    tables.participants["automatic_mask"] = tables.participants["mask"]
    settings = tables.write(segmentation={"source": "masks"})
    study.snakemake(
        "--sdm", "conda", "--", "results/batches/study-001/femurs.csv", settings=settings
    )


def classify_a_new_patient(study):
    """The rule that looks at patients without a T-score."""
    own = pd.read_csv(study.folder / "resources/synthetic/participants.tsv", sep="\t", dtype=str)
    new = own.head(1).assign(patient="N1", ct="absent.nii.gz", mask="", mask_reader2="")
    new.to_csv(study.folder / "new.tsv", sep="\t", index=False)
    options = ["--sdm", "conda", "--config", "new_patients=new.tsv", "--", "results/cohort/new.csv"]
    study.snakemake(*options, settings=EVERY_RULE)


def run_the_table_study(study):
    """What `make model` runs, in the same environments."""
    out = study.folder / "table"
    out.mkdir()
    table().to_csv(out / "table.csv", index=False)
    given = {"file": str(out / "table.csv"), "out": str(out), "id": "Fall-Nr.", "label": "Klasse"}
    options = [word for name, value in given.items() for word in (f"--{name}", value)]
    assert feature_table.main([*options, "--config", str(CONFIG)]) == 0
    where = ["--directory", out, "--conda-prefix", study.folder / ".snakemake" / "conda"]
    study.snakemake("--sdm", "conda", *where, settings=(out / "study.yaml",))


def pinned(name):
    """Packages that an environment file declares."""
    return set(pins((ROOT / "envs" / f"{name}.yaml").read_text()))


def with_dependencies(packages):
    """Packages and all that they require, as their own records say."""
    known, waiting = set(), {(package, "") for package in packages}
    while waiting:
        package, extra = wanted = waiting.pop()
        known.add(wanted)
        for text in metadata.requires(package) or []:
            needed = Requirement(text)
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                waiting |= {(needed.name, name) for name in ("", *needed.extras)} - known
    return {re.sub("[-_.]+", "-", package).lower() for package, _ in known}


def ask(prefix, program):
    """What a Python program prints in an environment, outside any checkout."""
    command = [prefix / "bin" / "python", "-I", "-c", program]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


@every_environment
def test_environment_is_created_and_imports_what_it_declares(study, name):
    wanted = sorted(import_names(pinned(name)))
    program = f"import json\nfor name in {wanted}: __import__(name)\nprint(json.dumps('all'))"
    assert ask(study.prefixes[name], program) == "all"


@every_environment
def test_environment_holds_nothing_beyond_what_it_declares_and_that_requires(study, name):
    program = "import json, importlib.metadata as m\n"
    program += "print(json.dumps([d.metadata['Name'] for d in m.distributions()]))"
    held = {re.sub("[-_.]+", "-", held).lower() for held in ask(study.prefixes[name], program)}
    assert pinned(name) <= held
    assert held <= with_dependencies(pinned(name)) | {"pip"}


@every_environment
def test_environment_cannot_import_what_it_did_not_declare(study, name):
    others = set(DIRECT) - with_dependencies(pinned(name))
    assert "snakemake" in others
    program = "import json, importlib.util as u\n"
    program += f"print(json.dumps([n for n in {sorted(import_names(others))} if u.find_spec(n)]))"
    assert ask(study.prefixes[name], program) == []


@every_rule
def test_rule_ran_in_its_environment_and_took_its_packages_from_there(study, notes, rule):
    block = SCRIPTED[rule]
    prefix = study.prefixes[env_of(block).stem].resolve()
    packages = third_party(script_of(block)) & import_names(DIRECT)
    assert notes.get(rule), "the rule did not run"
    for note in notes[rule]:
        assert Path(note.prefix).resolve() == prefix
        for package in packages & set(note.origins):
            assert Path(note.origins[package]).resolve().is_relative_to(prefix)


def test_every_patient_has_a_page_and_the_run_passed_its_own_checks(study, notes):
    for patient in study.read("cohort/study.csv").patient:
        assert (study.folder / "results/patients" / patient / "audit.html").exists()
    assert (study.folder / "results/checks.txt").exists()
