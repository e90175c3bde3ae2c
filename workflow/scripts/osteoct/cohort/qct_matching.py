"""Which scan of a QCT export belongs to which CT."""

import re
from collections import Counter, defaultdict

VALUES = ("bmd_g_cm2", "t_score")
KEPT = ("side", "region", *VALUES)
NEARLY = (
    "of these whose number is one of the study's but for zeros in front or .0 behind, as a "
    "spreadsheet leaves them"
)


def nearest_scans(measurements, patients_of, exams, *, within_days, side, regions, chosen=None):
    """The measurements of each patient's scan nearest to the CT.

    A day on which the studied side has a T-score that may decide comes before a nearer day
    without one, then a day with any measurement of that side. One person with two CTs is two
    patients: each takes the scan nearest to their own CT.

    Parameters
    ----------
    measurements : list of dict
        From `read_export`.
    patients_of : dict of str to list of str
        The hospital's identifier to the study's names.
    exams : dict of str to (datetime.date or None)
        Patient to the day of the CT; who has none is not matched.
    within_days : int
    side : {"left", "right"}
        The studied hip.
    regions : collection of str
        Regions whose T-score may decide.
    chosen : dict of str to datetime.date, optional
        Patient to the day of the scan, where the study's table says it already.

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
    for row in measurements:
        for patient in patients_of.get(row["id"], ()):
            of_patient[patient].append(row)
    strangers = {row["id"] for row in measurements} - patients_of.keys()
    counts["patients of the export who are not in the study"] = len(strangers)
    counts[NEARLY] = len({_bare(one) for one in strangers} & {_bare(one) for one in patients_of})
    rows, days, taken = [], {}, Counter()
    for patient in sorted(set().union(*patients_of.values())):
        own, exam = of_patient[patient], exams.get(patient)
        if not own or exam is None:
            counts["patients without a scan" if exam else "patients without a day of the CT"] += 1
            continue
        day = (chosen or {}).get(patient) or _nearest(own, exam, within_days, side, regions)
        scan = [row for row in own if row["date"] == day]
        if not scan:
            counts[_why_none(day, within_days)] += 1
            continue
        counts["patients matched"] += 1
        counts["other scans of matched patients, left out"] += len({r["date"] for r in own}) - 1
        days[patient] = day
        taken[scan[0]["id"], day] += 1
        rows += _once(patient, scan, counts)
    counts["scans taken for more than one CT"] = sum(number > 1 for number in taken.values())
    return rows, days, counts


def half_measured(rows, *, side, regions):
    """Deciding regions of the studied side without a T-score, where another one has one.

    Parameters
    ----------
    rows : list of dict
        Of qct.tsv.
    side, regions
        As for `nearest_scans`.

    Returns
    -------
    list of str
        Regions that lack a T-score, one entry for each patient and region.
    """
    scored = defaultdict(set)
    for row in rows:
        if row["side"] == side and row["t_score"] not in ("", None):
            scored[row["patient"]].add(row["region"])
    present = [found & set(regions) for found in scored.values()]
    return [region for found in present if found for region in regions if region not in found]


def _nearest(own, exam, within_days, side, regions):
    """The day nearest to the CT that tells most of the studied side; None if all are too far."""
    near = [row for row in own if abs((row["date"] - exam).days) <= within_days]
    of_side = [row for row in near if row["side"] == side]
    scored = [row for row in of_side if row["t_score"] != "" and row["region"] in regions]
    days = {row["date"] for row in scored or of_side or near}
    return min(days, key=lambda day: (abs((day - exam).days), day), default=None)


def _bare(number):
    """A hospital's number without what a spreadsheet takes away or adds."""
    return re.sub(r"^0+(?=\d)|\.0+$", "", number)


def _why_none(day, within_days):
    if day is None:
        return f"patients without a scan within {within_days} days"
    return "patients without a scan on their qct_date (empty that cell to take the nearest scan)"


def _once(patient, measurements, counts):
    """Rows of qct.tsv of one scan; of a region measured twice the first one.

    BMD and T-score of a region may come in two rows.
    """
    rows = {}
    for row in measurements:
        key = (row["side"], row["region"])
        kept = rows.setdefault(key, {"patient": patient, **{k: row[k] for k in KEPT}})
        if any(kept[k] != "" != row[k] != kept[k] for k in VALUES):
            counts["repeats inside one scan, left out"] += 1
            continue
        kept |= {k: row[k] for k in VALUES if row[k] != ""}
    return [rows[key] for key in sorted(rows)]
