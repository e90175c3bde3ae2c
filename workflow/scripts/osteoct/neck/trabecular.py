"""Mean CT number of the trabecular bone in the femoral neck of one femur."""

from pathlib import Path

import numpy as np
import SimpleITK as sitk
from scipy.ndimage import distance_transform_edt

from ctio import bounding_box, crop_to, read_ct
from osteoct.batches import for_each_patient
from osteoct.images import femur_of, write_image
from osteoct.neck.waist import find_neck
from osteoct.problems import PatientProblem
from osteoct.results import sha256

MARGIN_MM = 6.0  # more than a voxel of any CT that passes the image QC
LENGTH_MM = 10  # of the region along the neck axis
MIN_MM3 = 200  # a smaller region counts as not found
REGION = "neck.nii.gz"
VALUES = ["neck_hu", "neck_sd_hu", "neck_voxels", "neck_mm3"]
VALUES += ["head_radius_mm", "waist_from_head_mm", "waist_mm2"]


def measure_necks(patients, *, side, settings, code):
    """Trabecular CT number in the neck of one femur of every patient of a batch.

    A patient whose neck is not found has no value but a reason.

    Parameters
    ----------
    patients : DataFrame
        As from `osteoct.features.table.segmented_patients`.
    side : {"left", "right"}
        The femur that is studied.
    settings : dict
        Keywords of `measure_neck`.
    code : list of str
        Files of the study's own code, whose change makes earlier records stale.

    Returns
    -------
    DataFrame
        `patient`, `status`, `reason`, the hash of the region in the patient's folder, `VALUES`.
    """

    def measure(row, folder):
        ct = read_ct(row["ct"])
        values, region = measure_neck(ct, femur_of(row["mask"], ct, side=side), **settings)
        write_image(region, folder / REGION)
        return values

    records = for_each_patient(
        patients.assign(scan=[sha256(ct) if Path(ct).exists() else "" for ct in patients["ct"]]),
        measure,
        step="neck",
        files=[REGION],
        key=[side, settings, [sha256(file) for file in code]],
    )
    return records.reindex(columns=["patient", "status", "reason", f"{REGION}_sha256", *VALUES])


def measure_neck(ct, femur, *, cortex_mm):
    """Trabecular region of a femoral neck, and the CT numbers in it.

    The region is the piece of the neck around its narrowest section, less all that lies closer to
    the surface of the mask than the cortex may be thick. Where the image ends is no surface.

    Parameters
    ----------
    ct : SimpleITK.Image
        Hounsfield units.
    femur : SimpleITK.Image
        One femur: 1 inside, 0 outside, on the grid of `ct`; not empty.
    cortex_mm : float
        What is left out below the surface of the mask.

    Returns
    -------
    values : dict
        `neck_hu` (mean) and `neck_sd_hu`, `neck_voxels`, `neck_mm3`, `head_radius_mm`,
        `waist_from_head_mm`, `waist_mm2` (area of the narrowest section).
    region : SimpleITK.Image
        1 in the region, 0 outside, on the grid of `ct`.

    Raises
    ------
    PatientProblem
        If the neck is not found, or too little of it is left.

    References
    ----------
    Poole KES et al. (2010). J Bone Miner Res 25:482: the cortex of the mid-neck in women is 0.3 to
    3.9 mm thick.
    """
    box = bounding_box(femur, margin_mm=MARGIN_MM)
    inside = np.pad(sitk.GetArrayFromImage(crop_to(femur, box)) == 1, 1, mode="edge")
    spacing = np.array(femur.GetSpacing()[::-1])
    neck = find_neck(inside, spacing)
    depth = distance_transform_edt(inside, sampling=spacing) - spacing.max() / 2
    offset = np.indices(inside.shape).reshape(3, -1).T * spacing - neck.head_mm
    along = offset @ neck.axis
    across = np.linalg.norm(offset - along[:, None] * neck.axis, axis=1)
    piece = (np.abs(along - neck.waist_mm) <= LENGTH_MM / 2) & (across <= neck.head_radius_mm)
    chosen = (piece.reshape(inside.shape) & (depth >= cortex_mm))[1:-1, 1:-1, 1:-1]
    numbers = sitk.GetArrayFromImage(crop_to(ct, box))[chosen].astype(float)
    volume = float(numbers.size * np.prod(spacing))
    if volume < MIN_MM3:
        raise PatientProblem(
            f"Within the cortex of the femoral neck {volume:.0f} mm³ are left; expected "
            f"{MIN_MM3:g} or more."
        )
    values = {
        "neck_hu": float(numbers.mean()),
        "neck_sd_hu": float(numbers.std()),
        "neck_voxels": numbers.size,
        "neck_mm3": volume,
        "head_radius_mm": neck.head_radius_mm,
        "waist_from_head_mm": neck.waist_mm,
        "waist_mm2": neck.area_mm2,
    }
    return values, _image(chosen, box, ct)


def _image(chosen, box, ct):
    """A region of a box as a mask on the whole grid."""
    labels = np.zeros(ct.GetSize()[::-1], np.uint8)
    labels[box] = chosen
    image = sitk.GetImageFromArray(labels)
    image.CopyInformation(ct)
    return image
