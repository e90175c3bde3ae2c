"""How well trained networks segment CTs that have a manual mask.

    python benchmarks/dice.py resources/weights MASK.nii.gz=CT ... [--slices 5] [--contrast 0.7]

MASK has 1 on the right femur and 2 on the left; CT is a NIfTI file or a folder of DICOM slices.
With --slices, the CT's slices are first averaged to about that thickness in mm; with --contrast,
what lies above 50 HU is brought nearer to it. Volumes and lower ends are those of the automatic
mask against the manual one's. Rim: mean HU of the outermost voxels of the manual mask in each
slice, and of those around them.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import SimpleITK as sitk
import yaml
from scipy import ndimage

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "workflow" / "scripts"))

from ctio import LEFT, RIGHT, read_ct, read_mask  # noqa: E402
from osteoct.segmentation.cascade import segment  # noqa: E402
from osteoct.segmentation.networks import load_networks  # noqa: E402
from osteoct.segmentation.overlap import compare, dice  # noqa: E402

CONFIG = yaml.safe_load((ROOT / "config" / "config.yaml").read_text(encoding="utf-8"))
SETTINGS = CONFIG["segmentation"]
SOFT_TISSUE_HU = 50
IN_PLANE = ndimage.generate_binary_structure(2, 1)[None]


def trained(folder):
    """The networks of a folder such as resources/weights."""
    weights = {stage: f"{folder}/{stage}.safetensors" for stage in ("coarse", "fine")}
    return load_networks(f"{folder}/plans.json", weights)


def thickened(image, mm, *, threshold):
    """An image with neighbouring slices averaged to a thickness; labels by majority."""
    count = max(1, round(mm / image.GetSpacing()[2]))
    if not threshold:
        return sitk.BinShrink(image, (1, 1, count))
    labels = [
        sitk.BinShrink(sitk.Cast(image == side, sitk.sitkFloat32), (1, 1, count)) > 0.5
        for side in (RIGHT, LEFT)
    ]
    return labels[0] * RIGHT + labels[1] * LEFT


def dimmed(image, contrast):
    """A CT whose values above soft tissue lie so many times as far from it as before."""
    hu = sitk.GetArrayFromImage(image)
    dim = np.rint(SOFT_TISSUE_HU + contrast * (hu - SOFT_TISSUE_HU)).astype(hu.dtype)
    image_dim = sitk.GetImageFromArray(np.where(hu > SOFT_TISSUE_HU, dim, hu))
    image_dim.CopyInformation(image)
    return image_dim


def rim_hu(hu, femur):
    """Mean HU of the outermost voxels of a femur in each slice, and of those around them."""
    within = femur & ~ndimage.binary_erosion(femur, IN_PLANE)
    around = ndimage.binary_dilation(femur, IN_PLANE) & ~femur
    return {"within_hu": hu[within].mean(), "around_hu": hu[around].mean()}


def lower_end(mask, reference, spacing_mm):
    """How far above the reference's lowest slice a mask ends, mm, and Dice above that slice."""
    ends = [int(each.any(axis=(1, 2)).argmax()) for each in (mask, reference)]
    above = (ends[0] - ends[1]) * spacing_mm[2]
    return {"end_mm": above, "dice_above": dice(mask[ends[1] :], reference[ends[1] :])}


def measure(networks, ct, mask):
    """Yield (side, Dice of the coarse mask, measures of the fine mask) of each reference femur."""
    segmented = segment(ct, networks)
    images = (mask, segmented.fine, segmented.coarse)
    reference, fine, coarse = (sitk.GetArrayFromImage(image) for image in images)
    voxel = ct.GetSpacing()
    tolerance = SETTINGS["overlap"]["surface_tolerance_mm"]
    for side, name in ((RIGHT, "right"), (LEFT, "left")):
        if (reference == side).any():
            settings = {"spacing_mm": voxel[::-1], "surface_tolerance_mm": tolerance}
            yield (
                name,
                compare(coarse == side, reference == side, **settings)["dice"],
                compare(fine == side, reference == side, **settings)
                | lower_end(fine == side, reference == side, voxel)
                | rim_hu(sitk.GetArrayViewFromImage(ct), reference == side),
            )


def main():
    """Print one line for each femur."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights")
    parser.add_argument("pairs", nargs="+", metavar="MASK=CT")
    parser.add_argument("--slices", type=float, default=0.0, help="thickness in mm")
    parser.add_argument("--contrast", type=float, default=1.0, help="of what is above 50 HU")
    given = parser.parse_args()
    networks = trained(given.weights)
    for pair in given.pairs:
        mask, ct = pair.split("=", 1)
        image = read_ct(ct)
        reference = read_mask(mask, like=image)
        if given.slices:
            reference = thickened(reference, given.slices, threshold=True)
            image = thickened(image, given.slices, threshold=False)
        image = dimmed(image, given.contrast)
        for side, coarse, fine in measure(networks, image, reference):
            print(
                f"{mask} {side}: Dice {fine['dice']:.3f} (3 mm network {coarse:.3f}), "
                f"HD95 {fine['hd95_mm']:.1f} mm, volume {-fine['relative_vd_percent']:+.1f} %, "
                f"lower end {fine['end_mm']:+.0f} mm, Dice above it {fine['dice_above']:.3f}, "
                f"rim {fine['within_hu']:.0f} / {fine['around_hu']:.0f} HU",
                flush=True,
            )


if __name__ == "__main__":
    main()
