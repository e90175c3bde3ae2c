"""The limit of every check that has one, and where it comes from."""

from math import acos, degrees

from ctio.image_qc import body, continuity, geometry, hounsfield, masks, tissues
from ctio.image_qc.protocol import THICKNESS_TOLERANCE
from ctio.image_qc.tissues import expected_scale
from ctio.imaging.axes import MAX_DRIFT_MM
from ctio.imaging.sides import WHOLE_BODY_MM
from ctio.intake.grouping import AXIAL_COSINE
from ctio.intake.limits import MAX_BYTES, MAX_FILES, MAX_VOXELS
from ctio.intake.merging import MIN_SHARED
from ctio.intake.nifti_header import MAX_SPACING_ERROR
from ctio.intake.rtstruct import FLAT_VOXELS
from ctio.intake.segmentations import MAX_FRACTION_OUTSIDE
from ctio.intake.stack import GAP_TOLERANCE, MAX_SHIFT_MM

CONFIGURED = "the configuration, section `image_qc`"
PUBLISHED = "[published values](#where-the-ranges-of-the-tissues-come-from)"
JUDGEMENT = "judgement"
TUNED = "[other CTs and phantoms](#how-much-of-a-jump-between-slices-is-seen)"
VOLTAGES_KVP = (80, 100, 120, 140)


def describe_sources():
    """Where the ranges of air, fat and muscle come from, in paragraphs."""
    return tissues.__doc__.split("\n", 1)[1].strip()


def describe_limits(*, limits, protocol):
    """The limit of every check that has one.

    Parameters
    ----------
    limits : dict
        As for `ctio.image_qc.scan.check_ct`.
    protocol : dict
        The same.

    Returns
    -------
    dict of str to tuple of str
        Key of the catalogue: what is still accepted, and where that comes from.
    """
    return {
        **_of_files(),
        **_of_geometry(**limits),
        **_of_content(),
        **_of_body(),
        **_of_scale(),
        **_of_protocol(**protocol),
        **_of_masks(),
    }


def _of_files():
    drift = f"{MAX_SHIFT_MM:g} mm a slice, {MAX_DRIFT_MM:g} mm over the scan"
    gap = f"{GAP_TOLERANCE:.0%} of the median distance"
    rounded = f"{JUDGEMENT}: positions in headers are rounded"
    return {
        "too large": (
            f"{MAX_VOXELS / 1e6:g} million voxels, {MAX_FILES:,} files, {MAX_BYTES / 1e9:g} GB",
            "512 × 512 × 3,000 voxels are 786 million",
        ),
        "no axial series": (
            f"slices tilted by less than {degrees(acos(AXIAL_COSINE)):.0f}°",
            JUDGEMENT,
        ),
        "missing slices": (f"gaps within {gap}", rounded),
        "duplicate slices": (f"gaps of {gap} and more", rounded),
        "uneven slices": (f"gaps within {gap}, {MAX_DRIFT_MM:g} mm over the scan", rounded),
        "gantry tilt": (drift, "about one pixel; rounded headers stay below half of it"),
        "gaps between slices": (f"{1 - GAP_TOLERANCE:.0%} of the distance", rounded),
    }


def _of_geometry(*, pixel_spacing_mm, slice_spacing_mm, min_length_mm):
    pixel, slices = ("{:g} to {:g} mm".format(*mm) for mm in (pixel_spacing_mm, slice_spacing_mm))
    one_percent = f"{MAX_SPACING_ERROR:.0%}"
    drift = f"{MAX_DRIFT_MM:g} mm over the image"
    return {
        "pixel spacing": (pixel, CONFIGURED),
        "slice spacing": (slices, CONFIGURED),
        "length": (f"{min_length_mm:g} mm and more", CONFIGURED),
        "pixels not square": (f"{geometry.MAX_ASPECT_ERROR:.0%}", "rounded headers have less"),
        "sheared image": (drift, "about one pixel; rounded headers stay below half of it"),
        "contradictory geometry": (f"{drift}; spacings within {one_percent}", "the same"),
        "oblique": (f"less than {geometry.MIN_OBLIQUE_DEG:g}°", "lengths are then 1.5 % off"),
        "step between slices": (
            f"{continuity.MIN_SHIFT_MM:g} mm sideways that explain {continuity.MIN_EXPLAINED:.0%} "
            "of the difference",
            TUNED,
        ),
        "jump between slices": (
            f"{continuity.MAX_RATIO:g} times the difference of the slices around",
            TUNED,
        ),
        "one hip": (f"{WHOLE_BODY_MM:g} mm and more", "two proximal femora span some 300 mm"),
        "body cut off": (
            f"{geometry.MAX_EDGE_FRACTION:.0%} of the voxels at the sides",
            JUDGEMENT,
        ),
    }


def _of_content():
    low, high = hounsfield.SOFT_TISSUE_HU
    return {
        "no air": (f"a value below {hounsfield.AIR_BELOW_HU} HU", "air is -1000 HU by definition"),
        "no soft tissue": (
            f"{hounsfield.MIN_SOFT_TISSUE_FRACTION:.0%} of the voxels from {low} to {high} HU",
            "two thighs fill 5 % of a field of 500 mm",
        ),
        "intercept twice": ("as HU offset and HU slope, from that intercept on", PUBLISHED),
        "padding": (
            f"no value below {hounsfield.PADDING_BELOW_HU} HU",
            "scanners pad with -2000 or -3024 HU",
        ),
        "no bone": (
            f"{hounsfield.MIN_BONE_CM3:g} cm³ above {hounsfield.BONE_ABOVE_HU} HU",
            "the femoral shaft of one hip alone has more",
        ),
        "few grey levels": (
            f"{hounsfield.MIN_GREY_LEVELS} different values and more",
            "a picture of 8 bits has 256",
        ),
        "HU clipped": (
            f"{hounsfield.MAX_CLIPPED_FRACTION:.1%} of the voxels with the highest value, below "
            f"{hounsfield.METAL_ABOVE_HU} HU",
            f"{JUDGEMENT}: the densest bone is a few voxels",
        ),
        "metal": (
            f"{hounsfield.MIN_METAL_MM3} mm³ above {hounsfield.METAL_ABOVE_HU} HU",
            "cortical bone stays below 2,000 HU, 12 bits end at 3,071 HU",
        ),
    }


def _of_body():
    return {
        "unequal sides": (f"{body.MAX_SIDES_RATIO:g} times", JUDGEMENT),
        "no femoral shaft": (
            f"{body.MIN_SHAFT_CM2:g} cm² in the lowest {body.BOTTOM_MM} mm",
            "a femoral shaft's wall has 3 to 5 cm²",
        ),
    }


def _of_scale():
    unknown, at_120 = expected_scale(), expected_scale(120)
    several = [(f"at {kvp} kVp", expected_scale(kvp).fat) for kvp in VOLTAGES_KVP]
    fat = [f"{_span(each)} HU {where}" for where, each in several]
    return {
        "HU offset": (
            f"the mean of fat and muscle within {_width(at_120.mean)} HU of "
            f"{at_120.mean.usual:g} HU at 120 kVp, {_width(unknown.mean)} HU if the voltage is "
            "not known",
            PUBLISHED,
        ),
        "HU slope": (
            f"air in its range, or {_span(at_120.distance)} HU from fat to muscle at 120 kVp, "
            f"{_span(unknown.distance)} HU if the voltage is not known; where air was cut, filled "
            f"in or is hardly there, {_span(expected_scale(120, has_air=False).distance)} HU",
            PUBLISHED,
        ),
        "air peak shifted": (f"{_span(unknown.air)} HU", PUBLISHED),
        "fat peak shifted": (
            f"{', '.join(fat)}, {_span(unknown.fat)} HU if the voltage is not known",
            PUBLISHED,
        ),
        "muscle peak shifted": (f"{_span(unknown.muscle)} HU", PUBLISHED),
    }


def _span(expected):
    return f"{expected.low:.0f} to {expected.high:.0f}"


def _width(expected):
    return f"{expected.high - expected.usual:.0f}"


def _of_protocol(*, slice_spacing_mm, tube_voltage_kvp):
    thick = slice_spacing_mm * THICKNESS_TOLERANCE
    return {
        "thick slices": (f"{thick:.4g} mm", CONFIGURED),
        "tube voltage": (f"{tube_voltage_kvp:g} kVp", CONFIGURED),
    }


def _of_masks():
    low, high = masks.FEMUR_CM3
    return {
        "structures overlap": (
            f"{MIN_SHARED:.0%} of the smaller structure",
            f"{JUDGEMENT}: parts of one femur share a slice or two",
        ),
        "contours unusable": (
            f"{FLAT_VOXELS:g} slices to either side of a contour's plane",
            f"{JUDGEMENT}: heights are rounded",
        ),
        "mask partly outside": (
            f"{MAX_FRACTION_OUTSIDE:.0%} of its volume",
            f"{JUDGEMENT}: the mask's rim",
        ),
        "mask in several components": (
            f"one of {masks.MIN_COMPONENT_CM3:g} cm³ and more",
            f"{JUDGEMENT}: smaller ones are specks of the drawing",
        ),
        "implausible volume": (
            f"{low} to {high} cm³",
            JUDGEMENT,
        ),
        "mask off the bone": (
            f"a mean of {masks.MIN_MEAN_HU} HU and more",
            "muscle has 75 HU at most",
        ),
        "wrong side": (
            f"{masks.MIN_OFFSET_MM} mm of the head beside the shaft",
            JUDGEMENT,
        ),
    }
