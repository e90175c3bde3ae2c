"""Whether the body is its own mirror image: the liver lies on the right.

Bones cannot tell, a mirrored pelvis is a pelvis again. The liver is the one large solid organ of
the abdomen that lies on one side, so what is both soft and thick there lies mostly on the right.
"""

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from ctio.imaging.sides import midline_mm, shows_whole_body
from osteoct.segmentation.regions import at_spacing

GRID_MM = 6.0  # noise is averaged out, and no organ is lost


def right_share(ct, femora, *, above_heads_mm, hu, deeper_than_mm, beside_middle_mm, least_cm3):
    """Share of the solid organs of the abdomen that lies on the patient's right.

    Parameters
    ----------
    ct, femora : SimpleITK.Image
        HU, and the outlined femora; on one grid, LPS.
    above_heads_mm : float
        Where the abdomen begins, above the femoral heads.
    hu : sequence of float, (lowest, highest)
        Of solid organs, without and with contrast agent.
    deeper_than_mm : float
        Tissue counts that lies so deep in a body of such CT numbers; muscles are thinner.
    beside_middle_mm : float
        And so far from the body's middle, where spine and psoas are.
    least_cm3 : float
        With less such tissue nothing is said.

    Returns
    -------
    float
        0 to 1; nan where the CT shows no femur, no abdomen, not all its width, or too little of it.
    """
    planes = np.flatnonzero(sitk.GetArrayViewFromImage(femora).any(axis=(1, 2)))
    first = planes.max(initial=0) + int(np.ceil(above_heads_mm / ct.GetSpacing()[2]))
    thickness_mm = (ct.GetDepth() - first) * ct.GetSpacing()[2]
    if not planes.size or thickness_mm < GRID_MM or not shows_whole_body(ct):
        return np.nan
    abdomen = at_spacing(ct[:, :, int(first) :], spacing_mm=GRID_MM, order=1)
    values = sitk.GetArrayViewFromImage(abdomen)
    organs = ndimage.median_filter((values >= hu[0]) & (values <= hu[1]), 3)
    depth = ndimage.distance_transform_edt(np.pad(organs, 1), sampling=GRID_MM)[1:-1, 1:-1, 1:-1]
    thick = (depth > deeper_than_mm).sum(axis=(0, 1)) * GRID_MM**3 / 1000
    columns = np.arange(len(thick)) * GRID_MM + abdomen.GetOrigin()[0] - midline_mm(abdomen)
    right, left = thick[columns < -beside_middle_mm].sum(), thick[columns > beside_middle_mm].sum()
    return float(right / (right + left)) if right + left >= least_cm3 else np.nan
