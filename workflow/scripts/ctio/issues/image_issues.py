"""What can be wrong with an image, its protocol and its segmentations."""

from ctio.issues.kinds import NOTE, REJECTED, WARNING, IssueKind

GEOMETRY = {
    "pixel spacing": IssueKind(
        REJECTED, "pixels too small or too large", "Reconstruct the scan, or correct its spacing."
    ),
    "slice spacing": IssueKind(
        REJECTED, "slices too far apart", "Reconstruct the scan with thinner slices."
    ),
    "length": IssueKind(
        REJECTED,
        "a scan too short for a proximal femur",
        "Use a scan that reaches below the lesser trochanter.",
    ),
    "pixels not square": IssueKind(
        WARNING, "pixels of two different sides", "Check the image's spacing."
    ),
    "sheared image": IssueKind(
        REJECTED,
        "axes that are not at right angles, as after a tilt of the gantry",
        "Reconstruct the scan without tilt, or resample it to straight axes.",
    ),
    "contradictory geometry": IssueKind(
        REJECTED,
        "a header with two orientations or two spacings, or a spacing that is not positive",
        "Convert the DICOM series again.",
    ),
    "contradictory scale": IssueKind(
        REJECTED,
        "a header whose slope and intercept do not say how voxels are scaled",
        "Export the CT in Hounsfield units.",
    ),
    "oblique": IssueKind(
        WARNING, "slices tilted against the patient's axes", "Use the axial reconstruction."
    ),
    "step between slices": IssueKind(
        WARNING,
        "a body that lies sideways of itself from one slice to the next",
        "Look at the level in the coronal and the sagittal view; scan again if the femur is cut.",
    ),
    "jump between slices": IssueKind(
        WARNING,
        "neighbouring slices that differ much more than those around them",
        "Count the slices of the scanner's series, and look at the level in the coronal view.",
    ),
    "one hip": IssueKind(
        NOTE, "an image too narrow for both hips", "Check that it shows the studied side."
    ),
    "body cut off": IssueKind(
        NOTE, "a body that reaches the edge of the image", "Use a wider field of view if there is."
    ),
}

CONTENT = {
    "no air": IssueKind(
        REJECTED,
        "no value as low as air",
        "The rescale intercept may be lost: export the CT in Hounsfield units.",
    ),
    "intercept twice": IssueKind(
        REJECTED,
        "values that are too low by an intercept: 1024 or 1000 HU",
        "Export the CT again, from the scanner if the program in between did this.",
    ),
    "no soft tissue": IssueKind(
        REJECTED, "no value of muscle and fat", "The values are no Hounsfield units: export again."
    ),
    "no bone": IssueKind(
        REJECTED,
        "too little that is as dense as bone",
        "Check that the hip is in the scan and that values are not clipped.",
    ),
    "few grey levels": IssueKind(
        REJECTED, "a picture of 8 bits instead of a CT", "Export the CT itself, not its display."
    ),
    "HU clipped": IssueKind(
        WARNING, "many voxels at the highest value", "Export the CT without a display window."
    ),
    "padding": IssueKind(
        NOTE,
        "values below any tissue or air",
        "Nothing to do: it lies outside the scanner's field.",
    ),
    "HU offset": IssueKind(
        WARNING,
        "fat and muscle that are both too low or too high",
        "Compare with the scanner's own image, and check rescaling and calibration.",
    ),
    "HU slope": IssueKind(
        WARNING,
        "fat and muscle that are too near to each other or too far apart",
        "Compare with the scanner's own image, and check rescaling and calibration.",
    ),
    "air peak shifted": IssueKind(
        WARNING, "an air peak away from -1000 HU", "Check rescaling and calibration."
    ),
    "fat peak shifted": IssueKind(
        WARNING, "no peak where fat is", "Check rescaling, voltage and calibration."
    ),
    "muscle peak shifted": IssueKind(
        WARNING, "no peak where muscle is", "Check rescaling, contrast agent and calibration."
    ),
    "metal": IssueKind(
        WARNING,
        "metal",
        "Look whether it is an implant in the studied hip; exclude the patient then.",
    ),
    "unequal sides": IssueKind(
        WARNING,
        "much more bone on one side than on the other",
        "Look for an implant, an amputation or a cut-off side.",
    ),
    "no femoral shaft": IssueKind(
        WARNING,
        "no femoral shaft in the bottom slices of a side",
        "Check that the scan reaches below the lesser trochanter.",
    ),
}

PROTOCOL = {
    "thick slices": IssueKind(
        WARNING, "slices thicker than the protocol's", "Use a thinner reconstruction if there is."
    ),
    "tube voltage": IssueKind(
        WARNING,
        "a tube voltage other than the protocol's",
        "Bone has other Hounsfield units at it: analyse such patients separately.",
    ),
    "sharp kernel": IssueKind(
        WARNING, "a kernel for bone or lung", "Use a soft or standard reconstruction if there is."
    ),
    "contrast agent": IssueKind(
        WARNING,
        "a contrast agent, by the header",
        "It raises Hounsfield units: use the phase without it if there is.",
    ),
    "protocol unknown": IssueKind(
        NOTE,
        "a scan whose files give neither voltage nor kernel",
        "Give the DICOM series to have them checked.",
    ),
}

MASKS = {
    "no mask": IssueKind(
        REJECTED,
        "nothing at the path of a segmentation",
        "Copy the segmentation there, correct the path, or leave it empty.",
    ),
    "mask unreadable": IssueKind(
        REJECTED,
        "a segmentation that is damaged or of no known format",
        "Export the segmentation again.",
    ),
    "mask not one volume": IssueKind(
        REJECTED, "a segmentation that is flat, a time series or coloured", "Export one label map."
    ),
    "unknown labels": IssueKind(
        REJECTED,
        "labels other than 1 (right femur) and 2 (left femur)",
        "Relabel it, or use one label for both.",
    ),
    "no femur named": IssueKind(
        REJECTED,
        "a structure set or segmentation without a femur by name",
        "Name the structures femur left and femur right.",
    ),
    "structures by name": IssueKind(
        NOTE,
        "femora that were taken from a structure set or segmentation by their names",
        "Check that no femur was left out: a name with a margin, vessel, muscle, part of the bone, "
        "implant or other organ in it is none.",
    ),
    "structures overlap": IssueKind(
        WARNING,
        "two structures that are one femur by name, and of which one lies in the other",
        "Give a margin, a part or an older version another name, or delete it.",
    ),
    "contours unusable": IssueKind(
        REJECTED,
        "contours that are open, damaged or across the slices",
        "Export closed contours on the slices of the CT.",
    ),
    "mask empty": IssueKind(
        REJECTED,
        "a mask without a voxel inside the CT",
        "It is empty or belongs to another scan: draw it again or leave the column empty.",
    ),
    "sides swapped": IssueKind(
        REJECTED,
        "a right femur to the left of the left one",
        "Swap the labels, or export mask and CT again without mirroring.",
    ),
    "mask of another scan": IssueKind(
        WARNING,
        "a segmentation drawn in another frame of reference",
        "Check that it was drawn on this series.",
    ),
    "mask partly outside": IssueKind(
        WARNING, "a mask that reaches beyond the CT", "Check that both are of one scan."
    ),
    "mask on another grid": IssueKind(
        NOTE, "a mask on another grid than the CT", "Nothing to do: nearest voxels were taken."
    ),
    "mask in several components": IssueKind(
        WARNING, "a femur in several connected components", "Look at the mask."
    ),
    "implausible volume": IssueKind(
        WARNING, "a femur too small or too large", "Look at the mask and at its spacing."
    ),
    "mask off the bone": IssueKind(
        WARNING, "a mask around something softer than bone", "Check that it lies on the femur."
    ),
    "wrong side": IssueKind(
        WARNING,
        "a femur whose head points to the side other than its label's, or that lies on that side",
        "Check labels and mirroring.",
    ),
    "mask at the edge": IssueKind(
        NOTE, "a mask that touches the edge of the CT", "Nothing to do if the scan ends there."
    ),
}
