"""Errors that stop a job: full or vanished disks, never one patient's failure, and too few data."""

import errno
import os
import shutil
import tempfile
from pathlib import Path

REASONS = {
    errno.ENOSPC: "The disk is full",
    errno.EDQUOT: "Your quota of the disk is used up",
    errno.EFBIG: "The system allows no file of that size",
    errno.EROFS: "The disk can only be read",
    errno.ESTALE: "The disk of another machine has gone away",
}
OF_THE_FOLDER = REASONS | {errno.EACCES: "The folder may not be written to"}
REMEDY = "Fix this and give the same command again: finished work is kept."
MIN_BYTES = 1 << 20  # a disk with less than this is full, whatever a library said


class StorageProblem(Exception):
    """A file cannot be written, for a reason that lies in the disk or its folder."""


class StudyProblem(ValueError):
    """The study cannot go on: why not, and what to do about it. The message names no person."""


def storage_problem(error, path, *, written=0, name=None):
    """What an error says of the disk, as the exception to raise instead.

    Image and tensor libraries say "failed" where the disk is full. So the folder is asked too, by
    reserving the room that the file would need: that alone shows a used-up quota.

    Parameters
    ----------
    error : BaseException
        Looked at with everything that it was raised from.
    path : str or Path
        File that was being written, or a folder.
    written : int
        Bytes of the file that are on the disk already.
    name : str, optional
        What the sentence calls the file, if not by the end of its path.

    Returns
    -------
    StorageProblem or None
        None if the folder takes files and no error in the chain is one of `REASONS`.
    """
    folder = next(place for place in (Path(path), *Path(path).parents) if place.is_dir())
    code = _code_of(error) or _refusal(folder, max(written, MIN_BYTES))
    if code is None:
        return None
    free = shutil.disk_usage(folder).free + written
    needs = f"It needs more than {_megabytes(written)}; " if written else ""
    name = name or "/".join(Path(path).parts[-4:])
    return StorageProblem(
        f"{OF_THE_FOLDER[code]}: {name} is not written. {needs}{_megabytes(free)} are free there. "
        f"{REMEDY}"
    )


def _code_of(error):
    """Number of the first disk error in a chain of exceptions, or None."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, OSError) and error.errno in REASONS:
            return error.errno
        error = error.__cause__ or error.__context__
    return None


def _refusal(folder, size):
    """Number of the error with which a folder refuses a file of a size, or None."""
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            os.posix_fallocate(probe.fileno(), 0, size)
    except OSError as error:
        return error.errno if error.errno in OF_THE_FOLDER else None
    return None


def _megabytes(count):
    return f"{count / 1e6:.1f} MB"
