"""How often intact CTs are said to jump between slices, and CTs with a fault are not.

    PYTHONPATH=workflow/scripts python benchmarks/continuity.py [FOLDER ...] [--phantoms 8]

Takes every CT of the folders (NIfTI, NRRD, MHA), or digital phantoms. Their slices are averaged to
several thicknesses. Intact are these, and each with noise, cut by the field of view, between slices
of air, and with a hand beside the body. Faults are a sideways step of everything below a slice, or
of one half of it, in any direction, and slices that are taken out; at random levels. All numbers
are counts of CTs.
"""

import argparse
from collections import defaultdict
from itertools import chain
from pathlib import Path

import numpy as np
import SimpleITK as sitk
import yaml

from ctio import find_jumps, read_ct
from hipphantom import patient_names, simulate

ROOT = Path(__file__).parents[1]
ENDINGS = (".nii", ".nii.gz", ".nrrd", ".mha")
MAX_SLICE_MM, MIN_SLICES = 5.1, 16
THICKNESSES_MM = (2, 3.5, 5.1)
SPACING_MM = (1.2, 1.2, 1.25)  # of the phantoms
STEPS_MM, GAPS_MM = (3, 5, 8, 12), (10, 15, 20)
END_SLICES = 3  # at both ends of a CT in which no fault is made
AIR_HU, NOISE_HU, HAND_MM = -1000, 30, (70, 15, 40)


def phantoms(count, *, seed):
    """Yield the CT of the first patients of a cohort; some have an implant."""
    settings = yaml.safe_load((ROOT / "config" / "phantom.yaml").read_text())["phantom"]
    settings["scan"]["field"]["spacing_mm"] = list(SPACING_MM)
    settings["screened"] = max(count, settings["screened"])
    for name in patient_names(settings["screened"])[:count]:
        made = simulate(name, seed=seed, **settings)
        yield image_of(made.ct, spacing_mm=made.grid.spacing_mm[::-1])


def stored(folders):
    """Yield the CT of every image file of some folders."""
    for path in sorted(file for folder in folders for file in Path(folder).rglob("*")):
        if path.name.endswith(ENDINGS):
            yield read_ct(path)


def image_of(hu, *, spacing_mm):
    """An image of an array (z, y, x)."""
    image = sitk.GetImageFromArray(np.ascontiguousarray(hu, np.float32))
    image.SetSpacing([float(step) for step in spacing_mm])
    return image


def changed(ct, hu):
    """Another array in the place of a CT's."""
    return image_of(hu, spacing_mm=ct.GetSpacing())


def intact(ct, rng):
    """{what: CT} of one CT and of others that nothing is wrong with."""
    hu, (x_mm, y_mm, z_mm) = sitk.GetArrayFromImage(ct), ct.GetSpacing()
    air = np.full((3, *hu.shape[1:]), AIR_HU)
    z, y, x = np.ogrid[tuple(slice(0, size) for size in hu.shape)]
    high, wide, deep = HAND_MM
    middle = rng.uniform(0, len(hu))
    inside = ((z - middle) * z_mm / high) ** 2 + ((x * x_mm - wide) / wide) ** 2
    hand = inside + ((y * y_mm - deep) / deep) ** 2 < 1
    return {
        "as it is": ct,
        "with noise": changed(ct, hu + rng.normal(0, NOISE_HU, hu.shape)),
        "field of view cut": changed(ct, hu[:, :, : hu.shape[2] * 2 // 3]),
        "between air": changed(ct, np.concatenate([air, hu, air])),
        "with a hand": changed(ct, np.where(hand, 40, hu)),
        "upside down": changed(ct, hu[::-1]),
        "interpolated to thin slices": interpolated(ct, 0.4, sitk.sitkLinear),
        "interpolated to thick slices": interpolated(ct, 1.53, sitk.sitkBSpline),
    }


def interpolated(ct, factor, interpolator):
    """A CT with other distances of slices."""
    x_mm, y_mm, z_mm = ct.GetSpacing()
    size = (*ct.GetSize()[:2], int(ct.GetSize()[2] / factor) - 2)
    grid = (ct.GetOrigin(), (x_mm, y_mm, z_mm * factor), ct.GetDirection())
    return sitk.Resample(ct, size, sitk.Transform(), interpolator, *grid, AIR_HU)


def stepped(hu, plane, spacing_mm, by_mm, *, half):
    """Everything below a plane, or its right half, moved by (y, x) in mm, to whole pixels."""
    moved, low = hu.copy(), hu[:plane]
    shifts = [round(mm / step) for mm, step in zip(by_mm, spacing_mm[1::-1], strict=True)]
    pads = [(max(0, shift), max(0, -shift)) for shift in shifts]
    wide = np.pad(low, ((0, 0), *pads), mode="edge")
    starts = [after for _, after in pads]
    part = wide[:, starts[0] : starts[0] + hu.shape[1], starts[1] : starts[1] + hu.shape[2]]
    stop = hu.shape[2] // 2 if half else hu.shape[2]
    moved[:plane, :, :stop] = part[:, :, :stop]
    return moved


def faulty(ct, rng):
    """Yield (what, CT) with one fault each."""
    hu, spacing = sitk.GetArrayFromImage(ct), ct.GetSpacing()
    for mm in STEPS_MM:
        for half in (False, True):
            plane, turn = rng.integers(END_SLICES, len(hu) - END_SLICES), rng.uniform(0, 2 * np.pi)
            by_mm = (mm * np.sin(turn), mm * np.cos(turn))
            what = f"step of {mm} mm" + (" of one half" if half else "")
            yield what, changed(ct, stepped(hu, plane, spacing, by_mm, half=half))
    for mm in GAPS_MM:
        count = max(2, round(mm / spacing[2]))
        plane = rng.integers(END_SLICES, max(END_SLICES + 1, len(hu) - END_SLICES - count))
        left = np.concatenate([hu[:plane], hu[plane + count :]])
        if len(left) >= MIN_SLICES:
            yield f"gap of {mm} mm", changed(ct, left)


def averaged(full, *, max_slice_mm):
    """Yield a CT as it is, and with two to five slices averaged."""
    for count in range(1, 6):
        ct = sitk.BinShrink(sitk.Cast(full, sitk.sitkFloat32), (1, 1, count))
        if ct.GetSpacing()[2] <= max_slice_mm and ct.GetSize()[2] >= MIN_SLICES:
            yield ct


def thickness_of(ct):
    """In words."""
    limits = [limit for limit in THICKNESSES_MM if ct.GetSpacing()[2] <= limit]
    return f"slices to {limits[0]:g} mm" if limits else "thicker slices"


def count(cts, *, rounds, max_slice_mm):
    """{(what, thickness): [warned, all, highest ratio]}."""
    rng, counts = np.random.default_rng(5), defaultdict(lambda: [0, 0, 0.0])
    for full in cts:
        for ct in averaged(full, max_slice_mm=max_slice_mm):
            faults = (case for _ in range(rounds) for case in faulty(ct, rng))
            for what, case in chain(intact(ct, rng).items(), faults):
                jumps, row = find_jumps(case), counts[what, thickness_of(ct)]
                row[0] += bool((jumps.stepped | jumps.apart).any())
                row[1] += 1
                row[2] = max(row[2], jumps.ratio.max())
    return counts


def main():
    """Print counts of warnings, and the highest ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--phantoms", type=int, default=8)
    parser.add_argument("--seed", type=int, default=31, help="of the phantoms")
    parser.add_argument("--rounds", type=int, default=2, help="of random faults in each CT")
    parser.add_argument("--max-slice-mm", type=float, default=MAX_SLICE_MM)
    given = parser.parse_args()
    made = phantoms(given.phantoms, seed=given.seed)
    cts = stored(given.folders) if given.folders else made
    counts = count(cts, rounds=given.rounds, max_slice_mm=given.max_slice_mm)
    for (what, thickness), (warned, of, ratio) in sorted(counts.items()):
        print(f"{what}, {thickness}: {warned} of {of} warned, ratios to {ratio:.2f}")


if __name__ == "__main__":
    main()
