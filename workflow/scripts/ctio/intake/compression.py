"""Whether voxels were compressed with loss, also where the header keeps quiet about it."""

import mmap
import re

ROOT = "1.2.840.10008.1.2.4."
LOSSY = {  # DICOM PS3.6, table A-1: transfer syntaxes that always lose
    *(f"{ROOT}{number}" for number in (*range(50, 57), *range(59, 65))),  # JPEG
    f"{ROOT}81",  # JPEG-LS, near-lossless
    *(f"{ROOT}{number}" for number in range(100, 109)),  # MPEG
    f"{ROOT}111",  # JPEG XL made from JPEG
}
GIVEN, DENIED = {"01", "1", "YES", "Y", "TRUE"}, {"00", "0", "NO", "N", "FALSE"}
SAID = re.compile(r"(?<!non[ -])(?<!not )(?<!no )\blossy\b", re.IGNORECASE)
EITHER = {f"{ROOT}91", f"{ROOT}93", f"{ROOT}203"}  # JPEG 2000 and HTJ2K, as the encoder chose
CODESTREAM = b"\xff\x4f\xff\x51"  # ISO/IEC 15444-1, annex A: start, then size
CODING_STYLE = b"\xff\x52"
WAVELET_AT = 13  # bytes from that marker to the wavelet: 1 is reversible, 0 is not
HEADER_BYTES = 1000


def is_lossy(slice_):
    """Whether a slice was compressed with loss.

    Parameters
    ----------
    slice_ : ctio.intake.slice.Slice

    Returns
    -------
    bool
        By the header's own word, or by how the voxels are packed.
    """
    flag, syntax = slice_.once["lossy"], slice_.once["syntax"]
    if flag.upper() in GIVEN or syntax in LOSSY:
        return True
    if flag.upper() in DENIED:
        return False
    return (
        _exceeds_one(slice_.once["lossy_ratio"])
        or bool(slice_.once["lossy_method"] or SAID.search(slice_.once["derivation"]))
        or (syntax in EITHER and not _is_reversible(slice_.path))
    )


def _exceeds_one(ratio):
    try:
        return float(ratio) > 1
    except ValueError:
        return False


def _is_reversible(path):
    """Whether the first JPEG 2000 image of a file has the reversible wavelet."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            start = data.find(CODESTREAM)
            head = data[start : start + HEADER_BYTES] if start >= 0 else b""
    except (OSError, ValueError):
        return False
    style = head.find(CODING_STYLE)
    return style >= 0 and head[style + WAVELET_AT : style + WAVELET_AT + 1] == b"\x01"
