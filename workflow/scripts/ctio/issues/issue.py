"""What is wrong with one patient's scan or segmentation."""

from dataclasses import dataclass

from ctio.issues.file_issues import FILES, SERIES
from ctio.issues.image_issues import CONTENT, GEOMETRY, MASKS, PROTOCOL

CHAPTERS = {
    "Files": FILES,
    "DICOM series": SERIES,
    "Geometry": GEOMETRY,
    "Content": CONTENT,
    "Protocol": PROTOCOL,
    "Segmentations": MASKS,
}
CATALOGUE = {name: kind for chapter in CHAPTERS.values() for name, kind in chapter.items()}


@dataclass(frozen=True)
class Issue:
    """One issue of one patient: its key in `CATALOGUE`, and a sentence that names no file."""

    name: str
    sentence: str

    @property
    def level(self):
        """How much it weighs: note, warning or rejected."""
        return CATALOGUE[self.name].level

    @property
    def remedy(self):
        """What a person can do, as a sentence."""
        return CATALOGUE[self.name].remedy

    def __str__(self):
        return f"{self.sentence} {self.remedy}"


class RejectedInput(ValueError):
    """A scan or a segmentation cannot be used.

    Parameters
    ----------
    name : str
        A key of `CATALOGUE`.
    sentence : str
        What was expected, and what is there instead.
    series : list of dict, optional
        The record of a patient's DICOM series, if none of them can be used.
    """

    def __init__(self, name, sentence, series=()):
        self.issue, self.series = Issue(name, sentence), list(series)
        super().__init__(str(self.issue))
