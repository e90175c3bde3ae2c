"""The same voxels read by other libraries: where a CT is accepted, both must agree."""

import warnings

import nibabel
import numpy as np
import pydicom
import SimpleITK as sitk

from ctio.imaging.axes import MAX_DRIFT_MM

TOLERANCE_MM, TOLERANCE_HU = 0.05, 0.6
TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


UNCONFIRMED = "slices that the other library does not read"


def differs_from_dicom(image, files):
    """What is other in an image than in its DICOM files by pydicom; empty if nothing is."""
    size, covered = image.GetSize(), set()
    voxels = sitk.GetArrayFromImage(image)
    with warnings.catch_warnings(action="ignore"):
        for path in files:
            for affine, values in _planes(path):
                rows, columns = values.shape
                points = np.array([[r, c] for r in (0, rows - 1) for c in (0, columns - 1)])
                places = affine[:3, :2] @ points[:, ::-1].T + affine[:3, 3:]
                inside = _indices(image, places.T)
                if (inside < -0.5).any() or (inside > np.array(size) - 0.5).any():
                    continue
                row, column = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")
                flat = np.stack([column.ravel(), row.ravel()])
                place = _indices(image, (affine[:3, :2] @ flat + affine[:3, 3:]).T)
                index = np.round(place).astype(int)
                if (abs(place - index) * image.GetSpacing() > TOLERANCE_MM).any():
                    return "a slice lies elsewhere by its header"
                ours = voxels[index[:, 2], index[:, 1], index[:, 0]]
                if not np.allclose(ours, values.ravel(), atol=TOLERANCE_HU, rtol=1e-4):
                    return "voxels of a slice differ"
                covered |= set(index[:, 2].tolist())
    return "" if covered == set(range(size[2])) else UNCONFIRMED


def _indices(image, points):
    axes = np.array(image.GetDirection()).reshape(3, 3) * image.GetSpacing()
    return np.linalg.solve(axes, (points - np.array(image.GetOrigin())).T).T


def _planes(path):
    """Affine (column, row) to mm and HU of each frame of a file that pydicom reads."""
    try:
        dataset = pydicom.dcmread(path)
        pixels = dataset.pixel_array.astype(float).reshape(-1, dataset.Rows, dataset.Columns)
        frames = dataset.get("PerFrameFunctionalGroupsSequence")
        if not frames:
            return [_plane(dataset, dataset, dataset, dataset, pixels[0])]
        shared = dataset.SharedFunctionalGroupsSequence[0]
        return [
            _plane(
                frame.PlanePositionSequence[0],
                _group("PlaneOrientationSequence", frame, shared),
                _group("PixelMeasuresSequence", frame, shared),
                _group("PixelValueTransformationSequence", frame, shared),
                plane,
            )
            for frame, plane in zip(frames, pixels, strict=False)
        ]
    except Exception:  # what pydicom cannot read confirms nothing
        return []


def _group(name, frame, shared):
    return (frame.get(name) or shared.get(name))[0]


def _plane(position, orientation, measures, scale, pixels):
    affine = np.eye(4)
    axes = np.array(orientation.ImageOrientationPatient, float)
    row_mm, column_mm = map(float, measures.PixelSpacing)
    affine[:3, 0], affine[:3, 1] = axes[:3] * column_mm, axes[3:] * row_mm
    affine[:3, 3] = np.array(position.ImagePositionPatient, float)
    slope, intercept = scale.get("RescaleSlope"), scale.get("RescaleIntercept")
    values = pixels * float(1 if slope is None else slope) + float(intercept or 0)
    return affine, values


def differs_from_nifti(image, path):
    """What is other in an image than in its NIfTI file by nibabel; empty if nothing is."""
    try:
        other = nibabel.load(path)
        values, affine = np.asarray(other.dataobj, float), TO_LPS @ other.affine
    except Exception:  # its own refusal
        return UNCONFIRMED
    return _differs(image, values.reshape(values.shape[:3]), affine)


def _differs(image, values, affine):
    """Compare with an array (x, y, z) and its affine to LPS; a header's two may differ a little."""
    index = np.indices(values.shape).reshape(3, -1)
    places = _indices(image, (affine[:3, :3] @ index + affine[:3, 3:]).T)
    rounded = np.round(places).astype(int)
    if (abs(places - rounded) * image.GetSpacing() > MAX_DRIFT_MM).any():
        return "voxels lie elsewhere"
    if (
        (rounded < 0).any()
        or (rounded >= image.GetSize()).any()
        or values.size != np.prod(image.GetSize())
    ):
        return "another size or place"
    ours = sitk.GetArrayFromImage(image)[rounded[:, 2], rounded[:, 1], rounded[:, 0]]
    alike = np.allclose(ours, values.ravel(), atol=TOLERANCE_HU, rtol=1e-4, equal_nan=True)
    return "" if alike else "voxels differ"


KINDS = {"MET_SHORT": "i2", "MET_USHORT": "u2", "MET_FLOAT": "f4", "short": "i2", "int16": "i2"}


def differs_from_text_header(image, path):
    """What is other in an image than in an NRRD or MHA file, by its header's plain meaning."""
    content = path.read_bytes()
    is_nrrd = content.startswith(b"NRRD")
    separator = ":" if is_nrrd else "="
    if is_nrrd:
        head, _, data = content.replace(b"\r\n", b"\n").partition(b"\n\n")
    else:
        start = content.find(b"\n", content.find(b"ElementDataFile")) + 1
        head, data = content[:start], content[start:]
    fields = {}
    for line in head.decode("latin-1").split("\n"):
        name, found, value = line.partition(separator)
        if found:
            fields[name.strip().lower()] = value.strip()
    try:
        return _differs(image, *(_nrrd if is_nrrd else _mha)(fields, data))
    except (KeyError, ValueError):
        return UNCONFIRMED


def _nrrd(fields, data):
    kind = np.dtype(KINDS[fields["type"]])
    order = ">" if fields.get("endian", "little") == "big" else "<"
    if fields.get("encoding") != "raw":
        raise ValueError
    vectors = (
        fields["space directions"].replace("(", " ").replace(")", " ").replace(",", " ").split()
    )
    affine = np.eye(4)
    affine[:3, :3] = np.array(vectors, float).reshape(3, 3).T
    if "space origin" in fields:
        origin = fields["space origin"].strip("() ").replace(",", " ").split()
        affine[:3, 3] = np.array(origin, float)
    signs = {"left": 1, "right": -1, "posterior": 1, "anterior": -1, "superior": 1, "inferior": -1}
    words = fields["space"].lower().split("-")
    if len(words) == 1:
        words = [
            {"L": "left", "R": "right", "P": "posterior", "A": "anterior", "S": "superior"}[
                one.upper()
            ]
            for one in words[0]
        ]
    affine = np.diag([*(signs[word] for word in words), 1]) @ affine
    sizes = [int(size) for size in fields["sizes"].split()]
    values = np.frombuffer(data, order + kind.str[1:], count=int(np.prod(sizes)))
    return values.reshape(sizes[::-1]).T.astype(float), affine


def _mha(fields, data):
    kind = np.dtype(KINDS[fields["elementtype"]])
    if fields.get("compresseddata", "False").lower() == "true":
        raise ValueError
    big = fields.get("binarydatabyteordermsb", fields.get("elementbyteordermsb", "False")).lower()
    sizes = [int(size) for size in fields["dimsize"].split()]
    affine = np.eye(4)
    directions = np.array(fields["transformmatrix"].split(), float).reshape(3, 3).T
    affine[:3, :3] = directions * np.array(fields["elementspacing"].split(), float)
    affine[:3, 3] = np.array(fields.get("offset", fields.get("position", "0 0 0")).split(), float)
    values = np.frombuffer(
        data, (">" if big == "true" else "<") + kind.str[1:], count=int(np.prod(sizes))
    )
    return values.reshape(sizes[::-1]).T.astype(float), affine
