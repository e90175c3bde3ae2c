"""One CT read and checked, and described in numbers."""

import SimpleITK as sitk

from ctio.image_qc.body import check_body_sides
from ctio.image_qc.continuity import check_continuity
from ctio.image_qc.geometry import check_grid, check_limits, length_mm
from ctio.image_qc.hounsfield import check_is_ct, check_values, count_hu
from ctio.image_qc.hu_scale import check_scale
from ctio.image_qc.protocol import check_protocol
from ctio.intake.scans import read_scan


def examine_scan(participant, *, limits, protocol, kernels, **sizes):
    """One CT, read and checked.

    Parameters
    ----------
    participant : dict
        `ct`, and `sex`, `age` and `exam_date` where they are known.
    limits, protocol, kernels : dict
        As for `check_ct`.
    sizes : int
        `max_voxels`, `max_files` or `max_bytes` of `ctio.intake.scans.read_scan`, if other than
        its own.

    Returns
    -------
    ctio.intake.scan.Scan
        Its `issues` are those of the files and those of the image: whoever uses it looks at its
        `rejections` first.

    Raises
    ------
    ctio.issues.issue.RejectedInput
        If there is no CT to be read.
    """
    series = {key: limits[key] for key in ("slice_spacing_mm", "min_length_mm")}
    scan = read_scan(participant, series={**series, "kernels": kernels}, **sizes)
    rules = {"limits": limits, "protocol": protocol, "kernels": kernels}
    scan.issues += check_ct(scan.image, scan.protocol, **rules)
    return scan


def check_ct(ct, header, *, limits, protocol, kernels):
    """All issues of one CT.

    Parameters
    ----------
    ct : SimpleITK.Image
        Oriented LPS.
    header : dict
        What its files give of the protocol, as in `ctio.intake.scan.Scan`.
    limits : dict
        Keywords of `ctio.image_qc.geometry.check_limits`.
    protocol : dict
        `slice_spacing_mm` and `tube_voltage_kvp`.
    kernels : dict
        `soft` and `sharp`: regular expressions of kernel names, whole names, in any case.

    Returns
    -------
    list of Issue
    """
    histogram = count_hu(ct)
    content = check_is_ct(ct, histogram)
    if not content:  # what is said of other values than Hounsfield units would mislead
        content = [*check_scale(ct, header), *check_values(histogram), *check_body_sides(ct)]
        content += check_continuity(ct)
    return [
        *check_limits(ct, **limits),
        *check_grid(ct),
        *content,
        *check_protocol(ct, header, **protocol, kernels=kernels),
    ]


def describe_ct(ct):
    """Size, spacing, length and range of a CT, for the patient's page."""
    voxels = sitk.GetArrayViewFromImage(ct)
    return {
        "size": " × ".join(map(str, ct.GetSize())),
        "spacing_mm": " × ".join(f"{step:.4g}" for step in ct.GetSpacing()),
        "length_mm": round(length_mm(ct), 3),
        "min_hu": float(voxels.min()),
        "max_hu": float(voxels.max()),
    }
