"""One CT: its femora as a mask, their segmentation QC, features and a page.

    python -m osteoct.screening --ct FILE_OR_FOLDER --out FOLDER

Exit status: 0 if a femur passes quality control or needs a look, 1 if the CT or the weights cannot
be used, 3 if no femur can be used; 2 is a mistake on the command line.
"""

import argparse
import os
import sys
from pathlib import Path

import SimpleITK as sitk

from fastradiomics import UnknownSetting
from osteoct.job import show_progress
from osteoct.problems import PATIENT_PROBLEMS, PatientProblem
from osteoct.results import write_csv, write_text
from osteoct.screening.screen import (
    DOUBTS,
    NotReady,
    check_segmentation,
    hash_of_model,
    load_model,
    measure_femora,
    read_settings,
    segment_ct,
)
from osteoct.segmentation.qc import FAIL, REVIEW
from osteoct.storage import StorageProblem

ROOT = Path(__file__).parents[4]
USABLE, UNUSABLE_INPUT, NO_USABLE_FEMUR = 0, 1, 3  # exit status; 2 is argparse's own


def main(arguments):
    """Screen one CT; returns the exit status."""
    options = _options(arguments)
    try:
        return screen(options.ct, options.out, weights=options.weights)
    except (*PATIENT_PROBLEMS, UnknownSetting, NotReady, StorageProblem) as problem:
        print(f"Not screened. {problem}", file=sys.stderr)
        return UNUSABLE_INPUT


def screen(path, out, *, weights):
    """Segment, check and measure the femora of one CT; write all into a folder.

    Parameters
    ----------
    path : Path
        NIfTI, NRRD or MHA file, or folder of DICOM slices.
    out : Path
        Gets femur.nii.gz, qc.json, features.csv and report.html.
    weights : Path
        Folder of the trained networks.

    Returns
    -------
    int
        0 if at least one femur passes or needs a look, 3 if both failed.

    Raises
    ------
    PatientProblem
        If the CT cannot be used.
    NotReady
        If the networks are not there.
    UnknownSetting
        If the configuration asks for features that the engine does not know.
    """
    if not path.exists():
        raise PatientProblem("CT names neither a file nor a folder. Correct the path.")
    settings, networks = prepare(weights)
    ct, facts, segmentation = segment_ct(path, networks, out, settings=settings)
    result = check_segmentation(
        ct, segmentation, settings=settings, model=hash_of_model(weights), facts=facts, out=out
    )
    _write_features_and_report(ct, segmentation, result, settings, out)
    for line in closing_lines(result):
        print(line)
    return NO_USABLE_FEMUR if result["qc"] == FAIL else USABLE


def prepare(weights):
    """The study's configuration, and the networks set to use every core."""
    has_affinity = hasattr(os, "sched_getaffinity")  # not on macOS
    threads = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count()
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(threads)
    return read_settings(ROOT), load_model(weights, threads=threads)


def closing_lines(result):
    """What the console ends with: the CT if it needs a look, each femur, and where to look."""
    lines = [f"CT: {REVIEW}. {result['ct'][doubt]}" for doubt in DOUBTS if doubt in result["ct"]]
    lines += [
        f"{side.capitalize()} femur: {femur['qc']}. {femur['qc_reasons']}".strip()
        for side, femur in result["femora"].items()
    ]
    return [*lines, "Research use only. Look at report.html before you use a number."]


def _write_features_and_report(ct, segmentation, result, settings, out):
    """The slow part; the page's libraries are not needed before."""
    from osteoct.screening.page import page_of

    features = measure_femora(ct, segmentation, result["femora"], features=settings["features"])
    write_csv(features, out / "features.csv")
    count = {side: features.shape[1] - 2 for side in features["side"]}
    page = page_of(
        ct,
        segmentation,
        result,
        n_features=count,
        settings=settings["report"],
        template=ROOT / "workflow/report/screening.html.jinja",
    )
    write_text(page, out / "report.html")


def _options(arguments):
    parser = argparse.ArgumentParser(
        prog="python -m osteoct.screening",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--ct", type=Path, required=True, help="image file, or DICOM folder")
    parser.add_argument("--out", type=Path, required=True, help="folder for the results")
    parser.add_argument("--weights", type=Path, default=ROOT / "resources/weights")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    show_progress(sys.stdout)
    sys.exit(main(sys.argv[1:]))
