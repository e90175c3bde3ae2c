"""Intact small inputs of every kind, with a mark in each place that may identify somebody."""

from pathlib import Path

import numpy as np
import SimpleITK as sitk
from hospital import enhanced, femora, image_of, pelvis, save, slices_of, structure_set, write
from pydicom.uid import ImplicitVRLittleEndian, JPEGLSLossless, RLELossless

from ctio import write_image, write_segmentation

MARK = "LEAK"  # a sentence, a log or a file name that holds it quotes an identifier
WHO = {
    "PatientName": f"{MARK}NAME^Jane",
    "PatientID": f"{MARK}0012345",
    "AccessionNumber": f"{MARK}ACC",
    "ReferringPhysicianName": f"{MARK}DOC",
    "SeriesDescription": f"{MARK}SERIES",
    "SpecificCharacterSet": "ISO_IR 192",
}
SERIES = {
    "slice_spacing_mm": (0.3, 6),
    "min_length_mm": 30,
    "kernels": {"soft": ["standard"], "sharp": ["bone"]},
}
SYNTAXES = {"implicit": ImplicitVRLittleEndian, "rle": RLELossless, "jpegls": JPEGLSLossless}
NAMES = {"femur": "fem", "right": "right", "left": "left"}
CROP = (slice(8, 18), slice(0, 90, 6), slice(0, 210, 5))


def small_ct():
    """A CT of 42 × 15 × 10 voxels, and its label map."""
    voxels, labels = sitk.GetArrayFromImage(pelvis())[CROP], femora()[CROP]
    noise = np.random.default_rng(1).normal(0, 60, voxels.shape) * (voxels > 300)
    images = []
    for array in (np.round(voxels + noise), labels):
        image = image_of(array)
        image.SetSpacing((7.0, 8.0, 5.0))
        images.append(image)
    return images[0], sitk.Cast(images[1], sitk.sitkUInt8)


def make_originals(folder):
    """Write all; returns the CT and the folder of each kind, by name."""
    folder = Path(folder)
    ct, labels = small_ct()
    slices = slices_of(ct, **WHO)
    kinds = {"explicit": write(slices, folder / "explicit" / "scan").parent}
    for name, syntax in SYNTAXES.items():
        kinds[name] = write(
            map(_packed(syntax), slices_of(ct, **WHO)), folder / name / "scan"
        ).parent
    for name, one in _single_files(ct, slices).items():
        (folder / name).mkdir()
        save(one, folder / name / "one.dcm")
        kinds[name] = folder / name
    for ending in (".nii", ".nii.gz", ".nrrd", ".mha"):
        kinds[ending] = folder / ending.strip(".").replace(".", "_")
        kinds[ending].mkdir()
        sitk.WriteImage(ct, kinds[ending] / f"ct{ending}")
    for name, text in TABLES.items():
        path = folder / "tables" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    kinds["tables"] = folder / "tables"
    (folder / "seg").mkdir()
    write_image(labels, folder / "labels.nii.gz")
    write_segmentation(
        labels,
        kinds["explicit"],
        folder / "seg" / "one.dcm",
        series=SERIES,
        software="f",
        version="1",
    )
    kinds["seg"] = folder / "seg"
    return ct, labels, kinds


def _packed(syntax):
    def pack(dataset):
        if syntax.is_compressed:
            dataset.compress(syntax)
        dataset.file_meta.TransferSyntaxUID = syntax
        return dataset

    return pack


def _single_files(ct, slices):
    """A multi-frame CT and a structure set."""
    angle = np.linspace(0, 6.2, 12)
    middle = np.array(ct.TransformContinuousIndexToPhysicalPoint([8, 7, 0]))
    rings = [
        middle + np.column_stack([15 * np.cos(angle), 15 * np.sin(angle), np.full(12, 5.0 * z)])
        for z in range(2, 8)
    ]
    whole = enhanced(slices)
    drawn = structure_set({"femur right": rings, f"{MARK}ROI": rings[:2]})
    for one in (whole, drawn):
        for keyword, value in WHO.items():
            setattr(one, keyword, value)
    return {"enhanced": whole, "rtstruct": drawn}


def _features():
    rng = np.random.default_rng(0)
    rows = [["id", "y", "age", "sex", "f1", "f2", "f3"]]
    for number in range(40):
        values = [f"{value:.4f}" for value in rng.normal(size=3)]
        rows.append(
            [f"{MARK}{number:03d}", str(number % 2), str(60 + number % 20), "FM"[number % 2]]
        )
        rows[-1] += values
    return "".join(",".join(row) + "\n" for row in rows)


PATIENTS = [(f"H{number:04d}", "FM"[number % 2], 60 + number) for number in range(1, 6)]
TABLES = {
    "features.csv": _features(),
    "export.csv": "Patient ID;Exam Date;Side;Region;BMD (mg/cm2);T-Score\n"
    + "".join(
        f"{MARK}{number};2024-03-{4 + number:02d};{side};{region};{700 + 9 * number};-{number}.5\n"
        for number in range(1, 6)
        for side in ("left", "right")
        for region in ("Total", "Neck")
    ),
    "study/participants.tsv": "patient\tsex\tage\texam_date\tqct_date\tct\tmask\texclusion\n"
    + "".join(
        f"{name}\t{sex}\t{age}\t2024-03-{n + 4:02d}\t\tscans/{MARK}{n}\t\t\n"
        for n, (name, sex, age) in enumerate(PATIENTS)
    ),
    "study/private/identities.tsv": "patient\tsource\thospital_id\n"
    + "".join(f"{name}\t{MARK}\t{MARK}{n}\n" for n, (name, *_) in enumerate(PATIENTS, start=1)),
    "study/qct.tsv": "patient\tside\tregion\tbmd_g_cm2\tt_score\n"
    "H0002\tleft\ttotal_hip\t0.71\t-2.1\n",
}
