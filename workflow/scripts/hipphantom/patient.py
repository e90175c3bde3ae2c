"""One synthetic patient from first draw to finished scan: truth first, then its measurements."""

from dataclasses import asdict, dataclass
from functools import partial

import numpy as np

from hipphantom import pathology, scanner, scene
from hipphantom.anatomy import Hip, draw_body, draw_hips, varied
from hipphantom.demography import draw_cohort
from hipphantom.femur import Femur, build_femur
from hipphantom.geometry import Grid
from hipphantom.labels import second_reading, seen_surface
from hipphantom.mineral import Bone, mineralise
from hipphantom.qct import measure, project, trabecular_scale
from hipphantom.randomness import generator
from hipphantom.soft_tissue import build_tissue

LABELS = {"right": 1, "left": 2}  # of the femora in a mask


@dataclass
class Phantom:
    """A patient's scan, outlines and reference values.

    Attributes
    ----------
    grid : Grid
    ct : ndarray of int16, shape (z, y, x)
        Hounsfield units.
    mask, mask_reader2 : ndarray of uint8
        1 right, 2 left proximal femur; only intact and wholly scanned ones.
    participant : dict
        The patient's row of the participants table.
    qct : list of dict
        The patient's rows of the QCT table.
    truth : dict
        What was drawn: person, body, hips, true densities, finding.
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
    part: Grid
    bone: Bone
    projected: dict
    scale: float


def simulate(patient, *, seed, screened, cohort, anatomy, density, scan, reading):
    """One patient of a synthetic cohort.

    Parameters
    ----------
    patient : str
        One of `demography.patient_names`.
    seed, screened : int
        Seed of the study and number of patients of the cohort.
    cohort, anatomy, density, scan, reading : dict
        The parts of the configuration's section `synthetic`.

    Returns
    -------
    Phantom
        The same for the same arguments, whoever else is simulated.

    Raises
    ------
    ValueError
        If the cohort has no such patient.
    """
    person = _person(patient, seed, screened=screened, **cohort)
    draw = partial(generator, seed, patient)
    body, hips = _anatomy(draw, person, **anatomy)
    finding = pathology.draw_finding(draw("finding"), person["exclusion"])
    grid = scene.scan_grid(body, hips, **scan["field"])
    sides = _femora(draw, grid, hips, finding, density["projection"])
    _settle_density(draw("density"), sides, finding, person["target_t"], density)
    ct = _scan(draw, grid, body, sides, finding, scan | _scanner(person, cohort["sites"]))
    masks = _outlines(draw, sides, grid, finding, **reading)
    made = pathology.kept_slices(finding, grid, hips)
    kept = (made, *(slice(0, length) for length in grid.shape[1:]))
    qct = _measured(draw("qct"), patient, sides, finding, density)
    return Phantom(
        grid.part(kept),
        ct[kept],
        masks[0][kept],
        masks[1][kept],
        _participant(person, bool(masks[0].any())),
        qct,
        _truth(person, body, sides, finding, density["reference"]),
    )


def _scanner(person, sites):
    """What the scanner of the patient's site does otherwise than the study's."""
    return sites[person["site"]]["scan"] if "site" in person else {}


def _person(patient, seed, **cohort):
    """The patient's row of the cohort."""
    people = {person["patient"]: person for person in draw_cohort(seed, **cohort)}
    if patient not in people:
        raise ValueError(
            f"The synthetic cohort of {len(people)} has no patient {patient}; "
            f"they run from {min(people)} to {max(people)}."
        )
    return people[patient]


def _anatomy(draw, person, *, body, hip, variation):
    """Body and hips of a patient."""
    trunk = draw_body(draw("body"), person, **body)
    trunk = varied(draw("variation"), trunk, **variation["body"])
    hips = draw_hips(draw("hips"), person, trunk, **hip)
    return trunk, {
        side: varied(draw("variation", side), drawn, **variation["hip"])
        for side, drawn in hips.items()
    }


def _femora(draw, grid, hips, finding, regions):
    """Both femora, shaped, filled and projected; their trabecular scale is still open."""
    sides = {}
    for side, hip in hips.items():
        femur = build_femur(draw("femur", side), grid, hip, side, finding)
        part = grid.part(femur.window)
        bone = mineralise(draw("bone", side), femur, part, hip)
        volume = float(np.prod(grid.spacing_mm))
        projected = project(bone, femur, hip, volume, **regions)
        sides[side] = Side(hip, femur, part, bone, projected, scale=1.0)
    return sides


def _settle_density(rng, sides, finding, target, density):
    """Trabecular scale of both sides: the deciding side meets the patient's bone status."""
    decisive = density["side"]
    if decisive in finding.fracture:
        decisive = next(side for side in sides if side != decisive)
    scale = trabecular_scale(
        sides[decisive].projected, target, reference=density["reference"], limits=density["limits"]
    )
    for name, side in sides.items():
        unlike = 0.0 if name == decisive else density["between_sides"] * rng.standard_normal()
        side.scale = scale * float(np.exp(unlike))


def _scan(draw, grid, body, sides, finding, scan):
    """CT numbers of the whole scan: the scene, blurred, with noise and any metal streaks."""
    painters = scene.compose(
        draw, grid, body, sides, finding, scan["hu_per_mg_cc"] * body.hardening
    )
    tissue = build_tissue(draw("tissue"), grid, body, {n: s.hip for n, s in sides.items()})
    rng, pixel = draw("noise"), grid.spacing_mm[1]
    level = scan["noise"]["noise_hu"] * np.exp(scan["noise_per_size"] * body.size)
    settings = {**scan["noise"], "noise_hu": level}
    ct = np.empty(grid.shape, np.int16)
    before = None
    for number in range(grid.shape[0]):
        image = tissue.slice(number)
        for painter in painters:
            painter.paint(image, number)
        noise = scanner.noise_slice(rng, image, pixel_mm=pixel, **settings)
        if finding.implant:
            image = image + pathology.metal_streaks(
                draw("streaks"), image, pixel, streak_hu=scan["streak_hu"]
            )
        image = scanner.calibrate(scanner.blur(image, scan["blur_mm"], pixel), **scan["drift"])
        ct[number] = scanner.digitise(image + scanner.settle(noise, before, scan["slice_share"]))
        before = noise
    return ct


def _outlines(draw, sides, grid, finding, *, point_spread_mm, **agreement):
    """Label maps of both readers."""
    maps = np.zeros((2, *grid.shape), np.uint8)
    for name, side in sides.items():
        if name in finding.implant + finding.fracture or finding.cut:
            continue
        z, y, x = side.femur.window
        above = np.arange(z.start, z.stop)[:, None, None] >= side.femur.lowest_slice
        surface = seen_surface(side.femur.distance, side.bone.cortex_mm, point_spread_mm)
        first = (surface < 0) & above
        second = second_reading(draw("reader", name), side.part, surface, above, **agreement)
        for number, mask in enumerate((first, second)):
            maps[number, z, y, x][mask] = LABELS[name]
    return maps


def _measured(rng, patient, sides, finding, density):
    """The patient's rows of the QCT table; a broken or replaced hip has none."""
    settings = {name: density[name] for name in ("reference", "precision_g_cm2")}
    return [
        {"patient": patient, "side": name, **row}
        for name, side in sides.items()
        if name not in finding.implant + finding.fracture
        for row in measure(rng, side.projected, side.scale, **settings)
    ]


def _participant(person, outlined):
    """The patient's row of the participants table, files named beside it."""
    columns = ("patient", "sex", "age", "site", "exam_date", "qct_date", "dlp_mgy_cm")
    return {
        **{name: person.get(name, "") for name in columns},
        "ct": "ct.nii.gz",
        "mask": "mask.nii.gz" if outlined else "",
        "mask_reader2": "mask_reader2.nii.gz" if outlined else "",
        "exclusion": person["exclusion"],
    }


def _truth(person, body, sides, finding, reference):
    """What was drawn, and the exact areal densities and T-scores, as plain values."""
    truth = {"person": person, "body": asdict(body), "finding": asdict(finding), "hips": {}}
    for name, side in sides.items():
        exact = {
            region: cortical + side.scale * trabecular
            for region, (cortical, trabecular) in side.projected.items()
        }
        truth["hips"][name] = {
            **asdict(side.hip),
            "trabecular_scale": side.scale,
            "bmd_g_cm2": exact,
            "t_score": {r: (exact[r] - reference[r][0]) / reference[r][1] for r in exact},
            "cortical_share": side.projected["total_hip"][0] / exact["total_hip"],
        }
    return truth
