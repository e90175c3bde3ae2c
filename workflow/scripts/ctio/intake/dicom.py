"""A patient's CT from DICOM files, however a hospital packs them."""

import zipfile
from contextlib import contextmanager

from ctio.imaging.images import orient_ct
from ctio.intake.archives import unpack_archive
from ctio.intake.contrast import YES
from ctio.intake.frames import find_frame_of_reference
from ctio.intake.headers import read_file_slices, read_folder_slices
from ctio.intake.limits import MAX_BYTES, MAX_FILES
from ctio.intake.scan import Scan
from ctio.intake.series import BROKEN_OFF, STRAY, choose_series
from ctio.intake.slice_checks import check_slices
from ctio.intake.stack import read_stack
from ctio.issues.issue import Issue, RejectedInput


def read_dicom(path, participant, *, series, max_voxels, max_files, max_bytes):
    """The CT of one patient from DICOM files.

    Parameters
    ----------
    path : Path
        Folder, zip archive or file.
    participant : dict
        `sex`, `age`, `exam_date` where they are known.
    series : dict
        Keywords of `ctio.intake.series.choose_series`.
    max_voxels, max_files, max_bytes : int

    Returns
    -------
    ctio.intake.scan.Scan

    Raises
    ------
    RejectedInput
        If there is no CT to be read.
    """
    with open_slices(path, max_files=max_files, max_bytes=max_bytes) as slices:
        chosen, record = choose_series(slices, **series)
        issues = check_slices(chosen, participant)
        if len(record) > 1:
            what = "series"
            if any(row["outcome"] in (STRAY, BROKEN_OFF) for row in record):
                what = "series and acquisitions"
            sentence = f"One of {len(record)} {what} was taken by the rules."
            issues.append(Issue("several series", sentence))
        return Scan(
            orient_ct(read_stack(chosen, max_voxels=max_voxels)),
            issues=issues,
            series=record,
            protocol=_protocol_of(chosen[0]),
            frame_of_reference=find_frame_of_reference(chosen),
        )


@contextmanager
def open_slices(path, *, max_files=MAX_FILES, max_bytes=MAX_BYTES):
    """Every slice of a DICOM folder, a zip archive of one, or a DICOM file, while they are needed.

    Parameters
    ----------
    path : Path
    max_files, max_bytes : int
        Of the folder or archive, and of what an archive unpacks to.

    Yields
    ------
    list of ctio.intake.slice.Slice

    Raises
    ------
    RejectedInput
        If the path is none of these.
    """
    if path.is_dir():
        yield read_folder_slices(path, max_files=max_files)
    elif zipfile.is_zipfile(path):
        with unpack_archive(path, max_files=max_files, max_bytes=max_bytes) as folder:
            yield read_folder_slices(folder, max_files=max_files)
    elif slices := read_file_slices(path):
        yield slices
    else:
        raise RejectedInput(
            "unreadable", "The CT is no DICOM, NIfTI, NRRD or MHA file and no zip archive."
        )


def _protocol_of(slice_):
    """Voltage, kernel and contrast agent, those that the header gives."""
    protocol = {
        "tube_voltage_kvp": slice_.voltage_kvp,
        "kernel": slice_.kernel,
        "contrast": slice_.once["contrast"] == YES,
    }
    return {key: value for key, value in protocol.items() if value}
