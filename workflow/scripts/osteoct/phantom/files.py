"""A phantom's files: scan, outlines, table rows and truth."""

import pandas as pd
import SimpleITK as sitk

from osteoct.results import atomic, write_json, write_text

FAST = 1  # zlib level: noise hardly compresses, so more effort buys nothing


def write_phantom(phantom, paths):
    """Write one synthetic patient.

    Parameters
    ----------
    phantom : Phantom
    paths : mapping
        File to write for `ct`, `mask`, `mask_reader2`, `participant`, `qct` and `truth`.
    """
    for name in ("ct", "mask", "mask_reader2"):
        write_volume(getattr(phantom, name), phantom.grid, paths[name])
    write_tsv(phantom.participant, paths["participant"])
    write_tsv(phantom.qct, paths["qct"])
    write_json(phantom.truth, paths["truth"])


def write_volume(voxels, grid, path):
    """Write an array (z, y, x) with its place in the patient, oriented LPS."""
    image = sitk.GetImageFromArray(voxels)
    image.SetSpacing(grid.spacing_mm[::-1])
    image.SetOrigin([float(v) for v in grid.origin_mm[::-1]])
    with atomic(path) as partial:
        sitk.WriteImage(image, str(partial), useCompression=True, compressionLevel=FAST)


def write_tsv(frame, path):
    """Write a table separated by tabs; missing values are empty."""
    write_text(frame.to_csv(sep="\t", index=False, lineterminator="\n"), path)


def gather(tables, folders):
    """Put patients' one-row tables together, with file names relative to the common table.

    Parameters
    ----------
    tables : list of DataFrame
        Everything as text.
    folders : list of str
        Each patient's folder as seen from the common table.

    Returns
    -------
    DataFrame
    """
    moved = []
    for table, folder in zip(tables, folders, strict=True):
        table = table.copy()
        for name in ("ct", "mask", "mask_reader2"):
            if name in table:
                table[name] = [f"{folder}/{file}" if file else "" for file in table[name]]
        moved.append(table)
    return pd.concat(moved, ignore_index=True)
