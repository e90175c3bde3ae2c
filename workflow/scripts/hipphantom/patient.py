"""One synthetic patient from first draw to finished scan: the truth first, then measurements."""

from dataclasses import asdict, dataclass
from functools import partial

import numpy as np

from hipphantom import scanner
from hipphantom.anatomy import Hip, draw_body, draw_hips, vary
from hipphantom.demography import draw_cohort
from hipphantom.femur import Femur, build_femur
from hipphantom.geometry import Grid
from hipphantom.labels import draw_second_reader, half_maximum_surface
from hipphantom.mineral import Bone, mineralise
from hipphantom.pathology import draw_metal_streaks, draw_pathology, scanned_slices
from hipphantom.qct import measure, project, trabecular_scale
from hipphantom.randomness import generator
from hipphantom.scene import compose_scene, plan_scan
from hipphantom.soft_tissue import build_tissue

LABELS = {"right": 1, "left": 2}  # of the femora in a mask


@dataclass
class Phantom:
    """A patient's CT, manual masks and reference values.

    Attributes
    ----------
    grid : Grid
        The voxels of the arrays and where they lie in the patient.
    ct : ndarray of int16, shape (z, y, x)
        Hounsfield units.
    mask, mask_reader2 : ndarray of uint8
        1 right, 2 left proximal femur, by two readers; only intact and wholly scanned femora.
    participant : dict
        The patient's row of the participants table.
    qct : list of dict
        The patient's rows of the QCT table.
    truth : dict
        What was drawn: person, body, hips, true densities, pathology.
    """

    grid: Grid
    ct: np.ndarray
    mask: np.ndarray
    mask_reader2: np.ndarray
    participant: dict
    qct: list
    truth: dict


@dataclass
class Side:
    """One femur with everything known about it."""

    hip: Hip
    femur: Femur
    crop: Grid
    bone: Bone
    projected: dict
    scale: float


def simulate(patient, *, seed, screened, cohort, anatomy, density, scan, labels):
    """One patient of a synthetic cohort.

    Parameters
    ----------
    patient : str
        One of `names.patient_names`.
    seed, screened : int
        Seed and number of patients of the cohort.
    cohort, anatomy, density, scan, labels : dict
        The sections of `phantom.schema.yaml`, which says what each value means.

    Returns
    -------
    Phantom
        The same for the same arguments, whoever else is simulated.

    Raises
    ------
    ValueError
        If the cohort has no such patient.
    """
    # The names given to `draw` decide the random numbers: they stay as they are.
    person = _find_person(patient, seed, screened=screened, **cohort)
    draw = partial(generator, seed, patient)
    body, hips = _draw_anatomy(draw, person, **anatomy)
    pathology = draw_pathology(draw("finding"), person["exclusion"])
    grid = plan_scan(body, hips, **scan["field"])
    sides = _build_femora(draw, grid, hips, pathology)
    _set_density(draw("density"), sides, pathology, person["target_t"], density)
    settings = scan | _site_scan(person, cohort["sites"])
    ct = _scan(draw, grid, body, sides, pathology, settings)
    masks = _segment(draw, sides, grid, pathology, **labels)
    scanned = scanned_slices(pathology, grid, hips)
    kept = (scanned, *(slice(0, length) for length in grid.shape[1:]))
    qct = _measure_qct(draw("qct"), patient, sides, pathology, density)
    return Phantom(
        grid.crop(kept),
        ct[kept],
        masks[0][kept],
        masks[1][kept],
        _participant(person, bool(masks[0].any())),
        qct,
        _truth(person, body, sides, pathology, density["reference"]),
    )


def _site_scan(person, sites):
    """The settings in which the scanner of the patient's site differs from the cohort's."""
    return sites[person["site"]]["scan"] if "site" in person else {}


def _find_person(patient, seed, **cohort):
    """The patient's row of the cohort."""
    people = {person["patient"]: person for person in draw_cohort(seed, **cohort)}
    if patient not in people:
        raise ValueError(
            f"The synthetic cohort of {len(people)} has no patient {patient}; "
            f"they run from {min(people)} to {max(people)}."
        )
    return people[patient]


def _draw_anatomy(draw, person, *, body, hip, variation):
    """Body and hips of a patient."""
    trunk = draw_body(draw("body"), person, **body)
    trunk = vary(draw("variation"), trunk, **variation["body"])
    hips = draw_hips(draw("hips"), person, trunk, **hip)
    return trunk, {
        side: vary(draw("variation", side), drawn, **variation["hip"])
        for side, drawn in hips.items()
    }


def _build_femora(draw, grid, hips, pathology):
    """Both femora, shaped, filled and projected; their trabecular scale is still open."""
    sides = {}
    for side, hip in hips.items():
        femur = build_femur(draw("femur", side), grid, hip, side, pathology)
        crop = grid.crop(femur.window)
        bone = mineralise(draw("bone", side), femur, crop, hip)
        projected = project(bone, femur, hip, float(np.prod(grid.spacing_mm)))
        sides[side] = Side(hip, femur, crop, bone, projected, scale=1.0)
    return sides


def _set_density(rng, sides, pathology, target, density):
    """Trabecular scale of both sides: the deciding side meets the patient's bone status."""
    decisive = density["side"]
    if decisive in pathology.fracture:
        decisive = next(side for side in sides if side != decisive)
    scale = trabecular_scale(sides[decisive].projected, target, reference=density["reference"])
    for name, side in sides.items():
        difference = (
            0.0 if name == decisive else density["left_right_log_sd"] * rng.standard_normal()
        )
        side.scale = scale * float(np.exp(difference))


def _scan(draw, grid, body, sides, pathology, scan):
    """CT numbers of the whole scan: the scene, blurred, with noise and any metal streaks."""
    hu_per_mg_cc = scan["hu_per_mg_cc"] * body.beam_hardening
    painters = compose_scene(draw, grid, body, sides, pathology, hu_per_mg_cc)
    tissue = build_tissue(draw("tissue"), grid, body, {n: s.hip for n, s in sides.items()})
    rng, pixel = draw("noise"), grid.spacing_mm[1]
    sd_hu = scan["noise"]["sd_hu"] * np.exp(scan["noise_per_size"] * body.size)
    settings = {**scan["noise"], "sd_hu": sd_hu}
    ct = np.empty(grid.shape, np.int16)
    previous = None
    for number in range(grid.shape[0]):
        image = tissue.slice(number)
        for painter in painters:
            painter.paint(image, number)
        noise = scanner.draw_noise(rng, image, pixel_mm=pixel, **settings)
        if pathology.implant:
            image = image + draw_metal_streaks(draw("streaks"), image, pixel)
        image = scanner.blur(image, scan["blur_mm"], pixel)
        image = scanner.shift_calibration(image, **scan["calibration_shift"])
        mixed = scanner.mix_slices(noise, previous, scan["previous_slice_fraction"])
        ct[number] = scanner.digitise(image + mixed)
        previous = noise
    return ct


def _segment(draw, sides, grid, pathology, *, point_spread_mm, **agreement):
    """Manual masks of both readers."""
    masks = np.zeros((2, *grid.shape), np.uint8)
    for name, side in sides.items():
        if name in pathology.implant + pathology.fracture or pathology.cut:
            continue
        z, y, x = side.femur.window
        above = np.arange(z.start, z.stop)[:, None, None] >= side.femur.trochanter_slice
        surface = half_maximum_surface(side.femur.distance, side.bone.cortex_mm, point_spread_mm)
        first = (surface < 0) & above
        rng = draw("reader", name)
        second = draw_second_reader(rng, side.crop, surface, above, **agreement)
        for number, mask in enumerate((first, second)):
            masks[number, z, y, x][mask] = LABELS[name]
    return masks


def _measure_qct(rng, patient, sides, pathology, density):
    """The patient's rows of the QCT table; a broken or replaced hip has none."""
    settings = {name: density[name] for name in ("reference", "precision_g_cm2")}
    return [
        {"patient": patient, "side": name, **row}
        for name, side in sides.items()
        if name not in pathology.implant + pathology.fracture
        for row in measure(rng, side.projected, side.scale, **settings)
    ]


def _participant(person, has_mask):
    """The patient's row of the participants table, files named beside it."""
    columns = ("patient", "sex", "age", "site", "exam_date", "qct_date", "dlp_mgy_cm")
    return {
        **{name: person.get(name, "") for name in columns},
        "ct": "ct.nii.gz",
        "mask": "mask.nii.gz" if has_mask else "",
        "mask_reader2": "mask_reader2.nii.gz" if has_mask else "",
        "exclusion": person["exclusion"],
    }


def _truth(person, body, sides, pathology, reference):
    """What was drawn, and the exact areal densities and T-scores, as plain values."""
    drawn = {"person": person, "body": asdict(body), "pathology": asdict(pathology)}
    return drawn | {
        "hips": {name: _true_side(side, reference) for name, side in sides.items()},
    }


def _true_side(side, reference):
    """Everything about one femur, as plain values."""
    exact = {
        region: cortical + side.scale * trabecular
        for region, (cortical, trabecular) in side.projected.items()
    }
    return {
        **asdict(side.hip),
        "trabecular_scale": side.scale,
        "bmd_g_cm2": exact,
        "t_score": {r: (exact[r] - reference[r][0]) / reference[r][1] for r in exact},
        "cortical_fraction": side.projected["total_hip"][0] / exact["total_hip"],
    }
