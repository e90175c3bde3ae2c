"""The image gate for one CT: read it, check it, and say what it is."""

import SimpleITK as sitk

from ctio.image_qc import content, geometry
from ctio.image_qc.protocol import look_at_protocol
from ctio.intake.sources import read_source
from ctio.issues.checks import EXCLUSION
from osteoct.problems import PatientProblem


def passed_ct(row, settings, record):
    """One CT that the gate lets pass.

    Parameters
    ----------
    row : dict
        `ct`, and `sex`, `age` and `exam_date` where they are known.
    settings : dict
        The section `image` of the configuration.
    record : dict
        Its `findings` and `series` are added to, also where the CT is refused.

    Returns
    -------
    ctio.intake.sources.Source

    Raises
    ------
    PatientProblem
        If there is no CT to be read, or a finding excludes it.
    """
    rules = {
        "slice_spacing_mm": settings["limits"]["slice_spacing_mm"],
        "length_at_least_mm": settings["limits"]["length_at_least_mm"],
        "kernels": settings["kernels"],
    }
    source = read_source(row, reading=settings["reading"], series=rules)
    record["series"] = source.series
    findings = source.findings + check_ct(source.image, source.protocol, settings=settings)
    record["findings"] += [("ct", finding) for finding in findings]
    if refused := [finding for finding in findings if finding.level == EXCLUSION]:
        raise PatientProblem(" ".join(map(str, refused)))
    return source


def check_ct(ct, said, *, settings):
    """Everything that the gate finds in one CT.

    Parameters
    ----------
    ct : SimpleITK.Image
        Oriented LPS.
    said : dict
        What its files say of the protocol, as in `ctio.intake.sources.Source`.
    settings : dict
        The section `image` of the configuration.

    Returns
    -------
    list of Finding
    """
    histogram = content.histogram_of(ct)
    return [
        *geometry.beyond_limits(ct, **settings["limits"]),
        *content.no_ct(histogram, **settings["no_ct"]),
        *geometry.look_at_grid(ct, **settings["grid"]),
        *content.look_at_values(histogram, **settings["values"]),
        *content.look_at_sides(ct, **settings["sides"]),
        *look_at_protocol(ct, said, **settings["protocol"], kernels=settings["kernels"]),
    ]


def facts_of(ct):
    """Size, spacing, length and range of a CT, for the patient's page."""
    voxels = sitk.GetArrayViewFromImage(ct)
    return {
        "size": " × ".join(map(str, ct.GetSize())),
        "spacing_mm": " × ".join(f"{step:.4g}" for step in ct.GetSpacing()),
        "length_mm": round(geometry.length_mm(ct), 3),
        "lowest_hu": float(voxels.min()),
        "highest_hu": float(voxels.max()),
    }
