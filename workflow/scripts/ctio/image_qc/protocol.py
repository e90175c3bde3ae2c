"""How a scan was made, against the protocol."""

from ctio.intake.series import classify_kernel
from ctio.issues.issue import Issue

THICKNESS_TOLERANCE = 1.01  # slices up to 1 % thicker than the protocol's are the protocol's


def check_protocol(ct, header, *, slice_spacing_mm, tube_voltage_kvp, kernels):
    """Issues of a protocol other than the expected one; none of them rejects the CT.

    Parameters
    ----------
    ct : SimpleITK.Image
    header : dict
        `tube_voltage_kvp`, `kernel`, `contrast`, where the scan's files give them.
    slice_spacing_mm, tube_voltage_kvp : float
        The protocol's; thinner slices are fine.
    kernels : dict
        `soft` and `sharp`, as for `ctio.intake.series.choose_series`.

    Returns
    -------
    list of Issue
    """
    found, step = [], ct.GetSpacing()[2]
    if step > slice_spacing_mm * THICKNESS_TOLERANCE:
        found.append(
            (
                "thick slices",
                f"Slices are {step:.4g} mm apart; the protocol has {slice_spacing_mm:g} mm.",
            )
        )
    voltage, kernel = header.get("tube_voltage_kvp"), header.get("kernel")
    if voltage and voltage != tube_voltage_kvp:
        found.append(
            (
                "tube voltage",
                f"Scanned at {voltage:g} kVp; the protocol has {tube_voltage_kvp:g} kVp.",
            )
        )
    if kernel and classify_kernel(kernel, **kernels) == 2:
        found.append(("sharp kernel", "Reconstructed with a kernel for bone or lung."))
    if header.get("contrast"):
        found.append(("contrast agent", "The header names a contrast agent."))
    if not voltage and not kernel:
        found.append(("protocol unknown", "The scan's files give neither tube voltage nor kernel."))
    return [Issue(*pair) for pair in found]
