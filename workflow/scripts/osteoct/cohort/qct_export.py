"""A QCT workstation's export as qct.tsv: ``make qct EXPORT=file TO=folder``.

Exports come with semicolons, commas or tabs, with decimal points or commas, with one row for each
region or a column for each, and with several scans of a patient. Of those the nearest to the CT
counts, if it is near enough.
"""

import csv
import io
import re
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path

MAX_BYTES = 256 << 20
DELIMITERS = ";\t,"
COLUMNS = {  # what a column is, by what its name holds, after blanks and signs are taken away
    "id": r"patientid|patientnumber|patient|id|pid|mrn",
    "date": r"(scan|exam|study|acquisition)?date(ofscan|ofexam)?",
    "side": r"side|hip|laterality|leg",
    "region": r"region|roi|site",
    "t_score": r"tscore|t",
    "bmd": r"(a|area|areal)?bmd(gcm2|gcm|mgcm2)?",
}
WIDE = r"(?P<region>.+?)(?P<what>tscore|(a|areal)?bmd(gcm2)?)"
REGIONS = {
    "femoral_neck": r"fn|neck|femoralneck|femneck|neckoffemur",
    "trochanter": r"tr|troch|trochanter|trochanteric",
    "intertrochanter": r"it|inter|intertroch|intertrochanter|intertrochanteric",
    "total_hip": r"th|tot|total|totalhip|hiptotal|totalfemur",
}
SIDES = {"left": r"l|lt|left|links|li", "right": r"r|rt|right|rechts|re"}
DATES = ("%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%Y/%m/%d")
HIGHEST_BMD = 3  # g/cm2; a larger one is in mg/cm2


def read_export(path):
    """Measurements of an export, one for each patient, scan, side and region.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    measurements : list of dict
        `id` (as the hospital writes it), `date`, `side`, `region`, `bmd_g_cm2`, `t_score`.
    skipped : collections.Counter
        Why rows or cells were not taken, and how many.

    Raises
    ------
    ValueError
        If the file is no such table; the message names no patient.
    """
    rows = _rows(path)
    header = [_plain(name) for name in rows[0]]
    columns = {
        what: next((i for i, name in enumerate(header) if re.fullmatch(pattern, name)), None)
        for what, pattern in COLUMNS.items()
    }
    wide = _wide_columns(header)
    absent = [what for what in ("id", "date", "side") if columns[what] is None]
    if absent or not (wide or columns["region"] is not None):
        raise ValueError(
            f"The QCT export has no column for {', '.join(absent) or 'the region'}; expected "
            "patient id, scan date, side, and a region with BMD and T-score."
        )
    measurements, skipped = [], Counter()
    for row in rows[1:]:
        cells = dict(enumerate(row))
        common = _common(cells, columns)
        if isinstance(common, str):
            skipped[common] += 1
            continue
        found = _of_row(cells, columns, wide)
        skipped["no known region or no number"] += not found
        measurements += [common | values for values in found]
    return measurements, skipped


def nearest_scans(measurements, identities, exams, *, within_days):
    """The measurements of each patient's scan nearest to the CT.

    Parameters
    ----------
    measurements : list of dict
        From `read_export`.
    identities : dict of str to str
        The hospital's identifier to the study's name.
    exams : dict of str to datetime.date
        Patient to the day of the CT; who has none is not matched.
    within_days : int

    Returns
    -------
    rows : list of dict
        Rows of qct.tsv, by patient, side and region.
    days : dict of str to datetime.date
        Patient to the day of the scan that was taken.
    counts : collections.Counter
        What was matched and what was not, and how often.
    """
    of_patient, counts = defaultdict(list), Counter()
    strangers = set()
    for row in measurements:
        if row["id"] in identities:
            of_patient[identities[row["id"]]].append(row)
        else:
            strangers.add(row["id"])
    counts["patients of the export who are not in the study"] = len(strangers)
    rows, days = [], {}
    for patient in sorted(set(identities.values())):
        scans = sorted({row["date"] for row in of_patient[patient]})
        exam = exams.get(patient)
        if not scans or exam is None:
            counts["patients without a scan" if exam else "patients without a day of the CT"] += 1
            continue
        day = min(scans, key=lambda scan: (abs((scan - exam).days), scan))
        if abs((day - exam).days) > within_days:
            counts[f"patients without a scan within {within_days} days"] += 1
            continue
        counts["patients matched"] += 1
        counts["other scans of matched patients, left out"] += len(scans) - 1
        days[patient] = day
        rows += _once(patient, [row for row in of_patient[patient] if row["date"] == day], counts)
    return rows, days, counts


def _once(patient, measurements, counts):
    """Rows of qct.tsv of one scan; of a region measured twice the first one."""
    rows = {}
    for row in measurements:
        key = (row["side"], row["region"])
        counts["repeats inside one scan, left out"] += key in rows
        rows.setdefault(key, {"patient": patient, **{k: row[k] for k in KEPT}})
    return [rows[key] for key in sorted(rows)]


KEPT = ("side", "region", "bmd_g_cm2", "t_score")


def _rows(path):
    path = Path(path)
    if not path.is_file() or path.stat().st_size > MAX_BYTES:
        raise ValueError("The QCT export is not there, or larger than 256 MB.")
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:
        raise ValueError("The QCT export is no table of text.") from None
    rows = [row for row in rows if any(map(str.strip, row))]
    if len(rows) < 2 or len(rows[0]) < 4:
        raise ValueError("The QCT export is no table: expected a header row and rows below it.")
    return rows


def _plain(name):
    """A name in lower case without blanks and signs: "T-Score" is "tscore"."""
    return re.sub(r"[^a-z0-9]", "", name.lower().replace("²", "2"))


def _known(name, patterns):
    plain = _plain(name)
    return next((key for key, pattern in patterns.items() if re.fullmatch(pattern, plain)), None)


def _wide_columns(header):
    """Columns such as "Neck T-Score": place to (region, what)."""
    found = {}
    for place, name in enumerate(header):
        if match := re.fullmatch(WIDE, name):
            region = _known(match["region"], REGIONS)
            if region:
                found[place] = (region, "t_score" if match["what"] == "tscore" else "bmd_g_cm2")
    return found


def _common(cells, columns):
    """Patient, day and side of a row, or why it is not taken."""
    day = _date(cells.get(columns["date"], ""))
    side = _known(cells.get(columns["side"], ""), SIDES)
    identifier = cells.get(columns["id"], "").strip()
    if not identifier:
        return "no patient"
    if day is None:
        return "no readable date"
    return {"id": identifier, "date": day, "side": side} if side else "no side"


def _of_row(cells, columns, wide):
    """Measurements of a row: of its one region, or of each region that has a column."""
    found = defaultdict(dict)
    if wide:
        for place, (region, what) in wide.items():
            found[region][what] = _number(cells.get(place, ""), what)
    elif region := _known(cells.get(columns["region"], ""), REGIONS):
        for what, place in (("bmd_g_cm2", columns["bmd"]), ("t_score", columns["t_score"])):
            found[region][what] = _number(cells.get(place, ""), what)
    empty = {"bmd_g_cm2": "", "t_score": ""}
    return [
        {"region": region, **empty, **values}
        for region, values in sorted(found.items())
        if any(value != "" for value in values.values())
    ]


def _number(cell, what):
    """A number with a decimal point or comma, as qct.tsv has it; empty for anything else."""
    try:
        number = float(cell.strip().replace(",", ".").replace("−", "-"))
    except ValueError:
        return ""
    if what == "bmd_g_cm2" and number > HIGHEST_BMD:
        number /= 1000
    low, high = (0.05, HIGHEST_BMD) if what == "bmd_g_cm2" else (-10, 10)
    return round(number, 4) if low <= number <= high else ""


def _date(cell):
    for form in DATES:
        try:
            return datetime.strptime(cell.strip()[:10], form).date()
        except ValueError:
            continue
    return None
