"""Slices of one series in their order through the body, or what is wrong with them."""

import warnings
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import SimpleITK as sitk

from ctio.imaging.axes import MAX_DRIFT_MM, require_right_angles
from ctio.intake.frames import has_frame_each
from ctio.intake.pixel_bytes import are_voxels_whole
from ctio.issues.issue import RejectedInput

GAP_TOLERANCE = 0.05  # how far a gap between slices may be from their median, as a fraction
MAX_SHIFT_MM = 0.2  # how far a slice may lie beside the one below it; more is a tilted gantry
SAME_DIRECTION = 1e-3
UNPACKED = {  # transfer syntaxes whose voxels are as they are
    *("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"),
}


def sort_slices(slices):
    """Slices of one series from one end of the body to the other.

    Parameters
    ----------
    slices : list of ctio.intake.slice.Slice

    Returns
    -------
    list of Slice
        In the direction of their common normal.

    Raises
    ------
    RejectedInput
        If slices are missing, doubled, uneven, tilted, or not of one kind.
    """
    _require_one_kind(slices)
    normal = slices[0].normal
    first = slices[0]
    require_right_angles(
        np.column_stack([first.orientation[:3], first.orientation[3:], normal]),
        [first.pixel_mm[1] * first.size[1], first.pixel_mm[0] * first.size[0], 0],
    )
    positions = np.array([slice_.position for slice_ in slices])
    order = np.argsort(positions @ normal, kind="stable")
    if len(slices) > 1:
        _require_even_steps(np.diff(positions[order], axis=0), normal)
    return [slices[index] for index in order]


def _require_one_kind(slices):
    """Reject slices without a position, and slices that are not of one kind."""
    unplaced = [
        slice_
        for slice_ in slices
        if not (slice_.position.size and slice_.orientation.size and slice_.pixel_mm.size)
    ]
    if unplaced:
        raise RejectedInput(
            "slice without position",
            f"{len(unplaced)} of {len(slices)} DICOM slices have no position, orientation or pixel "
            "spacing.",
        )
    first, frames_apart = slices[0], has_frame_each(slices)
    frames = [slice_.once["frame_of_reference"] for slice_ in slices]
    frames = list(filter(None, frames)) or [""]
    kinds = [
        (
            "mixed orientation",
            "The DICOM series mixes slices of different orientation.",
            lambda s: np.allclose(s.orientation, first.orientation, atol=SAME_DIRECTION),
        ),
        (
            "mixed frames of reference",
            "The DICOM series mixes slices of different frames of reference.",
            lambda s: frames_apart or s.once["frame_of_reference"] in ("", frames[0]),
        ),
        (
            "mixed sizes",
            "The DICOM series mixes slices of different size or pixel spacing.",
            lambda s: s.size == first.size and np.allclose(s.pixel_mm, first.pixel_mm, rtol=1e-4),
        ),
        (
            "mixed rescaling",
            "The DICOM series mixes slices of different rescale slope or intercept.",
            lambda s: s.rescale == first.rescale,
        ),
    ]
    for check, found, is_alike in kinds:
        if not all(is_alike(slice_) for slice_ in slices):
            raise RejectedInput(check, found)


def _require_even_steps(steps, normal):
    """Reject steps from slice to slice, (n - 1, 3) in mm, that are not all alike and straight."""
    gaps = steps @ normal
    median = float(np.median(gaps))
    if doubled := int((gaps < GAP_TOLERANCE * median).sum()) if median > 0 else len(gaps):
        raise RejectedInput(
            "duplicate slices",
            f"The DICOM series has slices at the position of another one ({doubled} of "
            f"{len(gaps) + 1}).",
        )
    uneven = gaps[abs(gaps - median) > GAP_TOLERANCE * median] / median
    if uneven.size:
        sentence = (
            f"of {len(gaps)} gaps between DICOM slices {uneven.size} differ from the median "
            f"{median:g} mm, up to {gaps.max():g} mm."
        )
        whole = (abs(uneven - np.round(uneven)) < 2 * GAP_TOLERANCE) & (uneven > 1.5)
        if whole.all():
            raise RejectedInput("missing slices", f"Slices are missing: {sentence}")
        raise RejectedInput("uneven slices", f"Slices lie unevenly: {sentence}")
    _require_straight_stack(steps, gaps, normal)


def _require_straight_stack(steps, gaps, normal):
    """Reject slices that drift, each by a little, from where a straight and even stack has them."""
    sideways = steps - np.outer(gaps, normal)
    shift = float(np.linalg.norm(sideways, axis=1).max())
    drift = float(np.linalg.norm(np.cumsum(sideways, axis=0), axis=1).max())
    if shift > MAX_SHIFT_MM or drift > MAX_DRIFT_MM:
        degrees = np.degrees(np.arctan2(np.linalg.norm(sideways.sum(axis=0)), gaps.sum()))
        raise RejectedInput(
            "gantry tilt",
            f"The slices are shifted sideways, by up to {shift:.2f} mm from one to the next and "
            f"{drift:.1f} mm over the stack ({degrees:.1f}°): the gantry was tilted.",
        )
    even = np.arange(1, len(gaps) + 1) * gaps.mean()
    off = float(abs(np.cumsum(gaps) - even).max())
    if off > MAX_DRIFT_MM:
        raise RejectedInput(
            "uneven slices",
            f"Slices lie unevenly: the gaps between them drift from {gaps.min():g} to "
            f"{gaps.max():g} mm, which puts a slice {off:.1f} mm from its even place.",
        )


def mean_spacing_mm(slices):
    """Distance of neighbouring slices of a stack in mm; NaN for a single one."""
    if len(slices) < 2:
        return float("nan")
    way = slices[-1].position - slices[0].position
    return float(way @ slices[0].normal) / (len(slices) - 1)


def read_stack(slices, *, max_voxels):
    """Voxels of a stack as an image in Hounsfield units.

    Parameters
    ----------
    slices : list of Slice
        From `sort_slices`.
    max_voxels : int

    Returns
    -------
    SimpleITK.Image
        Placed by the slices' own positions.

    Raises
    ------
    RejectedInput
        If there is one slice only, there are too many voxels, or they cannot be decoded.
    """
    first, (rows, columns) = slices[0], slices[0].size
    if len(slices) < 2 or min(rows, columns) < 2:
        raise RejectedInput(
            "not one volume",
            f"The DICOM series is {columns} × {rows} × {len(slices)} voxels, not one 3-D volume.",
        )
    if rows * columns * len(slices) > max_voxels:
        raise RejectedInput(
            "too large",
            f"The DICOM series has {rows * columns * len(slices)} voxels; expected "
            f"{max_voxels} or fewer.",
        )
    try:
        _require_all_bytes(slices)
        image = _decode(slices)
    except (RuntimeError, IndexError, ValueError):
        raise RejectedInput(
            "unreadable", "The DICOM slices cannot be put together: some are damaged."
        ) from None
    if image.GetSize() != (columns, rows, len(slices)):
        raise RejectedInput(
            "unreadable", "The DICOM slices have another size than in their headers."
        )
    image.SetSpacing((first.pixel_mm[1], first.pixel_mm[0], mean_spacing_mm(slices)))
    image.SetOrigin(first.position.tolist())
    axes = np.column_stack([first.orientation[:3], first.orientation[3:], first.normal])
    image.SetDirection(axes.ravel().tolist())
    return image


def _require_all_bytes(slices):
    """Raise ValueError for a file with fewer bytes than its voxels need, or than it says."""
    frames = Counter(slice_.path for slice_ in slices)
    for slice_ in {slice_.path: slice_ for slice_ in slices}.values():
        bits, path = slice_.once["bits"], slice_.path
        if slice_.once["syntax"] in UNPACKED and bits.isdecimal():
            voxels = slice_.size[0] * slice_.size[1] * frames[path]
            if path.stat().st_size < voxels * int(bits) // 8:  # the rest would be 0
                raise ValueError
        if not are_voxels_whole(path):
            raise ValueError


def _decode(slices):
    """Voxels in the order of the slices, rescaled; their position in space is not right yet."""
    with _readable_paths(slices) as paths:
        if len(paths) == len(slices):
            return sitk.ReadImage(list(paths.values()))
        volumes = {path: sitk.GetArrayFromImage(sitk.ReadImage(paths[path])) for path in paths}
        frames = [volumes[slice_.path][slice_.frame] for slice_ in slices]
        return sitk.GetImageFromArray(np.stack(frames))


@contextmanager
def _readable_paths(slices):
    """Files by path; copies of those with a slice distance of 0, which the library cannot read."""
    paths = {slice_.path: str(slice_.path) for slice_ in slices}
    zero = {slice_.path for slice_ in slices if _is_zero(slice_.once["between"])}
    if not zero:
        yield paths
        return
    import pydicom  # needed for such files alone: a second saved

    with TemporaryDirectory(prefix="ctio-") as folder, warnings.catch_warnings(action="ignore"):
        for number, path in enumerate(sorted(zero)):
            dataset = pydicom.dcmread(path)
            del dataset.SpacingBetweenSlices
            paths[path] = str(Path(folder, f"{number:06d}.dcm"))
            dataset.save_as(paths[path])
        yield paths


def _is_zero(text):
    try:
        return float(text) == 0
    except ValueError:
        return False
