"""The verdict on both femora of one CT."""

import numpy as np
import SimpleITK as sitk

from ctio.imaging.sides import SIDES
from osteoct.verdict.evidence import evidence
from osteoct.verdict.judgement import FAILED, absent, judge, sentence
from osteoct.verdict.organs import right_share

INNER = ("touches", "across")  # grounds that the reasons say in words


def judge_femora(ct, outlines, *, evidence_from, organs, usual, possible):
    """Verdict on both femora of a CT, and what it rests on.

    Parameters
    ----------
    ct : SimpleITK.Image
    outlines : osteoct.segmentation.cascade.Outlines
    evidence_from : dict
        Keywords of `osteoct.verdict.evidence.evidence`.
    organs : dict
        Keywords of `osteoct.verdict.organs.right_share`.
    usual, possible : dict
        Keywords of `osteoct.verdict.judgement.judge`.

    Returns
    -------
    dict of str to dict
        For "right" and "left": `verdict`, `reasons` (one sentence, empty if accepted) and, for a
        femur that was found, its evidence, with the `organs_right_share` of the CT.
    """
    labels = [sitk.GetArrayViewFromImage(image) for image in outlines[:2]]
    fine, coarse = (
        {name: bool((array == side).any()) for name, side in SIDES.items()} for array in labels
    )
    organs_right_share = right_share(ct, outlines.fine, **organs)
    femora = {}
    for name, side in SIDES.items():
        if fine[name]:
            found = evidence(ct, outlines, side, **evidence_from)
            found["organs_right_share"] = organs_right_share
            verdict, reasons = judge(found, usual=usual, possible=possible)
        else:
            found, verdict = {}, FAILED
            reasons = absent(
                name,
                coarse_found=coarse[name],
                other_found=any(fine.values()),
                metal_mm3=_all_metal_mm3(ct, evidence_from["density"]["metal_above_hu"]),
            )
        said = {key: value for key, value in found.items() if key not in INNER}
        femora[name] = {"verdict": verdict, "reasons": sentence(reasons), **said}
    return femora


def _all_metal_mm3(ct, above_hu):
    metal = sitk.GetArrayViewFromImage(ct) > above_hu
    return float(np.count_nonzero(metal) * np.prod(ct.GetSpacing()))
