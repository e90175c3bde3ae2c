import highdicom as hd
import numpy as np
import pytest
import SimpleITK as sitk
from hospital import (
    SERIES,
    SETTINGS,
    SHARED,
    femora,
    mask_of,
    pelvis,
    save,
    slices_of,
    structure_set,
    write,
)
from pydicom.sr.codedict import codes

from ctio import RejectedInput, read_ct, read_mask, read_scan, read_segmentation, resample
from ctio.intake.headers import read_header
from ctio.intake.rtstruct import draw_contours

PHANTOM = SHARED / "ibsi" / "ibsi_1_ct_radiomics_phantom"
NAMES = SETTINGS["structures"]


@pytest.fixture(scope="module")
def ct():
    return pelvis()


def read_back(path, ct, frame_of_reference=""):
    return read_segmentation(path, ct=ct, names=NAMES, frame_of_reference=frame_of_reference)


def array(image):
    return sitk.GetArrayFromImage(image)


def ring(ct, *, centre, radius, z, corners=180):
    """A circle in a slice of a CT, in mm."""
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    x, y = centre[0] + radius * np.cos(angle), centre[1] + radius * np.sin(angle)
    return np.column_stack([x, y, np.full(corners, ct.GetOrigin()[2] + z * ct.GetSpacing()[2])])


@pytest.mark.parametrize("name", ["mask.nii.gz", "mask.nrrd", "mask.mha"])
def test_a_label_file_comes_back_as_it_was(ct, tmp_path, name):
    mask = mask_of(femora())
    sitk.WriteImage(mask, tmp_path / name)
    read, issues = read_back(tmp_path / name, ct)
    assert issues == []
    np.testing.assert_array_equal(array(read), femora())


def segmentation(ct, folder, labels=("Femur right", "Femur left")):
    """A DICOM SEG of the two femora, by an independent library."""
    source = slices_of(ct)
    described = [
        hd.seg.SegmentDescription(
            segment_number=number,
            segment_label=label,
            segmented_property_category=codes.SCT.Tissue,
            segmented_property_type=codes.SCT.Bone,
            algorithm_type="MANUAL",
        )
        for number, label in enumerate(labels, start=1)
    ]
    segments = hd.seg.Segmentation(
        source_images=source,
        pixel_array=femora(),
        segmentation_type="BINARY",
        segment_descriptions=described,
        series_instance_uid=hd.UID(),
        series_number=7,
        sop_instance_uid=hd.UID(),
        instance_number=1,
        manufacturer="test",
        manufacturer_model_name="test",
        software_versions="1",
        device_serial_number="1",
    )
    segments.save_as(folder / "seg.dcm")
    return folder / "seg.dcm"


def test_a_dicom_segmentation_comes_back_voxel_for_voxel(ct, tmp_path):
    read, _ = read_back(segmentation(ct, tmp_path), ct)
    np.testing.assert_array_equal(array(read), femora())


def test_a_segmentation_without_sides_gets_them_by_position(ct, tmp_path):
    read, _ = read_back(segmentation(ct, tmp_path, ("femora a", "femora b")), ct)
    np.testing.assert_array_equal(array(read), femora())


def test_a_segmentation_of_other_organs_is_rejected_without_their_names(ct, tmp_path):
    with pytest.raises(RejectedInput, match="None of 2 segments") as raised:
        read_back(segmentation(ct, tmp_path, ("DOE JANE", "Bladder")), ct)
    assert "DOE" not in str(raised.value)


def test_a_circle_of_an_rtstruct_has_the_area_of_a_circle(ct, tmp_path):
    contours = {"Femur_L": [ring(ct, centre=(95, 0), radius=20, z=z) for z in range(3, 9)]}
    path = save(structure_set(contours), tmp_path / "rs.dcm")
    labels = array(read_back(path, ct)[0])
    assert set(np.unique(labels)) == {0, 2}
    assert np.flatnonzero((labels == 2).any(axis=(1, 2))).tolist() == list(range(3, 9))
    area = (labels == 2).sum() / 6 * 1.45**2
    assert area == pytest.approx(np.pi * 20**2, rel=0.01)


def test_a_contour_inside_another_is_a_hole(ct, tmp_path):
    outer, inner = (ring(ct, centre=(95, 0), radius=r, z=5) for r in (20, 10))
    path = save(structure_set({"femur left": [outer, inner]}), tmp_path / "rs.dcm")
    area = (array(read_back(path, ct)[0]) == 2).sum() * 1.45**2
    assert area == pytest.approx(np.pi * (20**2 - 10**2), rel=0.02)


def test_contours_on_every_other_slice_fill_the_slices_between(ct, tmp_path):
    contours = {"femur left": [ring(ct, centre=(95, 0), radius=20, z=z) for z in (4, 6, 8)]}
    labels = array(read_back(save(structure_set(contours), tmp_path / "rs.dcm"), ct)[0])
    assert np.flatnonzero(labels.any(axis=(1, 2))).tolist() == [3, 4, 5, 6, 7, 8, 9]


def test_left_and_right_of_a_structure_set_stay_where_they_are(ct, tmp_path):
    contours = {
        "Femur_Rt": [ring(ct, centre=(-95, 0), radius=15, z=5)],
        "Bladder": [ring(ct, centre=(0, 0), radius=25, z=5)],
        "Femur_Lt": [ring(ct, centre=(95, 0), radius=15, z=5)],
    }
    labels = array(read_back(save(structure_set(contours), tmp_path / "rs.dcm"), ct)[0])
    middle = labels.shape[2] // 2
    assert set(np.unique(labels[:, :, :middle])) == {0, 1}
    assert set(np.unique(labels[:, :, middle:])) == {0, 2}


def test_a_mask_on_a_finer_grid_is_noted_and_lands_on_the_cts_own(ct, tmp_path):
    fine = resample(
        mask_of(femora()), spacing_mm=(0.725, 0.725, 5), interpolator="nearest", background=0
    )
    sitk.WriteImage(fine, tmp_path / "mask.nii.gz")
    read, issues = read_back(tmp_path / "mask.nii.gz", ct)
    assert [issue.name for issue in issues] == ["mask on another grid"]
    assert (array(read) != femora()).mean() < 1e-3


@pytest.mark.skipif(not PHANTOM.exists(), reason="the shared data are not here")
def test_nifti_and_rtstruct_of_the_ibsi_ct_phantom_agree():
    dicom = {"ct": str(PHANTOM / "dicom" / "image")}
    ct = read_scan(dicom, series=SERIES).image
    structures = read_header(next((PHANTOM / "dicom" / "mask").iterdir()))
    words = {"femur": "GTV", "right": "right", "left": "left"}
    drawn = array(draw_contours(structures, like=ct, names=words)[0]) > 0
    volume = read_ct(next((PHANTOM / "nifti" / "image").glob("*.nii.gz")))
    given = array(read_mask(next((PHANTOM / "nifti" / "mask").iterdir()), like=volume)) > 0
    assert (drawn ^ given).sum() == 0 and given.sum() == 125256


def test_a_slice_of_the_series_is_no_segmentation(ct, tmp_path):
    folder = write(slices_of(ct)[:2], tmp_path / "scan")
    with pytest.raises(RejectedInput, match="no NIfTI, NRRD, MHA, DICOM SEG or RTSTRUCT"):
        read_back(folder / "0000.dcm", ct)
