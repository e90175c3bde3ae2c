"""Frames of reference: which coordinates the slices of one series are in."""


def has_frame_each(slices):
    """Whether every slice has a frame of reference of its own, as some anonymisers make them."""
    frames = {slice_.once["frame_of_reference"] for slice_ in slices}
    return "" not in frames and len(frames) == len(slices) > 2


def find_frame_of_reference(slices):
    """The frame of reference of a series; empty if it has none, or one for each slice."""
    frames = {slice_.once["frame_of_reference"] for slice_ in slices} - {""}
    return frames.pop() if len(frames) == 1 else ""
