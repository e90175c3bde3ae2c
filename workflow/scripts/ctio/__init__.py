"""Any hospital's CT and masks in, checked LPS images out.

Every name is loaded when it is first asked for, so that an image file is read without pydicom.
"""

from importlib import import_module

PUBLIC = {
    # issues
    "CATALOGUE": "ctio.issues.issue",
    "CHAPTERS": "ctio.issues.issue",
    "Issue": "ctio.issues.issue",
    "RejectedInput": "ctio.issues.issue",
    "NOTE": "ctio.issues.kinds",
    "WARNING": "ctio.issues.kinds",
    "REJECTED": "ctio.issues.kinds",
    # images and masks
    "read_ct": "ctio.imaging.images",
    "restore_orientation": "ctio.imaging.images",
    "read_mask": "ctio.imaging.masks",
    "FAST": "ctio.imaging.writing",
    "write_image": "ctio.imaging.writing",
    "resample": "ctio.imaging.grids",
    "resample_like": "ctio.imaging.grids",
    "same_grid": "ctio.imaging.grids",
    "bounding_box": "ctio.imaging.grids",
    "crop_to": "ctio.imaging.grids",
    "plane_heights_mm": "ctio.imaging.grids",
    "RIGHT": "ctio.imaging.sides",
    "LEFT": "ctio.imaging.sides",
    "SIDES": "ctio.imaging.sides",
    "BODY_ABOVE_HU": "ctio.imaging.sides",
    "find_side": "ctio.imaging.sides",
    "midline_mm": "ctio.imaging.sides",
    "shows_whole_body": "ctio.imaging.sides",
    "centre_x_mm": "ctio.imaging.laterality",
    "head_offset_mm": "ctio.imaging.laterality",
    "name_sides": "ctio.imaging.laterality",
    # a hospital's files
    "UnpackingError": "ctio.intake.archives",
    "ENDINGS": "ctio.intake.readable",
    "find_path": "ctio.intake.files",
    "find_patients": "ctio.intake.patients",
    "read_file_slices": "ctio.intake.headers",
    "read_scan": "ctio.intake.scans",
    "read_segmentation": "ctio.intake.segmentations",
    # image QC
    "check_ct": "ctio.image_qc.scan",
    "check_mask": "ctio.image_qc.masks",
    "describe_ct": "ctio.image_qc.scan",
    "describe_limits": "ctio.image_qc.described_limits",
    "describe_sources": "ctio.image_qc.described_limits",
    "examine_scan": "ctio.image_qc.scan",
    "DISCONTINUOUS": "ctio.image_qc.continuity",
    "find_jumps": "ctio.image_qc.continuity",
    "OFF_SCALE": "ctio.image_qc.hu_scale",
    # back to the hospital
    "MARK": "ctio.export.origin",
    "write_document": "ctio.export.pdf",
    "write_segmentation": "ctio.export.seg",
}
__all__ = sorted(PUBLIC)


def __getattr__(name):
    if name in PUBLIC:
        return getattr(import_module(PUBLIC[name]), name)
    raise AttributeError(f"module 'ctio' has no attribute {name!r}")
