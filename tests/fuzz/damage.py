"""Ways to damage a file: its bytes and its DICOM elements."""

import struct

import numpy as np
import pydicom
from originals import MARK
from pydicom.dataelem import DataElement
from pydicom.tag import Tag

NUMBERS = [
    *(
        "",
        "0",
        "-1",
        "1",
        "2",
        "16",
        "1e308",
        "-1e308",
        "1e-300",
        "nan",
        "inf",
        "0.0001",
        "99999999",
    ),
    *(
        "1,5",
        "1.446",
        "1,446",
        "−2.1",
        "–2.1",
        "<0.5",
        "1e5",
        " 3 ",
        "0x10",
        "١٢",
        "½",
        "--",
        "n/a",
    ),
]
WORDS = [
    *("\\", "\\\\", "1\\2", "1\\0\\0\\0\\1", "1\\0\\0\\0\\1\\0", "0\\1\\0\\1\\0\\0", "LOCALIZER"),
    *(
        f"{MARK}X",
        f"{MARK}\\{MARK}",
        "MR",
        "CT",
        "1.2.3",
        "MONOCHROME1",
        "RGB",
        "US",
        "HU",
        "É\u202e山",
    ),
    *("ISO 2022 IR 87", "20240399", "03/04/2024", "4.3.24", "45000", "2024-03-05 10:00", "a\x00b"),
    *("x" * 70000, "\n", '"', ";", "\t", "=1+1", "NaN", "left", "total_hip", "Neck BMD (mg/cm²)"),
]
IMPORTANT = [
    *("SOPClassUID", "Modality", "ImageType", "PatientID", "SeriesInstanceUID", "SeriesNumber"),
    *(
        "FrameOfReferenceUID",
        "InstanceNumber",
        "AcquisitionNumber",
        "Rows",
        "Columns",
        "PixelSpacing",
    ),
    *("ImagePositionPatient", "ImageOrientationPatient", "SliceThickness", "RescaleSlope"),
    *("RescaleIntercept", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation"),
    *("SamplesPerPixel", "PhotometricInterpretation", "PixelData", "TransferSyntaxUID"),
    *("SpecificCharacterSet", "PatientPosition", "PatientAge", "StudyDate", "KVP"),
]
LONG = {b"OB", b"OW", b"SQ", b"UN", b"UT", b"UC", b"UR", b"OD", b"OF", b"OL", b"SV", b"UV", b"OV"}
SHAPES = "<>"


def pick(rng, choices):
    return choices[int(rng.integers(len(choices)))]


def odd_text(rng):
    return pick(rng, NUMBERS if rng.random() < 0.5 else WORDS)


def odd_bytes(rng):
    """A value of any kind, as bytes."""
    kind = rng.integers(4)
    if kind == 0:
        return struct.pack("<H", pick(rng, [0, 1, 2, 3, 7, 8, 12, 15, 16, 32, 36, 1000, 65535]))
    if kind == 1:
        return rng.bytes(int(rng.integers(0, 40)))
    if kind == 2:
        numbers = rng.choice([0, 1, -1, 0.5, 5, 1e9, np.nan], size=int(rng.integers(1, 7)))
        return "\\".join(f"{number:g}" for number in numbers).encode()
    return odd_text(rng).encode("utf-8")


def damage_bytes(rng, content):
    """Bits flipped, bytes replaced, put in, left out, zeroed, or the end cut off."""
    content, size = bytearray(content), max(len(content), 1)
    near = min(size, 700) if rng.random() < 0.5 else size
    start, length = int(rng.integers(near)), int(rng.integers(1, 30))
    kind = rng.integers(6)
    if kind == 0 and content:
        for place in rng.integers(near, size=int(rng.integers(1, 5))):
            content[int(place)] ^= 1 << int(rng.integers(8))
    elif kind == 1:
        content[start : start + length] = rng.bytes(length)
    elif kind == 2:
        content[start:start] = rng.bytes(length)
    elif kind == 3:
        del content[start : start + length]
    elif kind == 4:
        content[start : start + length] = bytes(length)
    else:
        del content[int(rng.integers(size)) :]
    return bytes(content)


def elements_of(content):
    """Elements of a little-endian file: tag, and where it, its value and its end are."""
    place, found, explicit = 132, [], True
    while place + 8 <= len(content):
        tag = struct.unpack_from("<HH", content, place)
        if tag[0] != 2 and found and found[-1][0][0] == 2:
            explicit = content[place + 4 : place + 6].isalpha()
        kind = content[place + 4 : place + 6]
        if not explicit:
            value, length = place + 8, struct.unpack_from("<I", content, place + 4)[0]
        elif kind in LONG and place + 12 <= len(content):
            value, length = place + 12, struct.unpack_from("<I", content, place + 8)[0]
        else:
            value, length = place + 8, struct.unpack_from("<H", content, place + 6)[0]
        end = min(value + length, len(content))
        found.append((tag, place, value, end))
        place = end
    return found


def damage_elements(rng, content):
    """An element of a slice left out, doubled, moved, of another type, length or value."""
    found = elements_of(content)
    tags = {_numbers(pydicom.datadict.tag_for_keyword(name)) for name in IMPORTANT}
    important = [one for one in found if one[0] in tags]
    if not important:
        return damage_bytes(rng, content)
    _, start, value, end = pick(rng, important if rng.random() < 0.8 else found)
    whole, kind = content[start:end], int(rng.integers(7))
    if kind == 0:
        return content[:start] + content[end:]
    if kind == 1:
        other = pick(rng, found)[1]
        return content[:other] + whole + content[other:]
    if kind == 2:
        types = pick(rng, [b"UN", b"SQ", b"OB", b"DS", b"IS", b"US", b"FD", b"PN", b"??", b"LO"])
        return content[: start + 4] + types + content[start + 6 :]
    if kind == 3:
        length = struct.pack("<H", pick(rng, [0, 1, 2, 3, 16, 255, 65534, 65535]))
        return content[: value - 2] + length + content[value:]
    new = odd_bytes(rng)
    new += b" " * (len(new) % 2)
    if value - start == 8:
        length = struct.pack(
            "<H" if content[start + 4 : start + 6].isalpha() else "<I", len(new) % 65536
        )
    else:
        length = struct.pack("<I", len(new))
    return content[: value - len(length)] + length + new + content[end:]


def _numbers(tag):
    return Tag(tag).group, Tag(tag).element


def damage_dataset(rng, dataset):
    """An element at any depth of a data set left out or given another value; changed in place."""
    level = dataset
    while True:
        inner = [one for one in level if one.VR == "SQ" and len(one.value)]
        if not inner or rng.random() < 0.25:
            break
        level = pick(rng, list(pick(rng, inner).value))
    tags = list(level.keys())
    if not tags:
        return
    tag = pick(rng, tags)
    kind = rng.integers(4)
    if kind == 0:
        del level[tag]
    elif kind == 1 and level[tag].VR == "SQ":
        items = list(level[tag].value)
        level[tag].value = items[1:] if rng.random() < 0.5 else items + items[:1]
    elif level[tag].VR != "SQ" or rng.random() < 0.3:
        value = odd_bytes(rng)
        level[tag] = DataElement(tag, "UN", value + b" " * (len(value) % 2))


class NoCase(Exception):
    """A damage that cannot be written."""


def damage_one(rng, path):
    """A DICOM file of many levels: an element, or its bytes."""
    if rng.random() < 0.35:
        path.write_bytes(damage_bytes(rng, path.read_bytes()))
        return
    dataset = pydicom.dcmread(path)
    if rng.random() < 0.7:
        dataset.file_meta.TransferSyntaxUID = pydicom.uid.ImplicitVRLittleEndian
    implicit = dataset.file_meta.TransferSyntaxUID.is_implicit_VR
    try:
        for _ in range(int(rng.integers(1, 4))):
            damage_dataset(rng, dataset)
        dataset.save_as(path, implicit_vr=implicit, little_endian=True, enforce_file_format=True)
    except Exception:  # pydicom does not write every damage
        raise NoCase from None
