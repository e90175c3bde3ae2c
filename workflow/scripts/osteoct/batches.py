"""One job, many patients: each patient keeps a folder, a record and a failure of its own."""

import logging
import traceback
from pathlib import Path

import pandas as pd

from osteoct.problems import PATIENT_PROBLEMS
from osteoct.results import fingerprint, read_json, sha256, write_json
from osteoct.storage import StorageProblem, storage_problem

logger = logging.getLogger(__name__)

PATIENTS = Path("results/patients")
HASH = "_sha256"
MEASURED = ("features", "neck", "robustness")  # in femora that did not fail
# Steps without which others have nothing to work on.
REST_ON = {"image_qc": ("femurs", "overlap", "manual_features", *MEASURED), "femurs": MEASURED}


def for_each_patient(rows, measure, *, step, files, key):
    """Run one step for every patient of a batch; what fails is recorded, the others go on.

    A patient whose row, files and `key` are unchanged since the record was written is not
    measured again: this is how an interrupted batch resumes, and how one repaired patient reruns
    alone. Where a step fails, what rests on it is removed: it was made of an earlier CT or mask.

    Parameters
    ----------
    rows : DataFrame
        One row per patient to process, with a column `patient`.
    measure : callable
        ``measure(row, folder) -> dict``: works on one patient (`row` is a dict), writes `files`
        into the patient's folder, returns flat values.
    step : str
        Name of the record, ``{step}.json``, in the patient's folder.
    files : list of str
        Names of the files that `measure` writes; it may leave some out.
    key : object
        What the result depends on besides the row: settings, models, code (JSON-able).

    Returns
    -------
    DataFrame
        One row per patient: `patient`, `status` (done or failed), `reason`, the values, and a
        `*_sha256` for every file, so that a changed file changes the table.

    Raises
    ------
    RuntimeError
        If two or more patients were tried and every one of them failed in an unforeseen way:
        that is the program's fault, not the patients'.
    StorageProblem
        If the disk takes nothing more: no patient is recorded as failed for that.
    """
    records, unforeseen = [], 0
    for number, row in enumerate(rows.to_dict("records"), start=1):
        folder = PATIENTS / row["patient"]
        folder.mkdir(parents=True, exist_ok=True)
        record_path = folder / f"{step}.json"
        record_key = fingerprint(row, files, key)
        record = _kept(record_path, record_key, files)
        if record is None:
            record, foreseen = _run(row, folder, measure, files)
            unforeseen += not foreseen
            write_json({**record, "key": record_key}, record_path, sort_keys=False)
            if record["status"] == "failed":
                _remove_steps(folder, REST_ON.get(step, ()))
        records.append({k: v for k, v in record.items() if k != "key"})
        outcome = f"{row['patient']} {record['status']}, {number} of {len(rows)}"
        logger.info(f"{step}: {outcome}" + (f". {record['reason']}" if record["reason"] else ""))
    if unforeseen == len(records) > 1:
        raise RuntimeError(
            f"{step} failed for all {len(records)} patients; the log has the traces."
        )
    columns = ["patient", "status", "reason"]
    frame = pd.DataFrame(records, columns=None if records else columns)
    return frame[columns + [name for name in frame if name not in columns]]


def _kept(record_path, record_key, files):
    """An earlier record of the same work whose files are still as it left them, or None."""
    record = _read_record(record_path)
    if record.pop("key", None) != record_key or record.get("status") != "done":
        return None
    if any(hash_of(record_path.parent / name) != record.get(name + HASH) for name in files):
        return None
    return record


def _read_record(path):
    """A step's record; empty without one, or if a machine that lost its power left no more."""
    try:
        return read_json(path)
    except (FileNotFoundError, ValueError):
        return {}


def _remove_steps(folder, steps):
    """Remove the records of some steps from a patient's folder, and the files that they name."""
    for record in (folder / f"{step}.json" for step in steps):
        for name in _read_record(record):
            if name.endswith(HASH):
                (folder / name.removesuffix(HASH)).unlink(missing_ok=True)
        record.unlink(missing_ok=True)


def hash_of(path):
    """SHA-256 of a file; empty if there is none, as of a mask that image QC rejected."""
    return sha256(path) if Path(path).is_file() else ""


def _run(row, folder, measure, files):
    """One patient's record, and whether its outcome was foreseen."""
    patient = row["patient"]
    for name in files:
        (folder / name).unlink(missing_ok=True)
    try:
        values = measure(row, folder)
        hashes = {name + HASH: hash_of(folder / name) for name in files}
    except StorageProblem:
        raise
    except PATIENT_PROBLEMS as problem:
        _raise_if_of_the_disk(problem, folder)
        failed = {"patient": patient, "status": "failed", "reason": str(problem)}
        return failed | getattr(problem, "found", {}), True
    except Exception as error:
        _raise_if_of_the_disk(error, folder)
        _log_trace(error)
        reason = f"Unforeseen {type(error).__name__} (see the log of this step)."
        return {"patient": patient, "status": "failed", "reason": reason}, False
    return {"patient": patient, "status": "done", "reason": "", **values, **hashes}, True


def _raise_if_of_the_disk(error, folder):
    """A reader or library may take a full disk for damaged data."""
    if trouble := storage_problem(error, folder):
        raise trouble from error


def _log_trace(error):
    """Log where an error came from, without its message, which may quote a file's contents."""
    while error is not None:
        trace = "".join(traceback.format_tb(error.__traceback__))
        logger.debug("%s%s", trace, type(error).__name__)
        error = error.__cause__ or error.__context__
