"""A patient's CT and what its files give beside the voxels."""

from dataclasses import dataclass, field

import SimpleITK as sitk

from ctio.issues.kinds import REJECTED


@dataclass
class Scan:
    """A patient's CT and what its files give beside the voxels.

    Attributes
    ----------
    image : SimpleITK.Image
        Hounsfield units, oriented LPS.
    issues : list of ctio.issues.issue.Issue
    series : list of dict
        From `ctio.intake.series.choose_series`; empty for an image file.
    protocol : dict
        `tube_voltage_kvp`, `kernel` and `contrast` where the files give them.
    frame_of_reference : str
        Of the DICOM series; empty for an image file.
    """

    image: sitk.Image
    issues: list = field(default_factory=list)
    series: list = field(default_factory=list)
    protocol: dict = field(default_factory=dict)
    frame_of_reference: str = ""

    @property
    def rejections(self):
        """The issues because of which the CT cannot be used."""
        return [issue for issue in self.issues if issue.level == REJECTED]
