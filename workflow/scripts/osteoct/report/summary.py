"""The outcome of every patient: counts by step, status.csv and the closing text."""

import pandas as pd

from osteoct.cohort.enrolment import UNUSABLE, identical_scans
from osteoct.report.cases import history, problem

WHERE = """\
Where to look:
  results/report/index.html             every table and figure, and what to look for in it
  results/patients/PATIENT/audit.html   one patient: pictures, label, class, what happened
  results/tables, results/figures       the exhibits as files
  results/summary.csv                   the counts above, and who is behind them
  results/cohort/status.csv             one row for each patient: how far they came, and why not
"""
MAX_PRINTED = 50  # failed patients
STEPS = ["screened", "image_qc", "segmented", "measured", "classified"]
THROUGH = ("done", "included", "unlabelled")


def summarise(cases):
    """How many patients had each outcome at each step, and who did not get through.

    Parameters
    ----------
    cases : DataFrame
        From ``cases.gather``: every patient of the run.

    Returns
    -------
    DataFrame
        Columns `step`, `outcome`, `reason`, `patients` (count) and `who` (names, for all that is
        not done). Counts of one step add up to all patients.
    """
    rows = []
    for case in cases.to_dict("records"):
        for order, (step, outcome, remark) in enumerate(history(case)):
            reason = remark if outcome in ("failed", "excluded", "unlabelled") else ""
            rows.append((order, step, outcome, reason, case["patient"]))
    table = pd.DataFrame(rows, columns=["order", "step", "outcome", "reason", "patient"])
    grouped = table.groupby(["order", "step", "outcome", "reason"])["patient"]
    counted = grouped.agg(patients="size", who=lambda names: " ".join(sorted(names)))
    counted = counted.reset_index().drop(columns="order")
    through = counted["outcome"].isin(["done", "included"])
    counted["who"] = counted["who"].mask(through, "")
    return counted[["step", "outcome", "reason", "patients", "who"]]


def status_of(cases):
    """How far every screened patient came, and why no further: one row each.

    Parameters
    ----------
    cases : DataFrame
        From ``cases.gather``: every patient of the run.

    Returns
    -------
    DataFrame
        Columns `patient`, the five of `STEPS` with each one's outcome, `ended` (the last step
        that was done) and `why` (empty for a classified patient of the study).
    """
    rows = []
    for case in cases.to_dict("records"):
        outcomes = [outcome for _, outcome, _ in history(case)]
        done = [step for step, outcome in zip(STEPS, outcomes, strict=True) if outcome in THROUGH]
        why = problem(case) or case["person"]["reason"] or ""
        if not why and STEPS[-1] not in done:
            why = "No step failed, but there is no class: see the patient's page."
        rows.append([case["patient"], *outcomes, done[-1] if done else "", why])
    return pd.DataFrame(rows, columns=["patient", *STEPS, "ended", "why"])


def summary_text(cases, *, synthetic):
    """The end of a run, as the console shows it.

    Parameters
    ----------
    cases : DataFrame
        From ``cases.gather``.
    synthetic : bool

    Returns
    -------
    str
        Counts, patients whose CT was rejected or who failed, with reason and remedy, and where to
        look.
    """
    counts = summarise(cases).groupby(["step", "outcome"], sort=False)["patients"].sum()
    lines = [f"The study is done: {len(cases)} patients."]
    for step in dict.fromkeys(counts.index.get_level_values("step")):
        outcomes = ", ".join(f"{number} {outcome}" for outcome, number in counts[step].items())
        lines.append(f"  {step + ':':<20}{outcomes}")
    failed = [
        f"  {case['patient']}  {problem(case)}"
        for case in cases.to_dict("records")
        if problem(case) and (case["person"]["status"] != "excluded" or _is_rejected(case))
    ]
    if failed:
        lines += ["", "Rejected or failed:", *failed[:MAX_PRINTED]]
    if more := len(failed[MAX_PRINTED:]):
        lines.append(f"  ... and {more} more: results/cohort/status.csv")
    images = [
        {"patient": c["patient"], **(c["steps"].get("image_qc") or {})}
        for c in cases.to_dict("records")
    ]
    if same := identical_scans(pd.DataFrame(images)):
        lines += ["", "The same CT, voxel for voxel:", *(f"  {', '.join(names)}" for names in same)]
    if synthetic:
        lines += ["", "The patients are digital phantoms: nothing here is clinical evidence."]
    return "\n".join([*lines, "", WHERE])


def _is_rejected(case):
    """Whether a patient is excluded because of the CT."""
    return str(case["person"]["reason"]).startswith(UNUSABLE)
