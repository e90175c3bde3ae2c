"""The page of all issues: ``python -m osteoct.cohort.issues_page > docs/image_qc.md``."""

import sys

from ctio import CHAPTERS

OPENING = """\
# Image QC

Before anything is modelled, every screened patient's CT and manual segmentations are read and
checked (`check_images`). Every issue is in `results/patients/PATIENT/image_issues.json` and on the
patient's page; warnings and rejections are in `results/batches/BATCH/image_qc.csv` too. An issue of
one patient never stops another one.

* A **note** is worth knowing.
* A **warning** asks somebody to look.
* **Rejected**: a rejected CT excludes its patient as `unusable CT`, with the reason and the remedy.
  A rejected segmentation leaves the patient in the study without that segmentation.

Limits, protocol, kernels and names of structures are in the configuration, section `image_qc`; the
other thresholds are constants beside their check in `workflow/scripts/ctio/image_qc`. This page is
written by `PYTHONPATH=workflow/scripts python -m osteoct.cohort.issues_page > docs/image_qc.md`; a
test compares it with the code, and another one provokes every issue (`tests/unit/ctio/faults.py`).

## Which DICOM series is measured

A folder or archive may hold many series. One can be taken if its slices are CT, axial, not a
scout, complete, evenly spaced, and within the limits. Of those, in this order: original images
before computed ones; no compression with loss; a soft or standard kernel, then an unknown one, then
one for bone or lung (`image_qc: kernels`); no contrast agent; thin slices; a long series; a header
that denies a contrast agent before one that says nothing; the first series number.

A series whose slices are no even stack may hold several acquisitions. Single slices are then set
aside, as those of a contrast agent's monitoring. Of several contrast phases the one with the first
acquisition number is taken. An acquisition shorter than 95 % of the longest was broken off, and is
not taken. Phases of one number are told apart by their temporal position, trigger time, cardiac
phase, contrast agent and time of its bolus, irradiation event, time of acquisition, kernel or tube
voltage, also where the slices of one lie evenly between those of another; phases that nothing
tells apart are rejected. The record gives for every series and acquisition its numbers, and whether
it was taken, or why not.

## Limits of geometry and Hounsfield units

False alarms are counted on 22 intact CTs: the two real hips, five other real CTs, the chest CT of
the IBSI and 14 phantoms of a tiny study.

| check | limit | where it comes from | false alarms |
|---|---|---|---|
| tilt, shear, drifting gaps, qform against sform | 1 mm, summed over the image | \
about one pixel; rounded headers stay below half of it | 0 of 22 |
| spacing of a NIfTI header against its sform | 1 % | that of pixels that are not square | 0 of 22 |
| voxels from -150 to 150 HU | 2 % of all | two thighs fill 5 % of a field of 500 mm | 0 of 22 |
| highest peak of air | -1030 to -970 HU | \
upper end: CT accreditation of the American College of Radiology; \
lower end: images cut at -1024 HU | \
1 of 22: a hip cut by the field of view, with hardly any air |
| peak of fat | -125 to -75 HU | -110 to -90 HU at 100 to 140 kVp, and 15 HU | \
1 of 22: the chest, with little fat |
| peak of muscle | 20 to 90 HU | 35 to 65 HU, to 75 HU with a contrast agent, and 15 HU | 0 of 22 |

A peak counts if it is at least 5 % as high as the highest one of air, or of soft tissue. With 30 HU
added to or taken from all values, or all values multiplied by 0.8 or 1.3, each of 13 of these CTs
that were tried gets a warning; with 15 or 20 HU, only some.
"""
HEADER = "| issue | level | description | what to do |"
ROW = "| {name} | {level} | {description} | {remedy} |"


def format_page():
    """The page of all issues.

    Returns
    -------
    str
        Markdown, one table for each chapter of the catalogue.
    """
    lines = [OPENING]
    for chapter, kinds in CHAPTERS.items():
        lines += [f"## {chapter}", "", HEADER, "|---|---|---|---|"]
        lines += [ROW.format(name=name, **vars(kind)) for name, kind in kinds.items()]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(format_page())
