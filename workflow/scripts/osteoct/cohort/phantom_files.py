"""A phantom's files: CT, manual masks, table rows and truth."""

import csv
import io
from pathlib import Path

import SimpleITK as sitk

from ctio import FAST
from osteoct.images import write_image
from osteoct.results import write_json, write_text

FILES = ("ct", "mask", "mask_reader2")
PARTICIPANT = (
    *("patient", "sex", "age", "site", "exam_date", "qct_date", "dlp_mgy_cm"),
    *FILES,
    "exclusion",
)
QCT = ("patient", "side", "region", "bmd_g_cm2", "t_score")


def write_phantom(phantom, paths):
    """Write one synthetic patient.

    Parameters
    ----------
    phantom : Phantom
    paths : mapping
        File to write for `ct`, `mask`, `mask_reader2`, `participant`, `qct` and `truth`.
    """
    for name in FILES:
        write_volume(getattr(phantom, name), phantom.grid, paths[name])
    write_tsv([phantom.participant], PARTICIPANT, paths["participant"])
    write_tsv(phantom.qct, QCT, paths["qct"])
    write_json(phantom.truth, paths["truth"])


def write_volume(voxels, grid, path):
    """Write an array (z, y, x) with its position in the patient, oriented LPS."""
    image = sitk.GetImageFromArray(voxels)
    image.SetSpacing(grid.spacing_mm[::-1])
    image.SetOrigin([float(v) for v in grid.origin_mm[::-1]])
    write_image(image, path, level=FAST)  # noise hardly compresses: more effort buys nothing


def write_tsv(rows, columns, path):
    """Write rows (dicts) as a table separated by tabs."""
    text = io.StringIO()
    table = csv.DictWriter(text, columns, delimiter="\t", lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    write_text(text.getvalue(), path)


def gather_participants(paths, table):
    """One participants table from many; files are named as seen from the common table.

    Parameters
    ----------
    paths : list of str
        Participants tables of single patients.
    table : str
        The table to write.
    """
    rows = []
    for path in paths:
        folder = Path(path).parent.relative_to(Path(table).parent).as_posix()
        for row in _read(path):
            rows.append(row | {name: f"{folder}/{row[name]}" for name in FILES if row[name]})
    write_tsv(rows, PARTICIPANT, table)


def gather_qct(paths, table):
    """One QCT table from those of single patients."""
    write_tsv([row for path in paths for row in _read(path)], QCT, table)


def _read(path):
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))
