"""What segmentation QC makes of CTs that were corrupted on purpose.

    PYTHONPATH=workflow/scripts python benchmarks/deliberate_failures.py [--real FOLDER]

Digital phantoms, and real hips where a folder of them is given (sub-folders with ct.nii.gz), are
corrupted in every way of `CORRUPTIONS`, segmented and checked. The QC status of the left femur is
counted; a CT that image QC rejects is counted as rejected.
"""

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
import SimpleITK as sitk
import yaml

from ctio import LEFT, REJECTED, check_ct, read_ct, read_mask
from hipphantom import simulate
from osteoct.cohort.image_qc import RULES
from osteoct.screening.__main__ import ROOT, prepare
from osteoct.segmentation.cascade import segment
from osteoct.segmentation.qc import check_femora

COLUMNS = ("pass", "review", "fail", "rejected")
HEAD_CUT_MM, TROCHANTER_CUT_MM = 25, 20
WINDOW_HU, SHIFT_HU, METAL_HU = (-160, 240), 600, 3071
ABDOMEN_MM, LONG = 320, 1e6
ORGANS = [  # middle and half axes (z, y, x) in half widths of the image, and HU
    ((0, 0, 0), (LONG, 0.75, 0.85), -100),
    ((0, 0.35, 0), (LONG, 0.18, 0.13), 180),
    *(((0, 0.35, side * 0.24), (LONG, 0.18, 0.11), 55) for side in (-1, 1)),
    *(((-0.3, -0.2, side * 0.4), (0.4, 0.3, 0.2), 15) for side in (-1, 1)),
    ((0.4, 0, -0.42), (0.45, 0.6, 0.36), 55),
    ((0.5, 0.2, 0.55), (0.3, 0.3, 0.14), 50),
]


def main():
    """Print the table of QC statuses."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, default=ROOT / "resources/weights")
    parser.add_argument("--patients", nargs="+", default=["S0005", "S0008", "S0011"])
    parser.add_argument("--real", type=Path, help="folder of real hips")
    options = parser.parse_args()
    settings, networks = prepare(options.weights)
    cases = [(name, *phantom(name, settings)) for name in options.patients]
    real = [(path.parent.name, *hip(path)) for path in list_cts(options.real)]
    for title, group in (("Digital phantoms", cases), ("Real hips", real)):
        if group:
            print_table(title, count(group, networks, settings))


def list_cts(folder):
    """CTs of real hips."""
    return sorted(folder.glob("*/ct.nii.gz")) if folder else []


def hip(path):
    """CT and mask of a real left femur."""
    ct = read_ct(path)
    return ct, read_mask(path.with_name("proximal_femur.nii.gz"), like=ct) == LEFT


def count(cases, networks, settings):
    """{way: Counter of statuses}; prints the reasons as it goes."""
    counts = {}
    for way, corrupt in CORRUPTIONS.items():
        counts[way] = Counter()
        for name, ct, femur in cases:
            status, reasons = checked(corrupt(ct, femur), networks, settings)
            counts[way][status] += 1
            print(f"{name} {way}: {status}. {reasons}", flush=True)
    return counts


def checked(ct, networks, settings):
    """QC status of the left femur and its reasons, or why the CT is rejected."""
    issues = check_ct(ct, {}, **{rule: settings["image_qc"][rule] for rule in RULES})
    if rejected := [str(issue) for issue in issues if issue.level == REJECTED]:
        return "rejected", " ".join(rejected)
    femur = check_femora(ct, segment(ct, networks))["left"]
    return femur["qc"], femur["qc_reasons"]


def print_table(title, counts):
    """Ways down, statuses across."""
    print(f"\n{title:<34}" + "".join(f"{name:>10}" for name in COLUMNS))
    for way, statuses in counts.items():
        print(f"{way:<34}" + "".join(f"{statuses[name]:>10}" for name in COLUMNS))
    print()


def phantom(name, settings):
    """CT and mask of the left femur of a phantom."""
    phantoms = yaml.safe_load((ROOT / "config/phantom.yaml").read_text())["phantom"]
    made = simulate(name, seed=settings["seed"], **phantoms)
    ct, mask = (sitk.GetImageFromArray(array) for array in (made.ct, made.mask))
    for image in (ct, mask):
        image.SetSpacing(made.grid.spacing_mm[::-1])
        image.SetOrigin([float(v) for v in made.grid.origin_mm[::-1]])
    return ct, mask == LEFT


def changed(ct, array):
    """Another array in the place of a CT's."""
    image = sitk.GetImageFromArray(np.ascontiguousarray(array.astype(np.int16)))
    image.CopyInformation(ct)
    return image


def array_of(ct):
    """The CT numbers (z, y, x)."""
    return sitk.GetArrayFromImage(ct)


def half(ct):
    """The half of the image with the left hip, or all of an image of one hip."""
    wide = ct.GetWidth() * ct.GetSpacing()[0] > 280
    return ct[ct.GetWidth() // 2 :, :, :] if wide else ct


def planes_of(femur):
    """Lowest and highest plane of a femur."""
    planes = np.flatnonzero(array_of(femur).any(axis=(1, 2)))
    return int(planes[0]), int(planes[-1])


def without_head(ct, femur):
    """The image ends HEAD_CUT_MM below the top of the head."""
    return ct[:, :, : planes_of(femur)[1] - round(HEAD_CUT_MM / ct.GetSpacing()[2])]


def without_trochanter(ct, femur):
    """The image begins TROCHANTER_CUT_MM above the lesser trochanter's lower edge."""
    return ct[:, :, planes_of(femur)[0] + round(TROCHANTER_CUT_MM / ct.GetSpacing()[2]) :]


def with_implant(ct, femur):
    """A ball of metal for the head and a stem in the shaft."""
    hu, inside = array_of(ct), array_of(femur) != 0
    low, top = planes_of(femur)
    head = top - round(HEAD_CUT_MM / ct.GetSpacing()[2])
    sz, sy, sx = ct.GetSpacing()[::-1]
    z, y, x = np.ogrid[tuple(slice(0, n) for n in hu.shape)]
    cy, cx = (np.median(places) for places in np.nonzero(inside[head]))
    hu[((z - head) * sz) ** 2 + ((y - cy) * sy) ** 2 + ((x - cx) * sx) ** 2 < 18**2] = METAL_HU
    cy, cx = (np.median(places) for places in np.nonzero(inside[low]))
    stem = ((y - cy) * sy) ** 2 + ((x - cx) * sx) ** 2 < 6**2
    hu[low:head][np.broadcast_to(stem, hu.shape)[low:head]] = METAL_HU
    return changed(ct, hu)


def noise(ct):
    """Nothing but noise, air beside it."""
    made = np.random.default_rng(1).normal(0, 150, array_of(ct).shape)
    made[:, :3] = -1000
    return changed(ct, made)


def abdomen(ct):
    """Ellipses: a body, its spine and organs, without hips."""
    hu = np.full(array_of(ct).shape, -1000.0)
    y, x = np.ogrid[-1 : 1 : hu.shape[1] * 1j, -1 : 1 : hu.shape[2] * 1j]
    hu[:, np.hypot(x / 0.8, y / 0.75) < 1] = -90
    hu[:, np.hypot(x / 0.7, y / 0.62) < 1] = 50
    hu[:, np.hypot(x / 0.13, (y - 0.35) / 0.18) < 1] = 180
    hu[:, np.abs(np.hypot(x / 0.13, (y - 0.35) / 0.18) - 1) < 0.12] = 450
    return changed(ct, hu + np.random.default_rng(1).normal(0, 20, hu.shape))


def under_an_abdomen(ct):
    """The CT with ABDOMEN_MM of a body above it: spine, psoas, liver, spleen, bowel in fat."""
    planes = round(ABDOMEN_MM / ct.GetSpacing()[2])
    shape = (planes, *array_of(ct).shape[1:])
    z, y, x = (np.linspace(-1, 1, n).reshape(np.roll([-1, 1, 1], k)) for k, n in enumerate(shape))
    hu = np.full(shape, -1000.0)
    for (mz, my, mx), (hz, hy, hx), value in ORGANS:
        inside = ((z - mz) / hz) ** 2 + ((y - my) / hy) ** 2 + ((x - mx) / hx) ** 2 < 1
        hu[inside] = value
    hu += np.random.default_rng(1).normal(0, 20, shape)
    whole = np.concatenate([array_of(ct), np.maximum(hu, -1000)]).astype(np.int16)
    longer = sitk.GetImageFromArray(whole)
    longer.SetSpacing(ct.GetSpacing())
    longer.SetOrigin(ct.GetOrigin())
    return longer


def mirrored(ct):
    """Right and left swapped."""
    return changed(ct, array_of(ct)[:, :, ::-1])


CORRUPTIONS = {
    "as it is": lambda ct, _: ct,
    "with an abdomen": lambda ct, _: under_an_abdomen(ct),
    "mirrored, with an abdomen": lambda ct, _: mirrored(under_an_abdomen(ct)),
    "one hip only": lambda ct, _: half(ct),
    "mirrored side to side": lambda ct, _: mirrored(ct),
    "one hip only, mirrored": lambda ct, _: mirrored(half(ct)),
    "mirrored front to back": lambda ct, _: changed(ct, array_of(ct)[:, ::-1]),
    "upside down": lambda ct, _: changed(ct, array_of(ct)[::-1]),
    "implant": with_implant,
    "head cut off": without_head,
    "lesser trochanter cut off": without_trochanter,
    "soft-tissue window": lambda ct, _: changed(ct, np.clip(array_of(ct), *WINDOW_HU)),
    "bone cut at 240 HU": lambda ct, _: changed(ct, np.minimum(array_of(ct), WINDOW_HU[1])),
    "HU shifted up": lambda ct, _: changed(ct, array_of(ct) + SHIFT_HU),
    "HU shifted down": lambda ct, _: changed(ct, array_of(ct) - SHIFT_HU // 2),
    "slices shuffled": lambda ct, _: changed(
        ct, np.random.default_rng(1).permutation(array_of(ct))
    ),
    "abdomen without hips": lambda ct, _: abdomen(ct),
    "noise": lambda ct, _: noise(ct),
}


if __name__ == "__main__":
    main()
