"""A run as RO-Crate: read back, it has the workflow, the run of it, and every file as it was."""

import zipfile
from pathlib import Path

import pytest
from rocrate.rocrate import ROCrate

from osteoct.provenance import crate
from osteoct.provenance.manifests import write_report
from osteoct.provenance.run import code_digest
from osteoct.results import sha256

TABLE = Path("results/tables/table1_patients.csv")


@pytest.fixture(scope="module")
def read_back(tmp_path_factory):
    """The crate of a small run, and the folder it was unpacked to."""
    folder = tmp_path_factory.mktemp("run")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for path in (TABLE, Path("results/model/classifier.skops")):
            path.parent.mkdir(parents=True)
            path.write_text(path.name)
        run = {
            "commit": None,
            "code": code_digest(crate.ROOT),
            "configuration": "seed: 7\n",
            "digests": [("hips/participants.tsv", "ab12"), ("model/classifier.skops", "cd34")],
        }
        write_report([TABLE], run=run, options=[])
        crate.main("crate.zip")
        zipfile.ZipFile("crate.zip").extractall("unpacked")
    return ROCrate(folder / "unpacked"), folder / "unpacked"


def test_it_is_a_workflow_run_crate(read_back):
    found, _ = read_back
    claimed = {entity.id for entity in found.root_dataset["conformsTo"]}
    assert claimed == set(crate.PROFILES)
    assert found.mainEntity.id == "Snakefile"
    assert "ComputationalWorkflow" in found.mainEntity.type
    (action,) = found.root_dataset["mentions"]
    assert action.type == "CreateAction" and action["instrument"] is found.mainEntity


def test_results_are_in_it_with_their_hash(read_back):
    found, folder = read_back
    (action,) = found.root_dataset["mentions"]
    results = {entity.id: entity for entity in action["result"]}
    assert set(results) == {
        str(TABLE),
        "results/model/classifier.skops",
        "results/report/manifest.json",
    }
    assert results[str(TABLE)]["sha256"] == sha256(folder / TABLE)


def test_patients_tables_are_in_it_by_their_hash_alone(read_back):
    found, folder = read_back
    (action,) = found.root_dataset["mentions"]
    table, settings = action["object"]
    assert (table["name"], table["sha256"]) == ("hips/participants.tsv", "ab12")
    assert settings["value"] == "seed: 7\n"
    assert not list(folder.rglob("participants.tsv"))


def test_its_code_is_the_code_that_ran(read_back):
    found, folder = read_back
    assert found.mainEntity["sha256"] == code_digest(folder)


def test_a_run_that_has_not_ended_has_no_crate(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match="finish the study first"):
        crate.main("crate.zip")
