"""What a NIfTI header says about place and scale, and whether it contradicts itself."""

import struct
from typing import NamedTuple

import numpy as np

from ctio.imaging.axes import MAX_DRIFT_MM, require_right_angles
from ctio.issues.issue import RejectedInput

MAX_SPACING_ERROR = 0.01  # of a spacing: beyond it the header has two different ones
MAX_QUATERNION = 1.001  # b² + c² + d² is 1 at most; single precision and rounding of a header


class Layout(NamedTuple):
    """Where a version of the format keeps its fields, as (byte, struct format)."""

    magic: tuple
    size: tuple
    pixdim: tuple
    offset: tuple
    scale: tuple
    codes: tuple
    quaternion: tuple
    rows: tuple
    voxel: tuple
    units: tuple
    bytes: int


# nifti1.h and nifti2.h of the NIfTI Data Format Working Group
LAYOUTS = {
    348: Layout(
        (344, "4s"), (40, "8h"), (76, "8f"), (108, "f"), (112, "2f"), (252, "2h"), (256, "6f"),
        (280, "12f"), (70, "2h"), (123, "B"), 348,
    ),
    540: Layout(
        (4, "4s"), (16, "8q"), (104, "8d"), (168, "q"), (176, "2d"), (344, "2i"), (352, "6d"),
        (400, "12d"), (12, "2h"), (500, "i"), 540,
    ),
}  # fmt: skip


def check_nifti(head):
    """Reject a NIfTI header that contradicts itself or cannot be followed.

    Parameters
    ----------
    head : bytes
        The first bytes of the file, unpacked.

    Raises
    ------
    RejectedInput
        If it is no header, has no orientation or two, has sheared axes, a spacing that is not
        positive, or a scale that is no number.
    """
    layout, order = find_layout(head)

    def read(field):
        place, form = getattr(layout, field)
        return struct.unpack_from(order + form, head, place)

    if read("magic")[0][:2] == b"ni":
        raise RejectedInput(
            "voxels in another file", "The voxels of the NIfTI header are in another file."
        )
    _check_scale(*read("scale"))
    _check_offset(head, layout, read("offset")[0])
    has_qform, has_sform = (code > 0 for code in read("codes"))
    if not (has_qform or has_sform):
        raise RejectedInput("no orientation", "The NIfTI header has neither a qform nor an sform.")
    pixdim, sizes = np.array(read("pixdim")), np.maximum(read("size")[1:4], 1)
    spacing = pixdim[1:4]
    if not (np.isfinite(spacing).all() and (spacing > 0).all()):
        raise RejectedInput(
            "contradictory geometry", "The NIfTI header has a voxel spacing that is not positive."
        )
    forms = []
    if has_sform:
        forms.append(np.array(read("rows")).reshape(3, 4))
        _check_sform(forms[0], spacing, sizes)
    if has_qform:
        _check_quaternion(read("quaternion"))
        forms.append(_qform(read("quaternion"), spacing, qfac=-1 if pixdim[0] < 0 else 1))
    if len(forms) == 2:
        _require_one_place(*forms, sizes)


def find_layout(head):
    """The version and byte order of a header."""
    for size, layout in LAYOUTS.items():
        for order in "<>":
            if head[:4] == struct.pack(f"{order}i", size) and len(head) >= size:
                return layout, order
    raise RejectedInput("unreadable", "The file is no NIfTI image.")


def _check_scale(slope, intercept):
    """A slope of 0 says that voxels are not scaled; an intercept beside it may be meant or not."""
    if not np.isfinite([slope, intercept]).all():
        raise RejectedInput(
            "contradictory scale", "The NIfTI header has a slope or intercept that is no number."
        )
    if slope == 0 and intercept != 0:
        raise RejectedInput(
            "contradictory scale",
            f"The NIfTI header has an intercept of {intercept:g} and the slope 0, which says that "
            "there is none.",
        )


def _check_offset(head, layout, offset):
    """The voxels begin behind the header, and behind its extensions if it has any."""
    first = layout.bytes + 4
    extended = len(head) >= first and head[layout.bytes] != 0
    if not (np.isfinite(offset) and offset == int(offset) and offset >= first + 16 * extended):
        raise RejectedInput(
            "unreadable", "The NIfTI header says that its voxels begin inside the header."
        )


def _check_sform(sform, spacing, sizes):
    axes = sform[:, :3]
    require_right_angles(axes, spacing * sizes)
    lengths = np.linalg.norm(axes, axis=0)
    if (abs(lengths - spacing) > MAX_SPACING_ERROR * spacing).any():
        shown = " and ".join(
            " × ".join(f"{mm:.4g}" for mm in values) for values in (spacing, lengths)
        )
        raise RejectedInput(
            "contradictory geometry", f"The NIfTI header has two voxel spacings: {shown} mm."
        )


def _check_quaternion(quaternion):
    """Reject numbers that are no rotation: the library would turn the image in some way."""
    if not (np.isfinite(quaternion).all() and np.linalg.norm(quaternion[:3]) <= MAX_QUATERNION):
        raise RejectedInput(
            "no orientation", "The qform of the NIfTI header is no rotation or has no place."
        )


def _qform(quaternion, spacing, *, qfac):
    """The qform as an affine, (3, 4); nifti1.h, method 2."""
    b, c, d, *origin = quaternion
    a = np.sqrt(max(0.0, 1.0 - (b * b + c * c + d * d)))
    rotation = np.array(
        [
            [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
            [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
            [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
        ]
    )
    return np.column_stack([rotation * spacing * [1, 1, qfac], origin])


def _require_one_place(sform, qform, sizes):
    """Reject two orientations that put a corner of the image at two places."""
    if np.sign(np.linalg.det(sform[:, :3])) != np.sign(np.linalg.det(qform[:, :3])):
        raise RejectedInput(
            "contradictory geometry",
            "The qform and the sform of the NIfTI header mirror each other: left and right are "
            "unknown.",
        )
    corners = np.array([[*(corner * (sizes - 1)), 1] for corner in np.ndindex(2, 2, 2)])
    apart = float(np.linalg.norm(corners @ (sform - qform).T, axis=1).max())
    if not apart <= MAX_DRIFT_MM:
        raise RejectedInput(
            "contradictory geometry",
            f"The qform and the sform of the NIfTI header disagree: they put the same voxel at "
            f"places {apart:.0f} mm apart.",
        )
