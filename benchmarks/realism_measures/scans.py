"""Hips on one grid: phantoms, made once and kept, and scans from files."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import SimpleITK as sitk
import yaml

import hipphantom
from ctio import LEFT, bounding_box, crop_to, read_ct, read_mask, resample_like
from hipphantom import draw_cohort, simulate
from osteoct.results import fingerprint, read_json, sha256, write_json

ROOT = Path(__file__).parents[2]
SCREENED = 457  # of one cohort, as in benchmarks/difficulty.py; 2 of 3 are included
# Pixels of a field of view of 500 mm in a matrix of 512, and the slices of the real hips' scanner.
SPACING_MM = (0.9765625, 0.9765625, 3.27)
MARGIN_MM = 110  # kept around a femur, where the scan goes so far
EDGE_MM = 1e-3


@dataclass
class Scan:
    """One hip on the grid of the comparison.

    Attributes
    ----------
    name : str
    ct, femur : SimpleITK.Image
        Hounsfield units; 1 inside the studied femur.
    truth : dict or None
        What a phantom was made of: None of a scan of a patient.
    folder : Path or None
        Where what is measured on a phantom may be kept.
    """

    name: str
    ct: sitk.Image
    femur: sitk.Image
    truth: dict | None = None
    folder: Path | None = None

    @property
    def hu(self):
        """Hounsfield units, shape (z, y, x)."""
        return sitk.GetArrayFromImage(self.ct).astype(np.float32)

    @property
    def inside(self):
        """The femur's voxels, bool, shape (z, y, x)."""
        return sitk.GetArrayFromImage(self.femur) == 1

    @property
    def spacing_mm(self):
        """Spacing along (z, y, x)."""
        return np.array(self.ct.GetSpacing()[::-1])


def box_of(inside, margins):
    """Slices of the box around a mask, wider by so many voxels along z, y and x."""
    edges = [(places.min(), places.max() + 1) for places in np.nonzero(inside)]
    return tuple(
        slice(max(low - margin, 0), high + margin)
        for (low, high), margin in zip(edges, margins, strict=True)
    )


def to_grid(ct, femur, *, spacing_mm=SPACING_MM):
    """A CT and a mask on the grid of the comparison, which lies inside the CT's own.

    Slices are means over their thickness, as a scanner's are. Within a slice the values between
    pixels are cubic B-splines' and no mean: a reconstruction is read at each pixel's centre. The
    mask is in a voxel that it fills by half or more. An image of this spacing is left as it is.

    Parameters
    ----------
    ct, femur : SimpleITK.Image
        On one grid; axial slices.
    spacing_mm : tuple of float, (x, y, z)

    Returns
    -------
    ct, femur : SimpleITK.Image
        float32 and uint8.

    Raises
    ------
    ValueError
        If the slices are thicker than the grid's.
    """
    spacing = np.array(ct.GetSpacing())
    ct, femur = sitk.Cast(ct, sitk.sitkFloat32), sitk.Cast(femur, sitk.sitkFloat32)
    if np.allclose(spacing, spacing_mm, rtol=1e-3):
        return ct, sitk.Cast(femur >= 0.5, sitk.sitkUInt8)
    if spacing[2] > spacing_mm[2] * (1 + EDGE_MM):
        raise ValueError(
            f"The slices lie {spacing[2]:.2f} mm apart; expected {spacing_mm[2]:g} mm or less, "
            "since thick slices cannot be compared with thinner ones."
        )
    thick = [average_slices(image, spacing_mm[2]) for image in (ct, femur)]
    size = [int(n * s / to) for n, s, to in zip(ct.GetSize(), spacing, spacing_mm, strict=True)]
    grid = sitk.Image([*size[:2], thick[0].GetDepth()], sitk.sitkUInt8)
    grid.CopyInformation(_with_spacing(grid, thick[0], spacing_mm))
    ct = resample_like(thick[0], grid, interpolator="bspline", background=-1000)
    femur = resample_like(thick[1], grid, interpolator="linear", background=0)
    return ct, sitk.Cast(femur >= 0.5, sitk.sitkUInt8)


def _with_spacing(grid, image, spacing_mm):
    grid.SetSpacing(spacing_mm)
    grid.SetOrigin(image.GetOrigin())
    grid.SetDirection(image.GetDirection())
    return grid


def average_slices(image, thickness_mm):
    """Slices of another thickness, each the mean of what lies in it; a last part is left out."""
    step = image.GetSpacing()[2]
    values = sitk.GetArrayFromImage(image)
    edges = np.arange(len(values) + 1) * step
    number = int((edges[-1] + EDGE_MM) // thickness_mm)
    tops = np.arange(1, number + 1)[:, None] * thickness_mm
    overlap = np.minimum(edges[1:], tops) - np.maximum(edges[:-1], tops - thickness_mm)
    weights = np.clip(overlap, 0, None)
    weights /= weights.sum(axis=1, keepdims=True)
    mean = np.tensordot(weights.astype(np.float32), values, axes=1)
    averaged = sitk.GetImageFromArray(mean)
    averaged.SetSpacing((*image.GetSpacing()[:2], thickness_mm))
    averaged.SetDirection(image.GetDirection())
    first = (0, 0, (thickness_mm / step - 1) / 2)
    averaged.SetOrigin(image.TransformContinuousIndexToPhysicalPoint(first))
    return averaged


def read_scan_files(ct_path, mask_path):
    """A hip from a CT and a label map: of two femora the left, else the only one."""
    ct = read_ct(ct_path)
    labels = read_mask(mask_path, like=ct)
    side = labels == LEFT
    if not sitk.GetArrayViewFromImage(side).any():
        side = labels > 0
    return Scan(Path(ct_path).resolve().parent.name, *to_grid(ct, side))


def phantoms(number, *, seed, folder):
    """So many included patients of one cohort, each made at the first call and then read.

    Parameters
    ----------
    number : int
    seed : int
        Of the cohort.
    folder : Path
        Where they are kept: a change of the generator or of its settings makes new ones.

    Returns
    -------
    list of Scan
    """
    settings = yaml.safe_load((ROOT / "config/phantom.yaml").read_text(encoding="utf-8"))["phantom"]
    settings["screened"] = SCREENED
    people = draw_cohort(seed, screened=SCREENED, **settings["cohort"])
    names = [person["patient"] for person in people if not person["exclusion"]][:number]
    if len(names) < number:
        raise ValueError(f"A cohort has {len(names)} included patients; asked for {number}.")
    code = [sha256(path) for path in sorted(Path(hipphantom.__file__).parent.glob("*.py"))]
    kept = Path(folder) / f"{seed}-{fingerprint(settings, code, SPACING_MM)[:12]}"
    return list(map(partial(_phantom, seed=seed, settings=settings, folder=kept), names))


def _phantom(name, *, seed, settings, folder):
    files = [folder / f"{name}_{what}" for what in ("ct.nii.gz", "femur.nii.gz", "truth.json")]
    if not files[-1].exists():
        folder.mkdir(parents=True, exist_ok=True)
        phantom = simulate(name, seed=seed, **settings)
        images = _left_hip(phantom)
        for image, path in zip(images, files[:2], strict=True):
            sitk.WriteImage(image, path)
        write_json({**phantom.truth, "qct": phantom.qct}, files[-1])
    truth = read_json(files[-1])
    return Scan(name, *map(sitk.ReadImage, files[:2]), truth, folder)


def _left_hip(phantom):
    """CT and femur of a phantom's left hip on the grid of the comparison."""
    images = []
    for array in (phantom.ct, (phantom.mask == LEFT).astype(np.uint8)):
        image = sitk.GetImageFromArray(array)
        image.SetSpacing([float(mm) for mm in phantom.grid.spacing_mm[::-1]])
        image.SetOrigin([float(mm) for mm in phantom.grid.origin_mm[::-1]])
        images.append(image)
    box = bounding_box(images[1], margin_mm=MARGIN_MM)
    ct, femur = to_grid(*(crop_to(image, box) for image in images))
    return sitk.Cast(sitk.Round(ct), sitk.sitkInt16), femur


def kept(scan, name, measure):
    """What is measured on a hip; of a phantom it is kept beside it and read by later calls."""
    if scan.folder is None:
        return measure(scan)
    path = scan.folder / f"{scan.name}_{name}.json"
    if not path.exists():
        write_json(measure(scan), path)
    return read_json(path)
