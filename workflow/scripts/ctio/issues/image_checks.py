"""What can be wrong with an image, its protocol and its outlines."""

from ctio.issues.checks import EXCLUSION, NOTE, WARNING, Check

GEOMETRY = {
    "pixel spacing": Check(
        EXCLUSION, "pixels too small or too large", "Reconstruct the scan, or correct its spacing."
    ),
    "slice spacing": Check(
        EXCLUSION, "slices too far apart", "Reconstruct the scan with thinner slices."
    ),
    "length": Check(
        EXCLUSION,
        "a scan too short for a proximal femur",
        "Use a scan that reaches below the lesser trochanter.",
    ),
    "pixels not square": Check(
        WARNING, "pixels of two different sides", "Check the image's spacing."
    ),
    "oblique": Check(
        WARNING, "slices tilted against the patient's axes", "Use the axial reconstruction."
    ),
    "one hip": Check(
        NOTE, "an image too narrow for both hips", "Check that it shows the studied side."
    ),
    "body cut off": Check(
        NOTE, "a body that reaches the edge of the image", "Use a wider field of view if there is."
    ),
}

CONTENT = {
    "no air": Check(
        EXCLUSION,
        "no value as low as air",
        "The rescale intercept may be lost: export the CT in Hounsfield units.",
    ),
    "no soft tissue": Check(
        EXCLUSION, "no value of muscle and fat", "The values are no Hounsfield units: export again."
    ),
    "no bone": Check(
        EXCLUSION,
        "too little that is as dense as bone",
        "Check that the hip is in the scan and that values are not cut.",
    ),
    "few grey levels": Check(
        EXCLUSION, "a picture of 8 bits instead of a CT", "Export the CT itself, not its display."
    ),
    "values cut": Check(
        WARNING, "many voxels at the highest value", "Export the CT without a display window."
    ),
    "padding": Check(
        NOTE,
        "values below any tissue or air",
        "Nothing to do: it lies outside the scanner's field.",
    ),
    "air elsewhere": Check(
        WARNING, "an air peak away from -1000 HU", "Check rescaling and calibration."
    ),
    "fat elsewhere": Check(
        WARNING, "no peak where fat is", "Check rescaling, voltage and calibration."
    ),
    "muscle elsewhere": Check(
        WARNING, "no peak where muscle is", "Check rescaling, contrast agent and calibration."
    ),
    "metal": Check(
        WARNING,
        "metal",
        "Look whether it is an implant in the studied hip; exclude the patient then.",
    ),
    "unequal sides": Check(
        WARNING,
        "much more bone on one side than on the other",
        "Look for an implant, an amputation or a cut-off side.",
    ),
    "no thigh bone": Check(
        WARNING,
        "no thigh bone in the lowest slices of a side",
        "Check that the scan reaches below the lesser trochanter.",
    ),
}

PROTOCOL = {
    "thick slices": Check(
        WARNING, "slices thicker than the protocol's", "Use a thinner reconstruction if there is."
    ),
    "tube voltage": Check(
        WARNING,
        "another tube voltage than the protocol's",
        "Bone has other Hounsfield units there: look at such patients apart.",
    ),
    "sharp kernel": Check(
        WARNING, "a kernel for bone or lung", "Use a soft or standard reconstruction if there is."
    ),
    "contrast agent": Check(
        WARNING,
        "a contrast agent, by the header",
        "It raises Hounsfield units: use the phase without it if there is.",
    ),
    "protocol unknown": Check(
        NOTE,
        "a scan that says neither voltage nor kernel",
        "Give the DICOM series to have them checked.",
    ),
}

MASKS = {
    "no mask": Check(
        EXCLUSION,
        "nothing at the path of an outline",
        "Copy the outline there, correct the column, or leave it empty.",
    ),
    "mask unreadable": Check(
        EXCLUSION, "an outline that is damaged or of no known format", "Export the outline again."
    ),
    "mask not one volume": Check(
        EXCLUSION, "an outline that is flat, a time series or coloured", "Export one label map."
    ),
    "unknown labels": Check(
        EXCLUSION,
        "labels other than 1 (right femur) and 2 (left femur)",
        "Relabel it, or use one label for both.",
    ),
    "no femur named": Check(
        EXCLUSION,
        "a structure set or segmentation without a femur by name",
        "Name the structures femur left and femur right.",
    ),
    "contours unusable": Check(
        EXCLUSION,
        "contours that are open, damaged or across the slices",
        "Export closed contours on the slices of the CT.",
    ),
    "mask empty": Check(
        EXCLUSION,
        "an outline without a voxel inside the CT",
        "It is empty or belongs to another scan: draw it again or leave the column empty.",
    ),
    "sides swapped": Check(
        EXCLUSION,
        "a right femur to the left of the left one",
        "Swap the labels, or export mask and CT again without mirroring.",
    ),
    "mask of another scan": Check(
        WARNING,
        "an outline drawn in another frame of reference",
        "Check that it was drawn on this series.",
    ),
    "mask partly outside": Check(
        WARNING, "an outline that reaches beyond the CT", "Check that both are of one scan."
    ),
    "another grid": Check(
        NOTE, "an outline on another grid than the CT", "Nothing to do: nearest voxels were taken."
    ),
    "several pieces": Check(WARNING, "a femur in several pieces", "Look at the outline."),
    "implausible volume": Check(
        WARNING, "a femur too small or too large", "Look at the outline and at its spacing."
    ),
    "beside the bone": Check(
        WARNING, "an outline around something softer than bone", "Check that it lies on the femur."
    ),
    "wrong side": Check(
        WARNING,
        "a femur whose head points to the other side than its label says",
        "Check labels and mirroring.",
    ),
    "mask at the edge": Check(
        NOTE, "an outline that touches the edge of the CT", "Nothing to do if the scan ends there."
    ),
}
