"""The verdict on each femur, for a page."""

from ctio.imaging.sides import SIDES
from osteoct.report.pages import is_missing

GROUNDS = {  # of a verdict: title and decimals
    "cm3": ("Volume (cm³)", 1),
    "length_mm": ("Length (mm)", 0),
    "mean_hu": ("Mean (HU)", 0),
    "median_hu": ("Median (HU)", 0),
    "coarse_dice": ("Dice of both stages", 3),
    "cut_slice": ("Lowest slice", 0),
    "trochanter_mm": ("Trochanter above 3 mm network's end (mm)", 1),
}


def verdict_table(record):
    """Verdicts and their grounds as a page shows them.

    Parameters
    ----------
    record : dict or None
        A row of femurs.csv: `left_verdict`, `left_reasons`, `left_cm3` and so on.

    Returns
    -------
    dict or None
        `header` (names of the grounds) and `rows`: for each femur `side`, `verdict`, `reasons` and
        `values`, (value, decimals) each. None where no verdict was reached.
    """
    record = record or {}
    rows = [
        {
            "side": side,
            "verdict": record[f"{side}_verdict"],
            "reasons": record[f"{side}_reasons"] or "",
            "values": [
                (record.get(f"{side}_{name}"), digits) for name, (_, digits) in GROUNDS.items()
            ],
        }
        for side in SIDES
        if not is_missing(record.get(f"{side}_verdict"))
    ]
    return {"header": [title for title, _ in GROUNDS.values()], "rows": rows} if rows else None
