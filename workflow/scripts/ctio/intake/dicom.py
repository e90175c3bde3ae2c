"""A patient's CT from DICOM files, however a hospital packs them."""

import zipfile
from contextlib import contextmanager

from ctio.imaging.images import oriented_ct
from ctio.intake.archives import unpacked
from ctio.intake.headers import slices_in, slices_of
from ctio.intake.series import choose
from ctio.intake.sources import Source
from ctio.intake.stack import read_stack, remarks_on
from ctio.issues.issues import Finding, Refusal


def read_dicom(path, participant, *, reading, rules):
    """The CT of one patient from DICOM files.

    Parameters
    ----------
    path : Path
        Folder, zip archive or file.
    participant : dict
        The patient's row of participants.tsv.
    reading : dict
        `voxels_at_most`, `files_at_most` and `bytes_at_most`.
    rules : dict
        Keywords of `ctio.intake.series.choose`.

    Returns
    -------
    ctio.intake.sources.Source

    Raises
    ------
    PatientProblem
        If there is no CT to be read.
    """
    with dicom_slices(path, reading=reading) as slices:
        return _read(slices, participant, reading["voxels_at_most"], rules)


@contextmanager
def dicom_slices(path, *, reading):
    """Every slice of a DICOM folder, a zip archive of one, or a DICOM file, while they are needed.

    Parameters
    ----------
    path : Path
    reading : dict
        `files_at_most` and `bytes_at_most`.

    Yields
    ------
    list of ctio.intake.headers.Slice

    Raises
    ------
    Refusal
        If the path is none of these.
    """
    limits = {key: reading[key] for key in ("files_at_most", "bytes_at_most")}
    if path.is_dir():
        yield slices_in(path, files_at_most=limits["files_at_most"])
    elif zipfile.is_zipfile(path):
        with unpacked(path, **limits) as folder:
            yield slices_in(folder, files_at_most=limits["files_at_most"])
    elif slices := slices_of(path):
        yield slices
    else:
        raise Refusal(
            "unreadable", "The CT is no DICOM, NIfTI, NRRD or MHA file and no zip archive."
        )


def _read(slices, participant, voxels_at_most, rules):
    chosen, record = choose(slices, **rules)
    first, findings = chosen[0], remarks_on(chosen, participant)
    if len(record) > 1:
        findings.append(
            Finding("several series", f"One of {len(record)} series was taken by the rules.")
        )
    said = {
        "tube_voltage_kvp": first.voltage_kvp,
        "kernel": first.kernel,
        "contrast": bool(first.once["contrast"]),
    }
    return Source(
        oriented_ct(read_stack(chosen, voxels_at_most=voxels_at_most)),
        findings=findings,
        series=record,
        protocol={key: value for key, value in said.items() if value},
        frame_of_reference=first.once["frame_of_reference"],
    )
