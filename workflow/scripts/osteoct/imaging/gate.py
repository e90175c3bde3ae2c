"""The image gate: may this CT be measured at all, and what should its reader know."""

from pathlib import Path

import numpy as np
import SimpleITK as sitk

from osteoct.batches import PatientProblem, for_each_patient
from osteoct.imaging.images import read_ct
from osteoct.results import sha256

VOLTAGE = "tube_voltage_kvp"


def check_patients(rows, *, limits, protocol, code, say):
    """Check the CT of every patient of a batch; a refused one is recorded, the others go on.

    Parameters
    ----------
    rows : DataFrame
        Rows of participants.tsv; `patient` and `ct` are used.
    limits, protocol : dict
        As for `check`.
    code : list of str
        Files of the study's modules: when one changes, every CT is checked again.
    say : callable
        Prints one line of progress.

    Returns
    -------
    DataFrame
        For each patient `patient`, `status` (done or failed), `reason`, what `check` gives, and
        `ct_sha256` of the CT's bytes, so that a CT replaced under the same name is noticed.
    """
    hashes = [sha256(path) if Path(path).exists() else "" for path in rows["ct"]]
    rows = rows[["patient", "ct"]].assign(ct_sha256=hashes)

    def measure(row, folder):
        values = check(read_ct(row["ct"]), limits=limits, protocol=protocol)
        return {**values, "ct_sha256": row["ct_sha256"]}

    key = [limits, protocol, [sha256(file) for file in code]]
    return for_each_patient(rows, measure, step="images", files=[], key=key, say=say)


def check(ct, *, limits, protocol):
    """Measure a CT; refuse it outside the limits, remark on it outside the protocol.

    Parameters
    ----------
    ct : SimpleITK.Image
        Oriented LPS, from `osteoct.imaging.images.read_ct`.
    limits : dict
        Keyword arguments of `refuse_outside`.
    protocol : dict
        Keyword arguments of `remarks`.

    Returns
    -------
    dict
        `size` (x × y × z voxels), `spacing_mm`, `length_mm`, `lowest_hu`, `highest_hu`, `notes`.

    Raises
    ------
    PatientProblem
        If the CT is outside the limits.
    """
    refuse_outside(ct, **limits)
    voxels = sitk.GetArrayViewFromImage(ct)
    return {
        "size": " × ".join(map(str, ct.GetSize())),
        "spacing_mm": " × ".join(f"{step:.4g}" for step in ct.GetSpacing()),
        "length_mm": round(_length_mm(ct), 3),
        "lowest_hu": float(voxels.min()),
        "highest_hu": float(voxels.max()),
        "notes": remarks(ct, **protocol),
    }


def refuse_outside(
    ct, *, pixel_spacing_mm, slice_spacing_mm, length_at_least_mm, air_below_hu, soft_tissue_hu
):
    """Refuse a CT whose geometry or Hounsfield units rule out the study.

    Parameters
    ----------
    ct : SimpleITK.Image
    pixel_spacing_mm, slice_spacing_mm : list of float, (lowest, highest)
    length_at_least_mm : float
        Along the body, slices counted whole.
    air_below_hu : float
        Some voxel must be under this: a scan without air has lost its rescale intercept.
    soft_tissue_hu : list of float, (lowest, highest)
        Some voxel must be between these, as muscle and fat are.

    Raises
    ------
    PatientProblem
        With what was found, what was expected and what to do.
    """
    limits = (pixel_spacing_mm, pixel_spacing_mm, slice_spacing_mm)
    whats = ("Pixels", "Pixels", "Slices")
    for what, step, (low, high) in zip(whats, ct.GetSpacing(), limits, strict=True):
        if not low <= step <= high:
            raise PatientProblem(
                f"{what} are {step:.4g} mm apart; expected {low:g} to {high:g} mm. Reconstruct "
                "the scan again, or correct the image's spacing."
            )
    if _length_mm(ct) < length_at_least_mm:
        raise PatientProblem(
            f"The CT is {_length_mm(ct):.0f} mm long from head to foot; expected "
            f"{length_at_least_mm:g} mm or more, or the proximal femur is cut off. Use a scan "
            "that reaches below the lesser trochanter."
        )
    voxels = sitk.GetArrayViewFromImage(ct)
    if not (voxels < air_below_hu).any():
        raise PatientProblem(
            f"The lowest value is {voxels.min():g}; expected air below {air_below_hu:g} HU. The "
            "rescale intercept may be lost: export the CT in Hounsfield units."
        )
    low, high = soft_tissue_hu
    if not ((voxels >= low) & (voxels <= high)).any():
        raise PatientProblem(
            f"No voxel is between {low:g} and {high:g} HU; expected muscle and fat there. The "
            "values are no Hounsfield units: export the CT again."
        )


def remarks(ct, *, slice_spacing_mm, tube_voltage_kvp, metal_above_hu, metal_from_mm3):
    """What departs from the protocol without ruling the CT out.

    Parameters
    ----------
    ct : SimpleITK.Image
        Its meta-data `tube_voltage_kvp` is looked at where there is any.
    slice_spacing_mm, tube_voltage_kvp : float
        The protocol's; thinner slices are fine.
    metal_above_hu, metal_from_mm3 : float
        This much volume above this value is called metal.

    Returns
    -------
    str
        Sentences; empty if there is nothing to say.
    """
    found = []
    metal_mm3 = (sitk.GetArrayViewFromImage(ct) > metal_above_hu).sum() * np.prod(ct.GetSpacing())
    if metal_mm3 >= metal_from_mm3:
        found.append(
            f"{metal_mm3:.0f} mm³ are above {metal_above_hu:g} HU: metal, perhaps an implant."
        )
    if ct.GetSpacing()[2] > slice_spacing_mm * 1.01:
        found.append(
            f"Slices are {ct.GetSpacing()[2]:.4g} mm apart; the protocol says "
            f"{slice_spacing_mm:g} mm."
        )
    voltage = ct.GetMetaData(VOLTAGE) if ct.HasMetaDataKey(VOLTAGE) else ""
    if voltage and float(voltage) != tube_voltage_kvp:
        found.append(
            f"Scanned at {float(voltage):g} kVp; the protocol says {tube_voltage_kvp:g} kVp, and "
            "bone has other Hounsfield units there."
        )
    return " ".join(found)


def _length_mm(ct):
    """From the lowest slice's lower face to the highest slice's upper one."""
    return ct.GetSize()[2] * ct.GetSpacing()[2]
