"""Are two runs of the study the same numbers, whatever their files and columns are called?

    python benchmarks/compare_runs.py OLD_RESULTS NEW_RESULTS [--renames CHANGELOG.md]

Tables: every column of numbers of the old one is in the new one, under its name, its new name or
any other, with the same values to the last printed digit; so are columns of texts, once renamed
statuses are translated, or they are listed. Masks: voxel by voxel. JSON: the same numbers, each as
often. Renamed files, columns and statuses are read from the rows `| kind | old | new |` of a
Markdown table. Ends with status 1 if a number or a voxel differs, or a file is not there any more.
"""

import argparse
import collections
import json
import re
import sys
from pathlib import Path

import pandas as pd
import SimpleITK as sitk

PATTERNS = (
    "tables/*.csv",
    "predictions/*.csv",
    "cohort/*.csv",
    "batches/*/*.csv",
    "model/*.csv",
    "model/*.json",
    "segmentation/*.csv",
    "segmentation/trained/*/*.csv",
    "patients/*/*.nii.gz",
    "patients/*/features.csv",
    "s*/*.csv",
    "numbers.json",
    "summary.csv",
)
HASHES = re.compile(r"_sha256$|^digest$")


class Renames:
    """Old and new names of files, columns and statuses."""

    def __init__(self, path):
        self.of = collections.defaultdict(dict)
        rows = path.read_text(encoding="utf-8").splitlines() if path else []
        for row in rows:
            cells = [cell.strip().strip("`") for cell in row.strip().strip("|").split("|")]
            if len(cells) == 3:
                kind, old, new = cells
                self.of[kind][old] = new

    def files(self, name):
        """What a file of the old results may be called now."""
        yield name
        for old, new in self.of["file"].items():
            old, new = (part.removeprefix("results/") for part in (old, new))
            pattern = re.sub(r"\\{\w+\\}", "([^/]+)", re.escape(old))
            if found := re.fullmatch(pattern, name):
                values = iter(found.groups())
                yield re.sub(r"\{\w+\}", lambda _, values=values: next(values), new)

    def columns(self, name):
        """What a column may be called now, in whichever table."""
        for old, new in self.of["column"].items():
            if old.split(":")[-1] == name:
                yield new.split(":")[-1]

    def translate(self, values):
        """Texts of a column, renamed statuses translated."""
        statuses = {o.split("=")[-1]: n.split("=")[-1] for o, n in self.of["status"].items()}
        return values.replace(statuses)


def compare_tables(old, new, renames):
    """What differs between two tables: (numbers, texts), each a list of columns."""
    old, new = (pd.read_csv(path, dtype=str, keep_default_na=False) for path in (old, new))
    numbers, texts = [], []
    for name in old:
        wanted = renames.translate(old[name])
        if HASHES.search(name) or _is_there(wanted, name, new, renames):
            continue
        parsed = pd.to_numeric(wanted.replace("", "nan"), errors="coerce")
        is_number = bool(((wanted == "") | parsed.notna()).all())
        (numbers if is_number else texts).append(name)
    return numbers, texts


def _is_there(wanted, name, new, renames):
    """Whether a column has the same values in the new table, whatever it is called there."""
    ordered = [name, *renames.columns(name), *new.columns]
    return any(_in_order(wanted, renames.translate(new[c])) for c in ordered if c in new)


def _in_order(some, more):
    """Whether values are among others in the same order: a table may have more footnotes now."""
    left = iter(more)
    return all(value in left for value in some)


def compare_images(old, new):
    """Voxels that differ between two images; all of them if their grids do."""
    one, other = (sitk.ReadImage(str(path)) for path in (old, new))
    if one.GetSize() != other.GetSize() or one.GetOrigin() != other.GetOrigin():
        return one.GetNumberOfPixels()
    return int((sitk.GetArrayViewFromImage(one) != sitk.GetArrayViewFromImage(other)).sum())


def numbers_in(content):
    """All numbers of a JSON file, however they are nested."""
    if isinstance(content, dict):
        content = list(content.values())
    if isinstance(content, list):
        return [number for item in content for number in numbers_in(item)]
    is_number = isinstance(content, (int, float)) and not isinstance(content, bool)
    return [content] if is_number else []


def compare_json(old, new):
    """Numbers of the old file that are not in the new one."""
    one, other = (
        collections.Counter(numbers_in(json.loads(path.read_text()))) for path in (old, new)
    )
    return sorted((one - other).elements())


def compare(old, new, renames):
    """Compare two folders of results; print what differs; return the number of differences."""
    differences, texts, same = 0, [], collections.Counter()
    paths = sorted({path for pattern in PATTERNS for path in old.glob(pattern)})
    for path in paths:
        name = path.relative_to(old).as_posix()
        there = next((new / n for n in renames.files(name) if (new / n).exists()), None)
        kind = "".join(path.suffixes[-1:])
        if there is None:
            found = "is not there any more"
        elif kind == ".csv":
            found, changed_texts = compare_tables(path, there, renames)
            texts += [f"{name}: {column}" for column in changed_texts]
        elif kind == ".json":
            found = compare_json(path, there)
        else:
            found = compare_images(path, there)
        if found:
            differences += 1
            print(f"DIFFERS {name}: {found}")
        else:
            same[kind] += 1
    print(f"The same numbers: {dict(same)}. Other texts: {len(texts)} columns.")
    print("\n".join(texts))
    return differences


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--renames", type=Path)
    given = parser.parse_args()
    sys.exit(1 if compare(given.old, given.new, Renames(given.renames)) else 0)
