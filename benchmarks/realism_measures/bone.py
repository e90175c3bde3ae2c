"""Cores of the femoral head and neck, and where their planes lie."""

import numpy as np
import SimpleITK as sitk

from osteoct.neck.head import fit_head
from osteoct.neck.trabecular import measure_neck
from osteoct.neck.waist import find_neck
from osteoct.problems import PatientProblem
from realism_measures.scans import box_of

CORTEX_MM = 4.5  # `neck: cortex_mm` of config/config.yaml


def measure_bone(scan):
    """Mean HU of the cores of head and neck, and their difference; missing without a neck."""
    head = head_core_hu(scan.hu, scan.inside, scan.spacing_mm)
    try:
        femur = sitk.Cast(scan.femur, sitk.sitkUInt8)
        neck = measure_neck(scan.ct, femur, cortex_mm=CORTEX_MM)[0]["neck_hu"]
    except PatientProblem:
        neck = np.nan
    return {"head_core_hu": head, "neck_core_hu": neck, "head_minus_neck_hu": head - neck}


def head_core_hu(hu, inside, spacing_mm):
    """Mean HU of the femoral head's core.

    The voxels of the mask that lie 4.5 mm or more within the sphere through the head's surface
    (`osteoct.neck.head.fit_head`). The neck's core, beside it, is what the study calls the
    trabecular region of the neck (`osteoct.neck.trabecular.measure_neck`): 10 mm of the neck
    about its narrowest section, less the outer 4.5 mm.
    """
    centre, radius = _fit_head(inside, spacing_mm)
    lines = [np.arange(n) * s - c for n, s, c in zip(inside.shape, spacing_mm, centre, strict=True)]
    z, y, x = np.ix_(*lines)
    return float(hu[inside & (z**2 + y**2 + x**2 <= (radius - CORTEX_MM) ** 2)].mean())


def find_planes(inside, spacing_mm):
    """Centre of the head, and the horizontal direction in which the neck leaves it.

    Returns
    -------
    centre_mm : ndarray of float, (z, y, x)
        From the centre of the first voxel.
    direction : ndarray of float, (z, y, x)
        Unit vector with z = 0; of the whole femur where no neck is found.
    """
    centre, radius = _fit_head(inside, spacing_mm)
    try:
        axis = find_neck(_padded(inside)[0], spacing_mm).axis
    except PatientProblem:
        places = np.argwhere(inside) * spacing_mm - centre
        axis = places[np.linalg.norm(places, axis=1) > radius].mean(axis=0)
    level = axis * (0, 1, 1)
    return centre, level / np.linalg.norm(level)


def _fit_head(inside, spacing_mm):
    padded, first = _padded(inside)
    centre, radius = fit_head(padded, spacing_mm)
    return centre + first * spacing_mm, radius


def _padded(inside):
    """A mask's box and one voxel around it, and the index of its first voxel.

    Where the image ends, the outer voxels are repeated: there the femur goes on.
    """
    box = box_of(inside, (1, 1, 1))
    return np.pad(inside[box], 1, mode="edge"), np.array([part.start - 1 for part in box])
