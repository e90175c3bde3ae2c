"""Which slices show a proximal femur, and how they are drawn."""

import numpy as np
import SimpleITK as sitk

from ctio import SIDES
from osteoct.figures import slices

AXIAL_PIXEL_MM = 0.6  # of pictures that show both hips
CORONAL_PIXEL_MM = 0.4  # of pictures of one hip
MARGIN_MM = 25  # shown around the masks
HEAD_MM = 22  # the middle of a femoral head, which is about 45 mm high
NECK_MM = 8  # above the mask's lower end, which is the lesser trochanter
SCALE_BAR_MM = 50
UNGUIDED_PIXELS = 520  # width of a picture of the whole body, when no mask says where to look


def femur_views(
    femur,
    *,
    side,
    axial_pixel_mm=AXIAL_PIXEL_MM,
    coronal_pixel_mm=CORONAL_PIXEL_MM,
    margin_mm=MARGIN_MM,
    head_mm=HEAD_MM,
    neck_mm=NECK_MM,
):
    """Planes that show a femur: head, level of the lesser trochanter, coronal, sagittal.

    The axial planes are as wide as all segmented femora, so that the two sides can be compared.

    Parameters
    ----------
    femur : SimpleITK.Image
        Labels 1 right and 2 left, LPS; not empty.
    side : {"left", "right"}
        The studied side; the other one is taken if this one has no mask.
    axial_pixel_mm, coronal_pixel_mm : float
        Pixel of the pictures.
    margin_mm : float
        What is shown around the masks.
    head_mm : float
        Depth of the first plane below the top of the femoral head.
    neck_mm : float
        Height of the second plane above the lower end of the mask.

    Returns
    -------
    list of (str, str, Plane)
        Title, note on where the plane lies, plane.
    """
    labels = sitk.GetArrayViewFromImage(femur)
    studied = labels == SIDES[side]
    side = side if studied.any() else next(s for s in SIDES if s != side)
    studied = labels == SIDES[side]
    low, high = _box_mm(femur, labels != 0, margin_mm)
    low_one, high_one = _box_mm(femur, studied, margin_mm)
    inside_low, inside_high = _box_mm(femur, studied, 0)
    head, neck = inside_high[2] - head_mm, inside_low[2] + neck_mm
    middle = _position_mm(femur, 1, int(studied.sum(axis=(0, 2)).argmax()))
    across = _position_mm(femur, 0, int(studied.sum(axis=(0, 1)).argmax()))
    axial, along = {"pixel_mm": axial_pixel_mm}, {"pixel_mm": coronal_pixel_mm}
    return [
        (
            "Axial, femoral head",
            f"{head_mm:g} mm below the top of the {side} mask",
            slices.plane_between("axial", low, high, at_mm=head, **axial),
        ),
        (
            "Axial, level of the lesser trochanter",
            f"{neck_mm:g} mm above the lower end of the {side} mask",
            slices.plane_between("axial", low, high, at_mm=neck, **axial),
        ),
        (
            f"Coronal, {side} femur",
            "where the mask is largest",
            slices.plane_between("coronal", low_one, high_one, at_mm=middle, **along),
        ),
        (
            f"Sagittal, {side} femur",
            "where the mask is largest",
            slices.plane_between("sagittal", low_one, high_one, at_mm=across, **along),
        ),
    ]


def body_views(ct):
    """Three planes of a CT without a mask: low, in the middle, and coronal.

    Returns
    -------
    list of (str, str, Plane)
        As from `femur_views`.
    """
    low, high = _box_mm(ct, None, 0)
    pixel = max((high[0] - low[0]) / UNGUIDED_PIXELS, 0.3)
    height = high[2] - low[2]
    wanted = [
        ("Axial, lower part", "a quarter of the way up", "axial", low[2] + height / 4),
        ("Axial, middle", "half of the way up", "axial", low[2] + height / 2),
        ("Coronal, middle", "half-way from front to back", "coronal", (low[1] + high[1]) / 2),
    ]
    return [
        (title, note, slices.plane_between(kind, low, high, at_mm=at, pixel_mm=pixel))
        for title, note, kind, at in wanted
    ]


def draw_view(ct, plane, contours, *, window_centre_hu, window_width_hu, scale_bar_mm=SCALE_BAR_MM):
    """One picture: the CT in a plane, contours of masks on it, a scale bar.

    Parameters
    ----------
    ct : SimpleITK.Image
        Hounsfield units.
    plane : Plane
    contours : list of (str, SimpleITK.Image)
        Ink (a name in ``slices.COLOURS``) and mask of zeros and ones, drawn in this order; each
        on any grid.
    window_centre_hu, window_width_hu, scale_bar_mm : float

    Returns
    -------
    ndarray of uint8, shape (height, width)
        For ``slices.as_png``.
    """
    picture = slices.paint(
        slices.sample_hu(ct, plane),
        window_centre_hu=window_centre_hu,
        window_width_hu=window_width_hu,
    )
    for ink, mask in contours:
        slices.draw_contour(picture, slices.sample_mask(mask, plane), ink)
    slices.draw_scale_bar(picture, pixel_mm=plane.pixel_mm, length_mm=scale_bar_mm)
    return picture


def _position_mm(image, axis, index):
    """Coordinate of the centre of a voxel along one axis (x, y, z) of an LPS image."""
    step = [0, 0, 0]
    step[axis] = int(index)
    return image.TransformIndexToPhysicalPoint(step)[axis]


def _box_mm(image, labelled, margin_mm):
    """Corners (x, y, z) of the box around labelled voxels (None: all), inside the image, in mm."""
    low, high = np.zeros(3), np.zeros(3)
    for axis, last in enumerate(np.array(image.GetSize()) - 1):
        others = tuple(other for other in range(3) if other != 2 - axis)
        where = [0, last] if labelled is None else np.flatnonzero(labelled.any(axis=others))
        first_mm, last_mm = (_position_mm(image, axis, index) for index in (0, last))
        low[axis] = max(first_mm, _position_mm(image, axis, where[0]) - margin_mm)
        high[axis] = min(last_mm, _position_mm(image, axis, where[-1]) + margin_mm)
    return low, high
