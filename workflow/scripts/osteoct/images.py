"""Images read and written; a full disk stops the job, it is never one patient's failure."""

import tempfile
from contextlib import contextmanager
from pathlib import Path

from ctio import UnpackingError
from ctio import write_image as write_plainly
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
