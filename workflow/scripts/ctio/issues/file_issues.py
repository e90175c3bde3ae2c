"""What can be wrong with files and with DICOM series."""

from ctio.issues.kinds import NOTE, REJECTED, WARNING, IssueKind

EXPORT = "Export the scan again"

FILES = {
    "no scan": IssueKind(
        REJECTED,
        "nothing at the given path",
        "Copy the scan there, or correct the path (column ct of a table).",
    ),
    "unreadable": IssueKind(
        REJECTED,
        "a file that is damaged, truncated, or of no known format",
        f"{EXPORT}, as DICOM, NIfTI, NRRD or MHA.",
    ),
    "voxels in another file": IssueKind(
        REJECTED,
        "an image header that names another file for its voxels",
        f"{EXPORT}, header and voxels in one file.",
    ),
    "too large": IssueKind(
        REJECTED,
        "more voxels, files or bytes than the limits allow",
        "Export the axial series of the pelvis alone.",
    ),
    "locked archive": IssueKind(
        REJECTED,
        "a zip archive that needs a password or an unusual packing",
        "Zip the series again, without a password.",
    ),
    "not one volume": IssueKind(
        REJECTED,
        "an image that is flat, a time series or coloured",
        "Export one 3-D volume with one value per voxel.",
    ),
    "no orientation": IssueKind(
        REJECTED,
        "a file without orientation: left and right are unknown",
        "Convert the DICOM series again, with its orientation.",
    ),
    "non-finite voxels": IssueKind(
        REJECTED, "voxels that are infinite or not a number", f"{EXPORT}."
    ),
    "constant image": IssueKind(REJECTED, "an image without any contrast", f"{EXPORT}."),
}

SERIES = {
    "no axial series": IssueKind(
        REJECTED,
        "no axial CT series in DICOM",
        "Export the axial series; a scout, a picture of the screen or a report is not enough.",
    ),
    "several patients": IssueKind(
        REJECTED,
        "DICOM files of more than one patient in one folder",
        "Give every patient a folder of their own.",
    ),
    "missing slices": IssueKind(
        REJECTED, "a gap of two or more slice distances", "Export the whole series."
    ),
    "duplicate slices": IssueKind(
        REJECTED,
        "two slices at one position",
        "Export one series, without repeats and one contrast phase only.",
    ),
    "uneven slices": IssueKind(
        REJECTED, "slices at uneven distances", "Export the series as it was reconstructed."
    ),
    "gantry tilt": IssueKind(
        REJECTED,
        "slices shifted sideways against each other",
        "Reconstruct the scan without tilt.",
    ),
    "mixed orientation": IssueKind(
        REJECTED, "slices of different orientation in one series", "Export one axial series."
    ),
    "mixed frames of reference": IssueKind(
        REJECTED,
        "slices of one series in different coordinates",
        "Export the slices of one scan only: the patient moved between two.",
    ),
    "frame of reference each": IssueKind(
        NOTE,
        "a frame of reference for every slice, as some anonymisers make them",
        "Nothing to do: the slices lie evenly.",
    ),
    "mixed sizes": IssueKind(
        REJECTED, "slices of different size or pixel spacing", "Export one series."
    ),
    "mixed rescaling": IssueKind(
        REJECTED, "slices with different rescale slope or intercept", f"{EXPORT} from the scanner."
    ),
    "no rescaling": IssueKind(
        WARNING,
        "DICOM without rescale slope and intercept",
        "Check that the values are Hounsfield units.",
    ),
    "another unit": IssueKind(
        REJECTED,
        "values of something else than Hounsfield units, by the header",
        "Export the CT itself instead of a map computed from it.",
    ),
    "unknown unit": IssueKind(
        WARNING,
        "values whose unit is not HU by the header",
        "Check that the values are Hounsfield units.",
    ),
    "inverted grey scale": IssueKind(
        REJECTED,
        "slices with an inverted grey scale (MONOCHROME1)",
        f"{EXPORT} from the scanner, as MONOCHROME2.",
    ),
    "slice without position": IssueKind(
        REJECTED, "a slice without position, orientation or pixel spacing", f"{EXPORT}."
    ),
    "order of files": IssueKind(
        NOTE,
        "slices numbered in another order than their positions",
        "Nothing to do: positions in space decide.",
    ),
    "several series": IssueKind(
        NOTE, "more than one series to choose from", "Look at why the others were not taken."
    ),
    "derived images": IssueKind(
        WARNING,
        "only images that are computed from others",
        "Export the original axial series if there is one.",
    ),
    "lossy compression": IssueKind(
        WARNING, "slices that were compressed with loss", "Export the series without compression."
    ),
    "gaps between slices": IssueKind(
        WARNING, "slices thinner than their distance", "Use a contiguous reconstruction."
    ),
    "mixed protocol": IssueKind(
        WARNING, "slices of one series with different voltage or kernel", "Export one series."
    ),
    "patient position": IssueKind(
        NOTE,
        "a patient who did not lie head first on the back",
        "Nothing to do: DICOM's axes are the patient's own.",
    ),
    "header contradicts table": IssueKind(
        WARNING,
        "sex, age or day of the CT other than in the table of patients",
        "Check that this is the right patient's scan.",
    ),
}
