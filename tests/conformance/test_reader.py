"""The reader against dcm2niix: the same voxels at the same places, in series of every kind."""

import nibabel
import numpy as np
import pytest
import SimpleITK as sitk
from hospital import SERIES, SHARED, changed, enhanced, pelvis, save, slices_of, write
from others import needs, run
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian, JPEGLSLossless, RLELossless

from ctio import read_scan

pytestmark = [pytest.mark.conformance, needs("dcm2niix")]
MAX_MM, MAX_HU = 0.01, 1e-3
RULES = SERIES | {"min_length_mm": 0}
REAL = sorted(SHARED.rglob("dicom/image"))
CT = changed(pelvis()[40:170:2, 10:80:2], lambda voxels: voxels + np.arange(65, dtype=np.int16))
TURNED = {  # image orientation: head first on the back, feet first, on the belly, ..., leaning
    "head first prone": (-1, 0, 0, 0, -1, 0),
    "feet first": (-1, 0, 0, 0, 1, 0),
    "feet first prone": (1, 0, 0, 0, -1, 0),
    "on the side": (0, 1, 0, -1, 0, 0),
    "turned by 10 degrees": (0.984807753, 0.173648178, 0, -0.173648178, 0.984807753, 0),
    "tipped by 15 degrees": (1, 0, 0, 0, 0.965925826, 0.258819045),
}


def turned(orientation):
    """Slices in another direction, stacked along their own normal."""
    normal = np.cross(orientation[:3], orientation[3:])
    slices = slices_of(CT)
    for number, slice_ in enumerate(slices):
        slice_.ImageOrientationPatient = list(orientation)
        place = np.array([-40.0, 12.5, -300.0]) + 5 * number * normal
        slice_.ImagePositionPatient = [f"{mm:.8g}" for mm in place]
    return slices


def rescaled(slope, intercept):
    return slices_of(CT, RescaleSlope=slope, RescaleIntercept=intercept)


def signed():
    """Voxels in Hounsfield units, int16, negative ones among them."""
    slices = slices_of(CT, PixelRepresentation=1, RescaleIntercept=0)
    for slice_, plane in zip(slices, sitk.GetArrayFromImage(CT), strict=True):
        slice_.PixelData = plane.astype("<i2").tobytes()
    return slices


def of_12_bits():
    slices = slices_of(CT, BitsStored=12, HighBit=11)
    for slice_ in slices:
        voxels = np.frombuffer(slice_.PixelData, "<u2")
        slice_.PixelData = np.minimum(voxels, 4095).tobytes()
    return slices


def shuffled():
    slices = slices_of(CT)
    np.random.default_rng(3).shuffle(slices)
    return slices


def unnumbered():
    slices = shuffled()
    for number, slice_ in enumerate(slices, start=1):
        slice_.InstanceNumber = number
    return slices


def oblong():
    """Pixels that are wider than high."""
    slices = slices_of(CT)
    for slice_ in slices:
        slice_.PixelSpacing = ["0.7", "1.3"]
    return slices


KINDS = {
    "plain": lambda: slices_of(CT),
    "from the head down": lambda: slices_of(CT)[::-1],
    "files in any order": shuffled,
    "numbered in another order": unnumbered,
    "pixels that are not square": oblong,
    "int16": signed,
    "12 bits": of_12_bits,
    "slope 0.5": lambda: rescaled("0.5", "-512"),
    "slope 1.7": lambda: rescaled("1.7", "-1000.5"),
    "slope 2": lambda: rescaled("2", "-2048"),
    **{name: lambda place=place: turned(place) for name, place in TURNED.items()},
}


def by_dcm2niix(scan, folder):
    """Voxels (x, y, z) and affine to LPS of the only image that dcm2niix makes of a scan."""
    folder.mkdir()
    run("dcm2niix", "-b", "n", "-z", "n", "-f", "image", "-o", folder, scan)
    (path,) = folder.glob("*.nii")
    image = nibabel.load(path)
    return image.get_fdata(), np.diag([-1.0, -1.0, 1.0, 1.0]) @ image.affine


def require_same(scan, folder, original=None):
    """Every voxel of dcm2niix is in our image, at its place and with its value."""
    ours = read_scan({"ct": str(scan)}, series=RULES).image
    theirs, affine = by_dcm2niix(original or scan, folder)
    assert sorted(theirs.shape) == sorted(ours.GetSize())
    axes = np.array(ours.GetDirection()).reshape(3, 3) * ours.GetSpacing()
    to_ours = np.linalg.solve(
        axes, np.column_stack([affine[:3, :3], affine[:3, 3] - ours.GetOrigin()])
    )
    corners = np.array([[*(c * (np.array(theirs.shape) - 1)), 1] for c in np.ndindex(2, 2, 2)]).T
    index = to_ours @ corners
    assert abs(axes @ (index - np.round(index))).max() < MAX_MM
    places = np.round(to_ours[:, :3] @ np.indices(theirs.shape).reshape(3, -1) + to_ours[:, 3:])
    x, y, z = places.astype(int)
    assert min(x.min(), y.min(), z.min()) == 0
    voxels = sitk.GetArrayFromImage(ours)[z, y, x].reshape(theirs.shape)
    np.testing.assert_allclose(voxels, theirs, atol=MAX_HU)


@pytest.mark.parametrize("kind", KINDS)
def test_the_reader_and_dcm2niix_agree(tmp_path, kind):
    require_same(write(KINDS[kind](), tmp_path / "scan"), tmp_path / "theirs")


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_the_reader_and_dcm2niix_agree_on_uncompressed_syntaxes(tmp_path, syntax):
    (tmp_path / "scan").mkdir()
    for number, slice_ in enumerate(slices_of(CT)):
        slice_.file_meta.TransferSyntaxUID = syntax
        if not syntax.is_little_endian:
            slice_.PixelData = np.frombuffer(slice_.PixelData, "<u2").astype(">u2").tobytes()
        slice_.save_as(tmp_path / "scan" / f"{number}.dcm", enforce_file_format=True)
    require_same(tmp_path / "scan", tmp_path / "theirs")


@pytest.mark.parametrize(
    "syntax, unpack",
    [
        pytest.param(RLELossless, "dcmdrle", marks=needs("dcmdrle")),
        pytest.param(JPEGLSLossless, "dcmdjpls", marks=needs("dcmdjpls")),
    ],
)
def test_compressed_slices_are_as_dcmtk_unpacks_them(tmp_path, syntax, unpack):
    slices = slices_of(CT)
    for slice_ in slices:
        slice_.compress(syntax)
    scan, unpacked = write(slices, tmp_path / "scan"), tmp_path / "unpacked"
    unpacked.mkdir()
    for path in scan.iterdir():
        run(unpack, path, unpacked / path.name)
    require_same(scan, tmp_path / "theirs", original=unpacked)


@pytest.mark.parametrize("order", ["as they lie", "in any order"])
def test_the_reader_and_dcm2niix_agree_on_a_multi_frame_ct(tmp_path, order):
    slices = slices_of(CT) if order == "as they lie" else shuffled()
    (tmp_path / "scan").mkdir()
    save(enhanced(slices), tmp_path / "scan" / "ct.dcm")
    require_same(tmp_path / "scan", tmp_path / "theirs")


@pytest.mark.skipif(not REAL, reason="needs the folder shared/data")
@pytest.mark.parametrize("scan", REAL, ids=lambda path: path.parents[1].name)
def test_the_reader_and_dcm2niix_agree_on_a_real_series(tmp_path, scan):
    require_same(scan, tmp_path / "theirs")
