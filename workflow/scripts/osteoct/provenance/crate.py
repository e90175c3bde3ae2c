"""A finished run as Workflow Run RO-Crate, for a repository: ``make crate TO=file.zip``.

The crate holds the code, the exhibits, the report and the models. Tables of patients and images
are in it by their hash alone.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from rocrate.model import ContextEntity
from rocrate.rocrate import ROCrate

from osteoct.results import atomic, read_json

ROOT = Path(__file__).parents[4]
MANIFEST = Path("results/report/manifest.json")
MODELS = ("segmentation/trained/*/weights.safetensors", "model/classifier.skops")
FOLDERS = ("workflow", "config", "envs", "profiles", "resources")
DOCUMENTS = ("README.md", "CITATION.cff", "CHANGELOG.md", "requirements.txt")
CODE = {".smk", ".py", ".yaml", ".json", ".jinja", ".css", ".csv", ".md", ".safetensors"}
CRATE = "https://w3id.org/ro"
PROFILES = {  # of the Workflow Run RO-Crate collection
    f"{CRATE}/wfrun/process/0.5": "Process Run Crate",
    f"{CRATE}/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "Workflow RO-Crate",
}


def crate_of(run, files):
    """The crate of the run in this folder.

    Parameters
    ----------
    run : dict
        From ``run.describe_run``.
    files : list of dict
        `file` and `sha256` of what the report shows.

    Returns
    -------
    rocrate.rocrate.ROCrate

    References
    ----------
    Leo S et al. Recording provenance of workflow runs with RO-Crate. PLoS ONE 2024;19:e0309210.
    """
    crate = ROCrate()
    crate.name = "A run of osteoct"
    crate.description = "Opportunistic screening for osteoporosis on CT, from scans to exhibits."
    crate.license = crate.add_file(ROOT / "LICENSE", "LICENSE", properties={"name": "MIT licence"})
    workflow = _code(crate, run)
    results = [_result(crate, entry["file"], entry["sha256"]) for entry in files]
    results += [
        _result(crate, str(path))
        for pattern in MODELS
        for path in sorted(MANIFEST.parents[1].glob(pattern))
    ]
    action = crate.add_action(
        workflow,
        identifier="#run",
        object=_inputs(crate, run),
        result=[*results, _result(crate, str(MANIFEST))],
        properties={"name": "The run of the study", "endTime": _time_of(MANIFEST)},
    )
    crate.root_dataset["mentions"] = [action]
    named = [{"@type": "CreativeWork", "name": name} for name in PROFILES.values()]
    entities = [ContextEntity(crate, *profile) for profile in zip(PROFILES, named, strict=True)]
    crate.root_dataset["conformsTo"] = [crate.add(entity) for entity in entities]
    return crate


def _code(crate, run):
    """Add the code; returns the workflow."""
    about = {"name": "osteoct", "sha256": run["code"], "version": run["commit"] or run["code"]}
    workflow = crate.add_workflow(
        ROOT / "Snakefile", "Snakefile", main=True, lang="snakemake", properties=about
    )
    documents = [ROOT / name for name in DOCUMENTS]
    inside = [path for name in FOLDERS for path in sorted((ROOT / name).rglob("*"))]
    for path in [*documents, *(path for path in inside if path.suffix in CODE)]:
        crate.add_file(path, path.relative_to(ROOT).as_posix())
    return workflow


def _inputs(crate, run):
    """Add what went into the run: tables by their hash alone, settings as text."""
    tables = [(name, digest) for name, digest in run["digests"] if name.endswith(".tsv")]
    kinds = [
        (f"#input-{name}", {"@type": "CreativeWork", "name": name, "sha256": digest})
        for name, digest in tables
    ]
    settings = {"@type": "PropertyValue", "name": "configuration", "value": run["configuration"]}
    kinds.append(("#configuration", settings))
    return [crate.add(ContextEntity(crate, name, properties=about)) for name, about in kinds]


def _result(crate, path, digest=None):
    known = {"sha256": digest} if digest else {}
    return crate.add_file(path, path, properties={"name": path, **known})


def _time_of(path):
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")


def main(target):
    """Write the crate of the run in this folder."""
    if not MANIFEST.is_file():
        sys.exit(f"{MANIFEST} is not there: finish the study first.")
    if not target.endswith(".zip"):
        sys.exit("Say which file to write: make crate TO=file.zip")
    manifest = read_json(MANIFEST)
    with atomic(target) as partial:
        crate_of(manifest["run"], manifest["files"]).write_zip(partial)
    print(f"{target}: the run as Workflow Run RO-Crate, without images and tables of patients.")


if __name__ == "__main__":
    main(*sys.argv[1:])
