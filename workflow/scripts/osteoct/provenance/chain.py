"""One patient's audit trail: every file from the scan to the probabilities, and its maker.

    snakemake --summary | python -m osteoct.provenance.chain PATIENT

`make audit PATIENT=...` is this command. Snakemake says which rule made a file, when, and where
its log is; the study's tables say what the file's hash was then.
"""

import csv
import sys
from pathlib import Path

from osteoct.batches import PATIENTS
from osteoct.results import sha256

RESULTS = PATIENTS.parent
STEPS = (
    "image_qc",
    "femurs",
    "overlap",
    "features",
    "neck",
    "pages",
)  # of a batch, in order


class UnknownPatient(Exception):
    """The run has no such patient."""


def chain_of(patient, made):
    """Every file that led to one patient's class.

    Parameters
    ----------
    patient : str
    made : dict of str to dict
        Output file to its row of ``snakemake --summary``: `rule`, `date`, `log-file(s)`.

    Returns
    -------
    list of dict
        `file`, `sha256`, `state` (what the study's tables say of that hash, and what became of
        the file), `rule`, `date`, `log`; in order of work.

    Raises
    ------
    UnknownPatient
        If no batch of the run has checked this patient's CT.
    """
    batch = _batch_of(patient)
    group = batch.name.split("-")[0]
    cohort, checked = RESULTS / f"cohort/{group}.csv", _row(batch / "image_qc.csv", patient)
    entries = [_entry(checked["ct"], made, checked.get("ct_sha256"))] if checked.get("ct") else []
    entries += [_entry(cohort, made)] if cohort.exists() else []
    for step in STEPS:
        table = batch / f"{step}.csv"
        if row := _row(table, patient):
            entries.append(_entry(table, made))
            entries += [
                _entry(PATIENTS / patient / column.removesuffix("_sha256"), made, digest, table)
                for column, digest in row.items()
                if column.endswith("_sha256") and column != "ct_sha256" and digest
            ]
    predictions = RESULTS / f"predictions/{group}.csv"
    if _row(predictions, patient):
        entries += [_entry(RESULTS / "model/classifier.skops", made), _entry(predictions, made)]
    return entries


def outcome_of(patient):
    """The patient's row of the predictions and of the cohort; where there is none, of image QC.

    Parameters
    ----------
    patient : str

    Returns
    -------
    dict of str to str
        Without empty values and without paths of images.
    """
    batch = _batch_of(patient)
    group = batch.name.split("-")[0]
    cohort = _row(RESULTS / f"cohort/{group}.csv", patient) or _row(batch / "image_qc.csv", patient)
    prediction = _row(RESULTS / f"predictions/{group}.csv", patient) or {}
    wanted = ("status", "reason", "t_score", "region", "diagnosis", "split")
    known = {name: cohort.get(name, "") for name in wanted} | prediction
    return {name: value for name, value in known.items() if value and name != "patient"}


def chain_text(patient, chain, outcome):
    """The chain as text, one paragraph per file.

    Parameters
    ----------
    patient : str
    chain : list of dict
        From `chain_of`.
    outcome : dict of str to str
        From `outcome_of`.

    Returns
    -------
    str
    """
    lines = [f"Patient {patient}", ""]
    for entry in chain:
        lines += [
            entry["file"],
            f"    sha256  {entry['sha256']} ({entry['state']})",
            f"    made by {entry['rule']}, {entry['date']}",
            f"    log     {entry['log']}",
        ]
    return "\n".join([*lines, "", *(f"{name}: {value}" for name, value in outcome.items())])


def _batch_of(patient):
    for images in sorted((RESULTS / "batches").glob("*/image_qc.csv")):
        if _row(images, patient):
            return images.parent
    raise UnknownPatient(
        f"No such patient in {RESULTS}/batches. Names stand in the table of participants; "
        "run the study first."
    )


def _row(table, patient):
    """A patient's row of a table, or None."""
    if not Path(table).exists():
        return None
    with Path(table).open(encoding="utf-8", newline="") as lines:
        return next((row for row in csv.DictReader(lines) if row["patient"] == patient), None)


def _entry(path, made, recorded="", table=None):
    """One link of the chain; a file of a patient's folder was made with its batch's table."""
    path = Path(path)
    digest = sha256(path) if path.exists() else "none"
    maker = made.get(str(table or path), {})
    return {
        "file": str(path),
        "sha256": digest,
        "state": _state(digest, recorded),
        "rule": maker.get("rule", "nobody here: it came with the cohort"),
        "date": maker.get("date", "no date"),
        "log": maker.get("log-file(s)", "none"),
    }


def _state(digest, recorded):
    if digest == "none":
        return "missing"
    if not recorded:
        return "as it is now"
    return "as recorded" if digest == recorded else f"CHANGED since: recorded {recorded}"


def main(patient, summary):
    """Print a patient's chain; `summary` is what ``snakemake --summary`` printed, line by line."""
    made = {row["output_file"]: row for row in csv.DictReader(summary, delimiter="\t")}
    try:
        print(chain_text(patient, chain_of(patient, made), outcome_of(patient)))
    except UnknownPatient as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main(sys.argv[1], sys.stdin)
