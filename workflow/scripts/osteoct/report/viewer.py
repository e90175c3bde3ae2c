"""Pictures of one CT for a page: planes, masks drawn on them, and what the colours mean."""

import numpy as np
import SimpleITK as sitk

from osteoct.figures import slices
from osteoct.report.views import body_views, draw_view, femur_views

INKS = {
    "automatic": "automatic segmentation",
    "reference": "manual segmentation (reader 1)",
    "coarse": "coarse segmentation (first stage)",
    "neck": "trabecular bone of the femoral neck",
}
ORDER = ("coarse", "reference", "automatic", "neck")  # the last one lies on top
GUIDES = ("automatic", "reference", "coarse")  # the first there is says where to look
ENDS = {"axial": ("R", "L"), "coronal": ("R", "L"), "sagittal": ("A", "P")}


def pictures_of(ct, masks, *, side, settings):
    """Pictures of a CT with its masks.

    Parameters
    ----------
    ct : SimpleITK.Image
        HU, oriented LPS.
    masks : dict of str to SimpleITK.Image
        Ink (of `INKS`) to labels, LPS; empty ones are left out.
    side : {"left", "right"}
        Whose planes are shown; without any mask three planes of the whole CT are.
    settings : dict
        `window_centre_hu` and `window_width_hu`.

    Returns
    -------
    pictures : list of dict
        `title`, `note`, `kind`, `width`, `height`, `uri`, `ends` (letters at the left and right).
    legend : list of (str, str)
        Ink and its meaning, of the masks that are drawn.
    """
    drawn = [ink for ink in ORDER if ink in masks and _any(masks[ink])]
    guide = next((masks[ink] for ink in GUIDES if ink in drawn), None)
    planes = body_views(ct) if guide is None else femur_views(guide, side=side)
    contours = [(ink, masks[ink] != 0) for ink in drawn]
    pictures = [_picture(view, draw_view(ct, view[2], contours, **settings)) for view in planes]
    return pictures, [(ink, INKS[ink]) for ink in reversed(drawn)]


def _any(mask):
    return bool(np.any(sitk.GetArrayViewFromImage(mask)))


def _picture(view, drawn):
    title, note, plane = view
    return {
        "title": title,
        "note": note,
        "kind": plane.kind,
        "width": plane.size[0],
        "height": plane.size[1],
        "ends": ENDS[plane.kind],
        "uri": slices.as_data_uri(slices.as_png(drawn)),
    }
