"""One patient of the run, for the picture of the pipeline."""

from pathlib import Path

import numpy as np
import SimpleITK as sitk

from ctio import SIDES, bounding_box, crop_to, read_ct
from osteoct.classification.classifiers import CLASSIFIERS
from osteoct.cohort.diagnosis import CLASSES
from osteoct.figures import slices
from osteoct.report.views import MARGIN_MM, draw_view, femur_views
from osteoct.storage import StudyProblem

COARSE_INK, FINE_INK = "coarse", "automatic"
HEAD, CORONAL = 0, 2  # of the planes of `femur_views`
PIPELINE_MARGIN_MM = 60  # around the masks of the first panels
FOLDER = Path("results/patients")
STEPS = {"measured": "measured", "rfe": "RFE", "mrmr": "mRMR", "lasso": "LASSO"}


def illustrate(*, study, predictions, overlap, selection, options):
    """What Figure 2 shows, from one patient of the run.

    Parameters
    ----------
    study : DataFrame
        results/cohort/study.csv.
    predictions, overlap : DataFrame
        As for `typical_patient`.
    selection : dict
        results/model/selection.json.
    options : dict
        `side`, `settings` (config, report), `spacing_mm` of the coarse and fine stage (None where
        the masks were made elsewhere), `sigmas_mm` of the Laplacian of Gaussian, `classifier`,
        the name of the one in use.

    Returns
    -------
    dict
        Keyword arguments of ``figures.pipeline.draw_pipeline``.
    """
    side, settings = options["side"], options["settings"]
    patient = typical_patient(predictions, overlap, side=side)
    ct = read_ct(study.set_index("patient")["ct"][patient])
    files = [FOLDER / patient / name for name in ("coarse.nii.gz", "femur.nii.gz")]
    coarse, femur = (
        sitk.DICOMOrient(sitk.ReadImage(str(file)), "LPS") if file.exists() else None
        for file in files
    )
    row = predictions.set_index("patient").loc[patient]
    sigmas = sorted(options["sigmas_mm"])
    shown = sorted({*sigmas[:1], *sigmas[-1:]})
    return {
        "pictures": stage_pictures(ct, coarse, femur, side=side, settings=settings),
        "filtered": filtered_pictures(ct, femur, side=side, sigmas_mm=shown),
        "funnel": [(title, selection["counts"][step]) for step, title in STEPS.items()],
        "probabilities": {name: float(row[f"p_{name}"]) for name in CLASSES},
        "headings": headings(patient, ct, selection, options),
        "sketch": CLASSIFIERS[options["classifier"]].sketch,
    }


def headings(patient, ct, selection, options):
    """Title and description of each panel of Figure 2."""
    title = CLASSIFIERS[options["classifier"]].title
    measured, chosen = selection["counts"]["measured"], selection["counts"]["lasso"]
    return [
        ("Low-dose CT", f"patient {patient}, slices {ct.GetSpacing()[2]:.3g} mm apart"),
        *_stage_headings(options["spacing_mm"]),
        ("Features", f"{measured:,}: shape, density, texture,\nin the CT and in filtered copies"),
        ("Selection", f"{chosen} features, by training patients only"),
        ("Class", f"{title[0].upper()}{title[1:]}:\nprobabilities of this patient"),
    ]


def _stage_headings(spacing_mm):
    """Title and description of the panels that show the segmentation."""
    if spacing_mm is None:
        return [
            ("Automatic mask", "made elsewhere, on the CT's grid"),
            ("Automatic mask", "in the axial plane of the head"),
        ]
    coarse_mm, fine_mm = spacing_mm
    return [
        ("Coarse mask", f"VB-Net 1, the whole CT at {coarse_mm:g} mm"),
        ("Fine mask", f"VB-Net 2, around the femur at {fine_mm:g} mm"),
    ]


def typical_patient(predictions, overlap, *, side):
    """Test patient whose mask is the median one of those that were classified right.

    Parameters
    ----------
    predictions : DataFrame
        `patient`, `split`, `diagnosis`, `predicted`.
    overlap : DataFrame
        `patient`, `side`, `dice`.
    side : {"left", "right"}

    Returns
    -------
    str
        Of all classified test patients if none was classified right, of all classified patients
        if none is in the test cohort; the first by name where no mask has a reference.

    Raises
    ------
    StudyProblem
        If nobody was classified.
    """
    if predictions.empty:
        raise StudyProblem("No patient was classified, so there is none to draw the pipeline with.")
    test = predictions["split"].eq("test")
    right = predictions["predicted"].eq(predictions["diagnosis"])
    chosen = next(rows for rows in (test & right, test, ~test) if rows.any())
    names = predictions.loc[chosen, "patient"]
    known = overlap[overlap["side"].eq(side) & overlap["patient"].isin(names)]
    known = known.dropna(subset="dice").sort_values(["dice", "patient"])
    return names.min() if known.empty else known["patient"].iloc[len(known) // 2]


def stage_pictures(ct, coarse, femur, *, side, settings):
    """The same coronal plane as it is, with the coarse mask, and with the fine one.

    Parameters
    ----------
    ct, coarse, femur : SimpleITK.Image
        LPS; the masks have labels 1 right and 2 left, each on its own grid; `coarse` is None where
        the masks were made elsewhere.
    side : {"left", "right"}
    settings : dict
        `window_centre_hu` and `window_width_hu`.

    Returns
    -------
    list of three ndarray of uint8, shape (height, width)
    """
    views = _planes(femur, side, margin_mm=PIPELINE_MARGIN_MM)
    whole, fine = views[CORONAL], [(FINE_INK, femur != 0)]
    if coarse is None:
        masks = [(whole, fine), (views[HEAD], fine)]
    else:
        masks = [(whole, [(COARSE_INK, coarse != 0)]), (whole, fine)]
    return [draw_view(ct, plane, inks, **settings) for plane, inks in [(whole, []), *masks]]


def filtered_pictures(ct, femur, *, side, sigmas_mm):
    """The studied femur in the original image and after Laplacian of Gaussian filters.

    Parameters
    ----------
    ct, femur, side
        As for `stage_pictures`.
    sigmas_mm : list of float

    Returns
    -------
    list of (str, ndarray of float, shape (height, width))
        Name and values, cut at the 1st and 99th percentile.
    """
    plane = _planes(femur, side, margin_mm=MARGIN_MM / 2)[CORONAL]
    studied = femur == SIDES[side]
    near = crop_to(ct, bounding_box(studied, margin_mm=MARGIN_MM))
    near = sitk.Cast(near, sitk.sitkFloat32)
    images = [("original", near)]
    images += [(f"LoG {sigma:g} mm", laplacian(near, sigma_mm=sigma)) for sigma in sigmas_mm]
    pictures = [(name, slices.sample_hu(image, plane)) for name, image in images]
    return [(name, _without_extremes(values)) for name, values in pictures]


def laplacian(image, *, sigma_mm):
    """Laplacian of Gaussian, scaled so that filters of different widths compare."""
    return sitk.LaplacianRecursiveGaussian(image, sigma=sigma_mm, normalizeAcrossScale=True)


def _without_extremes(values):
    return np.clip(values, *np.quantile(values, (0.01, 0.99)))


def _planes(femur, side, *, margin_mm):
    """Planes of `femur_views`, in its order."""
    return [plane for _, _, plane in femur_views(femur, side=side, margin_mm=margin_mm)]
