"""The series that a patient was measured on, and what every exported object holds about itself."""

import warnings
from contextlib import contextmanager

import highdicom as hd
import pydicom

from ctio.export.completing import complete_headers
from ctio.intake.dicom import open_slices
from ctio.intake.files import find_path
from ctio.intake.series import choose_series
from ctio.issues.issue import RejectedInput

MARK = "RESEARCH USE ONLY"


@contextmanager
def measured_series(scan, *, series):
    """Slices and headers of the series of a scan that was measured, while they are needed.

    Parameters
    ----------
    scan : str or Path
        The DICOM folder, archive or file that the CT was read from.
    series : dict
        Keywords of `ctio.intake.series.choose_series`: the same choice as when it was measured.

    Yields
    ------
    slices : list of ctio.intake.slice.Slice
        From foot to head.
    headers : list of pydicom.Dataset
        One for each file, without pixels, completed by `ctio.export.completing`.

    Raises
    ------
    RejectedInput
        If there is no DICOM series there.
    """
    path = find_path(scan)
    if path is None:
        raise RejectedInput("no scan", "There is no scan at this path.")
    with open_slices(path) as slices:
        chosen, _ = choose_series(slices, **series)
        paths = dict.fromkeys(slice_.path for slice_ in chosen)
        with warnings.catch_warnings(action="ignore"):
            headers = [pydicom.dcmread(path, stop_before_pixels=True) for path in paths]
            complete_headers(headers, chosen)
        yield chosen, headers


def identify_object(title, *, number, software, version):
    """Series and software of an exported object, as keywords of highdicom.

    Parameters
    ----------
    title : str
        The series' description; the mark is added.
    number : int
        The series' number.
    software, version : str
        Who made the object.

    Returns
    -------
    dict
    """
    return {
        "series_instance_uid": hd.UID(),
        "series_number": number,
        "sop_instance_uid": hd.UID(),
        "instance_number": 1,
        "manufacturer": software,
        "manufacturer_model_name": software,
        "software_versions": version,
        "device_serial_number": "0",
        "series_description": f"{title}, {MARK}",
    }
