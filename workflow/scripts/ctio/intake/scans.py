"""A patient's CT from whatever a hospital gives: folder, archive, DICOM or image file."""

from ctio.intake.files import find_path
from ctio.intake.limits import MAX_BYTES, MAX_FILES, MAX_VOXELS
from ctio.intake.readable import ending_of
from ctio.intake.volumes import read_volume_scan
from ctio.issues.issue import RejectedInput


def read_scan(
    participant, *, series, max_voxels=MAX_VOXELS, max_files=MAX_FILES, max_bytes=MAX_BYTES
):
    """The CT of one patient.

    Parameters
    ----------
    participant : dict
        `ct`, the path; and `sex`, `age`, `exam_date` where they are known, to be compared with
        the DICOM header.
    series : dict
        Keywords of `ctio.intake.series.choose_series`.
    max_voxels, max_files, max_bytes : int
        Of the image, of the folder or archive, and of what an archive unpacks to.

    Returns
    -------
    ctio.intake.scan.Scan

    Raises
    ------
    RejectedInput
        If there is no CT to be read.
    ctio.intake.archives.UnpackingError
        If the disk of the folder for temporary files does not take an unpacked archive.
    """
    path = find_path(participant["ct"])
    if path is None:
        raise RejectedInput("no scan", "There is no CT at the given path.")
    if path.is_file() and (ending := ending_of(path)):
        return read_volume_scan(path, ending, max_voxels=max_voxels)
    from ctio.intake.dicom import read_dicom  # an image file needs no pydicom: a second saved

    limits = {"max_voxels": max_voxels, "max_files": max_files, "max_bytes": max_bytes}
    return read_dicom(path, participant, series=series, **limits)
