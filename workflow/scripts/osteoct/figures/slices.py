"""Pictures of a CT: a plane through the patient, a window, contours, a scale bar."""

import base64
import io
from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk
from PIL import Image

AIR_HU = -1024
GREYS = 240
COLOURS = {"scale": (255, 255, 255), "coarse": (86, 180, 233), "reference": (240, 228, 66)}
COLOURS |= {"automatic": (0, 220, 140), "neck": (240, 128, 190)}
INK = {name: GREYS + number for number, name in enumerate(COLOURS)}

# What the rows and columns of a picture run along, and the axis it looks along (x, y, z of LPS):
# the patient's right is on the left of the first two, and the front on the left of the third, as
# on a radiologist's screen.
DIRECTIONS = {
    "axial": (1, 0, 0, 0, 1, 0, 0, 0, 1),
    "coronal": (1, 0, 0, 0, 0, 1, 0, -1, 0),
    "sagittal": (0, 0, -1, 1, 0, 0, 0, -1, 0),
}
RUNS_ALONG = {"axial": (0, 1), "coronal": (0, 2), "sagittal": (1, 2)}  # rows and columns: x, y, z


@dataclass(frozen=True)
class Plane:
    """A rectangle inside the patient.

    Attributes
    ----------
    kind : {"axial", "coronal", "sagittal"}
    corner_mm : tuple of float, (x, y, z)
        Centre of the picture's first pixel, top left, in LPS coordinates.
    size : tuple of int, (width, height)
        In pixels.
    pixel_mm : float
        Side of a pixel.
    """

    kind: str
    corner_mm: tuple
    size: tuple
    pixel_mm: float


def plane_between(kind, low_mm, high_mm, *, at_mm, pixel_mm):
    """Plane that shows all between two corners of a box.

    Parameters
    ----------
    kind : {"axial", "coronal", "sagittal"}
    low_mm, high_mm : array-like of float, (x, y, z)
        Opposite corners, LPS.
    at_mm : float
        Where the plane lies: its z if axial, its y if coronal, its x if sagittal.
    pixel_mm : float

    Returns
    -------
    Plane
    """
    low, high = np.asarray(low_mm, dtype=float), np.asarray(high_mm, dtype=float)
    runs_along = list(RUNS_ALONG[kind])
    size = np.maximum(1, np.round((high - low)[runs_along] / pixel_mm)).astype(int)
    corner = np.array([low[0], low[1], high[2]])
    corner[({0, 1, 2} - set(runs_along)).pop()] = at_mm
    return Plane(kind, tuple(map(float, corner)), tuple(map(int, size)), float(pixel_mm))


def sample(image, plane, *, interpolator, background):
    """Values of an image in a plane.

    Parameters
    ----------
    image : SimpleITK.Image
    plane : Plane
    interpolator : int
        One of SimpleITK's, e.g. ``sitk.sitkLinear``.
    background : float
        Value outside the image.

    Returns
    -------
    ndarray of float, shape (height, width)
        Rows from the front to the back (axial) or from the head to the feet, columns from the
        patient's right to the left, or from the front to the back (sagittal).
    """
    resampler = sitk.ResampleImageFilter()
    resampler.SetSize([*plane.size, 1])
    resampler.SetOutputSpacing([plane.pixel_mm] * 3)
    resampler.SetOutputOrigin(plane.corner_mm)
    resampler.SetOutputDirection(DIRECTIONS[plane.kind])
    resampler.SetInterpolator(interpolator)
    resampler.SetDefaultPixelValue(background)
    resampler.SetOutputPixelType(sitk.sitkFloat32)
    return sitk.GetArrayFromImage(resampler.Execute(image))[0]


def sample_hu(ct, plane):
    """Hounsfield units in a plane, air outside the scan; shape (height, width)."""
    return sample(ct, plane, interpolator=sitk.sitkLinear, background=AIR_HU)


def sample_mask(mask, plane):
    """True inside a mask of zeros and ones in a plane; shape (height, width)."""
    return sample(mask, plane, interpolator=sitk.sitkLinear, background=0) >= 0.5


def contour(inside):
    """Innermost ring of a mask: its pixels with a 4-neighbour outside, or at the picture's edge.

    Parameters
    ----------
    inside : ndarray of bool, shape (height, width)

    Returns
    -------
    ndarray of bool, shape (height, width)

    Examples
    --------
    >>> contour(np.ones((3, 3), dtype=bool)).sum()
    np.int64(8)
    """
    ring = np.pad(inside, 1)
    core = ring[:-2, 1:-1] & ring[2:, 1:-1] & ring[1:-1, :-2] & ring[1:-1, 2:]
    return inside & ~core


def paint(hu, *, window_centre_hu, window_width_hu):
    """Hounsfield units as shades of grey.

    Parameters
    ----------
    hu : ndarray of float, shape (height, width)
    window_centre_hu, window_width_hu : float
        What is black to white: centre minus and plus half the width.

    Returns
    -------
    ndarray of uint8, shape (height, width)
        0 (black) to 239 (white): indices into `palette`.
    """
    fraction = (hu - window_centre_hu) / window_width_hu + 0.5
    return np.rint(np.clip(fraction, 0, 1) * (GREYS - 1)).astype(np.uint8)


def draw_contour(picture, inside, ink):
    """Draw the contour of a mask into a picture from `paint`, in one of COLOURS."""
    picture[contour(inside)] = INK[ink]


def draw_scale_bar(picture, *, pixel_mm, length_mm):
    """Draw a white bar of a known length at the lower right of a picture, if it fits."""
    height, width = picture.shape
    length = round(length_mm / pixel_mm)
    edge, thick = max(2, width // 40), max(1, height // 90)
    if length + 2 * edge <= width and thick + 2 * edge <= height:
        picture[height - edge - thick : height - edge, width - edge - length : width - edge] = INK[
            "scale"
        ]


def palette():
    """Colour of every index: GREYS shades of grey, then COLOURS; uint8, shape (n, 3)."""
    greys = np.rint(np.linspace(0, 255, GREYS))[:, None].repeat(3, axis=1)
    return np.vstack([greys, list(COLOURS.values())]).astype(np.uint8)


def as_rgb(picture):
    """Picture from `paint` in colours; uint8, shape (height, width, 3)."""
    return palette()[picture]


def as_png(picture):
    """Picture from `paint` as a PNG file with a palette.

    Parameters
    ----------
    picture : ndarray of uint8, shape (height, width)

    Returns
    -------
    bytes
        No time, no name, no text: the same picture gives the same bytes.
    """
    image = Image.fromarray(picture)
    image.putpalette(palette().tobytes())
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=9)
    return file.getvalue()


def as_data_uri(png):
    """PNG bytes as text that an HTML page can hold."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")
