"""What the gate's checks found in one patient. docs/gate.md is the table of all checks on paper."""

from dataclasses import dataclass

from ctio.issues.image_checks import CONTENT, GEOMETRY, MASKS, PROTOCOL
from ctio.issues.reading_checks import FILES, SERIES
from osteoct.problems import PatientProblem

CHAPTERS = {
    "Files": FILES,
    "DICOM series": SERIES,
    "Geometry": GEOMETRY,
    "Content": CONTENT,
    "Protocol": PROTOCOL,
    "Outlines": MASKS,
}
CHECKS = {name: check for chapter in CHAPTERS.values() for name, check in chapter.items()}


@dataclass(frozen=True)
class Finding:
    """What a check found in one patient: a sentence that names no file and no person."""

    check: str
    found: str

    @property
    def level(self):
        """How much it weighs: note, warning or exclusion."""
        return CHECKS[self.check].level

    def __str__(self):
        return f"{self.found} {CHECKS[self.check].remedy}"


class Refusal(PatientProblem):
    """A finding because of which a scan or an outline cannot be used.

    Parameters
    ----------
    check : str
        A key of `CHECKS`.
    found : str
        What was found and what was expected, as a sentence.
    series : list of dict, optional
        The record of a patient's DICOM series, if none of them can be used.
    """

    def __init__(self, check, found, series=()):
        self.finding, self.series = Finding(check, found), list(series)
        super().__init__(str(self.finding))
