"""A QCT export into a study made by new-study: ``make qct EXPORT=file TO=folder``."""

import csv
import sys
from datetime import date
from pathlib import Path

import yaml

from osteoct.cohort.new_study import PARTICIPANTS, QCT, write_tsv
from osteoct.cohort.qct_export import nearest_scans, read_export
from osteoct.results import write_text

CONFIG = Path(__file__).parents[4] / "config" / "config.yaml"


def import_qct(export, study, *, within_days):
    """Write qct.tsv, fill empty qct_date cells of participants.tsv, and report the match.

    Parameters
    ----------
    export, study : str or Path
        The workstation's table, and the study's folder.
    within_days : int
        Most days between CT and QCT.

    Returns
    -------
    str
        What was matched and what was not, counted; names no patient. It is also in
        qct_report.txt.

    Raises
    ------
    ValueError
        If the export or the study's tables cannot be used.
    """
    study = Path(study)
    participants = _read(study / "participants.tsv")
    identities = _read(study / "private" / "identities.tsv")
    names = {row["hospital_id"]: row["patient"] for row in identities if row["hospital_id"]}
    names |= {row["patient"]: row["patient"] for row in participants}
    measurements, skipped = read_export(export)
    exams = {row["patient"]: _day(row["exam_date"]) for row in participants}
    rows, days, counts = nearest_scans(measurements, names, exams, within_days=within_days)
    for row in participants:
        if row["patient"] in days and not row["qct_date"]:
            row["qct_date"] = days[row["patient"]].isoformat()
    write_tsv(rows, QCT, study / "qct.tsv")
    write_tsv(participants, PARTICIPANTS, study / "participants.tsv")
    report = _report(len(measurements), len(rows), counts, skipped)
    write_text(report, study / "qct_report.txt")
    return report


def _report(read, written, counts, skipped):
    lines = [f"{read} measurements read, {written} written to qct.tsv."]
    lines += [f"  {count:>6} {what}" for what, count in sorted(counts.items()) if count]
    lines += [
        f"  {count:>6} rows skipped: {why}" for why, count in sorted(skipped.items()) if count
    ]
    return "\n".join(lines) + "\n"


def _read(path):
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file, delimiter="\t"))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise ValueError(
            f"TO has no readable {path.name}; expected a folder made by make new-study."
        ) from None


def _day(text):
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


if __name__ == "__main__":
    settings = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["cohort"]
    try:
        print(import_qct(*sys.argv[1:3], within_days=settings["max_days_to_qct"]), end="")
    except ValueError as error:
        sys.exit(str(error))
