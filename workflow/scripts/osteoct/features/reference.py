"""The engine `pyradiomics`: the package itself, on a scan that is cropped first."""

import numpy as np
import SimpleITK as sitk
from radiomics import imageoperations, setVerbosity
from radiomics.featureextractor import RadiomicsFeatureExtractor

from ctio import bounding_box, crop_to
from osteoct.problems import PatientProblem

setVerbosity(40)  # pyradiomics warns of harmless things for every image; errors still show


def extract(ct, mask, *, resampling, bin_width_hu, images, classes):
    """Every requested radiomic feature of the voxels in a mask, by pyradiomics.

    Parameters
    ----------
    ct, mask : SimpleITK.Image
        HU, and 1 inside, 0 outside, on one grid.
    resampling, bin_width_hu, images, classes
        As `extraction.extract` takes them.

    Returns
    -------
    dict of str to float
        Feature, as pyradiomics spells it, to value; in its order.

    Raises
    ------
    PatientProblem
        If pyradiomics refuses the mask.

    References
    ----------
    van Griethuysen J.J.M. et al. (2017). Computational radiomics system to decode the
    radiographic phenotype. Cancer Res 77:e104-e107. doi:10.1158/0008-5472.CAN-17-0339
    """
    setting = {
        "binWidth": bin_width_hu,
        "additionalInfo": False,
        "minimumROIDimensions": mask.GetDimension(),
    }
    extractor = RadiomicsFeatureExtractor(
        {"imageType": images, "featureClass": classes, "setting": setting}
    )
    try:
        values = extractor.execute(*on_grid(ct, mask, **resampling))
    except ValueError as error:
        raise PatientProblem(
            f"The femur has no features: {error}. Look at the scan and at the outline of this "
            "patient."
        ) from error
    return {name: float(value) for name, value in values.items()}


def on_grid(ct, mask, *, spacing_mm, interpolator, padding_voxels, margin_voxels):
    """Scan and mask around the mask, on the grid on which pyradiomics measures.

    pyradiomics resamples with a spline of the whole scan. Here the scan is cropped first, with so
    wide a margin that no value changes, in half the time. The mask goes in whole, because the
    grid starts at its first voxel: a cropped mask would shift the grid by a part of a voxel, and
    that changes a third of the features by more than 1 %.

    Parameters
    ----------
    ct : SimpleITK.Image
        Hounsfield units; see `whole_hu` for fractions.
    mask : SimpleITK.Image
        1 inside, 0 outside, on the grid of `ct`; not empty.
    spacing_mm : list of float, (x, y, z)
        Of the new grid.
    interpolator : str
        SimpleITK's name, e.g. ``"sitkBSpline"``; the mask takes the nearest voxel.
    padding_voxels : int
        Voxels of the new grid kept around the mask, for the filters.
    margin_voxels : int
        Voxels of the scan kept around those, for the spline.

    Returns
    -------
    ct, mask : SimpleITK.Image
        HU as int16, and 0/1.
    """
    margin_mm = padding_voxels * max(spacing_mm) + margin_voxels * max(ct.GetSpacing())
    near = crop_to(ct, bounding_box(mask, margin_mm=margin_mm))
    whole = sitk.GetImageFromArray(whole_hu(sitk.GetArrayViewFromImage(near)))
    whole.CopyInformation(near)
    return imageoperations.resampleImage(
        whole,
        mask,
        resampledPixelSpacing=spacing_mm,
        interpolator=interpolator,
        padDistance=padding_voxels,
    )


def whole_hu(voxels):
    """HU as whole numbers, as scanners store them.

    So a scan gives the same values from DICOM and from a file of floats.

    Parameters
    ----------
    voxels : ndarray

    Returns
    -------
    ndarray of int16
        Halves are rounded up.

    Raises
    ------
    PatientProblem
        If a voxel is not a number.
    """
    if voxels.dtype == np.int16:
        return voxels
    if not np.isfinite(voxels).all():
        raise PatientProblem(
            "The CT has voxels that are not numbers near the femur. Export it again."
        )
    return np.floor(voxels + 0.5).astype(np.int16)
