"""The segmentation QC of each femur, for a page."""

from ctio import SIDES
from osteoct.report.pages import is_missing

METRICS = {  # that a page shows: title and decimals
    "cm3": ("Volume (cm³)", 1),
    "length_mm": ("Length (mm)", 0),
    "mean_hu": ("Mean (HU)", 0),
    "median_hu": ("Median (HU)", 0),
    "coarse_dice": ("Dice of both stages", 3),
    "cut_slice": ("Lowest slice", 0),
    "trochanter_mm": ("Trochanter above 3 mm network's end (mm)", 1),
}


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
