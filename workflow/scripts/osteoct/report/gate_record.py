"""What the image gate recorded of a patient, for the patient's page."""

from osteoct.report.pages import is_missing, words
from osteoct.results import read_json

LEVELS = ("exclusion", "warning", "note")
IMAGES = {"ct": "CT", "mask": "outline of reader 1", "mask_reader2": "outline of reader 2"}
HIDDEN = {"patient", "status", "reason", "notes", *IMAGES}


def read_gate(folder):
    """Findings and series of a patient.

    Parameters
    ----------
    folder : Path
        The patient's folder, with gate.json if the gate has run.

    Returns
    -------
    dict
        `findings`: (level, image, sentence), the heaviest first; `series`: header and rows, empty
        where there was nothing to choose from.
    """
    path = folder / "gate.json"
    record = read_json(path) if path.exists() else {}
    findings = [
        (item["level"], IMAGES[item["image"]], item["sentence"])
        for item in record.get("findings", [])
    ]
    series = record.get("series", [])
    columns = ["series", "slices", "spacing_mm", "kernel", "outcome"]
    return {
        "findings": sorted(findings, key=lambda finding: LEVELS.index(finding[0])),
        "series": [[row[name] for name in columns] for row in series] if len(series) > 1 else [],
    }


def facts_of(record):
    """What the gate measured of the CT, as (words, value); none without a record."""
    return [
        (words(key), value)
        for key, value in (record or {}).items()
        if key not in HIDDEN and not key.endswith("sha256") and not is_missing(value)
    ]
