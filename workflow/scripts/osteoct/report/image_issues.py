"""The issues and series that image QC recorded of a patient, for the patient's page."""

from osteoct.report.pages import column_title, is_missing
from osteoct.results import read_json

LEVELS = ("rejected", "warning", "note")
IMAGES = {
    "ct": "CT",
    "mask": "segmentation of reader 1",
    "mask_reader2": "segmentation of reader 2",
}
HIDDEN = {"patient", "status", "reason", "warnings", *IMAGES}


def read_image_issues(folder):
    """Issues and series of a patient.

    Parameters
    ----------
    folder : Path
        The patient's folder, with image_issues.json if image QC has run.

    Returns
    -------
    dict
        `issues`: (level, image, sentence), the heaviest first; `series`: header and rows, empty
        where there was nothing to choose from.
    """
    path = folder / "image_issues.json"
    record = read_json(path) if path.exists() else {}
    issues = [
        (item["level"], IMAGES[item["image"]], f"{item['sentence']} {item['remedy']}")
        for item in record.get("issues", [])
    ]
    series = record.get("series", [])
    columns = ["series", "slices", "spacing_mm", "kernel", "outcome"]
    return {
        "issues": sorted(issues, key=lambda issue: LEVELS.index(issue[0])),
        "series": [[row[name] for name in columns] for row in series] if len(series) > 1 else [],
    }


def list_facts(record):
    """What image QC measured of the CT, as (title, value); none without a record."""
    return [
        (column_title(key), value)
        for key, value in (record or {}).items()
        if key not in HIDDEN and not key.endswith("sha256") and not is_missing(value)
    ]
