"""One patient's page: pictures, label, class and features, or why there are none."""

import logging
from pathlib import Path

import pandas as pd
import SimpleITK as sitk

from ctio import read_ct, read_mask
from osteoct.batches import for_each_patient
from osteoct.cohort.diagnosis import CLASSES
from osteoct.problems import PATIENT_PROBLEMS
from osteoct.report.cases import history, problem
from osteoct.report.pages import is_missing, number, render
from osteoct.report.qc import list_facts, qc_table, read_image_issues
from osteoct.report.strips import strip
from osteoct.report.viewer import pictures_of
from osteoct.report.views import SCALE_BAR_MM
from osteoct.results import sha256, write_text

logger = logging.getLogger(__name__)

PAGE = "audit.html"
REJECTED = "The CT was rejected."  # why stands at the top of the page
OVERLAP = {
    "side": "Side",
    "dice": "Dice",
    "reference_cm3": "Reference (cm³)",
    "automatic_cm3": "Automatic (cm³)",
    "vd_cm3": "Difference (cm³)",
    "hd95_mm": "HD95 (mm)",
    "surface_dice": "Surface Dice",
    "readers_dice": "Dice of two readers",
    "failure": "Failure",
}


def draw_pages(cases, *, training, study, template, code):
    """Write the page of every patient of a batch.

    Parameters
    ----------
    cases : DataFrame
        From ``cases.gather``, one row per patient.
    training : DataFrame
        Training patients' `diagnosis` and the selected features, in order of selection.
    study : dict
        `synthetic`, `side`, `classifier` (its title), `diagnosis` (regions and edges), `settings`
        (config, report) and `meanings` (of the selected features, from ``dictionary.meanings``).
    template : str
        The page's template.
    code : list of str
        Files of modules and templates: when one changes, every page is drawn again.

    Returns
    -------
    DataFrame
        One row per patient, as from ``batches.for_each_patient``.
    """

    def measure(row, folder):
        page = page_of(row, folder, training=training, study=study, template=template)
        write_text(page, folder / PAGE)
        return {"pictures": page.count("data:image/png")}

    key = [study, training.to_dict("list"), [sha256(file) for file in code]]
    return for_each_patient(cases, measure, step="pages", files=[PAGE], key=key)


def page_of(case, folder, *, training, study, template):
    """The page of one patient as HTML.

    Parameters
    ----------
    case : dict
        A row of ``cases.gather``, with `features` (feature to value, or None).
    folder : Path
        The patient's folder, with `femur.nii.gz`, `coarse.nii.gz`, `neck.nii.gz` where there are
        any.
    training, study, template
        As for `draw_pages`.

    Returns
    -------
    str
    """
    pictures, legend, no_picture = case_pictures(case, folder, study)
    return render(
        template,
        patient=case["patient"],
        synthetic=study["synthetic"],
        person=case["person"],
        problem=problem(case),
        classes=CLASSES,
        prediction=case["prediction"],
        classifier=study["classifier"],
        t_scores=[row for row in case["qct"] if row["side"] == study["side"]],
        side=study["side"],
        how_labelled=label_sentence(case["person"], **study["diagnosis"]),
        pictures=pictures,
        legend=legend,
        no_picture=no_picture,
        window=study["settings"],
        scale_bar_mm=SCALE_BAR_MM,
        qc=qc_table(case["steps"].get("femurs")),
        neck=case["steps"].get("neck"),
        overlap=_table(case["overlap"]),
        strips=feature_strips(case["features"], training, study["meanings"]),
        n_training=len(training),
        history=history(case),
        facts=list_facts(case["steps"].get("image_qc")),
        images=read_image_issues(folder),
    )


def label_sentence(person, *, regions, osteopenia_below, osteoporosis_at_or_below):
    """How the reference diagnosis came about, as a sentence; None if there is no diagnosis."""
    if is_missing(person["diagnosis"]):
        return None
    high, low = number(osteopenia_below, 1), number(osteoporosis_at_or_below, 1)
    rule = {
        "normal": f"at or above {high}",
        "osteopenia": f"between {low} and {high}",
        "osteoporosis": f"at or below {low}",
    }
    asked = " and ".join(region.replace("_", " ") for region in regions)
    return (
        f"The lowest T-score of {asked} decides: {number(person['t_score'], 2)} "
        f"({person['region'].replace('_', ' ')}) is {rule[person['diagnosis']]}, hence "
        f"{person['diagnosis']}."
    )


def feature_strips(features, training, meanings):
    """A strip and the meaning of each selected feature of a patient; empty for one without any."""
    if features is None:
        return []
    return [
        strip(name, features[name], reference=training[name], classes=training["diagnosis"])
        | {"meaning": meanings.get(name, "")}
        for name in training.columns.drop("diagnosis")
    ]


def with_features(cases, features, names):
    """Cases with one more column, `features`: the named features of a patient, or None."""
    table = features.set_index("patient").reindex(columns=list(names))
    known = {patient: dict(row) for patient, row in table.iterrows()}
    column = pd.Series([known.get(name) for name in cases["patient"]], dtype=object)
    return cases.assign(features=column.values)


def case_pictures(case, folder, study):
    """A patient's CT with the masks there are.

    Parameters
    ----------
    case : dict
        A row of ``cases.gather``.
    folder : Path
        The patient's folder.
    study : dict
        `side` and `settings`, as for `draw_pages`.

    Returns
    -------
    pictures, legend
        From ``viewer.pictures_of``; empty if there is no picture.
    no_picture : str or None
        The sentence that says why.
    """
    person = case["person"]
    try:
        ct = read_ct(folder / "ct.nii.gz" if is_missing(person["ct"]) else person["ct"])
    except PATIENT_PROBLEMS as trouble:
        record = case["steps"].get("image_qc") or {}
        return [], [], REJECTED if record.get("status") == "failed" else str(trouble)
    masks = _masks(case, folder, ct)
    return *pictures_of(ct, masks, side=study["side"], settings=study["settings"]), None


def _masks(case, folder, ct):
    """Masks there are, by ink."""
    person, masks = case["person"], {}
    segmented = case["steps"].get("femurs") is not None
    files = {"coarse": "coarse.nii.gz", "automatic": "femur.nii.gz", "neck": "neck.nii.gz"}
    for ink, name in files.items():
        if segmented and (folder / name).exists():
            masks[ink] = sitk.DICOMOrient(sitk.ReadImage(str(folder / name)), "LPS")
    if not is_missing(person["mask"]) and Path(person["mask"]).is_file():
        try:
            masks["reference"] = read_mask(person["mask"], like=ct, sided=True)
        except PATIENT_PROBLEMS as trouble:
            logger.debug(f"The manual segmentation is not drawn: {trouble}")
    return masks


def _table(records):
    """Header and rows of the overlap with the reference, columns without values left out."""
    keys = [key for key in OVERLAP if any(not is_missing(row.get(key)) for row in records)]
    rows = [[record.get(key) for key in keys] for record in records]
    return {"header": [OVERLAP[key] for key in keys], "rows": rows}
