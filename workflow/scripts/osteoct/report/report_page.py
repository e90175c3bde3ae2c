"""The report: every exhibit with its caption, every patient, and how the run was made."""

import re
import struct
from pathlib import Path

from osteoct.figures import slices
from osteoct.report.cases import problem
from osteoct.report.key_numbers import flat, tiles
from osteoct.report.pages import column_title, render
from osteoct.tables import read_text_table

RESULTS = Path("results")
ABSENT = ("n/a", "–")
LONGEST_NUMBER = 30
MAX_LISTED = 5000  # patients: a browser sorts so many in a second
MINUS = re.compile(r"(?<![\w.)])-(?=\d)")
PRINT_DPI = 300
SCREEN_PIXELS_PER_INCH = 115


def report_of(cases, *, captions, numbers, run, template, study):
    """The study's report as one HTML page.

    Parameters
    ----------
    cases : DataFrame
        From ``cases.gather``: every patient of the run.
    captions : dict
        `numbers` to open with, `chapters` and their exhibits: workflow/report/captions.yaml.
    numbers : dict
        results/numbers.json.
    run : dict
        From ``provenance.describe_run``.
    template : str
    study : dict
        `synthetic` (the cohort is the made-up one) and `side` (the studied hip).

    Returns
    -------
    str
    """
    chapters = [
        {**chapter, "exhibits": [exhibit(entry) for entry in chapter["exhibits"]]}
        for chapter in captions["chapters"]
    ]
    rows = patient_rows(cases, side=study["side"])
    return render(
        template,
        chapters=chapters,
        tiles=tiles(captions["numbers"], flat(numbers)),
        numbers=flat(numbers),
        rows=rows[:MAX_LISTED],
        unlisted=len(rows[MAX_LISTED:]),
        run=run,
        up="../",
        **study,
    )


def exhibit(entry, results=RESULTS):
    """A caption together with what it describes.

    Parameters
    ----------
    entry : dict
        `figure` or `table` (a file name without ending), `title`, `caption`, `look`, and perhaps
        `also`, other files of the results that belong to it.
    results : Path, optional
        Folder with `tables` and `figures`.

    Returns
    -------
    dict
        The entry with `key`, `files` (links) and either `uri` and `width`, or `header`, `rows` and
        `notes`.
    """
    if "figure" in entry:
        name = entry["figure"]
        png = (results / "figures" / f"{name}.png").read_bytes()
        pixels = struct.unpack(">I", png[16:20])[0]
        shown = {
            "uri": slices.as_data_uri(png),
            "width": round(pixels / PRINT_DPI * SCREEN_PIXELS_PER_INCH),
        }
        files = [f"figures/{name}.pdf", f"figures/{name}.png"]
    else:
        name = entry["table"]
        printed = results / "tables" / f"{name}.csv"
        shown = printed_table(read_text_table(printed))
        values = results / "tables" / f"{name}_values.csv"
        files = [f"tables/{file.name}" for file in (printed, values) if file.exists()]
    files += [other for other in entry.get("also", []) if (results / other).exists()]
    return {**entry, "key": name, "files": files, **shown}


def printed_table(table):
    """Header, rows and footnotes of a table that is printed as it is.

    Parameters
    ----------
    table : DataFrame of str
        A row with text in its first cell only is a footnote at the end of the table, and a heading
        of the rows below it anywhere else.

    Returns
    -------
    dict
        `header`, `rows` (lists of cells; a heading has one), `notes`, `numeric` (for each column,
        whether it holds numbers).
    """
    rows = [[row[0]] if not any(row[1:]) else list(row) for row in table.to_numpy()]
    notes = []
    while rows and len(rows[-1]) == 1 and table.shape[1] > 1:
        notes.insert(0, rows.pop()[0])
    cells = [row for row in rows if len(row) == table.shape[1]]
    numeric = [_mostly_numbers([row[i] for row in cells]) for i in range(table.shape[1])]
    rows = [[MINUS.sub("−", cell) for cell in row] for row in rows]
    header = [
        column_title(name) if name.islower() and name != "n" else name for name in table.columns
    ]
    return {"header": header, "rows": rows, "notes": notes, "numeric": numeric}


def patient_rows(cases, *, side):
    """One row for each patient: failures first, then by name, the excluded last.

    Parameters
    ----------
    cases : DataFrame
        From ``cases.gather``.
    side : {"left", "right"}
        Whose Dice is shown.

    Returns
    -------
    list of dict
        `patient`, `status`, `split`, `diagnosis`, `predicted`, `probability`, `dice`, `problem`,
        `mistaken`.
    """
    rows = []
    for case in cases.to_dict("records"):
        person, prediction = case["person"], case["prediction"] or {}
        predicted, truth = prediction.get("predicted"), person["diagnosis"]
        trouble = problem(case)
        rows.append(
            {
                "patient": case["patient"],
                "status": _status(person["status"], trouble),
                "split": person["split"],
                "diagnosis": truth,
                "predicted": predicted,
                "probability": prediction.get(f"p_{predicted}"),
                "dice": dice_of(case["overlap"], side),
                "problem": person["reason"] if person["status"] == "excluded" else trouble,
                "mistaken": bool(predicted and truth and predicted != truth),
            }
        )
    order = {"failed": 0, "included": 1, "unlabelled": 1, "excluded": 2}
    return sorted(rows, key=lambda row: (order[row["status"]], row["patient"]))


def dice_of(overlap, side):
    """Dice of one side's mask, or None."""
    return next((row.get("dice") for row in overlap if row["side"] == side), None)


def _status(status, trouble):
    return "failed" if trouble and status != "excluded" else status


def _mostly_numbers(cells):
    """Whether a column is one of numbers: short cells that start with a digit, but for a few."""
    values = [cell.lstrip("<>≤≥−-+ ") for cell in cells if cell and cell not in ABSENT]
    digits = sum(text[:1].isdigit() for text in values)
    return bool(values) and digits >= 0.8 * len(values) and max(map(len, values)) <= LONGEST_NUMBER
