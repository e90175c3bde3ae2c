"""Images read and written; a full disk stops the job, it is never one patient's failure."""

import tempfile
from contextlib import contextmanager
from pathlib import Path

import SimpleITK as sitk

from ctio import SIDES, UnpackingError, read_mask
from ctio import write_image as write_plainly
from osteoct.problems import PatientProblem
from osteoct.results import atomic
from osteoct.storage import REMEDY, StorageProblem, storage_problem

UNPACKED = "the unpacked archive, in the folder for temporary files (TMPDIR),"


def write_image(image, path, **options):
    """Write a NIfTI image, compressed, whole or not at all.

    Parameters
    ----------
    image : SimpleITK.Image
    path : str or Path
        Ending in .nii.gz.
    options
        `level` of `ctio.write_image`.

    Raises
    ------
    StorageProblem
        If the disk does not take it.
    """
    with atomic(path) as partial:
        try:
            write_plainly(image, partial, **options)
        except OSError as error:
            name = Path(path).name
            raise StorageProblem(f"{name} could not be written whole. {REMEDY}") from error


@contextmanager
def room_for_archives():
    """Report a full disk of the folder for temporary files, into which archives are unpacked.

    Raises
    ------
    StorageProblem
        If reading a scan inside the block fails because that disk takes nothing more.
    """
    try:
        yield
    except UnpackingError as error:
        if problem := storage_problem(error, tempfile.gettempdir(), name=UNPACKED):
            raise problem from None
        raise


def femur_of(path, ct, *, side):
    """Mask of one femur of a patient's segmentation: 1 inside, 0 outside.

    Parameters
    ----------
    path : str or Path
        Label map, 1 right and 2 left.
    ct : SimpleITK.Image
        Whose grid the mask is put on.
    side : {"left", "right"}

    Returns
    -------
    SimpleITK.Image
        uint8.

    Raises
    ------
    PatientProblem
        If the segmentation has no femur on that side.
    """
    mask = sitk.Cast(read_mask(path, like=ct, sided=True) == SIDES[side], sitk.sitkUInt8)
    if not sitk.GetArrayViewFromImage(mask).any():
        raise PatientProblem(
            f"The segmentation holds no {side} femur. Look at the scan and at the segmentation of "
            "this patient."
        )
    return mask
