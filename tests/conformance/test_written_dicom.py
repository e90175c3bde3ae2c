"""SEG and PDF of series with good and with wrong headers, judged by dicom3tools and DCMTK."""

import re
import sys

import pydicom
import pytest
import SimpleITK as sitk
from hospital import ROOT, SERIES, SHARED, enhanced, femora, mask_of, pelvis, save, slices_of, write
from others import complaints, needs, run
from test_export_headers import CHANGES, JAPANESE
from test_export_headers import WRONG as VALUES

from ctio import read_ct, read_mask, write_document, write_segmentation

pytestmark = pytest.mark.conformance
FAULTS = ROOT.parent / "shared" / "faults"
HIPS = SHARED / "real_hips"
MAKER = {"series": SERIES, "software": "test", "version": "1"}
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
# Of the scan's own header, in ours as in every other object of its study. A name without parts
# and an identifier that is not there cannot be put right without making something up.
FROM_THE_SCAN = re.compile(
    "needed to build DICOMDIR - (Patient ID|Study (ID|Date|Time))|Retired Person Name form"
)


WRONG = {keyword: change for keyword, (change, _) in VALUES.items() if keyword != "PatientID"}


def export(scan, labels, folder):
    """Both objects of a scan."""
    seg, pdf = folder / "seg.dcm", folder / "pdf.dcm"
    write_segmentation(labels, scan, seg, **MAKER)
    write_document(PDF, scan, pdf, title="Sheet", **MAKER)
    return seg, pdf


def require_clean(path):
    found = [line for line in complaints(path) if not FROM_THE_SCAN.search(line)]
    assert not found, "\n".join(found)


@needs("dciodvfy", "dcmdump", "dcm2xml")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["intact", *CHANGES, *WRONG])
def test_seg_and_pdf_are_conformant(tmp_path, monkeypatch, name):
    monkeypatch.setattr(pydicom.config.settings, "writing_validation_mode", pydicom.config.IGNORE)
    change = {"intact": list, **CHANGES, **WRONG}[name]
    scan = write(change(slices_of(pelvis())), tmp_path / "scan")
    for path in export(scan, mask_of(femora()), tmp_path):
        require_clean(path)
        assert not re.search("^[WE]:", run("dcmdump", path), flags=re.M)
        assert not re.search("^[WE]:", run("dcm2xml", path), flags=re.M)


@needs("dciodvfy")
def test_a_name_in_latin_letters_without_a_character_set_is_conformant(tmp_path):
    scan = write(slices_of(pelvis(), PatientName="MQller^Jane"), tmp_path / "scan")
    for path in scan.iterdir():
        path.write_bytes(path.read_bytes().replace(b"MQller", b"M\xfcller"))
    for path in export(scan, mask_of(femora()), tmp_path):
        require_clean(path)
        assert pydicom.dcmread(path).PatientName == "Müller^Jane"


@needs("dcm2xml")
@pytest.mark.parametrize("sets", [["", "ISO 2022 IR 87"], "ISO_IR 192"])
def test_a_japanese_name_is_read_by_dcmtk(tmp_path, sets):
    slices = slices_of(pelvis(), SpecificCharacterSet=sets, PatientName=JAPANESE)
    for path in export(write(slices, tmp_path / "scan"), mask_of(femora()), tmp_path):
        assert JAPANESE in run("dcm2xml", "+U8", path)


@needs("dciodvfy")
def test_seg_and_pdf_of_a_multi_frame_ct_are_conformant(tmp_path):
    scan = save(enhanced(slices_of(pelvis())), tmp_path / "ct.dcm")
    for path in export(scan, mask_of(femora()), tmp_path):
        require_clean(path)


@needs("dcm2pdf")
def test_dcmtk_takes_the_same_pdf_out(tmp_path):
    scan = write(slices_of(pelvis()), tmp_path / "scan")
    _, pdf = export(scan, mask_of(femora()), tmp_path)
    run("dcm2pdf", pdf, tmp_path / "out.pdf")
    assert (tmp_path / "out.pdf").read_bytes() == PDF


@needs("dciodvfy")
@pytest.mark.skipif(not HIPS.is_dir(), reason="needs the folder shared/data/real_hips")
@pytest.mark.parametrize("hip", ["STS_029", "STS_036"])
def test_seg_and_pdf_of_a_real_hip_are_conformant(tmp_path, hip):
    ct = read_ct(HIPS / hip / "ct.nii.gz")
    mask = read_mask(HIPS / hip / "proximal_femur.nii.gz", like=ct)
    for path in export(HIPS / hip / "dicom", mask, tmp_path):
        require_clean(path)


@needs("dciodvfy")
@pytest.mark.skipif(not FAULTS.is_dir(), reason="needs the folder shared/faults")
@pytest.mark.parametrize("name", ["seg_of_sparse_header", "spacing_between_slices_99"])
def test_seg_and_pdf_of_a_faulty_header_are_conformant(tmp_path, monkeypatch, name):
    monkeypatch.syspath_prepend(str(FAULTS))
    faults = sys.modules.get("make_faults") or __import__("make_faults")
    paths = faults.make(faults.FAULTS, tmp_path, [name])[name]
    labels = sitk.DICOMOrient(sitk.ReadImage(str(paths["labels"])), "LPS")
    for path in export(paths["scan"], labels, tmp_path):
        require_clean(path)
