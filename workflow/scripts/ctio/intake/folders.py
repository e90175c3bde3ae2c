"""Files of a folder, links followed."""

import os
from pathlib import Path

from ctio.issues.issue import RejectedInput


def list_files(folder, *, max_files):
    """Every file in a folder and the folders inside it, each once, whatever links lead to it.

    Parameters
    ----------
    folder : Path
    max_files : int

    Returns
    -------
    list of Path
        In the order of their names.

    Raises
    ------
    RejectedInput
        If there are too many files.
    """
    files, seen, top = {}, set(), os.path.realpath(folder)
    for root, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(root)
        if real in seen or (real != top and Path(top).is_relative_to(real)):
            folders.clear()
            continue
        seen.add(real)
        for path in (Path(root, name) for name in names):
            if path.is_file():
                files.setdefault(os.path.realpath(path), path)
            if len(files) > max_files:
                raise RejectedInput(
                    "too large", f"The CT folder has more files than {max_files}, the limit."
                )
    return sorted(files.values())
