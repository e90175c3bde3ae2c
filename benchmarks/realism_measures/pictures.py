"""Hips side by side in the same planes, and their noise power spectra."""

import numpy as np
from matplotlib.figure import Figure
from scipy.ndimage import map_coordinates

from realism_measures.bone import find_planes
from realism_measures.noise import frequencies

WINDOW_HU = (-160, 540)
REACH_MM = 75  # of a picture to each side of the centre of the head
BELOW_MM = 15  # how far its middle lies below that centre in an upright plane
STEP_MM = 0.5
PLANES = ("axial", "through head and neck", "sagittal")


def draw_sheet(scans):
    """All hips in the same three planes and the same window: a column each.

    Axial, upright through the axis of the neck, and sagittal, all through the centre of the head.
    Nothing is interpolated between voxels: what looks like noise is the CT's.

    Parameters
    ----------
    scans : list of Scan

    Returns
    -------
    matplotlib.figure.Figure
    """
    low, high = WINDOW_HU
    figure = Figure(figsize=(1.7 * len(scans), 5.4), layout="constrained")
    axes = figure.subplots(len(PLANES), len(scans), squeeze=False)
    for column, scan in enumerate(scans):
        for row, picture in enumerate(pictures(scan)):
            place = axes[row, column]
            place.imshow(picture, "gray", vmin=low, vmax=high, interpolation="nearest")
            place.set(xticks=[], yticks=[])
            if column == 0:
                place.set_ylabel(PLANES[row], fontsize=8)
        axes[0, column].set_title(scan.name, fontsize=8)
    return figure


def pictures(scan):
    """Three planes through the centre of the head, each an array of HU from above or in front."""
    centre, along = find_planes(scan.inside, scan.spacing_mm)
    reach = np.arange(-REACH_MM, REACH_MM + STEP_MM / 2, STEP_MM)
    up, back, left = np.eye(3)
    low = -BELOW_MM * up
    along = along * np.sign(along[2] or 1)
    for down, right, offset in ((back, left, 0), (-up, along, low), (-up, back, low)):
        grid = reach[:, None, None] * down + reach[None, :, None] * right
        places = np.moveaxis(grid + centre + offset, -1, 0) / scan.spacing_mm[:, None, None]
        yield map_coordinates(scan.hu, places, order=0, cval=-1000)


def draw_spectra(spectra, *, real, pixel_mm):
    """Noise power spectra: of each hip in two dimensions, and of all along x and y.

    Parameters
    ----------
    spectra : dict of str to ndarray
        Hip to `noise.power_spectrum`; all phantoms, of which the first six get a picture.
    real : list of str
        Which of them are real.
    pixel_mm : float

    Returns
    -------
    matplotlib.figure.Figure
        The lines are divided by their mean, so that dose does not part them: a band holds all
        phantoms.
    """
    shown = [*real, *[name for name in spectra if name not in real][:6]]
    figure = Figure(figsize=(1.7 * len(shown), 5.2), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=(2, 3))
    steps = frequencies(pixel_mm)
    first, last = steps[0] + steps[0] / len(steps), steps[-1] - steps[0] / len(steps)
    for place, name in zip(upper.subplots(1, len(shown), squeeze=False)[0], shown, strict=True):
        image = spectra[name] / np.mean(spectra[name])
        place.imshow(image, cmap="magma", vmin=0, vmax=4, extent=(first, last, last, first))
        place.set_title(name, fontsize=8)
        place.tick_params(labelsize=6)
    panels = lower.subplots(1, 2, sharey=True)
    for place, axis, label in zip(panels, (1, 0), ("x", "y"), strict=True):
        _draw_lines(place, spectra, real, axis, steps)
        place.set_xlabel(f"frequency along {label}, 1/mm", fontsize=8)
    panels[0].set_ylabel("noise power, 1 is the mean", fontsize=8)
    panels[0].legend(fontsize=7, frameon=False)
    return figure


def _draw_lines(place, spectra, real, axis, steps):
    """Mean power along one axis: a line for each real hip, a band for all phantoms."""
    positive = steps >= 0
    lines = {
        name: (power.mean(axis=1 - axis) / power.mean())[positive]
        for name, power in spectra.items()
    }
    phantoms = [line for name, line in lines.items() if name not in real]
    if phantoms:
        low, middle, high = np.nanpercentile(phantoms, [0, 50, 100], axis=0)
        place.fill_between(steps[positive], low, high, color="0.8", label="phantoms, all")
        place.plot(steps[positive], middle, color="0.4", label="phantoms, median")
    for name in real:
        place.plot(steps[positive], lines[name], label=name)
    place.tick_params(labelsize=7)
