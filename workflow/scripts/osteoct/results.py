"""Files that appear whole or not at all, with the same bytes for the same content."""

import hashlib
import json
import math
import os
import stat
from contextlib import contextmanager
from pathlib import Path

from osteoct.storage import storage_problem

FLOAT_FORMAT = "%.10g"


@contextmanager
def atomic(path):
    """Path to write to that becomes `path` only when the block ends without an error.

    Parameters
    ----------
    path : str or Path
        Final name; its folder is created. The temporary name keeps the file's endings, since
        image libraries choose the format by them.

    Yields
    ------
    Path

    Raises
    ------
    StorageProblem
        If the disk does not take the file.
    """
    path = Path(path)
    partial = path.with_name(f".partial-{os.getpid()}-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        partial.replace(path)
    except Exception as error:
        written = partial.stat().st_size if partial.exists() else 0
        if trouble := storage_problem(error, path, written=written):
            raise trouble from error
        raise
    finally:
        partial.unlink(missing_ok=True)


def write_text(text, path):
    """Write UTF-8 text with Unix line ends."""
    with atomic(path) as partial:
        partial.write_bytes(text.encode())


def write_csv(frame, path):
    """Write a table; numbers with ten significant digits, missing values empty."""
    write_text(frame.to_csv(index=False, float_format=FLOAT_FORMAT, lineterminator="\n"), path)


def write_json(content, path, *, sort_keys=True):
    """Write JSON, its keys sorted or as they come; a number that is not finite becomes null."""
    plain = _plain(content)
    write_text(json.dumps(plain, indent=2, sort_keys=sort_keys, ensure_ascii=False) + "\n", path)


def read_json(path):
    """Read what a JSON file of the study holds."""
    return json.loads(Path(path).read_text(encoding="utf-8"))


def sha256(path):
    """Hexadecimal SHA-256 of a file, or of a folder's files in the order of their names."""
    path = Path(path)
    digest = hashlib.sha256()
    files = sorted(path / name for name, _ in _files_in(path)) if path.is_dir() else [path]
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def stamp(path):
    """What shows that a file, or any file in a folder, was written again; nothing is read.

    Parameters
    ----------
    path : str or Path
        Links are followed. The index of a disc, DICOMDIR, stands for its folder.

    Returns
    -------
    str
        Hexadecimal SHA-256 of names, sizes and times of change; of nothing where there is no such
        path.
    """
    path = Path(path)
    path = path.parent if path.name.upper() == "DICOMDIR" else path
    try:
        files = _files_in(path) if path.is_dir() else [("", path.stat())]
    except OSError:
        files = []
    return fingerprint(sorted((name, about.st_size, about.st_mtime_ns) for name, about in files))


def _files_in(folder, inside="", above=()):
    """Path from a folder and `os.stat_result` of each file in it, also of linked folders.

    A folder that cannot be read has no files, as for whoever reads the images.
    """
    try:
        here = Path(folder).stat()
        with os.scandir(folder) as listed:
            entries = list(listed)
    except OSError:
        return
    above = (*above, (here.st_dev, here.st_ino))
    for entry in entries:
        try:
            about = entry.stat()
        except OSError:  # a link to nowhere, or gone meanwhile
            continue
        if not stat.S_ISDIR(about.st_mode):
            if stat.S_ISREG(about.st_mode):
                yield inside + entry.name, about
        elif (about.st_dev, about.st_ino) not in above:
            yield from _files_in(entry.path, f"{inside}{entry.name}/", above)


def fingerprint(*contents):
    """Hexadecimal SHA-256 of anything JSON can hold."""
    return hashlib.sha256(json.dumps(_plain(contents), sort_keys=True).encode()).hexdigest()


def _plain(value):
    """Only what JSON knows: dicts, lists, text, numbers, booleans and null."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    return str(value)
