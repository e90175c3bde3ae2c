"""A manifest for every patient and for the report: inputs, hashes and rebuild commands."""

from pathlib import Path

import pandas as pd

from osteoct.batches import PATIENTS
from osteoct.report.cases import is_missing
from osteoct.results import sha256, write_json
from osteoct.tables import read_table

NAME = "manifest.json"
SOURCES = ("ct", "mask", "mask_reader2")
HASH = "_sha256"


def write_patients(batch, cohort, *, run, options):
    """Write the manifest of every patient of a batch.

    Parameters
    ----------
    batch : list of str
        The batch's tables, in order of work; the first is that of image QC.
    cohort : DataFrame
        `patient` and the paths `ct`, `mask`, `mask_reader2`; more patients than these may be in it.
    run : dict
        From ``run.describe_run``.
    options : list of str
        Of the run's own command, from ``run.options_of``.

    Returns
    -------
    DataFrame
        `patient` and `manifest.json_sha256`.
    """
    tables = {table: _hashes(table) for table in batch}
    scans = tables[batch[0]]
    persons = cohort.set_index("patient").reindex(list(scans))
    written = []
    for patient, scan in scans.items():
        content = {
            "patient": patient,
            "run": run,
            "inputs": _inputs(persons.loc[patient], scan),
            "files": _files(patient, tables, options),
        }
        write_json(content, PATIENTS / patient / NAME)
        written.append({"patient": patient, NAME + HASH: sha256(PATIENTS / patient / NAME)})
    return pd.DataFrame(written)


def write_report(shown, *, run, options):
    """Write the manifest of the report and every table and figure in it, beside it.

    Parameters
    ----------
    shown : list of str
        Files that Snakemake makes.
    run, options
        As for `write_patients`.
    """
    files = [
        {"file": str(path), "sha256": sha256(path), "rebuild": _rebuild_command(path, options)}
        for path in sorted(set(shown))
    ]
    write_json({"run": run, "files": files}, Path("results/report", NAME))


def _hashes(table):
    """What a table of a batch says of the hashes of each patient's files: patient to a dict."""
    columns = read_table(table, nrows=0).columns
    kept = [name for name in columns if name == "patient" or name.endswith(HASH)]
    rows = read_table(table, usecols=kept, dtype=str).drop_duplicates("patient")
    return {row["patient"]: row for row in rows.to_dict("records")}


def _inputs(person, scan):
    """Hashes of a patient's images as they came."""
    found = {"ct": scan.get("ct" + HASH)}
    for name in SOURCES[1:]:
        path = person.get(name)
        found[name] = sha256(path) if not is_missing(path) and Path(path).exists() else None
    return {name: digest for name, digest in found.items() if not is_missing(digest)}


def _files(patient, tables, options):
    """The files of a patient's folder, their hashes, and the command that makes each one again."""
    return [
        {
            "file": column.removesuffix(HASH),
            "sha256": digest,
            "rebuild": f"rm {PATIENTS / patient / column.removesuffix(HASH)} && "
            f"{_rebuild_command(table, options)}",
        }
        for table, rows in tables.items()
        for column, digest in rows.get(patient, {}).items()
        if column.endswith(HASH) and column != "ct" + HASH and not is_missing(digest)
    ]


def _rebuild_command(target, options):
    """The command that makes a file of the run again."""
    return " ".join(["snakemake --cores 1", *options, "--force --", str(target)])
