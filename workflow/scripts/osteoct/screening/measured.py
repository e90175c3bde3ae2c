"""The study's features of the femora of one CT."""

import pandas as pd
import SimpleITK as sitk

from ctio.imaging.sides import SIDES
from osteoct.features.extraction import extract
from osteoct.problems import PatientProblem
from osteoct.verdict.judgement import FAILED


def measure(ct, outlines, femora, *, settings, say):
    """Features of every femur whose outline has not failed.

    Parameters
    ----------
    ct : SimpleITK.Image
    outlines : osteoct.segmentation.cascade.Outlines
    femora : dict
        From `osteoct.verdict.femora.judge_femora`.
    settings : dict
        Keywords of `osteoct.features.extraction.extract`.
    say : callable
        Prints one line of progress.

    Returns
    -------
    DataFrame
        One row for each femur measured: `side`, `verdict` and the features.
    """
    rows = []
    for name in [name for name in SIDES if femora[name]["verdict"] != FAILED]:
        say(f"Measuring the {name} femur")
        femur = sitk.Cast(outlines.fine == SIDES[name], sitk.sitkUInt8)
        try:
            values = extract(ct, femur, **settings)
        except PatientProblem as problem:
            say(f"The {name} femur was not measured. {problem}")
            continue
        rows.append({"side": name, "verdict": femora[name]["verdict"], **values})
    return pd.DataFrame(rows, columns=None if rows else ["side", "verdict"])
