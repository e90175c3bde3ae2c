"""The first slice of a file, gzipped or not, and of each file in a zip archive."""

import zipfile
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

from ctio.intake.gzipped import is_gzipped_dicom, unpack_gzip
from ctio.intake.headers import read_file_slices
from ctio.intake.limits import MAX_BYTES, MAX_FILES

HEAD_BYTES = 1 << 18  # a header of one slice has some thousand bytes
WHOLE_BYTES = 1 << 26  # of a member whose header is longer, such as a multi-frame CT


def read_first_slice(path):
    """The first slice of a file, gzipped or not; None if it is no readable DICOM."""
    found = read_file_slices(path)
    if not found and is_gzipped_dicom(path):
        with TemporaryDirectory(prefix="ctio-") as spare:
            target = Path(spare, "slice")
            try:
                unpack_gzip(path, target, max_bytes=MAX_BYTES)
            except ValueError:
                return None
            found = read_file_slices(target)
    return found[0] if found else None


def read_archive_slices(path):
    """The first slice of each DICOM file in a zip archive, whose voxels are not unpacked.

    Parameters
    ----------
    path : Path

    Returns
    -------
    list of ctio.intake.slice.Slice
        Their files are gone. Empty for what cannot be unpacked.
    """
    try:
        with zipfile.ZipFile(path) as archive, TemporaryDirectory(prefix="ctio-") as folder:
            members = [member for member in archive.infolist() if not member.is_dir()]
            heads = (_slices_of(archive, one, Path(folder, "head")) for one in members[:MAX_FILES])
            return [slice_ for slices in heads for slice_ in slices]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError):
        return []  # RuntimeError: a password, or an unusual packing


def _slices_of(archive, member, head):
    """The first slice of a member, read from as few of its bytes as will do."""
    for size in (HEAD_BYTES, WHOLE_BYTES):
        with archive.open(member) as packed:
            content = packed.read(size)
        if content[128:132] != b"DICM":
            return []
        head.write_bytes(content)
        if found := read_file_slices(head):
            return found[:1]
        if len(content) < size:
            return []
    return []
