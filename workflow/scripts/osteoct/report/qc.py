"""What image QC and segmentation QC recorded of a patient, for a page."""

from ctio import SIDES
from osteoct.report.pages import column_title, is_missing
from osteoct.results import read_json

LEVELS = ("rejected", "warning", "note")
IMAGES = {
    "ct": "CT",
    "mask": "segmentation of reader 1",
    "mask_reader2": "segmentation of reader 2",
}
HIDDEN = {"patient", "status", "reason", "warnings", *IMAGES}
METRICS = {  # that a page shows: title and decimals
    "cm3": ("Volume (cm³)", 1),
    "length_mm": ("Length (mm)", 0),
    "mean_hu": ("Mean (HU)", 0),
    "median_hu": ("Median (HU)", 0),
    "coarse_dice": ("Dice of both stages", 3),
    "cut_slice": ("Lowest slice", 0),
    "trochanter_mm": ("Trochanter above 3 mm network's end (mm)", 1),
}


def read_image_issues(folder):
    """Issues and series of a patient.

    Parameters
    ----------
    folder : Path
        The patient's folder, with image_issues.json if image QC has run.

    Returns
    -------
    dict
        `issues`: (level, image, sentence), the heaviest first; `for_review`: sentences of those
        that put every number in doubt; `series`: header and rows, empty where there was nothing
        to choose from.
    """
    path = folder / "image_issues.json"
    record = read_json(path) if path.exists() else {}
    found = [(item, f"{item['sentence']} {item['remedy']}") for item in record.get("issues", [])]
    issues = [(item["level"], IMAGES[item["image"]], sentence) for item, sentence in found]
    series = record.get("series", [])
    columns = ["series", "acquisition", "slices", "spacing_mm", "kernel", "outcome"]
    return {
        "issues": sorted(issues, key=lambda issue: LEVELS.index(issue[0])),
        "for_review": [sentence for item, sentence in found if item["for_review"]],
        "series": [[row[name] for name in columns] for row in series] if len(series) > 1 else [],
    }


def list_facts(record):
    """What image QC measured of the CT, as (title, value); none without a record."""
    return [
        (column_title(key), value)
        for key, value in (record or {}).items()
        if key not in HIDDEN and not key.endswith("sha256") and not is_missing(value)
    ]


def qc_table(record):
    """QC status and metrics as a page shows them.

    Parameters
    ----------
    record : dict or None
        A row of femurs.csv: `left_qc`, `left_qc_reasons`, `left_cm3` and so on.

    Returns
    -------
    dict or None
        `header` (names of the metrics) and `rows`: for each femur `side`, `status`, `reasons` and
        `values`, (value, decimals) each. None where no femur was checked.
    """
    record = record or {}
    rows = [
        {
            "side": side,
            "status": record[f"{side}_qc"],
            "reasons": record[f"{side}_qc_reasons"] or "",
            "values": [
                (record.get(f"{side}_{name}"), digits) for name, (_, digits) in METRICS.items()
            ],
        }
        for side in SIDES
        if not is_missing(record.get(f"{side}_qc"))
    ]
    return {"header": [title for title, _ in METRICS.values()], "rows": rows} if rows else None
