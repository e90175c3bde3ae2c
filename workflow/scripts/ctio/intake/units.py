"""In which unit the values of a CT are, by its headers."""

from ctio.issues.issue import RejectedInput

HOUNSFIELD = (
    "",
    "HU",
    "HOUNSFIELD",
    "HOUNSFIELD UNIT",
    "HOUNSFIELD UNITS",
)  # nothing said is HU too: DICOM PS3.3 C.8.2.1, Rescale Type is 1C
OTHER_UNITS = {  # DICOM PS3.3 C.11.1.1.2
    "OD": "optical density",
    "MGML": "mg/ml",
    "Z_EFF": "effective atomic number",
    "ED": "electron density",
    "EDW": "electron density",
    "PCT": "per cent",
    "IU": "iodine",
}


def require_hounsfield(slices):
    """Reject slices whose header says that their values are no Hounsfield units.

    Parameters
    ----------
    slices : list of ctio.intake.slice.Slice

    Raises
    ------
    RejectedInput
    """
    units = [OTHER_UNITS[one.rescale_type] for one in slices if one.rescale_type in OTHER_UNITS]
    if units:
        raise RejectedInput(
            "another unit", f"The slices' values are of {units[0]}, by their header, and not in HU."
        )
    if any(slice_.rescale and slice_.rescale[0] == 0 for slice_ in slices):
        raise RejectedInput(
            "contradictory scale", "The slices' rescale slope is 0: every voxel would be alike."
        )
    if any(slice_.photometric == "MONOCHROME1" for slice_ in slices):
        raise RejectedInput("inverted grey scale", "The slices' grey scale is inverted.")


def is_unit_unknown(slices):
    """Whether a header names a unit that is neither HU nor a known other one."""
    known = {*HOUNSFIELD, *OTHER_UNITS}
    return any(slice_.rescale_type not in known for slice_ in slices)
