"""A folder's slices by series, and whose they are."""

from collections import defaultdict

from ctio.intake.acquisitions import sort_key
from ctio.issues.issue import RejectedInput

AXIAL_COSINE = 0.8  # a slice tilted by more than 37 degrees is coronal, sagittal or oblique


def require_one_patient(slices):
    """Reject images of two patients; a report has no pixels, a picture may lack its number."""
    images = [slice_ for slice_ in slices if min(slice_.size)]
    patients = {
        slice_.once["patient"] for slice_ in images if slice_.is_ct or slice_.once["patient"]
    }
    if len(patients) > 1:
        raise RejectedInput("several patients", "The DICOM files are of more than one patient.")


def group_by_series(slices):
    """Slices by series, scouts and non-axial slices of a series apart; in order of numbers."""
    groups = defaultdict(list)
    for slice_ in slices:
        order = sort_key(slice_.once["series_number"])
        groups[(order, slice_.once["series"], find_exclusion(slice_))].append(slice_)
    return [groups[key] for key in sorted(groups)]


def find_exclusion(slice_):
    """Why a slice can be of no series to measure; empty if it can."""
    if not slice_.is_ct or not (slice_.photometric or "MONO").startswith("MONO"):
        return "no CT images"
    if "LOCALIZER" in slice_.image_type:
        return "a scout"
    if slice_.orientation.size and abs(slice_.normal[2]) <= AXIAL_COSINE:
        return "not axial"
    return ""
