"""One slice of a DICOM series, as its header describes it."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Slice:
    """One slice, or one frame, of a DICOM file.

    Attributes
    ----------
    path : Path
    frame : int
        Number of the frame inside the file.
    is_ct : bool
        Whether the file is a CT image; only then the geometry below is there.
    image_type : tuple of str
    position, orientation, pixel_mm : ndarray
        Of 3, 6 and 2 (row, column) numbers; empty if absent or damaged.
    size : tuple of int, (rows, columns)
        Zeros for what is no image.
    rescale : tuple of float, (slope, intercept)
        None where the header lacks it.
    thickness_mm, voltage_kvp : float
        None where the header lacks it.
    kernel, rescale_type, photometric : str
        Empty where the header lacks it.
    is_damaged : bool
        Whether the file has not as many frames as its header describes.
    once : dict
        The attributes in `ctio.intake.headers.ONCE`, as text; `contrast` is "yes", "no" or empty,
        `syntax` is how the voxels are packed.
    """

    path: Path
    frame: int
    is_ct: bool
    image_type: tuple = ()
    position: np.ndarray = field(default_factory=lambda: np.array([]))
    orientation: np.ndarray = field(default_factory=lambda: np.array([]))
    pixel_mm: np.ndarray = field(default_factory=lambda: np.array([]))
    size: tuple = (0, 0)
    rescale: tuple | None = None
    thickness_mm: float | None = None
    voltage_kvp: float | None = None
    kernel: str = ""
    rescale_type: str = ""
    photometric: str = ""
    is_damaged: bool = False
    once: dict = field(default_factory=dict)

    @property
    def normal(self):
        """Direction across the slice, a unit vector; zeros if the header lacks it."""
        if self.orientation.size != 6:
            return np.zeros(3)
        return np.cross(self.orientation[:3], self.orientation[3:])
