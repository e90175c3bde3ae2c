"""Cut one hip out of each held-out phantom of a study, as the real hips of the test data are cut.

    PYTHONPATH=workflow/scripts python benchmarks/cut_hips.py STUDY OUT [--seed 11]

STUDY is a folder in which the workflow ran, such as results/weights after `make weights`. OUT gets
PATIENT_ct.nii.gz and PATIENT_mask.nii.gz of the left hip of every validation and test patient, for
`benchmarks/dice.py`: slices averaged by threes, a field that ends up to 8 mm within the back of
the femur, and between 20 mm above its top and 4 mm below.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import SimpleITK as sitk

from ctio import LEFT

BACK_MM, TOP_MM = (0, 8), (-20, 4)  # how far the field ends within the femur
LATERAL_MM, WIDTH_MM, DEPTH_MM = 15, 187, 170
SLICES = 3


def field(femur, spacing_mm, rng):
    """Slices (z, y, x) of a field of view around a mask (z, y, x)."""
    voxels = np.argwhere(femur)
    top, back, lateral = voxels.max(axis=0)
    high_z, high_y, high_x = np.array(femur.shape) - 1
    step_z, step_y, step_x = spacing_mm[::-1]
    within_back, within_top = rng.uniform(*BACK_MM), rng.uniform(*TOP_MM)
    last_y = min(int(back - within_back / step_y), high_y)
    last_z = min(int(top - within_top / step_z), high_z)
    last_x = min(int(lateral + LATERAL_MM / step_x), high_x)
    first_y = max(0, int(last_y - DEPTH_MM / step_y))
    first_x = max(0, int(last_x - WIDTH_MM / step_x))
    return slice(0, last_z + 1), slice(first_y, last_y + 1), slice(first_x, last_x + 1)


def thick(image, box):
    """Part of an image, its slices averaged."""
    return sitk.BinShrink(image[box[::-1]], (1, 1, SLICES))


def main():
    """Write the images and masks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=11)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(given.seed)
    cohort = pd.read_csv(given.study / "results/cohort/study.csv", dtype={"patient": str})
    held_out = cohort[cohort["split"].isin(["validation", "test"])]
    for patient, ct_file, mask_file in held_out[["patient", "ct", "mask"]].itertuples(index=False):
        ct = sitk.ReadImage(given.study / ct_file)
        femur = sitk.Cast(sitk.ReadImage(given.study / mask_file) == LEFT, sitk.sitkFloat32)
        box = field(sitk.GetArrayViewFromImage(femur), ct.GetSpacing(), rng)
        mask = sitk.Cast(thick(femur, box) > 0.5, sitk.sitkUInt8) * LEFT
        sitk.WriteImage(thick(ct, box), given.out / f"{patient}_ct.nii.gz")
        sitk.WriteImage(mask, given.out / f"{patient}_mask.nii.gz")


if __name__ == "__main__":
    main()
