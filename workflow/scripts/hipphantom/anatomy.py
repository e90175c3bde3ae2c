"""One patient's dimensions and tissues, drawn from published distributions."""

from dataclasses import dataclass, replace

import numpy as np

# Sizes of shapes are given for a femoral head of this diameter and scale with the patient's own.
MODEL_HEAD_DIAMETER_MM = 46.0


@dataclass(frozen=True)
class Hip:
    """One femur and its socket: dimensions (mm, degrees) and bone.

    See `draw_hip` for the sources. What has a value here is neutral until `vary` changes it.
    """

    head_radius_mm: float
    scale: float
    neck_length_mm: float
    neck_shaft_deg: float
    anteversion_deg: float
    neck_thickness: float
    adduction_deg: float
    flexion_deg: float
    rotation_deg: float
    trochanter_size: float
    joint_space_mm: float
    centre_mm: tuple
    cortex_factor: float
    cortex_density: float
    head_factor: float
    neck_factor: float
    tensile_factor: float
    trabecular_contrast: float
    red_marrow: float
    yellow_marrow_hu: float
    shaft_width: float = 1.0
    crest_mm: float = 0.0
    lesser_trochanter_size: float = 1.0
    lesser_trochanter_stretch: float = 1.0
    lesser_trochanter_height_mm: float = 0.0
    calcar_mg_cc: float = 0.0
    osteophyte_mm: float = 0.0
    acetabular_wall_mm: float = 0.0
    acetabular_coverage: float = 0.0
    acetabular_roof_hu: float = 0.0


@dataclass(frozen=True)
class Body:
    """Soft tissue and pelvis of one patient; lengths in mm, fractions from 0 to 1.

    `beam_hardening` is the factor by which beam hardening and the scanner's calibration change the
    CT number of bone mineral: near 1, smaller in large patients.
    """

    sex: str
    scale: float
    half_width_mm: float
    half_depth_mm: float
    fat_mm: float
    muscle_hu: float
    muscle_fat: float
    hip_distance_mm: float
    pelvic_density: float
    bladder_mm: float
    beam_hardening: float
    size: float
    pelvic_cortex: float = 1.0
    pelvic_tilt_deg: float = 0.0


def draw_body(rng, person, *, hip_distance_mm, hip_half_width_mm, hip_half_depth_mm):
    """Pelvis and soft tissue of one patient.

    Parameters
    ----------
    rng : numpy.random.Generator
    person : mapping
        A row of the cohort: `sex`, `age` (years), `size` (standardised body mass), `target_t`.
    hip_distance_mm, hip_half_width_mm, hip_half_depth_mm : dict
        For F and M: ``[mean, standard deviation]``.

    Returns
    -------
    Body
    """
    sex, size = person["sex"], float(person["size"])
    old = (person["age"] - 68) / 8
    build = {
        name: values[sex][0] + values[sex][1] * (0.9 * size + 0.45 * rng.standard_normal())
        for name, values in (("width", hip_half_width_mm), ("depth", hip_half_depth_mm))
    }
    distance, spread = hip_distance_mm[sex]
    fat = (26 if sex == "F" else 17) * np.exp(0.28 * size + 0.15 * rng.standard_normal())
    return Body(
        sex=sex,
        scale=float(np.clip(1 + 0.03 * rng.standard_normal(), 0.93, 1.07)),
        half_width_mm=float(np.clip(build["width"], 145, 205)),
        half_depth_mm=float(np.clip(build["depth"], 85, 135)),
        fat_mm=float(np.clip(fat, 8, 55)),
        muscle_hu=float(np.clip(52 - 3 * old + 4 * rng.standard_normal(), 36, 64)),
        muscle_fat=float(np.clip(0.30 + 0.10 * old + 0.10 * rng.standard_normal(), 0.05, 0.75)),
        hip_distance_mm=float(distance + spread * rng.standard_normal()),
        pelvic_density=float(np.exp(0.12 * (person["target_t"] + 1.2) + 0.1 * rng.normal())),
        bladder_mm=float(rng.uniform(22, 40)),
        beam_hardening=float(np.exp(-0.02 * size + 0.025 * rng.standard_normal())),
        size=size,
    )


def draw_hips(rng, person, body, **settings):
    """Right and left femur of one patient, similar but not the same.

    Returns
    -------
    dict of str to Hip
        Under ``"right"`` and ``"left"``.
    """
    shared = {name: rng.standard_normal() for name in _TRAITS}
    return {
        side: draw_hip(rng, person, body, side=side, shared=shared, **settings)
        for side in ("right", "left")
    }


def vary(rng, drawn, *, added, multiplied):
    """A body or a hip beyond the published spreads, to train networks that must cope with any hip.

    Parameters
    ----------
    rng : numpy.random.Generator
    drawn : Body or Hip
    added, multiplied : dict of str to list of float
        Attribute to the range, ``[low, high]``, of what is added to it or multiplies it, drawn
        uniformly; ``[0, 0]`` and ``[1, 1]`` change nothing.

    Returns
    -------
    Body or Hip
    """
    sums = {name: getattr(drawn, name) + rng.uniform(*span) for name, span in added.items()}
    products = {
        name: sums.get(name, getattr(drawn, name)) * rng.uniform(*span)
        for name, span in multiplied.items()
    }
    return replace(drawn, **(sums | products))


_TRAITS = (
    "diameter",
    "angle",
    "version",
    "offset",
    "slender",
    "adduction",
    "flexion",
    "rotation",
    "trochanter",
    "space",
    "cortex",
    "density",
    "head",
    "neck",
    "tensile",
    "texture",
    "red",
    "yellow",
)


def draw_hip(rng, person, body, *, side, shared, left_right_correlation, **settings):
    """One femur; every trait correlates with the other side's by `left_right_correlation`.

    Parameters
    ----------
    rng : numpy.random.Generator
    person : mapping
        A row of the cohort.
    body : Body
    side : {"right", "left"}
    shared : dict of str to float
        The patient's standardised traits.
    left_right_correlation : float
        From 0 (sides unrelated) to 1 (sides the same).
    **settings
        The distributions: `head_diameter_mm`, `neck_shaft_deg`, `anteversion_deg`, `offset_mm`,
        `joint_space_mm`, each ``{F: [mean, sd], M: [mean, sd]}``, and `residual_sd`, the standard
        deviations of what the T-score does not explain of the bone traits.

    Returns
    -------
    Hip
    """
    own = {name: rng.standard_normal() for name in _TRAITS}
    common = left_right_correlation
    z = {name: common**0.5 * shared[name] + (1 - common) ** 0.5 * own[name] for name in _TRAITS}
    sex = person["sex"]

    def drawn(name, trait):
        mean, spread = settings[name][sex]
        return float(mean + spread * np.clip(z[trait], -2.5, 2.5))

    radius = drawn("head_diameter_mm", "diameter") / 2
    angle = float(np.clip(drawn("neck_shaft_deg", "angle"), 115, 140))
    offset = float(np.clip(drawn("offset_mm", "offset"), 30, 52))
    lateral = body.hip_distance_mm / 2 * (-1 if side == "right" else 1)
    centre = (rng.normal(0, 1.5), rng.normal(0, 2.5), lateral + rng.normal(0, 1))
    return Hip(
        head_radius_mm=radius,
        scale=2 * radius / MODEL_HEAD_DIAMETER_MM,
        neck_length_mm=offset / np.sin(np.deg2rad(angle)),
        neck_shaft_deg=angle,
        anteversion_deg=drawn("anteversion_deg", "version"),
        neck_thickness=float(np.exp(0.05 * z["slender"])),
        adduction_deg=6 + 2 * z["adduction"],
        flexion_deg=3 + 3 * z["flexion"],
        rotation_deg=2 + 7 * z["rotation"],
        trochanter_size=float(np.exp(0.07 * z["trochanter"])),
        joint_space_mm=float(np.clip(drawn("joint_space_mm", "space"), 2.0, 5.5)),
        centre_mm=tuple(float(c) for c in centre),
        **_bone(z, person, **settings["residual_sd"]),
    )


def _bone(z, person, *, cortex, density, head, neck, red_marrow, yellow_marrow_hu):
    """Bone traits: one part follows the T-score, the rest is the patient's own."""
    better = float(np.clip(person["target_t"], -4.5, 3) + 1.2)
    return {
        "cortex_factor": float(np.exp(0.11 * better + cortex * z["cortex"])),
        "cortex_density": float(np.exp(0.015 * better + density * z["density"])),
        "head_factor": float(np.exp(-0.06 * better + head * z["head"])),
        "neck_factor": float(np.exp(neck * z["neck"])),
        "tensile_factor": float(np.exp(0.15 * better + 0.25 * z["tensile"])),
        "trabecular_contrast": float(0.32 * np.exp(-0.10 * better + 0.20 * z["texture"])),
        "red_marrow": float(np.clip(0.35 + red_marrow * z["red"], 0.02, 0.9)),
        "yellow_marrow_hu": -85 + yellow_marrow_hu * z["yellow"],
    }
