"""What can be wrong with files and with DICOM series."""

from ctio.issues.checks import EXCLUSION, NOTE, WARNING, Check

EXPORT = "Export the scan again"

FILES = {
    "no scan": Check(
        EXCLUSION,
        "nothing at the path in the participants table",
        "Copy the scan there or correct the column ct.",
    ),
    "unreadable": Check(
        EXCLUSION,
        "a file that is damaged, cut off, or of no known format",
        f"{EXPORT}, as DICOM, NIfTI, NRRD or MHA.",
    ),
    "refers elsewhere": Check(
        EXCLUSION,
        "an image header that names another file for its voxels",
        f"{EXPORT}, header and voxels in one file.",
    ),
    "too large": Check(
        EXCLUSION,
        "more voxels, files or bytes than the limits allow",
        "Export the axial series of the pelvis alone, or raise the limit in the configuration.",
    ),
    "locked archive": Check(
        EXCLUSION,
        "a zip archive that needs a password or an unusual packing",
        "Zip the series again, without a password.",
    ),
    "not one volume": Check(
        EXCLUSION,
        "an image that is flat, a time series or coloured",
        "Export one 3-D volume with one value per voxel.",
    ),
    "no orientation": Check(
        EXCLUSION,
        "a file that does not say where left and right are",
        "Convert the DICOM series again, with its orientation.",
    ),
    "voxels not numbers": Check(
        EXCLUSION, "voxels that are infinite or not a number", f"{EXPORT}."
    ),
    "one value everywhere": Check(EXCLUSION, "an image without any contrast", f"{EXPORT}."),
}

SERIES = {
    "no axial series": Check(
        EXCLUSION,
        "no axial CT series in DICOM",
        "Export the axial series; a scout, a picture of the screen or a report is not enough.",
    ),
    "several patients": Check(
        EXCLUSION,
        "DICOM files of more than one patient in one place",
        "Give every patient a folder of their own.",
    ),
    "missing slices": Check(
        EXCLUSION, "a gap of two or more slice distances", "Export the whole series."
    ),
    "duplicate slices": Check(
        EXCLUSION,
        "two slices at one place",
        "Export one series, without repeats and one contrast phase only.",
    ),
    "uneven slices": Check(
        EXCLUSION, "slices at uneven distances", "Export the series as it was reconstructed."
    ),
    "gantry tilt": Check(
        EXCLUSION,
        "slices shifted sideways against each other",
        "Reconstruct the scan without tilt.",
    ),
    "mixed orientation": Check(
        EXCLUSION, "slices of different orientation in one series", "Export one axial series."
    ),
    "mixed frames of reference": Check(
        EXCLUSION,
        "slices of one series in different coordinates",
        "Export the slices of one scan only: the patient moved between two.",
    ),
    "mixed sizes": Check(
        EXCLUSION, "slices of different size or pixel spacing", "Export one series."
    ),
    "mixed rescaling": Check(
        EXCLUSION, "slices with different rescale slope or intercept", f"{EXPORT} from the scanner."
    ),
    "no rescaling": Check(
        WARNING,
        "DICOM without rescale slope and intercept",
        "Check that the values are Hounsfield units.",
    ),
    "no number for a slice's place": Check(
        EXCLUSION, "a slice without position, orientation or pixel spacing", f"{EXPORT}."
    ),
    "order of files": Check(
        NOTE,
        "slices numbered in another order than they lie",
        "Nothing to do: places in space decide.",
    ),
    "several series": Check(
        NOTE, "more than one series to choose from", "Look at why the others were not taken."
    ),
    "derived images": Check(
        WARNING,
        "only images that are computed from others",
        "Export the original axial series if there is one.",
    ),
    "lossy compression": Check(
        WARNING, "slices that were compressed with loss", "Export the series without compression."
    ),
    "gaps between slices": Check(
        WARNING, "slices thinner than their distance", "Use a contiguous reconstruction."
    ),
    "mixed protocol": Check(
        WARNING, "slices of one series with different voltage or kernel", "Export one series."
    ),
    "patient position": Check(
        NOTE,
        "a patient who did not lie head first on the back",
        "Nothing to do: DICOM's axes are the patient's own.",
    ),
    "table disagrees": Check(
        WARNING,
        "sex, age or day of the CT unlike in the participants table",
        "Check that this is the right patient's scan.",
    ),
}
