"""A zip archive unpacked without trusting a word of it."""

import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ctio.issues.issues import Refusal
from osteoct.storage import storage_problem

BLOCK = 1 << 20
UNPACKED = "the unpacked archive, in the folder for temporary files (TMPDIR),"


@contextmanager
def unpacked(path, *, files_at_most, bytes_at_most):
    """A zip archive's files in a folder that is gone afterwards.

    The files are named by number, so that no name in the archive is ever a path; their bytes are
    counted as they come, so that no length in the archive is believed.

    Parameters
    ----------
    path : Path
    files_at_most, bytes_at_most : int
        More files, or more bytes unpacked, are refused.

    Yields
    ------
    Path

    Raises
    ------
    Refusal
        If the archive is damaged, needs a password, or is beyond the limits.
    StorageProblem
        If the disk of the folder for temporary files does not take it.
    """
    with TemporaryDirectory(prefix="osteoct-") as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                _unpack(archive, Path(folder), files_at_most, bytes_at_most)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            if trouble := storage_problem(error, folder, name=UNPACKED):
                raise trouble from None
            raise Refusal("unreadable", "The zip archive is damaged or cut off.") from None
        except (RuntimeError, NotImplementedError):
            raise Refusal(
                "locked archive", "The zip archive needs a password or has an unusual packing."
            ) from None
        yield Path(folder)


def _unpack(archive, folder, files_at_most, bytes_at_most):
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > files_at_most:
        raise Refusal(
            "too large",
            f"The zip archive has {len(members)} files; expected {files_at_most} or fewer.",
        )
    left = bytes_at_most
    for number, member in enumerate(sorted(members, key=lambda member: member.filename)):
        with archive.open(member) as packed, (folder / f"{number:06d}").open("wb") as file:
            while block := packed.read(BLOCK):
                left -= len(block)
                if left < 0:
                    raise Refusal(
                        "too large",
                        f"The zip archive unpacks to more than {bytes_at_most} bytes.",
                    )
                file.write(block)
