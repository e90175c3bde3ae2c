"""Everything the study knows about one patient, gathered from its tables."""

import pandas as pd

from osteoct.report.pages import is_missing
from osteoct.tables import read_measurements, read_tables

OUTCOME = ["patient", "status", "reason"]


def gather(cohort, *, patients, steps, overlap, qct, predictions):
    """One nested record per patient, for the patient's page.

    Parameters
    ----------
    cohort : DataFrame
        results/cohort/study.csv or new.csv.
    patients : list of str
        Whose records, in this order.
    steps : dict of str to DataFrame
        The batch's tables by step, one row per patient with `status` and `reason`.
    overlap : DataFrame
        Agreement with the manual segmentations, one row per patient and side.
    qct : DataFrame
        Rows of qct.tsv.
    predictions : DataFrame
        `predicted` and `p_*` by patient.

    Returns
    -------
    DataFrame
        Columns `patient`, `person` (the cohort row), `steps` (step to record, or None), `overlap`
        and `qct` (lists of records), `prediction` (record, or None). Missing values are None.

    Raises
    ------
    ValueError
        If a patient is not in the cohort table.
    """
    persons = _by_patient(cohort, patients)
    if absent := [name for name in patients if name not in persons]:
        raise ValueError(
            f"The cohort table has no row for {absent}; expected one for every screened patient."
        )
    records = {name: _by_patient(table, patients) for name, table in steps.items()}
    overlaps, measured = (_by_patient(table, patients) for table in (overlap, qct))
    predicted = _by_patient(predictions, patients)
    rows = [
        {
            "patient": name,
            "person": persons[name][0],
            "steps": {step: table.get(name, [None])[0] for step, table in records.items()},
            "overlap": overlaps.get(name, []),
            "qct": measured.get(name, []),
            "prediction": predicted.get(name, [None])[0],
        }
        for name in patients
    ]
    return pd.DataFrame(rows)


def read_cases(files, *, patients=None):
    """The records of `gather`, from the files of a run.

    Parameters
    ----------
    files : object
        With the attributes `cohort`, `image_qc`, `femurs`, `features`, `neck`, `overlap`,
        `predictions`, `qct`: paths of CSV tables (the last one of a TSV table), each one or
        several.
    patients : list of str, optional
        Whose; all of the cohort tables, if not given.

    Returns
    -------
    DataFrame
    """
    cohort = read_tables(files.cohort)
    return gather(
        cohort,
        patients=list(cohort["patient"]) if patients is None else patients,
        steps={
            "image_qc": read_tables(files.image_qc),
            "femurs": read_tables(files.femurs),
            "features": read_tables(files.features, usecols=OUTCOME),
            "neck": read_tables(files.neck),
        },
        overlap=read_tables(files.overlap),
        qct=read_measurements(files.qct),
        predictions=read_tables(files.predictions),
    )


def history(case):
    """What happened to a patient, step by step.

    Parameters
    ----------
    case : dict
        A row of `gather`.

    Returns
    -------
    list of (str, str, str)
        Step, outcome, and what there is to say about it.
    """
    person, steps = case["person"], case["steps"]
    titles = {
        "image_qc": "CT checked",
        "femurs": "Femora segmented",
        "features": "Features measured",
    }
    rows = [("Screened", person["status"], person["reason"] or "")]
    for name, title in titles.items():
        record = steps.get(name)
        rows.append((title, *_outcome(record)))
    prediction = case["prediction"]
    rows.append(
        ("Classified", "done", f"as {prediction['predicted']}")
        if prediction
        else ("Classified", "not reached", "")
    )
    return rows


def problem(case):
    """The sentence that says why a patient has no result, or None if there is one.

    Exclusions come first, then the first step that failed.
    """
    person = case["person"]
    if person["status"] == "excluded":
        return f"Excluded: {person['reason'].rstrip('.')}."
    failed = [row for row in history(case) if row[1] == "failed"]
    return failed[0][2] if failed else None


def _outcome(record):
    if record is None:
        return "not reached", ""
    return record["status"], record.get("reason") or record.get("warnings") or ""


def _by_patient(table, patients):
    """Records of some patients of a table, by patient; missing values as None."""
    found = {}
    for row in table[table["patient"].isin(patients)].to_dict("records"):
        plain = {key: None if is_missing(value) else value for key, value in row.items()}
        found.setdefault(row["patient"], []).append(plain)
    return found
