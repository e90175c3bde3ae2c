"""How often image QC warns of intact CTs, and how often it sees values that are off.

    python benchmarks/checks.py CT ... MASK=CT ... [--scale]

CT is whatever the column `ct` may name, MASK a mask of its femora. All of them must be intact: each
issue that is no note is counted as a false alarm. With --scale every CT is read again with an
offset, or multiplied by a factor, as it is and with values cut as a 12-bit scanner does. Seen is
what is rejected for its values, or gets a warning that they are off. Only numbers are printed.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import SimpleITK as sitk
import yaml

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "workflow" / "scripts"))

from ctio import (  # noqa: E402
    NOTE,
    OFF_SCALE,
    RejectedInput,
    check_ct,
    check_mask,
    read_scan,
    read_segmentation,
)

SETTINGS = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))["image_qc"]
RULES = {name: SETTINGS[name] for name in ("limits", "protocol", "kernels")}
ANY_SERIES = {"slice_spacing_mm": (0, 1000), "min_length_mm": 0, "kernels": SETTINGS["kernels"]}
NO_CT = ("no air", "no soft tissue", "intercept twice")
OFFSETS_HU = (10, 15, 20, 25, 30, 60, 1024)
FACTORS = (0.8, 0.9, 1.1, 1.2, 1.3)
STORED_HU = (-1024, 3071)  # what 12 bits hold


def read(given):
    """One CT of the command line: its image, what its header gives, and all its issues."""
    *mask, ct = given.rsplit("=", 1)
    try:
        scan = read_scan({"ct": ct}, series=ANY_SERIES)
    except RejectedInput as rejection:
        return None, {}, [rejection.issue]
    issues = [*scan.issues, *check_ct(scan.image, scan.protocol, **RULES)]
    for path in mask:
        issues += read_mask(path, scan.image)
    return scan.image, scan.protocol, issues


def read_mask(path, ct):
    """All issues of a mask of a CT."""
    try:
        femora, issues = read_segmentation(path, ct=ct, names=SETTINGS["structures"])
    except RejectedInput as rejection:
        return [rejection.issue]
    return [*issues, *check_mask(femora, ct)]


def faults():
    """Yield (description, function of HU) of each fault of the scale."""
    for offset in [sign * hu for hu in OFFSETS_HU for sign in (-1, 1)]:
        yield f"{offset:+d} HU", lambda hu, offset=offset: hu + offset
    for factor in FACTORS:
        yield f"× {factor}", lambda hu, factor=factor: hu * factor
        yield f"× {factor}, cut", lambda hu, factor=factor: np.clip(hu * factor, *STORED_HU)


def is_seen(ct, header, change):
    """Whether a CT whose values went through a function is rejected or warned of for them."""
    hu = np.rint(change(sitk.GetArrayViewFromImage(ct).astype(np.float32))).astype(np.int16)
    changed = sitk.GetImageFromArray(hu)
    changed.CopyInformation(ct)
    return any(issue.name in (*OFF_SCALE, *NO_CT) for issue in check_ct(changed, header, **RULES))


def print_counts(counts, total):
    """One line for each entry."""
    for name, count in counts.items():
        print(f"{name:28} {count:3d} of {total}")


def main():
    """Print false alarms by issue and, if asked for, what is seen of each fault."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cts", nargs="+", metavar="CT or MASK=CT")
    parser.add_argument("--scale", action="store_true", help="offsets and factors as well")
    given = parser.parse_args()
    alarms, seen = Counter(), Counter()
    for path in given.cts:
        ct, header, issues = read(path)
        alarms.update({issue.name for issue in issues if issue.level != NOTE})
        if given.scale and ct:
            seen.update({name: is_seen(ct, header, change) for name, change in faults()})
    print("Intact: issues that are no note")
    print_counts(dict(alarms.most_common()), len(given.cts))
    if given.scale:
        print("Changed: seen")
        print_counts(seen, len(given.cts))


if __name__ == "__main__":
    main()
