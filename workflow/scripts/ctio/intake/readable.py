"""An image file as the libraries read it: by name and format."""

import shutil
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ctio.intake.archives import UnpackingError
from ctio.intake.nifti2 import is_nifti2, write_as_nifti1

ENDINGS = (".nii", ".nii.gz", ".nrrd", ".mha")


def ending_of(path):
    """The ending by which an image file's format is known, in small letters; empty for others."""
    name = str(path).lower()
    return next((ending for ending in sorted(ENDINGS, key=len) if name.endswith(ending)), "")


@contextmanager
def open_volume(path, ending, *, max_voxels):
    """An image file under a name and in a format that the libraries read, while it is needed.

    Parameters
    ----------
    path : Path
    ending : str
        One of `ENDINGS`: what the file is, whatever its name.
    max_voxels : int
        A NIfTI-2 file with more is not written anew.

    Yields
    ------
    Path
        The file itself, a link to it, or a NIfTI-1 file of a NIfTI-2 one.

    Raises
    ------
    RejectedInput
        If a NIfTI-2 file is damaged or too large.
    UnpackingError
        If the disk of the folder for temporary files does not take it.
    """
    needs_format = ending.startswith(".nii") and is_nifti2(path)
    if str(path).endswith(ending) and not needs_format:
        yield path
        return
    with TemporaryDirectory(prefix="ctio-") as folder:
        file = Path(folder, "image.nii" if needs_format else f"image{ending}")
        if needs_format:
            _write(path, file, max_voxels)
        else:
            _link(path, file)
        yield file


def _write(path, file, max_voxels):
    try:
        write_as_nifti1(path, file, max_voxels=max_voxels)
    except OSError as error:
        raise UnpackingError(error.errno, error.strerror) from error


def _link(path, file):
    try:
        file.symlink_to(path.resolve())
    except (OSError, NotImplementedError):  # no links on this disk
        shutil.copy(path, file)
