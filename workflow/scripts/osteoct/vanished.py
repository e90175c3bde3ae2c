"""Files of patients' folders that are gone or were changed, and the tables to make again for them.

    python -m osteoct.vanished

Snakemake sees the tables of the batches, not the files of each patient behind them. So `make study`
asks here first, and forces the tables that are printed, line by line, as a line may need the files
of the one before. Of their patients, only those whose files are gone or changed are measured again;
and as the tables come out the same, nothing else is.
"""

import csv
import sys
from pathlib import Path

from osteoct.results import sha256

RESULTS = Path("results")
HASH = "_sha256"
HASHLESS = {"robustness": "robustness.csv"}  # tables without hashes, and the file behind each row
ORDER = ("image_qc", "femurs", "overlap", "features", "neck")  # the others need these
LAST = ("pages", "manifests")
MAX_PRINTED = 20


def find_vanished(results=RESULTS):
    """Find what is no longer as a job left it.

    A file counts as changed if it is younger than its table and has another hash than there.

    Parameters
    ----------
    results : Path
        Folder of the results.

    Returns
    -------
    dict of Path to list of Path
        Table to the files of its patients that are gone or changed; tables without are left out.
    """
    found = {}
    for table in _tables(results):
        written = table.stat().st_mtime_ns
        files = _files_behind(table, results / "patients")
        if bad := [path for path, digest in files if _is_bad(path, digest, written)]:
            found[table] = bad
    return found


def _tables(results):
    """Tables that a job made patient by patient."""
    for folder in ("batches/*", "cohort", "scenarios/*"):
        yield from sorted(results.glob(f"{folder}/*.csv"))


def _files_behind(table, patients):
    """Path, and hash where the table has it, of each file that came with a table's rows."""
    step = table.stem.split("_")[0]
    with table.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader, [])
        hashes = {
            index: column.removesuffix(HASH)
            for index, column in enumerate(header)
            if column.endswith(HASH) and "." in column
        }
        if "patient" not in header:
            return
        named, unhashed = header.index("patient"), []
        if table.parent.parent.name == "batches":
            unhashed = [f"{table.stem}.json"]
        elif step in HASHLESS:
            unhashed = [f"{step}.json", HASHLESS[step]]
        seen = set()
        for row in reader:
            folder = patients / row[named]
            yield from ((folder / name, row[index]) for index, name in hashes.items() if row[index])
            if row[named] not in seen:
                seen.add(row[named])
                yield from ((folder / name, "") for name in unhashed)


def _is_bad(path, digest, written):
    """Whether a file is gone, or was changed since its table was written."""
    try:
        is_younger = path.stat().st_mtime_ns > written
    except FileNotFoundError:
        return True
    return bool(digest) and is_younger and sha256(path) != digest


def in_order(tables):
    """Group tables of one kind, those first whose files others need.

    Parameters
    ----------
    tables : iterable of Path

    Returns
    -------
    list of list of Path
    """
    names = [*ORDER, *sorted({table.stem for table in tables} - {*ORDER, *LAST}), *LAST]
    groups = [[table for table in tables if table.stem == name] for name in names]
    return [group for group in groups if group]


def main():
    """Print the tables to make again, a line for each kind, and on the error stream why."""
    found = find_vanished()
    files = [path for paths in found.values() for path in paths]
    for path in files[:MAX_PRINTED]:
        became = "was changed" if path.exists() else "is gone"
        print(f"{path} {became}; it is made again.", file=sys.stderr)
    if len(files) > MAX_PRINTED:
        print(f"... and {len(files) - MAX_PRINTED} more files.", file=sys.stderr)
    for tables in in_order(found):
        print(*tables)


if __name__ == "__main__":
    main()
