"""Whether the voxels of a DICOM file lie inside the file, as its lengths say.

A decoder that follows a damaged length asks for as much memory as it names, up to 4 GB.
"""

import warnings

PIXELS = {b"\xe0\x7f\x10\x00", b"\x7f\xe0\x00\x10"}  # tag 7FE0,0010 in either byte order
ITEM, END = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0"  # DICOM PS3.5, A.4
UNDEFINED = b"\xff" * 4
BYTES = {"implicit": 8, "explicit": 12, "item": 8}  # of the start of an element or an item
LONG = {b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"}
PADDING = 1  # a byte that some programs count and do not write


def are_voxels_whole(path):
    """Whether voxels, or each fragment of compressed ones, end inside the file.

    Parameters
    ----------
    path : Path
        A DICOM file.

    Returns
    -------
    bool
        False also for a file whose lengths do not lead to its voxels.
    """
    import pydicom  # an image file is read without it: a second saved

    try:
        with path.open("rb") as file, warnings.catch_warnings(action="ignore"):
            header = pydicom.dcmread(file, stop_before_pixels=True, specific_tags=["Rows"])
            implicit, little = header.original_encoding
            start = file.read(BYTES["implicit" if implicit else "explicit"])
            if start[:4] not in PIXELS or not (implicit or start[4:6] in LONG):
                return False
            length, size = start[-4:] if little else start[:-5:-1], path.stat().st_size
            if length == UNDEFINED:
                return _do_fragments_end(file, size)
            end = file.tell() + int.from_bytes(length, "little")
            file.seek(end)
            return end <= size + PADDING and (not little or _do_elements_end(file, size, implicit))
    except Exception:  # a damaged file can raise anything
        return False


def _do_fragments_end(file, size):
    """Follow the fragments of an open file of so many bytes to their end."""
    while (mark := file.read(BYTES["item"]))[:4] == ITEM and len(mark) == BYTES["item"]:
        end = file.tell() + int.from_bytes(mark[4:], "little")
        if end > size:
            return False
        file.seek(end)
    if mark[:4] == END:
        return _do_elements_end(file, size, implicit=False)
    return not mark  # some programs leave the mark of the end out


def _do_elements_end(file, size, implicit):
    """Whether what stands behind the voxels ends inside the file too."""
    while len(start := file.read(BYTES["item"])) == BYTES["item"]:
        length = start[4:]
        if not implicit and start[4:6].isalpha():
            length = file.read(4) if start[4:6] in LONG else start[6:]
        end = file.tell() + int.from_bytes(length, "little")
        if length == UNDEFINED:  # a sequence, which ends by a mark
            return True
        if end > size:
            return False
        file.seek(end)
    return True
