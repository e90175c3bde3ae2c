"""`make screen CT=FILE_OR_FOLDER OUT=FOLDER`: one CT, its femora, and whether to trust them."""

import argparse
import os
import sys
from pathlib import Path

import SimpleITK as sitk

from osteoct.problems import PatientProblem
from osteoct.results import write_csv, write_text
from osteoct.screening.model import NotReady, hash_of_model, load_model, settings_of
from osteoct.screening.screen import judged, outline_ct
from osteoct.storage import StorageProblem
from osteoct.verdict.judgement import FAILED

ROOT = Path(__file__).parents[4]
USABLE, UNUSABLE_INPUT, NO_USABLE_FEMUR = 0, 1, 3  # exit status; 2 is argparse's own


def main(arguments):
    """Screen one CT; returns the exit status."""
    options = _options(arguments)
    try:
        return screen(options.ct, options.out, weights=options.weights, say=_say)
    except (PatientProblem, NotReady, StorageProblem) as problem:
        print(f"Not screened. {problem}", file=sys.stderr)
        return UNUSABLE_INPUT


def screen(path, out, *, weights, say):
    """Outline, judge and measure the femora of one CT; write all into a folder.

    Parameters
    ----------
    path : Path
        NIfTI, NRRD or MHA file, or folder of DICOM slices.
    out : Path
        Gets femur.nii.gz, verdict.json, features.csv and report.html.
    weights : Path
        Folder of the trained networks.
    say : callable
        Prints one line of progress.

    Returns
    -------
    int
        0 if at least one femur is accepted or needs a look, 3 if both failed.

    Raises
    ------
    PatientProblem
        If the CT cannot be used.
    NotReady
        If the networks are not there.
    """
    if not path.exists():
        raise PatientProblem("CT names neither a file nor a folder. Correct the path.")
    settings, networks = prepare(weights)
    ct, facts, outlines = outline_ct(path, networks, out, settings=settings, say=say)
    found = judged(
        ct, outlines, settings=settings, model=hash_of_model(weights), facts=facts, out=out
    )
    _write_features_and_report(ct, outlines, found, settings, out, say)
    for line in closing(found):
        say(line)
    return NO_USABLE_FEMUR if found["verdict"] == FAILED else USABLE


def prepare(weights):
    """The study's configuration, and the networks set to use every core."""
    threads = len(os.sched_getaffinity(0))
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(threads)
    return settings_of(ROOT), load_model(weights, threads=threads)


def closing(found):
    """What the console ends with: a line for each femur, and where to look."""
    lines = [
        f"{side.capitalize()} femur: {femur['verdict']}. {femur['reasons']}".strip()
        for side, femur in found["femora"].items()
    ]
    return [*lines, "Research use only. Look at report.html before you use a number."]


def _write_features_and_report(ct, outlines, found, settings, out, say):
    """The slow part, whose libraries are not needed for outline and verdict."""
    from osteoct.screening.measured import measure
    from osteoct.screening.page import page_of

    features = measure(
        ct, outlines, found["femora"], settings=settings["features"]["settings"], say=say
    )
    write_csv(features, out / "features.csv")
    count = {side: features.shape[1] - 2 for side in features["side"]}
    page = page_of(
        ct,
        outlines,
        found,
        n_features=count,
        settings=settings["report"],
        template=ROOT / "workflow/report/screening.html.jinja",
    )
    write_text(page, out / "report.html")


def _options(arguments):
    parser = argparse.ArgumentParser(prog="make screen", description=__doc__)
    parser.add_argument("--ct", type=Path, required=True, help="image file, or DICOM folder")
    parser.add_argument("--out", type=Path, required=True, help="folder for the results")
    parser.add_argument("--weights", type=Path, default=ROOT / "resources/weights")
    return parser.parse_args(arguments)


def _say(text):
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
