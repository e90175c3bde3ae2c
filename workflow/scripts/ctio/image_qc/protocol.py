"""The gate on how a scan was made, against the study's protocol."""

from ctio.intake.series import kernel_class
from ctio.issues.issues import Finding

SLACK = 1.01  # slices up to 1 % thicker than the protocol's are the protocol's


def look_at_protocol(ct, said, *, slice_spacing_mm, tube_voltage_kvp, kernels):
    """What departs from the protocol without ruling the CT out.

    Parameters
    ----------
    ct : SimpleITK.Image
    said : dict
        `tube_voltage_kvp`, `kernel`, `contrast`, where the scan's files say them.
    slice_spacing_mm, tube_voltage_kvp : float
        The protocol's; thinner slices are fine.
    kernels : dict
        `soft` and `sharp`, as for `ctio.intake.series.choose`.

    Returns
    -------
    list of Finding
    """
    found, step = [], ct.GetSpacing()[2]
    if step > slice_spacing_mm * SLACK:
        found.append(
            (
                "thick slices",
                f"Slices are {step:.4g} mm apart; the protocol says {slice_spacing_mm:g} mm.",
            )
        )
    voltage, kernel = said.get("tube_voltage_kvp"), said.get("kernel")
    if voltage and voltage != tube_voltage_kvp:
        found.append(
            (
                "tube voltage",
                f"Scanned at {voltage:g} kVp; the protocol says {tube_voltage_kvp:g} kVp.",
            )
        )
    if kernel and kernel_class(kernel, **kernels) == 2:
        found.append(("sharp kernel", "Reconstructed with a kernel for bone or lung."))
    if said.get("contrast"):
        found.append(("contrast agent", "The header names a contrast agent."))
    if not voltage and not kernel:
        found.append(("protocol unknown", "The scan says neither tube voltage nor kernel."))
    return [Finding(*pair) for pair in found]
