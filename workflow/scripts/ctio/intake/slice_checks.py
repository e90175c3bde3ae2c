"""What is remarkable about a series that can be used."""

from ctio.intake.compression import is_lossy
from ctio.intake.frames import has_frame_each
from ctio.intake.stack import GAP_TOLERANCE, mean_spacing_mm
from ctio.intake.units import is_unit_unknown
from ctio.issues.issue import Issue


def check_slices(slices, participant):
    """Issues of a series that can be used.

    Parameters
    ----------
    slices : list of Slice
        From `sort_slices`.
    participant : dict
        `sex`, `age`, `exam_date`, where they are known.

    Returns
    -------
    list of Issue
    """
    first, found = slices[0], []
    if first.rescale is None:
        found.append(("no rescaling", "The DICOM slices have no rescale slope and intercept."))
    numbers = [slice_.once["instance"] for slice_ in slices]
    numbers = [int(number) for number in numbers if number.lstrip("-").isdigit()]
    if len(numbers) > 1 and numbers != sorted(numbers) and numbers != sorted(numbers)[::-1]:
        found.append(("order of files", "The slices are numbered in another order than they lie."))
    if "DERIVED" in first.image_type:
        found.append(("derived images", "The images are computed from other ones."))
    if has_frame_each(slices):
        found.append(("frame of reference each", "Every slice has its own frame of reference."))
    if is_unit_unknown(slices):
        found.append(("unknown unit", "The header names a unit other than HU for the values."))
    if any(map(is_lossy, slices)):
        found.append(("lossy compression", "The slices were compressed with loss."))
    step, thickness = mean_spacing_mm(slices), first.thickness_mm
    if thickness and thickness < step * (1 - GAP_TOLERANCE):
        found.append(
            (
                "gaps between slices",
                f"Slices are {thickness:.4g} mm thick and {step:.4g} mm apart.",
            )
        )
    if len({(slice_.voltage_kvp, slice_.kernel) for slice_ in slices}) > 1:
        found.append(("mixed protocol", "The slices differ in tube voltage or kernel."))
    if first.once["lying"] not in ("", "HFS"):
        found.append(("patient position", "The patient did not lie head first on the back."))
    if unlike := compare_with_participant(first.once, participant):
        found.append(
            (
                "header contradicts table",
                f"The DICOM header has another {', '.join(unlike)} than the table.",
            )
        )
    return [Issue(*pair) for pair in found]


def compare_with_participant(header, participant):
    """Which of sex, age and day are different in a header and in the table of patients."""
    unlike = []
    sex, age, day = (participant.get(key) for key in ("sex", "age", "exam_date"))
    if sex and header["sex"] in ("F", "M") and header["sex"] != sex:
        unlike.append("sex")
    years = header["age"].removesuffix("Y")
    if age is not None and years.isdigit() and abs(int(years) - float(age)) > 1.5:
        unlike.append("age")
    if day and header["day"].isdigit() and header["day"] != str(day).replace("-", ""):
        unlike.append("day")
    return unlike
