"""The page of all issues: ``python -m osteoct.cohort.issues_page > docs/image_qc.md``."""

import sys
from pathlib import Path

import yaml

from ctio import CHAPTERS, NOTE, describe_limits, describe_sources

CONFIG = Path(__file__).parents[4] / "config" / "config.yaml"

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
"""
LIMITS = """\
## Limits

What is still accepted. False alarms are counted on 24 intact inputs: two real hips, both as DICOM
and as NIfTI, five other real CTs, the chest CT of the IBSI, and 14 phantoms; and on 16 masks, of
the NIfTI hips and of the phantoms. `make benchmark-checks ARGS="CT MASK=CT ..."` counts them on
yours. A warning that is right is no false alarm: two CTs have metal, one has pixels of 3 mm, one is
too short, one has no femoral shaft in its lowest slices, one mask is empty, two CTs are of 140 kVp,
and none has slices as thin as the protocol's. Notes are not counted.
"""
LIMIT_HEADER = "| check | limit | where it comes from | false alarms |"
LIMIT_ROW = "| {} | {} | {} | {} |"
NO_FALSE_ALARM, NOT_COUNTED = "0 of {}", "a note"
N_CTS, N_MASKS = 24, 16
FALSE_ALARMS = {
    "HU offset": "1 of 24: the chest, with little fat, and vessels with a contrast agent"
}
SOURCES = """\
## Where the ranges of the tissues come from
"""
SEEN = """\
## How much of a wrong scale is seen

Peaks are those of small neighbourhoods without edges, found between whole Hounsfield units. Fat and
muscle are judged together first: an offset moves their mean, a wrong slope their distance. Air
shows a wrong slope better: their distance is judged only where air is out of its range, or says
nothing since it was cut, filled in or is hardly there. CTs that were rejected or warned of, of
those that `make benchmark-checks ARGS="--scale CT ..."` changed; cut is to -1024
and 3071 HU. No limit was chosen on the real hips.
"""
SEEN_HEADER = ("all values", "real hips (4 inputs)", "other real CTs (6)", "phantoms (14)")
SEEN_ROWS = (
    ("-10 HU, +10 HU", "0, 0", "2, 1", "0, 0"),
    ("-15 HU, +15 HU", "2, 2", "3, 4", "2, 12"),
    ("-20 HU, +20 HU", "4, 4", "3, 4", "11, 14"),
    ("-25 HU, +25 HU", "4, 4", "5, 6", "14, 14"),
    ("-30 HU, +30 HU", "4, 4", "5, 6", "14, 14"),
    ("-60 HU, +60 HU", "4, 4", "6, 6", "14, 14"),
    ("-1024 HU, +1024 HU", "4, 4", "6, 6", "14, 14"),
    ("× 0.8; cut", "4; 4", "6; 6", "14; 14"),
    ("× 0.9; cut", "4; 4", "6; 6", "14; 14"),
    ("× 1.1; cut", "4; 0", "6; 2", "14; 0"),
    ("× 1.2; cut", "4; 2", "6; 5", "14; 10"),
    ("× 1.3; cut", "4; 4", "6; 6", "14; 14"),
)
UNSEEN = """\
An offset of less than 15 HU is within what fat and muscle vary from patient to patient, and cannot
be told from it; one of 15 to 25 HU is not seen in a patient who varies the other way. Where air was
cut, a factor of 1.1 cannot be told either, and 1.2 not in all; where air was filled in, neither can
0.9. The check takes the place of no calibration.

Slices with metal are left out where four others or more are there, since streaks darken muscle.
"""
JUMPS = """\
## How much of a jump between slices is seen

Neighbouring slices are compared in the body, averaged to 3 mm and cut to -200 to 300 HU, with the
two pairs of slices above and below, or those within 5 mm. `make benchmark-continuity` makes steps
and gaps at random levels and in random directions of CTs whose slices it averages. The phantoms are
those of `ARGS="--phantoms 3 --rounds 1"`; other CTs are five real ones and the chest CT of the
IBSI, with `ARGS="FOLDER --rounds 10"`. No limit was chosen on the real hips.

None of 136 CTs without a step or gap gets a warning: these CTs as they are, with noise of 30 HU,
cut by the field of view, between slices of air, with a hand beside the body, upside down, and
interpolated to thinner and thicker slices. The highest ratio is 1.46. CTs whose slices were
repeated (interpolated to the nearest one) may get one: their distances are not even.

Phantoms of a seed that no limit was chosen on, `ARGS="--phantoms 10 --seed 90717 --rounds 1"`: 4 of
320 without a step or gap get a warning, all of them slices of 5 mm that were interpolated to 2 mm.
Steps of 5 mm and more are seen in 120 of 120, those of one half in 118 of 120, 10 mm of lost slices
in 34 of 40, 15 mm in 39 of 40.
"""
JUMPS_HEADER = ("fault", "phantoms, to 2 mm", "to 3.5 mm", "to 5 mm", "other CTs, 3 to 3.3 mm")
JUMPS_ROWS = (
    ("step of 3 mm", "3 of 3", "3 of 3", "4 of 5", "44 of 60"),
    ("step of 5 mm", "3 of 3", "3 of 3", "5 of 5", "58 of 60"),
    ("step of 8 mm", "3 of 3", "3 of 3", "5 of 5", "58 of 60"),
    ("step of 12 mm", "3 of 3", "3 of 3", "5 of 5", "60 of 60"),
    ("3 mm, one half of the image", "3 of 3", "3 of 3", "1 of 5", "24 of 60"),
    ("5 mm, one half of the image", "3 of 3", "3 of 3", "5 of 5", "33 of 60"),
    ("8 mm, one half of the image", "3 of 3", "3 of 3", "5 of 5", "42 of 60"),
    ("12 mm, one half of the image", "3 of 3", "3 of 3", "5 of 5", "39 of 60"),
    ("10 mm of slices lost", "3 of 3", "3 of 3", "4 of 4", "51 of 60"),
    ("15 mm of slices lost", "3 of 3", "3 of 3", "3 of 4", "57 of 60"),
    ("20 mm of slices lost", "3 of 3", "3 of 3", "4 of 4", "59 of 60"),
)
JUMPS_UNSEEN = """\
Two slices of 5 mm that are lost are often not seen, nor is a step between the last slices of a
scan or where the body ends. Halves of an image narrower than 280 mm are not looked at one by one,
and slices with metal not at all: its streaks come and go.
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
    lines = [
        OPENING,
        *_limits_table(),
        SOURCES,
        describe_sources(),
        "",
        *_table(SEEN, SEEN_HEADER, SEEN_ROWS, UNSEEN),
        *_table(JUMPS, JUMPS_HEADER, JUMPS_ROWS, JUMPS_UNSEEN),
    ]
    for chapter, kinds in CHAPTERS.items():
        lines += [f"## {chapter}", "", HEADER, "|---|---|---|---|"]
        lines += [ROW.format(name=name, **vars(kind)) for name, kind in kinds.items()]
        lines.append("")
    return "\n".join(lines)


def _limits_table():
    settings = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["image_qc"]
    limits = describe_limits(limits=settings["limits"], protocol=settings["protocol"])
    lines = [LIMITS, LIMIT_HEADER, "|---|---|---|---|"]
    for kinds in CHAPTERS.values():
        total = N_MASKS if kinds is CHAPTERS["Segmentations"] else N_CTS
        for name in filter(limits.get, kinds):
            counted = NO_FALSE_ALARM.format(total) if kinds[name].level != NOTE else NOT_COUNTED
            alarms = FALSE_ALARMS.get(name, counted)
            lines.append(LIMIT_ROW.format(name, *limits[name], alarms))
    return [*lines, ""]


def _table(opening, header, rows, closing):
    """A chapter with a table in it."""
    names, *lines = [f"| {' | '.join(cells)} |" for cells in (header, *rows)]
    return [opening, names, "|" + "---|" * len(header), *lines, "", closing]


if __name__ == "__main__":
    sys.stdout.write(format_page())
