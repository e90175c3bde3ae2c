"""The series that a patient was measured on, and what every exported object says of itself."""

from contextlib import contextmanager
from pathlib import Path

import highdicom as hd
import pydicom
import yaml

from ctio.intake.dicom import dicom_slices
from ctio.intake.series import choose
from ctio.intake.sources import existing
from ctio.issues.issues import Refusal

ROOT = Path(__file__).parents[4]
MARK = "RESEARCH USE ONLY"
VERSION = "0.1.0"


def settings_of_study(path):
    """The project's configuration with a study's own changes to it.

    Parameters
    ----------
    path : str
        The study's YAML file; empty for the project's own settings.

    Returns
    -------
    dict
    """
    from snakemake.utils import update_config

    settings = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    if path:
        update_config(settings, yaml.safe_load(Path(path).read_text(encoding="utf-8")))
    return settings


@contextmanager
def measured_series(scan, *, image):
    """Slices and headers of the series of a scan that the study measured, while they are needed.

    Parameters
    ----------
    scan : str or Path
        The DICOM folder, archive or file that the CT was read from.
    image : dict
        The section `image` of the configuration: the series is chosen as by the gate.

    Yields
    ------
    slices : list of ctio.intake.headers.Slice
        From foot to head.
    headers : list of pydicom.Dataset
        One for each file, without pixels.

    Raises
    ------
    PatientProblem
        If there is no DICOM series there.
    """
    path = existing(scan)
    if path is None:
        raise Refusal("no scan", "There is no scan at this path.")
    rules = {key: image["limits"][key] for key in ("slice_spacing_mm", "length_at_least_mm")}
    with dicom_slices(path, reading=image["reading"]) as slices:
        chosen, _ = choose(slices, **rules, kernels=image["kernels"])
        paths = dict.fromkeys(slice_.path for slice_ in chosen)
        yield chosen, [pydicom.dcmread(path, stop_before_pixels=True) for path in paths]


def described(title, *, number):
    """What an exported object says of its series and of the software, as keywords of highdicom.

    Parameters
    ----------
    title : str
        The series' description; the mark is added.
    number : int
        The series' number.

    Returns
    -------
    dict
    """
    return {
        "series_instance_uid": hd.UID(),
        "series_number": number,
        "sop_instance_uid": hd.UID(),
        "instance_number": 1,
        "manufacturer": "osteoct",
        "manufacturer_model_name": "osteoct",
        "software_versions": VERSION,
        "device_serial_number": "0",
        "series_description": f"{title}, {MARK}",
    }
