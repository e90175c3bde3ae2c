"""The table of all checks on paper: ``python -m ctio.issues.table > docs/gate.md``."""

import sys

from ctio.issues.issues import CHAPTERS

OPENING = """\
# The image gate

Before anything is modelled, every screened patient's CT and outlines are read and checked
(`check_images`). What is found is in `results/patients/PATIENT/gate.json`, on the patient's page,
and, for what needs a person, in `results/batches/BATCH/images.csv`. No finding stops another
patient.

* A **note** is worth knowing.
* A **warning** asks somebody to look.
* An **exclusion** of the CT excludes the patient as `unusable CT`, with the reason and the
  remedy. An exclusion of an outline leaves the patient in the study without that outline.

Limits are in the configuration, section `image`. This page is written by
`PYTHONPATH=workflow/scripts python -m ctio.issues.table > docs/gate.md`; a test holds it to the
code, and another one provokes every check (`tests/unit/intake/faults.py`).

## Which DICOM series is measured

A folder or archive may hold many series. One can be taken if its slices are CT, axial, not a
scout, all there, evenly spaced, and within the limits. Of those, in this order: original images
before computed ones; a soft or standard kernel, then an unknown one, then one for bone or lung
(`image: kernels`); no contrast agent; thin slices; a long series; the first series number. Of
several contrast phases in one series the first complete acquisition is taken. The record says for
every series whether it was taken, or why not.
"""
HEADER = "| check | level | finds | what to do |"
ROW = "| {name} | {level} | {finds} | {remedy} |"


def as_markdown():
    """The page of all checks.

    Returns
    -------
    str
        One table for each chapter of checks.
    """
    lines = [OPENING]
    for chapter, checks in CHAPTERS.items():
        lines += [
            f"## {chapter}",
            "",
            HEADER,
            "|---|---|---|---|",
        ]
        lines += [ROW.format(name=name, **vars(check)) for name, check in checks.items()]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
