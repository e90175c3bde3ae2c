"""A QCT export into a study made by new-study: ``make qct EXPORT=file TO=folder``."""

import json
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import yaml

from osteoct.cohort.new_study import QCT
from osteoct.cohort.qct_export import read_export
from osteoct.cohort.qct_matching import half_measured, nearest_scans
from osteoct.cohort.study_tables import day_of, measured, mend_days, read_study_table
from osteoct.results import atomic
from osteoct.storage import StorageProblem
from osteoct.text_tables import tsv_text

CONFIG = Path(__file__).parents[4] / "config" / "config.yaml"
RECORD = "qct_import.json"
PLACE = ("patient", "side", "region")


def import_qct(export, study, *, order=""):
    """Write qct.tsv, fill qct_date cells of participants.tsv, and report the match.

    What somebody filled in by hand stays: rows of qct.tsv, and days in qct_date. What an earlier
    call wrote, by private/qct_import.json, is replaced. Nothing is written before all is known.

    Parameters
    ----------
    export, study : str or Path
        The workstation's table, and the study's folder: its study.yaml says how far QCT and CT may
        lie apart, and which hip and regions decide.
    order : {"", "ymd", "dmy", "mdy"}
        Of day, month and year in the export, where its dates do not tell.

    Returns
    -------
    str
        What was matched and what was not, counted; names no patient. It is also in
        qct_report.txt.

    Raises
    ------
    ValueError
        If the export or the study's tables cannot be used.
    StorageProblem
        If the folder cannot be written to.
    """
    study = Path(study)
    settings = _settings(study / "study.yaml")
    columns, participants = _participants(study / "participants.tsv")
    earlier = _earlier(study / "private" / RECORD)
    qct_columns, by_hand = _filled_by_hand(study / "qct.tsv", earlier["rows"])
    chosen = _days_by_hand(participants, earlier["qct_date"])
    measurements, skipped = read_export(export, order=order)
    rows, days, counts = nearest_scans(
        measurements,
        _patients_of(study / "private" / "identities.tsv", participants),
        {row["patient"]: day_of(row.get("exam_date")) for row in participants},
        chosen={patient: day for patient, day in chosen.items() if day},
        **settings,
    )
    rows = _beside(by_hand, rows, counts)
    _fill_days(participants, days, kept=chosen.keys() | {row["patient"] for row in by_hand})
    whole = sorted(by_hand + rows, key=lambda row: [row[name] for name in PLACE])
    missing = half_measured(whole, side=settings["side"], regions=settings["regions"])
    report = _report(len(measurements), len(rows), counts, skipped, Counter(missing))
    ours = {name: day.isoformat() for name, day in days.items() if name not in chosen}
    record = {"rows": measured(rows), "qct_date": ours}
    _write_all(
        {
            study / "qct.tsv": tsv_text(whole, qct_columns),
            study / "participants.tsv": tsv_text(participants, columns),
            study / "private" / RECORD: json.dumps(record, indent=1) + "\n",
            study / "qct_report.txt": report,
        }
    )
    return report


def _settings(path):
    """What the study's own settings say of matching, and the defaults for the rest."""
    settings = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    try:
        own = yaml.safe_load(path.read_text(encoding="utf-8-sig")) if path.exists() else {}
        for section in ("cohort", "femur", "diagnosis"):
            settings[section] |= (own or {}).get(section) or {}
    except (OSError, ValueError, TypeError, AttributeError, yaml.YAMLError):
        raise ValueError("study.yaml in TO cannot be read; expected settings in YAML.") from None
    days, side = settings["cohort"]["max_days_to_qct"], settings["femur"]["side"]
    if not isinstance(days, int) or side not in ("left", "right"):
        raise ValueError(
            "study.yaml in TO: expected days as a whole number in cohort: max_days_to_qct, and "
            "left or right in femur: side."
        )
    return {"within_days": days, "side": side, "regions": settings["diagnosis"]["regions"]}


def _participants(path):
    """Columns and rows of the participants table, with its days as 2024-03-31."""
    columns, rows = read_study_table(path, ["patient"])
    if repeated := len(rows) - len({row["patient"] for row in rows}):
        raise ValueError(
            f"participants.tsv in TO has {repeated} rows of patients whom an earlier row names; "
            "expected one row for each patient."
        )
    for column in ("exam_date", "qct_date"):
        mend_days(rows, column)
    return columns + ["qct_date"] * ("qct_date" not in columns), rows


def _earlier(path):
    """Rows and days that the last call wrote."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return {"rows": set(map(tuple, record["rows"])), "qct_date": dict(record["qct_date"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {"rows": set(), "qct_date": {}}


def _filled_by_hand(path, earlier):
    """Columns of qct.tsv, and its rows that no earlier call wrote."""
    if not path.exists():
        return list(QCT), []
    columns, rows = read_study_table(path, PLACE)
    columns += [name for name in QCT if name not in columns]
    rows = [dict.fromkeys(columns, "") | row for row in rows]
    pairs = zip(rows, measured(rows), strict=True)
    return columns, [row for row, said in pairs if said not in earlier]


def _days_by_hand(participants, earlier):
    """Patient to the day that somebody wrote into qct_date; None where it cannot be read."""
    days = {row["patient"]: row.get("qct_date", "") for row in participants}
    return {p: day_of(cell) for p, cell in days.items() if cell and cell != earlier.get(p)}


def _patients_of(path, participants):
    """The hospital's identifiers, and the study's own names, to the patients they mean."""
    _, identities = read_study_table(path, ["patient", "hospital_id"])
    names = {row["patient"] for row in participants}
    found = {}
    for row in identities:
        if row["hospital_id"] and row["patient"] in names:
            found.setdefault(row["hospital_id"], []).append(row["patient"])
    return {name: [name] for name in names} | found


def _beside(by_hand, rows, counts):
    """Rows of the export at places that nobody filled by hand."""
    taken = {tuple(row[name] for name in PLACE) for row in by_hand}
    left = [row for row in rows if tuple(row[name] for name in PLACE) not in taken]
    counts["rows of qct.tsv filled by hand, kept"] = len(by_hand)
    counts["measurements left out, since qct.tsv has that region by hand"] = len(rows) - len(left)
    return left


def _fill_days(participants, days, *, kept):
    """Write days of the scans into qct_date; of `kept` patients only where the cell is empty."""
    for row in participants:
        day = days.get(row["patient"])
        if row["patient"] not in kept or (day and not row.get("qct_date")):
            row["qct_date"] = day.isoformat() if day else ""


def _report(read, written, counts, skipped, missing):
    lines = [f"{read} measurements read, {written} written to qct.tsv."]
    lines += [f"  {count:>6} {what}" for what, count in sorted(counts.items()) if count]
    lines += [
        f"  {count:>6} patients without a T-score of {region}, although another region that may "
        "decide has one: the class rests on half a measurement"
        for region, count in sorted(missing.items())
    ]
    for why, count in sorted(skipped.items()):
        is_of_rows = " not read" not in why
        lines.append(f"  {count:>6} {'rows skipped: ' * is_of_rows}{why}")
    return "\n".join(lines) + "\n"


def _write_all(texts):
    """Write several files: all, or if the disk does not take one of them, none."""
    with ExitStack() as stack:
        for path, text in texts.items():
            partial = stack.enter_context(atomic(path))
            partial.write_text(text, encoding="utf-8", newline="\n")
            if path.parent.name == "private":
                partial.chmod(0o600)


if __name__ == "__main__":
    try:
        print(import_qct(*sys.argv[1:3], order="".join(sys.argv[3:4]).strip().lower()), end="")
    except (ValueError, StorageProblem) as error:
        sys.exit(f"Nothing was changed. {error}")
